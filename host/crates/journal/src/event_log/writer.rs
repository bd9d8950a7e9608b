//! Appends what happens to `events.jsonl`.
//!
//! What it is for: an attempt that was under way when its supervisor was lost is known by its
//! start, which is written before a worker gets it. So this is written on the supervisor's own
//! thread, in one piece for all that is about to be sent. It must never decide anything.

use super::compaction::needed_lines;
use super::line::{self, EventLine, Milliseconds, SessionEnded};
use super::of_event::{line_of, lines_of_groups, render};
use super::retention::EventRetention;
use crate::dir::{DirError, EVENTS, RunDir};
use crate::lines::length;
use crate::records::SyncPolicy;
use polymer_host_event::RunEvent;
use polymer_host_report::group_sums::GroupTable;
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::Moment;
use std::fs::File;
use std::io::{self, Write};
use std::time::SystemTime;

/// Bytes that are gathered at the most while nothing is sent.
const GATHERED: usize = 64 << 10;
/// Bytes from which on a log of unsettled events is compacted, which then takes some 10 ms.
const LARGE: u64 = 4 << 20;
/// The log grows to so many times what was needed of it before it is compacted again.
const GROWTH: u64 = 4;

/// Writes events as they happen.
#[derive(Debug)]
pub struct EventLogWriter {
    file: File,
    sync: SyncPolicy,
    retention: EventRetention,
    /// Bytes of the file.
    length: u64,
    /// Bytes from which on it is compacted.
    compact_from: u64,
    /// Rendered and not written.
    lines: Vec<u8>,
    /// Something was noted since the last sync that is to last before anything is sent: the start
    /// of an attempt, or whatever it is.
    owed: bool,
    error: Option<io::Error>,
}

impl EventLogWriter {
    /// Appends to the events of `dir`, as those of the session of this number, from 1, which begins
    /// now.
    ///
    /// # Errors
    /// If they cannot be opened or written.
    pub fn open(
        dir: &RunDir,
        session: u32,
        began: SystemTime,
        (sync, retention): (SyncPolicy, EventRetention),
    ) -> Result<Self, DirError> {
        let file = dir.append(EVENTS)?;
        let path = dir.path().join(EVENTS);
        let length = file.metadata().map_err(DirError::system(SystemOperation::Read, &path))?.len();
        let compact_from = if retention == EventRetention::Unsettled { LARGE } else { u64::MAX };
        let (lines, owed, error) = (Vec::new(), false, None);
        let mut writer = Self { file, sync, retention, length, compact_from, lines, owed, error };
        // Earlier sessions may have kept everything. Here nobody waits for it yet.
        writer.compact_if_large(dir)?;
        let session = line::SessionFields { v: line::VERSION, time: began, pid: std::process::id(), session };
        render(&EventLine::Session(session), &mut writer.lines);
        writer.write();
        match writer.error.take() {
            None => Ok(writer),
            Some(source) => Err(DirError::system(SystemOperation::Write, &path)(source)),
        }
    }

    /// Notes one event.
    pub fn on(&mut self, at: Moment, event: &RunEvent) {
        let line = line_of(Milliseconds(at), event).filter(|line| self.retention.has(line));
        if let Some(line) = line {
            self.owed |= self.sync == SyncPolicy::Every || matches!(line, EventLine::AttemptStarted(_));
            render(&line, &mut self.lines);
        }
        if self.lines.len() >= GATHERED {
            self.write();
        }
    }

    /// Writes what was noted: a worker is about to get what was told of. What ended is written too,
    /// so that it never counts as interrupted, and whoever looks sees it; that alone need not
    /// survive the machine.
    pub fn before_sending(&mut self) {
        self.write();
        if std::mem::take(&mut self.owed) {
            self.make_durable();
        }
    }

    /// Notes the sums of each group. The end of the session follows.
    pub fn groups(&mut self, at: Moment, groups: &GroupTable) {
        for line in lines_of_groups(Milliseconds(at), groups) {
            if self.retention.has(&line) {
                render(&line, &mut self.lines);
            }
        }
    }

    /// Writes that the session ended in good order: whether every line has a record now, and if
    /// not, why it stopped.
    pub fn end(&mut self, at: Moment, complete: bool, halt: &str) {
        let ended = SessionEnded { at_ms: Milliseconds(at), complete, halt: halt.into() };
        render(&EventLine::SessionEnded(ended), &mut self.lines);
        self.write();
        self.make_durable();
    }

    /// Drops the lines that nobody needs any more, if only unsettled events are kept and the log is
    /// large. To be called when all that was noted is written.
    ///
    /// # Errors
    /// If the log cannot be put in its place. What is needed then still stands in the one there is.
    pub fn compact_if_large(&mut self, dir: &RunDir) -> Result<(), DirError> {
        if self.length < self.compact_from { Ok(()) } else { self.compact(dir) }
    }

    /// The same, however large it is.
    ///
    /// # Errors
    /// The same.
    pub fn compact(&mut self, dir: &RunDir) -> Result<(), DirError> {
        if self.retention != EventRetention::Unsettled || self.error.is_some() {
            return Ok(());
        }
        // Unless all goes well it is not tried again.
        self.compact_from = u64::MAX;
        // What cannot be read is left as it is: nothing that may be needed is to be lost.
        let Ok(needed) = needed_lines(&self.file, &dir.path().join(EVENTS)) else { return Ok(()) };
        if length(needed.len()) < self.length {
            dir.replace(EVENTS, &needed)?;
            self.file = dir.append(EVENTS)?;
            self.length = length(needed.len());
        }
        self.compact_from = self.length.saturating_mul(GROWTH).max(LARGE);
        Ok(())
    }

    /// Returns the write error, if there was one. Nothing was written from then on.
    #[must_use]
    pub const fn error(&self) -> Option<&io::Error> {
        self.error.as_ref()
    }

    /// The same, taken.
    pub const fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    fn write(&mut self) {
        if self.error.is_none() && !self.lines.is_empty() {
            self.error = self.file.write_all(&self.lines).err();
            self.length += length(self.lines.len());
        }
        self.lines.clear();
    }

    fn make_durable(&mut self) {
        if self.sync != SyncPolicy::None && self.error.is_none() {
            self.error = self.file.sync_data().err();
        }
    }
}

#[cfg(test)]
mod tests;
