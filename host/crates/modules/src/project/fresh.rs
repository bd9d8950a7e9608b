//! Check for an up-to-date module: one that exists, and nothing that it is made of has changed
//! since.
//!
//! Files are told apart by their names, lengths and modification times, as make does: a project may
//! have thousands. Modules from an earlier polymer are rebuilt, for it may have built otherwise.

use super::recipe::BuildRecipe;
use super::source::ProjectSource;
use super::{ProjectError, file_error};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Folders of a project in which its sources are not.
const BESIDE: [&str; 5] = ["build", "target", "__pycache__", "zig-out", "polymer_task"];
/// The most files that are looked at.
const FILES: usize = 100_000;

/// Returns one hash of everything a module is made of, and whether the existing module was made of
/// that.
///
/// # Errors
/// If a folder cannot be read.
pub(super) fn made_of(project: &ProjectSource, recipe: &BuildRecipe) -> Result<(String, bool), ProjectError> {
    let print = print(project, recipe).map_err(|(path, error)| file_error(&path, error))?;
    let is_fresh = project.language.is_closed() && is(project, &print);
    Ok((print, is_fresh))
}

fn print(project: &ProjectSource, recipe: &BuildRecipe) -> Result<String, (PathBuf, io::Error)> {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add(env!("CARGO_PKG_VERSION").as_bytes());
    add(format!("{recipe:?}").as_bytes());
    // Cargo is told beside the recipe.
    add(format!("{:?}", project.stack).as_bytes());
    let files =
        if project.alone { vec![project.folder.join(project.entry())] } else { files(&project.folder)? };
    for path in files {
        let Ok(meta) = path.symlink_metadata() else { continue };
        add(path.as_os_str().as_encoded_bytes());
        for number in [meta.len().cast_signed(), meta.mtime(), meta.mtime_nsec(), meta.ino().cast_signed()] {
            add(&number.to_le_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Returns whether the existing module was made of this.
fn is(project: &ProjectSource, print: &str) -> bool {
    project.module().is_file() && fs::read_to_string(beside(project)).is_ok_and(|was| was == print)
}

/// Notes what the module was made of. Where that cannot be written it is made again the next time.
pub(super) fn remember(project: &ProjectSource, print: &str) {
    drop(fs::write(beside(project), print));
}

fn beside(project: &ProjectSource) -> PathBuf {
    project.build.join(format!("{}.made-of", project.name))
}

/// The files below a folder, sorted, without those that were built and hidden ones.
fn files(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        let fault = |error| (folder.clone(), error);
        for entry in fs::read_dir(&folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || BESIDE.contains(&name.as_ref()) {
                continue;
            }
            // A link is what it is; whoever edits behind it touches the link's own folder rarely,
            // and then builds by hand.
            if entry.file_type().map_err(fault)?.is_dir() {
                folders.push(entry.path());
            } else if files.len() < FILES {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::super::recipe;
    use super::super::source;
    use super::*;

    #[test]
    fn a_module_is_fresh_until_one_of_its_files_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("task.c");
        fs::write(&file, "int main(void) { return 0; }\n").unwrap();
        let project = source::read(folder.path()).unwrap();
        let recipe = recipe::of(&project);
        let made_of = print(&project, &recipe).unwrap();
        assert!(!is(&project, &made_of), "there is no module");
        fs::create_dir(&project.build).unwrap();
        fs::write(project.module(), "").unwrap();
        remember(&project, &made_of);
        // What was built does not count as a source.
        assert_eq!(print(&project, &recipe).unwrap(), made_of);
        assert!(is(&project, &made_of));
        fs::write(&file, "int main(void) { return 1000; }\n").unwrap();
        let now = print(&project, &recipe).unwrap();
        assert!(now != made_of && !is(&project, &now));
        fs::write(folder.path().join("more.h"), "").unwrap();
        assert_ne!(print(&project, &recipe).unwrap(), now);
    }
}
