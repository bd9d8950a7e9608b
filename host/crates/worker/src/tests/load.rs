//! From a module to a worker that is ready for it, or to the reason why not.

use super::super::canonical::ContractVersion;
use super::super::fixtures::{Peer, command, ending, limits, translate, typed};
use super::super::{RoleEnd, compile};
use super::{ECHO, failed, text};
use polymer_host_protocol::message::{WireForm, WireWanted};
use polymer_host_protocol::{FromWorker, ToWorker};
use polymer_host_sys::file;
use polymer_host_task::{ModuleForm, Verdict};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;

const THROW: &str = r#"(tag $oops) (func $throw (throw $oops)) (func (export "_start") (local $n i32)
    (loop $again
        (block $caught (try_table (catch $oops $caught) (call $throw)))
        (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000))))
    (call $throw))"#;

#[test]
fn exceptions_are_caught_or_a_trap() {
    if super::super::engine::EXCEPTIONS {
        let ending = ending(THROW);
        let error = failed(&ending, Verdict::Trap, "exception");
        assert!(ending.usage.fuel.unwrap() > 5000 && ending.usage.fuel_exact, "{ending:?} {error:?}");
    } else {
        let refusal = translate(true, command(THROW).into()).unwrap_err();
        assert_eq!((refusal.code, refusal.message.contains("uses exceptions")), ("unsupported", true));
    }
}

#[test]
fn an_unknown_function_is_refused_before_anything_is_compiled() {
    let module = r#"(module (import "wasi_snapshot_preview1" "fly" (func)) (func (export "_start")))"#;
    let refusal = translate(true, module.into()).unwrap_err();
    assert_eq!(refusal.code, "unknown_import");
    assert!(refusal.message.contains("fly"), "{}", refusal.message);
}

#[test]
fn a_function_of_another_type_is_refused_when_linking() {
    let module =
        r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func)) (func (export "_start")))"#;
    let (peer, ready) = Peer::load(true, module, &limits());
    let (code, message) = ready.unwrap_err();
    assert_eq!(code, "link");
    assert!(message.contains("sched_yield"), "{message}");
    assert_eq!(peer.ended().unwrap(), RoleEnd::Closed);
}

#[test]
fn a_start_with_parameters_is_refused() {
    let module = r#"(module (func (export "_start") (param i32)))"#;
    assert_eq!(Peer::load(true, module, &limits()).1.unwrap_err().0, "link");
}

#[test]
fn code_that_is_none_is_refused_as_stale() {
    for form in [ModuleForm::CommandModule, ModuleForm::CommandComponent, ModuleForm::Typed] {
        for code in [&b"\x7fELF nothing"[..], b"", &[0; 5000]] {
            let (code, message) = Peer::load_code(code, form, &limits()).1.unwrap_err();
            assert_eq!(code, "stale", "{message}");
        }
    }
    // A module where a component was told of, as if two entries had been mixed up.
    let code = translate(true, command(ECHO).into()).unwrap().code;
    let (_, ready) = Peer::load_code(&code, ModuleForm::CommandComponent, &limits());
    assert_eq!(ready.unwrap_err().0, "stale");
}

#[test]
fn compiled_code_is_not_taken_for_a_module() {
    let code = translate(true, command(ECHO).into()).unwrap().code;
    let refusal = translate(false, code).unwrap_err();
    assert_eq!(refusal.code, "precompiled");
    assert!(refusal.message.contains("name the `.wasm`"), "{}", refusal.message);
}

#[test]
fn an_interface_without_a_function_is_refused_if_that_is_used() {
    let component = r#"(component
        (import "wasi:cli/stdin@0.2.0" (instance $stdin (export "fly" (func))))
        (alias export $stdin "fly" (func))
        (core module $m (func (export "run") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $export (export "run" (func $run)))
        (export "wasi:cli/run@0.2.3" (instance $export)))"#;
    let refusal = translate(true, component.into()).unwrap_err();
    assert_eq!(refusal.code, "unknown_import");
    assert!(refusal.message.contains("fly"), "{}", refusal.message);
    let unused = component.replace(r#"(alias export $stdin "fly" (func))"#, "");
    assert!(Peer::load(true, &*unused, &limits()).1.is_ok());
}

#[test]
fn describe_is_held_to_limits() {
    let module = typed(0, "unreachable");
    let (_, ready) = Peer::load(false, &module, &limits().with_fuel(1));
    let (code, message) = ready.unwrap_err();
    assert_eq!(code, "describe_limit");
    assert!(message.contains("fuel_exhausted"), "{message}");
    let (_, ready) = Peer::load(false, &module, &limits().with_memory(1));
    assert!(ready.unwrap_err().1.contains("memory_exceeded"));
}

#[test]
fn a_compile_worker_takes_files_and_gives_code() {
    let mut peer = Peer::compiler();
    let (module, code) =
        (file::sealed("module", command(ECHO).as_bytes()).unwrap(), file::unnamed("code").unwrap());
    peer.send(&ToWorker::Compile { text: true, wanted: WireWanted::Task }, &[module.as_fd(), code.as_fd()]);
    peer.receive(|message| match message {
        FromWorker::Compiled { form: WireForm::CommandModule, imports } => {
            assert!(imports.contains(&"wasi_snapshot_preview1.fd_read".to_owned()), "{imports:?}");
        }
        other => panic!("{other:?}"),
    });
    assert_eq!(peer.ended().unwrap(), RoleEnd::Closed);
    let mut bytes = vec![0; usize::try_from(code.metadata().unwrap().len()).unwrap()];
    code.read_exact_at(&mut bytes, 0).unwrap();
    let (mut peer, ready) = Peer::load_code(&bytes, ModuleForm::CommandModule, &limits());
    ready.unwrap();
    assert_eq!(text(&peer.run(&limits(), "echo")), "echo");
    // What was compiled is not taken for a module.
    assert_eq!(translate(false, bytes).unwrap_err().code, "precompiled");
}

#[test]
fn a_compile_worker_refuses_with_a_reason() {
    let mut peer = Peer::compiler();
    let (module, code) = (file::sealed("module", b"").unwrap(), file::unnamed("code").unwrap());
    peer.send(&ToWorker::Compile { text: false, wanted: WireWanted::Task }, &[module.as_fd(), code.as_fd()]);
    peer.receive(|message| {
        assert!(matches!(message, FromWorker::Refused { code: "empty", .. }), "{message:?}");
    });
    assert_eq!(code.metadata().unwrap().len(), 0);
}

/// A command may be linked with a library for components, whose types it then carries.
#[test]
fn a_command_that_carries_types_without_an_entry_stays_a_command() {
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("w.wit", "package a:b; world w {}").unwrap();
    let world = resolve.select_world(&[package], Some("w")).unwrap();
    let embed = |text: &str| {
        let mut bytes = wat::parse_str(text).unwrap();
        let utf8 = wit_component::StringEncoding::UTF8;
        wit_component::embed_component_metadata(&mut bytes, &resolve, world, utf8).unwrap();
        translate(false, bytes)
    };
    assert_eq!(embed(&command(ECHO)).unwrap().form, ModuleForm::CommandModule);
    assert_eq!(embed("(module)").unwrap_err().code, "no_entry_point");
    assert_eq!(embed(r#"(module (import "env" "f" (func)))"#).unwrap_err().code, "unknown_import");
}

#[test]
fn what_a_module_is_called_by_others_cannot_write_to_a_terminal() {
    let module =
        "(module (import \"wasi_snapshot_preview1\" \"a\\1b[31mb\" (func)) (func (export \"_start\")))";
    let message = translate(true, module.into()).unwrap_err().message;
    assert!(message.contains("[31mb") && !message.contains('\u{1b}'), "{message:?}");
}

#[test]
fn text_is_read_only_where_it_is_said_to_be_text() {
    let refused = |text, bytes: &[u8]| translate(text, bytes.to_vec()).unwrap_err();
    assert_eq!(refused(false, b"(module)").code, "not_wasm");
    assert_eq!(refused(true, b" \n").code, "empty");
    assert_eq!(refused(true, b"\xff").code, "malformed");
    let refusal = refused(true, b"(module\n  (func $a oops))");
    assert_eq!(refusal.code, "malformed");
    assert!(refusal.message.contains("2:"), "{}", refusal.message);
}

#[test]
fn a_typed_module_says_what_it_imports() {
    let compiled = translate(false, typed(0, "(call $ok (i32.const 64) (i32.const 8))")).unwrap();
    assert_eq!(compiled.form, ModuleForm::TypedModule);
    assert!(compiled.imports.contains(&"polymer:task/host@0.1.1".to_owned()), "{:?}", compiled.imports);
}

#[test]
fn a_module_that_keeps_to_the_contract_needs_no_types_in_it() {
    let bare = typed(0, "(call $ok (i32.const 64) (i32.const 8))");
    let carrying = compile::with_types(bare.clone(), ContractVersion::newest()).unwrap();
    assert!(carrying.len() > bare.len());
    assert_eq!(translate(false, carrying).unwrap().form, ModuleForm::TypedModule);
    // One that keeps to half of it is told what is missing.
    let half = r#"(module (func (export "polymer:task/guest@0.1.1#run")))"#;
    let refusal = translate(true, half.into()).unwrap_err();
    assert_eq!(refusal.code, "link", "{}", refusal.message);
    assert!(refusal.message.contains("describe") || refusal.message.contains("run"), "{}", refusal.message);
}

#[test]
fn features_that_are_on_compile_and_run() {
    let module = r#"(module
        (memory 1) (memory $second 1)
        (func $tail (param i32) (result i32)
            (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
            (return_call $tail (i32.sub (local.get 0) (i32.const 1))))
        (func $pair (result i32 i32) (i32.const 1) (i32.const 2))
        (func (export "_start")
            (memory.fill $second (i32.const 0) (i32.const 9) (i32.const 100))
            (memory.copy 0 $second (i32.const 0) (i32.const 0) (i32.const 100))
            (if (i32.ne (i32.load8_u (i32.const 99)) (i32.const 9)) (then unreachable))
            (if (i32.ne (call $tail (i32.const 1000000)) (i32.const 7)) (then unreachable))
            (drop (drop (call $pair)))
            (drop (i32x4.relaxed_trunc_f32x4_s (f32x4.splat (f32.const 1))))
            (drop (i32.trunc_sat_f32_s (f32.const nan)))))"#;
    let ending = Peer::with(true, module).run(&limits(), "");
    assert_eq!(ending.verdict, Verdict::Ok, "{ending:?}");
}
