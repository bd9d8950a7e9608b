//! Counts of failed tasks and of all that are over, in an order that says something of the rate. A
//! line that is refused as it is read is over at once, while those before it still wait for a
//! worker. Counted at once, three of them would be three of three.
//!
//! It must never know what a rate is compared with.

use std::collections::VecDeque;

/// Tasks that are over, those that failed included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FailureCounts {
    pub(super) failed: u64,
    pub(super) over: u64,
}

/// The counts of a run. What was over as it was submitted counts once as many others are over as
/// were submitted before it.
#[derive(Debug, Default)]
pub(super) struct FailureTally {
    counts: FailureCounts,
    /// Tasks that were not over as they were submitted.
    admitted: u64,
    /// Those of them that are over.
    ended: u64,
    /// Counts that do not apply yet, each with the number of tasks admitted before.
    early: VecDeque<(u64, FailureCounts)>,
    /// `Some` while a task is being submitted: true if it was not over yet.
    submitting: Option<bool>,
}

impl FailureTally {
    /// A task is being submitted from here on.
    pub(super) fn begin_submission(&mut self) {
        self.submitting = Some(true);
    }

    /// It was.
    pub(super) fn end_submission(&mut self) {
        self.admitted += u64::from(self.submitting.take() == Some(true));
    }

    /// A task is over.
    pub(super) fn note(&mut self, has_failed: bool) {
        self.count(FailureCounts { failed: u64::from(has_failed), over: 1 });
    }

    /// A task is over that was not run: those after it wait for it no longer, and it says nothing
    /// of the rate.
    pub(super) fn note_not_run(&mut self) {
        self.count(FailureCounts::default());
    }

    fn count(&mut self, one: FailureCounts) {
        if self.submitting.is_none() {
            self.ended += 1;
            self.counts.add(one);
        } else {
            self.submitting = Some(false);
            match self.early.back_mut().filter(|(before, _)| *before == self.admitted) {
                Some((_, counts)) => counts.add(one),
                None => self.early.push_back((self.admitted, one)),
            }
        }
        while let Some((_, counts)) = self.early.pop_front_if(|(before, _)| *before <= self.ended) {
            self.counts.add(counts);
        }
    }

    /// Returns the counts that apply by now.
    pub(super) const fn counts(&self) -> FailureCounts {
        self.counts
    }
}

impl FailureCounts {
    const fn add(&mut self, other: Self) {
        self.failed += other.failed;
        self.over += other.over;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts after tasks that are admitted (`a`), refused at once (`r`), end ok (`.`) and fail
    /// (`x`).
    fn counts(history: &str) -> (u64, u64) {
        let mut tally = FailureTally::default();
        for event in history.chars() {
            match event {
                'a' | 'r' => {
                    tally.begin_submission();
                    if event == 'r' {
                        tally.note(true);
                    }
                    tally.end_submission();
                }
                _ => tally.note(event == 'x'),
            }
        }
        let FailureCounts { failed, over } = tally.counts();
        (failed, over)
    }

    #[test]
    fn what_is_refused_waits_for_those_before_it() {
        for (history, expected) in [
            ("", (0, 0)),
            ("rrr", (3, 3)),
            ("aarrr", (0, 0)),
            ("aarrr.", (0, 1)),
            ("aarrr..", (3, 5)),
            ("aarrrx.", (4, 5)),
            ("arara..", (2, 4)),
            ("arara.", (1, 2)),
            // Who comes later and is quicker stands for one before.
            ("ara.", (1, 2)),
            ("a.r", (1, 2)),
        ] {
            assert_eq!(counts(history), expected, "{history}");
        }
    }
}
