//! Files in the place of a build: written before a compiler has been there, and read after the last
//! one is gone.
//!
//! What is read was made by strangers: no link is followed, and nothing but a regular file is read.

use super::messages::{BuildFile, BuildRequest};
use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::libc;
use nix::sys::stat::{Mode, fstatat};
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// Levels of folders that are copied or counted at the most.
const DEEPEST: usize = 64;
/// Names that are counted at the most: more are over any limit, and would hold up who counts.
const NAMES: usize = 50_000;
/// Bytes that a name takes at the least.
const BLOCK: u64 = 4096;
/// How a folder is opened that may be a link by now.
const FOLDER: OFlag =
    OFlag::O_RDONLY.union(OFlag::O_DIRECTORY).union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);

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
        let file = match openat2(&self.0, name, how) {
            Ok(file) => File::from(file),
            // What the sources have made of it. Other errors are the machine's.
            Err(
                Errno::ENOENT
                | Errno::ENOTDIR
                | Errno::ELOOP
                | Errno::EXDEV
                | Errno::EACCES
                | Errno::ENXIO
                | Errno::EISDIR,
            ) => return Ok(FoundModule::None),
            Err(error) => return Err(error.into()),
        };
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

/// What the files of a place take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PlaceUsage {
    pub(super) bytes: u64,
    /// They are in memory.
    pub(super) in_memory: bool,
}

/// Returns what files take in a place: at once where that is a file system of its own, else by
/// looking at each if they are `counted` now.
pub(super) fn used(request: &BuildRequest, counted: bool) -> Option<PlaceUsage> {
    let system = statfs(&request.place).ok()?;
    let block = u64::try_from(system.block_size()).unwrap_or(u64::MAX);
    let bytes = |blocks: u64| blocks.saturating_mul(block);
    // The machine's own folders may be in memory too.
    let is_own = system.filesystem_type() == TMPFS_MAGIC
        && bytes(system.blocks()) <= request.limits.files.saturating_add(block);
    if !is_own {
        return counted.then(|| PlaceUsage { bytes: size(&request.place), in_memory: false });
    }
    // Names are as scarce as bytes.
    let is_full = system.files() > 0 && system.files_free() == 0;
    let free = if is_full { 0 } else { system.blocks_free() };
    Some(PlaceUsage { bytes: bytes(system.blocks().saturating_sub(free)), in_memory: true })
}

/// Counts the bytes of a folder's files, one block for each name at the least. A folder that cannot
/// be looked at, or that has more names or levels than any build, counts as endless. No link is
/// followed: what is looked at changes meanwhile.
fn size(folder: &Path) -> u64 {
    fn of(folder: Dir, depth: usize, names: &mut usize) -> Option<u64> {
        let mut folder = folder;
        let handle = folder.as_fd().try_clone_to_owned().ok()?;
        let mut sum = 0_u64;
        for entry in folder.iter().filter_map(Result::ok) {
            let name = entry.file_name();
            if [c".", c".."].contains(&name) {
                continue;
            }
            *names = names.checked_sub(1)?;
            // What is gone by now takes no room.
            let Ok(meta) = fstatat(&handle, name, AtFlags::AT_SYMLINK_NOFOLLOW) else { continue };
            let blocks = u64::try_from(meta.st_blocks).unwrap_or_default();
            sum = sum.saturating_add(blocks.saturating_mul(512).max(BLOCK));
            if meta.st_mode & libc::S_IFMT == libc::S_IFDIR {
                match Dir::openat(&handle, name, FOLDER, Mode::empty()) {
                    Ok(below) if depth < DEEPEST => sum = sum.saturating_add(of(below, depth + 1, names)?),
                    Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => {}
                    Ok(_) | Err(_) => return None,
                }
            }
        }
        Some(sum)
    }
    let mut names = NAMES;
    Dir::open(folder, FOLDER, Mode::empty()).map_or(0, |folder| of(folder, 0, &mut names).unwrap_or(u64::MAX))
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

    #[test]
    fn a_folder_that_hides_what_is_in_it_is_endless() {
        let place = tempfile::tempdir().unwrap();
        symlink("/", place.path().join("all")).unwrap();
        assert!(size(place.path()) < 100_000);
        let deep = (0..DEEPEST + 2).fold(place.path().to_path_buf(), |path, _| path.join("a"));
        fs::create_dir_all(&deep).unwrap();
        assert_eq!(size(place.path()), u64::MAX);
        assert_eq!(size(&place.path().join("none")), 0);
    }
}
