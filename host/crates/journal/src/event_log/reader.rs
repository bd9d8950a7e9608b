//! Reader of `events.jsonl`, for resuming or inspecting a run: which attempts were under way when a
//! supervisor was lost, and which are now.
//!
//! It must never know the outcome of the tasks.

use super::line::{self, AttemptStarted, EventLine, LineError};
use crate::lines;
use crate::lines::{JournalError, LineFlaw, TornLine};
use polymer_host_base::Digest;
use polymer_host_task::{TaskKey, Verdict};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::BufRead;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Number of a task's attempts that were under way when their supervisor was lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InterruptedTask {
    /// Number of these attempts.
    pub times: u32,
    /// Number of these that ran alone in their worker.
    pub alone: u32,
}

/// Interruptions by key.
pub type InterruptionTable = HashMap<TaskKey, InterruptedTask>;

/// Result of a scan of all events.
#[derive(Debug, Default)]
pub struct EventHistory {
    /// The digest that each module had when it was named first.
    pub modules: BTreeMap<String, Digest>,
    /// Number of supervisors.
    pub sessions: u64,
    /// The last of them.
    pub last: Option<LoggedSession>,
    /// Attempts it had sent to workers without an answer; empty if it ended in good order. Oldest
    /// first.
    pub under_way: Vec<UnderWay>,
    /// Attempts under way whenever a supervisor was lost, including the last one unless it ended in
    /// good order.
    pub interrupted: InterruptionTable,
    /// Bytes of all whole lines.
    pub end: u64,
    /// Torn line behind them.
    pub torn: Option<TornLine>,
}

/// One supervisor's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedSession {
    /// When it began.
    pub began: SystemTime,
    /// Its process.
    pub pid: u32,
    /// Its end, if that was in good order.
    pub ended: Option<SessionEnd>,
}

/// End of a supervisor that was not lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEnd {
    /// Its input was used up.
    pub complete: bool,
    /// Why not, in words; empty if it was.
    pub halt: String,
}

/// An attempt that was sent to a worker.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderWay {
    /// Its task's line.
    pub seq: u64,
    /// Its task's id.
    pub id: String,
    /// Its task's key.
    pub key: Option<TaskKey>,
    /// Its number, from 1.
    pub attempt: u32,
    /// Its worker's slot, from 1.
    pub slot: u32,
    /// Nothing else runs in that worker.
    pub alone: bool,
    /// When it was sent, counted from the beginning of its session.
    pub sent: Duration,
    /// Another one comes before it: it is not being made yet.
    pub ahead: bool,
}

/// Reads all events of `path`, in as much memory as those take that are under way or were
/// interrupted.
///
/// # Errors
/// If it cannot be read, is damaged before its end, or has lines of a version that is not known.
pub fn scan(reader: impl BufRead, path: &Path) -> Result<EventHistory, JournalError> {
    let mut scan = EventScan::default();
    let read = lines::each(reader, path, |line| scan.take(line));
    if let Some(version) = scan.unknown_version {
        return Err(JournalError::Version { path: path.to_path_buf(), version, known: line::VERSION });
    }
    let (end, torn) = read?;
    let EventScan { mut events, mut sent, .. } = scan;
    if events.last.as_ref().is_some_and(|last| last.ended.is_none()) {
        sent.interrupt(&mut events.interrupted);
        events.under_way = sent.under_way();
    }
    Ok(EventHistory { end, torn, ..events })
}

/// Scan of a log, line by line.
#[derive(Default)]
pub(super) struct EventScan {
    events: EventHistory,
    sent: SentTasks,
    /// Unknown version of a session's lines, which ended the scan.
    unknown_version: Option<u32>,
}

impl EventScan {
    fn take(&mut self, line: &[u8]) -> Result<(), LineFlaw> {
        if let Some(line) = self.read(line)? {
            self.apply(line);
        }
        Ok(())
    }

    /// Reads the next line, without its newline. Gives nothing for a kind that is not known.
    ///
    /// # Errors
    /// If it is no event, or one of a version that is not known.
    pub(super) fn read<'a>(&mut self, line: &'a [u8]) -> Result<Option<EventLine<'a>>, LineFlaw> {
        EventLine::read(line).map_err(|error| match error {
            LineError::NoEvent => LineFlaw::Broken("is not an event".to_owned()),
            LineError::Version(version) => {
                self.unknown_version = Some(version);
                LineFlaw::Strange(String::new())
            }
            LineError::Fields(error) => LineFlaw::of(&error, "event"),
        })
    }

    /// Takes what the next line tells. Kinds that make a difference here are those of
    /// [`is_read_again`](super::retention::is_read_again).
    pub(super) fn apply(&mut self, line: EventLine<'_>) {
        match line {
            EventLine::Session(session) => self.session(&session),
            EventLine::Module(module) => {
                self.events.modules.entry(module.name.into_owned()).or_insert(module.sha256);
            }
            EventLine::AttemptStarted(attempt) => self.sent.add(attempt),
            EventLine::AttemptFailed(attempt) => {
                self.sent.answer(LoggedTask { seq: attempt.seq, key: attempt.key }, &attempt.verdict);
            }
            EventLine::TaskDone(task) => {
                self.done(LoggedTask { seq: task.seq, key: task.key }, &task.verdict);
            }
            EventLine::WorkerStarted(worker) => self.sent.renew(worker.slot),
            EventLine::WorkerDied(worker) => self.sent.renew(worker.slot),
            EventLine::SessionEnded(ended) => {
                self.sent = SentTasks::default();
                if let Some(last) = &mut self.events.last {
                    last.ended = Some(SessionEnd { complete: ended.complete, halt: ended.halt.into_owned() });
                }
            }
            EventLine::Engine(_)
            | EventLine::Jail(_)
            | EventLine::MemoryBound(_)
            | EventLine::WorkerTurned(_)
            | EventLine::WorkerRecycled(_)
            | EventLine::Exhausted(_)
            | EventLine::ModuleReady(_)
            | EventLine::ModuleInvalid(_)
            | EventLine::CacheEntryRejected(_)
            | EventLine::CacheTrouble(_)
            | EventLine::WentOn(_)
            | EventLine::Draining(_)
            | EventLine::GroupStopped(_)
            | EventLine::GroupSums(_)
            | EventLine::LinesLeftOut(_) => {}
        }
    }

    /// Returns whether a module was named before.
    pub(super) fn knows_module(&self, name: &str) -> bool {
        self.events.modules.contains_key(name)
    }

    /// Returns whether a task was interrupted in an earlier session and has no record since.
    pub(super) fn is_interrupted(&self, key: &TaskKey) -> bool {
        self.events.interrupted.contains_key(key)
    }

    /// Returns the tasks that are being made: the oldest of each worker.
    pub(super) fn being_made(&self) -> impl Iterator<Item = LoggedTask> {
        self.sent.oldest().map(LoggedTask::of)
    }

    /// Returns all tasks that were sent to workers and not answered.
    pub(super) fn under_way_tasks(&self) -> impl Iterator<Item = LoggedTask> {
        self.sent.attempts.keys().copied()
    }

    /// Returns the slots whose tasks were sent to a process that is gone.
    pub(super) fn slots_without_process(&self) -> impl Iterator<Item = u32> {
        let slots = self.sent.slots.iter();
        slots.filter(|(_, slot)| slot.gone && !slot.queue.is_empty()).map(|(number, _)| *number)
    }

    /// A record was made. Unless its task was only cut short, it has a history no more: if it is
    /// run again, that is a new beginning.
    fn done(&mut self, task: LoggedTask, verdict: &str) {
        self.sent.answer(task, verdict);
        if let Some(key) = &task.key
            && verdict != Verdict::Canceled.name()
        {
            self.events.interrupted.remove(key);
        }
    }

    fn session(&mut self, session: &line::SessionFields) {
        // Of one that ended in good order nothing is left.
        self.sent.interrupt(&mut self.events.interrupted);
        self.sent = SentTasks::default();
        self.events.sessions += 1;
        self.events.last = Some(LoggedSession { began: session.time, pid: session.pid, ended: None });
    }
}

/// A task as events name it. A line that is run again keeps its number, which another line of the
/// input may have by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LoggedTask {
    pub(super) seq: u64,
    pub(super) key: Option<TaskKey>,
}

impl LoggedTask {
    const fn of(attempt: &UnderWay) -> Self {
        Self { seq: attempt.seq, key: attempt.key }
    }
}

/// Attempts sent to workers and not answered.
#[derive(Default)]
struct SentTasks {
    attempts: HashMap<LoggedTask, UnderWay>,
    slots: BTreeMap<u32, SlotQueue>,
}

/// Attempts sent to one worker, which makes them in this order.
#[derive(Default)]
struct SlotQueue {
    queue: VecDeque<LoggedTask>,
    /// True if the queued attempts were sent to a process that is gone.
    gone: bool,
}

impl SentTasks {
    fn add(&mut self, line: AttemptStarted<'_>) {
        let task = LoggedTask { seq: line.seq, key: line.key };
        // It was taken back before, or its worker died under another.
        self.drop(task);
        let slot = self.slots.entry(line.slot).or_default();
        if std::mem::take(&mut slot.gone) {
            for task in slot.queue.drain(..) {
                self.attempts.remove(&task);
            }
        }
        slot.queue.push_back(task);
        let attempt = UnderWay {
            seq: line.seq,
            id: line.id.into_owned(),
            key: task.key,
            attempt: line.attempt,
            slot: line.slot,
            alone: line.alone,
            sent: line.at_ms.0,
            ahead: false,
        };
        self.attempts.insert(task, attempt);
    }

    /// Forgets what was sent of a task. Gives its worker's slot, and how many were before it there.
    fn drop(&mut self, task: LoggedTask) -> Option<(u32, usize)> {
        let attempt = self.attempts.remove(&task)?;
        let slot = self.slots.get_mut(&attempt.slot)?;
        let place = slot.queue.iter().position(|sent| *sent == task)?;
        slot.queue.remove(place);
        Some((attempt.slot, place))
    }

    /// Something came of what was sent of a task.
    fn answer(&mut self, task: LoggedTask, verdict: &str) {
        let Some((slot, before @ 1..)) = self.drop(task) else { return };
        // It was made, so those before it are not with that worker any more. What ends without its
        // worker's having a part in it says nothing of them.
        if Verdict::ALL.into_iter().any(|known| known.name() == verdict && known.is_workers_to_say())
            && let Some(slot) = self.slots.get_mut(&slot)
        {
            for task in slot.queue.drain(..before) {
                self.attempts.remove(&task);
            }
        }
    }

    /// A process ended in this slot, or one began.
    fn renew(&mut self, slot: u32) {
        if let Some(slot) = self.slots.get_mut(&slot) {
            slot.gone = true;
        }
    }

    /// Returns what is being made: the oldest attempt of each worker.
    fn oldest(&self) -> impl Iterator<Item = &UnderWay> {
        self.slots.values().filter_map(|slot| self.attempts.get(slot.queue.front()?))
    }

    /// Counts what is being made. Equal tasks were lost by one and the same loss, so they count
    /// once, as alone if each of them was: of the others any may have been to blame.
    fn interrupt(&self, interrupted: &mut InterruptionTable) {
        let mut alone = BTreeMap::new();
        for attempt in self.oldest() {
            if let Some(key) = attempt.key {
                *alone.entry(key).or_insert(true) &= attempt.alone;
            }
        }
        for (key, alone) in alone {
            let known = interrupted.entry(key).or_default();
            known.times = known.times.saturating_add(1);
            known.alone = known.alone.saturating_add(u32::from(alone));
        }
    }

    fn under_way(&mut self) -> Vec<UnderWay> {
        for slot in self.slots.values() {
            for task in slot.queue.iter().skip(1) {
                if let Some(attempt) = self.attempts.get_mut(task) {
                    attempt.ahead = true;
                }
            }
        }
        let mut under_way: Vec<_> = std::mem::take(&mut self.attempts).into_values().collect();
        under_way.sort_by_key(|attempt| (attempt.sent, attempt.seq));
        under_way
    }
}

#[cfg(test)]
mod tests;
