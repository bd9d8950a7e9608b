//! Records as a run's folder keeps them: each in `results.jsonl`, and the line of each that did not
//! end ok in `failed.jsonl`.
//!
//! What keeps the two together: the n-th line of `failed.jsonl` is the line of the n-th record in
//! `results.jsonl` that did not end ok. A batch of lines is written before its batch of records, so
//! after a crash there may be lines too many, never too few. A batch that cannot be written whole
//! is cut off again.

use super::dir::{DirError, FAILED, RESULTS, RunDir};
use super::manifest;
use crate::output::results::{RecordNote, RecordStore};
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::{KeptLine, Verdict};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};

/// When what was written is made to outlive the machine's own end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SyncPolicy {
    /// With each batch: those records that came while the batch before was written.
    #[default]
    Batch,
    /// With each record.
    Every,
    /// When the system finds time. What was written outlives the end of this program in any case.
    None,
}

impl SyncPolicy {
    /// The one of a name: `batch`, `every` or `none`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "batch" => Some(Self::Batch),
            "every" => Some(Self::Every),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// Number of written records for each verdict.
pub type WrittenCounts = Arc<Mutex<BTreeMap<Verdict, u64>>>;

/// Bytes that are written at once.
const CHUNK: usize = 64 << 10;
/// The most memory the lines keep after a large one.
const KEEP: usize = 1 << 20;

/// Takes the records of a run into its folder.
#[derive(Debug)]
pub struct RunDirRecords {
    results: WholeFile,
    failed: WholeFile,
    /// Where lines stand that are too long to be held.
    spool: File,
    /// Lines for `failed.jsonl`.
    lines: Vec<u8>,
    /// Byte that ends each of them.
    line_end: u8,
    noted: BTreeMap<Verdict, u64>,
    written: WrittenCounts,
    sync: SyncPolicy,
}

/// A file and how much of it is whole.
#[derive(Debug)]
struct WholeFile {
    file: File,
    whole: u64,
}

impl WholeFile {
    fn open(dir: &RunDir, name: &str) -> Result<Self, DirError> {
        let file = dir.append(name)?;
        let length = file.metadata().map(|metadata| metadata.len());
        let whole = length.map_err(DirError::system(SystemOperation::Read, &dir.path().join(name)))?;
        Ok(Self { file, whole })
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Says that everything in it is whole.
    fn settle(&mut self) -> io::Result<()> {
        self.whole = self.file.metadata()?.len();
        Ok(())
    }

    fn cut_back(&self) {
        // Whoever opens the folder next would do it, so it does not matter if this fails.
        drop(self.file.set_len(self.whole));
    }
}

impl RunDirRecords {
    /// Appends to the files of `dir`. Lines that are too long to be held are read from `spool`. How
    /// much was written stands in `written`.
    ///
    /// # Errors
    /// If the files cannot be opened.
    pub fn open(
        dir: &RunDir,
        spool: File,
        sync: SyncPolicy,
        written: WrittenCounts,
    ) -> Result<Self, DirError> {
        Ok(Self {
            results: WholeFile::open(dir, RESULTS)?,
            failed: WholeFile::open(dir, FAILED)?,
            spool,
            lines: Vec::new(),
            line_end: manifest::line_end(dir.path()),
            noted: BTreeMap::new(),
            written,
            sync,
        })
    }

    fn keep_line(&mut self, line: &KeptLine) -> io::Result<()> {
        match line {
            KeptLine::Held(bytes) => {
                self.lines.extend_from_slice(bytes);
                end_line(&mut self.lines, self.line_end);
            }
            KeptLine::Spooled { at, length } => {
                self.write_lines()?;
                let (mut at, end) = (*at, at.saturating_add(*length));
                while at < end {
                    let most = usize::try_from(end - at).unwrap_or(CHUNK).min(CHUNK);
                    self.lines.resize(most, 0);
                    self.spool.read_exact_at(&mut self.lines, at)?;
                    at += u64::try_from(most).unwrap_or(u64::MAX);
                    if at >= end {
                        end_line(&mut self.lines, self.line_end);
                    }
                    self.write_lines()?;
                }
            }
        }
        Ok(())
    }

    fn write_lines(&mut self) -> io::Result<()> {
        let written = self.failed.file.write_all(&self.lines);
        self.lines.clear();
        self.lines.shrink_to(KEEP);
        written
    }

    fn write_both(&mut self, batch: &[u8]) -> io::Result<()> {
        let syncs = self.sync != SyncPolicy::None;
        self.write_lines()?;
        if self.failed.file.metadata()?.len() != self.failed.whole && syncs {
            // Before the records: else these might outlive the machine's end alone.
            self.failed.sync()?;
        }
        self.results.file.write_all(batch)?;
        if syncs {
            self.results.sync()?;
        }
        self.failed.settle()?;
        self.results.settle()
    }
}

impl RecordStore for RunDirRecords {
    fn wants_notes(&self) -> bool {
        true
    }

    fn note(&mut self, note: &RecordNote) -> io::Result<()> {
        *self.noted.entry(note.verdict).or_default() += 1;
        if note.verdict == Verdict::Ok {
            return Ok(());
        }
        let line = note.line.as_deref().ok_or_else(|| io::Error::other("the line of a task was not kept"))?;
        self.keep_line(line)
    }

    fn write(&mut self, batch: &[u8], _records: u64) -> (u64, io::Result<()>) {
        let written = self.write_both(batch);
        let noted = std::mem::take(&mut self.noted);
        if written.is_err() {
            self.results.cut_back();
            self.failed.cut_back();
            return (0, written);
        }
        let mut sums = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        for (verdict, count) in &noted {
            *sums.entry(*verdict).or_default() += count;
        }
        (noted.values().sum(), written)
    }

    fn batch(&self) -> usize {
        if self.sync == SyncPolicy::Every { 0 } else { CHUNK }
    }
}

fn end_line(lines: &mut Vec<u8>, line_end: u8) {
    if lines.last() != Some(&line_end) {
        lines.push(line_end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(verdict: Verdict, line: KeptLine) -> RecordNote {
        RecordNote { verdict, line: Some(Box::new(line)) }
    }

    fn held(text: &str) -> KeptLine {
        KeptLine::Held(text.as_bytes().into())
    }

    struct Fixture {
        folder: tempfile::TempDir,
        dir: RunDir,
        written: WrittenCounts,
    }

    impl Fixture {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let dir = RunDir::create(&folder.path().join("run")).unwrap();
            Self { folder, dir, written: WrittenCounts::default() }
        }

        fn records(&self, spool: File, sync: SyncPolicy) -> RunDirRecords {
            RunDirRecords::open(&self.dir, spool, sync, Arc::clone(&self.written)).unwrap()
        }

        fn read(&self, name: &str) -> String {
            std::fs::read_to_string(self.folder.path().join("run").join(name)).unwrap()
        }
    }

    #[test]
    fn what_did_not_end_ok_leaves_its_line_as_it_stood() {
        for sync in [SyncPolicy::Batch, SyncPolicy::Every, SyncPolicy::None] {
            let fixture = Fixture::new();
            let mut records = fixture.records(tempfile::tempfile().unwrap(), sync);
            records.note(&record(Verdict::Ok, held("ok\n"))).unwrap();
            records.note(&record(Verdict::Trap, held(" a \r\n"))).unwrap();
            records.note(&record(Verdict::BadInput, held("\u{fffd}\0 no newline"))).unwrap();
            assert_eq!((fixture.read(RESULTS), fixture.read(FAILED)), (String::new(), String::new()));
            records.write(b"1\n2\n3\n", 3).1.unwrap();
            assert_eq!(fixture.read(RESULTS), "1\n2\n3\n");
            assert_eq!(fixture.read(FAILED), " a \r\n\u{fffd}\0 no newline\n");
            let sums = fixture.written.lock().unwrap().clone();
            assert_eq!(sums, [(Verdict::Ok, 1), (Verdict::Trap, 1), (Verdict::BadInput, 1)].into());
            drop(records);
            let mut later = fixture.records(tempfile::tempfile().unwrap(), sync);
            later.write(b"4\n", 1).1.unwrap();
            assert_eq!(fixture.read(RESULTS), "1\n2\n3\n4\n");
        }
    }

    #[test]
    fn a_line_that_is_too_long_comes_from_where_it_was_put() {
        let fixture = Fixture::new();
        let mut spool = tempfile::tempfile().unwrap();
        let long = "x".repeat(3 * CHUNK);
        write!(spool, "before{long}\n{long}").unwrap();
        let mut records = fixture.records(spool, SyncPolicy::None);
        let length = u64::try_from(long.len()).unwrap();
        records.note(&record(Verdict::Trap, held("a\n"))).unwrap();
        records.note(&record(Verdict::BadInput, KeptLine::Spooled { at: 6, length: length + 1 })).unwrap();
        records.note(&record(Verdict::Trap, held("b\n"))).unwrap();
        records.note(&record(Verdict::BadInput, KeptLine::Spooled { at: 7 + length, length })).unwrap();
        records.write(b"1\n2\n3\n4\n", 4).1.unwrap();
        assert!(fixture.read(FAILED) == format!("a\n{long}\nb\n{long}\n"));
    }

    #[test]
    fn a_batch_that_cannot_be_written_leaves_nothing_of_itself() {
        let fixture = Fixture::new();
        let mut records = fixture.records(tempfile::tempfile().unwrap(), SyncPolicy::None);
        records.note(&record(Verdict::Trap, held("a\n"))).unwrap();
        records.write(b"1\n", 1).1.unwrap();
        records.results.file = File::open("/dev/full").unwrap();
        records.note(&record(Verdict::Trap, held("b\n"))).unwrap();
        records.write(b"2\n", 1).1.unwrap_err();
        assert_eq!((fixture.read(RESULTS), fixture.read(FAILED)), ("1\n".to_owned(), "a\n".to_owned()));
        assert_eq!(*fixture.written.lock().unwrap(), [(Verdict::Trap, 1)].into());
    }

    #[test]
    fn a_line_that_is_missing_is_an_error_and_not_a_gap() {
        let fixture = Fixture::new();
        let mut records = fixture.records(tempfile::tempfile().unwrap(), SyncPolicy::None);
        records.note(&RecordNote { line: None, ..record(Verdict::Trap, held("")) }).unwrap_err();
        records.note(&RecordNote { line: None, ..record(Verdict::Ok, held("")) }).unwrap();
    }
}
