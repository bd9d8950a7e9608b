//! The clock of a run: the time since it began, without that in which its process stood still.
//!
//! A run that was stopped, with Ctrl-Z say, and goes on later must not find all its deadlines passed. Where it stopped itself it knows for
//! how long. Where others stopped it (SIGSTOP, a frozen cgroup, a virtual machine that is paused) it finds that a wait took much longer than it was
//! to: what is too much is left out. The system's own sleep is in no clock of this kind.

use crate::task::Moment;
use std::time::{Duration, Instant};

/// A wait that ends so much later than it was to was no wait: the process stood still, or was given no processor, for a while. Far more than
/// what a busy machine makes a process wait for its turn.
const LATE: Duration = Duration::from_secs(1);

/// The longest that is waited while there is a deadline: so it is known within this how long a process stood still.
pub(super) const LOOK: Duration = Duration::from_millis(250);

/// The run's clock.
#[derive(Debug)]
pub(super) struct Clock {
    began: Instant,
    left_out: Duration,
}

impl Clock {
    /// Begins now.
    pub(super) fn start() -> Self {
        Self { began: Instant::now(), left_out: Duration::ZERO }
    }

    /// The time by it.
    pub(super) fn now(&self) -> Moment {
        self.began.elapsed().saturating_sub(self.left_out)
    }

    /// Does what takes time that is none of the run's. Says how much it was.
    pub(super) fn without<T>(&mut self, still: impl FnOnce() -> T) -> (T, Duration) {
        let before = Instant::now();
        let done = still();
        let took = before.elapsed();
        self.left_out += took;
        (done, took)
    }

    /// A wait of `most` at the most has ended, which began at `before`: leaves out what it took too long. Says how much that was, if it was much.
    pub(super) fn after_wait(&mut self, before: Moment, most: Duration) -> Option<Duration> {
        let late = too_late(self.now().saturating_sub(before), most)?;
        self.left_out += late;
        Some(late)
    }
}

/// By how much a wait took longer than `most`, if that is more than a busy machine explains.
fn too_late(took: Duration, most: Duration) -> Option<Duration> {
    took.checked_sub(most).filter(|late| *late >= LATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn only_a_wait_that_took_far_too_long_was_none() {
        assert_eq!(too_late(SECOND, SECOND * 2), None);
        assert_eq!(too_late(LOOK + LATE / 2, LOOK), None);
        assert_eq!(too_late(LOOK + SECOND * 60, LOOK), Some(SECOND * 60));
        assert_eq!(too_late(LATE, Duration::ZERO), Some(LATE));
    }

    #[test]
    fn time_that_is_left_out_is_not_on_the_clock() {
        // As if it had begun long ago.
        let mut clock =
            Clock { began: Instant::now().checked_sub(SECOND * 100).unwrap(), left_out: Duration::ZERO };
        let before = clock.now() - SECOND * 90;
        let late = clock.after_wait(before, SECOND).unwrap();
        assert!(late >= SECOND * 89 && clock.now() < SECOND * 12, "{late:?} {clock:?}");
        assert_eq!(clock.after_wait(clock.now(), SECOND), None);
        let (done, took) = clock.without(|| 7);
        assert!(done == 7 && clock.left_out == late + took);
    }
}
