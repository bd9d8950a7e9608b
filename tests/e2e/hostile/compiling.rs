//! Modules that cost more to compile than anybody wants to pay, each under limits that are sooner
//! reached than those a run has by itself.

use super::{Case, of_module, run, run_noting_deaths};
use crate::support::TempFolder;
use serde_json::json;

/// Writes numbers as the binary format has them.
fn number(mut value: usize, out: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        out.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return;
        }
    }
}

fn section(id: u8, content: &[u8], module: &mut Vec<u8>) {
    module.push(id);
    number(content.len(), module);
    module.extend(content);
}

/// A command that does nothing and has so many bytes of data.
fn data_segment(bytes: usize) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    section(1, b"\x01\x60\0\0", &mut module);
    section(3, b"\x01\0", &mut module);
    let mut memory = b"\x01\0".to_vec();
    number(bytes.div_ceil(64 << 10), &mut memory);
    section(5, &memory, &mut module);
    section(7, b"\x01\x06_start\0\0", &mut module);
    section(10, b"\x01\x02\0\x0b", &mut module);
    let mut data = b"\x01\0\x41\0\x0b".to_vec();
    number(bytes, &mut data);
    data.resize(data.len() + bytes, 1);
    section(11, &data, &mut module);
    module
}

/// A module of so many functions, each with these locals and this body, the first of which is
/// `_start`.
fn functions(count: usize, locals: &[u8], body: &[u8]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    section(1, b"\x01\x60\0\0", &mut module);
    let mut content = Vec::new();
    number(count, &mut content);
    content.extend(std::iter::repeat_n(0, count));
    section(3, &content, &mut module);
    section(7, b"\x01\x06_start\0\0", &mut module);
    content.clear();
    number(count, &mut content);
    for _ in 0..count {
        number(locals.len() + body.len() + 1, &mut content);
        content.extend(locals);
        content.extend(body);
        content.push(0x0b);
    }
    section(10, &content, &mut module);
    module
}

/// So many loops within each other: 600 KB that take 51 s and 4 GB unguarded.
fn nested_loops(count: usize) -> Vec<u8> {
    let mut body = b"\x03\x40".repeat(count);
    body.extend(b"\x0b".repeat(count));
    functions(1, b"\0", &body)
}

/// Modules whose compiling would take gigabytes.
fn greedy(folder: &TempFolder) -> Vec<Case> {
    let ifs = b"\x41\x01\x04\x40\x01\x0b".repeat(700_000);
    let straight = [&b"\x41\x01"[..], &b"\x41\x03\x6a".repeat(2_500_000), b"\x1a"].concat();
    let bombs = [
        ("loops", nested_loops(200_000)),
        ("ifs", functions(1, b"\0", &ifs)),
        ("straight", functions(1, b"\0", &straight)),
        ("million", functions(1_000_000, b"\0", b"")),
    ];
    let bomb = |(name, bytes): (&str, Vec<u8>)| {
        let file = folder.file(&format!("{name}.wasm"), bytes);
        of_module(name, file, "module_invalid", "compile_memory", "kernel")
    };
    bombs.into_iter().map(bomb).collect()
}

#[test]
fn compiling_that_wants_too_much_memory_is_ended_and_the_innocent_do_not_notice() {
    let folder = TempFolder::new();
    let ended = run_noting_deaths(&greedy(&folder), "--compile-memory 128MiB");
    assert!(nested_loops(200_000).len() < 610_000);
    ended.check_says("compiling needed more memory than it may have");
}

#[test]
fn compiling_that_takes_too_long_is_ended_and_the_innocent_do_not_notice() {
    let folder = TempFolder::new();
    // 400 KB and 8 KB.
    let many = folder.file("many.wasm", functions(100_000, b"\0", b""));
    let locals = folder.file("locals.wasm", functions(1000, b"\x01\xd0\x86\x03\x7e", b""));
    let cases = [
        of_module("many", many, "module_invalid", "compile_timeout", "kernel"),
        of_module("locals", locals, "module_invalid", "compile_timeout", "kernel"),
    ];
    run_noting_deaths(&cases, "--compile-timeout 1s").check_says("compiling used up its limit of 1s of CPU");
}

#[test]
fn large_modules_of_a_harmless_kind_are_taken_and_a_table_of_three_million_branches_is_not() {
    let folder = TempFolder::new();
    let mut branches = b"\x02\x40\x41\x00\x0e".to_vec();
    number(3_000_000, &mut branches);
    branches.extend(std::iter::repeat_n(0, 3_000_001));
    branches.push(0x0b);
    let branches = folder.file("branches.wasm", functions(1, b"\0", &branches));
    let data = folder.file("data.wasm", data_segment(60 << 20));
    let cases = [
        of_module("branches", branches, "module_invalid", "malformed", ""),
        of_module("data", data, "ok", "", "").limited(json!({"memory": "64MiB"})),
    ];
    run(&cases, "");
}
