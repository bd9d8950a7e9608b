//! Outcomes of cases, and the three ways to show them: text for people, JSON and JUnit for
//! programs. Pure.

use super::cases::TestCase;
use crate::junit::{JunitCase, JunitEnd, document};
use polymer_host::{Done, Input};
use polymer_host_base::sanitize::{indented, name};
use polymer_host_task::{Usage, Verdict};
use quick_junit::{Report, TestSuite};
use serde::Serialize;
use std::fmt::Write as _;
use std::str::FromStr;
use std::time::Duration;

/// Lines of a log that a failure shows: its end.
const LOGGED: usize = 10;

/// How the outcomes of cases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestFormat {
    /// Failures and a sum, for people.
    Text,
    /// A line of JSON a case.
    Json,
    /// An XML document that build servers read.
    Junit,
}

impl FromStr for TestFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "junit" => Ok(Self::Junit),
            _ => Err("it is text, json or junit"),
        }
    }
}

/// Outcome of one case.
#[derive(Debug, Serialize)]
pub(crate) struct CaseOutcome {
    module: String,
    id: String,
    line: u64,
    passed: bool,
    verdict: &'static str,
    /// All that is not as expected; nothing if it passed.
    wrong: Vec<String>,
    fuel: Option<u64>,
    wall_ms: Option<f64>,
    log: String,
    #[serde(skip)]
    wall: Duration,
    #[serde(skip)]
    usage: Usage,
    /// True if it ended at a limit.
    #[serde(skip)]
    hit_limit: bool,
}

impl CaseOutcome {
    /// Line on which its case stands.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }

    /// Module as it was named.
    pub(crate) fn module(&self) -> &str {
        &self.module
    }

    /// Name of its case.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Its usage, if it passed and that tells what it needs: at a limit, or cut off with its
    /// worker, it would have used more.
    pub(crate) fn telling_usage(&self) -> Option<&Usage> {
        (self.passed && !self.hit_limit && !self.usage.partial).then_some(&self.usage)
    }

    pub(super) fn new(module: &str, case: &TestCase, done: &Done<Input>, wrong: Vec<String>) -> Self {
        let wall = done.stats.wall;
        Self {
            module: module.to_owned(),
            id: case.id.clone(),
            line: case.line,
            passed: wrong.is_empty(),
            verdict: done.verdict.name(),
            wrong,
            fuel: done.stats.fuel,
            wall_ms: wall.map(|wall| (wall.as_secs_f64() * 1e6).round() / 1e3),
            log: done.log.text(),
            wall: wall.unwrap_or_default(),
            usage: done.stats.clone(),
            hit_limit: done.verdict.names_limit() == Some(true),
        }
    }
}

/// All outcomes of one command.
#[derive(Debug, Default)]
pub(crate) struct TestOutcomes {
    /// In the order of modules, and of lines for each.
    pub(super) cases: Vec<CaseOutcome>,
    /// Cases that were for another form of module.
    pub(super) passed_over: usize,
    /// Time that all of them took, builds of modules not counted.
    pub(super) took: Duration,
}

impl TestOutcomes {
    /// All cases, in the order of modules, and of lines for each.
    pub(crate) fn cases(&self) -> &[CaseOutcome] {
        &self.cases
    }

    /// Cases that gave something else than they expect.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &CaseOutcome> {
        self.cases.iter().filter(|case| !case.passed)
    }

    /// Number of these.
    pub(crate) fn failed(&self) -> usize {
        self.failures().count()
    }

    /// Returns what is shown, and what only people are told beside it.
    pub(crate) fn shown(&self, format: TestFormat, modules: usize) -> (String, String) {
        let sum = format!("{} in {:.2} s\n", self.sums(), self.took.as_secs_f64());
        match format {
            TestFormat::Text => (self.text(modules) + &sum, String::new()),
            TestFormat::Json => (self.json(), sum),
            TestFormat::Junit => (self.junit(), sum),
        }
    }

    fn sums(&self) -> String {
        let failed = self.failed();
        let mut line = format!("{} passed, {failed} failed", self.cases.len() - failed);
        if self.passed_over > 0 {
            let _ = write!(line, ", {} for another form of task", self.passed_over);
        }
        line
    }

    /// Failures, as people read them. Where there are several modules each is named.
    fn text(&self, modules: usize) -> String {
        let mut text = String::new();
        for case in self.failures() {
            let of = if modules > 1 { format!("{}: ", name(&case.module)) } else { String::new() };
            let _ = writeln!(text, "FAIL {of}{} (line {})", name(&case.id), case.line);
            for fault in &case.wrong {
                let _ = writeln!(text, "  {}", indented(fault, "  "));
            }
            let lines: Vec<&str> = case.log.lines().collect();
            if !lines.is_empty() {
                let end = lines.get(lines.len().saturating_sub(LOGGED)..).unwrap_or_default();
                let _ = writeln!(text, "  it logged: {}", indented(&end.join("\n"), "    "));
            }
        }
        text
    }

    fn json(&self) -> String {
        // Texts and numbers always are JSON.
        let lines = self.cases.iter().filter_map(|case| serde_json::to_string(case).ok());
        lines.map(|line| line + "\n").collect()
    }

    /// A suite for each module.
    fn junit(&self) -> String {
        let mut report = Report::new("polymer test");
        report.set_time(self.took);
        for cases in self.cases.chunk_by(|one, other| one.module == other.module) {
            let module = cases.first().map_or("", |case| case.module.as_str());
            let mut suite = TestSuite::new(module);
            for case in cases {
                let is_ok = case.verdict == Verdict::Ok.name();
                let description = case.wrong.join("\n");
                let end = match case.passed {
                    true => JunitEnd::Passed,
                    false => JunitEnd::Failed {
                        is_error: false,
                        kind: if is_ok { Verdict::WrongOutput.name() } else { case.verdict },
                        message: case.wrong.first().map_or("", String::as_str),
                        description: &description,
                    },
                };
                let told = JunitCase { class: module, name: &case.id, time: case.wall, end, log: &case.log };
                suite.add_test_case(told.element());
            }
            report.add_test_suite(suite);
        }
        document(&report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(module: &str, id: &str, wrong: &[&str]) -> CaseOutcome {
        CaseOutcome {
            module: module.to_owned(),
            id: id.to_owned(),
            line: 3,
            passed: wrong.is_empty(),
            verdict: Verdict::Ok.name(),
            wrong: wrong.iter().map(|text| (*text).to_owned()).collect(),
            fuel: Some(7),
            wall_ms: Some(1.5),
            log: "said\u{1b}[1m".to_owned(),
            wall: Duration::from_micros(1500),
            usage: Usage::default(),
            hit_limit: false,
        }
    }

    fn some() -> TestOutcomes {
        let cases = vec![
            case("a.wasm", "one", &[]),
            case("a.wasm", "<two>", &["the output differs\n- 1\n+ ]]>&\u{1}"]),
            case("b.wasm", "one", &[]),
        ];
        TestOutcomes { cases, passed_over: 2, took: Duration::from_secs(1) }
    }

    #[test]
    fn people_see_failures_and_a_sum() {
        let (text, beside) = some().shown(TestFormat::Text, 2);
        let expected = "FAIL a.wasm: <two> (line 3)\n  the output differs\n  - 1\n  + ]]>&";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.ends_with("2 passed, 1 failed, 2 for another form of task in 1.00 s\n"), "{text}");
        assert!(beside.is_empty() && some().text(1).starts_with("FAIL <two>"));
    }

    #[test]
    fn programs_read_a_line_a_case() {
        let (text, beside) = some().shown(TestFormat::Json, 2);
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            (&lines[1]["id"], &lines[1]["passed"], &lines[2]["module"]),
            (&"<two>".into(), &false.into(), &"b.wasm".into())
        );
        assert!(beside.starts_with("2 passed"));
    }

    #[test]
    fn what_was_used_up_or_cut_off_tells_nothing_of_a_need() {
        let usage = Usage { fuel: Some(7), ..Usage::default() };
        let within = CaseOutcome { usage: usage.clone(), ..case("a.wasm", "one", &[]) };
        assert_eq!(within.telling_usage(), Some(&usage));
        let at_limit = CaseOutcome { hit_limit: true, ..case("a.wasm", "one", &[]) };
        let cut_off = CaseOutcome { usage: Usage { partial: true, ..usage }, ..case("a.wasm", "one", &[]) };
        assert_eq!((at_limit.telling_usage(), cut_off.telling_usage()), (None, None));
        assert_eq!(case("a.wasm", "one", &["wrong"]).telling_usage(), None);
    }

    #[test]
    fn build_servers_read_a_suite_a_module() {
        let (text, _) = some().shown(TestFormat::Junit, 2);
        let report = Report::deserialize_from_str(&text).unwrap();
        assert_eq!((report.tests, report.failures, report.test_suites.len()), (3, 1, 2));
        assert!(text.contains("&lt;two&gt;") && !text.contains(['\u{1}', '\u{1b}']), "{text}");
    }
}
