//! One record as one line of JSON, in the keys and their order that `schema/record.schema.json` promises.
//!
//! Runs once a task, so it borrows all it shows and builds no tree. It knows nothing of where the line goes.

use crate::task::{Fault, KeptLine, Key, Log, Moment, Output, PastAttempt, Record, Usage, Wall};
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The version of the shape. Fields and verdicts are added without raising it.
const VERSION: u32 = 1;

/// Seconds from 1970 to the year 10000, which RFC 3339 cannot write.
const YEAR_10000: u64 = 253_402_300_800;

/// Appends `record` as one line of JSON, newline included. `began` is the wall clock's time at the run's first moment.
///
/// # Errors
/// None that is known: memory takes every write. `out` is as it was then.
pub fn render(record: &Record, began: SystemTime, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let before = out.len();
    let result = serde_json::to_writer(&mut *out, &Line::of(record, began));
    match result {
        Ok(()) => {
            escape_controls(out, before);
            out.push(b'\n');
        }
        Err(_) => out.truncate(before),
    }
    result
}

/// Escapes the control characters that JSON allows as they are, DEL and U+0080 to U+009F, in what follows `from`: a terminal may act on
/// them. They stand in strings only.
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

/// Bytes that `record` takes in memory, about.
#[must_use]
pub fn held_bytes(record: &Record) -> usize {
    let fault =
        |fault: &Fault| fault.message.len() + fault.code.len() + fault.trace.as_ref().map_or(0, String::len);
    let output = record.output.as_ref().map_or(0, |output| match output {
        Output::Json(text) | Output::Text(text) => text.len(),
        Output::Bytes(bytes) => bytes.len(),
    });
    let log: usize = record.log.lines.iter().map(|line| size_of_val(line) + line.text.len()).sum();
    let history: usize = record.history.iter().map(|past| size_of_val(past) + fault(&past.fault)).sum();
    let names = record.id.len()
        + [&record.label, &record.module, &record.meta].into_iter().flatten().map(String::len).sum::<usize>();
    let line = KeptLine::held_bytes(record.line.as_deref());
    size_of_val(record) + line + fault(&record.fault) + output + log + history + names
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
    key: Option<Shown<Key>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_base64: Option<Shown<Base64Display<'a, 'static, base64::engine::GeneralPurpose>>>,
    #[serde(skip_serializing_if = "History::is_empty")]
    history: History<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Value<'a>>,
}

impl<'a> Line<'a> {
    fn of(record: &'a Record, began: SystemTime) -> Self {
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
            error: Error::of(&record.fault),
            attempts: record.attempts,
            worker: record.worker,
            started: record.started.and_then(|moment| started(began, moment)),
            stats: Stats::of(&record.usage, record.queued, record.input_bytes),
            log: LogEntry { text: Shown(LogText(&record.log)), dropped_bytes: record.log.dropped_bytes },
            key: record.key.map(Shown),
            output_base64,
            history: History { past: &record.history, input_bytes: record.input_bytes },
            module: record.module.as_deref(),
            meta: record.meta.as_deref().map(Value::json),
        }
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
    /// `text` is known to be compact JSON. It is looked at all the same, since one line that is none would spoil the whole file.
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
    fn of(fault: &'a Fault) -> Self {
        Self {
            message: &fault.message,
            code: &fault.code,
            wall: fault.wall.map_or("", Wall::name),
            exit_code: fault.exit_code,
            trace: fault.trace.as_deref(),
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
    #[serde(skip_serializing_if = "is_zero")]
    reused: u32,
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
            reused: usage.reused,
            partial: usage.partial,
        }
    }
}

/// Whether a key is left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
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
            error: Error::of(&past.fault),
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

/// The wall clock's time at `moment`, unless the clock is so far off that it cannot be written: formatting such a time would panic.
fn started(began: SystemTime, moment: Moment) -> Option<Shown<humantime::Rfc3339Timestamp>> {
    let time = began.checked_add(moment)?;
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since_1970.as_secs() < YEAR_10000).then(|| Shown(humantime::format_rfc3339_micros(time)))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::task::{LogLevel, Verdict};

    fn began() -> SystemTime {
        humantime::parse_rfc3339("2026-11-22T14:00:00Z").unwrap()
    }

    fn line(record: &Record) -> String {
        let mut out = Vec::new();
        render(record, began(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_promised_example_comes_out_to_the_letter() {
        let expected = concat!(
            r#"{"v":1,"id":"7","seq":7,"verdict":"ok","output":{"text":"Task 6"},"error":{"message":"","code":"","wall":""},"#,
            r#""attempts":1,"worker":2,"started":"2026-11-22T14:00:00.000123Z","#,
            r#""stats":{"fuel":15210,"fuel_exact":true,"wall_ms":0.41,"cpu_ms":0.4,"queue_ms":3.2,"#,
            r#""peak_memory_bytes":1114112,"input_bytes":24,"output_bytes":19,"grow_refused":false,"partial":false},"#,
            r#""log":{"text":"","dropped_bytes":0},"key":"525b07342774735111364801332a15be"}"#,
            "\n"
        );
        assert_eq!(line(&samples::ok()), expected);
    }

    #[test]
    fn what_is_not_known_is_null_and_what_is_not_there_has_no_key() {
        let line = line(&samples::rejected());
        assert!(
            line.contains(r#""attempts":0,"worker":null,"started":null,"stats":{"fuel":null,"#),
            "{line}"
        );
        assert!(
            line.contains(r#""wall_ms":null,"cpu_ms":null,"queue_ms":null,"peak_memory_bytes":null"#),
            "{line}"
        );
        for key in ["output_base64", "history", "module", "meta", "exit_code", "trace"] {
            assert!(!line.contains(key), "{key} in {line}");
        }
    }

    #[test]
    fn optional_keys_follow_in_their_order() {
        let record = Record {
            output: Some(Output::Bytes(vec![0, 255, 1])),
            history: vec![samples::past(1, Verdict::WorkerLost)],
            module: Some("a.wasm".to_owned()),
            label: Some("not shown".to_owned()),
            meta: Some(r#"{"n":1e400}"#.to_owned()),
            ..samples::ok()
        };
        let line = line(&record);
        assert!(line.contains(r#""output":null,"#), "{line}");
        let expected = concat!(
            r#""output_base64":"AP8B","history":[{"attempt":1,"verdict":"worker_lost","#,
            r#""error":{"message":"the worker was killed by SIGSEGV","code":"SIGSEGV","wall":""},"worker":1,"#,
            r#""stats":{"fuel":9,"fuel_exact":false,"wall_ms":2.0,"cpu_ms":null,"queue_ms":null,"#,
            r#""peak_memory_bytes":null,"input_bytes":24,"output_bytes":null,"grow_refused":false,"partial":true}}],"#,
            r#""module":"a.wasm","meta":{"n":1e400}}"#,
            "\n"
        );
        assert!(line.ends_with(expected), "{line}");
    }

    #[test]
    fn every_error_names_its_wall_or_none() {
        for wall in Wall::ALL {
            let mut record = samples::trap();
            record.fault = record.fault.by(wall);
            let mut past = samples::past(1, Verdict::Timeout);
            past.fault = past.fault.by(wall);
            record.history = vec![past];
            let value: serde_json::Value = serde_json::from_str(&line(&record)).unwrap();
            assert_eq!(value["error"]["wall"], wall.name());
            assert_eq!(value["history"][0]["error"]["wall"], wall.name());
        }
        let value: serde_json::Value = serde_json::from_str(&line(&samples::ok())).unwrap();
        assert_eq!(value["error"]["wall"], "");
    }

    #[test]
    fn a_record_is_one_line_of_json_whatever_a_guest_says() {
        let hostile = "a\n{\"v\":1}\r\u{1b}\u{2028}\"\\";
        let mut record = samples::with_log(samples::ok(), None, hostile);
        record = samples::with_log(record, Some(LogLevel::Warn), hostile);
        record.id = hostile.to_owned();
        record.fault = Fault::new(hostile, hostile);
        for output in
            [Output::Text(hostile.to_owned()), Output::Json("{\n}".to_owned()), Output::Json("}{".to_owned())]
        {
            record.output = Some(output);
            let line = line(&record);
            assert_eq!(line.matches('\n').count(), 1, "{line}");
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!(value["id"], hostile);
            assert_eq!(value["log"]["text"], record.log.text());
        }
    }

    #[test]
    fn times_have_at_most_three_decimals() {
        for (nanos, expected) in
            [(1_499, 0.001), (1_500, 0.002), (410_000, 0.41), (60_000_123_456, 60_000.123)]
        {
            let ms = millis(Duration::from_nanos(nanos));
            assert_eq!(serde_json::to_string(&ms).unwrap(), serde_json::to_string(&expected).unwrap());
        }
    }

    #[test]
    fn a_clock_that_is_far_off_costs_the_time_and_not_the_record() {
        let long = Duration::from_secs(YEAR_10000);
        for began in [SystemTime::UNIX_EPOCH - Duration::from_secs(9), SystemTime::UNIX_EPOCH + long] {
            let mut out = Vec::new();
            render(&samples::ok(), began, &mut out).unwrap();
            assert!(String::from_utf8(out).unwrap().contains(r#""started":null"#));
        }
    }

    #[test]
    fn control_characters_of_every_kind_are_escaped() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}31mäß\u{80}\u{9f}\u{a0}";
        let mut record = samples::ok();
        record.output = Some(Output::Json(format!("{{\"{text}\":1}}").replace('\u{1b}', "\\u001b")));
        record.log = crate::task::Log {
            lines: vec![crate::task::LogLine { level: None, text: text.to_owned() }],
            dropped_bytes: 0,
        };
        let mut line = b"before\x7f".to_vec();
        render(&record, SystemTime::UNIX_EPOCH, &mut line).unwrap();
        let line = String::from_utf8(line).unwrap();
        let line = line.strip_prefix("before\u{7f}").unwrap();
        assert!(!line.trim_end().chars().any(char::is_control), "{line:?}");
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["log"]["text"], text);
        assert_eq!(value["output"][text], 1);
    }

    #[test]
    fn held_bytes_grow_with_everything_a_guest_can_fill() {
        let empty = held_bytes(&samples::ok());
        let text = "x".repeat(1000);
        let logged = samples::with_log(samples::ok(), None, &text);
        assert!(held_bytes(&logged) >= empty + 1000);
        let mut full =
            Record { output: Some(Output::Text(text.clone())), meta: Some(text.clone()), ..logged };
        full.fault.trace = Some(text);
        assert!(held_bytes(&full) >= empty + 4000 - 100);
    }

    fn schema() -> serde_json::Value {
        serde_json::from_str(include_str!("../../schema/record.schema.json")).unwrap()
    }

    /// What says whether a value is what the schema describes.
    fn validator() -> impl Fn(&serde_json::Value) -> Result<(), String> {
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("record.schema.json", schema()).unwrap();
        let index = compiler.compile("record.schema.json", &mut schemas).unwrap();
        move |value| schemas.validate(value, index).map_err(|error| error.to_string())
    }

    #[test]
    fn records_of_every_verdict_are_what_the_schema_says() {
        let validate = validator();
        for verdict in Verdict::ALL {
            for mut record in [samples::ok(), samples::trap(), samples::rejected()] {
                record.verdict = verdict;
                record.fault.exit_code = Some(u32::MAX);
                record.fault.wall = Some(Wall::Kernel);
                record.history = vec![samples::past(1, Verdict::WorkerLost), samples::past(2, verdict)];
                record.module = Some("a.wasm".to_owned());
                record.meta = Some("[1]".to_owned());
                let bytes = Record { output: Some(Output::Bytes(vec![1; 7])), ..record.clone() };
                for record in [record, bytes] {
                    let line = line(&record);
                    let value = serde_json::from_str(&line).unwrap();
                    assert_eq!(validate(&value), Ok(()), "in {line}");
                }
            }
        }
    }

    #[test]
    fn the_schema_knows_exactly_the_verdicts_and_describes_every_key() {
        let schema = schema();
        let listed: Vec<_> = schema["$defs"]["verdict"]["enum"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(listed, Verdict::ALL.map(Verdict::name));
        let objects =
            [&schema, &schema["$defs"]["error"], &schema["$defs"]["stats"], &schema["$defs"]["past"]];
        for object in objects.into_iter().chain([&schema["properties"]["log"]]) {
            assert_eq!(object["additionalProperties"], false);
            for (key, property) in object["properties"].as_object().unwrap() {
                assert!(property["description"].is_string(), "{key} has no description");
            }
        }
    }

    #[test]
    fn the_schema_refuses_a_record_with_another_key_or_one_too_few() {
        let validate = validator();
        let good: serde_json::Value = serde_json::from_str(&line(&samples::ok())).unwrap();
        assert_eq!(validate(&good), Ok(()));
        let mut more = good.clone();
        more["surprise"] = serde_json::Value::Null;
        assert!(validate(&more).is_err());
        for key in ["v", "error", "stats", "worker"] {
            let mut fewer = good.clone();
            fewer.as_object_mut().unwrap().remove(key);
            assert!(validate(&fewer).is_err(), "{key} may be missing");
        }
    }
}
