//! `polymer top`: a run that is under way, on the whole terminal, until somebody has seen enough.
//!
//! The run is asked for a snapshot twice a second at most. What is seen is made by `screen`, which
//! is pure; `terminal` draws it. No widget library is linked for it: `ratatui` would bring 31
//! crates for rows of text. The run itself is never changed here.

mod error;
mod keys;
mod row;
mod screen;
mod sections;
mod terminal;
mod worker_table;

pub(super) use error::TopError;
pub(super) use terminal::restore as restore_terminal;

use super::args::{StatusArgs, TopArgs};
use super::error::{CliError, threads};
use super::exit::CommandExit;
use super::show;
use super::status::status;
use super::stderr::{has_colour, shown};
use super::watch::{self, AskError, WatchedRun};
use crate::report::status_line::can_go_back;
use keys::{TopInput, listen};
use polymer_host_journal::dir;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use row::ScreenRow;
use screen::{ScreenView, screen};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use terminal::FullScreen;

/// The time between two looks at the run.
const PERIOD: Duration = Duration::from_millis(500);

/// Shows a run.
pub(super) fn top(args: &TopArgs) -> Result<CommandExit, CliError> {
    if !io::stdout().is_terminal() || !can_go_back(std::env::var_os("TERM").as_deref()) {
        return Err(TopError::NoTerminal.into());
    }
    match (&args.dir, args.pid) {
        (Some(dir), _) => match run_in(dir)? {
            Some(run) => watch_run(&run),
            None => folder_status(dir),
        },
        (None, Some(pid)) => {
            let run = watch::of_process(pid).map_err(|source| TopError::Process { pid, source })?;
            watch_run(&run)
        }
        (None, None) => watch_run(&only_one(watch::under_way())?),
    }
}

/// The run in a folder, if it is under way on this machine and answers.
fn run_in(folder: &Path) -> Result<Option<WatchedRun>, CliError> {
    dir::check_run(folder)?;
    let pid = dir::held_by(folder)?.flatten();
    Ok(pid.and_then(|pid| watch::of_folder(folder, pid)))
}

fn only_one(mut runs: Vec<WatchedRun>) -> Result<WatchedRun, TopError> {
    match (runs.pop(), runs.is_empty()) {
        (None, _) => Err(TopError::NoRun),
        (Some(run), true) => Ok(run),
        (Some(run), false) => {
            runs.push(run);
            let named = runs.into_iter().map(|run| (run.snapshot.pid, run.snapshot.dir)).collect();
            Err(TopError::Several(named))
        }
    }
}

/// What a folder knows, as `polymer status` tells it.
fn folder_status(dir: &Path) -> Result<CommandExit, CliError> {
    status(&StatusArgs { dir: dir.to_path_buf(), json: false, select: None, watch: None })
}

/// How somebody stopped watching.
enum WatchEnd {
    /// The run is over.
    RunOver,
    /// Who watched has seen enough.
    Quit,
    /// A signal of this number came.
    Signal(u8),
    /// The run cannot be asked any more.
    Refused(AskError),
}

/// Shows it until it is over, or somebody has seen enough.
fn watch_run(run: &WatchedRun) -> Result<CommandExit, CliError> {
    let pid = run.snapshot.pid;
    let input = listen().map_err(threads("that hear keys and signals"))?;
    let mut terminal =
        FullScreen::enter().map_err(SystemError::on(SystemOperation::Write, "standard output"))?;
    let end = show_until_end(run, &input, &mut terminal);
    drop(terminal);
    match end {
        WatchEnd::Quit => Ok(CommandExit::Ok),
        WatchEnd::Signal(signal) => Ok(CommandExit::Signal(signal)),
        WatchEnd::Refused(source) => Err(TopError::Process { pid, source }.into()),
        WatchEnd::RunOver => match run.snapshot.dir.as_deref().map(PathBuf::from) {
            Some(dir) if dir::check_run(&dir).is_ok() => folder_status(&dir),
            _ => {
                let is_told = show(io::stdout(), &shown(&format!("the run of process {pid} is over\n")));
                Ok(if is_told { CommandExit::Ok } else { CommandExit::Output })
            }
        },
    }
}

fn show_until_end(run: &WatchedRun, input: &Receiver<TopInput>, terminal: &mut FullScreen) -> WatchEnd {
    let (mut snapshot, mut view) = (run.snapshot.clone(), ScreenView::default());
    let mut answered = Instant::now();
    let mut due = Instant::now() + PERIOD;
    loop {
        view.silent = Some(answered.elapsed()).filter(|silent| *silent > PERIOD * 4);
        draw(terminal, &screen(&snapshot, &view, terminal::size()));
        match input.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(TopInput::Quit) => return WatchEnd::Quit,
            Ok(TopInput::Signal(signal)) => return WatchEnd::Signal(signal),
            Ok(TopInput::Order(order)) => view.order = order,
            Ok(TopInput::Resized) => {}
            Ok(TopInput::Suspend) => terminal.suspend(),
            Err(RecvTimeoutError::Timeout) => {
                match watch::ask(&run.socket) {
                    Ok(new) => (snapshot, answered) = (new, Instant::now()),
                    Err(AskError::Silent) => {}
                    Err(AskError::Gone) => return WatchEnd::RunOver,
                    Err(error @ AskError::OtherVersion) => return WatchEnd::Refused(error),
                }
                due = Instant::now() + PERIOD;
            }
            // Its threads live as long as this one.
            Err(RecvTimeoutError::Disconnected) => return WatchEnd::Quit,
        }
    }
}

fn draw(terminal: &mut FullScreen, rows: &[ScreenRow]) {
    let is_coloured = has_colour();
    let rows: Vec<String> = rows.iter().map(|row| row.painted(is_coloured)).collect();
    terminal.draw(&rows);
}
