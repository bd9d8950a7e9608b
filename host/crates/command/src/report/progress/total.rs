//! Total number of tasks: exact once the input has ended, before that an estimate from the part of
//! its bytes that was read.
//!
//! It must never know where the bytes come from.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Total number of tasks, as the reader of the input knows it. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct TaskTotal(Arc<TotalCells>);

#[derive(Debug, Default)]
struct TotalCells {
    exact: OnceLock<u64>,
    /// 0 as long as there is no estimate.
    estimate: AtomicU64,
}

/// What is known of the total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum KnownTotal {
    /// Nothing.
    #[default]
    Unknown,
    /// An estimate.
    About(u64),
    /// All there is.
    Exact(u64),
}

impl TaskTotal {
    /// The input has ended, and these were all its tasks. The first word stands.
    pub fn set(&self, tasks: u64) {
        self.0.exact.get_or_init(|| tasks);
    }

    /// The input goes on, and will probably have so many.
    pub(crate) fn estimate(&self, tasks: u64) {
        self.0.estimate.store(tasks, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> KnownTotal {
        match (self.0.exact.get(), self.0.estimate.load(Ordering::Relaxed)) {
            (Some(tasks), _) => KnownTotal::Exact(*tasks),
            (None, 0) => KnownTotal::Unknown,
            (None, tasks) => KnownTotal::About(tasks),
        }
    }
}

impl KnownTotal {
    /// The same, as a total that is not below the tasks that are known already.
    pub(super) fn at_least(self, known: u64) -> Self {
        match self {
            Self::About(tasks) => Self::About(tasks.max(known)),
            other => other,
        }
    }

    /// The number, if there is one.
    pub(crate) const fn number(self) -> Option<u64> {
        match self {
            Self::Unknown => None,
            Self::About(tasks) | Self::Exact(tasks) => Some(tasks),
        }
    }
}

/// How much of what was learned before counts beside the newest lines.
const KEPT: f64 = 0.75;

/// Estimate of the total, from what was read so far.
#[derive(Debug)]
pub(crate) struct TotalEstimate {
    /// Part of the lines that become tasks, of late: a run that goes on passes over those that have
    /// a record, and they often stand together at the start.
    share: Option<f64>,
    lines: u64,
    tasks: u64,
}

impl TotalEstimate {
    /// Nothing was read.
    pub(crate) const fn new() -> Self {
        Self { share: None, lines: 0, tasks: 0 }
    }

    /// So many `lines` were read, of which so many became `tasks`, and they were this `part` of the
    /// whole input. Returns the estimated total, once there is a task.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and saturating"
    )]
    pub(crate) fn read(&mut self, lines: u64, tasks: u64, part: f64) -> Option<u64> {
        let (new_lines, new_tasks) = (lines.saturating_sub(self.lines), tasks.saturating_sub(self.tasks));
        if new_lines > 0 {
            let new = (new_tasks as f64 / new_lines as f64).min(1.0);
            self.share = Some(self.share.map_or(new, |share| share * KEPT + new * (1.0 - KEPT)));
            (self.lines, self.tasks) = (lines, tasks);
        }
        let share = self.share.filter(|_| tasks > 0 && part > 0.0)?;
        let left = (lines as f64 / part - lines as f64).max(0.0) * share;
        Some(tasks.saturating_add(left.round() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_the_exact_number_before_any_estimate() {
        let total = TaskTotal::default();
        assert_eq!(total.get(), KnownTotal::Unknown);
        total.clone().estimate(9);
        assert_eq!(total.get(), KnownTotal::About(9));
        assert_eq!((total.get().at_least(12), total.get().at_least(3)), (KnownTotal::About(12), total.get()));
        total.set(10);
        total.set(11);
        total.estimate(3);
        assert_eq!(total.get(), KnownTotal::Exact(10));
        assert_eq!(total.get().at_least(12), KnownTotal::Exact(10));
    }

    #[test]
    fn lines_that_all_become_tasks_are_scaled_up() {
        let mut estimate = TotalEstimate::new();
        assert_eq!(estimate.read(0, 0, 0.0), None);
        assert_eq!(estimate.read(256, 256, 0.25), Some(1024));
        // Lines behind are longer.
        assert_eq!(estimate.read(512, 512, 0.75), Some(683));
        assert_eq!(estimate.read(600, 600, 1.0), Some(600));
    }

    #[test]
    fn lines_with_a_record_at_the_start_do_not_hide_those_behind() {
        let mut estimate = TotalEstimate::new();
        assert_eq!(estimate.read(5_000, 0, 0.5), None);
        let mut last = None;
        for batch in 1..=10 {
            let tasks = batch * 256;
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let part = (5_000 + tasks) as f64 / 10_000.0;
            last = estimate.read(5_000 + tasks, tasks, part);
        }
        let total = last.unwrap();
        assert!((4_800..=5_000).contains(&total), "{total}");
    }

    #[test]
    fn blank_lines_and_records_in_between_count_by_their_share() {
        let mut estimate = TotalEstimate::new();
        assert_eq!(estimate.read(100, 50, 0.1), Some(500));
        assert_eq!(estimate.read(200, 100, 0.2), Some(500));
        assert_eq!(estimate.read(1_000, 500, 1.0), Some(500));
    }
}
