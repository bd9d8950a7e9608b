//! Input of a run: its lines, read on a thread of their own.
//!
//! It must never know what becomes of a task, nor where records go.

use super::args::{InputArgs, RunArgs};
use super::cache;
use super::client::ClientTaskReader;
use super::error::CliError;
use super::expected_lines::{ExpectationFile, ExpectedLines};
use super::files::writable_paths;
use super::group_limits::GroupLimits;
use super::input::{InputFormat, LineFields, ModuleLines};
use super::input_progress::InputProgress;
use super::input_shape::WrongShape;
use super::input_source::{InputRounds, STANDARD_INPUT};
use super::known_modules::KnownModules;
use super::load_module;
use super::no_such_task::NoSuchTask;
use super::pump::{LineExtras, PumpError, pump};
use super::stderr::note;
use super::taskfile::TaskLines;
use super::usual_judge::{CHECKER, INTERACTOR, UsualJudge};
use crate::report::TaskTotal;
use polymer_host::TaskManager;
use polymer_host_modules::{Module, ResidentModules};
use polymer_host_run::inbox::{RunCommand, RunSubmitter};
use polymer_host_store::ObjectUrl;
use polymer_host_sys::file_id::HeldFile;
use polymer_host_sys::paths::PathOpener;
use polymer_host_task::{AllowedTerms, Limits, ModuleId, ModuleInfo};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The only module of a run that names one.
const MODULE: ModuleId = ModuleId(0);

/// Source of a run's tasks.
pub(super) enum InputFeed {
    /// One module, and lines for it.
    Module {
        file: Module,
        lines: Box<LinesOf>,
        paths: Box<PathOpener>,
        expected: Option<Box<ExpectationFile>>,
        usual: UsualJudge,
    },
    /// Task records that name their modules.
    Records(Box<TaskLines>),
}

impl InputFeed {
    /// Has lines name none of these files, to which the run writes, each with as what.
    pub(super) fn refuse_written(&mut self, files: Vec<(HeldFile, String)>) {
        match self {
            Self::Module { paths, expected, .. } => {
                if let Some(expected) = expected {
                    expected.paths_mut().refuse_written(files.clone());
                }
                paths.refuse_written(files);
            }
            Self::Records(lines) => lines.paths_mut().refuse_written(files),
        }
    }

    /// Takes records of programs that this command built itself, if it did.
    pub(super) fn take_built(&mut self, is_built: bool) {
        if let (Self::Records(lines), true) = (self, is_built) {
            lines.take_built(cache::folder_of_scripts());
        }
    }

    /// Has the modules that records name share the room of the run's modules.
    pub(super) fn reside_among(&mut self, resident: &ResidentModules) {
        if let Self::Records(lines) = self {
            lines.reside_among(resident.clone());
        }
    }
}

/// Settings for the lines of a module.
pub(super) struct LinesOf {
    format: Option<InputFormat>,
    fields: LineFields,
    task: Option<String>,
    null: bool,
    groups: GroupLimits,
}

impl LinesOf {
    /// Returns how lines are read for this module.
    fn read_for(
        self,
        info: &ModuleInfo,
        limits: Limits,
        paths: PathOpener,
    ) -> Result<(InputFormat, ModuleLines), CliError> {
        if let Some(name) =
            self.task.as_deref().filter(|name| info.tasks.iter().all(|task| task.name != *name))
        {
            return Err(CliError::NoSuchTask(NoSuchTask::new(name, info)));
        }
        let is_text = info.form.is_command() && !info.is_interpreter();
        let usual = if is_text { InputFormat::Text } else { InputFormat::Json };
        let format = self.format.unwrap_or(usual);
        let lines = ModuleLines::new(MODULE, format, limits, self.fields, paths)?;
        let lines = lines.for_task(self.task).ended_by_null(self.null);
        Ok((format, lines.limited_by(self.groups)))
    }
}

/// Why the input came to its end too soon; empty if it did not.
pub(super) type InputFailure = Arc<Mutex<Option<CliError>>>;

/// Returns the source of the run's tasks, with the name of the file that every task needs. `usual`
/// is how outputs are judged where a line does not say; tasks of groups have the limits of these.
pub(super) fn feed(
    args: &RunArgs,
    manager: &TaskManager,
    usual: UsualJudge,
    groups: GroupLimits,
) -> Result<(PathBuf, InputFeed), CliError> {
    let service = manager.plan().service;
    // Guests may put a link to any file there, which they could not follow themselves.
    let paths = writable_paths(&service.grants)?;
    match (&args.input.tasks, &args.module) {
        (Some(tasks), _) => {
            // Those of the service are for attempts that were given more.
            let supplies = args.input.supplies();
            let allowed = AllowedTerms { limits: args.limits(), grants: Arc::new(service.grants), supplies };
            let lines = TaskLines::new(tasks, allowed, args.limits.module_limit, paths);
            let lines = lines.starting_at(args.input.base.clone()).ended_by_null(args.input.null);
            let lines = lines.judged_by(usual).grouped_by(args.input.group_by.clone());
            let lines = lines.limited_by(groups);
            let lines = if args.client.client { lines.from_client(args.limits.module_limit) } else { lines };
            Ok((tasks.clone(), InputFeed::Records(Box::new(lines))))
        }
        (None, module) => {
            let module = module.as_deref().unwrap_or_else(|| Path::new(""));
            let (path, file) = load_module::module(module, args.limits.module_limit, args.limits.stack)?;
            let InputArgs { input_format, input_field, task, invoke, null, .. } = &args.input;
            // Arguments are JSON, and so is what has fields, whatever the module would be as a
            // task.
            let is_json = invoke.is_some() || input_field.is_some();
            let format = input_format.or(is_json.then_some(InputFormat::Json));
            let fields = args.input.fields();
            let lines = LinesOf { format, fields, task: task.clone(), null: *null, groups };
            let lines = Box::new(lines);
            let expected = args.judging.expect.as_deref().map(|path| {
                let paths = writable_paths(&service.grants)?;
                let limits = (args.limits.output_limit, args.limits.input_limit);
                Ok::<_, CliError>(ExpectationFile::open(path, paths, usual, limits)?)
            });
            let expected = expected.transpose()?.map(Box::new);
            Ok((path, InputFeed::Module { file, lines, paths: Box::new(paths), expected, usual }))
        }
    }
}

/// Reads the input and submits it.
pub(super) struct InputReader {
    pub(super) feed: InputFeed,
    pub(super) rounds: InputRounds,
    pub(super) limits: Limits,
    pub(super) total: Option<TaskTotal>,
    pub(super) waits: bool,
    /// Extra handling of lines, beside running them.
    pub(super) beside: LineExtras,
    /// Modules as they were in an earlier part of the run.
    pub(super) known: KnownModules,
    /// The client whose records are read, if there is one.
    pub(super) client: Option<ClientTaskReader>,
    /// The run's checker, if it has one.
    pub(super) checker: Option<Module>,
    /// The run's interactor, if it has one.
    pub(super) interactor: Option<Module>,
}

impl InputReader {
    pub(super) fn start(
        self,
        submitter: RunSubmitter,
        ready: Receiver<Arc<ModuleInfo>>,
        broken: InputFailure,
    ) -> io::Result<()> {
        let read = move || {
            if let Err(error) = self.read(&submitter, &ready) {
                *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            // Not before: with it the input ends, perhaps the run, and whoever sees that end looks
            // for what broke it off.
            drop(submitter);
        };
        thread::Builder::new().name("reader".to_owned()).spawn(read)?;
        Ok(())
    }

    fn read(self, submitter: &RunSubmitter, ready: &Receiver<Arc<ModuleInfo>>) -> Result<(), CliError> {
        let Self { feed, rounds, limits, total, waits, mut beside, known, client, checker, interactor } =
            self;
        let name = rounds.name().display().to_string();
        beside.progress =
            total.clone().zip(rounds.position()).map(|(total, position)| InputProgress::new(position, total));
        let checker = checker.map(|checker| (CHECKER, RunCommand::Checker(CHECKER, checker)));
        let interactor =
            interactor.map(|interactor| (INTERACTOR, RunCommand::Interactor(INTERACTOR, interactor)));
        for (judge, named) in checker.into_iter().chain(interactor) {
            // Before any task: the run ends if it cannot be used.
            let sent = submitter.send(named);
            if sent.and_then(|()| submitter.send(RunCommand::Require(judge))).is_err() {
                return Ok(());
            }
        }
        let submitted = match feed {
            InputFeed::Records(lines) => {
                let mut lines = lines.going_on(known);
                match client {
                    Some(client) => pump(rounds, &mut client.noting(lines), &mut beside, submitter),
                    None => {
                        tell_what_is_awaited(waits, "task records, one a line");
                        pump(rounds, &mut lines, &mut beside, submitter)
                    }
                }
            }
            InputFeed::Module { file, lines, paths, expected, usual } => {
                let digests = known.digests(file.name(), *file.digest())?;
                let sent = submitter.send(RunCommand::Module(MODULE, file));
                if sent.and_then(|()| submitter.send(RunCommand::Require(MODULE))).is_err() {
                    return Ok(());
                }
                // If it cannot be used the run ends, and with it the other end of this channel.
                let Ok(info) = ready.recv() else { return Ok(()) };
                let (format, lines) = lines.read_for(&info, limits, *paths)?;
                tell_what_is_awaited(
                    waits,
                    match format {
                        InputFormat::Json => "one JSON value a line",
                        InputFormat::Text => "one task a line of text",
                        InputFormat::File => "one path of a file a line",
                        InputFormat::Whole => "one task, all of it",
                    },
                );
                let mut lines = ExpectedLines { lines: lines.known_by(digests), file: expected, usual };
                pump(rounds, &mut lines, &mut beside, submitter)
            }
        };
        let submitted = submitted.map_err(|error| named(error, name))?;
        if let (Some(total), Some(submitted)) = (total, submitted) {
            total.set(submitted);
        }
        Ok(())
    }
}

/// Returns the error that ended the reading of the input called `name`.
fn named(error: PumpError, name: String) -> CliError {
    match error {
        PumpError::Shape { shape, expected } => {
            let is_packed = [".gz", ".tgz", ".zst"].iter().any(|end| name.ends_with(end));
            let is_file = name != STANDARD_INPUT && !is_packed && !ObjectUrl::is_url(Path::new(&name));
            CliError::WrongShape(WrongShape { name, is_file, expected, shape })
        }
        other => other.into(),
    }
}

fn tell_what_is_awaited(waits: bool, what: &str) {
    if waits {
        note(&format!("reading from the terminal: {what}; Ctrl-D ends the input\n"));
    }
}
