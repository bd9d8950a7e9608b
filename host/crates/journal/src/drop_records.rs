//! Drops records whose tasks nobody wants any more, with their lines and with what was to be run
//! again of them.
//!
//! It changes all files at once or none of them, as [`rewrite`](super::rewrite) does. It must never
//! know why a task is not wanted.

use super::dir::{AGAIN, FAILED, RESULTS};
use super::lines::{JournalError, open};
use super::rerun_lines::{AgainLines, RerunLine};
use super::results::{self, IdNaming};
use super::rewrite::{FailedLines, NewFile, announce, finish};
use polymer_host_task::{TaskKey, Verdict};
use std::path::Path;

/// Bytes of a line that are held.
const HELD: usize = 256 << 10;

/// Task of which a record is kept or dropped.
#[derive(Debug, Clone, Copy)]
pub struct RecordedTask<'a> {
    /// Its key, which is [that of its id](TaskKey::of_id) if it was given one.
    pub key: TaskKey,
    /// Its id; unknown of a line that is to be run again, whose record was taken back.
    pub id: Option<&'a str>,
    /// The verdict of its record; unknown as its id is.
    pub verdict: Option<Verdict>,
}

/// Number of what was dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DroppedRecords {
    /// Records.
    pub records: u64,
    /// Lines that were to be run again.
    pub lines: u64,
}

/// Drops what is `unwanted` in the folder of a run that nobody is writing to, and whose files end
/// with whole lines: records, their lines among the failed ones, and what was to be run again.
/// Takes as much memory as the largest record. If it fails, or is killed, [`finish`] leaves all or
/// nothing of it.
///
/// # Errors
/// If a file cannot be read or written, or is damaged.
pub fn drop_records(
    dir: &Path,
    naming: IdNaming,
    mut unwanted: impl FnMut(RecordedTask<'_>) -> bool,
) -> Result<DroppedRecords, JournalError> {
    finish(dir)?;
    let written = write_new(dir, naming, &mut unwanted);
    if written.as_ref().is_ok_and(|dropped| *dropped != DroppedRecords::default()) {
        announce(dir)?;
    }
    // What was written of the new files takes room that may be short.
    finish(dir)?;
    written
}

/// Writes the new files.
fn write_new(
    dir: &Path,
    naming: IdNaming,
    unwanted: &mut impl FnMut(RecordedTask<'_>) -> bool,
) -> Result<DroppedRecords, JournalError> {
    let path = dir.join(RESULTS);
    let (mut results, mut failed) = (NewFile::create(dir, RESULTS)?, NewFile::create(dir, FAILED)?);
    let mut lines = FailedLines::open(dir, HELD)?;
    let mut dropped = DroppedRecords::default();
    results::each_named(open(&path)?, &path, naming, |seen, record| {
        let id = results::id_of(record);
        let is_unwanted =
            unwanted(RecordedTask { key: seen.key, id: id.as_deref(), verdict: Some(seen.verdict) });
        if seen.verdict != Verdict::Ok {
            lines.next()?;
            if is_unwanted { lines.leave_out()? } else { lines.move_to(&mut failed)? }
        }
        if is_unwanted {
            dropped.records += 1;
            return Ok(());
        }
        results.write(record)?;
        results.write(b"\n")
    })?;
    if dir.join(AGAIN).exists() {
        dropped.lines = write_again(dir, unwanted)?;
    }
    results.close()?;
    failed.close()?;
    Ok(dropped)
}

/// Writes the lines that are still to be run again; says how many are not.
fn write_again(dir: &Path, unwanted: &mut impl FnMut(RecordedTask<'_>) -> bool) -> Result<u64, JournalError> {
    let (mut again, mut dropped) = (NewFile::create(dir, AGAIN)?, 0);
    AgainLines::open(dir)?.each(|line, what| {
        let key = match &what {
            RerunLine::Record { key, .. } => *key,
            RerunLine::Line(line) => line.key,
        };
        if unwanted(RecordedTask { key, id: None, verdict: None }) {
            dropped += 1;
            return Ok(());
        }
        again.write(line)
    })?;
    again.close()?;
    Ok(dropped)
}

#[cfg(test)]
mod tests;
