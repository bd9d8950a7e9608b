//! Validators of problem packages as checkers and interactors. See `tests/guests/validator.rs`.

use super::support::{Ended, Record, RunDir, Start, TempFolder, by_id, console, guessing, probe, validator};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A task that gives `a`; its answer file says what the validator does.
fn task(id: &str, answer: &str) -> Value {
    json!({"id": id, "module": probe(), "input": "print a", "expect": {"output": answer}})
}

fn with(mut task: Value, name: &str, value: Value) -> Value {
    task.as_object_mut().unwrap().insert(name.to_owned(), value);
    task
}

fn worth(points: f64, id: &str, answer: &str) -> Value {
    with(task(id, answer), "points", json!(points))
}

fn file_of(folder: &TempFolder, records: &[Value]) -> String {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    folder.file("tasks.jsonl", lines.join("\n")).to_str().unwrap().to_owned()
}

fn run(records: &[Value], flags: &str, code: i32) -> (Ended, BTreeMap<String, Record>) {
    let folder = TempFolder::new();
    let judge = format!("--checker {} --checker-protocol validator", validator());
    let line = format!("run --tasks {} {judge} {flags}", file_of(&folder, records));
    let ended = Start::polymer(&line).run("").check(code);
    let records = by_id(ended.records());
    (ended, records)
}

#[test]
fn a_validator_says_whether_a_task_is_right_its_points_and_why() {
    let (_, records) = run(
        &[
            // Its newline, which a record leaves out, is there.
            task("right", "same a"),
            task("wrong", "same b"),
            task("42", "exit 42"),
            task("43", "exit 43"),
            task("said", "message line 3\u{1b}[2J;exit 43"),
            task("on stderr", "stderr first;stderr last;exit 43"),
            task("for the team", "team try again;exit 43"),
            task("said well", "message fine;exit 42"),
            task("prints", "stdout {\"accept\":false};exit 42"),
            worth(4.0, "all", "exit 42"),
            worth(4.0, "none", "exit 43"),
            worth(4.0, "score", "score 2.5;exit 42"),
            worth(4.0, "multiplier", "multiplier 0.25;exit 42"),
            worth(4.0, "refused", "score 3;exit 43"),
        ],
        "",
        100,
    );
    for id in ["right", "42", "said well", "prints", "all", "score", "multiplier"] {
        assert_eq!(records[id].verdict(), "ok", "{id}");
        assert!(records[id].number("/judge/checker/fuel") > 0, "{id}");
        assert_eq!(records[id]["/output"], json!("a"), "{id}");
    }
    for id in ["wrong", "43", "said", "on stderr", "for the team", "none", "refused"] {
        records[id].check("wrong_output", "checker");
    }
    let said = |id: &str| records[id].text("/judge/message").to_owned();
    assert!(said("said").starts_with("line 3"));
    assert_eq!([said("on stderr"), said("for the team"), said("said well")], ["last", "try again", "fine"]);
    let points = |id: &str| records[id]["/judge/points"].clone();
    assert_eq!([points("all"), points("none")], [json!(4), json!(0)]);
    assert_eq!([points("score"), points("multiplier")], [json!(2.5), json!(1)]);
    assert_eq!(points("refused"), json!(0));
    // What it wrote is its own affair: records have files of tasks only.
    assert_eq!(records["score"]["/files"], json!(null));
}

#[test]
fn a_validator_that_fails_is_told_and_the_output_stays() {
    let mut cases = vec![
        ("zero", "exit 0", "checker_failed"),
        ("nothing", "stdout x", "checker_failed"),
        ("one", "message no answer file;exit 1", "checker_failed"),
        ("trap", "trap", "checker_trap"),
        ("loop", "loop", "checker_fuel"),
    ];
    for nonsense in [
        "score;exit 42",
        "score three;exit 42",
        "score -1;exit 42",
        "score 2.1;exit 42",
        "score nan;exit 42",
        "multiplier 1.5;exit 42",
        "score 1;multiplier 1;exit 42",
    ] {
        cases.push((nonsense, nonsense, "checker_answer"));
    }
    let tasks: Vec<Value> = cases.iter().map(|(id, answer, _)| worth(2.0, id, answer)).collect();
    let (_, records) = run(&tasks, "--fuel 200M", 100);
    for (id, _, code) in &cases {
        records[*id].check("judge_error", code);
        assert_eq!(records[*id]["/output"], json!("a"), "{id}");
        assert_eq!(records[*id]["/judge/points"], json!(null), "{id}");
    }
    records["zero"].check_message("exits with 42 or 43");
    records["one"].check_message("no answer file");
}

#[test]
fn a_validator_is_given_what_the_format_says_and_nothing_else() {
    let (folder, granted) = (TempFolder::new(), TempFolder::new());
    let input = folder.file("case.in", "the case\n");
    let flags = with(task("flags", "flags;exit 43"), "checker_args", json!(["case_sensitive", "a b"]));
    let own = with(task("own", "input;exit 43"), "checker_input_file", json!(input));
    let raw =
        json!({"id": "raw", "module": probe(), "input": "bytes", "expect": {"output": "output;exit 43"}});
    let unsaid = json!({"id": "unsaid", "module": probe(), "input": "print a", "expect": {}});
    let (_, records) = run(
        &[
            task("input", "input;exit 43"),
            task("output", "output;exit 43"),
            flags,
            own,
            raw,
            // Its answer file is empty, and says nothing that it knows.
            unsaid,
            task("looks", "looks;exit 43"),
        ],
        &format!("--env SECRET=1 --dir {}::/granted:rw --task-env -- a b", granted.path().display()),
        100,
    );
    let said = |id: &str| records[id].text("/judge/message").to_owned();
    assert_eq!([said("input"), said("output")], ["print a", "a"]);
    assert_eq!([said("flags"), said("own")], ["case_sensitive|a b", "the case"]);
    assert!(said("raw").starts_with('\u{fffd}'), "{}", said("raw"));
    records["unsaid"].check("judge_error", "checker_trap");
    assert_eq!(said("looks"), "/ is closed, /etc is closed, /granted is closed; above: false; []");
}

#[test]
fn what_a_validator_writes_is_bounded_and_gone_before_the_next() {
    let (_, records) = run(
        &[
            task("fills", "fill;exit 43"),
            task("fills and accepts", "fill;exit 42"),
            worth(2.0, "fills and scores", "score 1;fill;exit 42"),
            task("many", "many;exit 43"),
            task("folder", "folder;stderr words;exit 43"),
            task("leaves", "leaves;score 1;exit 43"),
            task("left", "left;exit 43"),
        ],
        "-j 1 --output-limit 64KiB --input-limit 64KiB",
        100,
    );
    // Sixteen MiB, and the room for a case.
    let fills = records["fills"].text("/judge/message");
    assert!(fills.contains("bytes, too many to be read"), "{fills}");
    records["fills and accepts"].check_ok(&json!("a"));
    assert_eq!(records["fills and scores"]["/judge/points"], json!(1));
    assert_eq!(records["many"].text("/judge/message"), "some");
    assert_eq!(records["folder"].text("/judge/message"), "words");
    assert_eq!(records["left"].text("/judge/message"), "nothing is left");
}

#[test]
fn a_task_has_its_own_folder_and_the_validator_another() {
    let folder = TempFolder::new();
    let files = json!({"mine": "text"});
    let tasks = [with(task("task", "left;exit 42"), "files", files), task("plain", "left;exit 42")];
    let judge = format!("--checker {} --checker-protocol validator", validator());
    let file = file_of(&folder, &tasks);
    let line = format!("run --tasks {file} {judge} --scratch 64KiB --collect 'mine' -j 2");
    let records = by_id(Start::polymer(&line.replace('\'', "")).run("").check(0).records());
    assert_eq!(records["task"].text("/judge/message"), "nothing is left");
    assert_eq!(records["task"]["/files"], json!({"mine": {"text": "text"}}));
    assert_eq!(records["plain"]["/files"], json!({}));
}

#[test]
fn validators_and_programs_share_no_worker_whatever_is_isolated() {
    for flags in
        ["-j 1", "-j 1 --isolation process", "-j 3 --isolation instance", "-j 3 --max-tasks-per-worker 2"]
    {
        let dir = RunDir::new();
        let tasks: Vec<Value> = (0..30).map(|n| task(&n.to_string(), "same a")).collect();
        let file = file_of(dir.beside(), &tasks);
        let judge = format!("--checker {} --checker-protocol validator", validator());
        dir.run(&format!("--tasks {file} {judge} {flags}")).run("").check(0);
        assert_eq!(dir.json("summary.json")["session"]["judge"]["checks"]["checks"], json!(30), "{flags}");
    }
}

/// A task of the program that finds a number, which the validator thinks of.
fn talk(id: &str, secret: &str, answer: &str) -> Value {
    let task = json!({"id": id, "module": guessing().0, "input": secret, "expect": {"output": answer}});
    with(task, "checker_args", json!(["talk"]))
}

#[test]
fn a_validator_talks_with_a_program_and_no_line_comes_first() {
    let folder = TempFolder::new();
    let tasks = [
        talk("right", "42", "found"),
        talk("wrong", "0", "found"),
        with(talk("points", "42", "score 1.5;message in six;found"), "points", json!(2)),
        talk("refused", "42", "message no;exit 43"),
        talk("zero", "42", "exit 0"),
        talk("one", "42", "exit 1"),
        talk("trap", "42", "trap"),
        with(talk("nonsense", "42", "score x;exit 42"), "points", json!(2)),
    ];
    let judge = format!("--interactor {} --checker-protocol validator", validator());
    let line = format!("run --tasks {} {judge} -j 4 --timeout 20s", file_of(&folder, &tasks));
    let records = by_id(Start::polymer(&line).run("").check(100).records());
    assert_eq!(records["right"].verdict(), "ok");
    records["wrong"].check("wrong_output", "interactor");
    assert_eq!(records["points"]["/judge/points"], json!(1.5));
    assert_eq!(records["points"].text("/judge/message"), "in six");
    records["refused"].check("wrong_output", "interactor");
    records["refused"].check_message("no");
    for (id, code) in [
        ("zero", "interactor_failed"),
        ("one", "interactor_failed"),
        ("trap", "interactor_trap"),
        ("nonsense", "interactor_answer"),
    ] {
        records[id].check("judge_error", code);
    }
}

#[test]
fn what_does_not_go_with_a_validator_is_refused() {
    let (probe, validator) = (probe(), validator());
    console(&format!("run {probe} --checker-protocol validator"), &[], 2).check_says("this run has none");
    console(&format!("run {probe} --checker {validator} --checker-protocol icpc"), &[], 2)
        .check_says("it is json or validator");
    let compared = with(with(task("compared", "a"), "compare", json!("trim")), "checker_args", json!(["a"]));
    let (_, records) = run(
        &[compared, with(task("zero", "a"), "checker_args", json!(["a\u{0}"])), task("right", "same a")],
        "",
        100,
    );
    for id in ["compared", "zero"] {
        records[id].check("bad_input", "expect");
    }
    assert_eq!(records["right"].verdict(), "ok");
    let folder = TempFolder::new();
    let flagged = [with(task("flagged", "same a"), "checker_args", json!(["a"]))];
    let line = format!("run --tasks {} --checker {validator}", file_of(&folder, &flagged));
    let records = by_id(Start::polymer(&line).run("").check(100).records());
    records["flagged"].check("bad_input", "expect");
    records["flagged"].check_message("--checker-protocol validator");
}

#[test]
fn lines_of_expectations_have_flags_too_and_a_run_keeps_its_protocol() {
    let dir = RunDir::new();
    let place = dir.beside();
    let input = place.file("input.txt", "print a\nprint b\n");
    let lines = [
        json!({"expect": {"output": "flags;exit 42"}, "checker_args": ["x", "y"]}),
        json!({"expect": {"output": "same a"}}),
    ];
    let expect = place.file("e.jsonl", lines.map(|line| line.to_string()).join("\n"));
    let flags = format!(
        "{} --input {} --expect {} --checker {} --checker-protocol validator",
        probe(),
        input.display(),
        expect.display(),
        validator()
    );
    dir.run(&flags).run("").check(100);
    let records = by_id(dir.records());
    assert_eq!(records["1"].text("/judge/message"), "x|y");
    records["2"].check("wrong_output", "checker");
    dir.resume("--checker-protocol json").run("").check(96).check_says("--checker-protocol was validator");
}
