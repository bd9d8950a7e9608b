//! `polymer new` and `polymer build`: a project for a task, and the module that comes of one.

use super::args::{BuildArgs, NewArgs};
use super::error::CliError;
use super::exit::Exit;
use super::setup;
use super::stderr::say;
use crate::module::project::starter;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Writes a project.
pub(super) fn new(args: &NewArgs) -> Result<Exit, CliError> {
    starter::write(args.lang, &args.folder)?;
    let folder = args.folder.display();
    say(&format!("{folder} is a task in {}: its README.md says how to go on\n", args.lang));
    Ok(Exit::Ok)
}

/// Builds a project, and says on stdout where its module is.
pub(super) fn build(args: &BuildArgs) -> Result<Exit, CliError> {
    let module = setup::build(&args.path)?;
    let module = match &args.output {
        Some(output) => {
            let copied = std::fs::copy(&module, output);
            copied.map_err(|source| CliError::Open { path: output.clone(), log: false, source })?;
            output
        }
        None => &module,
    };
    Ok(if tell(module).is_ok() { Exit::Ok } else { Exit::Output })
}

/// A path as it is, for whatever reads it.
fn tell(path: &Path) -> io::Result<()> {
    io::stdout().write_all(&[path.as_os_str().as_bytes(), b"\n"].concat())?;
    io::stdout().flush()
}
