//! End of one attempt, as its worker reports it: verdict, output, fault, usage, log.

use super::{CollectedFiles, Judgement, TaskError, Usage, Verdict};
use std::fmt;
use std::time::Duration;

/// The end of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptEnding {
    /// Verdict of the attempt.
    pub verdict: Verdict,
    /// Output: always with [`Verdict::Ok`], else what a command had written.
    pub output: Option<Output>,
    /// Error; empty with [`Verdict::Ok`].
    pub error: TaskError,
    /// The guest says that another attempt may succeed.
    pub retry: Option<RetryHint>,
    /// Resource usage.
    pub usage: Usage,
    /// Log of the guest.
    pub log: Log,
    /// Files that came back of it, where the run asks for some.
    pub files: Option<Box<CollectedFiles>>,
    /// What the judge said of it, where something is expected of its task.
    pub judgement: Option<Box<Judgement>>,
}

impl AttemptEnding {
    /// As [`leaves_worker_usable`].
    #[must_use]
    pub fn leaves_worker_usable(&self) -> bool {
        leaves_worker_usable(self.verdict, &self.error)
    }

    /// An end that no guest had a part in.
    #[must_use]
    pub fn without_guest(verdict: Verdict, error: TaskError) -> Self {
        Self {
            verdict,
            output: None,
            error,
            retry: None,
            usage: Usage::default(),
            log: Log::default(),
            files: None,
            judgement: None,
        }
    }
}

/// The code of a fault that arose in the host while it did something for the guest.
pub const HOST_FAULT: &str = "host";

/// Returns whether a worker may serve another task after an attempt that ended so. After a timeout
/// it may still be stuck in a host call. After a failure of its host part it may be in any state.
/// So neither is used again.
#[must_use]
pub fn leaves_worker_usable(verdict: Verdict, error: &TaskError) -> bool {
    match verdict {
        Verdict::Timeout => false,
        // Other verdicts may carry a code of the guest's own choosing.
        Verdict::Trap | Verdict::MemoryExceeded => error.code != HOST_FAULT,
        Verdict::Ok
        | Verdict::TaskError
        | Verdict::BadInput
        | Verdict::BadOutput
        | Verdict::FuelExhausted
        | Verdict::OutputExceeded
        | Verdict::WrongOutput
        | Verdict::JudgeError
        | Verdict::BuildFailed
        | Verdict::ModuleInvalid
        | Verdict::PolicyDenied
        | Verdict::WorkerLost
        | Verdict::Quarantined
        | Verdict::Canceled => true,
    }
}

/// Output of a guest, at most as many bytes as its limits allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// One JSON value, checked and compact: no newline stands in it, and its numbers are as the
    /// guest wrote them.
    Json(String),
    /// Text as it was given, shown in records as a JSON string.
    Text(String),
    /// Bytes as they were given, shown in records as base64.
    Bytes(Vec<u8>),
}

impl Output {
    /// Returns the bytes that it has.
    #[doc(hidden)]
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Json(text) | Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// The guest's word that trying again may help.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetryHint {
    /// Minimum wait before the next attempt; `None` leaves that to the run.
    pub after: Option<Duration>,
}

/// Log of a guest, without its oldest part if it was too long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// Lines, oldest first.
    pub lines: Vec<LogLine>,
    /// Bytes dropped before the first line, because there were more than the limit; 0 if none.
    pub dropped_bytes: u64,
}

/// One line a guest logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// As the guest marked it; `None` for what came over stderr or stdout.
    pub level: Option<LogLevel>,
    /// The text, without its newline: the guest's own, not yet safe to show.
    pub text: String,
}

/// Severity of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For the author of a task.
    Debug,
    /// For whoever runs it.
    Info,
    /// Something is off.
    Warn,
    /// Something failed.
    Error,
}

impl LogLevel {
    /// The name in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// The same as [`Log::text`].
impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Log {
    /// The lines as one text, marked ones with their level in front, as records show it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            if !text.is_empty() {
                text.push('\n');
            }
            if let Some(level) = line.level {
                text.push_str(level.name());
                text.push_str(": ");
            }
            text.push_str(&line.text);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_ran_out_of_time_or_failed_in_the_host_is_not_used_again() {
        assert!(!leaves_worker_usable(Verdict::Timeout, &TaskError::default()));
        assert!(!leaves_worker_usable(Verdict::Trap, &TaskError::new(HOST_FAULT, "pointer out of bounds")));
        assert!(leaves_worker_usable(Verdict::Trap, &TaskError::new("unreachable", "")));
        assert!(leaves_worker_usable(
            Verdict::TaskError,
            &TaskError::new(HOST_FAULT, "the guest's own word")
        ));
        assert!(leaves_worker_usable(Verdict::Ok, &TaskError::default()));
    }
}
