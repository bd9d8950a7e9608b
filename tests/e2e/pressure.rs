//! A run that is held back: by a reader of its records that is slow, or by a task that all later
//! records wait for. It stops reading.

use super::support::{Running, Start, TempFolder, by_id, example, processes, wat};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Records that wait to be written, and tasks in the run, at the most: from so many on nothing more
/// is taken in.
const WINDOW: usize = 4096;
/// Lines between the input and the run at the most: batches in the queue, one in each hand, and
/// what a pipe holds of lines this long.
const ON_THE_WAY: usize = 6 * 64 + 128;
const LINE: usize = 1000;
const MOST_MEMORY: u64 = 96 << 20;

/// Asks the run `pid` how it stands until these words are in its answer, twice with the same number
/// of tasks done; gives the number.
fn stands_still(running: &mut Running, pid: u32, counts: &str) -> usize {
    let mut last = None;
    loop {
        kill(Pid::from_raw(pid.cast_signed()), Signal::SIGUSR1).unwrap();
        let said = running.says("after ");
        let done = said.trim_end().rsplit(", ").next().unwrap().strip_suffix(" done").unwrap();
        let done: usize = done.parse().unwrap();
        if said.contains(counts) && last == Some(done) && done >= WINDOW {
            return done;
        }
        last = Some(done);
    }
}

#[test]
fn records_kept_in_order_behind_a_slow_task_are_bounded_and_reading_stops() {
    let line = format!("run {} -k -j 2 --timeout 600s --log-level off", example("simple"));
    let mut running = Start::polymer(&line).patient(180).start();
    running.say(r#"{"text":"first"}"#);
    running.record();
    running.say(r#"{"wait":4000}"#);
    let mut stdin = running.take_stdin();
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    std::thread::spawn(move || {
        let line = format!("{{\"text\":\"{}\"}}\n", "x".repeat(LINE));
        while stdin.write_all(line.as_bytes()).is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let pid = running.pid();
    let done = stands_still(&mut running, pid, ": 1 running, ");
    assert!(done <= 2 * WINDOW, "{done} tasks are done, and their records held back");
    let read = written.load(Ordering::SeqCst);
    assert!(read <= done + ON_THE_WAY, "{read} lines were read, and {done} tasks are done");
    let peak = processes::peak_memory(pid);
    assert!(peak < MOST_MEMORY, "it held {peak} bytes");
    running.signal(Signal::SIGTERM);
    // Two that come before either is heard are one.
    running.says("SIGTERM: draining");
    running.signal(Signal::SIGTERM);
    let ended = running.end().check(143);
    let records = ended.records();
    assert_eq!((records[1].id(), records[1].verdict()), ("2", "canceled"));
    assert!(records.is_sorted_by_key(|record| record.number("/seq")));
    assert!(records.len() > done, "{} records of {done} tasks", records.len());
    by_id(records);
}

#[test]
fn reading_stops_while_nobody_takes_the_records() {
    for order in ["", "-k"] {
        let folder = TempFolder::new();
        let gate = folder.path().join("gate");
        nix::unistd::mkfifo(&gate, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let run = format!("echo pid $$ >&2; exec polymer run {} {order} --log-level off", wat("silent"));
        let line = format!("yes | sh -c '{run}' | {{ read go < {}; head -n 9000; }}", gate.display());
        let mut running = Start::shell(&line).patient(180).start();
        let pid: u32 = running.says("pid ").trim().strip_prefix("pid ").unwrap().parse().unwrap();
        // From when it has workers on it hears signals.
        while processes::workers_of(pid).is_empty() {
            std::thread::yield_now();
        }
        let done = stands_still(&mut running, pid, ": 0 running, ");
        // Some records are in the pipe.
        assert!(done < 2 * WINDOW + 1000, "{done} tasks were done with nobody to take their records");
        let peak = processes::peak_memory(pid);
        assert!(peak < MOST_MEMORY, "it held {peak} bytes");
        std::fs::write(&gate, "go\n").unwrap();
        let records = by_id(running.end().check(0).records());
        assert_eq!(records.len(), 9000);
    }
}
