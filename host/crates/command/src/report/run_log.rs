//! The log of a run: what of an event is told in full, in short or not at all, as text or as JSON.
//!
//! Where failures that are alike are counted, so are lines that guests log in attempts that are no
//! failure of a task: a run of any length is one screen. It must never know where lines go.

use crate::report::failure_notice::{FailureNotice, FailureNotices};
use crate::report::json_log::{JsonLog, JsonPlace};
use polymer_host_event::RunEvent;
use polymer_host_report::log::{
    self, CountedLines, LogPlace, LogSink, TracingLines, detail_of, tell_line_in_short,
};
use polymer_host_sketch::{CauseTable, FailedTask, FailureCause, message_pattern};
use polymer_host_task::{LogLevel, LogLine, Record, Verdict};

/// Lines of an attempt that are looked at where lines that are alike are counted. A guest may log
/// tens of thousands, and each takes its time.
const MOST_LINES: usize = 20;

/// Writes the log.
#[derive(Debug)]
pub(super) struct RunLog {
    /// Where it is JSON; elsewhere it goes to whoever subscribed to `tracing`.
    json: Option<JsonLog>,
    /// What is alike is counted and not told one by one.
    groups: bool,
    /// Lines that guests logged, by what they have in common.
    kinds: CauseTable,
    notices: FailureNotices,
}

/// An attempt of which lines are told.
#[derive(Clone, Copy)]
struct ToldAttempt<'a> {
    text: LogPlace<'a>,
    json: JsonPlace<'a>,
    task: FailedTask<'a>,
    lines: &'a [LogLine],
}

impl RunLog {
    /// The log as text, or as `json`. What is alike is counted if `groups`.
    pub(super) fn new(json: Option<JsonLog>, groups: bool) -> Self {
        Self { json, groups, kinds: CauseTable::default(), notices: FailureNotices::of_logs() }
    }

    /// Returns whether people read JSON, so that nothing is shown to them as text.
    pub(super) fn is_shown_as_json(&self) -> bool {
        self.json.as_ref().is_some_and(|json| json.is_shown)
    }

    /// Tells of an event. Of a task that failed, `notice` says how much. The log of a guest is told
    /// `whole` where somebody asked for it, and this is where it goes. Gives the number of lines
    /// that a failure took on the screen.
    pub(super) fn tell(&mut self, event: &RunEvent, notice: FailureNotice, whole: bool) -> u64 {
        match event {
            RunEvent::TaskDone(record) if record.verdict != Verdict::Ok => {
                return self.tell_failed(event, record, notice, whole);
            }
            RunEvent::TaskDone(record) if self.groups && !whole => self.tell_alike(ToldAttempt {
                text: LogPlace::of(record),
                json: JsonPlace::of(record),
                task: FailedTask { id: &record.id, label: None, seq: record.seq },
                lines: &record.log.lines,
            }),
            RunEvent::AttemptFailed { task, attempt, worker, log, .. } if self.groups => {
                self.tell_alike(ToldAttempt {
                    text: LogPlace::at(*worker, task, *attempt),
                    json: JsonPlace::at(*worker, task, *attempt),
                    task: FailedTask { id: &task.id, label: None, seq: task.seq },
                    lines: log,
                });
            }
            _ => self.tell_in_full(event, whole),
        }
        0
    }

    fn tell_in_full(&self, event: &RunEvent, whole: bool) {
        match &self.json {
            Some(json) => drop(json.tell(event, whole)),
            None => log::tell(event, &mut TracingLines),
        }
    }

    fn tell_failed(&self, event: &RunEvent, record: &Record, notice: FailureNotice, whole: bool) -> u64 {
        match notice {
            _ if !self.groups => {
                self.tell_in_full(event, whole);
                0
            }
            FailureNotice::Silent => 0,
            FailureNotice::InFull => match &self.json {
                Some(json) => json.tell(event, whole),
                None => {
                    let mut to = TracingLines;
                    let mut counted = CountedLines::new(&mut to);
                    log::tell(event, &mut counted);
                    counted.lines()
                }
            },
            _ => match &self.json {
                Some(json) => json.tell_in_short(record, notice.count()),
                None => {
                    log::tell_in_short(record, &notice.note(), &mut TracingLines);
                    1
                }
            },
        }
    }

    /// Tells lines of an attempt in short, of many that are alike their number.
    fn tell_alike(&mut self, attempt: ToldAttempt<'_>) {
        let json = self.json.as_ref();
        for line in attempt.lines.iter().filter(|line| wants(json, line)).take(MOST_LINES) {
            let count = self.kinds.add(kind_of(line), attempt.task);
            let notice = self.notices.decide(count);
            if notice == FailureNotice::Silent {
                continue;
            }
            match json {
                Some(json) => drop(json.tell_line(attempt.json, line, notice.count())),
                None => tell_line_in_short(attempt.text, line, &notice.note(), &mut TracingLines),
            }
            self.notices.took_lines(1);
        }
    }
}

/// Returns whether a line of a guest is of any use, in JSON or as text.
fn wants(json: Option<&JsonLog>, line: &LogLine) -> bool {
    let level = detail_of(line);
    json.map_or_else(|| TracingLines.wants(level), |json| json.wants(level))
}

/// What a line has in common with others: its level and its message without its variable parts. A
/// cause of no failure, so that a table of causes counts it.
fn kind_of(line: &LogLine) -> FailureCause {
    let code = line.level.map_or("", LogLevel::name).to_owned();
    FailureCause { verdict: Verdict::Ok, code, pattern: message_pattern(&line.text), frame: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::{RetryNote, samples};
    use polymer_host_report::LogDetail;
    use polymer_host_report::samples::Kept;
    use polymer_host_task::{TaskError, TaskName};
    use serde_json::Value;
    use std::time::SystemTime;

    struct Fixture {
        kept: Kept,
        log: RunLog,
        json: JsonLog,
    }

    impl Fixture {
        fn new(groups: bool) -> Self {
            let kept = Kept::default();
            let json = JsonLog {
                level: Some(LogDetail::Error),
                out: kept.screen(),
                is_shown: true,
                clock: || SystemTime::UNIX_EPOCH,
            };
            let log = RunLog::new(Some(json.clone()), groups);
            Self { kept, log, json }
        }

        /// A task that ended ok and logged these warnings.
        fn warned(&mut self, seq: u64, texts: &[&str], whole: bool) {
            let mut record = samples::ok();
            record.seq = seq;
            for text in texts {
                record = samples::with_log(record, Some(LogLevel::Warn), text);
            }
            record = samples::with_log(record, Some(LogLevel::Info), "fine");
            self.log.tell(&RunEvent::TaskDone(Box::new(record)), FailureNotice::InFull, whole);
        }

        fn lines(&self) -> Vec<Value> {
            self.json.out.flush();
            self.kept.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        }

        fn told(&self) -> Vec<(u64, Option<u64>)> {
            let of = |line: &Value| (line["seq"].as_u64().unwrap(), line["count"].as_u64());
            self.lines().iter().map(of).collect()
        }
    }

    #[test]
    fn of_lines_that_are_alike_the_first_are_told_then_their_number() {
        let mut fixture = Fixture::new(true);
        for seq in 1..=100_u64 {
            fixture.warned(seq, &[&format!("row {seq} is short")], false);
        }
        let expected = [(1, None), (2, None), (3, None), (10, Some(10)), (30, Some(30)), (100, Some(100))];
        assert_eq!(fixture.told(), expected);
        let line = &fixture.lines()[3];
        assert_eq!((&line["source"], &line["level"]), (&"guest".into(), &"warn".into()));
        assert_eq!(line["message"], "row 10 is short");
    }

    #[test]
    fn another_level_or_another_text_is_another_kind() {
        let mut fixture = Fixture::new(true);
        for seq in 1..=3 {
            fixture.warned(seq, &["cold", "hot"], false);
        }
        let mut record = samples::with_log(samples::ok(), Some(LogLevel::Error), "cold");
        record.seq = 4;
        fixture.log.tell(&RunEvent::TaskDone(Box::new(record)), FailureNotice::InFull, false);
        assert_eq!(fixture.told(), [1, 1, 2, 2, 3, 3, 4].map(|seq| (seq, None)));
    }

    #[test]
    fn kinds_without_end_and_attempts_with_many_lines_are_bounded() {
        let mut fixture = Fixture::new(true);
        let word = |at: u64| -> String {
            (0..4).map(|digit| char::from(b'a' + (at / 20_u64.pow(digit) % 20) as u8)).collect()
        };
        for seq in 1..=20_000 {
            fixture.warned(seq, &[&word(seq)], false);
        }
        let told = fixture.told().len();
        assert!(told <= 64 + 20, "{told}");
        let mut fixture = Fixture::new(true);
        let texts: Vec<String> = (0..5_000).map(word).collect();
        fixture.warned(1, &texts.iter().map(String::as_str).collect::<Vec<_>>(), false);
        assert_eq!(fixture.told().len(), MOST_LINES);
    }

    #[test]
    fn whoever_wants_all_lines_gets_them() {
        let mut all = Fixture::new(false);
        let mut asked = Fixture::new(true);
        for seq in 1..=50 {
            all.warned(seq, &["cold"], false);
            asked.warned(seq, &["cold"], true);
        }
        assert_eq!(all.told().len(), 50);
        // With what a guest says that is no warning.
        assert_eq!(asked.told().len(), 100);
    }

    #[test]
    fn lines_of_attempts_that_are_made_again_count_too() {
        let mut fixture = Fixture::new(true);
        for seq in 1..=40 {
            let event = RunEvent::AttemptFailed {
                task: Box::new(TaskName { id: seq.to_string(), seq, ..TaskName::default() }),
                attempt: 1,
                worker: Some(2),
                verdict: Verdict::TaskError,
                error: Box::new(TaskError::new("busy", "later")),
                log: vec![LogLine { level: Some(LogLevel::Error), text: "busy".to_owned() }],
                retry: RetryNote::Alone,
            };
            fixture.log.tell(&event, FailureNotice::InFull, false);
        }
        assert_eq!(fixture.told().len(), 5);
        assert_eq!(fixture.lines()[4]["attempt"], 1);
    }

    #[test]
    fn a_failure_is_told_as_much_as_its_notice_says() {
        let mut fixture = Fixture::new(true);
        let record = samples::with_log(samples::trap(), Some(LogLevel::Info), "at work");
        let event = RunEvent::TaskDone(Box::new(record));
        let notices = [
            FailureNotice::InFull,
            FailureNotice::InShort,
            FailureNotice::Silent,
            FailureNotice::Repeated(10),
        ];
        let lines = notices.map(|notice| fixture.log.tell(&event, notice, false));
        assert_eq!(lines, [1, 1, 0, 1]);
        assert_eq!(fixture.log.tell(&event, FailureNotice::InFull, true), 2);
        let told = fixture.lines();
        assert_eq!(told[0]["trace"], "0: demo!boom\n1: demo!run");
        assert_eq!((&told[1]["trace"], &told[2]["count"]), (&"boom".into(), &10.into()));
        assert_eq!((&told[3]["message"], &told[3]["level"]), (&"at work".into(), &"info".into()));
    }
}
