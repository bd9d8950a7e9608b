//! Workers that are slow to read what they are sent, for the machine is busy or they are stopped:
//! large lines are sent twice at the most, the supervisor stays small, no task pays for it, and a
//! run that is told to stop does.

use super::support::{RunDir, Running, Start, processes, wat};
use nix::sys::signal::Signal;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;

/// Bytes of a line.
const LINE: usize = 1_000_000;
const MOST_MEMORY: u64 = 100 << 20;

/// A line for the shell whose `$core` is one core that it may run on.
fn on_one_core(line: &str) -> Start {
    let core = "core=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')";
    Start::shell(&format!("{core}; exec taskset -c $core {line}"))
}

/// Three processes that want all of that core, and end by themselves should nobody end them.
fn busy() -> Vec<Running> {
    (0..3).map(|_| on_one_core("timeout 900 sh -c 'while :; do :; done'").patient(600).start()).collect()
}

/// How often each line was sent, by its number.
fn sent(dir: &RunDir) -> BTreeMap<u64, usize> {
    let mut sent = BTreeMap::new();
    for event in dir.events_of(1, "attempt_started") {
        *sent.entry(event["seq"].as_u64().unwrap()).or_default() += 1;
    }
    sent
}

/// On one core with three others that want it, the least of it for the run.
/// `POLYMER_SLOW_LINES=200` for more lines.
#[test]
fn large_lines_on_a_busy_machine_are_sent_twice_at_the_most_and_take_little_memory() {
    let lines = std::env::var("POLYMER_SLOW_LINES").ok().and_then(|lines| lines.parse().ok()).unwrap_or(40);
    let dir = RunDir::new();
    let busy = busy();
    let dir_flag = format!("--run-dir {}", dir.path().display());
    let run = format!("run {} -j 2 --log-interval 200ms {dir_flag}", wat("silent"));
    let mut running = on_one_core(&format!("nice -n 12 polymer {run}")).patient(120 + lines * 2).start();
    let mut stdin = running.take_stdin();
    let writer = std::thread::spawn(move || {
        let line = [vec![b'x'; LINE - 1], vec![b'\n']].concat();
        (0..lines).for_each(|_| stdin.write_all(&line).unwrap());
        // Open until its memory was looked at.
        stdin
    });
    running.says(&format!("progress: {lines} done"));
    let peak = processes::peak_memory(running.pid());
    drop(writer.join().unwrap());
    drop(running.end().check(0));
    drop(busy);
    assert!(peak < MOST_MEMORY, "it held {peak} bytes");
    let sent = sent(&dir);
    assert_eq!(sent.len() as u64, lines);
    let often: Vec<_> = sent.iter().filter(|(_, times)| **times > 2).collect();
    assert!(often.is_empty(), "sent again and again: {often:?}");
    assert!(dir.records().iter().all(|record| record.verdict() == "ok"));
}

/// A run whose one worker is stopped and does not read, so that a large line is on its way to it
/// and not begun.
fn stuck() -> Running {
    let line = format!("run {} -j 1 --log-level debug --timeout 600s", wat("silent"));
    let mut running = Start::polymer(&line).start();
    running.say("first");
    running.record().check_ok(&json!(""));
    processes::run_workers(running.pid()).iter().for_each(|worker| worker.signal(Signal::SIGSTOP));
    for _ in 0..3 {
        running.say(&"x".repeat(LINE));
    }
    running.says("task 2 attempt 1: dispatched");
    running
}

#[test]
fn a_run_whose_worker_does_not_read_ends_when_it_is_told_to_and_what_was_not_begun_has_no_record() {
    let mut running = stuck();
    let held = running.take_stdin();
    running.signal(Signal::SIGTERM);
    let ended = running.end().check(143);
    drop(held);
    assert_eq!(ended.records().len(), 1);
    ended.check_says("Ran 1 task in ");
}

#[test]
fn what_lies_with_a_worker_that_does_not_read_is_done_when_it_goes_on() {
    let mut running = stuck();
    processes::run_workers(running.pid()).iter().for_each(|worker| worker.signal(Signal::SIGCONT));
    for _ in 0..3 {
        running.record().check_ok(&json!(""));
    }
    let ended = running.end().check(0);
    let sent = |task| ended.stderr.matches(&format!("task {task} attempt 1: dispatched")).count();
    assert!((1..=4).all(|task| sent(task) <= 2), "{}", ended.stderr);
}
