//! Tasks that are over before they are done: unwanted by whoever submitted them, past their
//! deadline, or cut short by the end of the run.

use super::state::{CancelReason, LastTry, StopReason, TaskState, WorkerState};
use super::{Scheduler, SchedulerAction};
use polymer_host_task::{AttemptEnding, LimitWall, Moment, TaskError, TaskId, Usage, Verdict, WorkerId};

impl Scheduler {
    pub(super) fn on_cancel(&mut self, seq: u64, out: &mut Vec<SchedulerAction>) {
        let named = self.tasks.with_seq(seq);
        if let Some(id) = named {
            self.cut(id, CancelReason::Canceled, out);
        }
    }

    pub(super) fn pass_deadlines(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        while let Some(task) = self.tasks.take_deadline(now) {
            self.cut(task, CancelReason::Deadline, out);
        }
    }

    /// Ends a task as soon as that can be: at once if no worker has it, else when its worker gives
    /// it back or is dead.
    fn cut(&mut self, id: TaskId, why: CancelReason, out: &mut Vec<SchedulerAction>) {
        if !self.tasks.cut(id, why) {
            return;
        }
        if self.is_connected(id) {
            self.tasks.cut(id.interactor(), why);
            return self.cut_pair(id, out);
        }
        self.take_out_held(id);
        // What is left of one that is being checked is its check.
        let id = if self.checks.has(id) { id.check() } else { id };
        self.tasks.cut(id, why);
        let at = self.workers.iter().find_map(|worker| {
            let place = worker.outstanding().iter().position(|sent| sent.task == id)?;
            Some((worker.id(), place))
        });
        match at {
            // It has ended, and is over as soon as its judge has spoken.
            None if self.queues.is_judged(id) => {}
            None => {
                self.take_out(id);
                self.cut_short(id, None, Usage::default(), out);
            }
            // What its worker says of the gate is not asked: it may be the guest's by now.
            Some((worker, 0)) => self.stop_worker(worker, StopReason::Ours, out),
            Some((worker, _)) => self.ask_back(worker, out),
        }
    }

    /// Takes a task that no worker has out of wherever it waits. A worker that was kept for it is
    /// there for all again.
    pub(super) fn take_out(&mut self, id: TaskId) {
        self.queues.remove_delayed(id);
        self.workers.release(id);
        let Some(of) = self.spec(id).map(|spec| spec.module) else { return };
        if self.modules.remove_waiting(of, id) {
            self.note_gone(&[id]);
        }
    }

    /// Kills a worker that goes on to a task that was cut: it could not be taken back.
    pub(super) fn stop_if_next_is_cut(&mut self, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let next = self.workers.get(id).and_then(WorkerState::current);
        if next.is_some_and(|sent| self.tasks.is_cut(sent.task)) {
            self.stop_worker(id, StopReason::Ours, out);
        }
    }

    /// Kills a worker that had begun a task that was cut before it could be taken back.
    pub(super) fn stop_if_one_is_cut(&mut self, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let Some(worker) = self.workers.get(id) else { return };
        if worker.outstanding().iter().any(|sent| self.tasks.is_cut(sent.task)) {
            self.stop_worker(id, StopReason::Ours, out);
        }
    }

    /// Ends a task that was cut, of whose group no more are run, or that the end of the run cut
    /// short. Of the latter, one that no guest was ever entered for is dropped.
    pub(super) fn cut_short(
        &mut self,
        id: TaskId,
        entered: Option<LastTry>,
        usage: Usage,
        out: &mut Vec<SchedulerAction>,
    ) {
        if self.is_connected(id) {
            return self.cut_side(id, entered, usage, out);
        }
        if id.is_check() {
            return self.cut_check(id, out);
        }
        let ending = self.final_ending(id);
        let Some(task) = self.tasks.get_mut(id) else { return };
        if entered.is_some() {
            task.count_attempt();
        }
        let (verdict, error) = match ending {
            Some(ending) => ending,
            None if !task.is_begun() => return self.drop_task(id),
            None if self.config.goes_on => return self.leave_undone(id),
            None => {
                self.tally.note_cut_off();
                (
                    Verdict::Canceled,
                    TaskError::new("canceled", "the run was ended while this task was under way"),
                )
            }
        };
        // Cut short while it waited to be tried again: what is told is what its last attempt used.
        let last = if entered.is_none() { task.take_last() } else { None };
        let slot = last.as_ref().and_then(|past| past.worker).map(|worker| worker.saturating_sub(1));
        let place = entered.or_else(|| slot.map(|slot| LastTry { slot, started: None, alone: false }));
        let usage = match last {
            Some(past) => past.usage,
            None => Usage { partial: entered.is_some(), ..usage },
        };
        self.queues.clear(id);
        let ending = AttemptEnding { usage, ..AttemptEnding::without_guest(verdict, error) };
        self.finish(id, place, ending, out);
    }
}

impl TaskState {
    /// Returns the ending of a task that was cut.
    pub(super) fn cut_ending(&self) -> Option<(Verdict, TaskError)> {
        Some(match self.cut()? {
            CancelReason::Canceled => {
                let message = "the task was canceled by its submitter";
                (Verdict::Canceled, TaskError::new("canceled", message))
            }
            CancelReason::Deadline => {
                let deadline = humantime::format_duration(self.spec().deadline.unwrap_or_default());
                let message = format!("not finished within its deadline of {deadline}");
                (Verdict::Timeout, TaskError::new("deadline", message).by(LimitWall::Supervisor))
            }
        })
    }
}
