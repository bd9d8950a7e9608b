//! The folder of a judged set: a mark that says what it is, and a folder for each run.
//!
//! It must never know what is judged.

use super::error::JudgeError;
use polymer_host_sys::random;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The mark.
const MARK: &str = "judge.json";
/// Which version of this layout it is.
const VERSION: u32 = 1;

/// What stands in the mark.
#[derive(Serialize, Deserialize)]
struct JudgeMark {
    v: u32,
    /// Key of what tests that are code give back, in hexadecimal digits.
    secret: String,
}

/// That a run in the folder at `path` is none of a judged set, whose lines come from programs and
/// cases.
///
/// # Errors
/// If it is one.
pub(crate) fn refuse_part(path: &Path) -> Result<(), JudgeError> {
    let folder = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    match folder.filter(|folder| folder.join(MARK).is_file()) {
        Some(folder) => Err(JudgeError::PartOfSet { run: path.to_path_buf(), folder }),
        None => Ok(()),
    }
}

/// Returns whether the folder at `path` is that of a judged set, in which each run has a folder.
pub(crate) fn is_judged_set(path: &Path) -> bool {
    path.join(MARK).is_file()
}

/// Where runs have their folders.
#[derive(Debug)]
pub(super) struct JudgeFolder {
    path: PathBuf,
    secret: [u8; 32],
    /// It goes with the command.
    temporary: Option<tempfile::TempDir>,
}

impl JudgeFolder {
    /// Opens the folder at `path`, which is made if it is not there; without a path, one that goes
    /// with the command.
    ///
    /// # Errors
    /// If something else stands there, or the system refuses it.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, JudgeError> {
        let Some(path) = path else {
            let parent = std::env::temp_dir();
            let folder = tempfile::Builder::new().prefix("polymer-judge-").tempdir_in(&parent);
            let folder = folder.map_err(SystemError::on(SystemOperation::MakeFolder, &parent))?;
            let path = folder.path().to_path_buf();
            return Ok(Self { path, secret: secret()?, temporary: Some(folder) });
        };
        // What was handed in, and what came of it, is nobody else's business.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(SystemError::on(SystemOperation::MakeFolder, path))?;
        // Records name files by whole paths, whatever folder this is called from.
        let path = path.canonicalize().map_err(SystemError::on(SystemOperation::Inspect, path))?;
        let mark = path.join(MARK);
        if mark.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
            let read = fs::read(&mark).map_err(SystemError::on(SystemOperation::Read, &mark))?;
            let mark = serde_json::from_slice::<JudgeMark>(&read).ok().filter(|mark| mark.v == VERSION);
            let secret = mark.and_then(|mark| blake3::Hash::from_hex(mark.secret).ok());
            let secret = secret.ok_or_else(|| JudgeError::OtherFolder(path.clone()))?;
            return Ok(Self { path, secret: *secret.as_bytes(), temporary: None });
        }
        let unread = SystemError::on(SystemOperation::Read, &path);
        if fs::read_dir(&path).map_err(unread)?.next().is_some() {
            return Err(JudgeError::OtherFolder(path));
        }
        let secret = secret()?;
        let text = JudgeMark { v: VERSION, secret: blake3::Hash::from(secret).to_hex().to_string() };
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&mark);
        let written = file.and_then(|mut file| Ok(serde_json::to_writer(&mut file, &text)?));
        written.map_err(SystemError::on(SystemOperation::Write, &mark))?;
        Ok(Self { path, secret, temporary: None })
    }

    /// Key of what tests that are code give back.
    pub(super) const fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The folder of one run.
    pub(super) fn of_run(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Removes it if it goes with the command.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub(super) fn close(self) -> Result<(), JudgeError> {
        let Self { path, temporary, .. } = self;
        let closed = temporary.map_or(Ok(()), tempfile::TempDir::close);
        Ok(closed.map_err(SystemError::on(SystemOperation::Remove, path))?)
    }
}

/// A key that nobody knows.
fn secret() -> Result<[u8; 32], JudgeError> {
    Ok(random::bytes().map_err(SystemError::on(SystemOperation::Ask, "random bytes"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_marked_once_and_no_other_is_taken() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let folder = JudgeFolder::open(Some(&path)).unwrap();
        assert!(folder.of_run("compared").ends_with("a/b/compared"));
        let secret = *folder.secret();
        folder.close().unwrap();
        let run = path.join("compared");
        fs::create_dir(&run).unwrap();
        assert!(matches!(refuse_part(&run), Err(JudgeError::PartOfSet { .. })));
        refuse_part(parent.path()).unwrap();
        let again = JudgeFolder::open(Some(&path)).unwrap();
        assert_eq!(*again.secret(), secret);
        fs::write(path.join(MARK), "{\"v\":2}").unwrap();
        assert!(matches!(JudgeFolder::open(Some(&path)), Err(JudgeError::OtherFolder(_))));
        let error = JudgeFolder::open(Some(parent.path())).unwrap_err();
        assert!(matches!(error, JudgeError::OtherFolder(_)), "{error}");
    }

    #[test]
    fn without_a_path_it_goes_with_the_command() {
        let folder = JudgeFolder::open(None).unwrap();
        let path = folder.path.clone();
        fs::write(path.join("x"), "").unwrap();
        folder.close().unwrap();
        assert!(!path.exists());
    }
}
