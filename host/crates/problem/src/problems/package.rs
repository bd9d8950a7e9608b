//! A problem package in the ICPC and Kattis problem package format, legacy or 2025-09: which parts
//! there are, and what follows from them. Comments name sections of the format,
//! <https://www.kattis.com/problem-package-format/spec/2025-09.html>.
//!
//! A part that changes a verdict and is not understood is refused by name; one that changes none is
//! told in a note. Nothing here may know how a program is built, run or compared.

mod current_groups;
mod legacy_groups;
mod legacy_settings;
mod metadata;
mod test_data;
#[cfg(test)]
mod tests;
mod validator;

use super::data_files::{self, DataRules, FileNotes};
use super::error::ProblemError;
use super::folder::{FolderEntry, ProblemFolder, path_text};
use crate::nouns::{Case, CaseInput, Judging, Problem, Validator};
use metadata::{Metadata, PackageFormat};
use polymer_host_task::{CompareMode, DefaultValidator};
use std::path::{Path, PathBuf};
use test_data::{TestCase, TestData};

/// Parts that change no verdict ("Problem package structure overview").
const NOTED: [&str; 12] = [
    "attachments",
    "generators",
    "input_format_validators",
    "input_validators",
    "input_visualizer",
    "output_visualizer",
    "problem.pdf",
    "problem_statement",
    "solution",
    "statement",
    "submissions",
    "problem.html",
];

/// Parts that change verdicts and are not taken, each with what it is.
const REFUSED: [(&str, &str); 4] = [
    ("include", "files that are added to programs are not taken"),
    ("graders", "graders of a package are not taken"),
    ("static_validator", "static validators are not taken"),
    ("domjudge-problem.ini", "settings of DOMjudge are not taken: problem.yaml has them"),
];

/// Parts of test data that are not judged ("Invalid test cases", "Valid output").
const NOTED_DATA: [&str; 4] = ["invalid_input", "invalid_inputs", "invalid_output", "valid_output"];

/// Parts of a package that are looked at.
#[derive(Debug, Default)]
struct PackageParts {
    data: Option<FolderEntry>,
    legacy_validators: Option<FolderEntry>,
    validator: Option<FolderEntry>,
    notes: Vec<String>,
}

impl PackageParts {
    fn of(entries: &[FolderEntry]) -> Result<Self, ProblemError> {
        let mut parts = Self::default();
        for entry in entries {
            match (entry.name.as_str(), entry.is_folder) {
                (super::PACKAGE, false) => {}
                ("data", true) => parts.data = Some(entry.clone()),
                ("output_validators", true) => parts.legacy_validators = Some(entry.clone()),
                ("output_validator", true) => parts.validator = Some(entry.clone()),
                (name, _) if NOTED.contains(&name) => parts.notes.push(format!("{name} is not looked at")),
                (name, false) if data_files::is_read_me(name) => {}
                (name, _) => {
                    let refused = REFUSED.iter().find(|(refused, _)| *refused == name);
                    let why = refused.map_or("this is no part of a problem package", |(_, why)| why);
                    return Err(ProblemError::part(&entry.path, why));
                }
            }
        }
        Ok(parts)
    }
}

/// Reads the problem that a package is.
pub(super) fn read(folder: &ProblemFolder, entries: &[FolderEntry]) -> Result<Problem, ProblemError> {
    let mut parts = PackageParts::of(entries)?;
    let yaml = entries.iter().find(|entry| entry.name == super::PACKAGE);
    let yaml = yaml.map_or_else(|| folder.path().join(super::PACKAGE), |entry| entry.path.clone());
    let mut metadata = Metadata::read(&yaml)?;
    let mut notes = std::mem::take(&mut parts.notes);
    notes.append(&mut metadata.notes);
    let validator = find_validator(folder, &parts, &metadata, &mut notes)?;
    if metadata.is_interactive && validator.is_none() {
        // "Interactive problems require a custom output validator" ("Interactive problems").
        return Err(ProblemError::part(
            folder.path(),
            "the problem is interactive, and has no validator: neither output_validator nor output_validators",
        ));
    }
    let data = read_data(folder, &parts, &metadata, &mut notes)?;
    let judging = match validator {
        None => Judging::Compare(Some(default_validator(&metadata.validator_flags, &yaml)?)),
        Some(path) => {
            let validator = Validator { path, flags: metadata.validator_flags.clone() };
            if metadata.is_interactive {
                Judging::Interactor(validator)
            } else {
                Judging::Validator(validator)
            }
        }
    };
    let cases = data.cases.into_iter().map(|case| to_case(case, &judging, &metadata));
    let cases = cases.collect::<Result<Vec<_>, _>>()?;
    Ok(Problem { name: folder.name()?, cases, root: data.root, limits: metadata.limits, judging, notes })
}

/// The validator of the package; nothing if outputs are compared by the default one.
fn find_validator(
    folder: &ProblemFolder,
    parts: &PackageParts,
    metadata: &Metadata,
    notes: &mut Vec<String>,
) -> Result<Option<PathBuf>, ProblemError> {
    let (taken, other) = match metadata.format {
        PackageFormat::Legacy => (&parts.legacy_validators, &parts.validator),
        PackageFormat::Current => (&parts.validator, &parts.legacy_validators),
    };
    if let Some(other) = other {
        let why = "a package of this version has its validators elsewhere: output_validators is legacy, \
                   output_validator is 2025-09";
        return Err(ProblemError::part(&other.path, why));
    }
    match (taken, metadata.custom_validation) {
        (None, Some(true)) => Err(ProblemError::part(
            folder.path(),
            "`validation` is custom, and there is no output_validators",
        )),
        (None, _) => Ok(None),
        (Some(_), Some(false)) => {
            notes.push("output_validators is not looked at: `validation` is default".to_owned());
            Ok(None)
        }
        (Some(entry), Some(true)) => validator::find_legacy(&folder.enter(entry)?).map(Some),
        (Some(entry), None) => validator::find_current(&folder.enter(entry)?).map(Some),
    }
}

/// All cases, in `data/sample` and `data/secret`.
fn read_data(
    folder: &ProblemFolder,
    parts: &PackageParts,
    metadata: &Metadata,
    notes: &mut Vec<String>,
) -> Result<TestData, ProblemError> {
    let entry = parts.data.as_ref();
    let entry = entry.ok_or_else(|| ProblemError::part(folder.path(), "the package has no folder `data`"))?;
    let folder = folder.enter(entry)?;
    let rules: &DataRules = match metadata.format {
        PackageFormat::Legacy => &legacy_groups::RULES,
        PackageFormat::Current => &current_groups::RULES,
    };
    let mut data = data_files::DataGroup { path: folder.path().to_path_buf(), ..Default::default() };
    let mut files = FileNotes::new();
    for entry in folder.entries()? {
        match (entry.name.as_str(), entry.is_folder) {
            (name @ ("sample" | "secret"), true) => {
                let group = rules.read(&folder.enter(&entry)?, name, &mut files)?;
                if group.has_cases() || group.settings.is_some() {
                    data.groups.push(group);
                }
            }
            (name, true) if NOTED_DATA.contains(&name) => notes.push(format!("data/{name} is not looked at")),
            (name, false) if rules.group_settings == Some(name) => data.settings = Some(entry.path),
            (name, false) if data_files::is_read_me(name) => {}
            _ => return Err(ProblemError::part(&entry.path, "in `data` there are sample and secret")),
        }
    }
    let secret = data.groups.iter().find(|group| group.name == "secret");
    if !secret.is_some_and(data_files::DataGroup::has_cases) {
        return Err(ProblemError::part(folder.path(), "there is no case in data/secret"));
    }
    notes.extend(data_files::told(files));
    match metadata.format {
        PackageFormat::Legacy => legacy_groups::settle(data, metadata.is_scoring),
        PackageFormat::Current => current_groups::settle(data, metadata.is_scoring),
    }
}

/// A case as it is judged.
fn to_case(case: TestCase, judging: &Judging, metadata: &Metadata) -> Result<Case, ProblemError> {
    let TestCase { files, args, validator_flags, points } = case;
    path_text(&files.input)?;
    let expect = serde_json::json!({ "output_file": path_text(&files.answer)? });
    let mut read = Case {
        args,
        expect: Some(expect.to_string()),
        points,
        ..Case::of(files.name, CaseInput::File(files.input.clone()))
    };
    if validator_flags.is_empty() {
        return Ok(read);
    }
    let flags = [metadata.validator_flags.clone(), validator_flags].concat();
    if matches!(judging, Judging::Compare(_)) {
        read.compare = Some(default_validator(&flags, &files.input)?);
    } else {
        read.validator_flags = Some(flags);
    }
    Ok(read)
}

/// "Default output validator specification".
fn default_validator(flags: &[String], path: &Path) -> Result<CompareMode, ProblemError> {
    let read = DefaultValidator::read(flags.iter().map(String::as_str));
    read.map(CompareMode::Validator).map_err(|error| ProblemError::part(path, error.to_string()))
}
