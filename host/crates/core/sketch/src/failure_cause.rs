//! Cause of a failure: what failures that a person would mend in one place have in common.
//!
//! The one definition of it, for whatever shows failures.

use crate::last_words::last_words;
use crate::message_pattern::message_pattern;
use crate::top_frame::top_frame;
use crate::verdict_tally::verdict_name;
use polymer_host_base::sanitize;
use polymer_host_task::{Record, TaskError, Verdict};
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
    /// [Pattern](message_pattern) of the error's message; empty if it has none. Where the message
    /// only has how a command ended, it is that of the line of its log that says why.
    pub pattern: String,
    /// [Top frame](top_frame) of the error's trace. Where a limit was hit there is none: the guest
    /// was anywhere then.
    pub frame: Option<String>,
}

/// The parts of a record that make the cause of a failure.
#[derive(Debug, Clone, Copy)]
pub struct RecordedFailure<'a> {
    /// Its verdict.
    pub verdict: Verdict,
    /// Code of its error.
    pub code: &'a str,
    /// Message of its error.
    pub message: &'a str,
    /// Trace of its error.
    pub trace: Option<&'a str>,
}

impl RecordedFailure<'_> {
    /// Returns whether the message has nothing but how the guest ended: an exit, or a trap by which
    /// it gave itself up. Then the end of its log says why.
    fn tells_no_reason(&self) -> bool {
        let gave_up =
            || self.message.starts_with("it called ") || self.message.starts_with("wasm `unreachable`");
        match self.verdict {
            Verdict::TaskError => self.code == "exit",
            Verdict::Trap => self.code == "unreachable" && gave_up(),
            _ => false,
        }
    }
}

impl<'a> RecordedFailure<'a> {
    fn of(record: &'a Record) -> Self {
        let TaskError { message, code, trace, wall: _, exit_code: _ } = &record.error;
        Self { verdict: record.verdict, code, message, trace: trace.as_deref() }
    }

    /// The message, or the line of the log that says why where the message does not.
    fn reason(self, log: impl DoubleEndedIterator<Item = &'a str>) -> &'a str {
        let words = if self.tells_no_reason() { last_words(log) } else { None };
        words.unwrap_or(self.message)
    }
}

/// Why the task of a record failed: the message of its error or, where that only has how a command
/// ended, the line of its log that says why. Not safe to show as it is.
#[must_use]
pub fn failure_reason(record: &Record) -> &str {
    RecordedFailure::of(record).reason(log_lines(record))
}

/// The lines of a record's log. Texts in it may have several.
fn log_lines(record: &Record) -> impl DoubleEndedIterator<Item = &str> {
    record.log.lines.iter().flat_map(|line| line.text.lines())
}

impl FailureCause {
    /// The cause of the failure that a record tells of.
    #[doc(hidden)]
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self::of_parts(RecordedFailure::of(record), log_lines(record))
    }

    /// The same, of a record that was read, with the lines of its log.
    #[doc(hidden)]
    #[must_use]
    pub fn of_parts<'a>(failure: RecordedFailure<'a>, log: impl DoubleEndedIterator<Item = &'a str>) -> Self {
        let trace = failure.trace.filter(|_| failure.verdict.names_limit() != Some(true));
        Self {
            verdict: failure.verdict,
            code: sanitize::name(failure.code).into_owned(),
            pattern: message_pattern(failure.reason(log)),
            frame: trace.and_then(top_frame),
        }
    }
}

/// In one line: `trap (unreachable): index out of bounds …, at solve`.
impl fmt::Display for FailureCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verdict.name())?;
        if !self.code.is_empty() && self.code != self.verdict.name() {
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

    fn cause(verdict: Verdict, code: &str, message: &str, trace: Option<&str>) -> FailureCause {
        FailureCause::of_parts(RecordedFailure { verdict, code, message, trace }, "said\nbad 7".lines())
    }

    #[test]
    fn failures_that_differ_in_variable_parts_have_one_cause() {
        let [one, other] = ["no @ in `joe` of row 7", "no @ in `bob` of row 9"]
            .map(|message| cause(Verdict::TaskError, "email", message, Some("m!check")));
        assert_eq!(one, other);
        assert_eq!(one.to_string(), "task_error (email): no @ in … of row …, at check");
    }

    #[test]
    fn whatever_else_differs_is_another_cause() {
        let base = cause(Verdict::Trap, "a", "b", Some("m!f"));
        for (verdict, code, message, trace) in [
            (Verdict::TaskError, "a", "b", Some("m!f")),
            (Verdict::Trap, "c", "b", Some("m!f")),
            (Verdict::Trap, "a", "c", Some("m!f")),
            (Verdict::Trap, "a", "b", Some("m!g")),
            (Verdict::Trap, "a", "b", None),
        ] {
            assert_ne!(cause(verdict, code, message, trace), base);
        }
    }

    #[test]
    fn where_a_limit_was_hit_the_place_does_not_count() {
        let late = cause(Verdict::Timeout, "timeout", "ran longer than its 1s", Some("m!f"));
        assert_eq!(late.to_string(), "timeout: ran longer than its …");
        assert_eq!(cause(Verdict::Canceled, "", "", None).to_string(), "canceled");
    }

    #[test]
    fn where_only_the_end_is_known_the_log_says_why() {
        for (verdict, code, message, pattern) in [
            (Verdict::TaskError, "exit", "exited with code 1", "bad …"),
            (Verdict::Trap, "unreachable", "it called `abort`", "bad …"),
            (Verdict::Trap, "unreachable", "wasm `unreachable` instruction executed", "bad …"),
            (Verdict::Trap, "unreachable", "panicked at /x.rs: oh", "panicked at …: oh"),
            (Verdict::Trap, "stack", "call stack exhausted", "call stack exhausted"),
            (Verdict::TaskError, "failure", "no good", "no good"),
        ] {
            assert_eq!(cause(verdict, code, message, None).pattern, pattern, "{message}");
        }
        let failure = RecordedFailure {
            verdict: Verdict::TaskError,
            code: "exit",
            message: "exited with code 1",
            trace: None,
        };
        assert_eq!(FailureCause::of_parts(failure, "".lines()).pattern, "exited with code …");
    }

    #[test]
    fn what_a_guest_wrote_is_safe_to_show() {
        let hostile = cause(Verdict::TaskError, "\u{1b}[m\n", "\u{202e}a\nERROR b", Some("\u{1b}x"));
        assert_eq!(hostile.to_string(), "task_error (\\u{1b}[m\\u{a}): a ERROR b, at x");
    }
}
