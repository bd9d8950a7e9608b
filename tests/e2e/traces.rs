//! `--traces`: spans of tasks as lines of OTLP. `.ci/traces` reads them with OpenTelemetry's own
//! messages.

use super::support::{Ended, RunDir, Start, TempFolder, wat};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn run(folder: &TempFolder, line: &str, input: &str, code: i32) -> Ended {
    Start::polymer(line).within(folder.path()).run(input).check(code)
}

/// The spans of each line, but for those of compiling.
fn traces(path: &Path) -> Vec<Vec<Value>> {
    let spans = |line: &str| -> Vec<Value> {
        let request: Value = serde_json::from_str(line).unwrap();
        let resource = &request["resourceSpans"][0];
        assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "polymer");
        resource["scopeSpans"][0]["spans"].as_array().unwrap().clone()
    };
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(spans).filter(|spans| spans[0]["name"] != "compile").collect()
}

fn names(spans: &[Value]) -> Vec<&str> {
    spans.iter().map(|span| span["name"].as_str().unwrap()).collect()
}

#[test]
fn a_task_has_spans_under_the_parent_that_its_record_names() {
    let folder = TempFolder::new();
    let record =
        |input: u32, more: &str| format!("{{\"module\":\"{}\",\"input\":{input}{more}}}\n", wat("warns"));
    let input = [
        record(1, &format!(",\"traceparent\":\"{PARENT}\"")),
        record(1000, &format!(",\"traceparent\":\"{PARENT}\"")),
        record(2, ",\"traceparent\":\"00-no-parent\""),
        record(3, ",\"traceparent\":7"),
        record(4, ",\"traceparent\":null"),
    ];
    let line = "run --tasks - -j 1 --retries 1 --traces traces --traces-sample failed";
    let ended = run(&folder, line, &input.concat(), 0);
    // By the recommendation what is malformed is ignored.
    ended.check_says("warn: the traceparent of 2 tasks is none (see W3C Trace Context) and was ignored\n");
    let traces = traces(&folder.path().join("traces"));
    assert_eq!(traces.len(), 2, "{traces:?}");
    for spans in &traces {
        assert!(spans.iter().all(|span| span["traceId"] == "0af7651916cd43dd8448eb211c80319c"));
        assert_eq!(spans[0]["parentSpanId"], "b7ad6b7169203331");
    }
    let mut shapes: Vec<_> = traces.iter().map(|spans| names(spans)).collect();
    shapes.sort();
    assert_eq!(shapes, [vec!["task", "attempt", "queue", "attempt"], vec!["task", "queue", "attempt"]]);
}

#[test]
fn the_sample_is_the_same_lines_in_each_run() {
    let folder = TempFolder::new();
    let input: String = (0..2000).map(|line| format!("{line}\n")).collect();
    let picked = |name: &str| -> Vec<Value> {
        let line = format!("run {} -j 2 --emit none --traces {name} --traces-sample 10%", wat("silent"));
        run(&folder, &line, &input, 0);
        let mut seqs: Vec<_> = traces(&folder.path().join(name))
            .iter()
            .map(|spans| spans[0]["attributes"][1]["value"]["intValue"].clone())
            .collect();
        seqs.sort_by_key(Value::to_string);
        seqs
    };
    let first = picked("first");
    assert!((120..280).contains(&first.len()), "{}", first.len());
    assert_eq!(first, picked("second"));
    let ids = |name: &str| traces(&folder.path().join(name))[0][0]["traceId"].clone();
    assert_ne!(ids("first"), ids("second"), "a run has traces of its own");
}

#[test]
fn a_disk_that_takes_no_spans_ends_nothing_and_is_told_of_once() {
    let folder = TempFolder::new();
    let line = format!("run {} --traces /dev/full --traces-sample 100%", wat("silent"));
    let ended = run(&folder, &line, &"a\n".repeat(100), 0);
    assert_eq!(ended.records().len(), 100);
    let warn = "warn: traces cannot be written to /dev/full, so spans are missing: No space left on device";
    assert_eq!(ended.stderr.matches(warn).count(), 1, "{}", ended.stderr);
}

#[test]
fn what_takes_no_traces_is_said_before_anything_runs() {
    let folder = TempFolder::new();
    for (flags, code, says) in [
        ("--traces -", 2, "standard stream here"),
        ("--traces none/traces", 96, "cannot write traces to none/traces: No such file or directory"),
        ("-o out --traces out", 96, "--traces out is the same file as --output out"),
        ("--traces t --traces-sample often", 2, "write failed, slow or a percentage"),
    ] {
        run(&folder, &format!("run {} {flags}", wat("silent")), "a\n", code).check_says(says);
    }
}

#[test]
fn a_parent_is_no_part_of_a_task() {
    let dir = RunDir::new();
    let record = |parent: &str| {
        json!({"module": wat("silent"), "input": "a", "traceparent": parent}).to_string() + "\n"
    };
    let file = dir.beside().file("tasks", record(PARENT));
    let line = format!("--tasks {}", file.display());
    dir.run(&line).run("").check(0);
    dir.beside().file("tasks", record("another"));
    let again = dir.run(&format!("{line} --resume")).run("").check(0);
    again.check_says("lines passed over: 1 that had a record");
    assert_eq!(dir.bytes("results.jsonl").iter().filter(|byte| **byte == b'\n').count(), 1);
}
