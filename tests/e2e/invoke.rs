//! `--invoke`: functions of components that are no tasks, or not called as such.

use super::support::{Record, RunDir, Start, console, example, wat};
use serde_json::{Value, json};

/// The records of a function of a module, for these lines.
fn call(module: &str, function: &str, lines: &[&str], code: i32) -> Vec<Record> {
    let line = format!("run {module} --invoke {function} --fuel 1G -k --failure-output never");
    console(&line, lines, code).records()
}

fn plane(function: &str, lines: &[&str], code: i32) -> Vec<Record> {
    call(&example("shapes"), &format!("geo:shapes/plane.{function}"), lines, code)
}

/// A function of `calls.wat`, with one line.
fn one(function: &str, line: &str, code: i32) -> Record {
    call(&wat("calls"), function, &[line], code).remove(0)
}

#[track_caller]
fn check_all(records: &[Record], outputs: &[Value]) {
    assert_eq!(records.len(), outputs.len());
    records.iter().zip(outputs).for_each(|(record, output)| record.check_ok(output));
}

#[test]
fn a_function_takes_and_gives_values_of_its_own_types() {
    let square = r#"{"polygon":[{"x":0,"y":0},{"x":2,"y":0},{"x":2,"y":2},{"y":2,"x":0}]}"#;
    let named = format!("{{\"of\":{square}}}");
    let area = plane("area", &[square, &named, r#"["nothing"]"#, r#"{"circle":"inf"}"#], 0);
    check_all(&area, &[json!(4.0), json!(4.0), json!(0.0), json!("inf")]);
    let center = plane("center", &["[[]]", r#"{"points":[{"x":1,"y":2},{"x":2,"y":4}]}"#], 0);
    check_all(&center, &[Value::Null, json!({"x": 1.5, "y": 3.0})]);
    let mirror = plane("mirror", &[r#"[{"x":1,"y":2},"x",["thick","filled"]]"#], 0);
    check_all(&mirror, &[json!([{"x": 1.0, "y": -2.0}, ["filled", "dashed", "thick"]])]);
    let divisor = plane("common-divisor", &["[[18446744073709551615, \"18446744073709551610\"]]"], 0);
    check_all(&divisor, &[json!(5)]);
    let repeat = call(&example("shapes"), "repeat", &[r#"{"text":"ab"}"#, r#"["ab",null]"#, r#"["ä",2]"#], 0);
    check_all(&repeat, &[json!("ab"), json!("ab"), json!("ää")]);
}

#[test]
fn an_error_that_is_returned_is_the_tasks() {
    let records = plane("area", &[r#"{"polygon":[]}"#], 100);
    records[0].check("task_error", "failure");
    assert_eq!(records[0].text("/error/message"), "a polygon has at least three corners, not 0");
    let records = plane("common-divisor", &["[[1,0]]"], 100);
    records[0].check("task_error", "failure");
    assert_eq!(records[0].text("/error/message"), r#"{"place":1}"#);
}

#[test]
fn what_does_not_fit_is_bad_input_with_its_place() {
    let lines = [
        r#"[{"polygon":[{"x":0,"y":0},{"x":"1","y":0}]}]"#,
        r#"[{"polygon":[{"x":0}]}]"#,
        r#"[{"polygon":[{"x":0,"y":0,"z":0}]}]"#,
        r#"{"square":1}"#,
        r#"["nothing","nothing"]"#,
    ];
    let said = [
        "at $[0].polygon[1].x: expected f64, found \"1\"",
        "at $[0].polygon[0]: the field `y` of type f64 is missing",
        "at $[0].polygon[0]: there is no field `z`; there is x, y",
        "found the case `square`",
        "expected 1 argument",
    ];
    for (record, said) in plane("area", &lines, 100).iter().zip(said) {
        record.check("bad_input", "argument");
        record.check_message(said);
        assert_eq!(record.number("/stats/fuel"), 0);
    }
    // What is no JSON at all is found before.
    plane("area", &["{"], 100)[0].check("bad_input", "not_json");
}

#[test]
fn a_function_is_found_by_each_of_its_names() {
    let calls = wat("calls");
    for name in ["demo:calls/ops@1.2.0.add", "demo:calls/ops@1.2.0#add", "demo:calls/ops@2.0.0.add"] {
        check_all(&call(&calls, name, &["[1,2]"], 0), &[json!(3)]);
    }
    check_all(&call(&calls, "demo:calls/ops#echo", &["\"a\""], 0), &[json!("a")]);
    check_all(&call(&calls, "echo", &["[\"a\"]"], 0), &[json!("a")]);
    check_all(&call(&calls, "nothing", &["[]", "{}", "null"], 0), &[Value::Null, Value::Null, Value::Null]);
    // What is a task or a command has functions too.
    check_all(&call(&wat("component"), "wasi:cli/run.run", &["[]"], 0), &[Value::Null]);
    let told = call(&example("simple"), "polymer:task/guest.describe", &["[]"], 0);
    assert_eq!(told[0]["/output/0/name"], "simple");
    assert_eq!(told[0]["/output/0/encoding"], "json");
}

#[test]
fn what_cannot_be_called_is_said_before_a_line_is_read() {
    let (shapes, calls) = (example("shapes"), wat("calls"));
    for (module, function, said) in [
        (&shapes, "geo:shapes/pens.[constructor]pen", "its result is or contains a resource"),
        (&shapes, "geo:shapes/pens.[method]pen.width", "its parameter `self` is or contains a resource"),
        (
            &shapes,
            "geo:shapes/plane.volume",
            "it exports no function `geo:shapes/plane.volume`: it exports `repeat`",
        ),
        (
            &calls,
            "demo:calls/ops.add",
            "more than one function `demo:calls/ops.add`: `demo:calls/ops@1.2.0.add`",
        ),
        (&example("wordcount"), "add", "--invoke calls a function of a component"),
        (
            &wat("no_entry"),
            "answer",
            "`answer`, where a function `_start`, or the types of a component was expected",
        ),
    ] {
        // Its input stays open and empty.
        let mut running = Start::polymer(&format!("run {module} --invoke {function}")).start();
        running.says(said);
        let ended = running.end().check(96);
        assert_eq!(ended.stdout, "");
        let said = ended.stderr.lines().filter(|line| !line.starts_with("hint: "));
        assert_eq!(said.count(), 1, "{}", ended.stderr);
    }
    let ended = console(&format!("run {calls}"), &["1"], 96);
    ended.check_says("it is a component, but not a task");
    ended.check_says("name it with --invoke: `demo:calls/ops@1.2.0.add`");
    console("run --tasks - --invoke add", &[], 2).check_says("--invoke");
    console(&format!("run {calls} --invoke echo --reuse 2"), &["1"], 2).check_says("--reuse");
}

#[test]
fn what_a_guest_gives_that_is_no_value_is_its_trap() {
    for function in ["not-utf8", "not-char", "no-case", "far"] {
        one(function, "[]", 100).check("trap", "bad_value");
    }
    one("echo-far", "\"a\"", 100).check("trap", "bad_value");
    one("echo-late", "\"a\"", 100).check("trap", "unreachable");
    one("trap", "[]", 100).check("trap", "unreachable");
    one("spin", "[]", 100).check("fuel_exhausted", "fuel");
    let spin = format!("run {} --invoke spin --fuel 1000G --timeout 100ms", wat("calls"));
    console(&spin, &["[]"], 100).records()[0].check("timeout", "timeout");
}

#[test]
fn what_a_guest_gives_too_much_of_costs_no_worker() {
    let nested = one("nested", "[]", 100);
    nested.check("output_exceeded", "host_call");
    nested.check_message("returned more than 641 MiB of values");
    let records = call(&wat("calls"), "many", &["3", "1000000", "100000000", "2000000000", "2"], 100);
    records[0].check_ok(&json!([0, 0, 0]));
    assert_eq!(records[1].number("/stats/output_bytes"), 2_000_001);
    records[2].check("output_exceeded", "host_call");
    records[3].check("memory_exceeded", "memory");
    records[4].check_ok(&json!([0, 0]));
    let small = format!("run {} --invoke many --output-limit 1000", wat("calls"));
    console(&small, &["1000"], 100).records()[0].check("output_exceeded", "output");
    // A long list of arguments, and a text as it stands.
    let long = format!("[\"{}\"]", "x".repeat(50_000));
    let echo = call(&wat("calls"), "echo", &[&long], 0);
    assert_eq!(echo[0].number("/stats/output_bytes"), 50_002);
    let text = format!("run {} --invoke echo --input-format text", wat("calls"));
    console(&text, &["[not json"], 0).records()[0].check_ok(&json!("[not json"));
}

#[test]
fn inspect_lists_what_can_be_called() {
    let ended = console(&format!("inspect {}", example("shapes")), &[], 0);
    for line in [
        "form: component (no task: its functions are called with --invoke)",
        "  repeat: func(text: string, times: option<u32>) -> string",
        "  geo:shapes/plane@1.0.0.common-divisor: func(of: list<u64>) -> result<u64, record { place: u32 }>",
        "functions that cannot be invoked:",
        "  geo:shapes/pens@1.0.0.[constructor]pen: its result is or contains a resource, which JSON cannot represent",
    ] {
        assert!(ended.stdout.lines().any(|said| said == line), "{line}\n{}", ended.stdout);
    }
}

#[test]
fn a_run_that_goes_on_calls_the_same_function() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "{\"circle\":1}\n{\"square\":1}\n");
    let line = format!(
        "{} --invoke geo:shapes/plane.area --input {} --failure-output never",
        example("shapes"),
        input.display()
    );
    dir.run(&line).run("").check(100);
    let saved = dir.json("run.json");
    assert!(saved["settings"].to_string().contains("geo:shapes/plane.area"), "{}", saved["settings"]);
    dir.rerun("").run("").check(100);
    dir.resume("").run("").check(100);
    let ends: Vec<_> = dir.records().iter().map(|record| record.verdict().to_owned()).collect();
    assert_eq!(ends, ["ok", "bad_input"]);
}

#[test]
fn one_cache_serves_both_ways_of_entering() {
    let cache = RunDir::new();
    let with = |line: &str, code| {
        let line = format!("run {line} --cache-dir {}/cache", cache.beside().path().display());
        Start::polymer(&line).run("[]\n").check(code)
    };
    let simple = example("simple");
    with(&format!("{simple} --invoke polymer:task/guest.describe"), 0).records()[0].check("ok", "");
    let again = with(&simple, 0);
    again.check_says("cache: 1 module found");
    again.records()[0].check("ok", "");
    let calls = wat("calls");
    with(&format!("{calls} --invoke nothing"), 0);
    with(&format!("{calls} --invoke nothing"), 0).check_says("cache: 1 module found");
    with(&calls, 96).check_says("name it with --invoke");
}
