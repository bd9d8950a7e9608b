//! The streams of a task, between its run and whoever feeds it and reads from it: one queue for
//! stdin, one for output, both bounded.
//!
//! The run's side never waits; the other side does. A writer waits for room, a reader for output. A
//! reader that is slow stops the guest, since credit for output is given only for what it took.
//! Nothing here knows a worker, a frame or a task.
//!
//! The two queues are independent of each other, so the run can feed the stdin of one attempt from
//! the output of another: what was queued there counts as taken.

use super::waker::RunWaker;
use polymer_host_protocol::claim::OutputChannel;
use polymer_host_protocol::credit::{STREAM_CREDIT, STREAM_FRAME, TakenBytes};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes of stdin that wait for credit on this side.
const STDIN_QUEUE: usize = 64 << 10;

/// The run's side of the streams of one task. Dropping it ends both.
#[derive(Debug)]
pub struct StreamEnds {
    stdin: Arc<StreamQueue<StdinState>>,
    output: Arc<StreamQueue<OutputState>>,
    waits_free: bool,
}

/// A piece of what a guest wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputPart {
    /// To its stdout.
    Stdout(Vec<u8>),
    /// To its stderr.
    Stderr(Vec<u8>),
}

/// Writes the stdin of a task. Dropping it ends the input.
#[derive(Debug)]
pub struct StdinWriter {
    stdin: Arc<StreamQueue<StdinState>>,
    waker: RunWaker,
}

/// Reads the output of a task. Dropping it cancels the task, as a closed pipe ends a program.
#[derive(Debug)]
pub struct OutputReader {
    output: Arc<StreamQueue<OutputState>>,
    waker: RunWaker,
}

/// Nobody reads what is written: the attempt is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the attempt that reads this is over")]
pub struct StreamClosed;

/// The streams of one task of the run that `waker` wakes. The ends go to the run by
/// [`RunCommand::Streams`](super::inbox::RunCommand::Streams), before the task is submitted.
#[must_use]
pub fn open(waker: RunWaker) -> (StreamEnds, StdinWriter, OutputReader) {
    let (stdin, output) = (Arc::default(), Arc::default());
    let ends = StreamEnds { stdin: Arc::clone(&stdin), output: Arc::clone(&output), waits_free: false };
    (ends, StdinWriter { stdin, waker: waker.clone() }, OutputReader { output, waker })
}

#[derive(Debug, Default)]
struct StreamQueue<S> {
    state: Mutex<S>,
    changed: Condvar,
}

impl<S> StreamQueue<S> {
    fn get(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&'a self, state: MutexGuard<'a, S>) -> MutexGuard<'a, S> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct StdinState {
    pieces: VecDeque<Vec<u8>>,
    held: usize,
    /// The writer is gone, and the run knows it.
    has_ended: bool,
    end_taken: bool,
    /// Nobody takes any more.
    is_closed: bool,
}

#[derive(Debug, Default)]
struct OutputState {
    parts: VecDeque<OutputPart>,
    taken: TakenBytes,
    /// Bytes that were taken, of which the worker is to be told.
    due: u64,
    is_over: bool,
    /// The reader is gone.
    is_unread: bool,
}

/// What the run takes of a stdin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StdinPart {
    Bytes(Vec<u8>),
    /// Nothing more comes. It is taken once.
    End,
}

impl StreamEnds {
    /// The ends of one of two attempts that are connected. Nobody else writes or reads, and a wait
    /// for the other does not count.
    pub(super) fn of_pair() -> Self {
        Self { stdin: Arc::default(), output: Arc::default(), waits_free: true }
    }

    /// Hands what its guest wrote to stdout to the stdin of `other`, as far as there is room there.
    /// The rest waits here, where the worker's credit bounds it. Where nobody reads any more, it is
    /// for nobody; so is stderr, which is the guest's log as well. When its attempt is over and all
    /// was handed on, the other's stdin ends.
    pub(super) fn pour_into(&self, other: &Self) {
        let mut output = self.output.get();
        let mut stdin = other.stdin.get();
        while let Some(part) = output.parts.pop_front() {
            let length = part.bytes().len();
            let left = match part {
                OutputPart::Stdout(mut bytes) if !stdin.is_closed => {
                    let left = stdin.put(&bytes).len();
                    if left > 0 {
                        bytes.drain(..length.saturating_sub(left));
                        output.parts.push_front(OutputPart::Stdout(bytes));
                    }
                    left
                }
                OutputPart::Stdout(_) | OutputPart::Stderr(_) => 0,
            };
            output.note_taken(length.saturating_sub(left) as u64);
            if left > 0 {
                return;
            }
        }
        stdin.has_ended |= output.is_over;
    }

    /// Its attempt is over: nothing more is read by it, and what it wrote is all that it writes.
    pub(super) fn end(&self) {
        self.stdin.get().close();
        self.stdin.changed.notify_all();
        self.output.get().is_over = true;
        self.output.changed.notify_all();
    }

    /// The same, of a guest whose time does not count while it waits for its stdin, or for somebody
    /// to read.
    #[must_use]
    pub fn with_free_waits(mut self) -> Self {
        self.waits_free = true;
        self
    }

    pub(super) const fn waits_free(&self) -> bool {
        self.waits_free
    }

    /// Takes the next of stdin, of so many bytes at the most.
    pub(super) fn take_stdin(&self, most: usize) -> Option<StdinPart> {
        let mut state = self.stdin.get();
        let Some(front) = state.pieces.front_mut() else {
            let ends = state.has_ended && !state.end_taken;
            state.end_taken |= ends;
            return ends.then_some(StdinPart::End);
        };
        if most == 0 {
            return None;
        }
        let rest = if front.len() > most { front.split_off(most) } else { Vec::new() };
        let bytes = std::mem::replace(front, rest);
        if front.is_empty() {
            state.pieces.pop_front();
        }
        state.held -= bytes.len();
        drop(state);
        self.stdin.changed.notify_all();
        Some(StdinPart::Bytes(bytes))
    }

    /// Hands on what a guest wrote. It is held until the reader takes it; the worker's credit
    /// bounds how much that is.
    pub(super) fn put_output(&self, channel: OutputChannel, bytes: &[u8]) {
        let mut state = self.output.get();
        if state.is_unread {
            return;
        }
        state.put(channel, bytes);
        drop(state);
        self.output.changed.notify_all();
    }

    /// Takes how many bytes of output the worker is to be told of as taken, if any.
    pub(super) fn take_due(&self) -> Option<u64> {
        let due = std::mem::take(&mut self.output.get().due);
        (due > 0).then_some(due)
    }

    /// Returns whether the reader is gone.
    pub(super) fn is_unread(&self) -> bool {
        self.output.get().is_unread
    }
}

impl Drop for StreamEnds {
    fn drop(&mut self) {
        self.end();
    }
}

impl StdinState {
    fn close(&mut self) {
        self.is_closed = true;
        self.pieces.clear();
        self.held = 0;
    }

    /// Takes as much of `bytes` as there is room for; returns the rest.
    fn put<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let room = STDIN_QUEUE.saturating_sub(self.held).min(bytes.len());
        let (mut now, later) = bytes.split_at(room);
        self.held += now.len();
        while !now.is_empty() {
            // Small writes are joined, so that they make few frames and take little memory.
            let room = self.pieces.back().map_or(0, |last| STREAM_FRAME.saturating_sub(last.len()));
            let (fits, rest) = now.split_at(if room > 0 { room } else { STREAM_FRAME }.min(now.len()));
            match self.pieces.back_mut().filter(|_| room > 0) {
                Some(last) => last.extend_from_slice(fits),
                None => self.pieces.push_back(fits.to_vec()),
            }
            now = rest;
        }
        later
    }
}

impl OutputState {
    fn put(&mut self, channel: OutputChannel, bytes: &[u8]) {
        // Small pieces are joined: as they are, each would take many times its bytes.
        match (self.parts.back_mut(), channel) {
            (Some(OutputPart::Stdout(last)), OutputChannel::Stdout)
            | (Some(OutputPart::Stderr(last)), OutputChannel::Stderr)
                if last.len() + bytes.len() <= STREAM_FRAME =>
            {
                last.extend_from_slice(bytes);
            }
            (_, OutputChannel::Stdout) => self.parts.push_back(OutputPart::Stdout(bytes.to_vec())),
            (_, OutputChannel::Stderr) => self.parts.push_back(OutputPart::Stderr(bytes.to_vec())),
        }
    }

    /// Takes a part; says whether the run has to hear of it.
    fn take(&mut self) -> Option<(OutputPart, bool)> {
        let part = self.parts.pop_front()?;
        let is_due = self.note_taken(part.bytes().len() as u64);
        Some((part, is_due))
    }

    /// So many bytes were taken; says whether the worker has to hear of that now.
    fn note_taken(&mut self, bytes: u64) -> bool {
        let due = self.taken.add(bytes).unwrap_or_default();
        self.due = self.due.saturating_add(due).min(STREAM_CREDIT);
        due > 0
    }
}

impl OutputPart {
    /// The bytes, whichever way they went.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Stdout(bytes) | Self::Stderr(bytes) => bytes,
        }
    }
}

impl StdinWriter {
    /// Hands over all of `bytes`; waits where more waits already than the guest can be sent.
    ///
    /// # Errors
    /// If the attempt is over, so that nobody will read them.
    pub fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), StreamClosed> {
        let mut state = self.stdin.get();
        loop {
            if state.is_closed {
                return Err(StreamClosed);
            }
            // What waits already the run takes as soon as there is credit for it.
            let is_news = state.pieces.is_empty() && !bytes.is_empty();
            bytes = state.put(bytes);
            if is_news {
                self.waker.wake();
            }
            if bytes.is_empty() {
                return Ok(());
            }
            state = self.stdin.wait(state);
        }
    }
}

impl Drop for StdinWriter {
    fn drop(&mut self) {
        self.stdin.get().has_ended = true;
        self.waker.wake();
    }
}

impl OutputReader {
    /// The next of what the guest wrote; waits for it. `None` when the attempt is over and all was
    /// read.
    #[expect(clippy::should_implement_trait, reason = "it waits, which no iterator is expected to")]
    pub fn next(&mut self) -> Option<OutputPart> {
        let mut state = self.output.get();
        loop {
            if let Some((part, is_due)) = state.take() {
                if is_due {
                    self.waker.wake();
                }
                return Some(part);
            }
            if state.is_over {
                return None;
            }
            state = self.output.wait(state);
        }
    }
}

impl Drop for OutputReader {
    fn drop(&mut self) {
        let mut state = self.output.get();
        state.is_unread = true;
        state.parts.clear();
        drop(state);
        self.waker.wake();
    }
}

#[cfg(test)]
mod tests;
