//! Score of one program on its problem, and which of its cases say most about it.
//!
//! Nothing here may know whose the program is beyond a name, or what other programs did.

use super::cell_score::is_failure;
use super::{Cell, CellScore, CellState, GroupScore, ProblemShape, ProgramCells};
use polymer_host_task::Verdict;
use std::collections::BTreeMap;

/// A program with the points of each of its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgramScore {
    /// Name of the program.
    pub program: String,
    /// Whose it is.
    pub person: String,
    /// Its problem, as a place in the list of problems.
    pub problem: usize,
    /// Points of the problem, and of each of its groups.
    pub score: GroupScore,
    /// Its cells, one for each case of the problem.
    pub cells: Vec<CellScore>,
}

impl ProgramScore {
    /// The score of a program. Cells that it has beyond the cases of its problem are left out.
    ///
    /// If it `stops` at its first failure, cells that were not run count as wrong once one is.
    #[must_use]
    pub fn new(problem: &ProblemShape, program: ProgramCells, stops: bool) -> Self {
        let has_stopped = stops && program.cells.iter().flatten().any(is_failure);
        let cells = program.cells.into_iter().chain(std::iter::repeat(None));
        let cases = problem.cases.iter();
        let cells: Vec<_> =
            cases.zip(cells).map(|(case, cell)| CellScore::new(case, cell, has_stopped)).collect();
        Self {
            program: program.program,
            person: program.person,
            problem: program.problem,
            score: GroupScore::of_problem(problem, &cells),
            cells,
        }
    }

    /// Returns whether it was right in every case, also in those that are worth nothing.
    #[must_use]
    pub fn passed(&self) -> bool {
        !self.cells.is_empty() && self.count(CellState::Accepted) == self.cells.len()
    }

    /// Number of cells that are known so far.
    #[must_use]
    pub fn count(&self, state: CellState) -> usize {
        self.cells.iter().filter(|cell| cell.state == state).count()
    }

    /// Places of the cells that were not judged.
    pub fn unjudged(&self) -> impl Iterator<Item = usize> {
        self.cells.iter().enumerate().filter(|(_, cell)| !cell.state.is_judged()).map(|(at, _)| at)
    }

    /// Returns whether all of its cells were judged.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unjudged().next().is_none()
    }

    /// Number of cells by verdict; those without a record are left out.
    #[must_use]
    pub fn verdicts(&self) -> BTreeMap<Verdict, usize> {
        let mut found = BTreeMap::new();
        for cell in self.cells.iter().filter_map(|cell| cell.cell.as_ref()) {
            *found.entry(cell.verdict).or_insert(0) += 1;
        }
        found
    }

    /// The place of the first case in which it was wrong.
    #[must_use]
    pub fn first_failing(&self) -> Option<usize> {
        self.cells.iter().position(|cell| cell.state == CellState::Rejected)
    }

    /// The place of the case that took the most time by the clock.
    #[must_use]
    pub fn slowest_by_wall(&self) -> Option<usize> {
        self.largest(|cell| cell.wall)
    }

    /// The place of the case that took the most CPU time.
    #[must_use]
    pub fn slowest_by_cpu(&self) -> Option<usize> {
        self.largest(|cell| cell.cpu)
    }

    /// The place of the case that took the most memory.
    #[must_use]
    pub fn hungriest_by_memory(&self) -> Option<usize> {
        self.largest(|cell| cell.memory)
    }

    /// The place of the case that took the most fuel.
    #[must_use]
    pub fn hungriest_by_fuel(&self) -> Option<usize> {
        self.largest(|cell| cell.fuel)
    }

    /// The record of a cell, if there is one.
    #[must_use]
    pub fn cell(&self, at: usize) -> Option<&Cell> {
        self.cells.get(at)?.cell.as_ref()
    }

    /// The first of the cells of which the most is known.
    fn largest<T: Ord>(&self, amount: impl Fn(&Cell) -> Option<T>) -> Option<usize> {
        let known = (0..self.cells.len()).filter_map(|at| Some((amount(self.cell(at)?)?, at)));
        known.reduce(|most, next| if next.0 > most.0 { next } else { most }).map(|(_, at)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{cell, problem, program};
    use std::time::Duration;

    fn score(marks: &str, stops: bool) -> ProgramScore {
        ProgramScore::new(&problem("p", marks.len()), program("a", "ann", marks), stops)
    }

    #[test]
    fn a_program_passes_if_it_is_right_everywhere() {
        assert!(score("++", false).passed());
        for marks in ["+W", "+-", "+J", ""] {
            assert!(!score(marks, false).passed(), "{marks}");
        }
    }

    #[test]
    fn the_first_failing_case_is_one_that_was_judged() {
        assert_eq!(score("+-JTW", false).first_failing(), Some(3));
        assert_eq!(score("+-J", false).first_failing(), None);
    }

    #[test]
    fn cells_that_are_not_there_are_missing_and_further_ones_are_left_out() {
        let problem = problem("p", 3);
        let short = ProgramScore::new(&problem, program("a", "ann", "+"), false);
        assert_eq!((short.cells.len(), short.count(CellState::Missing)), (3, 2));
        assert_eq!(short.unjudged().collect::<Vec<_>>(), [1, 2]);
        assert!(!short.is_complete());
        let long = ProgramScore::new(&problem, program("a", "ann", "+++W"), false);
        assert!(long.passed() && long.is_complete());
    }

    #[test]
    fn what_is_behind_a_first_failure_is_skipped_where_that_is_wanted() {
        let stopped = score("+W--", true);
        assert_eq!((stopped.count(CellState::Skipped), stopped.is_complete()), (2, true));
        assert_eq!((stopped.score.points, stopped.score.at_most), (1.0, 1.0));
        let went_on = score("+W--", false);
        assert_eq!((went_on.count(CellState::Missing), went_on.score.at_most), (2, 3.0));
        // Nothing went wrong, so nothing was skipped.
        assert_eq!(score("+-", true).count(CellState::Missing), 1);
        assert_eq!(score("J-", true).count(CellState::Missing), 1);
    }

    #[test]
    fn verdicts_are_counted() {
        let found: Vec<_> = score("++WTJ-", false).verdicts().into_iter().collect();
        let expected =
            [(Verdict::Ok, 2), (Verdict::Timeout, 1), (Verdict::WrongOutput, 1), (Verdict::JudgeError, 1)];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_slowest_and_the_hungriest_are_found() {
        let known = |wall, cpu, fuel, memory| {
            Some(Cell {
                wall: Some(Duration::from_millis(wall)),
                cpu,
                fuel,
                memory: Some(memory),
                ..cell(Verdict::Ok, true)
            })
        };
        let ms = Duration::from_millis;
        let cells = vec![
            known(3, Some(ms(3)), Some(5), 10),
            None,
            known(9, Some(ms(1)), Some(7), 30),
            known(9, None, None, 30),
        ];
        let program = ProgramCells { cells, ..program("a", "ann", "") };
        let score = ProgramScore::new(&problem("p", 4), program, false);
        assert_eq!(score.slowest_by_wall(), Some(2));
        assert_eq!(score.slowest_by_cpu(), Some(0));
        assert_eq!(score.hungriest_by_fuel(), Some(2));
        assert_eq!(score.hungriest_by_memory(), Some(2));
        let unknown = self::score("++", false);
        assert_eq!((unknown.slowest_by_wall(), unknown.hungriest_by_memory()), (None, None));
    }
}
