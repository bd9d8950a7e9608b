//! A run's folder: that it is there, that it is one run's alone, and the names of its files.
//!
//! It must never know what stands in them.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// What the run is: settings, modules, limits, input, sessions.
pub const RUN: &str = "run.json";
/// One record a line.
pub const RESULTS: &str = "results.jsonl";
/// The lines of what did not end ok, as they stood in the input.
pub const FAILED: &str = "failed.jsonl";
/// What happened, one event a line.
pub const EVENTS: &str = "events.jsonl";
/// The sums, once a session has ended.
pub const SUMMARY: &str = "summary.json";
/// Lines that are to be run again.
pub const AGAIN: &str = "again.jsonl";
/// Locked by the supervisor whose run it is now.
const LOCK: &str = "lock";

/// What a supervisor that has just been killed is given to be gone altogether.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why a folder cannot be a run's.
#[derive(Debug, thiserror::Error)]
pub enum DirError {
    /// A run stands there already.
    #[error("{} holds a run already", .0.display())]
    Taken(PathBuf),
    /// Something else stands there.
    #[error("{} is not empty, and holds no run: {} is in it", path.display(), first.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// One thing in it.
        first: PathBuf,
    },
    /// No run stands there.
    #[error("{} holds no run: there is no {RUN} in it", .0.display())]
    NoRun(PathBuf),
    /// What should be a file of the run is something else.
    #[error("{} is no regular file", .0.display())]
    NoFile(PathBuf),
    /// Another supervisor is at it.
    #[error("{} is in use by another polymer{}", path.display(), pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// That supervisor, as it says itself.
        pid: Option<u32>,
    },
    /// The system refuses.
    #[error("cannot {what} {}: {source}", path.display())]
    System {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
}

impl DirError {
    fn system(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::System { what, path, source }
    }
}

/// A run's folder, locked against other supervisors as long as this lives.
#[derive(Debug)]
pub struct RunDir {
    path: PathBuf,
    /// Closing it lets go of the lock; so does any end of this process.
    _lock: File,
}

impl RunDir {
    /// A folder for a new run: one that is not there yet, or is empty.
    ///
    /// # Errors
    /// If something stands there, or it cannot be made.
    pub fn create(path: &Path) -> Result<Self, DirError> {
        // What a run reads and gives is its operator's alone.
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(DirError::system("make", path))?;
        if path.join(RUN).exists() {
            return Err(DirError::Taken(path.to_path_buf()));
        }
        for entry in fs::read_dir(path).map_err(DirError::system("read", path))? {
            let name = entry.map_err(DirError::system("read", path))?.file_name();
            // Either is left by a supervisor that was lost before there was a run.
            if name != LOCK && name != new_of(RUN).as_str() {
                return Err(DirError::NotEmpty { path: path.to_path_buf(), first: name.into() });
            }
        }
        let dir = Self::locked(path)?;
        // Somebody may have made a run of it before the lock was had.
        if path.join(RUN).exists() { Err(DirError::Taken(path.to_path_buf())) } else { Ok(dir) }
    }

    /// The folder of a run that is to go on.
    ///
    /// # Errors
    /// If there is none, or another supervisor is at it.
    pub fn open(path: &Path) -> Result<Self, DirError> {
        if !path.join(RUN).exists() {
            return Err(DirError::NoRun(path.to_path_buf()));
        }
        check_files(path)?;
        Self::locked(path)
    }

    fn locked(path: &Path) -> Result<Self, DirError> {
        let lock_path = path.join(LOCK);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut lock = options.open(&lock_path).map_err(DirError::system("write", &lock_path))?;
        if !take(&lock).map_err(DirError::system("lock", &lock_path))? {
            return Err(DirError::Locked { path: path.to_path_buf(), pid: pid_in(&lock) });
        }
        let pid = format!("{}\n", std::process::id());
        lock.set_len(0)
            .and_then(|()| lock.write_all(pid.as_bytes()))
            .map_err(DirError::system("write", &lock_path))?;
        Ok(Self { path: path.to_path_buf(), _lock: lock })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens one of its files to append to it.
    ///
    /// # Errors
    /// If that cannot be.
    pub fn append(&self, name: &str) -> Result<File, DirError> {
        let path = self.path.join(name);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        options.open(&path).map_err(DirError::system("write", &path))
    }

    /// A file without a name, in the same place as the others: it goes with this process.
    ///
    /// # Errors
    /// If there can be none.
    pub fn unnamed(&self) -> Result<File, DirError> {
        let path = self.path.join(".spool");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(&path).map_err(DirError::system("write", &path))?;
        fs::remove_file(&path).map_err(DirError::system("remove", &path))?;
        Ok(file)
    }

    /// Puts `content` in the place of one of its files, at once and durably: whoever reads sees all of the one or all of the other.
    ///
    /// # Errors
    /// If that cannot be; the file is then as it was.
    pub fn replace(&self, name: &str, content: &[u8]) -> Result<(), DirError> {
        let (path, new) = (self.path.join(name), self.path.join(new_of(name)));
        let written = || {
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            self.sync_names()
        };
        written().map_err(DirError::system("write", &path))
    }

    /// Makes the names of its files durable.
    ///
    /// # Errors
    /// If the system says so.
    pub fn sync_names(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    /// Removes one of its files, if it is there.
    ///
    /// # Errors
    /// If it is and cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), DirError> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(DirError::System { what: "remove", path, source })
            }
            _ => Ok(()),
        }
    }
}

/// Takes a lock; says whether it could be had. A supervisor that was killed may have left a process that is just being started and still
/// has it, so it is waited for a little.
fn take(lock: &File) -> io::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => nap(),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "no event with a deadline tells that a lock has come free")]
fn nap() {
    thread::sleep(Duration::from_millis(10));
}

/// Whether a supervisor is at the run in this folder, and which, as it says itself. Looking takes the lock for a moment only where nobody
/// has it, shared with others who look.
///
/// # Errors
/// If it cannot be learned.
pub fn held_by(path: &Path) -> io::Result<Option<Option<u32>>> {
    let lock = match File::open(path.join(LOCK)) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(pid_in(&lock))),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// What is to take the place of one of its files.
fn new_of(name: &str) -> String {
    format!("{name}.new")
}

/// That what stands under the names of a run's files can be read to an end: a pipe would be waited for, a device may give zeros for ever.
///
/// # Errors
/// If one of them is something else than a file.
pub fn check_files(path: &Path) -> Result<(), DirError> {
    for name in [RUN, RESULTS, FAILED, EVENTS, AGAIN] {
        let path = path.join(name);
        match fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() => return Err(DirError::NoFile(path)),
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(DirError::System { what: "read", path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

fn pid_in(mut lock: &File) -> Option<u32> {
    let mut text = String::new();
    lock.seek(SeekFrom::Start(0)).ok()?;
    lock.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_runs_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/run");
        let dir = RunDir::create(&path).unwrap();
        assert_eq!(held_by(&path).unwrap(), Some(Some(std::process::id())));
        assert!(matches!(RunDir::create(&path), Err(DirError::Locked { pid: Some(_), .. })));
        assert!(matches!(RunDir::open(&path), Err(DirError::NoRun(_))));
        dir.replace(RUN, b"{}").unwrap();
        let error = RunDir::open(&path).unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("is in use by another polymer (process {})", std::process::id())),
            "{error}"
        );
        drop(dir);
        assert_eq!(held_by(&path).unwrap(), None);
        drop(RunDir::open(&path).unwrap());
        assert!(matches!(RunDir::create(&path), Err(DirError::Taken(_))));
    }

    #[test]
    fn a_folder_with_other_things_is_no_runs() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.tex"), "").unwrap();
        let error = RunDir::create(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("is not empty, and holds no run: thesis.tex is in it"), "{error}");
        let file = folder.path().join("thesis.tex");
        assert!(matches!(RunDir::create(&file), Err(DirError::System { what: "make", .. })));
        assert!(matches!(RunDir::open(&folder.path().join("none")), Err(DirError::NoRun(_))));
    }

    #[test]
    fn a_folder_whose_first_supervisor_came_to_nothing_is_as_good_as_empty() {
        let folder = tempfile::tempdir().unwrap();
        drop(RunDir::create(folder.path()).unwrap());
        drop(RunDir::create(folder.path()).unwrap());
        // It was lost while it wrote what the run is.
        fs::write(folder.path().join("run.json.new"), "{").unwrap();
        let dir = RunDir::create(folder.path()).unwrap();
        dir.replace(RUN, b"{}").unwrap();
        assert!(!folder.path().join("run.json.new").exists());
    }

    #[test]
    fn what_is_no_file_is_no_file_of_a_run() {
        let folder = tempfile::tempdir().unwrap();
        RunDir::create(folder.path()).unwrap().replace(RUN, b"{}").unwrap();
        for name in [RESULTS, FAILED, EVENTS, AGAIN] {
            let path = folder.path().join(name);
            std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
            let error = RunDir::open(folder.path()).unwrap_err().to_string();
            assert_eq!(error, format!("{} is no regular file", path.display()));
            fs::remove_file(path).unwrap();
        }
        RunDir::open(folder.path()).unwrap();
    }

    #[test]
    fn what_is_replaced_is_there_whole_and_nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let dir = RunDir::create(&folder.path().join("run")).unwrap();
        for content in ["one", "two"] {
            dir.replace(RUN, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(dir.path().join(RUN)).unwrap(), content);
        }
        let names: Vec<_> =
            fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        for name in ["", RUN, "lock"] {
            let mode = fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
    }
}
