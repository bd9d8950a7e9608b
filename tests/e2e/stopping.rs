//! Runs that are told to stop: what has begun is finished, or cut short when told twice. No process is left.

use super::support::processes::{self, Seen};
use super::support::{Running, Start, example};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

/// A run of two workers over `simple` whose input stays open, with a task of so many seconds under way on a worker that has run before.
fn under_way(seconds: f64) -> (Running, Vec<Seen>) {
    let line = format!("run {} -j 2 --log-level debug --log-interval 50ms", example("simple"));
    let mut running = Start::polymer(&line).start();
    running.say("{}");
    running.record();
    running.say(&format!("{{\"wait\":{}}}", seconds * 10.0));
    running.says("task 2 attempt 1: dispatched");
    // The second of these lines comes a whole interval after the dispatch, and by then a guest is long entered.
    running.says("; 1 running");
    running.says("; 1 running");
    let workers = processes::workers(running.pid());
    (running, workers)
}

#[track_caller]
fn check_drains(signal: Signal, code: i32) {
    let (mut running, workers) = under_way(1.0);
    let held = running.take_stdin();
    running.signal(signal);
    running.says("draining: asked to");
    running.record().check_ok(&json!({"text": "", "wait": 10.0, "said": " 1.0"}));
    let ended = running.end().check(code);
    drop(held);
    assert_eq!(ended.records().len(), 2);
    ended.check_says("Ran 2 tasks in ");
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
    running.says("draining: asked to");
    running.signal(Signal::SIGINT);
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
    running.says("task 1 attempt 1: dispatched");
    running.signal(Signal::SIGINT);
    running.says("draining: asked to; ");
    let ended = running.end().check(130);
    let records = ended.records();
    assert!((1..50).contains(&records.len()), "{} records", records.len());
    assert!(records.iter().all(|record| record.verdict() == "ok"));
}
