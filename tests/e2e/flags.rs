//! Flags of a run: order, retries, giving up, and the command line itself.

use super::support::{Start, TempFolder, by_id, console, example, parse_all, wat};
use serde_json::json;

#[test]
fn records_come_as_tasks_end_or_in_the_order_of_their_lines() {
    let lines = [r#"{"wait":5,"text":"slow"}"#, r#"{"text":"fast"}"#];
    let ids = |flags: &str| -> Vec<String> {
        let ended = console(&format!("run {} -j 2 {flags}", example("simple")), &lines, 0);
        ended.records().iter().map(|record| record.id().to_owned()).collect()
    };
    assert_eq!(ids(""), ["2", "1"]);
    assert_eq!(ids("-k"), ["1", "2"]);
}

#[test]
fn records_can_go_to_a_file() {
    let folder = TempFolder::new();
    let path = folder.path().join("records.jsonl");
    let ended = console(&format!("run {} -o {}", wat("silent"), path.display()), &["a", "b"], 0);
    assert_eq!(ended.stdout, "");
    assert_eq!(parse_all(&std::fs::read_to_string(path).unwrap()).len(), 2);
}

#[test]
fn a_failure_that_may_pass_is_tried_again_as_often_as_allowed() {
    let line = format!("run {} --retries 2 --id-field do", example("faults"));
    let lines = [r#"{"do":"retryable","retry-after-ms":20}"#, r#"{"do":"fail"}"#, r#"{"do":"panic"}"#];
    let ended = console(&line, &lines, 100);
    let records = by_id(ended.records());
    let again = &records["retryable"];
    again.check("task_error", "failure");
    assert_eq!(again.number("/attempts"), 3);
    assert_eq!(again.history(), ["task_error"; 2]);
    assert_eq!(again["/history/1/attempt"], 2);
    for id in ["fail", "panic"] {
        assert_eq!((records[id].number("/attempts"), records[id].history().len()), (1, 0));
    }
    ended.check_says("retries: 2\n");
}

#[test]
fn a_run_gives_up_after_as_many_failures_as_allowed() {
    let line = format!("run {} -j 1 --max-fail 2", example("faults"));
    let mut running = Start::polymer(&line).start();
    for _ in 0..2 {
        running.say(r#"{"do":"fail"}"#);
        running.record().check("task_error", "asked");
    }
    // It ends though its input does not.
    let held = running.take_stdin();
    let ended = running.end().check(106);
    drop(held);
    assert_eq!(ended.records().len(), 2);
    ended.check_says("halted: 2 tasks failed, which is the limit");
}

#[test]
fn lines_behind_the_last_failure_allowed_are_counted() {
    let lines = [r#"{"do":"fail"}"#].repeat(500);
    let ended = console(&format!("run {} -j 1 --max-fail 1", example("faults")), &lines, 106);
    let records = ended.records();
    assert!(!records.is_empty() && records.len() < 500, "{} records", records.len());
    by_id(records);
}

#[test]
fn a_command_line_that_is_wrong_is_a_usage_error() {
    for line in
        ["", "run", "run a.wasm --fuel 0", "run a.wasm --tasks t", "run a.wasm -j 0", "walk", "run a b c"]
    {
        let ended = console(line, &[], 2);
        assert_eq!(ended.stdout, "", "polymer {line}");
        assert!(!ended.stderr.is_empty(), "polymer {line}");
    }
    console("run a.wasm --memory 5XB", &[], 2).check_says("unknown unit `XB`; write a size as `64KiB`");
}

#[test]
fn help_and_version_are_asked_for_on_stdout() {
    for (line, part) in [
        ("--help", "Examples:"),
        ("run --help", "Exit codes: 0 every task ended ok"),
        ("inspect --help", "Usage: polymer inspect [OPTIONS] <MODULE>"),
        ("--version", "polymer 0."),
    ] {
        let ended = console(line, &[], 0);
        assert!(ended.stdout.contains(part), "polymer {line} prints {}", ended.stdout);
        assert_eq!(ended.stderr, "", "polymer {line}");
    }
}

#[test]
fn workers_are_as_many_as_asked_for() {
    let ended = console(&format!("run {} -j 3", example("simple")), &[r#"{"wait":0.1}"#; 6], 0);
    ended.check_says("; 3 workers ");
    for record in ended.records() {
        assert!((1..=3).contains(&record.number("/worker")));
        record.check_ok(&json!({"text": "", "wait": 0.1, "said": " 0.01"}));
    }
}
