//! The choice of the file that is the program, among those of a folder. By names alone.
//!
//! Nothing here may open a file.

use super::{NamePattern, ProgramLanguage, stem};

/// Stem of the file that is the program where nothing else says.
const MAIN: &str = "main";
/// Endings of files that belong to a source in C or C++.
const HEADERS: [&str; 5] = ["h", "hh", "hpp", "hxx", "inc"];
/// Files that are named in a sentence.
const NAMED: usize = 6;

/// The program of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileChoice {
    /// One of its files, and why this one.
    File { name: String, why: String },
    /// All of its files of this language.
    Folder { language: ProgramLanguage, why: String },
    /// None, and why.
    None(String),
}

/// Chooses among the names of files. `problem` is what they are to solve, if that is known.
pub(super) fn choose(names: &[String], problem: Option<&str>, pattern: Option<&NamePattern>) -> FileChoice {
    if let Some(pattern) = pattern {
        return by_pattern(names, pattern);
    }
    let named = names.iter().filter_map(|name| Some((ProgramLanguage::of_name(name)?, name.as_str())));
    let (modules, sources): (Vec<_>, Vec<_>) =
        named.partition(|(language, _)| *language == ProgramLanguage::Module);
    // A module beside sources is taken for what was built of them.
    let candidates = if sources.is_empty() { modules } else { sources };
    let Some((language, first)) = candidates.first().copied() else {
        let files =
            if names.is_empty() { "it has no file".to_owned() } else { format!("it has {}", listed(names)) };
        return FileChoice::None(format!("there is no program in the folder: {files}"));
    };
    if candidates.len() == 1 {
        return file_or_folder(names, language, first, "the only program in the folder");
    }
    let called = |wanted: &str| -> Vec<(ProgramLanguage, &str)> {
        candidates.iter().copied().filter(|(_, name)| stem(name).eq_ignore_ascii_case(wanted)).collect()
    };
    for (wanted, why) in [(Some(MAIN), "it is called main"), (problem, "it has the name of the problem")] {
        let Some(wanted) = wanted else { continue };
        match called(wanted).as_slice() {
            [] => {}
            [(language, name)] if wanted == MAIN => return file_or_folder(names, *language, name, why),
            [(_, name)] => return FileChoice::File { name: (*name).to_owned(), why: why.to_owned() },
            several => return refused(several),
        }
    }
    refused(&candidates)
}

fn by_pattern(names: &[String], pattern: &NamePattern) -> FileChoice {
    let taken: Vec<_> = names.iter().filter(|name| pattern.takes(name)).collect();
    let why = format!("--program {}", pattern.text());
    match taken.as_slice() {
        [name] => match ProgramLanguage::of_name(name) {
            Some(_) => FileChoice::File { name: (*name).clone(), why },
            None => FileChoice::None(format!("`{name}` is in no language that is judged")),
        },
        [] if names.is_empty() => FileChoice::None(format!("{why} is not there: the folder has no file")),
        [] => FileChoice::None(format!("{why} is not there: the folder has {}", listed(names))),
        several => FileChoice::None(format!("{why} is not one file but {}", listed(several))),
    }
}

/// The file, or the whole folder if other files of it belong to the program.
fn file_or_folder(names: &[String], language: ProgramLanguage, file: &str, why: &str) -> FileChoice {
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let languages: Vec<_> = names.iter().filter_map(|name| ProgramLanguage::of_name(name)).collect();
    let sources = languages.iter().filter(|other| **other != ProgramLanguage::Module);
    let is_pure = sources.clone().all(|other| *other == language);
    let has_more = sources.count() > 1;
    let has_headers = matches!(language, ProgramLanguage::C | ProgramLanguage::Cpp)
        && names.iter().filter_map(|name| ending(name)).any(|ending| HEADERS.contains(&ending.as_str()));
    // Whoever builds a folder takes these for its program, or for its language.
    let misleads = names.iter().any(|name| {
        let is_task = stem(name) == "task" && name != file;
        ending(name).as_deref() == Some("ts") || is_task && !takes_all(language)
    });
    if language.is_compiled() && is_pure && !misleads && (has_more || has_headers) {
        let why = format!("{why}, and other files belong to `{file}`");
        return FileChoice::Folder { language, why };
    }
    FileChoice::File { name: file.to_owned(), why: why.to_owned() }
}

/// Returns whether all files of the language are compiled together.
const fn takes_all(language: ProgramLanguage) -> bool {
    matches!(language, ProgramLanguage::C | ProgramLanguage::Cpp | ProgramLanguage::Go)
}

fn refused(candidates: &[(ProgramLanguage, &str)]) -> FileChoice {
    let names: Vec<_> = candidates.iter().map(|(_, name)| name).collect();
    let advice = "call one of them main, or say which it is with --program";
    FileChoice::None(format!("several files may be the program, {}: {advice}", listed(&names)))
}

/// The names in a sentence.
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let named: Vec<_> = names.iter().take(NAMED).map(|name| format!("`{}`", name.as_ref())).collect();
    let rest = names.len().saturating_sub(NAMED);
    match (named.split_last(), rest) {
        (Some((last, others)), 0) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        (_, 0) => named.concat(),
        (_, rest) => format!("{} and {rest} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests;
