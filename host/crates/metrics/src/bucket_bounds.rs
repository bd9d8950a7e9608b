//! Fixed bounds of histograms, as Prometheus wants them, made of the buckets of a log histogram.
//!
//! A bound is a power of two less one, where a bucket of the log histogram ends. So each count is
//! exact. It must never know what is measured.

use polymer_host_sketch::ValueHistogram;

/// Bounds `2^first - 1` to `2^last - 1`, and one without end behind them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BucketBounds {
    /// Power of the lowest bound.
    pub(crate) first: u32,
    /// Powers from one bound to the next.
    pub(crate) step: u32,
    /// Number of bounds.
    pub(crate) count: u32,
    /// Units of the histogram in one of the metric.
    pub(crate) divisor: f64,
}

/// From 16 µs to 18 minutes, in nanoseconds, each twice the one before.
pub(crate) const TIME_BOUNDS: BucketBounds = BucketBounds { first: 14, step: 1, count: 27, divisor: 1e9 };
/// From a thousand units to a trillion, each four times the one before.
pub(crate) const FUEL_BOUNDS: BucketBounds = BucketBounds { first: 10, step: 2, count: 16, divisor: 1.0 };
/// From 64 KiB, a page of wasm, to 64 GiB, each twice the one before.
pub(crate) const MEMORY_BOUNDS: BucketBounds = BucketBounds { first: 16, step: 1, count: 21, divisor: 1.0 };

impl BucketBounds {
    /// Each bound with the number of values up to it that lie beyond the bound before. The last
    /// bound is [`f64::INFINITY`], which stands for no bound.
    #[expect(clippy::cast_precision_loss, reason = "a bound that is a float, as the format has it")]
    pub(crate) fn counts(&self, values: &ValueHistogram) -> Vec<(f64, u64)> {
        let bound = |at: u32| ((1_u64 << (self.first + at * self.step)) - 1) as f64 / self.divisor;
        let mut counts: Vec<(f64, u64)> = (0..self.count).map(|at| (bound(at), 0)).collect();
        counts.push((f64::INFINITY, 0));
        let beyond = counts.len() - 1;
        for bucket in values.buckets() {
            let place = usize::try_from(self.place(bucket.upper)).unwrap_or(beyond).min(beyond);
            if let Some((_, count)) = counts.get_mut(place) {
                *count += bucket.count;
            }
        }
        counts
    }

    /// The number of bounds below a value.
    const fn place(&self, value: u64) -> u32 {
        let power = u64::BITS - value.leading_zeros();
        power.saturating_sub(self.first).div_ceil(self.step)
    }

    /// The sum of all values in units of the metric.
    #[expect(clippy::cast_precision_loss, reason = "the format has floats")]
    pub(crate) fn sum(&self, values: &ValueHistogram) -> f64 {
        values.sum() as f64 / self.divisor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_counted_at_the_first_bound_that_it_does_not_pass() {
        let bounds = BucketBounds { first: 4, step: 2, count: 3, divisor: 1.0 };
        let mut values = ValueHistogram::default();
        [0, 15, 16, 63, 64, 255, 256, u64::MAX].iter().for_each(|value| values.add(*value));
        assert_eq!(bounds.counts(&values), [(15.0, 2), (63.0, 2), (255.0, 2), (f64::INFINITY, 2)]);
        assert_eq!(bounds.counts(&ValueHistogram::default()).iter().map(|(_, count)| count).sum::<u64>(), 0);
    }

    #[test]
    fn bounds_have_the_unit_of_the_metric_and_cover_what_runs_use() {
        let of = |bounds: &BucketBounds| bounds.counts(&ValueHistogram::default());
        let (first, last) = (|bounds| of(bounds)[0].0, |bounds| of(bounds)[of(bounds).len() - 2].0);
        assert_eq!((first(&TIME_BOUNDS), last(&TIME_BOUNDS)), (0.000_016_383, 1_099.511_627_775));
        assert_eq!((first(&FUEL_BOUNDS), last(&FUEL_BOUNDS)), (1023.0, 1_099_511_627_775.0));
        assert_eq!((first(&MEMORY_BOUNDS), last(&MEMORY_BOUNDS)), (65_535.0, 68_719_476_735.0));
        let mut second = ValueHistogram::default();
        second.add(1_500_000_000);
        assert_eq!(TIME_BOUNDS.sum(&second).to_string(), "1.5");
    }

    proptest! {
        #[test]
        fn each_count_is_that_of_the_values_themselves(values in prop::collection::vec(any::<u64>().prop_map(|value| value >> (value % 64)), 0..100)) {
            let mut histogram = ValueHistogram::default();
            values.iter().for_each(|value| histogram.add(*value));
            for bounds in [TIME_BOUNDS, FUEL_BOUNDS, MEMORY_BOUNDS] {
                let mut up_to = 0;
                for (at, (_, count)) in bounds.counts(&histogram).into_iter().enumerate() {
                    up_to += count;
                    let power = bounds.first + u32::try_from(at).unwrap() * bounds.step;
                    let is_last = u32::try_from(at).unwrap() == bounds.count;
                    let exact = values.iter().filter(|value| is_last || **value < 1 << power).count();
                    prop_assert_eq!(up_to, exact as u64);
                }
            }
        }
    }
}
