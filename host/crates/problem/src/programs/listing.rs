//! Entries of a folder, in the order of their names, without following links.
//!
//! Nothing here may know which entry is a program.

use super::ProgramError;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs;
use std::path::Path;

/// Why a link is not followed.
pub(super) const LINK: &str = "it is a symbolic link, which may lead to the files of somebody else";
/// Folders of what was built or installed.
const BUILT: [&str; 5] = ["__MACOSX", "__pycache__", "node_modules", "target", "zig-out"];

/// An entry, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProgramEntry {
    pub(super) name: String,
    pub(super) kind: ProgramEntryKind,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProgramEntryKind {
    File {
        bytes: u64,
    },
    Folder,
    Link,
    /// It is never looked at, and why.
    PassedOver(&'static str),
    /// It has a name that cannot be written as one. `name` shows it.
    BadName,
}

/// The entries of `folder`, of which there may be so many.
pub(super) fn read(folder: &Path, most: usize) -> Result<Vec<ProgramEntry>, ProgramError> {
    let refused = || SystemError::on(SystemOperation::Read, folder);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused())? {
        let entry = entry.map_err(refused())?;
        if entries.len() >= most {
            return Err(ProgramError::TooMany { most });
        }
        // That of the entry itself, not of what a link leads to.
        let kind = entry.file_type().map_err(refused())?;
        let name = entry.file_name();
        let shown = name.to_string_lossy().into_owned();
        let kind = if shown.starts_with('.') {
            ProgramEntryKind::PassedOver("it is hidden")
        } else if name.to_str().is_none_or(|name| name.chars().any(char::is_control)) {
            ProgramEntryKind::BadName
        } else if kind.is_symlink() {
            ProgramEntryKind::Link
        } else if kind.is_dir() && BUILT.contains(&shown.as_str()) {
            ProgramEntryKind::PassedOver("it holds what was built or installed")
        } else if kind.is_dir() {
            ProgramEntryKind::Folder
        } else if kind.is_file() {
            ProgramEntryKind::File { bytes: entry.metadata().map_err(refused())?.len() }
        } else {
            ProgramEntryKind::PassedOver("it is no regular file")
        };
        entries.push(ProgramEntry { name: shown, kind });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixListener;

    #[test]
    fn entries_are_what_they_are_and_no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("b.c"), "1234").unwrap();
        fs::create_dir(path.join("a")).unwrap();
        fs::create_dir(path.join("__pycache__")).unwrap();
        fs::write(path.join(".hidden"), "").unwrap();
        fs::write(path.join("n\n"), "").unwrap();
        fs::write(path.join(std::ffi::OsStr::from_bytes(b"x\xff")), "").unwrap();
        std::os::unix::fs::symlink(path.join("b.c"), path.join("link.c")).unwrap();
        let _socket = UnixListener::bind(path.join("socket")).unwrap();
        let found: Vec<_> =
            read(path, 100).unwrap().into_iter().map(|entry| (entry.name, entry.kind)).collect();
        let expected = [
            (".hidden", ProgramEntryKind::PassedOver("it is hidden")),
            ("__pycache__", ProgramEntryKind::PassedOver("it holds what was built or installed")),
            ("a", ProgramEntryKind::Folder),
            ("b.c", ProgramEntryKind::File { bytes: 4 }),
            ("link.c", ProgramEntryKind::Link),
            ("n\n", ProgramEntryKind::BadName),
            ("socket", ProgramEntryKind::PassedOver("it is no regular file")),
            ("x\u{fffd}", ProgramEntryKind::BadName),
        ];
        assert_eq!(found, expected.map(|(name, kind)| (name.to_owned(), kind)));
        assert!(matches!(read(path, 7), Err(ProgramError::TooMany { most: 7 })));
    }
}
