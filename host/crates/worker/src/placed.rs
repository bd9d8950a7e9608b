//! The files that a task brings, put into the folder for attempts before its guest is entered.
//!
//! The folder is empty then, so all that a path can lead through was made here. No step follows a
//! link all the same.

use super::encoding::{ConversionError, bad_input};
use super::link::LinkError;
use super::scratch::ScratchFolder;
use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::{Mode, mkdirat};
use polymer_host_sys::resource_exhausted::is_shortage;
use polymer_host_task::file_path;
use serde_bytes::Bytes;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Puts files into the folder, each at its path; says why the task cannot have them there, if it
/// cannot.
///
/// # Errors
/// If the supervisor sent what is no path in that folder, or the machine lacks what it takes.
pub(super) fn place(
    scratch: &ScratchFolder,
    files: &[(&str, &Bytes)],
) -> Result<Result<(), ConversionError>, LinkError> {
    for (path, content) in files {
        if !file_path::is_normal(path) {
            return Err(LinkError::Unexpected(
                "a file whose path leads out of the folder for attempts".to_owned(),
            ));
        }
        match put(scratch.folder().as_fd(), path, content) {
            Ok(()) => {}
            Err(error) if is_shortage(&error) => {
                return Err(LinkError::Machine(format!("a file of a task cannot be placed: {error}")));
            }
            Err(error) => return Ok(Err(refused(path, &error))),
        }
    }
    Ok(Ok(()))
}

fn refused(path: &str, error: &io::Error) -> ConversionError {
    let hint = match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::ENOSPC | Errno::EDQUOT) => "; a larger --scratch would hold it",
        Some(Errno::EFBIG) => "; a larger --file-limit would allow it",
        _ => "",
    };
    bad_input("files", format!("cannot put the file {path:?} into the folder of --scratch: {error}{hint}"))
}

/// Writes one file, and makes the folders that it stands in.
fn put(top: BorrowedFd<'_>, path: &str, content: &[u8]) -> io::Result<()> {
    let mut names = path.split('/');
    let name = names.next_back().unwrap_or_default();
    let mut folder: Option<OwnedFd> = None;
    for step in names {
        let at = folder.as_ref().map_or(top, AsFd::as_fd);
        match mkdirat(at, step, Mode::S_IRWXU) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(error) => return Err(error.into()),
        }
        folder = Some(openat(at, step, STEP | OFlag::O_DIRECTORY, Mode::empty())?);
    }
    let at = folder.as_ref().map_or(top, AsFd::as_fd);
    let new = STEP | OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL;
    File::from(openat(at, name, new, Mode::S_IRUSR | Mode::S_IWUSR)?).write_all(content)
}

const STEP: OFlag = OFlag::O_CLOEXEC.union(OFlag::O_NOFOLLOW);

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn put(&self, files: &[(&str, &str)]) -> Result<Result<(), ConversionError>, LinkError> {
            let scratch = ScratchFolder::new(File::open(self.0.path()).unwrap().into());
            let files: Vec<_> =
                files.iter().map(|(path, text)| (*path, Bytes::new(text.as_bytes()))).collect();
            place(&scratch, &files)
        }
    }

    #[test]
    fn files_lie_where_they_should_with_their_folders() {
        let place = Place::new();
        place.put(&[("a", "1"), ("b/c/d", "2"), ("b/c/e", ""), ("b/f", "3")]).unwrap().unwrap();
        for (path, content) in [("a", "1"), ("b/c/d", "2"), ("b/c/e", ""), ("b/f", "3")] {
            assert_eq!(fs::read_to_string(place.0.path().join(path)).unwrap(), content);
        }
    }

    #[test]
    fn no_path_leads_out_and_no_link_is_followed() {
        let (place, outside) = (Place::new(), tempfile::tempdir().unwrap());
        for path in ["../x", "/x", "a/../../x", "", ".", "a/", "a//b", "a\0b"] {
            assert!(matches!(place.put(&[(path, "")]), Err(LinkError::Unexpected(_))), "{path}");
        }
        symlink(outside.path(), place.0.path().join("link")).unwrap();
        symlink(outside.path().join("new"), place.0.path().join("file")).unwrap();
        fs::write(place.0.path().join("there"), "kept").unwrap();
        for path in ["link/x", "link/y/x", "file", "there", "there/x"] {
            let (_, error) = place.put(&[(path, "")]).unwrap().unwrap_err();
            assert_eq!(error.code, "files", "{path}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        assert_eq!(fs::read_to_string(place.0.path().join("there")).unwrap(), "kept");
    }
}
