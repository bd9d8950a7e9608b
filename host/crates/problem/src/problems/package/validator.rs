//! The validator that a package brings: where it is, and that it is one that can be built.
//!
//! Nothing here may know how it is built or run.

use super::super::data_files::is_read_me;
use super::super::error::ProblemError;
use super::super::folder::{FolderEntry, ProblemFolder};
use std::path::PathBuf;

/// Endings of sources that are compiled, each with its language. C and C++ are built together.
const SOURCES: [(&str, &str); 8] = [
    ("c", "c"),
    ("cc", "c"),
    ("cpp", "c"),
    ("cxx", "c"),
    ("c++", "c"),
    ("rs", "rust"),
    ("go", "go"),
    ("zig", "zig"),
];

/// Endings of sources of other languages that the format knows.
const OTHERS: [&str; 8] = ["py", "py2", "py3", "java", "kt", "js", "sh", "cs"];

/// The validator in `output_validators/` of legacy packages: each file and folder in it is one.
pub(super) fn find_legacy(folder: &ProblemFolder) -> Result<PathBuf, ProblemError> {
    let entries = programs(folder)?;
    match entries.as_slice() {
        [] => Err(ProblemError::part(folder.path(), "there is no validator in it")),
        [entry] => program(folder, entry),
        [_, other, ..] => {
            // "All output validators provided will be run" (legacy, "Output Validators").
            let why =
                "it is a second validator, and only one is taken: files of one are in a folder of their own";
            Err(ProblemError::part(&other.path, why))
        }
    }
}

/// The validator that `output_validator/` is, or has in it.
pub(super) fn find_current(folder: &ProblemFolder) -> Result<PathBuf, ProblemError> {
    let entries = programs(folder)?;
    match entries.as_slice() {
        [] => Err(ProblemError::part(folder.path(), "there is no validator in it")),
        [entry] => program(folder, entry),
        _ => sources(folder),
    }
}

fn programs(folder: &ProblemFolder) -> Result<Vec<FolderEntry>, ProblemError> {
    let mut entries = folder.entries()?;
    entries.retain(|entry| !is_read_me(&entry.name));
    Ok(entries)
}

/// "All programs are always represented by a single file or directory" ("Programs").
fn program(folder: &ProblemFolder, entry: &FolderEntry) -> Result<PathBuf, ProblemError> {
    if entry.is_folder {
        return sources(&folder.enter(entry)?);
    }
    match language(entry)? {
        Some(_) => Ok(entry.path.clone()),
        None => Err(ProblemError::part(&entry.path, "a validator is in C, C++, Rust, Go or Zig, or a .wasm")),
    }
}

/// A folder with the sources of one program.
fn sources(folder: &ProblemFolder) -> Result<PathBuf, ProblemError> {
    folder.check_all()?;
    let mut found = None;
    for entry in programs(folder)?.iter().filter(|entry| !entry.is_folder) {
        let Some(language) = language(entry)? else { continue };
        if language == "wasm" {
            return Err(ProblemError::part(&entry.path, "a module stands alone: name the file itself"));
        }
        if found.is_some_and(|found| found != language) {
            return Err(ProblemError::part(&entry.path, "sources of one validator are in one language"));
        }
        found = Some(language);
    }
    match found {
        Some(_) => Ok(folder.path().to_path_buf()),
        None => Err(ProblemError::part(folder.path(), "there is no source in it in C, C++, Rust, Go or Zig")),
    }
}

/// The language of a file; nothing for what is no source.
fn language(entry: &FolderEntry) -> Result<Option<&'static str>, ProblemError> {
    // "Validators [..] provided as a directory may include one of two POSIX-compliant shell
    // scripts" ("Other programs"). They would run outside of any jail.
    if matches!(entry.name.as_str(), "build" | "run") {
        return Err(ProblemError::part(&entry.path, "scripts that build or run a validator are not taken"));
    }
    let Some((_, ending)) = entry.name.rsplit_once('.') else { return Ok(None) };
    let ending = ending.to_ascii_lowercase();
    if OTHERS.contains(&ending.as_str()) {
        let why = "a validator is in C, C++, Rust, Go or Zig: this language is not taken";
        return Err(ProblemError::part(&entry.path, why));
    }
    if ending == "wasm" {
        return Ok(Some("wasm"));
    }
    Ok(SOURCES.iter().find(|(known, _)| *known == ending).map(|(_, language)| *language))
}
