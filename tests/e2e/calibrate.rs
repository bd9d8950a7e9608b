//! `polymer calibrate`: what it proposes holds, who fails or is near a limit is told, and a profile
//! is added to a file of which nothing else changes.

use super::support::{Ended, Start, TempFolder, example};
use serde_json::{Value, json};
use std::fs;

/// Cases of the example `primes`.
const PRIMES: &str = r#"{"id":"small","input":{"below":10},"expect":{"output":{"count":4}}}
{"id":"large","input":{"below":100000},"expect":{"output":{"count":9592}}}
"#;

/// Inputs of the same.
const LINES: [&str; 2] = [r#"{"below":10}"#, r#"{"below":100000}"#];

/// A command of one page of memory that says `A B`, whatever it is given.
const SAYS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\04\00\00\00")
    (data (i32.const 16) "A B\n")
    (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))"#;

/// The same, and it counts to a million before.
const SLOW: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\04\00\00\00")
    (data (i32.const 16) "A B\n")
    (func (export "_start") (local $i i32)
        (loop $again
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 1000000))))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))"#;

const SAID: &str = "{\"id\":\"said\",\"input\":\"x\",\"expect\":{\"output\":\"A B\"}}\n";

/// A folder with both commands and a file of cases.
fn place(cases: &str) -> TempFolder {
    let folder = TempFolder::new();
    folder.file("says.wat", SAYS);
    folder.file("slow.wat", SLOW);
    folder.file("cases.jsonl", cases);
    folder
}

fn calibrate(folder: &TempFolder, line: &str) -> Ended {
    Start::polymer(&format!("calibrate {line}")).within(folder.path()).run("")
}

/// What `--format json` prints.
fn value(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn what_is_proposed_holds_where_the_same_is_run() {
    let folder = place(PRIMES);
    let primes = example("primes");
    for (factor, name) in [("1", "tight"), ("2.5", "wide")] {
        let line = format!("{primes} cases.jsonl --factor {factor} --write-profile {name}");
        let ended = calibrate(&folder, &line).check(0);
        ended.check_says_on_stdout("2 cases passed by 1 reference\n");
        ended.check_says_on_stdout(": large (line 2)\n");
        ended.check_says(&format!(
            "wrote [profile.{name}] to polymer.toml; `polymer run -P {name}` applies it"
        ));
        let run = Start::polymer(&format!("run {primes} -k -P {name}")).within(folder.path());
        assert_eq!(run.run(LINES.join("\n")).check(0).records().len(), 2);
    }
    let text = fs::read_to_string(folder.path().join("polymer.toml")).unwrap();
    for part in [
        "[profile.tight]\nfuel = \"",
        "\n\n# polymer calibrate: the largest need of 1 reference in 2 cases, times 2.5\n",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(text.matches("\ntimeout = \"10s\"\n").count(), 2, "{text}");
    assert_eq!(text.matches("\noutput-limit = \"1KiB\"\n").count(), 2, "{text}");
    // The settings are where a run would have them from.
    let plan =
        Start::polymer(&format!("run {primes} -P wide --dry-run")).within(folder.path()).run("").check(0);
    let fuel = plan.stdout.lines().find(|line| line.starts_with("fuel ")).unwrap();
    assert!(fuel.ends_with("polymer.toml [profile.wide]"), "{fuel}");
}

#[test]
fn the_reference_that_needs_most_decides() {
    let folder = place(SAID);
    let ended = calibrate(&folder, "says.wat slow.wat cases.jsonl --format json").check(0);
    let value = value(&ended);
    assert_eq!((&value["v"], &value["references"], &value["passed"]), (&json!(1), &json!(2), &json!(2)));
    let [fuel, memory, output, timeout] = value["limits"].as_array().unwrap().as_slice() else {
        panic!("{value}")
    };
    assert_eq!(
        (&fuel["limit"], &fuel["module"], &fuel["id"]),
        (&json!("fuel"), &json!("slow.wat"), &json!("said"))
    );
    let (needed, proposed) = (fuel["needed"].as_u64().unwrap(), fuel["proposed"].as_u64().unwrap());
    assert!(needed > 1_000_000 && (2 * needed..=needed * 22 / 10).contains(&proposed), "{fuel}");
    assert_eq!(
        (&memory["needed"], &memory["set"], &memory["value"]),
        (&json!(65_536), &json!(256 << 20), &json!("1MiB"))
    );
    assert_eq!(
        (&output["needed"], &output["unit"], &output["value"]),
        (&json!(4), &json!("bytes"), &json!("1KiB"))
    );
    assert_eq!(timeout["value"], json!("10s"));
    assert_eq!((&value["near"], &value["failed"], &value["profile"]), (&json!([]), &json!([]), &json!(null)));
    assert!(!folder.path().join("polymer.toml").exists());
}

#[test]
fn a_reference_that_fails_is_shown_and_nothing_is_proposed() {
    let folder = place("{\"id\":\"other\",\"input\":\"x\",\"expect\":{\"output\":\"A C\"}}\n");
    let ended = calibrate(&folder, "says.wat slow.wat cases.jsonl --write-profile grading").check(100);
    assert!(ended.stdout.starts_with("FAIL says.wat: other (line 1)\n"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("proposed"), "{}", ended.stdout);
    ended.check_says("no limits are proposed: every reference must pass every case");
    assert!(!folder.path().join("polymer.toml").exists());
    let value = value(&calibrate(&folder, "says.wat cases.jsonl --format json").check(100));
    assert_eq!((&value["failed"][0]["id"], &value["limits"]), (&json!("other"), &json!([])));
}

#[test]
fn who_uses_over_80_percent_of_a_limit_is_told() {
    let folder = place(SAID);
    let memory = calibrate(&folder, "says.wat slow.wat cases.jsonl --memory 70KiB").check(0);
    for name in ["says.wat", "slow.wat"] {
        memory.check_says(&format!(
            "warn: {name}: said (line 1) used 92 % of the memory that is set: 64 KiB of 70 KiB\n"
        ));
    }
    let value = value(&calibrate(&folder, "slow.wat cases.jsonl --format json").check(0));
    let needed = value["limits"][0]["needed"].as_u64().unwrap();
    // A tenth more than is needed is near; a half more is not.
    let near =
        calibrate(&folder, &format!("says.wat slow.wat cases.jsonl --fuel {}", needed * 11 / 10)).check(0);
    near.check_says("warn: slow.wat: said (line 1) used 91 % of the fuel that is set");
    assert!(!near.stderr.contains("warn: says.wat"), "{}", near.stderr);
    let far = calibrate(&folder, &format!("slow.wat cases.jsonl --fuel {}", needed * 3 / 2)).check(0);
    assert!(!far.stderr.contains("of the fuel"), "{}", far.stderr);
}

#[test]
fn a_case_that_ends_at_a_limit_tells_nothing_of_a_need() {
    let at_limit =
        "{\"input\":\"x\",\"limits\":{\"fuel\":\"1k\"},\"expect\":{\"verdict\":\"fuel_exhausted\"}}\n";
    let folder = place(&format!("{SAID}{at_limit}"));
    let ended = calibrate(&folder, "slow.wat cases.jsonl").check(0);
    ended.check_says_on_stdout("2 cases (1 left out, since they end at a limit) passed by 1 reference\n");
    folder.file("cases.jsonl", at_limit);
    let ended = calibrate(&folder, "slow.wat cases.jsonl --write-profile grading").check(2);
    ended.check_says("error: no limits are proposed: no case ended within the limits");
    assert_eq!(ended.stdout, "");
    assert!(!folder.path().join("polymer.toml").exists());
}

#[test]
fn a_profile_is_added_behind_all_that_the_file_has() {
    let folder = place(SAID);
    let before = "# mine\n[profile.other]\nfuel = 1 # little";
    folder.file("polymer.toml", before);
    calibrate(&folder, "says.wat cases.jsonl --write-profile grading").check(0);
    let text = fs::read_to_string(folder.path().join("polymer.toml")).unwrap();
    assert!(text.starts_with(&format!("{before}\n\n# polymer calibrate: ")), "{text}");
    // A second time, it is there: nothing is run, so no module is looked for.
    let line = text.lines().position(|line| line == "[profile.grading]").unwrap() + 1;
    let ended = calibrate(&folder, "none.wasm cases.jsonl --write-profile grading").check(2);
    ended.check_says(&format!(
        "error: polymer.toml, line {line}: there is a [profile.grading] already\nhint: "
    ));
    assert_eq!(fs::read_to_string(folder.path().join("polymer.toml")).unwrap(), text);
    // Another file is a file of its own.
    let ended = calibrate(&folder, "says.wat cases.jsonl --write-profile grading -o class.toml").check(0);
    ended.check_says("`polymer run --config class.toml -P grading` applies it");
    let run = Start::polymer("run says.wat --config class.toml -P grading").within(folder.path());
    run.run("x\n").check(0);
}

#[test]
fn a_file_that_takes_no_profile_is_left_as_it_is() {
    let folder = place(SAID);
    for (text, says) in [
        ("profile = { other = {} }\n", "line 1: `profile` is an inline table"),
        ("[profile.other\n", "error: polymer.toml, line 1: "),
        ("version = 7\n", "line 1: the file has version 7"),
    ] {
        folder.file("polymer.toml", text);
        calibrate(&folder, "none.wasm cases.jsonl --write-profile grading").check(2).check_says(says);
        assert_eq!(fs::read_to_string(folder.path().join("polymer.toml")).unwrap(), text);
    }
}

#[test]
fn the_file_of_the_profile_is_no_other_file_of_the_command() {
    let folder = place(SAID);
    let line = "polymer calibrate says.wat cases.jsonl --write-profile grading --no-cache >> polymer.toml";
    let ended = Start::shell(line).within(folder.path()).run("").check(96);
    ended.check_says("is the same file as standard output");
    assert_eq!(fs::read_to_string(folder.path().join("polymer.toml")).unwrap(), "");
}
