//! One attempt: by the way its module is entered; that of a command whole.
//!
//! An instance of an interpreter may serve several, where the operator chose that: what it is kept
//! for is in `reuse`.

use super::answer::AttemptAnswer;
use super::encoding::{self, ConversionError};
use super::guest::{GuestState, GuestStreams, fill_up};
use super::invoke;
use super::log::AttemptLog;
use super::program::{KeptCommand, KeptInstance, LoadedProgram, ProgramEntry};
use super::request::{AttemptLimits, AttemptRequest};
use super::reuse;
use super::stage::{EntryOutcome, open};
use super::stdin::SharedInput;
use super::stream::{CommandOutput as Stdout, CommandStreams, SharedSink};
use super::trap;
use polymer_host_task::{OutputFormat, TaskError, Usage, Verdict};
use wasmtime::Store;
use wasmtime_wasi::p2::bindings::Command;

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

/// Where an attempt at a command is made.
struct CommandPlace {
    store: Store<GuestState>,
    /// The instance, if it is there already.
    instance: Option<Command>,
    log: SharedSink<AttemptLog>,
    streams: CommandStreams,
    /// Attempts it has served.
    served: u32,
}

impl CommandPlace {
    /// A fresh store, with this on its stdin.
    fn fresh(
        program: &LoadedProgram,
        run: &AttemptRequest<'_>,
        input: Vec<u8>,
    ) -> Result<Self, ConversionError> {
        let length = input.len();
        let log = SharedSink::new(AttemptLog::new(run.limits.log), run.limits.timeout);
        let output = SharedSink::new(Stdout::new(run.limits.output), run.limits.timeout);
        let streams = CommandStreams { input: SharedInput::new(input), output };
        let of_guest = GuestStreams {
            input: streams.input.clone(),
            output: Some(streams.output.clone()),
            log: log.clone(),
            streamed: None,
        };
        let store = open(&program.stage, &program.share(run)?, &run.limits, of_guest, length)?;
        Ok(Self { store, instance: None, log, streams, served: 0 })
    }

    /// A store that served others, with this on its stdin and its own arguments and variables.
    fn renewed(
        kept: KeptCommand,
        program: &LoadedProgram,
        run: &AttemptRequest<'_>,
        input: Vec<u8>,
    ) -> Result<Self, ConversionError> {
        let KeptInstance { mut store, instance: (command, streams), log, served, .. } = kept;
        let length = input.len();
        log.renew(AttemptLog::new(run.limits.log), run.limits.timeout);
        streams.output.renew(Stdout::new(run.limits.output), run.limits.timeout);
        streams.input.renew(input);
        let share = program.share(run)?;
        let renewed = store.data_mut().renew_for(&share, &log, &streams);
        renewed
            .and_then(|()| fill_up(&mut store, &run.limits, length as u64))
            .map_err(|error| (Verdict::Trap, TaskError::new(trap::MACHINE, trap::chain(&error))))?;
        Ok(Self { store, instance: Some(command), log, streams, served })
    }
}

fn command(program: &mut LoadedProgram, run: &AttemptRequest<'_>) -> Result<AttemptAnswer, ConversionError> {
    let input = encoding::stdin(run.kind, run.input)?;
    let length = input.len();
    // Whatever was kept goes before anything new is made: there is room for one.
    let place = match program.kept_command.take().filter(|kept| kept.suits(run)) {
        Some(kept) => CommandPlace::renewed(kept, program, run, input)?,
        None => CommandPlace::fresh(program, run, input)?,
    };
    let CommandPlace { mut store, instance, log, streams, served } = place;
    let (outcome, mut usage) = program
        .stage
        .enter(&mut store, &run.limits, async |store| call(&program.entry, instance, store).await);
    usage.reused = served;
    let (outcome, instance) = match outcome {
        EntryOutcome::Returned((code, instance)) => (EntryOutcome::Returned(code), instance),
        EntryOutcome::Exited(code) => (EntryOutcome::Exited(code), None),
        EntryOutcome::Ended(verdict, error) => (EntryOutcome::Ended(verdict, error), None),
    };
    let may_be_kept =
        program.is_interpreter && served.saturating_add(1) < program.reuse && !usage.grow_refused;
    let bytes = streams.output.get().finish();
    usage.output_bytes = Some(bytes.len() as u64);
    let may_have_written = store.data().is_entered() || !bytes.is_empty();
    let answer = wrote(program.output_format, outcome, bytes, &run.limits, usage);
    let answer = if may_have_written { answer } else { answer.without_output() };
    let mut answer = answer.with(&log, store.data().told());
    // Who has folders may have worked there.
    answer.idle = streams.input.left() == length && program.share(run)?.dirs().is_empty();
    if let Some(command) = instance.filter(|_| may_be_kept) {
        program.kept_command = Some(KeptInstance::of(run, store, (command, streams), log, served + 1));
    }
    Ok(answer)
}

/// Enters a command, in this instance if it is there already. Returns its exit code, and the
/// instance if it can be entered again.
pub(super) async fn call(
    entry: &ProgramEntry,
    instance: Option<Command>,
    store: &mut Store<GuestState>,
) -> wasmtime::Result<(u32, Option<Command>)> {
    match entry {
        ProgramEntry::CommandModule(pre) => {
            let instance = pre.instantiate_async(&mut *store).await?;
            store.data_mut().entered();
            let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
            start.call_async(store, ()).await?;
            Ok((0, None))
        }
        ProgramEntry::CommandComponent(pre) => {
            let command = match instance {
                Some(command) => command,
                None => {
                    let command = pre.instantiate_async(&mut *store).await?;
                    store.data_mut().entered();
                    command
                }
            };
            let failed = command.wasi_cli_run().call_run(store).await?.is_err();
            Ok((u32::from(failed), Some(command)))
        }
        _ => Err(wasmtime::Error::msg("it is no command")),
    }
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
