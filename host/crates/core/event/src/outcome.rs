//! Outcome of a run.

use crate::Halt;
use polymer_host_task::{Percentage, Usage};
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

/// Outputs that were judged, and what that cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JudgeUsage {
    /// Number of outputs that were compared with what was expected.
    pub outputs: u64,
    /// CPU time of the supervisor: of comparing, and of asking checkers.
    pub cpu: Duration,
    /// Checks, where a checker was asked.
    pub checks: CheckUsage,
    /// Interactions, where an interactor talked with programs.
    pub interactions: CheckUsage,
}

/// Checks of a checker, or interactors that ended, and what they used in workers. What is known of
/// no check counts as nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckUsage {
    /// How many there were.
    pub checks: u64,
    /// Units of fuel.
    pub fuel: u64,
    /// Wall-clock time.
    pub wall: Duration,
    /// CPU time.
    pub cpu: Duration,
}

impl JudgeUsage {
    /// Adds what more was judged.
    pub fn add(&mut self, more: &Self) {
        self.outputs += more.outputs;
        self.cpu += more.cpu;
        self.checks.add(&more.checks);
        self.interactions.add(&more.interactions);
    }
}

impl CheckUsage {
    /// Adds more of them.
    pub fn add(&mut self, more: &Self) {
        self.checks += more.checks;
        self.fuel = self.fuel.saturating_add(more.fuel);
        self.wall += more.wall;
        self.cpu += more.cpu;
    }

    /// One check that used so much.
    #[must_use]
    pub fn of(usage: &Usage) -> Self {
        Self {
            checks: 1,
            fuel: usage.fuel.unwrap_or_default(),
            wall: usage.wall.unwrap_or_default(),
            cpu: usage.cpu.unwrap_or_default(),
        }
    }
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
    fn what_is_judged_adds_up() {
        let usage = Usage { fuel: Some(7), wall: Some(Duration::from_secs(2)), ..Usage::default() };
        let checks = CheckUsage::of(&usage);
        let interactions = CheckUsage { checks: 3, ..CheckUsage::default() };
        let one = JudgeUsage { outputs: 1, cpu: Duration::from_secs(1), checks, interactions };
        let mut sum = one;
        sum.add(&one);
        assert_eq!((sum.outputs, sum.cpu), (2, Duration::from_secs(2)));
        let (wall, cpu) = (Duration::from_secs(4), Duration::ZERO);
        assert_eq!(sum.checks, CheckUsage { checks: 2, fuel: 14, wall, cpu });
        assert_eq!(sum.interactions.checks, 6);
    }

    #[test]
    fn so_many_may_fail_and_no_more_of_those_that_are_over() {
        let outcome = |failed, total| RunOutcome { complete: true, total, failed, ..RunOutcome::default() };
        let tenth = Percentage::percent(10).unwrap();
        assert!(outcome(0, 0).is_within(tenth) && outcome(1, 10).is_within(tenth));
        assert!(!outcome(1, 9).is_within(tenth) && !outcome(1, 1).is_within(Percentage::percent(0).unwrap()));
    }
}
