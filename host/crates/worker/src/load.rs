//! Gets a worker ready for its module: has it linked, and asks a typed module what it offers.

use super::bindings::polymer::task::types::{
    Encoding as GuestEncoding, TaskInfo as GuestTask, Wish as GuestWish,
};
use super::contract::TypedModule;
use super::effective_grants::{EffectiveGrants, RunGrants};
use super::guest::GuestState;
use super::handshake::WorkerHandshake;
use super::linking::{LinkedModule, link_somehow};
use super::log::AttemptLog;
use super::meter::AttemptClock;
use super::program::{LoadedProgram, ProgramEntry, TaskOffer};
use super::refusal::{ModuleRefusal, NotReady};
use super::request::{AttemptLimits, ModuleRequest};
use super::schema::{TaskSchema, UnusableSchema};
use super::scratch::ScratchFolder;
use super::stage::{EntryOutcome, EntryStage, open_typed};
use super::stream::SharedSink;
use super::trap;
use polymer_host_protocol::claim;
use polymer_host_sys::page::SharedPage;
use polymer_host_task::{CapabilityWish, FunctionInfo, TaskEncoding, TaskInfo, Verdict};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use tokio::runtime::Runtime;
use wasmtime::Store;

/// Threads that may be in host calls that wait for files, all for one guest. One that hangs there
/// is never waited for.
const BLOCKING_THREADS: usize = 4;

/// The longest name of a task; the contract says so.
const NAME: usize = 128;

/// Resources of a worker for whatever module it serves.
#[derive(Debug)]
pub(crate) struct WorkerGround<'a> {
    begun: &'a WorkerHandshake,
    /// Never dropped: that would wait for threads, and one may hang in a host call. The process
    /// ends instead.
    runtime: &'static Runtime,
}

impl<'a> WorkerGround<'a> {
    /// Made once a worker.
    ///
    /// # Errors
    /// If the system refuses.
    pub(crate) fn new(begun: &'a WorkerHandshake) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(BLOCKING_THREADS)
            .build()?;
        Ok(Self { begun, runtime: Box::leak(Box::new(runtime)) })
    }
}

/// Tasks and functions that a module offers.
#[derive(Debug, Default)]
pub(crate) struct OfferedTasks {
    /// Its tasks, as it describes them.
    pub(crate) tasks: Vec<TaskInfo>,
    /// The functions that are of interest.
    pub(crate) functions: Vec<FunctionInfo>,
}

/// Gets ready for a module; says what it offers.
///
/// # Errors
/// If it cannot be linked, or does not describe itself within the limits.
pub(crate) fn load(
    ground: &WorkerGround<'_>,
    load: &ModuleRequest<'_>,
    code: OwnedFd,
    page: Arc<SharedPage>,
) -> Result<(LoadedProgram, OfferedTasks), NotReady> {
    let WorkerHandshake { engine, settings, places, scratch, loaded } = ground.begun;
    let LinkedModule { engine, entry, is_interpreter, functions } =
        link_somehow(engine, *settings, load, &code)?;
    // Nothing of the guest has run so far.
    if let Some(filter) = loaded {
        filter.apply().map_err(|error| NotReady::Machine(format!("no tighter filter: {error}")))?;
    }
    let stage = EntryStage { engine, page, runtime: ground.runtime, clock: AttemptClock::default() };
    let granted = Arc::new(RunGrants::of(load, places, scratch.as_ref().map(ScratchFolder::path)));
    let mut program = LoadedProgram {
        stage,
        entry,
        granted,
        offers: Vec::new(),
        reuse: load.reuse,
        output_format: load.output_format,
        is_interpreter,
        kept: None,
        kept_command: None,
    };
    // For a command too: a directory that cannot be opened is found before the first task.
    let log = SharedSink::new(AttemptLog::new(load.limits.log), load.limits.timeout);
    let share = EffectiveGrants::all(&program.granted);
    let store = open_typed(&program.stage, (&program.granted, &share), &load.limits, &log, 0).map_err(
        |(_, error)| match error.code.as_str() {
            trap::MACHINE => NotReady::Machine(error.message),
            _ => ModuleRefusal::new("grant", error.message).into(),
        },
    )?;
    let tasks = match &program.entry {
        ProgramEntry::Typed(typed) => describe(&program.stage, typed, store, &load.limits, &log)?,
        _ => Vec::new(),
    };
    if let Some(scratch) = scratch {
        scratch.wipe().map_err(|error| ModuleRefusal::new("grant", error.to_string()))?;
    }
    program.offers = tasks.iter().map(|task| offer(task, load.validate)).collect::<Result<_, _>>()?;
    Ok((program, OfferedTasks { tasks: tasks.into_iter().map(told).collect(), functions }))
}

/// Asks the module what it offers, as untrusted as any attempt.
fn describe(
    stage: &EntryStage,
    typed: &TypedModule,
    mut store: Store<GuestState>,
    limits: &AttemptLimits,
    log: &SharedSink<AttemptLog>,
) -> Result<Vec<GuestTask>, NotReady> {
    let wrong = |message: String| ModuleRefusal::new("describe", format!("`describe` failed: {message}"));
    let (outcome, _) = stage.enter(&mut store, limits, async |store| typed.describe(store).await);
    match outcome {
        EntryOutcome::Returned(tasks) => check(&tasks).map_err(wrong).map(|()| tasks).map_err(NotReady::from),
        EntryOutcome::Exited(code) => Err(wrong(format!("it exited with code {code}")).into()),
        EntryOutcome::Ended(Verdict::Trap, error) if error.code == trap::MACHINE => {
            Err(NotReady::Machine(error.message))
        }
        EntryOutcome::Ended(verdict, error) => {
            let logged = log.get().last_line().map(|line| format!("; it logged: {line}")).unwrap_or_default();
            let mut refusal = wrong(format!("{verdict}: {}{logged}", error.message));
            if claim::is_limit(verdict, &error.code) {
                refusal.code = "describe_limit";
            }
            Err(if verdict == Verdict::Timeout { NotReady::Spent(refusal) } else { refusal.into() })
        }
    }
}

/// Checks a description against the contract.
fn check(tasks: &[GuestTask]) -> Result<(), String> {
    if tasks.is_empty() {
        return Err("it offers no task".to_owned());
    }
    for (at, task) in tasks.iter().enumerate() {
        if task.name.is_empty() || task.name.len() > NAME {
            return Err(format!("the name of a task has 1 to {NAME} bytes"));
        }
        if tasks.iter().take(at).any(|other| other.name == task.name) {
            return Err(format!("two tasks are named `{}`", task.name));
        }
    }
    Ok(())
}

/// A task as it is served, with its schemas if they are to hold.
fn offer(task: &GuestTask, validate: bool) -> Result<TaskOffer, ModuleRefusal> {
    let encoding = encoding(task.encoding);
    let schema = |text: &Option<String>, of: &str| {
        let Some(text) = text.as_deref().filter(|_| validate) else { return Ok(None) };
        let wrong = |UnusableSchema { limit, why }| {
            let message = format!("the {of} schema of its task `{}` cannot be used: {why}", task.name);
            ModuleRefusal::new(if limit { "describe_limit" } else { "schema" }, message)
        };
        if encoding == TaskEncoding::Raw {
            let why = "the task takes and gives raw bytes, which a schema cannot describe".to_owned();
            return Err(wrong(UnusableSchema { limit: false, why }));
        }
        TaskSchema::new(text).map(Some).map_err(wrong)
    };
    let (input, output) = (schema(&task.input_schema, "input")?, schema(&task.output_schema, "output")?);
    Ok(TaskOffer { name: task.name.clone(), encoding, input, output })
}

/// Converts a guest's description of a task to the domain's type.
fn told(task: GuestTask) -> TaskInfo {
    let wish = |wish| match wish {
        GuestWish::Env(name) => CapabilityWish::Env(name),
        GuestWish::ReadDir(path) => CapabilityWish::ReadDir(path),
        GuestWish::WriteDir(path) => CapabilityWish::WriteDir(path),
    };
    TaskInfo {
        name: task.name,
        version: task.version,
        summary: task.summary,
        encoding: encoding(task.encoding),
        input_schema: task.input_schema,
        output_schema: task.output_schema,
        wishes: task.wishes.into_iter().map(wish).collect(),
    }
}

const fn encoding(encoding: GuestEncoding) -> TaskEncoding {
    match encoding {
        GuestEncoding::Json => TaskEncoding::Json,
        GuestEncoding::MessagePack => TaskEncoding::MessagePack,
        GuestEncoding::Raw => TaskEncoding::Raw,
    }
}
