//! Extent of the jail that a run insists on.

/// Extent of the jail that a run insists on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sandbox {
    /// The required core, and what else the machine gives; what it does not give is told.
    #[default]
    Auto,
    /// Everything, or no worker starts.
    Strict,
    /// Limits only: nothing stands between a guest that breaks out of the engine and the machine.
    Off,
}

impl Sandbox {
    /// The name in flags and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Strict => "strict",
            Self::Off => "off",
        }
    }

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Auto, Self::Strict, Self::Off].into_iter().find(|sandbox| sandbox.name() == name)
    }
}
