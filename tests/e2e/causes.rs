//! Failures by cause: on stderr while a run goes on, in its summary, and in `status`.

use super::support::{Ended, RunDir, Start, TempFolder, console, probe};
use serde_json::json;

/// Lines for the probe of which each twentieth fails, of three causes in turn: 200 of 4000.
fn lines_with_failures() -> String {
    let fails = ["alpha", "beta", "gamma"];
    let line = |at: usize| if at.is_multiple_of(20) { fails[at / 20 % 3] } else { "print fine" };
    (0..4000).map(|at| line(at).to_owned() + "\n").collect()
}

fn run(flags: &str, input: &str) -> Ended {
    Start::polymer(&format!("run {} -j 2 {flags}", probe())).run(input)
}

/// Lines of a log that tell of a task that trapped.
fn told(text: &str) -> usize {
    text.lines().filter(|line| line.contains(" ERROR ") && line.contains(": trap (unreachable): ")).count()
}

#[test]
fn many_failures_of_a_few_causes_are_one_screen() {
    let ended = run("", &lines_with_failures()).check(100);
    assert_eq!(ended.records().iter().filter(|record| record.verdict() == "trap").count(), 200);
    let lines = ended.stderr.lines().count();
    assert!(lines < 60, "{lines} lines: {}", ended.stderr);
    // Of each cause some are told in full, and then their number.
    ended.check_says("(10 like this so far; --failure-output immediate shows each)\n");
    ended.check_says("(30 like this so far)\n");
    // The summary has all of them, and the first of each.
    ended.check_says(
        "\nverdicts: ok 3800, trap 200\ncauses:\n    67 × trap (unreachable): no step is called ",
    );
    for (count, word, first) in [(67, "alpha", 1), (67, "beta", 21), (66, "gamma", 41)] {
        let cause = ended.stderr.lines().find(|line| line.contains(" × ") && line.contains(word));
        let cause = cause.unwrap_or_else(|| panic!("{word} in {}", ended.stderr));
        assert!(cause.starts_with(&format!("    {count} × ")), "{cause}");
        assert!(cause.ends_with(&format!("; first: task {first}")), "{cause}");
    }
}

#[test]
fn whoever_wants_all_failures_gets_them() {
    let (input, folder) = (lines_with_failures(), TempFolder::new());
    assert_eq!(told(&run("--failure-output immediate", &input).check(100).stderr), 200);
    assert_eq!(told(&run("--log-level info", &input).check(100).stderr), 200);
    let log = folder.path().join("log");
    let ended = run(&format!("--log-file {}", log.display()), &input).check(100);
    assert_eq!(told(&std::fs::read_to_string(log).unwrap()), 200);
    assert!(ended.stderr.lines().count() < 60, "{}", ended.stderr);
    // The logs of all of them come at the end, where that was asked for.
    let ended = run("--failure-output final", &input).check(100);
    let blocks = ended.stderr.lines().filter(|line| line.starts_with("slot ") && line.contains(": trap "));
    assert_eq!(blocks.count(), 200);
}

#[test]
fn a_few_failures_are_told_as_they_are() {
    let ended = console(&format!("run {} -j 1", probe()), &["alpha", "alpha", "print fine"], 100);
    assert_eq!(told(&ended.stderr), 2);
    // The first with its trace and what it said, the other one in a line that says why.
    assert_eq!(ended.stderr.matches("| no step is called alpha\n").count(), 1, "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("probe.wasm!probe::main\n").count(), 1, "{}", ended.stderr);
    ended.check_says(" task 2 attempt 1: trap (unreachable): no step is called alpha, at probe::main\n");
}

/// A word of letters only, another one for each number.
fn word(mut number: u32) -> String {
    let mut word = String::from("w");
    while number > 0 {
        word.extend(char::from_digit(10 + number % 20, 36));
        number /= 20;
    }
    word + "g"
}

#[test]
fn causes_without_end_are_bounded_and_harmless() {
    let hostile = (1..=2500).map(|at| format!("\u{1b}[2J\u{202e}{}\u{200b}\n", word(at)));
    let input: String = hostile.chain(vec!["often\n".to_owned(); 100]).collect();
    let ended = run("-k", &input).check(100);
    assert_eq!(ended.records().len(), 2600);
    let lines = ended.stderr.lines().count();
    assert!(lines < 400, "{lines} lines: {}", ended.stderr);
    assert!(!ended.stderr.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{}", ended.stderr);
    // What comes often is found among them, though they were there before it.
    let causes = ended.stderr.lines().skip_while(|line| *line != "causes:");
    let causes: Vec<_> = causes.skip(1).take_while(|line| line.starts_with("    ")).collect();
    assert_eq!(causes.len(), 11, "{causes:?}");
    assert!(causes[0].contains("+ × ") && causes[0].contains("often"), "{causes:?}");
    assert!(causes[10].ends_with(" tasks of more than 54 more causes"), "{causes:?}");
}

#[test]
fn a_cause_is_a_field_by_which_failures_are_selected_and_listed() {
    let dir = RunDir::new();
    dir.run(&format!("{} -j 1", probe())).run("alpha\nbeta\nprint fine\nalpha\n").check(100);
    let export = |flags: &[&str]| {
        let line = ["export", dir.path().to_str().unwrap()];
        Start::args(line.iter().copied().chain(flags.iter().copied())).run("").check(0).stdout
    };
    let cause = "trap (unreachable): no step is called alpha, at probe::main";
    let selection = format!("cause=\"{cause}\"");
    let table = export(&["--fields", "id,cause", "--select", &selection]);
    assert_eq!(table, format!("id,cause\n1,\"{cause}\"\n4,\"{cause}\"\n"));
    let array = export(&["--format", "json", "--fields", "seq,cause", "--select", "not cause"]);
    let array: serde_json::Value = serde_json::from_str(&array).unwrap();
    assert_eq!(array, json!([{"seq": 3, "cause": null}]));
}

#[test]
fn status_has_the_causes_of_the_records_that_stand() {
    let dir = RunDir::new();
    dir.run(&format!("{} -j 1", probe())).run("alpha\nbeta\nprint fine\nalpha\n").check(100);
    let path = dir.path().display().to_string();
    let status = |flags: &str| Start::polymer(&format!("status {path} {flags}")).run("").check(0).stdout;
    let text = status("");
    assert!(
        text.contains("\n           2 × trap (unreachable): no step is called alpha, at probe::main; first"),
        "{text}"
    );
    assert!(text.contains("; first: task 1\n"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&status("--json")).unwrap();
    let causes = json["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 2, "{json}");
    assert_eq!((&causes[0]["verdict"], &causes[0]["code"]), (&json!("trap"), &json!("unreachable")));
    assert_eq!((&causes[0]["count"], &causes[0]["exact"]), (&json!(2), &json!(true)));
    assert_eq!(causes[0]["last"], json!({"id": "4", "seq": 4}));
    assert!(causes[1]["message"].as_str().unwrap().contains("beta"), "{json}");
    // Of those that are run again the new records count.
    Start::polymer(&format!("rerun {path} --id 1")).run("").check(100);
    let json: serde_json::Value = serde_json::from_str(&status("--json")).unwrap();
    assert_eq!((&json["causes"][0]["count"], &json["failed"]), (&json!(2), &json!(3)));
    let selected: serde_json::Value = serde_json::from_str(&status("--json --select id=2")).unwrap();
    assert_eq!(selected["causes"].as_array().map(Vec::len), Some(1), "{selected}");
}
