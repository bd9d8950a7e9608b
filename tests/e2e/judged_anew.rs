//! What is judged anew: tasks that ended in an earlier session, and of which only what is expected,
//! or who checks them, has changed since. No attempt is made at them.

use super::checking::says;
use super::support::{Record, RunDir, by_id, example, probe};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;

/// A task that prints this, of which `expect` is expected.
fn task(id: &str, prints: &str, expect: Value) -> Value {
    json!({"id": id, "module": probe(), "input": format!("print {prints}"), "expect": expect, "points": 2})
}

fn put(dir: &RunDir, tasks: &[Value]) -> String {
    let lines: Vec<String> = tasks.iter().map(Value::to_string).collect();
    dir.beside().file("tasks.jsonl", lines.join("\n")).to_str().unwrap().to_owned()
}

/// Ids of the tasks that a session made an attempt at.
fn started(dir: &RunDir, session: usize) -> Vec<String> {
    let events = dir.events_of(session, "attempt_started");
    let mut ids: Vec<_> = events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// The parts of a record that tell of its attempts.
fn attempts_of(record: &Record) -> Vec<Value> {
    let parts = ["/attempts", "/worker", "/started", "/stats", "/log", "/output", "/judge/execution"];
    parts.iter().map(|part| record[*part].clone()).collect()
}

#[test]
fn what_only_its_expectation_changed_of_is_judged_by_what_it_gave() {
    let dir = RunDir::new();
    let output = |text: &str| json!({"output": text});
    let exit = |code: u32| json!({"id": "exit", "module": example("exitcode"), "input": "3", "expect": {"exit_code": code}});
    let trap = |verdict: &str| {
        let input = json!({"do": "panic"});
        json!({"id": "trap", "module": example("faults"), "input": input, "expect": {"verdict": verdict}})
    };
    let tasks = [
        task("right", "a", output("a")),
        task("wrong", "b", output("x")),
        task("same", "c", output("c")),
        task("other input", "d", output("d")),
        task("nothing expected", "e", output("e")),
        exit(4),
        trap("ok"),
    ];
    let file = put(&dir, &tasks);
    dir.run(&format!("--tasks {file}")).run("").check(100);
    let before = by_id(dir.records());
    let changed = [
        task("right", "a", output("x")),
        task("wrong", "b", output("b")),
        task("same", "c", output("c")),
        task("other input", "D", output("D")),
        json!({"id": "nothing expected", "module": probe(), "input": "print e"}),
        exit(3),
        trap("trap"),
    ];
    put(&dir, &changed);
    let ended = dir.resume("").run("").check(100);
    ended.check_says("lines judged anew: 4 (only what is expected of them changed)");
    ended.check_says("lines run again because they changed: 2");
    assert_eq!(started(&dir, 2), ["nothing expected", "other input"]);
    let after = by_id(dir.records());
    assert_eq!(after.len(), tasks.len(), "records are replaced, never doubled");
    for (id, verdict) in [("right", "wrong_output"), ("wrong", "ok"), ("exit", "ok"), ("trap", "ok")] {
        assert_ne!(before[id].verdict(), verdict, "{id}");
        assert_eq!(after[id].verdict(), verdict, "{id}");
        assert_eq!(attempts_of(&after[id]), attempts_of(&before[id]), "{id}");
        assert_ne!(after[id]["/content"], before[id]["/content"], "{id}");
    }
    assert_eq!((&after["wrong"]["/judge/points"], &after["right"]["/judge/points"]), (&json!(2), &json!(0)));
    assert_eq!(after["trap"].text("/judge/ended/verdict"), "trap");
    assert_eq!(after["nothing expected"]["/judge"], Value::Null);
    // There and back, from what was judged anew itself.
    put(&dir, &tasks);
    dir.resume("").run("").check(100).check_says("lines judged anew: 4");
    let again = by_id(dir.records());
    for id in ["right", "wrong", "exit", "trap"] {
        assert_eq!(attempts_of(&again[id]), attempts_of(&before[id]), "{id}");
        assert_eq!(again[id]["/judge"], before[id]["/judge"], "{id}");
        assert_eq!(again[id]["/error"], before[id]["/error"], "{id}");
    }
    // Nothing is left to do.
    dir.resume("").run("").check(100);
    assert_eq!(started(&dir, 4), [""; 0]);
}

#[test]
fn an_output_that_is_not_in_its_record_is_made_again() {
    let dir = RunDir::new();
    let outputs = dir.beside().path().join("outputs");
    let file = put(&dir, &[task("a", "a", json!({"output": "a"}))]);
    dir.run(&format!("--tasks {file} --output-dir {}", outputs.display())).run("").check(0);
    put(&dir, &[task("a", "a", json!({"output": "b"}))]);
    dir.resume("").run("").check(100).check_says("lines run again because they changed: 1");
    assert_eq!(started(&dir, 2), ["a"]);
}

#[test]
fn what_another_checker_judges_now_is_checked_and_not_run() {
    let dir = RunDir::new();
    let copy = dir.beside().path().join("checker.wat");
    fs::write(&copy, says("{\\22accept\\22:true}", 15)).unwrap();
    let tasks =
        [task("a", "a", json!({"output": "x"})), task("b", "b", json!({})), task("c", "c", json!({}))];
    let file = put(&dir, &tasks);
    dir.run(&format!("--tasks {file} --checker {}", copy.display())).run("").check(0);
    let before = by_id(dir.records());
    fs::write(&copy, says("{\\22accept\\22:false}", 16)).unwrap();
    put(&dir, &[tasks[0].clone(), tasks[1].clone(), task("c", "other", json!({}))]);
    let ended = dir.resume("").run("").check(100);
    ended.check_says("lines judged anew: 2");
    ended.check_says("lines run again because they changed: 1");
    assert_eq!(started(&dir, 2), ["c"]);
    let mut after = by_id(dir.records());
    after.remove("c").unwrap().check("wrong_output", "checker");
    for (id, record) in &after {
        record.check("wrong_output", "checker");
        assert_eq!(attempts_of(record), attempts_of(&before[id]), "{id}");
    }
}

#[test]
fn a_supervisor_that_is_killed_between_leaves_what_the_next_one_completes() {
    let dir = RunDir::new();
    let copy = dir.beside().path().join("checker.wat");
    fs::write(&copy, says("{\\22accept\\22:true}", 15)).unwrap();
    let compared = |output: &str| {
        let mut task = task("compared", "a", json!({"output": output}));
        task.as_object_mut().unwrap().insert("compare".to_owned(), json!("exact"));
        task
    };
    let checked = task("checked", "a", json!({}));
    let file = put(&dir, &[compared("b"), checked.clone()]);
    dir.run(&format!("--tasks {file} --checker {} --timeout 60s", copy.display())).run("").check(100);
    let before = by_id(dir.records());
    // One is judged at once, and the other by a checker that does not come to an end.
    let endless = r#"(module (memory (export "memory") 1) (func (export "_start") (loop br 0)))"#;
    put(&dir, &[compared("a"), checked]);
    for is_first in [true, false] {
        fs::write(&copy, endless).unwrap();
        let lengths = || ["results.jsonl", "events.jsonl"].map(|name| dir.whole(name).len());
        let [records, events] = lengths();
        let mut running = dir.resume("").start();
        let deadline = running.deadline();
        let has_gone_on = || {
            let [more_records, more_events] = lengths();
            more_events > events && (more_records > records || !is_first)
        };
        while running.goes_on(deadline) && !has_gone_on() {
            std::thread::yield_now();
        }
        running.signal(Signal::SIGKILL);
        running.end();
    }
    fs::write(&copy, says("{\\22accept\\22:false}", 16)).unwrap();
    dir.resume("").run("").check(100);
    let after = by_id(dir.records());
    assert_eq!((dir.records().len(), after["compared"].verdict()), (2, "ok"));
    after["checked"].check("wrong_output", "checker");
    for session in 2..=4 {
        assert_eq!(started(&dir, session), [""; 0], "{session}");
    }
    for (id, record) in &after {
        assert_eq!(attempts_of(record), attempts_of(&before[id]), "{id}");
    }
}
