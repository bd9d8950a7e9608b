//! Flags that make no sense together, where clap cannot tell: values decide, or the folder of a run
//! that is resumed.
//!
//! It must never know how flags are read.

/// Two flags of which one makes the other void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlagConflict {
    /// A folder holds lines.
    #[error(
        "--input-format whole cannot be used with --run-dir: a run's folder keeps one line for each task, but here all of the input is one task"
    )]
    WholeInDir,
    /// There are no lines that anything could end.
    #[error(
        "--input-format whole cannot be used with --null: all of the input is one task, so there are no lines"
    )]
    WholeWithNull,
    /// There are no lines that could be shared.
    #[error(
        "--input-format whole cannot be used with --partition: all of the input is one task, so there are no lines to share"
    )]
    WholeInPartition,
    /// There is nothing to resume.
    #[error("--stopped-exit needs --run-dir: without one a run that was stopped cannot be resumed")]
    StoppedWithoutDir,
    /// A way of calling a checker or an interactor, and neither of them.
    #[error(
        "--checker-protocol validator says how a checker or an interactor is called, and this run has none"
    )]
    ProtocolOfNone,
    /// `--emit output` where records are needed later.
    #[error("--emit output writes no records, and a run folder or a file that is appended to needs them")]
    OutputAlone,
}

impl FlagConflict {
    /// Returns what may help.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::WholeInDir => "leave out --run-dir, or give each task a line of its own",
            Self::WholeWithNull => "leave out --null, or use a format that reads lines",
            Self::WholeInPartition => "leave out --partition, or use a format that reads lines",
            Self::StoppedWithoutDir => "name a folder with --run-dir",
            Self::ProtocolOfNone => "name the validator with `--checker` or `--interactor`",
            Self::OutputAlone => "--emit id,output adds what a later run needs by itself",
        }
    }
}
