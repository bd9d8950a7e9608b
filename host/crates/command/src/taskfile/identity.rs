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

/// A line that may be no task. Nothing is computed of it before that is known.
#[derive(Clone, Copy)]
pub(super) struct RecordOrigin<'a> {
    seq: u64,
    line: OriginLine<'a>,
    /// What it says it is to be called.
    id: Option<&'a str>,
}

#[derive(Clone, Copy)]
enum OriginLine<'a> {
    Whole(&'a [u8]),
    /// It is too long to be held.
    Gone(TaskKey),
}

impl<'a> RecordOrigin<'a> {
    /// A line that has no id.
    pub(super) const fn new(seq: u64, line: &'a [u8]) -> Self {
        Self { seq, line: OriginLine::Whole(line), id: None }
    }

    /// A line of which only the key is known.
    pub(super) const fn gone(seq: u64, key: TaskKey) -> Self {
        Self { seq, line: OriginLine::Gone(key), id: None }
    }

    /// The line, if it says what it is to be called.
    pub(super) fn called(self, id: Option<&'a str>) -> Self {
        Self { id: id.or(self.id), ..self }
    }

    /// Its key in another run if it has neither an id nor an input, and its bytes.
    fn line_key(&self) -> (TaskKey, u64) {
        match self.line {
            OriginLine::Whole(line) => {
                (TaskKey::of_line(trim(line)), u64::try_from(line.len()).unwrap_or(u64::MAX))
            }
            OriginLine::Gone(key) => (key, 0),
        }
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
        let (line_key, input_bytes) = self.line_key();
        let (seq, key) = (self.seq, self.id.map_or(line_key, TaskKey::of_id));
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
            input_bytes,
            meta,
            key: Some(key),
            content,
            replaces: None,
            line: None,
        }
    }
}
