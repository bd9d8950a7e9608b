//! What comes out of a run, as far as its user says: parts of records, outputs in files of their own,
//! and how much of the events a folder keeps.

use super::support::{Record, RunDir, Running, Start, TempFolder, example, parse_all, probe, wat};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

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

/// Kinds of the events in a folder, but for those that say what modules are: a run that goes on
/// holds its modules against them.
fn kinds(dir: &RunDir) -> Vec<String> {
    let kinds = dir.events().into_iter().map(|event| event["event"].as_str().unwrap().to_owned());
    kinds.filter(|kind| kind != "module").collect()
}

/// Waits until the start of `poison` is written.
fn until_poison_runs(running: &mut Running) {
    running.says("task poison attempt ");
    // A whole interval later it is.
    running.says(", 1 running");
    running.says(", 1 running");
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
            format!(
                "{}\n",
                if text == "poison" { json!({"text": text, "wait": 500}) } else { json!({"text": text}) }
            )
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

/// Task records of `probe`, each of which prints a text.
fn printing(tasks: &[(&str, &str)]) -> String {
    let task = |(id, text): &(&str, &str)| {
        format!("{}\n", json!({"id": id, "module": probe(), "input": format!("print {text}")}))
    };
    tasks.iter().map(task).collect()
}

/// Names and content of the files in a folder.
fn files(folder: &Path) -> Vec<(String, String)> {
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
    };
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| file(entry.unwrap())).collect();
    files.sort();
    files
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}

#[test]
fn each_output_has_a_file_that_its_record_names() {
    let folder = TempFolder::new();
    folder.file("tasks", printing(&[("a", "one"), ("../case/1", "two"), ("a", "three")]) + "no record\n");
    let line = "run --tasks tasks -j 1 -k --output-dir out/files -o records.jsonl";
    let run = |line: &str, code| Start::polymer(line).within(folder.path()).run("").check(code);
    run(line, 100);
    let out = folder.path().join("out/files");
    let expected = [("%2E.%2Fcase%2F1", "two"), ("a", "one"), ("a~2", "three")];
    assert_eq!(files(&out), owned(&expected));
    let read = || parse_all(&fs::read_to_string(folder.path().join("records.jsonl")).unwrap());
    let records = read();
    let paths: Vec<_> = records.iter().map(|record| record["/output_file/path"].as_str()).collect();
    let expected = [Some("out/files/a"), Some("out/files/%2E.%2Fcase%2F1"), Some("out/files/a~2"), None];
    assert_eq!(paths, expected);
    assert!(records.iter().all(|record| record["/output"].is_null()));
    assert_eq!(records[2].number("/output_file/bytes"), 5);
    let sum = Start::shell(&format!("sha256sum {}/a~2", out.display())).run("").check(0).stdout;
    assert_eq!(Some(records[2].text("/output_file/sha256")), sum.split(' ').next());
    // What is there might be taken for outputs of another run.
    run(line, 96).check_says("out/files is not empty: ");
    assert_eq!(files(&out).len(), 3);
    folder.file("tasks", printing(&[("a", "one"), ("../case/1", "2"), ("a", "three"), ("b", "four")]));
    run(&format!("{line} --append --skip-done records.jsonl"), 0);
    let added = [("%2E.%2Fcase%2F1", "two"), ("%2E.%2Fcase%2F1~2", "2"), ("a", "one"), ("a~2", "three")];
    assert_eq!(files(&out), owned(&[&added[..], &[("b", "four")]].concat()));
    assert_eq!(read().len(), 6);
}

#[test]
fn a_value_stands_in_its_file_as_json_and_parts_of_records_name_it() {
    let folder = TempFolder::new();
    let line = format!("run {} --id-field text --output-dir out --emit short", example("simple"));
    let ended = Start::polymer(&line).within(folder.path()).run("{\"text\":\"a\"}\n").check(0);
    let record: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&record["id"], &record["output"]), (&json!("a"), &Value::Null));
    assert_eq!(record["output_file"]["path"], "out/a");
    let text = fs::read_to_string(folder.path().join("out/a")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value, json!({"text": "a", "wait": 0.0, "said": "a 0.0"}));
    assert!(!text.contains('\n') && text.len() as u64 == record["output_file"]["bytes"].as_u64().unwrap());
}

/// That each record names a file that has its output.
fn check_named(records: &[Record]) {
    for record in records {
        let text = fs::read_to_string(record.text("/output_file/path")).unwrap();
        assert_eq!(text.len() as u64, record.number("/output_file/bytes"));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["text"], record.id());
    }
}

#[test]
fn a_run_that_goes_on_adds_files_and_replaces_none() {
    let dir = RunDir::new();
    let lines = |texts: &[&str]| {
        let lines: String = texts.iter().map(|text| format!("{}\n", json!({"text": text}))).collect();
        dir.beside().file("input", lines)
    };
    let (input, out) = (lines(&["a", "b"]), dir.beside().path().join("out"));
    let line = format!("{} --id-field text --input {} -j 1", example("simple"), input.display());
    dir.run(&format!("{line} --output-dir {}", out.display())).run("").check(0);
    check_named(&dir.records());
    lines(&["a", "b", "a"]);
    dir.resume("").run("").check(0);
    let names = || files(&out).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(), ["a", "a~2", "b"]);
    check_named(&dir.records());
    dir.rerun("--id b").run("").check(0);
    assert_eq!(names(), ["a", "a~2", "b", "b~2"]);
    let records = dir.records();
    check_named(&records);
    assert_eq!(records.len(), 3);
    let path = records.iter().find(|record| record.id() == "b").unwrap().text("/output_file/path").to_owned();
    assert!(path.ends_with("/b~2"), "{path}");
}

#[test]
fn a_folder_for_outputs_is_no_place_of_anything_else() {
    let silent = wat("silent");
    for (flags, code, says) in [
        ("--dir shared::/shared:rw --output-dir shared", 96, "tasks could change --output-dir shared: "),
        ("--dir shared::/shared:rw --output-dir shared/new", 96, "is granted to them with :rw"),
        ("--output-dir out --log-file out/log", 96, "out/log is a file of --output-dir out"),
        ("--output-dir file", 96, "file is not a folder"),
        ("--output-dir file/new", 110, "cannot "),
        ("--run-dir run --output-dir run", 96, "run is not empty: "),
        ("--output-dir -", 2, "standard stream"),
    ] {
        let folder = TempFolder::new();
        folder.file("file", "whole");
        fs::create_dir(folder.path().join("shared")).unwrap();
        fs::create_dir(folder.path().join("out")).unwrap();
        let line = format!("run {silent} {flags}");
        let ended = Start::polymer(&line).within(folder.path()).run("a\n").check(code);
        ended.check_says(says);
        assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "whole");
        assert!(files(&folder.path().join("shared")).is_empty());
        assert!(!folder.path().join("run").exists(), "{flags}");
    }
    let line = "run --tasks - --client --output-dir out";
    Start::polymer(line).run("").check(2).check_says("--output-dir");
}

#[test]
fn an_output_that_cannot_be_written_ends_the_run() {
    let folder = TempFolder::new();
    let line = format!("run {} -j 1 --id-field text --output-dir out", example("simple"));
    let mut running = Start::polymer(&line).within(folder.path()).start();
    running.say("{\"text\":\"a\"}");
    running.record();
    fs::remove_dir_all(folder.path().join("out")).unwrap();
    running.say("{\"text\":\"b\"}");
    running.end().check(110).check_says("cannot write out/.writing");
}

/// Short ones come by a ring, and long ones between them by the socket.
#[test]
fn answers_of_any_length_are_right_and_nothing_is_run_twice() {
    const TASKS: usize = 3000;
    let text = |number: usize| "x".repeat([0, number * 7919 % 4000][number % 3 % 2]);
    let lines: String =
        (0..TASKS).map(|number| format!("{{\"id\":\"{number}\",\"text\":\"{}\"}}\n", text(number))).collect();
    for flags in ["", "--no-answer-ring"] {
        let line = format!("run {} -j 3 --id-field id {flags}", example("simple"));
        let records = Start::polymer(&line).run(&*lines).check(0).records();
        assert_eq!(records.len(), TASKS, "{flags}");
        for record in records {
            let number = record.id().parse().unwrap();
            assert_eq!((record.verdict(), record.number("/attempts")), ("ok", 1), "{flags} {number}");
            assert_eq!(record.text("/output/said"), format!("{} 0.0", text(number)), "{flags} {number}");
        }
    }
}
