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
    /// An attempt that did not end ok is made again, whether or not its guest says that it may help.
    pub on_error: bool,
}

impl RetryPolicy {
    /// How long to wait before the next attempt, or `None` if `ending` stands. `spent` counts the retries the task already had.
    ///
    /// Only what can change is tried again: the guest's own failure that says so. A trap or an empty tank would end the same way, so
    /// they are tried again only if all errors are.
    #[must_use]
    pub fn next(&self, ending: &Ending, spent: u32) -> Option<Duration> {
        let asked_for = ending.verdict == Verdict::TaskError && ending.retry.is_some();
        let again = asked_for || (self.on_error && is_attempts_fault(ending.verdict));
        let after = ending.retry.and_then(|hint| hint.after).unwrap_or_default();
        (again && spent < self.retries).then(|| after.min(LONGEST_WAIT))
    }
}

/// Whether an attempt went wrong, and not what it was given or whoever was to make it.
const fn is_attempts_fault(verdict: Verdict) -> bool {
    match verdict {
        Verdict::TaskError
        | Verdict::BadOutput
        | Verdict::Trap
        | Verdict::FuelExhausted
        | Verdict::Timeout
        | Verdict::MemoryExceeded
        | Verdict::OutputExceeded => true,
        Verdict::Ok
        | Verdict::BadInput
        | Verdict::ModuleInvalid
        | Verdict::PolicyDenied
        | Verdict::WorkerLost
        | Verdict::Quarantined
        | Verdict::Canceled => false,
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
        assert_eq!(RetryPolicy { retries, on_error: false }.next(&ending, spent), expected);
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
        assert_eq!(never().next(&ending(Verdict::TaskError, None), 0), None);
    }

    const fn never() -> RetryPolicy {
        RetryPolicy { retries: 9, on_error: false }
    }

    #[test]
    fn with_on_error_all_that_an_attempt_can_do_wrong_is_tried_again() {
        let policy = RetryPolicy { on_error: true, ..never() };
        let again =
            Verdict::ALL.into_iter().filter(|verdict| policy.next(&ending(*verdict, None), 0).is_some());
        let expected = [
            Verdict::TaskError,
            Verdict::BadOutput,
            Verdict::Trap,
            Verdict::FuelExhausted,
            Verdict::Timeout,
            Verdict::MemoryExceeded,
            Verdict::OutputExceeded,
        ];
        assert_eq!(again.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn with_on_error_as_often_as_allowed_and_after_what_the_guest_asked_for() {
        let policy = RetryPolicy { retries: 2, on_error: true };
        let second = Duration::from_secs(1);
        let hinted = ending(Verdict::TaskError, Some(RetryHint { after: Some(second) }));
        assert_eq!(policy.next(&hinted, 1), Some(second));
        assert_eq!(policy.next(&ending(Verdict::Trap, None), 1), Some(Duration::ZERO));
        assert_eq!(policy.next(&ending(Verdict::Trap, None), 2), None);
    }
}
