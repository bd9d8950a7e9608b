//! Workers that died: how many, and when and how the first of them did.

use serde::{Deserialize, Serialize};

/// Deaths that are told of one by one; the rest is counted.
const MOST_DEATHS: usize = 20;

/// Bytes of each text of a death at most.
const LONGEST: usize = 300;

/// One worker that died.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorkerDeath {
    /// When, in microseconds since 1970.
    pub at: u64,
    /// Its slot, from 1.
    pub slot: u32,
    /// The task that it was at.
    pub task: Option<String>,
    /// How it ended.
    pub how: String,
}

/// All that died: their number, and the first ones in the order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerDeaths {
    count: u64,
    first: Vec<WorkerDeath>,
}

impl WorkerDeaths {
    /// Adds one. Texts are cut.
    pub fn add(&mut self, death: WorkerDeath) {
        self.count += 1;
        self.keep(WorkerDeath { task: death.task.map(cut), how: cut(death.how), ..death });
    }

    /// Adds those of another part of the run.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        other.first.iter().for_each(|death| self.keep(death.clone()));
    }

    fn keep(&mut self, death: WorkerDeath) {
        let at = self.first.partition_point(|known| *known <= death);
        if at < MOST_DEATHS {
            self.first.insert(at, death);
            self.first.truncate(MOST_DEATHS);
        }
    }

    /// Returns how many died.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The first that died, at most 20.
    #[must_use]
    pub fn first(&self) -> &[WorkerDeath] {
        &self.first
    }
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn death(at: u64) -> WorkerDeath {
        WorkerDeath { at, slot: 1, task: Some("ä".repeat(500)), how: "x".repeat(1000) }
    }

    fn of(times: impl Iterator<Item = u64>) -> WorkerDeaths {
        let mut deaths = WorkerDeaths::default();
        times.for_each(|at| deaths.add(death(at)));
        deaths
    }

    #[test]
    fn all_are_counted_and_the_first_are_kept_in_any_order() {
        let whole = of((0..100).rev());
        assert_eq!((whole.count(), whole.first().len()), (100, MOST_DEATHS));
        assert_eq!(
            whole.first().iter().map(|death| death.at).collect::<Vec<_>>(),
            (0..20).collect::<Vec<_>>()
        );
        let mut merged = of(50..100);
        merged.merge(&of(0..50));
        assert_eq!(merged, whole);
    }

    #[test]
    fn texts_are_cut() {
        let deaths = of(0..1);
        let [death] = deaths.first() else { panic!() };
        assert_eq!((death.how.len(), death.task.as_ref().map(String::len)), (300, Some(300)));
    }
}
