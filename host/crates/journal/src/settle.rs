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
use super::lines::{JournalError, LineFlaw, cannot_read, cannot_write, length, open};
use super::manifest;
use super::results::{self, IdNaming, LineTally, SeenRecord};
use super::rewrite::{self, NewFile};
use polymer_host_task::Verdict;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes of a file that are read ahead at the most.
const CHUNK: usize = 256 << 10;
/// Bytes that are read ahead of all results together.
const WINDOWS: usize = 8 << 20;

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
    let read = |line: &[u8]| SeenRecord::read(line, IdNaming::Other);
    let Surveyed { outcome: mut settled, is_settled, .. } = survey((scratch, 0), order, read, keep, take)?;
    if is_settled || !goes_on() {
        return Ok(is_settled.then_some(settled));
    }
    let places = sort.sorted().map_err(cannot_read(scratch))?;
    let places = places.map(|place| place.map_err(cannot_read(scratch)));
    if !write_new(scratch, &[scratch], places, goes_on)? {
        return Ok(None);
    }
    rewrite::announce(scratch)?;
    rewrite::finish(scratch)?;
    settled.rewritten = true;
    Ok(Some(settled))
}

/// What a look at the records of a folder found.
pub(super) struct Surveyed {
    /// Nothing was rewritten.
    pub(super) outcome: SettleOutcome,
    /// The records stand as they are to.
    pub(super) is_settled: bool,
    /// What the look at their lines found.
    pub(super) tally: LineTally,
}

/// Looks at all records of a folder, which is the source of this number, as `read` has them, and
/// hands on where those stand that are kept.
pub(super) fn survey(
    (dir, source): (&Path, u64),
    order: RecordOrder,
    read: impl FnMut(&[u8]) -> Result<SeenRecord, LineFlaw>,
    mut keep: impl FnMut(&SeenRecord, &[u8]) -> bool,
    mut take: impl FnMut(RecordPlace) -> Result<(), JournalError>,
) -> Result<Surveyed, JournalError> {
    let path = dir.join(RESULTS);
    let mut settled = SettleOutcome::default();
    let mut lines = LineSpans::open(dir)?;
    let (mut at, mut last, mut is_sorted) = (0, 0, true);
    let tally = results::each_read(open(&path)?, &path, read, |seen, record| {
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
        take(RecordPlace { rank, source, record: span, line })
    })?;
    Ok(Surveyed { outcome: settled, is_settled: is_sorted && settled.dropped == 0, tally })
}

/// Writes the new files of the folder `to` of what stands at these places in `sources`; says
/// whether that went on to the end.
pub(super) fn write_new(
    to: &Path,
    sources: &[&Path],
    places: impl Iterator<Item = Result<RecordPlace, JournalError>>,
    goes_on: impl Fn() -> bool,
) -> Result<bool, JournalError> {
    let (mut results, mut failed) = (NewFile::create(to, RESULTS)?, NewFile::create(to, FAILED)?);
    let window = (WINDOWS / sources.len().max(1)).clamp(1 << 10, CHUNK);
    let source = |dir: &&Path| [RESULTS, FAILED].map(|name| SpanReader::new(dir.join(name), window));
    let mut sources: Vec<[SpanReader; 2]> = sources.iter().map(source).collect();
    for place in places {
        if !goes_on() {
            return Ok(false);
        }
        let RecordPlace { source, record, line, .. } = place?;
        let source = usize::try_from(source).ok().and_then(|source| sources.get_mut(source));
        let unknown = || cannot_read(to)(io::Error::other("a record is of no source"));
        let [records, lines] = source.ok_or_else(unknown)?;
        records.copy(record, &mut results)?;
        lines.copy(line, &mut failed)?;
    }
    results.close()?;
    failed.close()?;
    Ok(true)
}

/// Reads parts of a file, in whatever order. Where they stand one behind the other it reads ahead.
struct SpanReader {
    path: PathBuf,
    /// Bytes that are read ahead at the most.
    most: usize,
    held: Vec<u8>,
    /// Where those stand.
    at: u64,
}

impl SpanReader {
    const fn new(path: PathBuf, most: usize) -> Self {
        Self { path, most, held: Vec::new(), at: 0 }
    }

    fn copy(&mut self, span: ByteSpan, to: &mut NewFile) -> Result<(), JournalError> {
        let (mut at, end) = (span.at, span.at.saturating_add(span.bytes));
        while at < end {
            let part = match self.part(at, end) {
                Some(part) => part,
                None => {
                    self.fill(at, end)?;
                    self.part(at, end).ok_or_else(|| self.cut_short())?
                }
            };
            to.write(part)?;
            at += length(part.len());
        }
        Ok(())
    }

    /// What is held of these bytes, from the first of them on.
    fn part(&self, at: u64, end: u64) -> Option<&[u8]> {
        let from = usize::try_from(at.checked_sub(self.at)?).ok()?;
        let held = self.held.get(from..).filter(|held| !held.is_empty())?;
        let most = usize::try_from(end - at).unwrap_or(usize::MAX).min(held.len());
        held.get(..most)
    }

    /// Reads from `at` on: ahead, if that is near behind what is held.
    fn fill(&mut self, at: u64, end: u64) -> Result<(), JournalError> {
        let behind = at.checked_sub(self.at + length(self.held.len()));
        let is_next = behind.is_some_and(|gap| gap < length(self.most));
        let wanted = usize::try_from(end - at).unwrap_or(usize::MAX).min(self.most);
        self.held.resize(if is_next { self.most } else { wanted }, 0);
        self.at = at;
        // It is not kept open: there may be more sources than a process may have descriptors.
        let read = File::open(&self.path).and_then(|file| file.read_at(&mut self.held, at));
        self.held.truncate(read.map_err(cannot_read(&self.path))?);
        Ok(())
    }

    fn cut_short(&self) -> JournalError {
        cannot_read(&self.path)(io::ErrorKind::UnexpectedEof.into())
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
