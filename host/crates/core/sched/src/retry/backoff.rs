//! Backoff before the next attempt.

use polymer_host_base::mixing::mixed;
use std::time::Duration;

/// The longest wait if nothing says otherwise.
const LONGEST: Duration = Duration::from_secs(600);

/// Wait before the next attempt, as far as the run decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait before the first retry.
    pub delay: Duration,
    /// Each further one waits twice as long as the one before; else all wait the same.
    pub exponential: bool,
    /// No wait is longer.
    pub max: Duration,
    /// Each wait is shortened by a share of its own, up to half of it, so that what failed together
    /// does not come back together.
    pub jitter: bool,
    /// Seed of these shares: the same seed gives the same shares again.
    pub seed: u64,
}

impl Backoff {
    /// No wait at all.
    pub const NONE: Self =
        Self { delay: Duration::ZERO, exponential: false, max: LONGEST, jitter: false, seed: 0 };

    /// Returns the wait of `task` before its next attempt, after `spent` retries.
    #[must_use]
    pub fn wait(&self, spent: u32, task: u64) -> Duration {
        let times = if self.exponential { 1_u32.checked_shl(spent).unwrap_or(u32::MAX) } else { 1 };
        let wait = self.delay.saturating_mul(times).min(self.max);
        if !self.jitter {
            return wait;
        }
        // A share of up to half, in 2^-32ths.
        let share = mixed(self.seed ^ mixed(task ^ mixed(u64::from(spent)))) >> 33;
        let off = wait.as_nanos().saturating_mul(u128::from(share)) >> 32;
        wait.saturating_sub(Duration::from_nanos(u64::try_from(off).unwrap_or(u64::MAX)))
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[track_caller]
    fn check(backoff: Backoff, expected: [u64; 6]) {
        let waits: Vec<u64> = (0..6).map(|spent| backoff.wait(spent, 7).as_secs()).collect();
        assert_eq!(waits, expected);
    }

    #[test]
    fn waits_are_fixed_or_double_up_to_the_longest() {
        let fixed = Backoff { delay: SECOND * 3, ..Backoff::NONE };
        check(Backoff::NONE, [0; 6]);
        check(fixed, [3; 6]);
        check(Backoff { exponential: true, ..fixed }, [3, 6, 12, 24, 48, 96]);
        check(Backoff { exponential: true, max: SECOND * 20, ..fixed }, [3, 6, 12, 20, 20, 20]);
        check(Backoff { max: SECOND, ..fixed }, [1; 6]);
        check(Backoff { delay: SECOND * 300, exponential: true, ..fixed }, [300, 600, 600, 600, 600, 600]);
    }

    #[test]
    fn no_number_of_retries_and_no_delay_is_too_large() {
        let backoff = Backoff { delay: SECOND, exponential: true, ..Backoff::NONE };
        assert_eq!([31, 32, 33, u32::MAX].map(|spent| backoff.wait(spent, 1)), [LONGEST; 4]);
        let most = Backoff { delay: Duration::MAX, max: Duration::MAX, jitter: true, ..backoff };
        assert!(most.wait(u32::MAX, u64::MAX) >= Duration::MAX / 2);
    }

    #[test]
    fn jitter_takes_up_to_half_of_it_from_each_wait_alike_every_time_and_spread_out() {
        let backoff = Backoff { delay: SECOND * 8, jitter: true, seed: 3, ..Backoff::NONE };
        let waits: Vec<Duration> = (0..1000).map(|task| backoff.wait(0, task)).collect();
        assert!(waits.iter().all(|wait| (SECOND * 4..=SECOND * 8).contains(wait)));
        assert!(
            waits.iter().any(|wait| *wait < SECOND * 9 / 2)
                && waits.iter().any(|wait| *wait > SECOND * 15 / 2)
        );
        let mean = waits.iter().sum::<Duration>() / 1000;
        assert!((SECOND * 57 / 10..SECOND * 63 / 10).contains(&mean), "{mean:?}");
        assert_eq!(waits[5], backoff.wait(0, 5));
        assert_ne!(waits[5], backoff.wait(1, 5), "another attempt");
        assert_ne!(waits[5], Backoff { seed: 4, ..backoff }.wait(0, 5), "another seed");
    }
}
