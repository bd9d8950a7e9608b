//! Removal of everything that was made for a run that came to nothing.
//!
//! It must never know why the run came to nothing.

use super::is_own;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Takes away what was made for a run that came to nothing, when it is dropped: a folder with
/// nothing but a lock in it would look like a run and be none.
#[derive(Debug)]
pub(super) struct UndoDir {
    /// The run's folder.
    path: PathBuf,
    /// True if anything is to be removed.
    pub(super) is_armed: bool,
    /// True if the run's own files in it are removed too.
    pub(super) has_files: bool,
    /// Folders that were not there before, the innermost first.
    folders: Vec<PathBuf>,
}

impl UndoDir {
    /// Of a folder whose run goes on.
    pub(super) fn nothing(path: &Path) -> Self {
        Self { path: path.to_path_buf(), is_armed: false, has_files: false, folders: Vec::new() }
    }

    /// Of a folder that is about to be made.
    pub(super) fn of(path: &Path) -> Self {
        let is_missing = |folder: &&Path| {
            !folder.as_os_str().is_empty()
                && fs::symlink_metadata(folder).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        let folders = path.ancestors().take_while(is_missing).map(Path::to_path_buf).collect();
        Self { path: path.to_path_buf(), is_armed: true, has_files: false, folders }
    }
}

impl Drop for UndoDir {
    fn drop(&mut self) {
        if !self.is_armed {
            return;
        }
        let entries = fs::read_dir(&self.path).ok().filter(|_| self.has_files);
        for entry in entries.into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(is_own) {
                // What cannot be removed stays, and so does the folder.
                drop(fs::remove_file(entry.path()));
            }
        }
        for folder in &self.folders {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}
