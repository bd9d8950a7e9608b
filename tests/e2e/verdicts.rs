//! How tasks can end: what a guest does, the verdict and code it gets, and that the run goes on
//! behind it.

use super::support::{Record, Start, console, example, wat};
use serde_json::{Value, json};

/// Runs `faults` over these inputs, an `ok` behind each, and gives the records of the faults.
#[track_caller]
fn faults(flags: &str, inputs: &[&str]) -> Vec<Record> {
    let lines: Vec<&str> = inputs.iter().flat_map(|input| [input, r#"{"do":"ok"}"#]).collect();
    let line = format!("run {} -k -j 1 {flags}", example("faults"));
    let records = console(&line, &lines, 100).records();
    assert_eq!(records.len(), lines.len(), "a record for each line");
    for (at, record) in records.iter().enumerate() {
        assert_eq!(record.number("/seq"), at as u64 + 1);
        if at % 2 == 1 {
            record.check_ok(&json!("done"));
            assert_eq!(record.number("/attempts"), 1);
        }
    }
    records.into_iter().step_by(2).collect()
}

#[test]
fn each_fault_has_its_verdict_and_the_run_goes_on() {
    let inputs = [
        r#"{"do":"fail"}"#,
        r#"{"do":"bad-input"}"#,
        r#"{"do":"dance"}"#,
        r#"{"do":"panic"}"#,
        r#"{"do":"divide","rounds":1000000}"#,
        r#"{"do":"stack"}"#,
        r#"{"do":"hog"}"#,
        r#"{"do":"flood","bytes":20000000}"#,
        "{\"do\":",
        "\u{feff}{}",
        r#"{"do":"spin"}"#,
    ];
    let records = faults("--fuel 2G", &inputs);
    let [fail, bad, dance, panic, divide, stack, hog, flood, torn, bom, spin] = records.as_slice() else {
        panic!("{records:?}")
    };
    fail.check("task_error", "asked");
    fail.check_message("it failed, as asked");
    bad.check("bad_input", "asked");
    dance.check("bad_input", "input");
    dance.check_wall("");
    dance.check_message("unknown variant `dance`");
    panic.check("trap", "unreachable");
    panic.check_message("panicked at faults/src/lib.rs:");
    panic.check_message("as asked");
    assert!(panic.text("/error/trace").contains("faults.wasm!faults::faults"), "{panic:?}");
    assert!(panic.text("/log/text").contains("as asked"), "{panic:?}");
    divide.check("trap", "divide_by_zero");
    assert!(divide.text("/error/trace").contains("faults"), "{divide:?}");
    stack.check("trap", "stack");
    hog.check("memory_exceeded", "memory");
    assert!(hog.text("/error/trace").contains("faults.wasm!"), "{hog:?}");
    assert_eq!(hog["/stats/grow_refused"], true);
    assert!(hog.number("/stats/peak_memory_bytes") <= 256 << 20);
    assert!(hog.number("/stats/peak_memory_bytes") > 200 << 20);
    flood.check("output_exceeded", "output");
    assert_eq!(flood["/output"], Value::Null);
    for record in [torn, bom] {
        record.check("bad_input", "not_json");
        assert_eq!(record["/attempts"], 0);
        assert_eq!(record["/stats/fuel"], Value::Null);
    }
    spin.check("fuel_exhausted", "fuel");
}

#[test]
fn a_guest_that_spins_uses_up_exactly_its_fuel() {
    let records = faults("--fuel 5M", &[r#"{"do":"spin"}"#]);
    records[0].check("fuel_exhausted", "fuel");
    assert_eq!(records[0].number("/stats/fuel"), 5_000_000);
    assert_eq!(records[0]["/stats/fuel_exact"], true);
}

#[test]
fn a_start_section_that_never_ends_uses_up_its_fuel() {
    let ended = console(&format!("run {} --fuel 3M", wat("endless_start")), &["x"], 100);
    ended.records()[0].check("fuel_exhausted", "fuel");
    assert_eq!(ended.records()[0].number("/stats/fuel"), 3_000_000);
}

#[test]
fn a_guest_that_spins_or_sleeps_too_long_times_out() {
    let records = faults(
        "--timeout 300ms --no-confirm-timeouts",
        &[r#"{"do":"spin"}"#, r#"{"do":"sleep","seconds":60}"#],
    );
    for record in &records {
        record.check("timeout", "timeout");
        assert_ne!(record.text("/error/wall"), "", "{record:?}");
        let wall = record.millis("/stats/wall_ms");
        assert!((300.0..20_000.0).contains(&wall), "{record:?}");
        assert_eq!(record["/stats/fuel_exact"], false);
    }
    assert!(records[0].number("/stats/fuel") > 1_000_000, "{:?}", records[0]);
    assert!(records[1].number("/stats/fuel") < 1_000_000, "{:?}", records[1]);
}

#[test]
fn fuel_of_a_hardware_trap_is_right_within_a_million() {
    // The host hears of fuel a million at a time, and then only where a block of instructions ends.
    const WITHIN: u64 = 1_000_000 + 100;
    let line = format!("run {} -k -j 1", wat("rounds"));
    let records = console(&line, &["ok", "divide", "unreachable"], 100).records();
    let [ok, divide, unreachable] = records.as_slice() else { panic!("{records:?}") };
    ok.check_ok(&json!(""));
    divide.check("trap", "divide_by_zero");
    unreachable.check("trap", "unreachable");
    let fuel = ok.number("/stats/fuel");
    assert!(fuel > 3_000_000, "a million rounds cost only {fuel}");
    assert!(fuel.abs_diff(divide.number("/stats/fuel")) <= WITHIN, "{divide:?} where {fuel} was used");
    assert_eq!(divide["/stats/fuel_exact"], false);
    assert!(fuel.abs_diff(unreachable.number("/stats/fuel")) < 20, "{unreachable:?} where {fuel} was used");
    assert_eq!((&ok["/stats/fuel_exact"], &unreachable["/stats/fuel_exact"]), (&json!(true), &json!(true)));
}

#[test]
fn a_module_that_needs_more_memory_than_allowed_exceeds_it() {
    let ended = console(&format!("run {}", wat("too_large")), &["x"], 100);
    ended.records()[0].check("memory_exceeded", "memory");
    let line = format!("run {} --memory 600MiB", wat("too_large"));
    console(&line, &["x"], 0).records()[0].check_ok(&json!(""));
}

#[test]
fn an_exit_code_other_than_zero_is_a_task_error_that_names_it() {
    let line = format!("run {} -k", example("exitcode"));
    let records = console(&line, &["3", "0", "255", "-1", "0"], 100).records();
    for (record, code) in records.iter().zip([3_u64, 0, 255, 4_294_967_295, 0]) {
        if code == 0 {
            record.check_ok(&json!(""));
        } else {
            record.check("task_error", "exit");
            assert_eq!(record.number("/error/exit_code"), code);
            assert!(record.text("/log/text").contains("ending with"), "{record:?}");
        }
    }
    for (guest, code) in [("exit_max", 4_294_967_295), ("exit_256", 256)] {
        let records = console(&format!("run {}", wat(guest)), &["x"], 100).records();
        records[0].check("task_error", "exit");
        assert_eq!(records[0].number("/error/exit_code"), code);
    }
}

#[test]
fn a_line_over_the_input_limit_is_refused_alone() {
    let long = format!("{{\"do\":\"{}\"}}", "x".repeat(20 << 20));
    let input = format!("{{\"do\":\"ok\"}}\n{long}\n{{\"do\":\"ok\"}}\n");
    let ended = Start::polymer(&format!("run {} -k", example("faults"))).run(input).check(100);
    let records = ended.records();
    assert_eq!(records.len(), 3);
    records[1].check("bad_input", "too_long");
    records[1].check_wall("supervisor");
    records[1].check_message("--input-limit 20971529 would allow it");
    assert_eq!(records[1].number("/stats/input_bytes"), long.len() as u64);
    records[0].check_ok(&json!("done"));
    records[2].check_ok(&json!("done"));
}

#[test]
fn no_input_is_no_failure() {
    let ended = console(&format!("run {}", wat("silent")), &[], 0);
    assert_eq!(ended.stdout, "");
    ended.check_says("Ran 0 tasks in ");
}
