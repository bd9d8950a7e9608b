//! What signals do to a run: those that would end it drain it, Ctrl-Z stops its workers too, and
//! what its starter ignored stays ignored. And standard descriptors that were closed.

use super::support::processes::{self, Seen};
use super::support::{Ended, RunDir, Running, Start, TempFolder, example, wat};
use nix::sys::signal::Signal;
use serde_json::json;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

/// The highest number of a signal.
const LAST: i32 = 64;

/// Signals that would end the run and are left alone all the same: what cannot be caught, what
/// means a bug in the program itself, and what the C library uses.
const LEFT: [i32; 10] = [
    Signal::SIGKILL as i32,
    Signal::SIGILL as i32,
    Signal::SIGTRAP as i32,
    Signal::SIGABRT as i32,
    Signal::SIGBUS as i32,
    Signal::SIGFPE as i32,
    Signal::SIGSEGV as i32,
    Signal::SIGSYS as i32,
    32,
    33,
];

/// Signals that stop a process and do not end it.
const STOPS: [i32; 4] =
    [Signal::SIGSTOP as i32, Signal::SIGTSTP as i32, Signal::SIGTTIN as i32, Signal::SIGTTOU as i32];

/// A run of one worker over `simple` whose input stays open and which has answered once.
fn listening(start: Start) -> Running {
    let mut running = start.start();
    running.say("{}");
    running.record();
    running
}

fn simple(flags: &str) -> Start {
    Start::polymer(&format!("run {} -j 1 {flags}", example("simple")))
}

/// The signals of this line of `/proc/PID/status`.
fn mask(pid: u32, name: &str) -> Vec<i32> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let bits = u64::from_str_radix(line.trim(), 16).unwrap();
    (1..=LAST).filter(|signal| bits & (1 << (signal - 1)) != 0).collect()
}

#[test]
fn every_signal_that_would_end_the_process_is_heard_or_ignored_or_means_a_bug() {
    let running = listening(simple(""));
    let (caught, ignored) = (mask(running.pid(), "SigCgt:"), mask(running.pid(), "SigIgn:"));
    running.end().check(0);
    for signal in (1..=LAST).filter(|signal| !STOPS.contains(signal)) {
        let by_default = Start::shell(&format!("kill -{signal} $$; :")).run("").status;
        let ends = by_default.signal().is_some();
        let heard = caught.contains(&signal) || ignored.contains(&signal);
        assert!(!ends || heard || LEFT.contains(&signal), "signal {signal} ends a run");
    }
}

/// Sends a signal by its number, which may have no name.
fn send(running: &Running, signal: i32) {
    Start::shell(&format!("kill -{signal} {}", running.pid())).run("").check(0);
}

#[test]
fn each_that_would_end_it_drains_it_and_the_exit_code_says_which() {
    let named = [
        (Signal::SIGHUP, 129),
        (Signal::SIGQUIT, 131),
        (Signal::SIGUSR2, 140),
        (Signal::SIGALRM, 142),
        (Signal::SIGSTKFLT, 144),
        (Signal::SIGXCPU, 152),
        (Signal::SIGVTALRM, 154),
        (Signal::SIGPROF, 155),
        (Signal::SIGIO, 157),
        (Signal::SIGPWR, 158),
    ];
    let numbers = named.map(|(signal, code)| (signal as i32, code)).into_iter().chain([(34, 162), (64, 192)]);
    for (signal, code) in numbers {
        let mut running = listening(simple("--log-level debug"));
        running.say(r#"{"wait":3}"#);
        running.says("task 2 attempt 1: dispatched");
        send(&running, signal);
        running.says(": draining: tasks that have begun will finish");
        let held = running.take_stdin();
        let ended = running.end().check(code);
        drop(held);
        assert!(ended.records().iter().all(|record| record.verdict() == "ok"), "{signal}");
    }
}

#[test]
fn a_terminal_that_is_closed_tells_twice_and_that_is_no_second_order() {
    let mut running = listening(simple("--log-level debug --log-interval 50ms"));
    running.say(r#"{"wait":10}"#);
    running.says("task 2 attempt 1: dispatched");
    running.says(", 1 running");
    running.says(", 1 running");
    running.signal(Signal::SIGHUP);
    running.says("SIGHUP: draining");
    running.signal(Signal::SIGHUP);
    // Another one counts.
    let held = running.take_stdin();
    running.record().check_ok(&json!({"text": "", "wait": 10.0, "said": " 1.0"}));
    running.end().check(129);
    drop(held);
}

#[test]
fn what_was_ignored_when_it_was_started_stays_ignored() {
    let line = format!("trap '' HUP USR2 40; exec polymer run {} -j 1", example("simple"));
    let mut running = listening(Start::shell(&line));
    for signal in [Signal::SIGHUP as i32, Signal::SIGUSR2 as i32, 40] {
        send(&running, signal);
        running.say("{}");
        running.record();
    }
    running.signal(Signal::SIGTERM);
    let held = running.take_stdin();
    let ended = running.end().check(143);
    drop(held);
    assert!(!ended.stderr.contains("SIGHUP"), "{}", ended.stderr);
}

#[test]
fn records_that_waited_for_an_earlier_line_come_out_when_a_run_is_hung_up() {
    let line = format!("run {} -k -j 2 --log-level debug", example("simple"));
    let mut running = Start::polymer(&line).start();
    running.say(r#"{"wait":20}"#);
    running.says("task 1 attempt 1: dispatched");
    for task in 2..=20 {
        running.say("{}");
        running.says(&format!("task {task} attempt 1: ok"));
    }
    running.signal(Signal::SIGHUP);
    let held = running.take_stdin();
    let records = running.end().check(129).records();
    drop(held);
    let seqs: Vec<u64> = records.iter().map(|record| record.number("/seq")).collect();
    assert_eq!(seqs, (1..=20).collect::<Vec<_>>());
}

/// A run with a folder in which `FAST` tasks, some of which fail, have ended behind a slow one.
fn behind_a_slow_one() -> (RunDir, Running) {
    let dir = RunDir::new();
    let line = |n: usize| match n {
        1 => r#"{"text":"slow","wait":30}"#.to_owned(),
        n if n % 10 == 0 => format!(r#"{{"text":"{n}","wait":-1}}"#),
        n => format!(r#"{{"text":"{n}"}}"#),
    };
    let lines: Vec<String> = (1..=FAST + 1).map(line).collect();
    let input = dir.beside().file("input", lines.join("\n"));
    let line = format!(
        "{} -k -j 2 --failure-output never --log-level debug --input {}",
        example("simple"),
        input.display()
    );
    let mut running = dir.run(&line).start();
    running.says("task 1 attempt 1: dispatched");
    for _ in 0..FAST {
        // In whatever order they end.
        running.says_any(&[": ok in ", ": bad_input"]);
    }
    // The next look at the folder is behind the last of them.
    let deadline = running.deadline();
    while dir.whole("results.jsonl").iter().filter(|byte| **byte == b'\n').count() < FAST {
        assert!(running.goes_on(deadline), "it ended");
        std::thread::yield_now();
    }
    (dir, running)
}

const FAST: usize = 100;

/// That each line has its record, in the order of lines, with its line beside it if it failed, and
/// that nothing was run a second time that had a record.
fn check_in_order(dir: &RunDir, sessions: usize) {
    let records = dir.records();
    let seqs: Vec<usize> =
        records.iter().map(|record| usize::try_from(record.number("/seq")).unwrap()).collect();
    assert_eq!(seqs, (1..=FAST + 1).collect::<Vec<_>>());
    let failed = records.iter().filter(|record| record.verdict() != "ok");
    let failed: Vec<String> =
        failed.map(|record| format!(r#"{{"text":"{}","wait":-1}}"#, record.number("/seq"))).collect();
    assert_eq!(dir.failed(), failed);
    for session in 2..=sessions {
        let again = dir.events_of(session, "attempt_started");
        assert!(again.iter().all(|event| event["seq"] == 1), "{again:?}");
    }
}

#[test]
fn what_has_ended_is_in_the_folder_though_an_earlier_line_has_not() {
    let (dir, running) = behind_a_slow_one();
    running.signal(Signal::SIGHUP);
    running.end().check(129);
    // What had begun was finished, and that was all.
    check_in_order(&dir, 1);
}

#[test]
fn a_killed_run_in_order_loses_nothing_and_is_in_order_in_the_end() {
    let (dir, running) = behind_a_slow_one();
    running.signal(Signal::SIGKILL);
    running.end();
    assert_eq!(dir.records().len(), FAST);
    dir.resume("").run("").check(100);
    check_in_order(&dir, 2);
    // It is in order, so nothing is written anew.
    let before = std::fs::metadata(dir.path().join("results.jsonl")).unwrap();
    dir.resume("").run("").check(100);
    let after = std::fs::metadata(dir.path().join("results.jsonl")).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::ino(&before), std::os::unix::fs::MetadataExt::ino(&after));
}

/// Lets time pass.
#[expect(clippy::disallowed_methods, reason = "what passes while a run stands still is what is tested")]
fn let_pass(time: Duration) {
    std::thread::sleep(time);
}

#[test]
fn a_run_that_stood_still_goes_on_and_no_task_has_lost_its_time() {
    const TIMEOUT: Duration = Duration::from_secs(5);
    // By Ctrl-Z, and by somebody who stops every process there is, as batch systems do.
    for everything in [false, true] {
        let flags = "-j 1 --timeout 5s --fuel 1G --log-level debug --log-interval 50ms";
        let mut running = Start::polymer(&format!("run {} {flags}", example("faults"))).start();
        running.say(r#"{"do":"ok"}"#);
        running.record();
        running.say(r#"{"do":"spin"}"#);
        running.says("task 2 attempt 1: dispatched");
        running.says(", 1 running");
        let workers = processes::run_workers(running.pid());
        let all = || workers.iter().chain([]);
        if everything {
            running.signal(Signal::SIGSTOP);
            all().for_each(|worker| worker.signal(Signal::SIGSTOP));
        } else {
            running.signal(Signal::SIGTSTP);
        }
        assert!(processes::is_stopped(running.pid()));
        assert!(all().all(|worker| processes::is_stopped(worker.pid)));
        let_pass(TIMEOUT + Duration::from_secs(2));
        assert!(!running.has_line(), "it went on while it stood still");
        running.signal(Signal::SIGCONT);
        if everything {
            all().for_each(|worker| worker.signal(Signal::SIGCONT));
        }
        running.says("the run continues; it was suspended for ");
        let record = running.record();
        assert_eq!(record.verdict(), "fuel_exhausted", "{record:?}");
        assert!(record["/stats/wall_ms"].as_f64().unwrap() < 5000.0, "{record:?}");
        // It hears signals as before, and can be stopped again.
        running.say(r#"{"do":"ok"}"#);
        running.record();
        running.signal(Signal::SIGTSTP);
        assert!(processes::is_stopped(running.pid()));
        running.signal(Signal::SIGCONT);
        running.say(r#"{"do":"ok"}"#);
        running.record();
        running.end().check(100);
    }
}

#[test]
fn a_run_that_stands_still_can_be_killed_and_leaves_nothing() {
    let mut running = listening(simple("--log-level debug"));
    running.say(r#"{"wait":300}"#);
    running.says("task 2 attempt 1: dispatched");
    let workers = processes::workers(running.pid());
    running.signal(Signal::SIGTSTP);
    assert!(processes::is_stopped(running.pid()));
    running.signal(Signal::SIGKILL);
    running.end();
    workers.iter().for_each(Seen::check_ends);
}

fn shell(line: &str) -> Ended {
    Start::shell(line).run("x\n")
}

#[test]
fn an_output_that_the_shell_closed_is_an_error_before_anything_is_run() {
    let folder = TempFolder::new();
    let (module, there) = (wat("silent"), folder.path().display().to_string());
    for line in [
        format!("polymer run {module}"),
        format!("polymer run {module} -o /dev/stdout"),
        format!("polymer run {module} --dry-run"),
        format!("polymer inspect {module}"),
        "polymer doctor".to_owned(),
        "polymer --help".to_owned(),
        "polymer --version".to_owned(),
        format!("polymer status {there}/run"),
        format!("polymer cache path --cache-dir {there}/cache"),
        format!("polymer test {module} {there}/cases"),
    ] {
        let ended = shell(&format!("{line} >&-")).check(110);
        let says = "error: standard output is closed, so nobody could read the output\nhint: ";
        assert!(ended.stderr.starts_with(says), "{line}: {}", ended.stderr);
        assert_eq!(ended.stderr.lines().count(), 2, "{line}: {}", ended.stderr);
    }
    // Whoever names a place for records needs no standard output, and whoever throws them away says
    // so.
    shell(&format!("polymer run {module} -o {there}/records >&-")).check(0);
    assert_eq!(std::fs::read_to_string(folder.path().join("records")).unwrap().lines().count(), 1);
    shell(&format!("polymer run {module} --run-dir {there}/run >&-")).check(0);
    for nowhere in ["> /dev/null", "1<> /dev/null"] {
        shell(&format!("polymer run {module} {nowhere}")).check(0);
    }
}

#[test]
fn an_input_that_the_shell_closed_is_an_error_and_not_an_empty_one() {
    let module = wat("silent");
    for flags in ["", "--input -", "--input /dev/stdin", "--repeat 2"] {
        let ended = shell(&format!("polymer run {module} {flags} <&-")).check(96);
        ended.check_says("error: standard input is closed, so there are no lines to read");
    }
    let folder = TempFolder::new();
    let input = folder.file("input", "x\n");
    shell(&format!("polymer run {module} --input {} <&-", input.display())).check(0);
    shell(&format!("polymer run {module} < /dev/null")).check(0);
}

#[test]
fn whoever_closes_stderr_hears_nothing_and_no_file_is_taken_for_it() {
    let folder = TempFolder::new();
    let (module, there) = (wat("silent"), folder.path().display());
    // All three at once: the files that are opened next must get none of their numbers.
    let line = format!(
        "printf 'x\\ny\\n' > {there}/input; \
         polymer run {module} --input {there}/input -o {there}/records --log-file {there}/log --log-level debug <&- >&- 2>&-"
    );
    shell(&line).check(0);
    let records = std::fs::read_to_string(folder.path().join("records")).unwrap();
    assert_eq!(super::support::parse_all(&records).len(), 2);
    assert!(!std::fs::read_to_string(folder.path().join("log")).unwrap().contains("Ran 2 tasks"));
}
