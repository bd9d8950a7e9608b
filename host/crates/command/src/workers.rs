//! Number of workers of a run, as `--workers` writes it: `8`, `50%` of the usable cores, or `-2`
//! for all but two.
//!
//! It must never know what a worker is.

use std::num::NonZeroUsize;
use std::str::FromStr;

/// Workers a run has at the most.
const MOST: u32 = 4096;

/// A number of workers, before the cores are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerCount {
    /// So many.
    Exactly(u32),
    /// So many percent of the usable cores, rounded down.
    Percent(u32),
    /// All usable cores but so many.
    AllBut(u32),
}

/// Why a text is no number of workers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkerCountError {
    /// None of the three forms.
    #[error("write a number, a percentage of the cores such as `50%`, or `-2` for all cores but two")]
    NoCount,
    /// Nobody would work.
    #[error("a run needs at least one worker")]
    Zero,
    /// Too many.
    #[error("a run has at most {MOST} workers")]
    TooMany,
}

impl FromStr for WorkerCount {
    type Err = WorkerCountError;

    fn from_str(text: &str) -> Result<Self, WorkerCountError> {
        let number = |digits: &str| {
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(WorkerCountError::NoCount);
            }
            match digits.parse::<u32>() {
                Ok(0) => Err(WorkerCountError::Zero),
                Ok(number) if number <= MOST => Ok(number),
                _ => Err(WorkerCountError::TooMany),
            }
        };
        if let Some(percent) = text.strip_suffix('%') {
            number(percent).map(Self::Percent)
        } else if let Some(fewer) = text.strip_prefix('-') {
            number(fewer).map(Self::AllBut)
        } else {
            number(text).map(Self::Exactly)
        }
    }
}

impl WorkerCount {
    /// The number where `cores` can be used: at least 1.
    #[must_use]
    pub fn of(self, cores: NonZeroUsize) -> u32 {
        let cores = u32::try_from(cores.get()).unwrap_or(MOST).min(MOST);
        let count = match self {
            Self::Exactly(count) => count,
            Self::Percent(percent) => cores * percent / 100,
            Self::AllBut(fewer) => cores.saturating_sub(fewer),
        };
        count.clamp(1, MOST)
    }

    /// The number on this machine. The cores that this process may use count: affinity and the
    /// quota of its control group are respected.
    #[must_use]
    pub fn here(self) -> u32 {
        self.of(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, cores: usize, expected: u32) {
        let count: WorkerCount = text.parse().unwrap();
        assert_eq!(count.of(NonZeroUsize::new(cores).unwrap()), expected);
    }

    #[test]
    fn numbers_shares_and_all_but_some() {
        check("3", 1, 3);
        check("50%", 8, 4);
        check("50%", 1, 1);
        check("200%", 8, 16);
        check("4096%", 4096, 4096);
        check("-2", 8, 6);
        check("-2", 2, 1);
        check("-9", 2, 1);
    }

    #[test]
    fn what_is_no_number_of_workers_is_refused() {
        let error = |text: &str| text.parse::<WorkerCount>().unwrap_err();
        for text in ["0", "00", "0%", "-0"] {
            assert_eq!(error(text), WorkerCountError::Zero, "{text}");
        }
        for text in ["", "%", "-", "x", "+1", "1.5", "--1", "-50%", " 1"] {
            assert_eq!(error(text), WorkerCountError::NoCount, "{text}");
        }
        assert_eq!(error("4097"), WorkerCountError::TooMany);
        assert_eq!(error("99999999999"), WorkerCountError::TooMany);
    }
}
