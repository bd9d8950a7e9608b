//! One worker's socket: frames out, frames in, never waiting.
//!
//! A worker may read slowly or not at all, so what waits for it must take little memory and be easy
//! to take back. Attempts wait by name. They become bytes when it is their turn to be written, a
//! batch at a time: so at most a batch and one frame is held, and what was not written yet is
//! dropped without a trace. A large input is not even copied into the batch it ends: it is written
//! from where it is.

use polymer_host_protocol::message::CreditMessage;
use polymer_host_protocol::{FrameError, FrameReader, SMALL_FRAME, ToWorker, write_frame};
use polymer_host_sys::channel;
use polymer_host_task::{AttemptId, TaskId};
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// The most that is read from one worker before the others have their turn.
const TURN: usize = 1 << 20;
/// Bytes that are read at a time.
const PIECE: usize = 64 << 10;
/// Bytes of frames that are made at a time, and whatever more the last has that begins within them.
const BATCH: usize = 64 << 10;
/// Bytes of memory that stay after a batch.
const KEPT: usize = 2 * BATCH;
/// The same after a batch that had more. So large frames that follow each other need not have new
/// memory, and a single one does not keep it for the life of the worker: the next batch gives it
/// back.
const KEPT_OF_LARGE: usize = 4 << 20;

/// An attempt that is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QueuedAttempt {
    pub(super) attempt: AttemptId,
    pub(super) task: TaskId,
    /// The number of the attempt, from 1.
    pub(super) number: u32,
}

/// What goes in place of an input that is gone: its attempt was taken back before its frame went
/// whole, so nobody reads it.
static NOTHING_LEFT: [u8; PIECE] = [0; PIECE];

/// Where inputs of attempts are, and how an attempt becomes a frame.
pub(super) trait AttemptSource {
    /// Appends the frame of an attempt to the bytes, or nothing if nobody needs it any more. Gives
    /// how many bytes of its input are to follow.
    fn encode(&self, unsent: QueuedAttempt, out: &mut Vec<u8>) -> Result<usize, FrameError>;

    /// The input of which bytes are to follow; nothing, if it is gone.
    fn input(&self, unsent: QueuedAttempt) -> Option<&[u8]>;
}

/// Message that waits to be encoded.
#[derive(Debug)]
enum QueuedMessage {
    Attempt(QueuedAttempt),
    Epoch(u16),
    /// A frame of the stdin of the streamed attempt before it. The worker's credit bounds how many
    /// wait.
    Stdin(Vec<u8>),
    /// Credit for the output of that attempt.
    Credit(CreditMessage),
    /// A frame, and the descriptors that travel with it.
    Frame(Box<(Vec<u8>, Vec<OwnedFd>)>),
}

/// Our end of a worker's socket.
#[derive(Debug)]
pub(super) struct WorkerSocket {
    socket: OwnedFd,
    pub(super) frames: FrameReader,
    waiting: VecDeque<QueuedMessage>,
    /// The batch that is being written.
    out: Vec<u8>,
    /// The last attempt in `out`, where its input is to follow, and the bytes of that.
    tail: Option<(QueuedAttempt, usize)>,
    /// Bytes at the front of `out`, and of the input behind it, that went.
    sent: usize,
    /// Where the attempts in `out` begin.
    attempts: Vec<(usize, AttemptId)>,
    /// Where the last frame in `out` ends that is no attempt.
    others_end: usize,
    /// Descriptors that travel with the byte at this place of `out`.
    beside: VecDeque<(usize, Vec<OwnedFd>)>,
    /// The worker closed its end, or it is of no use any more.
    closed: bool,
}

/// Read state: whether more can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadFlow {
    /// There may be more at once.
    More,
    /// Nothing is left for now.
    Empty,
    /// Nothing will come any more.
    Closed,
}

impl WorkerSocket {
    pub(super) fn new(socket: OwnedFd) -> Self {
        Self {
            socket,
            frames: FrameReader::new(SMALL_FRAME),
            waiting: VecDeque::new(),
            out: Vec::new(),
            tail: None,
            sent: 0,
            attempts: Vec::new(),
            others_end: 0,
            beside: VecDeque::new(),
            closed: false,
        }
    }

    /// Puts an attempt behind what waits to go.
    pub(super) fn queue_attempt(&mut self, unsent: QueuedAttempt) {
        self.waiting.push_back(QueuedMessage::Attempt(unsent));
    }

    /// Puts word of a new epoch behind what waits to go. One that it follows on is news no more.
    pub(super) fn queue_epoch(&mut self, epoch: u16) {
        if let Some(QueuedMessage::Epoch(last)) = self.waiting.back_mut() {
            *last = epoch;
        } else {
            self.waiting.push_back(QueuedMessage::Epoch(epoch));
        }
    }

    /// Puts stdin of the streamed attempt behind what waits to go.
    pub(super) fn queue_stdin(&mut self, message: &ToWorker<'_>) {
        let mut frame = Vec::new();
        match write_frame(message, SMALL_FRAME, &mut frame) {
            Ok(()) => self.waiting.push_back(QueuedMessage::Stdin(frame)),
            Err(_) => self.close(),
        }
    }

    /// Puts credit for output of the streamed attempt behind what waits to go, or adds it to what
    /// does: a worker that writes and does not read cannot make it any number of messages.
    pub(super) fn queue_credit(&mut self, attempt: AttemptId, bytes: u64) {
        let attempt = attempt.0;
        for waiting in &mut self.waiting {
            if let QueuedMessage::Credit(credit) = waiting
                && credit.attempt == attempt
            {
                credit.bytes = credit.bytes.saturating_add(bytes);
                return;
            }
        }
        self.waiting.push_back(QueuedMessage::Credit(CreditMessage { attempt, bytes }));
    }

    /// Puts a message with descriptors beside it behind what waits to go.
    pub(super) fn queue_with(&mut self, message: &ToWorker<'_>, beside: &[BorrowedFd<'_>]) -> io::Result<()> {
        let beside = beside.iter().map(BorrowedFd::try_clone_to_owned).collect::<io::Result<_>>()?;
        let mut frame = Vec::new();
        write_frame(message, u32::MAX as usize, &mut frame).map_err(io::Error::other)?;
        self.waiting.push_back(QueuedMessage::Frame(Box::new((frame, beside))));
        Ok(())
    }

    /// Drops all attempts of which no byte was written; says which of them would have gone first.
    pub(super) fn drop_unsent(&mut self) -> Option<AttemptId> {
        let waits = |waiting: &QueuedMessage| match waiting {
            QueuedMessage::Attempt(unsent) => Some(unsent.attempt),
            QueuedMessage::Epoch(_)
            | QueuedMessage::Stdin(_)
            | QueuedMessage::Credit(_)
            | QueuedMessage::Frame(_) => None,
        };
        let from = self.sent.max(self.others_end);
        let written = self.attempts.partition_point(|(begins, _)| *begins < from);
        let in_batch = self.attempts.get(written).copied();
        if let Some((begins, _)) = in_batch {
            self.out.truncate(begins);
            // The last attempt is among those that are dropped.
            self.tail = None;
            self.attempts.truncate(written);
        }
        let first = in_batch.map(|(_, attempt)| attempt).or_else(|| self.waiting.iter().find_map(waits));
        self.waiting.retain(|waiting| waits(waiting).is_none());
        if first.is_some() {
            // They are of the attempt that is dropped: a streamed one is the last that its worker
            // has. Its worker never hears of it, so it must not hear of its streams.
            let is_other = |waiting: &QueuedMessage| {
                !matches!(waiting, QueuedMessage::Stdin(_) | QueuedMessage::Credit(_))
            };
            self.waiting.retain(is_other);
        }
        first
    }

    /// Returns the bytes to send until an attempt is sent whole, `None` if it is. Its own are
    /// counted once it is in the batch that is being written.
    pub(super) fn unsent(&self, attempt: AttemptId) -> Option<usize> {
        let is = |waiting: &QueuedMessage| matches!(waiting, QueuedMessage::Attempt(unsent) if unsent.attempt == attempt);
        let end = match self.attempts.iter().position(|(_, other)| *other == attempt) {
            Some(place) => self.attempts.get(place + 1).map_or(self.batch_length(), |(next, _)| *next),
            None if self.waiting.iter().any(is) => self.batch_length() + 1,
            None => return None,
        };
        end.checked_sub(self.sent).filter(|left| *left > 0)
    }

    /// Bytes of the batch that is being written.
    fn batch_length(&self) -> usize {
        self.out.len() + self.tail.map_or(0, |(_, bytes)| bytes)
    }

    /// Returns what is sent next: bytes up to where descriptors travel, and the descriptors that
    /// travel with the first of them.
    fn next<'a>(&'a self, source: &'a impl AttemptSource) -> (&'a [u8], &'a [OwnedFd]) {
        if let (Some((unsent, length)), Some(at)) = (self.tail, self.sent.checked_sub(self.out.len())) {
            let left = length.saturating_sub(at);
            let input = source.input(unsent).and_then(|input| input.get(at..length));
            return (input.unwrap_or_else(|| NOTHING_LEFT.get(..left).unwrap_or(&NOTHING_LEFT)), &[]);
        }
        let mut beside = self.beside.iter();
        let with = match self.beside.front() {
            Some((at, descriptors)) if *at == self.sent => {
                beside.next();
                descriptors.as_slice()
            }
            _ => &[],
        };
        let until = beside.next().map_or(self.out.len(), |(at, _)| *at);
        (self.out.get(self.sent..until).unwrap_or_default(), with)
    }

    /// Sends what waits, as far as it goes; says whether something is left.
    pub(super) fn flush(&mut self, source: &impl AttemptSource) -> bool {
        while !self.closed {
            if self.sent == self.batch_length() {
                self.make_batch(source);
                if self.out.is_empty() {
                    return false;
                }
            }
            let (bytes, beside) = self.next(source);
            let went_with = !beside.is_empty();
            let beside: Vec<BorrowedFd<'_>> = beside.iter().map(AsFd::as_fd).collect();
            match channel::send(&self.socket, bytes, &beside) {
                Ok(count) => {
                    self.sent += count;
                    if went_with {
                        self.beside.pop_front();
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.close(),
            }
        }
        self.waiting.clear();
        self.clear_batch();
        false
    }

    /// Makes bytes of what waits, a batch of it.
    fn make_batch(&mut self, source: &impl AttemptSource) {
        self.clear_batch();
        while self.out.len() < BATCH && self.tail.is_none() && !self.closed {
            let begins = self.out.len();
            let encoded = match self.waiting.pop_front() {
                None => return,
                Some(QueuedMessage::Attempt(unsent)) => {
                    self.attempts.push((begins, unsent.attempt));
                    source.encode(unsent, &mut self.out).map(|follows| {
                        self.tail = (follows > 0).then_some((unsent, follows));
                    })
                }
                Some(QueuedMessage::Epoch(epoch)) => {
                    let encoded = write_frame(&ToWorker::Epoch(epoch), SMALL_FRAME, &mut self.out);
                    self.others_end = self.out.len();
                    encoded
                }
                Some(QueuedMessage::Stdin(frame)) => {
                    self.out.extend_from_slice(&frame);
                    self.others_end = self.out.len();
                    Ok(())
                }
                Some(QueuedMessage::Credit(credit)) => {
                    let encoded = write_frame(&ToWorker::OutputCredit(credit), SMALL_FRAME, &mut self.out);
                    self.others_end = self.out.len();
                    encoded
                }
                Some(QueuedMessage::Frame(frame)) => {
                    let (bytes, beside) = *frame;
                    self.out.extend_from_slice(&bytes);
                    self.others_end = self.out.len();
                    if !beside.is_empty() {
                        self.beside.push_back((begins, beside));
                    }
                    Ok(())
                }
            };
            if encoded.is_err() {
                // No frame is long enough for it.
                self.close();
            }
        }
    }

    fn clear_batch(&mut self) {
        if !self.out.is_empty() {
            let kept = if self.out.len() > KEPT { KEPT_OF_LARGE } else { KEPT };
            self.out.clear();
            self.out.shrink_to(kept);
        }
        self.attempts.clear();
        self.tail = None;
        self.beside.clear();
        (self.sent, self.others_end) = (0, 0);
    }

    fn close(&mut self) {
        self.closed = true;
        // What did not go it would wait for. The end is noticed where it is read from, by both.
        drop(channel::end(&self.socket));
    }

    /// Reads what came.
    pub(super) fn read(&mut self) -> ReadFlow {
        let mut read = 0;
        while read < TURN {
            match nix::unistd::read(&self.socket, self.frames.room(PIECE)) {
                Ok(0) => return ReadFlow::Closed,
                Ok(count) => {
                    self.frames.note_read(count);
                    read += count;
                    if count < PIECE {
                        return ReadFlow::Empty;
                    }
                }
                Err(nix::errno::Errno::EAGAIN) => return ReadFlow::Empty,
                Err(nix::errno::Errno::EINTR) => {}
                Err(_) => return ReadFlow::Closed,
            }
        }
        ReadFlow::More
    }
}

impl AsFd for WorkerSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests;
