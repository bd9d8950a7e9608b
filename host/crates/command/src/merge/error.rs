//! Why folders of partitions are not merged, and what may help.
//!
//! It must never know how an error is shown.

use polymer_host_journal::merge::plan::MergeRefusal;
use std::path::PathBuf;

/// Why folders are not merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// They do not belong together.
    #[error(transparent)]
    Refused(#[from] MergeRefusal),
    /// One is that of a judged set.
    #[error("{} is a folder of `polymer judge`, whose runs are no partitions", .0.display())]
    OfSet(PathBuf),
    /// One is that of the merged run.
    #[error("{} is to be merged into itself", .0.display())]
    Itself(PathBuf),
}

impl MergeError {
    /// Returns what may help.
    pub(crate) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Refused(MergeRefusal::NoPartition(_)) => {
                Some("each folder must be that of a run with `--partition hash:K/N`")
            }
            Self::Refused(MergeRefusal::Merged(_) | MergeRefusal::Resumed(_)) => {
                Some("merge the folders of all partitions into a new folder")
            }
            Self::Refused(MergeRefusal::OtherRun(_)) => {
                Some("the first folder is the merged run: name one that is not there yet")
            }
            Self::Refused(MergeRefusal::Differs { .. }) => {
                Some("resume or run the partitions with the same module, flags and input")
            }
            Self::OfSet(_) => Some("`polymer judge` takes all programs and cases itself"),
            Self::Itself(_) => Some("the first folder is the merged run, those behind it are its partitions"),
        }
    }
}
