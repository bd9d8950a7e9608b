//! The clock of a run: the time since it began, without that in which its process stood still.
//!
//! A run that was stopped, with Ctrl-Z say, and goes on later must not find all its deadlines
//! passed. Where it stopped itself it knows for how long. Where others stopped it and had it go on
//! (SIGSTOP, SIGCONT) a program that [counts that](signals::count_continues) leaves out what passed
//! since the last look, whatever it was at. Where nobody tells it (a frozen cgroup, a virtual
//! machine that is paused, a program that does not count) it finds that a wait took much longer
//! than it was to: what is too much is left out. The system's own sleep is in no clock of this
//! kind.

use polymer_host_sys::signals;
use polymer_host_task::Moment;
use std::time::{Duration, Instant};

/// A wait that ends so much later than it was to was no wait: the process stood still, or was given
/// no processor, for a while. Far more than what a busy machine makes a process wait for its turn.
const LATE: Duration = Duration::from_secs(1);

/// The longest that is waited while there is a deadline: so it is known within this how long a
/// process stood still.
pub(super) const LOOK: Duration = Duration::from_millis(250);

/// The run's clock.
#[derive(Debug)]
pub(super) struct RunClock {
    began: Instant,
    left_out: Duration,
    looked: Instant,
    /// Number of times the process had been told to continue by then.
    continued: u64,
}

/// A pause that is shorter is not worth a word, and may be none: the signal comes to processes that
/// were not stopped as well.
const SHORT: Duration = Duration::from_millis(10);

impl RunClock {
    /// Begins now.
    pub(super) fn start() -> Self {
        let began = Instant::now();
        Self { began, left_out: Duration::ZERO, looked: began, continued: signals::continued() }
    }

    /// The time by it.
    pub(super) fn now(&self) -> Moment {
        self.began.elapsed().saturating_sub(self.left_out)
    }

    /// The time by a clock that nothing stops, since `then` by this one; more where it stood still
    /// before that.
    pub(super) fn since(&self, then: Moment, now: Moment) -> Duration {
        now.saturating_add(self.left_out).saturating_sub(then)
    }

    /// Does what takes time that is none of the run's. Says how much it was.
    pub(super) fn without<T>(&mut self, still: impl FnOnce() -> T) -> (T, Duration) {
        let before = Instant::now();
        let done = still();
        let took = before.elapsed();
        self.left_out += took;
        (self.looked, self.continued) = (Instant::now(), signals::continued());
        (done, took)
    }

    /// A wait of `most` at the most has ended, which began at `before`: leaves out the time in
    /// which the process stood still, in the wait or since the look before. Says how much that was,
    /// if it was much. A wait without an end has no deadline that this could matter for.
    pub(super) fn after_wait(&mut self, before: Moment, most: Option<Duration>) -> Option<Duration> {
        let took = self.now().saturating_sub(before);
        let stopped = self.look(signals::continued()).filter(|_| most.is_some());
        let still = stopped.or_else(|| too_late(took, most?))?;
        self.left_out += still;
        Some(still)
    }

    /// Leaves out the time since the last look if the process was stopped meanwhile.
    pub(super) fn before_deadlines(&mut self) -> Option<Duration> {
        let still = self.look(signals::continued())?;
        self.left_out += still;
        Some(still)
    }

    /// Looks at the clock, the process having been told so often to go on. Says how long it is
    /// since the last look, if that was more often.
    fn look(&mut self, continued: u64) -> Option<Duration> {
        let gap = std::mem::replace(&mut self.looked, Instant::now()).elapsed();
        let was_stopped = std::mem::replace(&mut self.continued, continued) != continued;
        (was_stopped && gap >= SHORT).then_some(gap)
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
    fn what_a_worker_may_have_taken_is_never_less_than_it_was() {
        let mut clock = RunClock::start();
        let then = clock.now();
        clock.left_out = SECOND;
        assert_eq!(clock.since(then, then + SECOND), SECOND * 2);
    }

    #[test]
    fn time_that_is_left_out_is_not_on_the_clock() {
        // As if it had begun long ago.
        let long_ago = Instant::now().checked_sub(SECOND * 100).unwrap();
        let mut clock = RunClock { began: long_ago, looked: long_ago, ..RunClock::start() };
        let before = clock.now() - SECOND * 90;
        let late = clock.after_wait(before, Some(SECOND)).unwrap();
        assert!(late >= SECOND * 89 && clock.now() < SECOND * 12, "{late:?} {clock:?}");
        assert_eq!(clock.after_wait(clock.now(), Some(SECOND)), None);
        assert_eq!(clock.after_wait(clock.now(), None), None);
        let (done, took) = clock.without(|| 7);
        assert!(done == 7 && clock.left_out == late + took);
    }

    #[test]
    fn who_was_told_to_go_on_was_stopped_whatever_it_was_at() {
        let long_ago = Instant::now().checked_sub(SECOND * 7).unwrap();
        let mut clock = RunClock { looked: long_ago, ..RunClock::start() };
        let told = clock.continued + 1;
        assert!(clock.look(told).is_some_and(|still| still >= SECOND * 7));
        assert_eq!(clock.look(told), None, "that was told before");
        clock.looked = long_ago;
        assert_eq!(clock.look(told), None, "nobody told it to go on, so it was at work");
        assert_eq!(clock.look(told + 1), None, "it was not stopped, or not for long");
    }
}
