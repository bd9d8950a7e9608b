//! What a task may ask of its host, as a core module imports it.

use super::super::bindings::polymer::task::host::{Host, Level};
use super::super::guest::Guest;
use super::memory::{Lift, unexpected};
use wasmtime::{AsContextMut, Caller, Extern, Linker};

/// The interface, as core modules name it.
pub(super) const HOST: &str = "polymer:task/host@0.1.0";

/// WASI preview 1, as core modules name it.
pub(super) const PREVIEW1: &str = "wasi_snapshot_preview1";

/// Provides the contract's own imports.
///
/// # Errors
/// If one of them is there already.
pub(super) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    linker.func_wrap(HOST, "log", log)?;
    linker.func_wrap(HOST, "progress", |mut caller: Caller<'_, Guest>, done: u64, total: u64| {
        caller.data_mut().progress(done, total);
    })?;
    // Go asks the adapter of components not to look at a clock while memory is asked for, for there no component may. A core module may.
    linker.func_wrap(PREVIEW1, "adapter_monotonic_clock_set_paused", |_: u32| ())?;
    Ok(())
}

fn log(mut caller: Caller<'_, Guest>, level: u32, at: u32, length: u32) -> wasmtime::Result<()> {
    let level = match level {
        0 => Level::Debug,
        1 => Level::Info,
        2 => Level::Warn,
        3 => Level::Error,
        other => return Err(unexpected(u8::try_from(other).unwrap_or(u8::MAX)).into()),
    };
    let Some(Extern::Memory(memory)) = caller.get_export(super::MEMORY) else {
        return Err(wasmtime::Error::msg("missing required memory export"));
    };
    let budget = caller.as_context_mut().hostcall_fuel();
    let place = [at.to_le_bytes(), length.to_le_bytes()].concat();
    let message = Lift::new(memory.data(&caller), budget).string(&place, 0)?;
    caller.data_mut().log(level, message);
    Ok(())
}
