//! Which file it is, and in which state: what `fstat` says of an open file that changes when its
//! content does.
//!
//! It must never know what the content is for.

use std::fmt;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::str::FromStr;
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
        Ok(Self::from(&file.metadata()?))
    }

    /// That of what stands at a path, behind links.
    ///
    /// # Errors
    /// As `stat(2)`.
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&std::fs::metadata(path)?))
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

impl From<&Metadata> for FileIdentity {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            number: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// As numbers with colons between them, to be read back by `parse`.
impl fmt::Display for FileIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { device, number, length, modified, changed } = self;
        let ((modified, modified_ns), (changed, changed_ns)) = (modified, changed);
        write!(f, "{device}:{number}:{length}:{modified}:{modified_ns}:{changed}:{changed_ns}")
    }
}

/// That a text is no identity of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it does not say which file it is, and in which state")]
pub struct NoFileIdentity;

impl FromStr for FileIdentity {
    type Err = NoFileIdentity;

    fn from_str(text: &str) -> Result<Self, NoFileIdentity> {
        let mut parts = text.split(':');
        let identity = Self {
            device: number(parts.next())?,
            number: number(parts.next())?,
            length: number(parts.next())?,
            modified: (number(parts.next())?, number(parts.next())?),
            changed: (number(parts.next())?, number(parts.next())?),
        };
        if parts.next().is_some() { Err(NoFileIdentity) } else { Ok(identity) }
    }
}

fn number<N: FromStr>(part: Option<&str>) -> Result<N, NoFileIdentity> {
    part.and_then(|part| part.parse().ok()).ok_or(NoFileIdentity)
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
        assert_eq!(FileIdentity::at(&path("c")).unwrap(), a);
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

    #[test]
    fn what_is_written_of_a_file_is_read_back() {
        let identity = FileIdentity::of(&tempfile::tempfile().unwrap()).unwrap();
        let text = identity.to_string();
        assert_eq!(text.parse(), Ok(identity));
        let before_1970 = FileIdentity { modified: (-5, 7), changed: (-1, 0), ..identity };
        assert_eq!(before_1970.to_string().parse(), Ok(before_1970));
        for wrong in [String::new(), "1:2:3".to_owned(), format!("{text}:1"), text.replacen(':', ";", 1)] {
            assert_eq!(wrong.parse::<FileIdentity>(), Err(NoFileIdentity), "{wrong}");
        }
    }
}
