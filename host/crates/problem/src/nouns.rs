//! Programs, problems and cases.
//!
//! Nothing here may read a file.

use polymer_host_grade::ScoreGroup;
use polymer_host_task::{CompareMode, Points};
use std::path::PathBuf;
use std::time::Duration;

/// A problem: cases, and how programs are judged by them.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Its name, one among all problems. It has no `/`.
    pub name: String,
    /// Its cases, in their order. Their names are unique.
    pub cases: Vec<Case>,
    /// How the points of cases add up.
    pub root: ScoreGroup,
    /// Limits that it asks for.
    pub limits: ProblemLimits,
    /// Who says whether an output is right.
    pub judging: Judging,
    /// What a reader of the problem should know: parts of it that are not looked at because they
    /// change no verdict.
    pub notes: Vec<String>,
}

/// Limits that a problem asks for; those of the run, where it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProblemLimits {
    /// CPU time of a program on one case.
    pub cpu: Option<Duration>,
    /// Bytes of memory.
    pub memory: Option<u64>,
    /// Bytes of output.
    pub output: Option<u64>,
    /// Bytes of stack.
    pub stack: Option<u64>,
}

/// Who says whether an output is right.
#[derive(Debug, Clone, PartialEq)]
pub enum Judging {
    /// It is compared with the expected one: as the case says, else so, else as the run says.
    Compare(Option<CompareMode>),
    /// A validator reads it once it is whole.
    Validator(Validator),
    /// A validator talks with the program.
    Interactor(Validator),
}

/// A program of a problem that judges, as the problem package format has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validator {
    /// Its source, a file or a folder, or its module.
    pub path: PathBuf,
    /// Its arguments, behind the three that the format gives it.
    pub flags: Vec<String>,
}

/// A case: one input, with what is expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name, such as `secret/large/07`. One in its problem.
    pub name: String,
    /// What the program is given.
    pub input: CaseInput,
    /// Arguments of the program.
    pub args: Vec<String>,
    /// What is expected: a JSON object, as task records have it in `expect`. Paths in it are
    /// absolute.
    pub expect: Option<String>,
    /// Points it is worth.
    pub points: Option<Points>,
    /// How its output is compared, if it says so itself.
    pub compare: Option<CompareMode>,
    /// Limits of its own: a JSON object, as task records have it in `limits`.
    pub limits: Option<String>,
    /// Source that runs behind the program, in place of a comparison of its output.
    pub test: Option<String>,
    /// Arguments of the validator, in place of those of the problem.
    pub validator_flags: Option<Vec<String>>,
}

impl Case {
    /// A case of which nothing else is said.
    pub(crate) const fn of(name: String, input: CaseInput) -> Self {
        Self {
            name,
            input,
            args: Vec::new(),
            expect: None,
            points: None,
            compare: None,
            limits: None,
            test: None,
            validator_flags: None,
        }
    }
}

/// What a program is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseInput {
    /// A JSON value, as it is written.
    Json(String),
    /// Bytes, in base64.
    Base64(String),
    /// The content of a file. Its path is absolute.
    File(PathBuf),
}

/// A program that is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its name, one among all programs: the first part of the ids of its cells. It may have `/`.
    pub name: String,
    /// Whose it is.
    pub person: String,
    /// The problem that it is for, if it says so.
    pub problem: Option<String>,
    /// What it is.
    pub source: ProgramSource,
}

/// What a program is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramSource {
    /// A module.
    Module(PathBuf),
    /// A source, a file or a folder, in a language that is compiled, by its name in small letters.
    Source {
        /// `c`, `c++`, `rust`, `go` or `zig`.
        language: &'static str,
        /// The file, or the folder.
        path: PathBuf,
    },
    /// A program that an interpreter runs, as a file.
    Script {
        /// `python` or `javascript`.
        language: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A program as a text, in any of these languages.
    Code {
        /// Its language.
        language: &'static str,
        /// Its text.
        text: String,
    },
    /// Nothing that can be judged, and why.
    None(String),
}
