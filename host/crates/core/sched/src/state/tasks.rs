//! The task table: every task that is not over, what became of it so far, and what follows from all
//! of them: bytes held, deadlines.
//!
//! It must never know where a task waits or who is at work on it.

use super::groups::GroupId;
use polymer_host_task::{
    AttemptEnding, EarlierAttempts, Limits, Moment, PastAttempt, StreamId, TaskError, TaskId, TaskSpec,
    Usage, Verdict,
};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Number of interruptions that make a suspect.
const SUSPICIOUS: u32 = 2;

/// The code of what became of attempts whose supervisor was lost.
pub(crate) const INTERRUPTED: &str = "interrupted";

/// The tasks of a run.
#[derive(Debug, Default)]
pub(crate) struct TaskTable {
    /// Their numbers are ours, so nobody can make them collide.
    tasks: FxHashMap<TaskId, TaskState>,
    next: u64,
    held_bytes: usize,
    /// Number of tasks that were cut.
    cut: usize,
    /// Tasks that have a deadline and were not cut, by when it is.
    deadlines: BTreeSet<(Moment, TaskId)>,
    /// Tasks that are sent only to workers that have nothing else: those with large inputs that
    /// were taken back once, and streamed ones.
    alone: BTreeSet<TaskId>,
    /// Streamed tasks, by their streams.
    streams: BTreeMap<StreamId, TaskId>,
}

/// A task that is not over. Where it is follows from the queue or the worker that holds its id.
#[derive(Debug)]
pub(crate) struct TaskState {
    spec: Box<TaskSpec>,
    /// Bytes that it holds.
    held_bytes: usize,
    /// It is the check or the interactor of another one.
    is_hidden: bool,
    group: GroupId,
    /// What its group was charged for the attempt that a worker has, until it is known better.
    charge: Option<Duration>,
    /// When it began to wait for its next attempt.
    queued_at: Moment,
    /// Attempts that ended or were charged, those before this run included.
    attempts: u32,
    /// Attempts made again because its guest asked for it, or the run tries again what ended so.
    retries: u32,
    /// Number of times it took down a worker.
    deaths: u32,
    /// Number of times it took down a worker while it ran alone, or a supervisor, if it is held
    /// responsible for these.
    solo_deaths: u32,
    /// Number of times in a row its worker died of a shortage, for which it was not charged.
    excuses: u32,
    /// It waits for that among the delayed.
    put_off: Option<PutOff>,
    /// It was late with fuel left, and is or was tried once more alone for that.
    confirmed: bool,
    history: Vec<PastAttempt>,
    /// When it is over at the latest.
    due: Option<Moment>,
    /// Set once it is to be over before it is done: it is not made again, whatever becomes of it.
    cut: Option<CancelReason>,
}

/// Where a task goes that was put off because the machine lacked something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PutOff {
    /// Back to the queue of its module.
    Queue,
    /// Back to the suspects: it is to be tried alone.
    Suspects,
}

/// Where and when a task was tried last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LastTry {
    /// The worker's slot, from 0.
    pub(crate) slot: u32,
    /// When the attempt began, where that is known.
    pub(crate) started: Option<Moment>,
    /// The worker was there for it alone.
    pub(crate) alone: bool,
}

/// Why a task is over before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CancelReason {
    /// Whoever submitted it no longer wants it.
    Canceled,
    /// Its deadline passed.
    Deadline,
}

impl TaskTable {
    /// The number of a task that is submitted now.
    pub(crate) const fn next_id(&mut self) -> TaskId {
        let id = TaskId(self.next);
        self.next += 1;
        id
    }

    /// A task of a group is in the run from here on. Its deadline counts from now.
    pub(crate) fn admit(&mut self, id: TaskId, spec: Box<TaskSpec>, group: GroupId, now: Moment) {
        let task = TaskState::new(id, spec, group, now);
        self.held_bytes += task.held_bytes;
        if let Some(due) = task.due {
            self.deadlines.insert((due, id));
        }
        if let Some(streams) = task.spec.streams {
            self.streams.insert(streams, id);
            self.alone.insert(id);
        }
        self.tasks.insert(id, task);
    }

    /// A task is over.
    pub(crate) fn remove(&mut self, id: TaskId) -> Option<TaskState> {
        let task = self.tasks.remove(&id)?;
        self.held_bytes = self.held_bytes.saturating_sub(task.held_bytes);
        self.cut -= usize::from(task.cut.is_some());
        if let Some(due) = task.due {
            self.deadlines.remove(&(due, id));
        }
        self.alone.remove(&id);
        if let Some(streams) = task.spec.streams {
            self.streams.remove(&streams);
        }
        Some(task)
    }

    pub(crate) fn get(&self, id: TaskId) -> Option<&TaskState> {
        self.tasks.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: TaskId) -> Option<&mut TaskState> {
        self.tasks.get_mut(&id)
    }

    pub(crate) fn spec(&self, id: TaskId) -> Option<&TaskSpec> {
        self.tasks.get(&id).map(|task| &*task.spec)
    }

    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// All that are not over, in no order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TaskId> {
        self.tasks.keys().copied()
    }

    /// The task that whoever submitted it calls so.
    pub(crate) fn with_seq(&self, seq: u64) -> Option<TaskId> {
        let is_named = |(_, task): &(&TaskId, &TaskState)| task.spec.seq == seq && !task.is_hidden;
        self.tasks.iter().find(is_named).map(|(id, _)| *id)
    }

    /// Bytes that its tasks hold.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    /// A task is to be over before it is done. The first reason stands: says whether this is it.
    pub(crate) fn cut(&mut self, id: TaskId, why: CancelReason) -> bool {
        let Some(task) = self.tasks.get_mut(&id).filter(|task| task.cut.is_none()) else { return false };
        task.cut = Some(why);
        self.cut += 1;
        if let Some(due) = task.due {
            self.deadlines.remove(&(due, id));
        }
        true
    }

    /// Returns whether a task is cut: to be over before it is done. Most runs cut none, and this is
    /// asked for each task.
    pub(crate) fn is_cut(&self, id: TaskId) -> bool {
        self.cut > 0 && self.tasks.get(&id).is_some_and(|task| task.cut.is_some())
    }

    /// Returns whether a task came with an ending that is judged anew in place of being run.
    pub(crate) fn is_kept(&self, id: TaskId) -> bool {
        self.tasks.get(&id).is_some_and(TaskState::is_kept)
    }

    /// Returns whether a guest was entered for a task in this run, or may have been.
    pub(crate) fn is_begun(&self, id: TaskId) -> bool {
        self.tasks.get(&id).is_some_and(TaskState::is_begun)
    }

    /// Takes the first deadline that has passed.
    pub(crate) fn take_deadline(&mut self, now: Moment) -> Option<TaskId> {
        let first = self.deadlines.first().copied().filter(|(due, _)| *due <= now)?;
        self.deadlines.remove(&first);
        Some(first.1)
    }

    /// The first deadline.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.deadlines.first().map(|(due, _)| *due)
    }

    /// A task is from here on sent only to a worker that has nothing else.
    pub(crate) fn send_alone(&mut self, id: TaskId) {
        self.alone.insert(id);
    }

    /// Returns whether any such task is in the run. Most runs have none, and this is asked for each
    /// task.
    pub(crate) fn has_alone(&self) -> bool {
        !self.alone.is_empty()
    }

    /// Returns whether this is such a task.
    pub(crate) fn goes_alone(&self, id: TaskId) -> bool {
        self.alone.contains(&id)
    }

    /// The task of these streams.
    pub(crate) fn with_streams(&self, streams: StreamId) -> Option<TaskId> {
        self.streams.get(&streams).copied()
    }
}

#[cfg(test)]
impl TaskTable {
    /// All that are not over, in no order, with what each is.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TaskId, &TaskState)> {
        self.tasks.iter().map(|(id, task)| (*id, task))
    }

    /// I8, I11, I12, I30: the bytes held, the history of each task, the list of deadlines and that
    /// of streams are right.
    pub(crate) fn check(&self) {
        let held: usize = self.tasks.values().map(|task| task.spec.held_bytes()).sum();
        assert_eq!(held, self.held_bytes, "I8: bytes held");
        let cut = self.tasks.values().filter(|task| task.cut.is_some()).count();
        assert_eq!(cut, self.cut, "I12: how many are cut");
        for (id, task) in &self.tasks {
            assert!(id.admitted().0 < self.next, "I8: {id} was never submitted");
            let attempts = usize::try_from(task.attempts).unwrap();
            assert_eq!(task.history.len(), attempts, "I11: {id} has attempts that are not in its history");
            let kept = task.due.is_some_and(|due| self.deadlines.contains(&(due, *id)));
            assert_eq!(kept, task.due.is_some() && task.cut.is_none(), "I12: the deadline of {id}");
        }
        let here = |id: &TaskId| self.tasks.contains_key(id);
        assert!(self.deadlines.iter().all(|(_, id)| here(id)), "I12: deadlines of nobody");
        assert!(self.alone.iter().all(here), "I12: it goes alone and is over");
        let streamed = self.tasks.iter().filter_map(|(id, task)| Some((task.spec.streams?, *id)));
        let streamed: BTreeMap<StreamId, TaskId> = streamed.collect();
        assert_eq!(streamed, self.streams, "I30: streams of tasks");
        assert!(
            streamed.values().all(|id| self.alone.contains(id)),
            "I30: a streamed task may be sent ahead"
        );
    }
}

impl TaskState {
    fn new(id: TaskId, spec: Box<TaskSpec>, group: GroupId, now: Moment) -> Self {
        let before = spec.before;
        let due = spec.deadline.and_then(|deadline| now.checked_add(deadline));
        let mut task = Self {
            held_bytes: spec.held_bytes(),
            queued_at: now,
            attempts: before.interrupted,
            retries: 0,
            deaths: 0,
            solo_deaths: 0,
            excuses: 0,
            put_off: None,
            confirmed: false,
            history: past(before),
            due,
            cut: None,
            is_hidden: id.is_hidden(),
            group,
            charge: None,
            spec,
        };
        task.solo_deaths = task.solo_losses();
        task
    }

    /// Returns its request, with the limits of its next or present attempt.
    pub(crate) const fn spec(&self) -> &TaskSpec {
        &self.spec
    }

    /// Returns its group.
    pub(crate) const fn group(&self) -> GroupId {
        self.group
    }

    /// Its group is charged so much for the attempt that is sent now.
    pub(crate) const fn charge(&mut self, estimate: Duration) {
        self.charge = Some(estimate);
    }

    /// Returns whether its group was charged for the attempt that a worker has.
    #[cfg(test)]
    pub(crate) const fn is_charged(&self) -> bool {
        self.charge.is_some()
    }

    /// The attempt ended or was not made: gives what its group was charged.
    pub(crate) const fn take_charge(&mut self) -> Option<Duration> {
        self.charge.take()
    }

    /// When it began to wait for its next attempt.
    pub(crate) const fn queued_at(&self) -> Moment {
        self.queued_at
    }

    /// Attempts that ended or were charged, those before this run included.
    pub(crate) const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Attempts made again because its guest asked for it, or the run tries again what ended so.
    pub(crate) const fn retries(&self) -> u32 {
        self.retries
    }

    /// Returns the number of times it took down a worker.
    pub(crate) const fn deaths(&self) -> u32 {
        self.deaths
    }

    /// Returns the number of times it took down a worker while it ran alone, or a supervisor, if it
    /// is held responsible for these.
    pub(crate) const fn solo_deaths(&self) -> u32 {
        self.solo_deaths
    }

    /// Returns the number of times in a row its worker died of a shortage, for which it was not
    /// charged.
    pub(crate) const fn excuses(&self) -> u32 {
        self.excuses
    }

    /// Returns whether it is or was tried once more alone because it was late.
    pub(crate) const fn is_confirmed(&self) -> bool {
        self.confirmed
    }

    /// Why it is to be over before it is done, if it is.
    pub(crate) const fn cut(&self) -> Option<CancelReason> {
        self.cut
    }

    /// Returns whether a guest was entered for it in this run, or may have been. For a check one
    /// was: its task's. An interactor waits only with its task.
    pub(crate) const fn is_begun(&self) -> bool {
        self.is_hidden || self.attempts > self.spec.before.interrupted
    }

    /// Returns whether it has one attempt, whatever becomes of that: what its guest reads is gone.
    pub(crate) const fn is_streamed(&self) -> bool {
        self.spec.streams.is_some()
    }

    /// Returns whether it came with an ending that is judged anew in place of being run.
    pub(crate) const fn is_kept(&self) -> bool {
        self.spec.kept.is_some()
    }

    /// Returns whether it is held responsible for the loss of earlier supervisors.
    pub(crate) const fn was_suspect(&self) -> bool {
        self.spec.before.interrupted >= SUSPICIOUS
    }

    /// Returns the number of supervisor losses it is held responsible for, as if its own worker had
    /// died under it alone.
    pub(crate) const fn solo_losses(&self) -> u32 {
        if self.was_suspect() { self.spec.before.alone } else { 0 }
    }

    /// It waits for its next attempt from here on.
    pub(crate) const fn wait(&mut self, now: Moment) {
        self.queued_at = now;
    }

    /// An attempt ended.
    pub(crate) const fn count_attempt(&mut self) {
        self.attempts += 1;
    }

    /// An attempt took down its worker, in which it may have been alone.
    pub(crate) fn count_death(&mut self, alone: bool) {
        self.attempts += 1;
        self.deaths += 1;
        self.solo_deaths += u32::from(alone);
    }

    /// Keeps what is told of an attempt that was not the last.
    pub(crate) fn note(&mut self, ending: &AttemptEnding, place: LastTry) {
        self.history.push(PastAttempt {
            attempt: self.attempts,
            verdict: ending.verdict,
            error: ending.error.clone(),
            worker: Some(place.slot + 1),
            usage: ending.usage.clone(),
        });
    }

    /// Takes the last attempt out of its history: it is what the record itself is about.
    pub(crate) fn take_last(&mut self) -> Option<PastAttempt> {
        self.history.pop()
    }

    /// It is tried again as the policy has it.
    pub(crate) const fn count_retry(&mut self) {
        self.retries += 1;
    }

    /// It is tried again under these limits.
    pub(crate) fn escalate(&mut self, limits: Limits) {
        self.spec.limits = limits;
    }

    /// It is tried once more, alone, because it was late.
    pub(crate) const fn confirm(&mut self) {
        self.confirmed = true;
    }

    /// Its worker died for want of something; says how often that makes in a row.
    pub(crate) const fn excuse(&mut self) -> u32 {
        self.excuses = self.excuses.saturating_add(1);
        self.excuses
    }

    /// Resets the count of excuses: an attempt ended, so earlier shortages count no more.
    pub(crate) const fn end_excuses(&mut self) {
        self.excuses = 0;
    }

    /// It waits because the machine lacked something, and goes there then.
    pub(crate) const fn put_off(&mut self, to: PutOff) {
        self.put_off = Some(to);
    }

    /// It waits no longer.
    pub(crate) const fn take_put_off(&mut self) -> Option<PutOff> {
        self.put_off.take()
    }

    /// Returns the parts of its record.
    pub(crate) fn into_parts(self) -> (Box<TaskSpec>, Vec<PastAttempt>) {
        (self.spec, self.history)
    }
}

/// Returns the history of its attempts before this run.
fn past(before: EarlierAttempts) -> Vec<PastAttempt> {
    let message = "the run was lost while this attempt was under way";
    let past = |attempt| PastAttempt {
        attempt,
        verdict: Verdict::WorkerLost,
        error: TaskError::new(INTERRUPTED, message),
        worker: None,
        usage: Usage::default(),
    };
    (1..=before.interrupted).map(past).collect()
}

#[cfg(test)]
mod tests;
