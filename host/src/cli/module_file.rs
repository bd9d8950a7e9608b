//! Opening a module: its bytes are copied into a sealed file, so that what compiles is what was checked, whatever happens to the path.
//!
//! It must never look into the bytes.

use super::regular::{self, FileError};
use crate::supervisor::inbox::ModuleFile;
use crate::sys::file;
use crate::task::Fault;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Why a path is no module.
#[derive(Debug, thiserror::Error)]
pub enum ModuleFileError {
    /// Nothing stands there.
    #[error("there is no module {}", .0.display())]
    Missing(PathBuf),
    /// It is a folder.
    #[error("the module {} is a folder", .0.display())]
    Folder(PathBuf),
    /// It is a pipe, a socket or a device.
    #[error("the module {} is no regular file", .0.display())]
    NotAFile(PathBuf),
    /// It holds nothing.
    #[error("the module {} is empty", .0.display())]
    Empty(PathBuf),
    /// It holds more than a module may.
    #[error("the module {} has {length} bytes, at most {limit} are allowed", path.display())]
    TooLarge {
        /// Where it is.
        path: PathBuf,
        /// Bytes it has, at the least.
        length: u64,
        /// Bytes it may have.
        limit: u64,
    },
    /// It may not be read, or not be copied.
    #[error("the module {} cannot be read: {source}", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl ModuleFileError {
    /// The code in records.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Folder(_) | Self::NotAFile(_) => "not_a_file",
            Self::Empty(_) => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// As records tell it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::new(self.code(), self.to_string())
    }

    fn at(path: &Path, error: FileError) -> Self {
        let path = path.to_path_buf();
        match error {
            FileError::Missing => Self::Missing(path),
            FileError::Folder => Self::Folder(path),
            FileError::NotRegular => Self::NotAFile(path),
            FileError::TooLarge { length, limit } => Self::TooLarge { path, length, limit },
            FileError::Refused(source) => Self::Unreadable { path, source },
        }
    }
}

/// Opens the module at `path`, at most `limit` bytes long, and calls it by its file name.
///
/// # Errors
/// If it is no regular file that can be read, is empty, or is too large.
pub fn open(path: &Path, limit: u64) -> Result<ModuleFile, ModuleFileError> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    open_as(path, name, limit)
}

/// As [`open`], with a name of the caller's choice.
///
/// # Errors
/// As [`open`].
pub fn open_as(path: &Path, name: String, limit: u64) -> Result<ModuleFile, ModuleFileError> {
    let source = regular::open(path, limit).map_err(|error| ModuleFileError::at(path, error))?;
    let unreadable = |source| ModuleFileError::Unreadable { path: path.to_path_buf(), source };
    let mut bytes = file::unnamed("polymer-module").map_err(unreadable)?;
    let length = io::copy(&mut source.take(limit.saturating_add(1)), &mut bytes).map_err(unreadable)?;
    if length == 0 {
        return Err(ModuleFileError::Empty(path.to_path_buf()));
    }
    if length > limit {
        return Err(ModuleFileError::TooLarge { path: path.to_path_buf(), length, limit });
    }
    file::seal(&bytes).map_err(unreadable)?;
    let text = path.extension().is_some_and(|extension| extension == OsStr::new("wat"));
    Ok(ModuleFile { name, text, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};

    fn content(module: &mut ModuleFile) -> String {
        let mut text = String::new();
        module.bytes.rewind().unwrap();
        module.bytes.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_module_is_copied_and_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wat");
        std::fs::write(&path, "(module)").unwrap();
        let mut module = open(&path, 8).unwrap();
        std::fs::write(&path, "changed!").unwrap();
        assert_eq!((module.name.as_str(), module.text), ("a.wat", true));
        assert_eq!(content(&mut module), "(module)");
        assert!(module.bytes.write_all(b"x").is_err());
    }

    #[test]
    fn only_the_name_says_that_a_module_is_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wat");
        std::fs::write(&path, "(module)").unwrap();
        assert!(!open(&path, 8).unwrap().text);
    }

    #[test]
    fn what_is_no_module_file_is_named_with_its_path_and_a_code() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        let code = |limit| {
            let error = open(&path, limit).unwrap_err();
            assert!(error.to_string().contains("a.wasm"), "{error}");
            error.code()
        };
        assert_eq!(code(9), "missing");
        std::fs::write(&path, "").unwrap();
        assert_eq!(code(9), "empty");
        std::fs::write(&path, "1234567890").unwrap();
        assert_eq!(code(9), "too_large");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(code(9), "not_a_file");
        std::fs::remove_dir(&path).unwrap();
        std::os::unix::fs::symlink("a.wasm", &path).unwrap();
        assert_eq!(code(9), "unreadable");
    }
}
