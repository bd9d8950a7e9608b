//! The records of a run that stand, one after another, for whoever wants to see them all: also
//! while the run goes on, or after it was lost.
//!
//! It must never write, make anybody wait, or know what becomes of the records.

use super::dir::RESULTS;
use super::lines::{JournalError, cannot_read};
use super::results::{self, IdNaming, SeenRecord};
use super::superseded::{SupersededRecords, before_mark};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

/// Bytes read at once.
const BUFFER: usize = 256 << 10;
/// The most memory that is kept after a large record.
const KEPT: usize = 1 << 20;

/// The records in a run's folder at one moment, without those that others took the place of.
#[derive(Debug)]
pub struct StandingRecords {
    path: PathBuf,
    naming: IdNaming,
    /// The file as it was opened: when a session ends, another one takes its name.
    file: Option<File>,
    superseded: SupersededRecords,
    /// Bytes that were looked at. What comes behind them later may replace what was handed on.
    end: u64,
}

impl StandingRecords {
    /// Looks at all records in `dir`, whose tasks are called so. Takes as much memory as the
    /// largest record, and some for each that does not stand.
    ///
    /// # Errors
    /// If they cannot be read, or are damaged before their end.
    pub fn scan(dir: &Path, naming: IdNaming) -> Result<Self, JournalError> {
        let path = dir.join(RESULTS);
        let file = match File::open(&path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(cannot_read(&path)(error)),
        };
        let (mut superseded, mut end) = (SupersededRecords::default(), 0);
        if let Some(file) = &file {
            let reader = BufReader::with_capacity(BUFFER, file);
            let tally = results::each_named(reader, &path, naming, |seen, _| {
                superseded.add(&seen);
                Ok(())
            })?;
            end = tally.end;
        }
        Ok(Self { path, naming, file, superseded, end })
    }

    /// Hands on each record that stands, as its line will be once the session is over, without the
    /// newline. Holds one of them in memory. The first error of `take` ends it.
    ///
    /// # Errors
    /// That of `take`, or if the records cannot be read any more.
    pub fn each<E: From<JournalError>>(
        self,
        mut take: impl FnMut(&SeenRecord, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { path, naming, file, mut superseded, end } = self;
        let Some(mut file) = file else { return Ok(()) };
        file.rewind().map_err(cannot_read(&path))?;
        let reader = BufReader::with_capacity(BUFFER, file.take(end));
        let mut unmarked = Vec::new();
        results::each_handed_on(reader, &path, naming, |seen, record| {
            if superseded.take(seen.key, seen.content) {
                return Ok(());
            }
            if seen.replaces.is_none() {
                return take(&seen, record);
            }
            unmarked.clear();
            unmarked.shrink_to(KEPT);
            unmarked.extend_from_slice(before_mark(record));
            unmarked.push(b'}');
            take(&seen, &unmarked)
        })
        .map(drop)
    }
}
