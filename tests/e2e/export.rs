//! `polymer export`, which writes the records of a run for other tools, and `--select`, the one
//! language in which it, `rerun` and `status` say which records are meant.

use super::support::{Ended, RunDir, Start, TempFolder, parse, probe};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Task records of `probe`: id, what it does, group and week.
const TASKS: [(&str, &str, &str, u32); 5] = [
    ("case/1", "print =1+1", "anna", 2),
    ("case/2", "print a,\"b\"\t\\\\", "anna", 3),
    ("case/10", "nothing", "anna", 3),
    ("other\t\u{1b}[2J", "print x", "bob", 3),
    ("last", "nothing", "bob", 4),
];

/// A run of [`TASKS`] to its end, with its records in the order of the lines.
fn run() -> RunDir {
    let dir = RunDir::new();
    let task = |(id, input, group, week): &(&str, &str, &str, u32)| {
        let meta = json!({"group": group, "week": week});
        format!("{}\n", json!({"id": id, "module": probe(), "input": input, "meta": meta}))
    };
    let tasks = dir.beside().file("tasks", TASKS.iter().map(task).collect::<String>());
    dir.run(&format!("--tasks {} -k -j 1 --failure-output never", tasks.display())).run("").check(100);
    dir
}

fn export(dir: &RunDir, flags: &[&str]) -> Ended {
    let line = ["export", dir.path().to_str().unwrap()];
    Start::args(line.iter().chain(flags)).run("")
}

/// What an export with these flags says, which ends well and without a word on stderr.
#[track_caller]
fn exported(dir: &RunDir, flags: &[&str]) -> String {
    let ended = export(dir, flags).check(0);
    assert_eq!(ended.stderr, "");
    ended.stdout
}

#[test]
fn a_table_is_quoted_and_has_no_formula_of_a_guest() {
    let dir = run();
    let fields = ["--fields", "id,seq,verdict,output,meta,meta.week"];
    let expected = concat!(
        "id,seq,verdict,output,meta,meta.week\n",
        "case/1,1,ok,'=1+1,\"{\"\"group\"\":\"\"anna\"\",\"\"week\"\":2}\",2\n",
        "case/2,2,ok,\"a,\"\"b\"\"\t\\\\\",\"{\"\"group\"\":\"\"anna\"\",\"\"week\"\":3}\",3\n",
        "case/10,3,trap,,\"{\"\"group\"\":\"\"anna\"\",\"\"week\"\":3}\",3\n",
        "other\t\u{1b}[2J,4,ok,x,\"{\"\"group\"\":\"\"bob\"\",\"\"week\"\":3}\",3\n",
        "last,5,trap,,\"{\"\"group\"\":\"\"bob\"\",\"\"week\"\":4}\",4\n",
    );
    assert_eq!(exported(&dir, &fields), expected);
    let tabs = exported(&dir, &["--format", "tsv", "--fields", "id,output"]);
    let expected = concat!(
        "id\toutput\n",
        "case/1\t'=1+1\n",
        "case/2\ta,\"b\"\\t\\\\\\\\\n",
        "case/10\t\n",
        "other\\t\u{1b}[2J\tx\n",
        "last\t\n",
    );
    assert_eq!(tabs, expected);
}

#[test]
fn a_table_has_the_usual_columns_where_none_are_named() {
    let dir = run();
    let header = "id,seq,verdict,error_code,exit_code,error_message,attempts,worker,started,fuel,wall_ms,cpu_ms,queue_ms,peak_memory_bytes,input_bytes,output_bytes,output";
    let table = exported(&dir, &["--select", "id=case/10"]);
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some(header));
    let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(cells[..4], ["case/10", "3", "trap", "unreachable"]);
    let records = dir.records();
    let record = records.iter().find(|record| record.id() == "case/10").unwrap();
    assert!(table.contains(record.text("/started")) && table.contains(&record["/stats/fuel"].to_string()));
    assert_eq!(exported(&dir, &["--select", "seq>5"]), format!("{header}\n"));
}

#[test]
fn an_array_has_the_records_as_they_are() {
    let dir = run();
    let array: Vec<Value> = serde_json::from_str(&exported(&dir, &["--format", "json"])).unwrap();
    let text = String::from_utf8(dir.bytes("results.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, lines);
    array.iter().for_each(|record| drop(parse(&record.to_string())));
    let none = exported(&dir, &["--format", "json", "--select", "verdict=timeout"]);
    assert_eq!(none, "[]\n");
    let objects = exported(&dir, &["--format=json", "--fields=seq,meta.group", "--select=meta.group=bob"]);
    let expected = json!([{"seq": 4, "meta.group": "bob"}, {"seq": 5, "meta.group": "bob"}]);
    assert_eq!(serde_json::from_str::<Value>(&objects).unwrap(), expected);
}

#[test]
fn a_log_has_a_line_for_each_task_as_parallel_writes_it() {
    let log = exported(&run(), &["--format", "joblog"]);
    let mut lines = log.lines();
    let header = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand";
    assert_eq!(lines.next(), Some(header));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), TASKS.len());
    for (row, (at, (_, input, ..))) in rows.iter().zip(TASKS.iter().enumerate()) {
        assert_eq!(row.len(), 9, "{row:?}");
        let (seq, bytes) = ((at + 1).to_string(), json!(input).to_string().len().to_string());
        assert_eq!((row[0], row[1], row[4], row[7]), (seq.as_str(), ":", bytes.as_str(), "0"));
        let exit = if *input == "nothing" { "1" } else { "0" };
        assert_eq!(row[6], exit, "{row:?}");
        assert!(row[2].parse::<f64>().unwrap() > 1e9 && row[3].trim().parse::<f64>().unwrap() >= 0.0);
        assert!(row[8].starts_with(probe()), "{row:?}");
    }
    assert!(rows[3][8].ends_with(" other\\u{9}\\u{1b}[2J"), "{:?}", rows[3]);
}

#[test]
fn a_timeline_has_an_event_for_each_attempt_on_the_row_of_its_worker() {
    let dir = run();
    let trace: Value = serde_json::from_str(&exported(&dir, &["--format", "perfetto"])).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let attempts: Vec<&Value> = events.iter().filter(|event| event["ph"] == "X").collect();
    let names: Vec<&str> = attempts.iter().map(|event| event["name"].as_str().unwrap()).collect();
    assert_eq!(names, TASKS.map(|(id, ..)| id));
    let mut ended = 0;
    for attempt in attempts {
        let [at, lasted] = ["ts", "dur"].map(|name| attempt[name].as_u64().unwrap());
        assert!(at >= ended, "attempts of one worker overlap: {attempt}");
        ended = at + lasted;
    }
    let rows = events.iter().filter(|event| event["name"] == "thread_name");
    assert_eq!(rows.map(|row| &row["args"]["name"]).collect::<Vec<_>>(), ["worker 1"]);
    let waits = |phase: &str| events.iter().filter(|event| event["ph"] == phase).count();
    assert_eq!(waits("b"), waits("e"));
}

#[test]
fn a_run_that_goes_on_or_was_stopped_is_exported_as_far_as_it_is() {
    let dir = RunDir::new();
    let line = format!("{} -j 1 --log-level debug --log-interval 50ms", probe());
    let mut running = dir.run(&line).start();
    running.say("print x");
    running.says("task 1 attempt 1: ok");
    let fields = ["--fields", "id,verdict"];
    let table = exported(&dir, &fields);
    assert!(["id,verdict\n", "id,verdict\n1,ok\n"].contains(&table.as_str()), "{table}");
    // Held open, so that it is the signal that ends the run.
    let held = running.take_stdin();
    running.signal(Signal::SIGINT);
    running.end().check(130);
    drop(held);
    // What is being written when a machine loses its power is no record.
    let results = dir.path().join("results.jsonl");
    let whole = fs::read_to_string(&results).unwrap();
    fs::write(&results, whole.clone() + &whole[..40]).unwrap();
    assert_eq!(exported(&dir, &fields), "id,verdict\n1,ok\n");
    assert_eq!(fs::read_to_string(&results).unwrap(), whole.clone() + &whole[..40], "it was changed");
}

#[test]
fn a_file_takes_the_export_unless_it_is_one_of_the_run() {
    let dir = run();
    let file = dir.beside().file("out.csv", "old\n".repeat(1000));
    let path = file.to_str().unwrap();
    let seqs = ["--fields", "seq", "--select", "verdict=trap"];
    assert_eq!(exported(&dir, &[&seqs[..], &["-o", path]].concat()), "");
    assert_eq!(fs::read_to_string(&file).unwrap(), "seq\n3\n5\n");
    assert_eq!(exported(&dir, &[&seqs[..], &["-o", "-"]].concat()), "seq\n3\n5\n");
    let before = dir.bytes("results.jsonl");
    for own in ["results.jsonl", "run.json", "new.json"] {
        let own = dir.path().join(own);
        let ended = export(&dir, &["-o", own.to_str().unwrap()]).check(96);
        ended.check_says(&own.display().to_string());
        ended.check_says("hint: name another file");
    }
    let line = format!("polymer export {path} >> {path}/results.jsonl", path = dir.path().display());
    Start::shell(&line).run("").check(96);
    assert_eq!(dir.bytes("results.jsonl"), before);
    assert!(!dir.path().join("new.json").exists());
    let nowhere = dir.beside().path().join("none/out.csv");
    let ended = export(&dir, &["-o", nowhere.to_str().unwrap()]).check(110);
    ended.check_says(&format!("error: cannot write {}: No such file", nowhere.display()));
    let full = export(&dir, &["-o", "/dev/full"]).check(110);
    full.check_says("error: cannot write /dev/full: No space left on device");
}

#[test]
fn a_reader_that_goes_away_is_no_error_worth_a_word() {
    let dir = run();
    // More than a pipe holds.
    let results = dir.path().join("results.jsonl");
    let records = fs::read_to_string(&results).unwrap();
    fs::write(&results, records.repeat(1000)).unwrap();
    let line = format!("polymer export {} --fields seq,log,stats | head -n 1", dir.path().display());
    let ended = Start::shell(&line).run("").check(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("seq,log,stats\n", ""));
    let closed = Start::shell(&format!("polymer export {} >&-", dir.path().display())).run("").check(110);
    closed.check_says("error: standard output is closed");
}

#[test]
fn what_cannot_be_exported_is_an_error_and_replaces_nothing() {
    let dir = run();
    let out = dir.beside().file("out", "kept\n");
    let to_out = |flags: &[&str]| export(&dir, &[flags, &["-o", out.to_str().unwrap()]].concat());
    let ended = to_out(&["--format", "joblog", "--fields", "id"]).check(2);
    ended.check_says("error: --fields cannot be used with --format joblog");
    ended.check_says("hint: leave out --fields");
    to_out(&["--format", "xml"]).check(2).check_says("use one of csv, tsv, json, joblog, perfetto");
    to_out(&["--select", "verdict==ok"]).check(2).check_says("at column 9: expected a value");
    to_out(&["--fields", "id,,seq"]).check(2).check_says("at column 4: expected a field, found `,`");
    let results = dir.path().join("results.jsonl");
    let damaged = fs::read_to_string(&results).unwrap().replacen("\"seq\":2", "\"seq\":x", 1);
    fs::write(&results, damaged).unwrap();
    to_out(&[]).check(96).check_says("is damaged: line 2");
    assert_eq!(fs::read_to_string(&out).unwrap(), "kept\n");
    let other = TempFolder::new();
    let none = |path: &Path| Start::args([Path::new("export"), path]).run("").check(96);
    none(other.path()).check_says("holds no run");
    none(&out).check_says("is not a folder");
}

/// What `polymer status` counts, and what it says to people, with this expression.
fn counted(dir: &RunDir, expression: &str) -> (Value, String) {
    let path = dir.path().to_str().unwrap();
    let status = |flags: &[&str]| {
        let line = ["status", path, "--select", expression];
        Start::args(line.iter().chain(flags)).run("").check(0).stdout
    };
    let json: Value = serde_json::from_str(&status(&["--json"])).unwrap();
    (json!([json["records"], json["failed"], json["verdicts"], json["selection"]]), status(&[]))
}

#[test]
fn one_language_says_which_records_are_meant() {
    let dir = run();
    for (expression, seqs) in [
        ("verdict!=ok", &[3_u32, 5][..]),
        ("meta.week=3 and verdict!=ok", &[3]),
        ("meta.week>=3 and not meta.group=anna", &[4, 5]),
        ("id~\"case/1*\"", &[1, 3]),
        ("id=case/2 or seq=5", &[2, 5]),
        ("error.code", &[3, 5]),
        ("output=null or output=''", &[3, 5]),
        ("stats.fuel>0", &[1, 2, 3, 4, 5]),
        ("group=anna", &[]),
    ] {
        let lines = exported(&dir, &["--fields", "seq", "--select", expression]);
        let found: Vec<u32> = lines.lines().skip(1).map(|line| line.parse().unwrap()).collect();
        assert_eq!(found, seqs, "{expression}");
        let (counts, text) = counted(&dir, expression);
        assert_eq!(counts[0], json!(seqs.len()), "{expression}");
        assert!(text.contains("\nselection  ") && text.contains("\nrecords    "), "{text}");
    }
    let (counts, text) = counted(&dir, "meta.group = anna");
    assert_eq!(counts, json!([3, 1, {"ok": 2, "trap": 1}, "meta.group=anna"]));
    assert!(text.contains("\nrecords    3: 2 ok, 1 trap\n"), "{text}");
}

fn rerun(dir: &RunDir, flags: &[&str]) -> Ended {
    let line = ["rerun", dir.path().to_str().unwrap()];
    Start::args(line.iter().chain(flags)).run("")
}

#[test]
fn what_an_expression_means_is_run_again_and_nothing_else() {
    let dir = run();
    let started = |session: usize| -> Vec<Value> {
        dir.events_of(session, "attempt_started").iter().map(|event| event["seq"].clone()).collect()
    };
    let ended = rerun(&dir, &["--select", "meta.group=anna and verdict!=ok"]).check(100);
    ended.check_says("1 line to run again");
    assert_eq!(started(2), [json!(3)]);
    // Each of the flags has to mean it, and what ended ok is run again too.
    rerun(&dir, &["--select=meta.week=3", "--verdict", "ok", "-j", "1"]).check(100);
    assert_eq!(started(3), [json!(2), json!(4)]);
    rerun(&dir, &["-j", "1", "--select", "meta.week=3", "--id", "last"])
        .check(100)
        .check_says("0 lines to run again");
    assert_eq!(dir.records().len(), TASKS.len());
    rerun(&dir, &["--select", "meta.week="]).check(2).check_says("at column 11: expected a value");
    rerun(&dir, &["-j", "1", "--select", "meta.week="]).check(2).check_says("--select: at column 11");
}
