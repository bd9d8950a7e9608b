//! The folder a project is built in: one build at a time has it, and a module appears there only
//! when it is whole.
//!
//! It must never know how a module is made.

use super::recipe::BuildRecipe;
use super::source::ProjectSource;
use super::{ProjectError, ProjectLanguage, file_error};
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The file in a build folder that is locked while something is built there.
pub(super) const LOCK: &str = ".lock";

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

/// Returns whether an opened file is still the one at the path.
fn is_at(file: &File, path: &Path) -> bool {
    let id = |meta: io::Result<fs::Metadata>| meta.ok().map(|meta| (meta.dev(), meta.ino()));
    id(file.metadata()).is_some_and(|open| id(path.metadata()) == Some(open))
}

/// Writes what the tools are to find: our files, and the copy of a single file in languages that
/// want one.
pub(super) fn prepare(project: &ProjectSource, recipe: &BuildRecipe) -> Result<(), ProjectError> {
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
fn copy(project: &ProjectSource) -> io::Result<()> {
    let to = project.copy_folder().join(project.source());
    if project.language != ProjectLanguage::Go {
        return fs::copy(project.path(), to).map(drop);
    }
    // What the compiler says of it, and traces of panics, name the file that the author knows.
    let file: String =
        project.entry().chars().map(|char| if char.is_control() { '?' } else { char }).collect();
    let text = fs::read(project.path())?;
    fs::write(to, [format!("//line {file}:1:1\n").as_bytes(), &text].concat())
}

/// Makes a folder that holds nothing.
pub(super) fn empty(folder: &Path) -> Result<(), ProjectError> {
    let emptied = match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(folder),
    };
    emptied.map_err(|error| file_error(folder, error))
}

/// Puts a module that is whole into its place, in one step: whoever reads there finds the old one
/// or the new one.
pub(super) fn finish(project: &ProjectSource, made: &Path) -> Result<(), ProjectError> {
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
