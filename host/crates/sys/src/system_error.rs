//! A refusal of the system, told whole: what was tried, on what, and the system's own words.
//!
//! It must never know who tried it: what follows from a refusal is for whoever asked.

pub use super::operation::SystemOperation;

use super::errno_hint;
use super::regular::FileError;
use nix::errno::Errno;
use std::io;
use std::path::{Path, PathBuf};

/// A refusal of the system. No error that people see carries an [`io::Error`] by itself: it would
/// not say what was tried.
#[derive(Debug, thiserror::Error)]
#[error("cannot {} {}{}: {source}", operation.words().0, path.display(), operation.words().1)]
pub struct SystemError {
    operation: SystemOperation,
    path: PathBuf,
    source: io::Error,
}

impl SystemError {
    /// That `operation` was refused on what stands at `path`, or is called so where it is no file.
    #[doc(hidden)]
    pub fn new(operation: SystemOperation, path: impl Into<PathBuf>, source: impl Into<io::Error>) -> Self {
        Self { operation, path: path.into(), source: source.into() }
    }

    /// The same, for `map_err`.
    #[doc(hidden)]
    pub fn on<E: Into<io::Error>>(operation: SystemOperation, path: impl AsRef<Path>) -> impl Fn(E) -> Self {
        move |source| Self::new(operation, path.as_ref(), source)
    }

    /// The current folder.
    ///
    /// # Errors
    /// If it is gone, or may not be looked at.
    #[doc(hidden)]
    pub fn current_folder() -> Result<PathBuf, Self> {
        std::env::current_dir().map_err(|source| {
            // A shell remembers what it was called.
            let path = std::env::var_os("PWD").map_or_else(|| PathBuf::from("."), PathBuf::from);
            Self::new(SystemOperation::FindCurrentFolder, path, source)
        })
    }

    /// Returns the operation that was tried.
    #[doc(hidden)]
    #[must_use]
    pub const fn operation(&self) -> SystemOperation {
        self.operation
    }

    /// On what.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The system's own words.
    #[must_use]
    pub const fn cause(&self) -> &io::Error {
        &self.source
    }

    /// Its number, also where the words are ours.
    #[doc(hidden)]
    #[must_use]
    pub fn errno(&self) -> Option<Errno> {
        errno(&self.source)
    }

    /// Returns a hint, if its number is one that has a hint.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        errno_hint::hint(self.operation, &self.path, self.errno()?)
    }

    /// All of it in one line, where there is no place for a hint of its own.
    #[must_use]
    pub fn with_hint(&self) -> String {
        self.hint().map_or_else(|| self.to_string(), |hint| format!("{self}; {hint}"))
    }
}

fn errno(error: &io::Error) -> Option<Errno> {
    if let Some(number) = error.raw_os_error() {
        return Some(Errno::from_raw(number));
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<FileError>()) {
        Some(FileError::Missing) => return Some(Errno::ENOENT),
        Some(FileError::Folder) => return Some(Errno::EISDIR),
        Some(FileError::Refused(source)) => return errno(source),
        _ => {}
    }
    match error.kind() {
        io::ErrorKind::NotFound => Some(Errno::ENOENT),
        io::ErrorKind::NotADirectory => Some(Errno::ENOTDIR),
        io::ErrorKind::StorageFull => Some(Errno::ENOSPC),
        io::ErrorKind::BrokenPipe => Some(Errno::EPIPE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_told_with_its_path_and_the_systems_words() {
        for operation in SystemOperation::ALL {
            let error = SystemError::new(operation, "/a/b", Errno::EACCES);
            let text = error.to_string();
            assert!(text.starts_with("cannot ") && text.contains(" /a/b"), "{text}");
            assert!(text.ends_with(": Permission denied (os error 13)"), "{text}");
        }
        let error = SystemError::new(SystemOperation::CopyModule, "a.wasm", Errno::EFBIG);
        assert!(error.to_string().starts_with("cannot copy the module a.wasm into memory: File too large"));
    }

    #[test]
    fn a_number_is_known_where_the_words_are_ours() {
        let of = |error: io::Error| SystemError::new(SystemOperation::Read, "a", error).errno();
        assert_eq!(of(FileError::Missing.into()), Some(Errno::ENOENT));
        assert_eq!(of(FileError::Folder.into()), Some(Errno::EISDIR));
        assert_eq!(of(FileError::Refused(Errno::EIO.into()).into()), Some(Errno::EIO));
        assert_eq!(of(io::ErrorKind::NotADirectory.into()), Some(Errno::ENOTDIR));
        assert_eq!(of(FileError::Pseudo.into()), None);
    }
}
