//! The folder that attempts write into: what one leaves there is gone before the next one begins,
//! in whatever shape it was left.
//!
//! It has no path. Where one is needed, the one by which this process reaches its own descriptors
//! stands for it.

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat, renameat};
use nix::sys::stat::Mode;
use nix::unistd::{UnlinkatFlags, unlinkat};
use polymer_host_sys::place;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;

/// Names that are read before the first of them is removed: what a guest makes of names must not
/// take memory without bound.
const AT_ONCE: usize = 1024;

/// The folder, opened.
#[derive(Debug)]
pub(crate) struct ScratchFolder(OwnedFd);

impl ScratchFolder {
    pub(crate) const fn new(folder: OwnedFd) -> Self {
        Self(folder)
    }

    /// The folder itself.
    pub(super) const fn folder(&self) -> &OwnedFd {
        &self.0
    }

    /// A path to it, for this process.
    pub(crate) fn path(&self) -> String {
        place::path(&self.0)
    }

    /// Removes everything in it. A tree is taken apart from its top: what is deeper is moved up
    /// first, so that no depth needs more descriptors, memory or stack than another.
    ///
    /// # Errors
    /// If something cannot be removed. The folder is then of no use.
    pub(crate) fn wipe(&self) -> io::Result<()> {
        let mut moved = 0;
        loop {
            let names = names(&self.0)?;
            if names.is_empty() {
                return Ok(());
            }
            for name in names {
                if !removed(&self.0, &name)? {
                    self.empty(&name, &mut moved)?;
                    unlinkat(&self.0, name.as_os_str(), UnlinkatFlags::RemoveDir)?;
                }
            }
        }
    }

    /// Empties a folder in it: what is no empty folder itself is moved beside it.
    fn empty(&self, name: &OsStr, moved: &mut u64) -> io::Result<()> {
        let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let folder = openat(&self.0, name, flags, Mode::empty())?;
        loop {
            let names = names(&folder)?;
            if names.is_empty() {
                return Ok(());
            }
            for name in names {
                if !removed(&folder, &name)? {
                    self.move_up(&folder, &name, moved)?;
                }
            }
        }
    }

    /// Moves a folder to the top, under a name that nothing has there.
    fn move_up(&self, from: &OwnedFd, name: &OsStr, moved: &mut u64) -> io::Result<()> {
        loop {
            *moved += 1;
            match renameat(from, name, &self.0, format!("{moved}").as_str()) {
                Ok(()) => return Ok(()),
                // A guest had that name for something of its own.
                Err(Errno::ENOTEMPTY | Errno::EEXIST | Errno::ENOTDIR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Some of the names in a folder; none if there is none left.
fn names(folder: &OwnedFd) -> io::Result<Vec<OsString>> {
    std::fs::read_dir(place::path(folder))?.take(AT_ONCE).map(|entry| Ok(entry?.file_name())).collect()
}

/// Removes what is no folder, or an empty one; says whether that was it.
fn removed(folder: &OwnedFd, name: &OsStr) -> io::Result<bool> {
    match unlinkat(folder, name, UnlinkatFlags::NoRemoveDir) {
        Ok(()) => Ok(true),
        Err(Errno::EISDIR) => match unlinkat(folder, name, UnlinkatFlags::RemoveDir) {
            Ok(()) => Ok(true),
            Err(Errno::ENOTEMPTY) => Ok(false),
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::path::Path;

    /// Checks that nothing is left of a folder that was filled so.
    #[track_caller]
    fn check_wiped(fill: impl FnOnce(&Path)) {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path());
        ScratchFolder::new(File::open(folder.path()).unwrap().into()).wipe().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_empty_folder_is_wiped() {
        check_wiped(|_| {});
    }

    #[test]
    fn files_links_and_folders_go_and_what_links_lead_to_stays() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("file"), "kept").unwrap();
        check_wiped(|folder| {
            fs::create_dir_all(folder.join("a/b/c")).unwrap();
            fs::create_dir_all(folder.join("a/empty")).unwrap();
            fs::write(folder.join("a/b/file"), "x").unwrap();
            fs::hard_link(folder.join("a/b/file"), folder.join("hard")).unwrap();
            std::os::unix::fs::symlink(outside.path(), folder.join("a/b/out")).unwrap();
            std::os::unix::fs::symlink(outside.path(), folder.join("out")).unwrap();
            std::os::unix::fs::symlink("nowhere", folder.join("broken")).unwrap();
        });
        assert_eq!(fs::read_to_string(outside.path().join("file")).unwrap(), "kept");
    }

    #[test]
    fn a_deep_tree_is_taken_apart() {
        check_wiped(|folder| {
            let (top, deeper) = (folder.join("a"), folder.join("b"));
            fs::create_dir(&top).unwrap();
            // Each time under a new top: the path to the bottom is longer than any call would take.
            for _ in 0..5000 {
                fs::create_dir(&deeper).unwrap();
                fs::write(deeper.join("file"), "").unwrap();
                fs::rename(&top, deeper.join("a")).unwrap();
                fs::rename(&deeper, &top).unwrap();
            }
        });
    }

    #[test]
    fn many_names_go_whatever_they_are() {
        check_wiped(|folder| {
            for number in 0..3000 {
                fs::write(folder.join(number.to_string()), "").unwrap();
            }
            fs::create_dir_all(folder.join("deep/1/2/3")).unwrap();
            fs::create_dir_all(folder.join("4000/5/x")).unwrap();
            fs::write(folder.join("deep/1/2/1"), "").unwrap();
            fs::write(folder.join("\u{1b}[1m"), "").unwrap();
        });
    }
}
