//! What a line is, and what its task is called.

use super::support::{Start, TempFolder, by_id, console, example, probe};
use serde_json::json;

#[test]
fn a_command_takes_lines_as_text_and_empty_ones_too() {
    let line = format!("run {} -k", example("wordcount"));
    let records = Start::polymer(&line).run("a b\n\n{\"x\":1}\r\nlast").check(0).records();
    let expected = [(1, 2, 4), (1, 0, 1), (1, 1, 9), (0, 1, 4)];
    assert_eq!(records.len(), expected.len());
    for (record, (lines, words, bytes)) in records.iter().zip(expected) {
        record.check_ok(&json!(format!(r#"{{"lines":{lines},"words":{words},"bytes":{bytes}}}"#)));
    }
}

#[test]
fn a_typed_task_takes_json_and_blank_lines_are_passed_over() {
    let line = format!("run {} -k", example("simple"));
    let records =
        Start::polymer(&line).run("\n {\"text\":\"a\"} \r\n\t\n{\"text\":\"b\"}").check(0).records();
    let seen: Vec<_> =
        records.iter().map(|record| (record.number("/seq"), record.text("/output/text"))).collect();
    assert_eq!(seen, [(2, "a"), (4, "b")]);
}

#[test]
fn the_format_of_lines_can_be_chosen() {
    let line = format!("run {} --input-format json -k", example("wordcount"));
    let records = console(&line, &[r#" {"a" : 1} "#, r#""two words""#, "no"], 100).records();
    records[0].check_ok(&json!(r#"{"lines":0,"words":1,"bytes":7}"#));
    records[1].check_ok(&json!(r#"{"lines":0,"words":2,"bytes":9}"#));
    records[2].check("bad_input", "not_json");
    let line = format!("run {} --input-format text", example("markdown"));
    let records = console(&line, &["*hi*"], 0).records();
    records[0].check_ok(&json!("<p><em>hi</em></p>\n"));
}

#[test]
fn lines_can_be_paths_of_files_and_name_their_tasks() {
    let folder = TempFolder::new();
    let file = folder.file("a file", "print one\nprint two\n");
    let (file, missing) = (file.to_str().unwrap(), "/nowhere/else");
    let line = format!("run {} --input-format file", probe());
    let lines = [file, missing, "/dev/zero", folder.path().to_str().unwrap()];
    let records = by_id(console(&line, &lines, 100).records());
    records[file].check_ok(&json!("one\ntwo"));
    for path in &lines[1..] {
        records[*path].check("bad_input", "file");
    }
}

#[test]
fn tasks_are_called_by_a_field() {
    let line = format!("run {} --id-field text", example("simple"));
    let lines = [r#"{"text":"Ann"}"#, r#"{"wait":0}"#, r#"{"text":{}}"#, "3"];
    let records = by_id(console(&line, &lines, 100).records());
    records["Ann"].check_ok(&json!({"text": "Ann", "wait": 0.0, "said": "Ann 0.0"}));
    for id in ["2", "3", "4"] {
        records[id].check("bad_input", "id");
    }
    let ended = console(&format!("run {} --id-field x", example("wordcount")), &["a"], 2);
    ended.check_says("--id-field needs lines of JSON");
}

#[test]
fn input_is_read_from_a_file() {
    let folder = TempFolder::new();
    let input = folder.file("input", "one\n");
    let line = format!("run {} --input {}", example("wordcount"), input.display());
    assert_eq!(console(&line, &[], 0).records().len(), 1);
    let ended = console(&format!("run {} --input /nowhere", example("wordcount")), &[], 96);
    ended.check_says("error: cannot read /nowhere");
}

#[test]
fn all_of_an_input_is_one_task_also_an_empty_one() {
    let program = example("wordcount");
    for (input, output) in [("", (0, 0, 0)), ("a b\n\nc", (2, 3, 6))] {
        let line = format!("run {program} --input-format whole --output-format json");
        let ended = Start::polymer(&line).run(input).check(0);
        let [record] = ended.records().try_into().unwrap_or_else(|_| panic!("{}", ended.stdout));
        let (lines, words, bytes) = output;
        record.check_ok(&json!({"lines": lines, "words": words, "bytes": bytes}));
    }
    let ended = Start::polymer(&format!("run {program} --input-format whole --input-limit 3"))
        .run("a\nb\nc")
        .check(100);
    ended.records()[0].check("bad_input", "too_long");
    ended.records()[0].check_message("the input has 5 bytes");
    let folder = TempFolder::new();
    let line = format!("run {program} --input-format whole --run-dir {}", folder.path().join("r").display());
    Start::polymer(&line).run("").check(2).check_says("cannot be used with --run-dir");
}
