//! Schemas that ask for more than there is: each costs its tasks or its module, and no worker.

use super::support::{Ended, TempFolder, console};
use serde_json::{Value, json};

/// A typed task with these schemas of its input and output, which gives its input back.
fn task(input: &str, output: &str) -> String {
    let data = |at: usize, text: &str| {
        let data: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        format!("(data (i32.const {at}) \"{data}\")")
    };
    let first = 4096;
    let second = first + input.len() + 16;
    let top = (second + output.len()).next_multiple_of(65_536);
    let pages = top / 65_536 + 64;
    format!(
        r#"(module
        (memory (export "memory") {pages})
        (global $top (mut i32) (i32.const {top}))
        (data (i32.const 16) "main")
        {input_data} {output_data}
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (global.get $top)
            (global.set $top (i32.and (i32.add (i32.add (global.get $top) (local.get 3)) (i32.const 7)) (i32.const -8))))
        (func (export "polymer:task/guest@0.1.0#describe") (result i32)
            (i32.store (i32.const 512) (i32.const 520))
            (i32.store (i32.const 516) (i32.const 1))
            (i32.store (i32.const 520) (i32.const 16))
            (i32.store (i32.const 524) (i32.const 4))
            (i32.store8 (i32.const 548) (i32.const {has_input}))
            (i32.store (i32.const 552) (i32.const {first}))
            (i32.store (i32.const 556) (i32.const {input_length}))
            (i32.store8 (i32.const 560) (i32.const {has_output}))
            (i32.store (i32.const 564) (i32.const {second}))
            (i32.store (i32.const 568) (i32.const {output_length}))
            (i32.const 512))
        (func (export "polymer:task/guest@0.1.0#run") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
            (i32.store8 (i32.const 1024) (i32.const 0))
            (i32.store (i32.const 1032) (local.get 5))
            (i32.store (i32.const 1036) (local.get 6))
            (i32.const 1024)))"#,
        input_data = data(first, input),
        output_data = data(second, output),
        has_input = u8::from(!input.is_empty()),
        has_output = u8::from(!output.is_empty()),
        input_length = input.len(),
        output_length = output.len(),
    )
}

fn chain(length: usize, link: impl Fn(Value) -> Value, last: Value) -> Value {
    let next = |at: usize| json!({"$ref": format!("#/$defs/{}", at + 1)});
    let mut defs: serde_json::Map<_, _> = (0..length).map(|at| (at.to_string(), link(next(at)))).collect();
    defs.insert(length.to_string(), last);
    json!({"$ref": "#/$defs/0", "$defs": defs})
}

#[track_caller]
fn check_no_worker_was_lost(ended: &Ended) {
    for word in ["restarts", "died", "is charged"] {
        assert!(!ended.stderr.contains(word), "{}", ended.stderr);
    }
}

#[test]
fn a_check_that_asks_for_too_much_costs_its_task_and_no_worker() {
    let folder = TempFolder::new();
    let again = || json!({"items": {"$ref": "#/$defs/0"}});
    let deep = format!("{}{}", "[".repeat(126), "]".repeat(126));
    for (schema, line, fine, words) in [
        (chain(900, |next| next, again()), deep.as_str(), "1", "nest deeper than 2000 levels"),
        (chain(1900, |next| next, again()), deep.as_str(), "1", "nest deeper than 2000 levels"),
        (
            chain(39, |next| json!({"allOf": [next, next]}), json!({"type": "integer"})),
            "1",
            "",
            "takes more than",
        ),
        (
            chain(1, |next| json!({"anyOf": [next, next]}), json!({"allOf": [again(), again()]})),
            deep.as_str(),
            "1",
            "takes more than",
        ),
    ] {
        for output in [false, true] {
            let text = schema.to_string();
            let (input_schema, output_schema) =
                if output { ("", text.as_str()) } else { (text.as_str(), "") };
            let module = folder.file("task.wat", task(input_schema, output_schema)).display().to_string();
            let mut lines = vec![line];
            lines.extend((!fine.is_empty()).then_some(fine));
            let ended = console(&format!("run {module} -j 1 -k"), &lines, 100);
            let records = ended.records();
            records[0].check(if output { "bad_output" } else { "bad_input" }, "schema_limit");
            records[0].check_message(words);
            records[0].check_message("--no-validate skips the check");
            if !fine.is_empty() {
                records[1].check_ok(&json!(1));
            }
            check_no_worker_was_lost(&ended);
        }
    }
}

#[test]
fn a_schema_that_is_more_than_there_is_room_for_costs_its_module_and_no_worker() {
    let folder = TempFolder::new();
    let long = "x".repeat(200_000);
    let circle =
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}});
    for (schema, words) in [
        (json!({"pattern": "((a{1000}){1000}){1000}"}), "its patterns are too large"),
        (
            json!({"properties": {&long: {"allOf": vec![json!({"type": "null"}); 1900]}}}),
            "the paths of its parts",
        ),
        (json!({"allOf": vec![json!({}); 2001]}), "more than 2000 parts"),
        (json!({"$ref": "https://example.com/s.json"}), "cannot refer to another file or host"),
        (json!({"$dynamicRef": "file:///etc/passwd#x"}), "cannot refer to another file or host"),
        (json!({"$ref": "#/$defs/none"}), "cannot be used"),
    ] {
        let module = folder.file("task.wat", task(&schema.to_string(), "")).display().to_string();
        let ended = console(&format!("run {module}"), &["1"], 96);
        ended.check_says(words);
        assert_eq!(ended.stdout, "");
        check_no_worker_was_lost(&ended);
        console(&format!("run {module} --no-validate"), &["1"], 0);
    }
    let module = folder.file("task.wat", task(&circle.to_string(), "")).display().to_string();
    let ended = console(&format!("run {module}"), &["1"], 100);
    ended.records()[0].check("bad_input", "schema");
    ended.records()[0].check_message("leads back to itself");
    check_no_worker_was_lost(&ended);
}
