//! What is judged, and by what: programs as they lie in files and folders, and the problems whose
//! cases they are held against.
//!
//! Files are read and names are given here. Nothing here may know how a program is built, run or
//! compared.
#![forbid(unsafe_code)]

mod nouns;
mod problems;
pub mod programs;

pub use nouns::{Case, CaseInput, Judging, Problem, ProblemLimits, Program, ProgramSource, Validator};
pub use problems::{ProblemError, read_problems};
