//! Sums of the tasks of each group, in bounded memory however many groups there are.

use polymer_host_event::GroupStopReason;
use polymer_host_task::{Points, Record, Usage, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Groups that are told apart. Tasks of others are counted and no more.
const MOST_GROUPS: usize = 10_000;

/// Sums of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GroupSums {
    /// Tasks that are over.
    pub tasks: u64,
    /// Tasks that ended ok, of these.
    pub ok: u64,
    /// Entries of guests for them.
    pub attempts: u64,
    /// Points that they were given.
    pub points: f64,
    /// Points that they could be given.
    pub max_points: f64,
    /// Units of fuel over all attempts, as far as it is known.
    pub fuel: u64,
    /// Wall-clock time over all attempts.
    pub wall: Duration,
    /// CPU time over all attempts, as far as it is known.
    pub cpu: Duration,
    /// Why no more of its tasks were run from some moment on, if so.
    pub stopped: Option<GroupStopReason>,
}

/// Sums of all groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupTable {
    groups: BTreeMap<Arc<str>, GroupSums>,
    /// Tasks of groups that found no room.
    left_out: u64,
}

impl GroupTable {
    /// Adds a task that is over, if it counts for a group.
    pub(crate) fn add(&mut self, record: &Record) {
        let Some(group) = &record.group else { return };
        let Some(sums) = self.sums(group) else {
            self.left_out += 1;
            return;
        };
        sums.tasks += 1;
        sums.ok += u64::from(record.verdict == Verdict::Ok);
        if let Some(judgement) = &record.judgement {
            sums.points += judgement.points.map_or(0.0, Points::get);
            sums.max_points += judgement.max_points.map_or(0.0, Points::get);
        }
        // It was judged anew: its attempts were another session's.
        if record.earlier.is_some() {
            return;
        }
        sums.attempts += u64::from(record.attempts);
        sums.add(&record.usage);
        record.history.iter().for_each(|past| sums.add(&past.usage));
    }

    /// No more tasks of a group are run.
    pub(crate) fn stop(&mut self, group: &Arc<str>, why: GroupStopReason) {
        if let Some(sums) = self.sums(group) {
            sums.stopped = Some(why);
        }
    }

    /// Sums of a group, if there is room for it.
    fn sums(&mut self, group: &Arc<str>) -> Option<&mut GroupSums> {
        if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(group) {
            return None;
        }
        Some(self.groups.entry(Arc::clone(group)).or_default())
    }

    /// Returns the number of groups of which no more tasks were run.
    #[must_use]
    pub fn stopped_count(&self) -> usize {
        self.groups.values().filter(|sums| sums.stopped.is_some()).count()
    }

    /// Each group with its sums, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &GroupSums)> {
        self.groups.iter().map(|(name, sums)| (&**name, sums))
    }

    /// Returns the number of groups.
    #[must_use]
    pub fn count(&self) -> usize {
        self.groups.len()
    }

    /// Returns the number of tasks whose groups were too many to be told apart.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl GroupSums {
    fn add(&mut self, usage: &Usage) {
        self.fuel = self.fuel.saturating_add(usage.fuel.unwrap_or_default());
        self.wall = self.wall.saturating_add(usage.wall.unwrap_or_default());
        self.cpu = self.cpu.saturating_add(usage.cpu.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::samples;
    use polymer_host_task::EarlierStart;

    fn of(group: &str, record: Record) -> Record {
        Record { group: Some(group.into()), ..record }
    }

    #[test]
    fn each_group_has_sums_of_its_own() {
        let mut table = GroupTable::default();
        table.add(&samples::ok());
        assert_eq!(table.count(), 0);
        for record in [of("b", samples::ok()), of("a", samples::trap()), of("b", samples::trap())] {
            table.add(&record);
        }
        let sums: Vec<_> = table.iter().map(|(name, sums)| (name, sums.tasks, sums.ok)).collect();
        assert_eq!(sums, [("a", 1, 0), ("b", 2, 1)]);
        let [ok, trap] = [samples::ok(), samples::trap()].map(|record| record.usage.fuel.unwrap_or_default());
        assert_eq!(table.iter().nth(1).map(|(_, sums)| sums.fuel), Some(ok + trap));
    }

    #[test]
    fn what_was_judged_anew_counts_as_a_task_and_used_nothing() {
        let mut table = GroupTable::default();
        table.add(&of("a", Record { earlier: Some(EarlierStart(None)), ..samples::ok() }));
        let (_, sums) = table.iter().next().unwrap();
        assert_eq!((sums.tasks, sums.ok, sums.attempts, sums.fuel), (1, 1, 0, 0));
    }

    #[test]
    fn a_group_that_was_stopped_says_why() {
        let mut table = GroupTable::default();
        table.add(&of("a", samples::ok()));
        let why = GroupStopReason::Fuel { budget: 5, used: 7 };
        table.stop(&"a".into(), why);
        table.add(&of("b", samples::ok()));
        let stopped: Vec<_> = table.iter().map(|(name, sums)| (name, sums.stopped)).collect();
        assert_eq!(stopped, [("a", Some(why)), ("b", None)]);
        assert_eq!(table.stopped_count(), 1);
    }

    #[test]
    fn groups_that_are_too_many_are_counted() {
        let mut table = GroupTable::default();
        for group in 0..=MOST_GROUPS {
            table.add(&of(&group.to_string(), samples::ok()));
        }
        table.add(&of("0", samples::ok()));
        assert_eq!((table.count(), table.left_out()), (MOST_GROUPS, 1));
    }
}
