//! The clock of the attempt that is first at a worker. Its time counts from when its guest was
//! begun, so bytes that wait in a slow socket cost no task its timeout.
//!
//! That it was begun comes with no message: whoever carries out
//! [`Action::Observe`](super::SchedulerAction::Observe) looks, seldom, and only where an attempt is
//! not over within [`LOOK`]. A worker may lie about it. One that pretends not to begin gains a
//! second, one that does not read gains what the slowest honest reader would need; then its attempt
//! has timed out all the same.

use polymer_host_task::Moment;
use std::time::Duration;

/// When an attempt is looked at first, and how often until it was seen to have begun. Less than
/// what is given beyond a timeout, for a begin is known no better.
pub(super) const LOOK: Duration = Duration::from_millis(5);
/// Time that an attempt with others behind it may go on before these are taken back.
pub(super) const HOLD: Duration = Duration::from_millis(20);
/// Bytes a second that a worker reads at the least.
const SLOWEST: u64 = 256 << 10;
/// Time beyond an attempt's own in which a worker must begin it, once it has all of it.
const BEGINS_WITHIN: Duration = Duration::from_secs(1);

/// Progress of an attempt on its way to its guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptDelivery {
    /// Of what goes to its worker before it and with it so many bytes wait for room in the socket.
    /// Its own input is counted if it is being written, and not before.
    Unsent(usize),
    /// It was written, and the worker has not begun it.
    Sent,
    /// The worker says that it has begun it, or one that was sent later.
    Begun,
}

/// Times that are known of the first attempt at a worker.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeadClock {
    /// When it became the first.
    since: Moment,
    /// When it was first seen to have begun.
    seen: Option<Moment>,
    /// From when its time counts: about when it began; before that, until when it was on its way.
    from: Moment,
    /// When it is to be looked at next, as long as it has not been seen to have begun.
    look: Moment,
    /// Until when it may be on its way, once it was seen to be.
    arrives: Option<Moment>,
}

impl HeadClock {
    /// Of an attempt that becomes the first `now`.
    pub(super) fn new(now: Moment) -> Self {
        Self { since: now, seen: None, from: now, look: now + LOOK, arrives: None }
    }

    /// When it became the first.
    pub(super) const fn since(&self) -> Moment {
        self.since
    }

    /// When it began, as far as that is known.
    pub(super) fn started(&self) -> Moment {
        if self.seen.is_some() { self.from } else { self.since }
    }

    /// When it was first seen to have begun.
    pub(super) const fn seen(&self) -> Option<Moment> {
        self.seen
    }

    /// Returns whether it was seen to have begun.
    pub(super) const fn has_begun(&self) -> bool {
        self.seen.is_some()
    }

    /// When somebody has to look at it, if that is still of interest.
    pub(super) fn look(&self) -> Option<Moment> {
        self.seen.is_none().then_some(self.look)
    }

    /// From when on what lies behind it is not to wait for it any longer, once it has begun.
    pub(super) fn holds_until(&self) -> Option<Moment> {
        self.seen.map(|seen| seen + HOLD)
    }

    /// When it has had its time, which is `time`.
    pub(super) fn due(&self, time: Duration) -> Moment {
        let begins_within = if self.has_begun() { Duration::ZERO } else { BEGINS_WITHIN };
        self.from.saturating_add(time).saturating_add(begins_within)
    }

    /// Somebody is about to look at it.
    pub(super) fn ask(&mut self, now: Moment) {
        // Should the answer never come, it is asked again.
        self.look = now + LOOK;
    }

    /// Somebody looked at it. Its input is of `bytes`, its time is `time`.
    pub(super) fn observe(&mut self, now: Moment, delivery: AttemptDelivery, bytes: usize, time: Duration) {
        if self.has_begun() {
            return;
        }
        match delivery {
            AttemptDelivery::Begun => {
                self.seen = Some(now);
                // A look that comes late says no more than that it began before.
                self.from = self.since.max(now.saturating_sub(LOOK));
                return;
            }
            AttemptDelivery::Unsent(unsent) => {
                let arrives = self.since.saturating_add(at_the_slowest(unsent.saturating_add(bytes)));
                self.from = self.from.max(now.min(*self.arrives.get_or_insert(arrives)));
            }
            AttemptDelivery::Sent => {}
        }
        // What has waited for long is not worth many looks; a begin is known to an eighth of the
        // waiting then.
        let waited = now.saturating_sub(self.since);
        let due = self.due(time);
        let next = now + LOOK.max(waited / 8);
        self.look = if due > now { next.min(due) } else { next };
    }
}

fn at_the_slowest(bytes: usize) -> Duration {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    Duration::from_millis(bytes.saturating_mul(1000) / SLOWEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const SECOND: Duration = Duration::from_secs(1);
    const TIME: Duration = Duration::from_millis(125);
    const MB: usize = 1_000_000;

    /// Looks at an attempt whenever it asks for that, until it began or had its time; says when
    /// that was.
    fn look_on(clock: &mut HeadClock, bytes: usize, is: impl Fn(Moment) -> AttemptDelivery) -> Moment {
        loop {
            let now = clock.look().unwrap();
            clock.observe(now, is(now), bytes, TIME);
            if clock.has_begun() || now >= clock.due(TIME) {
                return now;
            }
            assert!(clock.look().unwrap() > now);
        }
    }

    #[test]
    fn what_begins_at_once_has_its_time_from_then_on() {
        let mut clock = HeadClock::new(SECOND);
        let seen = look_on(&mut clock, 10, |_| AttemptDelivery::Begun);
        assert_eq!((seen, clock.started(), clock.due(TIME)), (SECOND + LOOK, SECOND, SECOND + TIME));
        assert_eq!((clock.look(), clock.holds_until()), (None, Some(SECOND + LOOK + HOLD)));
    }

    #[test]
    fn a_slow_socket_costs_no_time() {
        // 2 MB a second.
        let mut clock = HeadClock::new(SECOND);
        let arrives = SECOND + MS * 500;
        let is = |now| match arrives.checked_sub(now) {
            Some(left) => AttemptDelivery::Unsent(usize::try_from(left.as_millis()).unwrap() * 2000),
            None if now < arrives + MS * 100 => AttemptDelivery::Sent,
            None => AttemptDelivery::Begun,
        };
        let seen = look_on(&mut clock, MB, is);
        assert!(seen >= arrives + MS * 100 && seen < arrives + MS * 200, "{seen:?}");
        assert!(clock.started() <= seen && clock.due(TIME) + LOOK >= arrives + MS * 100 + TIME);
        assert!(clock.holds_until() >= Some(arrives + MS * 100 + HOLD));
    }

    #[test]
    fn a_look_that_comes_late_charges_nobody() {
        let mut clock = HeadClock::new(SECOND);
        clock.observe(SECOND * 9, AttemptDelivery::Begun, 10, TIME);
        assert_eq!(clock.due(TIME), SECOND * 9 - LOOK + TIME);
    }

    #[test]
    fn whoever_never_begins_has_had_its_time_a_second_later() {
        let mut clock = HeadClock::new(SECOND);
        let over = look_on(&mut clock, MB, |_| AttemptDelivery::Sent);
        assert_eq!(over, SECOND + TIME + BEGINS_WITHIN);
        assert_eq!((clock.started(), clock.has_begun()), (SECOND, false));
    }

    #[test]
    fn whoever_never_reads_is_waited_for_as_long_as_the_slowest_would_take() {
        for bytes in [10, MB, 16 * MB] {
            let mut clock = HeadClock::new(SECOND);
            let over = look_on(&mut clock, bytes, |_| AttemptDelivery::Unsent(1));
            let waited = over - SECOND;
            let most = at_the_slowest(bytes + 1) + TIME + BEGINS_WITHIN;
            assert!(waited >= most && waited <= most + most / 8 + LOOK, "{bytes}: {waited:?}");
        }
        // Nor does it help to take a little now and then.
        let mut clock = HeadClock::new(SECOND);
        let over = look_on(&mut clock, MB, |now| {
            AttemptDelivery::Unsent(MB - usize::try_from(now.as_secs()).unwrap())
        });
        assert!(over < SECOND * 12, "{over:?}");
    }

    #[test]
    fn what_was_seen_to_have_begun_stays_so() {
        let mut clock = HeadClock::new(SECOND);
        clock.observe(SECOND + LOOK, AttemptDelivery::Begun, 10, TIME);
        clock.observe(SECOND * 2, AttemptDelivery::Unsent(7), 10, TIME);
        clock.observe(SECOND * 3, AttemptDelivery::Begun, 10, TIME);
        assert_eq!((clock.due(TIME), clock.look()), (SECOND + TIME, None));
    }

    #[test]
    fn nobody_looks_all_the_time_at_what_takes_long() {
        let looks = std::cell::Cell::new(0);
        look_on(&mut HeadClock::new(SECOND), 16 * MB, |_| {
            looks.set(looks.get() + 1);
            AttemptDelivery::Unsent(1)
        });
        assert!(looks.get() < 150, "{looks:?}");
    }
}
