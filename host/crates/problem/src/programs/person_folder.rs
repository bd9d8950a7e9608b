//! The folder of one person: their program, or one for each of several problems.
//!
//! Nothing here may know other persons.

use super::choice::{FileChoice, choose, listed};
use super::listing::{self, ProgramEntry, ProgramEntryKind};
use super::{ProgramChoice, ProgramError, ProgramLanguage, ProgramList, ProgramNote, ProgramOptions};
use super::{source_of, stem};
use crate::{Program, ProgramSource};
use std::collections::BTreeMap;
use std::path::Path;

/// Entries of one folder.
const MOST_ENTRIES: usize = 1000;
/// Folders of which each holds nothing but the next, as archives do.
const DEEPEST: usize = 4;

/// Entries of a folder that may be a program, or lead to one.
struct FolderEntries {
    files: Vec<ProgramEntry>,
    folders: Vec<String>,
}

/// Adds the programs of the person whose folder `name` is in `root`.
pub(super) fn read(
    root: &Path,
    name: &str,
    options: &ProgramOptions,
    list: &mut ProgramList,
) -> Result<(), ProgramError> {
    list.persons.push(name.to_owned());
    if !options.has_several() {
        let problem = options.only_problem();
        let source = of_one(root, name, name, problem, options, list)?;
        let problem = problem.map(str::to_owned);
        list.programs.push(Program { name: name.to_owned(), person: name.to_owned(), problem, source });
        return Ok(());
    }
    let before = list.programs.len();
    let Some(entries) = entries(root, name, list)? else {
        return Ok(());
    };
    let mut files = entries.files;
    for folder in entries.folders {
        let below = format!("{name}/{folder}");
        if options.problem(&folder).is_some() {
            files.push(ProgramEntry { name: folder, kind: ProgramEntryKind::Folder });
        } else {
            note(list, below, "it has the name of no problem");
        }
    }
    of_problems(root, name, name, options, files, list)?;
    if list.programs.len() == before {
        note(list, name.to_owned(), "there is no program in it that has the name of a problem");
    }
    Ok(())
}

/// Adds the programs of a person among files and folders that are named after problems. `below` is
/// the folder in which they are, from `root`.
pub(super) fn of_problems(
    root: &Path,
    below: &str,
    person: &str,
    options: &ProgramOptions,
    entries: Vec<ProgramEntry>,
    list: &mut ProgramList,
) -> Result<(), ProgramError> {
    let mut by_problem: BTreeMap<&str, Vec<ProgramEntry>> = BTreeMap::new();
    for entry in entries {
        let is_folder = entry.kind == ProgramEntryKind::Folder;
        let named = if is_folder { &entry.name } else { stem(&entry.name) };
        let is_program = is_folder || ProgramLanguage::of_name(&entry.name).is_some();
        match options.problem(named).filter(|_| is_program) {
            Some(problem) => by_problem.entry(problem).or_default().push(entry),
            None if is_program => note(list, at(below, &entry.name), "it has the name of no problem"),
            None => note(list, at(below, &entry.name), "no language is known by its ending"),
        }
    }
    for (problem, mut entries) in by_problem {
        let is_module =
            |entry: &ProgramEntry| ProgramLanguage::of_name(&entry.name) == Some(ProgramLanguage::Module);
        if entries.iter().any(|entry| !is_module(entry)) {
            entries.retain(|entry| !is_module(entry));
        }
        if let Some(pattern) = &options.pattern
            && entries.iter().any(|entry| pattern.takes(&entry.name))
        {
            entries.retain(|entry| pattern.takes(&entry.name));
        }
        let program = format!("{person}/{problem}");
        let source = match entries.as_slice() {
            [entry] if entry.kind == ProgramEntryKind::Folder => {
                of_one(root, &at(below, &entry.name), &program, Some(problem), options, list)?
            }
            [entry] => {
                let (file, why) = (at(below, &entry.name), "it has the name of the problem".to_owned());
                let source = source_of(&root.join(&file), entry);
                list.choices.push(ProgramChoice { program: program.clone(), file, why });
                source
            }
            several => {
                let names: Vec<_> = several.iter().map(|entry| &entry.name).collect();
                ProgramSource::None(format!(
                    "several programs have the name of the problem, {}: say which it is with --program",
                    listed(&names)
                ))
            }
        };
        let problem = Some(problem.to_owned());
        list.programs.push(Program { name: program, person: person.to_owned(), problem, source });
    }
    Ok(())
}

/// The program of the folder `name`, which has one.
fn of_one(
    root: &Path,
    name: &str,
    program: &str,
    problem: Option<&str>,
    options: &ProgramOptions,
    list: &mut ProgramList,
) -> Result<ProgramSource, ProgramError> {
    let mut folder = name.to_owned();
    for _ in 0..DEEPEST {
        let Some(entries) = entries(root, &folder, list)? else {
            return Ok(ProgramSource::None(format!("its folder has more than {MOST_ENTRIES} entries")));
        };
        let has_program = entries.files.iter().any(|file| ProgramLanguage::of_name(&file.name).is_some());
        if let ([only], false) = (entries.folders.as_slice(), has_program) {
            folder = format!("{folder}/{only}");
            continue;
        }
        let names: Vec<_> = entries.files.iter().map(|file| file.name.clone()).collect();
        let (source, file, why) = match choose(&names, problem, options.pattern.as_ref()) {
            FileChoice::None(why) => return Ok(ProgramSource::None(why)),
            FileChoice::Folder { language, why } => (language.source(root.join(&folder)), folder, why),
            FileChoice::File { name, why } => {
                let file = at(&folder, &name);
                let entry = entries.files.iter().find(|entry| entry.name == name);
                let source = entry.map(|entry| source_of(&root.join(&file), entry));
                (source.unwrap_or_else(|| ProgramSource::None(why.clone())), file, why)
            }
        };
        list.choices.push(ProgramChoice { program: program.to_owned(), file, why });
        return Ok(source);
    }
    Ok(ProgramSource::None(format!("there is no program in its first {DEEPEST} folders")))
}

/// The files and folders in the folder `name`, if they are not too many; others are noted.
fn entries(root: &Path, name: &str, list: &mut ProgramList) -> Result<Option<FolderEntries>, ProgramError> {
    let found = match listing::read(&root.join(name), MOST_ENTRIES) {
        // Whoever handed this in has no program, and costs nobody else theirs.
        Err(ProgramError::TooMany { .. }) => {
            note(list, name.to_owned(), "it has too many entries");
            return Ok(None);
        }
        found => found?,
    };
    let mut entries = FolderEntries { files: Vec::new(), folders: Vec::new() };
    for entry in found {
        let why = match &entry.kind {
            ProgramEntryKind::File { .. } => {
                entries.files.push(entry);
                continue;
            }
            ProgramEntryKind::Folder => {
                entries.folders.push(entry.name);
                continue;
            }
            ProgramEntryKind::Link => listing::LINK,
            ProgramEntryKind::PassedOver(why) => why,
            ProgramEntryKind::BadName => "its name is not UTF-8, or has control characters",
        };
        note(list, at(name, &entry.name), why);
    }
    Ok(Some(entries))
}

fn note(list: &mut ProgramList, entry: String, why: &str) {
    list.notes.push(ProgramNote { entry, why: why.to_owned() });
}

fn at(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
