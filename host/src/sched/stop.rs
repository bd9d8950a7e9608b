//! How a run ends: used up, drained, or cut short.

use super::state::{Place, Stopping};
use super::{Action, Scheduler};
use crate::event::{Halt, RunEvent};
use crate::task::{Ending, ModuleId, PastAttempt, TaskId, Usage, WorkerId};
use std::collections::VecDeque;

/// How far a run is from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It takes new tasks.
    Running,
    /// It finishes what has begun.
    Draining,
    /// Its workers are being killed.
    Ending,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Why it stopped before its input was used up, if it did.
    pub halt: Option<Halt>,
    /// Every line that was submitted has a record, and there were no more.
    pub complete: bool,
    /// Tasks that did not end ok.
    pub failed: u64,
    /// Tasks that were read and never begun: they have no record.
    pub dropped: u64,
}

impl Scheduler {
    /// Whether everything is over, the last worker included.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_ending() && self.workers().next().is_none()
    }

    /// How the run ended; of use once it [is over](Self::is_over).
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let complete = self.input_ended && self.dropped == 0;
        Outcome { halt: self.halt.clone(), complete, failed: self.failed, dropped: self.dropped }
    }

    /// Whether the workers are being killed.
    pub(super) fn is_ending(&self) -> bool {
        self.stage == Stage::Ending
    }

    pub(super) fn check_max_fail(&mut self, out: &mut Vec<Action>) {
        if let Some(most) = self.config.max_fail.filter(|most| self.failed >= *most) {
            self.halt(Halt::MaxFail(most), out);
        }
    }

    /// Takes nothing new. What no guest has been entered for is dropped; what waits to be tried again stands as it is.
    pub(super) fn halt(&mut self, why: Halt, out: &mut Vec<Action>) {
        if self.stage != Stage::Running {
            return;
        }
        self.stage = Stage::Draining;
        let before = self.dropped;
        self.drop_unbegun();
        self.want_nothing_new();
        let dropped = self.dropped - before;
        out.push(Action::Announce(RunEvent::Draining { why: why.clone(), dropped }));
        self.halt = Some(why);
        let delayed = std::mem::take(&mut self.delayed);
        for (_, task) in delayed {
            self.settle(task, out);
        }
    }

    /// Nobody waits any more to learn what a module is, if no task does.
    fn want_nothing_new(&mut self) {
        for id in std::mem::take(&mut self.wanted) {
            if let Some(module) = self.modules.get_mut(&id) {
                module.required = false;
            }
            self.note_wanted(id);
        }
    }

    fn drop_unbegun(&mut self) {
        let modules: Vec<ModuleId> = self.wanted.iter().copied().collect();
        for id in modules {
            let Some(module) = self.modules.get_mut(&id) else { continue };
            let begun = |task: &TaskId| self.tasks.get(task).is_some_and(|task| task.attempts > 0);
            let waiting = std::mem::take(&mut module.waiting);
            let (begun, unbegun): (VecDeque<_>, VecDeque<_>) = waiting.into_iter().partition(begun);
            module.waiting = begun;
            for task in unbegun {
                self.dropped += u64::from(self.forget(task).is_some());
            }
            self.note_wanted(id);
        }
    }

    /// Ends a task that waited to be tried again with what its last attempt gave.
    fn settle(&mut self, id: TaskId, out: &mut Vec<Action>) {
        let Some(PastAttempt { verdict, fault, worker, usage, .. }) =
            self.tasks.get_mut(&id).and_then(|task| task.history.pop())
        else {
            return;
        };
        let place = worker.map(|slot| Place { slot: slot.saturating_sub(1), started: None });
        let ending = Ending { usage, ..Ending::without_guest(verdict, fault) };
        self.finish(id, place, ending, out);
    }

    /// Kills every worker; what they had begun is canceled when they are seen dead.
    pub(super) fn end(&mut self, why: Option<Halt>, out: &mut Vec<Action>) {
        if self.is_ending() {
            return;
        }
        self.stage = Stage::Ending;
        // A graver reason than the one it drains for takes its place.
        if why.is_some() && (self.halt.is_none() || why != Some(Halt::Asked)) {
            self.halt = why;
        }
        self.drop_unbegun();
        let delayed = std::mem::take(&mut self.delayed);
        for (_, task) in delayed {
            self.settle(task, out);
        }
        let at_workers: Vec<TaskId> =
            self.workers().flat_map(|worker| worker.outstanding.iter().map(|sent| sent.task)).collect();
        let mut begun: Vec<TaskId> =
            self.tasks.keys().copied().filter(|task| !at_workers.contains(task)).collect();
        begun.sort_unstable();
        self.suspects.clear();
        for module in self.modules.values_mut() {
            module.waiting.clear();
            module.required = false;
        }
        self.wanted.clear();
        for task in begun {
            self.cut_short(task, None, Usage::default(), out);
        }
        let workers: Vec<WorkerId> = self.workers().map(|worker| worker.id).collect();
        for id in workers {
            self.stop_worker(id, Stopping::Ours, out);
        }
    }

    /// Ends a run that has nothing left to do.
    pub(super) fn end_if_done(&mut self, out: &mut Vec<Action>) {
        let input_over = self.input_ended || self.stage == Stage::Draining;
        if !self.is_ending() && input_over && self.tasks.is_empty() && self.wanted.is_empty() {
            self.end(None, out);
        }
    }
}
