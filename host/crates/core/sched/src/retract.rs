//! Work that is taken back: what a worker was sent ahead of time and has not begun goes to whoever
//! has time for it, uncharged.
//!
//! Sending costs bytes, so it must not happen again and again. A worker that is slow to *begin* is
//! waited for: it is asked back what lies behind an attempt only once that was seen to have begun.
//! And what is large and was taken back once is sent again only to a worker that has nothing else,
//! with nothing behind it: there is then nobody to take it back from. Streamed attempts go so too:
//! what a guest is sent while it runs cannot go around others that wait.

use super::shutdown::ShutdownStage;
use super::state::{GroupId, TaskState, WorkerState};
use super::{AttemptDelivery, Scheduler, SchedulerAction};
use polymer_host_task::{AttemptId, ModuleId, Moment, WorkerId};

/// The most bytes of input that are sent ahead of time again after they were taken back.
pub(super) const RESENT_AHEAD: usize = 4 << 10;

impl Scheduler {
    /// Somebody looked how far a worker is with the first attempt it has.
    pub(super) fn on_observed(
        &mut self,
        now: Moment,
        id: WorkerId,
        attempt: AttemptId,
        delivery: AttemptDelivery,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(worker) = self.workers.get(id).filter(|worker| !worker.is_stopping()) else { return };
        let Some(head) = worker.current().copied().filter(|head| head.attempt == attempt) else {
            return;
        };
        let Some(time) = self.time_of(head.task) else { return };
        if let Some(worker) = self.workers.get_mut(id) {
            worker.observe(now, delivery, time);
        }
        self.check_head(now, id, out);
    }

    /// Kills a worker whose attempt had its time, has another looked at, takes back what has waited
    /// behind a third for long enough, and has the CPU time of a fourth measured.
    pub(super) fn check_head(&mut self, now: Moment, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let living = self.workers.get(id).filter(|worker| !worker.is_stopping());
        let Some((attempt, due)) = living.and_then(|worker| self.due(worker)) else { return };
        let Some(worker) = self.workers.get_mut(id) else { return };
        match worker.head().look() {
            // Whether it began meanwhile is to be known before it is charged.
            Some(look) if now >= look => {
                worker.ask_head(now);
                out.push(SchedulerAction::Observe { worker: id, attempt });
            }
            _ if now >= due => {
                if !self.ask_last_cpu(id, out) {
                    self.stop_overtime(id, attempt, out);
                }
            }
            _ => {
                if worker.hold_ends().is_some_and(|end| now >= end) {
                    self.ask_back(id, out);
                }
                self.check_cpu(now, id, out);
            }
        }
    }

    /// Takes back what a worker has not begun. It is sent nothing more until that is known: the
    /// answer would be taken to include it.
    pub(super) fn ask_back(&mut self, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let Some(worker) = self.workers.get_mut(id) else { return };
        if worker.ask_back() {
            out.push(SchedulerAction::Retract(id));
        }
    }

    /// Takes back all that no worker has begun: the run takes nothing new. What is tried alone goes
    /// on, and so do pairs.
    pub(super) fn ask_all_back(&mut self, out: &mut Vec<SchedulerAction>) {
        let busy = |worker: &&WorkerState| {
            let of_pair = worker.current().is_some_and(|head| self.is_connected(head.task));
            worker.reserved().is_none() && !worker.outstanding().is_empty() && !of_pair
        };
        let busy: Vec<WorkerId> = self.workers.iter().filter(busy).map(|worker| worker.id()).collect();
        for id in busy {
            self.ask_back(id, out);
        }
    }

    /// Takes back from workers with tasks of a group what they have not begun: no more of the group
    /// are run. What is tried alone goes on, and so does what is first there: it is large, or has
    /// begun, or is about to.
    pub(super) fn ask_group_back(&mut self, group: GroupId, out: &mut Vec<SchedulerAction>) {
        let is_of = |task| self.tasks.get(task).is_some_and(|task| task.group() == group);
        let has_some = |worker: &&WorkerState| {
            worker.reserved().is_none() && worker.outstanding().iter().skip(1).any(|sent| is_of(sent.task))
        };
        let holders: Vec<WorkerId> = self.workers.iter().filter(has_some).map(|worker| worker.id()).collect();
        for id in holders {
            self.ask_back(id, out);
        }
    }

    pub(super) fn on_retracted(
        &mut self,
        now: Moment,
        id: WorkerId,
        begun: Option<AttemptId>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let was_asked = self.workers.get_mut(id).is_some_and(WorkerState::end_ask_back);
        if !was_asked {
            return;
        }
        if self.stage == ShutdownStage::Ending {
            // Its worker is being killed, and what becomes of all it has is decided when it is
            // dead.
            return;
        }
        let Some(worker) = self.workers.get_mut(id) else { return };
        let back = worker.take_back(begun);
        let large = back.iter().filter(|sent| sent.bytes > RESENT_AHEAD).map(|sent| sent.task);
        large.for_each(|task| self.tasks.send_alone(task));
        self.return_charges(back.iter().map(|sent| sent.task));
        self.put_back(now, &back, out);
        self.stop_if_one_is_cut(id, out);
    }

    /// Returns whether the next task of a module and group waits for an idle worker.
    pub(super) fn next_goes_alone(&self, module: ModuleId, group: GroupId) -> bool {
        self.tasks.has_alone() && {
            let next = self.modules.get(module).and_then(|module| module.waiting().front(group));
            next.is_some_and(|task| self.tasks.goes_alone(task))
        }
    }

    /// Returns whether nothing may be queued behind a worker's present work.
    pub(super) fn is_alone_at(&self, worker: &WorkerState) -> bool {
        self.tasks.has_alone() && worker.outstanding().iter().any(|sent| self.tasks.goes_alone(sent.task))
    }

    /// Returns whether a task that was sent but not begun gets no record: the run takes nothing
    /// new.
    pub(super) fn is_left_undone(&self, task: polymer_host_task::TaskId) -> bool {
        let begun = self.tasks.get(task).is_none_or(TaskState::is_begun);
        self.stage == ShutdownStage::Draining && !begun
    }
}
