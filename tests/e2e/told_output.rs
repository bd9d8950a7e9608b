//! What a command wrote to its stdout is told however it ended: every verdict it can end with,
//! whatever it wrote, in every format.

use super::support::{Record, RunDir, console, example, wat};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

/// What the guest is told to write, by its letter.
const WRITES: [(char, &[u8]); 6] = [
    ('e', b""),
    ('t', b"hello\n"),
    ('b', b"\xff\0\xfe"),
    ('j', b"[1, 2]\n"),
    ('w', b"{\"a\":"),
    ('c', b"ab\xc3"),
];
/// How it ends then, the verdict of that, and what it writes on the way: `None` for as much as it
/// may.
const ENDS: [(char, &str, &[u8]); 7] = [
    ('r', "ok", b""),
    ('x', "task_error", b""),
    ('u', "trap", b""),
    ('s', "fuel_exhausted", b""),
    ('m', "memory_exceeded", b""),
    ('o', "output_exceeded", b"x"),
    ('a', "output_exceeded", "ä".as_bytes()),
];
/// The output that it may give.
const LIMIT: usize = 64;

/// All that it wrote, as far as there was room.
fn written(first: &[u8], then: &[u8]) -> Vec<u8> {
    if then.is_empty() {
        return first.to_vec();
    }
    first.iter().chain(then.iter().cycle()).copied().take(LIMIT).collect()
}

/// `output` and `output_base64` of a record, for these bytes.
fn told(bytes: &[u8], verdict: &str, format: &str) -> (Value, Value) {
    let base64 = || (Value::Null, json!(BASE64.encode(bytes)));
    if format == "base64" {
        return base64();
    }
    if verdict == "ok" && format == "json" {
        return (serde_json::from_slice(bytes).unwrap(), Value::Null);
    }
    // A character that was cut off is no text; where it failed, what stands before it is.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_suffix('\n').unwrap_or(text),
        Err(error) if verdict != "ok" && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap()
        }
        Err(_) => return base64(),
    };
    (json!(text), Value::Null)
}

#[track_caller]
fn check(record: &Record, verdict: &str, bytes: &[u8], format: &str) {
    assert_eq!(record.verdict(), verdict, "{record:?}");
    let given = (record["/output"].clone(), record["/output_base64"].clone());
    assert_eq!(given, told(bytes, verdict, format), "{format}: {record:?}");
    assert_eq!(record.number("/stats/output_bytes"), bytes.len() as u64, "{record:?}");
}

#[test]
fn whatever_a_command_ends_with_its_record_has_what_it_wrote() {
    let cases = || ENDS.iter().flat_map(|end| WRITES.iter().map(move |write| (write, end)));
    let lines: Vec<String> = cases().map(|((write, _), (end, ..))| format!("{write}{end}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    for format in ["text", "json", "base64"] {
        let line = format!(
            "run {} -k -j 2 --fuel 5M --memory 1MiB --output-limit {LIMIT} --output-format {format} --failure-output never",
            wat("writes")
        );
        let records = console(&line, &lines, 100).records();
        assert_eq!(records.len(), lines.len());
        for (((_, first), (_, verdict, then)), record) in cases().zip(&records) {
            let bytes = written(first, then);
            let is_json = serde_json::from_slice::<Value>(&bytes).is_ok();
            let is_bad = *verdict == "ok" && format == "json" && !is_json;
            check(record, if is_bad { "bad_output" } else { verdict }, &bytes, format);
        }
    }
}

#[test]
fn one_that_runs_out_of_time_has_it_if_its_worker_could_tell() {
    let flags = "-k --fuel 1000G --timeout 200ms --no-confirm-timeouts --failure-output never";
    let records = console(&format!("run {} {flags}", wat("writes")), &["ts", "bs", "es"], 100).records();
    for (record, bytes) in records.iter().zip([&b"hello\n"[..], b"\xff\0\xfe", b""]) {
        if record.text("/error/wall") == "engine" {
            check(record, "timeout", bytes, "text");
        } else {
            // The supervisor was first, and its worker says nothing any more.
            assert_eq!((record.verdict(), &record["/output"]), ("timeout", &Value::Null));
        }
    }
}

#[test]
fn what_was_never_entered_and_what_is_typed_has_no_output_where_it_fails() {
    let ended = console(&format!("run {}", wat("too_large")), &["x"], 100);
    assert_eq!(ended.records()[0]["/output"], Value::Null);
    let long = console(&format!("run {} --input-limit 1", wat("writes")), &["ttt"], 100);
    long.records()[0].check("bad_input", "too_long");
    assert_eq!(long.records()[0]["/output"], Value::Null);
    // Its print goes to the log.
    let panicked = console(&format!("run {}", example("faults")), &[r#"{"do":"panic"}"#], 100);
    assert_eq!(panicked.records()[0]["/output"], Value::Null);
}

#[test]
fn a_case_may_expect_what_was_written_before_a_failure_and_attempts_before_the_last_keep_none() {
    let dir = RunDir::new();
    let cases = dir.beside().file(
        "cases",
        "{\"input\":\"tx\",\"expect\":{\"verdict\":\"task_error\",\"output\":\"hello\"}}\n\
         {\"input\":\"bu\",\"expect\":{\"verdict\":\"trap\",\"output_base64\":\"/wD+\"}}\n",
    );
    let ended = console(&format!("test {} {}", wat("writes"), cases.display()), &[], 0);
    assert!(ended.stdout.contains("2 passed") || ended.stderr.contains("2 passed"), "{ended:?}");
    let wrong = dir
        .beside()
        .file("wrong", "{\"input\":\"tx\",\"expect\":{\"verdict\":\"task_error\",\"output\":\"other\"}}\n");
    let ended = console(&format!("test {} {}", wat("writes"), wrong.display()), &[], 100);
    assert!(ended.stdout.contains("+ hello") || ended.stderr.contains("+ hello"), "{ended:?}");
    let line = format!("run {} --retries 1 --retry-on task_error", wat("writes"));
    let record = console(&line, &["tx"], 100).records().remove(0);
    check(&record, "task_error", b"hello\n", "text");
    assert_eq!(record.history(), ["task_error"]);
    assert_eq!(record["/history/0/output"], Value::Null);
}
