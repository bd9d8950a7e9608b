//! The wall clock's times of a run's moments. The run's own clock stands still while its process
//! does, the wall clock does not.

use polymer_host_task::Moment;
use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

/// Number of stops that are kept apart. An attempt that began before that many stops may be
/// reported with too late a start.
const TOLD_APART: usize = 64;

/// Knows the wall clock's time of each moment of a run.
#[derive(Debug, Clone)]
pub(crate) struct WallClock {
    began: SystemTime,
    /// Total time the run had stood still before the first of `stops`.
    before: Duration,
    /// When it went on, and how long it had stood still in all by then.
    stops: VecDeque<(Moment, Duration)>,
}

impl WallClock {
    /// Of a run that begins now.
    pub(crate) const fn new(began: SystemTime) -> Self {
        Self { began, before: Duration::ZERO, stops: VecDeque::new() }
    }

    /// The run went on at this moment, after its process had stood still for so long.
    pub(crate) fn went_on(&mut self, at: Moment, still: Duration) {
        let all = self.stops.back().map_or(self.before, |(_, all)| *all).saturating_add(still);
        self.stops.push_back((at, all));
        if self.stops.len() > TOLD_APART
            && let Some((_, before)) = self.stops.pop_front()
        {
            self.before = before;
        }
    }

    /// When the run would have begun if it had not stood still before this moment: what the moment
    /// is to be added to.
    pub(crate) fn began_for(&self, moment: Option<Moment>) -> SystemTime {
        let moment = moment.unwrap_or_default();
        let stop = self.stops.iter().rev().find(|(at, _)| *at <= moment);
        let still = stop.map_or(self.before, |(_, all)| *all);
        self.began.checked_add(still).unwrap_or(self.began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn moments_behind_a_stop_are_later_by_what_it_lasted() {
        let mut clock = WallClock::new(SystemTime::UNIX_EPOCH);
        clock.went_on(SECOND * 10, SECOND * 100);
        clock.went_on(SECOND * 20, SECOND * 1000);
        let times = [None, Some(9), Some(10), Some(19), Some(20), Some(90)].map(|at| {
            let began = clock.began_for(at.map(|at| SECOND * at));
            began.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
        });
        assert_eq!(times, [0, 0, 100, 100, 1100, 1100]);
    }

    #[test]
    fn of_many_stops_none_is_lost() {
        let mut clock = WallClock::new(SystemTime::UNIX_EPOCH);
        for at in 1..=200 {
            clock.went_on(SECOND * at, SECOND);
        }
        assert_eq!(clock.stops.len(), TOLD_APART);
        assert_eq!(clock.began_for(Some(SECOND * 500)), SystemTime::UNIX_EPOCH + SECOND * 200);
        assert_eq!(clock.began_for(Some(SECOND * 190)), SystemTime::UNIX_EPOCH + SECOND * 190);
    }
}
