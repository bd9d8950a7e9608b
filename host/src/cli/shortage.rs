//! What the machine lacks while input is read: descriptors or memory. No line is to blame for that, so none gets a record of it.
//!
//! It must never know what was to be opened.

use nix::errno::Errno;
use std::io;
use std::path::{Path, PathBuf};

/// A file that could not be opened for want of something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be opened: {}", path.display(), why.desc())]
pub struct Shortage {
    path: PathBuf,
    why: Errno,
}

impl Shortage {
    /// The file at `path` could not be opened because of `error`.
    pub(super) fn at(path: &Path, error: &io::Error) -> Self {
        Self { path: path.to_path_buf(), why: errno(error) }
    }
}

fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::UnknownErrno, Errno::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_file_and_what_is_lacking() {
        let shortage = Shortage::at(Path::new("a.wasm"), &Errno::EMFILE.into());
        assert_eq!(shortage.to_string(), "a.wasm cannot be opened: Too many open files");
    }
}
