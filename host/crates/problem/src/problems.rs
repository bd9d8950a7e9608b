//! Problems as they lie in files: a file of cases, a folder of inputs and answers, a problem
//! package, and a folder of these.
//!
//! What is judged is what was read: what a package says and is not understood is refused by name,
//! never passed over. Nothing here may know how a program is run or compared.

mod case_folder;
mod case_lines;
mod data_files;
mod error;
mod folder;
mod package;
#[cfg(test)]
mod tests;
mod yaml;
mod yaml_fields;

pub use error::ProblemError;

use super::nouns::Problem;
use folder::{FolderEntry, ProblemFolder};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::path::Path;

/// The file that makes a folder a package.
const PACKAGE: &str = "problem.yaml";
/// Folders of one problem, of which each has only a part of the cases.
const PARTS: [&str; 2] = ["sample", "secret"];

/// Reads problems, in their order. Each has a name of its own, and at least one case.
///
/// - A file has cases as lines of JSON. Where they name no problem, it is called as the file.
/// - A folder with `problem.yaml` is a problem package.
/// - A folder with inputs (`*.in`), or with a folder `sample` or `secret`, is a problem.
/// - Any other folder is a set of problems, each a folder of the two kinds above.
///
/// # Errors
/// If a file cannot be read, or has or lacks something. The error names it.
pub fn read_problems(path: &Path) -> Result<Vec<Problem>, ProblemError> {
    let metadata = std::fs::metadata(path).map_err(SystemError::on(SystemOperation::Read, path))?;
    if !metadata.is_dir() {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ending.eq_ignore_ascii_case("zip") || ending.eq_ignore_ascii_case("kpp") {
            return Err(ProblemError::part(path, "an archive is not read: unpack it, and name its folder"));
        }
        return case_lines::read(path);
    }
    let folder = ProblemFolder::open(path)?;
    let entries = folder.entries()?;
    if let Some(problem) = read_one(&folder, &entries)? {
        return Ok(vec![problem]);
    }
    let mut problems = Vec::new();
    for entry in &entries {
        if !entry.is_folder && data_files::is_read_me(&entry.name) {
            continue;
        }
        let why =
            "in a folder of problems there are folders only, each with problem.yaml or with inputs (*.in)";
        if !entry.is_folder {
            return Err(ProblemError::part(&entry.path, why));
        }
        let inner = folder.enter(entry)?.alone();
        let problem = read_one(&inner, &inner.entries()?)?;
        problems.push(problem.ok_or_else(|| ProblemError::part(&entry.path, why))?);
    }
    if problems.is_empty() {
        return Err(ProblemError::part(path, "there is no problem in it"));
    }
    Ok(problems)
}

/// The problem that a folder is, if it is one.
fn read_one(folder: &ProblemFolder, entries: &[FolderEntry]) -> Result<Option<Problem>, ProblemError> {
    if entries.iter().any(|entry| !entry.is_folder && entry.name == PACKAGE) {
        return package::read(folder, entries).map(Some);
    }
    if entries.iter().any(|entry| entry.is_folder && entry.name == "data") {
        return Err(ProblemError::part(
            folder.path(),
            "it looks like a problem package, and has no problem.yaml",
        ));
    }
    let has_input = entries.iter().any(|entry| !entry.is_folder && entry.name.ends_with(".in"));
    let has_part = entries.iter().any(|entry| entry.is_folder && PARTS.contains(&entry.name.as_str()));
    if has_input || has_part { case_folder::read(folder).map(Some) } else { Ok(None) }
}
