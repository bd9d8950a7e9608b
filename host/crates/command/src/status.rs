//! `polymer status`: where a run stands, read off its folder without disturbing it.

use super::args::StatusArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::open_run_dir::naming;
use super::show;
use super::stderr::shown;
use crate::report::on_terminal::escaped;
use polymer_host_journal::manifest::RunManifest;
use polymer_host_journal::{dir, status, summary};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::io::{self, IsTerminal};
use std::time::SystemTime;

/// Prints where a run stands.
pub(super) fn status(args: &StatusArgs) -> Result<CommandExit, CliError> {
    dir::check_run(&args.dir)?;
    // That this polymer knows what stands there.
    let facts = RunManifest::read(&args.dir)?;
    summary::check_version(&args.dir)?;
    dir::check_files(&args.dir)?;
    let held = dir::held_by(&args.dir)?;
    let (naming, selection) = (naming(&facts.settings), args.select.as_ref());
    let status = status::read(&args.dir, naming, held, SystemTime::now(), selection)?;
    let text = if args.json {
        let json = serde_json::to_string(&status)
            .map_err(SystemError::on(SystemOperation::Write, "standard output"))?;
        if io::stdout().is_terminal() { escaped(&json).into_owned() } else { json }
    } else {
        shown(&status.to_string())
    };
    Ok(if show(io::stdout(), &format!("{}\n", text.trim_end())) {
        CommandExit::Ok
    } else {
        CommandExit::Output
    })
}
