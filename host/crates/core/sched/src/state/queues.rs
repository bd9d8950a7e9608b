//! The queues of tasks that wait for something else than a worker of their module: to be tried
//! alone, for a moment to come, or for their judge.
//!
//! They must never know what a task is beyond its number. Tasks that wait for any worker are in the
//! queue of their module.

use super::tasks::LastTry;
use polymer_host_task::{Moment, TaskId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Suspects, delayed tasks and those that are judged.
#[derive(Debug, Default)]
pub(crate) struct TaskQueues {
    /// Tasks that are to be tried alone, for they took down a worker or were late; those with a
    /// worker kept for them included.
    suspects: VecDeque<TaskId>,
    /// Tasks whose guests asked for another attempt, by when it is due.
    delayed: BTreeSet<(Moment, TaskId)>,
    /// Tasks whose output is being compared, and where they gave it.
    judged: BTreeMap<TaskId, LastTry>,
}

impl TaskQueues {
    /// A task is to be tried alone, behind those that are already.
    pub(crate) fn suspect(&mut self, task: TaskId) {
        if !self.is_suspect(task) {
            self.suspects.push_back(task);
        }
    }

    /// Returns whether a task is to be tried alone, or is being.
    pub(crate) fn is_suspect(&self, task: TaskId) -> bool {
        self.suspects.contains(&task)
    }

    /// Those that are, oldest first.
    pub(crate) fn suspects(&self) -> impl Iterator<Item = TaskId> {
        self.suspects.iter().copied()
    }

    /// A task is no suspect any more; says whether it was.
    pub(crate) fn clear(&mut self, task: TaskId) -> bool {
        let before = self.suspects.len();
        self.suspects.retain(|suspect| *suspect != task);
        self.suspects.len() < before
    }

    /// Takes those out that are named so, in their order.
    pub(crate) fn take_suspects(&mut self, is_one: impl Fn(TaskId) -> bool) -> Vec<TaskId> {
        let taken: Vec<TaskId> = self.suspects().filter(|task| is_one(*task)).collect();
        self.suspects.retain(|task| !taken.contains(task));
        taken
    }

    /// There are no suspects any more.
    pub(crate) fn clear_all(&mut self) {
        self.suspects.clear();
    }

    /// A task waits until `due`.
    pub(crate) fn delay(&mut self, due: Moment, task: TaskId) {
        self.delayed.insert((due, task));
    }

    /// It waits no longer, if it did.
    pub(crate) fn remove_delayed(&mut self, task: TaskId) {
        self.delayed.retain(|(_, delayed)| *delayed != task);
    }

    /// Takes the first task whose wait is over.
    pub(crate) fn take_due(&mut self, now: Moment) -> Option<TaskId> {
        let first = self.delayed.first().copied().filter(|(due, _)| *due <= now)?;
        self.delayed.remove(&first);
        Some(first.1)
    }

    /// Takes all that wait, those first whose wait is over first.
    pub(crate) fn take_delayed(&mut self) -> impl Iterator<Item = TaskId> + use<> {
        std::mem::take(&mut self.delayed).into_iter().map(|(_, task)| task)
    }

    /// Takes those that wait and are named so, those first whose wait is over first.
    pub(crate) fn take_delayed_of(&mut self, is_one: impl Fn(TaskId) -> bool) -> Vec<TaskId> {
        let taken: Vec<(Moment, TaskId)> =
            self.delayed.iter().filter(|(_, task)| is_one(*task)).copied().collect();
        taken.iter().for_each(|delayed| _ = self.delayed.remove(delayed));
        taken.into_iter().map(|(_, task)| task).collect()
    }

    /// When the first wait is over.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.delayed.first().map(|(due, _)| *due)
    }

    /// A task waits for its judge.
    pub(crate) fn judge(&mut self, task: TaskId, place: LastTry) {
        self.judged.insert(task, place);
    }

    /// It waits for its judge no longer: says where it was tried, if it did.
    pub(crate) fn take_judged(&mut self, task: TaskId) -> Option<LastTry> {
        self.judged.remove(&task)
    }

    /// Returns whether a task waits for its judge.
    pub(crate) fn is_judged(&self, task: TaskId) -> bool {
        self.judged.contains_key(&task)
    }

    /// Returns whether any does.
    pub(crate) fn has_judged(&self) -> bool {
        !self.judged.is_empty()
    }

    /// Those that wait for their judge.
    #[cfg(test)]
    pub(crate) fn judged(&self) -> impl Iterator<Item = TaskId> {
        self.judged.keys().copied()
    }

    /// Those that wait for a moment to come.
    #[cfg(test)]
    pub(crate) fn delayed(&self) -> impl Iterator<Item = TaskId> {
        self.delayed.iter().map(|(_, task)| *task)
    }

    /// I1, in part: a task is here once at the most.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        let mut seen = BTreeSet::new();
        for task in self.suspects().chain(self.delayed()).chain(self.judged()) {
            assert!(seen.insert(task), "I1: {task} waits twice");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_suspect_keeps_its_place() {
        let mut queues = TaskQueues::default();
        for task in [3, 1, 2, 3, 1] {
            queues.suspect(TaskId(task));
        }
        queues.check();
        assert_eq!(queues.suspects().collect::<Vec<_>>(), [TaskId(3), TaskId(1), TaskId(2)]);
        assert!(queues.clear(TaskId(1)) && !queues.clear(TaskId(1)));
        assert_eq!(queues.take_suspects(|task| task.0 == 2), [TaskId(2)]);
        assert!(queues.is_suspect(TaskId(3)) && !queues.is_suspect(TaskId(2)));
        queues.clear_all();
        assert_eq!(queues.suspects().count(), 0);
    }

    #[test]
    fn delayed_tasks_come_when_they_are_due_the_first_first() {
        let mut queues = TaskQueues::default();
        for (due, task) in [(5, 1), (3, 2), (3, 0), (9, 3), (7, 4)] {
            queues.delay(MS * due, TaskId(task));
        }
        queues.remove_delayed(TaskId(4));
        queues.check();
        assert_eq!((queues.deadline(), queues.take_due(MS * 2)), (Some(MS * 3), None));
        let due: Vec<_> = std::iter::from_fn(|| queues.take_due(MS * 5)).collect();
        assert_eq!(due, [TaskId(0), TaskId(2), TaskId(1)]);
        queues.delay(MS * 8, TaskId(5));
        assert_eq!(queues.take_delayed_of(|task| task.0 == 5), [TaskId(5)]);
        assert_eq!(queues.take_delayed().collect::<Vec<_>>(), [TaskId(3)]);
        assert_eq!(queues.deadline(), None);
    }
}
