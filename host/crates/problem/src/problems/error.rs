//! Why problems cannot be read: what, where, and why.
//!
//! Nothing here may read a file.

use polymer_host_sys::regular::FileError;
use polymer_host_sys::system_error::SystemError;
use std::path::{Path, PathBuf};

/// Why there is nothing to judge by.
#[derive(Debug, thiserror::Error)]
pub enum ProblemError {
    /// A file cannot be read, or is none.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: FileError,
    },
    /// The system refuses to show a folder.
    #[error(transparent)]
    System(#[from] SystemError),
    /// What stands in a line is wrong.
    #[error("{}, line {line}{}: {why}", path.display(), field.as_ref().map(|field| format!(", `{field}`")).unwrap_or_default())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// The field, or the key with those above it, if it is about one.
        field: Option<String>,
        /// What is wrong with it.
        why: String,
    },
    /// A file or a folder that is not taken, or that is missing.
    #[error("{}: {why}", path.display())]
    Part {
        /// It.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl ProblemError {
    /// That a file or folder is not taken, or is missing.
    pub(super) fn part(path: impl AsRef<Path>, why: impl Into<String>) -> Self {
        Self::Part { path: path.as_ref().to_path_buf(), why: why.into() }
    }

    /// The same for `map_err`, of a file.
    pub(super) fn file(path: &Path) -> impl Fn(FileError) -> Self {
        move |source| Self::File { path: path.to_path_buf(), source }
    }
}
