//! Timeline of a run: what ended when, what went wrong, and which workers were busy, in at most
//! [`MOST_BUCKETS`] buckets whose width doubles as the run grows.
//!
//! Buckets begin at multiples of their width since 1970, so tasks may come in any order and parts
//! of a run can be merged without loss. Nothing here may know a clock: callers say when.

use serde::{Deserialize, Serialize};

/// Buckets of a timeline at most.
pub const MOST_BUCKETS: usize = 240;

/// Slots of workers that have a lane of their own; the others share one more.
pub const MOST_LANES: usize = 64;

/// The narrowest buckets: 2^14 microseconds, 16 ms.
const NARROWEST: u32 = 14;

/// What happened in a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeBucket {
    /// Tasks that ended ok.
    pub ok: u64,
    /// Tasks that did not.
    pub failed: u64,
    /// Attempts before the last one, of tasks that ended.
    pub retries: u64,
    /// Those of them that ended at a limit.
    pub escalations: u64,
    /// Attempts whose worker died, of tasks that ended.
    pub crashes: u64,
    /// Worker processes that took the place of one that died.
    pub restarts: u64,
    /// Time that each lane was busy, in microseconds, up to the last one that was.
    pub busy: Vec<u64>,
}

/// Buckets in the order of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// A bucket is two to the power of this microseconds wide.
    shift: u32,
    /// The number of the first bucket, counted from 1970.
    first: u64,
    buckets: Vec<TimeBucket>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self { shift: NARROWEST, first: 0, buckets: Vec::new() }
    }
}

impl TimeBucket {
    fn absorb(&mut self, other: &Self) {
        self.ok += other.ok;
        self.failed += other.failed;
        self.retries += other.retries;
        self.escalations += other.escalations;
        self.crashes += other.crashes;
        self.restarts += other.restarts;
        if self.busy.len() < other.busy.len() {
            self.busy.resize(other.busy.len(), 0);
        }
        self.busy.iter_mut().zip(&other.busy).for_each(|(time, more)| *time += more);
    }

    fn add_busy(&mut self, lane: usize, micros: u64) {
        if self.busy.len() <= lane {
            self.busy.resize(lane + 1, 0);
        }
        if let Some(time) = self.busy.get_mut(lane) {
            *time += micros;
        }
    }
}

impl Timeline {
    /// The bucket of a moment, given in microseconds since 1970.
    pub fn at(&mut self, micros: u64) -> &mut TimeBucket {
        let offset = self.include(micros);
        &mut self.buckets[offset]
    }

    /// The worker in a slot, from 1, was busy from one moment to another.
    pub fn add_busy(&mut self, slot: u32, from: u64, to: u64) {
        if to <= from {
            return;
        }
        // Both ends first: either may widen the buckets.
        self.include(from);
        self.include(to);
        let lane = lane_of(slot);
        let mut at = from;
        while at < to {
            let index = at >> self.shift;
            let end = (index + 1).checked_mul(self.width()).map_or(to, |end| end.min(to));
            let offset = offset_of(index, self.first);
            if let Some(bucket) = self.buckets.get_mut(offset) {
                bucket.add_busy(lane, end - at);
            }
            at = end;
        }
    }

    /// Adds another part of a run.
    pub fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        let width = self.shift.max(other.shift);
        self.widen_to(width);
        for (at, bucket) in (other.first..).zip(std::mem::take(&mut other.buckets)) {
            self.at(at << other.shift).absorb(&bucket);
        }
    }

    /// Makes room for a moment. Gives the place of its bucket.
    fn include(&mut self, micros: u64) -> usize {
        if self.buckets.is_empty() {
            self.first = micros >> self.shift;
            self.buckets.push(TimeBucket::default());
            return 0;
        }
        loop {
            let index = micros >> self.shift;
            let last = self.first + (self.buckets.len() - 1) as u64;
            if index.max(last) - index.min(self.first) < MOST_BUCKETS as u64 {
                return self.stretch(index, last);
            }
            self.widen_to(self.shift + 1);
        }
    }

    /// Adds empty buckets up to the one of this number.
    fn stretch(&mut self, index: u64, last: u64) -> usize {
        if index < self.first {
            let missing = offset_of(self.first, index);
            self.buckets.splice(..0, std::iter::repeat_n(TimeBucket::default(), missing));
            self.first = index;
        } else if index > last {
            let length = self.buckets.len() + offset_of(index, last);
            self.buckets.resize(length, TimeBucket::default());
        }
        offset_of(index, self.first)
    }

    fn widen_to(&mut self, shift: u32) {
        while self.shift < shift {
            self.shift += 1;
            let old_first = self.first;
            self.first /= 2;
            let mut wider: Vec<TimeBucket> = Vec::with_capacity(self.buckets.len() / 2 + 1);
            for (at, bucket) in (old_first..).zip(std::mem::take(&mut self.buckets)) {
                match wider.get_mut(offset_of(at / 2, self.first)) {
                    Some(pair) => pair.absorb(&bucket),
                    None => wider.push(bucket),
                }
            }
            self.buckets = wider;
        }
    }

    /// Returns whether nothing happened.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Returns the width of a bucket in microseconds.
    #[must_use]
    pub const fn width(&self) -> u64 {
        1 << self.shift
    }

    /// When the first bucket begins, in microseconds since 1970.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.first << self.shift
    }

    /// The buckets in the order of time, those in which nothing happened too.
    #[must_use]
    pub fn buckets(&self) -> &[TimeBucket] {
        &self.buckets
    }

    /// Returns whether it is one that could have been made: what was read from a file may not be.
    #[must_use]
    pub(crate) fn is_sound(&self) -> bool {
        let is_narrow = (NARROWEST..64).contains(&self.shift) && self.first <= u64::MAX >> self.shift;
        let has_lanes = |bucket: &TimeBucket| bucket.busy.len() <= MOST_LANES + 1;
        is_narrow && self.buckets.len() <= MOST_BUCKETS && self.buckets.iter().all(has_lanes)
    }
}

/// The lane of a slot.
fn lane_of(slot: u32) -> usize {
    usize::try_from(slot.saturating_sub(1)).unwrap_or(MOST_LANES).min(MOST_LANES)
}

/// How far a bucket lies behind another. Both are of one timeline, which is short.
fn offset_of(index: u64, first: u64) -> usize {
    usize::try_from(index - first).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDTH: u64 = 1 << NARROWEST;

    fn counts(timeline: &Timeline) -> Vec<u64> {
        timeline.buckets().iter().map(|bucket| bucket.ok).collect()
    }

    #[test]
    fn moments_are_counted_in_their_buckets_in_any_order() {
        let mut timeline = Timeline::default();
        for at in [10 * WIDTH, 8 * WIDTH + 1, 10 * WIDTH + 5, 11 * WIDTH - 1] {
            timeline.at(at).ok += 1;
        }
        assert_eq!((counts(&timeline), timeline.start()), (vec![1, 0, 3], 8 * WIDTH));
    }

    #[test]
    fn buckets_widen_only_where_there_are_too_many() {
        let mut timeline = Timeline::default();
        timeline.at(0).ok += 1;
        timeline.at((MOST_BUCKETS as u64 - 1) * WIDTH).ok += 1;
        assert_eq!((timeline.width(), timeline.buckets().len()), (WIDTH, MOST_BUCKETS));
        timeline.at(MOST_BUCKETS as u64 * WIDTH).ok += 1;
        assert_eq!((timeline.width(), timeline.buckets().len()), (2 * WIDTH, MOST_BUCKETS / 2 + 1));
        assert_eq!(counts(&timeline).iter().sum::<u64>(), 3);
        // A year later, or a clock that is far off.
        timeline.at(u64::MAX).ok += 1;
        assert!(timeline.buckets().len() <= MOST_BUCKETS && timeline.is_sound());
        assert_eq!(counts(&timeline).iter().sum::<u64>(), 4);
    }

    #[test]
    fn a_busy_worker_fills_the_buckets_that_it_was_busy_in() {
        let mut timeline = Timeline::default();
        timeline.add_busy(1, WIDTH / 2, 2 * WIDTH + 7);
        timeline.add_busy(3, 0, 5);
        timeline.add_busy(9, 5, 5);
        let busy: Vec<_> = timeline.buckets().iter().map(|bucket| bucket.busy.clone()).collect();
        assert_eq!(busy, [vec![WIDTH / 2, 0, 5], vec![WIDTH], vec![7]]);
        timeline.add_busy(1000, 0, 1);
        timeline.add_busy(u32::MAX, 0, 1);
        assert_eq!(timeline.buckets()[0].busy[MOST_LANES], 2);
        assert_eq!(timeline.buckets()[0].busy.len(), MOST_LANES + 1);
    }

    /// A moment, a slot and a time.
    fn tasks() -> impl Strategy<Value = Vec<(u64, u32, u64)>> {
        prop::collection::vec((0..40_000_000_u64, 0..80_u32, 0..3_000_000_u64), 0..40)
    }

    fn of(tasks: &[(u64, u32, u64)]) -> Timeline {
        let mut timeline = Timeline::default();
        for (at, slot, time) in tasks {
            timeline.add_busy(*slot, *at, at + time);
            timeline.at(at + time).failed += 1;
        }
        timeline
    }

    proptest! {
        #[test]
        fn parts_in_any_order_are_the_whole(one in tasks(), other in tasks()) {
            let whole = of(&[one.clone(), other.clone()].concat());
            let (mut left, mut right) = (of(&one), of(&other));
            let before = left.clone();
            left.merge(&right);
            right.merge(&before);
            prop_assert_eq!(&left, &whole);
            prop_assert_eq!(&right, &whole);
            prop_assert!(whole.is_sound());
            let busy: u64 = whole.buckets().iter().flat_map(|bucket| &bucket.busy).sum();
            prop_assert_eq!(busy, one.iter().chain(&other).map(|(_, _, time)| time).sum::<u64>());
        }
    }
}
