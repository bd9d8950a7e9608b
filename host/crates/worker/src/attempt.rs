//! One attempt: by the way its module is entered; that of a command whole.

use super::answer::Answer;
use super::encoding::{self, Refused};
use super::guest::Streams;
use super::invoke;
use super::log::Log;
use super::program::{Entry, Program};
use super::request::{AttemptLimits, AttemptRequest};
use super::reuse;
use super::stage::{Outcome, open};
use super::stream::{Output as Stdout, Shared};
use polymer_host_task::{Fault, OutputFormat, Usage, Verdict};
use wasmtime_wasi::p2::InputStream as _;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;

/// Makes an attempt.
pub(crate) fn attempt(program: &mut Program, run: &AttemptRequest<'_>) -> Answer {
    let made = match &program.entry {
        Entry::Typed(_) => reuse::typed_attempt(program, run),
        Entry::CommandComponent(_) | Entry::CommandModule(_) => command(program, run),
        Entry::Function(function) => invoke::attempt(program, function, run),
        Entry::Nowhere => Err((Verdict::ModuleInvalid, Fault::new("no_entry_point", "it is no task"))),
    };
    made.unwrap_or_else(Answer::refused)
}

fn command(program: &Program, run: &AttemptRequest<'_>) -> Result<Answer, Refused> {
    let log = Shared::new(Log::new(run.limits.log), run.limits.timeout);
    let input = encoding::stdin(run.kind, run.input)?;
    let output = Shared::new(Stdout::new(run.limits.output), run.limits.timeout);
    let length = input.len();
    let input = MemoryInputPipe::new(input);
    let streams = Streams { input: input.clone(), output: Some(output.clone()), log: log.clone() };
    let share = program.share(run)?;
    let mut store = open(&program.stage, &share, &run.limits, streams, length)?;
    let (outcome, mut usage) =
        program.stage.enter(&mut store, &run.limits, async |store| match &program.entry {
            Entry::CommandModule(pre) => {
                let instance = pre.instantiate_async(&mut *store).await?;
                store.data_mut().entered();
                let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
                start.call_async(store, ()).await?;
                Ok(0)
            }
            Entry::CommandComponent(pre) => {
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

/// What a command's end comes to, with what it wrote whatever the end.
fn wrote(
    format: Option<OutputFormat>,
    outcome: Outcome<u32>,
    bytes: Vec<u8>,
    limits: &AttemptLimits,
    usage: Usage,
) -> Answer {
    let answer = match outcome {
        Outcome::Returned(0) | Outcome::Exited(0) => {
            return match encoding::stdout(format, bytes) {
                Ok(output) => Answer::ok(output, usage),
                Err(refused) => {
                    let ((verdict, fault), wrote) = *refused;
                    Answer::failed(verdict, fault, usage).having(wrote)
                }
            };
        }
        Outcome::Returned(code) | Outcome::Exited(code) => Answer::exited(code, limits, usage),
        Outcome::Ended(verdict, fault) => Answer::failed(verdict, fault, usage),
    };
    match answer.verdict {
        // It was never entered.
        Verdict::ModuleInvalid => answer,
        _ => answer.having(encoding::unfinished(format, bytes)),
    }
}
