//! Shortage of the machine while input is read: descriptors or memory. No line is to blame for it,
//! so no line gets a record of it.
//!
//! It must never know what was to be opened.

use nix::errno::Errno;
use polymer_host_sys::process;
use std::io;
use std::path::{Path, PathBuf};

/// A file that could not be opened for want of something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be opened: {}{}", path.display(), why.desc(), self.cure())]
pub struct FileShortage {
    path: PathBuf,
    why: Errno,
    /// Descriptors that this process may have.
    descriptors: Option<u64>,
}

/// Descriptors that a run of a few workers needs.
const ENOUGH: u64 = 64;

impl FileShortage {
    /// The file at `path` could not be opened because of `error`.
    pub(super) fn at(path: &Path, error: &io::Error) -> Self {
        Self { path: path.to_path_buf(), why: errno(error), descriptors: process::descriptor_limit().ok() }
    }

    /// The limit that was hit, and one that would do.
    fn cure(&self) -> String {
        match (self.why, self.descriptors) {
            (Errno::EMFILE, Some(limit)) => {
                let enough = limit.saturating_mul(2).max(ENOUGH);
                format!("; the limit on open files is {limit}, `ulimit -n {enough}` would do")
            }
            (Errno::ENFILE, _) => "; the machine's limit on open files is /proc/sys/fs/file-max".to_owned(),
            _ => String::new(),
        }
    }
}

fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::UnknownErrno, Errno::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_file_what_is_lacking_the_limit_and_one_that_would_do() {
        let told = |why: Errno, limit| {
            FileShortage { descriptors: Some(limit), ..FileShortage::at(Path::new("a.wasm"), &why.into()) }
                .to_string()
        };
        assert_eq!(
            told(Errno::EMFILE, 20),
            "a.wasm cannot be opened: Too many open files; the limit on open files is 20, `ulimit -n 64` would do"
        );
        assert!(told(Errno::EMFILE, 100).ends_with("`ulimit -n 200` would do"));
        assert!(told(Errno::ENFILE, 100).ends_with("/proc/sys/fs/file-max"));
        assert_eq!(told(Errno::ENOMEM, 100), "a.wasm cannot be opened: Out of memory");
    }
}
