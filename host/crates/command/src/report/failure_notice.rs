//! How much of a failed task, or of a line that a task logged, is shown while the run goes on: the
//! first ones of each cause in full, then their number at growing intervals. Records have all of
//! it.
//!
//! It must never know what a failure is about, or how it is written.

use polymer_host_sketch::CauseCount;

/// Failures of a cause that are shown one by one, as long as there is room.
const EACH_OF_CAUSE: u64 = 3;

/// Lines of failures after which a line is enough for a further one, so that all of them are one
/// screen.
const ROOM_IN_FULL: u64 = 20;

/// Lines of failures after which only the first one of a cause is shown.
const ROOM_IN_SHORT: u64 = 30;

/// The same for lines that tasks logged, which have to leave room for failures.
const ROOM_OF_LOGS: u64 = 12;

/// What of a failed task is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureNotice {
    /// How it ended, with its trace and its log.
    InFull,
    /// A line on how it ended.
    InShort,
    /// Such a line, and that so many tasks ended so by now.
    Repeated(u64),
    /// Such a line, and that so many tasks failed by now of causes that are too many to be counted
    /// one by one.
    OfManyCauses(u64),
    /// Nothing.
    Silent,
}

impl FailureNotice {
    /// Words behind the line on how a task ended.
    pub(super) fn note(self) -> String {
        match self {
            Self::InFull | Self::InShort | Self::Silent => String::new(),
            // Said once for each cause, where the first line is that leaves something out.
            Self::Repeated(count @ FIRST_COUNT) => {
                format!(" ({count} like this so far; --failure-output immediate shows each)")
            }
            Self::Repeated(count) => format!(" ({count} like this so far)"),
            Self::OfManyCauses(count) => format!(" ({count} of too many causes to tell apart so far)"),
        }
    }
}

impl FailureNotice {
    /// The number that is told with it.
    pub(super) const fn count(self) -> Option<u64> {
        match self {
            Self::Repeated(count) | Self::OfManyCauses(count) => Some(count),
            Self::InFull | Self::InShort | Self::Silent => None,
        }
    }
}

/// Decides what of each failure is shown.
#[derive(Debug)]
pub(super) struct FailureNotices {
    /// Lines that failures took.
    lines: u64,
    /// Failures of causes that are too many.
    of_many: u64,
    room_in_full: u64,
    room_in_short: u64,
}

impl FailureNotices {
    const fn within(room_in_full: u64, room_in_short: u64) -> Self {
        Self { lines: 0, of_many: 0, room_in_full, room_in_short }
    }

    /// For tasks that failed.
    pub(super) const fn of_failures() -> Self {
        Self::within(ROOM_IN_FULL, ROOM_IN_SHORT)
    }

    /// For lines that tasks logged, which are shown in a line each.
    pub(super) const fn of_logs() -> Self {
        Self::within(ROOM_OF_LOGS, ROOM_OF_LOGS)
    }

    /// Decides on a failure, with the number of those of its cause so far.
    pub(super) fn decide(&mut self, cause: CauseCount) -> FailureNotice {
        // Once causes have been forgotten, one that seems new may be an old one, and there may be
        // any number of them.
        if cause.missed > 0 {
            self.of_many += 1;
            let is_told = self.of_many == 1 || is_round(self.of_many);
            return if is_told { FailureNotice::OfManyCauses(self.of_many) } else { FailureNotice::Silent };
        }
        match cause.count {
            1..=EACH_OF_CAUSE if self.lines < self.room_in_full => FailureNotice::InFull,
            1..=EACH_OF_CAUSE if self.lines < self.room_in_short => FailureNotice::InShort,
            // Whatever was shown before, each cause is told of when it occurs.
            1 => FailureNotice::InShort,
            count if is_round(count) => FailureNotice::Repeated(count),
            _ => FailureNotice::Silent,
        }
    }

    /// Takes how many lines a failure took.
    pub(super) const fn took_lines(&mut self, lines: u64) {
        self.lines = self.lines.saturating_add(lines);
    }
}

/// The first number that is told.
const FIRST_COUNT: u64 = 10;

/// Returns whether it is one of 10, 30, 100, 300, 1000 and so on.
const fn is_round(count: u64) -> bool {
    let Some(digits) = count.checked_ilog10() else { return false };
    let power = 10_u64.pow(digits);
    count >= FIRST_COUNT && (count == power || (count.is_multiple_of(3) && count / 3 == power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(count: u64) -> CauseCount {
        CauseCount { count, missed: 0 }
    }

    #[test]
    fn numbers_are_told_at_growing_intervals() {
        let told: Vec<u64> = (0..=10_000).filter(|count| is_round(*count)).collect();
        assert_eq!(told, [10, 30, 100, 300, 1000, 3000, 10_000]);
        assert!(!is_round(u64::MAX) && is_round(10_000_000_000_000_000_000));
    }

    #[test]
    fn the_first_three_of_a_cause_are_shown_then_numbers() {
        let mut notices = FailureNotices::of_failures();
        let shown: Vec<_> = (1..=30).map(|count| notices.decide(exact(count))).collect();
        assert_eq!(shown[..3], [FailureNotice::InFull; 3]);
        let rest: Vec<_> = shown[3..].iter().filter(|notice| **notice != FailureNotice::Silent).collect();
        assert_eq!(rest, [&FailureNotice::Repeated(10), &FailureNotice::Repeated(30)]);
    }

    #[test]
    fn where_much_was_shown_each_cause_has_a_line() {
        let mut notices = FailureNotices::of_failures();
        notices.took_lines(ROOM_IN_FULL - 1);
        assert_eq!(notices.decide(exact(1)), FailureNotice::InFull);
        notices.took_lines(1);
        assert_eq!([1, 2, 3].map(|count| notices.decide(exact(count))), [FailureNotice::InShort; 3]);
        notices.took_lines(ROOM_IN_SHORT - ROOM_IN_FULL);
        assert_eq!(notices.decide(exact(1)), FailureNotice::InShort);
        assert_eq!(notices.decide(exact(2)), FailureNotice::Silent);
        assert_eq!(notices.decide(exact(10)), FailureNotice::Repeated(10));
    }

    #[test]
    fn logs_leave_room_for_failures() {
        let mut notices = FailureNotices::of_logs();
        notices.took_lines(ROOM_OF_LOGS);
        assert_eq!(
            [1, 2, 3].map(|count| notices.decide(exact(count)) == FailureNotice::Silent),
            [false, true, true]
        );
    }

    #[test]
    fn causes_without_end_are_told_as_seldom() {
        let mut notices = FailureNotices::of_failures();
        let told = (1..=10_000).map(|missed| notices.decide(CauseCount { count: 1, missed }));
        let told: Vec<_> = told.filter(|notice| *notice != FailureNotice::Silent).collect();
        assert_eq!(told.len(), 8);
        assert_eq!((told[0], told[7]), (FailureNotice::OfManyCauses(1), FailureNotice::OfManyCauses(10_000)));
    }

    #[test]
    fn it_is_said_once_how_to_see_all() {
        assert_eq!(
            FailureNotice::Repeated(10).note(),
            " (10 like this so far; --failure-output immediate shows each)"
        );
        assert_eq!(FailureNotice::Repeated(30).note(), " (30 like this so far)");
        assert_eq!(FailureNotice::InShort.note(), "");
    }
}
