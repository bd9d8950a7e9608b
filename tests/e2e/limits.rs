//! What bounds a task's log, output, memory and stack, from outside.

use super::support::{TempFolder, console, example, probe};
use serde_json::json;

#[test]
fn a_flood_of_log_lines_keeps_its_tail_and_counts_the_rest() {
    let line = format!("run {} --log-limit 4KiB", example("faults"));
    let records = console(&line, &[r#"{"do":"log","bytes":200000}"#], 0).records();
    let record = &records[0];
    record.check_ok(&json!("done"));
    let log = record.text("/log/text");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 64, "64 lines of 64 bytes fit");
    assert!(lines[63].ends_with("03124"), "the last line is {}", lines[63]);
    assert_eq!(record.number("/log/dropped_bytes") + 64 * 64, 64 * 3125);
}

#[test]
fn output_up_to_the_limit_passes_and_a_byte_more_does_not() {
    let line = format!("run {} --output-limit 1000 -k", example("faults"));
    // A JSON string of 998 letters has 1000 bytes.
    let lines = [r#"{"do":"flood","bytes":998}"#, r#"{"do":"flood","bytes":999}"#];
    let records = console(&line, &lines, 100).records();
    assert_eq!(records[0].number("/stats/output_bytes"), 1000);
    records[0].check_ok(&json!("x".repeat(998)));
    records[1].check("output_exceeded", "output");
}

#[test]
fn output_that_is_no_text_is_kept_as_base64() {
    let records = console(&format!("run {}", probe()), &["bytes"], 0).records();
    records[0].check_ok(&json!(null));
    assert_eq!(records[0]["/output_base64"], "/wD+");
}

#[test]
fn a_larger_memory_limit_is_had_by_its_flag() {
    let line = format!("run {} --memory 32MiB", example("faults"));
    let records = console(&line, &[r#"{"do":"hog"}"#], 100).records();
    records[0].check("memory_exceeded", "memory");
    records[0].check_message("32 MiB");
    let peak = records[0].number("/stats/peak_memory_bytes");
    assert!((16 << 20..=32 << 20).contains(&peak), "{peak}");
}

#[test]
fn a_larger_stack_is_had_by_its_flag() {
    let folder = TempFolder::new();
    // A frame has 16 bytes at the least, so this takes 16 MiB and more.
    let deep = r#"(module (memory (export "memory") 1)
        (func $deeper (param i32) (result i32)
            (if (result i32) (local.get 0)
                (then (i32.add (local.get 0) (call $deeper (i32.sub (local.get 0) (i32.const 1)))))
                (else (i32.const 0))))
        (func (export "_start") (drop (call $deeper (i32.const 1000000)))))"#;
    let module = folder.file("deep.wat", deep);
    let run = |flags: &str, code| {
        console(&format!("run {} {flags}", module.display()), &["go"], code).records().remove(0)
    };
    run("", 100).check("trap", "stack");
    run("--stack 4MiB", 100).check("trap", "stack");
    run("--stack 64MiB", 0).check_ok(&json!(""));
    run("--stack 64MiB --memory 64KiB", 0).check_ok(&json!(""));
}
