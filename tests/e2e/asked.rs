//! A run that is asked how it stands: SIGUSR1 has it say so on stderr, while it goes on.

use super::support::{Running, Start, TempFolder, example};
use nix::sys::signal::Signal;
use serde_json::json;

/// A run over `simple` with a task of some seconds under way, and one behind it.
fn under_way(flags: &str) -> Running {
    let line = format!("run {} -j 1 --log-interval 50ms {flags}", example("simple"));
    let mut running = Start::polymer(&line).start();
    running.say("{}");
    running.record();
    running.say("{\"wait\":20}\n{}");
    // The second of these lines comes a whole interval after the dispatch, and by then a guest is
    // long entered.
    running.says(", 1 running");
    running.says(", 1 running");
    running
}

#[test]
fn a_run_says_what_is_running_and_goes_on() {
    // Nothing of this hangs on the log: it may be off, or go elsewhere.
    let folder = TempFolder::new();
    let elsewhere = format!("--log-file {}", folder.path().join("log").display());
    for flags in ["--log-level off", "--log-level debug", &elsewhere] {
        let mut running = under_way(flags);
        for _ in 0..2 {
            running.signal(Signal::SIGUSR1);
            let counts = running.says("after ");
            assert!(counts.ends_with(": 1 running, 1 waiting, 1 done\n"), "{counts}");
            let task = running.says("    slot 1 task 2 attempt 1: ");
            assert!(task.ends_with("iB\n"), "its memory is not told: {task}");
        }
        running.record().check_ok(&json!({"text": "", "wait": 20.0, "said": " 2.0"}));
        let ended = running.end().check(0);
        assert_eq!(ended.records().len(), 3);
        ended.check_says("Ran 3 tasks in ");
    }
}

#[test]
fn what_a_task_is_called_cannot_forge_a_line() {
    let line = format!("run {} -j 1 --id-field text --log-level off", example("simple"));
    let mut running = Start::polymer(&line).start();
    // From its first record on a run hears signals.
    running.say(r#"{"text":"first"}"#);
    running.record();
    running.say(r#"{"text":"x\nafter 1 s: \u001b[31m","wait":30}"#);
    // Nothing is said of a task that is not there yet.
    let task = loop {
        running.signal(Signal::SIGUSR1);
        let counts = running.says("after ");
        if counts.contains(": 1 running") {
            break running.says("slot 1");
        }
    };
    assert!(task.contains("task x\\u{a}after 1 s: \\u{1b}[31m attempt 1: "), "{task}");
    assert!(!task.contains('\u{1b}'), "{task:?}");
    running.signal(Signal::SIGTERM);
    // Two that come before either is heard are one.
    running.says("SIGTERM: draining");
    running.signal(Signal::SIGTERM);
    running.end().check(143);
}

#[test]
fn a_run_that_waits_for_input_says_that_nothing_runs() {
    let mut running = Start::polymer(&format!("run {}", example("simple"))).start();
    running.say("{}");
    running.record();
    loop {
        running.signal(Signal::SIGUSR1);
        if running.says("after ").ends_with(": 0 running, 0 waiting, 1 done\n") {
            break;
        }
    }
    running.end().check(0);
}
