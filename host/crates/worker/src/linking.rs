//! Maps a module's code and links it: how it will be entered, with all that it imports.
//!
//! It must never know what its tasks are: nothing of the module runs here.

use super::bindings::TaskPre;
use super::canonical::DirectModule;
use super::contract::TypedModule;
use super::engine::EngineSettings;
use super::guest::GuestState;
use super::invoke;
use super::linkers::{component_linker, core_linker};
use super::program::ProgramEntry;
use super::refusal::{ModuleRefusal, NotReady};
use super::request::ModuleRequest;
use super::trap;
use super::{code, engine, exports, unneeded};
use polymer_host_task::{EntryMode, FunctionInfo, INTERPRETER_MARK, ModuleForm, TaskError};
use std::os::fd::OwnedFd;
use wasmtime::component::{self, Component};
use wasmtime::{Engine, Module};
use wasmtime_wasi::p2::bindings::CommandPre;

/// Why something that stands before any guest failed: by `refusal`, unless the machine is to blame.
fn refused(error: &wasmtime::Error, refusal: impl FnOnce(String) -> ModuleRefusal) -> NotReady {
    let why = trap::chain(error);
    if trap::is_machine(error, false) { NotReady::Machine(why) } else { refusal(why).into() }
}

/// A module with all that it imports.
pub(super) struct LinkedModule {
    pub(super) engine: Engine,
    pub(super) entry: ProgramEntry,
    /// Its inputs are programs.
    pub(super) is_interpreter: bool,
    pub(super) functions: Vec<FunctionInfo>,
}

/// Links it with the usual engine, or, if it is too large for that one's pool, with one of its own,
/// or with that for many memories if it was compiled for that one. What the one of its own says
/// stands. An interpreter is linked in the same order, with engines that have more stack.
///
/// # Errors
/// If it cannot be mapped or linked.
pub(super) fn link_somehow(
    engine: &Engine,
    settings: EngineSettings,
    load: &ModuleRequest<'_>,
    code: &OwnedFd,
) -> Result<LinkedModule, NotReady> {
    let deep_pool = || engine::pooled_for_interpreter(load.limits.memory, settings);
    if let Ok(linked) = link(engine, load, code).and_then(|linked| deepened(linked, load, code, deep_pool)) {
        return Ok(linked);
    }
    let own = made(engine::on_demand(settings))?;
    let linked = link(&own, load, code).or_else(|why| {
        let many = made(engine::many_memories(settings))?;
        link(&many, load, code).map_err(|_| why)
    })?;
    deepened(linked, load, code, || engine::on_demand(settings.for_interpreter()))
}

/// Links it again with an engine that has the stack which an interpreter needs, if it is one.
fn deepened(
    linked: LinkedModule,
    load: &ModuleRequest<'_>,
    code: &OwnedFd,
    deep: impl FnOnce() -> wasmtime::Result<Engine>,
) -> Result<LinkedModule, NotReady> {
    if !linked.is_interpreter {
        return Ok(linked);
    }
    drop(linked);
    link(&made(deep())?, load, code)
}

/// An engine, unless the machine lacks what it takes.
fn made(engine: wasmtime::Result<Engine>) -> Result<Engine, NotReady> {
    engine.map_err(|error| NotReady::Machine(trap::chain(&error)))
}

fn link(engine: &Engine, load: &ModuleRequest<'_>, code: &OwnedFd) -> Result<LinkedModule, NotReady> {
    // Code from a cache may be of another engine, or made for another machine: that says nothing of
    // the module.
    let stale = |error: wasmtime::Error| {
        refused(&error, |why| {
            ModuleRefusal::new(TaskError::STALE, format!("its compiled code cannot be loaded: {why}"))
        })
    };
    let (entry, is_interpreter, functions) = match load.form {
        ModuleForm::CommandModule if matches!(load.entry, EntryMode::Function(_)) => {
            return Err(ModuleRefusal::new("unsupported", NO_COMPONENT).into());
        }
        ModuleForm::CommandModule => {
            let module = code::module(engine, code).map_err(stale)?;
            let is_interpreter = module.get_export(INTERPRETER_MARK).is_some();
            let functions = exports::of_module(&module, most(&load.entry));
            (link_module(engine, &module).map_err(unlinked)?, is_interpreter, functions)
        }
        // Of a core module no function has a name that could be called; its component has.
        ModuleForm::TypedModule if matches!(load.entry, EntryMode::Function(_)) => {
            return Err(
                ModuleRefusal::new(TaskError::STALE, "its compiled code is for its tasks only").into()
            );
        }
        ModuleForm::TypedModule => {
            let direct =
                DirectModule::new(engine, &code::module(engine, code).map_err(stale)?).map_err(unlinked)?;
            (ProgramEntry::Typed(TypedModule::Module(direct)), false, Vec::new())
        }
        ModuleForm::Typed | ModuleForm::CommandComponent | ModuleForm::Component => {
            let component = code::component(engine, code).map_err(stale)?;
            let (entry, functions) = enter_component(engine, load, &component)?;
            let is_command = matches!(entry, ProgramEntry::CommandComponent(_));
            let is_marked = component.get_export_index(None, INTERPRETER_MARK).is_some();
            (entry, is_command && is_marked, functions)
        }
    };
    Ok(LinkedModule { engine: engine.clone(), entry, is_interpreter, functions })
}

const fn most(entry: &EntryMode) -> exports::ExportLimit {
    match entry {
        EntryMode::Look => exports::ExportLimit::All,
        EntryMode::Task | EntryMode::Function(_) => exports::ExportLimit::Few,
    }
}

/// Message for a core module of which a function was named.
const NO_COMPONENT: &str = "it is a program (a core module with `_start`), and --invoke calls a function of a component; build it as \
                            a library whose functions have types in WIT";

#[expect(clippy::needless_pass_by_value, reason = "it is what an error is turned into")]
fn unlinked(error: wasmtime::Error) -> NotReady {
    refused(&error, |why| {
        let unknown = error.is::<wasmtime::UnknownImportError>() || why.contains("not found in the linker");
        let code = if unknown { "unknown_import" } else { "link" };
        ModuleRefusal::new(code, format!("it cannot be linked: {why}"))
    })
}

/// Returns the entry of a component, and the functions that are of interest.
fn enter_component(
    engine: &Engine,
    load: &ModuleRequest<'_>,
    component: &Component,
) -> Result<(ProgramEntry, Vec<FunctionInfo>), NotReady> {
    if load.form == ModuleForm::Component && load.entry == EntryMode::Task {
        return Err(invoke::no_task(engine, component).into());
    }
    let linked = link_component(engine, component).map_err(unlinked)?;
    if let EntryMode::Function(name) = &load.entry {
        let function = invoke::find(engine, component, linked, name)?;
        let told = vec![function.told.clone()];
        return Ok((ProgramEntry::Function(function), told));
    }
    let entry = match load.form {
        ModuleForm::Typed => TaskPre::new(linked).map(TypedModule::Component).map(ProgramEntry::Typed),
        ModuleForm::Component => Ok(ProgramEntry::Nowhere),
        ModuleForm::CommandComponent | ModuleForm::CommandModule | ModuleForm::TypedModule => {
            CommandPre::new(linked).map(ProgramEntry::CommandComponent)
        }
    };
    let wanted = load.entry == EntryMode::Look || load.form == ModuleForm::CommandComponent;
    let functions =
        if wanted { exports::of_component(engine, component, most(&load.entry)) } else { Vec::new() };
    Ok((entry.map_err(unlinked)?, functions))
}

fn link_module(engine: &Engine, module: &Module) -> wasmtime::Result<ProgramEntry> {
    match module.get_export("_start").and_then(|export| export.func().cloned()) {
        Some(start) if start.params().len() == 0 && start.results().len() == 0 => {}
        _ => {
            return Err(wasmtime::Error::msg(
                "its `_start` is not a function without parameters and results",
            ));
        }
    }
    core_linker(engine)?.instantiate_pre(module).map(ProgramEntry::CommandModule)
}

pub(super) fn link_component(
    engine: &Engine,
    component: &Component,
) -> wasmtime::Result<component::InstancePre<GuestState>> {
    let mut linker = component_linker(engine)?;
    unneeded::stand_in(engine, component, &mut linker)?;
    linker.instantiate_pre(component)
}
