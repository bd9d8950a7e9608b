//! The jail of compilers that are given sources which nobody trusts: they start other programs and
//! write files, which no worker does, so their walls are others.
//!
//! Three parts, in this order: [`leave`] takes a process out of the machine's namespaces, a root
//! with the toolchain alone may follow (`sys/toolchain_root`), and [`confine()`] closes the rest in
//! each process that becomes a compiler. It must never know a language or a tool.

use super::plan::{OwnUser, own_user};
use super::refusal::words;
use super::{build_filter, landlock_rules};
use nix::fcntl::{OFlag, open};
use nix::sched::{CloneFlags, unshare};
use nix::sys::stat::Mode;
use polymer_host_base::confinement::KEEPS_TRUNCATION;
use polymer_host_base::{JailLayer, MissingLayer};
use polymer_host_sys::confine::{self, Capability};
use polymer_host_sys::{process, toolchain_root};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Walls of a compiler that not every machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildWalls {
    /// It has a root with the toolchain alone.
    pub root: bool,
    /// Landlock closes all other paths.
    pub landlock: bool,
}

impl BuildWalls {
    /// Returns whether anything keeps it from the machine's files.
    #[must_use]
    pub const fn keep_files(self) -> bool {
        self.root || self.landlock
    }
}

/// What one compiler may use at the most: the process, and each that it starts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompilerBounds {
    /// CPU time.
    pub cpu: Duration,
    /// Bytes of private memory.
    pub memory: u64,
    /// Bytes of a file.
    pub file_size: u64,
    /// Processes and threads of the user; `None` where others than compilers are counted with them.
    pub tasks: Option<u64>,
}

/// The version of Landlock from which on files can be moved between folders.
const MOVES_FILES: u32 = 2;

/// Descriptors of a compiler. What the kernel holds for pipes and sockets is bounded by them alone.
const FILES: u64 = 256;

/// Takes this process out of the machine's namespaces, and all that it starts into a namespace of
/// processes of their own. It must have one thread.
///
/// # Errors
/// If the machine has no namespaces for this user. The process is then as it was.
pub fn leave() -> Result<(), MissingLayer> {
    let flags = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID;
    let left = if confine::has_capability(Capability::SysAdmin) {
        unshare(flags).map_err(io::Error::from)
    } else {
        super::enter::leave_with_user(flags)
    };
    left.map_err(|error| missing(JailLayer::Namespaces, &error))
}

/// Returns the user id that no other process has and that this one, or one copy of it, may take:
/// only the superuser can, where [`leave`] takes no user namespace. To be asked before that.
#[must_use]
pub fn own_user_id() -> Option<u32> {
    let can = matches!(super::enter::can_have_own_user(), OwnUser::Possible)
        && confine::has_capability(Capability::SysAdmin);
    can.then(|| own_user(std::process::id(), confine::process_namespace()))
}

/// Takes the user id, and makes `place` that user's.
///
/// # Errors
/// If the system refuses.
pub fn become_own_user(id: u32, place: &Path) -> Result<(), MissingLayer> {
    let at = |error: io::Error| missing(JailLayer::User, &error);
    nix::unistd::chown(place, Some(id.into()), Some(id.into())).map_err(|error| at(error.into()))?;
    if !confine::become_user(id).map_err(at)? {
        // The parent is gone, and nobody would end this process.
        process::exit_now(0);
    }
    Ok(())
}

/// Says of a layer why it is not there.
#[must_use]
pub fn missing(layer: JailLayer, error: &io::Error) -> MissingLayer {
    MissingLayer { layer, why: words(layer, error) }
}

/// Returns why Landlock is of no use here, if so. Alone it has to keep files from being cut; beside
/// another root the first version does harm, for with it nothing can be moved between folders.
#[must_use]
pub fn lacks_landlock(has_root: bool) -> Option<MissingLayer> {
    let least = if has_root { MOVES_FILES } else { KEEPS_TRUNCATION };
    match confine::landlock_version() {
        None => Some(missing(JailLayer::Landlock, &nix::errno::Errno::ENOSYS.into())),
        Some(version) if version < least => Some(MissingLayer {
            layer: JailLayer::Landlock,
            why: format!("this kernel has ABI {version}, and compilers need ABI {least}"),
        }),
        Some(_) => None,
    }
}

/// Closes everything to this process that a compiler does not need: all paths but `folders`, to
/// read and to start programs from, and `place`, to write. What it starts is held by the same.
///
/// # Errors
/// If a layer cannot be put up. The process is then of no use.
pub fn confine(
    walls: BuildWalls,
    folders: &[PathBuf],
    place: &Path,
    bounds: CompilerBounds,
) -> Result<(), MissingLayer> {
    let at = |layer| move |error: io::Error| missing(layer, &error);
    nix::sys::prctl::set_no_new_privs()
        .map_err(|error| missing(JailLayer::NoNewPrivileges, &error.into()))?;
    limit(bounds).map_err(at(JailLayer::Limits))?;
    if walls.landlock {
        landlock(folders, place).map_err(at(JailLayer::Landlock))?;
    }
    confine::keep_capabilities(&[]).map_err(at(JailLayer::Capabilities))?;
    build_filter::filter(walls.root).map_err(at(JailLayer::SystemCalls))
}

fn limit(bounds: CompilerBounds) -> io::Result<()> {
    process::limit_resources(process::ProcessBounds {
        cpu: Some(bounds.cpu),
        data: Some(bounds.memory),
        file_size: Some(bounds.file_size),
        files: Some(FILES),
        no_core_handler: true,
    })?;
    bounds.tasks.map_or(Ok(()), process::limit_threads)
}

fn landlock(folders: &[PathBuf], place: &Path) -> io::Result<()> {
    let opened = |paths: &[PathBuf]| -> io::Result<Vec<OwnedFd>> {
        let flags = OFlag::O_PATH | OFlag::O_CLOEXEC;
        paths.iter().map(|path| Ok(open(path, flags, Mode::empty())?)).collect()
    };
    let devices = toolchain_root::DEVICES.map(PathBuf::from);
    landlock_rules::restrict_compiler(&opened(folders)?, &opened(&devices)?, &open_folder(place)?)
}

fn open_folder(place: &Path) -> io::Result<OwnedFd> {
    Ok(open(place, OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?)
}
