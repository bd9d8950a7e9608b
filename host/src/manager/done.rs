//! Outcome of a task, as it comes back.

use super::submit::sealed::Submit;
use polymer_host_task::{Judgement, Log, Output, PastAttempt, Record, TaskError, Usage, Verdict};
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;

/// Bytes of its log that an error shows.
const LAST_WORDS: usize = 300;

/// A task that is over. There is exactly one for each task that was submitted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Done<T> {
    /// The task: as it came back if the verdict is [`Verdict::Ok`], else as it was submitted.
    pub task: T,
    /// Its [id](polymer_task::Task::id), or its number in the run, from 1.
    pub id: String,
    /// Its verdict. An output that is no such task is `bad_output`, which is found out when the
    /// result is taken. To the run it was `ok`, so it is not retried and does not count for
    /// [`max_fail`](crate::Builder::max_fail).
    pub verdict: Verdict,
    /// Error of the task; empty if nothing went wrong.
    pub error: TaskError,
    /// Output of the guest, where the task is an [`Input`](crate::Input). A struct has it in its
    /// fields. The output of a command is there however it ended, unless its worker was killed or
    /// died.
    pub output: Option<Output>,
    /// Cost of its last attempt: fuel, times, bytes of memory.
    pub stats: Usage,
    /// Number of times a guest was entered for it.
    pub attempts: u32,
    /// The slot of the worker that ran it last, from 1.
    pub worker: Option<u32>,
    /// Time it waited for its last attempt.
    pub queued: Option<Duration>,
    /// Log and printed text of its last attempt.
    pub log: Log,
    /// The attempts before the last one, oldest first.
    pub history: Vec<PastAttempt>,
    /// What the judge said of it, where something was [expected](crate::Input::expecting).
    pub judgement: Option<Box<Judgement>>,
    /// Its number in the run, from 1, in the order in which tasks were submitted.
    pub seq: u64,
}

/// A task that did not end ok, as an error: see [`Done::into_result`].
#[derive(Clone, thiserror::Error)]
#[error("task {}: {}{}", .0.id, .0.error.headed(.0.verdict.name()), last_words(.0))]
pub struct Failed<T>(pub Box<Done<T>>);

/// As it reads: see [`SetupError`](crate::SetupError).
impl<T> fmt::Debug for Failed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Returns a guest's last words before it trapped: a panic gives its reason there, while the trap
/// only says that it was one.
fn last_words<T>(done: &Done<T>) -> String {
    let text = if done.verdict == Verdict::Trap { done.log.text() } else { String::new() };
    let words = text.trim();
    let start = words.len().saturating_sub(LAST_WORDS);
    let tail = (start..=words.len()).find_map(|at| words.get(at..)).unwrap_or_default();
    if tail.is_empty() { String::new() } else { format!("; it said: {}", tail.replace('\n', " | ")) }
}

impl<T> Done<T> {
    /// Returns whether it ended ok: [`task`](Self::task) then is what the guest made of it.
    pub fn is_ok(&self) -> bool {
        self.verdict == Verdict::Ok
    }

    /// The task if it ended ok, else all that is known.
    ///
    /// # Errors
    /// If it did not end ok.
    pub fn into_result(self) -> Result<T, Failed<T>> {
        if self.is_ok() { Ok(self.task) } else { Err(Failed(Box::new(self))) }
    }

    /// The output of an [`Input`](crate::Input) as a value: JSON of a typed task, or a command's
    /// text that is JSON. What a command wrote before it failed is read too: see
    /// [`is_ok`](Self::is_ok).
    ///
    /// # Errors
    /// If there is no output, or it is no such value.
    pub fn json<V: DeserializeOwned>(&self) -> Result<V, serde_json::Error> {
        match &self.output {
            Some(Output::Json(text) | Output::Text(text)) => serde_json::from_str(text),
            Some(Output::Bytes(bytes)) => serde_json::from_slice(bytes),
            None => Err(serde::de::Error::custom("there is no output")),
        }
    }
}

impl<T: Submit> Done<T> {
    /// Returns the outcome of `task`.
    pub(super) fn of(task: T, record: Record) -> Self {
        let Record { seq, id, verdict, output, error, attempts, worker, queued, .. } = record;
        let Record { usage: stats, log, history, judgement, .. } = record;
        let came_back = if verdict == Verdict::Ok { task.take_back(output) } else { Ok((task, output)) };
        let (task, verdict, error, output) = match came_back {
            Ok((task, output)) => (task, verdict, error, output),
            Err((task, error)) => (task, Verdict::BadOutput, error, None),
        };
        Self {
            task,
            id,
            verdict,
            error,
            output,
            stats,
            attempts,
            worker,
            queued,
            log,
            history,
            judgement,
            seq,
        }
    }

    /// A task whose run stopped before it had its turn.
    pub(super) fn not_begun(task: T, seq: u64, id: String) -> Self {
        Self {
            task,
            id,
            verdict: Verdict::Canceled,
            error: TaskError::new("not_begun", "the run stopped before this task had its turn"),
            output: None,
            stats: Usage::default(),
            attempts: 0,
            worker: None,
            queued: None,
            log: Log::default(),
            history: Vec::new(),
            judgement: None,
            seq,
        }
    }
}
