//! Checkers: a module that says whether what tasks give is right. See `tests/guests/checker.rs`.

use super::support::{Ended, Record, RunDir, Start, TempFolder, by_id, checker, console, example, probe};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A task that gives this text.
fn task(id: &str, gives: &str, expected: &str) -> Value {
    json!({"id": id, "module": probe(), "input": format!("print {gives}"), "expect": {"output": expected}})
}

/// The same, worth some points.
fn worth(points: f64, mut task: Value) -> Value {
    task.as_object_mut().unwrap().insert("points".to_owned(), json!(points));
    task
}

fn file_of(folder: &TempFolder, records: &[Value]) -> String {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    folder.file("tasks.jsonl", lines.join("\n")).to_str().unwrap().to_owned()
}

fn run(records: &[Value], flags: &str, code: i32) -> (Ended, BTreeMap<String, Record>) {
    let folder = TempFolder::new();
    let line = format!("run --tasks {} --checker {} {flags}", file_of(&folder, records), checker());
    let ended = Start::polymer(&line).run("").check(code);
    let records = by_id(ended.records());
    (ended, records)
}

#[test]
fn a_checker_says_whether_a_task_is_right_its_points_and_why() {
    let (ended, records) = run(
        &[
            task("right", "a", "same a"),
            task("wrong", "b", "same a"),
            worth(4.0, task("all", "a", "same a")),
            worth(4.0, task("none", "b", "same a")),
            worth(4.0, task("some", "a", "points 2.5")),
            worth(4.0, task("refused", "a", "say {'accept':false,'message':'no \u{1b}[2J'}")),
            json!({"id": "unsaid", "module": probe(), "input": "print a"}),
            json!({"id": "unsaid wrong", "module": probe(), "input": "print wrong"}),
            json!({"id": "failed", "module": probe(), "input": "fail", "expect": {"output": "same a"}}),
        ],
        "",
        100,
    );
    for (id, verdict) in
        [("right", "ok"), ("wrong", "wrong_output"), ("unsaid", "ok"), ("unsaid wrong", "wrong_output")]
    {
        assert_eq!(records[id].verdict(), verdict, "{id}");
        assert_eq!(records[id]["/judge/points"], json!(null), "{id}");
        assert!(records[id].number("/judge/checker/fuel") > 0, "{id}");
    }
    records["wrong"].check("wrong_output", "checker");
    for (id, points) in [("all", json!(4)), ("none", json!(0)), ("some", json!(2.5)), ("refused", json!(0))] {
        assert_eq!((&records[id]["/judge/points"], &records[id]["/judge/max_points"]), (&points, &json!(4)));
    }
    assert_eq!(records["some"].verdict(), "ok");
    records["refused"].check_message("no ");
    // Whoever did not end ok is not looked at.
    assert_eq!(records["failed"]["/judge/checker"], json!(null));
    assert_ne!(records["failed"].verdict(), "judge_error");
    ended.check_says("8 outputs checked in ");
    ended.check_says("points: 6.5 of 16");
    assert!(!ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
}

#[test]
fn a_checker_that_gives_no_answer_is_told_and_the_output_stays() {
    let mut cases = vec![
        ("trap", "trap", "checker_trap"),
        ("exit", "exit 3", "checker_failed"),
        ("loop", "loop", "checker_fuel"),
        ("bytes", "bytes", "checker_answer"),
        ("long", "long", "checker_answer"),
    ];
    for nonsense in [
        "say",
        "say true",
        "say [true]",
        "say {}",
        "say {'accept':1}",
        "say {'accept':true,'score':1}",
        "say {'accept':true,'points':NaN}",
        "say {'accept':true,'points':-1}",
        "say {'accept':true,'points':2.1}",
        "say {'accept':true,'points':null}",
        "say {'accept':true,'message':1}",
        "say {'accept':true}{'accept':true}",
        "say {'accept':true",
    ] {
        cases.push((nonsense, nonsense, "checker_answer"));
    }
    let tasks: Vec<Value> =
        cases.iter().map(|(id, expected, _)| worth(2.0, task(id, "a", expected))).collect();
    let (ended, records) = run(&tasks, "--fuel 200M", 100);
    for (id, _, code) in &cases {
        records[*id].check("judge_error", code);
        assert_eq!(records[*id]["/output"], json!("a"), "{id}");
        assert_eq!(records[*id]["/judge/points"], json!(null), "{id}");
        assert_eq!((records[*id].number("/attempts"), records[*id].history().len()), (1, 0), "{id}");
    }
    records["exit"].check_message("exit");
    assert!(ended.stderr.contains(&format!("judge_error {}", cases.len())), "{}", ended.stderr);
    console("run x.wasm --checker y.wasm --retry-on judge_error", &[], 2)
        .check_says("judge would fail again");
}

#[test]
fn a_checker_is_given_the_case_as_records_spell_it_and_nothing_else() {
    let typed = example("faults");
    let look = |mut task: Value| {
        task.as_object_mut().unwrap().insert("expect".to_owned(), json!({"output": "case"}));
        task
    };
    let folder = TempFolder::new();
    let (_, records) = run(
        &[
            worth(1.5, look(json!({"id": "text", "module": probe(), "input": "print a \"b\""}))),
            look(json!({"id": "bytes", "module": probe(), "input": "bytes"})),
            look(json!({"id": "value", "module": typed, "input": {"do": "ok"}})),
            task("sees", "a", "sees /granted"),
        ],
        &format!("--env SECRET=1 --dir {}::/granted --task-env -- a b", folder.path().display()),
        100,
    );
    let said = |id: &str| records[id].text("/judge/message").to_owned();
    assert_eq!(
        said("text"),
        r#"{"id":"text","input":"print a \"b\"","output":"a \"b\"","expected":"case","max_points":1.5}"#
    );
    assert!(said("bytes").contains(r#""output_base64":"/wD+","expected":"case"}"#), "{}", said("bytes"));
    assert!(said("value").starts_with(r#"{"id":"value","input":{"do":"ok"},"output":"#), "{}", said("value"));
    assert_eq!(said("sees"), "[] [] false");
}

#[test]
fn programs_and_checkers_share_no_worker_whatever_is_isolated() {
    for flags in [
        "-j 1",
        "-j 1 --isolation process",
        "-j 1 --isolation instance",
        "-j 3 --isolation instance",
        "-j 3 --max-tasks-per-worker 2",
    ] {
        let dir = RunDir::new();
        let tasks: Vec<Value> = (0..40).map(|n| task(&n.to_string(), "a", "same a")).collect();
        let file = file_of(dir.beside(), &tasks);
        // The checker is a program of the run too.
        let more = json!({"id": "checker", "module": checker(), "input": "{\"output\":\"a\"}"});
        std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + "\n" + &more.to_string()).unwrap();
        dir.run(&format!("--tasks {file} --checker {} {flags}", checker())).run("").check(0);
        assert_eq!(dir.records().len(), 41, "{flags}");
        // A check is no attempt of a task.
        let started = dir.events_of(1, "attempt_started");
        assert_eq!(started.len(), 41, "{flags}");
        assert_eq!(dir.json("summary.json")["session"]["judge"]["checks"]["checks"], json!(41), "{flags}");
    }
}

#[test]
fn a_comparison_of_a_record_wins_and_one_of_the_run_is_refused() {
    let compared = |id: &str, expected: &str| {
        let mut task = task(id, "a", expected);
        task.as_object_mut().unwrap().insert("compare".to_owned(), json!("trim"));
        task
    };
    let (_, records) = run(&[compared("right", "a"), compared("wrong", "same a")], "", 100);
    assert_eq!(records["right"].verdict(), "ok");
    records["wrong"].check("wrong_output", "output");
    assert_eq!(records["right"]["/judge/checker"], json!(null));
    console(&format!("run {0} --checker {0} --compare trim", checker()), &[], 2).check_says("--compare");
    let folder = TempFolder::new();
    let expect =
        folder.file("e.jsonl", "\"same a\"\nnull\n{\"expect\":{\"output\":\"a\"},\"compare\":\"exact\"}\n");
    let line = format!("run {} --checker {} --expect {} -k", probe(), checker(), expect.display());
    let records = console(&line, &["print b", "print wrong", "print a"], 100).records();
    records[0].check("wrong_output", "checker");
    records[1].check("wrong_output", "checker");
    records[2].check_ok(&json!("a"));
}

#[test]
fn a_checker_that_cannot_be_used_ends_the_run_at_the_start() {
    let folder = TempFolder::new();
    let bad = folder.file("bad.wasm", "no module");
    let ended = console(&format!("run {} --checker {}", probe(), bad.display()), &["print a"], 96);
    ended.check_says("bad.wasm");
    assert_eq!(ended.stdout, "");
    console(&format!("run {} --checker {}", probe(), folder.path().join("none.wasm").display()), &[], 96)
        .check_says("none.wasm");
    let open = folder.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::copy(checker(), open.join("c.wasm")).unwrap();
    let line = |mode: &str| {
        let open = open.display();
        format!("run {} --checker {open}/c.wasm --dir {open}::/open:{mode}", probe())
    };
    console(&line("rw"), &["print a"], 96).check_says("tasks could change --checker");
    console(&line("ro"), &["print a"], 0);
}

#[test]
fn tasks_are_judged_anew_if_their_checker_is_another_one_now() {
    let dir = RunDir::new();
    let place = dir.beside();
    let (input, module) = (place.file("input.txt", "print a\nprint b\n"), place.path().join("checker.wat"));
    let accepts = |word: &str| {
        let text = format!("{{\\22accept\\22:{word}}}");
        let length = word.len() + 11;
        std::fs::write(&module, says(&text, length)).unwrap();
    };
    accepts("false");
    let flags = format!("{} --input {} --checker {}", probe(), input.display(), module.display());
    dir.run(&flags).run("").check(100);
    accepts("true");
    dir.resume("").run("").check(0).check_says("lines judged anew: 2");
    assert!(dir.events_of(2, "attempt_started").is_empty());
    let records = dir.records();
    assert_eq!(records.iter().map(Record::verdict).collect::<Vec<_>>(), ["ok", "ok"]);
    assert_eq!(dir.json("summary.json")["session"]["judge"]["tasks"], json!(2));
    // Nothing is left to do with the same one.
    dir.resume("").run("").check(0);
    assert_eq!(dir.records().len(), 2);
}

/// A command in the text format that says this, of so many bytes.
pub(super) fn says(text: &str, length: usize) -> String {
    format!(
        r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\{length:02x}\00\00\00")
    (data (i32.const 16) "{text}")
    (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))"#
    )
}

#[test]
fn cases_of_a_test_are_checked_too() {
    let folder = TempFolder::new();
    let cases = [
        json!({"id": "right", "input": "print a", "expect": {"output": "same a"}}),
        json!({"id": "wrong", "input": "print b", "expect": {"output": "same a"}}),
        json!({"id": "unsaid", "input": "print b", "expect": {}}),
        json!({"id": "compared", "input": "print b", "compare": "exact", "expect": {"output": "b"}}),
        json!({"id": "nonsense", "input": "print a", "expect": {"output": "say no"}}),
        json!({"id": "failed", "input": "fail", "expect": {"output": "same a"}}),
    ];
    let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
    let cases = folder.file("cases.jsonl", lines.join("\n"));
    let line = format!("test {} {} --checker {} --format json", probe(), cases.display(), checker());
    let ended = console(&line, &[], 100);
    let outcomes: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let passed = |id: &str| outcomes.iter().find(|case| case["id"] == id).unwrap()["passed"] == true;
    for (id, expected) in
        [("right", true), ("wrong", false), ("unsaid", true), ("compared", true), ("nonsense", false)]
    {
        assert_eq!(passed(id), expected, "{id}: {}", ended.stdout);
    }
    assert!(!passed("failed"));
    assert!(ended.stdout.contains("checker_answer"), "{}", ended.stdout);
    let line = format!("test {} {} --checker {} --compare json", probe(), cases.display(), checker());
    console(&line, &[], 2).check_says("--compare");
}
