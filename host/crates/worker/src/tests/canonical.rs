//! A core module that is a typed task: entered as it is, it must do what the component that can be
//! made of it does.

use super::super::canonical::version::CONTRACT;
use super::super::fixtures::{Peer, limits, typed, typed_with};
use super::super::request::CompileTarget;
use super::super::{canonical, compile, engine};
use super::{failed, text};
use polymer_host_protocol::message::WirePayload;
use polymer_host_task::{AttemptEnding, ModuleForm, Usage, Verdict};

fn form(module: &[u8], wanted: CompileTarget) -> ModuleForm {
    compile::translate(
        &engine::on_demand(engine::EngineSettings::usual()).unwrap(),
        false,
        wanted,
        module.to_vec(),
    )
    .unwrap()
    .form
}

/// A worker that has this module loaded as what is made of it for this.
fn peer(module: &[u8], wanted: CompileTarget) -> Peer {
    let compiled = compile::translate(
        &engine::on_demand(engine::EngineSettings::usual()).unwrap(),
        false,
        wanted,
        module.to_vec(),
    )
    .unwrap();
    let expected =
        if wanted == CompileTarget::Function { ModuleForm::Typed } else { ModuleForm::TypedModule };
    assert_eq!(compiled.form, expected);
    let (peer, ready) = Peer::load_code(&compiled.code, compiled.form, &limits());
    ready.unwrap();
    peer
}

/// What there is to compare: all but times, fuel and the words of an engine.
fn told(ending: AttemptEnding) -> AttemptEnding {
    let mut ending =
        AttemptEnding { usage: Usage { fuel: None, wall: None, cpu: None, ..ending.usage }, ..ending };
    ending.error.trace = None;
    ending.error.message = String::new();
    ending
}

#[test]
fn a_module_does_what_its_component_does() {
    let bodies = [
        (0, "(call $ok (local.get $input) (local.get $length))"),
        (1, "(call $ok (local.get $input) (local.get $length))"),
        (2, "(call $ok (local.get $input) (local.get $length))"),
        // The task's name, and the attempt's id.
        (2, "(call $ok (local.get 0) (local.get 1))"),
        (2, "(call $ok (local.get 2) (local.get 3))"),
        (2, "(i32.store8 (i32.const 200) (local.get 4)) (call $ok (i32.const 200) (i32.const 1))"),
        (0, "(call $fail (i32.const 1) (i32.const 0))"),
        (0, "(call $fail (i32.const 0) (i32.const 1))"),
        (0, "(call $log (i32.const 2) (i32.const 32) (i32.const 7)) (call $ok (i32.const 64) (i32.const 8))"),
        (2, "(call $ok (i32.const 0) (i32.const 1025))"),
        (0, "unreachable"),
        (0, "(loop $l (br $l)) (i32.const 0)"),
        (0, "(drop (memory.grow (i32.const 1000))) unreachable"),
    ];
    // Values that are none: pointers that lead out or are not aligned, cases that no type has, text
    // that is none.
    let bad = [
        (0, "(call $ok (i32.const 0) (i32.const -1))"),
        (0, "(call $ok (i32.const -1) (i32.const 1))"),
        (0, "(i32.const -8)"),
        (0, "(i32.const 131072)"),
        (0, "(i32.const 1025)"),
        (0, "(i32.store8 (i32.const 1024) (i32.const 2)) (i32.const 1024)"),
        (
            0,
            "(drop (call $fail (i32.const 1) (i32.const 0))) (i32.store8 (i32.const 1040) (i32.const 2)) (i32.const 1024)",
        ),
        (
            0,
            "(drop (call $fail (i32.const 1) (i32.const 0))) (i32.store8 (i32.const 96) (i32.const 255)) (i32.const 1024)",
        ),
        (
            0,
            "(drop (call $fail (i32.const 1) (i32.const 0))) (i32.store8 (i32.const 1056) (i32.const 7)) (i32.const 1024)",
        ),
        (0, "(call $log (i32.const 4) (i32.const 32) (i32.const 7)) unreachable"),
        (0, "(call $log (i32.const 1) (i32.const -32) (i32.const 70)) unreachable"),
    ];
    let mut limits = limits();
    limits.fuel = Some(1_000_000);
    for (bodies, is_bad) in [(&bodies[..], false), (&bad[..], true)] {
        for (encoding, body) in bodies {
            let module = typed(*encoding, body);
            let both = [CompileTarget::Task, CompileTarget::Function].map(|wanted| {
                let inputs = [&b"{ \"b\": 1.0 }"[..], b"\"\"", b"[]"];
                inputs.map(|input| told(peer(&module, wanted).attempt(&limits, WirePayload::Json, input)))
            });
            if is_bad {
                failed(&both[0][0], Verdict::Trap, "bad_value");
            }
            assert_eq!(both[0], both[1], "{body}");
        }
    }
}

#[test]
fn an_address_that_realloc_gives_is_not_believed() {
    for at in [-1, 131_071, 131_072] {
        let module = typed_with(at, 0, "unreachable");
        for wanted in [CompileTarget::Task, CompileTarget::Function] {
            failed(&peer(&module, wanted).run(&limits(), "long enough\n"), Verdict::Trap, "bad_value");
        }
    }
}

#[test]
fn a_library_is_initialized_before_it_is_asked_anything() {
    let module = typed(
        0,
        r#"(call $ok (i32.const 64) (global.get $length_of_it)))
        (global $length_of_it (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $length_of_it (i32.const 8))"#,
    );
    for wanted in [CompileTarget::Task, CompileTarget::Function] {
        assert_eq!(text(&peer(&module, wanted).run(&limits(), "")), "{\"a\":1}");
    }
}

#[test]
fn what_is_not_just_the_contract_is_made_a_component_of() {
    let plain = typed(0, "unreachable");
    assert_eq!(form(&plain, CompileTarget::Task), ModuleForm::TypedModule);
    assert_eq!(form(&plain, CompileTarget::Look), ModuleForm::TypedModule);
    assert_eq!(form(&plain, CompileTarget::Function), ModuleForm::Typed);
    for (what, contract) in [
        ("strings in another encoding", None),
        ("a field of another type", Some(("number: u32", "number: s32"))),
        ("a field of another name", Some(("number: u32", "count: u32"))),
        ("another case", Some(("read-dir(string)", "look-into(string)"))),
        ("an import of another type", Some(("total: u64", "total: s64"))),
    ] {
        let module = with_types(&plain, contract);
        assert_eq!(form(&module, CompileTarget::Task), ModuleForm::Typed, "{what}");
    }
    assert_eq!(
        form(&with_types(&plain, Some(("0.1.1", "0.1.1"))), CompileTarget::Task),
        ModuleForm::TypedModule
    );
}

#[test]
fn what_only_the_adapter_has_is_left_to_it() {
    let carrying =
        compile::with_types(typed(0, "unreachable"), canonical::ContractVersion::newest()).unwrap();
    for (name, suits) in [
        ("fd_write", true),
        ("adapter_monotonic_clock_set_paused", true),
        ("adapter_open_badfd", false),
        ("reset_adapter_state", false),
    ] {
        let imports = [("wasi_snapshot_preview1".to_owned(), Some(name.to_owned()))];
        assert_eq!(canonical::suits(&carrying, &imports), suits, "{name}");
    }
    let others = [("wasi:cli/environment@0.2.0".to_owned(), Some("get-environment".to_owned()))];
    assert!(!canonical::suits(&carrying, &others));
}

/// The module with types of its own: the contract's, changed at one place, or with strings in
/// UTF-16.
fn with_types(module: &[u8], changed: Option<(&str, &str)>) -> Vec<u8> {
    let (mut bytes, mut resolve) = (module.to_vec(), wit_parser::Resolve::default());
    let (from, to) = changed.unwrap_or_default();
    assert!(CONTRACT.contains(from));
    let contract = if from.is_empty() { CONTRACT.to_owned() } else { CONTRACT.replace(from, to) };
    let package = resolve.push_str("other.wit", &contract).unwrap();
    let world = resolve.select_world(&[package], Some("task")).unwrap();
    let encoding = if changed.is_some() {
        wit_component::StringEncoding::UTF8
    } else {
        wit_component::StringEncoding::UTF16
    };
    wit_component::embed_component_metadata(&mut bytes, &resolve, world, encoding).unwrap();
    bytes
}
