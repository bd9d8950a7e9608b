//! Hints against each error of the command. Where the system refused something, its error number
//! decides. A limit of the machine that is in the way is named with its value.
//!
//! It must never know how an error is shown.

use super::CliError;
use crate::fetched_module::FetchModuleError;
use crate::input_source::SourceError;
use crate::settings::SavedError;
use crate::test::CaseError;
use nix::errno::Errno;
use polymer_host::SetupError;
use polymer_host_base::JailLayer;
use polymer_host_base::ResourceShortage;
use polymer_host_journal::dir::DirError;
use polymer_host_journal::lines::JournalError;
use polymer_host_journal::manifest::FactsError;
use polymer_host_journal::output::output_dir::OutputDirError;
use polymer_host_modules::ModuleError;
use polymer_host_modules::cache::CacheError;
use polymer_host_run::shortage_of;
use polymer_host_store::StoreFault;
use polymer_host_sys::folder::FolderError;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::TaskError;
use std::borrow::Cow;
use std::error::Error;

/// For a file of a later version.
const NEWER: &str = "use a polymer that is as new as the file";
/// Where processes cannot be started.
const AGAIN: &str = "`polymer doctor` tries it again and shows what this machine provides";
/// Advice for going on with a run whose folder is damaged.
const DAMAGED: &str = "restore the file from a copy, or start a run in another folder; `--skip-done` skips the lines that have a record in results.jsonl";

impl CliError {
    /// Returns what may help.
    pub(crate) fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Exhausted(shortage) => return Some(shortage.cure().into()),
            Self::WrongShape(wrong) => return Some(wrong.hint().into()),
            Self::Groups(error) => return error.hint().map(Cow::Owned),
            _ => {}
        }
        let by_number = || self.system_error().and_then(SystemError::hint).map(Cow::Borrowed);
        let fixed = self.argument_hint().or_else(|| self.fixed_hint()).map(Cow::Borrowed);
        fixed.or_else(|| self.shortage_hint().map(Cow::Owned)).or_else(by_number)
    }

    /// The limit that is in the way, and a value that would do, if the system refused something for
    /// want of a resource.
    fn shortage_hint(&self) -> Option<String> {
        let shortage = self.shortage()?;
        let limit = shortage.bound.as_ref().map(|bound| format!("{}: ", bound.limit)).unwrap_or_default();
        Some(format!("{limit}{}", shortage.cure()))
    }

    /// The shortage that a refusal of the system among the causes tells of.
    pub(super) fn shortage(&self) -> Option<ResourceShortage> {
        let error = self.system_error()?;
        let starts = matches!(error.operation(), SystemOperation::Start | SystemOperation::Run);
        // Of a file it says that somebody else holds it.
        if error.errno() == Some(Errno::EAGAIN) && !starts {
            return None;
        }
        shortage_of(error.cause())
    }

    /// The refusal of the system among the causes.
    pub(super) fn system_error(&self) -> Option<&SystemError> {
        let mut causes = std::iter::successors(self.source(), |error| (*error).source());
        causes.find_map(|error| error.downcast_ref())
    }

    /// Returns what may help where an argument was taken for something else, or goes with no other.
    fn argument_hint(&self) -> Option<&'static str> {
        match self {
            Self::OverSource(_) => Some("name another file with `--output`"),
            Self::OutputDir(error) => output_dir(error),
            Self::Judge(error) => error.hint(),
            Self::PartitionChoice(_) => Some("--partition hash:K/N names it, such as hash:3/20"),
            Self::FieldsOfFormat(_) => Some("leave out --fields, or use csv, tsv or json"),
            Self::PackagesOfProject => Some(
                "packages of a project of your own stand in its folder: the manual says where, by language",
            ),
            Self::Source(SourceError::Open(error)) if error.errno() == Some(Errno::ENOENT) => {
                Some("check the path; arguments for tasks go after --: `polymer run MODULE -- ARG`")
            }
            Self::Source(_) | Self::Fetch(_) | Self::Read(_) => self.store_hint(),
            _ => None,
        }
    }

    /// A hint where something stands on a server, or is to.
    fn store_hint(&self) -> Option<&'static str> {
        match self {
            Self::Source(SourceError::Url(error)) => Some(error.hint()),
            Self::Source(SourceError::Digest(_)) => Some("leave out what follows #"),
            Self::Source(SourceError::Object(error)) => Some(error.fault.hint()),
            Self::Fetch(FetchModuleError::Module(error)) => module(error),
            Self::Fetch(error) => error.hint(),
            // It came in the middle of a run.
            Self::Read(error) => {
                let cause = error.source.cause().get_ref();
                cause.and_then(|cause| cause.downcast_ref()).map(StoreFault::hint)
            }
            _ => None,
        }
    }

    /// A hint for whoever asks for a report, or wants to watch a run.
    const fn report_hint(&self) -> Option<&'static str> {
        match self {
            Self::Top(error) => Some(error.hint()),
            Self::Merge(error) => error.hint(),
            Self::ReportOfSet(_) => Some("make a report of a run in it, such as FOLDER/compared"),
            Self::ComparedJunit => Some("leave --compare out, or choose --format markdown"),
            _ => None,
        }
    }

    /// A hint that does not depend on what the system says.
    fn fixed_hint(&self) -> Option<&'static str> {
        match self {
            Self::Module { .. } => Some("`polymer inspect` shows what the module is and what it lacks"),
            Self::WorkersDie(_) => {
                Some("if it gives no reason, look for limits on processes or memory (`ulimit -a`)")
            }
            Self::CannotSpawn(_) => Some(AGAIN),
            Self::Unfit(_) => Some(
                "`polymer doctor` tries it again; look for limits of this shell (`ulimit -a`) if none is named",
            ),
            Self::Unconfined(error) => Some(unconfined(error)),
            Self::SettingsChanged(_)
            | Self::Changed(_)
            | Self::Dir(_)
            | Self::RerunUnfinished(_)
            | Self::Journal(_)
            | Self::Facts(_)
            | Self::OtherPlace { .. }
            | Self::OtherFolder
            | Self::OtherPartition { .. }
            | Self::ReachesRun { .. }
            | Self::Saved(_) => self.run_dir_hint(),
            Self::Case(CaseError::Version { .. }) => Some(NEWER),
            Self::Calibrate(error) => error.hint(),
            Self::Exec(error) => error.hint(),
            Self::NotText(_) => Some("write it in UTF-8, or run without --run-dir"),
            Self::ReportOfSet(_) | Self::ComparedJunit | Self::Merge(_) | Self::Top(_) => self.report_hint(),
            Self::NoCache => Some("name one with `--cache-dir`"),
            Self::Cache(error) | Self::Setup(SetupError::Cache(error)) => cache(error),
            Self::OutputClosed => Some("write it to a file with `> FILE`, or discard it with `> /dev/null`"),
            Self::InteractorAlone => Some("run it with `--workers 2` or more"),
            Self::Selection(_) => Some("`polymer rerun --help` shows how to write it"),
            Self::Delay(_) => Some("raise --retry-max-delay, or lower --retry-delay"),
            Self::Flags(conflict) => Some(conflict.hint()),
            Self::Files(conflict) => Some(conflict.hint()),
            Self::Setup(SetupError::ReachesCache(..)) => Some("grant a folder further down"),
            Self::Setup(SetupError::Module(error)) | Self::ModuleFile(error) => module(error),
            Self::Shortage { .. } => Some(
                "raise the limit that the error names, or let the run need less: fewer --workers, a smaller --module-memory",
            ),
            Self::Project(error) => error.hint(),
            Self::BuildFailed { failure, .. } => failure.hint,
            Self::Untrusted(error) => error.hint(),
            Self::Interpreter(error) => error.hint(),
            Self::UntrustedInterpreter(_) => Some("leave --untrusted out"),
            Self::Grant(_)
            | Self::Groups(_)
            | Self::Source(_)
            | Self::Fetch(_)
            | Self::OverSource(_)
            | Self::PartitionChoice(_)
            | Self::FieldsOfFormat(_)
            | Self::PackagesOfProject
            | Self::WrongShape(_)
            | Self::NotCleared(_)
            | Self::NoFields(_)
            | Self::NoSuchTask(_)
            | Self::Case(_)
            | Self::Starter(_)
            | Self::Judge(_)
            | Self::Read(_)
            | Self::Open(_)
            | Self::OpenLog(_)
            | Self::OpenEvents(_)
            | Self::Output { .. }
            | Self::Setup(_)
            | Self::Run(_)
            | Self::Exhausted(_)
            | Self::OutputDir(_)
            | Self::System(_) => None,
        }
    }

    /// A hint for what a run's folder has, or what it is to go on with.
    fn run_dir_hint(&self) -> Option<&'static str> {
        match self {
            Self::SettingsChanged(_) => {
                Some("`--force` continues the run anyway; records that exist are kept")
            }
            Self::OtherPlace { .. } => {
                Some("go there first; without --dir, `polymer resume` works from anywhere")
            }
            Self::OtherPartition { .. } => Some("leave out --partition, or name another folder"),
            Self::ReachesRun { .. } => {
                Some("choose another folder for the run, or grant a folder further down")
            }
            Self::OtherFolder => Some("leave them out: the records are in results.jsonl in that folder"),
            Self::Changed(_) => Some(
                "`--force` continues the run anyway; records that exist are kept. `--module-changed rerun` runs the module's tasks again",
            ),
            Self::Dir(error) => dir(error),
            Self::RerunUnfinished(_) => Some("`polymer resume` with this folder finishes it"),
            Self::Journal(JournalError::Damaged { .. }) => Some(
                "the lines before the damage are intact: copy them to a file, and `--skip-done` with that file skips what has a record there",
            ),
            Self::Journal(JournalError::CutShort { .. } | JournalError::RecordsMissing { .. }) => {
                Some("copy the folder again, once its run is over")
            }
            Self::Journal(JournalError::LinesMissing { .. } | JournalError::ResultsMissing { .. })
            | Self::Facts(FactsError::Damaged { .. }) => Some(DAMAGED),
            Self::Facts(FactsError::Version { .. }) | Self::Journal(JournalError::Version { .. }) => {
                Some(NEWER)
            }
            Self::Saved(SavedError::Unknown { .. } | SavedError::Value { .. }) => {
                Some("use the version of polymer that started the run: `polymer` in its run.json names it")
            }
            _ => None,
        }
    }
}

fn unconfined(error: &TaskError) -> &'static str {
    if error.message.contains("--scratch") {
        return "`polymer doctor` shows what this machine provides; a run without --scratch needs less";
    }
    if JailLayer::named(&error.code).is_some_and(JailLayer::is_jails_only) {
        return "`polymer doctor` shows what this machine provides; `--sandbox off` runs without a jail, for code you trust";
    }
    "`polymer doctor` shows what this machine provides"
}

fn dir(error: &DirError) -> Option<&'static str> {
    Some(match error {
        DirError::Taken(_) => {
            "`polymer resume` with this folder continues it, `polymer rerun` runs its failed tasks again"
        }
        DirError::NotEmpty { .. } => "name a folder that is empty or does not exist yet",
        DirError::NoRun(_) => "name the folder that --run-dir named when the run was started",
        DirError::NotAFolder(_) => "name the folder of a run, or one that is empty or does not exist yet",
        DirError::Foreign { owner: None, .. } => "if nobody else has changed it, `chmod -R go-w` closes it",
        DirError::Foreign { .. } => {
            "if you trust its contents, copy it (`cp -r`) and use the copy, which is yours"
        }
        DirError::NoFile(_) => DAMAGED,
        DirError::Locked { .. } => "wait until it has ended, or end it; `polymer status` shows how far it is",
        DirError::System(_) => return None,
    })
}

fn cache(error: &CacheError) -> Option<&'static str> {
    match error.source {
        FolderError::Refused(_) => None,
        FolderError::Missing | FolderError::NotAFolder | FolderError::Foreign(_) | FolderError::Open(_) => {
            Some("name another folder with `--cache-dir`, or run without a cache with `--no-cache`")
        }
    }
}

const fn output_dir(error: &OutputDirError) -> Option<&'static str> {
    match error {
        OutputDirError::NotEmpty { .. } => {
            Some("name an empty or a new folder; a run that resumes or has --append adds to what is there")
        }
        OutputDirError::Locked(_) | OutputDirError::NotAFolder(_) => Some("name another folder"),
        OutputDirError::System(_) => None,
    }
}

fn module(error: &ModuleError) -> Option<&'static str> {
    match error {
        ModuleError::TooLarge { .. } => Some("--module-limit would allow it"),
        ModuleError::Missing(_) => Some("check the path; a relative one starts in the current folder"),
        ModuleError::NotAFile(_) => Some("write it to a file first, and name that"),
        ModuleError::Empty(_) => Some("build it again: a module has at least 8 bytes"),
        ModuleError::Folder(_) => Some("name a .wasm file, or a folder that is a project"),
        ModuleError::Project(error) => error.hint(),
        ModuleError::Bundled(error) => Some(error.hint()),
        // What the system refused is told by its number.
        ModuleError::Unreadable(_) => None,
    }
}
