//! What `run` and `inspect` have in common: a module's file, and a process that is prepared.

use super::error::CliError;
use crate::module::Module;
use crate::module::project::{self, Tools};
use crate::sys::{confine, process};
use std::io;
use std::path::{Path, PathBuf};

/// The module at `path`: a file, or a folder that is built first.
pub(super) fn module(path: &Path) -> Result<(PathBuf, Module), CliError> {
    let path = if path.is_dir() {
        project::build(path, &Tools::default(), &mut io::stderr())?
    } else {
        path.to_path_buf()
    };
    let file = Module::open(&path)?;
    Ok((path, file))
}

/// Prepares this process for a run. A library leaves the limits of its process alone; a command may raise them.
pub(super) fn prepare() {
    // Each worker takes three descriptors and each module one; with fewer than that the run says so when it comes to it.
    drop(process::raise_descriptor_limit());
    // A file that may not grow is an error to be told, and its torn end is to be cut off.
    drop(confine::survive_file_size_limit());
}
