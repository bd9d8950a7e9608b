//! Degree to which tasks of a run share processes: one process, one for each module, or none.

/// Attempts that may run in one worker process, one after the other. Every level gives each attempt
/// a fresh instance of its module. A level says how far code that escapes from an instance gets
/// without also escaping from its process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Attempts of any module of the run: whoever escapes may meet other modules' tasks.
    Instance,
    /// Attempts of one module: whoever escapes meets tasks of its own module only.
    #[default]
    Module,
    /// One attempt: whoever escapes meets nobody. Each attempt costs a process.
    Process,
}

impl Isolation {
    /// The word for it: `instance`, `module` or `process`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Module => "module",
            Self::Process => "process",
        }
    }

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Instance, Self::Module, Self::Process].into_iter().find(|isolation| isolation.name() == name)
    }
}
