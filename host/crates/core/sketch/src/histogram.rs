//! Log-bucketed histogram of whole numbers: times in nanoseconds, fuel, bytes.
//!
//! A power of two has 16 buckets, so a bucket is at most a 16th of its lower bound wide. Nothing
//! here may use a float to add a value: adding stands on the path of each record.

use serde::{Deserialize, Serialize};

/// Buckets of a power of two, as a power of two.
const PRECISION: u32 = 4;
const BUCKETS_PER_OCTAVE: u64 = 1 << PRECISION;

/// Counts of values by their size, in at most 976 buckets, which are stored up to the largest
/// value that was added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueHistogram {
    buckets: Vec<u64>,
    count: u64,
    sum: u128,
    /// [`u64::MAX`] less the smallest value, so that an empty histogram is all zeros.
    min_below_top: u64,
    max: u64,
}

/// A range of values and how many there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistogramBucket {
    /// The smallest value of the range.
    pub lower: u64,
    /// The largest value of the range.
    pub upper: u64,
    /// Values in the range.
    pub count: u64,
}

impl ValueHistogram {
    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += u128::from(value);
        self.min_below_top = self.min_below_top.max(u64::MAX - value);
        self.max = self.max.max(value);
        let index = bucket_index(value);
        match self.buckets.get_mut(index) {
            Some(bucket) => *bucket += 1,
            None => self.add_beyond(index),
        }
    }

    /// The first value of a bucket beyond those stored.
    #[cold]
    fn add_beyond(&mut self, index: usize) {
        self.buckets.resize(index + 1, 0);
        if let Some(bucket) = self.buckets.last_mut() {
            *bucket = 1;
        }
    }

    /// Adds all values of another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.min_below_top = self.min_below_top.max(other.min_below_top);
        self.max = self.max.max(other.max);
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket += more;
        }
    }

    /// Returns the number of values.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Returns whether there are no values; then all the others are 0.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All values together.
    #[must_use]
    pub const fn sum(&self) -> u128 {
        self.sum
    }

    /// The smallest value.
    #[must_use]
    pub const fn min(&self) -> u64 {
        if self.is_empty() { 0 } else { u64::MAX - self.min_below_top }
    }

    /// The largest value.
    #[must_use]
    pub const fn max(&self) -> u64 {
        self.max
    }

    /// The mean, rounded down.
    #[must_use]
    pub fn mean(&self) -> u64 {
        let mean = self.sum.checked_div(self.count.into()).unwrap_or_default();
        u64::try_from(mean).unwrap_or(u64::MAX)
    }

    /// The value that `percent` of all values do not pass, from 0 to 100: 50 asks for the median.
    /// It is the middle of a bucket, so at most 3.2 percent off, and lies between the smallest and
    /// the largest value; of the largest value itself it is exact.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> u64 {
        let rank = rank_of(percent, self.count);
        if rank == self.count {
            return self.max;
        }
        let mut below = 0;
        let found = self.buckets().find(|bucket| {
            below += bucket.count;
            below >= rank
        });
        let middle = found.map_or(self.max, |bucket| bucket.lower + (bucket.upper - bucket.lower) / 2);
        middle.clamp(self.min(), self.max)
    }

    /// The buckets that are not empty, by size.
    pub fn buckets(&self) -> impl Iterator<Item = HistogramBucket> {
        self.buckets.iter().enumerate().filter(|(_, count)| **count > 0).map(|(index, count)| {
            let (lower, upper) = bucket_bounds(index);
            HistogramBucket { lower, upper, count: *count }
        })
    }
}

/// The bucket of a value. Values up to 31 have one of their own each.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "shifted, a value is below 32")]
const fn bucket_index(value: u64) -> usize {
    // At least `PRECISION`, so that small values need no branch.
    let octave = 63 - (value | BUCKETS_PER_OCTAVE).leading_zeros();
    let shift = octave - PRECISION;
    ((shift as usize) << PRECISION) + (value >> shift) as usize
}

/// The smallest and the largest value of a bucket.
const fn bucket_bounds(index: usize) -> (u64, u64) {
    let octave = index >> PRECISION;
    let shift = octave.saturating_sub(1);
    let lower = ((index - (shift << PRECISION)) as u64) << shift;
    (lower, lower + ((1 << shift) - 1))
}

/// How many of `count` values, at least one, are `percent` of them.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank off by one in 2^53 shows nowhere, and a float beyond the range saturates"
)]
fn rank_of(percent: f64, count: u64) -> u64 {
    let rank = (percent / 100.0 * count as f64).ceil();
    (rank as u64).clamp(1, count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[u64]) -> ValueHistogram {
        let mut histogram = ValueHistogram::default();
        values.iter().for_each(|value| histogram.add(*value));
        histogram
    }

    #[test]
    fn nothing_added_is_zero_everywhere() {
        let empty = ValueHistogram::default();
        assert!(empty.is_empty() && empty.buckets().next().is_none());
        assert_eq!((empty.count(), empty.sum(), empty.min(), empty.max(), empty.mean()), (0, 0, 0, 0, 0));
        assert_eq!(empty.percentile(50.0), 0);
    }

    #[test]
    fn buckets_follow_one_another_without_a_gap() {
        let mut next = 0;
        let last = bucket_index(u64::MAX);
        assert_eq!(last, 975);
        for index in 0..=last {
            let (lower, upper) = bucket_bounds(index);
            assert_eq!(lower, next, "bucket {index}");
            assert_eq!((bucket_index(lower), bucket_index(upper)), (index, index));
            assert!(upper - lower <= lower / 16, "bucket {index} is too wide");
            next = upper.wrapping_add(1);
        }
        assert_eq!(next, 0, "the last bucket ends with the largest number");
    }

    #[test]
    fn the_ends_of_the_range_are_added() {
        let both = of(&[u64::MAX, 0]);
        assert_eq!((both.count(), both.min(), both.max()), (2, 0, u64::MAX));
        assert_eq!((both.sum(), both.mean()), (u128::from(u64::MAX), u64::MAX / 2));
        let buckets: Vec<_> = both.buckets().map(|bucket| (bucket.lower, bucket.count)).collect();
        assert_eq!(buckets, [(0, 1), (u64::MAX - (1 << 59) + 1, 1)]);
    }

    #[test]
    fn small_values_are_exact() {
        let all: Vec<u64> = (0..32).collect();
        let histogram = of(&all);
        assert!(
            histogram.buckets().map(|bucket| (bucket.lower, bucket.upper)).eq(all.iter().map(|&v| (v, v)))
        );
        assert_eq!([0.0, 50.0, 75.0, 100.0].map(|percent| histogram.percentile(percent)), [0, 15, 23, 31]);
    }

    #[test]
    fn a_percentile_never_leaves_what_there_was() {
        assert_eq!([0.0, 50.0, 100.0].map(|percent| of(&[1000]).percentile(percent)), [1000; 3]);
        assert_eq!([-5.0, 200.0, f64::NAN].map(|percent| of(&[7, 9]).percentile(percent)), [7, 9, 7]);
    }

    proptest! {
        #[test]
        fn a_percentile_is_close_to_the_exact_one(
            mut values in prop::collection::vec(any::<u64>().prop_map(|value| value >> (value % 64)), 1..200),
            percent in 0.0..=100.0,
        ) {
            let found = of(&values).percentile(percent);
            values.sort_unstable();
            let rank = usize::try_from(rank_of(percent, values.len() as u64)).unwrap();
            let exact = values[rank - 1];
            prop_assert!(found.abs_diff(exact) <= exact / 31, "{found} is not {exact}");
        }

        #[test]
        fn merged_parts_are_the_whole(
            left in prop::collection::vec(any::<u64>(), 0..50),
            right in prop::collection::vec(0..10_000_u64, 0..50),
        ) {
            let mut merged = of(&left);
            merged.merge(&of(&right));
            let mut turned = of(&right);
            turned.merge(&of(&left));
            let whole = of(&[left, right].concat());
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(&turned, &whole);
            prop_assert_eq!(whole.buckets().map(|bucket| bucket.count).sum::<u64>(), whole.count());
        }
    }
}
