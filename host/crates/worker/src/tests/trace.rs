//! Where guests say that they failed, and modules that were built before they could say so.

use super::super::fixtures::{Peer, limits, typed, typed_of_0_1_0};
use super::super::request::CompileTarget;
use super::super::{compile, engine};
use super::{failed, text};
use polymer_host_task::{AttemptEnding, ModuleForm, Verdict};

/// What comes of a module in each way to enter it: as it is, and as the component that is made of
/// it.
fn both(module: &[u8]) -> [AttemptEnding; 2] {
    [(CompileTarget::Task, ModuleForm::TypedModule), (CompileTarget::Function, ModuleForm::Typed)].map(
        |(wanted, form)| {
            let engine = engine::on_demand(engine::EngineSettings::usual()).unwrap();
            let compiled = compile::translate(&engine, false, wanted, module.to_vec()).unwrap();
            assert_eq!(compiled.form, form);
            let (mut peer, ready) = Peer::load_code(&compiled.code, compiled.form, &limits());
            ready.unwrap();
            peer.run(&limits(), "")
        },
    )
}

const TELL: &str = "(call $trace (i32.const 32) (i32.const 7))";
const FAIL: &str = "(call $fail (i32.const 0) (i32.const 0))";

#[test]
fn what_a_guest_tells_before_it_fails_is_the_trace_of_its_failure() {
    for (body, verdict, trace) in [
        (format!("{TELL} {FAIL}"), Verdict::TaskError, Some("one\ntwo")),
        (format!("{TELL} (call $fail (i32.const 0) (i32.const 1))"), Verdict::BadInput, Some("one\ntwo")),
        (FAIL.to_owned(), Verdict::TaskError, None),
        // The last call counts, and an empty text takes it back.
        (
            format!("{TELL} (call $trace (i32.const 96) (i32.const 7)) {FAIL}"),
            Verdict::TaskError,
            Some("no good"),
        ),
        (format!("{TELL} (call $trace (i32.const 0) (i32.const 0)) {FAIL}"), Verdict::TaskError, None),
        // Refused memory on the way, it failed for want of that.
        (
            format!("(drop (memory.grow (i32.const 1000))) {TELL} {FAIL}"),
            Verdict::MemoryExceeded,
            Some("one\ntwo"),
        ),
        // What it gave is no JSON: that is the host's word, and what the guest said before has
        // nothing to do with it.
        (format!("{TELL} (call $ok (i32.const 96) (i32.const 7))"), Verdict::BadOutput, None),
    ] {
        for ending in both(&typed(0, &body)) {
            assert_eq!((ending.verdict, ending.error.trace.as_deref()), (verdict, trace), "{body}");
        }
    }
    for ending in both(&typed(0, &format!("{TELL} (call $ok (i32.const 64) (i32.const 8))"))) {
        assert_eq!((text(&ending), ending.error.trace.as_deref()), ("{\"a\":1}", None));
    }
}

#[test]
fn what_a_guest_tells_before_it_gives_itself_up_is_the_message() {
    for ending in both(&typed(0, &format!("{TELL} unreachable"))) {
        let error = failed(&ending, Verdict::Trap, "unreachable");
        assert_eq!(error.message, "one\ntwo");
        assert!(error.trace.as_deref().unwrap_or_default().contains("run"), "{error:?}");
    }
    for ending in both(&typed(0, &format!("{TELL} (drop (i32.div_u (i32.const 1) (i32.const 0))) {FAIL}"))) {
        assert_eq!(failed(&ending, Verdict::Trap, "divide_by_zero").message, "integer divide by zero");
    }
}

#[test]
fn of_a_long_trace_the_beginning_is_kept() {
    let tell = |length: u32| {
        typed(
            0,
            &format!(
                "(call $trace (i32.const 8192) (i32.const {length})) (memory.fill (i32.const 8192) (i32.const 97) (i32.const 40000)) (call $trace (i32.const 8192) (i32.const {length})) {FAIL}"
            ),
        )
    };
    for (length, kept) in [
        (16 << 10, 16 << 10),
        ((16 << 10) + 1, (16 << 10) + " [cut]".len()),
        (40_000, (16 << 10) + " [cut]".len()),
    ] {
        for ending in both(&tell(length)) {
            let trace = ending.error.trace.unwrap();
            assert_eq!(
                (trace.len(), trace.matches(" [cut]").count()),
                (kept, usize::from(length > 16 << 10))
            );
        }
    }
    // What lies outside of the memory, or is no text, is no trace.
    for body in [
        "(call $trace (i32.const -8) (i32.const 70))",
        "(i32.store8 (i32.const 32) (i32.const 255)) (call $trace (i32.const 32) (i32.const 7))",
    ] {
        for ending in both(&typed(0, &format!("{body} {FAIL}"))) {
            failed(&ending, Verdict::Trap, "bad_value");
        }
    }
}

#[test]
fn modules_of_version_0_1_0_go_on_working() {
    let log =
        "(call $log (i32.const 2) (i32.const 32) (i32.const 7)) (call $progress (i64.const 3) (i64.const 4))";
    for ending in both(&typed_of_0_1_0(0, &format!("{log} (call $ok (i32.const 64) (i32.const 8))"))) {
        assert_eq!((text(&ending), ending.log.text().as_str()), ("{\"a\":1}", "warn: one\nwarn: two"));
    }
    for ending in both(&typed_of_0_1_0(0, FAIL)) {
        assert_eq!(failed(&ending, Verdict::TaskError, "failure").message, "no good");
    }
}

/// As a generator of that time made them: with the types of that file in them, or a component
/// already.
#[test]
fn modules_with_the_types_of_version_0_1_0_go_on_working() {
    let mut resolve = wit_parser::Resolve::default();
    let contract = include_str!("../../wit/contract-0.1.0.wit");
    let package = resolve.push_str("polymer.wit", contract).unwrap();
    let world = resolve.select_world(&[package], Some("task")).unwrap();
    let mut module = typed_of_0_1_0(
        0,
        "(call $log (i32.const 1) (i32.const 32) (i32.const 3)) (call $ok (i32.const 64) (i32.const 8))",
    );
    let utf8 = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, utf8).unwrap();
    for ending in both(&module) {
        assert_eq!((text(&ending), ending.log.text().as_str()), ("{\"a\":1}", "info: one"));
    }
    let component = wit_component::ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
    let mut peer = Peer::with(false, component);
    assert_eq!(text(&peer.run(&limits(), "")), "{\"a\":1}");
}
