//! Functions of components, as a supervisor meets them; how values look is tested beside the code,
//! and with whole runs.

use super::super::fixtures::{Peer, limits, typed};
use super::super::request::CompileTarget;
use super::super::{compile, engine};
use super::{failed, text};
use polymer_host_protocol::message::{WireEntry, WirePayload};
use polymer_host_task::{ModuleForm, Verdict};

/// A component with these functions around one core function, `f`, that returns 7.
fn component(functions: &str) -> String {
    format!(
        r#"(component
        (core module $m (memory (export "memory") 1)
            (func (export "f") (result i32) (i32.const 7))
            (func (export "g") (param i32) (result i32) (local.get 0)))
        (core instance $m (instantiate $m))
        {functions})"#
    )
}

const SEVEN: &str = r#"(func (export "seven") (result u8) (canon lift (core func $m "f")))"#;

fn refused(component: &str, entry: WireEntry<'_>) -> (String, String) {
    Peer::entering(true, component, entry, &limits()).1.unwrap_err()
}

#[test]
fn a_function_is_called_in_a_fresh_instance_each_time() {
    let functions = r#"(func (export "next") (result u32) (canon lift (core func $c "next")))"#;
    let counts = format!(
        r#"(component (core module $m (global $n (mut i32) (i32.const 0))
            (func (export "next") (result i32)
                (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
        (core instance $c (instantiate $m)) {functions})"#
    );
    let (mut peer, ready) = Peer::entering(true, counts, WireEntry::Function("next"), &limits());
    assert_eq!(ready.unwrap()[0].signature, "func() -> u32");
    for _ in 0..3 {
        let ending = peer.attempt(&limits(), WirePayload::Json, b"[]");
        assert_eq!(text(&ending), "1");
        assert_eq!(ending.usage.output_bytes, Some(1));
    }
    failed(&peer.attempt(&limits(), WirePayload::Json, b"[1]"), Verdict::BadInput, "argument");
    failed(&peer.attempt(&limits(), WirePayload::Line, b"1\n"), Verdict::BadInput, "not_json");
}

#[test]
fn a_component_that_is_no_task_says_what_can_be_called() {
    let text = component(SEVEN);
    let refusal = compile::translate(
        &engine::on_demand(engine::EngineSettings::usual()).unwrap(),
        true,
        CompileTarget::Task,
        text.clone().into_bytes(),
    );
    let refusal = refusal.unwrap_err();
    assert_eq!(refusal.code, "no_entry_point");
    assert!(refusal.message.ends_with("name it with --invoke: `seven`"), "{}", refusal.message);
    // Its code may come from a cache: then it is the other role that finds out.
    let (code, message) = refused(&text, WireEntry::Task);
    assert_eq!((code.as_str(), message), ("no_entry_point", refusal.message));
}

#[test]
fn a_component_is_looked_at_whole() {
    let functions = format!(
        r#"{SEVEN}
        (type $r (resource (rep i32)))
        (export $handle "handle" (type $r))
        (func (export "opened") (result (own $handle)) (canon lift (core func $m "f")))
        (func $id (param "a" u8) (result u8) (canon lift (core func $m "g")))
        (instance $i (export "id" (func $id)))
        (export "a:b/c@0.1.0" (instance $i))"#
    );
    let (mut peer, ready) = Peer::entering(true, component(&functions), WireEntry::Look, &limits());
    let mut told: Vec<_> =
        ready.unwrap().into_iter().map(|told| (told.name, told.signature, told.refused)).collect();
    told.sort();
    let expected = [
        ("a:b/c@0.1.0.id", "func(a: u8) -> u8", None),
        ("opened", "", Some("its result is or contains a resource, which JSON cannot represent")),
        ("seven", "func() -> u8", None),
    ];
    let expected = expected.map(|(name, signature, refused)| {
        (name.to_owned(), signature.to_owned(), refused.map(str::to_owned))
    });
    assert_eq!(told, expected);
    failed(&peer.attempt(&limits(), WirePayload::Json, b"[]"), Verdict::ModuleInvalid, "no_entry_point");
    // A task's own interface needs not be told.
    let task = typed(0, "(call $ok (i32.const 64) (i32.const 8))");
    assert_eq!(Peer::entering(false, task, WireEntry::Look, &limits()).1.unwrap(), []);
}

#[test]
fn types_that_are_too_large_or_have_no_form_are_refused() {
    let doubled: String = (1..15).map(|n| format!("(type $t{n} (tuple $t{0} $t{0}))", n - 1)).collect();
    let functions = format!(
        r#"(type $t0 (tuple u8 u8)) {doubled}
        (func (export "large") (result (list $t14))
            (canon lift (core func $m "f") (memory $m "memory")))"#
    );
    let (code, message) = refused(&component(&functions), WireEntry::Function("large"));
    assert_eq!(code, "unsupported");
    assert!(message.contains("its result is or contains a type of more than 10000 parts"), "{message}");
    let (code, message) = refused(&component(SEVEN), WireEntry::Function("eight"));
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("no_such_function", "it exports no function `eight`: it exports `seven`")
    );
    // A stream is refused as the module is looked at.
    let stream = r#"(component (type $s (stream u8)))"#;
    let refusal = compile::translate(
        &engine::on_demand(engine::EngineSettings::usual()).unwrap(),
        true,
        CompileTarget::Function,
        stream.into(),
    )
    .unwrap_err();
    assert_eq!(refusal.code, "unsupported");
    assert!(refusal.message.contains("async"), "{}", refusal.message);
}

#[test]
fn a_program_has_no_functions_to_call() {
    let (code, message) = refused(r#"(module (func (export "_start")))"#, WireEntry::Function("f"));
    assert_eq!(code, "unsupported");
    assert!(message.contains("it is a program"), "{message}");
    let program = compile::translate(
        &engine::on_demand(engine::EngineSettings::usual()).unwrap(),
        true,
        CompileTarget::Function,
        "(module)".into(),
    );
    assert_eq!(program.unwrap_err().code, "no_entry_point");
    let form = compile::translate(
        &engine::on_demand(engine::EngineSettings::usual()).unwrap(),
        true,
        CompileTarget::Function,
        component(SEVEN).into(),
    );
    assert_eq!(form.unwrap().form, ModuleForm::Component);
}
