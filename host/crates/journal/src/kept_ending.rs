//! The ending of an attempt as its record tells of it, before anybody judged it: what is judged
//! anew once something else is expected of the task. Pure.
//!
//! An ending that the record does not tell exactly is none: its task is run again. It must never
//! know where records lie, or what is expected now.

use super::record_view::{RecordView, string_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polymer_host_task::{
    AttemptEnding, CollectedContent, CollectedEntry, CollectedFiles, KeptAttempts, KeptEnding, LimitWall,
    Log, LogLine, Output, PastAttempt, TaskContent, TaskError, TaskExecution, TaskKey, Usage, Verdict,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::time::{Duration, SystemTime};

/// The code of a timeout that is the run's doing: another time the task may be in time.
const DEADLINE: &str = "deadline";

/// A record whose ending can be judged anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRecord {
    /// Its task's key.
    pub key: TaskKey,
    /// Content of its task.
    pub content: Option<TaskContent>,
    /// Digest of what was executed.
    pub execution: TaskExecution,
    /// Ending of the last attempt.
    pub ending: KeptEnding,
}

/// Fields of a whole record. One that has only some of them is not enough.
#[derive(Deserialize)]
struct JudgedLine<'a> {
    key: &'a str,
    content: Option<&'a str>,
    verdict: &'a str,
    #[serde(borrow)]
    output: &'a RawValue,
    #[serde(borrow, default)]
    output_base64: Option<Cow<'a, str>>,
    /// It is elsewhere, and its file may be gone or be another one.
    output_file: Option<IgnoredAny>,
    #[serde(borrow)]
    error: WrittenError<'a>,
    attempts: u32,
    #[serde(deserialize_with = "there")]
    worker: Option<u32>,
    #[serde(borrow, deserialize_with = "there")]
    started: Option<Cow<'a, str>>,
    #[serde(borrow)]
    stats: WrittenStats<'a>,
    #[serde(borrow)]
    log: WrittenLog<'a>,
    #[serde(borrow)]
    judge: WrittenJudgement<'a>,
    #[serde(borrow, default)]
    files: Option<&'a RawValue>,
    #[serde(default)]
    files_left_out: u64,
    #[serde(borrow, default)]
    history: Vec<WrittenAttempt<'a>>,
}

/// A value that may be null, and may not be missing.
fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

#[derive(Deserialize)]
struct WrittenError<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
    #[serde(borrow)]
    code: Cow<'a, str>,
    wall: &'a str,
    exit_code: Option<u32>,
    #[serde(borrow, default)]
    trace: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct WrittenStats<'a> {
    fuel: Option<u64>,
    fuel_exact: bool,
    #[serde(borrow)]
    wall_ms: &'a RawValue,
    #[serde(borrow)]
    cpu_ms: &'a RawValue,
    #[serde(borrow)]
    queue_ms: &'a RawValue,
    peak_memory_bytes: Option<u64>,
    output_bytes: Option<u64>,
    grow_refused: bool,
    #[serde(default)]
    reused: u32,
    partial: bool,
}

#[derive(Deserialize)]
struct WrittenLog<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    dropped_bytes: u64,
}

#[derive(Deserialize)]
struct WrittenJudgement<'a> {
    #[serde(borrow, default)]
    ended: Option<WrittenEnd<'a>>,
    interactor: Option<IgnoredAny>,
    execution: &'a str,
}

#[derive(Deserialize)]
struct WrittenEnd<'a> {
    verdict: &'a str,
    #[serde(borrow)]
    error: WrittenError<'a>,
}

#[derive(Deserialize)]
struct WrittenAttempt<'a> {
    attempt: u32,
    verdict: &'a str,
    #[serde(borrow)]
    error: WrittenError<'a>,
    worker: Option<u32>,
    #[serde(borrow)]
    stats: WrittenStats<'a>,
}

#[derive(Deserialize)]
struct WrittenEntry<'a> {
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    base64: Option<Cow<'a, str>>,
    dropped_bytes: Option<u64>,
}

impl KeptRecord {
    /// Reads a record, given without its newline. Nothing, if its ending cannot be told from it
    /// exactly, or is of no guest's making: its task has to be run again.
    #[must_use]
    pub fn read(record: &[u8]) -> Option<Self> {
        let line: JudgedLine<'_> = serde_json::from_slice(record).ok()?;
        if line.judge.interactor.is_some() || line.output_file.is_some() || line.attempts == 0 {
            return None;
        }
        let (verdict, error) = ended(verdict(line.verdict)?, &line.error, line.judge.ended.as_ref())?;
        if !is_guests(verdict, &error) {
            return None;
        }
        let started = line.started.as_deref().map(since_1970);
        let attempts = KeptAttempts {
            number: line.attempts,
            worker: line.worker,
            started: present(started)?,
            queued: span(line.stats.queue_ms)?,
            history: line.history.iter().map(WrittenAttempt::read).collect::<Option<_>>()?,
        };
        let ending = AttemptEnding {
            verdict,
            output: output(line.output.get(), line.output_base64.as_deref(), verdict)?,
            error,
            retry: None,
            usage: line.stats.read()?,
            log: line.log.read(),
            files: present(line.files.map(|files| collected(files.get(), line.files_left_out)))?
                .map(Box::new),
            judgement: None,
        };
        Some(Self {
            key: line.key.parse().ok()?,
            content: present(line.content.map(|content| content.parse().ok()))?,
            execution: line.judge.execution.parse().ok()?,
            ending: KeptEnding::new(ending, attempts),
        })
    }
}

/// A value that may be missing. One that is there and cannot be read makes all of it unreadable.
#[expect(clippy::option_option, reason = "the outer one says whether what is there can be read")]
fn present<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(None) => None,
        Some(read) => Some(read),
    }
}

fn verdict(name: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)
}

/// The end of the guest whose record has this verdict.
fn ended(
    verdict: Verdict,
    error: &WrittenError<'_>,
    ended: Option<&WrittenEnd<'_>>,
) -> Option<(Verdict, TaskError)> {
    match (verdict, ended) {
        (_, Some(ended)) => Some((self::verdict(ended.verdict)?, ended.error.read()?)),
        (Verdict::Ok | Verdict::WrongOutput | Verdict::JudgeError, None) => {
            Some((Verdict::Ok, TaskError::default()))
        }
        (verdict, None) => Some((verdict, error.read()?)),
    }
}

/// Returns whether an attempt that ended so did so by its guest and its limits alone. Where a
/// worker died, a module could not be used or somebody cut it short, another attempt may end
/// otherwise.
fn is_guests(verdict: Verdict, error: &TaskError) -> bool {
    let is_deadline = verdict == Verdict::Timeout && error.code == DEADLINE;
    verdict.is_workers_to_say() && verdict != Verdict::ModuleInvalid && !is_deadline
}

/// The output as it was before it was written, where that is certain.
#[expect(clippy::option_option, reason = "the outer one says whether it is certain")]
fn output(json: &str, base64: Option<&str>, verdict: Verdict) -> Option<Option<Output>> {
    // Only what ended ok gives a value; and it always gives something.
    let is_ok = verdict == Verdict::Ok;
    match (json, base64) {
        ("null", Some(text)) => Some(Some(Output::Bytes(STANDARD.decode(text).ok()?))),
        (_, Some(_)) => None,
        ("null", None) if !is_ok => Some(None),
        (json, None) => match string_of(json) {
            // A text and the JSON string of it are judged alike.
            Some(text) => Some(Some(Output::Text(text.into_owned()))),
            None => (is_ok && !has_escaped_control(json)).then(|| Some(Output::Json(json.to_owned()))),
        },
    }
}

/// Returns whether a value has an escape in it that records write where the guest may have written
/// the character itself: to the byte these are different outputs.
fn has_escaped_control(json: &str) -> bool {
    [r"\u007f", r"\u008", r"\u009"].iter().any(|escape| json.contains(escape))
}

fn collected(files: &str, left_out: u64) -> Option<CollectedFiles> {
    let files: RecordView<'_> = serde_json::from_str(files).ok()?;
    let file = |(path, json): (&str, &str)| {
        let written: WrittenEntry<'_> = serde_json::from_str(json).ok()?;
        let content = match (written.text, written.base64, written.dropped_bytes) {
            (Some(text), None, None) => CollectedContent::Text(text.into_owned()),
            (None, Some(text), None) => CollectedContent::Bytes(STANDARD.decode(text.as_bytes()).ok()?),
            (None, None, Some(bytes)) => CollectedContent::Dropped(bytes),
            _ => return None,
        };
        Some(CollectedEntry { path: path.to_owned(), content })
    };
    Some(CollectedFiles { files: files.fields().map(file).collect::<Option<_>>()?, left_out })
}

impl WrittenError<'_> {
    fn read(&self) -> Option<TaskError> {
        let wall = match self.wall {
            "" => None,
            name => Some(LimitWall::ALL.into_iter().find(|wall| wall.name() == name)?),
        };
        let trace = self.trace.as_deref().map(str::to_owned);
        let (message, code) = (self.message.clone().into_owned(), self.code.clone().into_owned());
        Some(TaskError { message, code, wall, exit_code: self.exit_code, trace })
    }
}

impl WrittenStats<'_> {
    fn read(&self) -> Option<Usage> {
        Some(Usage {
            fuel: self.fuel,
            fuel_exact: self.fuel_exact,
            wall: span(self.wall_ms)?,
            cpu: span(self.cpu_ms)?,
            peak_memory: self.peak_memory_bytes,
            grow_refused: self.grow_refused,
            output_bytes: self.output_bytes,
            reused: self.reused,
            // It is told of when it happens.
            idle: false,
            partial: self.partial,
        })
    }
}

impl WrittenLog<'_> {
    /// The log, in which levels are a part of the text by now: it is written as it was.
    fn read(&self) -> Log {
        let line = |text: &str| LogLine { level: None, text: text.to_owned() };
        let lines = if self.text.is_empty() { Vec::new() } else { self.text.split('\n').map(line).collect() };
        Log { lines, dropped_bytes: self.dropped_bytes }
    }
}

impl WrittenAttempt<'_> {
    fn read(&self) -> Option<PastAttempt> {
        Some(PastAttempt {
            attempt: self.attempt,
            verdict: verdict(self.verdict)?,
            error: self.error.read()?,
            worker: self.worker,
            usage: self.stats.read()?,
        })
    }
}

/// A time in milliseconds with at most three decimals, if there is one. It is read as text, since a
/// double has not all of them.
#[expect(clippy::option_option, reason = "the outer one says whether it can be read")]
fn span(millis: &RawValue) -> Option<Option<Duration>> {
    if millis.get() == "null" {
        return Some(None);
    }
    let (whole, decimals) = millis.get().split_once('.').unwrap_or((millis.get(), ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || decimals.len() > 3 {
        return None;
    }
    let micros: u64 = format!("{decimals:0<3}").parse().ok()?;
    let micros = whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(micros)?;
    Some(Some(Duration::from_micros(micros)))
}

fn since_1970(time: &str) -> Option<Duration> {
    let time = humantime::parse_rfc3339(time).ok()?;
    time.duration_since(SystemTime::UNIX_EPOCH).ok()
}

#[cfg(test)]
mod tests;
