//! What is tried again, and when a run gives up: flags, what becomes of tasks, and what their
//! records tell of each attempt.

use super::support::{Record, Start, console, example, wat};
use serde_json::{Value, json};

/// Runs `faults` over these inputs and gives the records, in order.
#[track_caller]
fn faults(flags: &str, inputs: &[&str], code: i32) -> Vec<Record> {
    let records = console(&format!("run {} -k {flags}", example("faults")), inputs, code).records();
    assert_eq!(records.len(), inputs.len(), "a record for each line");
    records
}

#[test]
fn a_flaky_task_succeeds_on_its_third_attempt_with_all_three_in_the_record() {
    let flaky = r#"{"do":"flaky","until":3}"#;
    let record = &faults("--retries 2", &[flaky], 0)[0];
    record.check_ok(&json!("done"));
    assert_eq!((record.number("/attempts"), record.history()), (3, vec!["task_error", "task_error"]));
    for (at, number) in [(0, 1), (1, 2)] {
        assert_eq!(record.number(&format!("/history/{at}/attempt")), number);
        let message = record.text(&format!("/history/{at}/error/message"));
        assert_eq!(message, format!("attempt {number} is too early"));
        assert!(record.number(&format!("/history/{at}/stats/fuel")) > 0);
    }
    let record = &faults("--retries 1", &[flaky], 100)[0];
    assert_eq!((record.verdict(), record.number("/attempts")), ("task_error", 2));
}

#[test]
fn waits_between_attempts_are_as_long_as_was_said_and_told() {
    let line = format!(
        "run {} --retries 2 --retry-delay 100ms --retry-backoff exponential --log-level info",
        example("faults")
    );
    let ended = console(&line, &[r#"{"do":"flaky","until":3}"#], 0);
    ended.check_says("task 1 attempt 1: tried again in 100.00 ms after task_error");
    ended.check_says("task 1 attempt 2: tried again in 200.00 ms after task_error");
    ended.check_says("retries: 2");
}

#[test]
fn only_named_verdicts_are_tried_again_unasked() {
    let inputs = [r#"{"do":"panic"}"#, r#"{"do":"fail"}"#, r#"{"do":"bad-input"}"#];
    let attempts = |flags: &str| {
        let records = faults(flags, &inputs, 100);
        records.iter().map(|record| record.number("/attempts")).collect::<Vec<_>>()
    };
    assert_eq!(attempts("--retries 2"), [1, 1, 1]);
    assert_eq!(attempts("--retries 2 --retry-on trap"), [3, 1, 1]);
    assert_eq!(attempts("--retries 1 --retry-on trap,task_error"), [2, 2, 1]);
    let line = format!("run {} --retries 1 --retry-on quarantined", example("faults"));
    Start::polymer(&line).run("").check(2).check_says("--crash-limit");
}

#[test]
fn what_runs_out_of_fuel_is_tried_with_more_and_both_costs_are_told() {
    let inputs = [r#"{"do":"divide","rounds":1000000}"#, r#"{"do":"spin"}"#, r#"{"do":"ok"}"#];
    let line =
        format!("run {} -k -j 1 --fuel 1M --escalate fuel=4x,max=50M --log-level info", example("faults"));
    let ended = console(&line, &inputs, 100);
    ended.check_says("task 1 attempt 1: tried again with a fuel of 4M after fuel_exhausted");
    ended.check_says("tried again with more: ");
    let records = ended.records();
    // It divides by zero in the end, once it has the fuel to come so far.
    let [divide, spin, ok] = records.as_slice() else { panic!("{records:?}") };
    divide.check("trap", "divide_by_zero");
    assert!(divide.history().iter().all(|verdict| *verdict == "fuel_exhausted"), "{divide:?}");
    assert_eq!(divide.number("/history/0/stats/fuel"), 1_000_000);
    assert!(divide.number("/stats/fuel") > 1_000_000, "{divide:?}");
    spin.check("fuel_exhausted", "fuel");
    assert_eq!(spin.history(), ["fuel_exhausted"; 3]);
    let fuel = [0, 1, 2].map(|at| spin.number(&format!("/history/{at}/stats/fuel")));
    assert_eq!((fuel, spin.number("/stats/fuel")), ([1_000_000, 4_000_000, 16_000_000], 50_000_000));
    assert_eq!((ok.number("/attempts"), ok.history().len()), (1, 0));
}

#[test]
fn larger_outputs_and_memories_are_had_and_a_record_that_asked_for_less_keeps_that() {
    let line = format!(
        "run {} -k --output-limit 1000 --memory 16MiB --escalate output=100x,max=1MiB --escalate memory=2x,max=32MiB",
        example("faults")
    );
    let records = console(&line, &[r#"{"do":"flood","bytes":500000}"#, r#"{"do":"hog"}"#], 100).records();
    assert_eq!((records[0].verdict(), records[0].history()), ("ok", vec!["output_exceeded"; 2]));
    assert_eq!(records[0].number("/stats/output_bytes"), 500_002);
    records[1].check("memory_exceeded", "memory");
    assert_eq!(records[1].history(), ["memory_exceeded"]);
    assert!(records[1].number("/stats/peak_memory_bytes") > 16 << 20, "{:?}", records[1]);
    let task = |limits: Value| {
        json!({"module": example("faults"), "input": {"do": "spin"}, "limits": limits}).to_string()
    };
    let tasks = [task(json!({"fuel": "1M"})), task(json!({}))];
    let tasks = tasks.each_ref().map(String::as_str);
    let line = "run --tasks - -k --fuel 2M --escalate fuel=2x,max=4M";
    let records = console(line, &tasks, 100).records();
    assert_eq!((records[0].number("/attempts"), records[0].number("/stats/fuel")), (1, 1_000_000));
    assert_eq!((records[1].number("/attempts"), records[1].number("/stats/fuel")), (2, 4_000_000));
}

#[test]
fn no_more_is_promised_than_each_attempt_has() {
    let line = format!("run {} --escalate fuel=4x,max=1G", example("faults"));
    let ended = Start::polymer(&line).run("").check(2);
    ended.check_says("fuel cannot be escalated to 1G: each attempt has 30G from the start");
    let line = format!("run {} --escalate fuel=4x,max=40G --escalate fuel=2x,max=50G", example("faults"));
    Start::polymer(&line).run("").check(2).check_says("fuel is escalated twice");
}

#[test]
fn a_timeout_is_made_once_more_alone_before_it_stands() {
    let sleep = r#"{"do":"sleep","seconds":60}"#;
    let line = format!("run {} -j 2 --timeout 200ms --log-level debug", example("faults"));
    let ended = console(&line, &[sleep], 100);
    let record = &ended.records()[0];
    record.check("timeout", "timeout");
    assert_eq!((record.number("/attempts"), record.history()), (2, vec!["timeout"]));
    assert!(record.millis("/history/0/stats/wall_ms") >= 200.0, "{record:?}");
    ended.check_says(
        "task 1 attempt 1: tried once more alone, because the machine may have been too busy, after timeout",
    );
    ended.check_says("task 1 attempt 2: dispatched, alone");
    let record = &faults("--timeout 200ms --no-confirm-timeouts", &[sleep], 100)[0];
    assert_eq!((record.verdict(), record.number("/attempts")), ("timeout", 1));
    let record = &faults("--timeout 200ms --escalate timeout=2x,max=300ms", &[sleep], 100)[0];
    assert_eq!((record.verdict(), record.history()), ("timeout", vec!["timeout"]));
    assert!(record.millis("/stats/wall_ms") >= 300.0, "{record:?}");
}

#[test]
fn a_rate_of_failures_stops_the_run_and_a_share_may_be_accepted() {
    let (ok, fail) = (r#"{"do":"ok"}"#, r#"{"do":"fail"}"#);
    let inputs = [ok, fail, ok, fail, ok, fail, ok, ok, ok, ok];
    // More than lies at a worker when it has had its fill.
    let many = [inputs.as_slice(), &[ok; 300]].concat();
    let run = |inputs: &[&str], flags: &str, code| {
        console(&format!("run {} -j 1 {flags}", example("faults")), inputs, code)
    };
    // Three of the first six are more than half of a percent of many, and may be one percent of
    // them.
    let says = "of 6 tasks failed, certainly more than the 0.5% allowed";
    run(&many, "--max-fail 0.5%", 106).check_says(says);
    assert_eq!(run(&many, "--max-fail 5%", 100).records().len(), 310);
    assert_eq!(run(&inputs, "--accept-fail 30%", 0).records().len(), 10);
    run(&inputs, "--accept-fail 29.9%", 100);
    run(&many, "--accept-fail 30% --max-fail 1", 106).check_says("1 task failed, which is the limit");
}

#[test]
fn a_run_ends_when_its_time_is_up() {
    // A module that compiles in no time, and a guest that never ends.
    let line = format!("run {} -j 1 --fuel 9999T --global-timeout 6s", wat("endless_start"));
    let mut running = Start::polymer(&line).start();
    running.say("begin");
    running.says("draining: the run took 6s, which is the limit");
    let record = running.record();
    assert_eq!((record.verdict(), record.number("/attempts")), ("canceled", 1));
    running.end().check(106).check_says("halted: the run took 6s, which is the limit");
}
