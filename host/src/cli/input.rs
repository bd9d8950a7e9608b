//! From lines to submissions: each line of a run over one module is one task. And the pump, which moves what was read into the run.
//!
//! It must never know what becomes of a task, nor what its module is.

use super::lines::{Line, Lines};
use super::record_id;
use crate::module::Module;
use crate::supervisor::inbox::{Command, RunEnded, Submitter};
use crate::sys::paths::Paths;
use crate::sys::regular::{FileError, LONGEST_PATH};
use crate::task::json::{self, JsonError};
use crate::task::quantity::show_size;
use crate::task::{
    Fault, LONGEST_ID, Limits, ModuleId, Payload, Rejection, Submission, TaskSpec, Verdict, Wall,
};
use std::ffi::OsStr;
use std::io::{self, BufRead};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Submissions that travel together at the most.
const BATCH: usize = 64;
/// Bytes of input from which on a batch does not wait for more.
const BATCH_BYTES: usize = 256 << 10;
/// What programs on other systems put at the start of a text: a byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How a line is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// A JSON value, which is the input as it stands; blank lines are passed over
    Json,
    /// The raw line, an empty one too
    Text,
    /// The path of a regular file: its content is the input, its path the id
    File,
}

/// The input cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the input after line {after}: {source}")]
pub struct ReadError {
    /// Lines that were read.
    pub after: u64,
    /// What the system says.
    pub source: io::Error,
}

/// What one line gave.
#[derive(Debug, Default)]
pub struct Taken {
    /// A module named for the first time; the run is told before it sees the submission.
    pub module: Option<(ModuleId, Module)>,
    /// The task, or why the line is none. Nothing for a line that is passed over.
    pub submission: Option<Submission>,
}

/// Makes submissions of lines.
pub trait TakeLine {
    /// Bytes a line may have.
    fn line_limit(&self) -> usize;

    /// Reads one line.
    fn take(&mut self, line: Line<'_>) -> Taken;
}

/// Reads lines to the end, round by round, and submits what they say, in batches while input is at hand, at once when it is not.
/// Waits for input and while the run is busy, so it wants a thread of its own. Stops when the run has ended, though not before a line
/// or the end comes. Lines are counted over all rounds. Returns how much was submitted, if the input came to its end before the run.
///
/// # Errors
/// If the input cannot be read. What was read before is submitted, and the input then counts as ended.
pub fn pump<R: BufRead>(
    rounds: impl Iterator<Item = io::Result<R>>,
    take: &mut impl TakeLine,
    submitter: Submitter,
) -> Result<Option<u64>, ReadError> {
    // Whatever comes of it: that the submitter is dropped behind this tells the run that no more will come.
    match move_rounds(rounds, take, &submitter) {
        Ok(submitted) => Ok(Some(submitted)),
        Err(Stop::RunEnded) => Ok(None),
        Err(Stop::Read(error)) => Err(error),
    }
}

enum Stop {
    RunEnded,
    Read(ReadError),
}

impl From<RunEnded> for Stop {
    fn from(RunEnded: RunEnded) -> Self {
        Self::RunEnded
    }
}

fn move_rounds<R: BufRead>(
    rounds: impl Iterator<Item = io::Result<R>>,
    take: &mut impl TakeLine,
    submitter: &Submitter,
) -> Result<u64, Stop> {
    let (mut seq, mut submitted) = (0, 0);
    for reader in rounds {
        let reader = reader.map_err(|source| Stop::Read(ReadError { after: seq, source }))?;
        let mut lines = Lines::new(reader, take.line_limit(), seq);
        let round = move_lines(&mut lines, take, submitter)?;
        if round == 0 {
            // Nor would the next give anything, and it would not even wait for the run.
            break;
        }
        submitted += round;
        seq = lines.seq();
    }
    Ok(submitted)
}

fn move_lines<R: BufRead>(
    lines: &mut Lines<R>,
    take: &mut impl TakeLine,
    submitter: &Submitter,
) -> Result<u64, Stop> {
    let (mut batch, mut bytes, mut submitted) = (Vec::new(), 0, 0);
    loop {
        let after = lines.seq();
        let line = lines.next_line().map_err(|source| Stop::Read(ReadError { after, source }))?;
        let Some(line) = line else { return Ok(submitted) };
        let taken = take.take(line);
        if let Some((id, file)) = taken.module {
            submitter.send(Command::Module(id, file))?;
        }
        if let Some(submission) = taken.submission {
            bytes += submission.held_bytes();
            submitted += 1;
            batch.push(submission);
        }
        let is_full = batch.len() >= BATCH || bytes >= BATCH_BYTES;
        if !batch.is_empty() && (is_full || !lines.has_next()) {
            submitter.send(Command::Submit(std::mem::take(&mut batch)))?;
            bytes = 0;
        }
    }
}

/// A field can only name tasks where lines are JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "--id-field needs lines of JSON: it cannot be used with --input-format text or file, nor with a command unless --input-format json is given"
)]
pub struct NoFields;

/// Lines of a run over one module.
#[derive(Debug)]
pub struct ModuleLines {
    module: ModuleId,
    format: InputFormat,
    limits: Limits,
    id_field: Option<String>,
    paths: Paths,
}

impl ModuleLines {
    /// Reads lines as tasks for `module`, called by the field `id_field` or by their numbers. Files that
    /// lines name are opened by `paths`.
    ///
    /// # Errors
    /// If a field is asked for where lines have none.
    pub fn new(
        module: ModuleId,
        format: InputFormat,
        limits: Limits,
        id_field: Option<String>,
        paths: Paths,
    ) -> Result<Self, NoFields> {
        match (format, &id_field) {
            (InputFormat::Text | InputFormat::File, Some(_)) => Err(NoFields),
            _ => Ok(Self { module, format, limits, id_field, paths }),
        }
    }

    fn json(&self, seq: u64, line: &[u8]) -> Option<Result<TaskSpec, Refused>> {
        let value = trim(line);
        if value.is_empty() {
            return None;
        }
        let checked = json::check(line).map_err(|error| Refused::new("not_json", not_json(&error)));
        Some(checked.and_then(|text| {
            let id = match &self.id_field {
                Some(name) => {
                    record_id::in_field(text, name).map_err(|error| Refused::new("id", error.to_string()))?
                }
                None => seq.to_string(),
            };
            Ok(self.task(seq, id, Payload::Json(value.to_vec())))
        }))
    }

    fn file(&self, seq: u64, line: &[u8]) -> Result<TaskSpec, Refused> {
        let name = line.strip_suffix(b"\n").unwrap_or(line);
        if name.is_empty() {
            return Err(Refused::new(
                "file",
                "the line is empty, it should be the path of a file".to_owned(),
            ));
        }
        let path = Path::new(OsStr::from_bytes(name));
        let id = path.to_string_lossy().into_owned();
        let content = read_input(&self.paths, path, self.limits.input, "");
        let content = content.map_err(|refused| refused.called(&id))?;
        Ok(self.task(seq, id, Payload::Bytes(content)))
    }

    fn task(&self, seq: u64, id: String, input: Payload) -> TaskSpec {
        TaskSpec::new(seq, id, self.module, input, self.limits)
    }

    fn over_long(&self, length: u64) -> Refused {
        match self.format {
            InputFormat::Json | InputFormat::Text => {
                Refused::too_long(too_long("line", length, self.limits.input, ""))
            }
            InputFormat::File => {
                let message =
                    format!("the line is no path: it has {length} bytes, a path at most {LONGEST_PATH}");
                Refused::new("file", message)
            }
        }
    }
}

impl TakeLine for ModuleLines {
    fn line_limit(&self) -> usize {
        match self.format {
            InputFormat::Json | InputFormat::Text => usize::try_from(self.limits.input).unwrap_or(usize::MAX),
            InputFormat::File => LONGEST_PATH,
        }
    }

    fn take(&mut self, line: Line<'_>) -> Taken {
        let (seq, length, read) = match line {
            Line::TooLong { seq, length } => (seq, length, Some(Err(self.over_long(length)))),
            Line::Whole { seq, first, bytes } => {
                let read = match self.format {
                    InputFormat::Json => self.json(seq, without_bom(first, bytes)),
                    InputFormat::Text => {
                        Some(Ok(self.task(seq, seq.to_string(), Payload::Line(bytes.to_vec()))))
                    }
                    InputFormat::File => Some(self.file(seq, bytes)),
                };
                (seq, u64::try_from(bytes.len()).unwrap_or(u64::MAX), read)
            }
        };
        let submission = read.map(|read| match read {
            Ok(task) => Submission::Task(task),
            Err(refused) => Submission::Rejected(refused.rejection(seq, length)),
        });
        Taken { module: None, submission }
    }
}

/// Why a line is no task, before it is known where it stood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) verdict: Verdict,
    pub(super) fault: Fault,
    pub(super) id: Option<String>,
}

impl Refused {
    pub(super) fn new(code: &'static str, message: String) -> Self {
        Self { verdict: Verdict::BadInput, fault: Fault::new(code, message), id: None }
    }

    /// For what is over a limit.
    pub(super) fn too_long(message: String) -> Self {
        let refused = Self::new("too_long", message);
        Self { fault: refused.fault.by(Wall::Supervisor), ..refused }
    }

    pub(super) fn called(self, id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..self }
    }

    fn rejection(self, seq: u64, input_bytes: u64) -> Rejection {
        Rejection {
            seq,
            id: self.id.unwrap_or_else(|| seq.to_string()),
            module: None,
            verdict: self.verdict,
            fault: self.fault,
            input_bytes,
            meta: None,
        }
    }
}

/// Reads the file a task names as its input. `hint` says how a larger one would be allowed; empty for the flag.
pub(super) fn read_input(paths: &Paths, path: &Path, limit: u64, hint: &str) -> Result<Vec<u8>, Refused> {
    const { assert!(LONGEST_PATH <= LONGEST_ID, "a path can be an id") };
    paths.read(path, limit).map_err(|error| match error {
        FileError::TooLarge { length, limit } => {
            let what = format!("file {}", path.display());
            Refused::too_long(too_long(&what, length, limit, hint))
        }
        other => Refused::new("file", format!("cannot read {path:?}: {other}")),
    })
}

/// The message for an input over its limit.
pub(super) fn too_long(what: &str, length: u64, limit: u64, hint: &str) -> String {
    let flag = format!("--input-limit {length} would allow it");
    let hint = if hint.is_empty() { &flag } else { hint };
    format!("the {what} has {length} bytes, the input limit is {} ({limit} bytes); {hint}", show_size(limit))
}

/// The message for a line that is no JSON. It is one line, so its number says nothing.
pub(super) fn not_json(error: &JsonError) -> String {
    match error {
        JsonError::NotUtf8(at) => format!("the line is not UTF-8 (byte {at})"),
        JsonError::Syntax(what) => format!("the line is not JSON: {}", one_line(what)),
        JsonError::TooDeep => format!("the line nests deeper than {} levels", json::MAX_DEPTH),
    }
}

/// A parser's message about a text that is known to be one line.
pub(super) fn one_line(message: &str) -> String {
    message.replace(" at line 1 column ", " at column ")
}

/// A line without the mark that may stand before the first.
pub(super) fn without_bom(first: bool, line: &[u8]) -> &[u8] {
    if first { line.strip_prefix(BOM).unwrap_or(line) } else { line }
}

/// A line without JSON's white space around it.
pub(super) fn trim(mut line: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = line {
        line = rest;
    }
    line
}

#[cfg(test)]
mod tests;
