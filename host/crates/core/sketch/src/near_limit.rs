//! Tasks that came near to a limit, or hit it.

use crate::extreme_tasks::ExtremeTasks;
use crate::task_facts::TaskFacts;
use serde::{Deserialize, Serialize};

/// A task is near to a limit from this part of it on, in percent.
pub const NEAR_PERCENT: u64 = 80;

/// Those of one limit. The value of each is how much of the limit it used, in percent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearLimit {
    /// Number of them.
    pub count: u64,
    /// Those that used most.
    pub tasks: ExtremeTasks,
}

impl NearLimit {
    /// Takes a task that used this much.
    #[inline]
    pub(crate) fn add(&mut self, used: u64, limit: Option<u64>, task: &TaskFacts<'_>) {
        let Some(limit) = limit.filter(|limit| *limit > 0) else { return };
        // Without a division, on the path of each record.
        if u128::from(used) * 100 >= u128::from(limit) * u128::from(NEAR_PERCENT) {
            self.count += 1;
            self.tasks.offer(percent_of(used, limit), task);
        }
    }

    /// Takes those of another part.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.tasks.merge(&other.tasks);
    }
}

fn percent_of(used: u64, limit: u64) -> u64 {
    u64::try_from(u128::from(used) * 100 / u128::from(limit)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::Verdict;

    #[test]
    fn tasks_from_four_fifths_of_a_limit_on_are_near() {
        let mut near = NearLimit::default();
        for (seq, used) in [(1, 79), (2, 80), (3, 120), (4, u64::MAX)] {
            near.add(used, Some(100), &TaskFacts::new(seq, "x", Verdict::Ok));
        }
        near.add(5, None, &TaskFacts::new(5, "x", Verdict::Ok));
        near.add(5, Some(0), &TaskFacts::new(6, "x", Verdict::Ok));
        let shown: Vec<_> = near.tasks.tasks().iter().map(|task| (task.seq, task.value)).collect();
        assert_eq!((near.count, shown), (3, vec![(4, u64::MAX), (3, 120), (2, 80)]));
    }
}
