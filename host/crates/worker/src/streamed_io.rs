//! The streams of one streamed attempt, between its guest and the socket that is lent to it: what
//! has come of stdin, what goes of output, and the credit of both.
//!
//! Nothing here waits but [`StreamedIo::wait`], which is called while the guest is not entered. It
//! must never know what WASI is, or how a guest is entered.

use super::deadline::Deadline;
use super::guest_error::{OutOfTime, OutputExceeded};
use super::link::{IncomingFrames, LinkError, OutgoingFrames, ReceivedNow, decode};
use bytes::Bytes;
use polymer_host_protocol::claim::OutputChannel;
use polymer_host_protocol::credit::{STREAM_FRAME, StreamCredit, TakenBytes};
use polymer_host_protocol::message::{CreditMessage, OutputMessage, StdinMessage};
use polymer_host_protocol::{FromWorker, SMALL_FRAME, ToWorker};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

/// How long output is gathered at the most while its guest goes on to write.
const GATHER: Duration = Duration::from_millis(1);
/// The longest wait where nothing but the socket is waited for: as often as a deadline is looked
/// at.
const ALONE: Duration = Duration::from_millis(100);
/// The longest wait where the guest may wait for a clock as well, whose end ends no wait.
const BESIDE: Duration = Duration::from_millis(10);
/// The shortest wait there.
const SHORTEST: Duration = Duration::from_millis(1);

/// The streams of an attempt, shared by all that its guest has of them.
#[derive(Debug, Clone)]
pub(crate) struct StreamedIo(Arc<Mutex<StreamState>>);

/// Way in which an attempt is streamed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreamTerms {
    pub(crate) attempt: u64,
    /// Bytes of stdout it may write.
    pub(crate) limit: u64,
    /// Time it has.
    pub(crate) time: Duration,
    /// What it waits for its streams does not count for that.
    pub(crate) waits_free: bool,
    /// It yields while it works, and what is gathered goes then.
    pub(crate) yields: bool,
}

/// What a link came back as.
#[derive(Debug)]
pub(crate) struct ReturnedLink {
    pub(crate) incoming: Option<IncomingFrames>,
    /// The epoch that was told meanwhile.
    pub(crate) epoch: Option<u16>,
}

/// Why the talk with the supervisor cannot go on.
#[derive(Debug)]
pub(crate) enum BrokenLink {
    /// It closed the socket.
    Closed,
    /// What it sent has no place, or the socket failed.
    Failed(LinkError),
}

/// A wait of the guest for its streams. One that is given up, because something else came, is no
/// wait any more: the guest goes on.
#[derive(Debug)]
pub(crate) struct StreamWait {
    io: StreamedIo,
    number: u64,
}

/// A wait that was not over when the guest was entered last.
#[derive(Debug)]
struct OpenWait {
    number: u64,
    /// Whoever is to be woken.
    waker: Waker,
    /// Nothing else is waited for.
    is_alone: bool,
}

#[derive(Debug)]
struct StreamState {
    terms: StreamTerms,
    link: Option<(IncomingFrames, OutgoingFrames)>,
    /// What stdin begins with, which came with the attempt.
    first: Bytes,
    /// What came of stdin.
    stdin: VecDeque<Bytes>,
    stdin_ended: bool,
    stdin_credit: StreamCredit,
    taken: TakenBytes,
    /// Output that is gathered, of one channel, and since when.
    gathered: Vec<u8>,
    channel: OutputChannel,
    since: Option<Instant>,
    /// Credit for output that was sent.
    credit: StreamCredit,
    /// Bytes of stdout so far, those that are gathered included.
    stdout: u64,
    deadline: Deadline,
    waits: Vec<OpenWait>,
    last_wait: u64,
    /// Since when the guest waits for what it waits for.
    waits_since: Option<Instant>,
    /// Time that it waited for its streams and that does not count.
    free: Duration,
    epoch: Option<u16>,
    broken: Option<BrokenLink>,
}

impl StreamedIo {
    /// The streams of an attempt that begins now. Its stdin begins with `first`.
    pub(crate) fn new(terms: StreamTerms, incoming: IncomingFrames, outgoing: OutgoingFrames) -> Self {
        Self(Arc::new(Mutex::new(StreamState {
            deadline: Deadline::after(terms.time),
            terms,
            link: Some((incoming, outgoing)),
            first: Bytes::new(),
            stdin: VecDeque::new(),
            stdin_ended: false,
            stdin_credit: StreamCredit::new(),
            taken: TakenBytes::default(),
            gathered: Vec::new(),
            channel: OutputChannel::Stdout,
            since: None,
            credit: StreamCredit::new(),
            stdout: 0,
            waits: Vec::new(),
            last_wait: 0,
            waits_since: None,
            free: Duration::ZERO,
            epoch: None,
            broken: None,
        })))
    }

    fn get(&self) -> MutexGuard<'_, StreamState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts these bytes before all that comes.
    pub(crate) fn begin_with(&self, first: Vec<u8>) {
        self.get().first = first.into();
    }

    /// Sends what is gathered.
    pub(crate) fn send_all(&self) {
        self.get().send_gathered();
    }

    /// Why the talk with the supervisor cannot go on, if it cannot.
    pub(crate) fn take_broken(&self) -> Option<BrokenLink> {
        self.get().broken.take()
    }

    /// Gives the link back. Whoever still has the streams has them for nothing.
    pub(crate) fn finish(&self) -> ReturnedLink {
        let mut state = self.get();
        ReturnedLink { incoming: state.link.take().map(|(incoming, _)| incoming), epoch: state.epoch }
    }

    /// Returns the bytes that the guest wrote to its stdout.
    pub(crate) fn stdout(&self) -> u64 {
        self.get().stdout
    }

    /// Returns the time that the guest waited and that does not count.
    pub(crate) fn free_time(&self) -> Duration {
        self.get().free
    }
}

/// The guest's side. None of it waits.
impl StreamedIo {
    /// Returns whether a read gives something, be it the end.
    pub(crate) fn is_readable(&self) -> bool {
        let mut state = self.get();
        state.is_readable() || {
            state.look();
            state.is_readable()
        }
    }

    /// Takes so many bytes of stdin at the most: none if there are none now, `None` at the end.
    pub(crate) fn read(&self, most: usize) -> Option<Bytes> {
        let mut state = self.get();
        if !state.is_readable() {
            state.look();
        }
        state.read(most)
    }

    /// Returns how many bytes may be written now.
    pub(crate) fn room(&self) -> usize {
        let mut state = self.get();
        if state.room() == 0 {
            state.look();
        }
        state.room()
    }

    /// Takes what the guest writes, which is no more than there is [room](Self::room) for.
    ///
    /// # Errors
    /// If it is over the limit of stdout: what fits is taken.
    pub(crate) fn write(&self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputExceeded> {
        self.get().write(channel, bytes)
    }

    /// Returns whether the attempt is in its time.
    ///
    /// # Errors
    /// If it is not.
    pub(crate) fn check_time(&self) -> Result<(), OutOfTime> {
        if self.get().left().is_zero() { Err(OutOfTime) } else { Ok(()) }
    }

    /// Returns whether the talk with the supervisor cannot go on, and so the attempt cannot.
    pub(crate) fn is_broken(&self) -> bool {
        self.get().broken.is_some()
    }

    /// The guest begins to wait for its streams.
    pub(crate) fn begin_wait(&self) -> StreamWait {
        let mut state = self.get();
        state.waits_since = None;
        state.last_wait += 1;
        StreamWait { io: self.clone(), number: state.last_wait }
    }

    /// It waits for them, and perhaps for something else, until it is entered again.
    pub(crate) fn wait_for(&self, context: &Context<'_>) {
        self.get().open_wait(0, context, false);
    }
}

impl StreamWait {
    /// It is not over; `is_alone` if nothing else is waited for.
    pub(crate) fn goes_on(&self, context: &Context<'_>, is_alone: bool) {
        self.io.get().open_wait(self.number, context, is_alone);
    }
}

impl Drop for StreamWait {
    fn drop(&mut self) {
        self.io.get().waits.retain(|wait| wait.number != self.number);
    }
}

/// What came of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitEnd {
    /// The guest waits for none of its streams.
    NotWanted,
    /// Something came, or the talk is over: the guest is to be entered again.
    Came,
    /// Nothing came for now.
    Nothing,
}

/// The side of whoever enters the guest.
impl StreamedIo {
    /// The guest is about to be entered: what it waited for before is of no interest.
    pub(crate) fn enter(&self) {
        self.get().waits.clear();
    }

    /// Sends what is gathered, and then waits for the socket if the guest does. Not so long that a
    /// clock beside it would be late.
    pub(crate) fn wait(&self) -> WaitEnd {
        let mut state = self.get();
        state.send_gathered();
        if state.waits.is_empty() {
            state.waits_since = None;
            return WaitEnd::NotWanted;
        }
        let begun = Instant::now();
        let most = state.longest_wait(begun).min(state.left());
        let has_come = state.link.as_ref().is_some_and(|(incoming, _)| incoming.wait(most));
        if has_come {
            state.look();
        }
        if state.terms.waits_free {
            state.free += begun.elapsed();
        }
        if has_come || state.broken.is_some() {
            state.waits.drain(..).for_each(|wait| wait.waker.wake());
            WaitEnd::Came
        } else {
            WaitEnd::Nothing
        }
    }
}

impl StreamState {
    fn open_wait(&mut self, number: u64, context: &Context<'_>, is_alone: bool) {
        self.waits.retain(|wait| wait.number != number);
        self.waits.push(OpenWait { number, waker: context.waker().clone(), is_alone });
    }

    fn left(&self) -> Duration {
        self.deadline.left_with(self.free)
    }

    /// How long the guest may be kept waiting: a clock that it waits for as well is late by a
    /// fraction of what it waited so far.
    fn longest_wait(&mut self, now: Instant) -> Duration {
        if matches!(self.waits[..], [OpenWait { is_alone: true, .. }]) {
            return ALONE;
        }
        let since = *self.waits_since.get_or_insert(now);
        (now.saturating_duration_since(since) / 4).clamp(SHORTEST, BESIDE)
    }

    fn is_readable(&self) -> bool {
        !self.first.is_empty() || !self.stdin.is_empty() || self.stdin_ended || self.broken.is_some()
    }

    fn read(&mut self, most: usize) -> Option<Bytes> {
        if !self.first.is_empty() {
            let length = most.min(self.first.len());
            return Some(self.first.split_to(length));
        }
        let Some(front) = self.stdin.front_mut() else {
            return (!self.stdin_ended).then(Bytes::new);
        };
        let length = most.min(front.len());
        let bytes = front.split_to(length);
        if front.is_empty() {
            self.stdin.pop_front();
        }
        if let Some(taken) = self.taken.add(length as u64) {
            self.return_credit(taken);
        }
        Some(bytes)
    }

    fn return_credit(&mut self, bytes: u64) {
        if self.stdin_credit.give(bytes).is_err() {
            return self.fail(LinkError::Own("credit for stdin that did not come".to_owned()));
        }
        self.send(&FromWorker::StdinCredit(CreditMessage { attempt: self.terms.attempt, bytes }));
    }

    fn room(&self) -> usize {
        let left = usize::try_from(self.credit.left()).unwrap_or(usize::MAX);
        left.saturating_sub(self.gathered.len())
    }

    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputExceeded> {
        if channel != self.channel {
            self.send_gathered();
            self.channel = channel;
        }
        let room = match channel {
            OutputChannel::Stdout => self.terms.limit.saturating_sub(self.stdout),
            OutputChannel::Stderr => u64::MAX,
        };
        let fits = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        self.gathered.extend_from_slice(bytes.get(..fits).unwrap_or_default());
        if channel == OutputChannel::Stdout {
            self.stdout += fits as u64;
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if !self.terms.yields || self.gathered.len() >= STREAM_FRAME || since.elapsed() >= GATHER {
            self.send_gathered();
        }
        if fits < bytes.len() { Err(OutputExceeded) } else { Ok(()) }
    }

    /// Sends what is gathered. There is credit for all of it.
    fn send_gathered(&mut self) {
        if self.gathered.is_empty() {
            return;
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        for bytes in gathered.chunks(STREAM_FRAME) {
            if self.credit.spend(bytes.len() as u64).is_err() {
                self.fail(LinkError::Own("output without credit".to_owned()));
            }
            let (attempt, channel) = (self.terms.attempt, self.channel.number());
            self.send(&FromWorker::Output(OutputMessage { attempt, channel, bytes }));
        }
        gathered.clear();
        (self.gathered, self.since) = (gathered, None);
    }

    fn send(&mut self, message: &FromWorker<'_>) {
        if self.broken.is_some() {
            return;
        }
        if let Some((_, outgoing)) = &mut self.link
            && let Err(error) = outgoing.send(message, SMALL_FRAME)
        {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: LinkError) {
        self.broken.get_or_insert(BrokenLink::Failed(error));
    }

    /// Takes what has come, without waiting.
    fn look(&mut self) {
        let Some((mut incoming, outgoing)) = self.link.take() else { return };
        match incoming.receive_now() {
            Ok(ReceivedNow::End) => {
                self.broken.get_or_insert(BrokenLink::Closed);
            }
            Ok(ReceivedNow::Some | ReceivedNow::Nothing) => {}
            Err(error) => self.fail(error),
        }
        // Some may have come with the attempt itself, before the link was lent.
        loop {
            match incoming.frame_now() {
                Ok(Some(frame)) => {
                    if let Err(error) = decode(frame).and_then(|message| self.take(message)) {
                        self.fail(error);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    self.fail(error);
                    break;
                }
            }
        }
        self.link = Some((incoming, outgoing));
    }

    /// Takes a message that comes while the attempt is at work.
    fn take(&mut self, message: ToWorker<'_>) -> Result<(), LinkError> {
        let unexpected = |what: &str| Err(LinkError::Unexpected(format!("{what} in a streamed attempt")));
        match message {
            ToWorker::Stdin(StdinMessage { attempt, bytes }) if attempt == self.terms.attempt => {
                if self.stdin_ended || bytes.is_empty() {
                    return unexpected("stdin that cannot be");
                }
                if self.stdin_credit.spend(bytes.len() as u64).is_err() {
                    return unexpected("stdin without credit");
                }
                self.stdin.push_back(Bytes::copy_from_slice(bytes));
            }
            ToWorker::StdinEnd(attempt) if attempt == self.terms.attempt => self.stdin_ended = true,
            ToWorker::OutputCredit(CreditMessage { attempt, bytes }) if attempt == self.terms.attempt => {
                if self.credit.give(bytes).is_err() {
                    return unexpected("credit for output that was not sent");
                }
            }
            // What was sent ahead is taken back, of which there is nothing.
            ToWorker::Epoch(epoch) => self.epoch = Some(epoch),
            other => return unexpected(other.name()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
