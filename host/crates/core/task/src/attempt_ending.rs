//! End of one attempt, as its worker reports it: verdict, output, fault, usage, log.

use super::{CollectedFiles, LimitWall, Verdict};
use std::fmt;
use std::time::Duration;

/// The end of one attempt.
#[derive(Debug, Clone, PartialEq)]
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
        }
    }
}

/// The code of an attempt that used up its CPU time. A busy machine has no part in that.
pub const CPU_TIME: &str = "cpu";

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

/// Error of a task, in words and as a code. Empty strings if there is none, so that every record
/// has the same shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskError {
    /// For people: one or more lines, a few KiB at the most. A guest may have written it, so it is
    /// not yet safe to show.
    pub message: String,
    /// For programs: short and stable, such as `unreachable`, or what the guest chose.
    pub code: String,
    /// The wall that stopped it, if a limit did.
    pub wall: Option<LimitWall>,
    /// The code with which the guest exited, if that is how it ended.
    pub exit_code: Option<u32>,
    /// Where in the guest it happened: of a trap at most 20 wasm frames, innermost first, one a
    /// line; of a failure or an exit the trace in the words of its language. All of it is the
    /// guest's.
    pub trace: Option<String>,
}

impl TaskError {
    /// Returns whether an attempt that ended with it and `verdict` used up its CPU time.
    #[doc(hidden)]
    #[must_use]
    pub fn is_cpu_timeout(&self, verdict: Verdict) -> bool {
        verdict == Verdict::Timeout && self.code == CPU_TIME
    }

    /// The code of a worker that cannot map compiled code: another engine made it, or one for
    /// another machine.
    pub const STALE: &str = "stale";

    /// A fault with a code and a message.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { message: message.into(), code: code.into(), ..Self::default() }
    }

    /// `what (code): message`, as far as it has them. Not safe to show as it is.
    #[must_use]
    pub fn headed(&self, what: &str) -> String {
        let code = if self.code.is_empty() { String::new() } else { format!(" ({})", self.code) };
        let message = if self.message.is_empty() { String::new() } else { format!(": {}", self.message) };
        format!("{what}{code}{message}")
    }

    /// The same, as what this wall did.
    #[must_use]
    pub fn by(self, wall: impl Into<Option<LimitWall>>) -> Self {
        Self { wall: wall.into(), ..self }
    }
}

/// The guest's word that trying again may help.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetryHint {
    /// Minimum wait before the next attempt; `None` leaves that to the run.
    pub after: Option<Duration>,
}

/// Resource usage of an attempt. Unknown values are `None`, never 0 or the maximum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Units of fuel, as the engine's cost table counts them; at most the limit.
    pub fuel: Option<u64>,
    /// True if `fuel` is exact to the unit; else it is exact within one yield interval, a million
    /// units.
    pub fuel_exact: bool,
    /// Wall-clock time of the guest, instantiating included, waiting in the queue not.
    pub wall: Option<Duration>,
    /// CPU time of the guest's thread over the same span.
    pub cpu: Option<Duration>,
    /// The most bytes that its linear memories had together; at most the limit.
    pub peak_memory: Option<u64>,
    /// True if the guest asked for memory over its limit and was refused; it may have managed
    /// without.
    pub grow_refused: bool,
    /// Bytes of output that the guest wrote or returned, as they were before any check.
    pub output_bytes: Option<u64>,
    /// Attempts that its instance had served before: 0 but where the operator chose to reuse
    /// instances.
    pub reused: u32,
    /// True for a program that ended well, left its input unread and gave nothing.
    pub idle: bool,
    /// True if this was observed of an attempt that was cut off, its worker dead: the known values
    /// are minimums.
    pub partial: bool,
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

/// The message, and the code behind it; nothing if nothing went wrong.
impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.code.is_empty() { Ok(()) } else { write!(f, " ({})", self.code) }
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
