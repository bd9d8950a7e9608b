//! The log as JSON, what tasks log in files of their own, and lines of guests that are alike.

use super::support::{Ended, Start, TempFolder, probe, wat};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn run(folder: &TempFolder, line: &str, input: &str, code: i32) -> Ended {
    Start::polymer(line).within(folder.path()).run(input).check(code)
}

/// Lines of JSON.
#[track_caller]
fn parsed(text: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
    text.lines().map(parse).collect()
}

fn names(path: &Path) -> Vec<String> {
    let names = fs::read_dir(path).unwrap();
    let mut names: Vec<_> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn all_of_stderr_is_json_where_the_log_is() {
    let folder = TempFolder::new();
    let line = format!("run {} -j 1 --log-format json --log-level info", probe());
    let ended = run(&folder, &line, "log one\\ntwo\nalpha\n", 100);
    let lines = parsed(&ended.stderr);
    let guest: Vec<_> = lines.iter().filter(|line| line["source"] == "guest").collect();
    assert_eq!((&guest[0]["message"], &guest[0]["task"]), (&json!("one"), &json!("1")));
    assert_eq!((&guest[1]["message"], &guest[1]["slot"]), (&json!("two"), &json!(1)));
    let failed: Vec<_> = lines.iter().filter(|line| line["verdict"] == "trap").collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!((&failed[0]["level"], &failed[0]["task"]), (&json!("error"), &json!("2")));
    assert!(failed[0]["trace"].as_str().unwrap().contains("probe::main"), "{failed:?}");
    let summary = lines.iter().filter(|line| line["message"].as_str().unwrap().starts_with("Ran 2 tasks"));
    assert_eq!(summary.count(), 1, "{}", ended.stderr);
}

#[test]
fn a_log_file_takes_the_json_and_people_read_text() {
    let folder = TempFolder::new();
    let line = format!("run {} -j 1 --log-format json --log-file log.jsonl", probe());
    let ended = run(&folder, &line, "alpha\n", 100);
    ended.check_says("\nverdicts: trap 1\n");
    let lines = parsed(&fs::read_to_string(folder.path().join("log.jsonl")).unwrap());
    assert!(lines.iter().any(|line| line["verdict"] == "trap"), "{lines:?}");
}

#[test]
fn what_a_guest_writes_is_one_string_whatever_is_in_it() {
    let folder = TempFolder::new();
    let line = format!("run {} --log-format json --success-output immediate", probe());
    let ended = run(&folder, &line, "log {\"time\":\"x\"}\\e[31m\u{202e}\n", 0);
    assert!(!ended.stderr.contains(['\u{1b}', '\u{202e}']), "{}", ended.stderr);
    let lines = parsed(&ended.stderr);
    assert!(lines.iter().any(|line| line["message"] == "{\"time\":\"x\"}\u{1b}[31m\u{202e}"), "{lines:?}");
}

#[test]
fn each_task_that_logs_has_a_file() {
    let folder = TempFolder::new();
    let line = format!("run {} --log-dir logs", probe());
    let ended = run(&folder, &line, "log one\\ntwo\nprint silent\nalpha\n", 100);
    assert_eq!(ended.records().len(), 3);
    assert_eq!(names(&folder.path().join("logs")), ["1", "3"]);
    assert_eq!(fs::read_to_string(folder.path().join("logs/1")).unwrap(), "one\ntwo\n");
    assert!(fs::read_to_string(folder.path().join("logs/3")).unwrap().contains("no step is called alpha"));
    // A new run takes no folder that holds something; one that adds does, and replaces nothing.
    run(&folder, &line, "log one\n", 96).check_says("error: logs is not empty: ");
    let line = format!("run {} --log-dir logs -o out --append", probe());
    run(&folder, &line, "log three\n", 0);
    assert_eq!(fs::read_to_string(folder.path().join("logs/1~2")).unwrap(), "three\n");
    let line = format!("run {} --log-dir failed --log-dir-tasks failed", probe());
    run(&folder, &line, "log one\nalpha\n", 100);
    assert_eq!(names(&folder.path().join("failed")), ["2"]);
}

#[test]
fn a_folder_that_others_may_write_to_or_that_is_taken_is_refused() {
    let folder = TempFolder::new();
    fs::create_dir(folder.path().join("given")).unwrap();
    for (flags, says) in [
        ("--log-dir given/logs --dir given:rw", "tasks could change --log-dir given/logs"),
        ("--log-dir out --output-dir out", "--log-dir out is a file of --output-dir out"),
        ("--log-dir run --run-dir run", "is a file of "),
    ] {
        run(&folder, &format!("run {} {flags}", wat("silent")), "a\n", 96).check_says(says);
    }
    assert_eq!(names(&folder.path().join("given")), [""; 0]);
}

#[test]
fn a_warning_in_each_of_many_tasks_is_one_screen() {
    let folder = TempFolder::new();
    let line = format!("run {} -j 2 --emit none", wat("warns"));
    let input: String = (10_000..14_000).map(|row| format!("{row}\n")).collect();
    let ended = run(&folder, &line, &input, 0);
    let told = |text: &str| text.lines().filter(|line| line.contains(" | warn: 1")).count();
    assert_eq!(told(&ended.stderr), 3 + 6, "{}", ended.stderr);
    ended.check_says("(10 like this so far; --failure-output immediate shows each)\n");
    ended.check_says("(3000 like this so far)\n");
    assert!(ended.stderr.lines().count() < 30, "{}", ended.stderr);
    // Whoever wants them all has them.
    let all = run(&folder, &format!("{line} --failure-output immediate"), &input, 0);
    assert_eq!(told(&all.stderr), 4000);
    run(&folder, &format!("{line} --log-file log"), &input, 0);
    assert_eq!(told(&fs::read_to_string(folder.path().join("log")).unwrap()), 4000);
}

#[test]
fn lines_of_attempts_that_are_made_again_are_counted_too() {
    let folder = TempFolder::new();
    let line = format!("run {} -j 2 --emit none --retries 1", wat("warns"));
    let input: String = (1000..1200).map(|row| format!("{row}\n")).collect();
    let ended = run(&folder, &line, &input, 0);
    let told = ended.stderr.lines().filter(|line| line.contains(" | warn: 1")).count();
    // Two attempts at each of 200 tasks.
    assert_eq!(told, 3 + 4, "{}", ended.stderr);
    ended.check_says("(300 like this so far)\n");
}
