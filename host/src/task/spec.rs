//! One task as it was submitted: already valid, nothing left to parse but what its guest will read.

use super::{Fault, Limits, ModuleId, Verdict};

/// One line of input, read: a task, or a line that ends in a record with no guest having a part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// To be run.
    Task(TaskSpec),
    /// To be recorded as it is.
    Rejected(Rejection),
}

impl Submission {
    /// Bytes of input it holds in memory.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        match self {
            Self::Task(spec) => spec.held_bytes(),
            Self::Rejected(rejection) => rejection.meta.as_ref().map_or(0, String::len),
        }
    }
}

/// A line that is no task: unparsable, too long, or asking for more than is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The line it stands on, from 1.
    pub seq: u64,
    /// What it is called in its record.
    pub id: String,
    /// The module it names, where a run has several and it could be read.
    pub module: Option<String>,
    /// How it ended.
    pub verdict: Verdict,
    /// Why.
    pub fault: Fault,
    /// Bytes of the input, as far as it was read.
    pub input_bytes: u64,
    /// Echoed in the record: JSON, checked and compact.
    pub meta: Option<String>,
}

/// A task to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSpec {
    /// The line it stands on, from 1.
    pub seq: u64,
    /// What it is called in records.
    pub id: String,
    /// The module to run.
    pub module: ModuleId,
    /// Which of the module's tasks; `None` is its first.
    pub task: Option<String>,
    /// What the guest reads.
    pub input: Payload,
    /// What it may use.
    pub limits: Limits,
    /// Echoed in the record, unseen by the guest: JSON, checked and compact.
    pub meta: Option<String>,
}

impl TaskSpec {
    /// Bytes it holds in memory for its submitter: its input, and what is to be echoed.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.input.bytes().len() + self.meta.as_ref().map_or(0, String::len)
    }
}

/// An input, in the form in which it came. The worker makes of it what the module's form and encoding want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// One JSON value, checked.
    Json(Vec<u8>),
    /// One raw line, with its newline if it had one.
    Line(Vec<u8>),
    /// The content of a file or other bytes.
    Bytes(Vec<u8>),
}

impl Payload {
    /// The bytes as they came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Json(bytes) | Self::Line(bytes) | Self::Bytes(bytes) => bytes,
        }
    }
}
