//! Progress of reading the input: what the pump has read of it becomes an estimate of all its
//! tasks.
//!
//! It must never know what a line means, nor who is told of the estimate.

use super::input_position::InputPosition;
use crate::report::TaskTotal;
use crate::report::progress::TotalEstimate;

/// Estimates the number of tasks while the input is read, round by round.
#[derive(Debug)]
pub struct InputProgress {
    position: InputPosition,
    total: TaskTotal,
    estimate: TotalEstimate,
    /// Rounds in all, and those that are over.
    rounds: u64,
    over: u64,
    /// Lines of rounds that are over, and the tasks they became.
    before: (u64, u64),
    /// Tasks that come from elsewhere, before those of the input.
    first: u64,
}

impl InputProgress {
    /// Nothing was read of an input that is read in so many `rounds`.
    pub(super) fn new((position, rounds): (InputPosition, u64), total: TaskTotal) -> Self {
        Self { position, total, estimate: TotalEstimate::new(), rounds, over: 0, before: (0, 0), first: 0 }
    }

    /// So many tasks come before those of the input.
    pub(super) const fn begin_behind(&mut self, tasks: u64) {
        self.first = tasks;
    }

    /// In this round so many lines were read, which became so many `tasks` and had so many `bytes`.
    pub(super) fn read(&mut self, lines: u64, tasks: u64, bytes: u64) {
        if let Some(part) = self.position.part(bytes) {
            let (lines, tasks) = (self.before.0.saturating_add(lines), self.before.1.saturating_add(tasks));
            if let Some(total) = self.estimate.read(lines, tasks, self.of_all(part)) {
                self.total.estimate(total.saturating_add(self.first));
            }
        }
    }

    /// This round is over: it had so many lines, which became so many tasks.
    pub(super) const fn end_round(&mut self, lines: u64, tasks: u64) {
        self.before = (self.before.0.saturating_add(lines), self.before.1.saturating_add(tasks));
        self.over = self.over.saturating_add(1);
    }

    /// The part of all rounds behind this part of the present one.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn of_all(&self, part: f64) -> f64 {
        (self.over as f64 + part) / self.rounds.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::progress::KnownTotal;

    #[test]
    fn each_round_counts_as_much_as_another() {
        let total = TaskTotal::default();
        let mut progress = InputProgress::new((InputPosition::of(1_000), 3), total.clone());
        progress.read(10, 10, 100);
        assert_eq!(total.get(), KnownTotal::About(300));
        progress.begin_behind(7);
        progress.read(100, 100, 1_000);
        assert_eq!(total.get(), KnownTotal::About(307));
        progress.end_round(100, 100);
        progress.read(50, 50, 500);
        assert_eq!(total.get(), KnownTotal::About(307));
    }

    #[test]
    fn of_an_input_without_a_size_nothing_is_estimated() {
        let total = TaskTotal::default();
        InputProgress::new((InputPosition::default(), 1), total.clone()).read(10, 10, 100);
        assert_eq!(total.get(), KnownTotal::Unknown);
    }
}
