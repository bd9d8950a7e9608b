//! Runs that are told to stop: what has begun is finished, or cut short when told twice. No process
//! is left.

use super::support::processes::{self, Seen, workers_of};
use super::support::{Ended, Record, RunDir, Running, Start, TempFolder, by_id, console, example, wat};
use fastrand::Rng;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// The last word on a run that was stopped and has no run directory.
const NOT_RESUMED: &str = "the run is incomplete, and cannot be resumed because no --run-dir was given";

/// A run of two workers over `simple` whose input stays open, with a task of so many seconds under
/// way on a worker that has run before.
fn under_way(seconds: f64) -> (Running, Vec<Seen>) {
    let line = format!("run {} -j 2 --log-level debug --log-interval 50ms", example("simple"));
    let mut running = Start::polymer(&line).start();
    running.say("{}");
    running.record();
    running.say(&format!("{{\"wait\":{}}}", seconds * 10.0));
    running.says("task 2 attempt 1: dispatched");
    // The second of these lines comes a whole interval after the dispatch, and by then a guest is
    // long entered.
    running.says(", 1 running");
    running.says(", 1 running");
    let workers = processes::workers(running.pid());
    (running, workers)
}

#[track_caller]
fn check_drains(signal: Signal, code: i32) {
    let (mut running, workers) = under_way(1.0);
    let held = running.take_stdin();
    running.signal(signal);
    running.says(&format!("{}: draining: ", signal.as_str()));
    running.says("draining: it was told to stop");
    running.record().check_ok(&json!({"text": "", "wait": 10.0, "said": " 1.0"}));
    let ended = running.end().check(code);
    drop(held);
    assert_eq!(ended.records().len(), 2);
    ended.check_says("Ran 2 tasks in ");
    ended.check_says(NOT_RESUMED);
    workers.iter().for_each(Seen::check_ends);
}

#[test]
fn the_first_interrupt_lets_what_has_begun_finish() {
    check_drains(Signal::SIGINT, 130);
}

#[test]
fn termination_lets_what_has_begun_finish() {
    check_drains(Signal::SIGTERM, 143);
}

#[test]
fn the_second_interrupt_cuts_short_what_has_begun() {
    let (mut running, workers) = under_way(50.0);
    let held = running.take_stdin();
    running.signal(Signal::SIGINT);
    running.says("draining: it was told to stop");
    running.signal(Signal::SIGINT);
    running.says("SIGINT: ending at once: ");
    let record = running.record();
    record.check("canceled", "canceled");
    assert_eq!((record.id(), record.number("/attempts")), ("2", 1));
    assert_eq!((&record["/output"], &record["/stats/partial"]), (&Value::Null, &json!(true)));
    let ended = running.end().check(130);
    drop(held);
    assert_eq!(ended.records().len(), 2);
    workers.iter().for_each(Seen::check_ends);
}

#[test]
fn lines_that_were_not_begun_get_no_record_when_a_run_is_stopped() {
    let line = format!("run {} -j 1 --log-level debug", example("simple"));
    let mut running = Start::polymer(&line).start();
    running.say(&r#"{"wait":4}"#.repeat(50).replace("}{", "}\n{"));
    // One has ended, so others are out; what was sent and not begun gets no record either.
    running.record();
    running.signal(Signal::SIGINT);
    running.says("draining: it was told to stop; ");
    let ended = running.end().check(130);
    let records = ended.records();
    assert!((1..50).contains(&records.len()), "{} records", records.len());
    assert!(records.iter().all(|record| record.verdict() == "ok"));
}

#[test]
fn a_run_that_was_stopped_names_the_file_that_has_its_records() {
    let folder = TempFolder::new();
    let path = folder.path().join("records");
    let line = format!("run {} -j 1 --log-interval 50ms -o {}", example("simple"), path.display());
    let mut running = Start::polymer(&line).start();
    running.say(&r#"{"wait":4}"#.repeat(50).replace("}{", "}\n{"));
    // The count of those before the interval stands there once one has ended.
    running.says("progress: 1 done");
    running.signal(Signal::SIGTERM);
    let ended = running.end().check(143);
    let last = ended.stderr.lines().last().unwrap();
    assert!(last.starts_with(NOT_RESUMED), "{last}");
    assert!(last.contains(&format!("--skip-done {}", path.display())), "{last}");
}

#[test]
fn a_run_that_did_everything_has_nothing_to_go_on_with() {
    for (line, code) in [("{}", 0), ("nothing", 100)] {
        let ended = console(&format!("run {}", example("simple")), &[line], code);
        assert!(!ended.stderr.contains("incomplete"), "{}", ended.stderr);
    }
    let ended = console(&format!("run {} -j 1 --max-fail 1", example("simple")), &["x"; 40], 106);
    assert_eq!(ended.stderr.lines().last(), Some(NOT_RESUMED));
}

/// A run with a folder of six tasks of a second, stopped once the first has begun.
fn stopped_run(dir: &RunDir, signals: &[Signal]) -> Ended {
    let input = dir.beside().file("input", "{\"wait\":10}\n".repeat(6));
    let flags = "-j 1 --log-level debug --stopped-exit 75";
    let mut running = dir.run(&format!("{} {flags} --input {}", example("simple"), input.display())).start();
    running.says("task 1 attempt 1: dispatched");
    for signal in signals {
        running.signal(*signal);
        running.says(&format!("{}: ", signal.as_str()));
    }
    running.end()
}

/// A scheduler that asks for it is told "later" and not "failed", and what is left is done later.
#[test]
fn a_run_that_was_stopped_ends_with_the_code_that_was_asked_for_and_can_be_resumed() {
    for signals in [&[Signal::SIGTERM][..], &[Signal::SIGTERM, Signal::SIGTERM], &[Signal::SIGHUP]] {
        let dir = RunDir::new();
        stopped_run(&dir, signals).check(75).check_says("polymer resume ");
        assert!(dir.records().len() < 6, "{} records", dir.records().len());
        dir.resume("-j 4").run("").check(0);
        assert_eq!(dir.records().iter().filter(|record| record.verdict() == "ok").count(), 6);
    }
}

/// Schedulers and service managers send a notice to every process of a job. With `--crash-limit 0`
/// a worker that it ended would take its task along.
#[test]
fn a_notice_to_every_process_stops_the_run_and_ends_no_worker() {
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGUSR2] {
        let dir = RunDir::new();
        let input = dir.beside().file("input", "{\"wait\":10}\n".repeat(8));
        let flags = "-j 2 --crash-limit 0 --log-level debug --log-interval 50ms --stopped-exit 75";
        let mut running =
            dir.run(&format!("{} {flags} --input {}", example("simple"), input.display())).start();
        // The second of these lines comes a whole interval after the dispatch: guests are entered.
        running.says(", 2 running");
        running.says(", 2 running");
        let workers = processes::workers(running.pid());
        assert!(workers.len() >= 2, "{} workers", workers.len());
        for worker in &workers {
            // The first of them is no order to stop, but goes to whole jobs as well.
            worker.signal(Signal::SIGUSR1);
            worker.signal(signal);
        }
        // It is the first of its process group.
        killpg(Pid::from_raw(running.pid().cast_signed()), signal).unwrap();
        running.says(&format!("{}: draining: ", signal.as_str()));
        let ended = running.end().check(75);
        assert!(!ended.stderr.contains("crash"), "{}", ended.stderr);
        let records = dir.records();
        assert!((2..8).contains(&records.len()), "{} records", records.len());
        dir.resume("-j 8").run("").check(0);
        let records = dir.records();
        let first_try = |record: &Record| record.verdict() == "ok" && record.number("/attempts") == 1;
        assert!(records.len() == 8 && records.iter().all(first_try), "{signal}: {records:?}");
    }
}

#[test]
fn a_run_whose_time_is_up_ends_with_the_code_that_was_asked_for_until_it_is_done() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "{\"wait\":10}\n".repeat(4));
    let flags = format!("{} -j 1 --stopped-exit 75 --input {}", example("simple"), input.display());
    // As a scheduler repeats it. Four tasks of a second take longer than two.
    let again =
        |time: &str| dir.run(&format!("{flags} --resume --global-timeout {time}")).patient(600).run("");
    again("2s").check(75).check_says("polymer resume ");
    assert!(dir.records().len() < 4, "{} records", dir.records().len());
    again("10m").check(0);
    assert_eq!(dir.records().iter().filter(|record| record.verdict() == "ok").count(), 4);
}

#[test]
fn only_a_run_that_was_stopped_ends_with_that_code() {
    let exit = |inputs: &[&str], flags: &str, code: i32| {
        let dir = RunDir::new();
        let line = format!("{} -j 1 --stopped-exit 75 {flags}", example("simple"));
        dir.run(&line).run(inputs.join("\n")).check(code);
    };
    exit(&["{}"], "", 0);
    exit(&["nothing"], "", 100);
    exit(&["nothing"; 9], "--max-fail 1", 106);
    exit(&["nothing"], "--accept-fail 100%", 0);
    console(&format!("run {} --stopped-exit 75", example("simple")), &[], 2).check_says("needs --run-dir");
    for wrong in ["0", "256", "-1", "x"] {
        console(&format!("run {} --run-dir none --stopped-exit {wrong}", example("simple")), &[], 2);
    }
}

/// Lines of a run that is stopped at some moment.
const LINES: usize = 3000;

/// Lets a moment pass that was drawn by chance.
#[expect(clippy::disallowed_methods, reason = "nothing is waited for: the moment is what is drawn")]
fn let_pass(moment: Duration) {
    std::thread::sleep(moment);
}

/// Plays runs of many short tasks with these flags, each stopped at a moment that the seed says,
/// every other one twice. Whatever the moment: the exit code is one that is documented, nothing is
/// left of its processes, and `check` is content with what it left behind in its folder and said.
fn stop_at_random(rounds: u64, flags: impl Fn(&Path) -> String, check: impl Fn(&Path, &Ended)) {
    for seed in 0..rounds {
        let mut rng = Rng::with_seed(seed);
        let folder = TempFolder::new();
        let line = format!("run {} -j 3 {}", wat("silent"), flags(folder.path()));
        let mut running = Start::polymer(&line).start();
        let pid = running.pid();
        let mut stdin = running.take_stdin();
        std::thread::spawn(move || drop(std::io::Write::write_all(&mut stdin, &b"x\n".repeat(LINES))));
        // After some record: moments that no clock has to hit. What is slept is no wait for
        // anything, only another moment.
        let (moment, pause) = (rng.usize(1..LINES / 2), Duration::from_micros(rng.u64(..3000)));
        (0..moment).for_each(|_| drop(running.line()));
        let_pass(pause);
        let mut codes = vec![0];
        for nth in 0..=seed % 2 {
            let_pass(Duration::from_micros(rng.u64(..3000) * nth));
            let (signal, code) = [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)][rng.usize(..2)];
            running.signal(signal);
            // Of two that come at the same time either may be heard first.
            codes.push(code);
        }
        let ended = running.end();
        let code = ended.status.code().unwrap_or_else(|| panic!("seed {seed}: {}", ended.status));
        assert!(codes.contains(&code), "seed {seed}: it ended with {code}\n{}", ended.stderr);
        let left: Vec<_> = workers_of(pid).iter().map(|worker| worker.pid).collect();
        assert!(left.is_empty(), "seed {seed}: {left:?} are left");
        assert!(!ended.stderr.contains("panicked"), "seed {seed}: {}", ended.stderr);
        check(folder.path(), &ended);
    }
}

#[test]
fn whenever_a_run_is_stopped_its_records_are_whole_and_each_task_has_one_at_the_most() {
    stop_at_random(
        40,
        |_| String::new(),
        |_, ended| {
            assert!(ended.stdout.is_empty() || ended.stdout.ends_with('\n'));
            // Each is whole, by its schema, and no task has two.
            let records = by_id(ended.records());
            let known = |id: &String| id.parse::<usize>().is_ok_and(|seq| (1..=LINES).contains(&seq));
            assert!(records.keys().all(known));
            assert!(records.values().all(|record| ["ok", "canceled"].contains(&record.verdict())));
            let done = ended.status.code() == Some(0);
            assert!(!done || records.len() == LINES, "{} records", records.len());
            assert_eq!(ended.stderr.contains(NOT_RESUMED), records.len() < LINES, "{}", ended.stderr);
        },
    );
}
