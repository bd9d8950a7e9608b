//! A root folder for programs that are to see little of a machine: some of its folders, read-only
//! and at the paths that they have, a few devices, and one folder in memory that can be written.
//!
//! It must never know which programs these are.

use super::mounts::{self, AT_RECURSIVE, attach, clone_tree};
use super::scratch;
use nix::libc;
use nix::mount::{MntFlags, umount2};
use nix::unistd::{chdir, pivot_root};
use std::ffi::CString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// Devices without which programs do not do: nothing can be read from or written to another by
/// them, and no memory can be had that nothing counts, as by `/dev/zero`.
pub const DEVICES: [&str; 2] = ["/dev/null", "/dev/urandom"];
/// Bytes for the names of folders and links of the root itself.
const NAMES: u64 = 1 << 20;
/// Links at the top of most machines, to folders below `/usr`.
const TOP: [&str; 6] = ["bin", "lib", "lib32", "lib64", "libx32", "sbin"];

/// What such a root has.
#[derive(Debug, Clone, Copy)]
pub struct ToolchainRoot<'a> {
    /// Folders to read, and to start programs from: absolute, and without links.
    pub folders: &'a [PathBuf],
    /// Links, by where they stand: absolute.
    pub links: &'a [(PathBuf, PathBuf)],
    /// The folder that can be written. It is there already, absolute; what is in it is not seen any
    /// more.
    pub place: &'a Path,
    /// Bytes that may be in that folder.
    pub bytes: u64,
}

/// Makes this the root of all processes in this namespace of mounts, for good.
///
/// This process must have one thread, and a namespace of mounts that it may change and shares with
/// nobody.
///
/// # Errors
/// If the system refuses. The root is then as it was.
pub fn enter(root: &ToolchainRoot<'_>) -> io::Result<()> {
    mounts::keep_to_itself()?;
    let read_only = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID;
    let mut clones = Vec::new();
    for folder in root.folders {
        clones.push((folder.as_path(), cloned(folder, read_only | libc::MOUNT_ATTR_NODEV)?));
    }
    for device in DEVICES.map(Path::new) {
        clones.push((device, cloned(device, read_only | libc::MOUNT_ATTR_NOEXEC)?));
    }
    let (bare, writable) = (scratch::make(NAMES)?, scratch::make(root.bytes)?);
    attach(&bare, &c_path(root.place)?)?;
    let entered = fill(root, &bare, &clones, &writable).and_then(|()| {
        chdir(root.place)?;
        Ok(pivot_root(".", ".")?)
    });
    if let Err(error) = entered {
        chdir("/")?;
        umount2(root.place, MntFlags::MNT_DETACH)?;
        return Err(error);
    }
    // The old root lies on the new one now, and goes.
    umount2(".", MntFlags::MNT_DETACH)?;
    Ok(chdir("/")?)
}

/// Puts into the new root what it has. It stands at the path of the place until it is the root.
fn fill(
    root: &ToolchainRoot<'_>,
    bare: &OwnedFd,
    clones: &[(&Path, OwnedFd)],
    writable: &OwnedFd,
) -> io::Result<()> {
    std::fs::set_permissions(root.place, PermissionsExt::from_mode(0o755))?;
    for (path, clone) in clones {
        let to = below(root.place, path);
        if path.starts_with("/dev") {
            to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(&to, b"")?;
        } else {
            std::fs::create_dir_all(&to)?;
        }
        attach(clone, &c_path(&to)?)?;
    }
    let top = TOP.map(|name| Path::new("/").join(name));
    let top = top.iter().filter_map(|path| Some((path.clone(), std::fs::read_link(path).ok()?)));
    for (path, target) in top.chain(root.links.iter().cloned()) {
        let to = below(root.place, &path);
        to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        symlink(target, to)?;
    }
    let place = below(root.place, root.place);
    std::fs::create_dir_all(&place)?;
    // Not what is mounted from here on.
    mounts::narrow(bare, libc::MOUNT_ATTR_RDONLY)?;
    attach(writable, &c_path(&place)?)
}

/// Returns where a path of the new root is, while that stands at `place`.
fn below(place: &Path, path: &Path) -> PathBuf {
    place.join(path.strip_prefix("/").unwrap_or(path))
}

fn cloned(path: &Path, attributes: u64) -> io::Result<OwnedFd> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let text = path.to_str().ok_or_else(|| named(io::ErrorKind::InvalidFilename.into()))?;
    let clone = clone_tree(Some(AT_RECURSIVE), text).map_err(named)?;
    mounts::narrow(&clone, attributes)?;
    Ok(clone)
}

fn c_path(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}
