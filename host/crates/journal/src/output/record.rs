//! One record as one line of JSON, in the keys and their order that `schema/record.schema.json`
//! promises.
//!
//! Runs once a task, so it borrows all it shows, builds nothing on the way and puts what is the
//! same in every record as it is. It knows nothing of where the line goes.

mod text;

use polymer_host_task::{
    CollectedContent, CollectedEntry, CollectedFiles, KeptLine, LimitWall, Log, Moment, Output, PastAttempt,
    Record, ReplacedRecord, TaskContent, TaskError, Usage,
};
use std::time::{Duration, SystemTime};
use text::RecordText;

/// The beginning of every line. Fields and verdicts are added without raising the version of the
/// shape, which is the number there.
const HEAD: &str = r#"{"v":1,"id":"#;

/// Seconds from 1970 to the year 10000, which RFC 3339 cannot write.
const YEAR_10000: u64 = 253_402_300_800;

/// Appends `record` as one line of JSON, newline included. `began` is the wall clock's time at the
/// run's first moment.
pub fn render(record: &Record, began: SystemTime, out: &mut Vec<u8>) {
    let mut line = RecordText(out);
    line.put(HEAD);
    line.string(&record.id);
    line.put(r#","seq":"#);
    line.number(record.seq);
    line.put(r#","verdict":""#);
    line.put(record.verdict.name());
    line.put(r#"","output":"#);
    match &record.output {
        Some(Output::Json(json)) => line.json(json),
        Some(Output::Text(text)) => line.string(text),
        Some(Output::Bytes(_)) | None => line.put("null"),
    }
    line.put(r#","error":"#);
    error(&record.fault, &mut line);
    line.put(r#","attempts":"#);
    line.number(record.attempts);
    line.put(r#","worker":"#);
    line.number_or_null(record.worker);
    line.put(r#","started":"#);
    match record.started.and_then(|moment| started(began, moment)) {
        Some(since_1970) => line.time(since_1970),
        None => line.put("null"),
    }
    line.put(r#","stats":"#);
    stats(&record.usage, record.queued, record.input_bytes, &mut line);
    line.put(r#","log":{"text":"#);
    log(&record.log, &mut line);
    line.put(r#","dropped_bytes":"#);
    line.number(record.log.dropped_bytes);
    line.put(r#"},"key":"#);
    match &record.key {
        Some(key) => line.hex(key.bytes()),
        None => line.put("null"),
    }
    line.put(r#","content":"#);
    content(record.content, &mut line);
    seldom(record, &mut line);
    line.put("}\n");
}

/// Writes the fields that only some records have.
fn seldom(record: &Record, line: &mut RecordText<'_>) {
    if let Some(Output::Bytes(bytes)) = &record.output {
        line.put(r#","output_base64":"#);
        line.base64(bytes);
    }
    if let Some(collected) = &record.files {
        files(collected, line);
    }
    for (at, past) in record.history.iter().enumerate() {
        line.put(if at == 0 { r#","history":["# } else { "," });
        attempt(past, record.input_bytes, line);
    }
    if !record.history.is_empty() {
        line.put("]");
    }
    if let Some(module) = &record.module {
        line.put(r#","module":"#);
        line.string(module);
    }
    if let Some(meta) = &record.meta {
        line.put(r#","meta":"#);
        line.json(meta);
    }
    if let Some(ReplacedRecord(of)) = record.replaces {
        // Last, so that it can be cut off where the record that it names is gone.
        line.put(REPLACES);
        content(of, line);
    }
}

/// Text before the content of the record that is replaced.
pub const REPLACES: &str = r#","replaces":"#;

fn content(content: Option<TaskContent>, line: &mut RecordText<'_>) {
    match content {
        Some(content) => line.hex(content.bytes()),
        None => line.put("null"),
    }
}

/// The error of an attempt in which nothing went wrong, as nearly all are.
const NO_ERROR: &str = r#"{"message":"","code":"","wall":""}"#;

fn error(fault: &TaskError, line: &mut RecordText<'_>) {
    if *fault == TaskError::default() {
        return line.put(NO_ERROR);
    }
    line.put(r#"{"message":"#);
    line.string(&fault.message);
    line.put(r#","code":"#);
    line.string(&fault.code);
    line.put(r#","wall":""#);
    line.put(fault.wall.map_or("", LimitWall::name));
    line.put("\"");
    if let Some(code) = fault.exit_code {
        line.put(r#","exit_code":"#);
        line.number(code);
    }
    if let Some(trace) = &fault.trace {
        line.put(r#","trace":"#);
        line.string(trace);
    }
    line.put("}");
}

fn stats(usage: &Usage, queued: Option<Duration>, input_bytes: u64, line: &mut RecordText<'_>) {
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

/// As [`Log::text`], without the string in between.
fn log(log: &Log, line: &mut RecordText<'_>) {
    line.put("\"");
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
    line.put("\"");
}

/// Files that came back.
fn files(collected: &CollectedFiles, line: &mut RecordText<'_>) {
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
    error(&past.fault, line);
    line.put(r#","worker":"#);
    line.number_or_null(past.worker);
    line.put(r#","stats":"#);
    stats(&past.usage, None, input_bytes, line);
    line.put("}");
}

/// The wall clock's time at `moment`, counted from 1970, unless the clock is so far off that it
/// cannot be written.
fn started(began: SystemTime, moment: Moment) -> Option<Duration> {
    let since_1970 = began.checked_add(moment)?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since_1970.as_secs() < YEAR_10000).then_some(since_1970)
}

/// Bytes that `record` takes in memory, about.
#[must_use]
pub fn held_bytes(record: &Record) -> usize {
    let fault = |fault: &TaskError| {
        fault.message.len() + fault.code.len() + fault.trace.as_ref().map_or(0, String::len)
    };
    let output = record.output.as_ref().map_or(0, |output| match output {
        Output::Json(text) | Output::Text(text) => text.len(),
        Output::Bytes(bytes) => bytes.len(),
    });
    let log: usize = record.log.lines.iter().map(|line| size_of_val(line) + line.text.len()).sum();
    let history: usize = record.history.iter().map(|past| size_of_val(past) + fault(&past.fault)).sum();
    let names = record.id.len()
        + [&record.label, &record.module, &record.meta].into_iter().flatten().map(String::len).sum::<usize>();
    let line = KeptLine::held_bytes(record.line.as_deref());
    let files = record.files.as_ref().map_or(0, |files| files.held_bytes());
    size_of_val(record) + line + fault(&record.fault) + output + files + log + history + names
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
