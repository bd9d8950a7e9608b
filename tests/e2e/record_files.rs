//! Task records with arguments, variables and files, and `--collect`: what comes back of the folder
//! of an attempt.

use super::support::{Record, RunDir, Start, TempFolder, by_id, parse_all, probe, probe_component, wat};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Flags that open all there is to open.
const OPEN: &str = "--allow-args --allow-env A --allow-env LANG --scratch 1MiB";

/// Runs these records of the probe, each with an id, a script and what else it asks.
#[track_caller]
fn ran(flags: &str, code: i32, records: &[(&str, &str, Value)]) -> BTreeMap<String, Record> {
    let line = |(id, script, more): &(&str, &str, Value)| {
        let mut record = json!({"id": id, "module": probe(), "input": script});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("{record}\n")
    };
    let lines: String = records.iter().map(line).collect();
    by_id(Start::polymer(&format!("run --tasks - {flags}")).run(lines).check(code).records())
}

#[test]
fn a_record_brings_arguments_variables_and_files() {
    let files = json!({"a.c": "int x;\n", "./lib//b.h": {"base64": "aGk="}, "c": {"text": ""}});
    for module in [probe(), probe_component()] {
        let more = json!({"module": module, "args": ["-o", "", "a b"], "env": {"A": "1", "LANG": "de"}, "files": files});
        let steps = "args\nenv\nlist /scratch\nread /scratch/a.c\nread /scratch/lib/b.h\nread /scratch/c\nappend /scratch/c";
        let flags = format!("{OPEN} --arg -O2 --env LANG=C --env KEPT=1");
        let records = ran(
            &flags,
            0,
            &[("all", steps, more), ("none", "args\nenv\nlist /scratch", json!({"args": [], "files": {}}))],
        );
        let expected = "[\"-O2\", \"-o\", \"\", \"a b\"]\n[(\"KEPT\", \"1\"), (\"A\", \"1\"), (\"LANG\", \"de\")]\na.c,c,lib\nint x;\n\nhi\n\ndone";
        records["all"].check_ok(&json!(expected));
        records["none"].check_ok(&json!("[\"-O2\"]\n[(\"LANG\", \"C\"), (\"KEPT\", \"1\")]\n"));
    }
}

#[test]
fn what_the_run_does_not_open_is_denied_with_the_flag_that_would() {
    let (args, env, files) =
        (json!({"args": ["x"]}), json!({"env": {"A": "1"}}), json!({"files": {"a": ""}}));
    for (flags, more, flag) in [
        ("--scratch 1MiB --allow-env A", &args, "--allow-args would allow it"),
        ("--scratch 1MiB --allow-args", &env, "--allow-env A would allow it"),
        ("--allow-env B --allow-env a --env A=1", &env, "--allow-env A would allow it"),
        ("--allow-args --allow-env A", &files, "--scratch SIZE would allow it"),
    ] {
        let records = ran(flags, 100, &[("it", "args", more.clone()), ("other", "args", json!({}))]);
        records["it"].check("policy_denied", "grant");
        records["it"].check_message(flag);
        records["other"].check_ok(&json!("[]"));
    }
    for (flags, says) in [
        ("a.wasm --allow-args", "cannot be used with"),
        ("a.wasm --allow-env A", "cannot be used with"),
        ("--tasks - --allow-env A=1", "the name of one variable"),
        ("--tasks - --collect *.o", "--scratch"),
        ("--tasks - --scratch 1MiB --collect /scratch/a", "relative to it"),
        ("--tasks - --scratch 1MiB --collect out/", "out/** matches all files in it"),
        ("--tasks - --scratch 1MiB --collect [", "unclosed"),
    ] {
        Start::polymer(&format!("run {flags}")).run("").check(2).check_says(says);
    }
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let table = [
        ("", "names no file"),
        ("/etc/passwd", "absolute"),
        ("/scratch/a", "absolute"),
        ("../a", "`..`"),
        ("a/../../b", "`..`"),
        ("a/..", "`..`"),
        ("a/", "names no file"),
        ("a\0b", "zero byte"),
    ];
    let deep = vec!["d"; 40].join("/");
    let long = "x".repeat(300);
    let rows = table.into_iter().chain([(deep.as_str(), "32 names"), (long.as_str(), "each name in it 255")]);
    let rows: Vec<(String, &str, &str)> =
        rows.enumerate().map(|(at, (path, says))| (at.to_string(), path, says)).collect();
    let records: Vec<(&str, &str, Value)> = rows
        .iter()
        .map(|(id, path, _)| (id.as_str(), "list /scratch", json!({"files": {*path: "x"}})))
        .collect();
    let records = ran(OPEN, 100, &records);
    for (id, path, says) in &rows {
        records[id].check("bad_input", "files");
        records[id].check_message(says);
        records[id].check_message(&format!("the path {path:?} in `files`"));
    }
    // What a task left of links is gone before the next one's files come.
    let link = ("link", "symlink nowhere /scratch/a\nmkdir /scratch/b\nlist /scratch", json!({}));
    let next = ("next", "read /scratch/a\nread /scratch/b", json!({"files": {"a": "1", "b": "2"}}));
    let records = ran(&format!("{OPEN} -j 1 -k"), 0, &[link, next]);
    records["link"].check_ok(&json!("done\ndone\na,b"));
    records["next"].check_ok(&json!("1\n2"));
}

#[test]
fn files_that_match_come_back_of_tasks_that_ended_well_or_not() {
    let collect = format!("{OPEN} --collect *.txt --collect out/**");
    let files = json!({"files": {"in.txt": "ä\n", "out/x/y": {"base64": "/wA="}, "no": "", "out.c": ""}});
    let given = json!({"in.txt": {"text": "ä\n"}, "out/x/y": {"base64": "/wA="}});
    let made =
        json!({"in.txt": {"text": "ä\n"}, "new.txt": {"text": "written"}, "out/x/y": {"base64": "/wA="}});
    let write = "write /scratch/new.txt\nwrite /scratch/other\nsymlink in.txt /scratch/l.txt\nsymlink x /scratch/out/l";
    let with = |module: String| json!({"files": files["files"], "module": module});
    let fuel = json!({"files": files["files"], "limits": {"fuel": 200_000}});
    let (trap, endless) = (
        format!("{write}\nno such step"),
        json!({"files": files["files"], "module": wat("endless_start"), "limits": {"timeout": 0.3}}),
    );
    let records = [
        ("ok", write, files.clone()),
        ("trap", trap.as_str(), files.clone()),
        ("fuel", "many /scratch", fuel),
        ("timeout", "", endless),
        ("exit", "", with(wat("exit_256"))),
        ("nothing", "list /scratch", json!({})),
        ("no folder", "args", json!({"grants": {"scratch": false}})),
    ];
    for isolation in ["instance", "module", "process"] {
        let records = ran(&format!("{collect} --isolation {isolation}"), 100, &records);
        for (id, verdict, expected) in [
            ("ok", "ok", &made),
            ("trap", "trap", &made),
            ("fuel", "fuel_exhausted", &given),
            ("timeout", "timeout", &given),
            ("exit", "task_error", &given),
            ("nothing", "ok", &json!({})),
            ("no folder", "ok", &Value::Null),
        ] {
            let record = &records[id];
            assert_eq!((record.verdict(), &record["/files"]), (verdict, expected), "{isolation} {record:?}");
        }
    }
    // Without the flag no record has the field, and without records a folder comes back too.
    assert_eq!(ran(OPEN, 0, &[("ok", write, files)])["ok"]["/files"], Value::Null);
    let line = format!("run {} --scratch 64KiB::. --collect *", probe_component());
    let records = Start::polymer(&line).run("write a\n").check(0).records();
    assert_eq!(records[0]["/files"], json!({"a": {"text": "written"}}));
}

#[test]
fn what_comes_back_is_bounded_and_what_does_not_is_told() {
    let flags = "--scratch 8MiB --collect ** --output-limit 8KiB";
    let small = json!({"files": {"a": "x".repeat(5000), "b": "y".repeat(4000), "c": "z"}});
    let records = ran(
        flags,
        0,
        &[
            ("big", "fill /scratch/big", json!({})),
            ("many", "many /scratch", json!({})),
            ("some", "list /scratch", small),
        ],
    );
    assert_eq!(records["big"]["/files"], json!({"big": {"dropped_bytes": 8 << 20}}));
    // The names of 1000 files are 8 KiB no more than their digits.
    let many = records["many"]["/files"].as_object().unwrap();
    assert_eq!((many.len(), records["many"].number("/files_left_out")), (1000, 1047));
    let some = &records["some"];
    assert_eq!(some["/files/a/text"], json!("x".repeat(5000)));
    assert_eq!(
        (&some["/files/b"], &some["/files/c"]),
        (&json!({"dropped_bytes": 4000}), &json!({"text": "z"}))
    );
}

#[test]
fn files_are_bounded_by_the_input_limit_and_by_their_folder() {
    let records = ran(
        "--scratch 64KiB --input-limit 100KiB",
        100,
        &[
            ("folder", "", json!({"files": {"a": "x".repeat(65537)}})),
            ("input", "", json!({"files": {"a": "x".repeat(100 << 10)}})),
            ("fits", "list /scratch", json!({"files": {"a": "x".repeat(64 << 10)}})),
        ],
    );
    records["folder"].check("bad_input", "too_long");
    records["folder"].check_message("--scratch 69632 would allow it");
    records["input"].check("bad_input", "too_long");
    records["input"].check_message("--input-limit");
    records["fits"].check_ok(&json!("a"));
    let large = ran(
        "--scratch 64KiB --file-limit 4KiB",
        100,
        &[("it", "", json!({"files": {"a": "x".repeat(5000)}}))],
    );
    large["it"].check("bad_input", "files");
    large["it"].check_message("--file-limit");
}

#[test]
fn each_attempt_finds_the_files_as_the_record_has_them() {
    let script = "append /scratch/in\nrename /scratch/in /scratch/out\nwrite /scratch/left\nno such step";
    let more = json!({"files": {"in": "text"}, "args": ["a"], "env": {"A": "1"}});
    for isolation in ["instance", "module", "process"] {
        let flags = format!(
            "{OPEN} --collect * --retries 2 --retry-on trap --retry-delay 1ms --isolation {isolation}"
        );
        let records = ran(&flags, 100, &[("it", script, more.clone())]);
        assert_eq!((records["it"].verdict(), records["it"].number("/attempts")), ("trap", 3));
        assert_eq!(records["it"]["/files"], json!({"left": {"text": "written"}, "out": {"text": "text+"}}));
    }
}

#[test]
fn a_file_that_changed_is_another_content_of_the_same_task() {
    let dir = RunDir::new();
    let beside = dir.beside();
    beside.file("data", "one");
    let record = |id: Value| json!({"id": id, "module": probe(), "input": "read /scratch/in", "files": {"in": {"file": "data"}}});
    let tasks = beside.file("tasks.jsonl", format!("{}\n{}\n", record(json!("a")), record(Value::Null)));
    dir.run(&format!("--tasks {} --scratch 64KiB --collect in", tasks.display())).run("").check(0);
    let outputs = || {
        let records = parse_all(&String::from_utf8(dir.bytes("results.jsonl")).unwrap());
        records
            .iter()
            .map(|record| (record["/output"].clone(), record["/files/in/text"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(outputs(), vec![(json!("one"), json!("one")); 2]);
    dir.resume("").run("").check(0).check_says("lines passed over: 2 that had a record");
    beside.file("data", "two");
    dir.resume("").run("").check(0).check_says("lines run again because they changed: 2");
    assert_eq!(outputs(), vec![(json!("two"), json!("two")); 2]);
    // What opens a record is a part of what the run is.
    dir.resume("--allow-args").run("").check(96).check_says("--allow-args was false and is true");
}

#[test]
fn the_files_of_a_record_may_be_others_beside_it_and_nothing_else() {
    let folder = TempFolder::new();
    folder.file("data", b"\xff\0");
    std::os::unix::fs::symlink("/proc/self/environ", folder.path().join("environ")).unwrap();
    let record = |id: &str, file: &str| json!({"id": id, "module": probe(), "input": "list /scratch", "files": {"in": {"file": file}}});
    let lines =
        [("ok", "data"), ("none", "none"), ("pseudo", "environ"), ("folder", "."), ("device", "/dev/zero")];
    let lines: String = lines.map(|(id, file)| format!("{}\n", record(id, file))).concat();
    let tasks = folder.file("tasks.jsonl", lines);
    let line = format!("run --tasks {} --scratch 64KiB --collect **", tasks.display());
    let records = by_id(Start::polymer(&line).run("").check(100).records());
    assert_eq!(records["ok"]["/files"], json!({"in": {"base64": "/wA="}}));
    for (id, code) in [("none", "file"), ("pseudo", "pseudo_file"), ("folder", "file"), ("device", "file")] {
        records[id].check("bad_input", code);
    }
}
