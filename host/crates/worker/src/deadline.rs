//! Deadlines of a worker, which do not count the time in which its process stood still: the run was
//! stopped with Ctrl-Z, say, and goes on.
//!
//! The system tells a process that it goes on (SIGCONT), but not when it was stopped. So the time
//! is looked at often while a guest runs, and what has passed since the last look does not count if
//! the process was told to go on since. A frozen cgroup or a paused virtual machine tells nothing;
//! there a gap that is too long for anything else does not count. Either way a guest gains a little
//! time by the worker's word, never by the supervisor's, whose clock is its own. Nothing here knows
//! what a deadline is for.

use polymer_host_sys::signals;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Interval between looks at the time while a guest runs.
const LOOK: Duration = Duration::from_millis(100);

/// No guest whose fuel is counted and no busy machine keeps a worker from looking for so long. A
/// call of the host may, and a guest without fuel; both are the supervisor's to end.
const LATE: Duration = Duration::from_secs(2);

static STILL: Mutex<StandstillTime> =
    Mutex::new(StandstillTime { looked: None, continued: 0, stopped: Duration::ZERO, late: Duration::ZERO });

/// Time for which this process has stood still so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StandstillTime {
    looked: Option<Instant>,
    /// Number of times it was told to go on.
    continued: u64,
    /// While it was stopped, as far as it was told to go on.
    stopped: Duration,
    /// In gaps that nothing was told of.
    late: Duration,
}

impl StandstillTime {
    /// Learns what the time is, and how often the process was told to go on.
    fn look(&mut self, now: Instant, continued: u64) {
        let gap = self.looked.map_or(Duration::ZERO, |looked| now.saturating_duration_since(looked));
        if continued != self.continued {
            self.stopped += gap;
        } else if gap >= LATE {
            self.late += gap;
        }
        (self.looked, self.continued) = (Some(now), continued);
    }

    fn all(&self) -> Duration {
        self.stopped + self.late
    }

    /// While it was stopped, as far as it was told to go on.
    pub(crate) const fn stopped(&self) -> Duration {
        self.stopped
    }
}

fn still() -> MutexGuard<'static, StandstillTime> {
    STILL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at the time, which is `now`; says for how long the process has stood still so far.
pub(crate) fn standstill(now: Instant) -> StandstillTime {
    let mut still = still();
    still.look(now, signals::continued());
    *still
}

/// When something is to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    /// If the process does not stand still; never, if the clock does not reach that far.
    at: Option<Instant>,
    /// Time for which it had stood still before.
    still: Duration,
}

impl Deadline {
    /// So long after now.
    pub(crate) fn after(time: Duration) -> Self {
        let now = Instant::now();
        Self::from(now, &standstill(now), time)
    }

    /// So long after `begun`, when the process had stood still for so long.
    pub(crate) fn from(begun: Instant, still: &StandstillTime, time: Duration) -> Self {
        Self { at: begun.checked_add(time), still: still.all() }
    }

    /// Returns the time left.
    fn left(&self) -> Duration {
        self.left_with(Duration::ZERO)
    }

    /// Returns the time left, where so much more is given.
    pub(crate) fn left_with(&self, more: Duration) -> Duration {
        let Some(at) = self.at.and_then(|at| at.checked_add(more)) else { return Duration::MAX };
        let now = Instant::now();
        let given = standstill(now).all().saturating_sub(self.still);
        at.checked_add(given).map_or(Duration::MAX, |at| at.saturating_duration_since(now))
    }

    /// Returns whether it has passed.
    pub(crate) fn has_passed(&self) -> bool {
        self.left().is_zero()
    }
}

/// Returns the output of `work`, if it is done by then.
pub(crate) async fn within<F: Future>(deadline: Deadline, work: F) -> Option<F::Output> {
    within_given(deadline, || Duration::ZERO, work).await
}

/// The same, where `given` says how much of the time so far does not count.
pub(crate) async fn within_given<F: Future>(
    deadline: Deadline,
    given: impl Fn() -> Duration,
    work: F,
) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut left = deadline.left_with(given());
    loop {
        if let Ok(done) = timeout(left.min(LOOK), work.as_mut()).await {
            return Some(done);
        }
        left = deadline.left_with(given());
        if left.is_zero() {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn new() -> StandstillTime {
        StandstillTime { looked: None, continued: 0, stopped: Duration::ZERO, late: Duration::ZERO }
    }

    #[test]
    fn what_passed_before_the_process_went_on_is_a_stop_however_short() {
        let (mut still, start) = (new(), Instant::now());
        still.look(start, 0);
        still.look(start + LOOK, 0);
        assert_eq!(still.all(), Duration::ZERO);
        still.look(start + LOOK * 2, 1);
        assert_eq!(still.stopped, LOOK);
        still.look(start + SECOND * 60, 2);
        still.look(start + SECOND * 61, 2);
        assert_eq!((still.stopped, still.late), (SECOND * 60 - LOOK, Duration::ZERO));
    }

    #[test]
    fn a_gap_that_nothing_was_told_of_counts_unless_it_is_long() {
        let (mut still, start) = (new(), Instant::now());
        still.look(start, 5);
        still.look(start + SECOND, 5);
        assert_eq!(still.all(), Duration::ZERO);
        still.look(start + SECOND * 31, 5);
        assert_eq!((still.stopped, still.late), (Duration::ZERO, SECOND * 30));
    }

    #[test]
    fn work_that_takes_no_time_is_done_and_work_without_end_is_not() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        assert_eq!(runtime.block_on(within(Deadline::after(Duration::ZERO), async { 7 })), Some(7));
        assert_eq!(runtime.block_on(within(Deadline::after(Duration::MAX), async { 7 })), Some(7));
        let never = std::future::pending::<()>();
        assert_eq!(runtime.block_on(within(Deadline::after(Duration::from_millis(5)), never)), None);
    }
}
