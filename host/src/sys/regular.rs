//! Regular files, opened so that nothing a path may name can hang the run or fill its memory: no pipe, no device, no endless file.
//!
//! It must never know what the content is for.

use nix::libc;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Bytes of a path the system takes at the most, without the NUL behind it.
pub const LONGEST_PATH: usize = 4095;

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
    #[error("it is no regular file")]
    NotRegular,
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
    /// What comes behind such a folder is for those to say who may change it.
    #[error("its path leads into a folder that tasks may change, and out again")]
    Outside,
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

/// Opens the regular file at `path`, and refuses one that is longer than `limit` bytes now. It may still grow: see [`read`].
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
    if metadata.len() > limit {
        return Err(FileError::TooLarge { length: metadata.len(), limit });
    }
    Ok(file)
}

/// The content of the regular file at `path`, at most `limit` bytes.
///
/// # Errors
/// As [`open`], also if the file grows over the limit meanwhile.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read_open(open(path, limit)?, limit)
}

/// What is left of a file, at most `limit` bytes.
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
        let path = Path::new("/proc/self/status");
        assert_eq!(std::fs::metadata(path).unwrap().len(), 0);
        assert!(matches!(read(path, 9), Err(FileError::TooLarge { length: 10, limit: 9 })));
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
