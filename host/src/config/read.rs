//! Reads a `polymer.toml`: the rim, where paths are opened.

use super::error::ConfigError;
use crate::sys::regular::{self, FileError};
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
    match regular::read(path, LONGEST) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| ConfigError::NotText(path.to_path_buf())),
        Err(FileError::Missing) => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_path_buf(), source }),
    }
}
