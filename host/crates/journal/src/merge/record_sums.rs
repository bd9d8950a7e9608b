//! Sums over records as they lie in a file: what a summary says of a session, made of its records.
//!
//! What only events tell, such as deaths of workers, is not in them. Each line is read once, also
//! for what a merge needs beside its sums. It must never know where the records lie.

use crate::lines::LineFlaw;
use crate::results::{self, IdNaming, ScannedJudgement, ScannedLine, SeenRecord, present};
use polymer_host_event::{CheckUsage, RunEvent};
use polymer_host_report::Stats;
use polymer_host_task::{Judgement, Log, PastAttempt, Points, Record, TaskError, TaskId, Usage, Verdict};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// The sums so far.
#[derive(Debug)]
pub(super) struct RecordSums {
    stats: Stats,
    /// The record that is added: made once, and filled again for each.
    event: RunEvent,
}

/// The fields that are summed, beside those of [`ScannedLine`]. Those that `--emit` may leave out
/// need not be there.
#[derive(Deserialize)]
struct SummedRecord<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    seq: u64,
    verdict: &'a str,
    key: Option<&'a str>,
    content: Option<&'a str>,
    #[serde(borrow, default, deserialize_with = "present")]
    replaces: Option<Option<&'a str>>,
    #[serde(default)]
    attempts: u32,
    #[serde(default)]
    stats: SummedUsage,
    #[serde(borrow, default)]
    group: Option<BorrowedText<'a>>,
    #[serde(borrow, default)]
    judge: Option<SummedJudgement<'a>>,
    #[serde(default)]
    history: Vec<SummedAttempt>,
}

/// A text that may be borrowed wherever it stands.
#[derive(Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Default, Deserialize)]
struct SummedUsage {
    #[serde(default)]
    fuel: Option<u64>,
    #[serde(default)]
    wall_ms: Option<f64>,
    #[serde(default)]
    cpu_ms: Option<f64>,
    #[serde(default)]
    queue_ms: Option<f64>,
    #[serde(default)]
    peak_memory_bytes: Option<u64>,
}

#[derive(Deserialize)]
struct SummedJudgement<'a> {
    execution: Option<&'a str>,
    accepted: bool,
    #[serde(default)]
    points: Option<f64>,
    #[serde(default)]
    max_points: Option<f64>,
    #[serde(default)]
    checker: Option<SummedUsage>,
    #[serde(default)]
    interactor: Option<SummedUsage>,
}

#[derive(Default, Deserialize)]
struct SummedAttempt {
    #[serde(default)]
    stats: SummedUsage,
}

impl Default for RecordSums {
    fn default() -> Self {
        Self { stats: Stats::new(0), event: RunEvent::TaskDone(Box::new(empty())) }
    }
}

impl RecordSums {
    /// Reads a record and adds it. Of what cannot be summed only the verdict counts.
    ///
    /// # Errors
    /// If it is no record.
    pub(super) fn add(&mut self, line: &[u8]) -> Result<SeenRecord, LineFlaw> {
        let Ok(read) = results::parse::<SummedRecord<'_>>(line) else {
            let seen = SeenRecord::read(line, IdNaming::Other)?;
            self.sum(seen.verdict, |record| *record = empty());
            return Ok(seen);
        };
        let seen = SeenRecord::of(read.scanned(), line, IdNaming::Other)?;
        let Self { stats, .. } = self;
        if let Some(judge) = &read.judge {
            add_check(&mut stats.judging.checks, judge.checker.as_ref());
            add_check(&mut stats.judging.interactions, judge.interactor.as_ref());
        }
        stats.retries += u64::try_from(read.history.len()).unwrap_or(u64::MAX);
        self.sum(seen.verdict, |record| fill(record, seen.verdict, read));
        Ok(seen)
    }

    /// Adds a record that is made of the last one so.
    fn sum(&mut self, verdict: Verdict, fill: impl FnOnce(&mut Record)) {
        let Self { stats, event } = self;
        if let RunEvent::TaskDone(record) = event {
            fill(record);
            record.verdict = verdict;
        }
        stats.on(event);
    }

    /// The sums.
    pub(super) fn into_stats(self) -> Stats {
        self.stats
    }
}

impl<'a> SummedRecord<'a> {
    fn scanned(&self) -> ScannedLine<'a> {
        let Self { id, seq, verdict, key, content, replaces, .. } = *self;
        let judge = self.judge.as_ref().map(|judge| ScannedJudgement { execution: judge.execution });
        ScannedLine { id, seq, verdict, key, content, judge, replaces }
    }
}

fn fill(record: &mut Record, verdict: Verdict, read: SummedRecord<'_>) {
    let SummedRecord { attempts, stats, group, judge, history, .. } = read;
    record.attempts = attempts;
    record.queued = stats.queue_ms.and_then(milliseconds);
    record.usage = stats.usage();
    record.group = group.map(|BorrowedText(text)| Arc::from(&*text));
    record.judgement = judge.map(|judge| Box::new(judge.judgement()));
    record.history.clear();
    record.history.extend(history.iter().map(|past| PastAttempt {
        attempt: 0,
        verdict,
        error: TaskError::default(),
        worker: None,
        usage: past.stats.usage(),
    }));
}

impl SummedUsage {
    fn usage(&self) -> Usage {
        Usage {
            fuel: self.fuel,
            wall: self.wall_ms.and_then(milliseconds),
            cpu: self.cpu_ms.and_then(milliseconds),
            peak_memory: self.peak_memory_bytes,
            ..Usage::default()
        }
    }
}

impl SummedJudgement<'_> {
    fn judgement(&self) -> Judgement {
        Judgement {
            accepted: self.accepted,
            points: self.points.and_then(Points::new),
            max_points: self.max_points.and_then(Points::new),
            message: String::new(),
            diff: String::new(),
            ended: None,
            checker: None,
            interactor: None,
        }
    }
}

fn add_check(sums: &mut CheckUsage, usage: Option<&SummedUsage>) {
    let Some(usage) = usage.map(SummedUsage::usage) else { return };
    sums.checks += 1;
    sums.fuel = sums.fuel.saturating_add(usage.fuel.unwrap_or_default());
    sums.wall = sums.wall.saturating_add(usage.wall.unwrap_or_default());
    sums.cpu = sums.cpu.saturating_add(usage.cpu.unwrap_or_default());
}

/// The time of so many milliseconds, if it is one.
fn milliseconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number / 1000.0).ok()
}

/// A record of nothing.
fn empty() -> Record {
    Record {
        task: TaskId(0),
        seq: 0,
        id: String::new(),
        label: None,
        module: None,
        verdict: Verdict::Ok,
        output: None,
        error: TaskError::default(),
        attempts: 0,
        worker: None,
        started: None,
        earlier: None,
        queued: None,
        usage: Usage::default(),
        input_bytes: 0,
        log: Log::default(),
        files: None,
        group: None,
        judgement: None,
        history: Vec::new(),
        meta: None,
        trace: None,
        key: None,
        content: None,
        execution: None,
        replaces: None,
        line: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::record::render;
    use polymer_host_event::samples;
    use std::time::SystemTime;

    /// Records that differ in all that is summed.
    fn records() -> Vec<Record> {
        let judgement = Judgement {
            accepted: false,
            points: Points::new(1.5),
            max_points: Points::new(2.0),
            message: "m".to_owned(),
            diff: String::new(),
            ended: None,
            checker: Some(Box::new(samples::ok().usage)),
            interactor: None,
        };
        let past = samples::past(1, Verdict::WorkerLost);
        let group = Some(Arc::from("a \"group\""));
        vec![
            samples::ok(),
            samples::rejected(),
            Record { attempts: 2, history: vec![past], ..samples::trap() },
            Record { group: group.clone(), ..samples::trap() },
            Record { group, judgement: Some(Box::new(judgement)), ..samples::ok() },
        ]
    }

    #[test]
    fn sums_of_written_records_are_those_of_the_records() {
        let (mut sums, mut expected) = (RecordSums::default(), Stats::new(0));
        for record in records() {
            let mut line = Vec::new();
            render(&record, SystemTime::UNIX_EPOCH, &mut line);
            let seen = sums.add(line.trim_ascii_end()).unwrap();
            assert_eq!(seen, SeenRecord::read(line.trim_ascii_end(), IdNaming::Other).unwrap());
            expected.on(&RunEvent::TaskDone(Box::new(record)));
        }
        let stats = sums.into_stats();
        assert_eq!(stats.verdicts, expected.verdicts);
        assert_eq!((stats.attempts, stats.retries), (expected.attempts, 1));
        assert_eq!((stats.fuel, stats.most_fuel), (expected.fuel, expected.most_fuel));
        assert_eq!(stats.peak_memory, expected.peak_memory);
        let times =
            |stats: &Stats| (stats.run.count(), stats.run.sum(), stats.queue.count(), stats.queue.sum());
        assert_eq!(times(&stats), times(&expected));
        assert_eq!((stats.judged, stats.points), (expected.judged, expected.points));
        assert_eq!(stats.groups, expected.groups);
        assert_eq!(
            (stats.judging.checks.checks, stats.judging.checks.fuel),
            (1, samples::ok().usage.fuel.unwrap())
        );
    }

    #[test]
    fn of_what_cannot_be_summed_the_verdict_counts() {
        let mut sums = RecordSums::default();
        let rests = [
            r#","attempts":"x""#,
            r#","group":["g"]"#,
            "",
            r#","attempts":1,"stats":{"wall_ms":-1,"queue_ms":1e300}"#,
            r#","attempts":"y""#,
        ];
        for rest in rests {
            let line = format!(r#"{{"seq":1,"verdict":"trap","key":"{:032x}"{rest}}}"#, 7);
            assert_eq!(sums.add(line.as_bytes()).unwrap().verdict, Verdict::Trap, "{line}");
        }
        let stats = sums.into_stats();
        assert_eq!((stats.tasks(), stats.attempts, stats.run.count(), stats.queue.count()), (5, 1, 0, 0));
    }

    #[test]
    fn what_is_no_record_is_none_here_either() {
        let lines: [&[u8]; 5] =
            [b"", b"[]", b"{}", br#"{"seq":1,"verdict":"trap"}"#, b"{\"seq\":1,\"verdict\":\"\xff"];
        for line in lines {
            let mut sums = RecordSums::default();
            assert!(sums.add(line).is_err(), "{line:?}");
            assert_eq!(sums.into_stats().tasks(), 0);
        }
    }
}
