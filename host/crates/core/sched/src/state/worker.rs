//! A worker as the scheduler knows it: how far it has come, what it was sent, whether it is to die.
//!
//! It must never know another worker, or what a task or a module is beyond its number.

use super::cpu_watch::CpuWatch;
use super::looks::{AwaitedPhase, SlowReason, WorkerLooks};
use crate::head_clock::{AttemptDelivery, HeadClock};
use polymer_host_event::{ProcessRole, RecycleReason};
use polymer_host_task::{AttemptId, ModuleId, Moment, TaskId, WorkerId};
use std::collections::VecDeque;
use std::time::Duration;

/// A process that was started and has not been seen dead.
#[derive(Debug)]
pub(crate) struct WorkerState {
    id: WorkerId,
    role: ProcessRole,
    phase: WorkerPhase,
    /// When it entered its phase.
    since: Moment,
    /// Observations of it when it was not ready in time.
    looks: WorkerLooks,
    /// Set once it is to die; nothing more is sent to it.
    stopping: Option<StopReason>,
    /// The one task it may run next: a suspect, to be tried alone.
    reserved: Option<TaskId>,
    /// No attempt was sent to it yet.
    fresh: bool,
    /// Attempts sent and not answered, in the order in which it makes them.
    outstanding: VecDeque<OutstandingAttempt>,
    /// The clock of the first of them.
    head: HeadClock,
    /// Looks at the CPU time it uses over the first of them.
    cpu_watch: CpuWatch,
    /// Attempts at the module it serves that it has answered.
    answered: u32,
    /// Work was taken back from it; it gets none ahead until it has nothing left.
    held: bool,
    /// Work was asked back from it, and what it had not begun is not known yet.
    asked_back: bool,
    /// Number of attempts it may still be sent.
    left: u32,
    /// Time it was at work so far.
    busy: Duration,
    /// Why it is sent nothing more, if that is not for the number of its attempts.
    retired: Option<RecycleReason>,
    /// It served another module before.
    turned: bool,
}

/// Phase that a worker has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkerPhase {
    /// Started, not heard of.
    Starting,
    /// It was handed what it serves.
    Loading,
    /// It makes attempts.
    Serving,
}

/// Why a worker is to die.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// We have no more use for it, or for what it is at.
    Ours,
    /// This attempt had its time: its CPU time, of which it used so much, or else the clock's.
    Overtime { attempt: AttemptId, cpu: Option<Duration> },
    /// It took too long to get ready.
    Slow(SlowReason),
    /// It could not be handed what it was to serve.
    Unhanded,
    /// It broke the protocol.
    Broke(String),
    /// It is dead or of no use, and what of is judged once it is known whether the machine runs
    /// anything.
    Unjudged,
}

/// An attempt at a worker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutstandingAttempt {
    pub(crate) attempt: AttemptId,
    pub(crate) task: TaskId,
    /// Bytes of its input.
    pub(crate) bytes: usize,
    /// When that was.
    pub(crate) at: Moment,
}

/// An attempt that a worker answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnsweredAttempt {
    pub(crate) sent: OutstandingAttempt,
    /// When it became the first.
    pub(crate) since: Moment,
    /// The worker was there for it alone.
    pub(crate) alone: bool,
}

/// Initial state of a worker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkerBeginning {
    pub(crate) phase: WorkerPhase,
    /// When it entered that.
    pub(crate) since: Moment,
    /// The one task it is kept for.
    pub(crate) reserved: Option<TaskId>,
    /// Number of attempts it may be sent.
    pub(crate) left: u32,
}

impl WorkerState {
    /// One that is started now.
    pub(super) fn new(id: WorkerId, role: ProcessRole, now: Moment, beginning: WorkerBeginning) -> Self {
        let WorkerBeginning { phase, since, reserved, left } = beginning;
        Self {
            id,
            role,
            phase,
            since,
            looks: WorkerLooks::default(),
            stopping: None,
            reserved,
            fresh: true,
            outstanding: VecDeque::new(),
            head: HeadClock::new(now),
            cpu_watch: CpuWatch::default(),
            answered: 0,
            held: false,
            asked_back: false,
            left,
            busy: Duration::ZERO,
            retired: None,
            turned: false,
        }
    }

    pub(crate) const fn id(&self) -> WorkerId {
        self.id
    }

    pub(crate) const fn role(&self) -> ProcessRole {
        self.role
    }

    pub(crate) const fn phase(&self) -> WorkerPhase {
        self.phase
    }

    /// When it entered its phase.
    pub(crate) const fn since(&self) -> Moment {
        self.since
    }

    /// Why it is to die, if it is.
    pub(crate) const fn stopping(&self) -> Option<&StopReason> {
        self.stopping.as_ref()
    }

    /// Returns whether it is to die.
    pub(crate) const fn is_stopping(&self) -> bool {
        self.stopping.is_some()
    }

    /// The one task it may run next, if it is kept for one.
    pub(crate) const fn reserved(&self) -> Option<TaskId> {
        self.reserved
    }

    /// Returns whether no attempt was sent to it yet.
    pub(crate) const fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Attempts sent and not answered, in the order in which it makes them.
    pub(crate) const fn outstanding(&self) -> &VecDeque<OutstandingAttempt> {
        &self.outstanding
    }

    /// The attempt that it is at, and has perhaps not begun.
    pub(crate) fn current(&self) -> Option<&OutstandingAttempt> {
        self.outstanding.front()
    }

    /// Returns whether this task is outstanding at it.
    pub(crate) fn has(&self, task: TaskId) -> bool {
        self.outstanding.iter().any(|sent| sent.task == task)
    }

    /// The clock of the first attempt.
    pub(crate) const fn head(&self) -> &HeadClock {
        &self.head
    }

    /// Attempts at the module it serves that it has answered.
    pub(crate) const fn answered(&self) -> u32 {
        self.answered
    }

    /// Returns whether it gets nothing ahead because work was taken back from it.
    pub(crate) const fn is_held(&self) -> bool {
        self.held
    }

    /// Returns whether work was asked back from it, and what it had not begun is not known yet.
    pub(crate) const fn is_asked_back(&self) -> bool {
        self.asked_back
    }

    /// Returns the number of attempts it may still be sent.
    pub(crate) const fn left(&self) -> u32 {
        self.left
    }

    /// Why it is sent nothing more, if that is not for the number of its attempts.
    pub(crate) const fn retired(&self) -> Option<RecycleReason> {
        self.retired
    }

    /// Returns whether it served another module before.
    pub(crate) const fn has_turned(&self) -> bool {
        self.turned
    }

    /// Returns whether it runs guests.
    pub(crate) const fn is_run_worker(&self) -> bool {
        matches!(self.role, ProcessRole::Run(_))
    }

    /// Returns whether it serves `module` and can be sent something.
    pub(crate) fn serves(&self, module: ModuleId) -> bool {
        self.phase == WorkerPhase::Serving && self.stopping.is_none() && self.role == ProcessRole::Run(module)
    }

    /// Returns whether it can be sent anything at all.
    pub(crate) fn takes_more(&self) -> bool {
        self.phase == WorkerPhase::Serving && self.stopping.is_none() && !self.is_spent()
    }

    /// Returns whether it is ready and has nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.phase == WorkerPhase::Serving
            && self.stopping.is_none()
            && self.outstanding.is_empty()
            && self.reserved.is_none()
    }

    /// Returns whether it will serve `module` for any waiting task: it does or soon will, and is
    /// kept for no suspect.
    pub(crate) fn is_for(&self, module: ModuleId) -> bool {
        self.role == ProcessRole::Run(module)
            && self.stopping.is_none()
            && self.reserved.is_none()
            && !self.is_spent()
    }

    /// Returns whether it is sent nothing more because it has lived long enough.
    pub(crate) const fn is_spent(&self) -> bool {
        self.left == 0 || self.retired.is_some()
    }

    /// When what lies behind its first attempt has waited for long enough, if there is any and the
    /// first has begun.
    pub(crate) fn hold_ends(&self) -> Option<Moment> {
        self.head.holds_until().filter(|_| self.outstanding.len() > 1 && !self.held)
    }
}

/// The way of a worker from its start to its end.
impl WorkerState {
    /// It enters another phase, which it has a time of its own for.
    pub(crate) fn begin_phase(&mut self, phase: WorkerPhase, now: Moment) {
        (self.phase, self.since, self.looks) = (phase, now, WorkerLooks::default());
    }

    /// It got ready. That is work too.
    pub(crate) fn begin_serving(&mut self, now: Moment) {
        self.work(now.saturating_sub(self.since));
        self.begin_phase(WorkerPhase::Serving, now);
    }

    /// It goes over to another module.
    pub(crate) fn turn(&mut self, to: ModuleId, now: Moment) {
        self.role = ProcessRole::Run(to);
        self.begin_phase(WorkerPhase::Loading, now);
        // A module describes itself by code of its own.
        self.fresh = false;
        (self.turned, self.answered) = (true, 0);
    }

    /// It is to die. The first reason stands: says whether this is it.
    pub(crate) fn stop(&mut self, why: StopReason) -> bool {
        let is_first = self.stopping.is_none();
        if is_first {
            self.stopping = Some(why);
        }
        is_first
    }

    /// Suspends it: its fate is not known yet.
    pub(crate) fn suspend(&mut self) {
        self.stopping = Some(StopReason::Unjudged);
    }

    /// It is: it is to die for that, or goes on.
    pub(crate) fn resume(&mut self, stopping: Option<StopReason>) {
        self.stopping = stopping;
    }

    /// Takes the reason for which it was to die.
    pub(crate) const fn take_stopping(&mut self) -> Option<StopReason> {
        self.stopping.take()
    }

    /// It was at work so long; says how long that makes in all.
    pub(crate) fn work(&mut self, time: Duration) -> Duration {
        self.busy = self.busy.saturating_add(time);
        self.busy
    }

    /// It is sent nothing more. One that made no attempt yet stays: the next would be no better.
    /// Says whether it was not so before.
    pub(crate) fn retire(&mut self, why: RecycleReason) -> bool {
        let retires = !self.fresh && self.stopping.is_none() && self.retired.is_none();
        if retires {
            self.retired = Some(why);
        }
        retires
    }

    /// When it is to be asked what CPU it has used, as long as it is not ready.
    pub(crate) fn look_due(&self, first: Duration) -> Option<Moment> {
        self.looks.due(self.since, first)
    }

    /// Notes that its CPU time is being asked for.
    pub(crate) const fn ask_cpu(&mut self) {
        self.looks.ask();
    }

    /// Takes its CPU time, which was asked for; returns why it is waited for no longer, if so.
    pub(crate) fn answer_cpu(
        &mut self,
        now: Moment,
        first: Duration,
        cpu: Option<Duration>,
    ) -> Option<SlowReason> {
        let phase = AwaitedPhase { since: self.since, first, is_first_phase: !self.turned };
        if !self.looks.is_asked() {
            return None;
        }
        self.looks.answer(now, phase, cpu)
    }
}

/// Its work.
impl WorkerState {
    /// Keeps it for one task.
    pub(crate) const fn reserve(&mut self, task: TaskId) {
        self.reserved = Some(task);
    }

    /// It is there for all again, if it was kept for this task; says whether it was.
    pub(crate) fn release(&mut self, task: TaskId) -> bool {
        self.reserved.take_if(|reserved| *reserved == task).is_some()
    }

    /// It is sent an attempt.
    pub(super) fn send(&mut self, sent: OutstandingAttempt) {
        if self.outstanding.is_empty() {
            self.begin_head(sent.at);
        }
        self.fresh = false;
        self.left = self.left.saturating_sub(1);
        self.outstanding.push_back(sent);
    }

    /// It answered an attempt, which has to be the first that it has; the next is the first from
    /// here on.
    pub(crate) fn answer(&mut self, now: Moment, attempt: AttemptId) -> Option<AnsweredAttempt> {
        let sent = self.outstanding.pop_front_if(|sent| sent.attempt == attempt)?;
        let since = self.head.since();
        self.begin_head(now);
        self.answered = self.answered.saturating_add(1);
        self.held &= !self.outstanding.is_empty();
        Some(AnsweredAttempt { sent, since, alone: self.release(sent.task) })
    }

    /// Another attempt is the first.
    fn begin_head(&mut self, now: Moment) {
        (self.head, self.cpu_watch) = (HeadClock::new(now), CpuWatch::default());
    }

    /// When it is to be asked what CPU time its first attempt has used, once that was seen to have
    /// begun.
    pub(crate) fn attempt_cpu_due(&self) -> Option<Moment> {
        self.head.seen().and_then(|begun| self.cpu_watch.due(begun))
    }

    /// Notes that this is being asked for.
    pub(crate) const fn ask_attempt_cpu(&mut self) {
        self.cpu_watch.ask();
    }

    /// Asks what CPU time its first attempt has used, which had its time. Returns whether that can
    /// be known, and was not asked before.
    pub(crate) const fn ask_last_cpu(&mut self) -> bool {
        self.cpu_watch.ask_last()
    }

    /// Takes its CPU time, which was asked for; returns what its first attempt used of it, if that
    /// is more than `most`.
    pub(crate) fn answer_attempt_cpu(
        &mut self,
        now: Moment,
        cpu: Option<Duration>,
        most: Option<Duration>,
    ) -> Option<Duration> {
        self.cpu_watch.answer(now, cpu, most)
    }

    /// CPU time that its first attempt had used by the last look, counted from the first.
    pub(crate) const fn attempt_cpu(&self) -> Option<Duration> {
        self.cpu_watch.used()
    }

    /// Somebody is about to look how far it is with its first attempt.
    pub(crate) fn ask_head(&mut self, now: Moment) {
        self.head.ask(now);
    }

    /// Somebody looked how far it is with its first attempt, whose time is `time`.
    pub(crate) fn observe(&mut self, now: Moment, delivery: AttemptDelivery, time: Duration) {
        if let Some(head) = self.outstanding.front() {
            self.head.observe(now, delivery, head.bytes, time);
        }
    }

    /// Asks back what it has not begun; returns whether that is to be done now.
    pub(crate) const fn ask_back(&mut self) -> bool {
        let asks = self.stopping.is_none() && !self.asked_back;
        if asks {
            self.held = true;
            self.asked_back = true;
        }
        asks
    }

    /// It was asked what it has not begun; says whether anybody did ask.
    pub(crate) const fn end_ask_back(&mut self) -> bool {
        std::mem::replace(&mut self.asked_back, false)
    }

    /// Takes back what it has not begun: all behind the attempt that it begun last, as far as its
    /// page says.
    pub(crate) fn take_back(&mut self, begun: Option<AttemptId>) -> VecDeque<OutstandingAttempt> {
        // What was seen to have begun stays there, whatever is said of it now.
        let least = usize::from(self.head.has_begun());
        let named = self.outstanding.iter().position(|sent| Some(sent.attempt) == begun);
        let kept = named.map_or(least, |at| at + 1).min(self.outstanding.len());
        let back = self.outstanding.split_off(kept);
        self.held = !self.outstanding.is_empty();
        self.left = self.left.saturating_add(u32::try_from(back.len()).unwrap_or(u32::MAX));
        back
    }

    /// Takes the attempt that it was at.
    pub(crate) fn take_current(&mut self) -> Option<OutstandingAttempt> {
        self.outstanding.pop_front()
    }

    /// Takes an attempt, wherever it stands.
    pub(crate) fn take(&mut self, attempt: AttemptId) -> Option<OutstandingAttempt> {
        let place = self.outstanding.iter().position(|sent| sent.attempt == attempt)?;
        self.outstanding.remove(place)
    }

    /// Takes all that it was sent.
    pub(crate) fn take_all(&mut self) -> VecDeque<OutstandingAttempt> {
        std::mem::take(&mut self.outstanding)
    }
}

#[cfg(test)]
mod tests;
