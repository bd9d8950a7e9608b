//! `--events`: what happens in a run, told to a program that watches it.

use super::support::{Ended, Start, TempFolder, probe, wat};
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::Path;

fn events(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

fn shell(folder: &TempFolder, line: &str, input: &str, code: i32) -> Ended {
    Start::shell(line).within(folder.path()).run(input).check(code)
}

#[test]
fn a_stream_has_the_lines_of_the_log_in_the_folder() {
    let folder = TempFolder::new();
    let line = format!("polymer run {} --run-dir run --events events.jsonl", wat("silent"));
    shell(&folder, &line, "a\nb\n", 0);
    let [streamed, kept] = ["events.jsonl", "run/events.jsonl"].map(|name| events(&folder.path().join(name)));
    // The first and the last say when each was opened and closed.
    assert_eq!(streamed[1..streamed.len() - 1], kept[1..kept.len() - 1]);
    let kinds = kinds(&streamed);
    assert_eq!((kinds[0], *kinds.last().unwrap()), ("session", "session_ended"));
    for kind in ["worker_started", "module_ready", "attempt_started", "task_done"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    // A later session goes on there, and has its number.
    shell(&folder, &format!("{line} --resume"), "a\nb\n", 0);
    let second = events(&folder.path().join("events.jsonl"));
    assert_eq!((&second[0]["event"], &second[0]["session"]), (&"session".into(), &1.into()));
    let sessions = second.iter().filter(|event| event["event"] == "session");
    assert_eq!(sessions.map(|event| event["session"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    // Where events went is not kept with the run, and a path starts where the command was typed.
    fs::create_dir(folder.path().join("below")).unwrap();
    Start::polymer("resume ../run").within(&folder.path().join("below")).run("a\nb\n").check(0);
    assert_eq!(events(&folder.path().join("events.jsonl")), second);
    let line = "resume ../run --events third.jsonl";
    Start::polymer(line).within(&folder.path().join("below")).run("a\nb\n").check(0);
    assert_eq!(events(&folder.path().join("below/third.jsonl"))[0]["session"], 4);
    let line = "resume ../run --events fd:3";
    let ended = Start::polymer(line).within(&folder.path().join("below")).run("a\nb\n").check(96);
    ended.check_says("cannot write events to fd:3: Bad file descriptor");
}

#[test]
fn a_descriptor_takes_them_and_attempts_are_among_them_without_a_folder() {
    let folder = TempFolder::new();
    let line = format!("polymer run {} -j 1 --events fd:5 5>events", probe());
    shell(&folder, &line, "args\npanic\n", 100);
    let events = events(&folder.path().join("events"));
    let kinds = kinds(&events);
    let count = |kind| kinds.iter().filter(|other| **other == kind).count();
    assert_eq!((count("attempt_started"), count("task_done")), (2, 2), "{kinds:?}");
    assert_eq!(events.last().unwrap()["complete"], true);
    // A new run replaces the file.
    let line = format!("polymer run {} -j 1 --events events", wat("silent"));
    shell(&folder, &line, "", 0);
    assert!(!fs::read_to_string(folder.path().join("events")).unwrap().contains("attempt_started"));
}

/// More than a pipe and what may wait take.
const TASKS: usize = 40_000;

#[test]
fn who_does_not_read_holds_nothing_back_and_hears_how_much_is_missing() {
    let folder = TempFolder::new();
    let fifo = folder.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let line = format!("seq {TASKS} | polymer run {} --emit seq --events fd:3 3>fifo", wat("silent"));
    let mut running = Start::shell(&line).within(folder.path()).start();
    let mut events = fs::File::open(&fifo).unwrap();
    for _ in 0..TASKS {
        running.line();
    }
    let mut text = String::new();
    events.read_to_string(&mut text).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let missing: u64 = lines.iter().filter_map(|line| line["lines"].as_u64()).sum();
    let done = kinds(&lines).iter().filter(|kind| **kind == "task_done").count();
    assert!(missing > 0 && done > 0, "{missing} {done}");
    assert!(lines.len() as u64 + missing > 2 * TASKS as u64, "{} {missing}", lines.len());
    assert_eq!(running.end().status.code(), Some(0));
}

#[test]
fn a_reader_that_goes_away_is_told_of_once() {
    let line = format!("seq 100 | polymer run {} --emit none --events /dev/full", wat("silent"));
    let ended = Start::shell(&line).run("").check(0);
    let warn = "warn: events cannot be written to /dev/full, so lines are missing: No space left on device";
    assert_eq!(ended.stderr.matches(warn).count(), 1, "{}", ended.stderr);
}

#[test]
fn what_takes_no_events_is_said_before_anything_runs() {
    let folder = TempFolder::new();
    fs::copy(wat("silent"), folder.path().join("m.wat")).unwrap();
    for (flags, code, says) in [
        ("--events -", 2, "standard stream here"),
        ("--events fd:1", 2, "at least 3"),
        ("--events fd:77", 96, "cannot write events to fd:77: Bad file descriptor"),
        ("--events none/events", 96, "cannot write events to none/events: No such file or directory"),
        ("-o out --events out", 96, "--events out is the same file as --output out"),
        ("-o out --events fd:3 3>>out", 96, "--events fd:3 is the same file as --output out"),
        ("--events m.wat", 96, "--events m.wat is the same file as the module m.wat"),
    ] {
        let ended = shell(&folder, &format!("polymer run m.wat {flags}"), "a\n", code);
        ended.check_says(says);
        assert_eq!(ended.stdout, "");
    }
}
