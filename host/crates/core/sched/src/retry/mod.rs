//! Retry policy: whether and when a failed attempt is made again, and whether too many tasks fail.
//! `retry_decision` asks it, after escalation. Lost workers use up no retries: `attempts` and
//! `workers` decide on their tasks.
//!
//! It reads no clock and has no randomness of its own: the caller passes in what the answer
//! depends on.

mod backoff;
mod escalation;
mod failure_rate;
mod verdict_set;

pub use backoff::Backoff;
pub use escalation::{Escalation, EscalationError, EscalationFactor, FactorError};
pub use failure_rate::{FALSE_ALARM, is_over as is_failure_rate_over};
pub use verdict_set::{NotAnAttempts, VerdictSet};

use polymer_host_task::{AttemptEnding, Verdict};
use std::time::Duration;

/// The longest a guest may ask its host to wait before the next attempt.
pub const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Policy for retries: what is tried again, how often, and after what wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Extra attempts a task may have after its first.
    pub retries: u32,
    /// Attempts that ended so are made again, whether or not their guests say that it may help.
    pub on: VerdictSet,
    /// Wait before the next attempt.
    pub backoff: Backoff,
}

impl RetryPolicy {
    /// Returns the wait before the next attempt, or `None` if `ending` stands. `spent` counts the
    /// retries the task already had; `task` is any number of its own.
    ///
    /// Only what can change is tried again: a failure that the guest itself marks so. A trap or
    /// exhausted fuel would end the same way, so they are tried again only if they were named. A
    /// wait that the guest asks for is the minimum.
    #[must_use]
    pub fn next(&self, ending: &AttemptEnding, spent: u32, task: u64) -> Option<Duration> {
        let asked_for = ending.verdict == Verdict::TaskError && ending.retry.is_some();
        if spent >= self.retries || !(asked_for || self.on.has(ending.verdict)) {
            return None;
        }
        let after = ending.retry.and_then(|hint| hint.after).unwrap_or_default().min(LONGEST_WAIT);
        Some(self.backoff.wait(spent, task).max(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::{RetryHint, TaskError};

    fn ending(verdict: Verdict, retry: Option<RetryHint>) -> AttemptEnding {
        AttemptEnding { retry, ..AttemptEnding::without_guest(verdict, TaskError::default()) }
    }

    const NEVER: RetryPolicy = RetryPolicy { retries: 9, on: VerdictSet::NONE, backoff: Backoff::NONE };
    const SECOND: Duration = Duration::from_secs(1);

    #[track_caller]
    fn check(
        retries: u32,
        verdict: Verdict,
        after: Option<Duration>,
        spent: u32,
        expected: Option<Duration>,
    ) {
        let ending = ending(verdict, Some(RetryHint { after }));
        assert_eq!(RetryPolicy { retries, ..NEVER }.next(&ending, spent, 1), expected);
    }

    #[test]
    fn only_what_says_retryable_is_tried_again_and_only_so_often() {
        check(2, Verdict::TaskError, None, 0, Some(Duration::ZERO));
        check(2, Verdict::TaskError, Some(SECOND), 1, Some(SECOND));
        check(2, Verdict::TaskError, None, 2, None);
        check(0, Verdict::TaskError, None, 0, None);
        check(9, Verdict::Trap, None, 0, None);
        check(9, Verdict::BadInput, None, 0, None);
        check(1, Verdict::TaskError, Some(SECOND * 100_000), 0, Some(LONGEST_WAIT));
        assert_eq!(NEVER.next(&ending(Verdict::TaskError, None), 0, 1), None);
    }

    #[test]
    fn what_was_named_is_tried_again_unasked_and_nothing_else() {
        let on = VerdictSet::of([Verdict::Trap, Verdict::Timeout]).unwrap();
        let policy = RetryPolicy { on, ..NEVER };
        let again =
            Verdict::ALL.into_iter().filter(|verdict| policy.next(&ending(*verdict, None), 0, 1).is_some());
        assert_eq!(again.collect::<Vec<_>>(), [Verdict::Trap, Verdict::Timeout]);
        let hinted = ending(Verdict::TaskError, Some(RetryHint::default()));
        assert!(policy.next(&hinted, 0, 1).is_some(), "what its guest asks for needs no name");
    }

    #[test]
    fn all_errors_are_tried_again_as_often_as_allowed_and_after_what_the_guest_asked_for() {
        let policy = RetryPolicy { retries: 2, on: VerdictSet::ERRORS, ..NEVER };
        let hinted = ending(Verdict::TaskError, Some(RetryHint { after: Some(SECOND) }));
        assert_eq!(policy.next(&hinted, 1, 1), Some(SECOND));
        assert_eq!(policy.next(&ending(Verdict::Trap, None), 1, 1), Some(Duration::ZERO));
        assert_eq!(policy.next(&ending(Verdict::Trap, None), 2, 1), None);
    }

    #[test]
    fn the_longer_of_what_the_run_and_the_guest_want_is_waited() {
        let backoff = Backoff { delay: SECOND * 4, exponential: true, ..Backoff::NONE };
        let policy = RetryPolicy { on: VerdictSet::ERRORS, backoff, ..NEVER };
        for (after, spent, expected) in
            [(None, 0, 4), (Some(1), 0, 4), (Some(7), 0, 7), (Some(7), 1, 8), (Some(9999), 9, 600)]
        {
            let hint = RetryHint { after: after.map(|after| SECOND * after) };
            let policy = RetryPolicy { retries: 99, ..policy };
            let wait = policy.next(&ending(Verdict::TaskError, Some(hint)), spent, 1);
            assert_eq!(wait, Some(SECOND * expected), "{after:?} {spent}");
        }
    }
}
