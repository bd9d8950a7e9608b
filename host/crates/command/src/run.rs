//! `polymer run`: sets up a run, feeds it lines on a thread of its own, and says how it ended.

use super::args::{FailureOutput, LimitArgs, LogArgs, LogLevelFlag, RunArgs, WhenToShowLog};
use super::checker::LoadedChecker;
use super::client::ClientSession;
use super::error::{CliError, threads};
use super::event_stream::{EventsTarget, RunEvents};
use super::event_tap::EventTap;
use super::exit::CommandExit;
use super::file_conflicts::FileRole;
use super::files::{CommandFiles, STANDARD_OUTPUT, called, writable_paths};
use super::flag_conflict::FlagConflict;
use super::groups_file::GroupTerms;
use super::input::InputFormat;
use super::input_reader::{InputFailure, InputFeed, InputReader, feed};
use super::input_source::{self, FirstReading, InputRounds};
use super::persistence::{PassedLines, RecordDestination, close, kept};
use super::run_dir_session::{RunDirSession, RunDirStart};
use super::run_watchers::RunWatchers;
use super::screens::{LogFile, RunScreens, progress_place, screens};
use super::show_progress::{ProgressDisplay, display};
use super::signals::{CaughtSignals, SignalListener};
use super::span_stream::RunSpans;
use super::stderr::{be_quiet, note, say, speak_json};
use super::usual_judge::INTERACTOR;
use super::watch::{WatchBoard, WatchSocket};
use super::{load_module, module_memory, partition_setting, resume_hint, xdg};
use crate::report;
use crate::report::{ReportOptions, RunReporter, SummaryMode};
use polymer_host::TaskManager;
use polymer_host_base::sanitize::name;
use polymer_host_config::RunSettings;
use polymer_host_event::Halt;
use polymer_host_event::RunOutcome;
use polymer_host_journal::dir::{RESULTS, RUN};
use polymer_host_journal::output::output_dir::OutputDirError;
use polymer_host_journal::output::record::RecordProjection;
use polymer_host_report::Screen;
use polymer_host_run::{CodeCaching, Run, RunPlan};
use polymer_host_sys::signals;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{CheckProtocol, Percentage};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

/// Batches of submissions that may wait before the reader has to.
const BATCHES: usize = 4;

/// Runs a task for each line of input.
pub(super) fn run(args: &mut RunArgs, settings: RunSettings) -> Result<CommandExit, CliError> {
    let settings = partition_setting::settle(args, settings)?;
    let goes_on = |dir: &PathBuf| args.recording.resume && dir.join(RUN).exists();
    let start = if args.recording.run_dir.as_ref().is_some_and(goes_on) {
        RunDirStart::Resume
    } else {
        RunDirStart::New
    };
    start_as(start, args, &settings)
}

/// The same, as a new run or as more of an earlier one.
pub(super) fn start_as(
    start: RunDirStart,
    args: &RunArgs,
    settings: &RunSettings,
) -> Result<CommandExit, CliError> {
    start_with(start, args, settings, None)
}

/// The same. Task records come from `given`, if there is one, in place of a file.
pub(super) fn start_with(
    start: RunDirStart,
    args: &RunArgs,
    settings: &RunSettings,
    given: Option<GivenRecords>,
) -> Result<CommandExit, CliError> {
    let limits = args.limits();
    let client = ClientSession::of(&args.client)?;
    let events = args.log.events.as_ref().map(EventsTarget::of).transpose()?;
    check_input(args)?;
    set_voice(&args.log);
    // What is said of a run is no reason to stop it: in the background, and under `stty tostop`, it
    // is said all the same.
    signals::stop_in_background(false);
    load_module::prepare();
    let groups = GroupTerms::read(&args.grouping, &limits)?;
    let manager = args.terms().builder()?.groups(groups.policies).build()?;
    if args.judging.interactor.is_some() && manager.plan().config.slots < 2 {
        return Err(CliError::InteractorAlone);
    }
    let mut files = files(args, settings, &manager)?;
    // Before a project is built: it may be of no use.
    let is_given = given.is_some();
    let rounds = match given {
        Some(GivenRecords { rounds }) => Ok(rounds),
        None => rounds(&start, args, &manager)?,
    };
    let (checker, interactor) = judges(args)?;
    let usual = LoadedChecker::usual(checker.as_ref(), interactor.as_ref(), args.judging.calls());
    let (path, mut feed) = feed(args, &manager, usual, groups.limits)?;
    feed.take_built(is_given);
    read_files(&mut files, args, rounds.as_ref().ok(), args.module.is_some().then_some(path.as_path()))?;
    read_judges(&mut files, args, [checker.as_ref(), interactor.as_ref()])?;
    let signals = SignalListener::begin().map_err(SystemError::on(SystemOperation::Watch, "signals"))?;
    let plan = plan(args, &manager);
    feed.reside_among(&plan.resident);
    let waits = !is_given && waits_for_people(&start, args);
    let greeting = client.as_ref().map(|_| ClientSession::greeting(&plan, limits)).transpose()?;
    let shown = shown_progress(&start, args, is_given);
    let (kept, screens) = open_all(start, args, settings, &mut feed, &plan, (shown, files, events))?;
    let RunScreens { people: screen, log: log_file, json, events, metrics, spans } = screens;
    let RecordDestination { mut recorded, store, mut beside, known, reads_input, passed } = kept;
    let options = ReportOptions { json, ..report_options(args, &plan, is_given, shown) };
    greeting.map_or(Ok(()), |line| ClientSession::greet(&line))?;
    let ended = client.as_ref().map(ClientSession::ended);
    let mut rounds = if reads_input { rounds? } else { InputRounds::none() };
    beside.input = rounds.name().to_path_buf();
    let events = events.map(|output| RunEvents::begin(output, session(recorded.as_ref())));
    let spans = spans.map(|output| RunSpans::begin(output, args.log.traces_sample));
    let reading = recorded.is_some().then(|| rounds.reading());
    note_object(recorded.as_mut(), &rounds);
    let board = WatchBoard::of(recorded.as_ref().map(|recorded| recorded.dir.path()));
    let watchers = RunWatchers::begin(args, metrics, &screen, board.clone())?;
    let (ready, heard) = channel();
    let (mut total, people) = (None, screen.clone());
    let started = Run::start(plan, Some(BATCHES), |waker| {
        let report = RunReporter::start(options, store, screen, Arc::new(waker).into())?;
        total = Some(report.total());
        Ok(EventTap { report, ready, recorded, client: ended, events, watchers, spans, bad_judge: None })
    });
    let (submitter, run) = started.map_err(threads("that supervise the run"))?;
    let caught = signals
        .tell(run.control(), people.clone(), stopped_exit(args))
        .map_err(threads("that hear signals"))?;
    let broken = InputFailure::default();
    let control = run.control();
    // Until all is closed: who watches reads the folder after that.
    let _watched = WatchSocket::open(board, control.clone());
    let client = client.map(|client| client.listen(control)).transpose();
    let client = client.map_err(threads("that hear the client"))?;
    let module = |judge: Option<LoadedChecker>| judge.map(|judge| judge.module);
    let (checker, interactor) = (module(checker), module(interactor));
    let reader =
        InputReader { feed, rounds, limits, total, waits, beside, known, client, checker, interactor };
    reader.start(submitter, heard, Arc::clone(&broken)).map_err(threads("that read the input"))?;
    let began = Instant::now();
    let under_way =
        RunUnderWay { args, path, run, began, people, log_file, caught, broken, passed, reading, is_given };
    conclude(under_way)
}

/// Keeps which object is read, and tells if it is another one than it was.
fn note_object(recorded: Option<&mut RunDirSession>, rounds: &InputRounds) {
    if let Some(changed) = recorded.and_then(|recorded| recorded.reads_object(rounds.object())) {
        note(&format!("note: {}: {changed}\n", name(&rounds.name().display().to_string())));
    }
}

/// The number of this session of a run, from 1.
fn session(recorded: Option<&RunDirSession>) -> usize {
    recorded.map_or(1, |recorded| recorded.facts.sessions.len())
}

/// Says how much is told from here on, and in which form.
fn set_voice(log: &LogArgs) {
    if log.quiet {
        be_quiet();
    }
    if log.speaks_json() {
        speak_json();
    }
}

/// The checker and the interactor that are named.
fn judges(args: &RunArgs) -> Result<(Option<LoadedChecker>, Option<LoadedChecker>), CliError> {
    let LimitArgs { module_limit, stack, .. } = args.limits;
    let open = |named: &Option<PathBuf>| LoadedChecker::open(named.as_deref(), module_limit, stack);
    Ok((open(&args.judging.checker)?, open(&args.judging.interactor)?))
}

/// Task records that another part of the command writes.
pub(super) struct GivenRecords {
    /// Where they are read.
    pub(super) rounds: InputRounds,
}

/// A run that was started, with what is needed to say how it ended.
struct RunUnderWay<'a> {
    args: &'a RunArgs,
    /// The module, or the file of task records.
    path: PathBuf,
    run: Run<EventTap>,
    began: Instant,
    people: Screen,
    log_file: Option<LogFile>,
    caught: CaughtSignals,
    broken: InputFailure,
    passed: PassedLines,
    reading: Option<Arc<Mutex<FirstReading>>>,
    /// Another part of the command tells what came of it.
    is_given: bool,
}

/// Waits for the end of a run, closes what it wrote to, and says how it ended.
fn conclude(under_way: RunUnderWay<'_>) -> Result<CommandExit, CliError> {
    let RunUnderWay { args, path, run, began, people, log_file, caught, broken, passed, reading, is_given } =
        under_way;
    let (ended, EventTap { mut report, mut recorded, events, watchers, spans, bad_judge, .. }) = run.finish();
    let judge = bad_judge.and_then(|module| match module {
        INTERACTOR => args.judging.interactor.clone(),
        _ => args.judging.checker.clone(),
    });
    let path = judge.unwrap_or(path);
    // The reader may still wait for a line that never comes; it ends with the process.
    let ended = ended.map_err(|error| CliError::of_run(error.into(), path.clone()));
    let told = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    let failure = failure(&ended, told, path);
    if failure.as_ref().is_some_and(|error| matches!(error.exit(), CommandExit::Setup | CommandExit::Usage)) {
        report.leave_out_summary();
    }
    let finished = report.finish(began.elapsed());
    // Who watches knows all before what follows takes its time.
    events.as_ref().map(RunEvents::finish).unwrap_or_default();
    spans.map(RunSpans::finish).unwrap_or_default();
    watchers.finish(!caught.is_urgent());
    if let Some(log) = log_file {
        log.finish(failure.as_ref());
        // That it cannot be written is told to people.
        people.flush();
    }
    let is_over = ended.as_ref().is_ok_and(|outcome| outcome.complete);
    passed.tell(&args.recording.skip_done, is_over);
    let settled = recorded.as_mut().map_or(Ok(()), RunDirSession::drop_superseded);
    let outcome = ended.as_ref().ok().filter(|_| failure.is_none());
    let count = finished.recorded;
    let piped = recorded.as_ref().is_some_and(RunDirSession::is_piped);
    let go_on = resume_hint::how_to_go_on(args.recording.run_dir.as_deref(), args.output(), piped);
    let is_told = !is_given && failure.is_none() && (!args.log.quiet || finished.has_failures());
    tell_in_all(recorded.as_ref().filter(|_| is_told));
    let sums = recorded.as_ref().map(|recorded| (recorded.failed(), recorded.all()));
    let closed = close(recorded, outcome, &finished, reading, failure.as_ref(), || !caught.is_urgent());
    let written = finished.sink_result.map_err(|source| unwritten(args, count, source));
    let complete = *closed.as_ref().unwrap_or(&false);
    let result = written.and(settled).and(closed).and_then(|_| failure.map_or(Ok(()), Err));
    let result = result.and_then(|()| {
        let mut outcome = ended?;
        outcome.complete = complete;
        if let Some((failed, total)) = sums {
            // Those of all sessions.
            (outcome.failed, outcome.total) = (failed, total);
        }
        Ok(exit(&outcome, caught.first(), (args.retrying.accept_fail, stopped_exit(args))))
    });
    Ok(resume_hint::close(result, complete, count, &go_on))
}

/// The input. That of a rerun may be gone, which only matters if something that is picked needs it:
/// so much stands inside.
fn rounds(
    start: &RunDirStart,
    args: &RunArgs,
    manager: &TaskManager,
) -> Result<Result<InputRounds, CliError>, CliError> {
    let open = || open_rounds(args, *start == RunDirStart::New, manager);
    match start {
        RunDirStart::New | RunDirStart::Resume | RunDirStart::Update(_) => open().map(Ok),
        RunDirStart::Rerun(selection) if selection.may_need_input() => Ok(open()),
        RunDirStart::Rerun(_) => Ok(Ok(InputRounds::none())),
    }
}

/// Opens the input. That of a run that goes on stands where its tasks may have put a link to
/// something that is the operator's alone.
fn open_rounds(args: &RunArgs, is_new: bool, manager: &TaskManager) -> Result<InputRounds, CliError> {
    let named = args.named_input().filter(|path| *path != Path::new("-"));
    let grants = manager.plan().service.grants;
    let rounds = match named {
        Some(path) if !is_new && grants.dirs.iter().any(|dir| dir.writable) => {
            let paths = writable_paths(&grants)?;
            input_source::open_by(&paths, path, args.input.repeat)?
        }
        _ => input_source::open(args.named_input(), args.input.repeat)?,
    };
    // What is one input is data, as are the files that lines name.
    Ok(rounds.read_as_stored(args.input.input_format == Some(InputFormat::Whole)))
}

/// Says how the run stands as a whole, where this was not all of it.
fn tell_in_all(recorded: Option<&RunDirSession>) {
    if let Some(in_all) = recorded.and_then(RunDirSession::in_all) {
        say(&in_all);
    }
}

/// That records could not be written, where they were to be.
fn unwritten(args: &RunArgs, recorded: u64, source: io::Error) -> CliError {
    let source = match source.downcast::<OutputDirError>() {
        Ok(error) => return error.into(),
        Err(source) => source,
    };
    let path = match &args.recording.run_dir {
        Some(dir) => dir.join(RESULTS),
        None => args.output().unwrap_or(Path::new(STANDARD_OUTPUT)).to_path_buf(),
    };
    CliError::Output { recorded, source: SystemError::new(SystemOperation::Write, path, source) }
}

/// Returns the failure outside the tasks, if there was one.
fn failure(ended: &Result<RunOutcome, CliError>, told: Option<CliError>, path: PathBuf) -> Option<CliError> {
    let halt = ended.as_ref().ok().and_then(|outcome| outcome.halt.as_ref());
    halt.and_then(|halt| CliError::of_halt(halt, path)).or(told)
}

/// The exit code of a run that was stopped, if one was asked for.
fn stopped_exit(args: &RunArgs) -> Option<CommandExit> {
    args.recording.stopped_exit.map(CommandExit::Stopped)
}

/// The exit code of a run in which nothing but tasks went wrong, of which this share may. `stopped`
/// is that of a run which was stopped, if one was asked for.
fn exit(
    outcome: &RunOutcome,
    caught: Option<u8>,
    (accepted, stopped): (Percentage, Option<CommandExit>),
) -> CommandExit {
    match (&outcome.halt, caught) {
        (Some(Halt::Asked), Some(signal)) => stopped.unwrap_or(CommandExit::Signal(signal)),
        (Some(Halt::Asked | Halt::GlobalTimeout(_)), _) => stopped.unwrap_or(CommandExit::Incomplete),
        // Everything was done, and then there was no time left to put records into order.
        (None, Some(signal)) if !outcome.complete => stopped.unwrap_or(CommandExit::Signal(signal)),
        _ if !outcome.complete => CommandExit::Incomplete,
        _ if outcome.is_within(accepted) => CommandExit::Ok,
        _ => CommandExit::Failed,
    }
}

fn plan(args: &RunArgs, manager: &TaskManager) -> RunPlan {
    let mut plan = manager.plan();
    plan.config.name_modules = args.input.tasks.is_some();
    plan.config.goes_on = args.recording.run_dir.is_some();
    // The start of an attempt is to be known if it never ends.
    plan.config.announce_dispatch = args.log.log_level == LogLevelFlag::Debug
        || args.recording.run_dir.is_some()
        || args.log.events.is_some();
    plan.hold_dispatch = !holds_back(args);
    let has_judge = args.judging.has_judge();
    if has_judge {
        plan.judge_by(args.judging.checker_protocol);
    }
    plan.resident = module_memory::resident(args.limits.module_memory, &plan.config);
    if matches!(plan.caching, CodeCaching::Off) && !args.caching.no_cache {
        plan.caching = CodeCaching::Unusable(xdg::NO_CACHE_FOLDER.to_owned());
    }
    plan
}

/// That lines of this kind go with what else is asked for.
fn check_input(args: &RunArgs) -> Result<(), CliError> {
    if let Some(format) = args.input.input_format {
        args.input.fields().check(format)?;
    }
    if args.input.input_format == Some(InputFormat::Whole) && args.recording.run_dir.is_some() {
        return Err(FlagConflict::WholeInDir.into());
    }
    if args.input.input_format == Some(InputFormat::Whole) && args.input.null {
        return Err(FlagConflict::WholeWithNull.into());
    }
    if args.judging.checker_protocol != CheckProtocol::Json && !args.judging.has_judge() {
        return Err(FlagConflict::ProtocolOfNone.into());
    }
    if args.recording.stopped_exit.is_some() && args.recording.run_dir.is_none() {
        return Err(FlagConflict::StoppedWithoutDir.into());
    }
    if args.projection().is_none() {
        return Err(FlagConflict::OutputAlone.into());
    }
    Ok(())
}

/// The files that were opened before there was a run: those that are inherited, and those that
/// settings come from.
fn files(args: &RunArgs, settings: &RunSettings, manager: &TaskManager) -> Result<CommandFiles, CliError> {
    let plan = manager.plan();
    let mut files = CommandFiles::new(&plan.service.grants, args.output.append)?;
    if let CodeCaching::On(cache) = &plan.caching {
        files.own_folder("the cache", cache.path(), polymer_host_modules::cache::is_own)?;
    }
    for path in settings.files() {
        files.read_at(FileRole::Config, "--config", path)?;
    }
    if let Some(path) = &args.grouping.groups {
        files.read_at(FileRole::Config, "--groups", path)?;
    }
    files.inherit(args.client.client || (args.recording.run_dir.is_none() && args.output().is_none()))?;
    Ok(files)
}

/// Takes the input and the module beside them.
fn read_files(
    files: &mut CommandFiles,
    args: &RunArgs,
    rounds: Option<&InputRounds>,
    module: Option<&Path>,
) -> Result<(), CliError> {
    if let Some(file) = rounds.and_then(InputRounds::file) {
        let flag = if args.input.tasks.is_some() { "--tasks" } else { "--input" };
        let named = args.named_input().filter(|path| *path != Path::new("-"));
        let called = named.map_or_else(|| "standard input".to_owned(), |path| called(flag, path));
        files.read(FileRole::Input, called, file)?;
    }
    if let Some(path) = &args.judging.expect {
        files.read_at(FileRole::Expectation, "--expect", path)?;
    }
    // A script is built, and so are two files.
    for path in args.module.as_deref().into_iter().chain(module) {
        files.read_at(FileRole::Module, "the module", path)?;
    }
    Ok(())
}

/// Takes the checker and the interactor beside them.
fn read_judges(
    files: &mut CommandFiles,
    args: &RunArgs,
    judges: [Option<&LoadedChecker>; 2],
) -> Result<(), CliError> {
    let flags = [("--checker", &args.judging.checker), ("--interactor", &args.judging.interactor)];
    for ((flag, named), judge) in flags.into_iter().zip(judges) {
        // A script is built, and so are two files.
        let built = judge.map(|judge| judge.path.as_path());
        for path in named.as_deref().into_iter().chain(built) {
            files.read_at(FileRole::Checker, flag, path)?;
        }
    }
    Ok(())
}

/// How progress is shown. Where a bar was asked for that cannot be drawn, that is said.
fn shown_progress(start: &RunDirStart, args: &RunArgs, is_given: bool) -> ProgressDisplay {
    let place = progress_place(args, waits_for_people(start, args), is_given);
    let (shown, no_bar) = display(args.log.show_progress, place);
    if let Some(why) = no_bar {
        note(&format!("note: progress is shown in lines, not as a bar: {why}\n"));
    }
    shown
}

/// Opens what the run writes to, beside what is open already.
fn open_all(
    start: RunDirStart,
    args: &RunArgs,
    settings: &RunSettings,
    feed: &mut InputFeed,
    plan: &RunPlan,
    (shown, mut files, mut events): (ProgressDisplay, CommandFiles, Option<EventsTarget>),
) -> Result<(RecordDestination, RunScreens), CliError> {
    let bar = shown == ProgressDisplay::Bar;
    let is_new = start == RunDirStart::New;
    // The log of a run that goes on is opened before its folder is touched; that of a new one may
    // stand in the folder that is made.
    let early = if is_new { None } else { Some(screens(args, &mut files, events.take(), (bar, is_new))?) };
    let mut kept = kept(start, args, settings, feed, plan, &mut files)?;
    let screens = early.map_or_else(|| screens(args, &mut files, events, (bar, is_new)), Ok);
    let screens = match screens {
        Ok(screens) => screens,
        Err(error) => {
            kept.abandon();
            return Err(error);
        }
    };
    kept.beside.replaced.extend(screens.files().cloned());
    feed.refuse_written(files.written());
    files.keep();
    Ok((kept, screens))
}

/// Returns whether records wait for those of earlier lines. In a run folder each is safe as soon as
/// its task has ended, and they are put in order when the session is over.
fn holds_back(args: &RunArgs) -> bool {
    args.output.keep_order && args.recording.run_dir.is_none()
}

/// What is said of the run. Of records that were `given` the command makes a table instead, and
/// some of them are meant to fail.
fn report_options(args: &RunArgs, plan: &RunPlan, given: bool, shown: ProgressDisplay) -> ReportOptions {
    let when = |show: WhenToShowLog| match show {
        WhenToShowLog::Never => report::WhenToShowOutput::Never,
        WhenToShowLog::Immediate => report::WhenToShowOutput::Immediate,
        WhenToShowLog::Final => report::WhenToShowOutput::Final,
    };
    let (failure_output, groups_failures) = failure_output(&args.log);
    ReportOptions {
        workers: plan.config.slots,
        began: SystemTime::now(),
        keep_order: holds_back(args),
        projection: args.projection().unwrap_or(RecordProjection::Full),
        threshold: plan.backlog,
        log_interval: (shown == ProgressDisplay::Lines).then_some(args.log.log_interval),
        success_output: if args.log.quiet {
            report::WhenToShowOutput::Never
        } else {
            when(args.log.success_output)
        },
        failure_output,
        groups_failures,
        groups_log: groups_failures && args.log.log_file.is_none(),
        summary: match args {
            // A client counts for itself.
            _ if args.client.client || given => SummaryMode::Never,
            _ if args.log.quiet => SummaryMode::OfFailures,
            _ => SummaryMode::Always,
        },
        logs_notes: !args.log.quiet || args.log.log_file.is_some(),
        json: None,
    }
}

/// When the logs of tasks that failed are shown, and whether failures that are alike are counted
/// instead. A log on the screen that has more than failures keeps each of them.
fn failure_output(log: &LogArgs) -> (report::WhenToShowOutput, bool) {
    let is_detailed = log.log_file.is_none() && log.log_level > LogLevelFlag::Error;
    let (show, groups) = match log.failure_output {
        FailureOutput::Grouped => (report::WhenToShowOutput::Immediate, true),
        FailureOutput::Immediate => (report::WhenToShowOutput::Immediate, false),
        FailureOutput::Final => (report::WhenToShowOutput::Final, true),
        FailureOutput::Never => (report::WhenToShowOutput::Never, true),
    };
    (show, groups && !is_detailed)
}

/// Returns whether the input is read from a terminal, where a person may wonder about the wait.
fn waits_for_people(start: &RunDirStart, args: &RunArgs) -> bool {
    let named = args.named_input();
    let reads = match start {
        RunDirStart::New | RunDirStart::Resume | RunDirStart::Update(_) => true,
        RunDirStart::Rerun(selection) => selection.may_need_input(),
    };
    reads && named.is_none_or(|path| path == Path::new("-")) && io::stdin().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_what_stopped_the_run_then_what_is_missing_then_what_failed() {
        let tenth = Percentage::percent(10).unwrap();
        let of = |halt, complete, failed| RunOutcome {
            halt,
            complete,
            total: 10,
            failed,
            ..RunOutcome::default()
        };
        let time_is_up = || Some(Halt::GlobalTimeout(std::time::Duration::from_secs(1)));
        for (outcome, caught, expected) in [
            (of(None, true, 0), None, CommandExit::Ok),
            (of(None, true, 1), None, CommandExit::Ok),
            (of(None, true, 2), None, CommandExit::Failed),
            (of(None, false, 0), None, CommandExit::Incomplete),
            (of(Some(Halt::MaxFail(1)), false, 1), None, CommandExit::Incomplete),
            (of(time_is_up(), true, 0), None, CommandExit::Incomplete),
            (of(Some(Halt::Asked), false, 1), Some(2), CommandExit::Signal(2)),
            (of(Some(Halt::Asked), true, 9), Some(15), CommandExit::Signal(15)),
            // It came when all was over.
            (of(None, true, 0), Some(1), CommandExit::Ok),
            (of(None, false, 0), Some(1), CommandExit::Signal(1)),
        ] {
            assert_eq!(exit(&outcome, caught, (tenth, None)), expected, "{outcome:?}");
            // Whoever stopped it is told in another code, and nobody else.
            let is_stopped = caught.is_some() && expected != CommandExit::Ok || outcome.halt == time_is_up();
            let told = if is_stopped { CommandExit::Stopped(75) } else { expected };
            assert_eq!(exit(&outcome, caught, (tenth, Some(CommandExit::Stopped(75)))), told, "{outcome:?}");
        }
        let none = Percentage::percent(0).unwrap();
        assert_eq!(exit(&of(None, true, 1), None, (none, None)), CommandExit::Failed);
    }
}
