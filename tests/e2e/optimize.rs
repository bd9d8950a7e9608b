//! `--optimize quick`: other code of the same modules, with the same records.

use super::support::{RunDir, Start, TempFolder, console, wat};
use serde_json::json;

/// Calls itself as deep as its input is long, through frames with many values in each.
const NESTS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\00\f0\00\00")
    (func $nest (param $n i32) (param $a i64) (param $b i64) (param $c i64) (result i64)
        (if (result i64) (i32.eqz (local.get $n))
            (then (local.get $a))
            (else (i64.add
                (call $nest (i32.sub (local.get $n) (i32.const 1))
                    (i64.mul (local.get $b) (i64.const 3))
                    (i64.add (local.get $c) (local.get $a))
                    (i64.xor (local.get $a) (local.get $b)))
                (i64.add (local.get $a) (i64.sub (local.get $b) (local.get $c)))))))
    (func (export "_start")
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (drop (call $nest (i32.load (i32.const 8)) (i64.const 1) (i64.const 2) (i64.const 3)))))"#;

#[test]
fn code_is_cached_beside_that_for_speed() {
    let cache = TempFolder::new();
    let run = |flags: &str| {
        let line =
            format!("run {} --log-level info --cache-dir {} {flags}", wat("silent"), cache.path().display());
        console(&line, &["x"], 0).stderr.contains("to compile module")
    };
    for (flags, compiles) in [("", true), ("--optimize quick", true), ("--optimize quick", false)] {
        assert_eq!(run(flags), compiles, "{flags}");
    }
    assert!(!run("--optimize speed"), "it is what is done if nothing is said");
    assert!(run("--optimize quick --fuel off"));
}

#[test]
fn calls_nest_less_deep_and_more_stack_makes_up_for_it() {
    let folder = TempFolder::new();
    let module = folder.file("nests.wat", NESTS);
    let run = |depth: usize, flags: &str| {
        let input = "x".repeat(depth);
        let code = if flags.contains("quick --stack 512KiB") { 100 } else { 0 };
        console(&format!("run {} {flags}", module.display()), &[&input], code).records().remove(0)
    };
    let (deep, quick) = (5000, "--optimize quick");
    run(deep, "").check_ok(&json!(""));
    run(deep, &format!("{quick} --stack 512KiB")).check("trap", "stack");
    run(deep, &format!("{quick} --stack 4MiB")).check_ok(&json!(""));
}

#[test]
fn a_run_goes_on_as_it_began() {
    let dir = RunDir::new();
    dir.run(&format!("{} --optimize quick", wat("silent"))).run("a\nb\n").check(0);
    let other = dir.run(&format!("{} --resume", wat("silent"))).run("a\nb\nc\n").check(96);
    other.check_says("optimize");
    dir.resume("").run("a\nb\nc\n").check(0);
    assert_eq!(dir.records().len(), 3);
}

#[test]
fn every_command_that_compiles_takes_it() {
    let folder = TempFolder::new();
    let silent = wat("silent");
    console(&format!("exec {silent} --optimize quick"), &[], 0);
    console(&format!("inspect {silent} --optimize quick"), &[], 0);
    let cases =
        folder.file("cases.jsonl", json!({"input": "x", "expect": {"output": ""}}).to_string() + "\n");
    console(&format!("test {silent} {} --optimize quick", cases.display()), &[], 0);
    let programs = folder.file("silent.wat", std::fs::read(&silent).unwrap());
    let line = format!("judge {} {} --optimize quick", programs.display(), cases.display());
    console(&line, &[], 0);
    let wrong = Start::polymer(&format!("run {silent} --optimize auto")).run("x\n").check(2);
    wrong.check_says("use speed or quick");
}
