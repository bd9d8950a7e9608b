//! `--tasks`: many modules in one run, limits that may only be narrowed, inputs of three kinds.

use super::support::{Start, TempFolder, by_id, console, example, fixture, wat};
use serde_json::{Value, json};

fn line(record: &Value) -> String {
    record.to_string()
}

#[test]
fn several_modules_run_side_by_side_and_records_name_them() {
    let (simple, wordcount) = (example("simple"), example("wordcount"));
    let lines = [
        line(&json!({"id": "s", "module": simple, "input": {"text": "hi"}, "meta": {"n": [1, null]}})),
        line(&json!({"id": "w", "module": wordcount, "input": "one two"})),
        line(&json!({"module": wordcount, "input": {"a": 1}})),
        String::new(),
        line(&json!({"id": 5, "module": simple, "input": {}, "meta": null, "task": "simple"})),
        line(&json!({"id": "x", "module": simple, "input": {}, "task": "other"})),
    ];
    let lines = lines.each_ref().map(String::as_str);
    let records = by_id(console("run --tasks -", &lines, 100).records());
    assert_eq!(records.len(), 5);
    records["s"].check_ok(&json!({"text": "hi", "wait": 0.0, "said": "hi 0.0"}));
    assert_eq!(records["s"]["/meta"], json!({"n": [1, null]}));
    assert_eq!(records["s"]["/module"], json!(simple));
    records["w"].check_ok(&json!(r#"{"lines":0,"words":2,"bytes":7}"#));
    assert_eq!(records["w"]["/module"], json!(wordcount));
    records["3"].check_ok(&json!(r#"{"lines":0,"words":1,"bytes":7}"#));
    assert_eq!(records["5"].number("/seq"), 5, "blank lines are counted");
    records["x"].check("bad_input", "no_such_task");
}

#[test]
fn a_record_may_narrow_its_limits_and_never_widen_them() {
    let faults = example("faults");
    let record = |id: &str, what: &str, limits: Value| {
        line(&json!({"id": id, "module": faults, "input": {"do": what, "seconds": 50}, "limits": limits}))
    };
    let lines = [
        record("fuel", "spin", json!({"fuel": "2M"})),
        record("time", "sleep", json!({"timeout": 0.2})),
        record("memory", "hog", json!({"memory": "8MiB"})),
        record("output", "ok", json!({"output": 3})),
        record("more fuel", "ok", json!({"fuel": "31G"})),
        record("more time", "ok", json!({"timeout": "61s"})),
        record("more memory", "ok", json!({"memory": "257MiB"})),
        record("ok", "ok", json!({"fuel": 1_000_000, "timeout": "60s", "memory": "256MiB"})),
        record("unknown", "ok", json!({"feul": 1})),
    ];
    let lines = lines.each_ref().map(String::as_str);
    let records = by_id(console("run --tasks -", &lines, 100).records());
    records["fuel"].check("fuel_exhausted", "fuel");
    assert_eq!(records["fuel"].number("/stats/fuel"), 2_000_000);
    records["time"].check("timeout", "timeout");
    records["memory"].check("memory_exceeded", "memory");
    records["output"].check("output_exceeded", "output");
    for (id, flag) in [("more fuel", "--fuel"), ("more time", "--timeout"), ("more memory", "--memory")] {
        records[id].check("policy_denied", "limit");
        records[id].check_message(flag);
    }
    records["ok"].check_ok(&json!("done"));
    records["unknown"].check("bad_input", "record");
    records["unknown"].check_message("`feul`");
}

#[test]
fn what_is_no_record_is_bad_input() {
    let silent = wat("silent");
    let lines = [
        line(&json!({"id": "field", "module": silent, "input": 1, "priority": 3})),
        line(&json!({"id": "none", "module": silent})),
        line(&json!({"id": "two", "module": silent, "input": 1, "input_base64": ""})),
        line(&json!({"id": "base", "module": silent, "input_base64": "*"})),
        line(&json!({"id": "file", "module": silent, "input_file": "/nowhere"})),
        line(&json!({"id": {}, "module": silent, "input": 1})),
        "[".to_owned(),
        line(&json!({"id": "good", "module": silent, "input": null})),
    ];
    let lines = lines.each_ref().map(String::as_str);
    let records = by_id(console("run --tasks -", &lines, 100).records());
    for (id, code) in [
        ("field", "record"),
        ("none", "record"),
        ("two", "record"),
        ("base", "base64"),
        ("file", "file"),
        ("6", "id"),
        ("7", "not_json"),
    ] {
        records[id].check("bad_input", code);
    }
    records["field"].check_message("`priority`");
    records["good"].check_ok(&json!(""));
}

#[test]
fn inputs_are_bytes_or_files_beside_the_tasks() {
    let folder = TempFolder::new();
    folder.file("input.txt", "three short words");
    std::fs::copy(example("wordcount"), folder.path().join("count.wasm")).unwrap();
    std::fs::copy(fixture("silent.wat"), folder.path().join("silent.wat")).unwrap();
    let tasks = [
        line(&json!({"id": "file", "module": "count.wasm", "input_file": "input.txt"})),
        line(&json!({"id": "bytes", "module": "count.wasm", "input_base64": "AP8KCg=="})),
        line(&json!({"id": "silent", "module": "silent.wat", "input": ""})),
    ];
    let tasks = folder.file("tasks.jsonl", tasks.join("\n"));
    let ended = Start::args(["run".as_ref(), "--tasks".as_ref(), tasks.as_os_str()]).run("").check(0);
    let records = by_id(ended.records());
    records["file"].check_ok(&json!(r#"{"lines":0,"words":3,"bytes":17}"#));
    records["bytes"].check_ok(&json!(r#"{"lines":2,"words":1,"bytes":4}"#));
    assert_eq!(records["silent"]["/module"], "silent.wat");
}
