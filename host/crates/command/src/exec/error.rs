//! Errors by which `polymer exec` runs nothing, or loses what the guest wrote.

use super::exit_code::FAILED;
use polymer_host_sys::system_error::SystemError;
use polymer_host_task::TaskError;
use std::path::PathBuf;

/// Why a module is not run, or its end of no use.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// A module without standard streams.
    #[error("{} cannot be executed: it is {what}, which has no standard streams", path.display())]
    NoCommand {
        /// Its file.
        path: PathBuf,
        /// Form of the module.
        what: &'static str,
    },
    /// A module whose inputs are programs.
    #[error("{} cannot be executed: it is an interpreter, whose inputs are programs", .0.display())]
    Interpreter(PathBuf),
    /// No guest was entered, or what it did cannot be told.
    #[error("{} was not run: {}", path.display(), error.headed("refused"))]
    NotRun {
        /// Its file.
        path: PathBuf,
        /// Why.
        error: TaskError,
    },
    /// Output that cannot be written.
    #[error("{0}")]
    Output(#[source] SystemError),
}

impl ExecError {
    /// The exit code of each.
    pub(crate) const EXIT_CODE: u8 = FAILED;

    /// Returns what may help.
    pub(crate) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoCommand { .. } => Some("`polymer run` runs it, once for each line of input"),
            Self::Interpreter(_) => Some("`polymer run` takes programs for it, one a line"),
            Self::NotRun { .. } => Some("`polymer inspect` shows what the module is and what it lacks"),
            // What the system refused is told by its number.
            Self::Output(_) => None,
        }
    }
}
