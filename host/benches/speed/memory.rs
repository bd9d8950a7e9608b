//! What both halves hold: a worker that has nothing to do, and a supervisor over ever more lines.

use super::guests::{self, Place, polymer};
use super::measure::{Figures, tell};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

pub(crate) fn of_both_halves() {
    idle_worker();
    // The last of these takes minutes; one of them more would say the same.
    for lines in [1_000, 100_000, 1_000_000, 10_000_000] {
        supervisor(lines);
    }
}

/// Memory that nobody shares with it, after a task.
fn idle_worker() {
    let (place, module) = (Place::new(), guests::typed("rounds"));
    let mut figures = Figures::default();
    for _ in 0..5 {
        let mut command = polymer(&module);
        command.args(["-j", "2", "--cache-dir"]).arg(place.path("cache"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        writeln!(stdin, "0").unwrap();
        stdout.read_line(&mut String::new()).unwrap();
        for worker in children(child.id()) {
            let rollup = std::fs::read_to_string(format!("/proc/{worker}/smaps_rollup")).unwrap();
            figures.add(kib(&rollup, "Private_Dirty:") / 1024.0);
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
    tell("private dirty memory of an idle worker", &figures, "MiB");
}

fn supervisor(lines: usize) {
    let (place, module) = (Place::new(), guests::typed("rounds"));
    let input = place.lines("0", lines);
    let mut command = polymer(&module);
    command.args(["-j", "2", "--cache-dir"]).arg(place.path("cache"));
    let mut child = command.arg("--input").arg(&input).stdout(Stdio::piped()).spawn().unwrap();
    let (mut records, mut peak) = (0, 0.0_f64);
    // The peak is read while it runs, now and then, and so also close to its end.
    for line in BufReader::new(child.stdout.take().unwrap()).split(b'\n') {
        drop(line);
        records += 1;
        if records % (lines / 20) == 0 {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            peak = peak.max(if status.contains("VmHWM") { kib(&status, "VmHWM:") / 1024.0 } else { 0.0 });
        }
    }
    assert!(child.wait().unwrap().success() && records == lines);
    tell(&format!("peak of the supervisor over {lines} lines"), &[peak].into_iter().collect(), "MiB");
}

fn kib(text: &str, field: &str) -> f64 {
    let (_, rest) = text.split_once(field).unwrap();
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

fn children(parent: u32) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}
