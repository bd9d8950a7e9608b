//! Lines that a zero ends, as `find -print0` writes them: whatever else stands in them is theirs.

use super::support::{RunDir, Start, TempFolder, by_id, example, wat};
use serde_json::json;
use std::fs;

#[test]
fn names_of_files_may_have_any_other_byte() {
    let folder = TempFolder::new();
    let names = ["plain", " white ", "two\nlines", "end\r", "end\n", "\u{feff}mark", "-0"];
    for name in names {
        folder.file(name, name);
    }
    let module = example("wordcount");
    for flag in ["-0", "--null"] {
        let line = format!(
            "find . -type f -print0 | polymer run {module} {flag} --input-format file --output-format json"
        );
        let records = by_id(Start::shell(&line).within(folder.path()).run("").check(0).records());
        assert_eq!(records.len(), names.len());
        for name in names {
            assert_eq!(records[&format!("./{name}")]["/output/bytes"], json!(name.len()), "{name:?}");
        }
    }
    // The last needs none, and an empty one is no path.
    let input = format!("{0}/plain\0\0{0}/two\nlines", folder.path().display());
    let records =
        Start::polymer(&format!("run {module} -0 -k --input-format file")).run(input).check(100).records();
    let verdicts: Vec<_> = records.iter().map(|record| record.verdict()).collect();
    assert_eq!(verdicts, ["ok", "bad_input", "ok"]);
}

#[test]
fn each_format_of_lines_is_ended_so() {
    let count = format!("run {} -0 -k --output-format json", example("wordcount"));
    let records = Start::polymer(&count).run("a\r\n\0\0b\nc").check(0).records();
    let bytes: Vec<_> = records.iter().map(|record| record.number("/output/bytes")).collect();
    assert_eq!(bytes, [3, 0, 3], "the zero is no part of a line, and nothing else is taken off");
    let typed = format!("run {} --null -k", example("simple"));
    let records = Start::polymer(&typed)
        .run("{\n \"text\": \"a\"\n}\0{\"text\":\"b\"}\0\n\0{\n\"text\":}\0")
        .check(100)
        .records();
    let verdicts: Vec<_> = records.iter().map(|record| record.verdict()).collect();
    assert_eq!(verdicts, ["ok", "ok", "bad_input"]);
    records[2].check_message("at line 4, in its part 2, column 8");
    let task = format!("{{\"module\":{:?},\n\"input\":1}}\0", wat("silent"));
    assert_eq!(Start::polymer("run --tasks - -0").run(task.repeat(2)).check(0).records().len(), 2);
    let ended = Start::polymer(&format!("run {} -0 --input-format whole", wat("silent"))).run("").check(2);
    ended.check_says("cannot be used with --null");
}

#[test]
fn lines_that_differ_in_their_last_byte_are_different_tasks() {
    let line = format!("run {} -0 --on-duplicate first", wat("silent"));
    let ended = Start::polymer(&line).run("a\0a\n\0a\r\0a\0a").check(0);
    assert_eq!(ended.records().len(), 3);
}

#[test]
fn a_run_keeps_such_lines_and_goes_on_with_them() {
    let dir = RunDir::new();
    let folder = dir.beside().path().to_owned();
    let [there, missing] = ["it is\nthere", "not\nyet"].map(|name| folder.join(name).display().to_string());
    fs::write(&there, "x").unwrap();
    let list = format!("{missing}\0{there}\0{missing}2");
    let input = dir.beside().file("list", &list).display().to_string();
    let line = format!("{} -0 -k --input-format file --input {input}", wat("silent"));
    dir.run(&line).run("").check(100);
    assert_eq!(dir.bytes("failed.jsonl"), format!("{missing}\0{missing}2\0").into_bytes());
    assert_eq!(dir.json("run.json")["input"]["null"], json!(true));
    fs::write(&missing, "y").unwrap();
    dir.rerun("").run("").check(100).check_says("2 lines to run again");
    let records = by_id(dir.records());
    assert_eq!(records.len(), 3);
    assert_eq!((records[&missing].verdict(), records[&format!("{missing}2")].verdict()), ("ok", "bad_input"));
    assert_eq!(dir.bytes("failed.jsonl"), format!("{missing}2\0").into_bytes());
    fs::write(format!("{missing}2"), "z").unwrap();
    dir.rerun("").run("").check(0);
    assert!(dir.bytes("failed.jsonl").is_empty());
    dir.resume("").run("").check(0);
    // The lines that are kept are an input of the same kind, and of no other.
    dir.resume("--null").run("").check(0);
}
