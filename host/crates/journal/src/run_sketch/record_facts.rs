//! Reader of the parts of a record that a sketch needs. Texts are borrowed where they have no
//! escapes, and what is not needed, such as an output of megabytes, is passed over.
//!
//! It must never know what becomes of them.

use crate::lines::LineFlaw;
use polymer_host_sketch::TaskFacts;
use polymer_host_task::Verdict;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

/// A text that may be borrowed wherever it stands.
#[derive(Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);

/// The parts of a record. Those that `--emit` may leave out need not be there.
#[derive(Deserialize)]
pub(crate) struct RecordParts<'a> {
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    seq: u64,
    verdict: &'a str,
    #[serde(borrow, default)]
    error: ErrorParts<'a>,
    #[serde(default)]
    worker: Option<u32>,
    #[serde(default)]
    started: Option<&'a str>,
    #[serde(default)]
    stats: StatsParts,
    #[serde(borrow, default)]
    log: LogParts<'a>,
    #[serde(borrow, default)]
    group: Option<BorrowedText<'a>>,
    #[serde(borrow, default)]
    module: Option<BorrowedText<'a>>,
    #[serde(borrow, default)]
    judge: Option<JudgeParts<'a>>,
    #[serde(borrow, default)]
    history: Vec<PastParts<'a>>,
    /// What it says of a record that it takes the place of: there or not.
    #[serde(default, deserialize_with = "is_there")]
    replaces: bool,
}

#[derive(Default, Deserialize)]
struct ErrorParts<'a> {
    #[serde(borrow, default)]
    message: Cow<'a, str>,
    #[serde(borrow, default)]
    code: Cow<'a, str>,
    #[serde(borrow, default)]
    trace: Option<BorrowedText<'a>>,
}

#[derive(Default, Deserialize)]
struct StatsParts {
    #[serde(default)]
    fuel: Option<u64>,
    #[serde(default)]
    wall_ms: Option<f64>,
    #[serde(default)]
    queue_ms: Option<f64>,
    #[serde(default)]
    peak_memory_bytes: Option<u64>,
}

#[derive(Default, Deserialize)]
struct LogParts<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
struct JudgeParts<'a> {
    #[serde(borrow, default)]
    diff: Cow<'a, str>,
    #[serde(default)]
    points: Option<f64>,
    #[serde(default)]
    max_points: Option<f64>,
}

#[derive(Deserialize)]
struct PastParts<'a> {
    verdict: &'a str,
}

fn is_there<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl<'a> RecordParts<'a> {
    /// Reads a line without its newline.
    pub(crate) fn read(record: &'a [u8]) -> Result<Self, LineFlaw> {
        serde_json::from_slice(record).map_err(|error| LineFlaw::of(&error, "record"))
    }

    /// The id of its task; empty if that was left out.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Fuel of its last attempt.
    pub(crate) const fn fuel(&self) -> Option<u64> {
        self.stats.fuel
    }

    /// Returns whether it takes the place of another one.
    pub(super) const fn is_replacing(&self) -> bool {
        self.replaces
    }

    /// How its task ended.
    pub(super) fn verdict(&self) -> Result<Verdict, LineFlaw> {
        named(self.verdict)
    }

    /// How earlier attempts ended.
    pub(super) fn past(&self) -> Result<Vec<Verdict>, LineFlaw> {
        self.history.iter().map(|past| named(past.verdict)).collect()
    }

    /// What a sketch is told.
    pub(super) fn facts<'b>(
        &'b self,
        verdict: Verdict,
        past: &'b [Verdict],
        input: Option<&'b [u8]>,
    ) -> TaskFacts<'b> {
        let text = |text: &'b Option<BorrowedText<'a>>| text.as_ref().map(|BorrowedText(text)| &**text);
        TaskFacts {
            code: &self.error.code,
            message: &self.error.message,
            trace: text(&self.error.trace),
            log: &self.log.text,
            diff: self.judge.as_ref().map_or("", |judge| &judge.diff),
            input,
            module: text(&self.module),
            group: text(&self.group),
            points: self.judge.as_ref().map(JudgeParts::thousandths),
            slot: self.worker,
            started: self.started.and_then(micros_since_1970),
            run_time: self.stats.wall_ms.map(nanoseconds),
            queue_time: self.stats.queue_ms.map(nanoseconds),
            fuel: self.stats.fuel,
            memory: self.stats.peak_memory_bytes,
            past,
            ..TaskFacts::new(self.seq, &self.id, verdict)
        }
    }
}

impl JudgeParts<'_> {
    /// Points that were given and that could be.
    fn thousandths(&self) -> (u64, u64) {
        let whole = |points: Option<f64>| saturated(points.unwrap_or_default() * 1000.0);
        (whole(self.points), whole(self.max_points))
    }
}

pub(super) fn named(name: &str) -> Result<Verdict, LineFlaw> {
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == name);
    verdict.ok_or_else(|| LineFlaw::Strange("has a verdict that this version does not know".to_owned()))
}

fn nanoseconds(millis: f64) -> u64 {
    saturated(millis * 1e6)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
fn saturated(number: f64) -> u64 {
    number.round() as u64
}

/// The microseconds from 1970 to a moment in RFC 3339.
fn micros_since_1970(moment: &str) -> Option<u64> {
    let since: Duration = humantime::parse_rfc3339(moment).ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_micros()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::record::render;
    use polymer_host_event::samples;
    use polymer_host_task::Record;
    use std::time::SystemTime;

    #[test]
    fn whatever_record_is_written_is_read() {
        for verdict in Verdict::ALL {
            let (mut line, record) = (Vec::new(), Record { verdict, ..samples::ok() });
            render(&record, SystemTime::UNIX_EPOCH, &mut line);
            let parts = RecordParts::read(line.trim_ascii_end()).unwrap();
            assert_eq!(parts.verdict().unwrap(), verdict);
            let past = parts.past().unwrap();
            let facts = parts.facts(verdict, &past, None);
            assert_eq!((facts.seq, facts.id, facts.slot), (record.seq, record.id.as_str(), record.worker));
            assert_eq!((facts.fuel, facts.memory), (record.usage.fuel, record.usage.peak_memory));
            let wall = record.usage.wall.map(|wall| u64::try_from(wall.as_micros()).unwrap());
            assert_eq!(facts.run_time.map(|time| time / 1000), wall);
        }
    }

    #[test]
    fn each_part_is_read_as_what_it_is() {
        let line = r#"{"v":1,"id":"a\tb","seq":7,"verdict":"trap","output":{"x":[1]},"error":{"message":"m\n","code":"c","wall":"","trace":"t"},
            "worker":3,"started":"1970-01-01T00:00:02.500000Z","stats":{"fuel":5,"wall_ms":0.25,"queue_ms":null,"peak_memory_bytes":9},
            "log":{"text":"l\"","dropped_bytes":0},"group":"g","module":"m","judge":{"points":1.5,"max_points":2,"diff":"- 1"},
            "history":[{"attempt":1,"verdict":"worker_lost"}],"replaces":null}"#;
        let parts = RecordParts::read(line.as_bytes()).unwrap();
        assert!(parts.is_replacing());
        let past = parts.past().unwrap();
        let facts = parts.facts(parts.verdict().unwrap(), &past, Some(b"in"));
        assert_eq!((facts.id, facts.message, facts.code, facts.trace), ("a\tb", "m\n", "c", Some("t")));
        assert_eq!((facts.log, facts.group, facts.module), ("l\"", Some("g"), Some("m")));
        assert_eq!(facts.diff, "- 1");
        assert_eq!((facts.points, facts.started), (Some((1500, 2000)), Some(2_500_000)));
        assert_eq!(
            (facts.run_time, facts.queue_time, facts.past),
            (Some(250_000), None, &[Verdict::WorkerLost][..])
        );
    }

    #[test]
    fn what_emit_left_out_is_unknown_and_what_is_no_record_is_a_flaw() {
        let parts = RecordParts::read(br#"{"seq":7,"verdict":"ok"}"#).unwrap();
        let facts = parts.facts(Verdict::Ok, &[], None);
        assert_eq!((facts.id, facts.started, facts.run_time, parts.is_replacing()), ("", None, None, false));
        assert!(RecordParts::read(br#"{"seq":7}"#).is_err());
        assert!(RecordParts::read(br#"{"seq":7,"verdict":"odd"}"#).unwrap().verdict().is_err());
        let ages = br#"{"seq":7,"verdict":"ok","started":"soon","stats":{"wall_ms":1e300}}"#;
        let parts = RecordParts::read(ages).unwrap();
        let facts = parts.facts(Verdict::Ok, &[], None);
        assert_eq!((facts.started, facts.run_time), (None, Some(u64::MAX)));
    }
}
