//! What ends the command: every way it can fail, its exit code, and the one place where an error becomes text.

use super::args::DelayError;
use super::cache::NO_FOLDER;
use super::exit::Exit;
use super::feed::NoSuchTask;
use super::file_conflicts::FileConflict;
use super::grants::GrantError;
use super::input::NoFields;
use super::input_shape::WrongShape;
use super::known_modules::ModuleChanged;
use super::pump::{PumpError, ReadError};
use super::settings::SavedError;
use super::shortage::Shortage;
use super::source::SourceError;
use super::test::CaseError;
use crate::cache::CacheError;
use crate::config::NotText;
use crate::event::{Death, Halt};
use crate::jail::Layer;
use crate::journal::dir::DirError;
use crate::journal::facts::FactsError;
use crate::journal::lines::JournalError;
use crate::manager::{RunError, SetupError};
use crate::module::project::starter::StarterError;
use crate::module::{ModuleError, ProjectError};
use crate::report::printable::{indented, printable};
use crate::supervisor::shortage_of;
use crate::sys::regular::FileError;
use crate::task::{Fault, Shortage as MachineShortage};
use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

/// Why the command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A grant that cannot be given.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// A module file that cannot be read.
    #[error(transparent)]
    ModuleFile(#[from] ModuleError),
    /// A folder that cannot be built.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// An input that cannot be opened, or not as often as it is to be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// `--id-field` or `--input-field` where lines have no fields.
    #[error(transparent)]
    NoFields(#[from] NoFields),
    /// A folder holds lines.
    #[error(
        "--input-format whole goes with no --run-dir: the folder of a run keeps lines, and there is one task only"
    )]
    WholeInDir,
    /// There are no lines that anything could end.
    #[error("--input-format whole goes with no --null: all of the input is one task, so nothing ends a line")]
    WholeWithNull,
    /// `--task` that the module has not.
    #[error(transparent)]
    NoSuchTask(#[from] NoSuchTask),
    /// A project that cannot be written.
    #[error(transparent)]
    Starter(#[from] StarterError),
    /// Nothing to test by.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Waits that cannot be.
    #[error(transparent)]
    Delay(#[from] DelayError),
    /// The input broke off.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The input is not what it is to be, all of it.
    #[error(transparent)]
    WrongShape(#[from] WrongShape),
    /// The machine lacks what reading a line takes.
    #[error(
        "cannot read the input on after line {after}: that is no fault of the next line, so it has no record"
    )]
    Shortage {
        /// Lines that were read.
        after: u64,
        /// What it is.
        source: Shortage,
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
    /// A folder of a run whose files are of no use, or cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A run that is to go on as another one.
    #[error("this run had other settings: {0}")]
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
        /// What is granted.
        granted: PathBuf,
        /// The run's folder.
        folder: PathBuf,
    },
    /// A second rerun before the first is over.
    #[error("{} has lines that are to be run again since an earlier rerun, which was not finished", .0.display())]
    RerunUnfinished(PathBuf),
    /// A second folder for a run that is in one.
    #[error("--run-dir, --output and --skip-done are of no use here: the run is in a folder already")]
    OtherFolder,
    /// A run that is to go on where its relative paths lead elsewhere.
    #[error("this run was started in {}, where its relative paths start", folder.display())]
    OtherPlace {
        /// Where that was.
        folder: PathBuf,
    },
    /// Flags of a rerun that do not say what is to be run again.
    #[error("{0}")]
    Selection(String),
    /// A file that is to be read and written at once, or that tasks could change.
    #[error(transparent)]
    Files(#[from] FileConflict),
    /// What was built of single files cannot be removed.
    #[error("cannot remove {}, which was built of a single file", path.display())]
    NotCleared {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The module of a build would take the place of a source.
    #[error("{} is what is built: the module would be written over it", .0.display())]
    OverSource(PathBuf),
    /// A file to write that cannot be opened.
    #[error("cannot write {}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// What it is for.
        log: bool,
        /// What the system says.
        source: io::Error,
    },
    /// The shell closed what the command is to write to (`>&-`).
    #[error("standard output is closed, so nothing that goes there could be read")]
    OutputClosed,
    /// Records that could not be written.
    #[error("records could not be written to {}, so the run was ended; {}", path.display(), so_far(*recorded))]
    Output {
        /// Where they were to go.
        path: PathBuf,
        /// How many were written before.
        recorded: u64,
        /// What the system says.
        source: io::Error,
    },
    /// A module that is of no use.
    #[error("cannot use {path}: {message}", path = path.display(), message = indented(&fault.message, "    "))]
    Module {
        /// Its file.
        path: PathBuf,
        /// What a worker says of it.
        fault: Fault,
    },
    /// Workers do nothing but die.
    #[error("workers die before they do anything: {0}")]
    WorkersDie(Box<Death>),
    /// Processes cannot be started.
    #[error("worker processes cannot be started: {0}")]
    CannotSpawn(String),
    /// The machine lacks what it takes to have one worker serve.
    #[error("{}: {}", .0.meaning(), printable(&.0.to_string()))]
    Exhausted(Box<MachineShortage>),
    /// Not even the smallest module can be compiled and run.
    #[error("not even a module of 41 bytes runs on this machine: {}", printable(&.0.message))]
    Unfit(Fault),
    /// Workers cannot put up their jail.
    #[error("workers cannot be jailed as they have to be: {}", printable(&format!("{}: {}", .0.code, .0.message)))]
    Unconfined(Fault),
    /// `polymer cache` without a cache.
    #[error("there is no cache: {NO_FOLDER}")]
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
    #[error("the system refuses what a run needs")]
    System(#[source] io::Error),
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

impl CliError {
    /// Why a run over the module in `path` had to stop, if that is an error.
    #[must_use]
    pub fn of_halt(halt: &Halt, path: PathBuf) -> Option<Self> {
        match halt {
            Halt::Module(fault) => Some(Self::Module { path, fault: fault.clone() }),
            Halt::WorkersDie(death) => Some(Self::WorkersDie(Box::new(death.clone()))),
            Halt::Unfit(fault) => Some(Self::Unfit(fault.clone())),
            Halt::Unconfined(fault) => Some(Self::Unconfined(fault.clone())),
            Halt::Exhausted(shortage) => Some(Self::Exhausted(shortage.clone())),
            Halt::CannotSpawn(error) => Some(Self::CannotSpawn(error.clone())),
            Halt::Asked | Halt::MaxFail(_) | Halt::MaxFailShare { .. } | Halt::GlobalTimeout(_) => None,
        }
    }

    /// Why a run of the library over the module in `path` came to nothing.
    #[must_use]
    pub fn of_run(error: RunError, path: PathBuf) -> Self {
        match error {
            RunError::Module { fault, .. } => Self::Module { path, fault: *fault },
            RunError::WorkersDie(death) => Self::WorkersDie(death),
            RunError::Unfit(fault) => Self::Unfit(*fault),
            RunError::Unconfined(fault) => Self::Unconfined(*fault),
            RunError::Exhausted(shortage) => Self::Exhausted(shortage),
            RunError::CannotSpawn(error) => Self::CannotSpawn(error),
            RunError::System(error) => Self::System(error),
            other => Self::Run(other),
        }
    }

    /// The exit code it leads to.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            // Descriptors or memory are lacking, not room to write.
            Self::Dir(_) | Self::Journal(_) if self.shortage().is_some() => Exit::Setup,
            Self::Setup(SetupError::Escalation(_)) | Self::Delay(_) => Exit::Usage,
            Self::NoFields(_)
            | Self::NoSuchTask(_)
            | Self::WholeInDir
            | Self::WholeWithNull
            | Self::Case(_)
            | Self::Starter(StarterError::Exists(_) | StarterError::Name(_))
            | Self::OtherFolder
            | Self::OtherPlace { .. }
            | Self::OverSource(_)
            | Self::Selection(_)
            | Self::Saved(SavedError::Usage(_))
            | Self::Source(SourceError::Once { .. }) => Exit::Usage,
            Self::Dir(DirError::System { .. }) | Self::Journal(JournalError::Write { .. }) => Exit::Output,
            Self::Grant(_)
            | Self::ModuleFile(_)
            | Self::Project(_)
            | Self::Starter(StarterError::Write { .. })
            | Self::Source(SourceError::Open { .. } | SourceError::Closed)
            | Self::Open { log: true, .. }
            | Self::Module { .. }
            | Self::WorkersDie(_)
            | Self::CannotSpawn(_)
            | Self::Exhausted(_)
            | Self::Unfit(_)
            | Self::Unconfined(_)
            | Self::Changed(_)
            | Self::Dir(_)
            | Self::Facts(_)
            | Self::Journal(_)
            | Self::SettingsChanged(_)
            | Self::RerunUnfinished(_)
            | Self::ReachesRun { .. }
            | Self::Files(_)
            | Self::Saved(_)
            | Self::NotText(_)
            | Self::NoCache
            | Self::Cache(_)
            | Self::NotCleared { .. }
            | Self::Setup(_)
            | Self::Run(_)
            | Self::Shortage { .. }
            | Self::WrongShape(_)
            | Self::System(_) => Exit::Setup,
            Self::Read(_) => Exit::Incomplete,
            Self::Open { log: false, .. } | Self::OutputClosed | Self::Output { .. } => Exit::Output,
        }
    }

    /// What may help.
    pub(super) fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Exhausted(shortage) => return Some(shortage.cure().into()),
            Self::WrongShape(wrong) => return Some(wrong.hint().into()),
            _ => {}
        }
        self.fixed_hint().map(Cow::Borrowed).or_else(|| self.shortage_hint().map(Cow::Owned))
    }

    /// The limit that is in the way, and a value that would do, if the system refused something for want of a resource.
    fn shortage_hint(&self) -> Option<String> {
        let shortage = self.shortage()?;
        let limit = shortage.bound.as_ref().map(|bound| format!("{}: ", bound.limit)).unwrap_or_default();
        Some(format!("{limit}{}", shortage.cure()))
    }

    /// The shortage that an error of the system among the causes tells of.
    fn shortage(&self) -> Option<MachineShortage> {
        let causes = std::iter::successors(self.source(), |error| (*error).source());
        causes.filter_map(|error| error.downcast_ref()).find_map(shortage_of)
    }

    /// A hint that is the same whatever the error holds.
    fn fixed_hint(&self) -> Option<&'static str> {
        match self {
            Self::WorkersDie(_) => {
                Some("if it says nothing else, look for limits on processes or memory (`ulimit -a`)")
            }
            Self::Unfit(_) => Some(
                "`polymer doctor` tries it again; look for limits of this shell (`ulimit -a`) if none is named",
            ),
            Self::Unconfined(fault) if fault.message.contains("--scratch") => {
                Some("`polymer doctor` shows what this machine gives; without --scratch less is needed")
            }
            Self::Unconfined(fault) if Layer::named(&fault.code).is_some_and(Layer::is_jails_only) => Some(
                "`polymer doctor` shows what this machine gives; `--sandbox off` runs without a jail, for code you trust",
            ),
            Self::Unconfined(_) => Some("`polymer doctor` shows what this machine gives"),
            Self::SettingsChanged(_) => Some("`--force` goes on with it; what has a record keeps it"),
            Self::Changed(_) => Some(
                "`--force` goes on with it; what has a record keeps it. `--module-changed rerun` runs again what the module ran",
            ),
            Self::Dir(DirError::Taken(_)) => Some(
                "`polymer resume` with this folder goes on with it, `polymer rerun` runs again what failed",
            ),
            Self::RerunUnfinished(_) => Some("`polymer resume` with this folder finishes it"),
            Self::Dir(DirError::NotEmpty { .. }) => Some("name a folder that is empty or not there yet"),
            Self::Journal(JournalError::Damaged { .. }) => Some(
                "what stands before the damage is whole; `--skip-done` passes over what has a record in a file of those lines",
            ),
            Self::NoCache => Some("`--cache-dir` names one"),
            Self::OverSource(_) => Some("name another file behind `--output`"),
            Self::OutputClosed => {
                Some("`> FILE` gives it a file, and `> /dev/null` says that nobody wants to read it")
            }
            Self::OtherPlace { .. } => {
                Some("go there first; without --dir, `polymer resume` works from anywhere")
            }
            Self::Files(conflict) => Some(conflict.hint()),
            Self::ReachesRun { .. } => Some("name a folder elsewhere, or grant one further down"),
            Self::Setup(SetupError::ReachesCache(..)) => Some("grant a folder further down"),
            Self::Shortage { .. } => Some(
                "raise the limit that it names, or leave more to the run: fewer --workers, a smaller --module-memory",
            ),
            Self::Project(error) => error.hint(),
            Self::ModuleFile(error) => module_hint(error),
            Self::Source(SourceError::Open { source: FileError::Missing, .. }) => Some(
                "the input is a file of lines; arguments for tasks stand behind --: `polymer run MODULE -- ARG`",
            ),
            Self::CannotSpawn(_) => Some("look for limits on processes and open files (`ulimit -a`)"),
            Self::Grant(_)
            | Self::Source(SourceError::Open { .. } | SourceError::Closed | SourceError::Once { .. })
            | Self::NoFields(_)
            | Self::WholeInDir
            | Self::WholeWithNull
            | Self::NoSuchTask(_)
            | Self::Case(_)
            | Self::Starter(_)
            | Self::Delay(_)
            | Self::Read(_)
            | Self::WrongShape(_)
            | Self::Dir(_)
            | Self::Facts(_)
            | Self::Journal(_)
            | Self::Saved(_)
            | Self::NotText(_)
            | Self::OtherFolder
            | Self::Selection(_)
            | Self::Open { .. }
            | Self::Output { .. }
            | Self::Module { .. }
            | Self::Cache(_)
            | Self::NotCleared { .. }
            | Self::Setup(_)
            | Self::Run(_)
            | Self::Exhausted(_)
            | Self::System(_) => None,
        }
    }

    /// Whether nobody is to be told: whoever read the records went away, as `head` does.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        matches!(self, Self::Output { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The error as people read it: what, why, and what may help.
    #[must_use]
    pub fn render(&self) -> String {
        // What clap says of flags begins so already, and goes on about a command line that is not this one.
        if let Self::Saved(SavedError::Usage(usage)) = self {
            let what = usage.text.lines().take_while(|line| !line.starts_with("Usage:"));
            let what: Vec<&str> = what.filter(|line| !line.is_empty()).collect();
            return format!("{}\nhint: behind the folder stand flags of `polymer run`\n", what.join("\n"));
        }
        let mut text = format!("error: {self}\n");
        let mut cause = self.source();
        while let Some(error) = cause {
            // Some errors stand alone in a record too, and say their cause themselves.
            let why = error.to_string();
            if !text.contains(&why) {
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

/// What may help where the file of a module cannot be read.
fn module_hint(error: &ModuleError) -> Option<&'static str> {
    match error {
        ModuleError::Unreadable { source, .. } if source.kind() == io::ErrorKind::FileTooLarge => {
            Some("it is copied, and files may be no larger: `ulimit -f unlimited` would do")
        }
        ModuleError::TooLarge { .. } => Some("--module-limit would allow it"),
        ModuleError::Missing(_)
        | ModuleError::Folder(_)
        | ModuleError::NotAFile(_)
        | ModuleError::Empty(_)
        | ModuleError::Unreadable { .. } => None,
        ModuleError::Project(error) => error.hint(),
    }
}

/// How many records stand there.
fn so_far(recorded: u64) -> String {
    match recorded {
        0 => "it has no record".to_owned(),
        1 => "it has 1 record, which is whole".to_owned(),
        _ => format!("it has {recorded} records, each whole"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sandbox_is_advised_only_where_it_leaves_out_what_is_missing() {
        let advised = |layer: &str, why: &str| {
            let text = CliError::Unconfined(Fault::new(layer, why)).render();
            assert!(text.contains("`polymer doctor`"), "{text}");
            text.contains("--sandbox off")
        };
        for layer in ["namespaces", "landlock", "capabilities", "undumpable", "seccomp"] {
            assert!(advised(layer, "no"), "{layer}");
        }
        for layer in ["no-new-privileges", "limits", "scratch", "unheard-of"] {
            assert!(!advised(layer, "no"), "{layer}");
        }
        assert!(!advised("namespaces", "no; the folder of --scratch needs it"));
    }
}
