//! Table of the causes of a run's failures, in bounded size whatever a guest does.
//!
//! The policy is that of Space-Saving (Metwally, Agrawal, El Abbadi 2005): where the table is full,
//! a new cause takes the place of the lightest one and inherits its weight. So a cause of more than
//! a 64th of all failures is always in the table, however many others come once each. First come,
//! first kept would let 64 failures of a hostile guest hide every later cause. What the counts of
//! causes that lost their place came to is still known, as others: nothing is counted twice or not
//! at all.
//!
//! Nothing here may know how causes are shown.

use crate::failure_cause::FailureCause;
use polymer_host_base::text::cut;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// Causes that are told apart.
pub const MOST_CAUSES: usize = 64;

/// The longest id and label of an example in bytes.
const LONGEST_NAME: usize = 256;

/// A task that failed, as its record has it.
#[derive(Debug, Clone, Copy)]
pub struct FailedTask<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name for people.
    pub label: Option<&'a str>,
    /// The line of input it stood on, or its number among those submitted, from 1.
    pub seq: u64,
}

/// A task that is kept as an example of a cause. A user wrote its id and label, so they are not yet
/// safe to show; long ones are cut.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CauseExample {
    /// The line of input it stood on, or its number among those submitted, from 1.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub label: Option<String>,
}

/// A cause and what is known of its failures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseEntry {
    /// The cause.
    pub cause: FailureCause,
    /// Failures of it that were counted: all of them if [exact](Self::is_exact).
    pub count: u64,
    /// The most failures of it that may stand among the others instead.
    pub missed: u64,
    /// The example with the lowest number.
    pub first: CauseExample,
    /// The example with the highest number.
    pub last: CauseExample,
}

/// The number of failures of a cause so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CauseCount {
    /// Failures of it that were counted.
    pub count: u64,
    /// The most failures of it that may stand among the others instead.
    pub missed: u64,
}

/// Causes of failures, at most [`MOST_CAUSES`] of them, and the number of all other failures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseTable {
    entries: Vec<CauseEntry>,
    others: u64,
    /// No cause that is not in the table has more failures than this.
    floor: u64,
}

impl From<FailedTask<'_>> for CauseExample {
    fn from(task: FailedTask<'_>) -> Self {
        let label = task.label.map(|label| cut(label, LONGEST_NAME));
        Self { seq: task.seq, id: cut(task.id, LONGEST_NAME), label }
    }
}

impl CauseEntry {
    /// Returns whether every failure of it was counted.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.missed == 0
    }

    /// The most failures of it that there can have been.
    const fn weight(&self) -> u64 {
        self.count + self.missed
    }

    const fn so_far(&self) -> CauseCount {
        CauseCount { count: self.count, missed: self.missed }
    }

    fn see(&mut self, task: FailedTask<'_>) {
        // Examples are copied only where they change.
        if task.seq < self.first.seq {
            self.first = task.into();
        } else if task.seq > self.last.seq {
            self.last = task.into();
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.count += other.count;
        self.missed += other.missed;
        self.first = self.first.clone().min(other.first.clone());
        self.last = self.last.clone().max(other.last.clone());
    }
}

impl CauseTable {
    /// Counts a failure. Gives the number of failures of its cause so far.
    #[doc(hidden)]
    pub fn add(&mut self, cause: FailureCause, task: FailedTask<'_>) -> CauseCount {
        if let Some(known) = self.entries.iter_mut().find(|entry| entry.cause == cause) {
            known.count += 1;
            known.see(task);
            return known.so_far();
        }
        self.make_room();
        let example = CauseExample::from(task);
        let (first, last) = (example.clone(), example);
        let entry = CauseEntry { cause, count: 1, missed: self.floor, first, last };
        let so_far = entry.so_far();
        self.entries.push(entry);
        so_far
    }

    /// Removes the lightest entry if the table is full.
    fn make_room(&mut self) {
        if self.entries.len() < MOST_CAUSES {
            return;
        }
        // Of equally light ones the newest, so that hostile causes take each other's place.
        let lightest = self.entries.iter().enumerate().rev().min_by_key(|(_, entry)| entry.weight());
        if let Some((place, _)) = lightest {
            let removed = self.entries.remove(place);
            self.others += removed.count;
            self.floor = removed.weight();
        }
    }

    /// Adds all failures of another table, such as that of another part of a run.
    #[doc(hidden)]
    pub fn merge(&mut self, other: &Self) {
        for entry in &mut self.entries {
            match other.find(&entry.cause) {
                Some(more) => entry.absorb(more),
                None => entry.missed += other.floor,
            }
        }
        let new = other.entries.iter().filter(|entry| self.find(&entry.cause).is_none());
        let new: Vec<CauseEntry> =
            new.map(|entry| CauseEntry { missed: entry.missed + self.floor, ..entry.clone() }).collect();
        self.entries.extend(new);
        self.others += other.others;
        self.floor += other.floor;
        self.entries.sort_by_key(|entry| Reverse(entry.weight()));
        for removed in self.entries.drain(MOST_CAUSES.min(self.entries.len())..) {
            self.others += removed.count;
            self.floor = self.floor.max(removed.weight());
        }
    }

    /// What is known of a cause.
    #[must_use]
    pub fn find(&self, cause: &FailureCause) -> Option<&CauseEntry> {
        self.entries.iter().find(|entry| entry.cause == *cause)
    }

    /// The causes, the most frequent first; of equally frequent ones the one that has the task
    /// with the lowest number.
    #[must_use]
    pub fn by_count(&self) -> Vec<&CauseEntry> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        let order = |entry: &CauseEntry| (Reverse(entry.count), entry.first.seq);
        entries.sort_by(|one, other| order(one).cmp(&order(other)).then_with(|| one.cause.cmp(&other.cause)));
        entries
    }

    /// Returns the number of causes that are told apart.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether nothing failed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of failures that are counted for none of the causes.
    #[must_use]
    pub const fn others(&self) -> u64 {
        self.others
    }

    /// Returns the number of all failures.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.others + self.entries.iter().map(|entry| entry.count).sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure_cause::RecordedFailure;
    use polymer_host_task::Verdict;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn cause(name: &str) -> FailureCause {
        let failure = RecordedFailure { verdict: Verdict::TaskError, code: name, message: "", trace: None };
        FailureCause::of_parts(failure, "".lines())
    }

    fn task(seq: u64) -> FailedTask<'static> {
        FailedTask { id: "x", label: None, seq }
    }

    fn of(names: impl IntoIterator<Item = String>) -> CauseTable {
        let mut table = CauseTable::default();
        for (seq, name) in (1..).zip(names) {
            table.add(cause(&name), task(seq));
        }
        table
    }

    #[test]
    fn failures_are_counted_by_cause_with_the_first_and_the_last() {
        let mut table = CauseTable::default();
        for (name, seq) in [("a", 5), ("b", 2), ("a", 3), ("a", 9), ("a", 4), ("c", 1)] {
            table.add(cause(name), task(seq));
        }
        let shown: Vec<_> = table
            .by_count()
            .iter()
            .map(|entry| (entry.cause.code.as_str(), entry.count, entry.first.seq, entry.last.seq))
            .collect();
        assert_eq!(shown, [("a", 4, 3, 9), ("c", 1, 1, 1), ("b", 1, 2, 2)]);
        assert!(table.by_count().iter().all(|entry| entry.is_exact()));
        assert_eq!((table.total(), table.others(), table.len()), (6, 0, 3));
    }

    #[test]
    fn each_failure_is_told_how_many_there_were_of_its_cause() {
        let mut table = CauseTable::default();
        let counts = ["a", "a", "b", "a"].map(|name| table.add(cause(name), task(1)).count);
        assert_eq!(counts, [1, 2, 1, 3]);
    }

    #[test]
    fn ten_thousand_causes_of_a_hostile_guest_do_not_push_out_one_that_comes_often() {
        // First the hostile ones, so that no place is left; then one in 20 is of a real cause.
        let names =
            (0..10_000).map(|at| if at > 200 && at % 20 == 0 { "real".into() } else { at.to_string() });
        let table = of(names);
        assert_eq!((table.len(), table.total()), (MOST_CAUSES, 10_000));
        let real = table.find(&cause("real")).unwrap();
        assert_eq!(table.by_count()[0], real);
        assert!(!real.is_exact() && real.count <= 490 && real.weight() >= 490, "{real:?}");
        // One that was there before stays, and is exact.
        let names = (0..10_000).map(|at| if at < 300 { "early".into() } else { at.to_string() });
        let table = of(names);
        let early = table.find(&cause("early")).unwrap();
        assert_eq!((early.count, early.is_exact()), (300, true));
    }

    #[test]
    fn names_of_examples_are_cut() {
        let mut table = CauseTable::default();
        let long = "ä".repeat(4000);
        table.add(cause("a"), FailedTask { id: &long, label: Some(&long), seq: 1 });
        let first = &table.by_count()[0].first;
        assert!(first.id.len() < 300 && first.label.as_ref().unwrap().len() < 300);
    }

    /// A few causes that come often, and many that come seldom.
    fn names() -> impl Strategy<Value = Vec<String>> {
        let often = (0..4_u32).prop_map(|name| format!("often {name}"));
        let seldom = (0..500_u32).prop_map(|name| format!("seldom {name}"));
        prop::collection::vec(prop_oneof![1 => often, 2 => seldom], 0..600)
    }

    /// Whatever is said of a count is true.
    fn check(table: &CauseTable, names: &[String]) -> Result<(), TestCaseError> {
        let mut exact: BTreeMap<&str, u64> = BTreeMap::new();
        names.iter().for_each(|name| *exact.entry(name).or_default() += 1);
        prop_assert_eq!(table.total(), names.len() as u64);
        prop_assert!(table.len() <= MOST_CAUSES);
        for (name, count) in exact {
            match table.find(&cause(name)) {
                Some(entry) => prop_assert!(entry.count <= count && count <= entry.weight(), "{:?}", entry),
                None => prop_assert!(count <= table.floor, "{} of {}", count, name),
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn counts_are_true_and_frequent_causes_are_kept(names in names()) {
            let table = of(names.clone());
            check(&table, &names)?;
            prop_assert!(table.floor <= names.len() as u64 / MOST_CAUSES as u64);
        }

        #[test]
        fn merged_tables_are_as_true(parts in prop::collection::vec(names(), 0..4)) {
            let mut merged = CauseTable::default();
            parts.iter().for_each(|part| merged.merge(&of(part.clone())));
            check(&merged, &parts.concat())?;
        }

        #[test]
        fn few_causes_merge_exactly(left in prop::collection::vec(0..20_u8, 0..90), right in prop::collection::vec(0..20_u8, 0..90)) {
            let part = |names: &[u8], from: u64| {
                let mut table = CauseTable::default();
                for (seq, name) in (from..).zip(names) {
                    table.add(cause(&name.to_string()), task(seq));
                }
                table
            };
            let from = 1 + left.len() as u64;
            let (mut one, mut other) = (part(&left, 1), part(&right, from));
            let (before, whole) = (one.clone(), part(&[left, right].concat(), 1));
            one.merge(&other);
            other.merge(&before);
            prop_assert_eq!(one.by_count(), whole.by_count());
            prop_assert_eq!(other.by_count(), whole.by_count());
        }
    }
}
