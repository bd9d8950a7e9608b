//! Appends what happens to `events.jsonl`.
//!
//! What it is for: an attempt that was under way when its supervisor was lost is known by its
//! start, which is written before a worker gets it. So this is written on the supervisor's own
//! thread, in one piece for all that is about to be sent. It must never decide anything.

use super::line::{self, EventLine, Milliseconds, SessionEnded};
use super::of_event::{line_of, render};
use crate::dir::{DirError, EVENTS, RunDir};
use crate::records::SyncPolicy;
use polymer_host_event::RunEvent;
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::Moment;
use std::fs::File;
use std::io::{self, Write};
use std::time::SystemTime;

/// Bytes that are gathered at the most while nothing is sent.
const GATHERED: usize = 64 << 10;

/// Writes events as they happen.
#[derive(Debug)]
pub struct EventLogWriter {
    file: File,
    sync: SyncPolicy,
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
    pub fn open(dir: &RunDir, session: u32, began: SystemTime, sync: SyncPolicy) -> Result<Self, DirError> {
        let file = dir.append(EVENTS)?;
        let mut writer = Self { file, sync, lines: Vec::new(), owed: false, error: None };
        let session = line::SessionFields { v: line::VERSION, time: began, pid: std::process::id(), session };
        render(&EventLine::Session(session), &mut writer.lines);
        writer.write();
        match writer.error.take() {
            None => Ok(writer),
            Some(source) => Err(DirError::system(SystemOperation::Write, &dir.path().join(EVENTS))(source)),
        }
    }

    /// Notes one event.
    pub fn on(&mut self, at: Moment, event: &RunEvent) {
        if let Some(line) = line_of(Milliseconds(at), event) {
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

    /// Writes that the session ended in good order: whether every line has a record now, and if
    /// not, why it stopped.
    pub fn end(&mut self, at: Moment, complete: bool, halt: &str) {
        let ended = SessionEnded { at_ms: Milliseconds(at), complete, halt: halt.into() };
        render(&EventLine::SessionEnded(ended), &mut self.lines);
        self.write();
        self.make_durable();
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
