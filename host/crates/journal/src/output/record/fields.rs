//! Fields of a record as JSON: each value, and the name too where a field is in some records only.
//!
//! It must never know which of them a line has.

use super::StoredOutput;
use super::projection::RecordField;
use super::text::RecordText;
use polymer_host_task::{
    CollectedContent, CollectedEntry, CollectedFiles, EarlierStart, Judgement, LimitWall, Log, Output,
    PastAttempt, Record, ReplacedRecord, TaskContent, TaskError, TaskExecution, TaskKey, Usage,
};
use std::time::{Duration, SystemTime};

/// Seconds from 1970 to the year 10000, which RFC 3339 cannot write.
pub(super) const YEAR_10000: u64 = 253_402_300_800;

/// Writes one field, with a comma before it. A field that only some records have is left out of the
/// others.
pub(super) fn put_field(
    field: RecordField,
    (record, stored): (&Record, Option<&StoredOutput>),
    began: SystemTime,
    line: &mut RecordText<'_>,
) {
    let is_in_all = !matches!(
        field,
        RecordField::OutputFile
            | RecordField::Group
            | RecordField::Judge
            | RecordField::Files
            | RecordField::History
            | RecordField::Module
            | RecordField::Meta
            | RecordField::Replaces
    );
    if is_in_all {
        line.put(",\"");
        line.put(field.name());
        line.put("\":");
    }
    match field {
        RecordField::Version => line.put("1"),
        RecordField::Id => line.string(&record.id),
        RecordField::Seq => line.number(record.seq),
        RecordField::Verdict => line.string(record.verdict.name()),
        RecordField::Output => {
            output(record.output.as_ref(), line);
            output_base64(record.output.as_ref(), line);
        }
        RecordField::Error => error(&record.error, line),
        RecordField::Attempts => line.number(record.attempts),
        RecordField::Worker => line.number_or_null(record.worker),
        RecordField::Started => started(record, began, line),
        RecordField::Stats => stats(&record.usage, record.queued, record.input_bytes, line),
        RecordField::Log => log(&record.log, line),
        RecordField::Key => key(record.key.as_ref(), line),
        RecordField::Content => content(record.content, line),
        RecordField::OutputFile => output_file(stored, line),
        RecordField::Group => group(record.group.as_deref(), line),
        RecordField::Judge => judge(record.judgement.as_deref(), record.execution, line),
        RecordField::Files => files(record.files.as_deref(), line),
        RecordField::History => history(record, line),
        RecordField::Module => module(record.module.as_deref(), line),
        RecordField::Meta => meta(record.meta.as_deref(), line),
        RecordField::Replaces => replaces(record.replaces, line),
    }
}

/// Writes the fields that only some records have, as they stand at the end of a whole record.
pub(super) fn seldom(record: &Record, stored: Option<&StoredOutput>, line: &mut RecordText<'_>) {
    output_base64(record.output.as_ref(), line);
    output_file(stored, line);
    group(record.group.as_deref(), line);
    judge(record.judgement.as_deref(), record.execution, line);
    files(record.files.as_deref(), line);
    history(record, line);
    module(record.module.as_deref(), line);
    meta(record.meta.as_deref(), line);
    // Last, so that it can be cut off where the record that it names is gone.
    replaces(record.replaces, line);
}

/// Writes the value of `output`: null for bytes, which have a field of their own.
pub(super) fn output(output: Option<&Output>, line: &mut RecordText<'_>) {
    match output {
        Some(Output::Json(json)) => line.json(json),
        Some(Output::Text(text)) => line.string(text),
        Some(Output::Bytes(_)) | None => line.put("null"),
    }
}

/// Writes an output by itself: bytes as base64, and where it is if that is a file.
pub(super) fn output_alone(alone: Option<&Output>, stored: Option<&StoredOutput>, line: &mut RecordText<'_>) {
    match (stored, alone) {
        (Some(stored), _) => place(stored, line),
        (None, Some(Output::Bytes(bytes))) => line.base64(bytes),
        (None, other) => output(other, line),
    }
}

fn output_file(stored: Option<&StoredOutput>, line: &mut RecordText<'_>) {
    if let Some(stored) = stored {
        line.put(r#","output_file":"#);
        place(stored, line);
    }
}

/// Where an output is.
fn place(stored: &StoredOutput, line: &mut RecordText<'_>) {
    let StoredOutput { path, sha256, bytes } = stored;
    line.put(r#"{"path":"#);
    line.string(path);
    line.put(r#","sha256":"#);
    line.string(&sha256.to_string());
    line.put(r#","bytes":"#);
    line.number(*bytes);
    line.put("}");
}

fn output_base64(output: Option<&Output>, line: &mut RecordText<'_>) {
    if let Some(Output::Bytes(bytes)) = output {
        line.put(r#","output_base64":"#);
        line.base64(bytes);
    }
}

/// Writes when the last attempt started, by the wall clock.
pub(super) fn started(record: &Record, began: SystemTime, line: &mut RecordText<'_>) {
    let since_1970 = match record.earlier {
        Some(EarlierStart(since_1970)) => since_1970.filter(|since| since.as_secs() < YEAR_10000),
        None => record.started.and_then(|moment| since_1970(began, moment)),
    };
    match since_1970 {
        Some(since_1970) => line.time(since_1970),
        None => line.put("null"),
    }
}

pub(super) fn key(key: Option<&TaskKey>, line: &mut RecordText<'_>) {
    match key {
        Some(key) => line.hex(key.bytes()),
        None => line.put("null"),
    }
}

fn history(record: &Record, line: &mut RecordText<'_>) {
    for (at, past) in record.history.iter().enumerate() {
        line.put(if at == 0 { r#","history":["# } else { "," });
        attempt(past, record.input_bytes, line);
    }
    if !record.history.is_empty() {
        line.put("]");
    }
}

fn module(module: Option<&str>, line: &mut RecordText<'_>) {
    if let Some(module) = module {
        line.put(r#","module":"#);
        line.string(module);
    }
}

fn meta(meta: Option<&str>, line: &mut RecordText<'_>) {
    if let Some(meta) = meta {
        line.put(r#","meta":"#);
        line.json(meta);
    }
}

fn replaces(replaces: Option<ReplacedRecord>, line: &mut RecordText<'_>) {
    if let Some(ReplacedRecord(of)) = replaces {
        line.put(REPLACES);
        content(of, line);
    }
}

/// Text before the content of the record that is replaced.
pub const REPLACES: &str = r#","replaces":"#;

pub(super) fn content(content: Option<TaskContent>, line: &mut RecordText<'_>) {
    match content {
        Some(content) => line.hex(content.bytes()),
        None => line.put("null"),
    }
}

/// The error of an attempt in which nothing went wrong, as nearly all are.
const NO_ERROR: &str = r#"{"message":"","code":"","wall":""}"#;

pub(super) fn error(error: &TaskError, line: &mut RecordText<'_>) {
    if *error == TaskError::default() {
        return line.put(NO_ERROR);
    }
    line.put(r#"{"message":"#);
    line.string(&error.message);
    line.put(r#","code":"#);
    line.string(&error.code);
    line.put(r#","wall":""#);
    line.put(error.wall.map_or("", LimitWall::name));
    line.put("\"");
    if let Some(code) = error.exit_code {
        line.put(r#","exit_code":"#);
        line.number(code);
    }
    if let Some(trace) = &error.trace {
        line.put(r#","trace":"#);
        line.string(trace);
    }
    line.put("}");
}

pub(super) fn stats(usage: &Usage, queued: Option<Duration>, input_bytes: u64, line: &mut RecordText<'_>) {
    line.put(r#"{"fuel":"#);
    line.number_or_null(usage.fuel);
    line.put(r#","fuel_exact":"#);
    line.flag(usage.fuel_exact);
    line.put(r#","wall_ms":"#);
    line.millis_or_null(usage.wall);
    line.put(r#","cpu_ms":"#);
    line.millis_or_null(usage.cpu);
    line.put(r#","queue_ms":"#);
    line.millis_or_null(queued);
    line.put(r#","peak_memory_bytes":"#);
    line.number_or_null(usage.peak_memory);
    line.put(r#","input_bytes":"#);
    line.number(input_bytes);
    line.put(r#","output_bytes":"#);
    line.number_or_null(usage.output_bytes);
    line.put(r#","grow_refused":"#);
    line.flag(usage.grow_refused);
    if usage.reused > 0 {
        line.put(r#","reused":"#);
        line.number(usage.reused);
    }
    line.put(r#","partial":"#);
    line.flag(usage.partial);
    line.put("}");
}

/// Writes a log: its text as [`Log::text`], without the string in between.
pub(super) fn log(log: &Log, line: &mut RecordText<'_>) {
    line.put(r#"{"text":""#);
    for (at, logged) in log.lines.iter().enumerate() {
        if at > 0 {
            line.put(r"\n");
        }
        if let Some(level) = logged.level {
            line.put(level.name());
            line.put(": ");
        }
        line.escaped(&logged.text);
    }
    line.put(r#"","dropped_bytes":"#);
    line.number(log.dropped_bytes);
    line.put("}");
}

fn group(group: Option<&str>, line: &mut RecordText<'_>) {
    if let Some(group) = group {
        line.put(r#","group":"#);
        line.string(group);
    }
}

/// What the judge said, and of what.
fn judge(judgement: Option<&Judgement>, execution: Option<TaskExecution>, line: &mut RecordText<'_>) {
    let Some(judgement) = judgement else { return };
    let Judgement { accepted, points, max_points, message, diff, ended, checker, interactor } = judgement;
    line.put(r#","judge":{"accepted":"#);
    line.flag(*accepted);
    for (name, points) in [(r#","points":"#, points), (r#","max_points":"#, max_points)] {
        line.put(name);
        match points {
            Some(points) => line.json(&points.to_string()),
            None => line.put("null"),
        }
    }
    line.put(r#","message":"#);
    line.string(message);
    line.put(r#","diff":"#);
    line.string(diff);
    if let Some((verdict, why)) = ended {
        line.put(r#","ended":{"verdict":""#);
        line.put(verdict.name());
        line.put(r#"","error":"#);
        error(why, line);
        line.put("}");
    }
    for (name, usage) in [(r#","checker":"#, checker), (r#","interactor":"#, interactor)] {
        if let Some(usage) = usage {
            line.put(name);
            judge_usage(usage, line);
        }
    }
    if let Some(execution) = execution {
        line.put(r#","execution":"#);
        line.hex(execution.bytes());
    }
    line.put("}");
}

/// What the checker used that was asked, or the interactor.
fn judge_usage(usage: &Usage, line: &mut RecordText<'_>) {
    line.put(r#"{"fuel":"#);
    line.number_or_null(usage.fuel);
    line.put(r#","wall_ms":"#);
    line.millis_or_null(usage.wall);
    line.put(r#","cpu_ms":"#);
    line.millis_or_null(usage.cpu);
    line.put(r#","peak_memory_bytes":"#);
    line.number_or_null(usage.peak_memory);
    line.put("}");
}

/// Files that came back.
fn files(collected: Option<&CollectedFiles>, line: &mut RecordText<'_>) {
    let Some(collected) = collected else { return };
    line.put(r#","files":{"#);
    for (at, CollectedEntry { path, content }) in collected.files.iter().enumerate() {
        if at > 0 {
            line.put(",");
        }
        line.string(path);
        match content {
            CollectedContent::Text(text) => {
                line.put(r#":{"text":"#);
                line.string(text);
            }
            CollectedContent::Bytes(bytes) => {
                line.put(r#":{"base64":"#);
                line.base64(bytes);
            }
            CollectedContent::Dropped(bytes) => {
                line.put(r#":{"dropped_bytes":"#);
                line.number(*bytes);
            }
        }
        line.put("}");
    }
    line.put("}");
    if collected.left_out > 0 {
        line.put(r#","files_left_out":"#);
        line.number(collected.left_out);
    }
}

/// An attempt before the last one.
fn attempt(past: &PastAttempt, input_bytes: u64, line: &mut RecordText<'_>) {
    line.put(r#"{"attempt":"#);
    line.number(past.attempt);
    line.put(r#","verdict":""#);
    line.put(past.verdict.name());
    line.put(r#"","error":"#);
    error(&past.error, line);
    line.put(r#","worker":"#);
    line.number_or_null(past.worker);
    line.put(r#","stats":"#);
    stats(&past.usage, None, input_bytes, line);
    line.put("}");
}

/// The wall clock's time at `moment`, counted from 1970, unless the clock is so far off that it
/// cannot be written.
fn since_1970(began: SystemTime, moment: polymer_host_task::Moment) -> Option<Duration> {
    let since_1970 = began.checked_add(moment)?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since_1970.as_secs() < YEAR_10000).then_some(since_1970)
}
