//! Regular files, opened so that nothing a path may name can hang the run or fill its memory: no
//! pipe, no device, no endless file, and nothing whose content is the kernel's word about this
//! process or this machine.
//!
//! It must never know what the content is for.

use nix::libc;
use nix::sys::statfs::{FUSE_SUPER_MAGIC, FsType, PROC_SUPER_MAGIC, SYSFS_MAGIC, TMPFS_MAGIC, fstatfs};
use nix::unistd::geteuid;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Bytes of a path the system takes at the most, without the NUL behind it.
pub const LONGEST_PATH: usize = 4095;

/// Pseudo-filesystems by name: the two that matter most, and efivarfs, which counts blocks.
const PSEUDO: [FsType; 3] = [PROC_SUPER_MAGIC, SYSFS_MAGIC, FsType(0xde5e_81e4)];
/// Filesystems that may count no blocks and yet hold what somebody wrote: tmpfs, ramfs, FUSE and
/// 9P.
const UNCOUNTED: [FsType; 4] = [TMPFS_MAGIC, FsType(0x8584_58f6), FUSE_SUPER_MAGIC, FsType(0x0102_1997)];

/// Why a path gives no bytes. The path itself is named by whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing stands there.
    #[error("there is no such file")]
    Missing,
    /// It is a folder.
    #[error("it is a folder")]
    Folder,
    /// It is a pipe, a socket or a device.
    #[error("it is not a regular file")]
    NotRegular,
    /// It lies on procfs, sysfs or another pseudo-filesystem: there the kernel answers, also with
    /// secrets of this process.
    #[error("it is on a pseudo-filesystem such as procfs or sysfs, whose files are not input")]
    Pseudo,
    /// Another user owns it, who may change what it says.
    #[error("it belongs to another user (uid {0})")]
    Foreign(u32),
    /// Others may change what it says.
    #[error("others may write to it (its mode is {0:o}): `chmod go-w` closes it")]
    Open(u32),
    /// It holds more than was allowed.
    #[error("it has {length} bytes, at most {limit} are allowed")]
    TooLarge {
        /// Bytes it has, at the least.
        length: u64,
        /// Bytes it may have.
        limit: u64,
    },
    /// Who may change the folder may have planted it, to have something read that is not theirs.
    #[error("it is, or lies behind, a symbolic link in a folder that tasks may change")]
    Link,
    /// Path through such a folder: whoever may change the folder decides what lies behind it.
    #[error("its path leads into a folder that tasks may change, and out again")]
    Outside,
    /// File that the run writes to; it is not read as well.
    #[error("this run writes to it, as {0}")]
    Written(String),
    /// The system refuses.
    #[error("{0}")]
    Refused(#[source] io::Error),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match (error.kind(), error.raw_os_error()) {
            (io::ErrorKind::NotFound, _) => Self::Missing,
            // A socket, or a device that is not there: nothing else answers an open for reading so.
            (_, Some(libc::ENXIO)) => Self::NotRegular,
            _ => Self::Refused(error),
        }
    }
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Refused(error) => error,
            other => Self::other(other),
        }
    }
}

/// Opens the regular file at `path`, and refuses one that is longer than `limit` bytes now. It may
/// still grow: see [`read`].
///
/// # Errors
/// If there is no such file, it is not regular, it is too large, or it may not be opened.
pub fn open(path: &Path, limit: u64) -> Result<File, FileError> {
    // Without O_NONBLOCK, opening a pipe nobody writes to waits for ever.
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    checked(OpenOptions::new().read(true).custom_flags(flags).open(path)?, limit)
}

/// A file that is open already, if it is as [`open`] wants it.
pub(super) fn checked(file: File, limit: u64) -> Result<File, FileError> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(FileError::Folder);
    }
    if !metadata.is_file() {
        return Err(FileError::NotRegular);
    }
    let file = stored(file)?;
    if metadata.len() > limit {
        return Err(FileError::TooLarge { length: metadata.len(), limit });
    }
    Ok(file)
}

/// A file that was opened to be read as input, unless it is a regular one on a pseudo-filesystem.
///
/// What was opened is asked, not its path: `/dev/stdin` and `/dev/fd/63` lead through procfs to a
/// pipe or to a file elsewhere.
///
/// # Errors
/// If it is on one, or the system does not say.
pub fn stored(file: File) -> Result<File, FileError> {
    if file.metadata()?.is_file() {
        let on = fstatfs(&file).map_err(io::Error::from)?;
        if is_pseudo(on.filesystem_type(), on.blocks()) {
            return Err(FileError::Pseudo);
        }
    }
    Ok(file)
}

/// Returns whether a filesystem has no place to store anything. The kernel gives each
/// pseudo-filesystem 0 blocks unless it is told otherwise, so this holds for future ones, where
/// a list of their numbers would not.
fn is_pseudo(kind: FsType, blocks: u64) -> bool {
    PSEUDO.contains(&kind) || (blocks == 0 && !UNCOUNTED.contains(&kind))
}

/// The content of the regular file at `path`, at most `limit` bytes.
///
/// # Errors
/// As [`open`], also if the file grows over the limit meanwhile.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read_open(open(path, limit)?, limit)
}

/// The same, of a file that nobody can change but this user and root.
///
/// # Errors
/// As [`read`], also if another user owns the file or may write to it.
pub fn read_own(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = open(path, limit)?;
    let metadata = file.metadata()?;
    check_own(metadata.uid(), metadata.mode(), geteuid().as_raw())?;
    read_open(file, limit)
}

fn check_own(owner: u32, mode: u32, user: u32) -> Result<(), FileError> {
    if owner != user && owner != 0 {
        return Err(FileError::Foreign(owner));
    }
    if mode & 0o022 == 0 { Ok(()) } else { Err(FileError::Open(mode & 0o7777)) }
}

/// Reads the rest of a file, at most `limit` bytes.
pub(super) fn read_open(file: File, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > limit { Err(FileError::TooLarge { length, limit }) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::stat::Mode;
    use std::os::fd::AsRawFd;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(FileError::TooLarge { length: 5, limit: 4 })));
    }

    #[test]
    fn a_file_that_tells_no_length_is_bounded_as_it_is_read() {
        let file = File::open("/proc/self/status").unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0);
        assert!(matches!(read_open(file, 9), Err(FileError::TooLarge { length: 10, limit: 9 })));
    }

    #[test]
    fn what_the_kernel_makes_up_is_refused_by_what_was_opened() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/proc/self/environ", &link).unwrap();
        for path in
            ["/proc/self/environ", "/proc/version", "/sys/devices/system/cpu/online", link.to_str().unwrap()]
        {
            let refused = [read(Path::new(path), 9).map(drop), stored(File::open(path).unwrap()).map(drop)];
            assert!(refused.iter().all(|done| matches!(done, Err(FileError::Pseudo))), "{path}: {refused:?}");
        }
        // Through procfs, to what is no file of procfs: a file, a file in memory, a pipe.
        let through = |fd: i32| format!("/proc/self/fd/{fd}");
        let file = tempfile::tempfile().unwrap();
        assert!(read(Path::new(&through(file.as_raw_fd())), 9).unwrap().is_empty());
        let memory = crate::file::unnamed("test").unwrap();
        assert!(read(Path::new(&through(memory.as_raw_fd())), 9).unwrap().is_empty());
        let (reader, _writer) = io::pipe().unwrap();
        assert!(stored(File::open(through(reader.as_raw_fd())).unwrap()).is_ok());
        assert!(stored(File::open("/dev/null").unwrap()).is_ok());
    }

    #[test]
    fn a_filesystem_that_stores_nothing_is_a_pseudo_filesystem() {
        use nix::sys::statfs::{BTRFS_SUPER_MAGIC, EXT4_SUPER_MAGIC, NFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC};
        use nix::sys::statfs::{CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, SECURITYFS_MAGIC, TRACEFS_MAGIC};
        let unknown = FsType(0x1234_5678);
        for kind in [CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, SECURITYFS_MAGIC, TRACEFS_MAGIC, unknown] {
            assert!(is_pseudo(kind, 0), "{kind:?}");
        }
        for kind in PSEUDO {
            assert!(is_pseudo(kind, 0) && is_pseudo(kind, 100), "{kind:?}");
        }
        for kind in [EXT4_SUPER_MAGIC, BTRFS_SUPER_MAGIC, NFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC, unknown] {
            assert!(!is_pseudo(kind, 1), "{kind:?}");
        }
        for kind in UNCOUNTED {
            assert!(!is_pseudo(kind, 0), "{kind:?}");
        }
    }

    #[test]
    fn a_file_is_own_if_nobody_else_can_change_it() {
        for (owner, mode, user) in
            [(7, 0o100_600, 7), (7, 0o100_644, 7), (0, 0o100_444, 7), (0, 0o100_644, 0)]
        {
            assert!(check_own(owner, mode, user).is_ok(), "{owner} {mode:o} {user}");
        }
        assert!(matches!(check_own(8, 0o100_600, 7), Err(FileError::Foreign(8))));
        assert!(matches!(check_own(7, 0o100_600, 0), Err(FileError::Foreign(7))));
        for (owner, mode) in [(7, 0o100_664), (7, 0o100_646), (0, 0o100_666)] {
            assert!(matches!(check_own(owner, mode, 7), Err(FileError::Open(_))), "{owner} {mode:o}");
        }
    }

    #[test]
    fn what_is_no_regular_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(matches!(read(&pipe, 9), Err(FileError::NotRegular)));
        assert!(matches!(read(&socket, 9), Err(FileError::NotRegular)));
        assert!(matches!(read(Path::new("/dev/zero"), 9), Err(FileError::NotRegular)));
        assert!(matches!(read(folder.path(), 9), Err(FileError::Folder)));
        assert!(matches!(read(&folder.path().join("none"), 9), Err(FileError::Missing)));
    }
}
