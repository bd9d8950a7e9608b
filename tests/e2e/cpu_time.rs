//! `--cpu-timeout`: what a task works counts and what it waits does not. And timeouts by the clock,
//! which are in no doubt once one of their module stood.

use super::support::{Record, TempFolder, by_id, console, example, wat};
use serde_json::{Value, json};

/// The record of one line that this module is given.
#[track_caller]
fn only(module: &str, flags: &str) -> Record {
    let line = format!("run {} --fuel 9999T {flags}", wat(module));
    let mut records = console(&line, &["go"], 100).records();
    assert_eq!(records.len(), 1);
    records.remove(0)
}

#[test]
fn a_guest_that_works_without_end_uses_up_its_cpu_time_and_nobody_doubts_it() {
    let record = only("hostile/spin", "--cpu-timeout 200ms");
    record.check("timeout", "cpu");
    record.check_wall("engine");
    record.check_message("used more CPU time than its 200ms");
    assert_eq!(record.number("/attempts"), 1);
    assert!((150.0..2000.0).contains(&record.millis("/stats/cpu_ms")), "{record:?}");
    // More time is no cure.
    let record = only("hostile/spin", "--cpu-timeout 50ms --timeout 10s --escalate timeout=2x,max=20s");
    assert_eq!((record.text("/error/code"), record.number("/attempts")), ("cpu", 1));
}

#[test]
fn a_guest_that_leaves_its_work_to_the_host_is_ended_from_outside() {
    let record = only("hostile/random_flood", "--cpu-timeout 100ms");
    record.check("timeout", "cpu");
    record.check_wall("supervisor");
    record.check_message("no answer within the CPU time of 100ms");
    assert_eq!((record.number("/attempts"), &record["/stats/partial"]), (1, &json!(true)));
    assert!(record.millis("/stats/cpu_ms") >= 100.0, "{record:?}");
}

#[test]
fn a_guest_that_sleeps_has_all_of_its_time() {
    let flags = "--cpu-timeout 100ms --timeout 600ms --no-confirm-timeouts";
    let record = only("hostile/sleep", flags);
    record.check("timeout", "timeout");
    assert!(record.millis("/stats/wall_ms") >= 600.0, "{record:?}");
    let line = format!("run {} --cpu-timeout 200ms", example("faults"));
    let records = console(&line, &[r#"{"do":"sleep","seconds":1}"#], 0).records();
    records[0].check_ok(&json!("done"));
}

#[test]
fn a_record_may_ask_for_less_cpu_time_and_for_no_more() {
    let record = |id: &str, limits: Value| {
        json!({"id": id, "module": wat("hostile/spin"), "input": 0, "limits": limits}).to_string()
    };
    let lines = [record("less", json!({"cpu": "50ms"})), record("more", json!({"cpu": 2}))];
    let lines = lines.each_ref().map(String::as_str);
    let records = by_id(console("run --tasks - --fuel 9999T --cpu-timeout 1s", &lines, 100).records());
    records["less"].check("timeout", "cpu");
    records["less"].check_message("than its 50ms");
    records["more"].check("policy_denied", "limit");
    records["more"].check_message("--cpu-timeout 2s would allow it");
    // Where the run has no limit, any is less.
    let records = console("run --tasks - --fuel 9999T", &[lines[0]], 100).records();
    records[0].check("timeout", "cpu");
}

#[test]
fn a_case_of_a_test_has_a_limit_of_its_own() {
    let folder = TempFolder::new();
    let expect = json!({"verdict": "timeout", "error": {"code": "cpu"}});
    let case = json!({"input": "", "limits": {"cpu": "50ms"}, "expect": expect});
    let cases = folder.file("cases.jsonl", format!("{case}\n"));
    console(&format!("test {} {} --fuel 9999T", wat("hostile/spin"), cases.display()), &[], 0);
}

#[test]
fn after_one_timeout_that_stood_the_next_of_the_module_stands_at_once() {
    let sleep = r#"{"do":"sleep","seconds":60}"#;
    let line = format!("run {} -j 1 -k --timeout 200ms", example("faults"));
    let ended = console(&line, &[sleep; 3], 100);
    let attempts: Vec<u64> = ended.records().iter().map(|record| record.number("/attempts")).collect();
    // The second may have been late before the first was tried alone.
    assert!(attempts[0] == 2 && attempts[2] == 1, "{attempts:?}");
}
