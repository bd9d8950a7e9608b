//! `polymer rerun`, which runs again what failed and nothing else, and `polymer status`.

use super::support::{Record, RunDir, Start, example};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;

/// Lines of `faults` with ids: what they are to do comes from here, and may be changed without
/// making other tasks of them.
fn lines(faults: &[(&str, &str)]) -> String {
    faults.iter().map(|(id, fault)| format!("{}\n", line(id, fault))).collect()
}

fn line(id: &str, fault: &str) -> String {
    format!(r#"{{"do":"{fault}","id":"{id}","seconds":60}}"#)
}

/// A run of `faults` to its end.
fn run(faults: &[(&str, &str)], flags: &str, code: i32) -> RunDir {
    let dir = RunDir::new();
    let input = dir.beside().file("input", lines(faults));
    let module = dir.beside().path().join("faults.wasm");
    fs::copy(example("faults"), &module).unwrap();
    let line = format!(
        "{} -k -j 1 --id-field id --failure-output never --input {} {flags}",
        module.display(),
        input.display()
    );
    dir.run(&line).run("").check(code);
    dir
}

const FAULTS: [(&str, &str); 5] = [("a", "ok"), ("b", "fail"), ("c", "panic"), ("d", "ok"), ("e", "fail")];

/// Id, number of the line and verdict of each record.
fn ends(records: &[Record]) -> Vec<(String, u64, String)> {
    let end = |record: &Record| (record.id().to_owned(), record.number("/seq"), record.verdict().to_owned());
    let mut ends: Vec<_> = records.iter().map(end).collect();
    ends.sort();
    ends
}

fn started(dir: &RunDir, session: usize) -> Vec<Value> {
    let events = dir.events_of(session, "attempt_started");
    events.iter().map(|event| json!([event["id"], event["seq"]])).collect()
}

#[test]
fn only_what_failed_is_run_again_and_has_its_old_number() {
    let dir = run(&FAULTS, "", 100);
    let before = ends(&dir.records());
    dir.rerun("").run("").check(100).check_says("3 lines to run again");
    assert_eq!(started(&dir, 2), [json!(["b", 2]), json!(["c", 3]), json!(["e", 5])]);
    assert_eq!(ends(&dir.records()), before);
    assert_eq!(dir.failed(), [line("b", "fail"), line("c", "panic"), line("e", "fail")]);
    let summary = dir.json("summary.json");
    assert_eq!(summary["complete"], true);
    assert_eq!(summary["verdicts"], json!({"ok": 2, "task_error": 2, "trap": 1}));
    assert!(!dir.names().contains(&"again.jsonl".to_owned()), "{:?}", dir.names());
    // The input is not asked, so it may be gone.
    fs::remove_file(dir.beside().path().join("input")).unwrap();
    dir.rerun("").run("").check(100);
    assert_eq!(ends(&dir.records()), before);
}

#[test]
fn verdicts_may_be_picked() {
    let dir = run(&FAULTS, "", 100);
    dir.rerun("--verdict trap").run("").check(100).check_says("1 line to run again");
    assert_eq!(started(&dir, 2), [json!(["c", 3])]);
    dir.rerun("--verdict timeout,canceled").run("").check(100).check_says("0 lines to run again");
    assert_eq!(started(&dir, 3), Vec::<Value>::new());
    assert_eq!((dir.records().len(), dir.failed().len()), (5, 3));
    dir.rerun("--verdict fine").run("").check(2);
    dir.rerun("--id").run("").check(2);
    // Nothing failed in this one.
    let dir = run(&[("a", "ok")], "", 0);
    dir.rerun("").run("").check(0);
    assert_eq!(dir.records().len(), 1);
}

#[test]
fn what_is_run_again_may_be_given_more() {
    let dir = RunDir::new();
    let line = r#"{"do":"divide","rounds":5000000}"#;
    let input = dir.beside().file("input", format!("{line}\n"));
    dir.run(&format!("{} --fuel 1M --input {}", example("faults"), input.display())).run("").check(100);
    assert_eq!(dir.records()[0].verdict(), "fuel_exhausted");
    dir.rerun("--fuel 1G").run("").check(100);
    assert_eq!(dir.records()[0].verdict(), "trap");
    assert_eq!(dir.records().len(), 1);
}

#[test]
fn a_mended_module_is_what_failures_are_run_again_for() {
    let dir = run(&FAULTS, "", 100);
    let before = dir.bytes("results.jsonl");
    fs::copy(example("simple"), dir.beside().path().join("faults.wasm")).unwrap();
    dir.rerun("").run("").check(96).check_says("hint: `--force` continues the run anyway");
    // Refused is refused: no record went.
    assert_eq!((dir.bytes("results.jsonl"), dir.failed().len()), (before, 3));
    dir.rerun("--force").run("").check(0);
    let records = dir.records();
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|record| record.verdict() == "ok"));
    assert_eq!(dir.failed(), [""; 0]);
}

#[test]
fn modules_of_task_records_are_looked_at_before_records_are_taken_back() {
    let dir = RunDir::new();
    let module = |name: &str| dir.beside().path().join(name);
    for name in ["a.wasm", "b.wasm"] {
        fs::copy(example("faults"), module(name)).unwrap();
    }
    let task = |id: &str, fault: &str| {
        json!({"id": id, "module": format!("{}.wasm", &id[..1]), "input": {"do": fault}}).to_string()
    };
    let tasks = [task("a1", "ok"), task("a2", "fail"), task("b1", "panic"), task("b2", "ok")].join("\n");
    let tasks = dir.beside().file("tasks.jsonl", tasks);
    dir.run(&format!("--tasks {} --failure-output never", tasks.display())).run("").check(100);
    let before = dir.bytes("results.jsonl");
    fs::copy(example("simple"), module("b.wasm")).unwrap();
    // Refused is refused, however the changed module's tasks are picked: no record went.
    for selection in ["", "--id b1", "--verdict trap"] {
        let refused = dir.rerun(selection).run("").check(96);
        refused.check_says("hint: `--force` continues the run anyway");
        assert_eq!((dir.bytes("results.jsonl"), dir.failed().len()), (before.clone(), 2), "{selection}");
        assert_eq!(dir.json("summary.json")["complete"], true);
    }
    // What needs none of its tasks is not refused.
    dir.rerun("--id a2").run("").check(100).check_says("1 line to run again");
    dir.rerun("--force --id b1").run("").check(100).check_says("1 line to run again");
    assert_eq!(dir.records().iter().filter(|record| record.verdict() == "ok").count(), 3);
    // What is gone is its tasks' own failure.
    fs::remove_file(module("a.wasm")).unwrap();
    dir.rerun("--id a2").run("").check(100);
    let gone = dir.records().into_iter().find(|record| record.id() == "a2").unwrap();
    assert_eq!(gone.verdict(), "module_invalid");
}

#[test]
fn what_came_out_of_a_pipe_is_not_given_again() {
    let dir = RunDir::new();
    let line = format!("{} -k --id-field id --failure-output never", example("faults"));
    dir.run(&line).run(lines(&FAULTS)).check(100);
    let before = ends(&dir.records());
    dir.rerun("").run("").check(100).check_says("3 lines to run again");
    assert_eq!(started(&dir, 2), [json!(["b", 2]), json!(["c", 3]), json!(["e", 5])]);
    assert_eq!(ends(&dir.records()), before);
}

#[test]
fn a_second_run_of_failures_that_is_lost_goes_on_with_the_rest() {
    let dir = run(
        &[("a", "ok"), ("b", "fail"), ("c", "sleep"), ("d", "fail")],
        "--timeout 100ms --no-confirm-timeouts",
        100,
    );
    let rerun = format!("rerun {} --timeout 5m --log-level debug", dir.path().display());
    let mut running = Start::polymer(&rerun).start();
    running.says("task c attempt 1: dispatched");
    // So b is over, though its record may not be written.
    running.signal(Signal::SIGKILL);
    running.end();
    dir.rerun("").run("").check(96).check_says("`polymer resume` with this folder finishes it");
    // It is not what the user asked for that counts here, but that nothing is lost.
    dir.resume("--timeout 100ms --force").run("").check(100);
    let ids: Vec<_> = ends(&dir.records()).into_iter().map(|(id, seq, _)| (id, seq)).collect();
    assert_eq!(ids, [("a", 1), ("b", 2), ("c", 3), ("d", 4)].map(|(id, seq)| (id.to_owned(), seq)));
    assert_eq!(dir.failed().len(), 3);
    assert_eq!(dir.json("summary.json")["complete"], true);
    assert!(!started(&dir, 3).contains(&json!(["a", 1])), "what had ended ok ran again");
    dir.rerun("").run("").check(100);
}

#[test]
fn nor_is_it_when_that_was_interrupted() {
    let dir = RunDir::new();
    let line = format!("{} -k --id-field id --timeout 100ms --no-confirm-timeouts", example("faults"));
    dir.run(&line).run(lines(&[("a", "ok"), ("b", "sleep")])).check(100);
    for signal in [Signal::SIGKILL, Signal::SIGINT] {
        let verb = if signal == Signal::SIGKILL { "rerun" } else { "resume" };
        let line = format!("{verb} {} --timeout 5m --force --log-level debug", dir.path().display());
        let mut running = Start::polymer(&line).start();
        running.says("task b attempt ");
        running.signal(signal);
        if signal == Signal::SIGINT {
            running.says("draining");
            running.signal(signal);
        }
        running.end();
    }
    // It ends, and its input does not.
    let mut running = dir.resume("--timeout 100ms --force").start();
    let stdin = running.take_stdin();
    running.end().check(100);
    drop(stdin);
    assert_eq!((dir.records().len(), dir.failed().len()), (2, 1));
    assert_eq!(dir.json("summary.json")["complete"], true);
}

/// What `polymer status` says, as a program reads it and as people do.
fn status(dir: &RunDir) -> (Value, String) {
    let path = dir.path().display();
    let json = Start::polymer(&format!("status {path} --json")).run("").check(0).stdout;
    let text = Start::polymer(&format!("status {path}")).run("").check(0).stdout;
    (serde_json::from_str(&json).unwrap(), text)
}

#[test]
fn where_a_run_stands_can_be_asked_at_any_time() {
    let dir = RunDir::new();
    let mut running = dir
        .run(&format!("{} -j 1 --id-field text --log-level debug --log-interval 50ms", example("simple")))
        .start();
    running.say(r#"{"text":"bad","wait":-1}"#);
    running.says("task bad");
    running.say(r#"{"text":"slow","wait":500}"#);
    running.says("task slow attempt 1: dispatched");
    // A whole interval later its start is written.
    running.says(", 1 running");
    running.says(", 1 running");
    let (now, text) = status(&dir);
    assert_eq!(
        (&now["state"], &now["pid"], &now["sessions"]),
        (&json!("running"), &json!(running.pid()), &json!(1))
    );
    let slow = now["under_way"].as_array().unwrap().last().unwrap();
    assert_eq!((&slow["id"], &slow["seq"], &slow["attempt"]), (&json!("slow"), &json!(2), &json!(1)));
    assert!(text.contains("state      running (process "), "{text}");
    assert!(text.contains("task slow (line 2)"), "{text}");
    running.signal(Signal::SIGKILL);
    running.end();
    let (now, text) = status(&dir);
    assert_eq!((&now["state"], &now["pid"]), (&json!("interrupted"), &Value::Null));
    let next = format!("polymer resume {}", dir.path().display());
    assert_eq!(now["next"], next);
    assert!(text.contains("interrupted: its supervisor was lost") && text.contains(&next), "{text}");
    dir.resume("").run("{\"text\":\"bad\"}\n{\"text\":\"slow\"}\n");
    let (now, text) = status(&dir);
    assert_eq!(
        (&now["state"], &now["records"], &now["sessions"]),
        (&json!("finished"), &json!(2), &json!(2))
    );
    assert_eq!(now["under_way"], json!([]));
    assert!(text.contains("finished"), "{text}");
}
