//! Files in the place of a build: written before a compiler has been there, and read after the last
//! one is gone.
//!
//! What is read was made by strangers: no link is followed, and nothing but a regular file is read.

use super::messages::{BuildFile, BuildRequest};
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::sys::stat::Mode;
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// Levels of folders that are copied or counted at the most.
const DEEPEST: usize = 64;

/// Writes what a request has into its place.
///
/// # Errors
/// If a name leads out of the place, or the system refuses.
pub(super) fn write(request: &BuildRequest) -> io::Result<()> {
    for BuildFile { path, content } in &request.files {
        let to = inside(&request.place, path)?;
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        File::options().write(true).create_new(true).open(&to)?.write_all(content)?;
    }
    for (from, to) in &request.copies {
        copy(from, &inside(&request.place, to)?, 0)?;
    }
    for command in &request.commands {
        fs::create_dir_all(inside(&request.place, &command.within)?)?;
    }
    request.module.parent().map_or(Ok(()), |folder| fs::create_dir_all(inside(&request.place, folder)?))
}

/// Returns where a name of the place is.
fn inside(place: &Path, name: &Path) -> io::Result<PathBuf> {
    let is_plain = name.components().all(|part| matches!(part, Component::Normal(_)));
    let refused = || io::Error::other(format!("{} is no name in the folder of a build", name.display()));
    is_plain.then(|| place.join(name)).ok_or_else(refused)
}

/// Copies a folder of this program's user: its files and folders, and nothing else.
fn copy(from: &Path, to: &Path, depth: usize) -> io::Result<()> {
    fs::create_dir_all(to)?;
    if depth >= DEEPEST {
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, to) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy(&entry.path(), &to, depth + 1)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// A place, held open.
#[derive(Debug)]
pub(super) struct BuildPlace(OwnedFd);

/// What is where the module should be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FoundModule {
    Bytes(Vec<u8>),
    TooLarge,
    None,
}

impl BuildPlace {
    /// Opens it.
    ///
    /// # Errors
    /// If the system refuses.
    pub(super) fn open(place: &Path) -> io::Result<Self> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        Ok(Self(open(place, flags, Mode::empty())?))
    }

    /// Reads a file of at most so many bytes that a compiler made.
    ///
    /// # Errors
    /// If reading fails.
    pub(super) fn read(&self, name: &Path, most: u64) -> io::Result<FoundModule> {
        // A pipe would be waited for.
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let how = OpenHow::new()
            .flags(flags)
            .resolve(ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS);
        let Ok(file) = openat2(&self.0, name, how) else { return Ok(FoundModule::None) };
        let file = File::from(file);
        let meta = file.metadata()?;
        if !meta.is_file() || meta.nlink() > 1 {
            return Ok(FoundModule::None);
        }
        let mut bytes = Vec::new();
        let got = file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        let is_short = u64::try_from(got).is_ok_and(|got| got <= most);
        Ok(if is_short { FoundModule::Bytes(bytes) } else { FoundModule::TooLarge })
    }
}

/// Returns the bytes of files in a place: at once where that is a file system of its own, else by
/// looking at each if they are `counted` now.
pub(super) fn used(request: &BuildRequest, counted: bool) -> Option<u64> {
    let system = statfs(&request.place).ok()?;
    let block = u64::try_from(system.block_size()).unwrap_or(u64::MAX);
    let bytes = |blocks: u64| blocks.saturating_mul(block);
    // The machine's own folders may be in memory too.
    let is_own = system.filesystem_type() == TMPFS_MAGIC
        && bytes(system.blocks()) <= request.limits.files.saturating_add(block);
    if !is_own {
        return counted.then(|| size(&request.place));
    }
    // Names are as scarce as bytes.
    let is_full = system.files() > 0 && system.files_free() == 0;
    let free = if is_full { 0 } else { system.blocks_free() };
    Some(bytes(system.blocks().saturating_sub(free)))
}

/// Counts the bytes of a folder's files. What cannot be looked at is left out.
fn size(folder: &Path) -> u64 {
    fn of(folder: &Path, depth: usize) -> u64 {
        let Some(entries) = fs::read_dir(folder).ok().filter(|_| depth < DEEPEST) else { return 0 };
        let sizes = entries.filter_map(|entry| {
            let entry = entry.ok()?;
            let meta = entry.metadata().ok()?;
            Some(if meta.is_dir() { of(&entry.path(), depth + 1) } else { meta.blocks().saturating_mul(512) })
        });
        sizes.fold(0, u64::saturating_add)
    }
    of(folder, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_name_stays_in_the_place() {
        for name in ["../a", "/etc/passwd", "a/../../b", "./a/../b"] {
            assert!(inside(Path::new("/p"), Path::new(name)).is_err(), "{name}");
        }
        assert_eq!(inside(Path::new("/p"), Path::new("a/b.c")).unwrap(), Path::new("/p/a/b.c"));
    }

    #[test]
    fn only_a_regular_file_of_the_place_is_a_module() {
        let (place, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |name: &str| place.path().join(name);
        fs::write(outside.path().join("secret"), "secret").unwrap();
        fs::write(at("good"), "wasm").unwrap();
        fs::create_dir(at("folder")).unwrap();
        symlink(outside.path().join("secret"), at("link")).unwrap();
        symlink(outside.path(), at("way")).unwrap();
        symlink("good", at("inside")).unwrap();
        nix::unistd::mkfifo(&at("pipe"), Mode::S_IRWXU).unwrap();
        fs::write(at("linked"), "wasm").unwrap();
        fs::hard_link(at("linked"), at("again")).unwrap();
        let opened = BuildPlace::open(place.path()).unwrap();
        let read = |name: &str, most| opened.read(Path::new(name), most).unwrap();
        assert_eq!(read("good", 4), FoundModule::Bytes(b"wasm".to_vec()));
        assert_eq!(read("good", 3), FoundModule::TooLarge);
        for name in ["folder", "link", "way/secret", "inside", "pipe", "linked", "none", "../secret"] {
            assert_eq!(read(name, 100), FoundModule::None, "{name}");
        }
    }

    #[test]
    fn a_folder_is_copied_and_counted_without_links() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(from.path().join("a")).unwrap();
        fs::write(from.path().join("a/b"), vec![1; 10_000]).unwrap();
        symlink("/etc/passwd", from.path().join("a/link")).unwrap();
        copy(from.path(), &to.path().join("new"), 0).unwrap();
        assert_eq!(fs::read(to.path().join("new/a/b")).unwrap().len(), 10_000);
        assert!(!to.path().join("new/a/link").exists());
        assert!((10_000..100_000).contains(&size(to.path())), "{}", size(to.path()));
    }
}
