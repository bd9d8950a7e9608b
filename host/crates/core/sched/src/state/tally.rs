//! The tally of a run: how many tasks are over, failed, were dropped, were cut off.
//!
//! It must never know which task it counts, nor what the numbers lead to.

use crate::failure_tally::{FailureCounts, FailureTally};

/// The counts of a run.
#[derive(Debug, Default)]
pub(crate) struct RunTally {
    /// Tasks that are over, those that failed included.
    over: u64,
    failed: u64,
    /// Those of the latter that were not run because of the others of their group.
    uncharged: u64,
    /// The same, for the rate of failures.
    in_order: FailureTally,
    /// Tasks that have no record and never will have in this run.
    dropped: u64,
    /// Tasks whose record says that the run's end cut them short.
    cut_off: u64,
}

impl RunTally {
    /// A task is being submitted from here on.
    pub(crate) fn begin_submission(&mut self) {
        self.in_order.begin_submission();
    }

    /// It was.
    pub(crate) fn end_submission(&mut self) {
        self.in_order.end_submission();
    }

    /// A task has its record.
    pub(crate) fn note_over(&mut self, has_failed: bool) {
        self.over += 1;
        self.failed += u64::from(has_failed);
        self.in_order.note(has_failed);
    }

    /// A task has its record and was not run because of the others of its group. That is one more
    /// that failed, and says nothing of the run.
    pub(crate) fn note_not_run(&mut self) {
        self.over += 1;
        self.failed += 1;
        self.uncharged += 1;
        self.in_order.note_not_run();
    }

    /// A task gets no record.
    pub(crate) const fn note_dropped(&mut self) {
        self.dropped += 1;
    }

    /// The end of the run cuts a task short, which gets a record that says so.
    pub(crate) const fn note_cut_off(&mut self) {
        self.cut_off += 1;
    }

    /// Tasks that have a record.
    pub(crate) const fn over(&self) -> u64 {
        self.over
    }

    /// Those of them that failed.
    pub(crate) const fn failed(&self) -> u64 {
        self.failed
    }

    /// Those of them that the run may end for.
    pub(crate) const fn charged(&self) -> u64 {
        self.failed - self.uncharged
    }

    /// Tasks without a record.
    pub(crate) const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Returns the counts that apply by now for the failure rate.
    pub(crate) const fn in_order(&self) -> FailureCounts {
        self.in_order.counts()
    }

    /// Returns whether each submitted task has a record that stands.
    pub(crate) const fn is_complete(&self) -> bool {
        self.dropped == 0 && self.cut_off == 0
    }

    /// I23: no more tasks failed than are over, and the rate counts none that is not over.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        assert!(self.failed <= self.over, "I23: more failed than are over");
        assert!(self.uncharged <= self.failed, "I23: more were not run than failed");
        let FailureCounts { failed, over } = self.in_order.counts();
        assert!(failed <= self.failed && over <= self.over, "I23: the rate counts what is not over");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_at_once_is_over_and_does_not_count_for_the_rate_yet() {
        let mut tally = RunTally::default();
        tally.begin_submission();
        tally.end_submission();
        tally.begin_submission();
        tally.note_over(true);
        tally.end_submission();
        assert_eq!((tally.over(), tally.failed(), tally.in_order()), (1, 1, FailureCounts::default()));
        tally.note_over(false);
        assert_eq!((tally.over(), tally.failed()), (2, 1));
        assert_eq!(tally.in_order(), FailureCounts { failed: 1, over: 2 });
        tally.check();
    }

    #[test]
    fn what_is_not_run_for_its_group_fails_and_is_charged_to_nobody() {
        let mut tally = RunTally::default();
        for _ in 0..2 {
            tally.begin_submission();
            tally.end_submission();
        }
        tally.note_not_run();
        tally.note_over(true);
        assert_eq!((tally.over(), tally.failed(), tally.charged()), (2, 2, 1));
        assert_eq!(tally.in_order(), FailureCounts { failed: 1, over: 1 });
        tally.check();
    }

    #[test]
    fn a_run_is_complete_until_a_task_is_dropped_or_cut_off() {
        let mut tally = RunTally::default();
        tally.note_over(true);
        assert!(tally.is_complete());
        tally.note_cut_off();
        assert!(!tally.is_complete());
        let mut tally = RunTally::default();
        tally.note_dropped();
        assert_eq!((tally.dropped(), tally.is_complete()), (1, false));
    }
}
