//! System calls that fail: the run goes on with what it has, or ends with one clear message. The
//! command is the one that ships; what fails is decided around it, by the program in `tests/outer`.

use super::support::processes::workers_of;
use super::support::{Ended, Running, Start, TempFolder, by_id, wat};
use std::fs;

/// Tasks of a run.
const TASKS: usize = 50;

/// Starting a process fails, and starting a thread does not: they differ in one bit, which a filter
/// sees where libc uses the older call.
const START: &str = "without clone3 failing clone&0x4000";

/// Runs 50 tasks on four workers under these rules. Whatever came of it: nothing panicked, no
/// worker is left, no task has two records, and something did fail.
#[track_caller]
fn run(rules: &str, flags: &str) -> Ended {
    run_with(rules, flags, |mut running| {
        let mut stdin = running.take_stdin();
        // It may end before it has read them.
        std::thread::spawn(move || drop(std::io::Write::write_all(&mut stdin, &b"\n".repeat(TASKS))));
        running.end()
    })
}

/// The same, of a run that is given its input and waited for so.
#[track_caller]
fn run_with(rules: &str, flags: &str, play: impl FnOnce(Running) -> Ended) -> Ended {
    let folder = TempFolder::new();
    let told = folder.path().join("told");
    let line = format!("run {} -j 4 {flags}", wat("silent"));
    let running = Start::deprived(&format!("tell {} {rules}", told.display()), &line).start();
    let pid = running.pid();
    let ended = play(running);
    assert!(!ended.stderr.contains("panicked"), "{rules}: {}", ended.stderr);
    let left: Vec<_> = workers_of(pid).iter().map(|worker| worker.pid).collect();
    assert!(left.is_empty(), "{rules}: {left:?} are left");
    by_id(ended.records());
    let told = fs::read_to_string(told).unwrap();
    assert!(!rules.contains("failing") || !told.is_empty(), "{rules}: nothing failed");
    ended
}

/// That the run does its work all the same.
#[track_caller]
fn check_goes_on(rules: &str) {
    let ended = run(rules, "").check(0);
    assert_eq!(ended.records().len(), TASKS, "{rules}");
    assert!(ended.records().iter().all(|record| record.verdict() == "ok"), "{rules}: {}", ended.stdout);
}

/// That it ends with this code and one error, which says this.
#[track_caller]
fn check_ends(rules: &str, code: i32, says: &str) {
    let ended = run(rules, "").check(code);
    let errors: Vec<_> = ended.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert!(matches!(errors[..], [error] if error.contains(says)), "{rules}: {}", ended.stderr);
}

#[test]
fn a_call_that_fails_once_costs_a_try_and_no_record() {
    for what in [
        "pidfd_open:2:EMFILE",
        "memfd_create:2:EMFILE",
        "memfd_create:3:ENOMEM",
        "epoll_ctl:2:ENOSPC",
        "socketpair:2:ENFILE",
        "pipe2:2:EMFILE",
        "sendmsg:1:ENOMEM",
        "sendmsg:2:ENOBUFS",
        "epoll_wait:2-30:EINTR",
        "wait4:1-2:EINTR",
    ] {
        check_goes_on(&format!("failing {what}"));
    }
    check_goes_on(&format!("{START}:2:EAGAIN"));
}

#[test]
fn where_no_more_workers_can_be_started_those_that_are_there_do_the_work() {
    // The first one compiles.
    check_goes_on(&format!("{START}:3+:ENOMEM"));
    for what in ["pidfd_open:3+:EMFILE", "pipe2:3+:EMFILE", "socketpair:4+:EMFILE"] {
        check_goes_on(&format!("failing {what}"));
    }
    check_goes_on("files 24");
}

#[test]
fn where_no_worker_can_be_started_the_run_ends_and_says_why() {
    let says = "worker processes cannot be started: ";
    check_ends(&format!("{START}:1+:EAGAIN"), 96, says);
    // The module is compiled, and then nobody can run it.
    check_ends(&format!("{START}:2+:EAGAIN"), 96, says);
    for what in ["pidfd_open:1+:EMFILE", "socketpair:2+:EMFILE", "pipe2:1+:EMFILE", "epoll_ctl:2+:ENOSPC"] {
        check_ends(&format!("failing {what}"), 96, says);
    }
    check_ends("files 14", 96, says);
}

#[test]
fn where_the_run_itself_cannot_be_made_it_says_so() {
    for (what, says) in [
        ("epoll_create1:1:EMFILE", "cannot watch the run's workers: Too many open files"),
        ("epoll_ctl:1:ENOSPC", "cannot watch the run's workers: No space left on device"),
        ("eventfd2:1:EMFILE", "cannot start the threads that supervise the run: Too many open files"),
        ("epoll_wait:3:ENOMEM", "cannot watch the run's workers: Cannot allocate memory"),
        ("clone3:1+:EAGAIN", "cannot start the threads that "),
        ("memfd_create:1:ENOMEM", "into memory: Cannot allocate memory"),
    ] {
        check_ends(&format!("failing {what}"), 96, says);
    }
}

#[test]
fn records_that_cannot_be_written_end_the_run_with_a_code_of_their_own() {
    let check = |ended: Ended| {
        let ended = ended.check(110);
        assert!(ended.records().iter().all(|record| record.verdict() == "ok"));
        ended.check_says("error: ");
    };
    check(run("failing write@stdout:1+:EIO", ""));
    check(run_with("failing write@stdout:2+:ENOSPC", "", |mut running| {
        // Records that gather are one write, so the second task comes after the first record.
        running.say("");
        running.record().check("ok", "");
        running.say("");
        running.end()
    }));
    // A write that was interrupted is made again.
    check_goes_on("failing write@stdout:1-5:EINTR");
}

#[test]
fn nobody_who_reads_its_words_is_no_reason_to_stop() {
    let ended = run("failing write@stderr:1+:EIO", "--log-level debug").check(0);
    assert_eq!((ended.records().len(), ended.stderr.as_str()), (TASKS, ""));
}
