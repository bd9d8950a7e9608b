//! Programs that embed the library: what is theirs to see from outside. See `tests/hosts`.

use super::support::processes::workers;
use super::support::{Start, TempFolder, copy_program, moody, program};
use nix::sys::signal::Signal;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// One of them, and the module of its tasks.
fn start(scenario: &str) -> Start {
    Start::program("hosts", scenario).env("MOODY", moody())
}

#[track_caller]
fn check(scenario: &str, says: &[&str]) {
    let ended = start(scenario).run("").check(0);
    assert_eq!(ended.stdout.lines().collect::<Vec<_>>(), says, "{scenario}\n{}", ended.stderr);
    assert_eq!(ended.stderr, "", "a library says nothing by itself");
}

#[test]
fn half_of_a_thousand_calls_are_canceled_and_the_others_are_right() {
    for seed in 1..=3 {
        check(&format!("cancel {seed}"), &["500 right, 500 canceled", "0 processes left"]);
    }
}

#[test]
fn no_object_is_lost_when_workers_are_killed() {
    for seed in 1..=2 {
        let came_back = "3000 of 3000 came back once, many workers were killed";
        let says = [
            came_back,
            "0 processes left",
            "the log tells of `worker started to run`: true",
            "the log tells of `worker restarted to run`: true",
            "the log tells of `killed by SIGKILL`: true",
            "the log tells of `tried again alone after worker_lost`: true",
            "the sums tell of deaths and restarts: true",
        ];
        check(&format!("kills {seed}"), &says);
    }
}

#[test]
fn what_is_dropped_leaves_no_process_behind() {
    let says = [
        "a loop has processes: true",
        "0 processes left",
        "a call is answered: true",
        "a call under way has processes: true",
        "0 processes left",
    ];
    check("leave", &says);
}

#[test]
fn a_program_that_forgot_init_gets_one_clear_error() {
    let folder = TempFolder::new();
    let copy = folder.path().join("forgot-init");
    copy_program(&program("hosts"), &copy);
    let ended = Start::file(&copy, "").run("").check(1);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    let words = "this process was started as a worker and would now supervise: begin `main` with `polymer_host::init()`";
    assert!(ended.stderr.contains(words), "{}", ended.stderr);
}

/// One request to a service, and its answer.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_service_starts_workers_without_running_its_main_twice() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut service = start(&format!("service {address}")).start();
    assert_eq!(service.line(), "listening\n");
    for (path, answer) in [("/ok/21", "42"), ("/ok/4", "8"), ("/trap/1", "trap"), ("/ok/5", "10")] {
        let heard = get(&address, path);
        assert!(heard.ends_with(&format!("\r\n\r\n{answer}")), "{path}: {heard}");
    }
    let workers = workers(service.pid());
    assert!(!workers.is_empty(), "a service keeps its workers");
    service.signal(Signal::SIGTERM);
    let ended = service.end();
    assert_eq!(ended.stdout, "listening\n", "{}", ended.stderr);
    // It installed no handler, so the signal ended it at once; its workers went with it.
    workers.iter().for_each(|worker| worker.check_ends());
}
