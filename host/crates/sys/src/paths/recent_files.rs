//! Contents of small files that are read again and again, such as the cases of a problem: one look
//! at the path says that nothing has changed since.
//!
//! Whoever keeps contents here has checked the files. It must never follow a path that leads
//! through a folder which is not trusted.

use super::super::file_identity::FileIdentity;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Bytes of a file that is kept at the most. To read a larger one costs more than to open it.
const LARGEST: usize = 64 << 10;
/// Bytes that are kept at the most, with their paths.
const MOST_BYTES: usize = 16 << 20;
/// Time for which a look at a path holds. A line is read ahead of its task by more than that.
const LOOK: Duration = Duration::from_millis(5);
/// What a file takes beside its content and its path, about.
const EACH: usize = 200;

/// Contents by path. What finds no room is not kept: files that are read in turn would only push
/// each other out.
#[derive(Debug, Default)]
pub(super) struct RecentFiles {
    files: HashMap<PathBuf, RecentFile>,
    bytes: usize,
}

#[derive(Debug)]
struct RecentFile {
    identity: FileIdentity,
    content: Vec<u8>,
    /// When somebody saw that the path still leads to this.
    looked: Instant,
}

impl RecentFiles {
    /// The content of a file that has at most `limit` bytes, if it is here and the file is the same
    /// still.
    pub(super) fn get(&mut self, path: &Path, limit: u64, now: Instant) -> Option<Vec<u8>> {
        let file = self.files.get_mut(path).filter(|file| file.identity.length() <= limit)?;
        if now.saturating_duration_since(file.looked) >= LOOK {
            if FileIdentity::at(path).ok()? != file.identity {
                return None;
            }
            file.looked = now;
        }
        Some(file.content.clone())
    }

    /// Keeps what was read of a file that was this one before, at `now` or earlier.
    pub(super) fn keep(
        &mut self,
        path: &Path,
        identity: FileIdentity,
        content: &[u8],
        (now, looked): (SystemTime, Instant),
    ) {
        let is_whole = u64::try_from(content.len()) == Ok(identity.length());
        if !is_whole || content.len() > LARGEST || !identity.is_settled(now) {
            return;
        }
        let size = |content: &[u8]| content.len() + path.as_os_str().len() + EACH;
        let before = self.files.get(path).map_or(0, |file| size(&file.content));
        let bytes = self.bytes - before + size(content);
        if bytes <= MOST_BYTES {
            self.bytes = bytes;
            let file = RecentFile { identity, content: content.to_vec(), looked };
            self.files.insert(path.to_path_buf(), file);
        }
    }

    /// Keeps nothing of what it had.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::Duration;

    /// A time at which every change so far can be told from a later one, and a look long ago.
    fn later() -> (SystemTime, Instant) {
        (SystemTime::now() + Duration::from_secs(60), Instant::now())
    }

    /// What is here of a file once a look at it does not hold any more.
    fn get(recent: &mut RecentFiles, path: &Path, limit: u64) -> Option<Vec<u8>> {
        let looked = recent.files.get(path).map_or_else(Instant::now, |file| file.looked);
        recent.get(path, limit, looked + LOOK)
    }

    fn identity(path: &Path) -> FileIdentity {
        FileIdentity::of(&File::open(path).unwrap()).unwrap()
    }

    #[test]
    fn a_file_is_kept_until_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "12").unwrap();
        let mut recent = RecentFiles::default();
        assert_eq!(get(&mut recent, &path, 9), None);
        recent.keep(&path, identity(&path), b"12", later());
        assert_eq!(get(&mut recent, &path, 9).as_deref(), Some(&b"12"[..]));
        assert_eq!(get(&mut recent, &path, 1), None, "over its limit now");
        std::fs::write(&path, "123").unwrap();
        assert_eq!(get(&mut recent, &path, 9), None);
        recent.keep(&path, identity(&path), b"123", later());
        assert_eq!(get(&mut recent, &path, 9).as_deref(), Some(&b"123"[..]));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(get(&mut recent, &path, 9), None);
    }

    #[test]
    fn a_look_at_a_path_holds_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "12").unwrap();
        let mut recent = RecentFiles::default();
        let (now, looked) = later();
        recent.keep(&path, identity(&path), b"12", (now, looked));
        let at = looked + LOOK;
        assert!(recent.get(&path, 9, at).is_some());
        std::fs::write(&path, "123").unwrap();
        assert!(recent.get(&path, 9, at + LOOK / 2).is_some());
        assert!(recent.get(&path, 1, at + LOOK / 2).is_none(), "over its limit");
        assert_eq!(recent.get(&path, 9, at + LOOK), None);
    }

    #[test]
    fn another_file_under_the_same_path_is_not_taken_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&path, "12").unwrap();
        std::fs::write(&other, "34").unwrap();
        let mut recent = RecentFiles::default();
        recent.keep(&path, identity(&path), b"12", later());
        std::fs::rename(&other, &path).unwrap();
        assert_eq!(get(&mut recent, &path, 9), None);
    }

    #[test]
    fn what_may_have_changed_while_it_was_read_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "12").unwrap();
        let mut recent = RecentFiles::default();
        recent.keep(&path, identity(&path), b"12", (SystemTime::now(), Instant::now()));
        assert_eq!(get(&mut recent, &path, 9), None, "written within the same tick");
        recent.keep(&path, identity(&path), b"123", later());
        assert_eq!(get(&mut recent, &path, 9), None, "it grew");
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let content = vec![b'x'; LARGEST];
        let mut recent = RecentFiles::default();
        let paths: Vec<PathBuf> =
            (0..MOST_BYTES / LARGEST + 3).map(|at| folder.path().join(at.to_string())).collect();
        for path in &paths {
            std::fs::write(path, &content).unwrap();
            recent.keep(path, identity(path), &content, later());
            recent.keep(path, identity(path), &content, later());
        }
        assert!(recent.bytes <= MOST_BYTES);
        let most = MOST_BYTES / (LARGEST + EACH);
        assert!((most - 9..=most).contains(&recent.files.len()), "each counts once");
        let large = folder.path().join("large");
        std::fs::write(&large, vec![b'x'; LARGEST + 1]).unwrap();
        recent.clear();
        recent.keep(&large, identity(&large), &vec![b'x'; LARGEST + 1], later());
        assert_eq!((recent.bytes, recent.files.len()), (0, 0));
    }
}
