//! The exit codes of `polymer`: documented, stable, in one place.

use std::process::ExitCode;

/// Outcome of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandExit {
    /// Every task ended ok; also with no input.
    Ok,
    /// The command line is wrong.
    Usage,
    /// A bug of ours.
    Bug,
    /// The run could not be set up: module, policy, workers that never start.
    Setup,
    /// Some tasks did not end ok.
    Failed,
    /// The run was halted before its input was used up.
    Incomplete,
    /// Records could not be written.
    Output,
    /// A run that can be resumed was stopped, and this code was asked for.
    Stopped(u8),
    /// A signal of this number stopped the run, and what had begun was finished or cut short.
    Signal(u8),
    /// What `polymer exec` ends with: the exit code of its module, or one that says what ended it.
    Program(u8),
}

impl CommandExit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Usage => 2,
            Self::Bug => 70,
            Self::Setup => 96,
            Self::Failed => 100,
            Self::Incomplete => 106,
            Self::Output => 110,
            // As a shell says it of a process that a signal ended. The highest signal is 64.
            Self::Signal(number) => 128_u8.saturating_add(number),
            Self::Stopped(code) | Self::Program(code) => code,
        }
    }
}

impl From<CommandExit> for ExitCode {
    fn from(exit: CommandExit) -> Self {
        Self::from(exit.code())
    }
}
