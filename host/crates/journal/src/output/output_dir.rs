//! Outputs and logs in files of their own: a folder with a file for each task that has one, and the
//! store that puts outputs there before the records that name them.
//!
//! A file that is there is never replaced, whoever wrote it: so what a record says of its file
//! stays true. It must never know what an output means, nor decide whether one is kept.

use crate::output::record::StoredOutput;
use crate::output::results::{RecordNote, RecordStore, WantedLogs};
use nix::fcntl::OFlag;
use polymer_host_base::Digest;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{Output, Record, TaskKey};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// File that is being written. No task's file begins with a dot.
const WRITING: &str = ".writing";
/// The longest name that an id has here by itself.
const LONGEST: usize = 200;
/// Bytes of a longer one that stand before its hash.
const PREFIX: usize = 160;
/// Name for an empty id. No other one is a percent sign alone.
const EMPTY: &str = "%";

/// Why a folder cannot take files of tasks.
#[derive(Debug, thiserror::Error)]
pub enum OutputDirError {
    /// Something stands there, which a new run might take for its own.
    #[error("{} is not empty: {} is in it", path.display(), first.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// One thing in it.
        first: PathBuf,
    },
    /// Another run writes there.
    #[error("another polymer writes to {}", .0.display())]
    Locked(PathBuf),
    /// It is none.
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The system refuses.
    #[error("{0}")]
    System(#[source] SystemError),
}

impl OutputDirError {
    fn system(operation: SystemOperation, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::System(SystemError::new(operation, path, source))
    }
}

/// A folder that takes files of tasks, locked against other runs as long as this lives.
#[derive(Debug)]
pub struct OutputDir {
    path: PathBuf,
    /// The folder itself. Closing it lets go of the lock.
    folder: File,
    /// The next number of each name that several tasks have.
    numbers: HashMap<String, u64>,
    /// True if files are to outlive the end of the machine as their records do.
    syncs: bool,
    /// Some names are not durable yet.
    has_new_names: bool,
}

impl OutputDir {
    /// The folder at `path`, which is made if nothing stands there. Only a run that `goes_on`, or
    /// adds to what there is, may find files in it.
    ///
    /// # Errors
    /// If it is not empty, or another run's, or cannot be made.
    pub fn open(path: &Path, goes_on: bool, syncs: bool) -> Result<Self, OutputDirError> {
        if let Err(source) = DirBuilder::new().recursive(true).create(path) {
            let is_other = fs::metadata(path).is_ok_and(|metadata| !metadata.is_dir());
            let other = || OutputDirError::NotAFolder(path.to_path_buf());
            let refused = OutputDirError::system(SystemOperation::MakeFolder, path);
            return Err(if is_other { other() } else { refused(source) });
        }
        let unread = OutputDirError::system(SystemOperation::Read, path);
        let mut options = OpenOptions::new();
        let folder =
            options.read(true).custom_flags(OFlag::O_DIRECTORY.bits()).open(path).map_err(&unread)?;
        // Some file systems have no locks; then it is up to the user.
        if matches!(folder.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(OutputDirError::Locked(path.to_path_buf()));
        }
        remove(&path.join(WRITING))?;
        if !goes_on && let Some(first) = fs::read_dir(path).map_err(&unread)?.next() {
            let first = first.map_err(&unread)?.file_name().into();
            return Err(OutputDirError::NotEmpty { path: path.to_path_buf(), first });
        }
        let numbers = HashMap::new();
        Ok(Self { path: path.to_path_buf(), folder, numbers, syncs, has_new_names: false })
    }

    /// Returns the folder itself.
    #[must_use]
    pub const fn folder(&self) -> &File {
        &self.folder
    }

    /// Writes the output of the task with this id to a file, which is there in one piece or not at
    /// all.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn store(&mut self, id: &str, output: &Output) -> Result<StoredOutput, OutputDirError> {
        let content = content(output);
        let path = self.put(id, &content)?.to_string_lossy().into_owned();
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Ok(StoredOutput { path, sha256: Digest::of(&content), bytes })
    }

    /// Writes a file for the task with this id, which is there in one piece or not at all.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn put(&mut self, id: &str, content: &[u8]) -> Result<PathBuf, OutputDirError> {
        let writing = self.path.join(WRITING);
        let stored = self.write(&writing, content).and_then(|()| self.put_in_place(&writing, id));
        if stored.is_err() {
            // What led here is the error; whoever opens the folder next removes it too.
            drop(fs::remove_file(&writing));
        }
        stored
    }

    fn write(&self, writing: &Path, content: &[u8]) -> Result<(), OutputDirError> {
        let written = || {
            // Its mode is what the umask leaves.
            let mut file = OpenOptions::new().write(true).create_new(true).open(writing)?;
            file.write_all(content)?;
            if self.syncs { file.sync_data() } else { Ok(()) }
        };
        written().map_err(OutputDirError::system(SystemOperation::Write, writing))
    }

    /// Gives a whole file the first name for this id that nothing has.
    fn put_in_place(&mut self, writing: &Path, id: &str) -> Result<PathBuf, OutputDirError> {
        let name = file_name(id);
        let mut number = self.numbers.get(&name).copied().unwrap_or(1);
        loop {
            let path = self.path.join(numbered(&name, number));
            let refused = OutputDirError::system(SystemOperation::Write, &path);
            number += 1;
            match fs::symlink_metadata(&path) {
                Ok(_) => continue,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(refused(error)),
            }
            fs::rename(writing, &path).map_err(refused)?;
            self.has_new_names = true;
            if number > 2 {
                self.numbers.insert(name, number);
            }
            return Ok(path);
        }
    }

    /// Makes the names of the files durable.
    fn sync_names(&mut self) -> io::Result<()> {
        if self.syncs && std::mem::take(&mut self.has_new_names) { self.folder.sync_all() } else { Ok(()) }
    }
}

fn remove(path: &Path) -> Result<(), OutputDirError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(OutputDirError::system(SystemOperation::Remove, path)(source))
        }
        _ => Ok(()),
    }
}

/// The bytes of an output: a JSON string stands for its text, any other value for itself.
fn content(output: &Output) -> Cow<'_, [u8]> {
    match output {
        Output::Json(json) => match serde_json::from_str::<String>(json) {
            Ok(text) => Cow::Owned(text.into_bytes()),
            Err(_) => Cow::Borrowed(json.as_bytes()),
        },
        Output::Text(text) => Cow::Borrowed(text.as_bytes()),
        Output::Bytes(bytes) => Cow::Borrowed(bytes),
    }
}

/// Returns the name of the first file for an id. Different ids have different ones: every byte but
/// some stands as a percent sign and two digits, and a tilde stands in no name that is not cut.
fn file_name(id: &str) -> String {
    let mut name = String::new();
    let mut cut = 0;
    for (at, byte) in id.bytes().enumerate() {
        if name.len() <= PREFIX {
            cut = name.len();
        }
        if name.len() > LONGEST {
            break;
        }
        let is_plain =
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (byte == b'.' && at > 0);
        if is_plain {
            name.push(char::from(byte));
        } else {
            // A write to a string cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    if name.len() > LONGEST {
        name.truncate(cut);
        let _ = write!(name, "~{}", TaskKey::of_id(id));
    }
    if name.is_empty() { EMPTY.to_owned() } else { name }
}

/// Returns the name of the n-th file of a name, from 1.
fn numbered(name: &str, number: u64) -> OsString {
    if number == 1 { name.into() } else { format!("{name}~{number}").into() }
}

/// Keeps outputs in a folder, and records without them in another store.
pub struct OutputDirStore {
    /// Takes the records.
    pub records: Box<dyn RecordStore>,
    /// Takes the outputs.
    pub outputs: OutputDir,
}

impl fmt::Debug for OutputDirStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputDirStore").field("outputs", &self.outputs).finish_non_exhaustive()
    }
}

impl RecordStore for OutputDirStore {
    fn wants_notes(&self) -> bool {
        self.records.wants_notes()
    }

    fn note(&mut self, note: &RecordNote) -> io::Result<()> {
        self.records.note(note)
    }

    fn wants_outputs(&self) -> bool {
        true
    }

    fn wants_logs(&self) -> WantedLogs {
        self.records.wants_logs()
    }

    fn keep_log(&mut self, record: &Record) {
        self.records.keep_log(record);
    }

    fn keep_output(&mut self, record: &mut Record) -> io::Result<Option<StoredOutput>> {
        let Some(output) = record.output.take() else { return Ok(None) };
        self.outputs.store(&record.id, &output).map(Some).map_err(io::Error::other)
    }

    fn write(&mut self, batch: &[u8], records: u64) -> (u64, io::Result<()>) {
        // Before the records: else these might outlive the machine's end alone.
        match self.outputs.sync_names() {
            Ok(()) => self.records.write(batch, records),
            Err(error) => (0, Err(error)),
        }
    }

    fn batch(&self) -> usize {
        self.records.batch()
    }
}

#[cfg(test)]
mod tests;
