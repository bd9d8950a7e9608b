//! The table of scores: problems, programs and persons, what is missing of it, and what that means
//! for whoever asked.
//!
//! Nothing here may know how a table is written.

use super::group_score::added;
use super::pass_at_k::{PassAtK, ProgramCount};
use super::{CellScore, CellState, GroupScore, PersonScore, ProblemShape, ProgramCells, ProgramScore};
use polymer_host_task::Verdict;
use std::collections::BTreeMap;
use std::fmt;

/// Settings of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// Programs stop at their first failure: cells that were not run for that count as wrong.
    pub stop_at_first_failure: bool,
    /// Persons to be listed even if they have no program.
    pub persons: Vec<String>,
}

/// One problem of a table, and how programs did on it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemScore {
    /// Its name.
    pub name: String,
    /// Names of its cases, in their order.
    pub cases: Vec<String>,
    /// Points that it is worth.
    pub max_points: f64,
    /// Number of its programs, and of those that are right in every case.
    pub count: ProgramCount,
}

/// Number of cells by how far they are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CellCounts {
    /// Cells of programs that were right.
    pub accepted: usize,
    /// Cells of programs that were wrong.
    pub rejected: usize,
    /// Cells that were not run because an earlier one went wrong.
    pub skipped: usize,
    /// Cells whose judge failed.
    pub judge_failed: usize,
    /// Cells that have no record, or one that says nothing of the program.
    pub missing: usize,
}

impl CellCounts {
    /// All cells.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.accepted + self.rejected + self.skipped + self.unjudged()
    }

    /// Cells of which nothing is known.
    #[must_use]
    pub const fn unjudged(&self) -> usize {
        self.judge_failed + self.missing
    }

    fn add(&mut self, state: CellState) {
        *match state {
            CellState::Accepted => &mut self.accepted,
            CellState::Rejected => &mut self.rejected,
            CellState::Skipped => &mut self.skipped,
            CellState::JudgeFailed => &mut self.judge_failed,
            CellState::Missing => &mut self.missing,
        } += 1;
    }
}

/// Outcome of the whole table, by which a command chooses its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableState {
    /// Every cell was judged, and every program was right in all of its cases.
    AllRight,
    /// Every cell was judged, and something was wrong.
    SomeWrong,
    /// A cell is missing, or its judge failed. More may be wrong as well.
    Incomplete,
}

impl TableState {
    /// Returns the name in tables: `all_right`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllRight => "all_right",
            Self::SomeWrong => "some_wrong",
            Self::Incomplete => "incomplete",
        }
    }
}

/// A program that names a problem which is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchProblem {
    /// The name of the program.
    pub program: String,
}

impl fmt::Display for NoSuchProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the problem of `{}` is not in the table", polymer_host_base::sanitize::name(&self.program))
    }
}

impl std::error::Error for NoSuchProblem {}

/// Scores of programs and persons over problems.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreTable {
    /// The problems, in the order in which they were given.
    pub problems: Vec<ProblemScore>,
    /// The programs, in the order in which they were given.
    pub programs: Vec<ProgramScore>,
    /// Persons, by rank.
    pub persons: Vec<PersonScore>,
}

impl ScoreTable {
    /// The table of these programs.
    ///
    /// # Errors
    /// If a program is for a problem that is not there.
    pub fn new(
        problems: &[ProblemShape],
        programs: Vec<ProgramCells>,
        options: &TableOptions,
    ) -> Result<Self, NoSuchProblem> {
        let mut scores = Vec::with_capacity(programs.len());
        for program in programs {
            let Some(problem) = problems.get(program.problem) else {
                return Err(NoSuchProblem { program: program.program });
            };
            scores.push(ProgramScore::new(problem, program, options.stop_at_first_failure));
        }
        let problems: Vec<_> = problems
            .iter()
            .enumerate()
            .map(|(at, problem)| ProblemScore::new(at, problem, &scores))
            .collect();
        let max_points: Vec<_> = problems.iter().map(|problem| problem.max_points).collect();
        let persons = PersonScore::ranked(&scores, &options.persons, &max_points);
        Ok(Self { problems, programs: scores, persons })
    }

    /// Number of cells by how far they are known.
    #[must_use]
    pub fn counts(&self) -> CellCounts {
        let mut counts = CellCounts::default();
        for cell in self.programs.iter().flat_map(|program| &program.cells) {
            counts.add(cell.state);
        }
        counts
    }

    /// Number of cells by verdict; those without a record are left out.
    #[must_use]
    pub fn verdicts(&self) -> BTreeMap<Verdict, usize> {
        let mut found = BTreeMap::new();
        for (verdict, cells) in self.programs.iter().flat_map(ProgramScore::verdicts) {
            *found.entry(verdict).or_insert(0) += cells;
        }
        found
    }

    /// Returns whether all of it was judged, and whether anything is wrong.
    #[must_use]
    pub fn state(&self) -> TableState {
        let counts = self.counts();
        if counts.unjudged() > 0 {
            TableState::Incomplete
        } else if counts.accepted < counts.total() {
            TableState::SomeWrong
        } else {
            TableState::AllRight
        }
    }

    /// Estimates how likely it is that one of `k` programs for a problem is right. All programs of
    /// a problem are taken for its samples, whoever wrote them.
    #[must_use]
    pub fn pass_at_k(&self, k: usize) -> PassAtK {
        let counts: Vec<_> = self.problems.iter().map(|problem| problem.count).collect();
        PassAtK::of_problems(k, &counts)
    }

    /// Points of all problems.
    #[must_use]
    pub fn max_points(&self) -> f64 {
        added(self.problems.iter().map(|problem| problem.max_points))
    }
}

impl ProblemScore {
    fn new(at: usize, problem: &ProblemShape, programs: &[ProgramScore]) -> Self {
        let own = || programs.iter().filter(|program| program.problem == at);
        let nothing: Vec<_> = problem.cases.iter().map(|case| CellScore::new(case, None, false)).collect();
        Self {
            name: problem.name.clone(),
            cases: problem.cases.iter().map(|case| case.name.clone()).collect(),
            max_points: GroupScore::of_problem(problem, &nothing).max_points,
            count: ProgramCount {
                programs: own().count(),
                passed: own().filter(|program| program.passed()).count(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{any_cell, any_problem, problem, program};
    use proptest::prelude::*;

    fn table(programs: &[&str]) -> ScoreTable {
        let cases = programs.first().map_or(0, |marks| marks.len());
        let named = |(at, marks): (usize, &&str)| program(&format!("p{at}"), &format!("p{at}"), marks);
        let programs = programs.iter().enumerate().map(named).collect();
        ScoreTable::new(&[problem("p", cases)], programs, &TableOptions::default()).unwrap()
    }

    #[test]
    fn a_table_is_incomplete_before_anything_is_wrong() {
        assert_eq!(table(&["++", "++"]).state(), TableState::AllRight);
        assert_eq!(table(&["++", "+W"]).state(), TableState::SomeWrong);
        assert_eq!(table(&["W+", "+-"]).state(), TableState::Incomplete);
        assert_eq!(table(&["W+", "+J"]).state(), TableState::Incomplete);
        assert_eq!(table(&[]).state(), TableState::AllRight);
    }

    #[test]
    fn skipped_cells_are_no_missing_ones() {
        let options = TableOptions { stop_at_first_failure: true, persons: Vec::new() };
        let programs = vec![program("a", "ann", "W--")];
        let table = ScoreTable::new(&[problem("p", 3)], programs, &options).unwrap();
        assert_eq!(table.state(), TableState::SomeWrong);
        assert_eq!(table.counts(), CellCounts { rejected: 1, skipped: 2, ..CellCounts::default() });
    }

    #[test]
    fn cells_and_verdicts_are_counted() {
        let table = table(&["++W-", "+TJ-"]);
        let counts = CellCounts { accepted: 3, rejected: 2, skipped: 0, judge_failed: 1, missing: 2 };
        assert_eq!((table.counts(), counts.total(), counts.unjudged()), (counts, 8, 3));
        let verdicts: Vec<_> = table.verdicts().into_iter().collect();
        let expected =
            [(Verdict::Ok, 3), (Verdict::Timeout, 1), (Verdict::WrongOutput, 1), (Verdict::JudgeError, 1)];
        assert_eq!(verdicts, expected);
    }

    #[test]
    fn programs_of_a_problem_are_its_samples() {
        let problems = [problem("p", 2), problem("q", 1)];
        let of = |name: &str, at, marks| ProgramCells { problem: at, ..program(name, "model", marks) };
        let programs = vec![of("p/1", 0, "++"), of("p/2", 0, "+W"), of("q/1", 1, "+"), of("q/2", 1, "+")];
        let table = ScoreTable::new(&problems, programs, &TableOptions::default()).unwrap();
        assert_eq!(table.pass_at_k(1).mean, Some(0.75));
        assert_eq!(table.pass_at_k(2).mean, Some(1.0));
        assert_eq!((table.pass_at_k(3).mean, table.pass_at_k(3).too_few.len()), (None, 2));
        assert_eq!((table.persons.len(), table.persons[0].points, table.max_points()), (1, 3.0, 3.0));
    }

    #[test]
    fn a_problem_that_nobody_solved_has_no_estimate() {
        let programs = vec![program("a", "ann", "+")];
        let problems = [problem("p", 1), problem("q", 1)];
        let table = ScoreTable::new(&problems, programs, &TableOptions::default()).unwrap();
        let found = table.pass_at_k(1);
        assert_eq!((found.mean, found.too_few.len(), found.too_few[0].problem), (None, 1, 1));
    }

    #[test]
    fn a_program_of_no_problem_is_an_error() {
        let program = ProgramCells { problem: 1, ..program("a\n", "ann", "+") };
        let error = ScoreTable::new(&[problem("p", 1)], vec![program], &TableOptions::default()).unwrap_err();
        assert_eq!(error.to_string(), "the problem of `a\\u{a}` is not in the table");
    }

    proptest! {
        #[test]
        fn the_order_of_programs_changes_no_score(
            (shape, cells) in any_problem().prop_flat_map(|shape| {
                let row = prop::collection::vec(any_cell(), shape.cases.len());
                (Just(shape), prop::collection::vec(row, 1..6))
            }),
            turn in 0..6_usize,
        ) {
            let named = |(at, cells): (usize, Vec<_>)| {
                let (program, person) = (format!("p{at}"), format!("person{}", at % 2));
                ProgramCells { program, person, problem: 0, cells }
            };
            let programs: Vec<_> = cells.into_iter().enumerate().map(named).collect();
            let mut turned = programs.clone();
            turned.rotate_left(turn % programs.len());
            let shapes = [shape];
            let one = ScoreTable::new(&shapes, programs, &TableOptions::default()).unwrap();
            let other = ScoreTable::new(&shapes, turned, &TableOptions::default()).unwrap();
            for program in &one.programs {
                prop_assert!(other.programs.contains(program));
            }
            let sums = |table: &ScoreTable| {
                let sums = |person: &PersonScore| (person.person.clone(), person.rank, person.points, person.at_most);
                table.persons.iter().map(sums).collect::<Vec<_>>()
            };
            prop_assert_eq!(sums(&one), sums(&other));
            prop_assert_eq!((one.counts(), one.verdicts(), one.state()), (other.counts(), other.verdicts(), other.state()));
            prop_assert_eq!(one.pass_at_k(1), other.pass_at_k(1));
        }
    }
}
