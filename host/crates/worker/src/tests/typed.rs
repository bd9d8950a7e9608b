//! How attempts of typed tasks end, and of commands that are components.

use super::super::RoleEnd;
use super::super::fixtures::{Peer, limits, translate, typed};
use super::{failed, text};
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::WirePayload;
use polymer_host_task::{LogLevel, ModuleForm, Output, RetryHint, Verdict};
use std::time::Duration;

#[test]
fn a_typed_task_takes_json_and_gives_json() {
    let (mut peer, ready) =
        Peer::load(false, typed(0, "(call $ok (local.get $input) (local.get $length))"), &limits());
    let tasks = ready.unwrap();
    assert_eq!((tasks.len(), tasks[0].name.as_str(), tasks[0].encoding), (1, "main", 0));
    let ending = peer.attempt(&limits(), WirePayload::Json, b"{ \"b\": 1.0 }");
    assert_eq!(ending.output, Some(Output::Json("{\"b\":1.0}".to_owned())));
    assert!(ending.usage.fuel_exact);
    let ending = peer.run(&limits(), "a line\n");
    assert_eq!(text(&ending), "\"a line\"");
    let ending = peer.attempt(&limits(), WirePayload::Bytes, b"\xff");
    failed(&ending, Verdict::BadInput, "not_utf8");
    assert_eq!(peer.close().unwrap(), RoleEnd::Closed);
}

#[test]
fn a_failure_is_told_as_the_guest_tells_it() {
    let ending = Peer::with(false, typed(0, "(call $fail (i32.const 1) (i32.const 0))")).run(&limits(), "");
    assert_eq!(failed(&ending, Verdict::TaskError, "failure").message, "no good");
    assert_eq!(ending.retry, Some(RetryHint { after: Some(Duration::from_millis(250)) }));
    let ending = Peer::with(false, typed(0, "(call $fail (i32.const 0) (i32.const 1))")).run(&limits(), "");
    failed(&ending, Verdict::BadInput, "failure");
    assert_eq!(ending.retry, None);
}

#[test]
fn bad_and_large_output_of_a_typed_task_is_not_taken() {
    let ending = Peer::with(false, typed(0, "(call $ok (i32.const 96) (i32.const 7))")).run(&limits(), "");
    failed(&ending, Verdict::BadOutput, "not_json");
    let ending = Peer::with(false, typed(2, "(call $ok (i32.const 96) (i32.const 7))")).run(&limits(), "");
    assert_eq!(ending.output, Some(Output::Bytes(b"no good".to_vec())));
    let ending = Peer::with(false, typed(2, "(call $ok (i32.const 0) (i32.const 1025))")).run(&limits(), "");
    failed(&ending, Verdict::OutputExceeded, "output");
    assert_eq!(ending.usage.output_bytes, Some(1025));
    let ending = Peer::with(false, typed(1, "(call $ok (local.get $input) (local.get $length))"))
        .run(&limits(), "x\n");
    assert_eq!(text(&ending), "\"x\"");
}

#[test]
fn a_typed_task_logs_and_tells_its_progress() {
    let mut peer = Peer::with(
        false,
        typed(
            0,
            "(call $log (i32.const 2) (i32.const 32) (i32.const 7)) (call $progress (i64.const 3) (i64.const 4))
            (call $ok (i32.const 64) (i32.const 8))",
        ),
    );
    let ending = peer.run(&limits(), "");
    assert_eq!(text(&ending), "{\"a\":1}");
    assert_eq!(ending.log.text(), "warn: one\nwarn: two");
    assert_eq!(ending.log.lines[1].level, Some(LogLevel::Warn));
    assert_eq!((peer.page.load(word::DONE), peer.page.load(word::TOTAL)), (3, 4));
}

#[test]
fn a_typed_trap_has_a_trace_and_a_bad_pointer_is_a_trap() {
    let ending = Peer::with(false, typed(0, "unreachable")).run(&limits(), "");
    let error = failed(&ending, Verdict::Trap, "unreachable");
    assert!(error.trace.as_deref().unwrap_or_default().contains("run"), "{error:?}");
    let ending = Peer::with(false, typed(0, "(call $ok (i32.const 0) (i32.const -1))")).run(&limits(), "");
    assert_eq!(ending.verdict, Verdict::Trap, "{ending:?}");
}

#[test]
fn a_component_command_gives_its_exit() {
    let component = |result: u32| {
        format!(
            r#"(component
            (core module $m (func (export "run") (result i32) (i32.const {result})))
            (core instance $i (instantiate $m))
            (func $run (result (result)) (canon lift (core func $i "run")))
            (instance $export (export "run" (func $run)))
            (export "wasi:cli/run@0.2.3" (instance $export)))"#
        )
    };
    assert_eq!(translate(true, component(0).into()).unwrap().form, ModuleForm::CommandComponent);
    assert_eq!(Peer::with(true, component(0)).run(&limits(), "").verdict, Verdict::Ok);
    let ending = Peer::with(true, component(1)).run(&limits(), "");
    assert_eq!(failed(&ending, Verdict::TaskError, "exit").exit_code, Some(1));
}
