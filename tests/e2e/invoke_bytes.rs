//! `--invoke` and bytes: lists of numbers of every type both ways, up to the limits of input and
//! output, and what is said beyond.

use super::support::{Record, Start, TempFolder, console, wat};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

/// The limits of input and output, if nothing else is said.
const LIMIT: usize = 16 << 20;

fn line(function: &str, flags: &str) -> String {
    format!("run {} --invoke {function} -k --failure-output never {flags}", wat("bytes"))
}

/// The records of a function, for these lines.
#[track_caller]
fn call(function: &str, flags: &str, lines: &[&str], code: i32) -> Vec<Record> {
    console(&line(function, flags), lines, code).records()
}

/// The record of a function whose input is a file with these bytes.
#[track_caller]
fn call_with_file(function: &str, flags: &str, bytes: &[u8], code: i32) -> Record {
    let folder = TempFolder::new();
    let path = folder.file("input", bytes);
    let line = line(function, &format!("--input-format file {flags}"));
    let input = format!("{}\n", path.display());
    Start::polymer(&line).patient(120).run(input).check(code).records().remove(0)
}

/// Bytes in which every value is.
fn pattern(length: usize) -> Vec<u8> {
    (0_u32..).map(|number| (number ^ (number >> 8)).to_le_bytes()[0]).take(length).collect()
}

#[track_caller]
fn check_bytes(record: &Record, bytes: &[u8]) {
    assert_eq!((record.verdict(), &record["/output"]), ("ok", &Value::Null), "{}", record["/error"]);
    assert!(BASE64.decode(record.text("/output_base64")).unwrap() == bytes, "other bytes");
    assert_eq!(record.number("/stats/output_bytes"), bytes.len() as u64);
}

#[test]
fn lists_of_every_kind_of_number_go_in_and_come_out() {
    for (of, list) in [
        ("u8", json!([0, 255])),
        ("s8", json!([-128, 127])),
        ("u16", json!([0, 65535])),
        ("s16", json!([-32768, 32767])),
        ("u32", json!([0, u32::MAX])),
        ("s32", json!([i32::MIN, i32::MAX])),
        ("u64", json!([0, u64::MAX])),
        ("s64", json!([i64::MIN, i64::MAX])),
        ("f32", json!([-0.5, 1.5, "nan", "-inf"])),
        ("f64", json!([0.1, 1e300, "inf"])),
        ("bool", json!([true, false])),
        ("char", json!(["ä", "\u{10ffff}"])),
    ] {
        let lines = [json!([list]).to_string(), json!({"data": list}).to_string(), "[[]]".to_owned()];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let records = call(&format!("echo-{of}"), "", &lines, 0);
        records.iter().zip([&list, &list, &json!([])]).for_each(|(record, list)| record.check_ok(list));
        // What is no list of bytes stays a value, whatever is asked for.
        if of != "u8" {
            call(&format!("echo-{of}"), "--output-format base64", &lines, 0)[0].check_ok(&list);
        }
    }
}

#[test]
fn bytes_are_given_as_they_are_asked_for() {
    let lines = [r#"[[104,105,10]]"#, r#"{"base64":"aGkK"}"#, r#"{"data":{"base64":"aGkK"}}"#];
    for (format, output, base64) in [
        ("", json!([104, 105, 10]), Value::Null),
        ("--output-format base64", Value::Null, json!("aGkK")),
        ("--output-format text", json!("hi"), Value::Null),
    ] {
        for function in ["echo-u8", "well", "maybe"] {
            for record in call(function, format, &lines, 0) {
                let told = (record["/output"].clone(), record["/output_base64"].clone());
                assert_eq!(told, (output.clone(), base64.clone()), "{function} {format}: {record:?}");
            }
        }
    }
    let value = call("echo-u8", "--output-format json", &[r#"{"base64":"WzEsIDJd"}"#, "[[1]]"], 100);
    value[0].check_ok(&json!([1, 2]));
    value[1].check("bad_output", "not_json");
    let none = call("maybe", "--output-format base64", &["null"], 0);
    none[0].check_ok(&Value::Null);
    assert_eq!(none[0]["/output_base64"], Value::Null);
    let wrong = call("wrong", "--output-format base64", &[r#""no way""#], 100);
    wrong[0].check("task_error", "failure");
    assert_eq!(wrong[0].text("/error/message"), "no way");
    // Inside of another value it is told as it is read.
    let inside = [r#"{"data":[1,255],"mode":7}"#, r#"{"data":{"base64":"Af8="},"mode":7}"#];
    let told = json!({"data": {"base64": "Af8="}, "mode": 7});
    call("same", "--output-format base64", &inside, 0).iter().for_each(|record| record.check_ok(&told));
    call("same", "", &inside, 0)[1].check_ok(&json!({"data": [1, 255], "mode": 7}));
    call("both", "--output-format base64", &[r#"[{"base64":"AA"},[1]]"#], 0)[0]
        .check_ok(&json!([{"base64": "AA=="}, [1]]));
    let bad = call("echo-u8", "", &[r#"{"base64":"A"}"#, r#""aGk=""#], 100);
    bad.iter().for_each(|record| record.check("bad_input", "argument"));
    bad[1].check_message(r#"base64 is written as {"base64": "..."}"#);
}

#[test]
fn as_many_bytes_as_the_limits_allow_go_in_and_come_out() {
    let most = pattern(LIMIT);
    for function in ["echo-u8", "well"] {
        check_bytes(&call_with_file(function, "--output-format base64", &most, 0), &most);
    }
    call_with_file("length", "", &most, 0).check_ok(&json!(LIMIT));
    let text = vec![b'x'; LIMIT - 2];
    check_bytes(&call_with_file("bytes-of", "--output-format base64", &text, 0), &text);
    for function in ["text-of", "echo-string"] {
        let record = call_with_file(function, "", &text, 0);
        assert_eq!(record.text("/output").len(), text.len());
    }
    // As values, one for each byte: where they stand in another type, and where no fast way is
    // known for the function.
    let part = BASE64.encode(pattern(LIMIT / 2));
    let inside = format!("{{\"data\":{{\"base64\":\"{part}\"}},\"mode\":1}}");
    let same = call("same", "--output-format base64", &[&inside], 0);
    assert!(same[0].text("/output/data/base64") == part);
    let zeros = call("zeros", "--output-format base64", &[&LIMIT.to_string()], 0);
    check_bytes(&zeros[0], &vec![0; LIMIT]);
    let count = LIMIT / 8;
    let long = call("long-zeros", "", &[&count.to_string()], 0);
    assert_eq!(long[0]["/output"].as_array().map(Vec::len), Some(count));
}

#[test]
fn lists_of_every_kind_are_as_long_as_the_limits_allow() {
    for (of, value) in [
        ("u8", "1"),
        ("s8", "1"),
        ("u16", "1"),
        ("s16", "1"),
        ("u32", "1"),
        ("s32", "1"),
        ("u64", "1"),
        ("s64", "1"),
        ("f32", "1.5"),
        ("f64", "1.5"),
        ("bool", "true"),
        ("char", r#""x""#),
    ] {
        // The line has a bracket more on each side than the list.
        let count = (LIMIT - "[[]]".len() + 1) / (value.len() + 1);
        let list = format!("[{}]", vec![value; count].join(","));
        let running = Start::polymer(&line(&format!("echo-{of}"), "")).patient(120);
        let ended = running.run(format!("[{list}]\n")).check(0);
        assert!(ended.stdout.contains(&format!("\"output\":{list}")), "{count} of {of}");
    }
}

#[test]
fn what_is_more_says_so_and_names_the_limit() {
    let more = call("zeros", "--output-format base64", &[&(LIMIT + 1).to_string()], 100);
    more[0].check("output_exceeded", "output");
    assert_eq!(more[0].text("/error/message"), "gave more than its 16 MiB of output");
    // Told as numbers, each takes two bytes at the least.
    let numbers = call("zeros", "", &[&LIMIT.to_string()], 100);
    numbers[0].check("output_exceeded", "output");
    let values = call("long-zeros", "", &["17000000"], 100);
    values[0].check("output_exceeded", "host_call");
    values[0].check_message(
        "returned more than 641 MiB of values at once, the most that its 16 MiB of output allows",
    );
    let record = call_with_file("length", "--input-limit 1000", &[0; 1001], 100);
    record.check("bad_input", "too_long");
    record.check_message("--input-limit");
}
