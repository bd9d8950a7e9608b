//! Host functions that a task may call, as a core module imports them.

use super::super::bindings::polymer::task::host::{Host, Level};
use super::super::guest::GuestState;
use super::memory::{GuestMemory, unexpected};
use super::version::VERSIONS;
use wasmtime::{AsContextMut, Caller, Extern, Linker};

/// WASI preview 1, as core modules name it.
pub(super) const PREVIEW1: &str = "wasi_snapshot_preview1";

/// Provides the contract's own imports, under the name that each version has for their interface.
///
/// # Errors
/// If one of them is there already.
pub(super) fn add_to_linker(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    for version in &VERSIONS {
        linker.func_wrap(version.host, "log", log)?;
        linker.func_wrap(
            version.host,
            "progress",
            |mut caller: Caller<'_, GuestState>, done: u64, total: u64| {
                caller.data_mut().progress(done, total);
            },
        )?;
        linker.func_wrap(version.host, "trace", trace)?;
    }
    // Go asks the adapter of components not to look at a clock while memory is asked for, for there
    // no component may. A core module may.
    linker.func_wrap(PREVIEW1, "adapter_monotonic_clock_set_paused", |_: u32| ())?;
    Ok(())
}

fn log(mut caller: Caller<'_, GuestState>, level: u32, at: u32, length: u32) -> wasmtime::Result<()> {
    let level = match level {
        0 => Level::Debug,
        1 => Level::Info,
        2 => Level::Warn,
        3 => Level::Error,
        other => return Err(unexpected(u8::try_from(other).unwrap_or(u8::MAX)).into()),
    };
    let message = text(&mut caller, at, length)?;
    caller.data_mut().log(level, message);
    Ok(())
}

fn trace(mut caller: Caller<'_, GuestState>, at: u32, length: u32) -> wasmtime::Result<()> {
    let text = text(&mut caller, at, length)?;
    caller.data_mut().trace(text);
    Ok(())
}

/// A string that a guest hands to its host.
fn text(caller: &mut Caller<'_, GuestState>, at: u32, length: u32) -> wasmtime::Result<String> {
    let Some(Extern::Memory(memory)) = caller.get_export(super::MEMORY) else {
        return Err(wasmtime::Error::msg("missing required memory export"));
    };
    let budget = caller.as_context_mut().hostcall_fuel();
    let place = [at.to_le_bytes(), length.to_le_bytes()].concat();
    GuestMemory::new(memory.data(&*caller), budget).string(&place, 0)
}
