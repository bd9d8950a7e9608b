//! Distribution of times of a run, in bounded memory.

use polymer_host_sketch::ValueHistogram;
use std::fmt;
use std::time::Duration;

/// Multiple of the median run time from which on a task is slow.
const SLOW_TIMES: u32 = 4;
/// Time below which no task is.
const SLOW_AT_LEAST: Duration = Duration::from_secs(1);
/// Time from which on one is as long as there is nothing to compare it with.
const SLOW_ALONE: Duration = Duration::from_secs(10);

/// Nanoseconds of a second.
const NANOS: u128 = 1_000_000_000;

/// Distribution of times: the shortest, the longest and the mean, which are exact to the
/// nanosecond, and percentiles, which are at most 3.2 percent off. Times of up to 584 years.
#[derive(Clone)]
pub struct TimeSpread {
    /// Nanoseconds.
    histogram: ValueHistogram,
}

/// Shows the totals; the counts behind the percentiles are hundreds.
impl fmt::Debug for TimeSpread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, mean, max) = (self.min(), self.mean(), self.max());
        let mut shown = f.debug_struct("Spread");
        shown.field("count", &self.count()).field("min", &min).field("mean", &mean).field("max", &max);
        shown.finish_non_exhaustive()
    }
}

impl TimeSpread {
    pub(crate) fn new() -> Self {
        Self { histogram: ValueHistogram::default() }
    }

    pub(crate) fn add(&mut self, time: Duration) {
        self.histogram.add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Returns the number of times.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "it was compared")]
    pub const fn count(&self) -> u32 {
        let count = self.histogram.count();
        if count > u32::MAX as u64 { u32::MAX } else { count as u32 }
    }

    /// Returns whether there are no times at all; then all the others are zero.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.histogram.is_empty()
    }

    /// All times together.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "2^64 times of 2^64 nanoseconds are fewer seconds")]
    pub const fn sum(&self) -> Duration {
        let nanos = self.histogram.sum();
        Duration::new((nanos / NANOS) as u64, (nanos % NANOS) as u32)
    }

    /// The shortest time.
    #[must_use]
    pub const fn min(&self) -> Duration {
        Duration::from_nanos(self.histogram.min())
    }

    /// The mean: the sum divided by the count.
    #[must_use]
    pub fn mean(&self) -> Duration {
        Duration::from_nanos(self.histogram.mean())
    }

    /// The longest time.
    #[must_use]
    pub const fn max(&self) -> Duration {
        Duration::from_nanos(self.histogram.max())
    }

    /// The time that `percent` of all times do not pass, from 0 to 100: 50 asks for the median. At
    /// most 3.2 percent off, and never shorter than the shortest or longer than the longest time.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Duration {
        Duration::from_nanos(self.histogram.percentile(percent))
    }

    /// Returns whether a task that took so long, or has run for so long, is slow beside these run
    /// times.
    #[doc(hidden)]
    #[must_use]
    pub fn is_slow(&self, time: Duration) -> bool {
        // Percentiles are looked up only if it may be.
        time >= SLOW_AT_LEAST
            && time >= if self.is_empty() { SLOW_ALONE } else { self.percentile(50.0) * SLOW_TIMES }
    }

    /// The times by size, in nanoseconds.
    #[doc(hidden)]
    #[must_use]
    pub const fn histogram(&self) -> &ValueHistogram {
        &self.histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_spread() {
        let mut spread = TimeSpread::new();
        assert_eq!((spread.min(), spread.mean(), spread.percentile(50.0)), <_>::default());
        for ms in 1..=1000 {
            spread.add(Duration::from_millis(ms));
        }
        assert_eq!((spread.min(), spread.max()), (Duration::from_millis(1), Duration::from_secs(1)));
        assert_eq!(spread.mean(), Duration::from_micros(500_500));
        for (percent, ms) in [(50.0, 500.0), (95.0, 950.0), (99.0, 990.0)] {
            let found = spread.percentile(percent).as_secs_f64() * 1000.0;
            assert!((found - ms).abs() <= ms * 0.032, "p{percent} is {found} ms");
        }
        spread.add(Duration::from_secs(90 * 86_400));
        assert_eq!(spread.max(), Duration::from_secs(90 * 86_400));
        assert!(spread.percentile(50.0) < Duration::from_millis(520));
    }

    #[test]
    fn slow_is_several_times_the_median_and_at_least_a_second() {
        let mut spread = TimeSpread::new();
        let slow_from =
            |spread: &TimeSpread| (1..=20).find(|secs| spread.is_slow(Duration::from_secs(*secs)));
        assert_eq!(slow_from(&spread), Some(10));
        spread.add(Duration::from_millis(1));
        assert_eq!(slow_from(&spread), Some(1));
        assert!(!spread.is_slow(Duration::from_millis(999)));
        (0..3).for_each(|_| spread.add(Duration::from_secs(2)));
        assert!(spread.is_slow(Duration::from_millis(8300)) && !spread.is_slow(Duration::from_millis(7700)));
    }
}
