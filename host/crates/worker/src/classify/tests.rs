//! What modules are taken for, and why some are not.

use super::*;

fn refused(bytes: &[u8]) -> ModuleRefusal {
    look(bytes).and_then(|facts| facts.check_imports().and_then(|()| facts.form(false))).unwrap_err()
}

#[track_caller]
fn check(text: &str, code: &str, words: &str) {
    let refusal = refused(&wat::parse_str(text).unwrap());
    assert_eq!(refusal.code, code, "{}", refusal.message);
    assert!(refusal.message.contains(words), "{}", refusal.message);
}

#[test]
fn what_is_no_wasm_is_named() {
    assert_eq!(refused(b"").code, "empty");
    for (bytes, words) in [
        (&b"\x7fELF\x02\x01\x01"[..], "ELF"),
        (b"  (module)", ".wat"),
        (b"#!/bin/sh", "script"),
        (b"hello", "text"),
        (b"\xff\xfe", "something else"),
    ] {
        let refusal = refused(bytes);
        assert_eq!(refusal.code, "not_wasm");
        assert!(refusal.message.contains(words), "{}", refusal.message);
    }
}

#[test]
fn a_cut_file_is_malformed() {
    let whole = wat::parse_str(r#"(module (func (export "_start")))"#).unwrap();
    assert!(look(&whole).is_ok());
    for end in [4, 7, 9, whole.len() - 1] {
        assert_eq!(refused(&whole[..end]).code, "malformed");
    }
}

#[test]
fn a_module_without_an_entry_says_what_it_exports() {
    check(r#"(module (func (export "a")) (memory (export "memory") 1))"#, "no_entry_point", "`a`, `memory`");
    check("(module)", "no_entry_point", "exports nothing");
    check(r#"(module (func (export "_initialize")))"#, "no_entry_point", "is a library");
    check("(component)", "no_entry_point", "wasi:cli/run");
    check(r#"(module (memory (export "_start") 1))"#, "no_entry_point", "_start");
}

#[test]
fn features_that_are_off_are_named() {
    check("(module (memory 1 1 shared))", "unsupported", "threads");
    check("(module (memory i64 1))", "unsupported", "memory64");
    check("(module (type (struct)))", "unsupported", "GC");
    check("(module (memory 1 (pagesize 1)))", "unsupported", "page sizes");
    check("(module (tag) (func try catch_all end))", "unsupported", "legacy exceptions");
    check("(module (type $f (func)) (type (cont $f)))", "unsupported", "off");
}

#[test]
fn imports_nobody_provides_are_named() {
    check(r#"(module (import "env" "foo" (func)) (func (export "_start")))"#, "unknown_import", "`env.foo`");
    check(
        r#"(component (import "wasi:http/types@0.2.0" (instance (export "fields" (type (sub resource))))))"#,
        "unknown_import",
        "wasi:http/types@0.2.0",
    );
    check(
        r#"(component (import "wasi:cli/stdin@0.3.0" (instance $i (export "f" (func)))) (alias export $i "f" (func)))"#,
        "unsupported",
        "0.3",
    );
    check("(module (import \"a\\1b[31m\" \"b\" (func)))", "unknown_import", "a\u{fffd}[31m.b");
}

#[test]
fn what_was_built_for_another_host_is_told_what_it_is_and_what_to_do() {
    for (text, code, words) in [
        ("(module (memory 1 1 shared))", "unsupported", "off; build it for `wasm32-wasip1`, without threads"),
        (
            r#"(module (import "wasi" "thread-spawn" (func (param i32) (result i32))))"#,
            "unknown_import",
            "it needs threads, which are off; build it for `wasm32-wasip1`, without threads (it imports `wasi.thread-spawn`)",
        ),
        ("(module (tag) (func try catch_all end))", "unsupported", "-mllvm -wasm-use-legacy-eh=false"),
        (
            r#"(module (import "wbg" "a" (func)))"#,
            "unknown_import",
            "by wasm-bindgen; build it for `wasm32-wasip1`",
        ),
        (r#"(module (import "env" "invoke_vii" (func)))"#, "unknown_import", "by Emscripten; build it with"),
        (
            r#"(component (import "wasi:cli/run@0.3.0" (instance $i (export "f" (func)))) (alias export $i "f" (func)))"#,
            "unsupported",
            "build it for WASI 0.2",
        ),
        (r#"(module (func (export "_initialize")))"#, "no_entry_point", "build it as a program"),
    ] {
        check(text, code, words);
    }
}

#[test]
fn imports_are_listed() {
    let text = r#"(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))))"#;
    let facts = look(&wat::parse_str(text).unwrap()).unwrap();
    assert_eq!(facts.import_names(), ["wasi_snapshot_preview1.fd_write"]);
    let facts =
        look(&wat::parse_str(r#"(component (import "wasi:io/error@0.2.3" (instance)))"#).unwrap()).unwrap();
    assert_eq!(facts.import_names(), ["wasi:io/error@0.2.3"]);
}
