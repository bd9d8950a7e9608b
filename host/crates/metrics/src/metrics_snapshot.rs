//! The figures of a run at one moment, as metrics tell of them.
//!
//! Values only, and nothing in them is text of a guest. It must never know how they are written.

use polymer_host_report::Stats;
use polymer_host_sketch::ValueHistogram;
use polymer_host_task::Verdict;
use std::collections::BTreeMap;
use std::time::Duration;

/// Phase that a run is in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunPhase {
    /// It takes new tasks.
    #[default]
    Running,
    /// It takes nothing new, and finishes what has begun.
    Draining,
    /// It has ended.
    Over,
}

impl RunPhase {
    /// Every phase.
    pub const ALL: [Self; 3] = [Self::Running, Self::Draining, Self::Over];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Draining => "draining",
            Self::Over => "over",
        }
    }
}

/// All that metrics tell of a run, at one moment.
#[derive(Debug, Clone, Default)]
pub struct MetricsSnapshot {
    pub(crate) phase: RunPhase,
    /// When the run began, since the Unix epoch.
    pub(crate) started: Duration,
    pub(crate) verdicts: BTreeMap<Verdict, u64>,
    pub(crate) causes: u64,
    pub(crate) attempts: u64,
    pub(crate) retries: u64,
    pub(crate) escalations: u64,
    pub(crate) suspects: u64,
    /// Nanoseconds.
    pub(crate) run_time: ValueHistogram,
    /// Nanoseconds.
    pub(crate) queue_time: ValueHistogram,
    pub(crate) fuel: ValueHistogram,
    /// Bytes.
    pub(crate) memory: ValueHistogram,
    pub(crate) waiting: u64,
    /// Workers that make an attempt.
    pub(crate) running: u64,
    /// Modules that are being compiled, each by a worker.
    pub(crate) compiling: u64,
    pub(crate) slots: u32,
    pub(crate) restarts: u64,
    pub(crate) deaths: u64,
    pub(crate) recycled: u64,
    pub(crate) compiled: u64,
    pub(crate) cached: u64,
    pub(crate) compile_time: Duration,
}

impl MetricsSnapshot {
    /// The figures that the sums of a run have; the others are zero.
    pub(crate) fn of_stats(stats: &Stats) -> Self {
        Self {
            verdicts: stats.verdicts.clone(),
            causes: stats.causes.len() as u64,
            attempts: stats.attempts,
            retries: stats.retries,
            escalations: stats.escalated,
            suspects: stats.suspects,
            run_time: stats.run.histogram().clone(),
            queue_time: stats.queue.histogram().clone(),
            slots: stats.workers,
            restarts: stats.restarts,
            deaths: stats.deaths,
            recycled: stats.recycled,
            compiled: stats.compiled,
            cached: stats.cached,
            compile_time: stats.compile_time,
            ..Self::default()
        }
    }

    /// Seconds that the tasks that wait will take, if each takes the mean run time and all workers
    /// are at it; 0 while no run time is known.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(crate) fn backlog_seconds(&self) -> f64 {
        let mean = Duration::from_nanos(self.run_time.mean()).as_secs_f64();
        self.waiting as f64 * mean / f64::from(self.slots.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_is_what_waits_shared_by_all_workers() {
        let mut snapshot = MetricsSnapshot { waiting: 30, slots: 4, ..MetricsSnapshot::default() };
        assert_eq!(snapshot.backlog_seconds().to_bits(), 0.0_f64.to_bits());
        snapshot.run_time.add(1_000_000_000);
        snapshot.run_time.add(3_000_000_000);
        assert_eq!(snapshot.backlog_seconds().to_bits(), 15.0_f64.to_bits());
        snapshot.slots = 0;
        assert_eq!(snapshot.backlog_seconds().to_bits(), 60.0_f64.to_bits());
    }
}
