//! Cases as lines of JSON, with the fields of a task record that make sense for a case.
//!
//! Nothing here may know how a case is run.

mod wire;

use super::error::ProblemError;
use super::folder::check_data;
use crate::nouns::{Case, CaseInput, Judging, Problem, ProblemLimits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polymer_host_grade::ScoreGroup;
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use wire::{FieldError, WireCase};

/// The most bytes of a file of cases.
const LONGEST: u64 = 1 << 30;

/// Reads the problems of a file, in the order in which it first names them.
pub(super) fn read(path: &Path) -> Result<Vec<Problem>, ProblemError> {
    let path = path.canonicalize().map_err(SystemError::on(SystemOperation::Read, path))?;
    let bytes = regular::read(&path, LONGEST).map_err(ProblemError::file(&path))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut problems = LineProblems::new(&path)?;
    for (line, text) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        problems.add(line, text).map_err(|error| ProblemError::Line {
            path: path.clone(),
            line,
            field: error.field.map(str::to_owned),
            why: error.why,
        })?;
    }
    if problems.list.is_empty() {
        return Err(ProblemError::part(&path, "there is no case in it"));
    }
    Ok(problems.list)
}

/// Problems as far as their cases are read.
struct LineProblems {
    /// Start of relative paths.
    folder: PathBuf,
    /// Name of the problem of cases that name none.
    usual: String,
    list: Vec<Problem>,
    places: HashMap<String, usize>,
    /// Names of cases, each with the place of its problem.
    known: HashSet<(usize, String)>,
}

impl LineProblems {
    fn new(path: &Path) -> Result<Self, ProblemError> {
        let usual = path.file_stem().and_then(|stem| stem.to_str());
        let usual = usual.ok_or_else(|| ProblemError::part(path, "its name is not UTF-8"))?;
        let folder = path.parent().unwrap_or(path).to_path_buf();
        let (list, places, known) = (Vec::new(), HashMap::new(), HashSet::new());
        Ok(Self { folder, usual: usual.to_owned(), list, places, known })
    }

    fn add(&mut self, line: u64, text: &[u8]) -> Result<(), FieldError> {
        let text = std::str::from_utf8(text).map_err(|_| FieldError::line("it is not UTF-8"))?;
        let wire: WireCase<'_> = serde_json::from_str(text).map_err(|error| FieldError::json(&error))?;
        let name = name_of("id", wire.id, true)?.unwrap_or_else(|| line.to_string());
        let problem = name_of("problem", wire.problem, false)?.unwrap_or_else(|| self.usual.clone());
        let group = name_of("group", wire.group, true)?;
        let input = self.input(&wire)?;
        let expect = wire.expectation(&self.folder)?;
        if wire.test.is_some() && (expect.is_some() || wire.compare.is_some()) {
            let why =
                "a case with `test` has no `expect`, `output` and `compare`: the test says what is right";
            return Err(FieldError::of("test", why.to_owned()));
        }
        if expect.is_none() && wire.test.is_none() && (wire.points.is_some() || wire.compare.is_some()) {
            return Err(FieldError::line("`points` and `compare` are for a case with `expect`"));
        }
        let case = Case {
            args: wire.args.clone().unwrap_or_default(),
            expect,
            points: wire.points()?,
            compare: wire.compare()?,
            limits: wire.limits()?,
            test: wire.test.clone(),
            ..Case::of(name, input)
        };
        self.push(problem, group, case)
    }

    fn push(&mut self, problem: String, group: Option<String>, case: Case) -> Result<(), FieldError> {
        let place = *self.places.entry(problem.clone()).or_insert_with(|| {
            self.list.push(Problem {
                name: problem,
                cases: Vec::new(),
                root: ScoreGroup::default(),
                limits: ProblemLimits::default(),
                judging: Judging::Compare(None),
                notes: Vec::new(),
            });
            self.list.len() - 1
        });
        if !self.known.insert((place, case.name.clone())) {
            return Err(FieldError::of("id", format!("there is a case `{:.80}` already", case.name)));
        }
        let Some(problem) = self.list.get_mut(place) else { return Ok(()) };
        let at = problem.cases.len();
        problem.cases.push(case);
        let Some(name) = group else {
            problem.root.cases.push(at);
            return Ok(());
        };
        match problem.root.groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.cases.push(at),
            None => {
                problem.root.groups.push(ScoreGroup { name, cases: vec![at], ..ScoreGroup::default() });
            }
        }
        Ok(())
    }

    fn input(&self, wire: &WireCase<'_>) -> Result<CaseInput, FieldError> {
        match (wire.input, &wire.input_base64, &wire.input_file) {
            (Some(value), None, None) => Ok(CaseInput::Json(value.get().to_owned())),
            (None, Some(text), None) => match STANDARD.decode(text) {
                Ok(_) => Ok(CaseInput::Base64(text.clone())),
                Err(error) => Err(FieldError::of("input_base64", error)),
            },
            (None, None, Some(path)) => {
                let path = self.folder.join(path);
                check_data(&path).map_err(|error| FieldError::of("input_file", error))?;
                Ok(CaseInput::File(path))
            }
            _ => Err(FieldError::line("a case has one of `input`, `input_base64` and `input_file`")),
        }
    }
}

/// A name: a text, or an integer as it is written.
fn name_of(
    field: &'static str,
    value: Option<&serde_json::value::RawValue>,
    takes_slash: bool,
) -> Result<Option<String>, FieldError> {
    let text = match value.map(serde_json::value::RawValue::get) {
        None | Some("null") => return Ok(None),
        Some(text) if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() => text.to_owned(),
        Some(text) => serde_json::from_str::<String>(text)
            .map_err(|_| FieldError::of(field, "it is a text or a whole number"))?,
    };
    if text.is_empty() || text.len() > 256 || text.chars().any(char::is_control) {
        return Err(FieldError::of(field, "it has 1 to 256 bytes, and no control character"));
    }
    if !takes_slash && text.contains('/') {
        return Err(FieldError::of(field, "there is no / in the name of a problem"));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests;
