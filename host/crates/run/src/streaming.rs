//! Streamed tasks of a run: what flows between their streams and the workers that have them, and
//! between the two attempts of an interaction.
//!
//! Each round of the loop moves what can be moved without waiting. What is believed of a worker is
//! kept in an account beside its socket (`protocol::claim`); what a stream is for is not known
//! here.

use super::RunLoop;
use super::streams::StreamEnds;
use super::worker_stream::WorkerStream;
use polymer_host_protocol::FromWorker;
use polymer_host_protocol::claim::{ProtocolViolation, STREAM_OF_ANOTHER, StreamAccount};
use polymer_host_protocol::message::{CreditMessage, OutputMessage};
use polymer_host_sched::SchedulerInput;
use polymer_host_task::{AttemptId, StreamId, Submission, TaskId, WorkerId};
use std::collections::BTreeMap;

/// The streams of tasks that are not over.
#[derive(Debug, Default)]
pub(super) struct StreamTable(BTreeMap<StreamId, StreamEntry>);

#[derive(Debug)]
struct StreamEntry {
    ends: StreamEnds,
    /// Its task has come, or it is one of two that are connected.
    is_submitted: bool,
    /// Its task was canceled because nobody reads.
    is_canceled: bool,
    /// Who has its attempt.
    at: Option<WorkerId>,
    /// The streams of the attempt that reads what this one writes, where two are connected.
    other: Option<StreamId>,
}

impl StreamTable {
    pub(super) fn insert(&mut self, streams: StreamId, ends: StreamEnds) {
        let entry = StreamEntry { ends, is_submitted: false, is_canceled: false, at: None, other: None };
        self.0.insert(streams, entry);
    }

    /// What each of two attempts writes is what the other reads, from here on. Both are about to be
    /// sent.
    pub(super) fn connect(&mut self, program: StreamId, interactor: StreamId) {
        for (streams, other) in [(program, interactor), (interactor, program)] {
            let ends = StreamEnds::of_pair();
            let entry =
                StreamEntry { ends, is_submitted: true, is_canceled: false, at: None, other: Some(other) };
            self.0.insert(streams, entry);
        }
    }

    /// One of two that are connected ended.
    pub(super) fn disconnect(&mut self, streams: StreamId) {
        if let Some(entry) = self.0.get_mut(&streams) {
            entry.ends.end();
            // Its worker may have another attempt by now.
            entry.at = None;
        }
    }

    /// Hands on what each of two that are connected wrote for the other.
    fn pour(&self) {
        for entry in self.0.values() {
            if let Some(other) = entry.other.and_then(|other| self.0.get(&other)) {
                entry.ends.pour_into(&other.ends);
            }
        }
    }

    /// A submission comes: from here on its streams go when it does.
    pub(super) fn note_submitted(&mut self, submission: &Submission) {
        if let Submission::Task(spec) = submission
            && let Some(streams) = spec.streams
            && let Some(entry) = self.0.get_mut(&streams)
        {
            entry.is_submitted = true;
        }
    }

    /// Hears what a worker says of its streams.
    ///
    /// # Errors
    /// If it cannot be true.
    pub(super) fn hear(
        &self,
        stream: Option<&mut WorkerStream>,
        message: &StreamClaim<'_>,
    ) -> Result<(), ProtocolViolation> {
        let Some(WorkerStream { streams, account, .. }) = stream else { return Err(STREAM_OF_ANOTHER) };
        match message {
            StreamClaim::Output(claim) => {
                let (channel, bytes) = account.output(claim)?;
                if let Some(entry) = self.0.get(streams) {
                    entry.ends.put_output(channel, bytes);
                }
            }
            StreamClaim::StdinCredit(claim) => account.stdin_credit(*claim)?,
        }
        Ok(())
    }
}

/// What a worker says of a stream.
#[derive(Debug)]
pub(super) enum StreamClaim<'a> {
    Output(OutputMessage<'a>),
    StdinCredit(CreditMessage),
}

impl<'a> StreamClaim<'a> {
    /// The claim that a message is, if it is one.
    pub(super) const fn of(message: &FromWorker<'a>) -> Option<Self> {
        match message {
            FromWorker::Output(output) => Some(Self::Output(*output)),
            FromWorker::StdinCredit(credit) => Some(Self::StdinCredit(*credit)),
            _ => None,
        }
    }
}

impl RunLoop<'_> {
    /// An attempt is about to be sent: if its task is streamed, its streams are its worker's. One
    /// whose streams nobody handed over is an attempt like any other.
    pub(super) fn attach_streams(&mut self, id: WorkerId, attempt: AttemptId, task: TaskId) {
        if self.streams.0.is_empty() {
            return;
        }
        let Some(spec) = self.sched.spec(task) else { return };
        let Some(streams) = spec.streams else { return };
        let Some(entry) = self.streams.0.get_mut(&streams) else { return };
        let Some(worker) = self.workers.get_mut(&id.slot).filter(|worker| worker.id == id) else { return };
        entry.at = Some(id);
        let account = StreamAccount::new(attempt, spec.limits.output);
        worker.stream = Some(WorkerStream { streams, account, waits_free: entry.ends.waits_free() });
    }

    /// Moves what can be moved between streams and workers, closes streams whose tasks are over,
    /// and cancels tasks that nobody reads from.
    pub(super) fn serve_streams(&mut self) {
        // What went to a worker made room for what another one wrote.
        while !self.streams.0.is_empty() {
            self.streams.pour();
            if !self.advance_streams() {
                return;
            }
        }
    }

    /// The same, once, without what goes from one worker to another; says whether anything moved.
    fn advance_streams(&mut self) -> bool {
        let (mut unread, mut has_moved) = (Vec::new(), false);
        self.streams.0.retain(|streams, entry| {
            let Some(task) = self.sched.streamed(*streams) else { return !entry.is_submitted };
            if !entry.is_canceled && entry.ends.is_unread() {
                entry.is_canceled = true;
                unread.extend(self.sched.spec(task).map(|spec| spec.seq));
            }
            let Some(id) = entry.at else { return true };
            if let Some(worker) = self.workers.get_mut(&id.slot).filter(|worker| worker.id == id)
                && let Some(stream) = worker.stream.as_mut().filter(|stream| stream.streams == *streams)
                && stream.advance(&entry.ends, &mut worker.link)
            {
                self.poll.note_unsent(id);
                has_moved = true;
            }
            true
        });
        for seq in unread {
            self.tell(SchedulerInput::Cancel { seq });
        }
        has_moved
    }
}
