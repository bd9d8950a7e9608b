//! Lines about progress at intervals, for logs: when they are due, and what each says.
//!
//! It must never know where they are written.

use super::words::ProgressFacts;
use polymer_host_report::stats::{Stats, busy_percent};
use polymer_host_task::Moment;
use std::time::Duration;

/// The first interval that grows.
const FIRST: Duration = Duration::from_secs(10);
/// The longest one.
const LONGEST: Duration = Duration::from_mins(5);

/// Interval of the lines that report progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineInterval {
    /// Always the same.
    Fixed(Duration),
    /// Twice as long each time, from 10 seconds to 5 minutes: a long run leaves a short log.
    Growing,
}

impl LineInterval {
    /// The time from line number `lines`, counted from 0 at the start of the run, to the next.
    pub(crate) fn after(self, lines: u32) -> Duration {
        match self {
            Self::Fixed(interval) => interval,
            Self::Growing => {
                2_u32.checked_pow(lines).map_or(LONGEST, |times| FIRST.saturating_mul(times)).min(LONGEST)
            }
        }
    }
}

/// Lines so far, and what the last one saw.
#[derive(Debug, Default)]
pub(super) struct ProgressLines {
    since: Moment,
    tasks: u64,
    busy: Duration,
}

impl ProgressLines {
    /// The line at `at`, without a newline, if there is anything to say.
    pub(super) fn next(
        &mut self,
        facts: &ProgressFacts,
        stats: &Stats,
        slow: Option<String>,
    ) -> Option<String> {
        let at = facts.elapsed;
        let (new, passed) = (facts.done.saturating_sub(self.tasks), at.saturating_sub(self.since));
        let busy = busy_percent(stats.run.sum().saturating_sub(self.busy), stats.workers, passed);
        *self = Self { since: at, tasks: facts.done, busy: stats.run.sum() };
        let is_idle = new == 0 && facts.running == 0 && facts.awaited.is_none();
        (!is_idle).then(|| {
            let slow = slow.map(|slow| format!("; {slow}")).unwrap_or_default();
            facts.line((stats.workers, busy)) + &slow
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::{RunEvent, samples};

    #[test]
    fn intervals_grow_to_five_minutes_unless_one_is_given() {
        let growing: Vec<u64> = (0..7).map(|lines| LineInterval::Growing.after(lines).as_secs()).collect();
        assert_eq!(growing, [10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(LineInterval::Growing.after(u32::MAX), LONGEST);
        let fixed = Duration::from_secs(7);
        assert_eq!([0, 99].map(|lines| LineInterval::Fixed(fixed).after(lines)), [fixed; 2]);
    }

    fn facts(done: u64, running: usize, secs: u64) -> ProgressFacts {
        ProgressFacts { done, running, elapsed: Duration::from_secs(secs), ..ProgressFacts::default() }
    }

    #[test]
    fn a_line_says_how_busy_workers_were_since_the_last_and_nothing_where_nothing_happens() {
        let (mut lines, mut stats) = (ProgressLines::default(), Stats::new(1));
        let mut record = samples::ok();
        record.usage.wall = Some(Duration::from_secs(5));
        stats.on(&RunEvent::TaskDone(Box::new(record)));
        assert_eq!(
            lines.next(&facts(1, 0, 10), &stats, None).unwrap(),
            "progress: 1 done, 1 worker 50% busy, 10s"
        );
        assert_eq!(lines.next(&facts(1, 0, 20), &stats, None), None);
        assert_eq!(
            lines.next(&facts(1, 1, 30), &stats, Some("slow: task 2 for 9s".to_owned())).unwrap(),
            "progress: 1 done, 1 running, 1 worker 0% busy, 30s; slow: task 2 for 9s"
        );
        let waits = ProgressFacts { awaited: Some("2 waiting".to_owned()), ..facts(1, 0, 40) };
        assert_eq!(
            lines.next(&waits, &stats, None).unwrap(),
            "progress: 1 done, 2 waiting, 1 worker 0% busy, 40s"
        );
    }
}
