//! `--input-field` and `--id-field`: batch files that were made for something else run as they are.

use super::support::{Start, TempFolder, by_id, console, example, probe};
use serde_json::{Value, json};

#[test]
fn batch_files_of_others_run_as_they_are() {
    let batch = [
        json!({"custom_id": "request-1", "method": "POST", "body": {"model": "m", "messages": [{"content": "print one"}]}}),
        json!({"custom_id": "request-2", "method": "POST", "body": {"model": "m", "messages": [{"content": "print two\nprint 2"}]}}),
    ];
    let human_eval = [
        json!({"task_id": "HumanEval/0", "prompt": "print one", "test": "def check(): ...", "entry_point": "f"}),
        json!({"task_id": "HumanEval/1", "prompt": "print two\nprint 2", "entry_point": "g"}),
    ];
    let files: [(&[Value], &str, [&str; 2]); 3] = [
        (&batch, "--id-field custom_id --input-field body.messages.0.content", ["request-1", "request-2"]),
        (&batch, "--id-field /custom_id --input-field /body/messages/0/content", ["request-1", "request-2"]),
        (
            &human_eval,
            "--id-field task_id --input-field prompt --input-format json",
            ["HumanEval/0", "HumanEval/1"],
        ),
    ];
    for (lines, flags, [one, two]) in files {
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let line = format!("run {} {flags}", probe());
        let records = by_id(Start::polymer(&line).run(lines).check(0).records());
        records[one].check_ok(&json!("one"));
        records[two].check_ok(&json!("two\n2"));
    }
}

#[test]
fn a_typed_task_takes_any_value_of_a_field() {
    let line = format!("run {} --input-field body --id-field n", example("simple"));
    let lines =
        [r#"{"n": 1, "body": {"text": "hi"}, "text": "no"}"#, r#"{"n": 2, "body": null}"#, r#"{"n": 3}"#];
    let records = by_id(console(&line, &lines, 100).records());
    assert_eq!(records["1"].text("/output/text"), "hi");
    assert_eq!(records["2"].verdict(), "bad_input");
    records["3"].check("bad_input", "input_field");
    records["3"].check_message("no field `body` for the input; there is `n`");
}

#[test]
fn what_is_missing_or_of_a_wrong_type_is_named_with_its_value() {
    let long = format!(r#"{{"code":"","id":[{}0]}}"#, "1234567,".repeat(1000));
    let table = [
        (r#"{"id":"a"}"#, "a", "input_field", "no field `code` for the input; there is `id`"),
        (r#"{"id":"b","code":{"x":1}}"#, "b", "", ""),
        (r#"{"code":""}"#, "3", "id", "no field `id` for the task's id; there is `code`"),
        (r#"{"code":"","id":1.5}"#, "4", "id", "the field `id` is 1.5: an id is a string or an integer"),
        (r#"{"code":"","id":null}"#, "5", "id", "the field `id` is null: "),
        (r#"{"code":"","id":{"a":[]}}"#, "6", "id", r#"the field `id` is {"a":[]}: "#),
        (r#"{"code":"","id":"\ud800"}"#, "7", "id", r#"the field `id` is "\ud800": an id is text"#),
        (r#"[1]"#, "8", "id", "not a JSON object, so it has no field `id`"),
        (&long, "9", "id", "the field `id` is [1234567,1234567,"),
    ];
    let lines = table.each_ref().map(|(line, ..)| *line);
    let module = probe();
    let run = format!("run {module} --input-field code --id-field id");
    let mut records = by_id(console(&run, &lines, 100).records());
    for (_, id, code, says) in table {
        let record = records.remove(id).unwrap();
        if code.is_empty() {
            // A command is given a value that is no string as it stands.
            assert_eq!((record.verdict(), record.text("/error/code")), ("trap", "unreachable"));
            continue;
        }
        record.check("bad_input", code);
        record.check_message(says);
        assert!(record.text("/error/message").len() < 250, "{record:?}");
    }
}

#[test]
fn the_same_is_said_of_the_id_of_a_task_record() {
    let module = probe();
    for id in ["1.5", "[1]", r#"{"a":1}"#, "true", r#""\udc00""#] {
        let line = format!(r#"{{"module":"{module}","input":"","id":{id}}}"#);
        let records = console("run --tasks -", &[&line], 100).records();
        records[0].check("bad_input", "id");
        records[0].check_message(&format!("the field `id` is {id}: an id is "));
    }
}

#[test]
fn fields_need_lines_of_json() {
    let module = probe();
    for (flags, says) in [
        ("--input-field a --input-format text", "--input-field needs lines of JSON"),
        ("--input-field a --input-format file", "--input-field needs lines of JSON"),
        ("--id-field a --input-format whole", "--id-field needs lines of JSON"),
        ("--id-field a", "--id-field needs lines of JSON"),
        ("--input-field a..b", "write a name, names with dots between them, or a JSON pointer"),
    ] {
        let ended = Start::polymer(&format!("run {module} {flags}")).run("{}\n").check(2);
        ended.check_says(says);
        assert_eq!(ended.stdout, "");
    }
    Start::polymer("run --tasks - --input-field a").run("").check(2).check_says("cannot be used with");
}

#[test]
fn a_line_whose_id_stays_is_the_same_task_whatever_else_it_says() {
    let folder = TempFolder::new();
    let dir = folder.path().join("run");
    let dir = dir.to_str().unwrap();
    let line =
        |id: &str, code: &str, note: u32| format!("{}\n", json!({"id": id, "code": code, "note": note}));
    let input = folder.file("in.jsonl", line("a", "print a", 1) + &line("b", "print b", 1));
    let run = format!(
        "run {} --input {} --input-field code --id-field id --run-dir {dir}",
        probe(),
        input.display()
    );
    Start::polymer(&run).run("").check(0);
    folder.file("in.jsonl", line("a", "print a", 2) + &line("b", "print c", 2));
    Start::polymer(&format!("resume {dir}")).run("").check(0);
    let results = std::fs::read_to_string(folder.path().join("run/results.jsonl")).unwrap();
    let records = by_id(super::support::parse_all(&results));
    records["a"].check_ok(&json!("a"));
    records["b"].check_ok(&json!("c"));
}
