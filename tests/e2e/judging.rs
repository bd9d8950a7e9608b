//! Expectations: what tasks are to give, in records and beside the input, and what is said of it.

use super::support::processes::run_workers;
use super::support::{RunDir, Start, TempFolder, by_id, console, example};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

fn lines_of(records: &[Value]) -> Vec<String> {
    records.iter().map(Value::to_string).collect()
}

/// Runs task records from a file in this folder.
fn run_in(folder: &TempFolder, records: &[Value], flags: &str, code: i32) -> super::support::Ended {
    let tasks = folder.file("tasks.jsonl", lines_of(records).join("\n"));
    Start::polymer(&format!("run --tasks {} {flags}", tasks.display())).run("").check(code)
}

#[test]
fn a_task_is_right_if_it_ends_as_its_record_expects() {
    let (count, exit, faults) = (example("wordcount"), example("exitcode"), example("faults"));
    let folder = TempFolder::new();
    folder.file("right.txt", "{\"lines\":0,\"words\":2,\"bytes\":3}\n");
    let counted = |id: &str, more: Value| {
        let mut record = json!({"id": id, "module": count, "input": "a b"});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record
    };
    let counts = json!({"bytes": 3, "lines": 0, "words": 2.0});
    let records = [
        counted("value", json!({"expect": {"output": counts}, "points": 2})),
        counted(
            "text",
            json!({"expect": {"output": "{\"lines\":0,\"words\":2,\"bytes\":3}\n"}, "points": 1.5}),
        ),
        counted("file", json!({"expect": {"output_file": "right.txt"}, "compare": "exact"})),
        counted(
            "base64",
            json!({"expect": {"output_base64": "eyJsaW5lcyI6MCwid29yZHMiOjIsImJ5dGVzIjozfQ=="}}),
        ),
        counted("wrong", json!({"expect": {"output": {"words": 3}}, "points": 4})),
        counted(
            "near",
            json!({"expect": {"output": {"bytes": 3.001, "lines": 0, "words": 2}}, "compare": "float:0.01"}),
        ),
        counted("nothing", json!({})),
        counted("any", json!({"expect": {}})),
        json!({"id": "exit", "module": exit, "input": "3", "expect": {"exit_code": 3}, "points": 1}),
        json!({"id": "other exit", "module": exit, "input": "4", "expect": {"exit_code": 3}, "points": 1}),
        json!({"id": "no exit", "module": exit, "input": "0", "expect": {"exit_code": 3}}),
        json!({"id": "trap", "module": faults, "input": {"do": "panic"}, "expect": {"verdict": ["trap", "timeout"]}}),
        json!({"id": "no trap", "module": faults, "input": {"do": "ok"}, "expect": {"verdict": "trap"}}),
        json!({"id": "bad trap", "module": faults, "input": {"do": "panic"}, "expect": {"output": "done"}, "points": 1}),
        json!({"id": "denied", "module": faults, "input": {"do": "ok"}, "limits": {"fuel": "31G"}, "expect": {"verdict": "policy_denied"}}),
        counted("missing", json!({"expect": {"output_file": "missing.txt"}})),
        counted("two", json!({"expect": {"output": 1, "output_file": "right.txt"}})),
    ];
    let ended = run_in(&folder, &records, "", 100);
    let records = by_id(ended.records());
    for id in ["value", "text", "file", "base64", "near", "any", "exit", "trap", "denied"] {
        assert_eq!(records[id].verdict(), "ok", "{:?}", records[id]);
        assert_eq!(records[id]["/judge/accepted"], json!(true), "{id}");
        assert_eq!(records[id]["/judge/message"], json!(""), "{id}");
    }
    assert_eq!(
        (&records["value"]["/judge/points"], &records["value"]["/judge/max_points"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(records["exit"]["/judge/ended/error/exit_code"], json!(3));
    assert_eq!(records["trap"].text("/judge/ended/verdict"), "trap");
    assert_eq!(records["denied"].text("/judge/ended/verdict"), "policy_denied");
    records["wrong"].check("wrong_output", "output");
    assert!(records["wrong"].text("/judge/diff").contains("$"), "{:?}", records["wrong"]);
    assert_eq!(records["wrong"].text("/output"), r#"{"lines":0,"words":2,"bytes":3}"#);
    records["other exit"].check("task_error", "exit");
    assert_eq!(records["other exit"]["/judge/points"], json!(0));
    records["no exit"].check("wrong_output", "exit_code");
    records["no trap"].check("wrong_output", "verdict");
    records["bad trap"].check("trap", "unreachable");
    records["missing"].check("bad_input", "file");
    records["two"].check("bad_input", "expect");
    assert!(!format!("{:?}", records["nothing"]).contains("judge"));
    ended.check_says("judged: 14 tasks; points: 4.5 of 10.5; 6 outputs compared in ");
    ended.check_says("- ");
}

#[test]
fn what_lines_are_to_give_may_stand_beside_them() {
    let folder = TempFolder::new();
    let line = format!("run {} -k --expect {}", example("exitcode"), folder.path().join("e.jsonl").display());
    folder.file(
        "e.jsonl",
        "\"\"\n\n{\"expect\":{\"exit_code\":3},\"points\":2}\n{\"id\":\"9\",\"expect\":{}}\n\"x\"",
    );
    let records = console(&line, &["0", "0", "3", "0", "0", "0"], 100).records();
    let verdicts: Vec<&str> = records.iter().map(|record| record.verdict()).collect();
    assert_eq!(verdicts, ["ok", "ok", "ok", "bad_input", "wrong_output", "bad_input"]);
    assert!(!format!("{:?}", records[1]).contains("judge"));
    records[3].check_message("it is for the task \"9\", and the input's is \"4\"");
    records[5].check_message("the file has 5 lines");
    console(&line.replace("e.jsonl", "none.jsonl"), &["0"], 96).check_says("none.jsonl");
    console("run --tasks - --expect x", &[], 2);
}

#[test]
fn only_lines_of_which_something_else_is_expected_now_are_judged_anew() {
    let dir = RunDir::new();
    let place = dir.beside();
    let input = place.file("input.txt", "0\n3\n");
    let expect = place.file("expect.jsonl", "\"\"\n\"\"\n");
    let flags = format!("{} --input {} --expect {}", example("exitcode"), input.display(), expect.display());
    dir.run(&flags).run("").check(100);
    place.file("expect.jsonl", "\"\"\n{\"expect\":{\"exit_code\":3}}\n");
    dir.resume("").run("").check(0).check_says("lines judged anew: 1");
    assert!(dir.events_of(2, "attempt_started").is_empty());
    let records = dir.records();
    assert_eq!(records.iter().map(|record| record.verdict()).collect::<Vec<_>>(), ["ok", "ok"]);
    assert_eq!(dir.json("summary.json")["session"]["judge"]["tasks"], json!(1));
}

#[test]
fn sums_are_kept_for_each_group() {
    let dir = RunDir::new();
    let count = example("wordcount");
    let record = |id: &str, more: Value| {
        let mut record = json!({"id": id, "module": count, "input": "a"});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record
    };
    let right = json!({"output": "{\"lines\":0,\"words\":1,\"bytes\":1}"});
    let records = [
        record("1", json!({"meta": {"student": "ann"}, "expect": right, "points": 2})),
        record("2", json!({"meta": {"student": 7}, "expect": {"output": ""}, "points": 2})),
        record("3", json!({"group": "ann", "expect": {"output": "x"}, "points": 1})),
        record("4", json!({"meta": {}})),
    ];
    let tasks = dir.beside().file("tasks.jsonl", lines_of(&records).join("\n"));
    let line = format!("--tasks {} --group-by meta.student", tasks.display());
    let ended = dir.run(&line).run("").check(100);
    ended.check_says("groups: 2");
    let records = by_id(dir.records());
    assert_eq!((records["1"].text("/group"), records["2"].text("/group")), ("ann", "7"));
    records["4"].check("bad_input", "group");
    records["4"].check_message("has no field `meta.student` for the group");
    let groups = dir.json("summary.json")["session"]["groups"].clone();
    let sums =
        |group: &str| ["tasks", "ok", "points", "max_points"].map(|sum| groups[group][sum].as_f64().unwrap());
    assert_eq!((sums("ann"), sums("7")), ([2.0, 1.0, 2.0, 3.0], [1.0, 0.0, 0.0, 2.0]));
    console(&format!("run {count} --group-by x"), &["a"], 2).check_says("--group-by needs lines of JSON");
}

#[test]
fn a_wrong_output_counts_as_a_failure_and_may_be_tried_again() {
    let count = example("wordcount");
    let record = |id: &str, expect: Value| json!({"id": id, "module": count, "input": "a", "expect": expect});
    let wrong = record("wrong", json!({"output": "no"}));
    let folder = TempFolder::new();
    let ended = run_in(&folder, std::slice::from_ref(&wrong), "--retries 1 --retry-on wrong_output", 100);
    assert_eq!(ended.records()[0].history(), ["wrong_output"]);
    let again = run_in(&folder, std::slice::from_ref(&wrong), "--retries 1", 100);
    assert_eq!(again.records()[0].number("/attempts"), 1);
    let many: Vec<Value> = (0..2000).map(|n| record(&n.to_string(), json!({"output": "no"}))).collect();
    let halted = run_in(&folder, &many, "--max-fail 3 -j 1", 106);
    assert!(halted.records().len() < 2000);
}

#[test]
fn no_task_may_change_what_is_expected() {
    let folder = TempFolder::new();
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::write(open.join("e.jsonl"), "\"\"\n").unwrap();
    fs::hard_link(open.join("e.jsonl"), folder.path().join("link.jsonl")).unwrap();
    std::os::unix::fs::symlink(open.join("e.jsonl"), folder.path().join("named.jsonl")).unwrap();
    let exit = example("exitcode");
    let dir = format!("--dir {}::/open:rw", open.display());
    for file in ["open/e.jsonl", "link.jsonl", "named.jsonl"] {
        let line = format!("run {exit} {dir} --expect {file}");
        let ended = Start::polymer(&line).within(folder.path()).run("0\n");
        let ended = ended.check(96);
        ended.check_says("tasks could change --expect");
        assert_eq!(ended.stdout, "");
    }
    // Who may only read it does not change it.
    let line = format!("run {exit} {} --expect open/e.jsonl", dir.replace(":rw", ":ro"));
    Start::polymer(&line).within(folder.path()).run("0\n").check(0);
    let record = json!({"module": exit, "input": "0", "expect": {"output_file": "open/e.jsonl"}});
    let ended = run_in(&folder, &[record], &dir, 100);
    ended.records()[0].check("bad_input", "expect");
    ended.records()[0].check_message("tasks could change ");
}

/// Parts of a process's own memory that are small enough to be read whole.
fn memory_of(pid: u32) -> Vec<u8> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    let mut all = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (from, to) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [from, to] = [from, to].map(|at| u64::from_str_radix(at, 16).unwrap());
        let mut part = vec![0; usize::try_from(to - from).unwrap()];
        if part.len() < 64 << 20 && memory.read_exact_at(&mut part, from).is_ok() {
            all.extend(part);
        }
    }
    all
}

#[test]
fn no_worker_learns_what_is_expected() {
    // The one is written so that this test itself is not found.
    let [given, expected] = ["given", "expected"].map(|word| format!("{word}-{}", "marker".repeat(9)));
    let record = json!({
        "module": example("faults"), "input": {"do": "sleep", "seconds": 50, "text": given},
        "expect": {"output": expected}, "meta": 1,
    });
    let mut running = Start::polymer("run --tasks - -j 1").start();
    running.say(&record.to_string());
    let deadline = running.deadline();
    let worker = loop {
        assert!(running.goes_on(deadline), "no worker has the input");
        let found = run_workers(running.pid()).into_iter().find(|worker| {
            let memory = memory_of(worker.pid);
            memory.windows(given.len()).any(|part| part == given.as_bytes())
        });
        if let Some(worker) = found {
            break worker;
        }
    };
    let memory = memory_of(worker.pid);
    assert!(!memory.windows(expected.len()).any(|part| part == expected.as_bytes()), "a worker knows it");
    running.signal(nix::sys::signal::Signal::SIGINT);
    running.signal(nix::sys::signal::Signal::SIGINT);
    running.end();
}
