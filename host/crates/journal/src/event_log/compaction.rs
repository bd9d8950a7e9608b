//! Compaction of the event log: which of its lines a later session still needs.
//!
//! Whoever scans these lines, and whatever is appended to them, finds out what a scan of all lines
//! would say. Most starts are settled soon: by an answer, a record, or the end of the session. It
//! must never decide itself what a line means, but asks the scan of the [`reader`](super::reader),
//! nor write anything.

use super::line::EventLine;
use super::reader::{EventScan, LoggedTask};
use crate::lines::{self, JournalError, LineFlaw, cannot_read, length};
use polymer_host_task::TaskKey;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes read at once.
const BUFFER: usize = 256 << 10;

/// A line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LineSpan {
    /// Bytes before it.
    at: u64,
    /// Its length, with its newline.
    length: usize,
}

/// Returns the lines of a log that are still needed, in their order.
///
/// # Errors
/// If the log cannot be read, or is not whole.
pub(super) fn needed_lines(file: &File, path: &Path) -> Result<Vec<u8>, JournalError> {
    let mut reader = file;
    reader.seek(SeekFrom::Start(0)).map_err(cannot_read(path))?;
    let spans = needed_spans(BufReader::with_capacity(BUFFER, reader), path)?;
    copy(file, &spans).map_err(cannot_read(path))
}

fn copy(file: &File, spans: &[LineSpan]) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    for span in spans {
        let start = kept.len();
        kept.resize(start + span.length, 0);
        file.read_exact_at(kept.get_mut(start..).unwrap_or_default(), span.at)?;
    }
    Ok(kept)
}

fn needed_spans(reader: impl BufRead, path: &Path) -> Result<Vec<LineSpan>, JournalError> {
    let (mut needed, mut at) = (NeededLines::default(), 0);
    let (end, torn) = lines::each(reader, path, |line| {
        let span = LineSpan { at, length: line.len() + 1 };
        at += length(span.length);
        needed.take(span, line)
    })?;
    match torn {
        None => Ok(needed.spans()),
        // Cutting it off is the business of whoever opens the folder.
        Some(_) => Err(cannot_read(path)(io::Error::other(format!("it is torn after {end} bytes")))),
    }
}

/// Lines that are needed so far.
#[derive(Default)]
struct NeededLines {
    scan: EventScan,
    /// Sessions, their ends, and the first digest of each module.
    lasting: Vec<LineSpan>,
    /// Starts of attempts that count as interrupted in a session that was lost, until their task
    /// has a record.
    interrupted: HashMap<TaskKey, Vec<LineSpan>>,
    /// The last start of each task in this session. Some may be settled.
    started: HashMap<LoggedTask, LineSpan>,
    /// The last start or end of a process in each slot.
    renewed: BTreeMap<u32, LineSpan>,
}

impl NeededLines {
    fn take(&mut self, span: LineSpan, line: &[u8]) -> Result<(), LineFlaw> {
        let Some(line) = self.scan.read(line)? else { return Ok(()) };
        let mut done = None;
        match &line {
            EventLine::Session(_) => {
                self.lasting.push(span);
                self.lose_session();
            }
            EventLine::SessionEnded(_) => {
                self.lasting.push(span);
                self.forget_session();
            }
            EventLine::Module(module) if !self.scan.knows_module(&module.name) => self.lasting.push(span),
            EventLine::AttemptStarted(attempt) => {
                self.started.insert(LoggedTask { seq: attempt.seq, key: attempt.key }, span);
            }
            EventLine::AttemptFailed(attempt) => {
                self.started.remove(&LoggedTask { seq: attempt.seq, key: attempt.key });
            }
            EventLine::TaskDone(task) => {
                self.started.remove(&LoggedTask { seq: task.seq, key: task.key });
                done = task.key;
            }
            EventLine::WorkerStarted(worker) => self.renew(worker.slot, span),
            EventLine::WorkerDied(worker) => self.renew(worker.slot, span),
            _ => {}
        }
        self.scan.apply(line);
        if let Some(key) = done
            && !self.scan.is_interrupted(&key)
        {
            self.interrupted.remove(&key);
        }
        Ok(())
    }

    fn renew(&mut self, slot: u32, span: LineSpan) {
        self.renewed.insert(slot, span);
    }

    /// A session begins, so the one before it is over. If it was lost, the starts of what was being
    /// made stay: each counts once for its task.
    fn lose_session(&mut self) {
        for task in self.scan.being_made() {
            if let (Some(key), Some(span)) = (task.key, self.started.get(&task)) {
                self.interrupted.entry(key).or_default().push(*span);
            }
        }
        self.forget_session();
    }

    fn forget_session(&mut self) {
        self.started.clear();
        self.renewed.clear();
    }

    /// Returns them in the order in which they stand.
    fn spans(self) -> Vec<LineSpan> {
        let Self { scan, lasting, interrupted, started, renewed } = self;
        let mut spans = lasting;
        spans.extend(interrupted.into_values().flatten());
        spans.extend(scan.under_way_tasks().filter_map(|task| started.get(&task)));
        // What is sent there next takes the place of all that was.
        spans.extend(scan.slots_without_process().filter_map(|slot| renewed.get(&slot)));
        spans.sort_unstable();
        spans
    }
}

#[cfg(test)]
mod tests;
