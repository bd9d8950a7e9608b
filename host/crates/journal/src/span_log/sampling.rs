//! Choice of the tasks that have spans: those that failed, those that are slow, and a share of all.
//!
//! The share is decided by the id of the trace alone, by the last 56 bits of it, as OpenTelemetry's
//! consistent probability sampling does: whoever samples the same traces by the same share picks
//! the same ones. Nothing here may know what a span is.

use polymer_host_task::Percentage;
use std::fmt;
use std::str::FromStr;

/// Numbers that the last bits of a trace's id can be.
const ALL: u64 = 1 << 56;

/// Tasks that have spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanSampling {
    /// Those that did not end ok.
    pub failed: bool,
    /// Those that took long beside others.
    pub slow: bool,
    /// This part of all.
    pub share: Percentage,
    /// Lowest number of the sample.
    threshold: u64,
}

/// Error for a text that says no choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write failed, slow or a percentage, or several separated by commas: failed,slow,1%")]
pub struct SpanSamplingError;

impl SpanSampling {
    /// These tasks, and this share of all.
    #[must_use]
    pub fn new(failed: bool, slow: bool, share: Percentage) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a fraction from 0 to 1 of 2^56"
        )]
        let sampled = (share.as_fraction() * ALL as f64) as u64;
        Self { failed, slow, share, threshold: ALL - sampled.min(ALL) }
    }

    /// Returns whether the share has this trace.
    #[must_use]
    pub const fn has(self, trace_id: [u8; 16]) -> bool {
        // Destructured, so that nothing is indexed.
        let [.., a, b, c, d, e, f, g] = trace_id;
        u64::from_be_bytes([0, a, b, c, d, e, f, g]) >= self.threshold
    }
}

impl FromStr for SpanSampling {
    type Err = SpanSamplingError;

    fn from_str(text: &str) -> Result<Self, SpanSamplingError> {
        let (mut failed, mut slow, mut share) = (false, false, None);
        for word in text.split(',').map(str::trim) {
            let is_new = match word {
                "failed" => !std::mem::replace(&mut failed, true),
                "slow" => !std::mem::replace(&mut slow, true),
                _ => share.replace(word.parse().map_err(|_| SpanSamplingError)?).is_none(),
            };
            if !is_new {
                return Err(SpanSamplingError);
            }
        }
        let nothing = Percentage::percent(0).map_err(|_| SpanSamplingError)?;
        Ok(Self::new(failed, slow, share.unwrap_or(nothing)))
    }
}

/// As it is written: `failed,slow,1%`.
impl fmt::Display for SpanSampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_there, word) in [(self.failed, "failed,"), (self.slow, "slow,")] {
            if is_there {
                f.write_str(word)?;
            }
        }
        self.share.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::super::span_ids::SpanIds;
    use super::*;

    #[test]
    fn a_choice_is_read_and_written() {
        for (text, failed, slow, share) in [
            ("failed,slow,1%", true, true, "1%"),
            ("100%", false, false, "100%"),
            ("failed, 0.5%", true, false, "0.5%"),
            ("slow", false, true, "0%"),
        ] {
            let sampling: SpanSampling = text.parse().unwrap();
            assert_eq!((sampling.failed, sampling.slow), (failed, slow), "{text}");
            assert_eq!(sampling.share.to_string(), share);
            assert_eq!(sampling.to_string().parse(), Ok(sampling));
        }
        for text in ["", "fail", "1", "101%", "failed,failed", "1%,2%", "failed,,1%"] {
            assert_eq!(text.parse::<SpanSampling>(), Err(SpanSamplingError), "{text}");
        }
    }

    #[test]
    fn the_share_is_decided_by_the_last_bits_of_a_trace() {
        let sampling = |text: &str| text.parse::<SpanSampling>().unwrap();
        let trace = |last: u64| ((u128::MAX << 56) | u128::from(last)).to_be_bytes();
        assert!(sampling("100%").has([0; 16]) && !sampling("0%").has([u8::MAX; 16]));
        let half = sampling("50%");
        assert!(!half.has(trace(ALL / 2 - 1)) && half.has(trace(ALL / 2)));
        // A larger share has all that a smaller one has.
        for seq in 0..1000 {
            let trace = SpanIds::new(7).trace(seq);
            assert!(!sampling("1%").has(trace) || sampling("10%").has(trace));
        }
    }

    #[test]
    fn of_many_tasks_about_the_share_is_in_it_whatever_the_run() {
        let picked = |seed| -> Vec<u64> {
            let (ids, sampling) = (SpanIds::new(seed), "1%".parse::<SpanSampling>().unwrap());
            (1..=100_000).filter(|seq| sampling.has(ids.trace(*seq))).collect()
        };
        let one = picked(1);
        assert!((900..1100).contains(&one.len()), "{}", one.len());
        assert_eq!(one, picked(2), "the same lines in each run");
    }
}
