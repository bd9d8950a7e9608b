//! `--repeat`: an input that is read again, how its lines are counted, and what ends the rounds.

use super::support::{Record, Start, TempFolder, console, example, fixture, wat};
use nix::sys::signal::Signal;
use serde_json::json;
use std::collections::BTreeSet;

fn seqs(records: &[Record]) -> Vec<u64> {
    records.iter().map(|record| record.number("/seq")).collect()
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(Record::id).collect()
}

#[test]
fn each_round_gives_a_record_for_each_line_and_numbers_count_on() {
    let folder = TempFolder::new();
    let input = folder.file("input", "one\ntwo words");
    let line = format!("run {} -k --input {} --repeat 3", example("wordcount"), input.display());
    let records = console(&line, &[], 0).records();
    assert_eq!(seqs(&records), [1, 2, 3, 4, 5, 6]);
    assert_eq!(ids(&records), ["1", "2", "3", "4", "5", "6"]);
    for round in records.chunks(2) {
        round[0].check_ok(&json!(r#"{"lines":1,"words":1,"bytes":4}"#));
        round[1].check_ok(&json!(r#"{"lines":0,"words":2,"bytes":9}"#));
    }
}

#[test]
fn ids_from_fields_and_records_come_again() {
    let folder = TempFolder::new();
    let input = folder.file("input", "\u{feff}{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n");
    let line = format!("run {} -k --id-field text --repeat 2", example("simple"));
    let records = console(&format!("{line} --input {}", input.display()), &[], 0).records();
    assert_eq!((seqs(&records), ids(&records)), (vec![1, 3, 4, 6], vec!["a", "b", "a", "b"]));
    std::fs::copy(fixture("silent.wat"), folder.path().join("silent.wat")).unwrap();
    let tasks = folder.file("tasks", json!({"id": "x", "module": "silent.wat", "input": ""}).to_string());
    let records = console(&format!("run --repeat 3 -k --tasks {}", tasks.display()), &[], 0).records();
    assert_eq!((seqs(&records), ids(&records)), (vec![1, 2, 3], vec!["x"; 3]));
}

#[test]
fn rounds_without_an_end_last_until_they_are_interrupted() {
    let folder = TempFolder::new();
    let input = folder.file("input", "{\"wait\":0.05}\n{\"wait\":0.04}\n");
    let line = format!("run {} -j 2 --log-level debug --repeat forever", example("simple"));
    let mut running = Start::polymer(&format!("{line} --input {}", input.display())).start();
    for _ in 0..10 {
        assert_eq!(running.record().verdict(), "ok");
    }
    running.signal(Signal::SIGINT);
    running.says("draining: it was told to stop");
    let records = running.end().check(130).records();
    assert!(records.len() >= 10, "{} records", records.len());
    assert!(records.iter().all(|record| record.verdict() == "ok"));
    let different: BTreeSet<u64> = seqs(&records).into_iter().collect();
    assert_eq!(different.len(), records.len(), "a number came twice");
}

#[test]
fn rounds_without_an_end_last_until_too_many_tasks_failed() {
    let folder = TempFolder::new();
    let input = folder.file("input", "{\"do\":\"fail\"}\n");
    let line = format!("run {} -j 1 --repeat forever --max-fail 3", example("faults"));
    let ended = console(&format!("{line} --input {}", input.display()), &[], 106);
    assert!(ended.records().len() >= 3, "{}", ended.stdout);
    ended.check_says("halted: 3 tasks failed, which is the limit");
}

#[test]
fn a_round_without_a_task_is_the_last() {
    let folder = TempFolder::new();
    let empty = folder.file("empty", "");
    let line = format!("run {} --repeat forever --input {}", wat("silent"), empty.display());
    assert_eq!(console(&line, &[], 0).stdout, "");
    let blank = folder.file("blank", "\n \n");
    let line = format!("run {} --repeat forever --input {}", example("simple"), blank.display());
    assert_eq!(console(&line, &[], 0).stdout, "");
}

#[test]
fn what_is_read_once_only_is_refused_before_anything_starts() {
    // That there is no such module is not even looked at.
    for line in ["run /nowhere.wasm --repeat 2", "run /nowhere.wasm --repeat forever --input -"] {
        let ended = console(line, &["x"], 2);
        assert_eq!(ended.stdout, "");
        ended.check_says("error: --repeat needs a regular file, but standard input is not one");
    }
    console("run --tasks - --repeat 2", &["{}"], 2).check_says("--repeat needs a regular file");
    console("run a.wasm --repeat 2 --input /dev/null", &[], 2).check_says("but /dev/null is not one");
    console("run a.wasm --repeat 2 --input /nowhere", &[], 96).check_says("error: cannot read /nowhere");
    console("run a.wasm --repeat 0", &[], 2).check_says("write a number of at least 1, or `forever`");
}

#[test]
fn one_round_needs_no_file() {
    let ended = console(&format!("run {} --repeat 1", wat("silent")), &["x"], 0);
    assert_eq!(ended.records().len(), 1);
}

#[test]
fn standard_input_that_is_a_file_is_read_again_from_where_it_stood() {
    let folder = TempFolder::new();
    let input = folder.file("input", "a header\none\ntwo\n");
    let run = format!("polymer run {} -k --repeat 2", example("wordcount"));
    let line = format!("{{ read header; {run}; }} < '{}'", input.display());
    let records = Start::shell(&line).run("").check(0).records();
    assert_eq!(seqs(&records), [1, 2, 3, 4]);
    for record in records {
        record.check_ok(&json!(r#"{"lines":1,"words":1,"bytes":4}"#));
    }
}
