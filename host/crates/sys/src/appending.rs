//! Files that are written at their end only, whoever else writes to them, and that opening them
//! leaves as they are.
//!
//! It must never know what is written.

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// Bytes that are looked at together.
const LOOK: u64 = 64 << 10;

/// A file that was opened to append to it.
#[derive(Debug)]
pub struct OpenedAppend {
    /// The file.
    pub file: File,
    /// True if opening created it.
    pub is_new: bool,
}

/// Opens the file at `path` to append to it, and makes it if nothing stands there. What it holds
/// stays.
///
/// # Errors
/// If the system refuses.
pub fn open(path: &Path) -> io::Result<OpenedAppend> {
    let options = || {
        let mut options = OpenOptions::new();
        options.append(true).custom_flags(libc::O_NOCTTY);
        options
    };
    match options().open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return Ok(OpenedAppend { file: opened?, is_new: false }),
    }
    match options().create_new(true).open(path) {
        // Somebody else was faster, or a link stands there that leads to nothing.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Ok(OpenedAppend { file: options().create(true).open(path)?, is_new: false })
        }
        opened => Ok(OpenedAppend { file: opened?, is_new: true }),
    }
}

/// A regular file that is open to be written, opened once more to be read.
///
/// # Errors
/// If the system refuses.
pub fn readable(file: &File) -> io::Result<File> {
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Has every write through a descriptor go to the end of its file from here on. This holds for
/// whoever shares the open file, as a shell does: what it writes later comes behind what was
/// written here, where a file opened anew would leave its position behind.
///
/// # Errors
/// If the system refuses.
pub fn append_from_now_on(fd: impl AsFd) -> io::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(&fd, FcntlArg::F_GETFL)?);
    if !flags.contains(OFlag::O_APPEND) {
        fcntl(&fd, FcntlArg::F_SETFL(flags | OFlag::O_APPEND))?;
    }
    Ok(())
}

/// Where the last line of a file begins, if it has no newline at its end, and up to `most` bytes of
/// it.
///
/// # Errors
/// If the file cannot be read.
pub fn last_line_without_end(file: &File, most: usize) -> io::Result<Option<(u64, Vec<u8>)>> {
    let length = file.metadata()?.len();
    let mut end = length;
    let mut at = 0;
    while end > 0 {
        let from = end.saturating_sub(LOOK);
        let mut part = vec![0; usize::try_from(end - from).unwrap_or_default()];
        file.read_exact_at(&mut part, from)?;
        if let Some(newline) = part.iter().rposition(|byte| *byte == b'\n') {
            at = from + newline as u64 + 1;
            break;
        }
        end = from;
    }
    if at == length {
        return Ok(None);
    }
    let mut start = vec![0; usize::try_from(length - at).unwrap_or(most).min(most)];
    file.read_exact_at(&mut start, at)?;
    Ok(Some((at, start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    #[test]
    fn opening_leaves_a_file_as_it_is_and_writes_go_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let first = open(&path).unwrap();
        assert!(first.is_new);
        (&first.file).write_all(b"one\n").unwrap();
        let second = open(&path).unwrap();
        assert!(!second.is_new);
        (&second.file).write_all(b"two\n").unwrap();
        (&first.file).write_all(b"three\n").unwrap();
        assert_eq!(io::read_to_string(readable(&first.file).unwrap()).unwrap(), "one\ntwo\nthree\n");
        assert!(open(&folder.path().join("none/file")).is_err());
    }

    #[test]
    fn a_link_that_leads_to_nothing_is_followed_and_what_it_makes_counts_as_there() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("target", folder.path().join("link")).unwrap();
        assert!(!open(&folder.path().join("link")).unwrap().is_new);
        assert!(folder.path().join("target").is_file());
    }

    #[test]
    fn a_descriptor_appends_once_it_was_told_to_and_so_does_who_shares_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let shared = File::create(&path).unwrap();
        let ours = shared.try_clone().unwrap();
        append_from_now_on(&ours).unwrap();
        append_from_now_on(&ours).unwrap();
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"other ").unwrap();
        (&ours).write_all(b"ours ").unwrap();
        (&shared).write_all(b"shell").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "other ours shell");
    }

    #[test]
    fn the_last_line_is_found_if_it_has_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let long = "x".repeat(usize::try_from(LOOK).unwrap() * 2 + 7);
        for (text, expected) in [
            (String::new(), None),
            ("a\n".to_owned(), None),
            ("a\nbcd".to_owned(), Some((2, "bc"))),
            ("b".to_owned(), Some((0, "b"))),
            (format!("{long}\n"), None),
            (format!("a\n{long}"), Some((2, "xx"))),
            (long.clone(), Some((0, "xx"))),
        ] {
            fs::write(&path, &text).unwrap();
            let found = last_line_without_end(&File::open(&path).unwrap(), 2).unwrap();
            let expected = expected.map(|(at, start)| (at, start.as_bytes().to_vec()));
            assert_eq!(found, expected, "{} bytes", text.len());
        }
    }
}
