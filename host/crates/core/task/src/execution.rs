//! Execution of a task: a digest of what is run, without what is expected of that. A task of which
//! only the expectation changed has another [content](super::TaskContent) and the same execution,
//! so that what its guest gave can be judged anew.
//!
//! Nothing here knows of files or of runs.

use super::content::TaskContent;
use super::hashing::{HashedForm, digest, hex, parse_hex};
use super::input_payload::InputPayload;
use super::key::NoKey;
use std::fmt;
use std::str::FromStr;

/// A digest of all that decides how an attempt ends: the first 16 bytes of a BLAKE3 hash of its
/// module, which of the module's tasks it is, its input, and what its line asks of limits and
/// grants and brings. Nothing of what is expected, echoed, or said of its group. What holds for the
/// whole run is no part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskExecution([u8; 16]);

impl TaskExecution {
    /// Of a task of this module, named by its SHA-256. `beside` is what else decides how its
    /// attempts end, as written.
    #[must_use]
    pub fn of(module: &[u8; 32], task: Option<&str>, beside: &[u8], input: &InputPayload) -> Self {
        // What a guest gets of bytes is not what it gets of the same bytes as JSON.
        let form = match input {
            InputPayload::Json(_) => HashedForm::Whole,
            InputPayload::Line(_) | InputPayload::Bytes(_) => HashedForm::Bytes,
        };
        Self(digest(module, form, task, beside, input.bytes()))
    }

    /// Of a task whose content has nothing of what is expected of it, nor of what is echoed. Costs
    /// nothing.
    #[must_use]
    pub const fn of_content(content: TaskContent) -> Self {
        Self(*content.bytes())
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// In 32 hexadecimal digits.
impl fmt::Display for TaskExecution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for TaskExecution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Execution({self})")
    }
}

impl FromStr for TaskExecution {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        parse_hex(text).map(Self).ok_or(NoKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn whatever_is_run_otherwise_is_another_execution() {
        let json = |text: &str| InputPayload::Json(text.as_bytes().to_vec());
        let executions = [
            TaskExecution::of(&[7; 32], None, b"", &json("1")),
            TaskExecution::of(&[8; 32], None, b"", &json("1")),
            TaskExecution::of(&[7; 32], Some("t"), b"", &json("1")),
            TaskExecution::of(&[7; 32], None, b"limits", &json("1")),
            TaskExecution::of(&[7; 32], None, b"", &json("2")),
            TaskExecution::of(&[7; 32], None, b"", &InputPayload::Bytes(b"1".to_vec())),
        ];
        let different: BTreeSet<TaskExecution> = executions.into_iter().collect();
        assert_eq!(different.len(), executions.len());
        assert_eq!(TaskExecution::of(&[7; 32], None, b"", &json("1")), executions[0]);
    }

    #[test]
    fn an_execution_is_read_as_it_is_written() {
        let execution = TaskExecution::of_content(TaskContent::of(&[7; 32], None, b"", b"{}"));
        assert_eq!(execution.to_string(), "a381d305e742ec11ff177c618caf0668", "it stands in files");
        assert_eq!(execution.to_string().parse(), Ok(execution));
        assert_eq!("7".parse::<TaskExecution>(), Err(NoKey));
    }
}
