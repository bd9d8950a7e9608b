//! From lines to submissions: each line of a run over one module is one task.
//!
//! It must never know what becomes of a task, nor what its module is.

mod fields;
pub(super) mod group;
mod refused_line;

pub use fields::{LineFields, NoFields};
pub(super) use refused_line::{EndCause, RefusedLine, read_input, too_long};

use super::file_shortage::FileShortage;
use super::group_limits::GroupLimits;
use super::input_shape::ExpectedShape;
use super::known_modules::ModuleChanged;
pub(super) use super::line_text::{BOM, at_line, key_of, not_json, trim, without_bom};
use super::lines::InputLine;
use super::partition_key::json_partition_key;
use super::record_id;
use polymer_host_base::Digest;
use polymer_host_base::json;
use polymer_host_modules::{Module, ResidentModules};
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::regular::LONGEST_PATH;
use polymer_host_task::{
    InputPayload, Limits, ModuleDigests, ModuleId, Submission, TaskContent, TaskKey, TaskSpec,
};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Format of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// A JSON value, which is the input as it stands; blank lines are passed over
    Json,
    /// The raw line, an empty one too
    Text,
    /// The path of a regular file: its content is the input, its path the id
    File,
    /// All of the input is one task, an empty one too
    Whole,
}

/// Outcome of reading one line.
#[derive(Debug)]
pub enum LineOutcome {
    /// Nothing: the line is passed over.
    Nothing,
    /// A task, or why the line is none.
    Submission {
        /// News that the run is told before it sees the submission. In a box, as what follows: few
        /// lines have any.
        news: Option<Box<ModuleNews>>,
        /// The task or the rejection.
        submission: Submission,
        /// Its module was built anew since the run began.
        is_rebuilt: bool,
        /// The line names a file that the run writes to: before anything is sent, that ends the
        /// input.
        written: Option<Box<WrittenFile>>,
    },
    /// Nothing yet: other lines hold what this one needs, and it is to be read once more when there
    /// is room.
    Waiting {
        /// News that the run is told before the wait.
        news: Option<Box<ModuleNews>>,
        /// Where the room is.
        room: ResidentModules,
    },
    /// The line leaves no record, and nothing more is read.
    End(InputEnd),
}

/// News of a module that a run must have before it sees a task of it.
#[derive(Debug)]
pub enum ModuleNews {
    /// It was named for the first time.
    Opened(ModuleId, Module),
    /// The run knows it, and it was called by another name for the first time.
    AlsoNamed {
        /// Which.
        module: ModuleId,
        /// The other name.
        name: String,
        /// Digest of the module.
        digest: Digest,
    },
}

/// Why nothing is read behind a line.
#[derive(Debug)]
pub enum InputEnd {
    /// It names a module that is another one than it was.
    Changed(Box<ModuleChanged>),
    /// The machine lacks what reading the line takes.
    Shortage(Box<FileShortage>),
}

impl LineOutcome {
    /// Returns the outcome of a line that is not passed over: its submission, unless the machine
    /// lacks what reading it takes.
    pub(super) fn of(
        submission: Submission,
        is_rebuilt: bool,
        news: Option<Box<ModuleNews>>,
        cause: Option<Box<EndCause>>,
    ) -> Self {
        let written = match cause.map(|cause| *cause) {
            Some(EndCause::Shortage(shortage)) => {
                return Self::End(InputEnd::Shortage(Box::new(shortage)));
            }
            Some(EndCause::Written(written)) => Some(Box::new(written)),
            None => None,
        };
        Self::Submission { news, submission, is_rebuilt, written }
    }

    /// The task or the rejection, if the line gave one.
    #[must_use]
    pub fn submission(self) -> Option<Submission> {
        match self {
            Self::Submission { submission, .. } => Some(submission),
            Self::Nothing | Self::Waiting { .. } | Self::End(_) => None,
        }
    }
}

/// A file that a line names and the run writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// As the line names it.
    pub path: PathBuf,
    /// The file that is written, and its role.
    pub called: String,
}

/// Makes submissions of lines.
pub trait TakeLine {
    /// Bytes a line may have.
    fn line_limit(&self) -> usize;

    /// Returns whether all of an input is one line.
    fn takes_all(&self) -> bool {
        false
    }

    /// Returns the byte that ends a line.
    fn line_end(&self) -> u8 {
        b'\n'
    }

    /// Returns the expected shape of the input.
    fn expected(&self) -> ExpectedShape {
        ExpectedShape::Anything
    }

    /// Returns what a line is known by to all partitions of the input: its id, else its bytes.
    /// `None` if it is blank, and so passed over in each of them.
    fn partition_key(&self, line: InputLine<'_>) -> Option<TaskKey>;

    /// Reads one line.
    fn take(&mut self, line: InputLine<'_>) -> LineOutcome;
}

/// Where a limit comes from that is none of the run's.
pub(super) const OF_GROUP: &str = "its group has that limit";

/// Lines of a run over one module.
#[derive(Debug)]
pub struct ModuleLines {
    module: ModuleId,
    format: InputFormat,
    /// A zero ends lines, and is no part of them.
    null: bool,
    limits: Limits,
    fields: LineFields,
    /// Which of the module's tasks; none for its first.
    task: Option<String>,
    paths: PathOpener,
    /// The module's SHA-256, of which keys and contents are made.
    digests: ModuleDigests,
    /// Limits of tasks by their group.
    groups: GroupLimits,
}

impl ModuleLines {
    /// Reads lines as tasks for `module`, of which these `fields` are taken. Files that lines name
    /// are opened by `paths`.
    ///
    /// # Errors
    /// If a field is asked for where lines have none.
    pub fn new(
        module: ModuleId,
        format: InputFormat,
        limits: Limits,
        fields: LineFields,
        paths: PathOpener,
    ) -> Result<Self, NoFields> {
        fields.check(format)?;
        let digests = ModuleDigests::same([0; 32]);
        let groups = GroupLimits::default();
        Ok(Self { module, format, null: false, limits, fields, task: None, paths, digests, groups })
    }

    /// The same, with this as the module's SHA-256 where keys and contents are made of it.
    #[must_use]
    pub fn known_by(self, digests: ModuleDigests) -> Self {
        Self { digests, ..self }
    }

    /// The same, with lines that a zero ends, if `null`.
    #[must_use]
    pub fn ended_by_null(self, null: bool) -> Self {
        Self { null, ..self }
    }

    /// The same, for this one of the module's tasks.
    #[must_use]
    pub fn for_task(self, task: Option<String>) -> Self {
        Self { task, ..self }
    }

    /// The same, with tasks of groups that have these limits.
    #[must_use]
    pub(super) fn limited_by(self, groups: GroupLimits) -> Self {
        Self { groups, ..self }
    }

    /// A task of a group, with the limits of that.
    fn in_group(
        &self,
        mut task: Box<TaskSpec>,
        group: Option<Arc<str>>,
    ) -> Result<Box<TaskSpec>, RefusedLine> {
        let Some(limits) = self.groups.of(group.as_deref()) else {
            task.group = group;
            return Ok(task);
        };
        let length = u64::try_from(task.input.bytes().len()).unwrap_or(u64::MAX);
        if length > limits.input {
            let refused = RefusedLine::too_long(too_long("input", length, limits.input, OF_GROUP));
            return Err(refused.called(&task.id));
        }
        (task.group, task.limits) = (group, limits);
        Ok(task)
    }

    fn json(&self, seq: u64, line: &[u8]) -> Option<Result<Box<TaskSpec>, RefusedLine>> {
        let value = trim(line);
        if value.is_empty() {
            return None;
        }
        let checked = json::check(line).map_err(|error| RefusedLine::new("not_json", not_json(&error, seq)));
        Some(checked.and_then(|text| {
            let input = |text| {
                let input = self.fields.input(text)?;
                Ok(InputPayload::Json(trim(input.as_bytes()).to_vec()))
            };
            let group =
                |text| self.fields.group.as_ref().map(|field| group::in_field(text, field)).transpose();
            let Some(field) = &self.fields.id else {
                let task = self.task(seq, input(text)?);
                return self.in_group(task, group(text)?);
            };
            let id = record_id::in_field(text, field)
                .map_err(|error| RefusedLine::new("id", error.to_string()))?;
            let called = |refused: RefusedLine| refused.called(&id);
            let (group, input) = (group(text).map_err(called)?, input(text).map_err(called)?);
            let task = self.named(seq, TaskKey::of_id(&id), id, input);
            self.in_group(task, group)
        }))
    }

    fn file(&self, seq: u64, name: &[u8]) -> Result<Box<TaskSpec>, RefusedLine> {
        if name.is_empty() {
            return Err(RefusedLine::new(
                "file",
                "the line is empty, it should be the path of a file".to_owned(),
            ));
        }
        let path = Path::new(OsStr::from_bytes(name));
        let id = path.to_string_lossy().into_owned();
        let content = read_input(&self.paths, path, self.limits.input, "");
        let content = content.map_err(|refused| refused.called(&id))?;
        // Its bytes are what it is known by: an id is text, and lacks what is none.
        Ok(self.named(seq, TaskKey::of_id(name), id, InputPayload::Bytes(content)))
    }

    /// The path that a line is, whatever system its list comes from. What a zero ends is a path as
    /// it stands.
    fn path<'a>(&self, first: bool, line: &'a [u8]) -> &'a [u8] {
        if self.null {
            return line.strip_suffix(b"\0").unwrap_or(line);
        }
        let path = without_bom(first, line);
        let path = path.strip_suffix(b"\n").unwrap_or(path);
        path.strip_suffix(b"\r").unwrap_or(path)
    }

    /// A task that has no id of its own.
    fn task(&self, seq: u64, input: InputPayload) -> Box<TaskSpec> {
        // A last line without a newline may get one where it is kept, and stays the same task.
        let asked = match &input {
            InputPayload::Line(line) => line.strip_suffix(b"\n").unwrap_or(line),
            InputPayload::Json(bytes) | InputPayload::Bytes(bytes) => bytes,
        };
        let (key, content) = self.digests.of_task(self.task.as_deref(), b"", asked);
        self.known(key, content, TaskSpec::new(seq, seq.to_string(), self.module, input, self.limits))
    }

    /// A task with this id, of which its key was made.
    fn named(&self, seq: u64, key: TaskKey, id: String, input: InputPayload) -> Box<TaskSpec> {
        let content = TaskContent::of(&self.digests.content, self.task.as_deref(), b"", input.bytes());
        self.known(key, content, TaskSpec::new(seq, id, self.module, input, self.limits))
    }

    fn known(&self, key: TaskKey, content: TaskContent, spec: TaskSpec) -> Box<TaskSpec> {
        // In its box from here on: a task is some hundred bytes, and each line is one.
        let mut spec = Box::new(spec);
        (spec.key, spec.content) = (Some(key), Some(content));
        spec.task.clone_from(&self.task);
        spec
    }

    fn over_long(&self, length: u64) -> RefusedLine {
        match self.format {
            InputFormat::Json | InputFormat::Text | InputFormat::Whole => {
                let what = if self.format == InputFormat::Whole { "input" } else { "line" };
                RefusedLine::too_long(too_long(what, length, self.limits.input, ""))
            }
            InputFormat::File => {
                let message = format!(
                    "the line is not a path: it has {length} bytes, a path has at most {LONGEST_PATH}"
                );
                RefusedLine::new("file", message)
            }
        }
    }
}

impl TakeLine for ModuleLines {
    fn takes_all(&self) -> bool {
        self.format == InputFormat::Whole
    }

    fn line_end(&self) -> u8 {
        if self.null { b'\0' } else { b'\n' }
    }

    fn expected(&self) -> ExpectedShape {
        match self.format {
            InputFormat::Json if !self.null => ExpectedShape::Json { is_fixed: false },
            InputFormat::Json | InputFormat::Text | InputFormat::File => ExpectedShape::Text,
            InputFormat::Whole => ExpectedShape::Anything,
        }
    }

    fn line_limit(&self) -> usize {
        match self.format {
            InputFormat::Json | InputFormat::Text | InputFormat::Whole => {
                usize::try_from(self.limits.input).unwrap_or(usize::MAX)
            }
            InputFormat::File => LONGEST_PATH,
        }
    }

    fn partition_key(&self, line: InputLine<'_>) -> Option<TaskKey> {
        let InputLine::Whole { first, bytes, .. } = line else { return Some(key_of(line)) };
        match self.format {
            InputFormat::Json => {
                let item = bytes.strip_suffix(b"\0").filter(|_| self.null).unwrap_or(bytes);
                json_partition_key(without_bom(first, item), self.fields.id.as_ref())
            }
            InputFormat::File => Some(match self.path(first, bytes) {
                b"" => key_of(line),
                path => TaskKey::of_id(path),
            }),
            InputFormat::Text | InputFormat::Whole => Some(key_of(line)),
        }
    }

    fn take(&mut self, line: InputLine<'_>) -> LineOutcome {
        let (seq, length, read) = match line {
            InputLine::TooLong { seq, length, .. } => (seq, length, Some(Err(self.over_long(length)))),
            InputLine::Whole { seq, first, bytes } => {
                let item = bytes.strip_suffix(b"\0").filter(|_| self.null);
                let read = match self.format {
                    InputFormat::Json => self.json(seq, without_bom(first, item.unwrap_or(bytes))),
                    InputFormat::Text if self.null => {
                        Some(Ok(self.task(seq, InputPayload::Bytes(item.unwrap_or(bytes).to_vec()))))
                    }
                    InputFormat::Text => Some(Ok(self.task(seq, InputPayload::Line(bytes.to_vec())))),
                    InputFormat::File => Some(self.file(seq, self.path(first, bytes))),
                    InputFormat::Whole => Some(Ok(self.task(seq, InputPayload::Bytes(bytes.to_vec())))),
                };
                (seq, u64::try_from(bytes.len()).unwrap_or(u64::MAX), read)
            }
        };
        let mut cause = None;
        let submission = match read {
            None => return LineOutcome::Nothing,
            Some(Ok(task)) => Submission::Task(task),
            Some(Err(mut refused)) => {
                cause = refused.cause.take();
                let line_key = key_of(line);
                let key = match (self.format, line, &refused.id) {
                    (InputFormat::File, InputLine::Whole { first, bytes, .. }, Some(_)) => {
                        TaskKey::of_id(self.path(first, bytes))
                    }
                    (InputFormat::Json, _, Some(id)) => TaskKey::of_id(id.as_bytes()),
                    _ => line_key,
                };
                Submission::from(refused.rejection(seq, length, key, line_key))
            }
        };
        LineOutcome::of(submission, self.digests.is_rebuilt(), None, cause)
    }
}

#[cfg(test)]
mod tests;
