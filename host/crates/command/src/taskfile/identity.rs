//! What a record is known by in other runs, and what is recorded of a line that is none.
//!
//! It must never know how a record is read.

use super::super::input::{RefusedLine, trim};
use super::wire::WireRecord;
use polymer_host_task::{
    Expectation, InputPayload, ModuleDigests, Rejection, Submission, TaskContent, TaskExecution, TaskKey,
};

/// Requests of a record beside its module, its task and its input.
#[derive(Clone, Copy)]
pub(super) struct RecordExtras<'a> {
    /// As it is written.
    pub(super) said: &'a [u8],
    /// A digest of what stands in files that it names.
    pub(super) unsaid: &'a [u8],
}

/// Requests of a record beside its module, its task and its input, as they are written.
#[derive(Debug, Default)]
pub(super) struct WrittenExtras {
    /// All of them.
    pub(super) all: Vec<u8>,
    /// Those that decide how its attempts end; none, where nobody wants to know.
    pub(super) executed: Vec<u8>,
}

/// Returns the digest of what a record executes, if its end is judged and can be judged anew: an
/// interaction cannot, since both sides would have to talk again. `files` is a digest of the files
/// that it brings.
pub(super) fn execution(
    record: &WireRecord<'_>,
    expect: Option<&Expectation>,
    digests: &ModuleDigests,
    (executed, files): (&[u8], &[u8]),
    input: &InputPayload,
) -> Option<TaskExecution> {
    let is_judged = expect.is_some_and(|expect| expect.interactor.is_none());
    is_judged.then(|| {
        let beside = [executed, files].concat();
        TaskExecution::of(&digests.content, record.task.as_deref(), &beside, input)
    })
}

/// The key and the content of a record. A path that it gives instead of an input or of a file's
/// content is a part of its key, and what stands there is not.
pub(super) fn known_by(
    record: &WireRecord<'_>,
    id: &str,
    digests: &ModuleDigests,
    beside: RecordExtras<'_>,
    input: &[u8],
) -> (TaskKey, TaskContent) {
    let task = record.task.as_deref();
    let (module, RecordExtras { said, unsaid }) = (&digests.content, beside);
    let all = [said, unsaid].concat();
    match (record.id, &record.input_file) {
        (Some(_), None) if record.input.is_some() => {
            (TaskKey::of_id(id), TaskContent::of(module, task, &all, input))
        }
        (Some(_), _) => (TaskKey::of_id(id), TaskContent::of_bytes(module, task, &all, input)),
        (None, Some(path)) => {
            let key = TaskKey::of_path(&digests.key, task, said, path.as_bytes());
            (key, TaskContent::of(module, task, &all, input))
        }
        (None, None) if unsaid.is_empty() => digests.of_task(task, said, input),
        (None, None) => {
            let key = TaskKey::of_content(TaskContent::of(&digests.key, task, said, input));
            (key, TaskContent::of(module, task, &all, input))
        }
    }
}

/// Returns the key in another run of a line that has neither an id nor an input.
fn of_line(line: &[u8]) -> TaskKey {
    TaskKey::of_line(trim(line))
}

/// A line that is no task, before it is known why.
#[derive(Clone, Copy)]
pub(super) struct RecordOrigin<'a> {
    pub(super) seq: u64,
    pub(super) line: &'a [u8],
    /// Key of the line if it has no id.
    pub(super) line_key: TaskKey,
    pub(super) key: TaskKey,
}

impl<'a> RecordOrigin<'a> {
    /// A line that has no id.
    pub(super) fn new(seq: u64, line: &'a [u8]) -> Self {
        let line_key = of_line(line);
        Self { seq, line, line_key, key: line_key }
    }

    /// The line, if it says what it is to be called.
    pub(super) fn called(self, id: Option<&str>) -> Self {
        Self { key: id.map_or(self.key, TaskKey::of_id), ..self }
    }

    pub(super) fn refused(
        self,
        why: RefusedLine,
        module: Option<String>,
        meta: Option<String>,
    ) -> Submission {
        Submission::from(self.rejection(why, module, meta))
    }

    pub(super) fn rejection(
        self,
        why: RefusedLine,
        module: Option<String>,
        meta: Option<String>,
    ) -> Rejection {
        let Self { seq, line, line_key, key } = self;
        let content = why.content(line_key);
        Rejection {
            seq,
            id: why.id.map_or_else(|| seq.to_string(), String::from),
            module,
            verdict: why.verdict,
            error: why.error,
            trace: None,
            group: None,
            expect: None,
            input_bytes: u64::try_from(line.len()).unwrap_or(u64::MAX),
            meta,
            key: Some(key),
            content,
            replaces: None,
            line: None,
        }
    }
}
