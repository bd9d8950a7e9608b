//! Points of a cell: what one program is given for one case, as far as that is known.
//!
//! A cell that was not judged is worth anything between nothing and all. Nothing here may know how
//! cases add up.

use super::{CaseShape, Cell};
use polymer_host_task::Verdict;

/// Points of a case of which nobody says what it is worth.
const USUAL_POINTS: f64 = 1.0;

/// Knowledge of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellState {
    /// The program was right.
    Accepted,
    /// The program was wrong, whatever its verdict.
    Rejected,
    /// It was not run because an earlier case went wrong; it counts as wrong.
    Skipped,
    /// Its judge failed, so nothing is known of the program.
    JudgeFailed,
    /// It has no record, or one that says nothing of the program.
    Missing,
}

impl CellState {
    /// Returns whether the points of the cell are known.
    #[must_use]
    pub const fn is_judged(self) -> bool {
        match self {
            Self::Accepted | Self::Rejected | Self::Skipped => true,
            Self::JudgeFailed | Self::Missing => false,
        }
    }

    /// Returns the name in tables: `accepted`, `judge_failed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Skipped => "skipped",
            Self::JudgeFailed => "judge_failed",
            Self::Missing => "missing",
        }
    }
}

/// A cell with its points.
#[derive(Debug, Clone, PartialEq)]
pub struct CellScore {
    /// Knowledge of it.
    pub state: CellState,
    /// Points that it is given for certain: none unless it was judged.
    pub points: f64,
    /// Points that it may still come to. The same, if it was judged.
    pub at_most: f64,
    /// Points that the case is worth.
    pub max_points: f64,
    /// The cell itself, if there is a record of it.
    pub cell: Option<Cell>,
}

impl CellScore {
    /// The score of a cell. If the program stops at its first failure, and has failed, a cell that
    /// was not run is [`Skipped`](CellState::Skipped).
    #[must_use]
    pub fn new(case: &CaseShape, cell: Option<Cell>, has_stopped: bool) -> Self {
        let max_points = case.points.map_or(USUAL_POINTS, |points| points.get());
        let state = state_of(cell.as_ref(), has_stopped);
        let given = cell.as_ref().and_then(|cell| cell.points).map(|points| points.get().min(max_points));
        let points = match state {
            CellState::Accepted => given.unwrap_or(max_points),
            CellState::Rejected => given.unwrap_or(0.0),
            CellState::Skipped | CellState::JudgeFailed | CellState::Missing => 0.0,
        };
        let at_most = if state.is_judged() { points } else { max_points };
        Self { state, points, at_most, max_points, cell }
    }

    /// Returns whether the program was right and given all points.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.state == CellState::Accepted && self.points >= self.max_points
    }

    /// Returns whether it is or may still become [`is_full`](Self::is_full).
    #[must_use]
    pub fn may_be_full(&self) -> bool {
        self.is_full() || !self.state.is_judged()
    }
}

/// Returns whether a cell says that its program failed: with this, a program that stops at its
/// first failure stops.
pub(super) fn is_failure(cell: &Cell) -> bool {
    state_of(Some(cell), false) == CellState::Rejected
}

fn state_of(cell: Option<&Cell>, has_stopped: bool) -> CellState {
    let not_run = if has_stopped { CellState::Skipped } else { CellState::Missing };
    let Some(cell) = cell else { return not_run };
    if cell.accepted {
        return CellState::Accepted;
    }
    match cell.verdict {
        Verdict::JudgeError => CellState::JudgeFailed,
        // The end of the run, or whoever wanted it: the program did not get to the end of it.
        Verdict::Canceled => not_run,
        // No guest was entered: the limits of the case do not fit those of the run.
        Verdict::PolicyDenied => CellState::Missing,
        _ => CellState::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{case, cell};
    use polymer_host_task::Points;

    fn score(points: Option<f64>, cell: Option<Cell>) -> (CellState, f64, f64, f64) {
        let score = CellScore::new(&case("a", points), cell, false);
        (score.state, score.points, score.at_most, score.max_points)
    }

    fn given(verdict: Verdict, accepted: bool, points: f64) -> Option<Cell> {
        Some(Cell { points: Points::new(points), ..cell(verdict, accepted) })
    }

    #[test]
    fn a_case_is_worth_all_or_nothing_unless_points_were_given() {
        use CellState::{Accepted, Rejected};
        let right = || Some(cell(Verdict::Ok, true));
        let wrong = || Some(cell(Verdict::WrongOutput, false));
        assert_eq!(score(Some(3.0), right()), (Accepted, 3.0, 3.0, 3.0));
        assert_eq!(score(Some(3.0), wrong()), (Rejected, 0.0, 0.0, 3.0));
        assert_eq!(score(None, right()), (Accepted, 1.0, 1.0, 1.0));
        assert_eq!(score(Some(3.0), given(Verdict::Ok, true, 1.5)), (Accepted, 1.5, 1.5, 3.0));
        assert_eq!(score(Some(3.0), given(Verdict::WrongOutput, false, 1.0)), (Rejected, 1.0, 1.0, 3.0));
    }

    #[test]
    fn no_checker_gives_more_than_a_case_is_worth() {
        assert_eq!(score(Some(3.0), given(Verdict::Ok, true, 7.0)).1, 3.0);
        assert_eq!(score(None, given(Verdict::Ok, true, 7.0)).1, 1.0);
        assert_eq!(score(Some(0.0), given(Verdict::Ok, true, 7.0)).1, 0.0);
    }

    #[test]
    fn an_expected_verdict_is_right_whatever_it_is() {
        assert_eq!(score(Some(2.0), Some(cell(Verdict::Timeout, true))).1, 2.0);
    }

    #[test]
    fn a_cell_that_was_not_judged_may_be_worth_anything() {
        use CellState::{JudgeFailed, Missing};
        assert_eq!(score(Some(3.0), None), (Missing, 0.0, 3.0, 3.0));
        let of = |verdict| score(Some(3.0), Some(cell(verdict, false)));
        assert_eq!(of(Verdict::JudgeError), (JudgeFailed, 0.0, 3.0, 3.0));
        assert_eq!(of(Verdict::Canceled), (Missing, 0.0, 3.0, 3.0));
        assert_eq!(of(Verdict::PolicyDenied), (Missing, 0.0, 3.0, 3.0));
        // What a checker said before it failed is not believed.
        assert_eq!(score(Some(3.0), given(Verdict::JudgeError, false, 2.0)), (JudgeFailed, 0.0, 3.0, 3.0));
    }

    #[test]
    fn every_other_verdict_is_wrong_where_it_was_not_expected() {
        let unjudged = [Verdict::JudgeError, Verdict::Canceled, Verdict::PolicyDenied];
        for verdict in Verdict::all().filter(|verdict| !unjudged.contains(verdict)) {
            assert_eq!(score(None, Some(cell(verdict, false))).0, CellState::Rejected, "{verdict}");
            assert!(is_failure(&cell(verdict, false)));
        }
        assert!(!unjudged.iter().any(|verdict| is_failure(&cell(*verdict, false))));
    }

    #[test]
    fn a_cell_behind_a_failure_is_skipped_and_wrong() {
        let skipped = |cell| CellScore::new(&case("a", Some(3.0)), cell, true);
        assert_eq!((skipped(None).state, skipped(None).at_most), (CellState::Skipped, 0.0));
        assert_eq!(skipped(Some(cell(Verdict::Canceled, false))).state, CellState::Skipped);
        assert_eq!(skipped(Some(cell(Verdict::Ok, true))).state, CellState::Accepted);
        assert_eq!(skipped(Some(cell(Verdict::JudgeError, false))).state, CellState::JudgeFailed);
    }
}
