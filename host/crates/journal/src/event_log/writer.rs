//! Appends what happens to `events.jsonl`.
//!
//! What it is for: an attempt that was under way when its supervisor was lost is known by its
//! start, which is written before a worker gets it. So this is written on the supervisor's own
//! thread, in one piece for all that is about to be sent. It must never decide anything.

use super::line::{
    self, AttemptFailed, AttemptStarted, CacheEntryRejected, CacheTrouble, DrainingFields, EngineFields,
    ErrorText, EventLine, ExhaustedFields, JailFields, MemoryFields, Milliseconds, ModuleFields,
    ModuleInvalid, ModuleReady, SessionEnded, TaskDone, WentOn, WorkerDied, WorkerRecycled, WorkerStarted,
    WorkerTurned,
};
use crate::dir::{DirError, EVENTS, RunDir};
use crate::records::SyncPolicy;
use polymer_host_event::RunEvent;
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::{Moment, TaskError};
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
        writer.add(&EventLine::Session(session));
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
            self.add(&line);
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
        self.add(&EventLine::SessionEnded(SessionEnded {
            at_ms: Milliseconds(at),
            complete,
            halt: halt.into(),
        }));
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

    fn add(&mut self, line: &EventLine<'_>) {
        // Memory takes every write.
        if serde_json::to_writer(&mut self.lines, line).is_ok() {
            self.lines.push(b'\n');
        }
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

/// The line that tells this event; nothing for those that only show how things stand.
fn line_of(at_ms: Milliseconds, event: &RunEvent) -> Option<EventLine<'_>> {
    Some(match event {
        RunEvent::ModuleNamed { module: _, name, digest } => {
            EventLine::Module(ModuleFields { at_ms, name: name.into(), sha256: *digest })
        }
        RunEvent::AttemptDispatched { worker, task, attempt, alone } => {
            EventLine::AttemptStarted(AttemptStarted {
                at_ms,
                seq: task.seq,
                key: task.key,
                id: task.id.as_str().into(),
                attempt: *attempt,
                slot: worker.slot + 1,
                alone: *alone,
            })
        }
        RunEvent::AttemptFailed { task, attempt, worker, verdict, error, log: _, retry } => {
            EventLine::AttemptFailed(AttemptFailed {
                at_ms,
                seq: task.seq,
                key: task.key,
                id: task.id.as_str().into(),
                attempt: *attempt,
                verdict: verdict.name().into(),
                error: error_text(error),
                slot: *worker,
                again: retry.in_file().into(),
            })
        }
        RunEvent::TaskDone(record) => EventLine::TaskDone(TaskDone {
            at_ms,
            seq: record.seq,
            key: record.key,
            id: record.id.as_str().into(),
            verdict: record.verdict.name().into(),
            attempts: record.attempts,
        }),
        other => return of_a_worker(at_ms, other),
    })
}

/// Lines for events about one worker process.
fn of_a_worker(at_ms: Milliseconds, event: &RunEvent) -> Option<EventLine<'_>> {
    Some(match event {
        RunEvent::WorkerStarted { worker, role, replaces } => EventLine::WorkerStarted(WorkerStarted {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            role: role.name().into(),
            module: role.module().0,
            restart: *replaces,
        }),
        RunEvent::WorkerTurned { worker, role } => EventLine::WorkerTurned(WorkerTurned {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            role: role.name().into(),
            module: role.module().0,
        }),
        RunEvent::WorkerRecycled { worker, role: _, why } => EventLine::WorkerRecycled(WorkerRecycled {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            why: why.in_file().into(),
        }),
        RunEvent::WorkerDied { worker, role: _, death, charged, returned } => {
            EventLine::WorkerDied(WorkerDied {
                at_ms,
                slot: worker.slot + 1,
                process: worker.generation,
                error: ErrorText { message: death.to_string().into(), code: death.code().into() },
                charged: charged.as_ref().map(|task| task.id.as_str().into()),
                returned: *returned,
            })
        }
        RunEvent::Exhausted { worker, role: _, shortage, workers, is_news: _ } => {
            EventLine::Exhausted(ExhaustedFields {
                at_ms,
                slot: worker.slot + 1,
                process: worker.generation,
                resource: shortage.resource.name().into(),
                refusal: shortage.refusal.as_str().into(),
                limit: shortage.bound.as_ref().map(|bound| bound.limit.as_str()).unwrap_or_default().into(),
                workers: *workers,
            })
        }
        other => return of_the_run(at_ms, other),
    })
}

/// Lines for events that are about no one task or worker. Nothing for those that only show how
/// things stand.
#[warn(clippy::wildcard_enum_match_arm)]
fn of_the_run(at_ms: Milliseconds, event: &RunEvent) -> Option<EventLine<'_>> {
    Some(match event {
        RunEvent::Engine(engine) => EventLine::Engine(EngineFields { at_ms, engine: engine.into() }),
        RunEvent::Confined(jail) => EventLine::Jail(JailFields {
            at_ms,
            active: jail.active.iter().map(|active| active.layer.to_string().into()).collect(),
            missing: jail.missing.iter().map(|missing| missing.layer.to_string().into()).collect(),
        }),
        RunEvent::MemoryBound(bound) => EventLine::MemoryBound(MemoryFields {
            at_ms,
            limit: bound.limit,
            workers: bound.workers,
            each: bound.each,
        }),
        RunEvent::ModuleReady { module, info: _, cached, took } => EventLine::ModuleReady(ModuleReady {
            at_ms,
            module: module.0,
            cached: *cached,
            took_ms: Milliseconds(*took),
        }),
        RunEvent::ModuleInvalid { module, error } => {
            EventLine::ModuleInvalid(ModuleInvalid { at_ms, module: module.0, error: error_text(error) })
        }
        RunEvent::CacheEntryRejected { module, why } => EventLine::CacheEntryRejected(CacheEntryRejected {
            at_ms,
            module: module.0,
            why: why.in_file().into(),
        }),
        RunEvent::CacheTrouble { what } => EventLine::CacheTrouble(CacheTrouble { at_ms, what: what.into() }),
        RunEvent::WentOn { still } => EventLine::WentOn(WentOn { at_ms, still_ms: Milliseconds(*still) }),
        RunEvent::Draining { why, dropped } => {
            EventLine::Draining(DrainingFields { at_ms, why: why.reason().into(), dropped: *dropped })
        }
        RunEvent::Running(_)
        | RunEvent::ModuleNamed { .. }
        | RunEvent::AttemptDispatched { .. }
        | RunEvent::WorkerStarted { .. }
        | RunEvent::WorkerTurned { .. }
        | RunEvent::WorkerRecycled { .. }
        | RunEvent::WorkerDied { .. }
        | RunEvent::Exhausted { .. }
        | RunEvent::AttemptFailed { .. }
        | RunEvent::TaskDone(_) => return None,
        // Events to come: clippy tells one that has no arm yet.
        _ => return None,
    })
}

fn error_text(error: &TaskError) -> ErrorText<'_> {
    ErrorText { message: error.message.as_str().into(), code: error.code.as_str().into() }
}

#[cfg(test)]
mod tests;
