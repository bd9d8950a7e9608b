//! How much tasks of a run share with each other: a process, one for each module, or none.

/// What may be run in one worker process, one after the other. Each attempt has a fresh instance of
/// its module under every level; a level says how far whoever escapes from an instance gets without
/// escaping from a process as well.
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
