//! One task, one answer.

use super::{builder, moody};
use moody::Moody;
use polymer_host::{CallOptions, CallProblem, Input, Module, TaskManager};
use polymer_host::{LimitNarrowing, Output, Verdict};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// A command that writes what it reads, upper case letters or not.
const ECHO: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1024))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))
    (i32.store (i32.const 4) (i32.load (i32.const 16)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))"#;

/// A command that writes one byte: no two of these are the same module.
fn says(number: u32) -> Module {
    let wat = format!(
        r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1))
    (i32.store8 (i32.const 64) (i32.const {}))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))"#,
        65 + number % 26
    );
    Module::from_bytes(format!("{number}.wat"), wat).unwrap()
}

/// Descriptors of this process that are modules or their code.
fn files_of_modules() -> usize {
    let links = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let names = links.filter_map(|link| std::fs::read_link(link.path()).ok());
    names.filter(|name| name.to_string_lossy().starts_with("/memfd:polymer-")).count()
}

fn manager() -> TaskManager {
    builder().timeout(Duration::from_secs(20)).build().unwrap()
}

fn options(deadline: u64) -> CallOptions {
    CallOptions::deadline(Duration::from_millis(deadline))
}

#[test]
fn a_call_is_answered_by_the_module_it_names() {
    let manager = manager();
    let (echo, moody) = (Module::from_bytes("echo.wat", ECHO).unwrap(), moody());
    let said = manager.call_blocking(&echo, Input::text("hello"), CallOptions::default()).unwrap();
    assert_eq!(said.output, Some(Output::Text("hello".to_owned())));
    let done = manager.call_blocking(&moody, Moody::new("ok", 21), CallOptions::default()).unwrap();
    assert_eq!(done.task.double, Some(42));
    let odd = Module::from_bytes("odd.wasm", b"odd").unwrap();
    let done = manager.call_blocking(&odd, Moody::new("ok", 1), CallOptions::default()).unwrap();
    assert_eq!((done.verdict, done.task), (Verdict::ModuleInvalid, Moody::new("ok", 1)));
    let done = manager.call_blocking(&moody, Moody::new("ok", 4), CallOptions::default()).unwrap();
    assert_eq!(done.task.double, Some(8));
}

#[test]
fn calls_are_futures_of_any_executor() {
    let (manager, moody) = (manager(), moody());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let calls: Vec<_> =
            (0..50).map(|n| manager.call(&moody, Moody::new("ok", n), CallOptions::default())).collect();
        for (number, call) in (0..).zip(calls) {
            assert_eq!(call.await.unwrap().task.double, Some(number * 2));
        }
    });
}

#[test]
fn a_deadline_ends_what_runs_and_what_waits() {
    let (manager, moody) = (builder().worker_count(1).build().unwrap(), moody());
    // The first call is under way when the second one waits behind it.
    manager.call_blocking(&moody, Moody::new("ok", 0), CallOptions::default()).unwrap();
    let runs = manager.call(&moody, Moody::new("sleep", 1), options(300));
    let waits = manager.call(&moody, Moody::new("ok", 2), options(100));
    let (waited, ran) = (waits.wait().unwrap(), runs.wait().unwrap());
    assert_eq!(
        (waited.verdict, waited.error.code.as_str(), waited.attempts),
        (Verdict::Timeout, "deadline", 0)
    );
    assert_eq!((ran.verdict, ran.error.code.as_str(), ran.attempts), (Verdict::Timeout, "deadline", 1));
    assert_eq!(
        manager.call_blocking(&moody, Moody::new("ok", 3), options(20_000)).unwrap().task.double,
        Some(6)
    );
}

#[test]
fn limits_of_a_call_may_be_tighter_and_never_wider() {
    let (manager, moody) = (manager(), moody());
    let limits = |fuel| {
        CallOptions::default().within(LimitNarrowing { fuel: Some(fuel), ..LimitNarrowing::default() })
    };
    let tight = manager.call_blocking(&moody, Moody::new("ok", 1), limits(10)).unwrap();
    assert_eq!(tight.verdict, Verdict::FuelExhausted);
    let wide = manager.call_blocking(&moody, Moody::new("ok", 1), limits(u64::MAX)).unwrap();
    assert_eq!((wide.verdict, wide.error.code.as_str()), (Verdict::PolicyDenied, "fuel"));
}

#[test]
fn one_call_too_many_is_an_error_and_a_dropped_one_makes_room() {
    let (manager, moody) = (builder().worker_count(1).queue(2).build().unwrap(), moody());
    let first = manager.call(&moody, Moody::new("sleep", 1), CallOptions::default());
    let second = manager.call(&moody, Moody::new("ok", 2), CallOptions::default());
    let third = manager.call_blocking(&moody, Moody::new("ok", 3), CallOptions::default()).unwrap_err();
    assert!(matches!(third.error, CallProblem::QueueFull(2)), "{third}");
    assert_eq!(third.task, Moody::new("ok", 3));
    // The sleeper would have held up the other one for a minute.
    drop(first);
    assert_eq!(second.wait().unwrap().task.double, Some(4));
    let third = manager.call_blocking(&moody, third.task, CallOptions::default()).unwrap();
    assert_eq!(third.task.double, Some(6));
}

/// One worker, a module whose callers never stop, and one call of another module.
#[test]
fn a_busy_module_leaves_another_one_its_turn() {
    let (manager, moody) = (builder().worker_count(1).build().unwrap(), moody());
    let echo = Module::from_bytes("echo.wat", ECHO).unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    manager.call_blocking(&moody, Moody::new("nap", 20), CallOptions::default()).unwrap();
                }
            });
        }
        manager.call_blocking(&moody, Moody::new("ok", 1), CallOptions::default()).unwrap();
        let answer = manager.call_blocking(&echo, Input::text("hello"), options(20_000));
        over.store(true, Ordering::SeqCst);
        assert_eq!(answer.unwrap().verdict, Verdict::Ok);
    });
}

#[test]
fn a_module_can_be_looked_at() {
    let info = manager().inspect(&moody()).unwrap();
    assert_eq!(info.tasks.first().unwrap().name, "moody");
    let odd = manager().inspect(&Module::from_bytes("odd.wat", "(module").unwrap()).unwrap_err();
    assert!(odd.to_string().contains("odd.wat"), "{odd}");
}

#[test]
fn modules_that_a_program_drops_are_forgotten() {
    let manager = builder().worker_count(1).timeout(Duration::from_secs(20)).build().unwrap();
    for number in 0..200 {
        let done = manager.call_blocking(&says(number), Input::text(""), CallOptions::default()).unwrap();
        let letter = char::from(b'A' + u8::try_from(number % 26).unwrap());
        assert_eq!(done.output, Some(Output::Text(letter.to_string())), "{:?}", done.error);
    }
    // Without that it would be two for each. The tests beside this one have a few of their own.
    let open = files_of_modules();
    assert!(open < 60, "{open} files are open");
}

#[test]
fn a_call_outlives_its_module_and_others_come_meanwhile() {
    let (manager, moody) = (builder().worker_count(2).build().unwrap(), moody());
    let call = |number| {
        let module = says(number);
        manager.call(&module, Input::text(""), CallOptions::default())
    };
    let calls: Vec<_> = (0..6).map(call).collect();
    let done = manager.call_blocking(&moody, Moody::new("ok", 2), CallOptions::default()).unwrap();
    assert_eq!(done.task.double, Some(4));
    for (letter, call) in ('A'..).zip(calls) {
        assert_eq!(call.wait().unwrap().output, Some(Output::Text(letter.to_string())));
    }
}

/// A component with a function of its world.
const ADD: &str = r#"(component
  (core module $m (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
  (core instance $m (instantiate $m))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $m "add"))))"#;

#[test]
fn a_function_of_any_component_can_be_called() {
    let manager = builder().invoke("add").build().unwrap();
    let add = Module::from_bytes("add.wat", ADD).unwrap();
    let done = manager.call_blocking(&add, Input::json(&(1, 2)).unwrap(), CallOptions::default()).unwrap();
    assert_eq!(done.json::<u32>().unwrap(), 3, "{:?}", done.error);
    let odd = manager.call_blocking(&add, Input::json(&[1]).unwrap(), CallOptions::default()).unwrap();
    assert_eq!(odd.verdict, Verdict::BadInput);
    assert!(odd.error.message.contains("2 arguments (a: u32, b: u32)"), "{:?}", odd.error);
    let info = manager.inspect(&add).unwrap();
    assert_eq!(info.functions[0].signature, "func(a: u32, b: u32) -> u32");
    let both = builder().invoke("add").reuse(2).build().unwrap_err().to_string();
    assert!(both.contains("invoke"), "{both}");
}
