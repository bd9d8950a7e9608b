//! What one worker process serves: one attempt, one module, or any; and workers that have lived
//! long enough.

use super::support::{Ended, Running, Start, TempFolder, by_id, console, example, processes, wat};
use serde_json::json;

/// How many workers were started to run tasks, as the log tells.
fn started(ended: &Ended) -> usize {
    ended.stderr.lines().filter(|line| line.contains("worker started to run module")).count()
}

/// Says one line after the other, each when the record of the one before is there.
fn one_by_one(line: &str, lines: u32) -> Ended {
    let mut running = Start::polymer(line).start();
    for _ in 0..lines {
        running.say("");
        running.record().check_ok(&json!(""));
    }
    running.end().check(0)
}

/// The process that runs a task which waits a while.
fn process_of_next(running: &mut Running, text: &str) -> u32 {
    running.say(&format!(r#"{{"text":"{text}","wait":3}}"#));
    running.says(&format!("task {text} attempt 1: dispatched"));
    let workers = processes::run_workers(running.pid());
    running.record().check_ok(&json!({"text": text, "wait": 3.0, "said": format!("{text} 0.3")}));
    // A spare came later.
    let [worker, ..] = workers.as_slice() else { panic!("nobody runs it") };
    worker.pid
}

#[test]
fn by_default_one_process_serves_tasks_of_a_module_and_with_process_each_has_its_own() {
    for (flags, same) in [("", true), ("--isolation module", true), ("--isolation process", false)] {
        let line = format!("run {} -j 1 --id-field text --log-level debug {flags}", example("simple"));
        let mut running = Start::polymer(&line).start();
        let pids = ["a", "b"].map(|text| process_of_next(&mut running, text));
        assert_eq!(pids[0] == pids[1], same, "{flags}");
        running.end().check(0);
    }
}

#[test]
fn with_process_as_many_workers_start_as_there_are_attempts_and_none_of_them_is_a_restart() {
    let line = format!("run {} -j 2 --isolation process --log-level info", wat("silent"));
    let ended = console(&line, &[""; 10], 0);
    assert_eq!(ended.records().len(), 10);
    assert_eq!(started(&ended), 10);
    ended.check_says("\n10 workers recycled\n");
}

#[test]
fn a_failure_is_tried_again_in_another_process() {
    let line = format!("run {} -j 1 --isolation process --retries 2 --log-level info", example("faults"));
    let ended = console(&line, &[r#"{"do":"retryable"}"#], 100);
    assert_eq!(ended.records()[0].number("/attempts"), 3);
    assert_eq!(started(&ended), 3);
}

#[test]
fn a_worker_is_replaced_after_as_many_attempts_as_it_may_make() {
    let line = format!("run {} -j 1 --max-tasks-per-worker 3 --log-level info", wat("silent"));
    let ended = console(&line, &[""; 10], 0);
    for record in ended.records() {
        record.check_ok(&json!(""));
        assert_eq!(record.number("/attempts"), 1);
    }
    assert_eq!(started(&ended), 4);
    ended.check_says("worker recycled: it made 3 attempts, which is its limit");
    ended.check_says("\n3 workers recycled\n");
}

#[test]
fn a_worker_that_has_too_much_memory_is_replaced_and_the_run_goes_on() {
    // Every worker has more than that.
    let line = format!("run {} -j 1 --max-worker-memory 1KiB --log-level info", wat("silent"));
    let ended = one_by_one(&line, 5);
    assert_eq!(started(&ended), 5);
    ended.check_says(" of memory, more than its limit");
    // And work that was sent ahead comes back.
    let ended = console(&line, &[""; 100], 0);
    let records = ended.records();
    assert_eq!(records.len(), 100);
    assert!(records.iter().all(|record| record.number("/attempts") == 1));
    assert!(started(&ended) > 1);
}

#[test]
fn the_memory_of_an_attempt_that_is_over_costs_no_worker() {
    let line = format!("run {} -j 1 --max-worker-memory 32MiB --log-level info", wat("fills"));
    let ended = one_by_one(&line, 3);
    assert_eq!(started(&ended), 1);
    assert!(ended.records().iter().all(|record| record.number("/stats/peak_memory_bytes") == 64 << 20));
}

#[test]
fn with_instance_one_worker_serves_every_module_of_a_run() {
    let (simple, wordcount, silent) = (example("simple"), example("wordcount"), wat("silent"));
    let lines: Vec<String> = (0..12)
        .map(|task| {
            let (module, input) = match task % 3 {
                0 => (&simple, json!({"text": "hi"})),
                1 => (&wordcount, json!("one two")),
                _ => (&silent, json!("")),
            };
            json!({"id": task.to_string(), "module": module, "input": input}).to_string()
        })
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let run = |flags: &str| {
        let ended = console(&format!("run --tasks - -j 1 --log-level info {flags}"), &lines, 0);
        let records = by_id(ended.records());
        assert_eq!(records.len(), 12);
        for task in 0..12 {
            let record = &records[&task.to_string()];
            match task % 3 {
                0 => record.check_ok(&json!({"text": "hi", "wait": 0.0, "said": "hi 0.0"})),
                1 => record.check_ok(&json!(r#"{"lines":0,"words":2,"bytes":7}"#)),
                _ => record.check_ok(&json!("")),
            }
            assert_eq!(record.number("/attempts"), 1);
        }
        ended
    };
    let ended = run("--isolation instance");
    let to_run = |ended: &Ended| ended.stderr.lines().filter(|line| line.contains("to run module")).count();
    assert_eq!((to_run(&ended), started(&ended)), (1, 1));
    ended.check_says("slot 1 worker turns to module m");
    let ended = run("");
    assert!(to_run(&ended) >= 3 && !ended.stderr.contains("turns to module"));
}

#[test]
fn with_instance_a_module_that_cannot_be_used_harms_no_other() {
    let folder = TempFolder::new();
    // It compiles; that nobody provides the function is found when it is linked, in a worker that
    // served another.
    let fly = r#"(module (import "wasi_snapshot_preview1" "fly" (func)) (func (export "_start")))"#;
    let fly = folder.file("fly.wat", fly).to_str().unwrap().to_owned();
    let line = |id: &str, module: &str| json!({"id": id, "module": module, "input": ""}).to_string();
    let silent = wat("silent");
    let lines = [line("good", &silent), line("bad", &fly), line("also bad", &fly), line("again", &silent)];
    let lines = lines.each_ref().map(String::as_str);
    let records = by_id(console("run --tasks - -j 1 --isolation instance", &lines, 100).records());
    for id in ["bad", "also bad"] {
        records[id].check("module_invalid", "unknown_import");
    }
    for id in ["good", "again"] {
        records[id].check_ok(&json!(""));
        assert_eq!(records[id].number("/attempts"), 1);
    }
}
