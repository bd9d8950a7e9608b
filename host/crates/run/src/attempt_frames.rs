//! What a worker is sent of an attempt: made when it is its turn, of what the scheduler holds.

use super::worker_socket::{AttemptSource, QueuedAttempt};
use super::worker_stream::WorkerStream;
use polymer_host_protocol::message::{RunMessage, WirePayload, WireStreaming};
use polymer_host_protocol::{FrameError, ToWorker, write_frame, write_frame_head};
use polymer_host_task::{InputPayload, TaskId, TaskSpec};

/// What the program of an interaction is given of its task: nothing but what its interactor writes.
/// If the interactor is told another input, that is the secret, and the task's own is the
/// program's, as where an interpreter is given what it runs.
static NOTHING: InputPayload = InputPayload::Bytes(Vec::new());

/// Bytes from which on an input is written from where it is.
const LARGE_INPUT: usize = 64 << 10;

/// Where a worker's attempts have what they are to be run with.
pub(super) struct AttemptFrames<'a, F> {
    pub(super) spec: F,
    /// Of the module that the worker serves.
    pub(super) module_name: &'a str,
    pub(super) stream: Option<&'a WorkerStream>,
}

impl<'name, 'spec: 'name, F: Fn(TaskId) -> Option<&'spec TaskSpec>> AttemptSource
    for AttemptFrames<'name, F>
{
    fn encode(&self, unsent: QueuedAttempt, out: &mut Vec<u8>) -> Result<usize, FrameError> {
        // It is over: its worker answered before it was asked.
        let Some(spec) = (self.spec)(unsent.task) else { return Ok(0) };
        let stream = self.stream.filter(|stream| stream.account.attempt() == unsent.attempt);
        let input = attempt_input(spec);
        let message =
            |bytes| ToWorker::Run(run_message(unsent, spec, (input.into(), bytes), self.module_name, stream));
        match input.bytes().len() {
            large @ LARGE_INPUT.. => {
                write_frame_head(&message(&[]), large, u32::MAX as usize, out).map(|()| large)
            }
            _ => write_frame(&message(input.bytes()), u32::MAX as usize, out).map(|()| 0),
        }
    }

    fn input(&self, unsent: QueuedAttempt) -> Option<&[u8]> {
        (self.spec)(unsent.task).map(|spec| attempt_input(spec).bytes())
    }
}

/// Returns the input that a guest is given.
fn attempt_input(spec: &TaskSpec) -> &InputPayload {
    let is_secret = spec.expect.as_ref().is_some_and(|expect| expect.checker_input.is_none());
    if spec.interactor().is_some() && is_secret { &NOTHING } else { &spec.input }
}

fn run_message<'a>(
    unsent: QueuedAttempt,
    spec: &'a TaskSpec,
    (kind, input): (WirePayload, &'a [u8]),
    module_name: &str,
    stream: Option<&WorkerStream>,
) -> RunMessage<'a> {
    RunMessage {
        attempt: unsent.attempt.0,
        task: spec.task.as_deref().unwrap_or_default(),
        name: spec.spelling.as_deref().filter(|name| *name != module_name),
        id: &spec.id,
        number: unsent.number,
        limits: (&spec.limits).into(),
        grants: spec.grants.as_deref().map(Into::into),
        supplied: spec.supplied.as_deref().map(|supplied| Box::new(supplied.into())),
        streamed: stream.map(|stream| WireStreaming { waits_free: stream.waits_free }),
        kind,
        input,
    }
}
