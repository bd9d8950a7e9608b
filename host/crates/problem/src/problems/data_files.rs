//! Files of test data: which of them make up a case, in which group it is, and that each file has
//! a meaning.
//!
//! Nothing here may know what is in them.

use super::error::ProblemError;
use super::folder::{FolderEntry, ProblemFolder, check_data};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Which files there are beside inputs, which end in `.in`.
#[derive(Debug)]
pub(super) struct DataRules {
    /// Endings of answers. A case has one of them.
    pub(super) answers: &'static [&'static str],
    /// Ending of settings of a case.
    pub(super) case_settings: Option<&'static str>,
    /// Name of the settings of a group.
    pub(super) group_settings: Option<&'static str>,
    /// Endings of files that change no verdict.
    pub(super) notes: &'static [&'static str],
    /// Names are those that the format allows.
    pub(super) has_strict_names: bool,
    /// Endings that are refused, and why.
    pub(super) refused: &'static [(&'static str, &'static str)],
}

/// A folder of test data.
#[derive(Debug, Default)]
pub(super) struct DataGroup {
    /// Path below the folder of all data; empty for that one.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// Its settings, if it has some.
    pub(super) settings: Option<PathBuf>,
    /// By name.
    pub(super) cases: Vec<DataCase>,
    /// By name. Groups without any case are left out.
    pub(super) groups: Vec<Self>,
}

/// The files of a case.
#[derive(Debug, Clone)]
pub(super) struct DataCase {
    /// Path below the folder of all data, without ending.
    pub(super) name: String,
    pub(super) input: PathBuf,
    pub(super) answer: PathBuf,
    pub(super) settings: Option<PathBuf>,
}

/// How many files of each ending change no verdict.
pub(super) type FileNotes = BTreeMap<&'static str, usize>;

/// What a file of a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DataPart {
    Input,
    Answer,
    Settings,
    Note(&'static str),
    /// And why.
    Refused(&'static str),
}

impl DataRules {
    /// Reads a folder and those below it.
    pub(super) fn read(
        &self,
        folder: &ProblemFolder,
        name: &str,
        notes: &mut FileNotes,
    ) -> Result<DataGroup, ProblemError> {
        let mut files: BTreeMap<String, CaseFiles> = BTreeMap::new();
        let path = folder.path().to_path_buf();
        let mut group = DataGroup { name: name.to_owned(), path, ..DataGroup::default() };
        let mut folders = Vec::new();
        for entry in folder.entries()? {
            check_name(&entry, self.has_strict_names)?;
            if entry.is_folder {
                match self.part(&entry.name) {
                    Some((_, DataPart::Refused(why))) => return Err(ProblemError::part(&entry.path, why)),
                    _ => folders.push(entry),
                }
            } else if self.group_settings == Some(entry.name.as_str()) {
                group.settings = Some(entry.path);
            } else if is_read_me(&entry.name) {
                *notes.entry("README").or_default() += 1;
            } else {
                let Some((base, part)) = self.part(&entry.name) else {
                    return Err(ProblemError::part(&entry.path, "files of test data do not end so"));
                };
                files.entry(base.to_owned()).or_default().add(part, entry, notes)?;
            }
        }
        for entry in folders {
            // "A directory must not have the same name as a test case in the same directory" ("Test
            // data groups").
            if files.get(&entry.name).is_some_and(|files| files.input.is_some()) {
                return Err(ProblemError::part(&entry.path, "a case has the name of this folder"));
            }
            let below = self.read(&folder.enter(&entry)?, &joined(name, &entry.name), notes)?;
            if below.has_cases() || below.settings.is_some() {
                group.groups.push(below);
            }
        }
        for (base, files) in files {
            group.cases.extend(files.case(joined(name, &base), self)?);
        }
        Ok(group)
    }

    /// The base name of a file, and what the file is.
    fn part<'a>(&self, name: &'a str) -> Option<(&'a str, DataPart)> {
        let notes = self.notes.iter().map(|ending| (*ending, DataPart::Note(ending)));
        let refused = self.refused.iter().map(|(ending, why)| (*ending, DataPart::Refused(why)));
        let answers = self.answers.iter().map(|ending| (*ending, DataPart::Answer));
        let settings = self.case_settings.iter().map(|ending| (*ending, DataPart::Settings));
        let all = std::iter::once((".in", DataPart::Input)).chain(answers).chain(settings);
        // The longest: `.in.statement` is none of an input.
        let found = all.chain(notes).chain(refused).filter(|(ending, _)| name.ends_with(ending));
        let (ending, part) = found.max_by_key(|(ending, _)| ending.len())?;
        let base = name.strip_suffix(ending)?;
        (!base.is_empty() || matches!(part, DataPart::Refused(_))).then_some((base, part))
    }
}

impl DataGroup {
    pub(super) fn has_cases(&self) -> bool {
        !self.cases.is_empty() || self.groups.iter().any(Self::has_cases)
    }

    /// Its cases and all below, by name.
    pub(super) fn take_all_cases(&mut self) -> Vec<DataCase> {
        let mut all = std::mem::take(&mut self.cases);
        for group in &mut self.groups {
            all.append(&mut group.take_all_cases());
        }
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }
}

/// Files with one base name.
#[derive(Debug, Default)]
struct CaseFiles {
    input: Option<PathBuf>,
    answer: Option<PathBuf>,
    settings: Option<PathBuf>,
    /// Another file of it.
    companion: Option<FolderEntry>,
}

impl CaseFiles {
    fn add(&mut self, part: DataPart, entry: FolderEntry, notes: &mut FileNotes) -> Result<(), ProblemError> {
        let place = match part {
            DataPart::Input => &mut self.input,
            DataPart::Answer => &mut self.answer,
            DataPart::Settings => &mut self.settings,
            DataPart::Note(ending) => {
                *notes.entry(ending).or_default() += 1;
                // "Additional sample interaction protocols may be defined by creating an
                // `.interaction` file without corresponding `.in` and `.ans` files" (legacy,
                // "Interactive Problems").
                if ending != ".interaction" {
                    self.companion = Some(entry);
                }
                return Ok(());
            }
            DataPart::Refused(why) => return Err(ProblemError::part(&entry.path, why)),
        };
        if place.is_some() {
            return Err(ProblemError::part(&entry.path, "there is another answer of this case"));
        }
        check_data(&entry.path)?;
        *place = Some(entry.path);
        Ok(())
    }

    /// "If the test case exists, then an associated `.ans` file must exist [..] If the test case
    /// does not exist, then the other files must not exist" ("Test data").
    fn case(self, name: String, rules: &DataRules) -> Result<Option<DataCase>, ProblemError> {
        let other = [self.answer.clone(), self.settings.clone(), self.companion.map(|entry| entry.path)];
        match (self.input, self.answer) {
            (Some(input), Some(answer)) => {
                Ok(Some(DataCase { name, input, answer, settings: self.settings }))
            }
            (Some(input), None) => {
                let stem = input.file_stem().unwrap_or_default().to_string_lossy();
                let names = rules.answers.iter().map(|ending| format!("{stem}{ending}"));
                let names = names.collect::<Vec<_>>().join(" or ");
                let why = format!(
                    "the case has no answer, which would be {}",
                    polymer_host_base::sanitize::name(&names)
                );
                Err(ProblemError::part(input, why))
            }
            (None, _) => match other.into_iter().flatten().next() {
                Some(path) => {
                    Err(ProblemError::part(path, "there is no input of this name, which ends in .in"))
                }
                None => Ok(None),
            },
        }
    }
}

fn joined(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") }
}

/// "All file and directory names [..] must match the regexp" ("General requirements"). Names of
/// cases are ids in records.
fn check_name(entry: &FolderEntry, is_strict: bool) -> Result<(), ProblemError> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let is_usual = entry.name.bytes().all(is_letter) && !entry.name.starts_with('-');
    if is_usual || (!is_strict && !entry.name.chars().any(char::is_control)) {
        return Ok(());
    }
    let why = match is_strict {
        true => "names have letters and digits of ASCII, `_`, `.` and `-`, which is not the first",
        false => "there is a control character in its name",
    };
    Err(ProblemError::part(&entry.path, why))
}

/// Returns whether a file is written for people.
pub(super) fn is_read_me(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    ["README", "LICENSE", "LICENCE", "COPYING"].iter().any(|known| stem.eq_ignore_ascii_case(known))
}

/// Notes on files that change no verdict.
pub(super) fn told(notes: FileNotes) -> impl Iterator<Item = String> {
    notes.into_iter().map(|(ending, files)| match (ending, files) {
        (ending, 1) => format!("test data: one file {ending} is not looked at"),
        (ending, files) => format!("test data: {files} files {ending} are not looked at"),
    })
}
