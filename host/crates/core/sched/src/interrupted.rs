//! Tasks that were under way when earlier supervisors of their run were lost.
//!
//! Once is nothing: whatever ended the supervisor, some task was under way. One that was under way
//! each time may be what ends them, so it is tried alone; and where it was alone, nothing else can
//! be to blame.

use super::state::INTERRUPTED;
use super::{Scheduler, SchedulerAction};
use polymer_host_task::{AttemptEnding, EarlierAttempts, ModuleId, Moment, TaskError, TaskId, Verdict};

impl Scheduler {
    /// Lets a task that was just admitted wait for its first attempt of this run, or ends it if it
    /// was lost too often before.
    pub(super) fn begin(&mut self, now: Moment, id: TaskId, out: &mut Vec<SchedulerAction>) {
        let limit = self.config.crash_limit;
        let Some(task) = self.tasks.get_mut(id) else { return };
        if !task.was_suspect() {
            return self.wait(now, id, false);
        }
        let verdict = match limit {
            0 => Some(Verdict::WorkerLost),
            limit if task.solo_deaths() >= limit => Some(Verdict::Quarantined),
            _ => None,
        };
        let (module, before) = (task.spec().module, task.spec().before);
        if let Some(verdict) = verdict {
            task.take_last();
            let error = TaskError::new(INTERRUPTED, told(before));
            return self.finish(id, None, AttemptEnding::without_guest(verdict, error), out);
        }
        if self.info(module).is_some() && !self.is_interaction(id) {
            self.queues.suspect(id);
        } else {
            // It takes part in making its module ready, and is set aside then. An interaction has
            // its worker for itself anyway.
            self.wait(now, id, false);
        }
    }

    /// A module is ready: those of its tasks that are suspects from the start wait for a worker of
    /// their own.
    pub(super) fn set_aside(&mut self, id: ModuleId) {
        let tasks = &self.tasks;
        let is_suspect = |task: TaskId| {
            let task = tasks.get(task).filter(|task| task.spec().interactor().is_none());
            task.is_some_and(|task| task.was_suspect() && !task.is_begun())
        };
        let suspects = self.modules.take_out(id, is_suspect);
        self.note_gone(&suspects);
        for task in suspects {
            self.queues.suspect(task);
        }
    }

    /// Suspects that no guest was entered for in this run, and that no worker has.
    pub(super) fn unbegun_suspects(&self) -> Vec<TaskId> {
        let sent = |id: TaskId| self.workers.iter().any(|worker| worker.has(id));
        let unbegun = |id: &TaskId| self.tasks.get(*id).is_some_and(|task| !task.is_begun()) && !sent(*id);
        self.queues.suspects().filter(unbegun).collect()
    }
}

/// `once`, `2 times`.
pub(super) fn times(number: u32) -> String {
    if number == 1 { "once".to_owned() } else { format!("{number} times") }
}

/// Returns the evidence against a task, in words.
pub(super) fn told(before: EarlierAttempts) -> String {
    let EarlierAttempts { interrupted, alone } = before;
    let lost = times(interrupted);
    format!("the run was lost {lost} while this task was under way, {alone} of them while it ran alone")
}
