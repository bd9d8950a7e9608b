//! A folder that nobody but us may write to, held by a descriptor, and the files in it by their
//! names.
//!
//! Whoever would plant something in it is stopped twice: the folder must be ours and closed to
//! others, and whatever stands in it is opened without following a link and without waiting for
//! anybody, and then looked at. Its path is used once; what becomes of the path later changes
//! nothing. It must never know what the files are for.

use super::system_error::{SystemError, SystemOperation};
use nix::dir::{Dir, Type};
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat, renameat};
use nix::libc;
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};
use nix::unistd::{UnlinkatFlags, geteuid, unlinkat};
use std::ffi::CString;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A folder of ours that is closed to others.
#[derive(Debug)]
pub struct PrivateFolder(OwnedFd);

/// Why a folder is not to be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Nothing stands there.
    #[error("there is no such folder")]
    Missing,
    /// It is a file, or a link, wherever that leads.
    #[error("it is not a folder, or it is a symbolic link")]
    NotAFolder,
    /// Another user owns it, who may change what stands in it.
    #[error("it belongs to another user (uid {0})")]
    Foreign(u32),
    /// Others may change what stands in it.
    #[error("others may write to it (its mode is {0:o}): `chmod go-w` closes it")]
    Open(u32),
    /// The system refuses.
    #[error("{0}")]
    Refused(#[source] SystemError),
}

impl FolderError {
    /// That the system refused an operation on the folder at `path`.
    pub fn system(operation: SystemOperation, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Refused(SystemError::new(operation, path, source))
    }
}

/// Why a file in a folder is not to be read.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Nothing stands there.
    #[error("there is no such file")]
    Missing,
    /// It was not made by us as it is: a link, a pipe, a file of others, or one with a second name.
    #[error("it is not a private file of this user: {0}")]
    Planted(&'static str),
    /// It holds more than was allowed.
    #[error("it has {0} bytes, which is more than allowed")]
    TooLarge(u64),
    /// The system refuses.
    #[error("{0}")]
    Refused(#[source] io::Error),
}

/// Entry of a listing for one regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub length: u64,
    /// When it was written, or said to be of use, last.
    pub modified: SystemTime,
}

impl PrivateFolder {
    /// Opens the folder at `path`; makes it first, and those above it, if `make` says so.
    ///
    /// # Errors
    /// If it is not there, is no folder, is not ours alone to write to, or the system refuses.
    pub fn open(path: &Path, make: bool) -> Result<Self, FolderError> {
        if make {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
            // What stands there and is no folder is told of below.
            made.or_else(|error| if path.symlink_metadata().is_ok() { Ok(()) } else { Err(error) })
                .map_err(FolderError::system(SystemOperation::MakeFolder, path))?;
        }
        let flags = libc::O_DIRECTORY | libc::O_NOFOLLOW;
        let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
        let file = opened.map_err(|error| match error.raw_os_error() {
            Some(libc::ENOENT) => FolderError::Missing,
            Some(libc::ENOTDIR | libc::ELOOP) => FolderError::NotAFolder,
            _ => FolderError::system(SystemOperation::Read, path)(error),
        })?;
        let stat = fstat(&file)
            .map_err(|errno| FolderError::system(SystemOperation::Inspect, path)(errno.into()))?;
        if stat.st_uid != geteuid().as_raw() {
            return Err(FolderError::Foreign(stat.st_uid));
        }
        if stat.st_mode & 0o022 != 0 {
            return Err(FolderError::Open(stat.st_mode & 0o7777));
        }
        Ok(Self(file.into()))
    }

    /// Reads the private file `name`, at most `limit` bytes.
    ///
    /// # Errors
    /// If it is not there, is no private file of ours, is too large, or cannot be read.
    pub fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, EntryError> {
        let (file, length) = self.open_file(name, limit)?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        // It may grow meanwhile, by a hand of ours.
        (&file).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(EntryError::Refused)?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > limit { Err(EntryError::TooLarge(length)) } else { Ok(bytes) }
    }

    /// Opens the private file `name`, of at most `limit` bytes, and returns it with its length in
    /// bytes at this moment.
    ///
    /// # Errors
    /// If it is not there, is no private file of ours, is too large, or cannot be opened.
    pub fn open_file(&self, name: &str, limit: u64) -> Result<(File, u64), EntryError> {
        // Without O_NONBLOCK, opening a pipe nobody writes to waits for ever.
        let flags =
            OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
        let (file, stat) = loop {
            let file = match openat(&self.0, name, flags, Mode::empty()) {
                Ok(fd) => File::from(fd),
                Err(Errno::ENOENT) => return Err(EntryError::Missing),
                Err(Errno::ELOOP) => return Err(EntryError::Planted("it is a symbolic link")),
                // A socket; nothing else answers an open for reading so.
                Err(Errno::ENXIO) => return Err(EntryError::Planted("it is not a regular file")),
                Err(errno) => return Err(EntryError::Refused(errno.into())),
            };
            let stat = fstat(&file).map_err(|errno| EntryError::Refused(errno.into()))?;
            // One without a name was replaced since it was opened.
            if stat.st_nlink > 0 {
                break (file, stat);
            }
        };
        check_private(&stat)?;
        let length = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
        if length > limit { Err(EntryError::TooLarge(length)) } else { Ok((file, length)) }
    }

    /// A new empty file, for us alone to read.
    ///
    /// # Errors
    /// If something stands there, or the system refuses.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        Ok(File::from(openat(&self.0, name, flags, Mode::S_IRUSR | Mode::S_IWUSR)?))
    }

    /// Gives a file another name, in place of whatever has that name.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(renameat(&self.0, from, &self.0, to)?)
    }

    /// Gives a file a name that nothing has yet; says whether that was so. On a file system that
    /// cannot tell, whatever has the name makes room.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn rename_new(&self, from: &str, to: &str) -> io::Result<bool> {
        let (old, new) = (CString::new(from)?, CString::new(to)?);
        let fd = self.0.as_raw_fd();
        // SAFETY: both names end with a zero byte and live until the call returns; it touches
        // nothing else of ours.
        let done = unsafe {
            libc::syscall(libc::SYS_renameat2, fd, old.as_ptr(), fd, new.as_ptr(), libc::RENAME_NOREPLACE)
        };
        match (done, Errno::last()) {
            (0, _) => Ok(true),
            (_, Errno::EEXIST) => Ok(false),
            (_, Errno::EINVAL | Errno::ENOSYS) => self.rename(from, to).map(|()| true),
            (_, errno) => Err(errno.into()),
        }
    }

    /// Removes a file, or a link and not what it leads to; says whether one was there.
    ///
    /// # Errors
    /// If the system refuses, as it does for a folder.
    pub fn remove(&self, name: &str) -> io::Result<bool> {
        match unlinkat(&self.0, name, UnlinkatFlags::NoRemoveDir) {
            Ok(()) => Ok(true),
            Err(Errno::ENOENT) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// The regular files in it, without an order. What has a name that is no text is none of ours.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn list(&self) -> io::Result<Vec<ListedFile>> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let mut listed = Vec::new();
        for entry in Dir::openat(&self.0, ".", flags, Mode::empty())? {
            let entry = entry?;
            let regular = entry.file_type().is_none_or(|kind| kind == Type::File);
            let Some(name) = entry.file_name().to_str().ok().filter(|_| regular) else { continue };
            // It may be gone by now.
            let Ok(stat) = fstatat(&self.0, name, AtFlags::AT_SYMLINK_NOFOLLOW) else { continue };
            if kind(&stat) == SFlag::S_IFREG {
                let length = u64::try_from(stat.st_size).unwrap_or(0);
                listed.push(ListedFile { name: name.to_owned(), length, modified: modified(&stat) });
            }
        }
        Ok(listed)
    }
}

fn kind(stat: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits())
}

fn modified(stat: &FileStat) -> SystemTime {
    let nanos = u32::try_from(stat.st_mtime_nsec).unwrap_or(0);
    UNIX_EPOCH + Duration::new(u64::try_from(stat.st_mtime).unwrap_or(0), nanos)
}

/// That an open file is what we make: regular, ours, with one name, and nobody else's to change.
fn check_private(stat: &FileStat) -> Result<(), EntryError> {
    if kind(stat) != SFlag::S_IFREG {
        return Err(EntryError::Planted("it is not a regular file"));
    }
    if stat.st_uid != geteuid().as_raw() {
        return Err(EntryError::Planted("it belongs to another user"));
    }
    if stat.st_nlink != 1 {
        return Err(EntryError::Planted("it has a second name"));
    }
    if stat.st_mode & 0o077 != 0 {
        return Err(EntryError::Planted("others may read or write it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::io::Write;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    fn made() -> (tempfile::TempDir, PrivateFolder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(&dir.path().join("a/b"), true).unwrap();
        (dir, folder)
    }

    fn planted(folder: &PrivateFolder, name: &str) -> &'static str {
        match folder.read(name, 100) {
            Err(EntryError::Planted(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_folder_is_made_for_us_alone() {
        let (dir, folder) = made();
        assert_eq!(fs::metadata(dir.path().join("a/b")).unwrap().mode() & 0o7777, 0o700);
        folder.create("x").unwrap().write_all(b"12345").unwrap();
        assert_eq!(fs::metadata(dir.path().join("a/b/x")).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(folder.read("x", 5).unwrap(), b"12345");
        assert!(matches!(folder.read("x", 4), Err(EntryError::TooLarge(5))));
        assert!(folder.create("x").is_err());
        assert!(matches!(folder.read("y", 4), Err(EntryError::Missing)));
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        for (mode, open) in [(0o770, true), (0o702, true), (0o1777, true), (0o755, false), (0o500, false)] {
            fs::set_permissions(dir.path(), Permissions::from_mode(mode)).unwrap();
            let refused = PrivateFolder::open(dir.path(), true);
            assert_eq!(matches!(refused, Err(FolderError::Open(_))), open, "{mode:o}: {refused:?}");
        }
    }

    #[test]
    fn a_folder_of_another_user_is_refused() {
        // Both roles have one: `/` is root's, and root can give a folder away.
        let dir = tempfile::tempdir().unwrap();
        let path = if geteuid().is_root() {
            std::os::unix::fs::chown(dir.path(), Some(12345), None).unwrap();
            dir.path()
        } else {
            Path::new("/")
        };
        assert!(matches!(PrivateFolder::open(path, true), Err(FolderError::Foreign(_))));
    }

    #[test]
    fn what_is_no_folder_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "").unwrap();
        symlink(dir.path(), &link).unwrap();
        for path in [&file, &link] {
            assert!(
                matches!(PrivateFolder::open(path, true), Err(FolderError::NotAFolder)),
                "{}",
                path.display()
            );
        }
        let none = dir.path().join("none");
        assert!(matches!(PrivateFolder::open(&none, false), Err(FolderError::Missing)));
        assert!(matches!(PrivateFolder::open(&file.join("below"), true), Err(FolderError::Refused(_))));
    }

    #[test]
    fn what_was_planted_is_not_read_and_can_be_removed() {
        let (dir, folder) = made();
        let path = dir.path().join("a/b");
        let outside = dir.path().join("outside");
        fs::write(&outside, "secret").unwrap();
        fs::set_permissions(&outside, Permissions::from_mode(0o600)).unwrap();
        symlink(&outside, path.join("symlink")).unwrap();
        fs::hard_link(&outside, path.join("hardlink")).unwrap();
        nix::unistd::mkfifo(&path.join("pipe"), Mode::S_IRWXU).unwrap();
        let _listener = UnixListener::bind(path.join("socket")).unwrap();
        fs::write(path.join("open"), "").unwrap();
        fs::set_permissions(path.join("open"), Permissions::from_mode(0o644)).unwrap();
        assert_eq!(planted(&folder, "symlink"), "it is a symbolic link");
        assert_eq!(planted(&folder, "hardlink"), "it has a second name");
        assert_eq!(planted(&folder, "pipe"), "it is not a regular file");
        assert_eq!(planted(&folder, "socket"), "it is not a regular file");
        assert_eq!(planted(&folder, "open"), "others may read or write it");
        for name in ["symlink", "hardlink", "pipe", "socket", "open"] {
            assert!(folder.remove(name).unwrap());
            assert!(!folder.remove(name).unwrap());
        }
        assert_eq!(fs::read_to_string(&outside).unwrap(), "secret");
        fs::create_dir(path.join("folder")).unwrap();
        assert_eq!(planted(&folder, "folder"), "it is not a regular file");
        assert!(folder.remove("folder").is_err());
    }

    #[test]
    fn a_file_of_another_user_is_not_read() {
        if !geteuid().is_root() {
            return;
        }
        let (dir, folder) = made();
        folder.create("x").unwrap();
        std::os::unix::fs::chown(dir.path().join("a/b/x"), Some(12345), None).unwrap();
        assert_eq!(planted(&folder, "x"), "it belongs to another user");
    }

    #[test]
    fn a_file_takes_a_name_at_once() {
        let (_dir, folder) = made();
        for (name, text) in [("one", "1"), ("two", "2"), ("three", "3")] {
            folder.create(name).unwrap().write_all(text.as_bytes()).unwrap();
        }
        assert!(folder.rename_new("one", "x").unwrap());
        assert!(!folder.rename_new("two", "x").unwrap());
        assert_eq!(folder.read("x", 9).unwrap(), b"1");
        folder.rename("two", "x").unwrap();
        assert_eq!(folder.read("x", 9).unwrap(), b"2");
        assert!(folder.rename_new("none", "y").is_err());
        let mut names: Vec<String> = folder.list().unwrap().into_iter().map(|file| file.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["three", "x"]);
    }

    #[test]
    fn a_listing_has_regular_files_only() {
        let (dir, folder) = made();
        symlink("nowhere", dir.path().join("a/b/link")).unwrap();
        fs::create_dir(dir.path().join("a/b/folder")).unwrap();
        folder.create("x").unwrap().write_all(b"123").unwrap();
        let listed = folder.list().unwrap();
        assert_eq!((listed.len(), listed[0].length), (1, 3));
        assert!(listed[0].modified.elapsed().unwrap() < Duration::from_secs(60));
        assert_eq!(folder.list().unwrap(), listed, "it can be asked again");
    }
}
