//! Whether an attempt that failed is made again, and when. Lost workers are the scheduler's business and use up no retries.

use crate::task::{Ending, Verdict};
use std::time::Duration;

/// The longest a guest may ask its host to wait before the next attempt.
pub const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// What is tried again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Extra attempts a task may have after its first.
    pub retries: u32,
}

impl RetryPolicy {
    /// How long to wait before the next attempt, or `None` if `ending` stands. `spent` counts the retries the task already had.
    ///
    /// Only what can change is tried again: the guest's own failure that says so. A trap or an empty tank would end the same way.
    #[must_use]
    pub fn next(&self, ending: &Ending, spent: u32) -> Option<Duration> {
        let hint = ending.retry?;
        let asked_for = matches!(ending.verdict, Verdict::TaskError);
        (asked_for && spent < self.retries).then(|| hint.after.unwrap_or_default().min(LONGEST_WAIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{Fault, RetryHint};

    fn ending(verdict: Verdict, retry: Option<RetryHint>) -> Ending {
        Ending { retry, ..Ending::without_guest(verdict, Fault::default()) }
    }

    #[track_caller]
    fn check(
        retries: u32,
        verdict: Verdict,
        after: Option<Duration>,
        spent: u32,
        expected: Option<Duration>,
    ) {
        let ending = ending(verdict, Some(RetryHint { after }));
        assert_eq!(RetryPolicy { retries }.next(&ending, spent), expected);
    }

    #[test]
    fn only_what_says_retryable_is_tried_again_and_only_so_often() {
        let second = Duration::from_secs(1);
        check(2, Verdict::TaskError, None, 0, Some(Duration::ZERO));
        check(2, Verdict::TaskError, Some(second), 1, Some(second));
        check(2, Verdict::TaskError, None, 2, None);
        check(0, Verdict::TaskError, None, 0, None);
        check(9, Verdict::Trap, None, 0, None);
        check(9, Verdict::BadInput, None, 0, None);
        check(1, Verdict::TaskError, Some(second * 100_000), 0, Some(LONGEST_WAIT));
        assert_eq!(RetryPolicy { retries: 9 }.next(&ending(Verdict::TaskError, None), 0), None);
    }
}
