//! `polymer exec`: one attempt of a command, with the standard streams of this process as they
//! flow.
//!
//! `pipes` moves bytes on two threads, `escape` makes text safe for a terminal, `sink` says what
//! happens in the run, `exit_code` and `reason` say how it ended. All but `pipes` and this file are
//! pure. The attempt is a run of one task, on the way that `polymer run` goes.

mod error;
mod escape;
mod exit_code;
mod pipes;
mod reason;
mod sink;

use super::args::ExecArgs;
use super::error::{CliError, threads};
use super::exit::CommandExit;
use super::signals::SignalListener;
use super::stderr::{be_quiet, say};
use super::{cache, load_module};
pub(crate) use error::ExecError;
use exit_code::AttemptFacts;
pub(super) use exit_code::told;
use pipes::{OutputEnd, OutputPump, OutputStop, read_stdin};
use polymer_host::{RunError, TaskManager};
use polymer_host_event::RunOutcome;
use polymer_host_modules::Module;
use polymer_host_run::inbox::{RunCommand, RunSubmitter};
use polymer_host_run::streams::{self, OutputReader, StdinWriter, StreamEnds};
use polymer_host_run::{Run, RunControl, StartRunError};
use polymer_host_sys::process::exit_now;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{
    InputPayload, Limits, ModuleForm, ModuleId, ModuleInfo, Record, StreamId, TaskSpec, Verdict,
};
use sink::{ExecEvent, ExecSink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The only module of the run, and the only streams.
const MODULE: ModuleId = ModuleId(0);
const STREAMS: StreamId = StreamId(1);
/// Commands that may wait: all that there are.
const COMMANDS: usize = 4;

/// Runs a command once.
pub(super) fn exec(args: &ExecArgs) -> Result<CommandExit, CliError> {
    if args.quiet {
        be_quiet();
    }
    load_module::prepare();
    let manager = manager(args)?;
    let pump = OutputPump::open(args.raw)?;
    let (path, module) = load_module::module(&args.module, args.limits.module_limit, args.limits.stack)?;
    let signals = SignalListener::begin().map_err(SystemError::on(SystemOperation::Watch, "signals"))?;
    let (mut attempt, submitter, streams) = ExecRun::start(&manager)?;
    signals.tell_each(attempt.run.control(), attempt.on_signal()).map_err(threads("that hear signals"))?;
    let limits = args.limits.limits();
    if let Some(info) = attempt.load(&submitter, module) {
        refuse_others(&info, &path)?;
        attempt.enter(&submitter, streams, limits, pump)?;
    }
    // Nothing more comes, so the run ends with its task.
    drop(submitter);
    let (exit, why) = attempt.conclude(path, &limits)?;
    if let Some(why) = why.filter(|_| !args.quiet) {
        say(&why);
    }
    Ok(exit)
}

/// A manager of a run that makes one attempt under what the flags say.
fn manager(args: &ExecArgs) -> Result<TaskManager, CliError> {
    let grants = args.grants.grants()?;
    cache::keep_apart(&grants)?;
    let (limits, jail) = (&args.limits, &args.jail);
    let builder = TaskManager::builder()
        .worker_count(1)
        .queue(1)
        .limits(limits.limits())
        .compile_timeout(limits.compile_timeout)
        .compile_memory(limits.compile_memory)
        .grants(grants)
        .sandbox(jail.sandbox)
        .limit_speculation(jail.limit_speculation)
        .file_limit(limits.file_limit)
        .stack(limits.stack)
        // What a guest has read and written cannot be taken back.
        .retries(0)
        .confirm_timeouts(false)
        .crash_limit(0);
    Ok(args.caching.apply(builder).build()?)
}

/// That a module is a command, which has standard streams.
fn refuse_others(info: &ModuleInfo, path: &Path) -> Result<(), ExecError> {
    let what = match info.form {
        ModuleForm::CommandComponent | ModuleForm::CommandModule if info.is_interpreter() => {
            return Err(ExecError::Interpreter(path.to_path_buf()));
        }
        ModuleForm::CommandComponent | ModuleForm::CommandModule => return Ok(()),
        ModuleForm::Typed | ModuleForm::TypedModule => "a typed task",
        ModuleForm::Component => "a component without wasi:cli/run",
    };
    Err(ExecError::NoCommand { path: path.to_path_buf(), what })
}

/// The streams of an attempt before it begins.
struct AttemptStreams {
    ends: StreamEnds,
    stdin: StdinWriter,
    output: OutputReader,
}

/// A run of one attempt, and what is known of it.
struct ExecRun {
    run: Run<ExecSink>,
    heard: Sender<ExecEvent>,
    events: Receiver<ExecEvent>,
    /// The first signal that was to end it.
    signal: Option<u8>,
    /// How its output ended, once it has; of an attempt that was not begun there is none to wait
    /// for.
    output: Option<OutputEnd>,
    is_over: bool,
}

impl ExecRun {
    /// Starts the run, in which there is nothing yet.
    fn start(manager: &TaskManager) -> Result<(Self, RunSubmitter, AttemptStreams), CliError> {
        let mut plan = manager.plan();
        // A worker that stands by would never be needed.
        plan.config.spares = 0;
        let (heard, events) = channel();
        let (sink, mut opened) = (ExecSink::new(heard.clone()), None);
        let started = Run::start(plan, Some(COMMANDS), |waker| {
            opened = Some(streams::open(waker));
            Ok(sink)
        });
        let (submitter, run) = started.map_err(threads("that supervise the run"))?;
        let Some((ends, stdin, output)) = opened else { return Err(CliError::Run(RunError::Stopped)) };
        let attempt =
            Self { run, heard, events, signal: None, output: Some(OutputEnd::default()), is_over: false };
        Ok((attempt, submitter, AttemptStreams { ends, stdin, output }))
    }

    /// Returns what a signal does: the first ends the attempt, and the next waits for nothing.
    fn on_signal(&self) -> impl FnMut(u8) + Send + 'static + use<> {
        let (heard, control, mut is_second) = (self.heard.clone(), self.run.control(), false);
        move |signal| {
            if std::mem::replace(&mut is_second, true) {
                exit_now(CommandExit::Signal(signal).code());
            }
            drop(heard.send(ExecEvent::Signal(signal)));
            end_at_once(&control);
        }
    }

    /// Has the module loaded; `None` if the run ends before it is.
    fn load(&mut self, submitter: &RunSubmitter, module: Module) -> Option<Arc<ModuleInfo>> {
        for command in [RunCommand::Module(MODULE, module), RunCommand::Require(MODULE)] {
            // A run that has ended says why in its outcome.
            let _ = submitter.send(command);
        }
        while !self.is_over {
            match self.events.recv() {
                Ok(ExecEvent::Ready(info)) => return Some(info),
                Ok(event) => self.note(event),
                // This holds a sender, so there is one.
                Err(_) => return None,
            }
        }
        None
    }

    /// Submits the attempt and connects its streams.
    fn enter(
        &mut self,
        submitter: &RunSubmitter,
        AttemptStreams { ends, stdin, output }: AttemptStreams,
        limits: Limits,
        pump: OutputPump,
    ) -> Result<(), CliError> {
        let input = InputPayload::Bytes(Vec::new());
        let spec =
            TaskSpec { streams: Some(STREAMS), ..TaskSpec::new(1, "1".to_owned(), MODULE, input, limits) };
        // The streams first: the task names them.
        let commands = [RunCommand::Streams(STREAMS, ends), RunCommand::Submit(vec![spec.into()])];
        for command in commands {
            // A run that has ended says why in its outcome, and its streams have an end.
            let _ = submitter.send(command);
        }
        self.output = None;
        let heard = self.heard.clone();
        pump.start(output, move |end| drop(heard.send(ExecEvent::Written(end))))?;
        read_stdin(stdin)?;
        Ok(())
    }

    fn note(&mut self, event: ExecEvent) {
        match event {
            ExecEvent::Ready(_) => {}
            ExecEvent::Over => self.is_over = true,
            ExecEvent::Written(end) => self.output = Some(end),
            ExecEvent::Signal(signal) => self.signal = self.signal.or(Some(signal)),
        }
    }

    /// Waits for the end of the run, and until its output was written unless a signal came: whoever
    /// is to read the output may not. Returns the exit code, and a line that says why the guest was
    /// ended, if it was.
    fn conclude(mut self, path: PathBuf, limits: &Limits) -> Result<(CommandExit, Option<String>), CliError> {
        while !(self.is_over && (self.output.is_some() || self.signal.is_some())) {
            match self.events.recv() {
                Ok(event) => self.note(event),
                // This holds a sender, so there is one.
                Err(_) => break,
            }
        }
        let (ended, ExecSink { record, .. }) = self.run.finish();
        let is_mid_row = self.output.as_ref().is_some_and(|end| end.is_mid_row);
        let (stop, is_written) = match self.output {
            Some(OutputEnd { stop, .. }) => (stop, true),
            None => (None, false),
        };
        let facts = AttemptFacts {
            signal: self.signal,
            is_reader_gone: matches!(stop, Some(OutputStop::ReaderGone)),
            is_written,
            verdict: record.as_ref().map(|record| (record.verdict, record.error.exit_code)),
        };
        if let (Some(OutputStop::Refused(error)), None) = (stop, facts.signal) {
            return Err(ExecError::Output(error).into());
        }
        let Some(code) = facts.exit_code() else { return Err(failure(ended, record, path)) };
        let why = record.and_then(|record| reason::reason(record.verdict, &record.error, limits));
        // Nobody reads what a program says whose output nobody reads.
        let why = why.filter(|_| !facts.is_reader_gone);
        let row = if is_mid_row { "\n" } else { "" };
        Ok((CommandExit::Program(code), why.map(|why| format!("{row}polymer exec: {why}\n"))))
    }
}

/// Ends a run without waiting for what has begun.
fn end_at_once(control: &RunControl) {
    // Once it only drains.
    control.stop();
    control.stop();
}

/// Returns why no guest is to blame for the end of a run.
fn failure(ended: Result<RunOutcome, StartRunError>, record: Option<Box<Record>>, path: PathBuf) -> CliError {
    let outcome = match ended {
        Ok(outcome) => outcome,
        Err(error) => return CliError::of_run(error.into(), path),
    };
    let halted = outcome.halt.as_ref().and_then(|halt| CliError::of_halt(halt, path.clone()));
    halted.unwrap_or_else(|| match record {
        Some(record) if record.verdict != Verdict::Canceled => {
            ExecError::NotRun { path, error: record.error }.into()
        }
        Some(_) | None => CliError::Run(RunError::Stopped),
    })
}
