//! Events as lines of a log: error, info and debug.
//!
//! Where the lines go is for others to say: through [`TracingLines`] to the subscriber that the
//! command sets for its process, or wherever a program that embeds the library wants them, which
//! may be nowhere. Whatever a guest or user wrote is made safe here, and no line of it can be taken
//! for one of ours: our lines begin at the margin, theirs never do.

use crate::line::MARGIN;
use crate::summary::dropped;
use polymer_host_base::ResourceShortage;
use polymer_host_base::sanitize::{indented, name, named, one_line};
use polymer_host_base::text::{counted, show_time};
use polymer_host_base::{Confinement, MissingLayer};
use polymer_host_event::{EntryDefect, GroupStopReason, ProcessDeath, ProcessRole, RunEvent};
use polymer_host_sketch::{failure_reason, top_frame};
use polymer_host_task::{
    LogLevel, LogLine, ModuleForm, ModuleId, ModuleInfo, Record, TaskError, TaskName, Verdict, WorkerId,
};
use std::fmt;
use std::time::Duration;

/// Level of detail of a line. Whoever shows a level shows those before it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogDetail {
    /// A task failed, a worker died, the run ends early; a guest's warnings and errors.
    Error,
    /// A worker started, a module is ready, a task is tried again; what a guest says that is no
    /// error.
    Info,
    /// An attempt was sent to a worker, a task ended well; what a guest says for its author.
    Debug,
}

impl LogDetail {
    /// The word for it, at the head of a line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
        }
    }
}

/// Where the lines of a log go.
pub trait LogSink {
    /// Returns whether lines of `level` are of any use: otherwise they are not even made.
    fn wants(&self, level: LogDetail) -> bool;

    /// Takes one line, without a newline at its end. It is safe to show, and further lines in it
    /// stand behind a margin of four spaces.
    fn line(&mut self, level: LogDetail, text: fmt::Arguments<'_>);
}

/// Lines that go to another place and are counted, further ones of a text too.
pub struct CountedLines<'a> {
    to: &'a mut dyn LogSink,
    lines: u64,
}

impl<'a> CountedLines<'a> {
    /// Lines that go `to` another place.
    pub fn new(to: &'a mut dyn LogSink) -> Self {
        Self { to, lines: 0 }
    }

    /// Returns how many lines there were.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.lines
    }
}

impl fmt::Debug for CountedLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedLines").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl LogSink for CountedLines<'_> {
    fn wants(&self, level: LogDetail) -> bool {
        self.to.wants(level)
    }

    fn line(&mut self, level: LogDetail, text: fmt::Arguments<'_>) {
        let text = text.to_string();
        self.lines += count_lines(&text);
        self.to.line(level, format_args!("{text}"));
    }
}

/// Returns how many lines a text has that does not end in a newline.
fn count_lines(text: &str) -> u64 {
    u64::try_from(text.split('\n').count()).unwrap_or(u64::MAX)
}

/// Lines for whoever subscribed to `tracing`.
#[derive(Debug, Clone, Copy)]
pub struct TracingLines;

impl LogSink for TracingLines {
    fn wants(&self, level: LogDetail) -> bool {
        match level {
            LogDetail::Error => tracing::enabled!(tracing::Level::ERROR),
            LogDetail::Info => tracing::enabled!(tracing::Level::INFO),
            LogDetail::Debug => tracing::enabled!(tracing::Level::DEBUG),
        }
    }

    fn line(&mut self, level: LogDetail, text: fmt::Arguments<'_>) {
        match level {
            LogDetail::Error => tracing::error!("{text}"),
            LogDetail::Info => tracing::info!("{text}"),
            LogDetail::Debug => tracing::debug!("{text}"),
        }
    }
}

/// Tells of one thing that happened, as far as `to` wants to know.
#[warn(clippy::wildcard_enum_match_arm)]
pub fn tell(event: &RunEvent, to: &mut dyn LogSink) {
    match event {
        RunEvent::WorkerStarted { worker, role, replaces } => {
            say(to, LogDetail::Info, || started(*worker, *role, *replaces));
        }
        RunEvent::Confined(jail) => confined(jail, to),
        RunEvent::MemoryBound(bound) => say(to, LogDetail::Error, || format!("warn: {bound}")),
        RunEvent::WorkerTurned { worker, role } => {
            say(to, LogDetail::Info, || {
                format!("slot {} worker turns to module {}", worker.slot + 1, role.module())
            });
        }
        RunEvent::WorkerRecycled { worker, why, role: _ } => {
            say(to, LogDetail::Info, || {
                format!("slot {} worker recycled: {}", worker.slot + 1, why.in_log())
            });
        }
        RunEvent::WorkerDied { worker, role, death, charged, returned } => {
            say(to, LogDetail::Error, || died(*worker, *role, death, charged.as_deref(), *returned));
        }
        RunEvent::Exhausted { worker, role: _, shortage, workers, is_news } => {
            let level = if *is_news { LogDetail::Error } else { LogDetail::Debug };
            say(to, level, || exhausted(*worker, shortage, *workers));
        }
        RunEvent::ModuleReady { module, info, cached, took } => {
            say(to, LogDetail::Info, || {
                let from = if *cached { ", from the cache" } else { "" };
                format!("module {module} ready in {}{from}: {}", show_time(*took), offers(info))
            });
        }
        RunEvent::CacheEntryRejected { module, why } => {
            say(to, LogDetail::Info, || rejected(*module, *why));
        }
        RunEvent::CacheTrouble { what } => {
            say(to, LogDetail::Info, || indented(&format!("cache: {what}"), MARGIN));
        }
        RunEvent::ModuleInvalid { module, error } => {
            say(to, LogDetail::Info, || {
                whole(&error.headed(&format!("module {module} cannot be used")), error)
            });
        }
        RunEvent::AttemptDispatched { worker, task, attempt, alone } => {
            let place = LogPlace::at(Some(worker.slot + 1), task, *attempt);
            let alone = if *alone { ", alone" } else { "" };
            say(to, LogDetail::Debug, || format!("{place}: dispatched{alone}"));
        }
        RunEvent::AttemptFailed { task, attempt, worker, verdict, error, log, retry } => {
            let place = LogPlace::at(*worker, task, *attempt);
            guest(&place, log, to);
            say(to, LogDetail::Info, || {
                format!("{place}: {} after {}", retry.in_log(), ended(*verdict, error))
            });
        }
        RunEvent::Engine(_) | RunEvent::ModuleNamed { .. } | RunEvent::Running(_) => {}
        RunEvent::WentOn { still } => {
            say(to, LogDetail::Info, || went_on(*still));
        }
        RunEvent::TaskDone(record) => done(record, to),
        RunEvent::Draining { why: halt, dropped: lines } => {
            say(to, LogDetail::Error, || {
                format!("draining: {}{}", indented(&halt.reason(), MARGIN), dropped(*lines))
            });
        }
        RunEvent::GroupStopped { group, why, canceled } => {
            say(to, LogDetail::Error, || group_stopped(group, *why, *canceled));
        }
        // Events to come: clippy tells one that has no arm yet.
        _ => {}
    }
}

fn went_on(still: Duration) -> String {
    format!("the run continues; it was suspended for {}, which counts for no task", show_time(still))
}

fn group_stopped(group: &str, why: GroupStopReason, canceled: u64) -> String {
    let waited = match canceled {
        0 => String::new(),
        tasks => format!("; {} canceled", counted(tasks, "task")),
    };
    format!("group {} stopped: {}{waited}", name(group), why.in_words())
}

/// Makes a line only if it is wanted.
fn say(to: &mut dyn LogSink, level: LogDetail, text: impl FnOnce() -> String) {
    if to.wants(level) {
        to.line(level, format_args!("{}", text()));
    }
}

/// Logs the jail; a missing jail or layer is reported without being asked for.
fn confined(jail: &Confinement, to: &mut dyn LogSink) {
    if !jail.is_jail() {
        say(to, LogDetail::Error, || {
            "warn: there is no jail around workers, only limits: a guest that breaks out of the engine has the rights of this program"
                .to_owned()
        });
    }
    for MissingLayer { layer, why } in &jail.missing {
        say(to, LogDetail::Error, || {
            format!("warn: the jail around workers lacks {layer}: {}", indented(why, MARGIN))
        });
    }
    say(to, LogDetail::Info, || format!("jail: {}", indented(&jail.to_string(), MARGIN)));
}

fn done(record: &Record, to: &mut dyn LogSink) {
    let place = LogPlace::of(record);
    guest(&place, &record.log.lines, to);
    if record.verdict != Verdict::Ok {
        return say(to, LogDetail::Error, || format!("{place}: {}", ended(record.verdict, &record.error)));
    }
    say(to, LogDetail::Debug, || match record.usage.wall {
        Some(wall) => format!("{place}: ok in {}", show_time(wall)),
        None => format!("{place}: ok"),
    });
}

/// The longest line on a failure that is told in short, in characters.
const SHORT_LINE: usize = 200;

/// Tells why a task failed in one line, with the top frame of its trace and without its log, and
/// `note` behind it.
pub fn tell_in_short(record: &Record, note: &str, to: &mut dyn LogSink) {
    say(to, LogDetail::Error, || format!("{}: {}{note}", LogPlace::of(record), ended_in_short(record)));
}

/// Returns why a task failed in one line, safe to show, with the top frame of its trace.
#[must_use]
pub fn ended_in_short(record: &Record) -> String {
    let error = TaskError::new(record.error.code.as_str(), failure_reason(record));
    let frame = record.error.trace.as_deref().and_then(top_frame);
    let frame = frame.map(|frame| format!(", at {frame}")).unwrap_or_default();
    short(&error.headed(record.verdict.name())) + &frame
}

/// The beginning of a text, in one line and safe to show.
#[must_use]
pub fn short(text: &str) -> String {
    let end = text.char_indices().nth(SHORT_LINE).map(|(end, _)| end);
    let cut = end.and_then(|end| text.get(..end)).map(|cut| format!("{cut}…"));
    one_line(cut.as_deref().unwrap_or(text)).into_owned()
}

/// Returns who wants to read a line that a guest logged.
#[must_use]
pub const fn detail_of(line: &LogLine) -> LogDetail {
    match line.level {
        Some(LogLevel::Debug) => LogDetail::Debug,
        Some(LogLevel::Info) | None => LogDetail::Info,
        Some(LogLevel::Warn | LogLevel::Error) => LogDetail::Error,
    }
}

/// Tells what a guest logged in one line, cut where it is long, and `note` behind it.
pub fn tell_line_in_short(place: LogPlace<'_>, line: &LogLine, note: &str, to: &mut dyn LogSink) {
    let place = LogPlace { label: None, ..place };
    say(to, detail_of(line), || format!("{place} | {}{}{note}", mark(line), short(&line.text)));
}

const fn mark(line: &LogLine) -> &'static str {
    if matches!(line.level, Some(LogLevel::Warn)) { "warn: " } else { "" }
}

/// Writes the lines that a guest logged, each at its level.
fn guest(place: &LogPlace<'_>, lines: &[LogLine], to: &mut dyn LogSink) {
    // The label stands where the attempt is told of; beside each line of its guest it would only be
    // in the way.
    let place = LogPlace { label: None, ..*place };
    for line in lines {
        say(to, detail_of(line), || format!("{place} | {}{}", mark(line), indented(&line.text, MARGIN)));
    }
}

/// Where and what: `slot 2 task 7 attempt 1`, as far as there is one.
#[derive(Debug, Clone, Copy)]
pub struct LogPlace<'a> {
    slot: Option<u32>,
    id: &'a str,
    label: Option<&'a str>,
    /// 0 if no guest was entered.
    attempt: u32,
}

impl<'a> LogPlace<'a> {
    /// That of the attempt that the record is of.
    #[must_use]
    pub fn of(record: &'a Record) -> Self {
        let (slot, label) = (record.worker, record.label.as_deref());
        Self { slot, id: &record.id, label, attempt: record.attempts }
    }

    /// That of an attempt of a task at a slot, from 1.
    #[must_use]
    pub fn at(slot: Option<u32>, task: &'a TaskName, attempt: u32) -> Self {
        Self { slot, id: &task.id, label: task.label.as_deref(), attempt }
    }
}

impl fmt::Display for LogPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(slot) = self.slot {
            write!(f, "slot {slot} ")?;
        }
        write!(f, "task {}", named(self.id, self.label))?;
        if self.attempt > 0 { write!(f, " attempt {}", self.attempt) } else { Ok(()) }
    }
}

/// Returns the end of an attempt as text, safe to show, with its trace below.
pub fn ended(verdict: Verdict, error: &TaskError) -> String {
    whole(&error.headed(verdict.name()), error)
}

fn whole(line: &str, error: &TaskError) -> String {
    match &error.trace {
        Some(trace) => indented(&format!("{line}\n{}", ends_of(trace)), MARGIN),
        None => indented(line, MARGIN),
    }
}

/// The most lines of a trace that are shown, and how many of them stand before what is left out.
/// Languages differ in which end says what happened, so both are there; the record has it whole.
const TRACE_LINES: usize = 40;
const TRACE_HEAD: usize = 16;

fn ends_of(trace: &str) -> String {
    let lines: Vec<&str> = trace.lines().collect();
    let Some(hidden) = lines.len().checked_sub(TRACE_LINES).filter(|hidden| *hidden > 0) else {
        return trace.to_owned();
    };
    let (head, rest) = lines.split_at(TRACE_HEAD);
    let tail = rest.get(hidden..).unwrap_or_default();
    format!("{}\n[{hidden} more lines in the record]\n{}", head.join("\n"), tail.join("\n"))
}

fn started(worker: WorkerId, role: ProcessRole, replaces: bool) -> String {
    let started = if replaces { "restarted" } else { "started" };
    format!("slot {} worker {started} to {} module {}", worker.slot + 1, role.name(), role.module())
}

fn rejected(module: ModuleId, why: EntryDefect) -> String {
    let what = why.in_log();
    format!("module {module}: its cache entry {what}; it is compiled again")
}

fn died(
    worker: WorkerId,
    role: ProcessRole,
    death: &ProcessDeath,
    charged: Option<&TaskName>,
    returned: usize,
) -> String {
    let (slot, death) = (worker.slot + 1, indented(&death.to_string(), MARGIN));
    if let ProcessRole::Compile(_) = role {
        return format!("slot {slot} compiling: {death}");
    }
    let charged = match charged {
        Some(task) => format!("task {} is charged", named(&task.id, task.label.as_deref())),
        None => "no task is charged".to_owned(),
    };
    let returned = match u64::try_from(returned).unwrap_or(u64::MAX) {
        0 => String::new(),
        tasks => format!(", {} back in the queue", counted(tasks, "task")),
    };
    format!("slot {slot}: {charged}{returned}: {death}")
}

fn exhausted(worker: WorkerId, shortage: &ResourceShortage, workers: u32) -> String {
    let (slot, shortage) = (worker.slot + 1, indented(&shortage.to_string(), MARGIN));
    format!(
        "warn: slot {slot} was refused what it needs: {shortage}; continuing with {}",
        counted(workers.into(), "worker")
    )
}

fn offers(info: &ModuleInfo) -> String {
    if let Some(function) = info.functions.first().filter(|function| function.called) {
        return format!("calls {}", name(&format!("{}: {}", function.name, function.signature)));
    }
    match info.form {
        ModuleForm::CommandComponent | ModuleForm::CommandModule => return "a command".to_owned(),
        ModuleForm::Component => return "a component".to_owned(),
        ModuleForm::Typed | ModuleForm::TypedModule => {}
    }
    let names: Vec<_> = info.tasks.iter().map(|task| name(&task.name)).collect();
    format!("typed, with {}", names.join(", "))
}
