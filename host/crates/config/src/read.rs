//! Reads a file of profiles: the rim, where paths are opened.

use super::error::ConfigError;
use super::file::{column, line};
use polymer_host_sys::regular;
use polymer_host_sys::regular::FileError;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::io;
use std::path::Path;

/// The file that is read if it stands in the current folder.
pub const FILE: &str = "polymer.toml";

/// Bytes it may have.
const LONGEST: u64 = 1 << 20;

/// The text of the file at `path`; `None` if nothing stands there.
///
/// # Errors
/// If it is no regular file, cannot be read, is larger than 1 MiB or no UTF-8.
pub fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    text(path, regular::read(path, LONGEST))
}

/// The same, of the user's own file: `None` also where the user may not look.
///
/// # Errors
/// As [`read`], also if the file belongs to another user than this one or root, or others may write
/// to it.
pub fn read_own(path: &Path) -> Result<Option<String>, ConfigError> {
    match regular::read_own(path, LONGEST) {
        Err(source @ (FileError::Foreign(_) | FileError::Open(_))) => {
            Err(ConfigError::NotOwn { path: path.to_path_buf(), source })
        }
        // What is no folder holds no file: HOME may be /dev/null, for a user who has none.
        Err(FileError::Refused(error)) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
        // A home that is closed to this user is another's, as where a container changes the user
        // and keeps HOME.
        Err(FileError::Refused(error))
            if error.kind() == io::ErrorKind::PermissionDenied && path.symlink_metadata().is_err() =>
        {
            Ok(None)
        }
        other => text(path, other),
    }
}

fn text(path: &Path, read: Result<Vec<u8>, FileError>) -> Result<Option<String>, ConfigError> {
    match read {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes().get(..at).unwrap_or_default()).into_owned();
            let (line, column) = (line(&text, at), column(&text, at));
            ConfigError::NotText { path: path.to_path_buf(), line, column }
        }),
        Err(FileError::Missing) => Ok(None),
        Err(error) => Err(ConfigError::Unreadable(SystemError::new(SystemOperation::Read, path, error))),
    }
}
