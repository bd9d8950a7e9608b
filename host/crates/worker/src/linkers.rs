//! Imports that modules are given: WASI with its files watched, and what the contract offers. One
//! linker for core modules, one for components.
//!
//! This code must never know which module is linked with it.

use super::bindings::Task;
use super::guest::GuestState;
use super::guest_error::GuestExit;
use super::readonly;
use wasmtime::Engine;
use wasmtime::component::{self, HasSelf};

/// Returns the linker that gives WASI to core modules.
///
/// # Errors
/// If wasmtime has no such functions.
pub(super) fn core_linker(engine: &Engine) -> wasmtime::Result<wasmtime::Linker<GuestState>> {
    let mut linker = wasmtime::Linker::new(engine);
    wasmtime_wasi::p1::add_to_linker_async(&mut linker, GuestState::preview1)?;
    readonly::linker::watch_modules(&mut linker)?;
    // wasmtime's own takes no exit code from 126 on.
    linker.allow_shadowing(true);
    linker.func_wrap("wasi_snapshot_preview1", "proc_exit", |code: u32| -> wasmtime::Result<()> {
        Err(GuestExit(code).into())
    })?;
    linker.allow_shadowing(false);
    Ok(linker)
}

/// Returns the linker that gives WASI and the contract to components.
///
/// # Errors
/// If the engine is of another configuration than ours.
pub(super) fn component_linker(engine: &Engine) -> wasmtime::Result<component::Linker<GuestState>> {
    let mut linker = component::Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    readonly::linker::watch_components(&mut linker)?;
    // Commands may log and tell their progress too.
    Task::add_to_linker::<_, HasSelf<GuestState>>(&mut linker, |guest| guest)?;
    Ok(linker)
}
