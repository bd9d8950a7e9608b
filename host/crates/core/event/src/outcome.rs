//! Outcome of a run.

use crate::Halt;
use polymer_host_task::Percentage;
use std::time::Duration;

/// Outcome of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOutcome {
    /// Why it stopped before its input was used up, if it did.
    pub halt: Option<Halt>,
    /// Every line that was submitted has a record that stands, and there were no more.
    pub complete: bool,
    /// Tasks that are over, however they ended: those with a record.
    pub total: u64,
    /// Tasks that did not end ok, of these.
    pub failed: u64,
    /// Tasks that were read and never begun: they have no record.
    pub dropped: u64,
    /// Cost of comparing outputs with what was expected.
    pub judging: JudgeUsage,
}

/// Outputs that were compared with what was expected, and what that cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JudgeUsage {
    /// Number of outputs.
    pub outputs: u64,
    /// CPU time of the supervisor.
    pub cpu: Duration,
}

impl RunOutcome {
    /// Returns whether no more than this percentage of the tasks failed.
    #[must_use]
    pub fn is_within(&self, share: Percentage) -> bool {
        !share.is_passed_by(self.failed, self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_may_fail_and_no_more_of_those_that_are_over() {
        let outcome = |failed, total| RunOutcome { complete: true, total, failed, ..RunOutcome::default() };
        let tenth = Percentage::percent(10).unwrap();
        assert!(outcome(0, 0).is_within(tenth) && outcome(1, 10).is_within(tenth));
        assert!(!outcome(1, 9).is_within(tenth) && !outcome(1, 1).is_within(Percentage::percent(0).unwrap()));
    }
}
