//! What the operator reads on stderr or in a log file.

use super::support::{TempFolder, console, example, probe};

#[test]
fn what_a_task_that_is_ok_said_is_shown_when_it_is_wished() {
    let simple = example("simple");
    let shown =
        |flags: &str| console(&format!("run {simple} -j 1 {flags}"), &[r#"{"text":"hello"}"#], 0).stderr;
    assert!(!shown("").contains("| hello"));
    for when in ["immediate", "final"] {
        let stderr = shown(&format!("--success-output {when}"));
        assert_eq!(stderr.matches("    | hello 0.0\n").count(), 1, "{stderr}");
    }
}

#[test]
fn a_failure_is_told_once_with_its_trace_and_what_the_task_said() {
    let faults = example("faults");
    let shown =
        |flags: &str| console(&format!("run {faults} -j 1 {flags}"), &[r#"{"do":"panic"}"#], 100).stderr;
    for flags in ["", "--failure-output final --log-level off"] {
        let stderr = shown(flags);
        for part in [
            "slot 1 task 1 attempt 1: trap (unreachable): panicked at ",
            "    faults.wasm!faults::faults\n",
            "    | as asked\n",
        ] {
            assert_eq!(stderr.matches(part).count(), 1, "{part} in {stderr}");
        }
    }
    let stderr = shown("--failure-output never");
    assert!(stderr.contains("trap (unreachable)") && !stderr.contains("| as asked"), "{stderr}");
}

#[test]
fn the_log_goes_to_a_file_and_has_as_much_as_was_asked_for() {
    let folder = TempFolder::new();
    let path = folder.path().join("log");
    let log = |level: &str| {
        let line = format!("run {} -j 1 --log-file {} --log-level {level}", probe(), path.display());
        let ended = console(&line, &["log hello", "nothing"], 100);
        assert!(!ended.stderr.contains(" ERROR "), "{}", ended.stderr);
        ended.check_says("Ran 2 tasks in ");
        std::fs::read_to_string(&path).unwrap()
    };
    assert_eq!(log("off"), "");
    let text = log("error");
    assert!(text.contains(" ERROR slot 1 task 2 attempt 1: trap (unreachable)"), "{text}");
    assert!(!text.contains("hello"), "{text}");
    let text = log("info");
    assert!(text.contains("task 1 attempt 1 | hello"), "{text}");
    assert!(text.contains("ready in "), "{text}");
    assert!(log("debug").contains("task 1 attempt 1: dispatched"));
}

#[test]
fn a_log_file_that_cannot_be_opened_ends_the_run_before_it_begins() {
    let ended = console(&format!("run {} --log-file /nowhere/log", probe()), &["args"], 96);
    assert_eq!(ended.stdout, "");
    ended.check_says("error: cannot write the log /nowhere/log: No such file or directory");
}

#[test]
fn a_long_run_is_summed_up_on_the_way() {
    let line = format!("run {} -j 1 --log-interval 50ms", example("simple"));
    let ended = console(&line, &[r#"{"wait":3}"#], 0);
    assert!(
        ended.stderr.lines().any(|line| line.starts_with("progress: 0 ") && line.contains(", 1 running"))
    );
}
