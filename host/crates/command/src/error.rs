//! Errors that end the command: every way it can fail, its exit code, and the one place where an
//! error becomes text.

mod hint;

use super::args::DelayError;
use super::calibrate::CalibrateError;
use super::exec::ExecError;
use super::exit::CommandExit;
use super::fetched_module::FetchModuleError;
use super::file_conflicts::FileConflict;
use super::file_shortage::FileShortage;
use super::flag_conflict::FlagConflict;
use super::grants::GrantError;
use super::groups_file::GroupsFileError;
use super::input::NoFields;
use super::input_shape::WrongShape;
use super::input_source::SourceError;
use super::judge::JudgeError;
use super::known_modules::ModuleChanged;
use super::merge::MergeError;
use super::no_such_task::NoSuchTask;
use super::partition_choice::PartitionChoiceError;
use super::pump::{InputReadError, PumpError};
use super::settings::SavedError;
use super::test::CaseError;
use super::top::TopError;
use super::xdg::NO_CACHE_FOLDER;
use polymer_host::{RunError, SetupError};
use polymer_host_base::ResourceShortage as MachineShortage;
use polymer_host_base::sanitize::{indented, printable};
use polymer_host_config::NotText;
use polymer_host_event::{Halt, ProcessDeath};
use polymer_host_journal::dir::DirError;
use polymer_host_journal::lines::JournalError;
use polymer_host_journal::manifest::FactsError;
use polymer_host_journal::output::output_dir::OutputDirError;
use polymer_host_modules::cache::CacheError;
use polymer_host_modules::project::interpreter::InterpreterError;
use polymer_host_modules::project::starter::StarterError;
use polymer_host_modules::project::untrusted::{BuildFailure, UntrustedError};
use polymer_host_modules::{ModuleError, ProjectError};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::TaskError;
use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// Why the command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A grant that cannot be given.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// A file of groups that cannot be used.
    #[error(transparent)]
    Groups(#[from] GroupsFileError),
    /// A module file that cannot be read.
    #[error(transparent)]
    ModuleFile(#[from] ModuleError),
    /// A module that is named by a URL and cannot be used.
    #[error(transparent)]
    Fetch(#[from] FetchModuleError),
    /// A folder that cannot be built.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// An input that cannot be opened, or not as often as it is to be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// `--id-field` or `--input-field` where lines have no fields.
    #[error(transparent)]
    NoFields(#[from] NoFields),
    /// Flags that make no sense together.
    #[error(transparent)]
    Flags(#[from] FlagConflict),
    /// No scheduler says which partition a run takes.
    #[error(transparent)]
    PartitionChoice(#[from] PartitionChoiceError),
    /// A run that is to go on with other lines of the input.
    #[error("the run in this folder takes {was}, not {is}: each partition is a run of its own")]
    OtherPartition {
        /// The lines it takes, in words.
        was: String,
        /// Those that it is to take.
        is: String,
    },
    /// Folders that are not merged.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// An interactor and a run that has room for one of two.
    #[error(
        "--interactor takes two workers at a time, one for the program and one for the interactor, and this run has one"
    )]
    InteractorAlone,
    /// `--task` that the module has not.
    #[error(transparent)]
    NoSuchTask(#[from] NoSuchTask),
    /// A project that cannot be written.
    #[error(transparent)]
    Starter(#[from] StarterError),
    /// Nothing to test by.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Limits that are not proposed, or not written.
    #[error(transparent)]
    Calibrate(#[from] CalibrateError),
    /// Programs that are not judged.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// A run that cannot be watched.
    #[error(transparent)]
    Top(#[from] TopError),
    /// A module that is not run, or whose output is lost.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// Waits that cannot be.
    #[error(transparent)]
    Delay(#[from] DelayError),
    /// The input broke off.
    #[error(transparent)]
    Read(#[from] InputReadError),
    /// The input is not what it is to be, all of it.
    #[error(transparent)]
    WrongShape(#[from] WrongShape),
    /// The machine lacks what reading a line takes.
    #[error("cannot read past line {after} of the input; the next line is not at fault and has no record")]
    Shortage {
        /// Lines that were read.
        after: u64,
        /// The shortage.
        source: FileShortage,
    },
    /// A module that is another one than it was.
    #[error(transparent)]
    Changed(#[from] ModuleChanged),
    /// A folder that cannot be the run's.
    #[error(transparent)]
    Dir(#[from] DirError),
    /// A folder of a run that does not say what it is.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// A comparison is to be in a form that has none.
    #[error("--compare is for html and markdown: a JUnit document has one run")]
    ComparedJunit,
    /// A report is asked for of a judged set, which has several runs.
    #[error("{} is a folder of `polymer judge`, which has several runs and a table of its own", .0.display())]
    ReportOfSet(PathBuf),
    /// A folder of a run whose files are of no use, or cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A folder that cannot take outputs, or an output that could not be written to it.
    #[error(transparent)]
    OutputDir(#[from] OutputDirError),
    /// A run that is to go on as another one.
    #[error("the run in this folder was started with other settings: {0}")]
    SettingsChanged(String),
    /// A run that cannot be gone on with under its settings.
    #[error(transparent)]
    Saved(#[from] SavedError),
    /// A setting that cannot be kept.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// A folder for the run that its own tasks could write to.
    #[error("tasks could write to the run's folder {}: {} is granted to them with :rw", folder.display(), granted.display())]
    ReachesRun {
        /// The granted folder.
        granted: PathBuf,
        /// The run's folder.
        folder: PathBuf,
    },
    /// A second rerun before the first is over.
    #[error("{} still has lines to run again: an earlier `polymer rerun` was not finished", .0.display())]
    RerunUnfinished(PathBuf),
    /// A second folder for a run that is in one.
    #[error("--run-dir, --output and --skip-done cannot be used here: the run already has a folder")]
    OtherFolder,
    /// A run that is to go on where its relative paths lead elsewhere.
    #[error("this run was started in {}, and its relative paths start there, not in the current folder", folder.display())]
    OtherPlace {
        /// Where that was.
        folder: PathBuf,
    },
    /// Fields for a format that has its own.
    #[error("--fields cannot be used with --format {0}, which has fields of its own")]
    FieldsOfFormat(&'static str),
    /// Flags of a rerun that do not say what is to be run again.
    #[error("{0}")]
    Selection(String),
    /// A file that is to be read and written at once, or that tasks could change.
    #[error(transparent)]
    Files(#[from] FileConflict),
    /// Builds of single files that cannot be removed.
    #[error("{0}")]
    NotCleared(#[source] SystemError),
    /// The module of a build would take the place of a source.
    #[error("{} is a source of the build: the module would overwrite it", .0.display())]
    OverSource(PathBuf),
    /// A stranger's sources that cannot be built, or nothing can be said of.
    #[error(transparent)]
    Untrusted(#[from] UntrustedError),
    /// An interpreter that cannot be made.
    #[error(transparent)]
    Interpreter(#[from] InterpreterError),
    /// Packages for what is no interpreter.
    #[error(
        "--package and --requirements are for an interpreter: polymer build @python --package NAME -o FILE"
    )]
    PackagesOfProject,
    /// An interpreter as if it were a stranger's sources.
    #[error("--untrusted is for sources, and {} is made of what this version of polymer names", .0.display())]
    UntrustedInterpreter(PathBuf),
    /// A stranger's sources that give no module.
    #[error("build_failed ({}): {} cannot be built: {}{}", failure.code, path.display(), failure.why, said_below(&failure.said))]
    BuildFailed {
        /// The sources.
        path: PathBuf,
        /// Why.
        failure: BuildFailure,
    },
    /// A file to write that cannot be opened.
    #[error("{0}")]
    Open(#[source] SystemError),
    /// A file for the log that cannot be opened.
    #[error("{0}")]
    OpenLog(#[source] SystemError),
    /// What events or traces are to be written to cannot be opened.
    #[error("{0}")]
    OpenEvents(#[source] SystemError),
    /// The shell closed what the command is to write to (`>&-`).
    #[error("standard output is closed, so nobody could read the output")]
    OutputClosed,
    /// Records that could not be written.
    #[error("records could not be written to {}, so the run was ended; {}", source.path().display(), so_far(*recorded))]
    Output {
        /// Number of records written before.
        recorded: u64,
        /// Error of the system, and the place the records were to go to.
        source: SystemError,
    },
    /// A module that is of no use.
    #[error("cannot use {path}: {message}", path = path.display(), message = indented(&error.message, "    "))]
    Module {
        /// Its file.
        path: PathBuf,
        /// Error that a worker reports about it.
        error: TaskError,
    },
    /// Workers do nothing but die.
    #[error("worker processes end before they do anything: {0}")]
    WorkersDie(Box<ProcessDeath>),
    /// Processes cannot be started.
    #[error("worker processes cannot be started: {0}")]
    CannotSpawn(String),
    /// The machine lacks what it takes to have one worker serve.
    #[error("{}: {}", .0.meaning(), printable(&.0.to_string()))]
    Exhausted(Box<MachineShortage>),
    /// Not even the smallest module can be compiled and run.
    #[error("no task can run on this machine: not even a built-in module of 41 bytes does: {}", printable(&.0.message))]
    Unfit(TaskError),
    /// Workers cannot put up their jail.
    #[error("the jail around workers cannot be set up: {}", printable(&format!("{}: {}", .0.code, .0.message)))]
    Unconfined(TaskError),
    /// `polymer cache` without a cache.
    #[error("there is no cache: {NO_CACHE_FOLDER}")]
    NoCache,
    /// A cache that cannot be cleared.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// There is no manager under these flags.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The run could not be made.
    #[error(transparent)]
    Run(RunError),
    /// The system refuses what every run needs.
    #[error("{0}")]
    System(#[from] SystemError),
}

impl From<PumpError> for CliError {
    fn from(error: PumpError) -> Self {
        match error {
            PumpError::Read(error) => Self::Read(error),
            PumpError::Again(error) => Self::Journal(error),
            PumpError::Changed(changed) => Self::Changed(changed),
            PumpError::Shortage { after, source } => Self::Shortage { after, source },
            PumpError::Written(conflict) => Self::Files(conflict),
            PumpError::Shape { shape, expected } => {
                Self::WrongShape(WrongShape { name: "the input".to_owned(), is_file: false, expected, shape })
            }
        }
    }
}

/// That threads of ours cannot be started.
pub(super) fn threads(of_what: &str) -> impl Fn(io::Error) -> SystemError {
    SystemError::on(SystemOperation::Start, format!("the threads {of_what}"))
}

/// The words of a compiler below a message, if there are any.
fn said_below(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!("\n{said}") }
}

impl CliError {
    /// Why a run over the module in `path` had to stop, if that is an error.
    #[must_use]
    #[warn(clippy::wildcard_enum_match_arm)]
    pub fn of_halt(halt: &Halt, path: PathBuf) -> Option<Self> {
        match halt {
            Halt::Module(error) => Some(Self::Module { path, error: error.clone() }),
            Halt::WorkersDie(death) => Some(Self::WorkersDie(Box::new(death.clone()))),
            Halt::Unfit(error) => Some(Self::Unfit(error.clone())),
            Halt::Unconfined(error) => Some(Self::Unconfined(error.clone())),
            Halt::Exhausted(shortage) => Some(Self::Exhausted(shortage.clone())),
            Halt::CannotSpawn(error) => Some(Self::CannotSpawn(error.clone())),
            Halt::Asked | Halt::MaxFail(_) | Halt::MaxFailShare { .. } | Halt::GlobalTimeout(_) => None,
            // Reasons to come: clippy tells one that has no arm yet.
            _ => None,
        }
    }

    /// Why a run of the library over the module in `path` came to nothing.
    #[must_use]
    pub fn of_run(error: RunError, path: PathBuf) -> Self {
        match error {
            RunError::Module { error, .. } => Self::Module { path, error: *error },
            RunError::WorkersDie(death) => Self::WorkersDie(death),
            RunError::Unfit(error) => Self::Unfit(*error),
            RunError::Unconfined(error) => Self::Unconfined(*error),
            RunError::Exhausted(shortage) => Self::Exhausted(shortage),
            RunError::CannotSpawn(error) => Self::CannotSpawn(error),
            RunError::System(error) => Self::System(error),
            other => Self::Run(other),
        }
    }

    /// The exit code it leads to.
    #[must_use]
    pub fn exit(&self) -> CommandExit {
        let is_short = self.shortage().is_some();
        match self {
            // Descriptors or memory are lacking, not room to write.
            Self::Dir(_) | Self::Journal(_) | Self::OutputDir(_) if is_short => CommandExit::Setup,
            Self::Setup(error) => setup_exit(error),
            Self::Delay(_)
            | Self::NoFields(_)
            | Self::Groups(_)
            | Self::NoSuchTask(_)
            | Self::Flags(_)
            | Self::PartitionChoice(_)
            | Self::Case(_)
            | Self::Calibrate(_)
            | Self::Starter(StarterError::Exists(_) | StarterError::Name(_))
            | Self::OtherFolder
            | Self::OtherPlace { .. }
            | Self::OverSource(_)
            | Self::PackagesOfProject
            | Self::UntrustedInterpreter(_)
            | Self::Selection(_)
            | Self::FieldsOfFormat(_)
            | Self::ReportOfSet(_)
            | Self::ComparedJunit
            | Self::Saved(SavedError::Usage(_)) => CommandExit::Usage,
            Self::Exec(_) => CommandExit::Program(ExecError::EXIT_CODE),
            Self::Judge(error) => error.exit(),
            Self::Source(error) => error.exit(),
            Self::Fetch(error) => error.exit(),
            Self::Dir(DirError::System(_))
            | Self::Journal(JournalError::Write(_))
            | Self::OutputDir(OutputDirError::System(_)) => CommandExit::Output,
            Self::Grant(_)
            | Self::ModuleFile(_)
            | Self::Project(_)
            | Self::Starter(StarterError::Write(_))
            | Self::OpenLog(_)
            | Self::OpenEvents(_)
            | Self::Module { .. }
            | Self::InteractorAlone
            | Self::WorkersDie(_)
            | Self::CannotSpawn(_)
            | Self::Exhausted(_)
            | Self::Unfit(_)
            | Self::Unconfined(_)
            | Self::Changed(_)
            | Self::Dir(_)
            | Self::Facts(_)
            | Self::Journal(_)
            | Self::OutputDir(_)
            | Self::SettingsChanged(_)
            | Self::OtherPartition { .. }
            | Self::Merge(_)
            | Self::RerunUnfinished(_)
            | Self::ReachesRun { .. }
            | Self::Files(_)
            | Self::Saved(_)
            | Self::NotText(_)
            | Self::NoCache
            | Self::Cache(_)
            | Self::NotCleared { .. }
            | Self::Run(_)
            | Self::Shortage { .. }
            | Self::WrongShape(_)
            | Self::Untrusted(_)
            | Self::Interpreter(_)
            | Self::Top(_)
            | Self::System(_) => CommandExit::Setup,
            Self::BuildFailed { .. } => CommandExit::Failed,
            Self::Read(_) => CommandExit::Incomplete,
            Self::Open(_) | Self::OutputClosed | Self::Output { .. } => CommandExit::Output,
        }
    }

    /// That a file to write cannot be opened.
    pub(super) fn cannot_write(path: &Path, error: io::Error) -> Self {
        Self::Open(SystemError::new(SystemOperation::Write, path, error))
    }

    /// Returns whether the error is not reported: the reader of the records went away, as `head`
    /// does.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        matches!(self, Self::Output { source, .. } if source.cause().kind() == io::ErrorKind::BrokenPipe)
    }

    /// The error as people read it: what, why, and what may help.
    #[must_use]
    pub fn render(&self) -> String {
        // What clap says of flags begins so already, and goes on about a command line that is not
        // this one.
        if let Self::Saved(SavedError::Usage(usage)) = self {
            let what = usage.text.lines().take_while(|line| !line.starts_with("Usage:"));
            let what: Vec<&str> = what.filter(|line| !line.is_empty()).collect();
            return format!(
                "{}\nhint: what follows the folder must be flags of `polymer run`\n",
                what.join("\n")
            );
        }
        let mut text = format!("error: {self}\n");
        let mut cause = self.source();
        while let Some(error) = cause {
            // Some errors stand alone in a record too, and say their cause themselves.
            let why = error.to_string();
            // Where an error names the path itself, only what the system said is new.
            let is_told = error
                .downcast_ref()
                .is_some_and(|system: &SystemError| text.contains(&system.path().display().to_string()));
            if !is_told && !text.contains(&why) {
                // A write to a string cannot fail.
                let _ = writeln!(text, "caused by: {why}");
            }
            cause = error.source();
        }
        if let Some(hint) = self.hint() {
            let _ = writeln!(text, "hint: {hint}");
        }
        text
    }
}

/// The exit code of a run that could not be made: flags may be at fault that do not go together.
const fn setup_exit(error: &SetupError) -> CommandExit {
    match error {
        SetupError::Escalation(_) | SetupError::UncountedBudget => CommandExit::Usage,
        _ => CommandExit::Setup,
    }
}

/// Tells how many records stand there.
fn so_far(recorded: u64) -> String {
    match recorded {
        0 => "it has no record".to_owned(),
        1 => "it has 1 complete record".to_owned(),
        _ => format!("it has {recorded} complete records"),
    }
}

#[cfg(test)]
mod tests;
