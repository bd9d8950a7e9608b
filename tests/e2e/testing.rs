//! `polymer test`, and how bytes that tasks give are told.

use super::support::{Start, TempFolder, console, example, wat};
use serde_json::json;

const CASES: &str = r#"{"input":"one two\n","expect":{"output":{"bytes":8,"words":2.0,"lines":1}}}
{"id":"text","input":"x","form":"command","expect":{"output_bytes":32}}
{"id":"bytes","input_base64":"/w==","expect":{"verdict":["trap","ok"]}}
{"id":"typed","input":"x","form":"typed","expect":{"output":"x"}}
"#;

#[test]
fn cases_pass_or_it_is_shown_what_is_other_than_expected() {
    let folder = TempFolder::new();
    let good = folder.file("good.jsonl", CASES);
    let line = format!("test {} {} --output-format json", example("wordcount"), good.display());
    let ended = console(&line, &[], 0);
    assert!(
        ended.stdout.starts_with("3 passed, 0 failed, 1 for another form of task in "),
        "{}",
        ended.stdout
    );

    let bad = folder.file("bad.jsonl", CASES.replace("2.0", "3").replace("\"ok\"", "\"timeout\""));
    let line = format!("test {} {} --output-format json", example("wordcount"), bad.display());
    let ended = console(&line, &[], 100);
    let expected = "FAIL 1 (line 1)\n  the output differs\n  $.words differs:\n  - 3\n  + 2\n\
                    FAIL bytes (line 3)\n  the verdict is ok; expected: trap or timeout\n1 passed, 2 failed";
    assert!(ended.stdout.starts_with(expected), "{}", ended.stdout);
}

#[test]
fn how_outputs_are_compared_is_for_the_case_or_all() {
    let cases = r#"{"input":"a","expect":{"output":"A  B"}}
{"input":"a","compare":"exact","expect":{"output":"A  B"}}
"#;
    let folder = TempFolder::new();
    let module = folder.file("says.wat", SAYS);
    let cases = folder.file("cases.jsonl", cases);
    let ended = console(&format!("test {} {} --compare tokens", module.display(), cases.display()), &[], 100);
    assert!(ended.stdout.starts_with("FAIL 2 (line 2)\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("\n1 passed, 1 failed"), "{}", ended.stdout);
}

/// Says `A B`, whatever it is given.
const SAYS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\04\00\00\00")
    (data (i32.const 16) "A B\n")
    (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))"#;

#[test]
fn a_case_that_cannot_be_read_is_told_before_anything_runs() {
    let folder = TempFolder::new();
    for (cases, words) in [
        ("", "has no cases"),
        ("{\"input\":1,\"expect\":{}}\n{\"inptu\":1}\n", "line 2 of "),
        ("{\"input\":1,\"expect\":{\"verdict\":\"fine\"}}\n", "`fine` is not a verdict"),
    ] {
        let path = folder.file("cases.jsonl", cases);
        // The module is not even looked for.
        let ended = console(&format!("test none.wasm {}", path.display()), &[], 2);
        assert_eq!(ended.stdout, "");
        ended.check_says(words);
    }
    console(&format!("test {} missing.jsonl", wat("silent")), &[], 2).check_says("missing.jsonl");
}

#[test]
fn bytes_are_told_as_is_asked_for() {
    let folder = TempFolder::new();
    let module = folder.file("says.wat", SAYS).display().to_string();
    for (format, output) in [("text", json!("A B")), ("base64", json!("QSBCCg=="))] {
        let ended = console(&format!("run {module} --output-format {format}"), &["x"], 0);
        let key = if format == "base64" { "/output_base64" } else { "/output" };
        assert_eq!(ended.records()[0][key], output);
    }
    let ended = console(&format!("run {module} --output-format json"), &["x"], 100);
    ended.records()[0].check("bad_output", "not_json");
    let ended = console(&format!("run {} --output-format json", example("wordcount")), &["a b"], 0);
    ended.records()[0].check_ok(&json!({"lines": 1, "words": 2, "bytes": 4}));
}

#[test]
fn a_task_is_picked_by_its_name() {
    let simple = example("simple");
    let ended = Start::polymer(&format!("run {simple} --task simple")).run("{\"text\":\"a\"}\n").check(0);
    assert_eq!(ended.records()[0]["/output/text"], json!("a"));
    let ended = console(&format!("run {simple} --task other"), &["{}"], 2);
    ended.check_says("error: the module has no task named `other`: it has simple");
    let ended = console(&format!("run {} --task other", wat("silent")), &["{}"], 2);
    ended.check_says("it is a command, which is one task without a name");
}
