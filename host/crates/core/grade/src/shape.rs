//! The nouns of a table of grades: problems with their cases and groups of cases, programs, and a
//! cell for each program and case.
//!
//! Nothing here may add anything up.

use polymer_host_task::{Points, Verdict};
use std::time::Duration;

/// How the points of a group follow from those of its members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Aggregation {
    /// Their sum.
    #[default]
    Sum,
    /// The least share of its points that any member got, of the points of the group.
    Min,
    /// All points of the group if each member got all of its own, else none.
    All,
}

/// A group of cases of a problem, with groups below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoreGroup {
    /// Its name; empty for that of the whole problem.
    pub name: String,
    /// Points of the group; what its members come to, if it does not say.
    pub points: Option<Points>,
    /// How they follow from its members.
    pub aggregation: Aggregation,
    /// Names of groups of the problem all cases of which have to be passed; else this one is worth
    /// nothing, whatever came of its members.
    pub require_pass: Vec<String>,
    /// Its own cases, as places in the list of the problem.
    pub cases: Vec<usize>,
    /// Groups below it.
    pub groups: Vec<Self>,
}

/// A case, as far as a table knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseShape {
    /// Its name, one in its problem.
    pub name: String,
    /// Points it is worth; 1 counts where nobody says.
    pub points: Option<Points>,
}

/// A problem, as far as a table knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemShape {
    /// Its name, one among all problems.
    pub name: String,
    /// Its cases.
    pub cases: Vec<CaseShape>,
    /// How their points add up.
    pub root: ScoreGroup,
}

/// What came of one program on one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// How it ended.
    pub verdict: Verdict,
    /// It was right.
    pub accepted: bool,
    /// Points that it was given, if that was said; all or none by `accepted` otherwise.
    pub points: Option<Points>,
    /// Why it was not right, in one line. A guest or a checker may have written it.
    pub message: String,
    /// The time it ran, if it did.
    pub wall: Option<Duration>,
    /// Its CPU time, if known.
    pub cpu: Option<Duration>,
    /// Units of fuel, if known.
    pub fuel: Option<u64>,
    /// Bytes of memory at the most, if known.
    pub memory: Option<u64>,
}

/// One program and its cells, in the order of the cases of its problem. A cell that is missing was
/// not judged.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgramCells {
    /// The name of the program, one among all programs.
    pub program: String,
    /// Whose it is.
    pub person: String,
    /// Its problem, as a place in the list of problems.
    pub problem: usize,
    /// What came of it on each case.
    pub cells: Vec<Option<Cell>>,
}
