//! End of a run: used up, drained, or cut short.

use super::max_fail::MaxFail;
use super::state::{LastTry, StopReason, TaskState};
use super::{Scheduler, SchedulerAction};
use polymer_host_event::{Halt, RunEvent};
use polymer_host_event::{JudgeUsage, RunOutcome};
use polymer_host_task::{AttemptEnding, ModuleId, Moment, PastAttempt, TaskId, Usage, WorkerId};

/// Stage of a run on the way to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShutdownStage {
    /// It takes new tasks.
    Running,
    /// It finishes what has begun.
    Draining,
    /// Its workers are being killed.
    Ending,
}

impl Scheduler {
    /// Returns whether everything is over, the last worker and the last judgement included.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let is_left = self.workers.iter().next().is_some() || self.spares.all().next().is_some();
        self.is_ending() && !is_left && !self.queues.has_judged()
    }

    /// Returns the outcome of the run; of use once it [is over](Self::is_over).
    #[must_use]
    pub fn outcome(&self) -> RunOutcome {
        let complete = self.input_ended && self.tally.is_complete();
        let (total, failed, dropped) = (self.tally.over(), self.tally.failed(), self.tally.dropped());
        RunOutcome {
            halt: self.halt.clone(),
            complete,
            total,
            failed,
            dropped,
            judging: JudgeUsage::default(),
        }
    }

    /// Returns whether the workers are being killed.
    pub(super) fn is_ending(&self) -> bool {
        self.stage == ShutdownStage::Ending
    }

    /// Returns whether it takes new tasks.
    pub(super) fn is_running(&self) -> bool {
        self.stage == ShutdownStage::Running
    }

    pub(super) fn check_max_fail(&mut self, out: &mut Vec<SchedulerAction>) {
        let in_order = self.tally.in_order();
        let failed = self.tally.charged();
        let reached = match self.config.max_fail.filter(|limit| limit.is_reached(failed, in_order)) {
            Some(MaxFail::Tasks(most)) => Halt::MaxFail(most),
            Some(MaxFail::Share(most)) => {
                Halt::MaxFailShare { failed: in_order.failed, over: in_order.over, most }
            }
            None => return,
        };
        self.halt(reached, out);
    }

    /// Ends a run that took as long as it may.
    pub(super) fn check_global_timeout(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        if let Some(limit) = self.config.global_timeout.filter(|limit| now >= *limit && !self.is_ending()) {
            self.halt(Halt::GlobalTimeout(limit), out);
            self.end(None, out);
        }
    }

    /// Takes nothing new. What no guest has been entered for is dropped, once it was taken back if
    /// a worker has it; what waits to be tried again stands as it is.
    pub(super) fn halt(&mut self, why: Halt, out: &mut Vec<SchedulerAction>) {
        if self.stage != ShutdownStage::Running {
            return;
        }
        self.stage = ShutdownStage::Draining;
        let before = self.tally.dropped();
        self.drop_unbegun();
        self.modules.require_none();
        let dropped = self.tally.dropped() - before;
        out.push(SchedulerAction::Announce(RunEvent::Draining { why: Box::new(why.clone()), dropped }));
        self.halt = Some(why);
        self.ask_all_back(out);
        for task in self.queues.take_delayed() {
            match self.take_put_off(task) {
                // One that was settled just now may have been the last straw for its group.
                _ if self.is_group_stopped(task) => self.cut_short(task, None, Usage::default(), out),
                Some(to) => self.drain_put_off(task, to),
                None => self.settle(task, out),
            }
        }
    }

    fn drop_unbegun(&mut self) {
        for task in self.take_out_all_held() {
            self.drop_task(task);
        }
        for task in self.unbegun_suspects() {
            self.take_out(task);
            self.queues.clear(task);
            self.drop_task(task);
        }
        let modules: Vec<ModuleId> = self.modules.wanted().map(|(id, _)| id).collect();
        for id in modules {
            let tasks = &self.tasks;
            let is_unbegun = |task: TaskId| !tasks.is_begun(task);
            let unbegun = self.modules.take_out(id, is_unbegun);
            self.note_gone(&unbegun);
            for task in unbegun {
                self.drop_task(task);
            }
        }
    }

    /// Drops a task that the run leaves undone.
    pub(super) fn leave_undone(&mut self, id: TaskId) {
        self.queues.clear(id);
        self.drop_task(id);
    }

    /// Ends a task without a record.
    pub(super) fn drop_task(&mut self, id: TaskId) {
        if self.forget(id).is_some() {
            self.tally.note_dropped();
        }
    }

    /// Ends a task that waited to be tried again with what its last attempt gave.
    fn settle(&mut self, id: TaskId, out: &mut Vec<SchedulerAction>) {
        if self.config.goes_on {
            return self.leave_undone(id);
        }
        let Some(PastAttempt { verdict, error, worker, usage, .. }) =
            self.tasks.get_mut(id).and_then(TaskState::take_last)
        else {
            return;
        };
        let place = worker.map(|slot| LastTry { slot: slot.saturating_sub(1), started: None, alone: false });
        let ending = AttemptEnding { usage, ..AttemptEnding::without_guest(verdict, error) };
        self.finish(id, place, ending, out);
    }

    /// Kills every worker; what they had begun is canceled when they are seen dead.
    pub(super) fn end(&mut self, why: Option<Halt>, out: &mut Vec<SchedulerAction>) {
        if self.is_ending() {
            return;
        }
        self.stage = ShutdownStage::Ending;
        // A graver reason than the one it drains for takes its place.
        if why.is_some() && (self.halt.is_none() || why != Some(Halt::Asked)) {
            self.halt = why;
        }
        self.drop_unbegun();
        for task in self.queues.take_delayed() {
            // What the machine put off is cut short below, as if it had not waited.
            if self.take_put_off(task).is_none() {
                self.settle(task, out);
            }
        }
        let at_workers: Vec<TaskId> = self
            .workers
            .iter()
            .flat_map(|worker| worker.outstanding().iter().map(|sent| sent.task))
            .collect();
        let mut begun: Vec<TaskId> = self
            .tasks
            .ids()
            .filter(|task| !at_workers.contains(task) && !self.queues.is_judged(*task))
            .collect();
        begun.sort_unstable();
        self.queues.clear_all();
        self.modules.want_nothing();
        self.groups.note_none_waiting();
        for task in begun {
            self.cut_short(task, None, Usage::default(), out);
        }
        let workers: Vec<WorkerId> = self.workers.iter().map(|worker| worker.id()).collect();
        for id in workers {
            self.stop_worker(id, StopReason::Ours, out);
        }
        self.stop_spares(out);
    }

    /// Ends a run that has nothing left to do.
    pub(super) fn end_if_done(&mut self, out: &mut Vec<SchedulerAction>) {
        let input_over = self.input_ended || self.stage == ShutdownStage::Draining;
        if !self.is_ending() && input_over && self.tasks.is_empty() && self.modules.wanted_count() == 0 {
            self.end(None, out);
        }
    }
}
