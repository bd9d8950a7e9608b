//! Why a set of programs is not judged.
//!
//! It must never know how an error is shown.

use super::feed::FeedError;
use super::plan::PlanError;
use crate::exit::CommandExit;
use polymer_host_problem::ProblemError;
use polymer_host_problem::programs::ProgramError;
use polymer_host_grade::NoSuchProblem;
use polymer_host_sys::system_error::SystemError;
use std::path::PathBuf;

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
    #[error(transparent)]
    System(#[from] SystemError),
}

impl JudgeError {
    /// Returns the exit code.
    #[must_use]
    pub const fn exit(&self) -> CommandExit {
        match self {
            Self::Problems(_) | Self::Programs(_) | Self::Plan(_) | Self::PassAt { .. } => CommandExit::Usage,
            Self::Feed(_)
            | Self::Validator { .. }
            | Self::NoInterpreter { .. }
            | Self::OtherFolder(_)
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
            Self::OtherFolder(_) => Some("name a folder that is empty or not there yet"),
            Self::Plan(PlanError::AnyProblem { .. }) => Some(
                "name its file or its folder as the problem, or give `problem` in its line",
            ),
            _ => None,
        }
    }
}
