//! Which of the walls around a guest it was that stopped something.

use std::fmt;

/// Who held a limit. Each limit is held inside, by the engine, and again from outside: a record
/// that names an outer wall says that the inner one did not hold, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitWall {
    /// The engine, within the worker that ran the guest. A worker says so of itself, as it says
    /// everything else of an attempt.
    Engine,
    /// The supervisor: its clock, and the bounds it checks before it sends or believes anything.
    Supervisor,
    /// The kernel, by what was set for the worker's process: limits of memory, CPU time and files,
    /// and forbidden system calls.
    Kernel,
}

impl LimitWall {
    /// Every wall, from the inside out.
    pub const ALL: [Self; 3] = [Self::Engine, Self::Supervisor, Self::Kernel];

    /// The name in records: `engine`, `supervisor`, `kernel`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Supervisor => "supervisor",
            Self::Kernel => "kernel",
        }
    }
}

impl fmt::Display for LimitWall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
