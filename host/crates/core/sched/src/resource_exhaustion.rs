//! Handling of shortages: the machine lacks a descriptor, memory or a process.
//!
//! No task is charged and no module is blamed. What was refused is tried again, with backoff and
//! fewer workers, and others go first. The run ends when refusals repeat while nobody is at work:
//! then not one worker can serve.
//!
//! A worker that has seen a guest may merely claim a shortage. Where no limit of the machine
//! explains it, the claim excuses a task only a few times in a row: see
//! [`Scheduler::is_excused`].

use super::state::{OutstandingAttempt, PutOff, StopReason, WorkerPhase, WorkerState, rest_after};
use super::{Scheduler, SchedulerAction, WorkerRemains};
use polymer_host_base::JailRole;
use polymer_host_base::ResourceShortage;
use polymer_host_event::{Halt, ProcessDeath, ProcessRole, RunEvent};
use polymer_host_task::{ModuleId, Moment, TaskId, WorkerId};

/// Number of times in a row that a worker's word alone keeps a task from being charged.
pub(super) const EXCUSES_MOST: u32 = 4;

impl Scheduler {
    /// A process could not be started.
    pub(super) fn on_spawn_exhausted(
        &mut self,
        now: Moment,
        id: WorkerId,
        shortage: ResourceShortage,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(worker) = self.workers.remove(id) else { return };
        self.recompile(worker.role());
        self.run_short(now, &worker, shortage, out);
    }

    /// Handles a worker that could not be handed what it is to serve: it is of no use.
    pub(super) fn on_load_exhausted(
        &mut self,
        now: Moment,
        id: WorkerId,
        shortage: ResourceShortage,
        out: &mut Vec<SchedulerAction>,
    ) {
        let loading = |worker: &&WorkerState| worker.phase() == WorkerPhase::Loading && !worker.is_stopping();
        let Some(worker) = self.workers.get(id).filter(loading) else { return };
        let (id, role) = (worker.id(), worker.role());
        self.stop_worker(id, StopReason::Unhanded, out);
        self.let_rest(now, role.module());
        self.back_off_for_want(now, id, role, shortage, out);
    }

    /// Its process is gone: whoever compiles next has the module's files to himself.
    pub(super) fn bury_unhanded(
        &mut self,
        now: Moment,
        worker: &WorkerState,
        remains: &WorkerRemains,
        out: &mut Vec<SchedulerAction>,
    ) {
        self.recompile(worker.role());
        self.settle_death(now, worker, remains, out);
    }

    /// A worker died before it served anything, and says that it lacked something.
    pub(super) fn died_for_want(
        &mut self,
        now: Moment,
        worker: &WorkerState,
        remains: &WorkerRemains,
        shortage: ResourceShortage,
        out: &mut Vec<SchedulerAction>,
    ) {
        self.announce_death(worker, &remains.death, None, 0, out);
        self.recompile(worker.role());
        if worker.phase() == WorkerPhase::Loading {
            self.let_rest(now, worker.role().module());
        }
        self.run_short(now, worker, shortage, out);
    }

    /// Returns whether a task is not charged for the death of its worker, which had a shortage.
    /// Always if the shortage is certain. If it is only the worker's word, which may be its
    /// guest's, then a few times in a row.
    pub(super) fn is_excused(&self, task: TaskId, shortage: &ResourceShortage) -> bool {
        shortage.is_certain || self.tasks.get(task).is_some_and(|task| task.excuses() < EXCUSES_MOST)
    }

    /// A worker died at an attempt, for want of something: all it had goes back, the task that it
    /// was at after a wait.
    pub(super) fn give_back_for_want(
        &mut self,
        now: Moment,
        worker: &WorkerState,
        tried: OutstandingAttempt,
        (death, shortage): (&ProcessDeath, ResourceShortage),
        out: &mut Vec<SchedulerAction>,
    ) {
        self.put_back(now, worker.outstanding(), out);
        self.announce_death(worker, death, None, worker.outstanding().len() + 1, out);
        let is_over = self.tasks.is_cut(tried.task) || self.is_group_stopped(tried.task);
        if is_over || self.is_left_undone(tried.task) {
            self.put_back(now, [&tried], out);
        } else {
            self.delay_for_want(now, tried.task);
        }
        // A machine that has served is not said to serve nobody because of a word that nothing
        // explains.
        if !shortage.is_certain {
            self.breaker.doubt_refusals();
        }
        self.run_short(now, worker, shortage, out);
    }

    fn delay_for_want(&mut self, now: Moment, id: TaskId) {
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.wait(now);
        let due = now.saturating_add(rest_after(task.excuse()));
        // A suspect stays one. Others go first meanwhile, so that it is not all that the run tries.
        let was_suspect = self.queues.clear(id);
        task.put_off(if was_suspect { PutOff::Suspects } else { PutOff::Queue });
        self.queues.delay(due, id);
    }

    /// Puts a task whose wait is over where it was before it waited.
    pub(super) fn come_back(&mut self, now: Moment, id: TaskId) {
        match self.take_put_off(id) {
            Some(PutOff::Suspects) => self.queues.suspect(id),
            Some(PutOff::Queue) | None => self.wait(now, id, false),
        }
    }

    /// Where a task goes that waits no longer, if it was put off because the machine lacked
    /// something.
    pub(super) fn take_put_off(&mut self, id: TaskId) -> Option<PutOff> {
        self.tasks.get_mut(id)?.take_put_off()
    }

    /// A task waits no longer, for the run drains: what has begun is finished, what has not is left
    /// undone.
    pub(super) fn drain_put_off(&mut self, id: TaskId, to: PutOff) {
        match to {
            PutOff::Suspects if self.tasks.is_begun(id) => self.queues.suspect(id),
            PutOff::Queue if self.tasks.is_begun(id) => self.queue(id, false),
            PutOff::Suspects | PutOff::Queue => self.leave_undone(id),
        }
    }

    fn run_short(
        &mut self,
        now: Moment,
        worker: &WorkerState,
        shortage: ResourceShortage,
        out: &mut Vec<SchedulerAction>,
    ) {
        self.back_off_for_want(now, worker.id(), worker.role(), shortage, out);
    }

    /// Waits longer and longer before the next process is started, goes on with fewer, and not for
    /// ever.
    fn back_off_for_want(
        &mut self,
        now: Moment,
        id: WorkerId,
        role: ProcessRole,
        shortage: ResourceShortage,
        out: &mut Vec<SchedulerAction>,
    ) {
        self.do_without_spares(out);
        if self.breaker.note_refusal(now) > 1 {
            self.stop_idle(out);
        }
        let living = self.workers.iter().filter(|worker| worker.is_run_worker() && !worker.is_stopping());
        let most = u32::try_from(living.count()).unwrap_or(u32::MAX).max(self.least_workers());
        let is_news = self.breaker.do_with(now, most);
        self.hold_fewer_pairs();
        let told = Box::new(shortage.clone());
        let workers = most;
        out.push(SchedulerAction::Announce(RunEvent::Exhausted {
            worker: id,
            role,
            shortage: told,
            workers,
            is_news,
        }));
        let is_busy = |worker: &WorkerState| {
            worker.phase() == WorkerPhase::Serving
                && !worker.is_stopping()
                && !worker.outstanding().is_empty()
        };
        if self.breaker.refuses_everything() && !self.workers.iter().any(is_busy) {
            self.end(Some(Halt::Exhausted(Box::new(shortage))), out);
        }
    }

    /// Ends workers that have nothing to do: what they hold may be what is lacking.
    fn stop_idle(&mut self, out: &mut Vec<SchedulerAction>) {
        let idle: Vec<WorkerId> =
            self.workers.iter().filter(|w| w.is_idle()).map(|worker| worker.id()).collect();
        for id in idle {
            self.stop_worker(id, StopReason::Ours, out);
        }
    }

    /// Returns whether the machine may hold one more process in this role.
    pub(super) fn may_hold(&self, role: ProcessRole) -> bool {
        let Some(most) = self.breaker.most_workers() else { return true };
        let living =
            |is_run: bool| self.workers.iter().filter(|worker| worker.is_run_worker() == is_run).count();
        let most = most.max(self.least_workers());
        match role.purpose() {
            JailRole::Run => living(true) < usize::try_from(most).unwrap_or(usize::MAX),
            JailRole::Compile => living(false) == 0,
        }
    }

    /// Lets other modules go first for a while.
    fn let_rest(&mut self, now: Moment, id: ModuleId) {
        if let Some(refusals) = self.modules.note_refusal(id) {
            self.breaker.let_rest(now, id, refusals);
        }
    }
}
