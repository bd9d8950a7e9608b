//! The files that a command reads and writes, opened so that none destroys another: each is
//! compared with all that are open already, and what is written is emptied only later. What is
//! allowed stands in `file_conflicts`.
//!
//! It must never know what files hold, but for the end of one that records are added to.

use super::error::CliError;
use super::file_conflicts::{FileConflict, FileRole, OpenFile, OwnFolder, check, check_own};
use nix::fcntl::OFlag;
use polymer_host_journal::output::out::{AppendedFile, EarlierContent, WriteTurn};
use polymer_host_sys::appending;
use polymer_host_sys::appending::OpenedAppend;
use polymer_host_sys::file_id;
use polymer_host_sys::file_id::{FileId, HeldFile, RegularFile};
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::Grants;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Start of every record.
const RECORD: &[u8] = b"{\"v\":";
/// Name for the place of records that has no path.
pub(super) const STANDARD_OUTPUT: &str = "standard output";

/// The files of a command. What was made for it and not [`keep`](Self::keep)t goes again.
#[derive(Debug)]
pub(super) struct CommandFiles {
    named: Vec<OpenFile>,
    folders: Vec<OwnFolder>,
    /// The folders that tasks may write to.
    writable: PathOpener,
    /// True if records are added to what the file of records has.
    appends: bool,
    /// Taken by who writes to a file that is shared.
    turn: WriteTurn,
    /// Files that were made by opening them.
    made: Vec<(PathBuf, FileId)>,
}

impl CommandFiles {
    /// None so far, of a run with these grants.
    pub(super) fn new(grants: &Grants, appends: bool) -> Result<Self, CliError> {
        let writable = writable_paths(grants)?;
        let (named, folders, made) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { named, folders, writable, appends, turn: WriteTurn::default(), made })
    }

    /// Takes a file that is read.
    pub(super) fn read(&mut self, role: FileRole, called: String, file: impl AsFd) -> Result<(), CliError> {
        self.add(role, called, file).map(drop)
    }

    /// As [`read`](Self::read), of the file at `path`, if something stands there.
    pub(super) fn read_at(&mut self, role: FileRole, flag: &str, path: &Path) -> Result<(), CliError> {
        match look(path) {
            Ok(file) => self.read(role, called(flag, path), file),
            Err(_) => Ok(()),
        }
    }

    /// Takes standard error, and standard output if it `is_used`: from here on each is written at
    /// its end.
    pub(super) fn inherit(&mut self, is_used: bool) -> Result<(), CliError> {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let ours = [
            (FileRole::Stderr, "standard error", stderr.as_fd()),
            (FileRole::Stdout, STANDARD_OUTPUT, stdout.as_fd()),
        ];
        for (role, called, fd) in ours.into_iter().filter(|(role, ..)| is_used || *role != FileRole::Stdout) {
            if self.add(role, called.to_owned(), fd)?.is_some() {
                appending::append_from_now_on(fd)
                    .map_err(SystemError::on(SystemOperation::Inspect, called))?;
            }
        }
        Ok(())
    }

    /// Takes the folder at `path`, if it is there, in which files of such names are the command's
    /// own.
    pub(super) fn own_folder(
        &mut self,
        what: &str,
        path: &Path,
        owns: fn(&str) -> bool,
    ) -> Result<(), CliError> {
        let Ok(id) = look(path).and_then(FileId::of) else { return Ok(()) };
        self.folders.push(OwnFolder { id, called: called(what, path), owns });
        self.named.iter().try_for_each(|file| check_own(file, &self.folders))?;
        Ok(())
    }

    /// Takes the folder at `path`, which is there: from here on all that is in it is the command's
    /// own.
    pub(super) fn whole_folder(&mut self, what: &str, path: &Path) -> Result<(), CliError> {
        let id = look(path).and_then(FileId::of).map_err(SystemError::on(SystemOperation::Inspect, path))?;
        match self.folders.iter().find(|folder| folder.id == id) {
            Some(other) => {
                let (file, folder) = (called(what, path), other.called.clone());
                Err(FileConflict::Own { file, folder }.into())
            }
            None => self.own_folder(what, path, |_| true),
        }
    }

    /// That tasks cannot write to the folder at `path`, whether or not it is there.
    pub(super) fn check_folder(&self, what: &str, path: &Path) -> Result<(), CliError> {
        let granted = self.writable.leads_into(path).map_err(|error| CliError::cannot_write(path, error))?;
        match granted.map(Path::to_path_buf) {
            Some(granted) => {
                Err(FileConflict::Granted { written: called(what, path), granted, by_link: false }.into())
            }
            None => Ok(()),
        }
    }

    /// Takes the files of a run that stand in its folder: by whatever names, none of them is to be
    /// another file of the run.
    pub(super) fn own_files(&mut self, path: &Path, owns: fn(&str) -> bool) -> Result<(), CliError> {
        let Ok(entries) = fs::read_dir(path) else { return Ok(()) };
        for entry in entries.filter_map(Result::ok) {
            let is_own = entry.file_name().to_str().is_some_and(owns);
            // A link there is refused by who opens it.
            if is_own
                && entry.file_type().is_ok_and(|kind| kind.is_file())
                && let Ok(file) = look(&entry.path())
            {
                self.add(FileRole::RunFile, entry.path().display().to_string(), file)?;
            }
        }
        Ok(())
    }

    /// Opens the file at `path` to add records, or what else goes there, to its end. Until
    /// something is, it is as it was.
    ///
    /// `torn` says where a file ends that was not written to its end, where that is known. What had
    /// to be mended is told.
    pub(super) fn open_output(
        &mut self,
        path: &Path,
        torn: &[(FileId, u64)],
        tell: &mut dyn FnMut(String),
    ) -> Result<AppendedFile, CliError> {
        let refused = |error| CliError::cannot_write(path, error);
        let (file, id) = self.open(FileRole::Output, called("--output", path), path, &refused)?;
        let before = match id {
            None => EarlierContent::Stays,
            Some(id) if self.appends => {
                let torn = torn.iter().find(|(file, _)| *file == id).map(|(_, at)| *at);
                let before = appending::readable(&file).and_then(|file| end_of(&file, torn));
                let before = before.map_err(refused)?;
                tell_mended(before, path, &file, tell);
                before
            }
            Some(_) => EarlierContent::IsCutTo(0),
        };
        Ok(AppendedFile::new(file, before, None))
    }

    /// Opens the file at `path` to add a profile to its end. What it holds stays.
    pub(super) fn open_profiles(&mut self, path: &Path) -> Result<File, CliError> {
        let refused = |error| CliError::cannot_write(path, error);
        let (file, _) = self.open(FileRole::Output, called("--output", path), path, &refused)?;
        Ok(file)
    }

    /// Opens the file at `path` for the log, which replaces what is there if it `replaces`, and is
    /// not shared. Where a line may yet name the file (`may_be_named`), it is left alone before the
    /// first lines have been read.
    pub(super) fn open_log(
        &mut self,
        path: &Path,
        replaces: bool,
        may_be_named: bool,
    ) -> Result<AppendedFile, CliError> {
        let refused = |error| CliError::OpenLog(SystemError::new(SystemOperation::WriteLog, path, error));
        self.open_lines(FileRole::Log, called("--log-file", path), path, &refused, (replaces, may_be_named))
    }

    /// The same for events.
    pub(super) fn open_events(
        &mut self,
        path: &Path,
        replaces: bool,
        may_be_named: bool,
    ) -> Result<AppendedFile, CliError> {
        let refused =
            |error| CliError::OpenEvents(SystemError::new(SystemOperation::WriteEvents, path, error));
        self.open_lines(FileRole::Events, called("--events", path), path, &refused, (replaces, may_be_named))
    }

    /// The same for traces.
    pub(super) fn open_traces(
        &mut self,
        path: &Path,
        replaces: bool,
        may_be_named: bool,
    ) -> Result<AppendedFile, CliError> {
        let refused =
            |error| CliError::OpenEvents(SystemError::new(SystemOperation::WriteTraces, path, error));
        self.open_lines(FileRole::Traces, called("--traces", path), path, &refused, (replaces, may_be_named))
    }

    /// Takes a descriptor that events are written to.
    pub(super) fn take_events(&mut self, name: &Path, descriptor: impl AsFd) -> Result<(), CliError> {
        self.add(FileRole::Events, called("--events", name), descriptor).map(drop)
    }

    /// Takes the file that metrics are to replace, if it is there.
    pub(super) fn take_metrics(&mut self, path: &Path) -> Result<(), CliError> {
        self.check_folder("--metrics", path)?;
        self.read_at(FileRole::Metrics, "--metrics", path)
    }

    /// Takes the file of metrics that was made now. If `is_new`, nothing stood there before.
    pub(super) fn made_metrics(&mut self, path: &Path, is_new: bool) -> Result<(), CliError> {
        let file = look(path).map_err(SystemError::on(SystemOperation::Inspect, path))?;
        if is_new {
            let id = FileId::of(&file).map_err(SystemError::on(SystemOperation::Inspect, path))?;
            self.made.push((path.to_path_buf(), id));
        }
        self.read(FileRole::Metrics, called("--metrics", path), file)
    }

    fn open_lines(
        &mut self,
        role: FileRole,
        called: String,
        path: &Path,
        refused: &dyn Fn(io::Error) -> CliError,
        (replaces, may_be_named): (bool, bool),
    ) -> Result<AppendedFile, CliError> {
        let (file, id) = self.open(role, called, path, refused)?;
        let shared = id.is_some_and(|id| self.named.iter().filter(|file| file.file.id() == id).count() > 1);
        let before = if id.is_some() && replaces && !shared {
            EarlierContent::IsCutTo(0)
        } else {
            EarlierContent::Stays
        };
        let holds = may_be_named
            && before != EarlierContent::Stays
            && file.metadata().is_ok_and(|file| file.len() > 0);
        let log = AppendedFile::new(file, before, id.map(|_| Arc::clone(&self.turn)));
        Ok(if holds { log.held_back() } else { log })
    }

    /// Standard output or standard error as it was inherited, to write to it beside others.
    pub(super) fn inherited(&self, fd: impl AsFd, role: FileRole) -> Result<AppendedFile, CliError> {
        let file = fd.as_fd().try_clone_to_owned().map(File::from).map_err(|error| {
            let name = if role == FileRole::Stdout { STANDARD_OUTPUT } else { "standard error" };
            CliError::cannot_write(Path::new(name), error)
        })?;
        // Only of a regular file can something be taken back; elsewhere one writer would wait for
        // whoever reads what another wrote.
        let turn = self.named.iter().any(|file| file.role == role).then(|| Arc::clone(&self.turn));
        Ok(AppendedFile::new(file, EarlierContent::Stays, turn))
    }

    /// Returns the files that are written, which lines of the input may not name.
    pub(super) fn written(&self) -> Vec<(HeldFile, String)> {
        let written = self.named.iter().filter(|file| file.role.is_written());
        written.map(|file| (file.file.clone(), file.called.clone())).collect()
    }

    /// Files that were made by opening them stay from here on.
    pub(super) fn keep(&mut self) {
        self.made.clear();
    }

    fn open(
        &mut self,
        role: FileRole,
        called: String,
        path: &Path,
        refused: &dyn Fn(io::Error) -> CliError,
    ) -> Result<(File, Option<FileId>), CliError> {
        // Before it is opened: where a task put a link, opening would make a file.
        if let Some(granted) = self.writable.leads_into(path).map_err(refused)? {
            let granted = granted.to_path_buf();
            return Err(FileConflict::Granted { written: called, granted, by_link: false }.into());
        }
        let OpenedAppend { file, is_new } = appending::open(path).map_err(refused)?;
        if is_new {
            self.made.push((
                path.to_path_buf(),
                FileId::of(&file).map_err(SystemError::on(SystemOperation::Inspect, path))?,
            ));
        }
        let id = self.add(role, called, &file)?;
        Ok((file, id))
    }

    /// Takes a file, if it is a regular one and none of those that are there already, or may be.
    fn add(&mut self, role: FileRole, called: String, file: impl AsFd) -> Result<Option<FileId>, CliError> {
        let unseen = SystemError::on(SystemOperation::Inspect, called.clone());
        let Some(RegularFile { id, names }) = RegularFile::of(&file).map_err(&unseen)? else {
            return Ok(None);
        };
        if role.is_out_of_reach()
            && let Some(granted) = self.writable.holds(&file).map_err(&unseen)?
        {
            let granted = granted.to_path_buf();
            return Err(FileConflict::Granted { written: called, granted, by_link: names > 1 }.into());
        }
        let held = HeldFile::of(&file).map_err(unseen)?;
        let named = OpenFile { role, called, file: held, place: place(&file) };
        // Those of the run's folder come more than once: as it is found, and as it was made.
        if !(role == FileRole::RunFile
            && self.named.iter().any(|other| other.role == role && other.file == named.file))
        {
            check(&named, &self.named, self.appends)?;
            check_own(&named, &self.folders)?;
            self.named.push(named);
        }
        Ok(Some(id))
    }
}

impl Drop for CommandFiles {
    fn drop(&mut self) {
        for (path, id) in &self.made {
            if look(path).and_then(FileId::of).is_ok_and(|there| there == *id) {
                // It is empty or has a part of an export, and stays if it cannot be removed.
                drop(fs::remove_file(path));
            }
        }
    }
}

/// Returns an opener of files beside folders that tasks may write to.
pub(super) fn writable_paths(grants: &Grants) -> Result<PathOpener, SystemError> {
    let writable = || grants.dirs.iter().filter(|dir| dir.writable).map(|dir| dir.host.as_path());
    PathOpener::new(writable()).map_err(|error| {
        let path = writable().find(|path| path.metadata().is_err()).or_else(|| writable().next());
        SystemError::new(SystemOperation::GrantDir, path.unwrap_or(Path::new("")), error)
    })
}

/// A file by the flag and the path that name it.
pub(super) fn called(flag: &str, path: &Path) -> String {
    format!("{flag} {}", path.display())
}

/// Opens a path, to look at it only.
fn look(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlag::O_PATH.bits()).open(path)
}

/// The folder in which an open file stands and its name there, as far as that can be told.
fn place(file: impl AsFd) -> Option<(FileId, OsString)> {
    let path = file_id::path(file).ok()??;
    let folder = look(path.parent()?).and_then(FileId::of).ok()?;
    Some((folder, path.file_name()?.to_owned()))
}

/// Returns what is done with the end of a file before records are added to it. The start of a
/// record was left by a run that was lost. It is cut off, as in a run's folder, and so are the
/// zeros that a machine leaves when it loses power. Any other last line was whole, and lacks only
/// its newline. `torn` is the offset where an incomplete record begins, if that is known.
fn end_of(file: &File, torn: Option<u64>) -> io::Result<EarlierContent> {
    if let Some(at) = torn {
        let mut start = [0; RECORD.len()];
        let length = file.read_at(&mut start, at)?;
        let start = start.get(..length).unwrap_or_default();
        if RECORD.starts_with(start) || start.iter().all(|byte| matches!(byte, 0 | b'\n')) {
            return Ok(EarlierContent::IsCutTo(at));
        }
    }
    Ok(match appending::last_line_without_end(file, RECORD.len())? {
        None => EarlierContent::Stays,
        Some((at, start)) if RECORD.starts_with(&start) => EarlierContent::IsCutTo(at),
        Some(_) => EarlierContent::GetsNewline,
    })
}

fn tell_mended(before: EarlierContent, path: &Path, file: &File, tell: &mut dyn FnMut(String)) {
    let path = path.display();
    match before {
        EarlierContent::IsCutTo(at) => {
            let bytes = file.metadata().map_or(0, |metadata| metadata.len().saturating_sub(at));
            tell(format!("warn: {path}: {bytes} bytes after its last complete record are cut off\n"));
        }
        EarlierContent::GetsNewline => {
            tell(format!(
                "warn: {path}: its last line does not end with a newline, so one is added before the records\n"
            ));
        }
        EarlierContent::Stays => {}
    }
}

#[cfg(test)]
mod tests;
