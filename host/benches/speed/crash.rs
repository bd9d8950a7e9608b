//! A worker that is killed: how long until its successor has done a task.

use super::guests::{self, Place, polymer};
use super::measure::{Figures, millis, tell};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Instant;

const ROUNDS: usize = 60;

pub(crate) fn to_the_next_task() {
    let (place, module) = (Place::new(), guests::typed("rounds"));
    let mut command = polymer(&module);
    command.args(["-j", "1", "--log-level", "off", "--cache-dir"]).arg(place.path("cache"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut task = |rounds: &str| {
        writeln!(stdin, "{rounds}").unwrap();
        let mut record = String::new();
        stdout.read_line(&mut record).unwrap();
        assert!(record.contains(r#""verdict":"ok""#), "{record}");
    };
    // A task that takes a while leaves the time in which a spare gets ready.
    let long = "20000000";
    task("0");
    let mut figures = Figures::default();
    for _ in 0..ROUNDS {
        task(long);
        let serving = oldest_child(child.id());
        let began = Instant::now();
        kill(serving, Signal::SIGKILL).unwrap();
        task("0");
        figures.add(millis(began.elapsed()));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    tell("death of a worker to the next record", &figures, "ms");
}

/// The process of this parent that was started first: a spare comes later than the one that serves.
fn oldest_child(parent: u32) -> Pid {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    let children = lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let started = |pid: &String| -> Option<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
    };
    let oldest = children.filter_map(|pid| Some((started(&pid)?, pid.parse().ok()?))).min();
    Pid::from_raw(oldest.unwrap().1)
}
