//! `polymer completions` and `polymer man`: what an installer puts beside the program, made from
//! the flags as clap knows them.
//!
//! It must never know what a flag is for.

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::error::CliError;
use super::exit::CommandExit;
use std::io::{self, Write};

/// Name of the program, in scripts and pages.
const NAME: &str = "polymer";

/// Prints the script for a shell.
pub(super) fn completions(args: &CompletionsArgs) -> CommandExit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::flags(), NAME, &mut script);
    let mut stdout = io::stdout();
    let written = stdout.write_all(&script).and_then(|()| stdout.flush());
    if written.is_ok() { CommandExit::Ok } else { CommandExit::Output }
}

/// Writes the manual pages.
pub(super) fn man(args: &ManArgs) -> Result<CommandExit, CliError> {
    let written = clap_mangen::generate_to(Cli::flags(), &args.dir);
    written.map_err(|error| CliError::cannot_write(&args.dir, error))?;
    Ok(CommandExit::Ok)
}
