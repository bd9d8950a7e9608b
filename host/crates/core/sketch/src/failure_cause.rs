//! Cause of a failure: what failures that a person would mend in one place have in common.
//!
//! The one definition of it, for whatever shows failures.

use crate::message_pattern::message_pattern;
use crate::top_frame::top_frame;
use crate::verdict_tally::verdict_name;
use polymer_host_base::sanitize;
use polymer_host_task::{TaskError, Verdict};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Verdict, code, message without its variable parts, and where in the guest it was. All of it is
/// bounded and safe to show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FailureCause {
    /// How the tasks ended.
    #[serde(with = "verdict_name")]
    pub verdict: Verdict,
    /// Code of the error; empty if it has none.
    pub code: String,
    /// [Pattern](message_pattern) of the error's message; empty if it has none.
    pub pattern: String,
    /// [Top frame](top_frame) of the error's trace. Where a limit was hit there is none: the guest
    /// was anywhere then.
    pub frame: Option<String>,
}

impl FailureCause {
    /// The cause of a failure with this verdict and error.
    #[must_use]
    pub fn of(verdict: Verdict, error: &TaskError) -> Self {
        Self::of_parts(verdict, &error.code, &error.message, error.trace.as_deref())
    }

    /// The same, of an error whose parts were read.
    #[must_use]
    pub fn of_parts(verdict: Verdict, code: &str, message: &str, trace: Option<&str>) -> Self {
        let trace = trace.filter(|_| verdict.names_limit() != Some(true));
        Self {
            verdict,
            code: sanitize::name(code).into_owned(),
            pattern: message_pattern(message),
            frame: trace.and_then(top_frame),
        }
    }
}

/// In one line: `trap (unreachable): index out of bounds …, at solve`.
impl fmt::Display for FailureCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verdict.name())?;
        if !self.code.is_empty() {
            write!(f, " ({})", self.code)?;
        }
        if !self.pattern.is_empty() {
            write!(f, ": {}", self.pattern)?;
        }
        self.frame.as_ref().map_or(Ok(()), |frame| write!(f, ", at {frame}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str, message: &str, trace: Option<&str>) -> TaskError {
        TaskError { trace: trace.map(str::to_owned), ..TaskError::new(code, message) }
    }

    #[test]
    fn failures_that_differ_in_variable_parts_have_one_cause() {
        let [one, other] = ["no @ in `joe` of row 7", "no @ in `bob` of row 9"]
            .map(|message| FailureCause::of(Verdict::TaskError, &error("email", message, Some("m!check"))));
        assert_eq!(one, other);
        assert_eq!(one.to_string(), "task_error (email): no @ in … of row …, at check");
    }

    #[test]
    fn whatever_else_differs_is_another_cause() {
        let base = FailureCause::of(Verdict::Trap, &error("a", "b", Some("m!f")));
        for (verdict, code, message, trace) in [
            (Verdict::TaskError, "a", "b", Some("m!f")),
            (Verdict::Trap, "c", "b", Some("m!f")),
            (Verdict::Trap, "a", "c", Some("m!f")),
            (Verdict::Trap, "a", "b", Some("m!g")),
            (Verdict::Trap, "a", "b", None),
        ] {
            assert_ne!(FailureCause::of(verdict, &error(code, message, trace)), base);
        }
    }

    #[test]
    fn where_a_limit_was_hit_the_place_does_not_count() {
        let cause =
            FailureCause::of(Verdict::Timeout, &error("timeout", "ran longer than its 1s", Some("m!f")));
        assert_eq!(cause.to_string(), "timeout (timeout): ran longer than its …");
        assert_eq!(FailureCause::of(Verdict::Canceled, &TaskError::default()).to_string(), "canceled");
    }

    #[test]
    fn what_a_guest_wrote_is_safe_to_show() {
        let hostile = error("\u{1b}[m\n", "\u{202e}a\nERROR b", Some("\u{1b}x"));
        assert_eq!(
            FailureCause::of(Verdict::TaskError, &hostile).to_string(),
            "task_error (\\u{1b}[m\\u{a}): a ERROR b, at x"
        );
    }
}
