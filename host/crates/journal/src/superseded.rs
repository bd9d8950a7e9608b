//! Records that do not stand any more, because the task has been run again since and another record
//! took their place.
//!
//! A record that takes another's place is appended like any other, and says itself which one that
//! is. So there is no moment at which the task has no record, nor one at which it is unknown which
//! of them stands. What does not stand is dropped when the session ends, and when the next one
//! begins: then the records that stand no longer say what they replaced.
//!
//! It must never know why a task was run again.

use super::dir::{AGAIN, FAILED, RESULTS};
use super::lines::{JournalError, LinePlace, open, open_behind};
use super::rerun_lines::{AgainLines, RerunLine};
use super::results::{self, IdNaming, LineTally, SeenRecord, VerdictCounts};
use super::rewrite::{FailedLines, NewFile, announce, finish};
use crate::output::record::REPLACES;
use polymer_host_task::{ReplacedRecord, TaskContent, TaskKey, Verdict};
use std::collections::HashMap;
use std::path::Path;

/// Bytes of a line that are held.
const HELD: usize = 256 << 10;

/// Number of superseded records, by their key and content. Of several that are alike, these are the
/// oldest.
#[derive(Debug, Clone, Default)]
pub(super) struct SupersededRecords(HashMap<(TaskKey, Option<TaskContent>), u64>);

impl SupersededRecords {
    /// Takes what a record says of another one.
    pub(super) fn add(&mut self, seen: &SeenRecord) {
        if let Some(ReplacedRecord(content)) = seen.replaces {
            *self.0.entry((seen.key, content)).or_default() += 1;
        }
    }

    /// Returns whether the next of these records is superseded. To be called once for each, the
    /// oldest first.
    pub(super) fn take(&mut self, key: TaskKey, content: Option<TaskContent>) -> bool {
        let Some(left) = self.0.get_mut(&(key, content)).filter(|left| **left > 0) else { return false };
        *left -= 1;
        true
    }
}

/// Counts the records in `dir` that stand, also while more are written. Takes as much memory as the
/// largest record, and some for each that does not stand.
///
/// # Errors
/// If they cannot be read, or are damaged before their end.
pub fn tally(dir: &Path, naming: IdNaming) -> Result<LineTally, JournalError> {
    tally_with(dir, naming, |(), _, _| ()).map(|(tally, ())| tally)
}

/// As [`tally`], and adds each of them, with its line, to something else that is made of them.
/// Records are read once more only where some do not stand. The line of one that took another's
/// place says so still.
///
/// # Errors
/// If they cannot be read, or are damaged before their end.
pub fn tally_with<T: Default>(
    dir: &Path,
    naming: IdNaming,
    mut add: impl FnMut(&mut T, &SeenRecord, &[u8]),
) -> Result<(LineTally, T), JournalError> {
    let path = dir.join(RESULTS);
    let (mut superseded, mut sums) = (SupersededRecords::default(), T::default());
    let mut tally = results::each_named(open(&path)?, &path, naming, |seen, record| {
        superseded.add(&seen);
        add(&mut sums, &seen, record);
        Ok(())
    })?;
    if tally.replacing > 0 {
        sums = T::default();
        results::each_named(open(&path)?, &path, naming, |seen, record| {
            if superseded.take(seen.key, seen.content) {
                tally.verdicts.remove(seen.verdict);
            } else {
                add(&mut sums, &seen, record);
            }
            Ok(())
        })?;
    }
    Ok((tally, sums))
}

/// Drops the records in `dir` that do not stand, and their lines, and what was to be run again for
/// their sake. Nobody may be writing to the folder, and its files end with whole lines. What takes
/// the place of another one stands behind `standing`: in a session, where its records begin. Says
/// how many records of each verdict there are then; nothing, if all stand. If it fails, or is
/// killed, [`finish`] leaves all or nothing of it.
///
/// # Errors
/// If a file cannot be read or written, or is damaged.
pub fn drop_superseded(
    dir: &Path,
    naming: IdNaming,
    standing: LinePlace,
) -> Result<Option<VerdictCounts>, JournalError> {
    finish(dir)?;
    let path = dir.join(RESULTS);
    let mut superseded = SupersededRecords::default();
    let behind = open_behind(standing, &path)?;
    let tally = results::each_behind(standing, behind, &path, naming, |seen, _| {
        superseded.add(&seen);
        Ok(())
    })?;
    if tally.replacing == 0 {
        return Ok(None);
    }
    let written = write_new(dir, naming, &superseded);
    if written.is_ok() {
        announce(dir)?;
    }
    // What was written of the new files takes room that may be short.
    finish(dir)?;
    written.map(Some)
}

/// Writes the new files.
fn write_new(
    dir: &Path,
    naming: IdNaming,
    superseded: &SupersededRecords,
) -> Result<VerdictCounts, JournalError> {
    let path = dir.join(RESULTS);
    let (mut results, mut failed) = (NewFile::create(dir, RESULTS)?, NewFile::create(dir, FAILED)?);
    let mut lines = FailedLines::open(dir, HELD)?;
    let (mut left, mut counts) = (superseded.clone(), VerdictCounts::default());
    results::each_named(open(&path)?, &path, naming, |seen, record| {
        let stands = !left.take(seen.key, seen.content);
        if seen.verdict != Verdict::Ok {
            lines.next()?;
            if stands { lines.move_to(&mut failed)? } else { lines.leave_out()? }
        }
        if !stands {
            return Ok(());
        }
        counts.add(seen.verdict);
        let (record, end): (_, &[u8]) = match seen.replaces {
            Some(_) => (before_mark(record), b"}\n"),
            None => (record, b"\n"),
        };
        results.write(record)?;
        results.write(end)
    })?;
    if dir.join(AGAIN).exists() {
        write_again(dir, superseded.clone())?;
    }
    results.close()?;
    failed.close()?;
    Ok(counts)
}

/// Writes the lines that are still to be run again.
fn write_again(dir: &Path, mut superseded: SupersededRecords) -> Result<(), JournalError> {
    let mut again = NewFile::create(dir, AGAIN)?;
    AgainLines::open(dir)?.each(|line, what| match what {
        RerunLine::Record { key, content } if superseded.take(key, content) => Ok(()),
        RerunLine::Record { .. } | RerunLine::Line(_) => again.write(line),
    })?;
    again.close()
}

/// A record without what it says of another one, which is the last that it says, and without its
/// closing brace.
pub(super) fn before_mark(record: &[u8]) -> &[u8] {
    let mark = REPLACES.as_bytes();
    let at = record.windows(mark.len()).rposition(|part| part == mark);
    at.and_then(|at| record.get(..at)).unwrap_or(record)
}

#[cfg(test)]
mod tests;
