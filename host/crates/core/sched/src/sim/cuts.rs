//! Tasks that are cut: whoever submits takes some back, and some have a deadline. What the model
//! checks of that at once.

use super::{SchedulerInput, Sim};
use polymer_host_task::{TaskId, WorkerId};

impl Sim {
    /// Somebody no longer wants a task: one that waits, is at a worker, is over, or was never
    /// submitted.
    pub(super) fn cancel(&mut self) {
        let known = |tasks: Vec<TaskId>, sim: &mut Self| sim.rng.choice(tasks).map(|task| task.0 + 1);
        let at_workers = || self.processes.values().flat_map(|process| process.queue.iter());
        let seq = match self.rng.u8(..4) {
            0 => known(at_workers().map(|(_, task, _)| task.admitted()).collect(), self),
            1 => known(self.lost.iter().map(|task| task.admitted()).collect(), self),
            2 => Some(self.rng.u64(..self.submitted + 5)),
            _ => Some(self.submitted.saturating_sub(self.rng.u64(..20))),
        };
        let Some(seq) = seq else { return };
        let task = seq.checked_sub(1).map(TaskId);
        let live = task.filter(|task| self.sched.spec(*task).is_some() && !self.cut.contains(task));
        self.canceled.extend(live);
        self.cut(task.into_iter().collect(), SchedulerInput::Cancel { seq });
    }

    /// Tells what cuts these tasks, as far as they are not over, and checks what comes of it.
    pub(super) fn cut(&mut self, tasks: Vec<TaskId>, input: SchedulerInput) {
        let live = |task: &TaskId| self.sched.spec(*task).is_some() && !self.cut.contains(task);
        let tasks: Vec<TaskId> = tasks.into_iter().filter(live).collect();
        let canceled = matches!(input, SchedulerInput::Cancel { .. });
        let before: Vec<WorkerId> = self.living().collect();
        let held: Vec<WorkerId> = tasks.iter().flat_map(|task| self.begun_at(*task)).collect();
        self.cut.extend(&tasks);
        self.tell(input);
        for task in tasks {
            if self.records.contains_key(&task) || self.waits_for_judge(task) {
                continue;
            }
            // What a process said after it broke the protocol was not heard, so that its queue
            // alone does not tell.
            let mut workers = self.sched.workers.iter();
            let at =
                workers.find(|worker| worker.outstanding().iter().any(|sent| sent.task.admitted() == task));
            let at = at.map(|worker| worker.id());
            drop(workers);
            match at {
                Some(id) => assert!(self.processes[&id].killed, "W24: {task} was cut and goes on"),
                // With the first of several the run may have had its fill of failures, and drops
                // what was never begun.
                None => {
                    assert!(!canceled && self.stopped, "W24: {task} was cut and has no record");
                    self.cut.remove(&task);
                }
            }
        }
        // One that was a spare has another name by now, and nobody killed it.
        let innocent = |id: &WorkerId| {
            self.processes.get(id).is_some_and(|process| process.killed && !process.queue.is_empty())
        };
        let killed = before.into_iter().filter(innocent).find(|id| !held.contains(id));
        assert!(
            !canceled || killed.is_none() || self.sched.is_ending(),
            "W25: {killed:?} was killed for nothing"
        );
    }

    /// Who has begun a task or will do so next: two, if it is an interaction.
    fn begun_at(&self, task: TaskId) -> Vec<WorkerId> {
        let has = self.processes.iter().filter(|(_, process)| {
            let place = process.queue.iter().position(|(_, at, _)| at.admitted() == task);
            let begun = process.queue.iter().position(|(attempt, ..)| process.begun == Some(*attempt));
            place.is_some_and(|place| place == 0 || begun.is_some_and(|begun| begun >= place))
        });
        has.map(|(id, _)| *id).collect()
    }
}
