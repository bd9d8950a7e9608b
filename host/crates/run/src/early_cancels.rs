//! Cancellations that come before their tasks: a task may still wait in the input while the word to
//! cancel it has a way of its own. Pure.
//!
//! Tasks come in the order of their lines, so a line up to the last one that came is known to the
//! scheduler, or is over. It must never know what a task is.

use std::collections::BTreeSet;

/// Lines that were canceled before they came.
#[derive(Debug, Default)]
pub(super) struct EarlyCancels {
    /// Last line that came.
    last: u64,
    lines: BTreeSet<u64>,
}

impl EarlyCancels {
    /// Takes a cancellation; returns whether the line came already, so that the scheduler is to be
    /// told now.
    pub(super) fn cancel(&mut self, seq: u64) -> bool {
        let came = seq <= self.last;
        if !came {
            self.lines.insert(seq);
        }
        came
    }

    /// Takes a line that came; returns whether it was canceled before.
    pub(super) fn came(&mut self, seq: u64) -> bool {
        self.last = self.last.max(seq);
        !self.lines.is_empty() && self.lines.remove(&seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_canceled_when_it_comes_or_at_once() {
        let mut early = EarlyCancels::default();
        assert!(!early.came(1));
        assert!(early.cancel(1));
        assert!(!early.cancel(3) && !early.cancel(3));
        assert!(!early.came(2));
        assert!(early.came(3));
        assert!(!early.came(4) && early.lines.is_empty());
    }

    #[test]
    fn a_line_that_never_comes_alone_is_kept() {
        let mut early = EarlyCancels::default();
        for seq in [5, 9, 7] {
            assert!(!early.cancel(seq));
        }
        let canceled: Vec<u64> = (1..=8).filter(|seq| early.came(*seq)).collect();
        assert_eq!((canceled, early.lines.len()), (vec![5, 7], 1));
    }
}
