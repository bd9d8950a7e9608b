//! Guests that mean harm: every row of the catalogue of what they try, each with the end it must
//! come to, and a hundred innocent tasks beside them that must not notice.
//!
//! A guest is a file of `tests/guests/hostile`, one made here where it is too large or too odd for
//! a file, or steps of the probe.

mod compiling;
mod files;
mod guests;
mod modules;
mod shown;

use super::support::{Ended, Record, Start, by_id, wat};
use serde_json::{Value, json};
use std::path::Path;

/// Tasks that do no harm, in every run here.
const INNOCENT: usize = 100;

/// One guest and what must become of it.
struct Case {
    id: String,
    module: String,
    input: String,
    limits: Value,
    verdict: &'static str,
    code: &'static str,
    wall: &'static str,
    says: &'static str,
}

/// Where the same limit may be held by either wall: the engine looks at the clock when the guest
/// lets it, the supervisor 25 ms later whatever the guest does, and a busy machine may delay the
/// first.
const CLOCK: &str = "clock";

/// A guest of `tests/guests/hostile`, or one of this id anywhere, that ends with this verdict, code
/// and wall.
fn case(name: &str, verdict: &'static str, code: &'static str, wall: &'static str) -> Case {
    let module = wat(&format!("hostile/{name}"));
    of_module(name, &module, verdict, code, wall)
}

fn of_module(
    id: &str,
    module: impl AsRef<Path>,
    verdict: &'static str,
    code: &'static str,
    wall: &'static str,
) -> Case {
    Case {
        id: id.to_owned(),
        module: module.as_ref().to_str().unwrap().to_owned(),
        input: String::new(),
        limits: json!({"timeout": "20s"}),
        verdict,
        code,
        wall,
        says: "",
    }
}

impl Case {
    /// Under these limits.
    fn limited(self, limits: Value) -> Self {
        Self { limits, ..self }
    }

    /// With this input.
    fn given(self, input: &str) -> Self {
        Self { input: input.to_owned(), ..self }
    }

    /// The same guest under another name.
    fn called(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }

    /// With this in its message.
    fn saying(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    fn line(&self) -> String {
        let Self { id, module, input, limits, .. } = self;
        json!({"id": id, "module": module, "input": input, "limits": limits}).to_string() + "\n"
    }

    #[track_caller]
    fn check(&self, record: &Record) {
        record.check(self.verdict, self.code);
        record.check_message(self.says);
        let wall = record.text("/error/wall");
        let right =
            if self.wall == CLOCK { ["engine", "supervisor"].contains(&wall) } else { wall == self.wall };
        assert!(right, "{}: the wall is {wall}: {record:?}", self.id);
    }
}

/// Runs all of them with the innocent ones between, two at a time, and checks every record.
#[track_caller]
fn run(cases: &[Case], flags: &str) -> Ended {
    run_args(cases, flags.split_whitespace().map(str::to_owned).collect())
}

/// As [`run`], for guests that cost the worker that compiles them.
#[track_caller]
fn run_noting_deaths(cases: &[Case], flags: &str) -> Ended {
    run_all(cases, flags.split_whitespace().map(str::to_owned).collect())
}

#[track_caller]
fn run_args(cases: &[Case], flags: Vec<String>) -> Ended {
    let ended = run_all(cases, flags);
    let lost = ended.stderr.lines().any(|line| line.starts_with("restarts:") && line.contains("died"));
    assert!(!lost, "a worker was lost: {}", ended.stderr);
    ended
}

#[track_caller]
fn run_all(cases: &[Case], flags: Vec<String>) -> Ended {
    let innocent = |at: usize| {
        of_module(&format!("innocent {at}"), wat("silent"), "ok", "", "").limited(json!({"memory": "1MiB"}))
    };
    let mut lines = String::new();
    let each = INNOCENT.div_ceil(cases.len());
    let mut innocents = (0..INNOCENT).map(innocent);
    for case in cases {
        lines += &case.line();
        innocents.by_ref().take(each).for_each(|innocent| lines += &innocent.line());
    }
    let mut args = vec!["run", "--tasks", "-", "-j", "2"].into_iter().map(str::to_owned).collect::<Vec<_>>();
    args.extend(flags);
    let code = if cases.iter().all(|case| case.verdict == "ok") { 0 } else { 100 };
    let ended = Start::args(args).run(lines).check(code);
    let records = by_id(ended.records());
    assert_eq!(records.len(), cases.len() + INNOCENT, "one record each");
    for case in cases {
        case.check(&records[&case.id]);
    }
    for at in 0..INNOCENT {
        let record = &records[&innocent(at).id];
        record.check_ok(&json!(""));
        assert_eq!(record.number("/attempts"), 1, "an innocent task was charged: {record:?}");
    }
    ended
}
