//! Every error of the command, as people read it: what was tried, on what, and what may help.

use super::*;
use crate::args::NoStart;
use crate::groups_file::{GroupsFileError, GroupsFilePlace};
use crate::input_shape::{ExpectedShape, InputShape};
use crate::judge::JudgeError;
use nix::errno::Errno;
use polymer_host_base::Digest;
use polymer_host_base::{SystemLimit, SystemResource};
use polymer_host_config::ConfigError;
use polymer_host_event::ProcessExit;
use polymer_host_journal::merge::plan::MergeRefusal;
use polymer_host_modules::bundled::BundledError;
use polymer_host_modules::project::interpreter::InterpreterError;
use polymer_host_store::{ObjectUrl, StoreError, StoreFault};
use polymer_host_sys::folder::FolderError;
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

/// Names every variant: one that is new does not compile before it stands here, and then needs a
/// sample.
macro_rules! variants {
    ($($name:ident),* $(,)?) => {
        const VARIANTS: &[&str] = &[$(stringify!($name)),*];

        fn variant(error: &CliError) -> &'static str {
            match error {
                $(CliError::$name { .. } => stringify!($name),)*
            }
        }
    };
}

variants!(
    Grant,
    ModuleFile,
    Fetch,
    Project,
    Source,
    NoFields,
    Flags,
    PartitionChoice,
    OtherPartition,
    Merge,
    InteractorAlone,
    WrongShape,
    NotCleared,
    OverSource,
    NoSuchTask,
    Starter,
    Case,
    Calibrate,
    Judge,
    Exec,
    Groups,
    Delay,
    Read,
    Shortage,
    Changed,
    Dir,
    Facts,
    Journal,
    OutputDir,
    SettingsChanged,
    Saved,
    NotText,
    ReachesRun,
    RerunUnfinished,
    OtherFolder,
    OtherPlace,
    Selection,
    FieldsOfFormat,
    ReportOfSet,
    ComparedJunit,
    Files,
    Open,
    OpenLog,
    OpenEvents,
    OutputClosed,
    Output,
    Module,
    WorkersDie,
    CannotSpawn,
    Exhausted,
    Unfit,
    Unconfined,
    Untrusted,
    Interpreter,
    PackagesOfProject,
    UntrustedInterpreter,
    BuildFailed,
    Top,
    NoCache,
    Cache,
    Setup,
    Run,
    System,
);

const PATH: &str = "/some/where";

fn path() -> PathBuf {
    PathBuf::from(PATH)
}

/// Every error that carries a refusal of the system with this number.
fn refusals(errno: Errno) -> Vec<CliError> {
    let system = |operation| SystemError::new(operation, PATH, errno);
    let cache =
        || CacheError { path: path(), source: FolderError::Refused(system(SystemOperation::MakeFolder)) };
    let mut all = vec![
        GrantError::Dir(system(SystemOperation::GrantDir)).into(),
        ModuleError::Unreadable(system(SystemOperation::ReadModule)).into(),
        ModuleError::Unreadable(system(SystemOperation::CopyModule)).into(),
        FetchModuleError::System(system(SystemOperation::Write)).into(),
        ProjectError::File(system(SystemOperation::Build)).into(),
        ProjectError::Tool(system(SystemOperation::Run)).into(),
        SourceError::Open(system(SystemOperation::Read)).into(),
        StarterError::Write(system(SystemOperation::Write)).into(),
        CaseError::Read(system(SystemOperation::Read)).into(),
        CalibrateError::Profile(ConfigError::Unreadable(system(SystemOperation::Read))).into(),
        JudgeError::System(system(SystemOperation::Read)).into(),
        ExecError::Output(system(SystemOperation::Write)).into(),
        GroupsFileError::File(ConfigError::Unreadable(system(SystemOperation::Read))).into(),
        InputReadError { after: 3, source: system(SystemOperation::Read) }.into(),
        DirError::System(system(SystemOperation::MakeFolder)).into(),
        FactsError::Read(system(SystemOperation::Read)).into(),
        JournalError::Read(system(SystemOperation::Read)).into(),
        JournalError::Write(system(SystemOperation::Write)).into(),
        OutputDirError::System(system(SystemOperation::Write)).into(),
        CliError::Open(system(SystemOperation::Write)),
        CliError::OpenLog(system(SystemOperation::WriteLog)),
        CliError::OpenEvents(system(SystemOperation::WriteEvents)),
        CliError::OpenEvents(system(SystemOperation::WriteTraces)),
        CliError::NotCleared(system(SystemOperation::Remove)),
        CliError::Output { recorded: 2, source: system(SystemOperation::Write) },
        cache().into(),
        SetupError::Cache(cache()).into(),
        SetupError::Dir(system(SystemOperation::Grant)).into(),
        SetupError::Log(system(SystemOperation::WriteLog)).into(),
        SetupError::System(system(SystemOperation::Start)).into(),
        SetupError::Module(ModuleError::Unreadable(system(SystemOperation::ReadModule))).into(),
    ];
    all.extend(SystemOperation::ALL.map(|operation| CliError::System(system(operation))));
    all
}

fn wrong_shape() -> WrongShape {
    WrongShape {
        name: "a".to_owned(),
        is_file: true,
        expected: ExpectedShape::Json { is_fixed: false },
        shape: InputShape::Array,
    }
}

fn death() -> ProcessDeath {
    ProcessDeath { exit: ProcessExit::Code(1), last_words: String::new(), violation: None }
}

/// Errors about sources that nobody trusts.
fn of_strangers() -> Vec<CliError> {
    let (why, said) = ("the compiler ended with exit code 1".to_owned(), "a.c:1: no".to_owned());
    let failure = BuildFailure { code: "compile_error", why, said, hint: Some("do something else") };
    vec![
        UntrustedError::Language(path()).into(),
        UntrustedError::NoWall(Vec::new()).into(),
        InterpreterError::NoPlace.into(),
        CliError::PackagesOfProject,
        CliError::UntrustedInterpreter(path()),
        CliError::BuildFailed { path: path(), failure },
    ]
}

/// Errors of which the system says nothing.
fn others() -> Vec<CliError> {
    let (error, name) = (|| TaskError::new("code", "why"), || "a.wasm".to_owned());
    let bound =
        SystemLimit { limit: "the limit is 1".to_owned(), cure: "`ulimit -n 64` would do".to_owned() };
    let shortage = MachineShortage {
        resource: SystemResource::Descriptors,
        refusal: "no".to_owned(),
        bound: Some(bound),
        is_death: false,
        is_certain: true,
    };
    let digest = || Digest::of(b"");
    let mut others = vec![
        GrantError::Unset("A".to_owned()).into(),
        ModuleError::Missing(path()).into(),
        ModuleError::Folder(path()).into(),
        ModuleError::NotAFile(path()).into(),
        ModuleError::Empty(path()).into(),
        ModuleError::from(BundledError::BadName(path())).into(),
        ModuleError::TooLarge { path: path(), length: 2, limit: 1 }.into(),
        ProjectError::NoCargo(path()).into(),
        SourceError::Closed.into(),
        SourceError::Once { path: path() }.into(),
        NoFields::Id.into(),
        FlagConflict::WholeInDir.into(),
        PartitionChoiceError::NoVariable { count: NonZeroU32::MIN }.into(),
        CliError::OtherPartition { was: "partition 1 of 2".to_owned(), is: "all".to_owned() },
        CliError::InteractorAlone,
        CliError::OverSource(path()),
        wrong_shape().into(),
        NoSuchTask { name: "t".to_owned(), there: "it has u".to_owned() }.into(),
        StarterError::Exists(path()).into(),
        StarterError::Name("A".to_owned()).into(),
        CaseError::None(path()).into(),
        DelayError { delay: Duration::from_secs(2), max: Duration::from_secs(1) }.into(),
        CliError::Shortage { after: 1, source: FileShortage::at(&path(), &Errno::EMFILE.into()) },
        ModuleChanged { name: name(), was: digest(), is: digest() }.into(),
        CliError::SettingsChanged("--fuel was 1G and is 2G".to_owned()),
        SavedError::Unknown { name: "x".to_owned() }.into(),
        SavedError::Value { name: "x".to_owned(), message: "no".to_owned() }.into(),
        SavedError::Usage(NoStart::usage("wrong")).into(),
        NotText { name: "input".to_owned() }.into(),
        CliError::ReachesRun { granted: path(), folder: path() },
        CliError::RerunUnfinished(path()),
        CliError::OtherFolder,
        CliError::OtherPlace { folder: path() },
        CliError::Selection("--id needs a value".to_owned()),
        FileConflict::Own { file: "a".to_owned(), folder: "b".to_owned() }.into(),
        CliError::OutputClosed,
        CliError::Module { path: path(), error: error() },
        CliError::WorkersDie(Box::new(death())),
        CliError::CannotSpawn("cannot start it".to_owned()),
        CliError::Exhausted(Box::new(shortage)),
        CliError::Unfit(error()),
        CliError::Unconfined(error()),
        CliError::NoCache,
        CliError::Top(TopError::NoTerminal),
        CliError::Top(TopError::Several(vec![(7, Some(PATH.to_owned())), (8, None)])),
        CacheError { path: path(), source: FolderError::NotAFolder }.into(),
        SetupError::ReachesCache(path(), path()).into(),
        SetupError::Range { name: "worker_count", value: 0, least: 1, most: 9 }.into(),
        CliError::Run(RunError::NoModule),
        ExecError::NoCommand { path: path(), what: "a typed task" }.into(),
        ExecError::Interpreter(path()).into(),
        ExecError::NotRun { path: path(), error: error() }.into(),
    ];
    others.extend(of_merges().into_iter().chain(of_servers()));
    others.extend(of_folders());
    others.extend(of_formats());
    others.extend(of_strangers());
    others
}

/// Errors about partitions that are merged.
fn of_merges() -> Vec<CliError> {
    vec![
        MergeError::Itself(path()).into(),
        MergeError::OfSet(path()).into(),
        MergeError::Refused(MergeRefusal::NoPartition(path())).into(),
        MergeError::Refused(MergeRefusal::Merged(path())).into(),
        MergeError::Refused(MergeRefusal::OtherRun(path())).into(),
        MergeError::Refused(MergeRefusal::Resumed(path())).into(),
        MergeError::Refused(MergeRefusal::Differs { path: path(), first: path(), what: "x".to_owned() })
            .into(),
    ]
}

/// Errors about what stands on servers.
fn of_servers() -> Vec<CliError> {
    let url = || "s3://bucket/key".to_owned();
    let no_url = |text| ObjectUrl::parse(text).and_then(Result::err).unwrap();
    let faults = [
        StoreFault::Missing,
        StoreFault::Denied("HTTP 403".to_owned()),
        StoreFault::Changed { after: 7 },
        StoreFault::TooLarge { length: 2, limit: 1 },
        StoreFault::WrongDigest { is: Digest::of(b"") },
        StoreFault::Unreachable { attempts: 6, after: 0, cause: "no".to_owned() },
        StoreFault::NoRanges,
        StoreFault::Refused("HTTP 400".to_owned()),
        StoreFault::NotBuilt,
    ];
    let of_fault = |fault: StoreFault| {
        let error = || StoreError { url: url(), fault: fault.clone() };
        [SourceError::Object(error()).into(), FetchModuleError::Store(error()).into()]
    };
    let mut all: Vec<CliError> = faults.into_iter().flat_map(of_fault).collect();
    for text in ["s3://", "s3://b", "http://a@h", "http://h/\n", "http://h#x", "http://h?..."] {
        all.push(SourceError::Url(no_url(text)).into());
        all.push(FetchModuleError::Url(no_url(text)).into());
    }
    all.extend([
        SourceError::Digest(url()).into(),
        FetchModuleError::NoDigest(url()).into(),
        FetchModuleError::Module(ModuleError::Empty(path())).into(),
    ]);
    all
}

/// Errors about folders of runs and of outputs.
fn of_folders() -> Vec<CliError> {
    vec![
        DirError::Taken(path()).into(),
        DirError::NotEmpty { path: path(), first: path() }.into(),
        DirError::NoRun(path()).into(),
        DirError::NotAFolder(path()).into(),
        DirError::Foreign { path: path(), owner: None }.into(),
        DirError::Foreign { path: path(), owner: Some(7) }.into(),
        DirError::NoFile(path()).into(),
        DirError::Locked { path: path(), pid: Some(7) }.into(),
        OutputDirError::NotEmpty { path: path(), first: path() }.into(),
        OutputDirError::Locked(path()).into(),
        OutputDirError::NotAFolder(path()).into(),
    ]
}

/// Errors about formats, and files that are not what they should be, or of another version.
fn of_formats() -> Vec<CliError> {
    let not_json = || serde_json::from_str::<u8>("x").unwrap_err();
    let of_profile = |error| CliError::Calibrate(CalibrateError::Profile(error));
    vec![
        FactsError::Damaged { path: path(), source: not_json() }.into(),
        FactsError::Version { path: path(), version: 9 }.into(),
        JournalError::Version { path: path(), version: 9, known: 1 }.into(),
        JournalError::Damaged { path: path(), line: 1, at: 0, why: "is no record".to_owned() }.into(),
        JournalError::LinesMissing { path: path(), has: 1, needs: 2 }.into(),
        JournalError::ResultsMissing { path: path(), failed: path() }.into(),
        JournalError::CutShort { path: path(), bytes: 7 }.into(),
        JournalError::RecordsMissing { path: path(), summary: path(), has: 1, counted: 2 }.into(),
        CaseError::Version { path: path(), line: 1, version: 9 }.into(),
        CliError::FieldsOfFormat("joblog"),
        CliError::ReportOfSet(path()),
        CliError::ComparedJunit,
        CalibrateError::NoNeed.into(),
        CalibrateError::NoFuel.into(),
        GroupsFileError::Unknown {
            place: GroupsFilePlace { path: path(), line: 3, table: String::new() },
            key: "wieght".to_owned(),
            known: &["weight"],
        }
        .into(),
        of_profile(ConfigError::ProfileExists { path: path(), line: 1, name: "a".to_owned() }),
        of_profile(ConfigError::ClosedProfiles { path: path(), line: 1 }),
    ]
}

/// Errors that say themselves what to do, in these words.
fn says_itself(error: &CliError) -> Option<&'static str> {
    match error {
        CliError::Grant(GrantError::Unset(_)) => Some("give a value with --env"),
        CliError::Project(_) => Some("install Rust, or name a .wasm file"),
        CliError::Source(SourceError::Closed) => Some("name a file with --input"),
        CliError::Source(SourceError::Once { .. }) => Some("name one with --input"),
        CliError::NoFields(_) => Some("needs lines of JSON"),
        CliError::NoSuchTask(_) => Some("it has u"),
        CliError::Starter(StarterError::Exists(_)) => Some("already exists"),
        CliError::Starter(StarterError::Name(_)) => Some("use lower-case letters"),
        CliError::Case(CaseError::None(_)) => Some("has no cases"),
        CliError::Saved(SavedError::Usage(_)) => {
            Some("hint: what follows the folder must be flags of `polymer run`")
        }
        CliError::Setup(SetupError::Range { .. }) => Some("must be from 1 to 9"),
        CliError::Run(RunError::NoModule) => Some("name one with"),
        _ => None,
    }
}

const NUMBERS: [Errno; 19] = [
    Errno::ENOENT,
    Errno::EACCES,
    Errno::EPERM,
    Errno::ENOSPC,
    Errno::EDQUOT,
    Errno::EROFS,
    Errno::EMFILE,
    Errno::ENFILE,
    Errno::EFBIG,
    Errno::EISDIR,
    Errno::ENOTDIR,
    Errno::ENAMETOOLONG,
    Errno::ELOOP,
    Errno::ETXTBSY,
    Errno::EINTR,
    Errno::EIO,
    Errno::ESTALE,
    Errno::ENOMEM,
    Errno::EAGAIN,
];

#[test]
fn every_error_has_a_sample() {
    let samples = refusals(Errno::EIO).into_iter().chain(others());
    let seen: BTreeSet<&str> = samples.map(|error| variant(&error)).collect();
    let missing: Vec<_> = VARIANTS.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "no sample of {missing:?}");
}

#[test]
fn a_refusal_of_the_system_says_what_was_tried_on_what_and_what_may_help() {
    for errno in NUMBERS {
        for error in refusals(errno) {
            let text = error.render();
            assert!(error.system_error().is_some(), "{text}");
            assert!(text.contains("cannot ") || text.contains("could not be written"), "{text}");
            assert!(text.contains(PATH), "{text}");
            let words = std::io::Error::from(errno).to_string();
            assert_eq!(text.matches(&words).count(), 1, "{text}");
            let hint = text.lines().find_map(|line| line.strip_prefix("hint: "));
            assert!(hint.is_some_and(|hint| hint.len() > 20), "{text}");
        }
    }
}

#[test]
fn every_other_error_says_what_may_help() {
    for error in others() {
        let text = error.render();
        assert!(error.system_error().is_none() && text.starts_with("error: "), "{text}");
        match says_itself(&error) {
            Some(words) => assert!(text.contains(words), "{text}"),
            None => assert!(error.hint().is_some() && text.contains("\nhint: "), "{text}"),
        }
    }
}

#[test]
fn an_object_that_breaks_off_says_what_may_help() {
    let fault = StoreFault::Changed { after: 7 };
    let source = SystemError::new(SystemOperation::Read, PATH, io::Error::other(fault.clone()));
    let error = CliError::from(InputReadError { after: 3, source });
    assert!(error.render().ends_with(&format!("\nhint: {}\n", fault.hint())), "{}", error.render());
}

#[test]
fn what_holds_a_file_for_a_moment_is_no_lack_of_processes() {
    let hint = |operation| CliError::System(SystemError::new(operation, PATH, Errno::EAGAIN)).render();
    assert!(
        hint(SystemOperation::Read).contains("hint: something else is holding it"),
        "{}",
        hint(SystemOperation::Read)
    );
    assert!(!hint(SystemOperation::Start).contains("something else is holding it"));
}

#[test]
fn no_sandbox_is_advised_only_where_it_leaves_out_what_is_missing() {
    let advised = |layer: &str, why: &str| {
        let text = CliError::Unconfined(TaskError::new(layer, why)).render();
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
