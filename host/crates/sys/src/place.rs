//! A folder as a place: whatever becomes of its path later, this is the folder that was meant.
//!
//! It must never know who goes there.

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The root of this process is the folder of its descriptors.
static IS_ROOT_OF_DESCRIPTORS: AtomicBool = AtomicBool::new(false);

/// The folder at `path`, which ends in no link. It can be handed to another process and opened
/// there, and nothing else.
///
/// # Errors
/// If it is not there, or no folder.
pub fn hold(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    Ok(open(path, flags, Mode::empty())?)
}

/// A path to it, or to whatever else is open, for this process alone.
#[must_use]
pub fn path(place: impl AsFd) -> String {
    let number = place.as_fd().as_raw_fd();
    if IS_ROOT_OF_DESCRIPTORS.load(Ordering::Relaxed) {
        format!("/{number}")
    } else {
        format!("/proc/self/fd/{number}")
    }
}

/// From now on [`path`] names descriptors as entries of the root.
pub(super) fn name_by_root() {
    IS_ROOT_OF_DESCRIPTORS.store(true, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_place_is_the_same_folder_whatever_stands_at_its_path_later() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("file"), "meant").unwrap();
        let place = hold(&inner).unwrap();
        fs::rename(&inner, root.path().join("away")).unwrap();
        symlink("/etc", &inner).unwrap();
        assert_eq!(fs::read_to_string(Path::new(&path(&place)).join("file")).unwrap(), "meant");
        assert!(hold(&inner).is_err(), "a link is no place");
        assert!(hold(&root.path().join("away/file")).is_err());
    }
}
