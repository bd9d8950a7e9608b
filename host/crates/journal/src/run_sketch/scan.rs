//! Makes the sketch of a run from its folder: one pass over its records, with the lines of those
//! that failed, and one over its events.
//!
//! It must never write, make anybody wait, or know who shows the sketch.

use super::record_facts::{RecordParts, named};
use crate::dir::{EVENTS, RESULTS};
use crate::event_log::line::{EventLine, Milliseconds};
use crate::lines::{self, JournalError, LineFlaw};
use crate::results::{self, IdNaming, SeenRecord};
use crate::rewrite::FailedLines;
use crate::superseded::SupersededRecords;
use polymer_host_sketch::{LONGEST_TEXT, RunSketch, SketchLimits, WorkerDeath};
use polymer_host_task::Verdict;
use std::borrow::Cow;
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
    // Events first: they tell better than records when something failed.
    let begun = of_events(dir, limits)?;
    match scan_records(dir, results, None, begun.clone())? {
        ScanEnd::Whole(sketch) => Ok(*sketch),
        // Seldom: while a session goes on in which records are replaced, or after it was lost.
        ScanEnd::Replacing => {
            let superseded = superseded(dir, results, naming)?;
            match scan_records(dir, results, Some((superseded, naming)), begun)? {
                ScanEnd::Whole(sketch) => Ok(*sketch),
                ScanEnd::Replacing => Ok(RunSketch::new(limits)),
            }
        }
    }
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
    mut sketch: RunSketch,
) -> Result<ScanEnd, JournalError> {
    let path = dir.join(RESULTS);
    let (mut inputs, mut is_replacing) = (InputLines::open(dir), false);
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

/// The kinds of events that are read, as their lines begin.
const READ: [&[u8]; 4] = [
    b"{\"event\":\"session\"",
    b"{\"event\":\"worker_started\"",
    b"{\"event\":\"worker_died\"",
    b"{\"event\":\"attempt_failed\"",
];

/// A sketch of what events tell: when attempts failed, workers died, and others took their place,
/// as far as that was kept.
fn of_events(dir: &Path, limits: SketchLimits) -> Result<RunSketch, JournalError> {
    let (path, mut sketch) = (dir.join(EVENTS), RunSketch::new(limits));
    let mut reader = match File::open(&path) {
        Ok(file) => BufReader::with_capacity(BUFFER, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(sketch),
        Err(error) => return Err(lines::cannot_read(&path)(error)),
    };
    let (mut began, mut line) = (Duration::ZERO, Vec::new());
    loop {
        line.clear();
        line.shrink_to(1 << 20);
        if reader.read_until(b'\n', &mut line).map_err(lines::cannot_read(&path))? == 0 {
            return Ok(sketch);
        }
        // What is no event is torn or of a later version: it tells nothing here.
        if READ.iter().any(|kind| line.starts_with(kind))
            && let Ok(Some(event)) = EventLine::read(line.trim_ascii_end())
        {
            add_event(&mut sketch, &mut began, event);
        }
    }
}

/// Adds an event of the session that `began` so long after 1970.
#[expect(clippy::wildcard_enum_match_arm, reason = "the list of kinds that are read is above")]
fn add_event(sketch: &mut RunSketch, began: &mut Duration, event: EventLine<'_>) {
    let micros = |at: Milliseconds| u64::try_from(began.saturating_add(at.0).as_micros()).unwrap_or(u64::MAX);
    match event {
        EventLine::Session(session) => {
            *began = session.time.duration_since(UNIX_EPOCH).unwrap_or_default();
        }
        EventLine::WorkerStarted(started) if started.restart => sketch.add_restart(micros(started.at_ms)),
        EventLine::WorkerDied(died) => sketch.add_death(WorkerDeath {
            at: micros(died.at_ms),
            slot: died.slot,
            task: died.charged.map(Cow::into_owned),
            how: died.error.message.into_owned(),
        }),
        EventLine::AttemptFailed(failed) => {
            if let Ok(verdict) = named(&failed.verdict) {
                sketch.add_failed_attempt(micros(failed.at_ms), verdict);
            }
        }
        _ => {}
    }
}
