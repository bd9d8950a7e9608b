//! `polymer run`: sets up a run, feeds it lines on a thread of its own, and says how it ended.

use super::args::{LogArgs, LogLevel, RunArgs, Show};
use super::error::CliError;
use super::exit::Exit;
use super::feed::{Broken, Reader, feed};
use super::input::{InputFormat, NoFields};
use super::kept::{Kept, close, kept, tell_passed};
use super::recorded::{Recorded, Start};
use super::signals::Listening;
use super::source::{self, Rounds};
use super::watched::Watched;
use super::{cache, setup, show, stopped};
use crate::config::Settings;
use crate::event::Halt;
use crate::journal::dir::{RESULTS, RUN};
use crate::manager::TaskManager;
use crate::report::printable::printable;
use crate::report::{self, Report, ReportOptions, Screen};
use crate::sched::Outcome;
use crate::supervisor::{Caching, Plan, Run};
use crate::sys::paths::Paths;
use crate::sys::standard::{self, Standard};
use crate::task::Share;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, PoisonError};
use std::time::{Instant, SystemTime};
use tracing::level_filters::LevelFilter;

/// What is said for the place of records that has no path.
const STANDARD_OUTPUT: &str = "standard output";

/// Batches of submissions that may wait before the reader has to.
const BATCHES: usize = 4;

/// Runs a task for each line of input.
pub(super) fn run(args: &RunArgs, settings: &Settings) -> Result<Exit, CliError> {
    let goes_on = |dir: &PathBuf| args.recording.resume && dir.join(RUN).exists();
    let start = if args.recording.run_dir.as_ref().is_some_and(goes_on) { Start::Resume } else { Start::New };
    start_as(start, args, settings)
}

/// The same, as a new run or as more of an earlier one.
pub(super) fn start_as(start: Start, args: &RunArgs, settings: &Settings) -> Result<Exit, CliError> {
    let limits = args.limits();
    check_input(args)?;
    setup::prepare();
    let manager = args.terms().manager()?;
    let is_rerun = matches!(start, Start::Rerun(_));
    // Before a project is built: it may be of no use.
    let is_new = start == Start::New;
    let mut rounds = if is_rerun { Rounds::none() } else { rounds(args, is_new, &manager)? };
    let (path, feed) = feed(args, &manager)?;
    check_files(args)?;
    let signals = Listening::begin().map_err(CliError::System)?;
    let plan = plan(args, &manager);
    let Kept { recorded, store, beside, known, reads_input, passed } =
        kept(start, args, settings, &feed, &plan)?;
    let waits = !is_rerun && waits_for_people(args);
    // On a terminal that is typed into, a progress line would wipe out what is typed.
    let bar = io::stderr().is_terminal() && !waits;
    let (screen, log_file) = screens(&args.log, bar, is_new)?;
    let options = report_options(args, &plan);
    if !reads_input {
        rounds = Rounds::none();
    }
    let reading = recorded.is_some().then(|| rounds.reading());
    let (ready, heard) = channel();
    let (mut total, people) = (None, screen.clone());
    let started = Run::start(plan, Some(BATCHES), |waker| {
        let report = Report::start(options, store, screen, waker)?;
        total = Some(report.total());
        Ok(Watched { report, ready, recorded })
    });
    let (submitter, run) = started.map_err(CliError::System)?;
    let caught = signals.tell(run.control(), people.clone()).map_err(CliError::System)?;
    let broken = Broken::default();
    let reader = Reader { feed, rounds, limits, total, waits, beside, known };
    reader.start(submitter, heard, Arc::clone(&broken)).map_err(CliError::System)?;
    let began = Instant::now();
    let (ended, Watched { mut report, recorded, .. }) = run.finish();
    // The reader may still wait for a line that never comes; it ends with the process.
    let ended = ended.map_err(|error| CliError::of_run(error.into(), path.clone()));
    let told = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    let failure = failure(&ended, told, path);
    if failure.as_ref().is_some_and(|error| matches!(error.exit(), Exit::Setup | Exit::Usage)) {
        report.leave_out_summary();
    }
    let finished = report.finish(began.elapsed());
    if let Some(log) = log_file {
        log.flush();
        // That it cannot be written is told to people.
        people.flush();
    }
    tell_passed(passed.as_deref());
    let outcome = ended.as_ref().ok().filter(|_| failure.is_none());
    let count = finished.recorded;
    let piped = recorded.as_ref().is_some_and(Recorded::is_piped);
    let go_on = stopped::how_to_go_on(args.recording.run_dir.as_deref(), args.output(), piped);
    tell_in_all(recorded.as_ref().filter(|_| failure.is_none()));
    let sums = recorded.as_ref().map(|recorded| (recorded.failed(), recorded.all()));
    let closed = close(recorded, outcome, &finished, reading, failure.as_ref(), || !caught.is_urgent());
    let written = finished.sink_result.map_err(|source| unwritten(args, count, source));
    let complete = *closed.as_ref().unwrap_or(&false);
    let result = written.and(closed).and_then(|_| failure.map_or(Ok(()), Err));
    let result = result.and_then(|()| {
        let mut outcome = ended?;
        outcome.complete = complete;
        if let Some((failed, total)) = sums {
            // Those of all sessions.
            (outcome.failed, outcome.total) = (failed, total);
        }
        Ok(exit(&outcome, caught.first(), args.retrying.accept_fail))
    });
    Ok(stopped::close(result, complete, count, &go_on))
}

/// The input. That of a run that goes on stands where its tasks may have put a link to something that is the operator's alone.
fn rounds(args: &RunArgs, is_new: bool, manager: &TaskManager) -> Result<Rounds, CliError> {
    let named = args.named_input().filter(|path| *path != Path::new("-"));
    let grants = manager.plan().service.grants;
    let writable: Vec<_> =
        grants.dirs.iter().filter(|dir| dir.writable).map(|dir| dir.host.as_path()).collect();
    match named {
        Some(path) if !is_new && !writable.is_empty() => {
            let paths = Paths::new(writable).map_err(CliError::System)?;
            Ok(source::open_by(&paths, path, args.input.repeat)?)
        }
        _ => Ok(source::open(args.named_input(), args.input.repeat)?),
    }
}

/// Says how the run stands as a whole, where this was not all of it.
fn tell_in_all(recorded: Option<&Recorded>) {
    if let Some(in_all) = recorded.and_then(Recorded::in_all) {
        show(io::stderr(), &in_all);
    }
}

/// That records could not be written, where they were to be.
fn unwritten(args: &RunArgs, recorded: u64, source: io::Error) -> CliError {
    let path = match &args.recording.run_dir {
        Some(dir) => dir.join(RESULTS),
        None => args.output().unwrap_or(Path::new(STANDARD_OUTPUT)).to_path_buf(),
    };
    CliError::Output { path, recorded, source }
}

/// What went wrong beside tasks, if something did.
fn failure(ended: &Result<Outcome, CliError>, told: Option<CliError>, path: PathBuf) -> Option<CliError> {
    let halt = ended.as_ref().ok().and_then(|outcome| outcome.halt.as_ref());
    halt.and_then(|halt| CliError::of_halt(halt, path)).or(told)
}

/// The exit code of a run in which nothing but tasks went wrong, of which this share may.
fn exit(outcome: &Outcome, caught: Option<u8>, accepted: Share) -> Exit {
    match (&outcome.halt, caught) {
        (Some(Halt::Asked), Some(signal)) => Exit::Signal(signal),
        (Some(Halt::Asked | Halt::GlobalTimeout(_)), _) => Exit::Incomplete,
        // Everything was done, and then there was no time left to put records into order.
        (None, Some(signal)) if !outcome.complete => Exit::Signal(signal),
        _ if !outcome.complete => Exit::Incomplete,
        _ if outcome.is_within(accepted) => Exit::Ok,
        _ => Exit::Failed,
    }
}

fn plan(args: &RunArgs, manager: &TaskManager) -> Plan {
    let mut plan = manager.plan();
    plan.config.name_modules = args.input.tasks.is_some();
    plan.config.goes_on = args.recording.run_dir.is_some();
    // The start of an attempt is to be known if it never ends.
    plan.config.announce_dispatch = args.log.log_level == LogLevel::Debug || args.recording.run_dir.is_some();
    plan.hold_dispatch = !holds_back(args);
    if matches!(plan.caching, Caching::Off) && !args.caching.no_cache {
        plan.caching = Caching::Unusable(cache::NO_FOLDER.to_owned());
    }
    plan
}

/// That lines of this kind go with what else is asked for.
fn check_input(args: &RunArgs) -> Result<(), CliError> {
    if args.input.id_field.is_some() && args.input.input_format.is_some_and(|f| f != InputFormat::Json) {
        return Err(NoFields.into());
    }
    if args.input.input_format == Some(InputFormat::Whole) && args.recording.run_dir.is_some() {
        return Err(CliError::WholeInDir);
    }
    Ok(())
}

/// That no file is written over another one of the run.
fn check_files(args: &RunArgs) -> Result<(), CliError> {
    let input = args.named_input();
    let (output, log) = (args.output(), args.log.log_file.as_deref());
    let mut pairs =
        vec![(output, input, "the input"), (log, input, "the input"), (log, output, "the output")];
    for done in &args.recording.skip_done {
        pairs.extend([output, log].map(|written| (written, Some(done.as_path()), "a file of --skip-done")));
    }
    for (written, other, name) in pairs {
        if let (Some(path), Some(other)) = (written, other)
            && is_same_file(path, other)
        {
            return Err(CliError::SameFile { path: path.to_path_buf(), other: name });
        }
    }
    Ok(())
}

/// Whether two paths lead to one regular file, or would once it is made.
fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => one == other,
    }
}

/// Whether records go to standard output.
pub(super) fn prints(args: &RunArgs) -> bool {
    let is_stdout = |path| standard::is_named(path, Standard::Output);
    args.recording.run_dir.is_none() && args.output().is_none_or(is_stdout)
}

/// Where records go, unbuffered: the writer gathers them itself.
pub(super) fn output(path: Option<&Path>) -> Result<File, CliError> {
    let opened = match path {
        Some(path) => File::create(path),
        None => io::stdout().as_fd().try_clone_to_owned().map(File::from),
    };
    let path = path.unwrap_or(Path::new(STANDARD_OUTPUT)).to_path_buf();
    opened.map_err(|source| CliError::Open { path, log: false, source })
}

/// Where people read, and the log's own screen if it goes to a file.
fn screens(args: &LogArgs, bar: bool, is_new: bool) -> Result<(Screen, Option<Screen>), CliError> {
    let screen = Screen::stderr(bar).map_err(CliError::System)?;
    let file = args.log_file.as_deref().map(|path| {
        let open = |source| CliError::Open { path: path.to_path_buf(), log: true, source };
        let (name, beside) = (printable(&path.display().to_string()).into_owned(), screen.clone());
        let tell = move |error: &io::Error| {
            beside.write(format!("warn: the log {name} cannot be written, so it lacks lines: {error}\n"));
        };
        // What an earlier part of the run said stays.
        let mut options = File::options();
        options.create(true).write(true).truncate(is_new).append(!is_new);
        options.open(path).and_then(|file| Screen::telling(Box::new(file), tell)).map_err(open)
    });
    let file = file.transpose()?;
    let level = match args.log_level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let subscriber = report::subscriber::subscriber(level, file.clone().unwrap_or_else(|| screen.clone()));
    // This is a program's own start, so there is no other subscriber.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok((screen, file))
}

/// Whether records wait for those of the lines before them. In a folder each is safe as soon as its task has ended, and they are put into
/// order when the session is over.
fn holds_back(args: &RunArgs) -> bool {
    args.output.keep_order && args.recording.run_dir.is_none()
}

fn report_options(args: &RunArgs, plan: &Plan) -> ReportOptions {
    let when = |show: Show| match show {
        Show::Never => report::Show::Never,
        Show::Immediate => report::Show::Immediate,
        Show::Final => report::Show::Final,
    };
    ReportOptions {
        workers: plan.config.slots,
        began: SystemTime::now(),
        keep_order: holds_back(args),
        threshold: plan.backlog,
        log_interval: Some(args.log.log_interval),
        success_output: when(args.log.success_output),
        failure_output: when(args.log.failure_output),
        summary: true,
    }
}

/// Whether the input is a terminal, where a person may wonder what is waited for.
fn waits_for_people(args: &RunArgs) -> bool {
    let named = args.named_input();
    named.is_none_or(|path| path == Path::new("-")) && io::stdin().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_what_stopped_the_run_then_what_is_missing_then_what_failed() {
        let tenth = Share::percent(10).unwrap();
        let of = |halt, complete, failed| Outcome { halt, complete, total: 10, failed, dropped: 0 };
        let time_is_up = || Some(Halt::GlobalTimeout(std::time::Duration::from_secs(1)));
        for (outcome, caught, expected) in [
            (of(None, true, 0), None, Exit::Ok),
            (of(None, true, 1), None, Exit::Ok),
            (of(None, true, 2), None, Exit::Failed),
            (of(None, false, 0), None, Exit::Incomplete),
            (of(Some(Halt::MaxFail(1)), false, 1), None, Exit::Incomplete),
            (of(time_is_up(), true, 0), None, Exit::Incomplete),
            (of(Some(Halt::Asked), false, 1), Some(2), Exit::Signal(2)),
            (of(Some(Halt::Asked), true, 9), Some(15), Exit::Signal(15)),
            // It came when all was over.
            (of(None, true, 0), Some(1), Exit::Ok),
            (of(None, false, 0), Some(1), Exit::Signal(1)),
        ] {
            assert_eq!(exit(&outcome, caught, tenth), expected, "{outcome:?}");
        }
        assert_eq!(exit(&of(None, true, 1), None, Share::percent(0).unwrap()), Exit::Failed);
    }
}
