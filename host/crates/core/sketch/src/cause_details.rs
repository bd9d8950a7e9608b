//! What one failure of each cause says: its input, message, trace and log, cut to a length.
//!
//! That of the task with the lowest number is kept. Nothing here may know which causes matter: the
//! table of causes says.

use crate::cause_table::{CauseTable, MOST_CAUSES};
use crate::failure_cause::FailureCause;
use crate::task_facts::TaskFacts;
use polymer_host_base::text::cut;
use serde::{Deserialize, Serialize};

/// The longest text of an example in bytes.
pub const LONGEST_TEXT: usize = 2 << 10;

/// Details that are held before those whose causes lost their place are dropped.
const MOST_HELD: usize = 2 * MOST_CAUSES;

/// What a failure says. A guest and a user wrote it, so it is not yet safe to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseDetail {
    /// Its cause.
    pub cause: FailureCause,
    /// The line of input it stood on, from 1.
    pub seq: u64,
    /// The module that it ran, where the task names one.
    pub module: Option<String>,
    /// The message of its error.
    pub message: String,
    /// The trace of its error.
    pub trace: Option<String>,
    /// The end of its log: what was said last is nearest to the failure.
    pub log: String,
    /// Where its output differs from the expected one; empty if nothing was expected.
    pub diff: String,
    /// Its line of input, where that was kept.
    pub input: Option<String>,
}

/// Details of causes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CauseDetails(Vec<CauseDetail>);

impl CauseDetails {
    /// Takes a failure, unless an earlier one of its cause is held.
    pub(crate) fn offer(&mut self, cause: &FailureCause, task: &TaskFacts<'_>) {
        match self.0.iter_mut().find(|held| held.cause == *cause) {
            Some(held) if held.seq <= task.seq => {}
            Some(held) => *held = detail_of(cause, task),
            None => self.0.push(detail_of(cause, task)),
        }
    }

    /// Takes those of another part.
    pub(crate) fn merge(&mut self, other: &Self) {
        for detail in &other.0 {
            match self.0.iter_mut().find(|held| held.cause == detail.cause) {
                Some(held) if held.seq <= detail.seq => {}
                Some(held) => *held = detail.clone(),
                None => self.0.push(detail.clone()),
            }
        }
    }

    /// Drops what no cause of the table needs, once there is much.
    pub(crate) fn prune(&mut self, causes: &CauseTable) {
        if self.0.len() > MOST_HELD {
            self.0.retain(|held| causes.find(&held.cause).is_some());
        }
    }

    /// That of a cause.
    pub(crate) fn find(&self, cause: &FailureCause) -> Option<&CauseDetail> {
        self.0.iter().find(|held| held.cause == *cause)
    }
}

fn detail_of(cause: &FailureCause, task: &TaskFacts<'_>) -> CauseDetail {
    CauseDetail {
        cause: cause.clone(),
        seq: task.seq,
        module: task.module.map(|module| cut(module, 256)),
        message: cut(task.message, LONGEST_TEXT),
        trace: task.trace.map(|trace| cut(trace, LONGEST_TEXT)),
        log: end_of(task.log),
        diff: cut(task.diff, LONGEST_TEXT),
        input: task.input.map(|input| {
            // Cut before it is decoded: it may be large.
            let head = input.get(..LONGEST_TEXT + 4).unwrap_or(input);
            cut(&String::from_utf8_lossy(head), LONGEST_TEXT)
        }),
    }
}

/// The last [`LONGEST_TEXT`] bytes, marked where something is missing.
fn end_of(text: &str) -> String {
    let from = text.len().saturating_sub(LONGEST_TEXT);
    let from = (from..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(from);
    let end = text.get(from..).unwrap_or_default();
    if from == 0 { end.to_owned() } else { format!("[cut] {end}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure_cause::RecordedFailure;
    use polymer_host_task::Verdict;

    fn cause() -> FailureCause {
        let failure = RecordedFailure { verdict: Verdict::Trap, code: "a", message: "", trace: None };
        FailureCause::of_parts(failure, "".lines())
    }

    #[test]
    fn the_first_failure_of_a_cause_is_kept_and_its_texts_are_cut() {
        let (long, cause) = ("ä".repeat(1 << 16), cause());
        let mut details = CauseDetails::default();
        let task =
            |seq, message| TaskFacts { message, log: &long, ..TaskFacts::new(seq, "x", Verdict::Trap) };
        for (seq, message) in [(7, "later"), (3, "first"), (5, "between")] {
            let input = Some(&b"\xff\xffab"[..]);
            details.offer(&cause, &TaskFacts { input, trace: Some(&long), ..task(seq, message) });
        }
        let detail = details.find(&cause).unwrap();
        assert_eq!((detail.seq, detail.message.as_str()), (3, "first"));
        assert_eq!(detail.input.as_deref(), Some("\u{fffd}\u{fffd}ab"));
        assert!(detail.log.starts_with("[cut] ä") && detail.log.len() < LONGEST_TEXT + 10);
        assert!(detail.trace.as_ref().unwrap().len() < LONGEST_TEXT + 10);
    }
}
