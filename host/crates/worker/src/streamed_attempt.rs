//! One streamed attempt at a command: in an instance of its own, whose stdin comes and whose output
//! goes while it runs.
//!
//! It must never know how bytes get to it or away.

use super::answer::AttemptAnswer;
use super::attempt::call;
use super::encoding::{self, ConversionError};
use super::guest::GuestStreams;
use super::log::AttemptLog;
use super::program::{LoadedProgram, ProgramEntry};
use super::request::{AttemptLimits, AttemptRequest};
use super::stage::{EntryOutcome, open};
use super::stdin::SharedInput;
use super::stream::SharedSink;
use super::streamed_io::StreamedIo;
use super::streamed_stdio::StreamedStdio;
use polymer_host_task::{TaskError, Usage, Verdict};

/// Makes an attempt whose streams these are.
pub(crate) fn streamed_attempt(
    program: &mut LoadedProgram,
    run: &AttemptRequest<'_>,
    io: &StreamedIo,
) -> AttemptAnswer {
    streamed(program, run, io).unwrap_or_else(AttemptAnswer::refused)
}

fn streamed(
    program: &mut LoadedProgram,
    run: &AttemptRequest<'_>,
    io: &StreamedIo,
) -> Result<AttemptAnswer, ConversionError> {
    if !matches!(program.entry, ProgramEntry::CommandComponent(_) | ProgramEntry::CommandModule(_)) {
        let message = "the module is no program: it has no stdin and stdout that could be streamed";
        return Err((Verdict::BadInput, TaskError::new("not_streamable", message)));
    }
    // There is room for one instance, and none that served others serves this.
    program.kept_command = None;
    let first = encoding::stdin(run.kind, run.input)?;
    let length = first.len();
    io.begin_with(first);
    let log = SharedSink::new(AttemptLog::new(run.limits.log), run.limits.timeout);
    let streamed = Some(StreamedStdio::new(io, &log));
    let of_guest = GuestStreams { input: SharedInput::default(), output: None, log: log.clone(), streamed };
    let mut store = open(&program.stage, &program.share(run)?, &run.limits, of_guest, length)?;
    let (outcome, mut usage) =
        program.stage.enter_streamed(&mut store, &run.limits, Some(io), async |store| {
            call(&program.entry, None, store).await.map(|(code, _)| code)
        });
    usage.output_bytes = Some(io.stdout());
    Ok(ended(outcome, &run.limits, usage).with(&log, store.data().told()))
}

/// Builds the answer: what the guest wrote went before it.
fn ended(outcome: EntryOutcome<u32>, limits: &AttemptLimits, usage: Usage) -> AttemptAnswer {
    match outcome {
        EntryOutcome::Returned(0) | EntryOutcome::Exited(0) => {
            AttemptAnswer::failed(Verdict::Ok, TaskError::default(), usage)
        }
        EntryOutcome::Returned(code) | EntryOutcome::Exited(code) => {
            AttemptAnswer::exited(code, limits, usage)
        }
        EntryOutcome::Ended(verdict, error) => AttemptAnswer::failed(verdict, error, usage),
    }
}
