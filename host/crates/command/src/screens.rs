//! Where a run speaks to people: stderr, with a progress line or without, and the log's own file;
//! and to a program that watches it.
//!
//! It must never know how a run goes.

use super::args::{LogFormat, LogLevelFlag, RunArgs};
use super::error::{CliError, threads};
use super::event_stream::{EventsOutput, EventsTarget};
use super::file_conflicts::FileRole;
use super::files::CommandFiles;
use super::input::InputFormat;
use super::metrics_output::RunMetrics;
use super::show_progress::{NoBar, ProgressPlace};
use super::span_stream::SpansOutput;
use super::stderr::has_colour;
use crate::report;
use crate::report::colour::{ColouredOutput, progress_row};
use crate::report::json_log::{JsonLog, JsonMessages};
use crate::report::on_terminal::AboveStatusLine;
use crate::report::progress::terminal_screen;
use crate::report::status_line::{RowPaint, can_go_back};
use polymer_host_base::sanitize::printable;
use polymer_host_journal::output::out::{AppendedFile, InTurn};
use polymer_host_report::{LogDetail, Screen};
use polymer_host_sys::standard::{self, StandardStream};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::time::SystemTime;
use tracing::level_filters::LevelFilter;

/// What a run can show of its progress on stderr; `is_typed` says that its input is typed on a
/// terminal, and `is_given` that another part of the command tells of it.
pub(super) fn progress_place(args: &RunArgs, is_typed: bool, is_given: bool) -> ProgressPlace {
    let bar = if !io::stderr().is_terminal() {
        Err(NoBar::NoTerminal)
    } else if !can_go_back(std::env::var_os("TERM").as_deref()) {
        Err(NoBar::PlainTerminal)
    } else if args.log.speaks_json() {
        Err(NoBar::Json)
    } else if is_typed {
        Err(NoBar::Typed)
    } else {
        Ok(())
    };
    let has_piped_records = prints(args) && is_piped(io::stdout());
    let is_muted = args.log.quiet || args.client.client;
    ProgressPlace { bar, has_piped_records, is_muted, is_given }
}

/// Returns whether this stream leads to another program.
fn is_piped(out: impl AsFd) -> bool {
    let file = out.as_fd().try_clone_to_owned().map(File::from);
    let kind = file.and_then(|file| file.metadata()).map(|metadata| metadata.file_type());
    kind.is_ok_and(|kind| kind.is_fifo() || kind.is_socket())
}

/// A log that goes to a file.
pub(super) struct LogFile {
    screen: Screen,
    pub(super) file: AppendedFile,
}

impl LogFile {
    /// Has everything written, unless the run was refused because of a file: it may be this one.
    pub(super) fn finish(&self, failure: Option<&CliError>) {
        self.screen.flush();
        if !matches!(failure, Some(CliError::Files(_) | CliError::WrongShape(_))) {
            // An error has been told, if anything was to be written.
            drop(self.file.prepare());
        }
    }
}

/// Where a run speaks.
pub(super) struct RunScreens {
    /// Where people read.
    pub(super) people: Screen,
    /// The log's own file.
    pub(super) log: Option<LogFile>,
    /// The log, if it is JSON.
    pub(super) json: Option<JsonLog>,
    /// Where events go.
    pub(super) events: Option<EventsOutput>,
    /// Where metrics go.
    pub(super) metrics: Option<RunMetrics>,
    /// Where spans go.
    pub(super) spans: Option<SpansOutput>,
}

impl RunScreens {
    /// The files that are to be opened whole, which a line of the input may name.
    pub(super) fn files(&self) -> impl Iterator<Item = &AppendedFile> {
        let events = self.events.as_ref().and_then(|events| events.file.as_ref());
        let spans = self.spans.as_ref().map(|spans| &spans.file);
        self.log.as_ref().map(|log| &log.file).into_iter().chain(events).chain(spans)
    }
}

/// Opens where the run speaks.
pub(super) fn screens(
    args: &RunArgs,
    files: &mut CommandFiles,
    events: Option<EventsTarget>,
    (bar, is_new): (bool, bool),
) -> Result<RunScreens, CliError> {
    let coloured = |out: Box<dyn Write + Send>| -> Box<dyn Write + Send> {
        if args.log.speaks_json() {
            Box::new(JsonMessages::new(out, SystemTime::now))
        } else if has_colour() {
            Box::new(ColouredOutput(out))
        } else {
            out
        }
    };
    // On a terminal the progress line has to know of all that is written.
    let screen = if io::stderr().is_terminal() {
        let paint: RowPaint = if has_colour() { progress_row } else { str::to_owned };
        terminal_screen(coloured(Box::new(io::stderr())), bar.then_some(paint))
    } else {
        let stderr = files.inherited(io::stderr(), FileRole::Stderr)?;
        Screen::new(coloured(Box::new(InTurn(stderr))), None)
    };
    let screen = screen.map_err(threads("that write to standard error"))?;
    let lines_name_files = args.input.tasks.is_some() || args.input.input_format == Some(InputFormat::File);
    let mut file = None;
    if let Some(path) = &args.log.log_file {
        let (name, beside_it) = (printable(&path.display().to_string()).into_owned(), screen.clone());
        let tell = move |error: &io::Error| {
            beside_it.write(format!("warn: the log {name} cannot be written, so it lacks lines: {error}\n"));
        };
        // What an earlier part of the run said stays.
        let log = files.open_log(path, is_new, lines_name_files)?;
        let text = InTurn(log.clone());
        let out: Box<dyn Write + Send> =
            if log.is_terminal() { Box::new(AboveStatusLine(text)) } else { Box::new(text) };
        let screen = Screen::telling(out, tell).map_err(threads("that write the log"))?;
        file = Some(LogFile { screen, file: log });
    }
    let level = match args.log.log_level {
        LogLevelFlag::Off => LevelFilter::OFF,
        LogLevelFlag::Error => LevelFilter::ERROR,
        // More is no failure.
        LogLevelFlag::Info | LogLevelFlag::Debug if args.log.quiet && file.is_none() => LevelFilter::ERROR,
        LogLevelFlag::Info => LevelFilter::INFO,
        LogLevelFlag::Debug => LevelFilter::DEBUG,
    };
    let out = file.as_ref().map_or(&screen, |file| &file.screen).clone();
    let json = (args.log.log_format == LogFormat::Json).then(|| JsonLog {
        level: detail(level),
        out: out.clone(),
        is_shown: file.is_none(),
        clock: SystemTime::now,
    });
    let subscriber = report::subscriber::subscriber(level, out, json.is_some());
    // This is a program's own start, so there is no other subscriber.
    let _ = tracing::subscriber::set_global_default(subscriber);
    let events = events.map(|events| events.open(files, (is_new, lines_name_files), &screen)).transpose()?;
    let metrics = args.monitoring.metrics.as_ref();
    let metrics = metrics.map(|target| RunMetrics::open(target, files, &screen)).transpose()?;
    let spans = args.log.traces.as_ref();
    let spans = spans.map(|path| SpansOutput::open(path, files, (is_new, lines_name_files), &screen));
    Ok(RunScreens { people: screen, log: file, json, events, metrics, spans: spans.transpose()? })
}

/// The most detailed lines that a level lets through.
fn detail(level: LevelFilter) -> Option<LogDetail> {
    match level {
        LevelFilter::OFF => None,
        LevelFilter::ERROR => Some(LogDetail::Error),
        LevelFilter::INFO => Some(LogDetail::Info),
        _ => Some(LogDetail::Debug),
    }
}

/// Returns whether records go to standard output.
pub(super) fn prints(args: &RunArgs) -> bool {
    let is_stdout = |path| standard::is_named(path, StandardStream::Output);
    args.client.client || (args.recording.run_dir.is_none() && args.output().is_none_or(is_stdout))
}
