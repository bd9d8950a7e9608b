//! Mounts that are held by descriptors: clones of what is mounted somewhere, what they take away,
//! and where they go.
//!
//! It must never know what a mount is for.

use nix::errno::Errno;
use nix::libc;
use nix::mount::{MsFlags, mount};
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Flags of open_tree(2), from linux/mount.h.
const OPEN_TREE_CLONE: u32 = 1;
/// With what is mounted below.
pub(super) const AT_RECURSIVE: u32 = 0x8000;
/// A flag of move_mount(2), from linux/mount.h.
const MOVE_MOUNT_F_EMPTY_PATH: u32 = 4;

/// Makes mounts of this process show nowhere else. It must be alone in its namespace of mounts.
///
/// # Errors
/// If the system refuses.
pub(super) fn keep_to_itself() -> io::Result<()> {
    let (nothing, all) = (None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE);
    Ok(mount(nothing, "/", nothing, all, nothing)?)
}

/// Takes attributes away from a mount and from those below it: `MOUNT_ATTR_*` of linux/mount.h.
///
/// # Errors
/// `ENOSYS` before Linux 5.12, and if the system refuses.
pub(super) fn narrow(mount: &OwnedFd, attributes: u64) -> Result<(), Errno> {
    let attributes = libc::mount_attr { attr_set: attributes, attr_clr: 0, propagation: 0, userns_fd: 0 };
    let flags = libc::AT_EMPTY_PATH.cast_unsigned() | AT_RECURSIVE;
    // SAFETY: the path and the attributes outlive the call, which only reads them.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            flags,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    Errno::result(result).map(drop)
}

/// Returns a mount of its own of what is at a path, mounted nowhere; `more` has flags of
/// open_tree(2).
///
/// # Errors
/// If the system refuses.
pub(super) fn clone_tree(more: Option<u32>, path: &str) -> io::Result<OwnedFd> {
    let path = std::ffi::CString::new(path)?;
    let close = u32::try_from(libc::O_CLOEXEC).unwrap_or_default();
    let flags = OPEN_TREE_CLONE | close | more.unwrap_or_default();
    // SAFETY: the path is a string of ours that outlives the call.
    let result = unsafe { libc::syscall(libc::SYS_open_tree, libc::AT_FDCWD, path.as_ptr(), flags) };
    let number = i32::try_from(result).map_err(io::Error::other)?;
    if number < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Mounts what was cloned at a path.
///
/// # Errors
/// If the system refuses.
pub(super) fn attach(tree: &OwnedFd, to: &CStr) -> io::Result<()> {
    let (from, flags) = (tree.as_raw_fd(), MOVE_MOUNT_F_EMPTY_PATH);
    // SAFETY: both paths are strings of ours that outlive the call.
    let result = unsafe {
        libc::syscall(libc::SYS_move_mount, from, c"".as_ptr(), libc::AT_FDCWD, to.as_ptr(), flags)
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
