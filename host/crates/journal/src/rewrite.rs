//! Changing several files of a run's folder at once, or none of them; and what is done so first of
//! all: taking back records of tasks that failed, so that they are run again.
//! [`settle`](super::settle) does it too.
//!
//! The new files are written beside the old ones; a small file then says that they are complete,
//! and they take the others' places. Whoever opens the folder finishes that first. It must never
//! know who runs the lines again, or how.

use super::dir::{AGAIN, FAILED, RESULTS, RUN, fresh};
use super::lines::{JournalError, cannot_read, cannot_write, length, open};
use super::manifest;
use super::rerun_lines::AgainLine;
use super::results::{self, IdNaming, SeenRecord};
use polymer_host_task::Verdict;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Files that may be rewritten, in the order in which they are replaced.
const FILES: [&str; 4] = [AGAIN, FAILED, RESULTS, RUN];
/// Says, by being there, that the new files are complete.
const INTENT: &str = "rewrite.json";

/// Outcome of taking records back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// Lines that are to be run again.
    pub lines: u64,
    /// Records of what ended ok whose lines are to be run again when the input comes to them. They
    /// stand until then.
    pub standing: u64,
    /// Lines that were left where they are though they were wanted, because they are too long to be
    /// run.
    pub too_long: u64,
}

/// Takes back the records that are `wanted`, in the folder of a run that nobody else is at, that
/// has no lines to be run again and no records that another one [took the place
/// of](super::superseded). What did not end ok leaves the results, and its line the failed ones,
/// for those that are to be run again. What ended ok stands, and is noted there. `wanted` sees each
/// record and what it says. A line of more than `longest` bytes, its newline included, is left; so
/// is one that was not run because an equal one had been there. Takes as much memory as a
/// [scan](results::scan), and a line. If it fails, or is killed, [`finish`] leaves all or nothing
/// of it.
///
/// # Errors
/// If a file cannot be read or written, or is damaged.
pub fn take_back(
    dir: &Path,
    naming: IdNaming,
    wanted: impl FnMut(&SeenRecord, &[u8]) -> bool,
    longest: usize,
) -> Result<TakenBack, JournalError> {
    finish(dir)?;
    let taken = write_new(dir, naming, wanted, longest)?;
    if taken.lines + taken.standing > 0 {
        announce(dir)?;
    }
    finish(dir)?;
    Ok(taken)
}

/// Returns whether a change was interrupted that [`finish`] would complete.
#[must_use]
pub fn is_pending(dir: &Path) -> bool {
    dir.join(INTENT).exists()
}

/// Completes a change that was interrupted, or clears away what it had not come to an end with. To
/// be called whenever the folder of a run is opened to go on with it. Says whether there was
/// something to complete.
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
    naming: IdNaming,
    mut wanted: impl FnMut(&SeenRecord, &[u8]) -> bool,
    longest: usize,
) -> Result<TakenBack, JournalError> {
    let (mut results, mut failed) = (NewFile::create(dir, RESULTS)?, NewFile::create(dir, FAILED)?);
    let mut again = NewFile::create(dir, AGAIN)?;
    let path = dir.join(RESULTS);
    let mut done = results::scan(open(&path)?, &path, naming)?.done;
    let mut lines = FailedLines::open(dir, longest)?;
    let mut taken = TakenBack::default();
    results::each_named(open(&path)?, &path, naming, |seen, record| {
        let wanted = wanted(&seen, record);
        if seen.verdict == Verdict::Ok && wanted {
            taken.standing += 1;
            again.add(&AgainLine::standing(seen))?;
        }
        if seen.verdict != Verdict::Ok {
            lines.next()?;
            let wanted = wanted && !results::is_duplicate(record);
            if wanted && !lines.is_long {
                taken.lines += 1;
                let nth = done.count(seen.key);
                done.take_any(seen.key);
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
pub(super) struct FailedLines {
    path: PathBuf,
    reader: BufReader<Box<dyn Read + Send>>,
    longest: usize,
    line_end: u8,
    read: u64,
    held: Vec<u8>,
    /// Only the beginning of the line is held, its rest not read yet.
    is_long: bool,
}

impl FailedLines {
    pub(super) fn open(dir: &Path, longest: usize) -> Result<Self, JournalError> {
        let path = dir.join(FAILED);
        let reader = open(&path)?;
        let line_end = manifest::line_end(dir);
        Ok(Self { path, reader, longest, line_end, read: 0, held: Vec::new(), is_long: false })
    }

    pub(super) fn next(&mut self) -> Result<(), JournalError> {
        self.held.clear();
        self.held.shrink_to(1 << 20);
        let room = length(self.longest);
        let read = (&mut self.reader).take(room).read_until(self.line_end, &mut self.held);
        read.map_err(cannot_read(&self.path))?;
        let is_whole = self.held.last() == Some(&self.line_end);
        self.is_long = !is_whole && self.held.len() == self.longest;
        if !self.is_long && !is_whole {
            return Err(self.missing());
        }
        self.read += 1;
        Ok(())
    }

    /// Goes on to the next line, however long the one before it is.
    pub(super) fn skip_to_next(&mut self) -> Result<(), JournalError> {
        self.leave_out()?;
        self.next()
    }

    /// The beginning of the line, as much as is held, without its end.
    pub(super) fn beginning(&self) -> &[u8] {
        self.held.strip_suffix(&[self.line_end]).unwrap_or(&self.held)
    }

    /// Writes the line whole, however long it is.
    pub(super) fn move_to(&mut self, file: &mut NewFile) -> Result<(), JournalError> {
        file.write(&self.held)?;
        self.rest(|part| file.write(part))
    }

    /// Leaves the line out, however long it is.
    pub(super) fn leave_out(&mut self) -> Result<(), JournalError> {
        self.rest(|_| Ok(()))
    }

    /// Passes on the part of the line that is not held.
    fn rest(&mut self, mut take: impl FnMut(&[u8]) -> Result<(), JournalError>) -> Result<(), JournalError> {
        while std::mem::take(&mut self.is_long) {
            let held = self.reader.fill_buf().map_err(cannot_read(&self.path))?;
            let end = held.iter().position(|byte| *byte == self.line_end).map(|at| at + 1);
            let part = held.get(..end.unwrap_or(held.len())).unwrap_or_default();
            if part.is_empty() {
                self.read -= 1;
                return Err(self.missing());
            }
            take(part)?;
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
