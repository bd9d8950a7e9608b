//! JUnit documents and their cases, as `polymer test` and `polymer report` write them.
//!
//! It must never know what a case is of.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use std::time::Duration;

/// The text of a document. Its root has no number of cases that were skipped: schemas know that of
/// suites only.
pub(crate) fn document(report: &Report) -> String {
    let text = report.to_string().unwrap_or_default();
    let Some((head, rest)) = text.split_once("<testsuites ") else { return text };
    let Some((root, cases)) = rest.split_once('>') else { return text };
    let attributes = root.split_once(" skipped=\"").and_then(|(before, skipped)| {
        let (_, behind) = skipped.split_once('"')?;
        Some(format!("{before}{behind}"))
    });
    attributes.map_or_else(|| text.clone(), |root| format!("{head}<testsuites {root}>{cases}"))
}

/// A case: what it is called, how long it took, and what it said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JunitCase<'a> {
    /// Where it belongs, such as its module.
    pub(crate) class: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// How long it took.
    pub(crate) time: Duration,
    /// How it ended.
    pub(crate) end: JunitEnd<'a>,
    /// What it logged.
    pub(crate) log: &'a str,
}

/// How a case ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum JunitEnd<'a> {
    /// As it should.
    Passed,
    /// It was not run.
    Skipped {
        /// Why.
        message: &'a str,
    },
    /// Otherwise.
    Failed {
        /// True if not the case is at fault, but what runs it.
        is_error: bool,
        /// In a word.
        kind: &'a str,
        /// Of several lines the first one is shown.
        message: &'a str,
        /// In full.
        description: &'a str,
    },
}

impl JunitCase<'_> {
    /// The element of it. Characters that XML cannot hold are left out.
    pub(crate) fn element(&self) -> TestCase {
        let status = match self.end {
            JunitEnd::Passed => TestCaseStatus::success(),
            JunitEnd::Skipped { message } => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(message);
                status
            }
            JunitEnd::Failed { is_error, kind, message, description } => {
                let category = if is_error { NonSuccessKind::Error } else { NonSuccessKind::Failure };
                let mut status = TestCaseStatus::non_success(category);
                status.set_type(kind).set_message(message.lines().next().unwrap_or_default());
                status.set_description(description);
                status
            }
        };
        let mut case = TestCase::new(self.name, status);
        case.set_classname(self.class).set_time(self.time);
        if !self.log.is_empty() {
            case.set_system_err(self.log);
        }
        case
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_junit::TestSuite;

    #[test]
    fn a_document_is_as_it_was_but_for_the_number_at_its_root() {
        for name in ["polymer", "> skipped=\"7\" <", ""] {
            let mut report = Report::new(name);
            let mut suite = TestSuite::new(name);
            suite.add_test_case(TestCase::new(name, TestCaseStatus::skipped()));
            report.add_test_suite(suite);
            let text = document(&report);
            assert_eq!(text.matches(" skipped=\"1\"").count(), 1, "{text}");
            assert!(
                !text.lines().any(|line| line.starts_with("<testsuites ") && line.contains(" skipped=\"1\""))
            );
            let read = Report::deserialize_from_str(&text).unwrap();
            assert_eq!((read.name.as_ref().map(quick_junit::XmlString::as_str), read.tests), (Some(name), 1));
            assert_eq!(read.test_suites, report.test_suites);
        }
    }
}
