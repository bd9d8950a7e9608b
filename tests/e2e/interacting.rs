//! Interactions: a program and an interactor that talk to each other. See `tests/guests/guesser.rs`
//! and `tests/guests/guess_host.rs`.

use super::support::{
    Ended, Record, RunDir, Start, TempFolder, by_id, checker, console, example, guessing, probe,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A task whose program and interactor behave so.
fn task(id: &str, program: &str, interactor: &str) -> Value {
    json!({"id": id, "module": guessing().0, "input": format!("42|{program}|{interactor}")})
}

/// The same, worth some points.
fn worth(points: f64, mut task: Value) -> Value {
    let record = task.as_object_mut().unwrap();
    record.insert("points".to_owned(), json!(points));
    record.insert("expect".to_owned(), json!({}));
    task
}

fn file_of(folder: &TempFolder, records: &[Value]) -> String {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    folder.file("tasks.jsonl", lines.join("\n")).to_str().unwrap().to_owned()
}

fn run(records: &[Value], flags: &str, code: i32) -> (Ended, BTreeMap<String, Record>) {
    let folder = TempFolder::new();
    let line = format!("run --tasks {} --interactor {} {flags}", file_of(&folder, records), guessing().1);
    let ended = Start::polymer(&line).run("").check(code);
    let records = by_id(ended.records());
    (ended, records)
}

/// Little fuel, so that a loop ends soon; a wait takes none.
const FUEL: &str = "-j 4 --fuel 100M --timeout 20s";

#[test]
fn a_program_talks_with_its_interactor_which_says_whether_it_is_right() {
    let (_, records) = run(
        &[
            task("right", "good", "fair"),
            task("lazy", "lazy", "fair"),
            worth(4.0, task("all", "good", "fair")),
            worth(4.0, task("none", "lazy", "fair")),
            worth(4.0, task("some", "good", "says {'accept':true,'points':1.5,'message':'in six'}")),
            worth(4.0, task("a little", "lazy", "says {'accept':false,'points':0.5}")),
            task("early", "early", "fair"),
            task("42", "good", "exit 42"),
            task("0", "good", "exit 0"),
            task("1", "good", "exit 1"),
            task("43", "good", "exit 43"),
        ],
        FUEL,
        100,
    );
    for id in ["right", "all", "some", "42", "0"] {
        assert_eq!(records[id].verdict(), "ok", "{id}");
        assert!(records[id].number("/judge/interactor/fuel") > 0, "{id}");
        assert_eq!(records[id]["/judge/checker"], json!(null));
    }
    for id in ["lazy", "none", "a little", "early", "1", "43"] {
        records[id].check("wrong_output", "interactor");
    }
    records["lazy"].check_message("it did not find 42");
    let points = |id: &str| records[id]["/judge/points"].clone();
    assert_eq!([points("all"), points("none")], [json!(4), json!(0)]);
    assert_eq!([points("some"), points("a little")], [json!(1.5), json!(0.5)]);
    assert_eq!(records["some"].text("/judge/message"), "in six");
}

#[test]
fn who_fails_first_is_to_blame() {
    let (_, records) = run(
        &[
            task("trap", "trap", "fair"),
            task("exit", "exit", "fair"),
            task("loop", "loop", "fair"),
            task("closes", "closes", "fair"),
            // It takes no more guesses, and what is said then is for nobody.
            task("floods", "floods", "fair"),
            // It accepts at once, and the program has to end well by itself.
            task("floods on", "floods", "exit 0"),
            task("traps then", "trap", "exit 0"),
            task("interactor traps", "good", "trap"),
            task("interactor loops", "good", "loop"),
            task("interactor exits", "good", "exit 7"),
            task("no answer", "good", "says {'accept':1}"),
            task("another answer", "good", "says {'accept':false}"),
        ],
        FUEL,
        100,
    );
    records["exit"].check("task_error", "exit");
    assert_eq!(records["trap"].verdict(), "trap");
    assert_eq!(records["loop"].verdict(), "fuel_exhausted");
    records["closes"].check("wrong_output", "interactor");
    records["floods"].check("wrong_output", "interactor");
    assert!(["output_exceeded", "fuel_exhausted"].contains(&records["floods on"].verdict()));
    assert_eq!(records["traps then"].verdict(), "trap");
    records["interactor traps"].check("judge_error", "interactor_trap");
    records["interactor loops"].check("judge_error", "interactor_fuel");
    records["interactor exits"].check("judge_error", "interactor_failed");
    records["no answer"].check("judge_error", "interactor_answer");
    records["another answer"].check("judge_error", "interactor_answer");
    for record in records.values() {
        assert_eq!(record.number("/attempts"), 1, "nobody is tried again");
    }
}

#[test]
fn both_that_wait_for_each_other_are_ended_when_the_time_of_both_is_up() {
    let (_, records) = run(
        &[
            task("program", "waits", "fair"),
            task("interactor", "good", "waits"),
            // Neither reads what the other says, so both have no room.
            task("flood", "floods", "floods"),
        ],
        "-j 2 --timeout 400ms",
        100,
    );
    for id in ["program", "interactor"] {
        records[id].check("timeout", "idle");
        records[id].check_wall("supervisor");
        assert!(records[id].millis("/stats/wall_ms") >= 800.0, "{id}");
    }
    assert_eq!(records["flood"].verdict(), "timeout");
}

#[test]
fn a_wait_for_the_other_side_costs_no_time() {
    // The interactor thinks for longer than the program may run. It may have begun before it.
    let mut waits = task("waits", "good", "slow 2500");
    waits.as_object_mut().unwrap().insert("limits".to_owned(), json!({"timeout": "1s"}));
    let (_, records) = run(&[waits], "-j 2 --timeout 20s", 0);
    assert!(records["waits"].millis("/stats/wall_ms") >= 1500.0);
}

#[test]
fn an_end_that_was_expected_of_the_program_is_no_fault() {
    let mut expected = task("expected", "good-exit", "fair");
    expected.as_object_mut().unwrap().insert("expect".to_owned(), json!({"exit_code": 3}));
    let (_, records) = run(&[expected, task("unexpected", "good-exit", "fair")], FUEL, 100);
    assert_eq!(records["expected"].verdict(), "ok");
    assert_eq!(records["expected"].number("/judge/ended/error/exit_code"), 3);
    records["unexpected"].check("task_error", "exit");
}

#[test]
fn an_interactor_is_given_the_case_and_nothing_else() {
    let folder = TempFolder::new();
    let mut case = worth(2.0, task("case", "good", "case"));
    case["expect"] = json!({"output": "a"});
    let sees = task("sees", "good", "sees /granted");
    let flags = format!("{FUEL} --dir {}::/granted --env SECRET=1 -- more", folder.path().display());
    let (_, records) = run(&[case, sees], &flags, 100);
    let told = "{'id':'case','input':'42|good|case','expected':'a','max_points':2}";
    records["case"].check_message(told);
    records["sees"].check_message("[] [] false");
}

#[test]
fn any_number_of_programs_share_two_workers_with_their_interactor() {
    let folder = TempFolder::new();
    let modules: Vec<String> = (0..4)
        .map(|number| {
            let path = folder.path().join(format!("{number}.wasm"));
            std::fs::copy(guessing().0, &path).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect();
    let tasks: Vec<Value> = (0..40)
        .map(|number| {
            let input = format!("{}|good|fair", number + 1);
            json!({"id": number.to_string(), "module": modules[number % 4], "input": input})
        })
        .collect();
    for flags in ["-j 2", "-j 2 --isolation process", "-j 3 --isolation instance", "-j 5"] {
        let (_, records) = run(&tasks, flags, 0);
        assert_eq!(records.len(), 40, "{flags}");
        // None ran in a worker that another kind of module had.
        let interacted = records.values().filter(|record| record.number("/judge/interactor/fuel") > 0);
        assert_eq!(interacted.count(), 40, "{flags}");
    }
}

#[test]
fn lines_of_input_are_interactions_too() {
    let (program, interactor) = guessing();
    let line = format!("run {program} --interactor {interactor} -j 2 -k");
    let records = console(&line, &["7|good|fair", "99|good|fair", "50|lazy|fair"], 100).records();
    let verdicts: Vec<&str> = records.iter().map(Record::verdict).collect();
    assert_eq!(verdicts, ["ok", "ok", "wrong_output"]);
}

#[test]
fn what_contradicts_an_interactor_is_refused() {
    let (program, interactor) = guessing();
    let line = format!("run {program} --interactor {interactor}");
    console(&format!("{line} -j 1"), &["1|good|fair"], 96).check_says("takes two workers");
    console(&format!("{line} --compare exact"), &[], 2).check_says("--compare");
    console(&format!("{line} --checker {}", checker()), &[], 2).check_says("--checker");
    let mut compares = task("compares", "good", "fair");
    compares.as_object_mut().unwrap().insert("expect".to_owned(), json!({"output": "a"}));
    compares.as_object_mut().unwrap().insert("compare".to_owned(), json!("exact"));
    let typed = json!({"id": "typed", "module": example("primes"), "input": "7|good|fair"});
    let (_, records) = run(&[compares, typed], "-j 2", 100);
    records["compares"].check("bad_input", "expect");
    records["compares"].check_message("--interactor");
    records["typed"].check("bad_input", "not_streamable");
}

#[test]
fn an_interactor_that_cannot_be_used_ends_the_run_at_the_start() {
    let folder = TempFolder::new();
    let bad = folder.file("bad.wasm", "no module");
    let line = format!("run {} --interactor {} -j 2", probe(), bad.display());
    console(&line, &["print a"], 96).check_says("bad.wasm");
}

#[test]
fn tasks_are_run_again_if_their_interactor_is_another_one_now() {
    let dir = RunDir::new();
    let place = dir.beside();
    let (input, module) =
        (place.file("input.txt", "7|good|fair\n8|good|fair\n"), place.path().join("host.wasm"));
    let mut bytes = std::fs::read(guessing().1).unwrap();
    std::fs::write(&module, &bytes).unwrap();
    let flags =
        format!("{} --input {} --interactor {} -j 2", guessing().0, input.display(), module.display());
    dir.run(&flags).run("").check(0);
    let judged = || dir.json("summary.json")["session"]["judge"].clone();
    assert_eq!(judged()["interactions"]["interactions"], json!(2));
    // Nothing is left to do with the same one.
    dir.resume("").run("").check(0);
    assert_eq!((dir.records().len(), judged()), (2, json!(null)));
    // A section that means nothing makes it another module.
    bytes.extend_from_slice(&[0, 2, 1, b'x']);
    std::fs::write(&module, bytes).unwrap();
    dir.resume("").run("").check(0);
    assert_eq!((dir.records().len(), judged()["tasks"].clone()), (2, json!(2)));
}
