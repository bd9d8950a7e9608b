//! Looks at the CPU time that a worker uses over one attempt, where that has a limit or decides on
//! its timeout.
//!
//! The worker itself ends an attempt that is over its limit, but not while a host call does not
//! return. So its process is looked at from outside: first when the attempt was seen to have begun,
//! and again whenever the limit could have been reached since. Where there is no limit it is looked
//! at once more, when its time is over. It must never know a worker.

use polymer_host_task::Moment;
use std::time::Duration;

/// Shortest time between two looks, for threads of a process use CPU time side by side.
const SHORTEST: Duration = Duration::from_millis(5);

/// Looks at the process that is at an attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CpuWatch {
    /// True while its CPU time is being asked for.
    is_asked: bool,
    /// CPU time that it had used by the first look.
    base: Option<Duration>,
    /// CPU time that it has used since, by the last look.
    used: Option<Duration>,
    next: NextLook,
    /// It was asked for when the attempt had its time.
    is_last_asked: bool,
}

/// When a process is looked at next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum NextLook {
    /// When its attempt has begun.
    #[default]
    WhenBegun,
    /// Then.
    At(Moment),
    /// Not before the attempt had its time.
    Never,
}

impl CpuWatch {
    /// When it is to be asked next, of an attempt that was seen to have begun then. `None` while
    /// that is under way.
    pub(crate) fn due(&self, begun: Moment) -> Option<Moment> {
        match self.next {
            _ if self.is_asked => None,
            NextLook::WhenBegun => Some(begun),
            NextLook::At(then) => Some(then),
            NextLook::Never => None,
        }
    }

    /// Notes that its CPU time is being asked for.
    pub(crate) const fn ask(&mut self) {
        self.is_asked = true;
    }

    /// Notes that its CPU time is being asked for, now that the attempt had its time. Returns
    /// whether it is: it was looked at before, and not yet for this.
    pub(crate) const fn ask_last(&mut self) -> bool {
        let asks = self.base.is_some() && !self.is_last_asked;
        self.is_last_asked |= asks;
        self.is_asked |= asks;
        asks
    }

    /// CPU time since the first look, by the last one.
    pub(crate) const fn used(&self) -> Option<Duration> {
        self.used
    }

    /// Takes the CPU time that its process has used in all, if the system says and was asked;
    /// returns what it used since the first look, if that is more than `most`.
    pub(crate) fn answer(
        &mut self,
        now: Moment,
        cpu: Option<Duration>,
        most: Option<Duration>,
    ) -> Option<Duration> {
        if !std::mem::replace(&mut self.is_asked, false) {
            return None;
        }
        // What it used before the first look is its gain: no more than it takes to see that it has
        // begun.
        let is_first = self.base.is_none();
        let used = cpu.map(|cpu| cpu.saturating_sub(*self.base.get_or_insert(cpu)));
        self.used = used.filter(|_| !is_first).or(self.used);
        let left = most.map(|most| most.saturating_sub(used.unwrap_or_default()));
        let next = left.map(|left| now.saturating_add(left.max(SHORTEST)));
        self.next = next.map_or(NextLook::Never, NextLook::At);
        used.filter(|_| left.is_some_and(|left| left.is_zero()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn look(watch: &mut CpuWatch, now: Duration, cpu: Option<Duration>) -> Option<Duration> {
        watch.ask();
        assert_eq!(watch.due(MS), None);
        watch.answer(now, cpu, Some(MS * 100))
    }

    #[test]
    fn it_is_looked_at_when_it_has_begun_and_when_it_can_have_used_up_what_is_left() {
        let mut watch = CpuWatch::default();
        assert_eq!(watch.due(MS * 7), Some(MS * 7));
        assert_eq!(look(&mut watch, MS * 7, Some(MS * 1000)), None);
        assert_eq!(watch.due(MS * 7), Some(MS * 107));
        assert_eq!(look(&mut watch, MS * 107, Some(MS * 1060)), None);
        assert_eq!(watch.due(MS * 7), Some(MS * 147));
        assert_eq!(look(&mut watch, MS * 147, Some(MS * 1099)), None);
        assert_eq!(watch.due(MS * 7), Some(MS * 152), "not all the time");
        assert_eq!(look(&mut watch, MS * 152, Some(MS * 1100)), Some(MS * 100));
    }

    #[test]
    fn a_system_that_does_not_say_ends_nobody_and_nobody_answers_unasked() {
        let mut watch = CpuWatch::default();
        for number in 1..9 {
            assert_eq!(look(&mut watch, MS * 100 * number, None), None);
        }
        assert_eq!(look(&mut watch, MS * 900, Some(MS * 5000)), None, "it is the first that is known");
        let before = watch;
        assert_eq!(watch.answer(MS * 950, Some(MS * 9000), Some(MS)), None);
        assert_eq!(watch, before);
    }

    #[test]
    fn without_a_limit_it_is_looked_at_when_it_has_begun_and_when_its_time_is_over() {
        let mut watch = CpuWatch::default();
        assert!(!watch.ask_last(), "what it had used before is not known");
        watch.ask();
        assert_eq!(watch.answer(MS, Some(MS * 30), None), None);
        assert_eq!((watch.due(MS), watch.used()), (None, None));
        assert!(watch.ask_last());
        assert_eq!(watch.answer(MS * 101, Some(MS * 125), None), None);
        assert_eq!(watch.used(), Some(MS * 95));
        assert!(!watch.ask_last(), "once");
    }
}
