//! Test whether more tasks fail than allowed. It uses counts alone, so that checking after every
//! task is no more likely to stop a good run than checking once.
//!
//! It must never know what is done about it.

use polymer_host_task::Percentage;

/// Highest probability that a run at exactly the allowed rate is ever stopped. For a run below
/// that rate it is lower.
pub const FALSE_ALARM: f64 = 0.01;

/// By how much the odds of a failure may be too high, each tried with the same weight: the more the
/// failures exceed the share, the sooner one of them fits.
const ODDS: [f64; 9] = [1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1000.0];

/// Returns whether the failure rate of tasks is over `most`, with a confidence of 99 % that holds
/// over the whole run and not for one look.
///
/// The test is a mixture of Wald's sequential probability ratios: for each of `ODDS`, how much
/// likelier the observations are at that rate than at `most`. At a rate of `most` or below, the
/// mean of the ratios is a supermartingale that begins at 1. By Ville's inequality it ever reaches
/// 100 in no more than 1 % of such runs. It is the one-sided time-uniform lower confidence bound on
/// the rate: the bound is over `most` as soon as this is true. An interval of fixed size (Wilson,
/// Clopper-Pearson) that is checked after every task has no such guarantee.
///
/// A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16
/// (1945); H. Robbins, "Statistical Methods Related to the Law of the Iterated Logarithm", ibid. 41
/// (1970); S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric,
/// nonasymptotic confidence sequences", Annals of Statistics 49 (2021).
#[must_use]
pub fn is_over(most: Percentage, failed: u64, over: u64) -> bool {
    let (most, failed, over) = (most.as_fraction(), as_float(failed), as_float(over));
    let mean = ODDS.into_iter().map(|odds| {
        // At odds so many times those of `most`, a failure is `odds / scale` times as likely and a
        // success `1 / scale` times.
        let scale = (odds - 1.0).mul_add(most, 1.0);
        // Where the sum overflows it is infinite, which is enough.
        failed.mul_add(odds.ln(), -over * scale.ln()).exp() / as_float(ODDS.len() as u64)
    });
    mean.sum::<f64>() >= 1.0 / FALSE_ALARM
}

/// Counts of tasks are exact far beyond what a run comes to.
#[expect(clippy::cast_precision_loss, reason = "a count over 2^53 is off by a part in 2^53")]
const fn as_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> Percentage {
        text.parse().unwrap()
    }

    /// After how many tasks a run is stopped of which each fails with this probability, if it is.
    fn stopped_at(most: Percentage, rate: f64, tasks: u64, rng: &mut fastrand::Rng) -> Option<u64> {
        let mut failed = 0;
        (1..=tasks).find(|over| {
            failed += u64::from(rng.f64() < rate);
            is_over(most, failed, *over)
        })
    }

    #[test]
    fn a_run_at_the_rate_or_below_it_is_stopped_less_often_than_stated() {
        for (most, rate) in
            [("2%", 0.02), ("2%", 0.011), ("2%", 0.01), ("10%", 0.1), ("10%", 0.05), ("50%", 0.5)]
        {
            let mut rng = fastrand::Rng::with_seed(7);
            let runs = 500;
            let stopped =
                (0..runs).filter(|_| stopped_at(share(most), rate, 1000, &mut rng).is_some()).count();
            assert!(stopped <= runs / 100, "{stopped} of {runs} runs at {rate} are stopped by {most}");
            if rate < share(most).as_fraction() {
                assert!(stopped <= 1, "{stopped} of {runs} runs at {rate} are stopped by {most}");
            }
        }
    }

    #[test]
    fn a_run_that_is_over_the_rate_is_stopped_soon() {
        for (most, rate, soon) in [
            ("2%", 0.04, 3000),
            ("2%", 0.1, 250),
            ("2%", 1.0, 3),
            ("10%", 0.2, 500),
            ("50%", 1.0, 8),
            ("90%", 1.0, 100),
        ] {
            let mut rng = fastrand::Rng::with_seed(7);
            let late = (0..100).filter(|_| stopped_at(share(most), rate, soon, &mut rng).is_none()).count();
            assert!(late <= 5, "{late} of 100 runs at {rate} are not stopped by {most} within {soon} tasks");
        }
    }

    #[test]
    fn what_was_stopped_at_task_108_goes_on() {
        // 1.1 % of a long run fail, and by chance three of the first 108.
        assert!(!is_over(share("2%"), 3, 108));
        assert!(!is_over(share("2%"), 1100, 100_000));
        assert!(is_over(share("1%"), 1300, 100_000));
    }

    #[test]
    fn it_is_never_over_all_nor_before_anything_failed_whatever_the_counts() {
        for counts in [(0, 0), (0, u64::MAX), (u64::MAX, u64::MAX), (3, 3)] {
            assert!(!is_over(share("100%"), counts.0, counts.1), "{counts:?}");
        }
        assert!(!is_over(share("0.0001%"), 0, u64::MAX) && !is_over(share("50%"), 0, 0));
        assert!(is_over(share("99%"), u64::MAX, u64::MAX));
    }
}
