//! Packages made in temporary folders: one for each feature that is taken, and one for each thing
//! that is refused. The names of sections are those of the format.

mod current;
mod legacy;
mod metadata;
mod parts;
mod validators;

use super::super::read_problems;
use crate::nouns::{CaseInput, Problem};
use polymer_host_grade::{Aggregation, ScoreGroup};
use polymer_host_task::Points;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A package in the making.
struct TestPackage {
    place: TempDir,
}

impl TestPackage {
    /// A package with these lines in `problem.yaml`, and one case.
    fn new(yaml: &str) -> Self {
        let package = Self { place: tempfile::tempdir().unwrap() };
        package.file("problem.yaml", yaml).case("secret/01")
    }

    /// Of the version 2025-09.
    fn current(yaml: &str) -> Self {
        Self::new(&format!("problem_format_version: 2025-09\nname: X\nuuid: 1\n{yaml}"))
    }

    fn path(&self) -> PathBuf {
        self.place.path().canonicalize().unwrap().join("add")
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.path_of(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn case(self, name: &str) -> Self {
        self.file(&format!("data/{name}.in"), "1 2\n").file(&format!("data/{name}.ans"), "3\n")
    }

    fn cases(self, names: &[&str]) -> Self {
        names.iter().fold(self, |package, name| package.case(name))
    }

    fn without(self, name: &str) -> Self {
        let path = self.path_of(name);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
        self
    }

    fn path_of(&self, name: &str) -> PathBuf {
        self.place.path().join("add").join(name)
    }

    fn read(&self) -> Problem {
        let mut problems = read_problems(&self.path()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(problems.len(), 1);
        problems.pop().unwrap()
    }

    /// The error names the file and says why.
    fn is_refused(&self, file: &str, why: &str) {
        let error = read_problems(&self.path()).map(|problems| problems.len()).unwrap_err().to_string();
        let path = self.path_of(file).display().to_string().trim_end_matches('/').to_owned();
        let is_named = error.contains(&path);
        assert!(is_named && error.contains(why), "{error}\nis not about {path}: {why}");
    }
}

fn names(problem: &Problem) -> Vec<&str> {
    problem.cases.iter().map(|case| case.name.as_str()).collect()
}

/// A group in short: its name, aggregation, points, required groups and members; of cases their
/// points.
fn shape(problem: &Problem) -> String {
    fn points(points: Option<Points>) -> String {
        points.map_or_else(|| "-".to_owned(), |points| points.get().to_string())
    }
    fn group(problem: &Problem, score: &ScoreGroup) -> String {
        let how = match score.aggregation {
            Aggregation::Sum => "sum",
            Aggregation::Min => "min",
            Aggregation::All => "all",
        };
        let needs = score.require_pass.iter().map(|name| format!(" <{name}>")).collect::<String>();
        let cases = score.cases.iter().map(|at| points(problem.cases[*at].points));
        let members = cases.chain(score.groups.iter().map(|score| group(problem, score)));
        let members = members.collect::<Vec<_>>().join(" ");
        format!("{}({how} {}{needs}: {members})", score.name, points(score.points))
    }
    group(problem, &problem.root)
}

fn file_of(input: &CaseInput) -> &Path {
    match input {
        CaseInput::File(path) => path,
        other => panic!("{other:?}"),
    }
}
