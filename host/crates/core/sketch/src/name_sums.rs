//! Sums of tasks by a name that they share: their group, their module.
//!
//! The first [`MOST_NAMES`] names in the order of text are told apart, so it does not matter in
//! which order tasks come or parts are merged: a name that had to go never comes back.

use crate::histogram::ValueHistogram;
use crate::task_facts::TaskFacts;
use crate::verdict_tally::VerdictTally;
use polymer_host_base::text::cut;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names that are told apart.
pub const MOST_NAMES: usize = 100;

/// The longest name in bytes.
const LONGEST_NAME: usize = 256;

/// Sums of the tasks of one name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedSums {
    /// Tasks by verdict.
    pub verdicts: VerdictTally,
    /// Times of their last attempts in nanoseconds.
    pub run_time: ValueHistogram,
    /// Fuel of their last attempts.
    pub fuel: u64,
    /// Points that they were given, in thousandths.
    pub points: u64,
    /// Points that they could be given, in thousandths.
    pub max_points: u64,
}

/// Sums for each name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameSums {
    names: BTreeMap<String, NamedSums>,
    /// Sums of all other names.
    others: NamedSums,
}

impl NamedSums {
    fn add(&mut self, task: &TaskFacts<'_>) {
        self.verdicts.add(task.verdict);
        if let Some(time) = task.run_time {
            self.run_time.add(time);
        }
        self.fuel = self.fuel.saturating_add(task.fuel.unwrap_or_default());
        let (points, max_points) = task.points.unwrap_or_default();
        self.points = self.points.saturating_add(points);
        self.max_points = self.max_points.saturating_add(max_points);
    }

    fn merge(&mut self, other: &Self) {
        self.verdicts.merge(&other.verdicts);
        self.run_time.merge(&other.run_time);
        self.fuel = self.fuel.saturating_add(other.fuel);
        self.points = self.points.saturating_add(other.points);
        self.max_points = self.max_points.saturating_add(other.max_points);
    }
}

impl NameSums {
    /// Counts a task for a name.
    pub fn add(&mut self, name: &str, task: &TaskFacts<'_>) {
        match self.names.get_mut(name) {
            Some(sums) => sums.add(task),
            None => self.of_new(&cut(name, LONGEST_NAME)).add(task),
        }
    }

    /// Adds those of another part.
    pub fn merge(&mut self, other: &Self) {
        self.others.merge(&other.others);
        for (name, sums) in &other.names {
            self.of_new(name).merge(sums);
        }
    }

    /// The sums of a name that may be new.
    fn of_new(&mut self, name: &str) -> &mut NamedSums {
        let is_full = self.names.len() >= MOST_NAMES && !self.names.contains_key(name);
        if is_full {
            if self.names.last_key_value().is_some_and(|(last, _)| last.as_str() < name) {
                return &mut self.others;
            }
            if let Some((_, last)) = self.names.pop_last() {
                self.others.merge(&last);
            }
        }
        self.names.entry(name.to_owned()).or_default()
    }

    /// The names and their sums, in the order of text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &NamedSums)> {
        self.names.iter().map(|(name, sums)| (name.as_str(), sums))
    }

    /// The sums of all names that are not told apart.
    #[must_use]
    pub const fn others(&self) -> &NamedSums {
        &self.others
    }

    /// Returns whether no task had a name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::Verdict;

    fn of(names: &[u32]) -> NameSums {
        let mut sums = NameSums::default();
        for (seq, name) in (1..).zip(names) {
            let task = TaskFacts {
                fuel: Some(2),
                points: Some((500, 1000)),
                ..TaskFacts::new(seq, "x", Verdict::Ok)
            };
            sums.add(&format!("{name:04}"), &task);
        }
        sums
    }

    #[test]
    fn tasks_are_summed_by_name_and_the_others_together() {
        let names: Vec<u32> = (0..300).chain(0..300).rev().collect();
        let sums = of(&names);
        assert_eq!(sums.iter().count(), MOST_NAMES);
        assert!(
            sums.iter().all(|(_, sums)| sums.fuel == 4 && sums.points == 1000 && sums.max_points == 2000)
        );
        assert_eq!((sums.others().verdicts.total(), sums.others().fuel), (400, 800));
        assert_eq!(sums.iter().last().unwrap().0, "0099");
    }

    #[test]
    fn parts_in_any_order_are_the_whole() {
        let names: Vec<u32> = (0..700).map(|at| at * 37 % 211).collect();
        let whole = of(&names);
        let (mut one, mut other) = (of(&names[..200]), of(&names[200..]));
        let before = one.clone();
        one.merge(&other);
        other.merge(&before);
        assert_eq!(one, whole);
        assert_eq!(other, whole);
    }

    #[test]
    fn a_long_name_is_cut() {
        let mut sums = NameSums::default();
        let long = "ä".repeat(1 << 20);
        sums.add(&long, &TaskFacts::new(1, "x", Verdict::Ok));
        sums.add(&long, &TaskFacts::new(2, "x", Verdict::Ok));
        let (name, sums) = sums.iter().next().unwrap();
        assert!(name.len() < 300 && sums.verdicts.total() == 2);
    }
}
