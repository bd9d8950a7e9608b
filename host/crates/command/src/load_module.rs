//! Common parts of `run` and `inspect`: a module's file, and a prepared process.

use super::cache;
use super::error::CliError;
use super::fetched_module;
use super::fetched_module::FetchModuleError;
use super::stderr::{self, NoticeWriter};
use polymer_host_modules::project;
use polymer_host_modules::project::BuildTools;
use polymer_host_modules::{BundledModules, Module, ModuleError};
use polymer_host_store::ObjectUrl;
use polymer_host_sys::{confine, process, signals};
use polymer_host_task::USUAL_STACK;
use std::path::{Path, PathBuf};

/// The module at `path`: a file, a bundled module (`@NAME`), a URL with a digest, or what is built
/// first of a folder or a script. It has at most `limit` bytes. What is built is linked with the
/// stack that guests have, of so many bytes, if that is not the usual one.
pub(super) fn module(path: &Path, limit: u64, stack: u64) -> Result<(PathBuf, Module), CliError> {
    if let Some(url) = ObjectUrl::of_path(path) {
        let url = url.map_err(FetchModuleError::from)?;
        let module = fetched_module::open(&url, limit, cache::folder_of_fetched().as_deref())?;
        return Ok((PathBuf::from(url.to_string()), module));
    }
    let linked = Some(stack).filter(|stack| *stack != USUAL_STACK);
    let path = BundledModules::installed().resolve(path).map_err(ModuleError::from)?;
    let path = if project::is_built(&path) { build(&path, linked)? } else { path };
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let file = Module::open_as(&path, name, limit)?;
    Ok((path, file))
}

/// Builds the project or the script at `path`; returns where its module is. What its tools say is
/// shown, or stands in the error if they fail. A module has so many bytes of stack in its memory,
/// if that is not left to its language.
pub(super) fn build(path: &Path, stack: Option<u64>) -> Result<PathBuf, CliError> {
    let (scripts, tools) = (cache::folder_of_scripts(), BuildTools { stack, ..BuildTools::default() });
    if stderr::is_quiet() {
        return Ok(project::build_quietly(path, scripts.as_deref(), &tools)?);
    }
    // The tools share the terminal and the process group: where `stty tostop` stops them, this
    // process is to be stopped with them.
    let before = signals::stop_in_background(true);
    let built = project::build(path, scripts.as_deref(), &tools, &mut NoticeWriter);
    signals::stop_in_background(before);
    Ok(built?)
}

/// Prepares this process for a run. A library leaves the limits of its process alone; a command may
/// raise them.
pub(super) fn prepare() {
    // Each worker takes three descriptors and each module one; with fewer than that the run says so
    // when it comes to it.
    drop(process::raise_descriptor_limit());
    // Workers compile on the stack that they are started with.
    drop(process::raise_stack_limit());
    // A file that may not grow is an error to be told, and its torn end is to be cut off.
    drop(confine::survive_file_size_limit());
    // A guest that gets out of its worker is of the same user, where that is no superuser.
    drop(process::be_undumpable());
}
