//! Which file an open descriptor leads to, whatever the file is called: two descriptors lead to one
//! file if device and inode agree.
//!
//! It must never know what a file is for.

use nix::libc;
use nix::sys::stat::{FileStat, SFlag, fstat, stat};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;

/// The device and the inode of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId {
    device: libc::dev_t,
    inode: libc::ino_t,
}

/// A regular file that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegularFile {
    /// Which file it is.
    pub id: FileId,
    /// Number of its names: more than one if there are hard links, zero if it was removed.
    pub names: u64,
}

impl FileId {
    /// The file that a descriptor leads to, of whatever kind.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn of(fd: impl AsFd) -> io::Result<Self> {
        Ok(Self::from(&fstat(fd)?))
    }
}

impl From<&FileStat> for FileId {
    fn from(stat: &FileStat) -> Self {
        Self { device: stat.st_dev, inode: stat.st_ino }
    }
}

/// A file that is known by its device and inode for as long as this is held. They name a file only
/// while it is there: after it was removed or replaced, the next file that anybody makes may have
/// its number.
#[derive(Debug, Clone)]
pub struct HeldFile {
    id: FileId,
    _held: Arc<OwnedFd>,
}

impl HeldFile {
    /// Holds the file that a descriptor leads to.
    ///
    /// # Errors
    /// If no descriptor is left, or the system refuses.
    pub fn of(fd: impl AsFd) -> io::Result<Self> {
        let held = fd.as_fd().try_clone_to_owned()?;
        Ok(Self { id: FileId::of(&held)?, _held: Arc::new(held) })
    }

    /// Which file it is.
    #[must_use]
    pub const fn id(&self) -> FileId {
        self.id
    }
}

/// They are equal if they are one file.
impl PartialEq for HeldFile {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for HeldFile {}

impl RegularFile {
    /// The regular file that a descriptor leads to; none for a pipe, a terminal, a device or a
    /// folder.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn of(fd: impl AsFd) -> io::Result<Option<Self>> {
        let stat = fstat(fd)?;
        let is_regular = stat.st_mode & SFlag::S_IFMT.bits() == SFlag::S_IFREG.bits();
        #[cfg_attr(
            target_arch = "x86_64",
            expect(clippy::useless_conversion, reason = "it has 32 bits on aarch64")
        )]
        let names = u64::from(stat.st_nlink);
        Ok(is_regular.then(|| Self { id: FileId::from(&stat), names }))
    }
}

/// The path at which an open file stands now, without links; none if it has no name any more.
///
/// # Errors
/// If its path cannot be told, as that of a file outside of this process's own root.
pub fn path(fd: impl AsFd) -> io::Result<Option<PathBuf>> {
    let stat_of_fd = fstat(&fd)?;
    if stat_of_fd.st_nlink == 0 {
        return Ok(None);
    }
    let path = std::fs::read_link(format!("/proc/self/fd/{}", fd.as_fd().as_raw_fd()))?;
    match stat(&path) {
        Ok(there) if FileId::from(&there) == FileId::from(&stat_of_fd) => Ok(Some(path)),
        _ => Err(io::Error::other("the system does not tell where it stands")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};

    #[test]
    fn a_file_is_the_same_under_each_of_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let [file, hard, soft, other] =
            ["file", "hard", "soft", "other"].map(|name| folder.path().join(name));
        fs::write(&file, "1").unwrap();
        fs::write(&other, "1").unwrap();
        fs::hard_link(&file, &hard).unwrap();
        std::os::unix::fs::symlink(&file, &soft).unwrap();
        let of = |path: &PathBuf| RegularFile::of(File::open(path).unwrap()).unwrap().unwrap();
        assert_eq!((of(&file), of(&hard)), (of(&soft), of(&file)));
        assert_eq!((of(&file).names, of(&other).names), (2, 1));
        assert_ne!(of(&file).id, of(&other).id);
        assert_eq!(path(File::open(&soft).unwrap()).unwrap(), Some(file.canonicalize().unwrap()));
    }

    #[test]
    fn what_is_no_regular_file_is_none() {
        let (reader, _writer) = io::pipe().unwrap();
        assert_eq!(RegularFile::of(reader).unwrap(), None);
        assert_eq!(RegularFile::of(File::open("/dev/null").unwrap()).unwrap(), None);
        assert_eq!(RegularFile::of(File::open("/").unwrap()).unwrap(), None);
    }

    #[test]
    fn a_file_that_was_removed_stands_nowhere() {
        let file = tempfile::tempfile().unwrap();
        assert_eq!(path(&file).unwrap(), None);
    }
}
