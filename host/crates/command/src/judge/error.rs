//! Why a set of programs is not judged.
//!
//! It must never know how an error is shown.

use crate::exit::CommandExit;
use polymer_host_grade::NoSuchProblem;
use polymer_host_modules::project::untrusted::UntrustedError;
use polymer_host_problem::ProblemError;
use polymer_host_problem::programs::ProgramError;
use polymer_host_sys::system_error::SystemError;
use std::path::PathBuf;

/// Why programs and problems make no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A program names a problem that is not among them.
    #[error("the program {program} is for the problem {problem}, and the cases have {known}")]
    NoProblem {
        /// The program.
        program: String,
        /// The problem that it names.
        problem: String,
        /// The problems there are.
        known: String,
    },
    /// A program does not say which of several problems it is for.
    #[error("the program {program} does not say which problem it is for, and there are {problems}")]
    AnyProblem {
        /// The program.
        program: String,
        /// How many problems there are.
        problems: usize,
    },
    /// Two cells would have one id.
    #[error("two cells would be called {0}: name the programs or the cases otherwise")]
    SameId(String),
    /// Nothing is judged.
    #[error("there are no programs")]
    NoPrograms,
}

/// Why a cell cannot be said in a line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// A path that is no text.
    #[error("{} is a path that is no text in UTF-8, so no task record can name it", .0.display())]
    NotText(PathBuf),
    /// A part of a case that is no JSON. It was read as such.
    #[error("a case has {0} that is no JSON")]
    NotJson(&'static str),
}

/// Why nothing can be said of any program.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// Sources cannot be compiled here.
    #[error(transparent)]
    Build(#[from] UntrustedError),
    /// A folder for a source that came as a text.
    #[error("{0}")]
    System(#[from] SystemError),
}

/// Why the lines of a run ended too soon.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// Programs cannot be made ready on this machine.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// A cell that cannot be said in a line.
    #[error(transparent)]
    Line(#[from] LineError),
    /// An input file of a case.
    #[error("{0}")]
    System(#[from] SystemError),
}

/// Why a set of programs is not judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The cases cannot be read, or have something that is not judged here.
    #[error(transparent)]
    Problems(#[from] ProblemError),
    /// The programs cannot be read.
    #[error(transparent)]
    Programs(#[from] ProgramError),
    /// They make no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Programs cannot be made ready, or cells not be said.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// A validator that is given as a source does not compile.
    #[error("the validator {} of the problem {problem} does not compile: {why}", path.display())]
    Validator {
        /// The problem.
        problem: String,
        /// The source.
        path: PathBuf,
        /// What the compiler said.
        why: String,
    },
    /// There is no interpreter for programs as data.
    #[error("there are programs for {interpreter}, which is not installed")]
    NoInterpreter {
        /// Its name as a module.
        interpreter: &'static str,
    },
    /// The folder is no folder of judged programs.
    #[error("{} is not empty and no folder of `polymer judge`", .0.display())]
    OtherFolder(PathBuf),
    /// A row of a problem that is not there.
    #[error(transparent)]
    Table(#[from] NoSuchProblem),
    /// Tests that a program could forge, and nobody said that they are wanted.
    #[error("the case {case} of the problem {problem} has a test that is code")]
    TestsAsCode {
        /// The problem.
        problem: String,
        /// Its case.
        case: String,
    },
    /// There is no folder to write the table to.
    #[error("the table cannot be written to {}: there is no such folder", .0.display())]
    NoTableFolder(PathBuf),
    /// A run of a judged set that somebody wants to go on with by itself.
    #[error("{} is a part of what `polymer judge` keeps in {}", run.display(), folder.display())]
    PartOfSet {
        /// The folder of the run.
        run: PathBuf,
        /// That of the set.
        folder: PathBuf,
    },
    /// Rows of what has others.
    #[error("--rows persons is for --format csv; the others have programs and persons")]
    RowsOfFormat,
    /// There are fewer programs than are to be chosen.
    #[error("--pass-at {k}: the problem {problem} has {programs} programs, so there are not {k} to choose")]
    PassAt {
        /// Programs to choose.
        k: u32,
        /// The problem that has fewer.
        problem: String,
        /// How many it has.
        programs: usize,
    },
    /// The system refused something.
    #[error("{0}")]
    System(#[from] SystemError),
}

impl JudgeError {
    /// Returns the exit code.
    #[must_use]
    pub const fn exit(&self) -> CommandExit {
        match self {
            Self::Problems(_)
            | Self::Programs(_)
            | Self::Plan(_)
            | Self::PassAt { .. }
            | Self::TestsAsCode { .. }
            | Self::NoTableFolder(_)
            | Self::RowsOfFormat => CommandExit::Usage,
            Self::Feed(_)
            | Self::Validator { .. }
            | Self::NoInterpreter { .. }
            | Self::OtherFolder(_)
            | Self::PartOfSet { .. }
            | Self::Table(_)
            | Self::System(_) => CommandExit::Setup,
        }
    }

    /// Returns advice that may help.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoInterpreter { .. } => {
                Some("`polymer build @python` and `polymer build @javascript` make them")
            }
            Self::TestsAsCode { .. } => Some(
                "`--tests-as-code` takes it; a program that wants to can forge that it passed such a test",
            ),
            Self::PartOfSet { .. } => {
                Some("judge again with that folder as --run-dir: what is left to do is done")
            }
            Self::OtherFolder(_) => Some("name a folder that is empty or not there yet"),
            Self::Plan(PlanError::NoPrograms) => {
                Some("a person's folder has a file or a folder for each problem, called as the problem")
            }
            Self::Problems(_) => {
                Some("PROGRAMS come first and CASES behind them; `polymer judge --help` shows both")
            }
            Self::Plan(PlanError::AnyProblem { .. }) => {
                Some("name its file or its folder as the problem, or give `problem` in its line")
            }
            _ => None,
        }
    }
}
