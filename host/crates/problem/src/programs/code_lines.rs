//! Programs as lines of JSON: each has its text, or the path of its file.
//!
//! Fields that are not named here are left alone: such files come from other tools, which keep what
//! they need in them. Nothing here may know what a text means.

use super::language::ProgramLanguage;
use super::{LARGEST_SOURCE, MOST_PROGRAMS, ProgramError, ProgramList, ProgramOptions, stem};
use crate::{Program, ProgramSource};
use polymer_host_base::sanitize;
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::file_path;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Bytes of the file. All texts are held in memory until the last one is judged.
const LARGEST_FILE: u64 = 1 << 30;
/// Bytes of a line. A text may be escaped in it.
const LONGEST_LINE: u64 = 16 << 20;

/// Fields of a line.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a program is a JSON object")]
struct CodeLine {
    id: Option<GivenName>,
    name: Option<GivenName>,
    person: Option<GivenName>,
    problem: Option<GivenName>,
    task_id: Option<GivenName>,
    code: Option<String>,
    path: Option<String>,
    language: Option<String>,
}

/// A name as a text or a number.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a name is a string or an integer")]
enum GivenName {
    Text(String),
    Number(i64),
}

impl GivenName {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// Reads the programs of the file at `path`.
pub(super) fn read(path: &Path, options: &ProgramOptions) -> Result<ProgramList, ProgramError> {
    let file = regular::open(path, LARGEST_FILE)
        .map_err(|error| ProgramError::File { path: path.to_path_buf(), error })?;
    let mut lines = BufReader::new(file);
    let mut reader =
        LineReader { path, options, line: 0, samples: BTreeMap::new(), list: ProgramList::default() };
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let mut line = lines.by_ref().take(LONGEST_LINE + 1);
        let read =
            line.read_until(b'\n', &mut bytes).map_err(SystemError::on(SystemOperation::Read, path))?;
        if read == 0 {
            return Ok(reader.list);
        }
        reader.line += 1;
        if read as u64 > LONGEST_LINE {
            return Err(reader.refused(format!("it has over {LONGEST_LINE} bytes")));
        }
        if !bytes.trim_ascii().is_empty() {
            reader.read(bytes.trim_ascii())?;
        }
    }
}

/// The programs so far.
struct LineReader<'a> {
    path: &'a Path,
    options: &'a ProgramOptions,
    line: u64,
    /// Number of programs by problem.
    samples: BTreeMap<String, u64>,
    list: ProgramList,
}

impl LineReader<'_> {
    fn refused(&self, why: String) -> ProgramError {
        ProgramError::Line { path: self.path.to_path_buf(), line: self.line, why }
    }

    fn read(&mut self, line: &[u8]) -> Result<(), ProgramError> {
        if self.list.programs.len() >= MOST_PROGRAMS {
            return Err(ProgramError::TooMany { most: MOST_PROGRAMS });
        }
        let given: CodeLine = serde_json::from_slice(line)
            .map_err(|error| self.refused(sanitize::one_line(&error.to_string()).into_owned()))?;
        let both = |one, other| format!("it has `{one}` and `{other}`; one of them is enough");
        if given.id.is_some() && given.name.is_some() {
            return Err(self.refused(both("id", "name")));
        }
        if given.problem.is_some() && given.task_id.is_some() {
            return Err(self.refused(both("problem", "task_id")));
        }
        let named = given.problem.or(given.task_id).map(GivenName::text);
        let is_sample = named.is_some();
        let problem = self.problem(named)?;
        let source = match (given.code, given.path) {
            (Some(text), None) => self.code(text, given.language)?,
            (None, Some(file)) => self.file(&file, given.language.as_deref())?,
            (Some(_), Some(_)) => return Err(self.refused(both("code", "path"))),
            (None, None) => return Err(self.refused("it has no `code` and no `path`".to_owned())),
        };
        let of_file = self.path.file_name().and_then(|name| name.to_str()).map_or("programs", stem);
        let number = self.samples.entry(problem.clone().unwrap_or_default()).or_insert(0);
        *number += 1;
        let name = given.id.or(given.name).map(GivenName::text);
        let name = name.unwrap_or_else(|| format!("{}/{number}", problem.as_deref().unwrap_or(of_file)));
        let person = match given.person {
            Some(person) => person.text(),
            // Samples are those of whoever made the file, such as a model: the best of them counts.
            None if is_sample => of_file.to_owned(),
            None => name.clone(),
        };
        self.list.programs.push(Program { name, person, problem, source });
        Ok(())
    }

    fn problem(&self, named: Option<String>) -> Result<Option<String>, ProgramError> {
        match named {
            Some(name) if self.options.problems.is_empty() => Ok(Some(name)),
            Some(name) => match self.options.problem(&name) {
                Some(problem) => Ok(Some(problem.to_owned())),
                None => Err(self.refused(format!("there is no problem `{}`", sanitize::name(&name)))),
            },
            None if self.options.has_several() => {
                Err(self
                    .refused("it has no `problem` (or `task_id`), and there are several problems".to_owned()))
            }
            None => Ok(self.options.only_problem().map(str::to_owned)),
        }
    }

    fn code(&self, text: String, language: Option<String>) -> Result<ProgramSource, ProgramError> {
        let Some(name) = language else {
            return Err(self.refused("`code` is given without its `language`".to_owned()));
        };
        let Some(language) = ProgramLanguage::of_text(&name) else {
            let known = "c, c++, rust, go, zig, python or javascript";
            return Err(self.refused(format!("`language` is `{}`, not {known}", sanitize::name(&name))));
        };
        Ok(ProgramSource::Code { language: language.name(), text })
    }

    /// A file below the folder of the lines. What is wrong with it is said of this program only.
    fn file(&self, given: &str, language: Option<&str>) -> Result<ProgramSource, ProgramError> {
        let file = file_path::normal(given)
            .map_err(|error| self.refused(format!("`path` is `{}`: {error}", sanitize::name(given))))?;
        let Some(found) = ProgramLanguage::of_name(&file) else {
            let why = format!("no language is known by the ending of `{}`", sanitize::name(&file));
            return Ok(ProgramSource::None(why));
        };
        if let Some(language) = language
            && ProgramLanguage::of_text(language) != Some(found)
            && language != found.name()
        {
            let why = "`language` is not that of the ending of `path`, by which it is built";
            return Err(self.refused(why.to_owned()));
        }
        let mut path = self.path.parent().unwrap_or(Path::new("")).to_path_buf();
        let mut last = None;
        for name in file.split('/') {
            path.push(name);
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_symlink() => {
                    return Ok(ProgramSource::None(format!(
                        "`{}` leads through a symbolic link",
                        sanitize::name(&file)
                    )));
                }
                Ok(metadata) => last = Some(metadata),
                Err(error) => {
                    let error = SystemError::new(SystemOperation::Read, &path, error);
                    return Ok(ProgramSource::None(error.to_string()));
                }
            }
        }
        let why = match last {
            Some(metadata) if !metadata.is_file() => format!("`{}` is no file", sanitize::name(&file)),
            Some(metadata) if found != ProgramLanguage::Module && metadata.len() > LARGEST_SOURCE => {
                let bytes = metadata.len();
                format!("`{}` has {bytes} bytes, at most {LARGEST_SOURCE} are allowed", sanitize::name(&file))
            }
            _ => return Ok(found.source(path)),
        };
        Ok(ProgramSource::None(why))
    }
}
