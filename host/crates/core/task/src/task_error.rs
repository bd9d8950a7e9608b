//! Error of a task or of an attempt, in words and as a code.

use super::{LimitWall, Verdict};
use std::fmt;

/// The code of an attempt that used up its CPU time. A busy machine has no part in that.
pub const CPU_TIME: &str = "cpu";

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

/// The message, and the code behind it; nothing if nothing went wrong.
impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.code.is_empty() { Ok(()) } else { write!(f, " ({})", self.code) }
    }
}
