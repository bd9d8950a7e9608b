//! The queue of tasks that wait for a worker of one module: one queue for each group, and the group
//! whose turn it is.
//!
//! It must never know what a group may have or has had: whoever takes a task says that of each. A
//! queue without groups is one queue in the order in which tasks came.

use super::groups::{GroupId, VirtualTime};
use polymer_host_task::TaskId;
use std::collections::{BTreeMap, VecDeque};

/// Tasks that wait for a worker of one module.
#[derive(Debug, Default)]
pub(crate) struct FairQueue {
    /// Those without a group, oldest first.
    plain: VecDeque<TaskId>,
    /// Those of each group that has any, oldest first; no queue is empty.
    groups: BTreeMap<GroupId, VecDeque<TaskId>>,
    /// Number of those of groups.
    grouped: usize,
}

/// Place of a task among those that wait: the least comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TaskRank {
    /// What its group has had; the same for all in a run without groups.
    pub(crate) time: VirtualTime,
    /// Its number in the order of admission: a check is as old as its task.
    pub(crate) task: TaskId,
}

/// A task that is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NextTask {
    pub(crate) rank: TaskRank,
    pub(crate) group: GroupId,
}

impl TaskRank {
    /// Before all others.
    pub(crate) const FIRST: Self = Self { time: VirtualTime::ZERO, task: TaskId(0) };
}

impl FairQueue {
    pub(crate) fn len(&self) -> usize {
        self.plain.len() + self.grouped
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The oldest of a group.
    pub(crate) fn front(&self, group: GroupId) -> Option<TaskId> {
        if group == GroupId::NONE {
            return self.plain.front().copied();
        }
        self.groups.get(&group)?.front().copied()
    }

    /// Each group that has any, with the oldest of it and their number. Those without a group are
    /// one of them.
    pub(crate) fn fronts(&self) -> impl Iterator<Item = (GroupId, TaskId, usize)> {
        let plain = self.plain.front().map(|task| (GroupId::NONE, *task, self.plain.len()));
        let groups = self.groups.iter();
        let groups = groups.filter_map(|(group, tasks)| Some((*group, *tasks.front()?, tasks.len())));
        plain.into_iter().chain(groups)
    }

    /// The task whose turn it is: the oldest of the group that has had least, as `time` says of
    /// each. A group of which it says nothing is passed over.
    pub(crate) fn next(&self, time: impl Fn(GroupId) -> Option<VirtualTime>) -> Option<NextTask> {
        let mut next = Self::candidate(GroupId::NONE, &self.plain, None, &time);
        for (group, tasks) in &self.groups {
            next = Self::candidate(*group, tasks, next, &time);
        }
        next
    }

    /// Returns the next task of a group, if it comes before `next`. Tasks are looked at only where
    /// that depends on them: there may be many groups.
    fn candidate(
        group: GroupId,
        tasks: &VecDeque<TaskId>,
        next: Option<NextTask>,
        time: impl Fn(GroupId) -> Option<VirtualTime>,
    ) -> Option<NextTask> {
        if tasks.is_empty() {
            return next;
        }
        let Some(time) = time(group).filter(|time| next.is_none_or(|next| *time <= next.rank.time)) else {
            return next;
        };
        let Some(task) = tasks.front() else { return next };
        let rank = TaskRank { time, task: task.admitted() };
        if next.is_none_or(|next| rank < next.rank) { Some(NextTask { rank, group }) } else { next }
    }

    /// Adds a task, before all others of its group or behind them.
    pub(crate) fn push(&mut self, group: GroupId, task: TaskId, first: bool) {
        let tasks = if group == GroupId::NONE {
            &mut self.plain
        } else {
            self.grouped += 1;
            self.groups.entry(group).or_default()
        };
        if first {
            tasks.push_front(task);
        } else {
            tasks.push_back(task);
        }
    }

    /// Takes the oldest of a group.
    pub(crate) fn pop(&mut self, group: GroupId) -> Option<TaskId> {
        if group == GroupId::NONE {
            return self.plain.pop_front();
        }
        let tasks = self.groups.get_mut(&group)?;
        let task = tasks.pop_front()?;
        self.grouped -= 1;
        if tasks.is_empty() {
            self.groups.remove(&group);
        }
        Some(task)
    }

    /// Takes those out that are named so, in their order within each group.
    pub(crate) fn take_out(&mut self, is_one: impl Fn(TaskId) -> bool) -> VecDeque<TaskId> {
        let split = |tasks: &mut VecDeque<TaskId>| -> VecDeque<TaskId> {
            let (out, stay) = std::mem::take(tasks).into_iter().partition(|task| is_one(*task));
            *tasks = stay;
            out
        };
        let mut out = split(&mut self.plain);
        self.groups.values_mut().for_each(|tasks| out.append(&mut split(tasks)));
        self.tidy();
        out
    }

    /// Takes all of a group, in their order.
    pub(crate) fn take_group(&mut self, group: GroupId) -> VecDeque<TaskId> {
        let tasks = self.groups.remove(&group).unwrap_or_default();
        self.grouped -= tasks.len();
        tasks
    }

    /// Takes one out, if it is there; says whether it was.
    pub(crate) fn remove(&mut self, task: TaskId) -> bool {
        let before = self.len();
        self.plain.retain(|waiting| *waiting != task);
        self.groups.values_mut().for_each(|tasks| tasks.retain(|waiting| *waiting != task));
        self.tidy();
        self.len() < before
    }

    /// Nothing waits any more.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    fn tidy(&mut self) {
        self.groups.retain(|_, tasks| !tasks.is_empty());
        self.grouped = self.groups.values().map(VecDeque::len).sum();
    }

    /// All of them, group by group, each with its group.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (GroupId, TaskId)> {
        let plain = self.plain.iter().map(|task| (GroupId::NONE, *task));
        let of = |(group, tasks): (&GroupId, &VecDeque<TaskId>)| -> Vec<(GroupId, TaskId)> {
            tasks.iter().map(|task| (*group, *task)).collect()
        };
        plain.chain(self.groups.iter().flat_map(of))
    }

    /// I33, in part: no queue of a group is empty, and their sum is right.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        assert!(!self.groups.contains_key(&GroupId::NONE), "I33: no group waits as one");
        assert!(self.groups.values().all(|tasks| !tasks.is_empty()), "I33: a queue of nobody");
        assert_eq!(self.iter().count(), self.len(), "I33: how many wait");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: GroupId = GroupId(1);
    const B: GroupId = GroupId(2);

    fn time(had: u64) -> Option<VirtualTime> {
        Some(VirtualTime::ZERO.plus(std::time::Duration::from_nanos(had), crate::GroupWeight::ONE))
    }

    fn queue() -> FairQueue {
        let mut queue = FairQueue::default();
        for (group, task) in [(A, 0), (A, 1), (B, 2), (GroupId::NONE, 3), (A, 4), (B, 5)] {
            queue.push(group, TaskId(task), false);
        }
        queue.check();
        queue
    }

    #[test]
    fn the_group_that_has_had_least_is_next_and_the_oldest_task_breaks_a_tie() {
        let queue = queue();
        let next = |a, b, none| {
            let of = |group| {
                time(if group == A {
                    a
                } else if group == B {
                    b
                } else {
                    none
                })
            };
            queue.next(of).map(|next| next.rank.task.0)
        };
        assert_eq!((next(1, 0, 2), next(1, 1, 0)), (Some(2), Some(3)));
        assert_eq!((next(1, 1, 1), next(9, 5, 5)), (Some(0), Some(2)));
        assert_eq!(queue.next(|group| time(0).filter(|_| group == B)).map(|next| next.group), Some(B));
        assert_eq!(queue.next(|_| None), None);
    }

    #[test]
    fn what_comes_back_is_the_first_of_its_group_only() {
        let mut queue = queue();
        queue.push(B, TaskId(9), true);
        assert_eq!((queue.front(B), queue.front(A)), (Some(TaskId(9)), Some(TaskId(0))));
        let all: Vec<_> = std::iter::from_fn(|| queue.pop(B)).collect();
        assert_eq!(all, [TaskId(9), TaskId(2), TaskId(5)]);
        queue.check();
        assert_eq!((queue.len(), queue.front(B)), (4, None));
    }

    #[test]
    fn what_is_taken_out_leaves_no_empty_queue() {
        let mut queue = queue();
        assert_eq!(queue.take_out(|task| task.0 % 2 == 1), [TaskId(3), TaskId(1), TaskId(5)]);
        queue.check();
        assert!(queue.remove(TaskId(2)) && !queue.remove(TaskId(2)));
        queue.check();
        assert_eq!(queue.fronts().collect::<Vec<_>>(), [(A, TaskId(0), 2)]);
        assert_eq!(queue.take_group(A), [TaskId(0), TaskId(4)]);
        assert!(queue.is_empty() && queue.take_group(A).is_empty());
        queue.check();
    }
}
