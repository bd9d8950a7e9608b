//! Invariants of the groups by themselves, and lookups for checks over several tables.

use super::{GroupId, GroupLedger, GroupUsage};

/// Counts of a group.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupCounts {
    pub(crate) tasks: usize,
    pub(crate) waiting: usize,
    pub(crate) out: usize,
    pub(crate) judged: usize,
}

impl GroupLedger {
    /// All groups and their counts, tasks without one included.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (GroupId, GroupCounts)> {
        let counts = |group: &super::GroupState| GroupCounts {
            tasks: group.tasks,
            waiting: group.waiting,
            out: usize::try_from(group.out).unwrap(),
            judged: usize::try_from(group.judged).unwrap(),
        };
        (0..).map(GroupId).zip(self.groups.iter().map(counts))
    }

    /// What its attempts have used.
    pub(crate) fn used(&self, id: GroupId) -> GroupUsage {
        self.get(id).unwrap().used
    }

    /// I32, I34: names and numbers belong together, and so do budgets and what stopped a group; no
    /// more attempts are out than may be.
    pub(crate) fn check(&self) {
        for (name, id) in &self.ids {
            assert_eq!(self.name(*id), Some(name), "I32: the name of {id:?}");
        }
        let known = self.groups.iter().filter(|group| group.name.is_some()).count();
        assert_eq!((known, known + self.free.len() + 1), (self.ids.len(), self.groups.len()), "I32: groups");
        for group in &self.groups {
            let most = group.policy.tasks.map_or(u32::MAX, std::num::NonZeroU32::get);
            assert!(group.out <= most, "I34: {:?} has {} attempts out", group.name, group.out);
            assert!(group.stopped.is_none() || group.waiting == 0, "I34: {:?} is stopped", group.name);
            assert!(group.policy.max_fail.is_some() || group.failed == 0, "I34: {:?} failed", group.name);
        }
    }
}
