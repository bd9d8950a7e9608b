//! Where input stands: behind the module, in lists of other systems; and where in it a parser found
//! fault.

use super::support::{Ended, RunDir, Start, TempFolder, by_id, example, wat};
use serde_json::json;
use std::fs;

#[test]
fn an_input_may_stand_behind_the_module() {
    let folder = TempFolder::new();
    let module = wat("silent");
    folder.file("in.txt", "a\nb\n");
    folder.file("-x", "a\n");
    folder.file("list", "in.txt\n");
    let run = |line: &str, input: &str, code: i32| {
        Start::polymer(&format!("run {module} {line}")).within(folder.path()).run(input).check(code)
    };
    for (line, input, count) in [
        ("in.txt", "", 2),
        ("in.txt -j 1", "", 2),
        ("-j 1 in.txt", "", 2),
        ("in.txt -- in.txt more", "", 2),
        ("-", "a\nb\nc\n", 3),
        ("./-x", "", 1),
        ("list --input-format file", "", 1),
        ("-- in.txt", "a\n", 1),
    ] {
        assert_eq!(run(line, input, 0).records().len(), count, "{line}");
    }
    for (line, says) in [
        ("in.txt --input in.txt", &["[INPUT]", "cannot be used with", "--input <FILE>"][..]),
        ("--input in.txt in.txt", &["[INPUT]", "cannot be used with"]),
        ("in.txt --tasks in.txt", &["cannot be used with"]),
        ("in.txt list", &["unexpected argument 'list'"]),
    ] {
        let ended = run(line, "", 2);
        says.iter().for_each(|part| ended.check_says(part));
    }
    let ended = run("none.txt", "", 96);
    ended.check_says("cannot read none.txt: there is no such file");
    ended.check_says("hint: check the path; arguments for tasks go after --");
}

#[test]
fn such_an_input_is_held_against_other_files_and_kept_as_any() {
    let dir = RunDir::new();
    let module = wat("silent");
    let input = dir.beside().file("in.txt", "a\nb\n").display().to_string();
    let ended = Start::polymer(&format!("run {module} {input} -o {input}")).run("").check(96);
    ended.check_says("is the same file as --input ");
    assert_eq!(fs::read_to_string(&input).unwrap(), "a\nb\n");
    let ended = Start::polymer(&format!("run {module} /proc/self/environ")).run("").check(96);
    ended.check_says("cannot read /proc/self/environ: it is on a pseudo-filesystem");
    let plan = Start::polymer(&format!("run {module} {input} --dry-run")).run("").check(0).stdout;
    assert!(plan.lines().any(|line| line.starts_with("input ") && line.contains("in.txt\"")), "{plan}");
    // What is typed counts before what a variable says.
    let ended =
        Start::polymer(&format!("run {module} {input}")).env("POLYMER_INPUT", "/none").run("").check(0);
    assert_eq!(ended.records().len(), 2);
    dir.run(&format!("{module} {input}")).run("").check(0);
    fs::write(&input, "a\nb\nc\n").unwrap();
    dir.resume("").run("").check(0);
    assert_eq!(dir.records().len(), 3);
}

#[test]
fn lists_of_other_systems_name_files() {
    let folder = TempFolder::new();
    let module = wat("silent");
    for name in ["a", "b c", "d"] {
        folder.file(name, "x");
    }
    for (list, done) in [
        ("a\r\nb c\r\nd\r\n", vec!["a", "b c", "d"]),
        ("\u{feff}a\r\nb c\r\nd", vec!["a", "b c", "d"]),
        ("\u{feff}a\nb c\nd\r", vec!["a", "b c", "d"]),
    ] {
        let dir = RunDir::new();
        let list = dir.beside().file("list", list).display().to_string();
        for line in [
            format!("run {module} --input-format file {list}"),
            format!("run {module} --input-format file {list} --run-dir {}", dir.path().display()),
        ] {
            let ended = Start::polymer(&line).within(folder.path()).run("").check(0);
            let records = if line.contains("--run-dir") { dir.records() } else { ended.records() };
            let mut ids: Vec<_> = records.iter().map(|record| record.id().to_owned()).collect();
            ids.sort();
            assert_eq!(ids, done);
        }
    }
    // A name that has white space at its end is one, and who typed too much of it is told.
    folder.file("e ", "x");
    let ended = Start::polymer(&format!("run {module} --input-format file"))
        .within(folder.path())
        .run("e \na \nb c\t\r\nnone \n d\n")
        .check(100);
    let records = by_id(ended.records());
    assert_eq!(records["e "].verdict(), "ok");
    records["a "].check_message("there is a file without the white space at its end, \"a\"");
    records["b c\t"].check_message("there is a file without the white space at its end, \"b c\"");
    for id in ["none ", " d"] {
        records[id].check("bad_input", "file");
        assert!(!records[id].text("/error/message").contains("white space"));
    }
}

#[test]
fn lines_of_json_have_a_mark_and_other_ends_and_text_keeps_them() {
    let marked = "\u{feff}{\"text\":\"a\"}\r\n{\"text\":\"b\"}\r\n";
    let records = Start::polymer(&format!("run {} -k", example("simple"))).run(marked).check(0).records();
    assert_eq!(records.iter().map(|record| record.text("/output/text")).collect::<Vec<_>>(), ["a", "b"]);
    let task = format!("\u{feff}{{\"module\":{:?},\"input\":1}}\r\n", wat("silent"));
    assert_eq!(Start::polymer("run --tasks -").run(task).check(0).records().len(), 1);
    let line = format!("run {} -k --output-format json", example("wordcount"));
    let records = Start::polymer(&line).run("\u{feff}a\r\nb\r\n").check(0).records();
    assert_eq!(records.iter().map(|record| record.number("/output/bytes")).collect::<Vec<_>>(), [6, 3]);
}

/// Lines in which a parser finds fault, and the column.
const FAULTS: [(&str, &str); 7] = [
    (r#"{"text":"#, "8"),
    (r#"{"text":"a"#, "10"),
    (r#"{"text":"a""#, "11"),
    ("[1,", "3"),
    ("x", "1"),
    (r#"  {"text" 1}"#, "11"),
    (r#"{"text":1} 2"#, "12"),
];

#[test]
fn a_record_says_at_which_line_and_column_a_parser_stopped() {
    let module = wat("silent");
    let good = "{\"text\":\"a\"}";
    for (fault, column) in FAULTS {
        let input = format!("{good}\n\n{fault}\n{good}\r\n{fault}\r\n{good}\n{fault}");
        let records =
            Start::polymer(&format!("run {module} -k --input-format json")).run(input).check(100).records();
        for (record, line) in [(&records[1], 3), (&records[3], 5), (&records[5], 7)] {
            record.check("bad_input", "not_json");
            record.check_message("the line is not JSON: ");
            record.check_message(&format!(" at line {line} column {column}"));
        }
    }
    let task = |rest: &str| format!("{{\"module\":{module:?}{rest}");
    let good = task(",\"input\":1}");
    for (fault, code, column) in [
        (task(",\"input\":"), "not_json", None),
        (task(""), "not_json", None),
        ("x".to_owned(), "not_json", Some(1)),
        (task(",\"inptu\":1}"), "record", None),
        (task(",\"input\":1,\"limits\":{\"fuel\":true}}"), "record", None),
    ] {
        let input = format!("{good}\n{fault}\n{good}\n{good}\n{fault}");
        let records = Start::polymer("run --tasks - -k").run(input).check(100).records();
        for (record, line) in [(&records[1], 2), (&records[4], 5)] {
            record.check("bad_input", code);
            let text = record.text("/error/message");
            let (_, place) = text.rsplit_once(" at line ").unwrap_or_else(|| panic!("no place in {text}"));
            let (in_line, in_column) =
                place.split_once(" column ").unwrap_or_else(|| panic!("no column in {text}"));
            assert_eq!(in_line, line.to_string(), "{text}");
            let in_column: usize = in_column.parse().unwrap();
            assert!(
                (1..=fault.len()).contains(&in_column) && column.is_none_or(|column| column == in_column),
                "{text}"
            );
        }
    }
    let ended = Start::polymer(&format!("run {module} -k --input-format json"))
        .run(b"1\n\"a\xff\"\n".to_vec())
        .check(100);
    ended.records()[1].check_message("the line is not UTF-8 at line 2 column 3");
    // What the task itself says of its input knows no line.
    let ended = Start::polymer(&format!("run {} -k", example("simple")))
        .run("{\"text\":\"a\"}\n{\"text\":[]}\n")
        .check(100);
    let message = ended.records()[1].text("/error/message").to_owned();
    assert!(message.ends_with(" at column 8") && !message.contains(" line "), "{message}");
}

/// That an error names the file, this line and this column.
#[track_caller]
fn check_place(ended: &Ended, name: &str, line: &str, column: &str) {
    for part in [name, line, column] {
        ended.check_says(part);
    }
    assert!(!ended.stderr.contains("column 0"), "{}", ended.stderr);
}

#[test]
fn files_beside_the_input_are_told_by_line_and_column_too() {
    let folder = TempFolder::new();
    let module = wat("silent");
    let shell = |line: &str, code: i32| Start::shell(line).within(folder.path()).run("").check(code);
    // Cases.
    for (text, line, column) in [
        ("{\"input\":1,\"expect\":{}}\n\n{\"input\":\n", "line 3 of cases", "at column 9"),
        ("\u{feff}{\"input\":1,\"expect\":{}}\r\n{\"input\":1,\r\n", "line 2 of cases", "at column 11"),
        ("{\"input\":1,\"expct\":{}}\n", "line 1 of cases", "at column 18"),
    ] {
        folder.file("cases", text);
        check_place(&shell(&format!("polymer test {module} cases"), 2), "cases", line, column);
    }
    folder.file("cases", "\u{feff}{\"input\":1,\"expect\":{}}\r\n\r\n");
    shell(&format!("polymer test {module} cases"), 0);
    // Profiles.
    for (text, line, column) in [
        ("[profile.default]\nworkers = \n", "polymer.toml, line 2: ", "at column 10"),
        ("[profile.default]\nworkers = 1\n\n[profile.x\n", "polymer.toml, line 4: ", "at column 11"),
        ("[profile.default]\r\nworkers = = 1\r\n", "polymer.toml, line 2: ", "at column 11"),
    ] {
        folder.file("polymer.toml", text);
        check_place(&shell(&format!("polymer run {module}"), 2), "polymer.toml", line, column);
    }
    folder.file("polymer.toml", b"[profile.default]\n# \xe4\nworkers = 1\n");
    check_place(
        &shell(&format!("polymer run {module}"), 2),
        "polymer.toml",
        "line 2: it is not UTF-8",
        "at column 3",
    );
    folder.file("polymer.toml", "\u{feff}[profile.default]\r\nworkers = 1\r\n");
    shell(&format!("polymer run {module}"), 0);
    // Records of an earlier run.
    let done = Start::polymer(&format!("run {module} -k")).run("a\nb\n").check(0).stdout;
    let first = done.lines().next().unwrap();
    let cut = &first[..100];
    folder.file("done", format!("{first}\n{cut}\n{first}\n"));
    let ended = shell(&format!("polymer run {module} --skip-done done"), 96);
    check_place(&ended, "done is damaged: line 2,", "EOF while parsing", "at column 100");
    assert!(!ended.stderr.contains("line 1 column"), "{}", ended.stderr);
    folder.file("done", format!("\u{feff}{}", done.replace('\n', "\r\n")));
    folder.file("in.txt", "a\nb\nc\n");
    let ended = shell(&format!("polymer run {module} in.txt --skip-done done"), 0);
    assert_eq!(ended.records().len(), 1);
    assert_eq!(ended.records()[0]["/seq"], json!(3));
}
