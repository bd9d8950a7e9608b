//! Settling a run's folder once its session is over: records are put into the order of their lines,
//! and those that do not stand any more are left out.
//!
//! While a run goes on its records are in the order in which tasks ended, so that each is safe as
//! soon as it is there. The n-th line of `failed.jsonl` is that of the n-th record that is not ok,
//! so both files are written anew and take their places together, as [`rewrite`] does it: a kill in
//! between leaves all or nothing of it. Memory stays flat over any number of records.
//!
//! It must never know why a record does not stand, or what is done with the order.

use super::dir::{FAILED, RESULTS, RunDir};
use super::external_sort::{ByteSpan, ExternalSort, RecordPlace, SortBounds};
use super::lines::{JournalError, cannot_read, cannot_write, length, open};
use super::manifest;
use super::results::{self, SeenRecord};
use super::rewrite::{self, NewFile};
use polymer_host_task::Verdict;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes that are copied at once.
const CHUNK: usize = 256 << 10;

/// Which order records are put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordOrder {
    /// The one they stand in: that in which their tasks ended.
    Completion,
    /// That of their lines; of equal numbers of lines that in which they stand.
    Input,
}

/// Outcome of settling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettleOutcome {
    /// Records that are there now.
    pub kept: u64,
    /// Records that were left out.
    pub dropped: u64,
    /// True if files were rewritten; false if all was already as it should be.
    pub rewritten: bool,
}

/// Puts the records of `dir` into this order and leaves out those that `keep` does not want, with
/// their lines. `keep` hears of each record, without its newline, in the order in which they stand.
/// Nobody may be writing to the folder. Where `goes_on` says no, it is given up and nothing
/// changes: then there is `None`.
///
/// # Errors
/// If a file cannot be read or written, or is damaged; the folder is as it was then.
pub fn settle(
    dir: &RunDir,
    order: RecordOrder,
    keep: impl FnMut(&SeenRecord, &[u8]) -> bool,
    goes_on: impl Fn() -> bool,
) -> Result<Option<SettleOutcome>, JournalError> {
    let settled = settle_within(SortBounds::default(), dir, order, keep, goes_on);
    if !matches!(&settled, Ok(Some(_))) {
        // What was written of the new files takes room that may be short.
        rewrite::finish(dir.path())?;
    }
    settled
}

fn settle_within(
    bounds: SortBounds,
    dir: &RunDir,
    order: RecordOrder,
    keep: impl FnMut(&SeenRecord, &[u8]) -> bool,
    goes_on: impl Fn() -> bool,
) -> Result<Option<SettleOutcome>, JournalError> {
    rewrite::finish(dir.path())?;
    let scratch = dir.path();
    let mut sort = ExternalSort::new(bounds, || dir.unnamed().map_err(io::Error::other));
    let take = |place| sort.push(place).map_err(cannot_write(scratch));
    let (mut settled, is_settled) = survey(scratch, order, keep, take)?;
    if is_settled || !goes_on() {
        return Ok(is_settled.then_some(settled));
    }
    let places = sort.sorted().map_err(cannot_read(scratch))?;
    let places = places.map(|place| place.map_err(cannot_read(scratch)));
    if !write_new(scratch, places, goes_on)? {
        return Ok(None);
    }
    rewrite::announce(scratch)?;
    rewrite::finish(scratch)?;
    settled.rewritten = true;
    Ok(Some(settled))
}

/// Looks at all records and hands on where those stand that are kept. Says how many, and whether
/// they stand as they are to.
fn survey(
    dir: &Path,
    order: RecordOrder,
    mut keep: impl FnMut(&SeenRecord, &[u8]) -> bool,
    mut take: impl FnMut(RecordPlace) -> Result<(), JournalError>,
) -> Result<(SettleOutcome, bool), JournalError> {
    let path = dir.join(RESULTS);
    let mut settled = SettleOutcome::default();
    let mut lines = LineSpans::open(dir)?;
    let (mut at, mut last, mut is_sorted) = (0, 0, true);
    results::each(open(&path)?, &path, |seen, record| {
        let bytes = length(record.len()).saturating_add(1);
        let span = ByteSpan { at, bytes };
        at += bytes;
        let line = if seen.verdict == Verdict::Ok { ByteSpan::default() } else { lines.next()? };
        if !keep(&seen, record) {
            settled.dropped += 1;
            return Ok(());
        }
        settled.kept += 1;
        let rank = match order {
            RecordOrder::Completion => 0,
            RecordOrder::Input => seen.seq,
        };
        is_sorted &= rank >= last;
        last = rank;
        take(RecordPlace { rank, record: span, line })
    })?;
    Ok((settled, is_sorted && settled.dropped == 0))
}

/// Writes the new files; says whether that went on to the end.
fn write_new(
    dir: &Path,
    places: impl Iterator<Item = Result<RecordPlace, JournalError>>,
    goes_on: impl Fn() -> bool,
) -> Result<bool, JournalError> {
    let (mut results, mut failed) = (NewFile::create(dir, RESULTS)?, NewFile::create(dir, FAILED)?);
    let (mut records, mut lines) = (SettleSource::new(dir, RESULTS), SettleSource::new(dir, FAILED));
    for place in places {
        if !goes_on() {
            return Ok(false);
        }
        let RecordPlace { record, line, .. } = place?;
        records.copy(record, &mut results)?;
        lines.copy(line, &mut failed)?;
    }
    results.close()?;
    failed.close()?;
    Ok(true)
}

/// A file of which parts are copied, in whatever order.
struct SettleSource {
    path: PathBuf,
    /// Opened once something of it is wanted: without failures there may be no file of their lines.
    file: Option<File>,
    buffer: Vec<u8>,
}

impl SettleSource {
    fn new(dir: &Path, name: &str) -> Self {
        Self { path: dir.join(name), file: None, buffer: Vec::new() }
    }

    fn copy(&mut self, span: ByteSpan, to: &mut NewFile) -> Result<(), JournalError> {
        let (mut at, end) = (span.at, span.at.saturating_add(span.bytes));
        while at < end {
            let file = match self.file.take() {
                Some(file) => file,
                None => File::open(&self.path).map_err(cannot_read(&self.path))?,
            };
            let most = usize::try_from(end - at).unwrap_or(CHUNK).min(CHUNK);
            self.buffer.resize(most, 0);
            file.read_exact_at(&mut self.buffer, at).map_err(cannot_read(&self.path))?;
            to.write(&self.buffer)?;
            self.file = Some(file);
            at += length(most);
        }
        Ok(())
    }
}

/// Where the lines of `failed.jsonl` stand, one after the other. Holds none in memory: a line may
/// be of any length.
struct LineSpans {
    path: PathBuf,
    reader: BufReader<Box<dyn Read + Send>>,
    line_end: u8,
    read: u64,
    end: u64,
}

impl LineSpans {
    fn open(dir: &Path) -> Result<Self, JournalError> {
        let path = dir.join(FAILED);
        let line_end = manifest::line_end(dir);
        Ok(Self { reader: open(&path)?, line_end, path, read: 0, end: 0 })
    }

    fn next(&mut self) -> Result<ByteSpan, JournalError> {
        let at = self.end;
        loop {
            let held = self.reader.fill_buf().map_err(cannot_read(&self.path))?;
            if held.is_empty() {
                let path = self.path.clone();
                return Err(JournalError::LinesMissing { path, has: self.read, needs: self.read + 1 });
            }
            let newline = held.iter().position(|byte| *byte == self.line_end);
            let taken = newline.map_or(held.len(), |newline| newline + 1);
            let is_whole = newline.is_some();
            self.reader.consume(taken);
            self.end += length(taken);
            if is_whole {
                self.read += 1;
                return Ok(ByteSpan { at, bytes: self.end - at });
            }
        }
    }
}

#[cfg(test)]
mod tests;
