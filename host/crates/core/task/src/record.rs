//! What is told of a task when it is over: exactly one record for each line of input.

use super::{
    CollectedFiles, KeptLine, Log, Moment, Output, ReplacedRecord, TaskContent, TaskError, TaskId, TaskKey,
    Usage, Verdict,
};
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
    /// What it is called.
    pub id: String,
    /// What people know it by, beside its id: shown in logs, not in records of JSON.
    pub label: Option<String>,
    /// The module's name, where a run has several.
    pub module: Option<String>,
    /// How it ended.
    pub verdict: Verdict,
    /// What the guest gave: with [`Verdict::Ok`] always, else what a command had written in its
    /// last attempt, where its worker could still tell it.
    pub output: Option<Output>,
    /// What went wrong; empty with [`Verdict::Ok`].
    pub fault: TaskError,
    /// How often a guest was entered for it; 0 if it ended before that.
    pub attempts: u32,
    /// The slot of the worker that ran it last, from 1; `None` if none did.
    pub worker: Option<u32>,
    /// When its last attempt began, counted from the run's first moment.
    pub started: Option<Moment>,
    /// How long it had waited in the queue when that attempt began.
    pub queued: Option<Duration>,
    /// What the last attempt used.
    pub usage: Usage,
    /// Bytes of its input.
    pub input_bytes: u64,
    /// What the last attempt logged.
    pub log: Log,
    /// Files that came back of the last attempt, where the run asks for some.
    #[doc(hidden)]
    pub files: Option<Box<CollectedFiles>>,
    /// The attempts before the last one, oldest first.
    pub history: Vec<PastAttempt>,
    /// What the submitter wanted to see again: JSON, checked and compact.
    #[doc(hidden)]
    pub meta: Option<String>,
    /// What the task is known by in another run.
    #[doc(hidden)]
    pub key: Option<TaskKey>,
    /// What the task asked.
    #[doc(hidden)]
    pub content: Option<TaskContent>,
    /// The record that this one takes the place of, in the folder of a run that goes on.
    #[doc(hidden)]
    pub replaces: Option<ReplacedRecord>,
    /// The task's line as it stands, where somebody wants it again.
    #[doc(hidden)]
    pub line: Option<Box<KeptLine>>,
}

/// An attempt that was not the last: its task was tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct PastAttempt {
    /// Its number, from 1.
    pub attempt: u32,
    /// How it ended.
    pub verdict: Verdict,
    /// What went wrong.
    pub fault: TaskError,
    /// The slot of its worker, from 1; `None` if no worker had it.
    pub worker: Option<u32>,
    /// What it used.
    pub usage: Usage,
}
