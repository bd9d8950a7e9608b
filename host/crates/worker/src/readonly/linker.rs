//! Wraps the functions of WASI by which guests change files: those of preview 1 for core modules,
//! those of `wasi:filesystem` for components.

use super::super::guest::GuestState;
use super::WatchedFiles;
use wasmtime::component::HasData;
use wasmtime::{AsContextMut, Caller, Extern, Linker};
use wasmtime_wasi::p1::types::{Errno, Oflags, Rights};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as p1, WasiSnapshotPreview1};
use wasmtime_wasi::p2::bindings::filesystem::types;
use wiggle::GuestMemory;

/// Wraps functions of WASI preview 1. They take a path in a folder, or what is open, by its
/// descriptor.
macro_rules! watch {
    ($linker:ident: $($name:ident($($arg:ident: $type:ty),*) through $($fd:ident)and+ $(if $changes:expr)?;)*) => {$(
        $linker.func_wrap_async(
            "wasi_snapshot_preview1",
            stringify!($name),
            |mut caller: Caller<'_, GuestState>, ($($arg,)*): ($($type,)*)| Box::new(async move {
                // As wasmtime's own does it.
                let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
                    return Err(wasmtime::Error::msg("missing required memory export"));
                };
                let fuel = caller.as_context_mut().hostcall_fuel();
                let (bytes, guest) = memory.data_and_store_mut(&mut caller);
                let mut bytes = GuestMemory::Unshared(bytes);
                guest.preview1().set_hostcall_fuel(fuel);
                let errno = p1::$name(guest.preview1(), &mut bytes, $($arg),*).await?;
                if errno == Errno::Perm as i32 $(&& $changes)? {
                    explain(guest, &mut bytes, &[$($fd),+]).await?;
                }
                Ok(errno)
            }),
        )?;
    )*};
}

/// Wraps what core modules change files by.
///
/// # Errors
/// If wasmtime has no such function.
pub(crate) fn watch_modules(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    watch!(linker:
        fd_filestat_set_times(fd: i32, accessed: i64, modified: i64, which: i32) through fd;
        path_create_directory(fd: i32, path: i32, length: i32) through fd;
        path_filestat_set_times(
            fd: i32, follow: i32, path: i32, length: i32, accessed: i64, modified: i64, which: i32
        ) through fd;
        path_link(
            fd: i32, follow: i32, path: i32, length: i32, to: i32, new: i32, new_length: i32
        ) through fd and to;
        path_open(
            fd: i32, follow: i32, path: i32, length: i32, how: i32, rights: i64, inherited: i64, flags: i32, to: i32
        ) through fd if opens_to_change(how, rights);
        path_remove_directory(fd: i32, path: i32, length: i32) through fd;
        path_rename(fd: i32, path: i32, length: i32, to: i32, new: i32, new_length: i32) through fd and to;
        path_symlink(target: i32, target_length: i32, fd: i32, path: i32, length: i32) through fd;
        path_unlink_file(fd: i32, path: i32, length: i32) through fd;
    );
    linker.allow_shadowing(false);
    Ok(())
}

/// Returns whether opening with these flags may change what is there: wasmtime asks the same before
/// it refuses.
fn opens_to_change(how: i32, rights: i64) -> bool {
    let changing = i32::from((Oflags::CREAT | Oflags::TRUNC).bits());
    how & changing != 0 || rights.cast_unsigned() & Rights::FD_WRITE.bits() != 0
}

/// Says why a change was refused, if that is because one of these descriptors is in a folder
/// granted read-only.
async fn explain(
    guest: &mut GuestState,
    memory: &mut GuestMemory<'_>,
    through: &[i32],
) -> wasmtime::Result<()> {
    if guest.hint().is_told() {
        return Ok(());
    }
    for fd in through {
        // To set no time changes nothing, and is refused for the grant alone.
        let errno = p1::fd_filestat_set_times(guest.preview1(), memory, *fd, 0, 0, 0).await?;
        if errno == Errno::Perm as i32 {
            guest.hint().say();
            return Ok(());
        }
    }
    Ok(())
}

/// Wraps what components change files by.
///
/// # Errors
/// If wasmtime has no such interface.
pub(crate) fn watch_components(linker: &mut wasmtime::component::Linker<GuestState>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    types::add_to_linker::<GuestState, FileWatch>(linker, GuestState::watched)?;
    linker.allow_shadowing(false);
    Ok(())
}

/// The files of a component's guest, watched.
struct FileWatch;

impl HasData for FileWatch {
    type Data<'a> = WatchedFiles<'a>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_changes_if_it_creates_cuts_or_writes() {
        assert!(!opens_to_change(0, 2));
        assert!(!opens_to_change(2 | 4, 0));
        assert!(opens_to_change(1, 0) && opens_to_change(8, 0) && opens_to_change(0, 64));
    }
}
