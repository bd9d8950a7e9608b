//! Where things are: the command under test, the repository, folders that go away by themselves,
//! and what a build needs to know.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A folder that goes away by itself.
pub(crate) struct TempFolder(tempfile::TempDir);

impl TempFolder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file into it and gives its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// The command under test.
pub(crate) fn polymer() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_polymer"))
}

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap()
}

/// A file of `tests/guests`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    let path = root().join("tests/guests").join(name);
    assert!(path.is_file(), "there is no guest {}", path.display());
    path
}

/// `PATH` with the command under test in front.
pub(crate) fn path_with_polymer() -> OsString {
    let outer = std::env::var_os("PATH").unwrap_or_default();
    let folders = polymer().parent().map(Path::to_path_buf).into_iter().chain(std::env::split_paths(&outer));
    std::env::join_paths(folders).unwrap()
}

/// What a build must know of the machine, and nothing of the cargo that runs these tests.
pub(crate) fn outer_environment() -> impl Iterator<Item = (&'static str, OsString)> {
    let names = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_AUTO_INSTALL", "TMPDIR"];
    names.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)))
}
