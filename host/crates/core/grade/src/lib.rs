//! Scores: what programs get for the cases of a problem, and the tables that are made of it.
//!
//! Pure data and pure functions. Nothing here may know where a program or a case came from, or how
//! it was run.
#![forbid(unsafe_code)]

mod cell_score;
mod group_score;
mod pass_at_k;
mod person_score;
mod program_score;
mod score_table;
mod score_text;
mod shape;

#[cfg(test)]
mod samples;

pub use cell_score::{CellScore, CellState};
pub use group_score::GroupScore;
pub use pass_at_k::{PassAtK, ProgramCount, TooFewPrograms, pass_at_k};
pub use person_score::{PersonProblem, PersonScore};
pub use program_score::ProgramScore;
pub use score_table::{CellCounts, NoSuchProblem, ProblemScore, ScoreTable, TableOptions, TableState};
pub use score_text::TextBounds;
pub use shape::{Aggregation, CaseShape, Cell, ProblemShape, ProgramCells, ScoreGroup};
