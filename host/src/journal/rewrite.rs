//! Changing several files of a run's folder at once, or none of them; and what is done so first of all: taking back records of tasks
//! that failed, so that they are run again. [`settle`](super::settle) does it too.
//!
//! The new files are written beside the old ones; a small file then says that they are complete, and they take the others' places. Whoever
//! opens the folder finishes that first. It must never know who runs the lines again, or how.

use super::dir::{AGAIN, FAILED, RESULTS, fresh};
use super::lines::{Flaw, JournalError, Lines, cannot_read, cannot_write, length, open};
use super::{results, sieve};
use crate::task::{Key, Verdict};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// What may be written anew, in the order in which it takes its place.
const FILES: [&str; 3] = [AGAIN, FAILED, RESULTS];
/// Says, by being there, that the new files are complete.
const INTENT: &str = "rewrite.json";

/// What was taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// Lines that are to be run again.
    pub lines: u64,
    /// Lines that were left where they are though they were wanted, because they are too long to be run.
    pub too_long: u64,
}

/// Takes back the records that are `wanted` and not ok, in the folder of a run that nobody else is at and that has no lines to be run
/// again: they leave the results, their lines the failed ones, for those that are to be run again. A line of more than `longest` bytes,
/// its newline included, is left; so is one that was not run because an equal one had been there. Takes as much memory as a
/// [scan](results::scan), and a line. If it fails, or is killed, [`finish`] leaves all or nothing of it.
///
/// # Errors
/// If a file cannot be read or written, or is damaged.
pub fn take_back(
    dir: &Path,
    wanted: impl Fn(Verdict) -> bool,
    longest: usize,
) -> Result<TakenBack, JournalError> {
    finish(dir)?;
    let taken = write_new(dir, wanted, longest)?;
    if taken.lines > 0 {
        announce(dir)?;
    }
    finish(dir)?;
    Ok(taken)
}

/// Completes a change that was interrupted, or clears away what it had not come to an end with. To be called whenever the folder
/// of a run is opened to go on with it. Says whether there was something to complete.
///
/// # Errors
/// If a file cannot be put in its place or removed. It may be tried again.
pub fn finish(dir: &Path) -> Result<bool, JournalError> {
    let intent = dir.join(INTENT);
    let is_complete = intent.try_exists().map_err(cannot_read(&intent))?;
    for name in FILES {
        let (path, new) = (dir.join(name), new(dir, name));
        let done = if is_complete { fs::rename(&new, &path) } else { fs::remove_file(&new) };
        // It was done before an interruption, or is none of what changes.
        let done = done.or_else(|error| if is_missing(&error) { Ok(()) } else { Err(error) });
        done.map_err(cannot_write(&path))?;
    }
    if is_complete {
        sync_names(dir)?;
        fs::remove_file(&intent).map_err(cannot_write(&intent))?;
        sync_names(dir)?;
    }
    Ok(is_complete)
}

/// Says that the new files are complete: from here on the change is made, whatever happens.
pub(super) fn announce(dir: &Path) -> Result<(), JournalError> {
    // Their names must not be lost behind the one that says that they are there.
    sync_names(dir)?;
    let path = dir.join(INTENT);
    let written = || {
        let mut file = fresh(&path)?;
        file.write_all(b"{\"v\":1}\n")?;
        file.sync_all()
    };
    written().map_err(cannot_write(&path))?;
    sync_names(dir)
}

/// Writes the new files.
fn write_new(
    dir: &Path,
    wanted: impl Fn(Verdict) -> bool,
    longest: usize,
) -> Result<TakenBack, JournalError> {
    let (mut results, mut failed) = (NewFile::create(dir, RESULTS)?, NewFile::create(dir, FAILED)?);
    let mut again = NewFile::create(dir, AGAIN)?;
    let mut done = results::scan(open(&dir.join(RESULTS))?, &dir.join(RESULTS))?.done;
    let mut lines = FailedLines::open(dir, longest)?;
    let mut taken = TakenBack::default();
    results::each(open(&dir.join(RESULTS))?, &dir.join(RESULTS), |seen, record| {
        if seen.verdict != Verdict::Ok {
            lines.next()?;
            let wanted = wanted(seen.verdict) && !is_duplicate(record);
            if wanted && !lines.is_long {
                taken.lines += 1;
                let nth = done.count(seen.key);
                done.take(seen.key);
                return again.add(&AgainLine::of(seen, nth, &lines.held));
            }
            taken.too_long += u64::from(wanted);
            lines.move_to(&mut failed)?;
        }
        results.write(record)?;
        results.write(b"\n")
    })?;
    for file in [results, failed, again] {
        file.close()?;
    }
    Ok(taken)
}

/// Whether a record is that of a line that was not run because an equal one had been there.
fn is_duplicate(record: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Read<'a> {
        attempts: u32,
        #[serde(borrow)]
        error: ReadError<'a>,
    }
    #[derive(Deserialize)]
    struct ReadError<'a> {
        #[serde(borrow)]
        code: Cow<'a, str>,
    }
    serde_json::from_slice::<Read<'_>>(record)
        // A guest may give this code too.
        .is_ok_and(|read| read.attempts == 0 && read.error.code == sieve::DUPLICATE)
}

/// A file that is to take another's place.
pub(super) struct NewFile {
    path: PathBuf,
    out: BufWriter<File>,
}

impl NewFile {
    pub(super) fn create(dir: &Path, name: &str) -> Result<Self, JournalError> {
        let path = new(dir, name);
        let file = fresh(&path).map_err(cannot_write(&path))?;
        Ok(Self { out: BufWriter::with_capacity(256 << 10, file), path })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        self.out.write_all(bytes).map_err(cannot_write(&self.path))
    }

    fn add(&mut self, line: &AgainLine<'_>) -> Result<(), JournalError> {
        serde_json::to_writer(&mut self.out, line).map_err(|error| cannot_write(&self.path)(error.into()))?;
        self.write(b"\n")
    }

    /// Makes it outlive the machine's own end.
    pub(super) fn close(self) -> Result<(), JournalError> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error);
        file.and_then(|file| file.sync_all()).map_err(cannot_write(&self.path))
    }
}

/// The lines that failed, each of the record that comes next.
struct FailedLines {
    path: PathBuf,
    reader: BufReader<Box<dyn Read + Send>>,
    longest: usize,
    read: u64,
    held: Vec<u8>,
    /// Only the beginning of the line is held, its rest not read yet.
    is_long: bool,
}

impl FailedLines {
    fn open(dir: &Path, longest: usize) -> Result<Self, JournalError> {
        let path = dir.join(FAILED);
        let reader = open(&path)?;
        Ok(Self { path, reader, longest, read: 0, held: Vec::new(), is_long: false })
    }

    fn next(&mut self) -> Result<(), JournalError> {
        self.held.clear();
        self.held.shrink_to(1 << 20);
        let room = length(self.longest);
        let read = (&mut self.reader).take(room).read_until(b'\n', &mut self.held);
        read.map_err(cannot_read(&self.path))?;
        self.is_long = !self.held.ends_with(b"\n") && self.held.len() == self.longest;
        if !self.is_long && !self.held.ends_with(b"\n") {
            return Err(self.missing());
        }
        self.read += 1;
        Ok(())
    }

    /// Writes the line whole, however long it is.
    fn move_to(&mut self, file: &mut NewFile) -> Result<(), JournalError> {
        file.write(&self.held)?;
        while std::mem::take(&mut self.is_long) {
            let held = self.reader.fill_buf().map_err(cannot_read(&self.path))?;
            let end = held.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let part = held.get(..end.unwrap_or(held.len())).unwrap_or_default();
            if part.is_empty() {
                self.read -= 1;
                return Err(self.missing());
            }
            file.write(part)?;
            self.is_long = end.is_none();
            let taken = part.len();
            self.reader.consume(taken);
        }
        Ok(())
    }

    fn missing(&self) -> JournalError {
        JournalError::LinesMissing { path: self.path.clone(), has: self.read, needs: self.read + 1 }
    }
}

/// One line of what is to be run again.
#[derive(Serialize, Deserialize)]
struct AgainLine<'a> {
    seq: u64,
    key: Cow<'a, str>,
    nth: u32,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    line: Option<Cow<'a, str>>,
    /// A line that is no text.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    line_base64: Option<Cow<'a, str>>,
}

impl<'a> AgainLine<'a> {
    fn of(record: results::Seen, nth: u32, line: &'a [u8]) -> Self {
        let (line, line_base64) = match std::str::from_utf8(line) {
            Ok(line) => (Some(line.into()), None),
            Err(_) => (None, Some(STANDARD.encode(line).into())),
        };
        Self { seq: record.seq, key: record.key.to_string().into(), nth, line, line_base64 }
    }

    fn read(line: &'a [u8]) -> Result<TakenLine, Flaw> {
        let read: Self =
            serde_json::from_slice(line).map_err(|error| Flaw::of(&error, "line to run again"))?;
        let bytes = match (read.line, read.line_base64) {
            (Some(line), None) => Some(line.into_owned().into_bytes()),
            (None, Some(line)) => STANDARD.decode(line.as_bytes()).ok(),
            _ => None,
        };
        let strange = || Flaw::Strange("is no line to run again".to_owned());
        let key = read.key.parse().map_err(|_| strange())?;
        Ok(TakenLine { seq: read.seq, key, nth: read.nth, bytes: bytes.ok_or_else(strange)? })
    }
}

/// One line that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenLine {
    /// The number it had in its record.
    pub seq: u64,
    /// The key it had there, which its new record is to have too: what the line comes to now may have another, where a file that it names
    /// is there now, or is another one.
    pub key: Key,
    /// Which of the records of its key it is to have: it has it, if there are so many.
    pub nth: u32,
    /// The line as it stood in the input, newline included.
    pub bytes: Vec<u8>,
}

/// The lines that were taken back. Holds one in memory.
pub struct AgainLines(Lines<BufReader<Box<dyn Read + Send>>>);

impl std::fmt::Debug for AgainLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgainLines").finish_non_exhaustive()
    }
}

impl AgainLines {
    /// Those of the run in this folder. Where none were taken back there are none.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        let path = dir.join(AGAIN);
        Ok(Self(Lines::new(open(&path)?, &path)))
    }
}

/// Whatever is wrong with a line is damage: the file was never appended to.
impl Iterator for AgainLines {
    type Item = Result<TakenLine, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = match self.0.next() {
            Err(error) => return Some(Err(error)),
            Ok(None) => return None,
            Ok(Some(line)) => AgainLine::read(line),
        };
        Some(read.map_err(|flaw| self.0.damaged(flaw)))
    }
}

fn new(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.new"))
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

fn sync_names(dir: &Path) -> Result<(), JournalError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(cannot_write(dir))
}

#[cfg(test)]
mod tests;
