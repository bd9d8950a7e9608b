//! The parts of a record that a sketch is made of.
//!
//! Nothing here may know how they were read.

use crate::cause_table::FailedTask;
use polymer_host_task::Verdict;

/// What a record says of a task that is over. All of it is borrowed: it is looked at once.
#[derive(Debug, Clone, Copy)]
pub struct TaskFacts<'a> {
    /// The line of input it stood on, or its number among those submitted, from 1.
    pub seq: u64,
    /// Its id.
    pub id: &'a str,
    /// Its name for people.
    pub label: Option<&'a str>,
    /// How it ended.
    pub verdict: Verdict,
    /// Code of its error; empty if it has none.
    pub code: &'a str,
    /// Message of its error; empty if it has none.
    pub message: &'a str,
    /// Trace of its error.
    pub trace: Option<&'a str>,
    /// What its guest logged.
    pub log: &'a str,
    /// Where its output differs from the expected one; empty if nothing was expected.
    pub diff: &'a str,
    /// Its line of input, where that was kept.
    pub input: Option<&'a [u8]>,
    /// The module that it ran, where the task names one.
    pub module: Option<&'a str>,
    /// The group that it counts for.
    pub group: Option<&'a str>,
    /// Points that it was given and could be given, in thousandths.
    pub points: Option<(u64, u64)>,
    /// The slot of its worker, from 1.
    pub slot: Option<u32>,
    /// When its last attempt began, in microseconds since 1970.
    pub started: Option<u64>,
    /// Time of its last attempt in nanoseconds.
    pub run_time: Option<u64>,
    /// Time that it waited for a worker in nanoseconds.
    pub queue_time: Option<u64>,
    /// Units of fuel of its last attempt.
    pub fuel: Option<u64>,
    /// Bytes of memory that its last attempt had at most.
    pub memory: Option<u64>,
    /// How its attempts before the last one ended.
    pub past: &'a [Verdict],
}

impl<'a> TaskFacts<'a> {
    /// A task of which nothing else is known.
    #[must_use]
    pub const fn new(seq: u64, id: &'a str, verdict: Verdict) -> Self {
        Self {
            seq,
            id,
            label: None,
            verdict,
            code: "",
            message: "",
            trace: None,
            log: "",
            diff: "",
            input: None,
            module: None,
            group: None,
            points: None,
            slot: None,
            started: None,
            run_time: None,
            queue_time: None,
            fuel: None,
            memory: None,
            past: &[],
        }
    }

    /// When its last attempt ended, in microseconds since 1970; when it began, if its time is not
    /// known.
    #[must_use]
    pub fn ended(&self) -> Option<u64> {
        self.started.map(|started| started.saturating_add(self.run_time.unwrap_or_default() / 1000))
    }

    /// Its names, as a table of causes has them.
    pub(crate) const fn failed(&self) -> FailedTask<'a> {
        FailedTask { id: self.id, label: self.label, seq: self.seq }
    }
}
