//! The supervisor's memory stays flat over any number of lines.

use super::support::{Start, parse, processes, wat};
use std::io::Write;

const LINES: usize = 150_000;
const MOST: u64 = 64 << 20;

#[test]
fn the_supervisor_stays_small_over_many_lines() {
    let mut running = Start::polymer(&format!("run {}", wat("silent"))).start();
    let mut stdin = running.take_stdin();
    let writer = std::thread::spawn(move || {
        let line = format!("{}\n", "x".repeat(99));
        for chunk in 0..LINES / 1000 {
            stdin.write_all(line.repeat(1000).as_bytes()).unwrap_or_else(|error| panic!("{chunk}: {error}"));
        }
        // Open until its memory was looked at.
        stdin
    });
    for line in 1..=LINES {
        let record = running.line();
        if line % 1000 == 0 {
            assert_eq!(parse(&record).verdict(), "ok");
        }
    }
    let peak = processes::peak_memory(running.pid());
    assert!(peak < MOST, "it held {peak} bytes");
    drop(writer.join().unwrap());
    let ended = running.end().check(0);
    ended.check_says(&format!("Ran {LINES} tasks in "));
}
