//! What guests and modules say of themselves, where a terminal reads it: nothing that would be
//! obeyed, nothing without bound.

use super::{case, run};
use crate::support::{Start, TempFolder, by_id, wat};
use serde_json::json;

/// That a terminal, or somebody who looks for our lines, finds nothing in this but text.
#[track_caller]
fn check_harmless(text: &str) {
    let wrong = |char: char| (char.is_control() && char != '\n') || ('\u{202a}'..='\u{202e}').contains(&char);
    assert!(!text.contains(wrong), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with("error: none")), "{text}");
}

#[test]
fn what_guests_say_is_shown_as_text_and_kept_in_records_as_it_was() {
    let cases = [
        case("escapes", "ok", "", ""),
        case("escape_import", "module_invalid", "unknown_import", "").saying("launch"),
        case("escape_names", "trap", "unreachable", ""),
    ];
    let ended = run(&cases, "--success-output immediate --failure-output immediate --log-level debug");
    check_harmless(&ended.stderr);
    ended.check_says("boom");
    let records = by_id(ended.records());
    records["escapes"].check_ok(&json!("\u{1b}[2J\u{7}\u{9b}31m\u{202e}red\rerror: none"));
    assert!(records["escapes"].text("/log/text").starts_with('\u{1b}'));
    assert!(!records["escape_names"].text("/error/trace").contains('\u{1b}'));
}

#[test]
fn a_module_that_is_looked_at_cannot_write_over_what_is_read() {
    let line = format!("inspect {}", wat("hostile/escape_import"));
    let ended = Start::polymer(&line).run("");
    check_harmless(&ended.stdout);
    check_harmless(&ended.stderr);
    assert!(ended.stdout.contains("launch") || ended.stderr.contains("launch"), "{ended:?}");
}

#[test]
fn names_without_end_are_cut() {
    let folder = TempFolder::new();
    let long = "x".repeat(90_000);
    let import = folder
        .file("import.wat", format!(r#"(module (import "env" "{long}" (func)) (func (export "_start")))"#));
    let export = folder.file("export.wat", format!(r#"(module (func (export "{long}")))"#));
    let body = format!(r#"(module (func $"{long}" unreachable) (func (export "_start") (call $"{long}")))"#);
    let name = folder.file("name.wat", body);
    let cases = [
        super::of_module("import", import, "module_invalid", "unknown_import", ""),
        super::of_module("export", export, "module_invalid", "no_entry_point", ""),
        super::of_module("name", name, "trap", "unreachable", ""),
    ];
    let ended = run(&cases, "--log-level debug");
    assert!(ended.stderr.len() < 60_000, "{} bytes are shown", ended.stderr.len());
    for record in ended.records() {
        assert!(record.text("/error/message").len() < 5000, "{}", record.id());
        let trace = record["/error/trace"].as_str().unwrap_or_default();
        assert!(trace.len() < 5000, "{}", record.id());
    }
}
