//! Scores: what programs get for the cases of a problem, and the tables that are made of it.
//!
//! Pure data and pure functions. Nothing here may know where a program or a case came from, or how
//! it was run.
#![forbid(unsafe_code)]

mod shape;

pub use shape::{Aggregation, CaseShape, Cell, ProblemShape, ProgramCells, ScoreGroup};
