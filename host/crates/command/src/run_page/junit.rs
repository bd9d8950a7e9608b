//! `junit`: the records of a run as a JUnit document, which build servers read.
//!
//! All tasks are counted; so many failures and so many other tasks have an element of their own,
//! so that memory and the document have a bound. It must never know where records come from.

use crate::junit::{JunitCase, JunitEnd, document};
use polymer_host_base::text::{counted, cut};
use polymer_host_journal::record_view::RecordView;
use polymer_host_task::Verdict;
use quick_junit::{Report, TestSuite};
use std::time::Duration;

/// Failures that have an element.
const MOST_FAILURES: usize = 2000;

/// Other tasks that have an element.
const MOST_OTHERS: usize = 20_000;

/// The longest text of an element in bytes.
const LONGEST: usize = 4 << 10;

/// A document on its way.
#[derive(Debug)]
pub(super) struct JunitReport {
    suite: TestSuite,
    failures: JunitRoom,
    others: JunitRoom,
    /// Time of all tasks.
    time: Duration,
}

/// Elements that there are and that there is room for.
#[derive(Debug)]
struct JunitRoom {
    most: usize,
    all: usize,
}

impl JunitRoom {
    /// Counts one; says whether there is room for its element.
    const fn take(&mut self) -> bool {
        self.all += 1;
        self.all <= self.most
    }

    const fn left_out(&self) -> usize {
        self.all.saturating_sub(self.most)
    }
}

impl JunitReport {
    /// Of a run that is called so.
    pub(super) fn of(name: &str) -> Self {
        Self::within(name, MOST_FAILURES, MOST_OTHERS)
    }

    fn within(name: &str, failures: usize, others: usize) -> Self {
        let room = |most| JunitRoom { most, all: 0 };
        Self {
            suite: TestSuite::new(cut(name, LONGEST)),
            failures: room(failures),
            others: room(others),
            time: Duration::ZERO,
        }
    }

    /// Adds a record.
    pub(super) fn add(&mut self, record: &RecordView<'_>) {
        let text = |steps: &[&str]| record.text(steps).unwrap_or_default();
        let millis = record.number(&["stats", "wall_ms"]).unwrap_or_default();
        let time = Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default();
        self.time = self.time.saturating_add(time);
        let verdict = text(&["verdict"]);
        let kind = JunitKind::of(&verdict);
        let room = if kind.is_failure() { &mut self.failures } else { &mut self.others };
        if !room.take() {
            return self.count(kind);
        }
        let (message, trace) = (text(&["error", "message"]), text(&["error", "trace"]));
        let description = cut(&format!("{message}\n{trace}"), LONGEST);
        let (message, log) = (cut(&message, LONGEST), cut(&text(&["log", "text"]), LONGEST));
        let end = match kind {
            JunitKind::Passed => JunitEnd::Passed,
            JunitKind::Skipped => JunitEnd::Skipped { message: &message },
            JunitKind::Failure | JunitKind::Error => JunitEnd::Failed {
                is_error: kind == JunitKind::Error,
                kind: &verdict,
                message: &message,
                description: description.trim_end(),
            },
        };
        let (module, id) = (text(&["module"]), cut(&text(&["id"]), LONGEST));
        let class =
            if module.is_empty() { self.suite.name.as_str().to_owned() } else { cut(&module, LONGEST) };
        // What a task logged that ended as it should nobody looks for here.
        let log = if kind.is_failure() { log.as_str() } else { "" };
        self.suite.add_test_case(JunitCase { class: &class, name: &id, time, end, log }.element());
    }

    /// Counts a task without an element.
    const fn count(&mut self, kind: JunitKind) {
        self.suite.tests += 1;
        match kind {
            JunitKind::Passed => {}
            JunitKind::Skipped => self.suite.skipped += 1,
            JunitKind::Failure => self.suite.failures += 1,
            JunitKind::Error => self.suite.errors += 1,
        }
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        self.suite.set_time(self.time);
        let left_out = [(self.failures.left_out(), "failure"), (self.others.left_out(), "other task")];
        let left_out = left_out.into_iter().filter(|(number, _)| *number > 0);
        let words: Vec<String> = left_out.map(|(number, noun)| counted(number as u64, noun)).collect();
        if !words.is_empty() {
            self.suite.set_system_out(format!("counted, without an element: {}", words.join(", ")));
        }
        let mut report = Report::new("polymer report");
        report.set_time(self.time);
        report.add_test_suite(self.suite);
        document(&report)
    }
}

/// What a verdict is to a build server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JunitKind {
    Passed,
    Skipped,
    Failure,
    Error,
}

impl JunitKind {
    fn of(verdict: &str) -> Self {
        match Verdict::ALL.into_iter().find(|known| known.name() == verdict) {
            Some(Verdict::Ok) => Self::Passed,
            Some(Verdict::Canceled) => Self::Skipped,
            // Not the task is at fault.
            Some(
                Verdict::ModuleInvalid | Verdict::JudgeError | Verdict::PolicyDenied | Verdict::WorkerLost,
            ) => Self::Error,
            _ => Self::Failure,
        }
    }

    const fn is_failure(self) -> bool {
        matches!(self, Self::Failure | Self::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, verdict: &str) -> String {
        let error = r#"{"message":"no ]]> & \u0001\nmore","code":"c","wall":"","trace":"m!f"}"#;
        format!(
            r#"{{"id":"{id}","verdict":"{verdict}","error":{error},"stats":{{"wall_ms":1500.0}},"log":{{"text":"said"}},"module":"<m>"}}"#
        )
    }

    fn read(mut report: JunitReport, records: &[(&str, &str)]) -> Report {
        for (id, verdict) in records {
            let line = record(id, verdict);
            report.add(&RecordView::read(&line));
        }
        Report::deserialize_from_str(&report.finish()).unwrap()
    }

    const RECORDS: [(&str, &str); 5] =
        [("a", "ok"), ("b", "trap"), ("c", "canceled"), ("d", "module_invalid"), ("e", "ok")];

    #[test]
    fn build_servers_read_a_case_a_task() {
        let report = read(JunitReport::of("run"), &RECORDS);
        assert_eq!((report.tests, report.failures, report.errors), (5, 1, 1));
        let suite = &report.test_suites[0];
        assert_eq!((suite.name.as_str(), suite.skipped), ("run", 1));
        assert_eq!(suite.time, Some(Duration::from_millis(7500)));
        let failed = &suite.test_cases[1];
        assert_eq!((failed.name.as_str(), failed.classname.as_ref().unwrap().as_str()), ("b", "<m>"));
        assert_eq!(failed.system_err.as_ref().unwrap().as_str(), "said");
        assert!(suite.test_cases[0].system_err.is_none() && suite.system_out.is_none());
    }

    #[test]
    fn tasks_without_room_are_counted() {
        let records: Vec<_> = RECORDS.iter().cycle().take(50).copied().collect();
        let report = read(JunitReport::within("run", 3, 4), &records);
        assert_eq!((report.tests, report.failures, report.errors), (50, 10, 10));
        let suite = &report.test_suites[0];
        assert_eq!((suite.test_cases.len(), suite.skipped), (7, 10));
        let said = suite.system_out.as_ref().unwrap().as_str();
        assert_eq!(said, "counted, without an element: 17 failures, 26 other tasks");
    }
}
