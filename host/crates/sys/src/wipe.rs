//! Empties a folder that strangers filled, in whatever shape they left it.
//!
//! It must never know whose folder it is, or why it is emptied.

use super::place;
use nix::errno::Errno;
use nix::fcntl::{OFlag, openat, renameat};
use nix::sys::stat::{FchmodatFlags, Mode, fchmodat};
use nix::unistd::{UnlinkatFlags, unlinkat};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;

/// Names that are read before the first of them is removed: what a guest makes of names must not
/// take memory without bound.
const AT_ONCE: usize = 1024;

/// Removes everything in a folder. A tree is taken apart from its top: what is deeper is moved up
/// first, so that no depth needs more descriptors, memory or stack than another. Nothing may change
/// it meanwhile.
///
/// # Errors
/// If something cannot be removed.
pub fn wipe(top: &OwnedFd) -> io::Result<()> {
    let mut moved = 0;
    loop {
        let names = names(top)?;
        if names.is_empty() {
            return Ok(());
        }
        for name in names {
            if !removed(top, &name)? {
                empty(top, &name, &mut moved)?;
                unlinkat(top, name.as_os_str(), UnlinkatFlags::RemoveDir)?;
            }
        }
    }
}

/// Empties a folder in the top: what is no empty folder itself is moved beside it.
fn empty(top: &OwnedFd, of: &OsStr, moved: &mut u64) -> io::Result<()> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let folder = opened(top, of, || openat(top, of, flags, Mode::empty()))?;
    loop {
        let names = names(&folder)?;
        if names.is_empty() {
            return Ok(());
        }
        for name in names {
            if !opened(top, of, || removed(&folder, &name))? {
                move_up(&folder, top, &name, moved)?;
            }
        }
    }
}

/// Moves a folder to the top, under a name that nothing has there.
fn move_up(from: &OwnedFd, top: &OwnedFd, name: &OsStr, moved: &mut u64) -> io::Result<()> {
    loop {
        *moved += 1;
        let to = format!("{moved}");
        match opened(from, name, || renameat(from, name, top, to.as_str())) {
            Ok(()) => return Ok(()),
            // A guest had that name for something of its own.
            Err(Errno::ENOTEMPTY | Errno::EEXIST | Errno::ENOTDIR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Does something with a folder, and once more after opening it to its owner, if its maker closed
/// it.
fn opened<T>(
    within: &OwnedFd,
    name: &OsStr,
    mut something: impl FnMut() -> nix::Result<T>,
) -> nix::Result<T> {
    match something() {
        Err(Errno::EACCES) => {
            // Known to be a folder, so that there is no link to follow.
            fchmodat(within, name, Mode::S_IRWXU, FchmodatFlags::FollowSymlink)?;
            something()
        }
        done => done,
    }
}

/// Some of the names in a folder; none if there is none left.
fn names(folder: &OwnedFd) -> io::Result<Vec<OsString>> {
    std::fs::read_dir(place::path(folder))?.take(AT_ONCE).map(|entry| Ok(entry?.file_name())).collect()
}

/// Removes what is no folder, or an empty one; says whether that was it.
fn removed(folder: &OwnedFd, name: &OsStr) -> nix::Result<bool> {
    match unlinkat(folder, name, UnlinkatFlags::NoRemoveDir) {
        Ok(()) => Ok(true),
        Err(Errno::EISDIR) => match unlinkat(folder, name, UnlinkatFlags::RemoveDir) {
            Ok(()) => Ok(true),
            Err(Errno::ENOTEMPTY) => Ok(false),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    /// Checks that nothing is left of a folder that was filled so.
    #[track_caller]
    fn check_wiped(fill: impl FnOnce(&Path)) {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path());
        wipe(&File::open(folder.path()).unwrap().into()).unwrap();
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

    /// As an ordinary user, whom modes hold; the superuser finds them open.
    #[test]
    fn folders_that_their_maker_closed_go_too() {
        let close = |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        let fill = move |folder: &Path| {
            fs::create_dir_all(folder.join("a/b/c/d")).unwrap();
            fs::write(folder.join("a/b/file"), "").unwrap();
            close(&folder.join("a/b/c"), 0);
            close(&folder.join("a/b"), 0o300);
            close(&folder.join("a"), 0o500);
        };
        // A thread has rights of its own.
        let held = move || {
            crate::confine::keep_capabilities(&[]).unwrap();
            check_wiped(fill);
        };
        std::thread::spawn(held).join().unwrap();
    }
}
