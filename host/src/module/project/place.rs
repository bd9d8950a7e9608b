//! The folder a project is built in: one build at a time has it, and a module appears there only when it is whole.
//!
//! It must never know how a module is made.

use super::recipe::Recipe;
use super::source::Project;
use super::{Language, ProjectError, file_error};
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The file in a build folder that is locked while something is built there.
const LOCK: &str = ".lock";
/// Hexadecimal digits of the name of a folder below those of scripts.
const DIGITS: usize = 32;

/// Waits until nobody else builds there. What is returned is held for as long as the build takes.
pub(super) fn lock(build: &Path, mut waits: impl FnMut()) -> Result<Option<File>, ProjectError> {
    let path = build.join(LOCK);
    let fault = |error| file_error(&path, error);
    loop {
        fs::create_dir_all(build).map_err(|error| file_error(build, error))?;
        let file = match File::options().create(true).append(true).open(&path) {
            // The folder was cleared away since.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            file => file.map_err(fault)?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waits();
                file.lock().map_err(fault)?;
            }
            // Some file systems know no locks: builds there are as they were without.
            Err(TryLockError::Error(_)) => return Ok(None),
        }
        if is_at(&file, &path) {
            return Ok(Some(file));
        }
    }
}

/// Whether a file that was opened still stands there.
fn is_at(file: &File, path: &Path) -> bool {
    let id = |meta: io::Result<fs::Metadata>| meta.ok().map(|meta| (meta.dev(), meta.ino()));
    id(file.metadata()).is_some_and(|open| id(path.metadata()) == Some(open))
}

/// Writes what the tools are to find: our files, and the copy of a single file in languages that want one.
pub(super) fn prepare(project: &Project, recipe: &Recipe) -> Result<(), ProjectError> {
    let unfinished = project.unfinished();
    if let Some(folder) = unfinished.parent() {
        empty(folder)?;
    }
    let copied = project.alone && project.language.is_copied();
    if copied {
        empty(&project.copy_folder())?;
    }
    for (name, content) in &recipe.files {
        let path = project.build.join(name);
        // Some tools see from the time of a file that it changed.
        if fs::read(&path).is_ok_and(|there| there == content.as_bytes()) {
            continue;
        }
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        folder.and_then(|()| fs::write(&path, content)).map_err(|error| file_error(&path, error))?;
    }
    if copied {
        copy(project).map_err(|error| file_error(&project.path(), error))?;
    }
    Ok(())
}

/// Copies a single file to where it is built.
fn copy(project: &Project) -> io::Result<()> {
    let to = project.copy_folder().join(project.source());
    if project.language != Language::Go {
        return fs::copy(project.path(), to).map(drop);
    }
    // What the compiler says of it, and traces of panics, name the file that the author knows.
    let file: String =
        project.entry().chars().map(|char| if char.is_control() { '?' } else { char }).collect();
    let text = fs::read(project.path())?;
    fs::write(to, [format!("//line {file}:1:1\n").as_bytes(), &text].concat())
}

/// Makes a folder that holds nothing.
fn empty(folder: &Path) -> Result<(), ProjectError> {
    let emptied = match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(folder),
    };
    emptied.map_err(|error| file_error(folder, error))
}

/// Puts a module that is whole into its place, in one step: whoever reads there finds the old one or the new one.
pub(super) fn finish(project: &Project, made: &Path) -> Result<(), ProjectError> {
    let (unfinished, module) = (project.unfinished(), project.module());
    if made != unfinished {
        fs::copy(made, &unfinished).map_err(|error| file_error(made, error))?;
    }
    match fs::rename(&unfinished, &module) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(ProjectError::NothingMade(project.path()))
        }
        moved => moved.map_err(|error| file_error(&module, error)),
    }
}

/// Removes what was built of scripts in this folder, but for what is being built. Returns how many there were, and bytes of their files.
///
/// # Errors
/// What the system says, of which path.
pub fn clear(scripts: &Path) -> Result<(u64, u64), (PathBuf, io::Error)> {
    let (mut builds, mut bytes) = (0, 0);
    let entries = match fs::read_dir(scripts) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
        entries => entries.map_err(|error| (scripts.to_path_buf(), error))?,
    };
    for entry in entries {
        let entry = entry.map_err(|error| (scripts.to_path_buf(), error))?;
        let (path, name) = (entry.path(), entry.file_name());
        let is_hex = |name: &str| name.len() == DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        // A link is nothing of ours.
        if !name.to_str().is_some_and(is_hex) || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let lock = File::options().create(true).append(true).open(path.join(LOCK));
        if lock.as_ref().is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock))) {
            continue;
        }
        bytes += size_of(&path);
        fs::remove_dir_all(&path).map_err(|error| (path, error))?;
        builds += 1;
    }
    Ok((builds, bytes))
}

/// Bytes of all files below a folder. What cannot be read counts as nothing.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size_of(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
