//! `polymer run`: sets up a run, feeds it lines on a thread of its own, and says how it ended.

use super::args::{CachingArgs, LogArgs, LogLevel, RunArgs, Show};
use super::error::CliError;
use super::exit::Exit;
use super::input::{InputFormat, ModuleLines, NoFields};
use super::pump::{Beside, pump};
use super::source::{self, Rounds};
use super::taskfile::TaskLines;
use super::{cache, setup, show};
use crate::event::{Halt, RunEvent};
use crate::manager::TaskManager;
use crate::module::Module;
use crate::report::{self, Report, ReportOptions, Screen, Total};
use crate::sched::Outcome;
use crate::supervisor::inbox::{Command, Submitter};
use crate::supervisor::sink::{Backlog, Sink};
use crate::supervisor::{Caching, Control, Plan, Run};
use crate::sys::paths::Paths;
use crate::sys::random;
use crate::task::{Allowed, CompileLimits, Limits, ModuleId, ModuleInfo, Moment, Share};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Instant, SystemTime};
use tracing::level_filters::LevelFilter;

/// The only module of a run that names one.
const MODULE: ModuleId = ModuleId(0);

/// Batches of submissions that may wait before the reader has to.
const BATCHES: usize = 4;

/// What feeds a run.
enum Feed {
    /// One module, and lines for it.
    Module { file: Module, format: Option<InputFormat>, id_field: Option<String>, paths: Paths },
    /// Task records that name their modules.
    Records(Box<TaskLines>),
}

/// Why the input came to its end too soon; empty if it did not.
type Broken = Arc<Mutex<Option<CliError>>>;

/// Runs a task for each line of input.
pub(super) fn run(args: &RunArgs) -> Result<Exit, CliError> {
    let limits = args.limits();
    if args.input.id_field.is_some() && args.input.input_format.is_some_and(|f| f != InputFormat::Json) {
        return Err(NoFields.into());
    }
    setup::prepare();
    let manager = manager(args, limits)?;
    // Before a project is built: it may be of no use.
    let rounds =
        source::open(args.input.tasks.as_deref().or(args.input.input.as_deref()), args.input.repeat)?;
    let (path, feed) = feed(args, &manager)?;
    check_files(args)?;
    let out = output(args.output())?;
    // On a terminal that is typed into, a progress line would wipe out what is typed.
    let bar = io::stderr().is_terminal() && !waits_for_people(args);
    let (screen, log_file) = screens(&args.log, bar)?;
    let plan = plan(args, &manager);
    let options = report_options(args, &plan);
    let (ready, heard) = channel();
    let mut total = None;
    let started = Run::start(plan, Some(BATCHES), |waker| {
        let report = Report::start(options, Box::new(report::Plain(out)), screen, waker)?;
        total = Some(report.total());
        Ok(Watched { report, ready })
    });
    let (submitter, run) = started.map_err(CliError::System)?;
    let caught = catch_signals(run.control())?;
    let broken = Broken::default();
    let reader = Reader { feed, rounds, limits, total, waits: waits_for_people(args) };
    reader.start(submitter, heard, Arc::clone(&broken)).map_err(CliError::System)?;
    let began = Instant::now();
    let (ended, sink) = run.finish();
    // The reader may still wait for a line that never comes; it ends with the process.
    let ended = ended.map_err(|error| CliError::of_run(error.into(), path.clone()));
    let told = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    let failure = failure(&ended, told, path);
    let mut report = sink.report;
    if failure.as_ref().is_some_and(|error| matches!(error.exit(), Exit::Setup | Exit::Usage)) {
        report.leave_out_summary();
    }
    let finished = report.finish(began.elapsed());
    if let Some(log) = log_file {
        log.flush();
    }
    finished.sink_result.map_err(CliError::Output)?;
    failure.map_or(Ok(()), Err)?;
    Ok(exit(&ended?, caught.load(Ordering::Acquire), args.retrying.accept_fail))
}

/// What went wrong beside tasks, if something did.
fn failure(ended: &Result<Outcome, CliError>, told: Option<CliError>, path: PathBuf) -> Option<CliError> {
    let halt = ended.as_ref().ok().and_then(|outcome| outcome.halt.as_ref());
    halt.and_then(|halt| CliError::of_halt(halt, path)).or(told)
}

/// The exit code of a run in which nothing but tasks went wrong, of which this share may.
fn exit(outcome: &Outcome, caught: i32, accepted: Share) -> Exit {
    match (&outcome.halt, caught) {
        (Some(Halt::Asked), SIGTERM) => Exit::Terminated,
        (Some(Halt::Asked), _) => Exit::Interrupted,
        (Some(Halt::GlobalTimeout(_)), _) => Exit::Incomplete,
        _ if !outcome.complete => Exit::Incomplete,
        _ if outcome.is_within(accepted) => Exit::Ok,
        _ => Exit::Failed,
    }
}

fn manager(args: &RunArgs, limits: Limits) -> Result<TaskManager, CliError> {
    let grants = args.grants()?;
    cache::keep_apart(&grants)?;
    let mut builder = TaskManager::builder()
        .worker_count(args.workers.workers.here())
        .limits(limits)
        .compile_timeout(args.limits.compile_timeout)
        .compile_memory(args.limits.compile_memory)
        .grants(grants)
        .sandbox(args.workers.sandbox)
        .file_limit(args.limits.file_limit)
        .isolation(args.workers.isolation);
    if let Some(most) = args.workers.max_tasks_per_worker {
        builder = builder.max_tasks_per_worker(most);
    }
    if let Some(most) = args.workers.max_worker_memory {
        builder = builder.max_worker_memory(most);
    }
    let seed = random::bytes().map(u64::from_ne_bytes).map_err(CliError::System)?;
    builder = args.retrying.apply(builder, seed)?;
    let CachingArgs { cache_dir, no_cache, cache_size } = &args.caching;
    builder = builder.cache_size(*cache_size);
    match cache_dir {
        _ if *no_cache => {}
        Some(named) => builder = builder.cache_dir(named),
        None => {
            if let Some(usual) = cache::default_folder() {
                builder = builder.cache_dir_if_usable(usual);
            }
        }
    }
    Ok(builder.build()?)
}

fn plan(args: &RunArgs, manager: &TaskManager) -> Plan {
    let mut plan = manager.plan();
    plan.config.name_modules = args.input.tasks.is_some();
    plan.config.announce_dispatch = args.log.log_level == LogLevel::Debug;
    plan.hold_dispatch = !args.output.keep_order;
    if matches!(plan.caching, Caching::Off) && !args.caching.no_cache {
        plan.caching = Caching::Unusable(cache::NO_FOLDER.to_owned());
    }
    plan
}

/// What feeds the run, with the name of the file that every task needs.
fn feed(args: &RunArgs, manager: &TaskManager) -> Result<(PathBuf, Feed), CliError> {
    let compile = CompileLimits::default();
    let service = manager.plan().service;
    // Guests may put a link to any file there, which they could not follow themselves.
    let writable = service.grants.dirs.iter().filter(|dir| dir.writable).map(|dir| dir.host.as_path());
    let paths = Paths::new(writable).map_err(CliError::System)?;
    match (&args.input.tasks, &args.module) {
        (Some(tasks), _) => {
            // Those of the service are for attempts that were given more.
            let allowed = Allowed { limits: args.limits(), grants: Arc::new(service.grants) };
            let lines = TaskLines::new(tasks, allowed, compile.module, paths);
            Ok((tasks.clone(), Feed::Records(Box::new(lines))))
        }
        (None, module) => {
            let module = module.as_deref().unwrap_or_else(|| Path::new(""));
            let (path, file) = setup::module(module)?;
            let (format, id_field) = (args.input.input_format, args.input.id_field.clone());
            Ok((path, Feed::Module { file, format, id_field, paths }))
        }
    }
}

/// That no file is written over another one of the run.
fn check_files(args: &RunArgs) -> Result<(), CliError> {
    let input = args.input.tasks.as_deref().or(args.input.input.as_deref());
    let (output, log) = (args.output(), args.log.log_file.as_deref());
    let pairs = [(output, input, "the input"), (log, input, "the input"), (log, output, "the output")];
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

/// Where records go, unbuffered: the writer gathers them itself.
fn output(path: Option<&Path>) -> Result<File, CliError> {
    let opened = match path {
        Some(path) => File::create(path),
        None => io::stdout().as_fd().try_clone_to_owned().map(File::from),
    };
    let path = path.unwrap_or_else(|| Path::new("standard output")).to_path_buf();
    opened.map_err(|source| CliError::Open { path, log: false, source })
}

/// Where people read, and the log's own screen if it goes to a file.
fn screens(args: &LogArgs, bar: bool) -> Result<(Screen, Option<Screen>), CliError> {
    let screen = Screen::stderr(bar).map_err(CliError::System)?;
    let file = args.log_file.as_deref().map(|path| {
        let open = |source| CliError::Open { path: path.to_path_buf(), log: true, source };
        File::create(path).and_then(|file| Screen::new(Box::new(file), None)).map_err(open)
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

fn report_options(args: &RunArgs, plan: &Plan) -> ReportOptions {
    let when = |show: Show| match show {
        Show::Never => report::Show::Never,
        Show::Immediate => report::Show::Immediate,
        Show::Final => report::Show::Final,
    };
    ReportOptions {
        workers: plan.config.slots,
        began: SystemTime::now(),
        keep_order: args.output.keep_order,
        threshold: plan.backlog,
        log_interval: Some(args.log.log_interval),
        success_output: when(args.log.success_output),
        failure_output: when(args.log.failure_output),
        summary: true,
        keep_canceled: true,
    }
}

/// Whether the input is a terminal, where a person may wonder what is waited for.
fn waits_for_people(args: &RunArgs) -> bool {
    let named = args.input.tasks.as_deref().or(args.input.input.as_deref());
    named.is_none_or(|path| path == Path::new("-")) && io::stdin().is_terminal()
}

/// Stops the run at SIGINT and SIGTERM; the first of them is kept.
fn catch_signals(control: Control) -> Result<Arc<AtomicI32>, CliError> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(CliError::System)?;
    let first = Arc::new(AtomicI32::new(0));
    let caught = Arc::clone(&first);
    let listen = move || {
        for signal in signals.forever() {
            // Only the first one counts.
            let _ = caught.compare_exchange(0, signal, Ordering::AcqRel, Ordering::Acquire);
            control.stop();
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(listen).map_err(CliError::System)?;
    Ok(first)
}

/// Hands events on to the report, and tells the reader when the module is known.
struct Watched {
    report: Report,
    ready: Sender<Arc<ModuleInfo>>,
}

impl Sink for Watched {
    fn on(&mut self, at: Moment, event: RunEvent) {
        if let RunEvent::ModuleReady { info, .. } = &event {
            // With task records nobody listens.
            drop(self.ready.send(Arc::clone(info)));
        }
        self.report.on(at, event);
    }

    fn backlog(&self) -> Backlog {
        self.report.backlog()
    }

    fn has_failed(&self) -> bool {
        self.report.has_failed()
    }

    fn tick(&mut self, at: Moment) {
        self.report.tick(at);
    }

    fn next_tick(&self) -> Option<Moment> {
        self.report.next_tick()
    }
}

/// Reads the input and submits it.
struct Reader {
    feed: Feed,
    rounds: Rounds,
    limits: Limits,
    total: Option<Total>,
    waits: bool,
}

impl Reader {
    fn start(self, submitter: Submitter, ready: Receiver<Arc<ModuleInfo>>, broken: Broken) -> io::Result<()> {
        let read = move || {
            if let Err(error) = self.read(submitter, &ready) {
                *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        };
        thread::Builder::new().name("reader".to_owned()).spawn(read)?;
        Ok(())
    }

    fn read(self, submitter: Submitter, ready: &Receiver<Arc<ModuleInfo>>) -> Result<(), CliError> {
        let Self { feed, rounds, limits, total, waits } = self;
        let mut beside = Beside::default();
        let submitted = match feed {
            Feed::Records(mut lines) => {
                tell_what_is_awaited(waits, "task records, one a line");
                pump(rounds, &mut *lines, &mut beside, submitter)
            }
            Feed::Module { file, format, id_field, paths } => {
                let digest = *file.digest().bytes();
                let sent = submitter.send(Command::Module(MODULE, file));
                if sent.and_then(|()| submitter.send(Command::Require(MODULE))).is_err() {
                    return Ok(());
                }
                // If it cannot be used the run ends, and with it the other end of this channel.
                let Ok(info) = ready.recv() else { return Ok(()) };
                let usual = if info.form.is_command() { InputFormat::Text } else { InputFormat::Json };
                let format = format.unwrap_or(usual);
                tell_what_is_awaited(
                    waits,
                    match format {
                        InputFormat::Json => "one JSON value a line",
                        InputFormat::Text => "one task a line of text",
                        InputFormat::File => "one path of a file a line",
                    },
                );
                let mut lines = ModuleLines::new(MODULE, format, limits, id_field, paths)?.known_by(digest);
                pump(rounds, &mut lines, &mut beside, submitter)
            }
        };
        if let (Some(total), Some(submitted)) = (total, submitted?) {
            total.set(submitted);
        }
        Ok(())
    }
}

fn tell_what_is_awaited(waits: bool, what: &str) {
    if waits {
        show(io::stderr(), &format!("reading from the terminal: {what}; Ctrl-D ends the input\n"));
    }
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
            (of(None, true, 0), 0, Exit::Ok),
            (of(None, true, 1), 0, Exit::Ok),
            (of(None, true, 2), 0, Exit::Failed),
            (of(None, false, 0), 0, Exit::Incomplete),
            (of(Some(Halt::MaxFail(1)), false, 1), 0, Exit::Incomplete),
            (of(time_is_up(), true, 0), 0, Exit::Incomplete),
            (of(Some(Halt::Asked), false, 1), SIGINT, Exit::Interrupted),
            (of(Some(Halt::Asked), true, 9), SIGTERM, Exit::Terminated),
        ] {
            assert_eq!(exit(&outcome, caught, tenth), expected, "{outcome:?}");
        }
        assert_eq!(exit(&of(None, true, 1), 0, Share::percent(0).unwrap()), Exit::Failed);
    }
}
