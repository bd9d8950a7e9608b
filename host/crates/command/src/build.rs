//! `polymer new` and `polymer build`: a project for a task, the module that comes of one, and the
//! modules that run programs.

mod interpreter;
mod untrusted;

use super::args::{BuildArgs, NewArgs};
use super::error::CliError;
use super::exit::CommandExit;
use super::load_module;
use super::stderr::say;
use polymer_host_modules::bundled::is_bundled;
use polymer_host_modules::project::starter;
use std::fs;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Writes a project.
pub(super) fn new(args: &NewArgs) -> Result<CommandExit, CliError> {
    starter::write(args.lang, &args.folder)?;
    let folder = args.folder.display();
    say(&format!("{folder} is a task in {}: its README.md says how to continue\n", args.lang));
    Ok(CommandExit::Ok)
}

/// Builds a project, and says on stdout where its module is.
pub(super) fn build(args: &BuildArgs) -> Result<CommandExit, CliError> {
    if let Some(output) = args.output.as_deref().filter(|output| is_same(&args.path, output)) {
        return Err(CliError::OverSource(output.to_path_buf()));
    }
    if is_bundled(&args.path) {
        return interpreter::build(args);
    }
    if !args.package.is_empty() || args.requirements.is_some() {
        return Err(CliError::PackagesOfProject);
    }
    if args.untrusted {
        return untrusted::build(args);
    }
    let module = load_module::build(&args.path, args.stack)?;
    give(args, &module)?;
    let module = args.output.as_deref().unwrap_or(&module);
    Ok(if tell(module).is_ok() { CommandExit::Ok } else { CommandExit::Output })
}

/// Copies a module to where it was asked for, if anywhere.
fn give(args: &BuildArgs, module: &Path) -> Result<(), CliError> {
    let Some(output) = &args.output else { return Ok(()) };
    copy(module, output).map_err(|error| CliError::cannot_write(output, error))
}

/// Returns whether two paths lead to one file.
fn is_same(one: &Path, other: &Path) -> bool {
    let id = |path: &Path| path.metadata().map(|meta| (meta.dev(), meta.ino())).ok();
    id(one).is_some_and(|there| id(other) == Some(there))
}

/// Copies a module in one step: whoever opens it finds all of it, and where it cannot be written
/// nothing is changed.
fn copy(module: &Path, output: &Path) -> io::Result<()> {
    let is_file = match output.symlink_metadata() {
        Ok(meta) => meta.is_file(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    let (true, Some(name)) = (is_file, output.file_name()) else {
        // A device, a pipe, or a link that stays one.
        return fs::copy(module, output).map(drop);
    };
    let beside = output.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let copied = fs::copy(module, &beside).and_then(|_| fs::rename(&beside, output));
    if copied.is_err() {
        // It may not be there; what went wrong before is what is told.
        drop(fs::remove_file(&beside));
    }
    copied
}

/// A path as it is, for whatever reads it.
fn tell(path: &Path) -> io::Result<()> {
    io::stdout().write_all(&[path.as_os_str().as_bytes(), b"\n"].concat())?;
    io::stdout().flush()
}
