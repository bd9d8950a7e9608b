//! The folder of a run: what it holds, what going on with it means, and what is refused.

use super::support::{Record, RunDir, Running, Start, TempFolder, console, example, wat};
use nix::sys::signal::Signal;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;

/// Records by their ids; how many there are of each.
fn ids(records: &[Record]) -> BTreeMap<&str, usize> {
    let mut ids = BTreeMap::new();
    for record in records {
        *ids.entry(record.id()).or_default() += 1;
    }
    ids
}

/// The ids of tasks that were run in a session, from 1.
fn run_in(dir: &RunDir, session: usize) -> Vec<String> {
    let started = dir.events_of(session, "attempt_started");
    started.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

/// A run of `simple` over these lines with `text` as the id, to its end.
fn by_text(lines: &str, flags: &str, code: i32) -> RunDir {
    let dir = RunDir::new();
    let input = dir.beside().file("input", lines);
    let line = format!("{} -j 1 --id-field text --input {} {flags}", example("simple"), input.display());
    dir.run(&line).run("").check(code);
    dir
}

#[test]
fn a_folder_holds_all_of_a_run() {
    let lines =
        "{\"text\":\"a\"}\n\n  {\"wait\": -1,\"text\":\"b\"} \r\nno json\n{\"text\":\"c\",\"wait\":-2}";
    let dir = by_text(lines, "-k --env SECRET=hidden", 100);
    let names = ["events.jsonl", "failed.jsonl", "lock", "results.jsonl", "run.json", "summary.json"];
    assert_eq!(dir.names(), names);
    let records = dir.records();
    assert_eq!(
        ids(&records),
        [("3", 0), ("4", 1), ("a", 1), ("b", 1), ("c", 1)].into_iter().filter(|(_, n)| *n > 0).collect()
    );
    // As they stood, and a newline behind each.
    assert_eq!(
        dir.bytes("failed.jsonl"),
        b"  {\"wait\": -1,\"text\":\"b\"} \r\nno json\n{\"text\":\"c\",\"wait\":-2}\n"
    );
    let summary = dir.json("summary.json");
    assert_eq!((&summary["complete"], &summary["tasks"]), (&json!(true), &json!(4)));
    assert_eq!(summary["verdicts"], json!({"ok": 1, "bad_input": 3}));
    let run = dir.json("run.json");
    assert_eq!(run["sessions"][0]["complete"], true);
    assert_eq!(run["input"]["bytes"], lines.len());
    let sum = format!("sha256sum {}/input", dir.beside().path().display());
    let sum = Start::shell(&sum).run("").check(0).stdout;
    assert_eq!(run["input"]["sha256"], sum.split(' ').next().unwrap());
    assert_eq!(run["grants"], json!(["--env SECRET"]));
    assert_eq!(dir.events_of(1, "task_done").len(), 4);
    assert_eq!(dir.events_of(1, "session_ended").len(), 1);
}

#[test]
fn what_failed_is_an_input_by_itself() {
    let dir = by_text("{\"text\":\"a\"}\n{\"text\":\"b\",\"wait\":-1}\n{\"text\":\"c\"}\n[]\n", "-k", 100);
    let line =
        format!("run {} -k --id-field text --input {}/failed.jsonl", example("simple"), dir.path().display());
    let records = console(&line, &[], 100).records();
    let ended: Vec<_> = records.iter().map(|record| (record.id(), record.verdict())).collect();
    assert_eq!(ended, [("b", "bad_input"), ("2", "bad_input")]);
}

#[test]
fn a_complete_run_has_nothing_left_to_do() {
    let dir = by_text("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "", 0);
    let before = dir.bytes("results.jsonl");
    dir.resume("").run("").check(0).check_says("lines passed over: 2 that had a record");
    assert_eq!(dir.bytes("results.jsonl"), before);
    assert_eq!(run_in(&dir, 2), [""; 0]);
    // Nor does it matter that some failed.
    let dir = by_text("{\"text\":\"a\"}\n{\"text\":\"b\",\"wait\":-1}\n", "", 100);
    dir.resume("").run("").check(100);
    assert_eq!((dir.records().len(), dir.failed().len()), (2, 1));
}

#[test]
fn lines_that_came_since_or_changed_are_run() {
    let dir = by_text("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "", 0);
    // Another line under an old id, a new one, and none of b any more.
    dir.beside().file("input", "{\"text\":\"c\"}\n{\"text\":\"a\",\"wait\":-1}\n");
    dir.resume("").run("").check(100);
    assert_eq!(run_in(&dir, 2), ["c", "a"]);
    assert_eq!(ids(&dir.records()), [("a", 1), ("b", 1), ("c", 1)].into());
}

#[test]
fn equal_lines_have_a_record_each() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "x\nx\ny\n");
    dir.run(&format!("{} -j 2 --input {}", wat("silent"), input.display())).run("").check(0);
    let keys = |dir: &RunDir| {
        let mut keys = BTreeMap::new();
        for record in dir.records() {
            *keys.entry(record.text("/key").to_owned()).or_insert(0) += 1;
        }
        let mut counts: Vec<i32> = keys.into_values().collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(keys(&dir), [1, 2]);
    dir.beside().file("input", "y\nx\nz\nx\nx\ny\n");
    dir.resume("").run("").check(0);
    assert_eq!(keys(&dir), [1, 2, 3]);
}

#[test]
fn a_pipe_is_given_again() {
    let dir = RunDir::new();
    let mut running = dir.run(&format!("{} -j 1 --log-interval 50ms", example("simple"))).start();
    running.say(r#"{"text":"a"}"#);
    running.says("progress: 1 done");
    running.signal(Signal::SIGINT);
    let stdin = running.take_stdin();
    let ended = running.end().check(130);
    drop(stdin);
    ended.check_says(&format!("polymer resume {}", dir.path().display()));
    assert_eq!(dir.records().len(), 1);
    dir.resume("").run("{\"text\":\"a\"}\n{\"text\":\"b\"}\n").check(0);
    let outputs: Vec<_> = dir.records().iter().map(|record| record["/output/text"].clone()).collect();
    assert_eq!(outputs, ["a", "b"]);
}

#[test]
fn a_run_goes_on_from_wherever_it_is_told_to() {
    let folder = TempFolder::new();
    folder.file("input", "x\n");
    fs::copy(wat("silent"), folder.path().join("silent.wat")).unwrap();
    let there = folder.path().display();
    let run = format!("cd {there} && polymer run silent.wat --input input --run-dir sub/run");
    Start::shell(&run).run("").check(0);
    folder.file("input", "x\ny\n");
    Start::shell(&format!("cd / && polymer resume {there}/sub/run")).run("").check(0);
    Start::shell(&format!("cd {there}/sub && polymer resume run")).run("").check(0);
    let results = fs::read_to_string(folder.path().join("sub/run/results.jsonl")).unwrap();
    assert_eq!(results.lines().count(), 2);
    // Flags behind it name what is seen from there.
    folder.file("sub/other", "z\n");
    Start::shell(&format!("cd {there}/sub && polymer resume run --input other")).run("").check(0);
    let results = fs::read_to_string(folder.path().join("sub/run/results.jsonl")).unwrap();
    assert_eq!(results.lines().count(), 3);
}

#[test]
fn one_command_begins_a_run_and_goes_on_with_it() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "x\n");
    let line = format!("{} --input {}", wat("silent"), input.display());
    dir.run(&format!("{line} --resume")).run("").check(0);
    dir.beside().file("input", "x\ny\n");
    dir.run(&format!("{line} --resume")).run("").check(0);
    assert_eq!(dir.records().len(), 2);
    let ended = dir.run(&line).run("").check(96);
    ended.check_says("already holds a run");
    ended.check_says("hint: `polymer resume`");
    assert_eq!(dir.records().len(), 2);
    let other = TempFolder::new();
    other.file("thesis.tex", "");
    let line = format!("run {} --run-dir {}", wat("silent"), other.path().display());
    console(&line, &["x"], 96).check_says("is not empty, but holds no run: thesis.tex is in it");
    for verb in ["resume", "rerun", "status", "export", "report"] {
        let line = format!("{verb} {}", other.path().display());
        console(&line, &[], 96).check_says("holds no run");
    }
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1, "something was put beside what is not ours");
}

#[test]
fn other_limits_are_another_run_unless_that_is_forced() {
    let dir = by_text("{\"text\":\"a\"}\n", "--fuel 1G", 0);
    dir.beside().file("input", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    let before = dir.bytes("events.jsonl");
    let ended = dir.resume("--fuel 2G --timeout 3s").run("").check(96);
    ended.check_says("was started with other settings: ");
    ended.check_says("--fuel was 1G and is 2G");
    ended.check_says("--timeout was ");
    ended.check_says("`--force` continues the run anyway");
    assert_eq!((dir.records().len(), dir.bytes("events.jsonl")), (1, before));
    // What is no limit may change.
    dir.resume("-j 2 --log-level info").run("").check(0);
    assert_eq!(ids(&dir.records()), [("a", 1), ("b", 1)].into());
    dir.beside().file("input", "{\"text\":\"a\"}\n{\"text\":\"c\"}\n");
    dir.resume("--fuel 2G --force").run("").check(0);
    assert_eq!(ids(&dir.records()), [("a", 1), ("b", 1), ("c", 1)].into());
    // From there on that is the limit.
    dir.resume("--fuel 1G").run("").check(96).check_says("--fuel was 2G and is 1G");
    dir.resume("--run-dir /tmp/other").run("").check(2);
}

/// Two commands that do the same and are not the same.
const MODULES: [&str; 2] = [
    "(module (memory (export \"memory\") 1) (func (export \"_start\")))",
    "(module (memory (export \"memory\") 2) (func (export \"_start\")))",
];

#[test]
fn another_module_is_another_run_unless_that_is_forced() {
    let dir = RunDir::new();
    let module = dir.beside().file("m.wat", MODULES[0]);
    let input = dir.beside().file("input", "x\n");
    dir.run(&format!("{} --input {}", module.display(), input.display())).run("").check(0);
    dir.beside().file("m.wat", MODULES[1]);
    dir.beside().file("input", "x\ny\n");
    let ended = dir.resume("").run("").check(96);
    ended.check_says("m.wat");
    ended.check_says("hint: `--force` continues the run anyway");
    assert_eq!(dir.records().len(), 1);
    dir.resume("--force").run("").check(0);
    // The first record stands, whichever module made it.
    assert_eq!(dir.records().len(), 2);
    assert_eq!(
        dir.events_of(
            dir.events().iter().filter(|event| event["event"] == "session").count(),
            "attempt_started"
        )
        .len(),
        1
    );
}

#[test]
fn so_it_is_where_task_records_name_the_modules() {
    let dir = RunDir::new();
    dir.beside().file("m.wat", MODULES[0]);
    let tasks = dir.beside().file("tasks", "{\"module\":\"m.wat\",\"input\":\"x\"}\n");
    dir.run(&format!("--tasks {}", tasks.display())).run("").check(0);
    dir.beside().file("m.wat", MODULES[1]);
    let more = "{\"module\":\"m.wat\",\"input\":\"x\"}\n{\"module\":\"m.wat\",\"input\":\"y\"}\n";
    dir.beside().file("tasks", more);
    let ended = dir.resume("").run("").check(96);
    ended.check_says("m.wat");
    ended.check_says("hint: `--force` continues the run anyway");
    assert_eq!(dir.records().len(), 1);
    dir.resume("--force").run("").check(0);
    assert_eq!(dir.records().len(), 2);
    assert_eq!(dir.records()[1].number("/seq"), 2);
}

/// A run of one worker whose task `slow` is being made.
fn under_way(start: Start) -> Running {
    let mut running = start.start();
    running.says("task slow attempt ");
    // The second of these lines comes a whole interval after the dispatch: by then its start is
    // written, and its guest entered.
    running.says(", 1 running");
    running.says(", 1 running");
    running
}

#[test]
fn what_was_under_way_counts_as_interrupted_and_not_as_a_crash() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "{\"text\":\"slow\",\"wait\":500}\n");
    let line = format!(
        "{} -j 1 --id-field text --log-level debug --log-interval 50ms --input {}",
        example("simple"),
        input.display()
    );
    let running = under_way(dir.run(&line));
    running.signal(Signal::SIGKILL);
    running.end();
    dir.beside().file("input", "{\"text\":\"slow\"}\n");
    dir.resume("").run("").check(0);
    let [record] = &dir.records()[..] else { panic!("{:?}", dir.records()) };
    assert_eq!((record.verdict(), record.number("/attempts")), ("ok", 2));
    assert_eq!(record.history(), ["worker_lost"]);
    assert_eq!(record.text("/history/0/error/code"), "interrupted");
    assert_eq!(dir.events_of(2, "attempt_started")[0]["alone"], false);
}

#[test]
fn who_is_under_way_whenever_the_run_is_lost_runs_alone_and_is_put_aside_in_the_end() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "{\"text\":\"slow\",\"wait\":500}\n{\"text\":\"b\"}\n");
    let line = format!(
        "{} -j 1 --id-field text --log-level debug --log-interval 50ms --input {}",
        example("simple"),
        input.display()
    );
    for session in 1..=5 {
        let start = if session == 1 { dir.run(&line) } else { dir.resume("") };
        let running = under_way(start);
        running.signal(Signal::SIGKILL);
        running.end();
        let started = dir.events_of(session, "attempt_started");
        let slow = started.iter().rfind(|event| event["id"] == "slow").unwrap();
        assert_eq!(slow["alone"], session > 2, "session {session}");
        assert_eq!(slow["attempt"], session, "session {session}");
    }
    dir.resume("").run("").check(100);
    let records = dir.records();
    assert_eq!(ids(&records), [("b", 1), ("slow", 1)].into());
    let slow = records.iter().find(|record| record.id() == "slow").unwrap();
    slow.check("quarantined", "interrupted");
    slow.check_message(
        "the run was lost 5 times while this task was under way, 3 of them while it ran alone",
    );
    assert_eq!(slow.number("/attempts"), 5);
    assert_eq!(dir.failed(), ["{\"text\":\"slow\",\"wait\":500}"]);
}

#[test]
fn a_second_supervisor_is_kept_out() {
    let dir = RunDir::new();
    let mut first = dir.run(&format!("{} --log-level debug", wat("silent"))).start();
    first.say("x");
    first.says("attempt 1: dispatched");
    let says = format!("is in use by another polymer (process {})", first.pid());
    dir.resume("").run("x\n").check(96).check_says(&says);
    dir.rerun("").run("").check(96).check_says(&says);
    dir.run(&format!("{} --resume", wat("silent"))).run("x\n").check(96).check_says(&says);
    dir.run(&wat("silent")).run("x\n").check(96).check_says("already holds a run");
    first.say("y");
    first.end().check(0);
    assert_eq!(dir.records().len(), 2);
}

#[test]
fn duplicates_are_what_they_were_when_the_run_goes_on() {
    let lines = "{\"text\":\"a\"}\n{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    let dir = by_text(lines, "--on-duplicate first", 0);
    assert_eq!(ids(&dir.records()), [("a", 1), ("b", 1)].into());
    dir.beside().file("input", format!("{lines}{{\"text\":\"a\"}}\n{{\"text\":\"c\"}}\n"));
    dir.resume("").run("").check(0).check_says("2 that had a record, 2 equal to an earlier one");
    assert_eq!(ids(&dir.records()), [("a", 1), ("b", 1), ("c", 1)].into());

    let dir = by_text(lines, "--on-duplicate error", 100);
    assert_eq!(ids(&dir.records()), [("a", 2), ("b", 1)].into());
    let refused = |dir: &RunDir| dir.records().iter().filter(|r| r["/error/code"] == "duplicate").count();
    assert_eq!(refused(&dir), 1);
    dir.resume("").run("").check(100);
    assert_eq!((dir.records().len(), refused(&dir)), (3, 1));
    dir.beside().file("input", format!("{lines}{{\"text\":\"b\"}}\n"));
    dir.resume("").run("").check(100);
    assert_eq!((dir.records().len(), refused(&dir)), (4, 2));
    assert_eq!(dir.failed(), ["{\"text\":\"a\"}", "{\"text\":\"b\"}"]);
}

#[test]
fn who_kept_only_a_file_passes_over_what_has_a_record_in_it() {
    let folder = TempFolder::new();
    let (done, input) =
        (folder.path().join("done.jsonl"), folder.file("input", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n"));
    let line = format!("run {} -k --id-field text --input {}", example("simple"), input.display());
    console(&format!("{line} -o {}", done.display()), &[], 0);
    folder.file("input", "{\"text\":\"b\"}\n{\"text\":\"c\"}\n{\"text\":\"a\"}\n");
    let skip = format!("{line} --skip-done {}", done.display());
    let left = |code| -> Vec<String> {
        let ended = console(&skip, &[], code);
        ended.records().iter().map(|record| record.id().to_owned()).collect()
    };
    assert_eq!(left(0), ["c"]);
    // Its end was lost.
    let bytes = fs::read(&done).unwrap();
    fs::write(&done, &bytes[..bytes.len() - 5]).unwrap();
    assert_eq!(left(0), ["b", "c"]);
    console(&skip, &[], 0).check_says("bytes after its last complete record are ignored");
    assert_eq!(fs::read(&done).unwrap().len(), bytes.len() - 5, "a file that is only read was cut");
    fs::write(&done, [&b"x"[..], &bytes].concat()).unwrap();
    console(&skip, &[], 96).check_says("is damaged: line 1, which begins after 0 bytes");
}
