//! The log as lines of JSON, for programs that read it: `--log-format json`.
//!
//! Texts of guests and users stand in it as they were given, as JSON strings in which nothing can
//! format or reorder what is seen on a terminal. `schema/log.schema.json` describes a line. It must
//! never know which lines are wanted of many that are alike.

use crate::report::on_terminal::escaped;
use polymer_host_event::RunEvent;
use polymer_host_report::log::{LogDetail, LogSink, detail_of, tell};
use polymer_host_report::screen::Screen;
use polymer_host_sketch::{failure_reason, top_frame};
use polymer_host_task::{LogLevel, LogLine, Record, TaskError, TaskName, Verdict};
use serde::Serialize;
use std::fmt;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

/// The first second of the year 10000, which the format of times does not know.
const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);
/// Beginning of each line.
const HEAD: &str = "{\"time\":\"";
/// Who says what stands in a line: the command, or a task.
const OURS: &str = "polymer";
const GUEST: &str = "guest";

/// Which attempt a line is about.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct JsonPlace<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
}

impl<'a> JsonPlace<'a> {
    /// That of the attempt that the record is of.
    pub(super) fn of(record: &'a Record) -> Self {
        Self {
            task: Some(&record.id),
            seq: Some(record.seq),
            label: record.label.as_deref(),
            slot: record.worker,
            attempt: Some(record.attempts).filter(|attempts| *attempts > 0),
        }
    }

    /// That of an attempt of a task at a slot, from 1.
    pub(super) fn at(slot: Option<u32>, task: &'a TaskName, attempt: u32) -> Self {
        let (id, label) = (task.id.as_str(), task.label.as_deref());
        Self { task: Some(id), seq: Some(task.seq), label, slot, attempt: Some(attempt) }
    }
}

/// How an attempt ended, in a line.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct JsonEnding<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
}

impl<'a> JsonEnding<'a> {
    fn of(verdict: Verdict, error: &'a TaskError) -> Self {
        let code = Some(error.code.as_str()).filter(|code| !code.is_empty());
        Self { verdict: Some(verdict.name()), code, trace: error.trace.as_deref(), diff: None }
    }
}

/// One line, but for its time.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    level: &'static str,
    source: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: JsonPlace<'a>,
    #[serde(flatten)]
    ending: JsonEnding<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

impl<'a> JsonLine<'a> {
    fn ours(level: &'static str, message: &'a str) -> Self {
        let (place, ending) = (JsonPlace::default(), JsonEnding::default());
        Self { level, source: OURS, message, place, ending, count: None }
    }

    /// The line, with its newline.
    fn render(&self, time: SystemTime) -> String {
        let time = time.clamp(SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + YEAR_10000 - MILLISECOND);
        let time = humantime::format_rfc3339_millis(time);
        // A struct of texts and numbers becomes JSON whatever is in them.
        let fields = serde_json::to_string(self).unwrap_or_default();
        let fields = fields.strip_prefix('{').unwrap_or_default();
        format!("{HEAD}{time}\",{}\n", escaped(fields))
    }
}

const MILLISECOND: Duration = Duration::from_millis(1);

/// Writes the log.
#[derive(Debug, Clone)]
pub struct JsonLog {
    /// The most detailed lines; none at all, if that is nothing.
    pub level: Option<LogDetail>,
    /// Where lines go.
    pub out: Screen,
    /// People read there too: what they want to see of tasks is told there and nowhere else.
    pub is_shown: bool,
    /// Tells the time of a line: [`SystemTime::now`], but in tests.
    pub clock: fn() -> SystemTime,
}

impl JsonLog {
    /// Returns whether lines of this level are written.
    pub(super) fn wants(&self, level: LogDetail) -> bool {
        self.level.is_some_and(|most| level <= most)
    }

    /// Tells of one thing that happened. All that a guest logged is told if `whole`, else what the
    /// level lets through. Gives the number of lines.
    pub(super) fn tell(&self, event: &RunEvent, whole: bool) -> u64 {
        match event {
            RunEvent::AttemptDispatched { worker, task, attempt, alone } => {
                let message = if *alone { "dispatched, alone" } else { "dispatched" };
                let place = JsonPlace::at(Some(worker.slot + 1), task, *attempt);
                self.write(LogDetail::Debug, &JsonLine { place, ..JsonLine::ours("debug", message) })
            }
            RunEvent::AttemptFailed { task, attempt, worker, verdict, error, log, retry } => {
                let place = JsonPlace::at(*worker, task, *attempt);
                let told = self.tell_log(place, log, whole);
                let message = format!("{} after {}", retry.in_log(), error.headed(verdict.name()));
                let ending = JsonEnding::of(*verdict, error);
                let line = JsonLine { place, ending, ..JsonLine::ours("info", &message) };
                told + self.write(LogDetail::Info, &line)
            }
            RunEvent::TaskDone(record) => {
                let told = self.tell_log(JsonPlace::of(record), &record.log.lines, whole);
                told + self.tell_end(record)
            }
            other => {
                let mut lines = LinesOfText { log: self, written: 0 };
                tell(other, &mut lines);
                lines.written
            }
        }
    }

    fn tell_end(&self, record: &Record) -> u64 {
        let (place, ending) = (JsonPlace::of(record), JsonEnding::of(record.verdict, &record.error));
        if record.verdict == Verdict::Ok {
            let ending = JsonEnding { verdict: ending.verdict, ..JsonEnding::default() };
            return self
                .write(LogDetail::Debug, &JsonLine { place, ending, ..JsonLine::ours("debug", "ok") });
        }
        let diff = record.judgement.as_ref().map(|judged| judged.diff.as_str());
        let ending = JsonEnding { diff: diff.filter(|diff| !diff.is_empty()), ..ending };
        let message = record.error.headed(record.verdict.name());
        self.write(LogDetail::Error, &JsonLine { place, ending, ..JsonLine::ours("error", &message) })
    }

    /// Tells why a task failed without its log and its trace, and how many did so by now, if that
    /// is told.
    pub(super) fn tell_in_short(&self, record: &Record, count: Option<u64>) -> u64 {
        let error = TaskError::new(record.error.code.as_str(), failure_reason(record));
        let frame = record.error.trace.as_deref().and_then(top_frame);
        let ending = JsonEnding { trace: frame.as_deref(), ..JsonEnding::of(record.verdict, &error) };
        let message = error.headed(record.verdict.name());
        let place = JsonPlace::of(record);
        self.write(LogDetail::Error, &JsonLine { place, ending, count, ..JsonLine::ours("error", &message) })
    }

    /// Tells what a guest logged, and how many such lines there were by now, if that is told.
    pub(super) fn tell_line(&self, place: JsonPlace<'_>, line: &LogLine, count: Option<u64>) -> u64 {
        if !self.wants(detail_of(line)) {
            return 0;
        }
        self.write_line(place, line, count)
    }

    fn tell_log(&self, place: JsonPlace<'_>, lines: &[LogLine], whole: bool) -> u64 {
        let is_told = |line: &&LogLine| whole || self.wants(detail_of(line));
        lines.iter().filter(is_told).map(|line| self.write_line(place, line, None)).sum()
    }

    fn write_line(&self, place: JsonPlace<'_>, line: &LogLine, count: Option<u64>) -> u64 {
        let level = line.level.unwrap_or(LogLevel::Info).name();
        let place = JsonPlace { label: None, ..place };
        let line = JsonLine { source: GUEST, place, count, ..JsonLine::ours(level, &line.text) };
        self.out.write(line.render((self.clock)()));
        1
    }

    /// Writes a line if its level is wanted; returns the number of lines that were written.
    fn write(&self, level: LogDetail, line: &JsonLine<'_>) -> u64 {
        if !self.wants(level) {
            return 0;
        }
        self.out.write(line.render((self.clock)()));
        1
    }
}

/// Lines of text about what is no task.
struct LinesOfText<'a> {
    log: &'a JsonLog,
    written: u64,
}

impl LogSink for LinesOfText<'_> {
    fn wants(&self, level: LogDetail) -> bool {
        self.log.wants(level)
    }

    fn line(&mut self, level: LogDetail, text: fmt::Arguments<'_>) {
        let text = text.to_string();
        let (name, text) = headed(&text, level_name(level));
        self.written += self.log.write(level, &JsonLine::ours(name, text));
    }
}

/// The word for a level.
const fn level_name(level: LogDetail) -> &'static str {
    match level {
        LogDetail::Error => "error",
        LogDetail::Info => "info",
        LogDetail::Debug => "debug",
    }
}

/// The level of a text and what stands behind the word for it; `level`, if it begins with none.
fn headed<'a>(text: &'a str, level: &'static str) -> (&'static str, &'a str) {
    let words = [("error: ", "error"), ("warn: ", "warn"), ("note: ", "info"), ("progress: ", "info")];
    let found = words.iter().find_map(|(head, level)| Some((*level, text.strip_prefix(head)?)));
    found.unwrap_or((level, text))
}

/// A message of the command as one line of JSON, however many lines it has.
#[must_use]
pub fn message_line(text: &str, time: SystemTime) -> String {
    let (level, text) = headed(text.trim_end_matches('\n'), "info");
    JsonLine::ours(level, text).render(time)
}

/// A message that came by way of `tracing`.
pub(super) fn traced_line(level: &'static str, text: &str, time: SystemTime) -> String {
    JsonLine::ours(level, text).render(time)
}

/// Text for people on its way to where all is JSON: each line that is none becomes a message.
#[derive(Debug)]
pub struct JsonMessages<W> {
    out: W,
    clock: fn() -> SystemTime,
}

impl<W: Write> JsonMessages<W> {
    /// Writes to `out`.
    pub const fn new(out: W, clock: fn() -> SystemTime) -> Self {
        Self { out, clock }
    }
}

impl<W: Write> Write for JsonMessages<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            // No other text begins so: what a guest wrote stands behind a margin.
            if line.starts_with(HEAD) {
                lines.push_str(line);
            } else if !line.trim().is_empty() {
                lines.push_str(&message_line(line, (self.clock)()));
            }
        }
        self.out.write_all(lines.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
