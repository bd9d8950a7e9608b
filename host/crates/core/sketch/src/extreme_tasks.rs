//! The tasks with the largest values of something: the slowest, the hungriest.

use crate::task_facts::TaskFacts;
use crate::verdict_tally::verdict_name;
use polymer_host_base::text::cut;
use polymer_host_task::Verdict;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// Tasks that are kept.
pub const MOST_EXTREMES: usize = 20;

/// The longest id and label in bytes.
const LONGEST_NAME: usize = 256;

/// A task and its value. A user wrote its id and label, so they are not yet safe to show; long ones
/// are cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtremeTask {
    /// Its value.
    pub value: u64,
    /// The line of input it stood on, from 1.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub label: Option<String>,
    /// How it ended.
    #[serde(with = "verdict_name")]
    pub verdict: Verdict,
}

/// At most [`MOST_EXTREMES`] tasks, the one with the largest value first; of equal ones the one
/// that stood first in the input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtremeTasks(Vec<ExtremeTask>);

impl ExtremeTasks {
    /// Takes a task if its value is among the largest.
    pub fn offer(&mut self, value: u64, task: &TaskFacts<'_>) {
        let rank = (Reverse(value), task.seq);
        if self.0.len() >= MOST_EXTREMES && self.0.last().is_some_and(|last| rank_of(last) <= rank) {
            return;
        }
        self.insert(ExtremeTask {
            value,
            seq: task.seq,
            id: cut(task.id, LONGEST_NAME),
            label: task.label.map(|label| cut(label, LONGEST_NAME)),
            verdict: task.verdict,
        });
    }

    /// Takes those of another part.
    pub fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|task| self.insert(task.clone()));
    }

    fn insert(&mut self, task: ExtremeTask) {
        let place = self.0.partition_point(|kept| rank_of(kept) <= rank_of(&task));
        self.0.insert(place, task);
        self.0.truncate(MOST_EXTREMES);
    }

    /// The tasks, the largest value first.
    #[must_use]
    pub fn tasks(&self) -> &[ExtremeTask] {
        &self.0
    }
}

const fn rank_of(task: &ExtremeTask) -> (Reverse<u64>, u64) {
    (Reverse(task.value), task.seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = (u64, u64)>) -> ExtremeTasks {
        let mut extremes = ExtremeTasks::default();
        for (seq, value) in values {
            extremes.offer(value, &TaskFacts::new(seq, "x", Verdict::Ok));
        }
        extremes
    }

    #[test]
    fn the_largest_are_kept_the_first_of_equal_ones() {
        let extremes = of((1..=100).map(|seq| (seq, seq / 2)));
        let shown: Vec<_> = extremes.tasks().iter().take(3).map(|task| (task.seq, task.value)).collect();
        assert_eq!(shown, [(100, 50), (98, 49), (99, 49)]);
        assert_eq!(extremes.tasks().len(), MOST_EXTREMES);
    }

    #[test]
    fn the_order_of_tasks_and_parts_changes_nothing() {
        let values: Vec<(u64, u64)> = (1..=90).map(|seq| (seq, seq * 37 % 50)).collect();
        let whole = of(values.clone());
        assert_eq!(of(values.iter().rev().copied()), whole);
        let (mut one, other) = (of(values[..30].to_vec()), of(values[30..].to_vec()));
        one.merge(&other);
        assert_eq!(one, whole);
    }
}
