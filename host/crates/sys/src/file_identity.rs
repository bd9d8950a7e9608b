//! Which file it is, and in which state: what `fstat` says of an open file that changes when its
//! content does.
//!
//! It must never know what the content is for.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

/// Age from which a change can be told from a later one. File systems stamp files by a clock
/// that ticks some hundred times a second, the coarsest of them every two seconds; two changes
/// within a tick look like one.
const TICK: Duration = Duration::from_secs(2);

/// A file and its state: device, number, length, and when its content and its inode changed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileIdentity {
    device: u64,
    number: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl FileIdentity {
    /// That of an open file.
    ///
    /// # Errors
    /// As `fstat(2)`.
    pub fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            device: metadata.dev(),
            number: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// Bytes it has.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Returns whether a later change would be seen: the last one is older than one tick of the
    /// file system's clock.
    #[must_use]
    pub fn is_settled(&self, now: SystemTime) -> bool {
        let since_epoch = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let changed = self.modified.max(self.changed);
        let changed = Duration::new(
            u64::try_from(changed.0).unwrap_or_default(),
            u32::try_from(changed.1).unwrap_or_default().min(999_999_999),
        );
        changed + TICK < since_epoch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_by_every_name_and_another_one_once_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        std::fs::write(path("a"), "12345").unwrap();
        std::fs::write(path("copy"), "12345").unwrap();
        std::fs::hard_link(path("a"), path("b")).unwrap();
        std::os::unix::fs::symlink("a", path("c")).unwrap();
        let of = |name| FileIdentity::of(&File::open(path(name)).unwrap()).unwrap();
        let a = of("a");
        assert_eq!((of("b"), of("c"), a.length()), (a, a, 5));
        assert_ne!(of("copy"), a);
        std::fs::write(path("b"), "123456").unwrap();
        assert_ne!(of("a"), a);
    }

    #[test]
    fn a_change_that_is_too_young_to_be_told_from_the_next_is_not_relied_on() {
        let file = tempfile::tempfile().unwrap();
        let identity = FileIdentity::of(&file).unwrap();
        let now = SystemTime::now();
        assert!(!identity.is_settled(now));
        assert!(identity.is_settled(now + 2 * TICK));
        assert!(!identity.is_settled(SystemTime::UNIX_EPOCH), "a clock that went back proves nothing");
    }
}
