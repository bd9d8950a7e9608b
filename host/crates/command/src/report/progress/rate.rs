//! Rate of the last while and time left, smoothed: pure over the times that it is told.
//!
//! Time before the first task runs is not counted: a module is compiled then, or input awaited.

use polymer_host_task::Moment;
use std::time::Duration;

/// Seconds after which what was observed counts a third.
const MEMORY: f64 = 30.0;
/// Tasks that the memory holds at least: where they end seldom, it reaches further back.
const TASKS: f64 = 20.0;
/// Seconds before which no rate is told.
const SHORT: f64 = 1.0;
/// Seconds before which no time left is told.
const EARLY: f64 = 3.0;
/// Seconds from which on a few tasks are enough to tell it.
const LATE: f64 = 30.0;
/// Tasks that are enough before that.
const ENOUGH: u64 = 10;
/// The longest time left that is told, in seconds: beyond 99 days it says nothing.
const LONGEST: f64 = 99.0 * 86_400.0;

/// Rate at which tasks have ended of late.
#[derive(Debug, Default)]
pub(super) struct RecentRate {
    /// When it was observed last.
    last: Moment,
    /// Tasks that were over then.
    done: u64,
    /// Tasks and seconds in memory; what is older counts less, in both alike. So their quotient has
    /// no bias at the start.
    tasks: f64,
    seconds: f64,
    /// Seconds observed in all.
    observed: f64,
}

impl RecentRate {
    /// At `at` so many tasks are over; `is_busy` says whether any runs.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn observe(&mut self, at: Moment, done: u64, is_busy: bool) {
        let passed = at.saturating_sub(self.last).as_secs_f64();
        self.last = self.last.max(at);
        if self.done == 0 && done == 0 && !is_busy {
            return;
        }
        let new = done.saturating_sub(self.done) as f64;
        let (tasks, seconds) = (self.tasks + new, self.seconds + passed);
        // With those of now, since looks may be far apart.
        let memory = if tasks > 0.0 { MEMORY.max(TASKS * seconds / tasks) } else { f64::INFINITY };
        let kept = (-passed / memory).exp();
        self.tasks = self.tasks.mul_add(kept, new);
        self.seconds = self.seconds.mul_add(kept, passed);
        self.observed += passed;
        self.done = done;
    }

    /// Tasks per second; nothing before one is over, or as long as the time is too short to tell.
    pub(super) fn per_second(&self) -> Option<f64> {
        (self.tasks > 0.0 && self.observed >= SHORT).then(|| self.tasks / self.seconds)
    }

    /// Time until so many more tasks are over, once there is enough to tell it from.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn time_left(&self, tasks: u64) -> Option<Duration> {
        let is_enough = self.observed >= LATE || (self.observed >= EARLY && self.done >= ENOUGH);
        let seconds = tasks as f64 / self.per_second()?;
        (is_enough && tasks > 0 && seconds <= LONGEST).then(|| Duration::from_secs_f64(seconds))
    }
}

/// A rate for people, in the unit in which it is not nearly 0.
pub(super) fn show_rate(per_second: f64) -> String {
    let (rate, unit) = match per_second {
        rate if rate >= 0.1 => (rate, "s"),
        rate if rate * 60.0 >= 0.1 => (rate * 60.0, "min"),
        rate => (rate * 3600.0, "h"),
    };
    if rate >= 99.95 { format!("{rate:.0} tasks/{unit}") } else { format!("{rate:.1} tasks/{unit}") }
}

/// Time left for people: two units at most, and no more digits than an estimate has.
pub(super) fn show_left(left: Duration) -> String {
    let secs = left.as_secs().max(1);
    match secs {
        ..60 => format!("{secs}s"),
        60..600 => format!("{}m {}s", secs / 60, secs % 60 / 10 * 10),
        600..3600 => format!("{}m", secs / 60),
        3600..86_400 => format!("{}h {}m", secs / 3600, secs % 3600 / 60),
        _ => format!("{}d {}h", secs / 86_400, secs % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Moment {
        Duration::from_secs_f64(seconds)
    }

    /// Observes each of `ticks` tenths of a second, with so many tasks over as `done` says.
    fn observed(ticks: u32, done: impl Fn(f64) -> f64) -> RecentRate {
        let mut rate = RecentRate::default();
        observe(&mut rate, 1..=ticks, done);
        rate
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    fn observe(rate: &mut RecentRate, ticks: impl Iterator<Item = u32>, done: impl Fn(f64) -> f64) {
        for tick in ticks {
            let at = f64::from(tick) / 10.0;
            rate.observe(seconds(at), done(at) as u64, true);
        }
    }

    #[track_caller]
    fn check_left(rate: &RecentRate, tasks: u64, expected: f64) {
        let left = rate.time_left(tasks).unwrap().as_secs_f64();
        assert!((left - expected).abs() <= expected / 10.0, "{left} in place of {expected}");
    }

    #[test]
    fn nothing_is_told_before_there_is_something_to_tell() {
        let mut rate = RecentRate::default();
        assert_eq!((rate.per_second(), rate.time_left(5)), (None, None));
        rate.observe(seconds(60.0), 0, true);
        assert_eq!((rate.per_second(), rate.time_left(5)), (None, None));
        assert_eq!(observed(9, |at| at * 100.0).per_second(), None);
        let early = observed(29, |at| at * 100.0);
        assert!(early.per_second().is_some() && early.time_left(5).is_none());
        // One task of many, seen for a few seconds, says little.
        assert_eq!(observed(290, |_| 1.0).time_left(5), None);
        assert!(observed(31, |at| at * 100.0).time_left(5).is_some());
        assert!(observed(310, |_| 1.0).time_left(5).is_some());
        assert_eq!(observed(310, |at| at).time_left(0), None, "all is done");
        assert_eq!(observed(310, |_| 1.0).time_left(u64::MAX), None, "for ever");
    }

    #[test]
    fn a_steady_rate_is_told_as_it_is() {
        for per_second in [0.5, 10.0, 1_000.0] {
            let rate = observed(600, |at| at * per_second);
            check_left(&rate, 1_000, 1_000.0 / per_second);
        }
    }

    #[test]
    fn a_new_rate_is_learned_within_a_minute_or_two_and_without_a_jump() {
        let mut rate = observed(600, |at| at * 100.0);
        observe(&mut rate, 601..=610, |at| (at - 60.0).mul_add(10.0, 6_000.0));
        let soon = rate.per_second().unwrap();
        assert!((90.0..100.0).contains(&soon), "{soon}");
        observe(&mut rate, 611..=1_800, |at| (at - 60.0).mul_add(10.0, 6_000.0));
        let later = rate.per_second().unwrap();
        assert!((10.0..13.0).contains(&later), "{later}");
    }

    /// With 30 seconds of memory it would come to half of the rate and twice of it in between.
    #[test]
    fn tasks_that_end_seldom_are_remembered_for_longer() {
        let rates: Vec<f64> = (5..=6)
            .flat_map(|minute| [minute * 600 + 1, minute * 600 + 599])
            .map(|ticks| observed(ticks, |at| at / 60.0).per_second().unwrap() * 60.0)
            .collect();
        assert!(rates.iter().all(|rate| (0.75..1.25).contains(rate)), "{rates:?}");
    }

    #[test]
    fn the_time_before_anything_runs_does_not_count() {
        let mut rate = RecentRate::default();
        rate.observe(seconds(100.0), 0, false);
        rate.observe(seconds(110.0), 10, true);
        assert!((rate.per_second().unwrap() - 1.0).abs() < 1e-9);
        // What comes out of order changes nothing.
        rate.observe(seconds(105.0), 10, true);
        assert!((rate.per_second().unwrap() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn looks_that_are_far_apart_tell_the_same() {
        let mut rate = RecentRate::default();
        for minute in 1..=20_u32 {
            rate.observe(seconds(f64::from(minute) * 300.0), u64::from(minute) * 3_000, true);
        }
        check_left(&rate, 1_000, 100.0);
    }

    #[test]
    fn rates_and_times_have_as_many_digits_as_say_something() {
        for (rate, text) in [
            (1234.4, "1234 tasks/s"),
            (99.96, "100 tasks/s"),
            (12.34, "12.3 tasks/s"),
            (0.1, "0.1 tasks/s"),
            (0.05, "3.0 tasks/min"),
            (0.001, "3.6 tasks/h"),
        ] {
            assert_eq!(show_rate(rate), text);
        }
        for (secs, text) in [
            (0, "1s"),
            (59, "59s"),
            (60, "1m 0s"),
            (199, "3m 10s"),
            (600, "10m"),
            (3_599, "59m"),
            (3_600, "1h 0m"),
            (86_399, "23h 59m"),
            (90_000, "1d 1h"),
        ] {
            assert_eq!(show_left(Duration::from_secs(secs)), text);
        }
    }
}
