//! Lines that are no tasks: why, and the records that say so; and reading the files that lines
//! name, of which most of the reasons come.
//!
//! It must never know in which format a line is.

use super::super::file_shortage::FileShortage;
use super::WrittenFile;
use polymer_host_base::quantity::show_size;
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::regular::{FileError, LONGEST_PATH};
use polymer_host_sys::resource_exhausted::is_shortage;
use polymer_host_task::{LONGEST_ID, LimitWall, Rejection, TaskContent, TaskError, TaskKey, Verdict};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Why a line is no task, before it is known where it stood.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct RefusedLine {
    pub(in super::super) verdict: Verdict,
    pub(in super::super) error: TaskError,
    pub(in super::super) id: Option<Box<str>>,
    /// A file or a module that the line names could not be read, so it is not known what the line
    /// asks.
    pub(in super::super) is_unread: bool,
    /// Cause that may concern more than this line.
    pub(in super::super) cause: Option<Box<EndCause>>,
}

/// Why reading a line may end the run.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum EndCause {
    /// It is not the line that is to blame.
    Shortage(FileShortage),
    /// It names what the run writes to.
    Written(WrittenFile),
}

impl RefusedLine {
    pub(in super::super) fn new(code: &'static str, message: String) -> Self {
        let error = TaskError::new(code, message);
        Self { verdict: Verdict::BadInput, error, id: None, is_unread: false, cause: None }
    }

    /// The same, for a file or a module that cannot be read.
    pub(in super::super) fn unread(self) -> Self {
        Self { is_unread: true, ..self }
    }

    /// For what is over a limit.
    pub(in super::super) fn too_long(message: String) -> Self {
        let refused = Self::new("too_long", message);
        Self { error: refused.error.by(LimitWall::Supervisor), ..refused }
    }

    /// For what the machine lacks: this is never recorded.
    pub(in super::super) fn for_want(shortage: FileShortage) -> Self {
        Self { cause: Some(Box::new(EndCause::Shortage(shortage))), ..Self::new("", String::new()) }
    }

    /// For the file at `path`, which the run writes to as what it is `called`.
    pub(in super::super) fn at_written(self, path: &Path, called: &str) -> Self {
        let written = WrittenFile { path: path.to_path_buf(), called: called.to_owned() };
        Self { cause: Some(Box::new(EndCause::Written(written))), ..self }
    }

    pub(in super::super) fn called(self, id: &str) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// Returns the content of what the line asks, as far as that is known. `line_key` is its key
    /// where it is known by itself.
    pub(in super::super) fn content(&self, line_key: TaskKey) -> Option<TaskContent> {
        (!self.is_unread).then(|| TaskContent::of_line(line_key))
    }

    /// Of a line that is known by `key`, or by `line_key` where it is known by itself.
    pub(super) fn rejection(self, seq: u64, input_bytes: u64, key: TaskKey, line_key: TaskKey) -> Rejection {
        let content = self.content(line_key);
        Rejection {
            seq,
            id: self.id.map_or_else(|| seq.to_string(), String::from),
            module: None,
            verdict: self.verdict,
            error: self.error,
            input_bytes,
            meta: None,
            trace: None,
            group: None,
            expect: None,
            key: Some(key),
            content,
            replaces: None,
            line: None,
        }
    }
}

/// Reads the file a task names as its input. `hint` says how a larger one would be allowed; empty
/// for the flag.
pub(in super::super) fn read_input(
    paths: &PathOpener,
    path: &Path,
    limit: u64,
    hint: &str,
) -> Result<Vec<u8>, RefusedLine> {
    const { assert!(LONGEST_PATH <= LONGEST_ID, "a path can be an id") };
    paths.read(path, limit).map_err(|error| match error {
        FileError::TooLarge { length, limit } => {
            let what = format!("file {}", path.display());
            RefusedLine::too_long(too_long(&what, length, limit, hint)).unread()
        }
        FileError::Refused(error) if is_shortage(&error) => {
            RefusedLine::for_want(FileShortage::at(path, &error))
        }
        other => {
            let code = if matches!(other, FileError::Pseudo) { "pseudo_file" } else { "file" };
            let there = if matches!(other, FileError::Missing) { without_white(paths, path) } else { None };
            let hint =
                there.map(|there| format!("; there is a file without the white space at its end, {there:?}"));
            let message = format!("cannot read {path:?}: {other}{}", hint.unwrap_or_default());
            let refused = RefusedLine::new(code, message).unread();
            if let FileError::Written(called) = &other { refused.at_written(path, called) } else { refused }
        }
    })
}

/// The message for an input over its limit.
pub(in super::super) fn too_long(what: &str, length: u64, limit: u64, hint: &str) -> String {
    let flag = format!("--input-limit {length} would allow it");
    let hint = if hint.is_empty() { &flag } else { hint };
    format!("the {what} has {length} bytes, the input limit is {} ({limit} bytes); {hint}", show_size(limit))
}

/// The name of the file that is there, if it is not found for the white space at its end.
fn without_white(paths: &PathOpener, path: &Path) -> Option<PathBuf> {
    let name = path.as_os_str().as_bytes();
    let trimmed = Path::new(OsStr::from_bytes(name.trim_ascii_end()));
    let is_other = trimmed.as_os_str().len() < name.len() && !trimmed.as_os_str().is_empty();
    (is_other && paths.open(trimmed, u64::MAX).is_ok()).then(|| trimmed.to_path_buf())
}
