//! Schemas that tasks declare: what inputs and outputs are held to.

use super::support::{TempFolder, console};
use serde_json::json;

/// A typed task with these schemas of its input and output, which gives `{"a": 1}`.
fn task(encoding: u8, input: &str, output: &str) -> String {
    let schema = |at: u32, text: &str| {
        let data: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        format!("(data (i32.const {at}) \"{data}\")")
    };
    format!(
        r#"(module
        (memory (export "memory") 2)
        (global $top (mut i32) (i32.const 65536))
        (data (i32.const 16) "main")
        (data (i32.const 64) "{{\"a\": 1}}")
        {input_data} {output_data}
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (global.get $top)
            (global.set $top (i32.and (i32.add (i32.add (global.get $top) (local.get 3)) (i32.const 7)) (i32.const -8))))
        (func (export "polymer:task/guest@0.1.0#describe") (result i32)
            (i32.store (i32.const 512) (i32.const 520))
            (i32.store (i32.const 516) (i32.const 1))
            (i32.store (i32.const 520) (i32.const 16))
            (i32.store (i32.const 524) (i32.const 4))
            (i32.store8 (i32.const 544) (i32.const {encoding}))
            (i32.store8 (i32.const 548) (i32.const {has_input}))
            (i32.store (i32.const 552) (i32.const 4096))
            (i32.store (i32.const 556) (i32.const {input_length}))
            (i32.store8 (i32.const 560) (i32.const {has_output}))
            (i32.store (i32.const 564) (i32.const 8192))
            (i32.store (i32.const 568) (i32.const {output_length}))
            (i32.const 512))
        (func (export "polymer:task/guest@0.1.0#run") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
            (i32.store8 (i32.const 1024) (i32.const 0))
            (i32.store (i32.const 1032) (i32.const 64))
            (i32.store (i32.const 1036) (i32.const 8))
            (i32.const 1024)))"#,
        input_data = schema(4096, input),
        output_data = schema(8192, output),
        has_input = u8::from(!input.is_empty()),
        has_output = u8::from(!output.is_empty()),
        input_length = input.len(),
        output_length = output.len(),
    )
}

#[test]
fn inputs_and_outputs_are_held_to_what_the_task_declares() {
    let folder = TempFolder::new();
    let rows = r#"{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}"#;
    let module = folder.file("rows.wat", task(0, rows, "")).display().to_string();
    let lines = [r#"{"n":1}"#, r#"{"n":"x"}"#, "{}"];
    let ended = console(&format!("run {module} --keep-order"), &lines, 100);
    let records = ended.records();
    records[0].check_ok(&json!({"a": 1}));
    records[1].check("bad_input", "schema");
    records[1].check_message("at /n: want integer, but got string; there is \"x\"");
    records[2].check("bad_input", "schema");
    records[2].check_message("missing properties 'n'");
    console(&format!("run {module} --no-validate"), &lines, 0);

    let module = folder.file("text.wat", task(0, "", r#"{"type":"string"}"#)).display().to_string();
    let ended = console(&format!("run {module}"), &["1"], 100);
    ended.records()[0].check("bad_output", "schema");
    let ended = console(&format!("inspect {module}"), &[], 0);
    assert!(ended.stdout.contains("output schema: {\"type\":\"string\"}"), "{}", ended.stdout);
}

#[test]
fn a_schema_that_cannot_be_used_is_told_before_the_first_line() {
    let folder = TempFolder::new();
    for (encoding, schema, words) in [
        (0, "{", "the input schema of its task `main` cannot be used: it is not JSON"),
        (0, r#"{"$ref":"file:///etc/passwd"}"#, "a schema cannot refer to another file or host"),
        (2, "{}", "the task takes and gives raw bytes"),
    ] {
        let module = folder.file("bad.wat", task(encoding, schema, "")).display().to_string();
        let ended = console(&format!("run {module}"), &["1"], 96);
        ended.check_says(words);
        assert_eq!(ended.stdout, "");
        if encoding == 0 {
            console(&format!("run {module} --no-validate"), &["1"], 0);
        }
    }
}
