//! Makes the sketch of a run from its folder: one pass over its records, with the lines of those
//! that failed, and one over its events.
//!
//! It must never write, make anybody wait, or know who shows the sketch.

use super::record_facts::RecordParts;
use crate::dir::{EVENTS, RESULTS};
use crate::event_log::line::EventLine;
use crate::lines::{self, JournalError, LineFlaw};
use crate::results::{self, IdNaming, SeenRecord};
use crate::rewrite::FailedLines;
use crate::superseded::SupersededRecords;
use polymer_host_sketch::{LONGEST_TEXT, RunSketch, SketchLimits};
use polymer_host_task::Verdict;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// Bytes read at once.
const BUFFER: usize = 256 << 10;

/// Makes the sketch of the run in `dir`, whose records are in `results` and whose tasks are called
/// so.
pub(super) fn scan(
    dir: &Path,
    results: &mut File,
    naming: IdNaming,
    limits: SketchLimits,
) -> Result<RunSketch, JournalError> {
    let sketch = match scan_records(dir, results, None, limits)? {
        ScanEnd::Whole(sketch) => *sketch,
        // Seldom: while a session goes on in which records are replaced, or after it was lost.
        ScanEnd::Replacing => {
            let superseded = superseded(dir, results, naming)?;
            match scan_records(dir, results, Some((superseded, naming)), limits)? {
                ScanEnd::Whole(sketch) => *sketch,
                ScanEnd::Replacing => RunSketch::new(limits),
            }
        }
    };
    with_restarts(dir, sketch)
}

/// How a pass over the records ended.
enum ScanEnd {
    Whole(Box<RunSketch>),
    /// Some record takes the place of another one, so it has to be known which.
    Replacing,
}

fn superseded(dir: &Path, results: &mut File, naming: IdNaming) -> Result<SupersededRecords, JournalError> {
    let (path, mut superseded) = (dir.join(RESULTS), SupersededRecords::default());
    let reader = from_start(results, &path)?;
    results::each_named(reader, &path, naming, |seen, _| {
        superseded.add(&seen);
        Ok(())
    })?;
    Ok(superseded)
}

fn scan_records(
    dir: &Path,
    results: &mut File,
    mut superseded: Option<(SupersededRecords, IdNaming)>,
    limits: SketchLimits,
) -> Result<ScanEnd, JournalError> {
    let path = dir.join(RESULTS);
    let (mut sketch, mut inputs) = (RunSketch::new(limits), InputLines::open(dir));
    let mut is_replacing = false;
    let reader = from_start(results, &path)?;
    let read = lines::each(reader, &path, |line| {
        let record = RecordParts::read(line)?;
        let verdict = record.verdict()?;
        let input = if verdict == Verdict::Ok { None } else { inputs.next() };
        match &mut superseded {
            None if record.is_replacing() => {
                is_replacing = true;
                // Nothing more is read: this ends the pass.
                return Err(LineFlaw::Strange(String::new()));
            }
            None => {}
            Some((superseded, naming)) => {
                let SeenRecord { key, content, .. } = SeenRecord::read(line, *naming)?;
                if superseded.take(key, content) {
                    return Ok(());
                }
            }
        }
        let past = record.past()?;
        sketch.add(&record.facts(verdict, &past, input));
        Ok(())
    });
    match read {
        Err(_) if is_replacing => Ok(ScanEnd::Replacing),
        read => read.map(|_| ScanEnd::Whole(Box::new(sketch))),
    }
}

fn from_start<'a>(file: &'a mut File, path: &Path) -> Result<impl BufRead + 'a, JournalError> {
    file.rewind().map_err(lines::cannot_read(path))?;
    // What is appended meanwhile belongs to the next look.
    let length = file.metadata().map_err(lines::cannot_read(path))?.len();
    Ok(BufReader::with_capacity(BUFFER, file.take(length)))
}

/// The lines of records that are not ok, one for each. Where they cannot be read there are none: a
/// page without inputs is better than no page.
struct InputLines(Option<FailedLines>);

impl InputLines {
    fn open(dir: &Path) -> Self {
        Self(FailedLines::open(dir, LONGEST_TEXT + 8).ok())
    }

    /// The beginning of the next line, without its end.
    fn next(&mut self) -> Option<&[u8]> {
        let lines = self.0.as_mut()?;
        if lines.skip_to_next().is_err() {
            self.0 = None;
            return None;
        }
        self.0.as_ref().map(FailedLines::beginning)
    }
}

/// Adds processes that took the place of others, as far as events were kept.
fn with_restarts(dir: &Path, mut sketch: RunSketch) -> Result<RunSketch, JournalError> {
    let path = dir.join(EVENTS);
    let mut reader = match File::open(&path) {
        Ok(file) => BufReader::with_capacity(BUFFER, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(sketch),
        Err(error) => return Err(lines::cannot_read(&path)(error)),
    };
    let (mut session_began, mut line) = (None, Vec::new());
    loop {
        line.clear();
        line.shrink_to(1 << 20);
        if reader.read_until(b'\n', &mut line).map_err(lines::cannot_read(&path))? == 0 {
            return Ok(sketch);
        }
        // What is no event is torn or of a later version: neither is a restart.
        if ![&b"{\"event\":\"session\""[..], b"{\"event\":\"worker_started\""]
            .iter()
            .any(|kind| line.starts_with(kind))
        {
            continue;
        }
        match EventLine::read(line.trim_ascii_end()) {
            Ok(Some(EventLine::Session(session))) => {
                session_began = session.time.duration_since(UNIX_EPOCH).ok();
            }
            Ok(Some(EventLine::WorkerStarted(started))) if started.restart => {
                let at: Duration = session_began.unwrap_or_default().saturating_add(started.at_ms.0);
                sketch.add_restart(u64::try_from(at.as_micros()).unwrap_or(u64::MAX));
            }
            _ => {}
        }
    }
}
