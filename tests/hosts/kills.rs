//! A hot loop whose workers are killed all the time: every object comes back, once.

use super::{Told, children, manager};
use fastrand::Rng;
use moody::Moody;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::BTreeMap;
use std::thread;

/// Tasks in all.
const TASKS: u64 = 3000;
/// One worker is killed for about so many results.
const PER_KILL: u32 = 60;

pub(super) fn run(seed: u64) -> Told {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("taskmgr.log");
    let manager = manager().crash_limit(100).log_path(&path).log_level(2).build()?;
    let (sender, results) = manager.start()?;
    let feeder =
        thread::spawn(move || (0..TASKS).for_each(|number| sender.send(Moody::new("ok", number)).unwrap()));
    let mut rng = Rng::with_seed(seed);
    let mut seen = BTreeMap::new();
    let mut kills = 0;
    for done in results {
        assert_eq!(done.task.double, Some(done.task.number * 2), "{done:?}");
        *seen.entry(done.task.number).or_insert(0) += 1;
        let workers = children();
        if rng.u32(..PER_KILL) == 0 && !workers.is_empty() {
            // Any worker at any moment: at work, while it loads, just started.
            let any = workers[rng.usize(..workers.len())];
            kills += usize::from(kill(Pid::from_raw(any), Signal::SIGKILL).is_ok());
        }
    }
    feeder.join().unwrap();
    let once = seen.values().filter(|times| **times == 1).count();
    println!(
        "{once} of {} came back once, {} workers were killed",
        seen.len(),
        if kills > 10 { "many" } else { "few" }
    );
    println!("{} processes left", children().len());
    let log = std::fs::read_to_string(path)?;
    for told in [
        "worker started to run",
        "worker restarted to run",
        "killed by SIGKILL",
        "tried again alone after worker_lost",
    ] {
        println!(
            "the log tells of `{told}`: {}",
            log.lines().any(|line| line.contains("slot ") && line.contains(told))
        );
    }
    println!(
        "the sums tell of deaths and restarts: {}",
        manager.stats().is_some_and(|stats| stats.deaths > 10 && stats.restarts >= 10)
    );
    Ok(())
}
