//! A folder in memory, of bounded size, that has no path: a file system mounted nowhere, reached
//! through its descriptor alone.

use nix::libc;
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Bytes for each file and folder that may be in it: names and metadata take memory too, which
/// `size` does not count.
const BYTES_A_NAME: u64 = 4096;
/// Bytes of a page: a file takes whole ones.
pub const PAGE: u64 = 4096;
/// Files and folders that a small one may have all the same.
const NAMES_LEAST: u64 = 64;

/// No program, device or right comes from such a folder.
const ATTRIBUTES: u64 = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC;

/// Files and folders that may be in a folder of so many bytes, itself included.
#[must_use]
pub fn names(bytes: u64) -> u64 {
    (bytes / BYTES_A_NAME).max(NAMES_LEAST)
}

/// Makes a folder of at most `bytes`. The process must be alone in its namespace of mounts, or the
/// superuser.
///
/// # Errors
/// If the system refuses.
pub fn make(bytes: u64) -> io::Result<OwnedFd> {
    let context = open_context()?;
    set(&context, c"size", &bytes.to_string())?;
    set(&context, c"nr_inodes", &names(bytes).to_string())?;
    set(&context, c"mode", "0700")?;
    configure(&context, libc::FSCONFIG_CMD_CREATE, None, None)?;
    mounted(&context, ATTRIBUTES)
}

/// Makes a folder in which nothing is, and nothing can be made.
///
/// # Errors
/// If the system refuses.
pub(super) fn empty() -> io::Result<OwnedFd> {
    let context = open_context()?;
    configure(&context, libc::FSCONFIG_CMD_CREATE, None, None)?;
    mounted(&context, ATTRIBUTES | libc::MOUNT_ATTR_RDONLY)
}

fn open_context() -> io::Result<OwnedFd> {
    descriptor(
        // SAFETY: the name is a string of ours that outlives the call.
        unsafe { libc::syscall(libc::SYS_fsopen, c"tmpfs".as_ptr(), libc::FSOPEN_CLOEXEC) },
    )
}

fn mounted(context: &OwnedFd, attributes: u64) -> io::Result<OwnedFd> {
    descriptor(
        // SAFETY: the call reads numbers only.
        unsafe { libc::syscall(libc::SYS_fsmount, context.as_raw_fd(), libc::FSMOUNT_CLOEXEC, attributes) },
    )
}

fn set(context: &OwnedFd, key: &CStr, value: &str) -> io::Result<()> {
    let value = std::ffi::CString::new(value).map_err(io::Error::other)?;
    configure(context, libc::FSCONFIG_SET_STRING, Some(key), Some(&value))
}

fn configure(context: &OwnedFd, command: u32, key: Option<&CStr>, value: Option<&CStr>) -> io::Result<()> {
    let pointer = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
    let fd = context.as_raw_fd();
    // SAFETY: both are strings that outlive the call, or null, which the commands without them
    // take.
    let result = unsafe { libc::syscall(libc::SYS_fsconfig, fd, command, pointer(key), pointer(value), 0) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn descriptor(result: libc::c_long) -> io::Result<OwnedFd> {
    let fd = i32::try_from(result).map_err(io::Error::other)?;
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
