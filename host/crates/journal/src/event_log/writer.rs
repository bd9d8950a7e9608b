//! `events.jsonl`: all that happened in a run, one event a line, in the order in which it happened.
//!
//! What it is for: an attempt that was under way when its supervisor was lost is known by its start, which is written before a worker
//! gets it. So this is written on the supervisor's own thread, in one piece for all that is about to be sent. It must never decide
//! anything.

use crate::dir::{DirError, EVENTS, RunDir};
use crate::records::Sync;
use polymer_host_base::quantity;
use polymer_host_base::text::show_time;
use polymer_host_event::{Again, EntryFault, Recycled, RunEvent};
use polymer_host_sys::system_error::Operation;
use polymer_host_task::{Fault, Key, Moment, TaskName};
use serde::{Serialize, Serializer};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::time::SystemTime;

/// The version of the lines. Events and fields are added without raising it.
const VERSION: u32 = 1;
/// Bytes that are gathered at the most while nothing is sent.
const GATHERED: usize = 64 << 10;

/// Writes events as they happen.
#[derive(Debug)]
pub struct EventLogWriter {
    file: File,
    sync: Sync,
    /// Rendered and not written.
    lines: Vec<u8>,
    /// Something was noted since the last sync that is to last before anything is sent: the start of an attempt, or whatever it is.
    owed: bool,
    error: Option<io::Error>,
}

impl EventLogWriter {
    /// Appends to the events of `dir`, as those of the session of this number, from 1, which begins now.
    ///
    /// # Errors
    /// If they cannot be opened or written.
    pub fn open(dir: &RunDir, session: u32, began: SystemTime, sync: Sync) -> Result<Self, DirError> {
        let file = dir.append(EVENTS)?;
        let mut writer = Self { file, sync, lines: Vec::new(), owed: false, error: None };
        let time = humantime::format_rfc3339_micros(began).to_string();
        writer.add(&Line::Session { v: VERSION, time, pid: std::process::id(), session });
        writer.write();
        match writer.error.take() {
            None => Ok(writer),
            Some(source) => Err(DirError::system(Operation::Write, &dir.path().join(EVENTS))(source)),
        }
    }

    /// Notes one event.
    pub fn on(&mut self, at: Moment, event: &RunEvent) {
        if let Some(line) = line(At(at), event) {
            self.owed |= self.sync == Sync::Every || matches!(line, Line::AttemptStarted { .. });
            self.add(&line);
        }
        if self.lines.len() >= GATHERED {
            self.write();
        }
    }

    /// Writes what was noted: a worker is about to get what was told of. What ended is written too, so that it never counts as interrupted,
    /// and whoever looks sees it; that alone need not survive the machine.
    pub fn before_sending(&mut self) {
        self.write();
        if std::mem::take(&mut self.owed) {
            self.make_durable();
        }
    }

    /// Writes that the session ended in good order: whether every line has a record now, and if not, why it stopped.
    pub fn end(&mut self, at: Moment, complete: bool, halt: &str) {
        self.add(&Line::SessionEnded { at_ms: At(at), complete, halt });
        self.write();
        self.make_durable();
    }

    /// What went wrong when something was written, if that was so. Nothing was written from then on.
    #[must_use]
    pub const fn error(&self) -> Option<&io::Error> {
        self.error.as_ref()
    }

    /// The same, taken.
    pub const fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    fn add(&mut self, line: &Line<'_>) {
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
        if self.sync != Sync::None && self.error.is_none() {
            self.error = self.file.sync_data().err();
        }
    }
}

/// Milliseconds since the session began, with three decimals.
#[derive(Debug, Clone, Copy)]
struct At(Moment);

impl Serialize for At {
    #[expect(clippy::cast_precision_loss, reason = "microseconds are exact in 53 bits for 285 years")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_micros() as f64 / 1000.0)
    }
}

/// Something whose text is a JSON string.
#[derive(Debug)]
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// One line. The fields of the first few are read again: `journal/events.rs` relies on their order.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Session {
        v: u32,
        time: String,
        pid: u32,
        session: u32,
    },
    Module {
        at_ms: At,
        name: &'a str,
        sha256: String,
    },
    AttemptStarted {
        at_ms: At,
        seq: u64,
        key: Shown<Known>,
        id: &'a str,
        attempt: u32,
        slot: u32,
        alone: bool,
    },
    AttemptFailed {
        at_ms: At,
        seq: u64,
        key: Shown<Known>,
        id: &'a str,
        attempt: u32,
        verdict: &'static str,
        error: Error<'a>,
        slot: Option<u32>,
        again: String,
    },
    TaskDone {
        at_ms: At,
        seq: u64,
        key: Shown<Known>,
        id: &'a str,
        verdict: &'static str,
        attempts: u32,
    },
    SessionEnded {
        at_ms: At,
        complete: bool,
        halt: &'a str,
    },
    Engine {
        at_ms: At,
        engine: &'a str,
    },
    Jail {
        at_ms: At,
        active: Vec<String>,
        missing: Vec<String>,
    },
    MemoryBound {
        at_ms: At,
        limit: u64,
        workers: u32,
        each: u64,
    },
    WorkerStarted {
        at_ms: At,
        slot: u32,
        process: u32,
        role: &'static str,
        module: u32,
        restart: bool,
    },
    WorkerTurned {
        at_ms: At,
        slot: u32,
        process: u32,
        role: &'static str,
        module: u32,
    },
    WorkerRecycled {
        at_ms: At,
        slot: u32,
        process: u32,
        why: String,
    },
    WorkerDied {
        at_ms: At,
        slot: u32,
        process: u32,
        error: Error<'a>,
        charged: Option<&'a str>,
        returned: usize,
    },
    Exhausted {
        at_ms: At,
        slot: u32,
        process: u32,
        resource: &'static str,
        refusal: &'a str,
        limit: &'a str,
        workers: u32,
    },
    ModuleReady {
        at_ms: At,
        module: u32,
        cached: bool,
        took_ms: At,
    },
    ModuleInvalid {
        at_ms: At,
        module: u32,
        error: Error<'a>,
    },
    CacheEntryRejected {
        at_ms: At,
        module: u32,
        why: &'static str,
    },
    CacheTrouble {
        at_ms: At,
        what: &'a str,
    },
    WentOn {
        at_ms: At,
        still_ms: At,
    },
    Draining {
        at_ms: At,
        why: String,
        dropped: u64,
    },
}

#[derive(Serialize)]
struct Error<'a> {
    message: std::borrow::Cow<'a, str>,
    code: std::borrow::Cow<'a, str>,
}

impl<'a> From<&'a Fault> for Error<'a> {
    fn from(fault: &'a Fault) -> Self {
        Self { message: fault.message.as_str().into(), code: fault.code.as_str().into() }
    }
}

/// A key, or nothing for a task that has none.
#[derive(Debug)]
struct Known(Option<Key>);

impl Known {
    const fn of(task: &TaskName) -> Shown<Self> {
        Shown(Self(task.key))
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |key| key.fmt(f))
    }
}

fn line(at_ms: At, event: &RunEvent) -> Option<Line<'_>> {
    Some(match event {
        RunEvent::ModuleNamed { module: _, name, digest } => {
            Line::Module { at_ms, name, sha256: digest.to_string() }
        }
        RunEvent::AttemptDispatched { worker, task, attempt, alone } => Line::AttemptStarted {
            at_ms,
            seq: task.seq,
            key: Known::of(task),
            id: &task.id,
            attempt: *attempt,
            slot: worker.slot + 1,
            alone: *alone,
        },
        RunEvent::AttemptFailed { task, attempt, worker, verdict, fault, log: _, again } => {
            Line::AttemptFailed {
                at_ms,
                seq: task.seq,
                key: Known::of(task),
                id: &task.id,
                attempt: *attempt,
                verdict: verdict.name(),
                error: fault.as_ref().into(),
                slot: *worker,
                again: why_again(*again),
            }
        }
        RunEvent::TaskDone(record) => Line::TaskDone {
            at_ms,
            seq: record.seq,
            key: Shown(Known(record.key)),
            id: &record.id,
            verdict: record.verdict.name(),
            attempts: record.attempts,
        },
        other => return of_the_run(at_ms, other),
    })
}

/// Lines for events that are not about one task. Nothing for those that only show how things stand.
fn of_the_run(at_ms: At, event: &RunEvent) -> Option<Line<'_>> {
    Some(match event {
        RunEvent::Engine(engine) => Line::Engine { at_ms, engine },
        RunEvent::Confined(jail) => Line::Jail {
            at_ms,
            active: jail.active.iter().map(|active| active.layer.to_string()).collect(),
            missing: jail.missing.iter().map(|missing| missing.layer.to_string()).collect(),
        },
        RunEvent::MemoryBound(bound) => {
            Line::MemoryBound { at_ms, limit: bound.limit, workers: bound.workers, each: bound.each }
        }
        RunEvent::WorkerStarted { worker, role, replaces } => Line::WorkerStarted {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            role: role.name(),
            module: role.module().0,
            restart: *replaces,
        },
        RunEvent::WorkerTurned { worker, role } => Line::WorkerTurned {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            role: role.name(),
            module: role.module().0,
        },
        RunEvent::WorkerRecycled { worker, role: _, why } => Line::WorkerRecycled {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            why: enough(*why),
        },
        RunEvent::WorkerDied { worker, role: _, death, charged, returned } => Line::WorkerDied {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            error: Error { message: death.to_string().into(), code: death.code().into() },
            charged: charged.as_ref().map(|task| task.id.as_str()),
            returned: *returned,
        },
        RunEvent::Exhausted { worker, role: _, shortage, workers, is_news: _ } => Line::Exhausted {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            resource: shortage.resource.name(),
            refusal: &shortage.refusal,
            limit: shortage.bound.as_ref().map(|bound| bound.limit.as_str()).unwrap_or_default(),
            workers: *workers,
        },
        RunEvent::ModuleReady { module, info: _, cached, took } => {
            Line::ModuleReady { at_ms, module: module.0, cached: *cached, took_ms: At(*took) }
        }
        RunEvent::ModuleInvalid { module, fault } => {
            Line::ModuleInvalid { at_ms, module: module.0, error: fault.into() }
        }
        RunEvent::CacheEntryRejected { module, why } => {
            let why = match why {
                EntryFault::Damaged => "damaged",
                EntryFault::Stale => "stale",
            };
            Line::CacheEntryRejected { at_ms, module: module.0, why }
        }
        RunEvent::CacheTrouble { what } => Line::CacheTrouble { at_ms, what },
        RunEvent::WentOn { still } => Line::WentOn { at_ms, still_ms: At(*still) },
        RunEvent::Draining { why, dropped } => Line::Draining { at_ms, why: why.reason(), dropped: *dropped },
        RunEvent::Running(_)
        | RunEvent::ModuleNamed { .. }
        | RunEvent::AttemptDispatched { .. }
        | RunEvent::AttemptFailed { .. }
        | RunEvent::TaskDone(_) => return None,
    })
}

/// Why and when a task is tried again, in a word.
fn why_again(again: Again) -> String {
    match again {
        Again::Retry { after } => format!("retry after {}", show_time(after)),
        Again::Alone => "alone".to_owned(),
        Again::Confirm => "alone, for it may have been the machine".to_owned(),
        Again::Escalate { to } => format!("with a {} of {to}", to.limit().name()),
    }
}

fn enough(why: Recycled) -> String {
    match why {
        Recycled::Attempts(attempts) => format!("made {attempts} attempts"),
        Recycled::Memory(bytes) => format!("has {} of memory", quantity::show_size(bytes)),
        Recycled::Busy(time) => format!("was at work for {}", show_time(time)),
    }
}

#[cfg(test)]
mod tests;
