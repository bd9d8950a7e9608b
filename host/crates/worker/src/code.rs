//! Maps machine code that a compile worker wrote, in this run or an earlier one. The one place
//! outside `sys` with unsafe code: taking bytes for code is what it is for, and no other part may
//! name the engine.
#![expect(unsafe_code, reason = "to map compiled code is to trust it; see each call")]

use polymer_host_sys::place;
use std::fs::File;
use std::os::fd::OwnedFd;
use wasmtime::component::Component;
use wasmtime::{Engine, Module};

/// The core module in `code`, a sealed file that holds what a compile worker wrote.
///
/// # Errors
/// If it is of another version or configuration of the engine, or no module.
pub(crate) fn module(engine: &Engine, code: &OwnedFd) -> wasmtime::Result<Module> {
    // SAFETY: the file was written by a compile worker of this run and sealed by the supervisor
    // before anyone else had it, or the supervisor copied it from its cache after it had made sure
    // that it is what such a worker wrote. So it holds what `precompile_module` gave and cannot
    // change while it is mapped.
    unsafe { Module::deserialize_open_file(engine, File::from(code.try_clone()?)) }
}

/// The component in `code`, a sealed file that holds what a compile worker wrote.
///
/// # Errors
/// As [`module`].
pub(crate) fn component(engine: &Engine, code: &OwnedFd) -> wasmtime::Result<Component> {
    // Components can only be mapped by name. This name is the descriptor itself.
    let path = place::path(code);
    // SAFETY: as in `module`.
    unsafe { Component::deserialize_file(engine, path) }
}
