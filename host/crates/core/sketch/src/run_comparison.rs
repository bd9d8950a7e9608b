//! Two runs of the same tasks side by side: what failed before and does not now, the reverse, and
//! whose fuel changed.
//!
//! In bounded size. Nothing here may know how the tasks of two runs are matched.

use polymer_host_task::Verdict;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Tasks that are told of each kind of change.
pub const MOST_CHANGES: usize = 20;

/// A change of fuel is told from this part on, in percent: less is between two builds of one
/// program.
pub const FUEL_CHANGE_PERCENT: u64 = 1;

/// How a task ended in one of the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComparedEnd {
    /// The line of input it stood on, from 1.
    pub seq: u64,
    /// Its verdict.
    pub verdict: Verdict,
    /// Fuel of its last attempt.
    pub fuel: Option<u64>,
}

/// A task of both runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangedTask {
    /// As it ended before.
    pub before: ComparedEnd,
    /// As it ended now.
    pub now: ComparedEnd,
}

/// What is known of two runs beside one another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunComparison {
    /// Tasks of both runs by their verdicts, before and now.
    pub verdicts: BTreeMap<(Verdict, Verdict), u64>,
    /// Tasks that only the earlier run has.
    pub only_before: u64,
    /// Tasks that only the later run has.
    pub only_now: u64,
    /// Tasks that ended ok in both runs and of which both fuels are known.
    pub fuel_known: u64,
    /// Those of them that took more.
    pub more_fuel: u64,
    /// Those of them that took less.
    pub less_fuel: u64,
    /// Fuel of these tasks before and now.
    pub fuel: (u128, u128),
    failed_now: BTreeSet<(u64, ChangedTask)>,
    mended: BTreeSet<(u64, ChangedTask)>,
    most_more: BTreeSet<(Reverse<u64>, ChangedTask)>,
    most_less: BTreeSet<(Reverse<u64>, ChangedTask)>,
}

impl RunComparison {
    /// Counts a task that both runs have.
    pub fn add(&mut self, task: ChangedTask) {
        let ChangedTask { before, now } = task;
        *self.verdicts.entry((before.verdict, now.verdict)).or_default() += 1;
        match (before.verdict == Verdict::Ok, now.verdict == Verdict::Ok) {
            (true, false) => keep(&mut self.failed_now, now.seq, task),
            (false, true) => keep(&mut self.mended, now.seq, task),
            (true, true) => self.add_fuel(task),
            (false, false) => {}
        }
    }

    fn add_fuel(&mut self, task: ChangedTask) {
        let (Some(before), Some(now)) = (task.before.fuel, task.now.fuel) else { return };
        self.fuel_known += 1;
        self.fuel.0 += u128::from(before);
        self.fuel.1 += u128::from(now);
        let change = before.abs_diff(now);
        if u128::from(change) * 100 < u128::from(before) * u128::from(FUEL_CHANGE_PERCENT) || change == 0 {
            return;
        }
        // In thousandths of what the smaller one was.
        let (less, more) = (before.min(now).max(1), before.max(now));
        let ratio = u64::try_from(u128::from(more) * 1000 / u128::from(less)).unwrap_or(u64::MAX);
        if now > before {
            self.more_fuel += 1;
            keep(&mut self.most_more, Reverse(ratio), task);
        } else {
            self.less_fuel += 1;
            keep(&mut self.most_less, Reverse(ratio), task);
        }
    }

    /// Returns the number of tasks that both runs have.
    #[must_use]
    pub fn both(&self) -> u64 {
        self.verdicts.values().sum()
    }

    /// Returns the number of tasks that failed now and not before.
    #[must_use]
    pub fn failed_now_count(&self) -> u64 {
        self.count(|before, now| before == Verdict::Ok && now != Verdict::Ok)
    }

    /// Returns the number of tasks that failed before and not now.
    #[must_use]
    pub fn mended_count(&self) -> u64 {
        self.count(|before, now| before != Verdict::Ok && now == Verdict::Ok)
    }

    fn count(&self, is_meant: impl Fn(Verdict, Verdict) -> bool) -> u64 {
        self.verdicts
            .iter()
            .filter(|((before, now), _)| is_meant(*before, *now))
            .map(|(_, count)| count)
            .sum()
    }

    /// The first tasks that failed now and not before.
    pub fn failed_now(&self) -> impl Iterator<Item = &ChangedTask> {
        self.failed_now.iter().map(|(_, task)| task)
    }

    /// The first tasks that failed before and not now.
    pub fn mended(&self) -> impl Iterator<Item = &ChangedTask> {
        self.mended.iter().map(|(_, task)| task)
    }

    /// The tasks whose fuel grew most, the most first.
    pub fn most_more(&self) -> impl Iterator<Item = &ChangedTask> {
        self.most_more.iter().map(|(_, task)| task)
    }

    /// The tasks whose fuel shrank most, the most first.
    pub fn most_less(&self) -> impl Iterator<Item = &ChangedTask> {
        self.most_less.iter().map(|(_, task)| task)
    }
}

/// Keeps the first tasks by rank.
fn keep<R: Ord>(kept: &mut BTreeSet<(R, ChangedTask)>, rank: R, task: ChangedTask) {
    kept.insert((rank, task));
    if kept.len() > MOST_CHANGES {
        kept.pop_last();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(seq: u64, verdict: Verdict, fuel: u64) -> ComparedEnd {
        ComparedEnd { seq, verdict, fuel: Some(fuel) }
    }

    fn compared(tasks: &[(ComparedEnd, ComparedEnd)]) -> RunComparison {
        let mut comparison = RunComparison::default();
        tasks.iter().for_each(|(before, now)| comparison.add(ChangedTask { before: *before, now: *now }));
        comparison
    }

    #[test]
    fn tasks_are_told_by_what_changed() {
        let (ok, trap) = (Verdict::Ok, Verdict::Trap);
        let comparison = compared(&[
            (end(1, ok, 100), end(1, trap, 5)),
            (end(2, trap, 1), end(2, ok, 1000)),
            (end(3, trap, 1), end(3, trap, 1)),
            (end(4, ok, 1000), end(4, ok, 1009)),
            (end(5, ok, 1000), end(5, ok, 1010)),
            (end(6, ok, 1000), end(6, ok, 500)),
            (ComparedEnd { fuel: None, ..end(7, ok, 0) }, end(7, ok, 1)),
        ]);
        assert_eq!((comparison.both(), comparison.failed_now_count(), comparison.mended_count()), (7, 1, 1));
        let lines = |tasks: Vec<&ChangedTask>| tasks.iter().map(|task| task.now.seq).collect::<Vec<_>>();
        assert_eq!(lines(comparison.failed_now().collect()), [1]);
        assert_eq!(lines(comparison.mended().collect()), [2]);
        assert_eq!((comparison.fuel_known, comparison.more_fuel, comparison.less_fuel), (3, 1, 1));
        assert_eq!(
            (lines(comparison.most_more().collect()), lines(comparison.most_less().collect())),
            (vec![5], vec![6])
        );
        assert_eq!(comparison.fuel, (3000, 2519));
    }

    #[test]
    fn the_first_failures_and_the_largest_changes_are_kept() {
        let tasks: Vec<_> = (1..=100)
            .rev()
            .flat_map(|seq| {
                let fails = (end(seq, Verdict::Ok, 1), end(seq, Verdict::Trap, 1));
                [fails, (end(seq, Verdict::Ok, 100), end(seq, Verdict::Ok, 100 * (seq + 1)))]
            })
            .collect();
        let comparison = compared(&tasks);
        assert_eq!(
            comparison.failed_now().map(|task| task.now.seq).collect::<Vec<_>>(),
            (1..=20).collect::<Vec<_>>()
        );
        let grown: Vec<_> = comparison.most_more().map(|task| task.now.seq).collect();
        assert_eq!(grown, (81..=100).rev().collect::<Vec<_>>());
        assert_eq!((comparison.failed_now_count(), comparison.more_fuel), (100, 100));
    }

    #[test]
    fn fuel_of_a_hostile_worker_overflows_nothing() {
        let comparison = compared(&[
            (end(1, Verdict::Ok, 0), end(1, Verdict::Ok, u64::MAX)),
            (end(2, Verdict::Ok, u64::MAX), end(2, Verdict::Ok, 0)),
        ]);
        assert_eq!((comparison.more_fuel, comparison.less_fuel), (1, 1));
    }
}
