//! Role of a worker process: compiling or running.

/// Role of a process, as far as its jail depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JailRole {
    /// It makes machine code and runs none of it.
    Compile,
    /// It runs guests.
    Run,
}

impl JailRole {
    /// The word for it: `compile` or `run`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Run => "run",
        }
    }
}
