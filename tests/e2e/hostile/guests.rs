//! What a guest tries with its own instructions and with the calls of its host.

use super::{CLOCK, Case, case, of_module, run};
use crate::support::{TempFolder, probe};
use serde_json::{Value, json};

/// Fuel that lasts for some milliseconds.
fn little_fuel() -> Value {
    json!({"fuel": "3M"})
}

/// A time that a guest uses up whatever it does.
fn little_time() -> Value {
    json!({"timeout": "300ms"})
}

fn instructions() -> Vec<Case> {
    vec![
        case("spin", "fuel_exhausted", "fuel", "engine").limited(little_fuel()).saying("fuel of 3M"),
        case("spin", "timeout", "timeout", CLOCK).limited(little_time()).called("spin long"),
        case("start_spin", "fuel_exhausted", "fuel", "engine").limited(little_fuel()),
        case("start_spin", "timeout", "timeout", CLOCK).limited(little_time()).called("start_spin long"),
        case("unreachable", "trap", "unreachable", ""),
        case("unreachable", "trap", "unreachable", "").called("unreachable again"),
        case("divide", "trap", "divide_by_zero", ""),
        case("out_of_bounds", "trap", "memory_bounds", ""),
        case("recursion", "trap", "stack", "engine"),
        case("fill", "fuel_exhausted", "fuel", "engine").limited(json!({"fuel": "200M"})),
        case("fill", "timeout", "timeout", CLOCK).limited(little_time()).called("fill long"),
    ]
}

fn memory() -> Vec<Case> {
    vec![
        case("grow", "ok", "", ""),
        case("grow_or_die", "memory_exceeded", "memory", "engine").saying("64 MiB"),
        case("grow_for_ever", "fuel_exhausted", "fuel", "engine").limited(json!({"fuel": "10M"})),
        case("memory_4gib", "memory_exceeded", "memory", "engine").saying("65536 pages"),
        case("memories_50", "memory_exceeded", "memory", "engine"),
        case("memories_101", "module_invalid", "malformed", "").saying("limit of 100"),
        case("memory64", "module_invalid", "unsupported", "").saying("memory64"),
        case("shared_memory", "module_invalid", "unsupported", "").saying("shared memory"),
        case("gc_hoard", "module_invalid", "unsupported", ""),
        case("gc_garbage", "module_invalid", "unsupported", ""),
        case("table_grow", "ok", "", ""),
        case("table_10m", "module_invalid", "tables", "engine").saying("10000000"),
    ]
}

fn host_calls() -> Vec<Case> {
    vec![
        case("random_4gib", "trap", "random", "engine").saying("1048576"),
        case("random_32mib", "trap", "random", "engine"),
        case("random_flood", "timeout", "timeout", CLOCK).limited(little_time()),
        case("poll_many", "trap", "handles", "engine"),
        case("iovecs", "timeout", "timeout", CLOCK).limited(little_time()),
        case("iovec_32mib", "ok", "", ""),
        case("bad_pointer", "trap", "host", "").saying("Pointer out of bounds"),
        case("no_memory", "trap", "host", "").saying("memory export"),
        case("sleep", "timeout", "timeout", CLOCK).limited(little_time()),
        case("call_flood", "timeout", "timeout", CLOCK).limited(little_time()),
        case("call_flood", "fuel_exhausted", "fuel", "engine")
            .limited(json!({"fuel": "100k"}))
            .called("few calls"),
        case("print_flood", "output_exceeded", "output", "engine")
            .saying("100 KiB")
            .limited(json!({"output": "100KiB"})),
        case("log_flood", "timeout", "timeout", CLOCK).limited(little_time()),
        case("sockets", "ok", "", ""),
        case("hoard_resources", "trap", "handles", "engine"),
        case("hoard_pollables", "trap", "handles", "engine"),
        case("bad_text", "trap", "bad_value", ""),
        case("bad_level", "trap", "bad_value", ""),
        case("bad_range", "trap", "bad_value", ""),
        case("start_exit", "task_error", "exit", "").saying("code 7"),
        of_module("env", probe(), "ok", "", "").given("env\nargs"),
        of_module("connect", probe(), "ok", "", "").given("connect 127.0.0.1:22"),
    ]
}

/// Commands that exit with each of these.
fn exits(folder: &TempFolder) -> Vec<Case> {
    let exit = |code: i64| {
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const {code}))))"#
        );
        let name = format!("exit_{code}");
        let file = folder.file(&format!("{name}.wat"), text);
        let (verdict, word) = if code == 0 { ("ok", "") } else { ("task_error", "exit") };
        of_module(&name, file, verdict, word, "")
    };
    [0, 1, 42, 125, 126, 255, 4_294_967_295].map(exit).into()
}

/// Runs all of them with these flags.
fn check_all(flags: &str) {
    let folder = TempFolder::new();
    let mut cases = instructions();
    cases.extend(memory());
    cases.extend(host_calls());
    cases.extend(exits(&folder));
    let ended = run(&cases, &format!("--memory 64MiB {flags}"));
    let records = crate::support::by_id(ended.records());
    assert_eq!(records["spin"].number("/stats/fuel"), 3_000_000);
    assert_eq!(records["start_spin"].number("/stats/fuel"), 3_000_000);
    assert_eq!(records["grow"]["/stats/grow_refused"], true);
    assert_eq!(records["grow"].number("/stats/peak_memory_bytes"), (1 + 15 * 64) << 16);
    // Not known where the supervisor was first.
    let slept = records["sleep"]["/stats/fuel"].as_u64().unwrap_or_default();
    assert!(slept < 1_000_000, "{:?}", records["sleep"]);
    assert!(
        records["log_flood"].number("/log/dropped_bytes") > 0
            || records["log_flood"]["/stats/partial"] == true
    );
    records["env"].check_ok(&json!("[]\n[]"));
    assert!(records["connect"].text("/output").starts_with("refused: "), "{:?}", records["connect"]);
    assert_eq!(records["exit_4294967295"].number("/error/exit_code"), 4_294_967_295);
    let trace = |id: &str| records[id]["/error/trace"].clone();
    assert_eq!(trace("unreachable"), trace("unreachable again"), "an attempt leaves nothing for the next");
}

#[test]
fn what_a_guest_does_ends_as_it_should_and_the_innocent_do_not_notice() {
    check_all("--isolation module");
}

#[test]
fn the_same_where_one_worker_serves_all_modules() {
    check_all("--isolation instance");
}

#[test]
fn the_same_where_code_is_compiled_quickly() {
    check_all("--optimize quick");
}

#[test]
fn the_same_where_every_attempt_has_a_process_of_its_own() {
    check_all("--isolation process");
}

/// The same guest where no fuel ends it.
fn without_fuel(case: Case) -> Case {
    if case.limits.get("fuel").is_none() {
        return case;
    }
    let (verdict, code, wall, says) = ("timeout", "timeout", CLOCK, "");
    Case { limits: little_time(), verdict, code, wall, says, ..case }
}

#[test]
fn without_fuel_the_clock_ends_what_loops_and_all_else_ends_as_ever() {
    let folder = TempFolder::new();
    let mut cases = instructions();
    cases.extend(memory());
    cases.extend(host_calls());
    cases.extend(exits(&folder));
    let cases: Vec<Case> = cases.into_iter().map(without_fuel).collect();
    let ended = run(&cases, "--memory 64MiB --isolation instance --fuel off");
    let records = crate::support::by_id(ended.records());
    assert!(records.values().all(|record| record["/stats/fuel"].is_null()), "{records:?}");
    for id in ["spin", "start_spin", "fill", "grow_for_ever"] {
        records[id].check_wall("supervisor");
        assert_eq!(records[id]["/stats/partial"], true, "{:?}", records[id]);
    }
    assert_eq!(records["grow"].number("/stats/peak_memory_bytes"), (1 + 15 * 64) << 16);
}
