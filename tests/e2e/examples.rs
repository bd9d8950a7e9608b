//! Each example does what its README shows.

use super::support::{Start, example, parse_all, root};
use std::path::{Path, PathBuf};

/// A command of a README and what it is said to print.
struct Shown {
    command: String,
    stdout: Vec<String>,
    stderr: Vec<String>,
}

/// The commands in the `console` blocks of a README. Of the lines below a command, those that begin
/// as records do are stdout, the others stderr. What a program that embeds the library prints is
/// all stdout.
fn shown(readme: &str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    let mut in_block = false;
    for line in readme.lines() {
        match (in_block, line) {
            (false, "```console") => in_block = true,
            (true, "```") => in_block = false,
            (true, line) => match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => {
                    let command = command.to_owned();
                    commands.push(Shown { command, stdout: Vec::new(), stderr: Vec::new() });
                }
                (None, Some(last)) if line.starts_with('{') || last.program().is_some() => {
                    last.stdout.push(line.to_owned());
                }
                (None, Some(last)) => last.stderr.push(line.to_owned()),
                (None, None) => panic!("a block begins with `{line}` and not with a command"),
            },
            (false, _) => {}
        }
    }
    commands
}

/// Whether a line is as it is shown; `[..]` stands for its rest.
fn fits(line: &str, shown: &str) -> bool {
    shown.strip_suffix("[..]").map_or(line == shown, |start| line.starts_with(start))
}

impl Shown {
    /// The program that embeds the library, if it is one that is run.
    fn program(&self) -> Option<&str> {
        self.command.strip_prefix("cargo run --locked -p polymer-wasm --example ")
    }

    #[track_caller]
    fn check(&self, code: i32) {
        let ended = if let Some(name) = self.program() {
            // It builds its project, which `example` has built before.
            Start::program(name, "").with_outer_environment().run("").check(0)
        } else {
            let ended = Start::shell(&self.command).run("").check(code);
            parse_all(&ended.stdout);
            ended
        };
        let lines: Vec<&str> = ended.stdout.lines().collect();
        for (line, shown) in lines.iter().zip(&self.stdout) {
            assert!(fits(line, shown), "{}\nprints: {line}\nshown:  {shown}", self.command);
        }
        assert_eq!(lines.len(), self.stdout.len(), "{} prints\n{}", self.command, ended.stdout);
        let mut said = ended.stderr.lines();
        for shown in &self.stderr {
            assert!(said.any(|line| fits(line, shown)), "`{shown}` is not said in\n{}", ended.stderr);
        }
    }
}

fn folder() -> PathBuf {
    root().join("examples/wasm-tasks")
}

fn readme(folder: &Path) -> Vec<Shown> {
    let path = folder.join("README.md");
    let text = std::fs::read_to_string(&path);
    shown(&text.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// That the example's README is right, and all its commands end with this code.
#[track_caller]
fn check(name: &str, code: i32) {
    // So that the build is not the first thing a command with a deadline does.
    example(name);
    let commands = readme(&folder().join(name));
    assert!(!commands.is_empty(), "the README of {name} shows no command");
    commands.iter().for_each(|shown| shown.check(code));
}

#[test]
fn simple_does_what_its_readme_shows() {
    check("simple", 0);
}

#[test]
fn wordcount_does_what_its_readme_shows() {
    check("wordcount", 0);
}

#[test]
fn exitcode_does_what_its_readme_shows() {
    check("exitcode", 100);
}

#[test]
fn markdown_does_what_its_readme_shows() {
    check("markdown", 0);
}

#[test]
fn primes_does_what_its_readme_shows() {
    check("primes", 0);
}

#[test]
fn shapes_does_what_its_readme_shows() {
    check("shapes", 100);
}

#[test]
fn faults_does_what_its_readme_shows() {
    check("faults", 100);
}

#[test]
fn every_example_has_a_readme_that_is_tested_here() {
    // `conformance` is held to its cases by the tests of the languages, `judge` to its table by
    // `tests/judge/suite.py`.
    let tested =
        ["conformance", "exitcode", "faults", "judge", "markdown", "primes", "shapes", "simple", "wordcount"];
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            assert!(!readme(&path).is_empty(), "{} shows no command", path.display());
            found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    found.sort();
    assert_eq!(found, tested, "add a test to tests/e2e/examples.rs");
}

#[test]
fn simple_prints_as_each_task_ends_and_sums_up() {
    let module = example("simple");
    let tasks = "examples/wasm-tasks/simple/tasks.jsonl";
    let line = format!("run {module} -j 3 --success-output immediate --input {tasks}");
    let ended = Start::polymer(&line).run("").check(0);
    assert_eq!(ended.records().len(), 10);
    for task in 0..10 {
        ended.check_says(&format!("    | Task {task} 0.{task}\n"));
    }
    ended.check_says("Ran 10 tasks in ");
    ended.check_says("verdicts: ok 10\n");
    let summary = ended.stderr.find("Ran 10 tasks in ").unwrap();
    assert!(!ended.stderr[summary..].contains("| Task "), "a task was shown after the summary");
}
