//! `polymer status`: where a run stands, read off its folder without disturbing it; once, or again
//! and again until the run is over.

use super::args::StatusArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::open_run_dir::naming;
use super::show;
use super::stderr::shown;
use crate::report::on_terminal::escaped;
use polymer_host_journal::manifest::RunManifest;
use polymer_host_journal::status::{RunState, RunStatus};
use polymer_host_journal::{dir, status, summary};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// The time between two looks whether a run is over.
const LOOK: Duration = Duration::from_millis(200);

/// Prints where a run stands.
pub(super) fn status(args: &StatusArgs) -> Result<CommandExit, CliError> {
    let mut is_first = true;
    loop {
        let status = read(args)?;
        let text = text(args, &status)?;
        let between = if is_first || args.json { "" } else { "\n" };
        is_first = false;
        if !show(io::stdout(), &format!("{between}{}\n", text.trim_end())) {
            return Ok(CommandExit::Output);
        }
        match args.watch {
            Some(interval) if status.state == RunState::Running => wait(&args.dir, interval)?,
            _ => return Ok(CommandExit::Ok),
        }
    }
}

fn read(args: &StatusArgs) -> Result<RunStatus, CliError> {
    dir::check_run(&args.dir)?;
    // That this polymer knows what stands there.
    let facts = RunManifest::read(&args.dir)?;
    summary::check_version(&args.dir)?;
    dir::check_files(&args.dir)?;
    let held = dir::held_by(&args.dir)?;
    let (naming, selection) = (naming(&facts.settings), args.select.as_ref());
    let status = status::read(&args.dir, naming, held, SystemTime::now(), selection)?;
    Ok(status.of_partition(facts.partition))
}

fn text(args: &StatusArgs, status: &RunStatus) -> Result<String, CliError> {
    if !args.json {
        return Ok(shown(&status.to_string()));
    }
    let json =
        serde_json::to_string(status).map_err(SystemError::on(SystemOperation::Write, "standard output"))?;
    Ok(if io::stdout().is_terminal() { escaped(&json).into_owned() } else { json })
}

/// Waits for so long, or until nobody works on the run any more.
#[expect(clippy::disallowed_methods, reason = "no event with a deadline tells that a lock has come free")]
fn wait(dir: &Path, interval: Duration) -> Result<(), CliError> {
    let due = Instant::now() + interval;
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() || dir::held_by(dir)?.is_none() {
            return Ok(());
        }
        std::thread::sleep(left.min(LOOK));
    }
}
