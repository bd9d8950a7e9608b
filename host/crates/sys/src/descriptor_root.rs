//! A root folder with nothing in it but the descriptors of this process: the path `/7` is
//! descriptor 7, and no other path leads anywhere.
//!
//! It is the folder `/proc/self/fd` as the root, so nothing has to be made, and names stay for what
//! is open. It must never know what a descriptor is for.

use super::file_id::FileId;
use super::mounts::{self, AT_RECURSIVE, attach, clone_tree};
use super::place;
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::libc;
use nix::mount::{MntFlags, umount2};
use nix::sys::stat::Mode;
use nix::unistd::{chdir, chroot, fchdir, pivot_root};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

const DESCRIPTORS: &str = "/proc/self/fd";

/// Makes the descriptors of this process its root, for good. Each of `places` becomes a mount of
/// its own, mounted nowhere: no way leads up from there. What is mounted so is read-only but where
/// `writable` says otherwise. One that is no folder any more becomes an empty one. All other
/// folders that this process has open would lead out.
///
/// This process must have one thread, and a namespace of mounts that it may change and shares with
/// nobody.
///
/// # Errors
/// If the system refuses, or a place cannot be found in that namespace. The root and the places are
/// then as they were.
pub fn enter_by_mounts(places: &mut [OwnedFd], writable: &[bool]) -> io::Result<()> {
    mounts::keep_to_itself()?;
    let cloned = places.iter().zip(writable).map(|(place, writable)| cloned(place, *writable));
    let cloned = cloned.collect::<io::Result<Vec<_>>>()?;
    let root = clone_tree(None, DESCRIPTORS)?;
    let here = open("/", OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
    // Anywhere: it stands there for a moment only.
    attach(&root, c"/proc")?;
    fchdir(&root)?;
    if let Err(error) = pivot_root(".", ".") {
        fchdir(&here)?;
        umount2("/proc", MntFlags::MNT_DETACH)?;
        return Err(error.into());
    }
    place::name_by_root();
    places.iter_mut().zip(cloned).for_each(|(place, clone)| *place = clone);
    // The old root lies on the new one now, and goes.
    umount2(".", MntFlags::MNT_DETACH)?;
    Ok(chdir("/")?)
}

/// The same where nothing can be mounted, by chroot(2). It is a wall for a process only that has no
/// folder open: from there a way leads up and out.
///
/// # Errors
/// If the system refuses.
pub fn enter_by_chroot() -> io::Result<()> {
    chroot(DESCRIPTORS)?;
    chdir("/")?;
    place::name_by_root();
    Ok(())
}

/// The folder as a mount of its own, with what is mounted below it.
fn cloned(place: &OwnedFd, writable: bool) -> io::Result<OwnedFd> {
    // Only what is found in this namespace can be cloned. The kernel keeps the path up to date.
    let path = std::fs::read_link(place::path(place))?;
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let found = match open(&path, flags, Mode::empty()) {
        Ok(found) => found,
        // So the kernel marks what was removed. Elsewhere the path may be one of another root.
        Err(Errno::ENOENT) if path.as_os_str().as_bytes().ends_with(b" (deleted)") => {
            return super::scratch::empty();
        }
        Err(error) => return Err(error.into()),
    };
    if FileId::of(&found)? != FileId::of(place)? {
        return Err(io::Error::other(format!("another folder is mounted at {}", path.display())));
    }
    let clone = clone_tree(Some(AT_RECURSIVE), &place::path(&found))?;
    narrow(&clone, writable)?;
    Ok(clone)
}

/// Takes from a mount, and from those below it, what a granted folder never gives: rights of
/// programs and, unless it is `writable`, changes.
fn narrow(mount: &OwnedFd, writable: bool) -> io::Result<()> {
    let read_only = if writable { 0 } else { libc::MOUNT_ATTR_RDONLY };
    let attributes = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC | read_only;
    match mounts::narrow(mount, attributes) {
        // Linux 5.12 has it. What may be written is as it was.
        Err(Errno::ENOSYS) if writable => Ok(()),
        narrowed => Ok(narrowed?),
    }
}
