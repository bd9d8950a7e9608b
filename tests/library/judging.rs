//! Inputs of which something is expected, and groups that they count for.

use super::builder;
use polymer_host::{CompareMode, Expectation, Input, LimitNarrowing, Module, Output, Points, Verdict};

/// A command that writes what it reads, and exits with 3 where that begins with `f`.
const ECHO: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1024))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))
    (i32.store (i32.const 4) (i32.load (i32.const 16)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
    (if (i32.eq (i32.load8_u (i32.const 64)) (i32.const 102)) (then (call $exit (i32.const 3))))))"#;

fn wants(output: &str) -> Expectation {
    let output = Some(Output::Text(output.to_owned()));
    Expectation { output, points: Points::new(2.0), compare: CompareMode::Tokens, ..Expectation::default() }
}

#[test]
fn what_is_expected_of_an_input_is_compared_with_what_it_gave() {
    let module = Module::from_bytes("echo.wat", ECHO).unwrap();
    let manager = builder().module(module).build().unwrap();
    let fails = Expectation { exit_code: Some(3), ..Expectation::default() };
    let narrow = LimitNarrowing { input: Some(1), ..LimitNarrowing::default() };
    let inputs = [
        Input::text("a  b").expecting(wants("a b")).in_group("anna").with_id("right"),
        Input::text("a c").expecting(wants("a b")).with_id("wrong"),
        Input::text("fail").expecting(fails).with_id("fails"),
        Input::text("too long").expecting(wants("too long")).within(narrow).with_id("refused"),
        Input::text("any").with_id("free"),
    ];
    let done = manager.supervise(inputs).unwrap();
    let told = |id: &str| {
        let done = done.iter().find(|done| done.id == id).unwrap();
        let judgement = done.judgement.as_deref();
        (done.verdict, judgement.map(|one| (one.accepted, one.points.map(Points::get))))
    };
    assert_eq!(told("right"), (Verdict::Ok, Some((true, Some(2.0)))));
    assert_eq!(told("wrong"), (Verdict::WrongOutput, Some((false, Some(0.0)))));
    assert_eq!(told("fails"), (Verdict::Ok, Some((true, None))));
    assert_eq!(told("refused"), (Verdict::BadInput, Some((false, Some(0.0)))));
    assert_eq!(told("free"), (Verdict::Ok, None));
    let wrong = done.iter().find(|done| done.id == "wrong").unwrap();
    assert!(wrong.judgement.as_ref().unwrap().diff.ends_with("- b\n+ c"), "{wrong:?}");
    let stats = manager.stats().unwrap();
    assert_eq!((stats.judged, stats.points.points, stats.points.max_points), (4, 2.0, 6.0));
}
