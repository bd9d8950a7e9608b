//! One attempt: by the way its module is entered; that of a command whole.

use super::answer::AttemptAnswer;
use super::encoding::{self, ConversionError};
use super::guest::GuestStreams;
use super::invoke;
use super::log::AttemptLog;
use super::program::{LoadedProgram, ProgramEntry};
use super::request::{AttemptLimits, AttemptRequest};
use super::reuse;
use super::stage::{EntryOutcome, open};
use super::stream::{CommandOutput as Stdout, SharedSink};
use polymer_host_task::{OutputFormat, TaskError, Usage, Verdict};
use wasmtime_wasi::p2::InputStream as _;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;

/// Makes an attempt.
pub(crate) fn attempt(program: &mut LoadedProgram, run: &AttemptRequest<'_>) -> AttemptAnswer {
    let made = match &program.entry {
        ProgramEntry::Typed(_) => reuse::typed_attempt(program, run),
        ProgramEntry::CommandComponent(_) | ProgramEntry::CommandModule(_) => command(program, run),
        ProgramEntry::Function(function) => invoke::attempt(program, function, run),
        ProgramEntry::Nowhere => {
            Err((Verdict::ModuleInvalid, TaskError::new("no_entry_point", "it is not a task")))
        }
    };
    made.unwrap_or_else(AttemptAnswer::refused)
}

fn command(program: &LoadedProgram, run: &AttemptRequest<'_>) -> Result<AttemptAnswer, ConversionError> {
    let log = SharedSink::new(AttemptLog::new(run.limits.log), run.limits.timeout);
    let input = encoding::stdin(run.kind, run.input)?;
    let output = SharedSink::new(Stdout::new(run.limits.output), run.limits.timeout);
    let length = input.len();
    let input = MemoryInputPipe::new(input);
    let streams = GuestStreams { input: input.clone(), output: Some(output.clone()), log: log.clone() };
    let share = program.share(run)?;
    let mut store = open(&program.stage, &share, &run.limits, streams, length)?;
    let (outcome, mut usage) =
        program.stage.enter(&mut store, &run.limits, async |store| match &program.entry {
            ProgramEntry::CommandModule(pre) => {
                let instance = pre.instantiate_async(&mut *store).await?;
                store.data_mut().entered();
                let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
                start.call_async(store, ()).await?;
                Ok(0)
            }
            ProgramEntry::CommandComponent(pre) => {
                let command = pre.instantiate_async(&mut *store).await?;
                store.data_mut().entered();
                Ok(u32::from(command.wasi_cli_run().call_run(store).await?.is_err()))
            }
            _ => Err(wasmtime::Error::msg("it is no command")),
        });
    let bytes = output.get().finish();
    usage.output_bytes = Some(bytes.len() as u64);
    let may_have_written = store.data().is_entered() || !bytes.is_empty();
    let answer = wrote(program.output_format, outcome, bytes, &run.limits, usage);
    let answer = if may_have_written { answer } else { answer.without_output() };
    let mut answer = answer.with(&log, store.data().told());
    // Who has folders may have worked there.
    answer.idle = left(input) == length && share.dirs().is_empty();
    Ok(answer)
}

/// Bytes of its input that a guest left.
fn left(mut input: MemoryInputPipe) -> usize {
    // Nothing is left where it says that it is closed.
    input.read(usize::MAX).map_or(0, |rest| rest.len())
}

/// Builds the answer for the end of a command, with what it wrote whatever the end.
fn wrote(
    format: Option<OutputFormat>,
    outcome: EntryOutcome<u32>,
    bytes: Vec<u8>,
    limits: &AttemptLimits,
    usage: Usage,
) -> AttemptAnswer {
    let answer = match outcome {
        EntryOutcome::Returned(0) | EntryOutcome::Exited(0) => {
            return match encoding::stdout(format, bytes) {
                Ok(output) => AttemptAnswer::ok(output, usage),
                Err(refused) => {
                    let ((verdict, error), wrote) = *refused;
                    AttemptAnswer::failed(verdict, error, usage).having(wrote)
                }
            };
        }
        EntryOutcome::Returned(code) | EntryOutcome::Exited(code) => {
            AttemptAnswer::exited(code, limits, usage)
        }
        EntryOutcome::Ended(verdict, error) => AttemptAnswer::failed(verdict, error, usage),
    };
    match answer.verdict {
        // It was never entered.
        Verdict::ModuleInvalid => answer,
        _ => answer.having(encoding::unfinished(format, bytes)),
    }
}
