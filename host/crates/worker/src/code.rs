//! Maps machine code that a compile worker wrote, in this run or an earlier one. The one place
//! outside `sys` with unsafe code: taking bytes for code is what it is for, and no other part may
//! name the engine.
//!
//! What holds is that of the bytes, not of who wrote them. A compile worker that its module has
//! taken over can write any machine code it likes into this file, and the engine's own checks
//! (version, configuration) do not tell. Then that code runs here, as if a guest had broken out of
//! the engine: it has this worker, and no more. What bounds it:
//!
//! * the file is of one module, and so is its entry in the cache, whose key is the module's digest:
//!   code of one module is never mapped for another;
//! * the jail of this process, which is there for a worker that was taken over, whatever took it
//!   over (`SECURITY.md`);
//! * the compile worker itself is granted nothing, makes no memory executable, and ends before the
//!   file is sealed and given on.
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
    // that it is what such a worker wrote. So it cannot change while it is mapped, and it holds
    // what `precompile_module` gave, unless that worker was taken over: see above for what then
    // holds.
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
