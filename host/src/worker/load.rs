//! Gets a worker ready for its module: maps the code, links it, and asks a typed module what it offers.

use super::attempt::{Outcome, Stage, open_typed};
use super::begin::Begun;
use super::bindings::polymer::task::types::{
    Encoding as GuestEncoding, TaskInfo as GuestTask, Wish as GuestWish,
};
use super::bindings::{Task, TaskPre};
use super::canonical::Direct;
use super::contract::Typed;
use super::guest::Guest;
use super::invoke::{self, Function};
use super::log::Log;
use super::meter::Clock;
use super::recognise::Refusal;
use super::reuse::Kept;
use super::schema::Schema;
use super::scratch::Scratch;
use super::share::{Granted, Share};
use super::stream::Shared;
use super::trap::{self, Exit};
use super::{code, engine, readonly};
use crate::protocol::claim;
use crate::protocol::message::{
    Load, WireEntry, WireForm, WireFunction, WireLimits, WireOutputFormat, WireTask,
};
use crate::sys::page::SharedPage;
use crate::task::{Encoding, Fault, Verdict};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use tokio::runtime::Runtime;
use wasmtime::component::{self, Component, HasSelf};
use wasmtime::{Engine, InstancePre, Module, Store};
use wasmtime_wasi::p2::bindings::CommandPre;

/// Threads that may be in host calls that wait for files, all for one guest. One that hangs there is never waited for.
const BLOCKING_THREADS: usize = 4;

/// The longest name of a task; the contract says so.
const NAME: usize = 128;

/// What a worker has for whatever module it serves.
#[derive(Debug)]
pub(crate) struct Ground<'a> {
    begun: &'a Begun,
    /// Never dropped: that would wait for threads, and one may hang in a host call. The process ends instead.
    runtime: &'static Runtime,
}

impl<'a> Ground<'a> {
    /// Made once a worker.
    ///
    /// # Errors
    /// If the system refuses.
    pub(crate) fn new(begun: &'a Begun) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(BLOCKING_THREADS)
            .build()?;
        Ok(Self { begun, runtime: Box::leak(Box::new(runtime)) })
    }
}

/// A module this worker can make attempts with.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) stage: Stage,
    pub(crate) entry: Entry,
    pub(crate) granted: Granted,
    offers: Vec<Offer>,
    /// Attempts that one instance serves, if the module is typed.
    pub(crate) reuse: u32,
    /// How bytes that guests give are told, if not as their form has it.
    pub(crate) output_format: Option<WireOutputFormat>,
    /// The instance that served the attempt before, if it serves more.
    pub(crate) kept: Option<Kept>,
}

/// How the module is entered.
pub(crate) enum Entry {
    /// By the contract.
    Typed(Typed),
    /// By `wasi:cli/run`.
    CommandComponent(CommandPre<Guest>),
    /// By `_start`.
    CommandModule(InstancePre<Guest>),
    /// By a function that was named.
    Function(Function),
    /// Not at all: it is a component that is no task, and is only looked at.
    Nowhere,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Typed(_) => "Typed",
            Self::CommandComponent(_) => "CommandComponent",
            Self::CommandModule(_) => "CommandModule",
            Self::Function(_) => "Function",
            Self::Nowhere => "Nowhere",
        })
    }
}

/// One task of a typed module.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) encoding: Encoding,
    /// What its inputs must be, if it says so and the run holds it to that.
    pub(crate) input: Option<Schema>,
    /// What its outputs must be.
    pub(crate) output: Option<Schema>,
}

/// Why a module cannot be served.
#[derive(Debug)]
pub(crate) enum NotReady {
    /// It is of no use.
    Refused(Refusal),
    /// It ran out of time, so this process may no longer be used either.
    Spent(Refusal),
    /// The machine refused what this process needs: the module is not to blame.
    Machine(String),
}

impl From<Refusal> for NotReady {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Program {
    /// The task of a name; the first for no name.
    pub(crate) fn offer(&self, name: &str) -> Option<&Offer> {
        if name.is_empty() {
            self.offers.first()
        } else {
            self.offers.iter().find(|offer| offer.name == name)
        }
    }
}

/// What a module offers.
#[derive(Debug, Default)]
pub(crate) struct Offered {
    /// What it says of its tasks.
    pub(crate) tasks: Vec<WireTask>,
    /// The functions that are of interest.
    pub(crate) functions: Vec<WireFunction>,
}

/// Gets ready for a module; says what it offers.
///
/// # Errors
/// If it cannot be linked, or does not describe itself within the limits.
pub(crate) fn load(
    ground: &Ground<'_>,
    load: &Load<'_>,
    code: OwnedFd,
    page: Arc<SharedPage>,
) -> Result<(Program, Offered), NotReady> {
    let Begun { engine, places, scratch } = ground.begun;
    let Linked { engine, entry, functions } = link_somehow(engine, load, &code)?;
    let stage = Stage { engine, page, runtime: ground.runtime, clock: Clock::default() };
    let granted = Granted::of(load, places, scratch.as_ref().map(Scratch::path));
    let mut program = Program {
        stage,
        entry,
        granted,
        offers: Vec::new(),
        reuse: load.reuse,
        output_format: load.output_format,
        kept: None,
    };
    // For a command too: a directory that cannot be opened is found before the first task.
    let log = Shared::new(Log::new(load.limits.log), load.limits.timeout());
    let share = Share::all(&program.granted);
    let store =
        open_typed(&program.stage, &share, &load.limits, &log, 0).map_err(|(_, fault)| {
            match fault.code.as_str() {
                trap::MACHINE => NotReady::Machine(fault.message),
                _ => Refusal::new("grant", fault.message).into(),
            }
        })?;
    let tasks = match &program.entry {
        Entry::Typed(typed) => describe(&program.stage, typed, store, &load.limits, &log)?,
        _ => Vec::new(),
    };
    if let Some(scratch) = scratch {
        scratch.wipe().map_err(|error| Refusal::new("grant", error.to_string()))?;
    }
    program.offers = tasks.iter().map(|task| offer(task, load.validate)).collect::<Result<_, _>>()?;
    Ok((program, Offered { tasks: tasks.into_iter().map(wire).collect(), functions }))
}

/// Why something that stands before any guest failed: by `refusal`, unless the machine is to blame.
fn refused(error: &wasmtime::Error, refusal: impl FnOnce(String) -> Refusal) -> NotReady {
    let why = trap::chain(error);
    if trap::is_machine(error, false) { NotReady::Machine(why) } else { refusal(why).into() }
}

/// A module with all that it imports.
struct Linked {
    engine: Engine,
    entry: Entry,
    functions: Vec<WireFunction>,
}

/// Links it with the usual engine, or, if it is too large for that one's pool, with one of its own. What that one says stands.
fn link_somehow(engine: &Engine, load: &Load<'_>, code: &OwnedFd) -> Result<Linked, NotReady> {
    if let Ok(linked) = link(engine, load, code) {
        return Ok(linked);
    }
    let own = engine::on_demand().map_err(|error| NotReady::Machine(trap::chain(&error)))?;
    link(&own, load, code)
}

fn link(engine: &Engine, load: &Load<'_>, code: &OwnedFd) -> Result<Linked, NotReady> {
    // Code from a cache may be of another engine, or made for another machine: that says nothing of the module.
    let stale = |error: wasmtime::Error| {
        refused(&error, |why| {
            Refusal::new(Fault::STALE, format!("its compiled code cannot be loaded: {why}"))
        })
    };
    let (entry, functions) = match load.form {
        WireForm::CommandModule if matches!(load.entry, WireEntry::Function(_)) => {
            return Err(Refusal::new("unsupported", NO_COMPONENT).into());
        }
        WireForm::CommandModule => {
            (link_module(engine, &code::module(engine, code).map_err(stale)?).map_err(unlinked)?, Vec::new())
        }
        // Of a core module no function has a name that could be called; its component has.
        WireForm::TypedModule if matches!(load.entry, WireEntry::Function(_)) => {
            return Err(Refusal::new(Fault::STALE, "its compiled code is for its tasks only").into());
        }
        WireForm::TypedModule => {
            let direct =
                Direct::new(engine, &code::module(engine, code).map_err(stale)?).map_err(unlinked)?;
            (Entry::Typed(Typed::Module(direct)), Vec::new())
        }
        WireForm::Typed | WireForm::CommandComponent | WireForm::Component => {
            enter_component(engine, load, &code::component(engine, code).map_err(stale)?)?
        }
    };
    Ok(Linked { engine: engine.clone(), entry, functions })
}

/// What is said of a core module of which a function was named.
const NO_COMPONENT: &str = "it is a program (a core module with `_start`), and --invoke calls a function of a component; build it as \
                            a library whose functions have types in WIT";

#[expect(clippy::needless_pass_by_value, reason = "it is what an error is turned into")]
fn unlinked(error: wasmtime::Error) -> NotReady {
    refused(&error, |why| {
        let unknown = error.is::<wasmtime::UnknownImportError>() || why.contains("not found in the linker");
        let code = if unknown { "unknown_import" } else { "link" };
        Refusal::new(code, format!("it cannot be linked: {why}"))
    })
}

/// How a component is entered, and the functions that are of interest.
fn enter_component(
    engine: &Engine,
    load: &Load<'_>,
    component: &Component,
) -> Result<(Entry, Vec<WireFunction>), NotReady> {
    if (load.form, load.entry) == (WireForm::Component, WireEntry::Task) {
        return Err(invoke::no_task(engine, component).into());
    }
    let linked = link_component(engine, component).map_err(unlinked)?;
    if let WireEntry::Function(name) = load.entry {
        let function = invoke::find(engine, component, linked, name)?;
        let told = vec![function.told.clone()];
        return Ok((Entry::Function(function), told));
    }
    let entry = match load.form {
        WireForm::Typed => TaskPre::new(linked).map(Typed::Component).map(Entry::Typed),
        WireForm::Component => Ok(Entry::Nowhere),
        WireForm::CommandComponent | WireForm::CommandModule | WireForm::TypedModule => {
            CommandPre::new(linked).map(Entry::CommandComponent)
        }
    };
    let functions = if load.entry == WireEntry::Look { invoke::all(engine, component) } else { Vec::new() };
    Ok((entry.map_err(unlinked)?, functions))
}

/// What core modules are given of WASI.
///
/// # Errors
/// If wasmtime has no such functions.
pub(super) fn core_linker(engine: &Engine) -> wasmtime::Result<wasmtime::Linker<Guest>> {
    let mut linker = wasmtime::Linker::new(engine);
    wasmtime_wasi::p1::add_to_linker_async(&mut linker, Guest::preview1)?;
    readonly::watch_modules(&mut linker)?;
    // wasmtime's own takes no exit code from 126 on.
    linker.allow_shadowing(true);
    linker.func_wrap("wasi_snapshot_preview1", "proc_exit", |code: u32| -> wasmtime::Result<()> {
        Err(Exit(code).into())
    })?;
    linker.allow_shadowing(false);
    Ok(linker)
}

fn link_module(engine: &Engine, module: &Module) -> wasmtime::Result<Entry> {
    match module.get_export("_start").and_then(|export| export.func().cloned()) {
        Some(start) if start.params().len() == 0 && start.results().len() == 0 => {}
        _ => return Err(wasmtime::Error::msg("its `_start` is no function without parameters and results")),
    }
    core_linker(engine)?.instantiate_pre(module).map(Entry::CommandModule)
}

fn link_component(engine: &Engine, component: &Component) -> wasmtime::Result<component::InstancePre<Guest>> {
    let mut linker = wasmtime::component::Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    readonly::watch_components(&mut linker)?;
    // Commands may log and tell their progress too.
    Task::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
    linker.instantiate_pre(component)
}

/// Asks the module what it offers, as untrusted as any attempt.
fn describe(
    stage: &Stage,
    typed: &Typed,
    mut store: Store<Guest>,
    limits: &WireLimits,
    log: &Shared<Log>,
) -> Result<Vec<GuestTask>, NotReady> {
    let wrong = |message: String| Refusal::new("describe", format!("`describe` failed: {message}"));
    let (outcome, _) = stage.enter(&mut store, limits, async |store| typed.describe(store).await);
    match outcome {
        Outcome::Returned(tasks) => check(&tasks).map_err(wrong).map(|()| tasks).map_err(NotReady::from),
        Outcome::Exited(code) => Err(wrong(format!("it exited with code {code}")).into()),
        Outcome::Ended(Verdict::Trap, fault) if fault.code == trap::MACHINE => {
            Err(NotReady::Machine(fault.message))
        }
        Outcome::Ended(verdict, fault) => {
            let logged = log.get().last_line().map(|line| format!("; it logged: {line}")).unwrap_or_default();
            let mut refusal = wrong(format!("{verdict}: {}{logged}", fault.message));
            if claim::is_limit(verdict, &fault.code) {
                refusal.code = "describe_limit";
            }
            Err(if verdict == Verdict::Timeout { NotReady::Spent(refusal) } else { refusal.into() })
        }
    }
}

/// What the contract asks of a description.
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
fn offer(task: &GuestTask, validate: bool) -> Result<Offer, Refusal> {
    let encoding = match task.encoding {
        GuestEncoding::Json => Encoding::Json,
        GuestEncoding::MessagePack => Encoding::MessagePack,
        GuestEncoding::Raw => Encoding::Raw,
    };
    let schema = |text: &Option<String>, of: &str| {
        let Some(text) = text.as_deref().filter(|_| validate) else { return Ok(None) };
        let wrong = |why: String| {
            let message = format!("the {of} schema of its task `{}` cannot be used: {why}", task.name);
            Refusal::new("schema", message)
        };
        if encoding == Encoding::Raw {
            return Err(wrong(
                "the task takes and gives raw bytes, of which a schema says nothing".to_owned(),
            ));
        }
        Schema::new(text).map(Some).map_err(wrong)
    };
    let (input, output) = (schema(&task.input_schema, "input")?, schema(&task.output_schema, "output")?);
    Ok(Offer { name: task.name.clone(), encoding, input, output })
}

fn wire(task: GuestTask) -> WireTask {
    WireTask {
        name: task.name,
        version: task.version,
        summary: task.summary,
        encoding: match task.encoding {
            GuestEncoding::Json => 0,
            GuestEncoding::MessagePack => 1,
            GuestEncoding::Raw => 2,
        },
        input_schema: task.input_schema,
        output_schema: task.output_schema,
        wishes: task
            .wishes
            .into_iter()
            .map(|wish| match wish {
                GuestWish::Env(name) => (0, name),
                GuestWish::ReadDir(path) => (1, path),
                GuestWish::WriteDir(path) => (2, path),
            })
            .collect(),
    }
}
