//! What comes out of a run, as far as its user says: parts of records, and how much of the events a
//! folder keeps.

use super::support::{RunDir, Running, Start, TempFolder, example, wat};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;

#[test]
fn outputs_alone_go_to_a_file_a_line_each() {
    let folder = TempFolder::new();
    let line = format!("run {} --emit output -k -o out.jsonl", example("simple"));
    let lines = "{\"text\":\"a\"}\n{\"text\":\"b\",\"wait\":-1}\n{\"text\":\"c\"}\n";
    let ended = Start::polymer(&line).within(folder.path()).run(lines).check(100);
    assert_eq!(ended.stdout, "");
    let text = fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    let outputs: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |text: &str| json!({"text": text, "wait": 0.0, "said": format!("{text} 0.0")});
    assert_eq!(outputs, [of("a"), Value::Null, of("c")]);
    // A later run would find no records there.
    let line = format!("{line} --append");
    let ended = Start::polymer(&line).within(folder.path()).run(lines).check(2);
    ended.check_says("--emit output writes no records");
}

/// Kinds of the events in a folder.
fn kinds(dir: &RunDir) -> Vec<String> {
    dir.events().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}

/// Waits until the start of `poison` is written.
fn until_poison_runs(running: &mut Running) {
    running.says("task poison attempt 1: dispatched");
    // A whole interval later it is.
    running.says("; 1 running");
    running.says("; 1 running");
}

/// Ends a session at once, but in good order.
fn stop(mut running: Running) {
    running.signal(Signal::SIGINT);
    running.says("draining: it was told to stop");
    running.signal(Signal::SIGINT);
    running.end().check(130);
}

#[test]
fn whatever_is_kept_of_events_a_task_is_suspected_for_what_was_lost_under_it() {
    for keeps in ["all", "attempts", "none"] {
        let dir = RunDir::new();
        let input = dir.beside().file("input", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
        let line = format!(
            "{} -j 1 --id-field text --input {} --keep-events {keeps} --log-level debug --log-interval 50ms",
            example("simple"),
            input.display()
        );
        dir.run(&line).run("").check(0);
        let lines = ["a", "b", "poison"].map(|text| {
            format!("{}\n", json!({"text": text, "wait": if text == "poison" { 500 } else { 0 }}))
        });
        dir.beside().file("input", lines.concat());
        let mut running = dir.resume("").start();
        until_poison_runs(&mut running);
        running.signal(Signal::SIGKILL);
        running.end();
        let mut running = dir.resume("").start();
        until_poison_runs(&mut running);
        stop(running);
        let (found, unsettled) = (kinds(&dir), ["session", "session_ended", "session", "attempt_started"]);
        if keeps == "none" {
            assert_eq!(found, [&unsettled[..], &["session", "session_ended"]].concat());
        } else {
            let count = |kind: &str| found.iter().filter(|found| *found == kind).count();
            assert_eq!((count("session"), count("attempt_started")), (3, 4), "{found:?}");
            assert_eq!(found.contains(&"jail".to_owned()), keeps == "all", "{found:?}");
        }
        let mut running = dir.resume("").start();
        until_poison_runs(&mut running);
        running.signal(Signal::SIGKILL);
        running.end();
        // For the second time, so nothing is to be lost with it: it is a suspect now.
        let events = dir.beside().path().join("watched");
        let mut running = dir.resume(&format!("--events {}", events.display())).start();
        until_poison_runs(&mut running);
        stop(running);
        let watched = fs::read_to_string(events).unwrap();
        let started = watched.lines().find(|line| line.contains("\"attempt_started\"")).unwrap();
        let started: Value = serde_json::from_str(started).unwrap();
        assert_eq!((&started["id"], &started["alone"]), (&json!("poison"), &json!(true)), "{keeps}");
        dir.beside().file("input", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"text\":\"poison\"}\n");
        dir.resume("").run("").check(0);
        assert_eq!(dir.records().len(), 3);
        if keeps == "none" {
            let kinds = kinds(&dir);
            assert!(!kinds.contains(&"attempt_started".to_owned()), "{kinds:?}");
        }
    }
}

#[test]
fn a_folder_may_keep_more_or_less_from_one_session_to_the_next() {
    let dir = RunDir::new();
    dir.run(&format!("{} --keep-events none", wat("silent"))).run("a\nb\n").check(0);
    assert_eq!(kinds(&dir), ["session", "session_ended"]);
    dir.resume("--keep-events all").run("a\nb\nc\n").check(0);
    assert_eq!(dir.events_of(2, "task_done").len(), 1);
    assert_eq!(dir.events_of(2, "engine").len(), 1);
    dir.resume("--keep-events none").run("a\nb\nc\nd\n").check(0);
    assert_eq!(kinds(&dir), ["session", "session_ended"].repeat(3));
    assert_eq!(dir.records().len(), 4);
    let path = dir.path().display();
    let status = Start::polymer(&format!("status {path} --json")).run("").check(0).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!((&status["state"], &status["sessions"]), (&json!("finished"), &json!(3)));
}
