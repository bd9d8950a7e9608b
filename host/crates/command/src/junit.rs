//! A case of a JUnit document, as `polymer test` and `polymer report` write it.
//!
//! It must never know what a case is of.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus};
use std::time::Duration;

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
