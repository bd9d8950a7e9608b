//! Looks at the CPU time that a worker uses over one attempt, where that has a limit.
//!
//! The worker itself ends an attempt that is over its limit, but not while a host call does not
//! return. So its process is looked at from outside: first when the attempt was seen to have begun,
//! and again whenever the limit could have been reached since. It must never know a worker.

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
    next: Option<Moment>,
}

impl CpuWatch {
    /// When it is to be asked next, of an attempt that was seen to have begun then. `None` while
    /// that is under way.
    pub(crate) fn due(&self, begun: Moment) -> Option<Moment> {
        (!self.is_asked).then(|| self.next.unwrap_or(begun))
    }

    /// Notes that its CPU time is being asked for.
    pub(crate) const fn ask(&mut self) {
        self.is_asked = true;
    }

    /// Takes the CPU time that its process has used in all, if the system says and was asked;
    /// returns what it used since the first look, if that is more than `most`.
    pub(crate) fn answer(&mut self, now: Moment, cpu: Option<Duration>, most: Duration) -> Option<Duration> {
        if !std::mem::replace(&mut self.is_asked, false) {
            return None;
        }
        // What it used before the first look is its gain: no more than it takes to see that it has
        // begun.
        let used = cpu.map(|cpu| cpu.saturating_sub(*self.base.get_or_insert(cpu)));
        let left = most.saturating_sub(used.unwrap_or_default());
        self.next = Some(now.saturating_add(left.max(SHORTEST)));
        used.filter(|_| left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn look(watch: &mut CpuWatch, now: Duration, cpu: Option<Duration>) -> Option<Duration> {
        watch.ask();
        assert_eq!(watch.due(MS), None);
        watch.answer(now, cpu, MS * 100)
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
        assert_eq!(watch.answer(MS * 950, Some(MS * 9000), MS), None);
        assert_eq!(watch, before);
    }
}
