//! `polymer judge`: programs that are modules, over problems that lie in files; the table, its exit
//! codes, and what a second judging runs.
//!
//! Programs as sources and as data, and whole packages, are judged by `tests/judge`.

use super::support::{Ended, Start, TempFolder};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A command that says this, whatever it is given.
fn says(text: &str) -> String {
    format!(
        r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\{:02x}\00\00\00")
    (data (i32.const 16) "{text}")
    (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))"#,
        text.len()
    )
}

/// A command that gives back what it is given.
const ECHO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\20\00\00\00\00\04\00\00")
    (func (export "_start")
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 4)))))"#;

/// A command that never ends.
const ENDLESS: &str = r#"(module (memory (export "memory") 1) (func (export "_start") (loop $l (br $l))))"#;

/// Three cases in two groups: what is given is right, but in the last.
const CASES: &str = r#"{"id":"a","input":"A","expect":{"output":"A"},"points":1}
{"id":"b","input":"B","expect":{"output":"B"},"points":2}
{"id":"c","input":"C","expect":{"output":"A"},"points":3}
"#;

/// A folder with programs of three persons, and cases.
fn place() -> TempFolder {
    let folder = TempFolder::new();
    fs::create_dir(folder.path().join("programs")).unwrap();
    folder.file("programs/anna.wat", ECHO);
    folder.file("programs/bert.wat", says("A"));
    folder.file("programs/cleo.wat", ENDLESS);
    folder.file("cases.jsonl", CASES);
    folder
}

fn judge(folder: &Path, flags: &str) -> Ended {
    let fuel = if flags.contains("--fuel") { "" } else { "--fuel 1M" };
    Start::polymer(&format!("judge programs cases.jsonl {fuel} {flags}")).within(folder).run("")
}

/// What `--format json` gives.
fn table(folder: &Path, flags: &str, code: i32) -> Value {
    let ended = judge(folder, &format!("--format json {flags}")).check(code);
    serde_json::from_str(&ended.stdout).unwrap()
}

/// The row of a program.
fn row<'a>(table: &'a Value, program: &str) -> &'a Value {
    let rows = table["programs"].as_array().unwrap();
    rows.iter().find(|row| row["program"] == program).unwrap_or_else(|| panic!("no {program} in {table}"))
}

/// The verdicts of a program, in the order of its cases.
fn verdicts(table: &Value, program: &str) -> Vec<String> {
    let cells = row(table, program)["cells"].as_array().unwrap().iter();
    cells.map(|cell| cell["verdict"].as_str().unwrap_or("none").to_owned()).collect()
}

/// The number of attempts that a session of the run in the folder made.
fn attempts(folder: &Path, session: usize) -> usize {
    let text = fs::read_to_string(folder.join("graded/compared/events.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut at = 0;
    let mut found = 0;
    for line in lines {
        if line["event"] == "session" {
            at += 1;
        }
        found += usize::from(at == session && line["event"] == "attempt_started");
    }
    found
}

#[test]
fn each_program_has_a_row_and_each_case_a_cell() {
    let folder = place();
    let table = table(folder.path(), "", 0);
    assert_eq!(verdicts(&table, "anna"), ["ok", "ok", "wrong_output"]);
    assert_eq!(verdicts(&table, "bert"), ["ok", "wrong_output", "ok"]);
    assert_eq!(verdicts(&table, "cleo"), ["fuel_exhausted"; 3]);
    for (program, points) in [("anna", 3.0), ("bert", 4.0), ("cleo", 0.0)] {
        assert_eq!(row(&table, program)["points"], json!(points), "{program}");
    }
}

#[test]
fn the_exit_code_says_whether_all_was_judged() {
    let folder = place();
    judge(folder.path(), "").check(0).check_says_on_stdout("anna");
    judge(folder.path(), "--fail-on-wrong").check(100);
    folder.file("cases.jsonl", "{\"id\":\"a\",\"input\":\"A\"}\n");
    fs::remove_file(folder.path().join("programs/cleo.wat")).unwrap();
    judge(folder.path(), "--fail-on-wrong").check(0);
    // Who judges fails.
    folder.file("bad.wat", ENDLESS);
    judge(folder.path(), "--checker bad.wat").check(106);
    for (flags, says) in [
        ("--pass-at 9", "not 9 to choose"),
        ("--checker none.wasm", "none.wasm"),
        ("--format xml", "use one of text, csv, json"),
    ] {
        let ended = judge(folder.path(), flags);
        ended.check_says(says);
        assert!([2, 96].contains(&ended.status.code().unwrap()), "{flags}");
    }
}

#[test]
fn a_second_judging_runs_what_changed() {
    let folder = place();
    let path = folder.path();
    table(path, "--run-dir graded", 0);
    assert_eq!(attempts(path, 1), 9);
    // Nothing changed.
    let again = table(path, "--run-dir graded", 0);
    assert_eq!(attempts(path, 2), 0);
    assert_eq!(verdicts(&again, "bert"), ["ok", "wrong_output", "ok"]);
    // A program is another one, and one is new.
    folder.file("programs/bert.wat", says("B"));
    folder.file("programs/dora.wat", says("C"));
    let changed = table(path, "--run-dir graded", 0);
    assert_eq!(attempts(path, 3), 6);
    assert_eq!(verdicts(&changed, "bert"), ["wrong_output", "ok", "wrong_output"]);
    assert_eq!(verdicts(&changed, "anna"), ["ok", "ok", "wrong_output"]);
    // Something else is expected, so that nothing is run.
    folder.file("cases.jsonl", CASES.replace(r#""output":"A"},"points":3"#, r#""output":"C"},"points":3"#));
    let judged = table(path, "--run-dir graded", 0);
    assert_eq!(attempts(path, 4), 0);
    assert_eq!(verdicts(&judged, "anna"), ["ok", "ok", "ok"]);
    assert_eq!(verdicts(&judged, "dora"), ["wrong_output", "wrong_output", "ok"]);
    assert_eq!(verdicts(&judged, "cleo"), ["fuel_exhausted"; 3]);
    // Its lines come from programs and cases.
    let alone = Start::polymer("resume graded/compared").within(path).run("").check(96);
    alone.check_says("judge again with that folder");
    // Another limit is another task.
    let wider = table(path, "--run-dir graded --fuel 2M", 0);
    assert_eq!(attempts(path, 5), 12);
    assert_eq!(verdicts(&wider, "cleo"), ["fuel_exhausted"; 3]);
    let records = fs::read_to_string(path.join("graded/compared/results.jsonl")).unwrap();
    assert_eq!(records.lines().count(), 12, "each cell has one record");
}

#[test]
fn a_judging_that_is_killed_twice_is_finished_by_the_next() {
    const PROGRAMS: usize = 20;
    const CASES: usize = 100;
    let folder = TempFolder::new();
    let path = folder.path();
    fs::create_dir(path.join("programs")).unwrap();
    for program in 0..PROGRAMS {
        folder.file(&format!("programs/p{program:02}.wat"), says("A"));
    }
    let case = |case: usize| format!("{{\"id\":\"{case}\",\"input\":\"x\",\"output\":\"A\"}}\n");
    folder.file("cases.jsonl", (0..CASES).map(case).collect::<String>());
    let results = path.join("graded/compared/results.jsonl");
    let length = || fs::metadata(&results).map_or(0, |metadata| metadata.len());
    for killed in 0..2 {
        let before = length();
        let mut running =
            Start::polymer("judge programs cases.jsonl --run-dir graded -q").within(path).start();
        let deadline = running.deadline();
        while running.goes_on(deadline) && length() == before {
            std::thread::yield_now();
        }
        running.signal(Signal::SIGKILL);
        running.end();
        // Handed in anew before it is judged again.
        folder.file(&format!("programs/p{killed:02}.wat"), says("B"));
    }
    let table = table(path, "--run-dir graded", 0);
    for program in 0..PROGRAMS {
        let name = format!("p{program:02}");
        let verdict = if program < 2 { "wrong_output" } else { "ok" };
        assert_eq!(verdicts(&table, &name), vec![verdict; CASES], "{name}");
    }
    let records = fs::read_to_string(results).unwrap();
    assert_eq!(records.lines().count(), PROGRAMS * CASES, "each cell has one record");
}

#[test]
fn who_left_stays_in_the_table_unless_told_otherwise() {
    let folder = place();
    let path = folder.path();
    table(path, "--run-dir graded", 0);
    fs::remove_file(path.join("programs/bert.wat")).unwrap();
    let kept = table(path, "--run-dir graded", 0);
    assert_eq!(verdicts(&kept, "bert"), ["ok", "wrong_output", "ok"]);
    let gone = table(path, "--run-dir graded --remove-absent", 0);
    assert!(gone["programs"].as_array().unwrap().iter().all(|row| row["program"] != "bert"), "{gone}");
    let records = fs::read_to_string(path.join("graded/compared/results.jsonl")).unwrap();
    assert_eq!(records.lines().count(), 6);
    judge(path, "--remove-absent").check(2);
}

#[test]
fn a_program_stops_at_its_first_failure() {
    let folder = place();
    let table = table(folder.path(), "--stop-at-first-failure", 0);
    assert_eq!(verdicts(&table, "anna"), ["ok", "ok", "wrong_output"]);
    let bert = verdicts(&table, "bert");
    assert_eq!(bert[..2], ["ok", "wrong_output"]);
    assert_ne!(bert[2], "ok");
    assert_eq!(verdicts(&table, "cleo")[0], "fuel_exhausted");
}

#[test]
fn a_folder_that_is_something_else_is_left_alone() {
    let folder = place();
    fs::create_dir(folder.path().join("mine")).unwrap();
    folder.file("mine/thesis.txt", "1");
    let ended = judge(folder.path(), "--run-dir mine").check(96);
    ended.check_says("no folder of `polymer judge`");
    assert_eq!(fs::read_dir(folder.path().join("mine")).unwrap().count(), 1);
}

#[test]
fn a_compiler_that_is_missing_ends_a_judging_before_it_begins() {
    let folder = place();
    folder.file("programs/dora.zig", "pub fn main() void {}");
    let start = Start::polymer("judge programs cases.jsonl --fuel 1M --run-dir graded");
    let ended = start.env("PATH", "").within(folder.path()).run("").check(96);
    ended.check_says("zig is needed to build programs/dora.zig");
    // Not one of the others was run.
    assert!(!folder.path().join("graded/compared").exists());
    fs::remove_file(folder.path().join("programs/dora.zig")).unwrap();
    judge(folder.path(), "--run-dir graded").check(0);
    assert!(folder.path().join("graded/compared").exists());
}

#[test]
fn cases_and_programs_that_cannot_be_read_are_named() {
    let folder = place();
    let cases = |text: &str| {
        folder.file("cases.jsonl", text);
        judge(folder.path(), "").check(2)
    };
    cases("{\"id\":\"a\"").check_says("cases.jsonl");
    cases("").check_says("cases.jsonl");
    folder.file("cases.jsonl", CASES);
    let ended = Start::polymer("judge nowhere cases.jsonl").within(folder.path()).run("").check(2);
    ended.check_says("nowhere");
}

#[test]
fn tests_that_are_code_are_taken_only_if_asked_for() {
    let folder = place();
    folder.file("cases.jsonl", "{\"id\":\"a\",\"input\":\"\",\"test\":\"assert f() == 1\"}\n");
    judge(folder.path(), "").check(2).check_says("--tests-as-code");
    // It runs behind programs as data only.
    let table = table(folder.path(), "--tests-as-code", 0);
    assert_eq!(verdicts(&table, "anna"), ["build_failed"]);
    folder.file("cases.jsonl", "{\"id\":\"a\",\"input\":\"\",\"test\":\"1\",\"output\":\"A\"}\n");
    judge(folder.path(), "--tests-as-code").check(2).check_says("the test says what is right");
}

#[test]
fn what_judge_alone_says_is_refused_from_others() {
    let folder = place();
    folder.file(
        "tasks.jsonl",
        "{\"id\":\"x\",\"module\":\"programs/anna.wat\",\"input\":\"A\",\"build_failed\":{\"code\":\"c\",\"message\":\"m\"}}\n",
    );
    let ended = Start::polymer("run --tasks tasks.jsonl").within(folder.path()).run("").check(100);
    let records = ended.records();
    records[0].check("bad_input", "record");
    records[0].check_message("is for `polymer judge` to say");
}
