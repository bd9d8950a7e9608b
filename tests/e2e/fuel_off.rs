//! `--fuel off`: who may say it, what records say then, and what ends a task that loops.

use super::support::{Record, RunDir, Start, TempFolder, by_id, console, example, wat};
use serde_json::{Value, json};

const SPIN: &str = r#"{"do":"spin"}"#;
const OK: &str = r#"{"do":"ok"}"#;

/// Writes a line, and works for ever.
const SPEAKS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\08\00\00\00\06\00\00\00begun\n")
    (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))
        (loop $again (br $again))))"#;

#[test]
fn a_loop_ends_by_the_clock_and_costs_its_own_task_only() {
    let line = format!("run {} -j 2 -k --fuel off --timeout 500ms --no-confirm-timeouts", example("faults"));
    let lines = [OK, SPIN, OK, OK, SPIN, OK];
    let records = console(&line, &lines, 100).records();
    for (line, record) in lines.iter().zip(&records) {
        assert_eq!((record.number("/attempts"), &record["/stats/fuel"]), (1, &Value::Null), "{record:?}");
        assert_eq!(record["/stats/fuel_exact"], false);
        if *line == OK {
            record.check_ok(&json!("done"));
            continue;
        }
        record.check("timeout", "timeout");
        record.check_wall("supervisor");
        record.check_message("no answer within the timeout of 500ms");
        assert_eq!(record["/stats/partial"], true);
        assert!((500.0..5000.0).contains(&record.millis("/stats/wall_ms")), "{record:?}");
        // What it used, as it was seen from outside.
        let cpu = record.millis("/stats/cpu_ms");
        assert!(cpu > 10.0 && cpu <= record.millis("/stats/wall_ms"), "{record:?}");
    }
}

/// Whether an attempt had the processor for nine tenths of its time.
fn had_the_processor(stats: &Value) -> bool {
    let time = stats["wall_ms"].as_f64().unwrap_or_default();
    stats["cpu_ms"].as_f64().is_some_and(|cpu| cpu >= time * 0.9)
}

#[test]
fn cpu_time_decides_whether_a_timeout_is_made_once_more() {
    let line = format!("run {} -j 1 --fuel off --timeout 500ms", example("faults"));
    let record = &console(&line, &[SPIN], 100).records()[0];
    record.check("timeout", "timeout");
    // A busy machine may have kept the first from working.
    match record.number("/attempts") {
        1 => assert!(had_the_processor(&record["/stats"]), "{record:?}"),
        attempts => assert!(attempts == 2 && !had_the_processor(&record["/history/0/stats"]), "{record:?}"),
    }
    let sleeps = console(&line, &[r#"{"do":"sleep","seconds":60}"#], 100).records();
    sleeps[0].check("timeout", "timeout");
    assert_eq!(sleeps[0].number("/attempts"), 2, "it used no CPU time: {:?}", sleeps[0]);
}

#[test]
fn cpu_time_has_its_limit_from_outside() {
    let line = format!("run {} --fuel off --cpu-timeout 100ms", wat("hostile/spin"));
    let record = &console(&line, &["go"], 100).records()[0];
    record.check("timeout", "cpu");
    record.check_wall("supervisor");
    assert_eq!(record.number("/attempts"), 1);
    assert!(record.millis("/stats/cpu_ms") >= 100.0, "{record:?}");
}

/// Computes for some 20 ms, and ends.
const FIB: &str = r#"(module (memory (export "memory") 1)
    (func $fib (param $n i32) (result i32)
        (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
            (then (local.get $n))
            (else (i32.add
                (call $fib (i32.sub (local.get $n) (i32.const 1)))
                (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
    (func (export "_start") (i32.store (i32.const 0) (call $fib (i32.const 32)))))"#;

#[test]
fn who_ends_within_the_grace_of_the_clock_outside_is_late_too() {
    let folder = TempFolder::new();
    let module = folder.file("fib.wat", FIB);
    for (flags, code) in [("--cpu-timeout 5ms", "cpu"), ("--timeout 5ms", "timeout")] {
        let records =
            console(&format!("run {} --fuel off {flags}", module.display()), &["go"], 100).records();
        records[0].check("timeout", code);
    }
}

#[test]
fn a_record_that_asks_for_fuel_is_denied_and_the_others_are_not() {
    let record = |id: &str, limits: Value| {
        json!({"id": id, "module": example("faults"), "input": {"do": "ok"}, "limits": limits}).to_string()
    };
    let lines = [record("fuel", json!({"fuel": "2G"})), record("time", json!({"timeout": "20s"}))];
    let lines = lines.each_ref().map(String::as_str);
    let records = by_id(console("run --tasks - --fuel off", &lines, 100).records());
    records["fuel"].check("policy_denied", "limit");
    records["fuel"].check_message("it counts no fuel; --fuel 2G would allow it");
    records["time"].check_ok(&json!("done"));
    // No record turns it off.
    let off = record("off", json!({"fuel": "off"}));
    let record: &Record = &console("run --tasks -", &[&off], 100).records()[0];
    assert_eq!(record.verdict(), "bad_input", "{record:?}");
}

#[test]
fn what_needs_fuel_is_refused_without_it() {
    let module = example("faults");
    for (line, says) in [
        (
            format!("run {module} --fuel off --escalate fuel=2x,max=40G"),
            "fuel cannot be escalated: the run counts none",
        ),
        (
            format!("run {module} --fuel off --group-fuel 2G"),
            "a group has a budget of fuel, and the run counts none",
        ),
        (format!("calibrate {module} cases.jsonl --fuel off"), "`--fuel off` counts no fuel"),
        (format!("run {module} --fuel of"), "or `off` to count none"),
    ] {
        Start::polymer(&line).run("").check(2).check_says(says);
    }
}

#[test]
fn code_is_cached_beside_that_which_counts() {
    let cache = TempFolder::new();
    let entries = || {
        std::fs::read_dir(cache.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().ends_with(".code"))
    };
    let run = |flags: &str| {
        let line =
            format!("run {} --log-level info --cache-dir {} {flags}", wat("silent"), cache.path().display());
        console(&line, &["x"], 0)
    };
    for (flags, compiles, count) in
        [("", true, 1), ("--fuel off", true, 2), ("--fuel off", false, 2), ("", false, 2)]
    {
        let ended = run(flags);
        assert_eq!(ended.stderr.contains("to compile module"), compiles, "{flags}: {}", ended.stderr);
        assert_eq!(entries().count(), count, "{flags}");
    }
}

#[test]
fn a_file_that_was_only_found_cannot_say_it_and_its_user_can() {
    let folder = TempFolder::new();
    let run = |profile: &str, flags: &str, variable: &str| {
        folder.file("polymer.toml", format!("[profile.{profile}]\nfuel = \"off\"\n"));
        let line = format!("run {} {flags}", wat("silent"));
        let start = Start::polymer(&line).within(folder.path());
        let start = if variable.is_empty() { start } else { start.env("POLYMER_FUEL", variable) };
        start.run("x\n")
    };
    run("default", "", "").check(2).check_says("may not set `fuel` to off");
    let counted = |profile: &str, flags: &str, variable: &str| {
        run(profile, flags, variable).check(0).records()[0]["/stats/fuel"].is_u64()
    };
    assert!(counted("other", "", ""));
    assert!(!counted("other", "-P other", "") && !counted("other", "", "off"));
    assert!(counted("other", "--fuel 2G", "off"), "a flag comes first");
}

#[test]
fn a_run_is_resumed_as_it_began() {
    let dir = RunDir::new();
    dir.run(&format!("{} --fuel off", wat("silent"))).run("a\nb\n").check(0);
    assert_eq!(dir.json("run.json")["limits"]["fuel"], Value::Null);
    assert!(dir.json("run.json")["engine"].as_str().unwrap().contains("fuel: not counted"));
    let other = dir.run(&format!("{} --fuel 2G --resume", wat("silent"))).run("a\nb\nc\n").check(96);
    other.check_says("fuel");
    dir.resume("").run("a\nb\nc\n").check(0);
    assert!(dir.records().iter().all(|record| record["/stats/fuel"].is_null()));
}

#[test]
fn one_command_runs_without_fuel() {
    let ended = Start::polymer(&format!("exec {} --fuel off --timeout 300ms", wat("hostile/spin"))).run("");
    ended.check(124).check_says("did not end in time (300ms); --timeout allows more");
    // What is written flows, however long the guest works then.
    let folder = TempFolder::new();
    let module = folder.file("speaks.wat", SPEAKS);
    let ended = Start::polymer(&format!("exec {} --fuel off --timeout 300ms", module.display())).run("");
    assert_eq!(ended.check(124).stdout, "begun\n");
    let cases = TempFolder::new();
    let cases = cases
        .file("cases.jsonl", json!({"input": {"do": "ok"}, "expect": {"output": "done"}}).to_string() + "\n");
    console(&format!("test {} {} --fuel off", example("faults"), cases.display()), &[], 0);
}
