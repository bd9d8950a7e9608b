//! Record of a finished task: exactly one for each line of input.

use super::{
    CollectedFiles, EarlierStart, GivenTrace, Judgement, KeptLine, Log, Moment, Output, ReplacedRecord,
    TaskContent, TaskError, TaskExecution, TaskId, TaskKey, Usage, Verdict,
};
use std::sync::Arc;
use std::time::Duration;

/// The end of a task. `usage`, `worker` and `fault` are those of the last attempt; earlier ones
/// stand in `history`.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which task of the run.
    #[doc(hidden)]
    pub task: TaskId,
    /// The line of input it stood on, or its number among those submitted, from 1.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// Name for people, besides its id: shown in logs, not in JSON records.
    pub label: Option<String>,
    /// The module's name, where a run has several.
    pub module: Option<String>,
    /// Its verdict.
    pub verdict: Verdict,
    /// Output of the guest: always there with [`Verdict::Ok`]. Otherwise it is what a command had
    /// written in its last attempt, if its worker could still report it.
    pub output: Option<Output>,
    /// Error of the task; empty with [`Verdict::Ok`].
    pub error: TaskError,
    /// Number of times a guest was entered for it; 0 if it ended before that.
    pub attempts: u32,
    /// The slot of the worker that ran it last, from 1; `None` if none did.
    pub worker: Option<u32>,
    /// When its last attempt began, counted from the run's first moment.
    pub started: Option<Moment>,
    /// Set where that attempt was made in an earlier session, and its ending was judged anew;
    /// `started` is empty then.
    #[doc(hidden)]
    pub earlier: Option<EarlierStart>,
    /// Time it had waited in the queue when that attempt began.
    pub queued: Option<Duration>,
    /// Resource usage of the last attempt.
    pub usage: Usage,
    /// Bytes of its input.
    pub input_bytes: u64,
    /// Log of the last attempt.
    pub log: Log,
    /// Files that came back of the last attempt, where the run asks for some.
    #[doc(hidden)]
    pub files: Option<Box<CollectedFiles>>,
    /// The group that it counts for, where tasks are grouped.
    #[doc(hidden)]
    pub group: Option<Arc<str>>,
    /// What the judge said of it, where something was expected.
    #[doc(hidden)]
    pub judgement: Option<Box<Judgement>>,
    /// The attempts before the last one, oldest first.
    pub history: Vec<PastAttempt>,
    /// Metadata that the submitter wanted echoed: JSON, checked and compact.
    #[doc(hidden)]
    pub meta: Option<String>,
    /// What its submitter said of its trace.
    #[doc(hidden)]
    pub trace: Option<Box<GivenTrace>>,
    /// Key that identifies the task in another run.
    #[doc(hidden)]
    pub key: Option<TaskKey>,
    /// Digest of what the task asked.
    #[doc(hidden)]
    pub content: Option<TaskContent>,
    /// Digest of what was executed, where something was expected that can be judged anew.
    #[doc(hidden)]
    pub execution: Option<TaskExecution>,
    /// The record that this one takes the place of, in the folder of a run that goes on.
    #[doc(hidden)]
    pub replaces: Option<ReplacedRecord>,
    /// The task's line as it stands, where somebody wants it again.
    #[doc(hidden)]
    pub line: Option<Box<KeptLine>>,
}

/// An attempt that was not the last: its task was tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// Its number, from 1.
    pub attempt: u32,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its error.
    pub error: TaskError,
    /// The slot of its worker, from 1; `None` if no worker had it.
    pub worker: Option<u32>,
    /// Its resource usage.
    pub usage: Usage,
}
