//! Programs that are to be judged: a file, a folder of files and of persons' folders, or a file of
//! lines with texts. Which file of several is the program is decided by names, and told.
//!
//! No content of a program is read here, but for those that stand in lines. No link below the path
//! that was given is followed: who wrote a program may have made it. Nothing here may know how a
//! program is built or run.

mod choice;
mod code_lines;
mod language;
mod listing;
mod name_pattern;
mod person_folder;
mod program_error;

pub use language::ProgramLanguage;
pub use name_pattern::{NamePattern, NamePatternError};
pub use program_error::ProgramError;

use super::{Program, ProgramSource};
use listing::{ProgramEntry, ProgramEntryKind};
use polymer_host_sys::system_error::SystemError;
use polymer_host_sys::system_error::SystemOperation;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Programs of one run, at the most.
const MOST_PROGRAMS: usize = 100_000;
/// Bytes of the name of a program. It is the group of its tasks, too.
const LONGEST_NAME: usize = 256;
/// Bytes of the file of a source.
const LARGEST_SOURCE: u64 = 32 << 20;

/// Settings by which programs are found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramOptions {
    /// Names of the problems. With several, a program is for the one that its name says.
    pub problems: Vec<String>,
    /// The file that is the program, in each folder.
    pub pattern: Option<NamePattern>,
}

impl ProgramOptions {
    /// The only problem, if there is one.
    fn only_problem(&self) -> Option<&str> {
        let [only] = self.problems.as_slice() else { return None };
        Some(only)
    }

    /// The problem of this name. If there is none, letters may be small or capital, and then a `/`,
    /// which no file can have in its name, may be a `_`.
    fn problem(&self, name: &str) -> Option<&str> {
        let plain = name.replace('/', "_");
        let is_same: [&dyn Fn(&str) -> bool; 3] =
            [&|problem| problem == name, &|problem| problem.eq_ignore_ascii_case(name), &|problem| {
                problem == plain
            }];
        is_same
            .into_iter()
            .find_map(|is_same| self.problems.iter().find(|problem| is_same(problem)))
            .map(String::as_str)
    }

    /// Returns whether the problem of a program has to be told from names.
    fn has_several(&self) -> bool {
        self.problems.len() > 1
    }
}

/// Programs, and what a reader should know of how they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramList {
    /// The programs, in the order of their names; those of lines in the order of these.
    pub programs: Vec<Program>,
    /// Everybody who has a program or a folder.
    pub persons: Vec<String>,
    /// Files that were chosen among others.
    pub choices: Vec<ProgramChoice>,
    /// What was passed over.
    pub notes: Vec<ProgramNote>,
}

/// A program that was chosen in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramChoice {
    /// The name of the program.
    pub program: String,
    /// The file, from the path that was given; or the folder, if all of it is the program.
    pub file: String,
    /// The rule by which it is the one.
    pub why: String,
}

/// An entry that is no program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramNote {
    /// The entry, from the path that was given.
    pub entry: String,
    /// Why it was passed over.
    pub why: String,
}

/// Finds the programs at `path`.
///
/// # Errors
/// If nothing there can be a program, a name cannot be used, two programs have the same, or there
/// are too many.
pub fn read(path: &Path, options: &ProgramOptions) -> Result<ProgramList, ProgramError> {
    let metadata = fs::metadata(path).map_err(SystemError::on(SystemOperation::Read, path))?;
    let mut list = if metadata.is_dir() {
        of_folder(path, options)?
    } else if path.extension().is_some_and(|ending| ending == "jsonl") {
        code_lines::read(path, options)?
    } else {
        of_file(path, options)?
    };
    if list.programs.is_empty() && list.persons.is_empty() {
        return Err(ProgramError::NoPrograms(path.to_path_buf()));
    }
    let mut persons: BTreeSet<&str> = list.persons.iter().map(String::as_str).collect();
    persons.extend(list.programs.iter().map(|program| program.person.as_str()));
    list.persons = persons.into_iter().map(str::to_owned).collect();
    check(&list.programs)?;
    Ok(list)
}

/// Checks what has to be so of all names.
fn check(programs: &[Program]) -> Result<(), ProgramError> {
    if programs.len() > MOST_PROGRAMS {
        return Err(ProgramError::TooMany { most: MOST_PROGRAMS });
    }
    let mut names = BTreeSet::new();
    for program in programs {
        for name in [&program.name, &program.person] {
            if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
                return Err(ProgramError::Name { name: name.clone(), most: LONGEST_NAME });
            }
        }
        if !names.insert(&program.name) {
            return Err(ProgramError::Twice(program.name.clone()));
        }
    }
    Ok(())
}

/// The program that is one file.
fn of_file(path: &Path, options: &ProgramOptions) -> Result<ProgramList, ProgramError> {
    let name =
        path.file_name().and_then(|name| name.to_str()).ok_or_else(|| ProgramError::NotUtf8(path.into()))?;
    let Some(language) = ProgramLanguage::of_name(name) else {
        return Err(ProgramError::Language(path.into()));
    };
    let person = stem(name).to_owned();
    let problem = match options.problem(stem(name)) {
        Some(problem) => Some(problem),
        None if options.has_several() => return Err(ProgramError::WhichProblem(path.into())),
        None => options.only_problem(),
    };
    let program = Program {
        name: person.clone(),
        person,
        problem: problem.map(str::to_owned),
        source: language.source(path.to_path_buf()),
    };
    Ok(ProgramList { programs: vec![program], ..ProgramList::default() })
}

/// The programs of a folder: files, and folders of persons.
fn of_folder(root: &Path, options: &ProgramOptions) -> Result<ProgramList, ProgramError> {
    let mut list = ProgramList::default();
    let mut files: Vec<ProgramEntry> = Vec::new();
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for entry in listing::read(root, MOST_PROGRAMS)? {
        let why = match &entry.kind {
            ProgramEntryKind::BadName => return Err(ProgramError::NotUtf8(root.join(&entry.name))),
            ProgramEntryKind::PassedOver(why) => *why,
            ProgramEntryKind::Link => {
                // Somebody handed this in, so it is a cell that failed rather than nobody.
                list.programs.push(refused(&entry.name, options, listing::LINK));
                continue;
            }
            ProgramEntryKind::Folder => {
                folders.insert(entry.name.clone());
                continue;
            }
            ProgramEntryKind::File { .. } if ProgramLanguage::of_name(&entry.name).is_some() => {
                files.push(entry);
                continue;
            }
            ProgramEntryKind::File { .. } => "no language is known by its ending",
        };
        list.notes.push(ProgramNote { entry: entry.name, why: why.to_owned() });
    }
    if options.has_several() {
        loose_files(root, options, files, &mut list)?;
    } else {
        single_files(root, options, files, &folders, &mut list);
    }
    for folder in folders {
        person_folder::read(root, &folder, options, &mut list)?;
        if list.programs.len() > MOST_PROGRAMS {
            return Err(ProgramError::TooMany { most: MOST_PROGRAMS });
        }
    }
    list.programs.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(list)
}

/// A program of the only problem, or of none, that is no program.
fn refused(name: &str, options: &ProgramOptions, why: &str) -> Program {
    Program {
        name: name.to_owned(),
        person: stem(name).to_owned(),
        problem: options.only_problem().map(str::to_owned),
        source: ProgramSource::None(why.to_owned()),
    }
}

/// Files of which each is the program of somebody.
fn single_files(
    root: &Path,
    options: &ProgramOptions,
    files: Vec<ProgramEntry>,
    folders: &BTreeSet<String>,
    list: &mut ProgramList,
) {
    let mut by_person: BTreeMap<String, Vec<ProgramEntry>> = BTreeMap::new();
    for file in files {
        by_person.entry(stem(&file.name).to_owned()).or_default().push(file);
    }
    for (person, mut files) in by_person {
        let is_module =
            |file: &ProgramEntry| ProgramLanguage::of_name(&file.name) == Some(ProgramLanguage::Module);
        if files.iter().any(|file| !is_module(file)) {
            for module in files.extract_if(.., |file| is_module(file)) {
                let why = "a module beside a source of the same name is taken for what was built of it";
                list.notes.push(ProgramNote { entry: module.name, why: why.to_owned() });
            }
        }
        let is_alone = files.len() == 1 && !folders.contains(&person);
        for file in files {
            let name = if is_alone { person.clone() } else { file.name.clone() };
            let problem = options.only_problem().map(str::to_owned);
            let source = source_of(&root.join(&file.name), &file);
            list.programs.push(Program { name, person: person.clone(), problem, source });
        }
    }
}

/// Files that are named after problems, as those of the person whose folder this is.
fn loose_files(
    root: &Path,
    options: &ProgramOptions,
    files: Vec<ProgramEntry>,
    list: &mut ProgramList,
) -> Result<(), ProgramError> {
    if let Some(file) = files.iter().find(|file| options.problem(stem(&file.name)).is_none()) {
        return Err(ProgramError::WhichProblem(root.join(&file.name)));
    }
    if files.is_empty() {
        return Ok(());
    }
    let absolute = root.canonicalize().map_err(SystemError::on(SystemOperation::Read, root))?;
    let person = absolute.file_name().and_then(|name| name.to_str()).unwrap_or("program");
    person_folder::of_problems(root, "", person, options, files, list)
}

/// The file as a program, unless it is too large to be one.
fn source_of(path: &Path, file: &ProgramEntry) -> ProgramSource {
    let ProgramEntryKind::File { bytes } = file.kind else {
        return ProgramSource::None("it is no file".to_owned());
    };
    match ProgramLanguage::of_name(&file.name) {
        None => ProgramSource::None(format!("`{}` is in no language that is judged", file.name)),
        Some(language) if language != ProgramLanguage::Module && bytes > LARGEST_SOURCE => {
            ProgramSource::None(format!(
                "`{}` has {bytes} bytes, at most {LARGEST_SOURCE} are allowed",
                file.name
            ))
        }
        Some(language) => language.source(path.to_path_buf()),
    }
}

/// The name of a file without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests;
