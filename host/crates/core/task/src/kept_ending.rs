//! Kept endings: how the last attempt at a task ended in an earlier session, before anybody judged
//! it. A task that comes with one is judged anew in place of being run.
//!
//! Nothing here may know where it was kept, or what is expected now.

use super::{AttemptEnding, PastAttempt};
use std::time::Duration;

/// The end of a task's last attempt as it was kept, and what its record says of its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEnding {
    /// Taken when it is judged.
    ending: Option<Box<AttemptEnding>>,
    held_bytes: usize,
    /// The attempts that led to it.
    pub attempts: KeptAttempts,
}

/// The attempts at a task, as its record tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAttempts {
    /// Number of them.
    pub number: u32,
    /// The slot of the worker that made the last one, from 1.
    pub worker: Option<u32>,
    /// When that began by the wall clock, counted from 1970.
    pub started: Option<Duration>,
    /// Time the task had waited then.
    pub queued: Option<Duration>,
    /// Those before it, oldest first.
    pub history: Vec<PastAttempt>,
}

impl KeptEnding {
    /// An ending that nobody has judged.
    #[must_use]
    pub fn new(ending: AttemptEnding, attempts: KeptAttempts) -> Self {
        let output = ending.output.as_ref().map_or(0, |output| output.bytes().len());
        let log: usize = ending.log.lines.iter().map(|line| line.text.len()).sum();
        let files = ending.files.as_ref().map_or(0, |files| files.held_bytes());
        Self { ending: Some(Box::new(ending)), held_bytes: output + log + files, attempts }
    }

    /// Returns the ending, until it is taken.
    #[must_use]
    pub fn ending(&self) -> Option<&AttemptEnding> {
        self.ending.as_deref()
    }

    /// Takes the ending, to have it judged.
    #[must_use]
    pub const fn take_ending(&mut self) -> Option<Box<AttemptEnding>> {
        self.ending.take()
    }

    /// Bytes that the ending holds in memory, also once it is taken: it is only elsewhere then.
    #[must_use]
    pub const fn held_bytes(&self) -> usize {
        self.held_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Output, TaskError, Verdict};
    use super::*;

    #[test]
    fn an_ending_is_taken_once_and_counts_until_its_task_is_over() {
        let ending = AttemptEnding {
            output: Some(Output::Text("four".to_owned())),
            ..AttemptEnding::without_guest(Verdict::Ok, TaskError::default())
        };
        let attempts =
            KeptAttempts { number: 1, worker: Some(1), started: None, queued: None, history: Vec::new() };
        let mut kept = KeptEnding::new(ending.clone(), attempts);
        assert_eq!((kept.held_bytes(), kept.ending()), (4, Some(&ending)));
        assert_eq!(kept.take_ending().as_deref(), Some(&ending));
        assert_eq!((kept.held_bytes(), kept.take_ending()), (4, None));
    }
}
