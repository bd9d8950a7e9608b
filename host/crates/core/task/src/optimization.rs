//! Effort that the compiler takes over a module's code: a setting of a whole run.

/// What code of a run is compiled for. Both count the same fuel and give the same outputs. Frames
/// on the stack are larger in code that was compiled quickly, so it recurses less deep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Optimization {
    /// For fast code.
    #[default]
    Speed,
    /// For little time of the compiler: some half of it. What computes runs up to three times as
    /// long.
    Quick,
}

impl Optimization {
    /// The word for it: `speed` or `quick`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Speed => "speed",
            Self::Quick => "quick",
        }
    }

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Speed, Self::Quick].into_iter().find(|optimization| optimization.name() == name)
    }
}
