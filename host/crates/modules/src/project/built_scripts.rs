//! Build outputs of single files, in all their build folders: removed when somebody wants the space
//! back.
//!
//! It must never touch anything outside the folder it is given, nor anything that is being built.

use super::place::LOCK;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// Hexadecimal digits of the name of a build folder.
const DIGITS: usize = 32;

/// Removes what was built of scripts in this folder, but for what is being built. Returns how many
/// there were, and bytes of their files.
///
/// # Errors
/// What the system says, of which path.
pub fn clear(scripts: &Path) -> Result<(u64, u64), SystemError> {
    let (mut builds, mut bytes) = (0, 0);
    let entries = match fs::read_dir(scripts) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
        entries => entries.map_err(SystemError::on(SystemOperation::Remove, scripts))?,
    };
    for entry in entries {
        let entry = entry.map_err(SystemError::on(SystemOperation::Remove, scripts))?;
        let (path, name) = (entry.path(), entry.file_name());
        let is_hex = |name: &str| name.len() == DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        // A link is nothing of ours.
        if !name.to_str().is_some_and(is_hex) || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let lock = File::options().create(true).append(true).open(path.join(LOCK));
        if lock.as_ref().is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock))) {
            continue;
        }
        bytes += size_of(&path);
        fs::remove_dir_all(&path).map_err(SystemError::on(SystemOperation::Remove, &path))?;
        builds += 1;
    }
    Ok((builds, bytes))
}

/// Bytes of all files below a folder. What cannot be read counts as nothing.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size_of(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
