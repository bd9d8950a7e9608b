//! Folders of problems: what is in them, and that no link leads out of them.
//!
//! Nothing here may know what a file is for.

use super::error::ProblemError;
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::path::{Path, PathBuf};

/// The most entries of a folder.
const MOST_ENTRIES: usize = 100_000;
/// The most levels of folders in a folder of problems.
pub(super) const MOST_LEVELS: usize = 16;
/// The most bytes of an input or an answer: as many as an input may ever have.
const LONGEST_DATA: u64 = 1 << 30;

/// A folder in the folder of a problem, or that one itself.
#[derive(Debug, Clone)]
pub(super) struct ProblemFolder {
    /// No link may lead out of it. Absolute, without links.
    root: PathBuf,
    path: PathBuf,
}

/// What stands in a folder.
#[derive(Debug, Clone)]
pub(super) struct FolderEntry {
    pub(super) name: String,
    /// Absolute. That of the file itself, if it is a link.
    pub(super) path: PathBuf,
    pub(super) is_folder: bool,
}

impl ProblemFolder {
    /// The folder of a problem, or of problems.
    pub(super) fn open(path: &Path) -> Result<Self, ProblemError> {
        let root = path.canonicalize().map_err(SystemError::on(SystemOperation::Read, path))?;
        Ok(Self { path: root.clone(), root })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its own name.
    pub(super) fn name(&self) -> Result<String, ProblemError> {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.map(str::to_owned).ok_or_else(|| {
            ProblemError::part(
                &self.path,
                "a problem is named after its folder, and this one has no name in UTF-8",
            )
        })
    }

    /// A folder in it.
    pub(super) fn enter(&self, entry: &FolderEntry) -> Result<Self, ProblemError> {
        let inner = Self { root: self.root.clone(), path: entry.path.clone() };
        let below =
            inner.path.strip_prefix(&self.root).map_or(usize::MAX, |below| below.components().count());
        if below > MOST_LEVELS {
            return Err(ProblemError::part(
                &inner.path,
                format!("there are at most {MOST_LEVELS} levels of folders"),
            ));
        }
        Ok(inner)
    }

    /// The same as a problem of its own: links in it may not lead to its neighbours.
    pub(super) fn alone(&self) -> Self {
        Self { root: self.path.clone(), path: self.path.clone() }
    }

    /// What stands in it, by name. Hidden files are left out: the format has them removed before
    /// anything looks at a package (2025-09, "General requirements").
    pub(super) fn entries(&self) -> Result<Vec<FolderEntry>, ProblemError> {
        let failed = SystemError::on(SystemOperation::Read, &self.path);
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(&failed)? {
            let entry = entry.map_err(&failed)?;
            let path = entry.path();
            let name = entry.file_name().into_string();
            let name = name.map_err(|_| ProblemError::part(&path, "its name is not UTF-8"))?;
            if name.starts_with('.') {
                continue;
            }
            if entries.len() == MOST_ENTRIES {
                let why = format!("a folder has at most {MOST_ENTRIES} files");
                return Err(ProblemError::part(&self.path, why));
            }
            entries.push(self.look_at(name, path)?);
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    fn look_at(&self, name: String, path: PathBuf) -> Result<FolderEntry, ProblemError> {
        let metadata = std::fs::symlink_metadata(&path);
        let metadata = metadata.map_err(SystemError::on(SystemOperation::Read, &path))?;
        if metadata.is_dir() || metadata.is_file() {
            return Ok(FolderEntry { name, path, is_folder: metadata.is_dir() });
        }
        if !metadata.is_symlink() {
            return Err(ProblemError::part(&path, "it is not a regular file"));
        }
        // "Symlinks must not have targets outside the problem package directory tree" (General
        // requirements).
        let failed = SystemError::on(SystemOperation::Read, &path);
        let target = path.canonicalize().map_err(&failed)?;
        if !target.starts_with(&self.root) {
            return Err(ProblemError::part(&path, "it is a symbolic link that leads out of the problem"));
        }
        if !std::fs::metadata(&target).map_err(&failed)?.is_file() {
            return Err(ProblemError::part(&path, "it is a symbolic link to what is no regular file"));
        }
        Ok(FolderEntry { name, path: target, is_folder: false })
    }

    /// Looks at all that is in it, for whoever reads it as a whole.
    pub(super) fn check_all(&self) -> Result<(), ProblemError> {
        for entry in self.entries()? {
            if entry.is_folder {
                self.enter(&entry)?.check_all()?;
            }
        }
        Ok(())
    }
}

/// That a file of data can be read, and is not too large.
pub(super) fn check_data(path: &Path) -> Result<(), ProblemError> {
    regular::open(path, LONGEST_DATA).map(drop).map_err(ProblemError::file(path))
}

/// A path as JSON has it.
pub(super) fn path_text(path: &Path) -> Result<&str, ProblemError> {
    path.to_str().ok_or_else(|| ProblemError::part(path, "its path is not UTF-8, and records name it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_may_lead_to_files_of_the_problem_only() {
        let place = tempfile::tempdir().unwrap();
        let inside = place.path().join("p");
        std::fs::create_dir_all(inside.join("data")).unwrap();
        std::fs::write(inside.join("file"), "x").unwrap();
        std::fs::write(place.path().join("outside"), "x").unwrap();
        let folder = ProblemFolder::open(&inside).unwrap();
        let link = inside.join("link");
        symlink("file", &link).unwrap();
        let entry = folder.entries().unwrap().pop().unwrap();
        assert_eq!((entry.name.as_str(), entry.path.file_name().unwrap()), ("link", "file".as_ref()));
        for (target, why) in [("../outside", "leads out"), ("data", "no regular file"), ("none", "none")] {
            std::fs::remove_file(&link).unwrap();
            symlink(target, &link).unwrap();
            let message = folder.entries().unwrap_err().to_string();
            assert!(message.contains("link") && (message.contains(why) || target == "none"), "{message}");
        }
    }

    #[test]
    fn entries_are_in_order_without_the_hidden_ones() {
        let place = tempfile::tempdir().unwrap();
        for name in ["b", ".git", "a10", "a1"] {
            std::fs::write(place.path().join(name), "").unwrap();
        }
        let folder = ProblemFolder::open(place.path()).unwrap();
        let names: Vec<String> = folder.entries().unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["a1", "a10", "b"]);
    }

    #[test]
    fn levels_of_folders_are_bounded() {
        let place = tempfile::tempdir().unwrap();
        let deep = |levels: usize| place.path().join(vec!["d"; levels].join("/"));
        std::fs::create_dir_all(deep(MOST_LEVELS)).unwrap();
        let folder = ProblemFolder::open(place.path()).unwrap();
        folder.check_all().unwrap();
        std::fs::create_dir_all(deep(MOST_LEVELS + 1)).unwrap();
        assert!(folder.check_all().unwrap_err().to_string().contains("levels"));
    }
}
