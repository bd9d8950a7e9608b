//! `polymer status`: where a run stands, read off its folder without disturbing it.

use super::args::StatusArgs;
use super::error::CliError;
use super::exit::Exit;
use super::show;
use crate::journal::status;
use std::io;

/// Prints where a run stands.
pub(super) fn status(args: &StatusArgs) -> Result<Exit, CliError> {
    let status = status::read(&args.dir)?;
    let text = if args.json { status.to_json() } else { status.to_string() };
    Ok(if show(io::stdout(), &format!("{}\n", text.trim_end())) { Exit::Ok } else { Exit::Output })
}
