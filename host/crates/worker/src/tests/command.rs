//! How attempts of commands end.

use super::super::RoleEnd;
use super::super::fixtures::{Peer, command, ending, ending_with, limits};
use super::{ECHO, SPIN, failed, text};
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::WirePayload;
use polymer_host_task::{LimitWall, Output, Verdict};
use std::time::Duration;

#[test]
fn a_command_gives_its_stdout_again_and_again() {
    let mut peer = Peer::with(true, command(ECHO));
    for line in ["one\n", "", "two", "\n\n"] {
        let ending = peer.run(&limits(), line);
        assert_eq!(ending.verdict, Verdict::Ok, "{ending:?}");
        assert_eq!(text(&ending), line.strip_suffix('\n').unwrap_or(line));
        assert_eq!(ending.usage.output_bytes, Some(line.len() as u64));
        assert!(ending.usage.fuel_exact && ending.usage.fuel > Some(0));
        assert_eq!(ending.usage.peak_memory, Some(64 << 10));
    }
    let ending = peer.attempt(&limits(), WirePayload::Json, br#""a\nb""#);
    assert_eq!(text(&ending), "a\nb");
    let ending = peer.attempt(&limits(), WirePayload::Bytes, b"\xff");
    assert_eq!(ending.output, Some(Output::Bytes(b"\xff".to_vec())));
    assert_eq!(peer.close().unwrap(), RoleEnd::Closed);
}

#[test]
fn two_runs_of_one_input_use_the_same_fuel() {
    let mut peer = Peer::with(true, command(ECHO));
    let first = peer.run(&limits(), "line").usage.fuel;
    assert_eq!(peer.run(&limits(), "line").usage.fuel, first);
}

#[test]
fn every_exit_code_is_told() {
    for code in [1_i64, 3, 126, 255, 4_294_967_295] {
        let ending = ending(&format!(
            r#"(func (export "_start") (call $print (i32.const 1) (i32.const 1024) (i32.const 5)) (call $exit (i32.const {code})))"#
        ));
        let error = failed(&ending, Verdict::TaskError, "exit");
        assert_eq!(error.exit_code.map(i64::from), Some(code));
        assert_eq!(error.message, format!("exited with code {code}"));
        assert!(ending.usage.fuel_exact);
        assert_eq!((text(&ending), ending.usage.output_bytes), ("hello", Some(5)));
    }
    let done = ending(r#"(func (export "_start") (call $exit (i32.const 0)))"#);
    assert_eq!(text(&done), "");
}

#[test]
fn a_trap_has_a_code_and_a_trace() {
    let ending = ending("(func $inner unreachable) (func $outer (export \"_start\") (call $inner))");
    let error = failed(&ending, Verdict::Trap, "unreachable");
    assert_eq!(error.trace.as_deref(), Some("demo!inner\ndemo!outer"));
    assert!(ending.usage.fuel_exact);
}

#[test]
fn an_abort_is_told_by_its_name() {
    for (name, message) in
        [("abort", "it called `abort`"), ("abort_all", "wasm `unreachable` instruction executed")]
    {
        let ending = ending(&format!("(func ${name} unreachable) (func (export \"_start\") (call ${name}))"));
        assert_eq!(failed(&ending, Verdict::Trap, "unreachable").message, message);
    }
}

#[test]
fn traps_are_told_apart() {
    for (body, code) in [
        ("(drop (i32.div_s (i32.const 1) (i32.load (i32.const 0))))", "divide_by_zero"),
        ("(drop (i32.load (i32.const 0x7fffffff)))", "memory_bounds"),
        ("(drop (i32.trunc_f32_s (f32.const nan)))", "conversion"),
        ("(call $deep)", "stack"),
        ("(call_indirect (i32.const 0))", "indirect_call"),
        ("(call_indirect (i32.const 9))", "table_bounds"),
        ("(call_indirect (i32.const 1))", "bad_signature"),
        ("(drop (call $fd_write (i32.const 1) (i32.const -4) (i32.const 1) (i32.const 8)))", "host"),
    ] {
        let ending = ending(&format!(
            r#"(table 3 3 funcref) (elem (i32.const 1) $deep2) (func $deep2 (param i64))
            (func $deep (call $deep) (call $deep2 (i64.const 1)))
            (func (export "_start") {body})"#
        ));
        failed(&ending, Verdict::Trap, code);
    }
}

#[test]
fn fuel_is_right_within_an_interval_where_the_hardware_traps() {
    let body = r#"(func (export "_start") (local $n i32)
        (loop $again
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $n) (i32.const 1000000))))
        (drop (i32.div_s (i32.const 1) (i32.load (i32.const 0)))))"#;
    let trapped = ending(body);
    failed(&trapped, Verdict::Trap, "divide_by_zero");
    assert!(!trapped.usage.fuel_exact);
    let whole = ending(&body.replace("(i32.load (i32.const 0))", "(i32.const 1)"));
    let (read, truth) = (trapped.usage.fuel.unwrap(), whole.usage.fuel.unwrap());
    assert!(truth > 5_000_000, "{truth}");
    // The tank is looked at where a loop begins, so what stands behind the last look comes on top.
    assert!(read <= truth && truth - read <= 1_000_100, "{read} of {truth}");
}

#[test]
fn an_empty_tank_is_exact() {
    let limits = limits().with_fuel(5_000_000);
    let ending = ending_with(SPIN, &limits);
    failed(&ending, Verdict::FuelExhausted, "fuel");
    assert_eq!((ending.usage.fuel, ending.usage.fuel_exact), (Some(5_000_000), true));
}

#[test]
fn the_start_section_is_the_guests_doing() {
    let limits = limits().with_fuel(5_000_000);
    let ending = ending_with(
        r#"(func $spin (loop $again (br $again))) (start $spin) (func (export "_start"))"#,
        &limits,
    );
    failed(&ending, Verdict::FuelExhausted, "fuel");
    let ending =
        super::super::fixtures::ending("(func $stop unreachable) (start $stop) (func (export \"_start\"))");
    failed(&ending, Verdict::Trap, "unreachable");
}

#[test]
fn a_loop_without_end_runs_out_of_time_and_spends_the_worker() {
    let mut peer = Peer::with(true, command(SPIN));
    let limits = limits().with_fuel(u64::MAX / 2).with_timeout(Duration::from_millis(50));
    let ending = peer.run(&limits, "");
    failed(&ending, Verdict::Timeout, "timeout");
    assert!(ending.usage.wall.unwrap() >= Duration::from_millis(50));
    assert!(ending.usage.fuel.unwrap() > 1_000_000 && !ending.usage.fuel_exact);
    let sampled = peer.page.load(word::FUEL);
    assert!(sampled >= 1_000_000 && sampled <= ending.usage.fuel.unwrap(), "{sampled} of {ending:?}");
    assert_eq!(peer.ended().unwrap(), RoleEnd::Spent);
}

#[test]
fn a_loop_without_end_uses_up_its_cpu_time_and_spends_the_worker() {
    let mut peer = Peer::with(true, command(SPIN));
    let limit = Duration::from_millis(30);
    let ending = peer.run(&limits().with_fuel(u64::MAX / 2).with_cpu(limit), "");
    failed(&ending, Verdict::Timeout, "cpu");
    assert_eq!(ending.error.message, "used more CPU time than its 30ms");
    assert!(ending.usage.cpu.unwrap() >= limit / 2 && !ending.usage.fuel_exact);
    assert_eq!(peer.ended().unwrap(), RoleEnd::Spent);
}

#[test]
fn a_guest_that_does_nothing_but_write_is_stopped_at_its_time_and_keeps_its_log() {
    let body = r#"(data (i32.const 2000) "\00\00\00\00\00\ff\00\00")
        (func (export "_start") (loop $again
            (drop (call $fd_write (i32.const 2) (i32.const 2000) (i32.const 1) (i32.const 2008)))
            (br $again)))"#;
    let mut peer = Peer::with(true, command(body));
    let ending = peer.run(&limits().with_timeout(Duration::from_millis(50)), "");
    failed(&ending, Verdict::Timeout, "timeout");
    // Long before its fuel made it yield for the first time.
    assert!(ending.usage.fuel.unwrap() < 1_000_000, "{ending:?}");
    assert!(ending.log.dropped_bytes > 0);
    assert_eq!(peer.ended().unwrap(), RoleEnd::Spent);
}

#[test]
fn a_sleeping_guest_runs_out_of_time() {
    let mut peer = Peer::with(
        true,
        command(
            r#"(func (export "_start")
            (i32.store (i32.const 528) (i32.const 1))
            (i64.store (i32.const 536) (i64.const 3600000000000))
            (drop (call $poll (i32.const 512) (i32.const 640) (i32.const 1) (i32.const 768))))"#,
        ),
    );
    let limits = limits().with_timeout(Duration::from_millis(50)).with_cpu(Duration::from_millis(40));
    let ending = peer.run(&limits, "");
    failed(&ending, Verdict::Timeout, "timeout");
    assert!(ending.usage.cpu.unwrap() < Duration::from_millis(40));
    assert_eq!(peer.ended().unwrap(), RoleEnd::Spent);
}

#[test]
fn a_guest_that_dies_of_a_refused_grow_needed_memory() {
    let grow = "(i32.eq (memory.grow (i32.const 100)) (i32.const -1))";
    let died = ending(&format!(r#"(func $want (export "_start") (if {grow} (then unreachable)))"#));
    let error = failed(&died, Verdict::MemoryExceeded, "memory");
    assert_eq!(error.trace.as_deref(), Some("demo!want"));
    assert!(died.usage.grow_refused);
    assert_eq!(died.usage.peak_memory, Some(64 << 10));
    let left = ending(&format!(r#"(func (export "_start") (if {grow} (then (call $exit (i32.const 1)))))"#));
    failed(&left, Verdict::MemoryExceeded, "memory");
    let lived =
        ending(&format!(r#"(func (export "_start") (drop {grow}) (drop (memory.grow (i32.const 3))))"#));
    assert_eq!(lived.verdict, Verdict::Ok);
    assert!(lived.usage.grow_refused);
    assert_eq!(lived.usage.peak_memory, Some(256 << 10));
}

#[test]
fn a_guest_that_starts_over_its_limit_needed_memory() {
    let ending = ending(r#"(memory $more 100) (func (export "_start"))"#);
    failed(&ending, Verdict::MemoryExceeded, "memory");
    assert_eq!(ending.usage.peak_memory, Some(64 << 10));
}

#[test]
fn growing_costs_fuel_for_each_page() {
    let fuel = |pages: u32| {
        let body = format!(r#"(func (export "_start") (drop (memory.grow (i32.const {pages}))))"#);
        ending(&body).usage.fuel.unwrap()
    };
    assert_eq!(fuel(10) - fuel(1), 9 * 255);
}

#[test]
fn too_large_a_table_is_no_entry() {
    let ending = ending(r#"(table 200000 funcref) (func (export "_start"))"#);
    let error = failed(&ending, Verdict::ModuleInvalid, "tables");
    assert!(error.message.contains("200000") && error.message.contains("100000"), "{}", error.message);
    assert_eq!(error.wall, Some(LimitWall::Engine));
}

#[test]
fn too_much_randomness_at_once_is_a_trap_and_the_worker_lives() {
    let module = r#"(module
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") (drop (call $random (i32.const 0) (i32.const -1)))))"#;
    let mut peer = Peer::with(true, module);
    for _ in 0..2 {
        let ending = peer.run(&limits(), "");
        let error = failed(&ending, Verdict::Trap, "random");
        assert_eq!(error.wall, Some(LimitWall::Engine));
    }
}

#[test]
fn output_over_the_limit_ends_the_attempt() {
    let print = "(call $print (i32.const 1) (i32.const 1024) (i32.const 1000))";
    let flood = ending(&format!(r#"(func (export "_start") (loop $again {print} (br $again)))"#));
    failed(&flood, Verdict::OutputExceeded, "output");
    assert_eq!(flood.usage.output_bytes, Some(1 << 10));
    let Some(Output::Bytes(kept)) = &flood.output else { panic!("{:?}", flood.output) };
    assert!(kept.len() == 1 << 10 && flood.usage.fuel < Some(10_000));
    let at_the_limit =
        ending(r#"(func (export "_start") (call $print (i32.const 1) (i32.const 2048) (i32.const 1024)))"#);
    assert_eq!(text(&at_the_limit).len(), 1024);
    let at_once =
        ending(r#"(func (export "_start") (call $print (i32.const 1) (i32.const 2048) (i32.const 60000)))"#);
    failed(&at_once, Verdict::OutputExceeded, "output");
}

#[test]
fn stderr_is_the_log_and_too_much_of_it_drops_its_head() {
    let print = "(call $print (i32.const 2) (i32.const 1024) (i32.const 12))";
    let small = ending(&format!(r#"(func (export "_start") {print})"#));
    assert_eq!((small.log.text().as_str(), small.log.dropped_bytes), ("hello\nworld", 0));
    let body = format!(
        r#"(func (export "_start") (local $n i32)
        (loop $again {print} (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 50)))))"#
    );
    let large = ending(&body);
    assert_eq!(large.verdict, Verdict::Ok);
    assert_eq!(large.log.dropped_bytes, 600 - 96);
    assert!(large.log.text().ends_with("hello\nworld"));
}

#[test]
fn a_granted_directory_is_read_only_unless_said_otherwise() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("in"), "x").unwrap();
    let body = r#"(data (i32.const 2000) "in") (data (i32.const 2010) "out") (data (i32.const 2020) "../in")
        (func (export "_start")
            (if (call $open (i32.const 2000) (i32.const 2) (i32.const 0)) (then unreachable))
            (if (i32.eqz (call $open (i32.const 2020) (i32.const 5) (i32.const 0))) (then unreachable))
            (call $exit (call $open (i32.const 2010) (i32.const 3) (i32.const 1))))"#;
    let ending = Peer::with_dir(&command(body), dir.path(), false).run(&limits(), "");
    failed(&ending, Verdict::TaskError, "exit");
    assert!(!dir.path().join("out").exists());
    let ending = Peer::with_dir(&command(body), dir.path(), true).run(&limits(), "");
    assert_eq!(ending.verdict, Verdict::Ok, "{ending:?}");
    assert!(dir.path().join("out").exists());
}

#[test]
fn too_many_open_files_are_a_trap() {
    let dir = tempfile::tempdir().unwrap();
    let body = r#"(data (i32.const 2000) ".")
        (func (export "_start") (loop $again (drop (call $open (i32.const 2000) (i32.const 1) (i32.const 0))) (br $again)))"#;
    let ending = Peer::with_dir(&command(body), dir.path(), false).run(&limits(), "");
    failed(&ending, Verdict::Trap, "handles");
}

/// Opening a pipe nobody writes to holds up a thread for ever. The answer comes in time, and the
/// worker ends without that thread.
#[test]
fn a_host_call_that_hangs_runs_out_of_time_and_holds_nobody_up() {
    let dir = tempfile::tempdir().unwrap();
    nix::unistd::mkfifo(&dir.path().join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let body = r#"(data (i32.const 2000) "pipe")
        (func (export "_start") (drop (call $open (i32.const 2000) (i32.const 4) (i32.const 0))))"#;
    let mut peer = Peer::with_dir(&command(body), dir.path(), false);
    let limits = limits().with_timeout(Duration::from_millis(50));
    failed(&peer.run(&limits, ""), Verdict::Timeout, "timeout");
    assert_eq!(peer.ended().unwrap(), RoleEnd::Spent);
}

#[test]
fn arguments_and_environment_are_what_was_granted() {
    // Prints the block of arguments, then that of the environment.
    let module = r#"(module
        (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\00\04\00\00\0a\00\00\00")
        (func (export "_start")
            (drop (call $args (i32.const 512) (i32.const 1024)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
            (drop (call $environ (i32.const 512) (i32.const 1024)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;
    let (mut peer, ready) = Peer::load(true, module, &limits());
    assert!(ready.unwrap().is_empty());
    assert_eq!(text(&peer.run(&limits(), "")), "demo\0abcd\0KEY=value\0");
}
