//! Records as `serde_json` renders them: slower, and what the quick way is held against.

use super::StoredOutput;
use super::fields::YEAR_10000;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use polymer_host_base::Digest;
use polymer_host_task::{
    CollectedContent, CollectedFiles, Judgement, LimitWall, Log, Moment, Output, PastAttempt, Points, Record,
    TaskContent, TaskError, TaskExecution, TaskKey, Usage,
};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The version of the shape.
const VERSION: u32 = 1;

/// Appends `record` as one line of JSON, newline included. `began` is the wall clock's time at the
/// run's first moment.
///
/// # Errors
/// None that is known: memory takes every write. `out` is as it was then.
pub(super) fn render(
    record: &Record,
    stored: Option<&StoredOutput>,
    began: SystemTime,
    out: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let before = out.len();
    let result = serde_json::to_writer(&mut *out, &Line::of(record, stored, began));
    match result {
        Ok(()) => {
            escape_controls(out, before);
            out.push(b'\n');
        }
        Err(_) => out.truncate(before),
    }
    result
}

/// Escapes the control characters that JSON allows as they are, DEL and U+0080 to U+009F, in what
/// follows `from`: a terminal may act on them. They stand in strings only.
fn escape_controls(out: &mut Vec<u8>, from: usize) {
    let is_control = |line: &[u8], at: usize| match line.get(at..) {
        Some([0x7f, ..]) => Some((1, 0x7f)),
        Some([0xc2, second @ 0x80..=0x9f, ..]) => Some((2, *second)),
        _ => None,
    };
    let line = out.get(from..).unwrap_or_default();
    if line.is_ascii() && !line.contains(&0x7f) {
        return;
    }
    let Some(first) = (0..line.len()).find(|at| is_control(line, *at).is_some()) else { return };
    let line = out.split_off(from + first);
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        if let Some((length, character)) = is_control(&line, at) {
            out.extend(format!("\\u{character:04x}").into_bytes());
            at += length;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    v: u32,
    id: &'a str,
    seq: u64,
    verdict: &'static str,
    output: Option<Value<'a>>,
    error: Error<'a>,
    attempts: u32,
    worker: Option<u32>,
    started: Option<Shown<humantime::Rfc3339Timestamp>>,
    stats: Stats,
    log: LogEntry<'a>,
    key: Option<Shown<TaskKey>>,
    content: Option<Shown<TaskContent>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_base64: Option<Shown<Base64Display<'a, 'static, base64::engine::GeneralPurpose>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_file: Option<OutputFile<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    judge: Option<Judge<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Files<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files_left_out: Option<u64>,
    #[serde(skip_serializing_if = "History::is_empty")]
    history: History<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<Option<Shown<TaskContent>>>,
}

impl<'a> Line<'a> {
    fn of(record: &'a Record, stored: Option<&'a StoredOutput>, began: SystemTime) -> Self {
        let (output, output_base64) = match &record.output {
            None => (None, None),
            Some(Output::Json(json)) => (Some(Value::json(json)), None),
            Some(Output::Text(text)) => (Some(Value::Text(text)), None),
            Some(Output::Bytes(bytes)) => (None, Some(Shown(Base64Display::new(bytes, &STANDARD)))),
        };
        Self {
            v: VERSION,
            id: &record.id,
            seq: record.seq,
            verdict: record.verdict.name(),
            output,
            error: Error::of(&record.error),
            attempts: record.attempts,
            worker: record.worker,
            started: match record.earlier {
                Some(earlier) => earlier.0.and_then(|since| started(SystemTime::UNIX_EPOCH, since)),
                None => record.started.and_then(|moment| started(began, moment)),
            },
            stats: Stats::of(&record.usage, record.queued, record.input_bytes),
            log: LogEntry { text: Shown(LogText(&record.log)), dropped_bytes: record.log.dropped_bytes },
            key: record.key.map(Shown),
            content: record.content.map(Shown),
            output_base64,
            output_file: stored.map(OutputFile::of),
            group: record.group.as_deref(),
            judge: record.judgement.as_deref().map(|judgement| Judge::of(judgement, record.execution)),
            files: record.files.as_deref().map(Files),
            files_left_out: record.files.as_ref().map(|files| files.left_out).filter(|count| *count > 0),
            history: History { past: &record.history, input_bytes: record.input_bytes },
            module: record.module.as_deref(),
            meta: record.meta.as_deref().map(Value::json),
            replaces: record.replaces.map(|replaced| replaced.0.map(Shown)),
        }
    }
}

/// Where an output is.
#[derive(Serialize)]
struct OutputFile<'a> {
    path: &'a str,
    sha256: Shown<Digest>,
    bytes: u64,
}

impl<'a> OutputFile<'a> {
    fn of(stored: &'a StoredOutput) -> Self {
        Self { path: &stored.path, sha256: Shown(stored.sha256), bytes: stored.bytes }
    }
}

/// Points as people write them: `1` and not `1.0`.
fn number(points: Points) -> serde_json::Value {
    serde_json::from_str(&points.to_string()).unwrap()
}

/// What the judge said.
#[derive(Serialize)]
struct Judge<'a> {
    accepted: bool,
    points: Option<serde_json::Value>,
    max_points: Option<serde_json::Value>,
    message: &'a str,
    diff: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Ended<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checker: Option<Checker>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interactor: Option<Checker>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<Shown<TaskExecution>>,
}

#[derive(Serialize)]
struct Checker {
    fuel: Option<u64>,
    wall_ms: Option<f64>,
    cpu_ms: Option<f64>,
    peak_memory_bytes: Option<u64>,
}

impl Checker {
    fn of(usage: &Usage) -> Self {
        Self {
            fuel: usage.fuel,
            wall_ms: usage.wall.map(millis),
            cpu_ms: usage.cpu.map(millis),
            peak_memory_bytes: usage.peak_memory,
        }
    }
}

#[derive(Serialize)]
struct Ended<'a> {
    verdict: &'static str,
    error: Error<'a>,
}

impl<'a> Judge<'a> {
    fn of(judgement: &'a Judgement, execution: Option<TaskExecution>) -> Self {
        let ended = judgement.ended.as_ref();
        Self {
            accepted: judgement.accepted,
            points: judgement.points.map(number),
            max_points: judgement.max_points.map(number),
            message: &judgement.message,
            diff: &judgement.diff,
            ended: ended.map(|(verdict, error)| Ended { verdict: verdict.name(), error: Error::of(error) }),
            checker: judgement.checker.as_deref().map(Checker::of),
            interactor: judgement.interactor.as_deref().map(Checker::of),
            execution: execution.map(Shown),
        }
    }
}

/// Files that came back.
struct Files<'a>(&'a CollectedFiles);

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.files.iter().map(|file| {
            let content = match &file.content {
                CollectedContent::Text(text) => serde_json::json!({"text": text}),
                CollectedContent::Bytes(bytes) => {
                    serde_json::json!({"base64": Base64Display::new(bytes, &STANDARD).to_string()})
                }
                CollectedContent::Dropped(bytes) => serde_json::json!({"dropped_bytes": bytes}),
            };
            (&file.path, content)
        }))
    }
}

/// A value of the guest's or the submitter's.
#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Json(&'a RawValue),
    Text(&'a str),
}

impl<'a> Value<'a> {
    /// `text` is known to be compact JSON. It is looked at all the same, since one line that is
    /// none would spoil the whole file.
    fn json(text: &'a str) -> Self {
        match serde_json::from_str(text) {
            Ok(value) if !text.contains('\n') => Self::Json(value),
            _ => Self::Text(text),
        }
    }
}

#[derive(Serialize)]
struct Error<'a> {
    message: &'a str,
    code: &'a str,
    wall: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
}

impl<'a> Error<'a> {
    fn of(error: &'a TaskError) -> Self {
        Self {
            message: &error.message,
            code: &error.code,
            wall: error.wall.map_or("", LimitWall::name),
            exit_code: error.exit_code,
            trace: error.trace.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Stats {
    fuel: Option<u64>,
    fuel_exact: bool,
    wall_ms: Option<f64>,
    cpu_ms: Option<f64>,
    queue_ms: Option<f64>,
    peak_memory_bytes: Option<u64>,
    input_bytes: u64,
    output_bytes: Option<u64>,
    grow_refused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reused: Option<u32>,
    partial: bool,
}

impl Stats {
    fn of(usage: &Usage, queued: Option<Duration>, input_bytes: u64) -> Self {
        Self {
            fuel: usage.fuel,
            fuel_exact: usage.fuel_exact,
            wall_ms: usage.wall.map(millis),
            cpu_ms: usage.cpu.map(millis),
            queue_ms: queued.map(millis),
            peak_memory_bytes: usage.peak_memory,
            input_bytes,
            output_bytes: usage.output_bytes,
            grow_refused: usage.grow_refused,
            reused: (usage.reused > 0).then_some(usage.reused),
            partial: usage.partial,
        }
    }
}

/// Milliseconds with at most three decimals: whole microseconds divided by 1000 print as such.
#[expect(clippy::cast_precision_loss, reason = "microseconds are exact in 53 bits for 285 years")]
fn millis(time: Duration) -> f64 {
    (time.as_nanos().saturating_add(500) / 1000) as f64 / 1000.0
}

#[derive(Serialize)]
struct LogEntry<'a> {
    text: Shown<LogText<'a>>,
    dropped_bytes: u64,
}

/// As [`Log::text`], without the string in between.
struct LogText<'a>(&'a Log);

impl fmt::Display for LogText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, line) in self.0.lines.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            if let Some(level) = line.level {
                f.write_str(level.name())?;
                f.write_str(": ")?;
            }
            f.write_str(&line.text)?;
        }
        Ok(())
    }
}

struct History<'a> {
    past: &'a [PastAttempt],
    input_bytes: u64,
}

impl History<'_> {
    const fn is_empty(&self) -> bool {
        self.past.is_empty()
    }
}

impl Serialize for History<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.past.iter().map(|past| Past {
            attempt: past.attempt,
            verdict: past.verdict.name(),
            error: Error::of(&past.error),
            worker: past.worker,
            stats: Stats::of(&past.usage, None, self.input_bytes),
        }))
    }
}

#[derive(Serialize)]
struct Past<'a> {
    attempt: u32,
    verdict: &'static str,
    error: Error<'a>,
    worker: Option<u32>,
    stats: Stats,
}

/// Something whose text is a JSON string, streamed into it.
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The wall clock's time at `moment`, unless the clock is so far off that it cannot be written:
/// formatting such a time would panic.
fn started(began: SystemTime, moment: Moment) -> Option<Shown<humantime::Rfc3339Timestamp>> {
    let time = began.checked_add(moment)?;
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since_1970.as_secs() < YEAR_10000).then(|| Shown(humantime::format_rfc3339_micros(time)))
}
