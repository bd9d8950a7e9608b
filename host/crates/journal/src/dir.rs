//! A run's folder: that it is there, that it is one run's alone, and the names of its files.
//!
//! It must never know what stands in them.

mod undo;

use nix::fcntl::OFlag;
use nix::unistd::geteuid;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use undo::UndoDir;

/// Manifest of the run: settings, modules, limits, input, sessions.
pub const RUN: &str = "run.json";
/// One record a line.
pub const RESULTS: &str = "results.jsonl";
/// The lines of what did not end ok, as they stood in the input.
pub const FAILED: &str = "failed.jsonl";
/// Event log, one event a line.
pub const EVENTS: &str = "events.jsonl";
/// The sums, once a session has ended.
pub const SUMMARY: &str = "summary.json";
/// What is known of its records in bounded size: a cache.
pub const SKETCH: &str = "sketch.json";
/// Lines that are to be run again.
pub const AGAIN: &str = "again.jsonl";
/// Locked by the supervisor whose run it is now.
const LOCK: &str = "lock";

/// Grace period for a supervisor that has just been killed to be gone completely.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why a folder cannot be a run's.
#[derive(Debug, thiserror::Error)]
pub enum DirError {
    /// A run stands there already.
    #[error("{} already holds a run", .0.display())]
    Taken(PathBuf),
    /// Something else stands there.
    #[error("{} is not empty, but holds no run: {} is in it", path.display(), first.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// One thing in it.
        first: PathBuf,
    },
    /// No run stands there.
    #[error("{} holds no run: there is no {RUN} in it", .0.display())]
    NoRun(PathBuf),
    /// It is none.
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Others have a say in it.
    #[error(
        "{} is not yours alone: {}, so it cannot be trusted to say what to run",
        path.display(),
        owner.map_or("others may write to it".to_owned(), |owner| format!("it belongs to the user {owner}"))
    )]
    Foreign {
        /// The folder, or its `run.json`.
        path: PathBuf,
        /// Whose it is, if it is not this user's or the system's; else others may write to it.
        owner: Option<u32>,
    },
    /// A path that should be a file of the run is something else.
    #[error("{} is not a regular file", .0.display())]
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
    #[error("{0}")]
    System(#[source] SystemError),
}

impl DirError {
    /// That `operation` was refused on what stands at `path`.
    pub fn system(operation: SystemOperation, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::System(SystemError::new(operation, path, source))
    }
}

/// A run's folder, locked against other supervisors as long as this lives.
#[derive(Debug)]
pub struct RunDir {
    path: PathBuf,
    /// Takes a new folder away again, as long as nothing has happened in it. Before the lock:
    /// somebody else may want to have it then.
    undo: UndoDir,
    /// Closing it lets go of the lock; so does any end of this process.
    _lock: File,
}

impl RunDir {
    /// A folder for a new run: one that is not there yet, or is empty.
    ///
    /// # Errors
    /// If something stands there, or it cannot be made.
    pub fn create(path: &Path) -> Result<Self, DirError> {
        let mut undo = UndoDir::of(path);
        // What a run reads and gives is its operator's alone.
        if let Err(source) = DirBuilder::new().recursive(true).mode(0o700).create(path) {
            let is_other = fs::metadata(path).is_ok_and(|metadata| !metadata.is_dir());
            let other = || DirError::NotAFolder(path.to_path_buf());
            return Err(if is_other {
                other()
            } else {
                DirError::system(SystemOperation::MakeFolder, path)(source)
            });
        }
        if has_run(path)? {
            return Err(DirError::Taken(path.to_path_buf()));
        }
        // Otherwise nobody could go on with it.
        check_owner(path)?;
        for entry in fs::read_dir(path).map_err(DirError::system(SystemOperation::Read, path))? {
            let name = entry.map_err(DirError::system(SystemOperation::Read, path))?.file_name();
            // Either is left by a supervisor that was lost before there was a run.
            if name != LOCK && name != new_of(RUN).as_str() {
                return Err(DirError::NotEmpty { path: path.to_path_buf(), first: name.into() });
            }
        }
        let had_lock = path.join(LOCK).exists();
        let mut dir = Self::locked(path).inspect_err(|error| {
            // Nobody else was at it, so what stands there is ours.
            if matches!(error, DirError::System(_)) && !had_lock {
                drop(fs::remove_file(path.join(LOCK)));
            }
        })?;
        // Somebody may have made a run of it before the lock was had.
        if has_run(path)? {
            return Err(DirError::Taken(path.to_path_buf()));
        }
        undo.has_files = true;
        dir.undo = undo;
        Ok(dir)
    }

    /// Keeps a new folder from here on: what happens in it is to be known. Before that it goes with
    /// this.
    pub const fn keep(&mut self) {
        self.undo.is_armed = false;
    }

    /// Returns whether nothing has happened in a new folder yet.
    #[must_use]
    pub const fn is_unused(&self) -> bool {
        self.undo.is_armed
    }

    /// Takes a run's folder away with all that is the run's in it. What else is in it stays, and so
    /// does the folder then.
    pub fn discard(mut self) {
        (self.undo.is_armed, self.undo.has_files) = (true, true);
    }

    /// The folder of a run that is to go on.
    ///
    /// # Errors
    /// If there is none, others have a say in it, or another supervisor is at it.
    pub fn open(path: &Path) -> Result<Self, DirError> {
        check_own(path)?;
        Self::locked(path)
    }

    fn locked(path: &Path) -> Result<Self, DirError> {
        let lock_path = path.join(LOCK);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(NO_LINK);
        let mut lock =
            options.open(&lock_path).map_err(DirError::system(SystemOperation::Write, &lock_path))?;
        if !take(&lock).map_err(DirError::system(SystemOperation::Lock, &lock_path))? {
            return Err(DirError::Locked { path: path.to_path_buf(), pid: pid_in(&lock) });
        }
        // Who had it may have discarded the folder, and somebody else have made another.
        if !is_at(&lock, &lock_path).map_err(DirError::system(SystemOperation::Read, &lock_path))? {
            return Err(DirError::Locked { path: path.to_path_buf(), pid: None });
        }
        let pid = format!("{}\n", std::process::id());
        lock.set_len(0)
            .and_then(|()| lock.write_all(pid.as_bytes()))
            .map_err(DirError::system(SystemOperation::Write, &lock_path))?;
        let undo = UndoDir::nothing(path);
        Ok(Self { path: path.to_path_buf(), undo, _lock: lock })
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
        options.read(true).append(true).create(true).mode(0o600).custom_flags(NO_LINK);
        options.open(&path).map_err(DirError::system(SystemOperation::Write, &path))
    }

    /// A file without a name, in the same place as the others: it goes with this process.
    ///
    /// # Errors
    /// If there can be none.
    pub fn unnamed(&self) -> Result<File, DirError> {
        let path = self.path.join(".spool");
        let file = fresh(&path).map_err(DirError::system(SystemOperation::Write, &path))?;
        fs::remove_file(&path).map_err(DirError::system(SystemOperation::Remove, &path))?;
        Ok(file)
    }

    /// Puts `content` in the place of one of its files, at once and durably: whoever reads sees all
    /// of the one or all of the other.
    ///
    /// # Errors
    /// If that cannot be; the file is then as it was.
    pub fn replace(&self, name: &str, content: &[u8]) -> Result<(), DirError> {
        let (path, new) = (self.path.join(name), self.path.join(new_of(name)));
        let written = || {
            let mut file = fresh(&new)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            self.try_sync_names()
        };
        written().map_err(DirError::system(SystemOperation::Write, &path))
    }

    /// Makes the names of its files durable.
    ///
    /// # Errors
    /// If the system says so.
    pub fn sync_names(&self) -> Result<(), DirError> {
        self.try_sync_names().map_err(DirError::system(SystemOperation::Write, &self.path))
    }

    fn try_sync_names(&self) -> io::Result<()> {
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
                Err(DirError::system(SystemOperation::Remove, &path)(source))
            }
            _ => Ok(()),
        }
    }
}

/// Links are not followed: what they name would be written to.
const NO_LINK: i32 = OFlag::O_NOFOLLOW.bits();

/// An empty file of this user's alone, in the place of whatever file stood there.
pub fn fresh(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).custom_flags(NO_LINK).open(path)
}

/// Returns whether this is the file at that path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let held = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes a lock; says whether it could be had. A supervisor that was killed may have left a process
/// that is just being started and still has it, so it is waited for a little.
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

/// Returns whether a supervisor works on the run in this folder, and which, by its own account. The
/// check takes the lock only if nobody has it, for a moment, and shared with others who check.
///
/// # Errors
/// If it cannot be learned.
pub fn held_by(path: &Path) -> Result<Option<Option<u32>>, DirError> {
    match hold_for_reading(path) {
        Ok(_) => Ok(None),
        Err(DirError::Locked { pid, .. }) => Ok(Some(pid)),
        Err(error) => Err(error),
    }
}

/// Keeps supervisors away from the run in the folder `path` as long as what it returns lives,
/// shared with others who only read. Nothing is returned where there is no lock, as in a folder
/// that somebody copied without it.
///
/// # Errors
/// If a supervisor is at it, or the system refuses.
pub fn hold_for_reading(path: &Path) -> Result<Option<File>, DirError> {
    let lock_path = path.join(LOCK);
    let lock = match File::open(&lock_path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DirError::system(SystemOperation::Read, &lock_path)(error)),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => {
            Err(DirError::Locked { path: path.to_path_buf(), pid: pid_in(&lock) })
        }
        Err(TryLockError::Error(error)) => Err(DirError::system(SystemOperation::Lock, &lock_path)(error)),
    }
}

/// Returns whether a file of this name in a run's folder belongs to the run, or may do so one day.
/// Other names are free for anyone who wants to put a log there.
#[must_use]
pub fn is_own(name: &str) -> bool {
    let ends = [".json", ".jsonl", ".new"];
    name == LOCK || name.starts_with('.') || ends.iter().any(|end| name.ends_with(end))
}

/// Returns the name of the replacement for one of its files.
fn new_of(name: &str) -> String {
    format!("{name}.new")
}

/// That a run stands in the folder `path`.
///
/// # Errors
/// If none does, or that cannot be learned.
pub fn check_run(path: &Path) -> Result<(), DirError> {
    if has_run(path)? { Ok(()) } else { Err(DirError::NoRun(path.to_path_buf())) }
}

/// That a run stands in the folder `path` and that nobody else has a say in what it is and may do.
/// To be called before anything that stands there is followed.
///
/// # Errors
/// If one of its files is none too.
pub fn check_own(path: &Path) -> Result<(), DirError> {
    check_run(path)?;
    check_owner(path)?;
    check_files(path)?;
    check_owner(&path.join(RUN))
}

fn has_run(path: &Path) -> Result<bool, DirError> {
    let run = path.join(RUN);
    match fs::symlink_metadata(&run) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(DirError::NotAFolder(path.to_path_buf()))
        }
        Err(source) => Err(DirError::system(SystemOperation::Read, &run)(source)),
    }
}

fn check_owner(path: &Path) -> Result<(), DirError> {
    let metadata = fs::metadata(path).map_err(DirError::system(SystemOperation::Read, path))?;
    match foreign(metadata.uid(), metadata.mode(), geteuid().as_raw()) {
        Some(owner) => Err(DirError::Foreign { path: path.to_path_buf(), owner }),
        None => Ok(()),
    }
}

/// Returns who controls a file of this owner and mode besides the user `me`: its owner, or all who
/// may write to it.
fn foreign(owner: u32, mode: u32, me: u32) -> Option<Option<u32>> {
    if owner != me && owner != 0 { Some(Some(owner)) } else { (mode & 0o022 != 0).then_some(None) }
}

/// That what stands under the names of a run's files can be read to an end: a pipe would be waited
/// for, a device may give zeros for ever. A link is none of a run's files either, wherever it
/// leads.
///
/// # Errors
/// If one of them is something else than a file.
pub fn check_files(path: &Path) -> Result<(), DirError> {
    for name in [RUN, RESULTS, FAILED, EVENTS, AGAIN, LOCK] {
        let path = path.join(name);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if !metadata.is_file() => return Err(DirError::NoFile(path)),
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(DirError::system(SystemOperation::Read, &path)(source));
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
mod tests;
