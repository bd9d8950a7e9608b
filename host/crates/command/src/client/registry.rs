//! Tasks under way of a client, by id: which line each is, so that it can be canceled by its id,
//! and that no two have the same id at a time. Pure.
//!
//! A client counts its lines, so it can name a line that was not read yet. It must never know what
//! a task does.

use std::collections::{HashMap, HashSet};

/// Ids that may be canceled before a task of that id was read.
const MOST_UNKNOWN: usize = 1 << 16;

/// What becomes of a cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CancelOutcome {
    /// The task of this line is to be canceled.
    Line(u64),
    /// No task of this id was read so far; it is canceled when one is.
    Later,
    /// Too many wait for their tasks.
    Refused,
}

/// The tasks.
#[derive(Debug, Default)]
pub(super) struct ClientTasks {
    lines: HashMap<String, u64>,
    /// Canceled before they were read.
    unknown: HashSet<String>,
}

/// What a line is, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadLine {
    /// A task of its own.
    New,
    /// The same, which was canceled before it was read.
    Canceled,
    /// Another task under way, of this line, has the id.
    Duplicate(u64),
}

impl ClientTasks {
    /// Takes a task that was read.
    pub(super) fn read(&mut self, id: &str, seq: u64) -> ReadLine {
        if let Some(other) = self.lines.get(id) {
            return ReadLine::Duplicate(*other);
        }
        self.lines.insert(id.to_owned(), seq);
        if !self.unknown.is_empty() && self.unknown.remove(id) { ReadLine::Canceled } else { ReadLine::New }
    }

    /// Takes the end of the task of a line. One that was never under way changes nothing.
    pub(super) fn ended(&mut self, id: &str, seq: u64) {
        if self.lines.get(id) == Some(&seq) {
            self.lines.remove(id);
        }
    }

    /// Takes a cancellation by id.
    pub(super) fn cancel(&mut self, id: &str) -> CancelOutcome {
        if let Some(seq) = self.lines.get(id) {
            return CancelOutcome::Line(*seq);
        }
        if self.unknown.len() >= MOST_UNKNOWN {
            return CancelOutcome::Refused;
        }
        self.unknown.insert(id.to_owned());
        CancelOutcome::Later
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_canceled_by_its_id_while_it_is_under_way() {
        let mut tasks = ClientTasks::default();
        assert_eq!(tasks.read("a", 1), ReadLine::New);
        assert_eq!(tasks.cancel("a"), CancelOutcome::Line(1));
        tasks.ended("a", 1);
        assert_eq!(tasks.read("a", 2), ReadLine::New);
        assert_eq!(tasks.cancel("a"), CancelOutcome::Line(2));
    }

    #[test]
    fn a_task_can_be_canceled_before_it_is_read() {
        let mut tasks = ClientTasks::default();
        assert_eq!(tasks.cancel("a"), CancelOutcome::Later);
        assert_eq!(tasks.cancel("a"), CancelOutcome::Later);
        assert_eq!(tasks.read("a", 1), ReadLine::Canceled);
        tasks.ended("a", 1);
        assert_eq!(tasks.read("a", 2), ReadLine::New);
    }

    #[test]
    fn an_id_has_one_task_at_a_time() {
        let mut tasks = ClientTasks::default();
        assert_eq!(tasks.read("a", 1), ReadLine::New);
        assert_eq!(tasks.read("a", 2), ReadLine::Duplicate(1));
        // The record of the one that was refused.
        tasks.ended("a", 2);
        assert_eq!(tasks.read("a", 3), ReadLine::Duplicate(1));
        tasks.ended("a", 1);
        assert_eq!(tasks.read("a", 4), ReadLine::New);
    }

    #[test]
    fn what_waits_for_its_task_is_bounded() {
        let mut tasks = ClientTasks::default();
        for number in 0..MOST_UNKNOWN {
            assert_eq!(tasks.cancel(&number.to_string()), CancelOutcome::Later);
        }
        assert_eq!(tasks.cancel("more"), CancelOutcome::Refused);
        assert_eq!(tasks.read("0", 1), ReadLine::Canceled);
        assert_eq!(tasks.cancel("more"), CancelOutcome::Later);
    }
}
