//! The files that come back of an attempt: those in its folder that are asked for, read after its
//! guest has ended.
//!
//! What a guest left there may be in any shape: only regular files are read, no link is followed,
//! and what is looked at, held and given back is bounded.

use super::scratch::ScratchFolder;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;
use polymer_host_sys::place;
use polymer_host_task::collected::{MOST_COLLECTED, MOST_LOOKED_AT};
use polymer_host_task::file_path::{DEEPEST, LONGEST_PATH};
use polymer_host_task::{CollectPatterns, CollectedContent, CollectedEntry, CollectedFiles};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

const STEP: OFlag = OFlag::O_CLOEXEC.union(OFlag::O_NOFOLLOW);

/// Findings of a walk through the folder.
struct FolderWalk<'a> {
    asked: &'a CollectPatterns,
    looked_at: u64,
    /// The first paths in their order.
    kept: BTreeSet<String>,
    left_out: u64,
}

/// Reads the files that are asked for, `most` bytes of them with their paths. One that does not fit
/// whole is told by its size.
pub(super) fn collect(scratch: &ScratchFolder, asked: &CollectPatterns, most: u64) -> CollectedFiles {
    let mut walk = FolderWalk { asked, looked_at: 0, kept: BTreeSet::new(), left_out: 0 };
    walk.visit(scratch.folder(), "", 1);
    let mut collected = CollectedFiles { files: Vec::new(), left_out: walk.left_out };
    let mut room = most;
    for path in walk.kept {
        let left = room.checked_sub(path.len() as u64);
        let read = left.and_then(|left| Some((read(scratch.folder().as_fd(), &path, left).ok()?, left)));
        // What cannot be read is not there as far as can be told.
        let Some((content, left)) = read else {
            collected.left_out = MOST_LOOKED_AT.min(collected.left_out + 1);
            continue;
        };
        room = match &content {
            CollectedContent::Bytes(bytes) => left.saturating_sub(bytes.len() as u64),
            CollectedContent::Text(_) | CollectedContent::Dropped(_) => left,
        };
        collected.files.push(CollectedEntry { path, content });
    }
    collected
}

impl FolderWalk<'_> {
    fn visit(&mut self, folder: &OwnedFd, above: &str, depth: usize) {
        let Ok(entries) = std::fs::read_dir(place::path(folder)) else { return };
        for entry in entries {
            if self.looked_at == MOST_LOOKED_AT {
                self.leave_out();
                return;
            }
            self.looked_at += 1;
            // Guests give names in text only.
            let Ok(Ok(name)) = entry.as_ref().map(|entry| entry.file_name().into_string()) else { continue };
            let Ok(Ok(kind)) = entry.map(|entry| entry.file_type()) else { continue };
            let path = if above.is_empty() { name.clone() } else { format!("{above}/{name}") };
            if path.len() > LONGEST_PATH || (kind.is_dir() && depth == DEEPEST) {
                self.leave_out();
            } else if kind.is_dir() {
                match openat(folder, name.as_str(), STEP | OFlag::O_DIRECTORY, Mode::empty()) {
                    Ok(below) => self.visit(&below, &path, depth + 1),
                    Err(_) => self.leave_out(),
                }
            } else if kind.is_file() && self.asked.takes(&path) {
                self.keep(path);
            }
        }
    }

    fn keep(&mut self, path: String) {
        self.kept.insert(path);
        if self.kept.len() > MOST_COLLECTED {
            self.kept.pop_last();
            self.leave_out();
        }
    }

    /// Something is not given back that may have been asked for: what was not looked at counts as
    /// one.
    fn leave_out(&mut self) {
        self.left_out = MOST_LOOKED_AT.min(self.left_out + 1);
    }
}

/// Reads the content of a file, if that is at most `most` bytes.
fn read(top: BorrowedFd<'_>, path: &str, most: u64) -> io::Result<CollectedContent> {
    let mut names = path.split('/');
    let name = names.next_back().unwrap_or_default();
    let mut folder: Option<OwnedFd> = None;
    for step in names {
        let at = folder.as_ref().map_or(top, AsFd::as_fd);
        folder = Some(openat(at, step, STEP | OFlag::O_DIRECTORY, Mode::empty())?);
    }
    let at = folder.as_ref().map_or(top, AsFd::as_fd);
    // One that would be waited for is none of ours.
    let file = File::from(openat(at, name, STEP | OFlag::O_NONBLOCK, Mode::empty())?);
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    if metadata.len() > most {
        return Ok(CollectedContent::Dropped(metadata.len()));
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(CollectedContent::Bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    fn collected(folder: &Path, glob: &str, most: u64) -> CollectedFiles {
        let scratch = ScratchFolder::new(File::open(folder).unwrap().into());
        collect(&scratch, &CollectPatterns::new(vec![glob.to_owned()]).unwrap(), most)
    }

    fn short(collected: &CollectedFiles) -> Vec<(&str, Result<&[u8], u64>)> {
        let files = collected.files.iter().map(|CollectedEntry { path, content }| {
            let content = match content {
                CollectedContent::Text(text) => Ok(text.as_bytes()),
                CollectedContent::Bytes(bytes) => Ok(bytes.as_slice()),
                CollectedContent::Dropped(bytes) => Err(*bytes),
            };
            (path.as_str(), content)
        });
        files.collect()
    }

    #[test]
    fn regular_files_that_match_come_back_and_links_are_not_followed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |name: &str| folder.path().join(name);
        fs::write(outside.path().join("secret"), "secret").unwrap();
        fs::create_dir_all(at("b/c")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        fs::write(at("b/c/d"), b"\xff").unwrap();
        fs::write(at("a"), "text").unwrap();
        fs::hard_link(at("a"), at("z")).unwrap();
        symlink(outside.path().join("secret"), at("link")).unwrap();
        symlink(outside.path(), at("b/links")).unwrap();
        symlink("a", at("near")).unwrap();
        nix::unistd::mkfifo(&at("pipe"), Mode::S_IRWXU).unwrap();
        let all = collected(folder.path(), "**", 100);
        assert_eq!(short(&all), [("a", Ok(&b"text"[..])), ("b/c/d", Ok(b"\xff")), ("z", Ok(b"text"))]);
        assert_eq!(all.left_out, 0);
        assert_eq!(short(&collected(folder.path(), "b/**", 100)), [("b/c/d", Ok(&b"\xff"[..]))]);
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_size_and_what_cannot_be_named_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [("a", 5), ("b", 6), ("c", 1), ("long name", 0)] {
            fs::write(folder.path().join(name), vec![b'x'; bytes]).unwrap();
        }
        let all = collected(folder.path(), "*", 11);
        // 1 + 5, 1 and no room for 6, 1 + 1: two are left, and the last has a longer name.
        assert_eq!(short(&all), [("a", Ok(&b"xxxxx"[..])), ("b", Err(6)), ("c", Ok(b"x"))]);
        assert_eq!(all.left_out, 1);
        assert_eq!(collected(folder.path(), "*", 0).left_out, 4);
    }

    #[test]
    fn many_and_deep_ones_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..MOST_COLLECTED + 7 {
            fs::write(folder.path().join(format!("{number:05}")), "").unwrap();
        }
        let all = collected(folder.path(), "*", 1 << 20);
        assert_eq!((all.files.len(), all.left_out), (MOST_COLLECTED, 7));
        assert_eq!(all.files.last().unwrap().path, format!("{:05}", MOST_COLLECTED - 1));
        let folder = tempfile::tempdir().unwrap();
        let deep = |count| vec!["d"; count].join("/");
        fs::create_dir_all(folder.path().join(deep(DEEPEST + 5))).unwrap();
        for depth in [DEEPEST - 1, DEEPEST] {
            fs::write(folder.path().join(deep(depth)).join("f"), "").unwrap();
        }
        let all = collected(folder.path(), "**/f", 1 << 20);
        assert_eq!(short(&all), [(format!("{}/f", deep(DEEPEST - 1)).as_str(), Ok(&b""[..]))]);
        assert_eq!(all.left_out, 1, "the folder that is too deep");
        let long = vec!["n".repeat(200); LONGEST_PATH / 200].join("/");
        fs::create_dir_all(folder.path().join(&long)).unwrap();
        let there = File::open(folder.path().join(&long)).unwrap();
        openat(&there, "x".repeat(250).as_str(), OFlag::O_CREAT | OFlag::O_WRONLY, Mode::S_IRWXU).unwrap();
        assert_eq!(collected(folder.path(), "n*/**", 1 << 20).left_out, 2, "and the path that is too long");
    }
}
