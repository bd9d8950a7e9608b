//! The log that a program asks for.

use super::manager;
use moody::Moody;
use std::path::Path;
use std::time::Duration;

/// What the log says of a task that ends ok, one that fails and one that is tried again, at this
/// level.
fn log(level: u8) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taskmgr.log");
    let manager = manager(1).log_path(&path).log_level(level).retries(1).log_interval(Duration::ZERO);
    let tasks = [Moody::new("ok", 1), Moody::new("trap", 2), Moody::new("retryable", 3)];
    manager.build().unwrap().supervise(tasks).unwrap();
    if Path::new(&path).exists() { std::fs::read_to_string(path).unwrap() } else { String::new() }
}

#[test]
fn each_level_says_more() {
    assert_eq!(log(0), "");
    let [errors, info, debug] = [1, 2, 3].map(log);
    let told = |log: &str, part: &str| assert!(log.contains(part), "{part}\n{log}");
    for log in [&errors, &info, &debug] {
        told(log, " ERROR slot 1 task trap-2 Moody { name: \"trap-2\", mood: \"trap\", number: 2");
        told(log, "attempt 1: trap (unreachable)");
        told(log, "    moody.wasm!moody::Moody::run\n");
        told(log, "task retryable-3");
        told(log, "attempt 2: task_error (failure): not now");
        told(log, " INFO  Ran 3 tasks in ");
        told(log, "\n    run times: min/avg/max ");
        told(log, "\n    time in queue: min/avg/max ");
        told(log, "\n    verdicts: ok 1, task_error 1, trap 1\n");
    }
    assert!(!errors.contains("tried again") && !errors.contains("worker started"), "{errors}");
    for log in [&info, &debug] {
        told(log, " INFO  slot 1 worker started to run module m0\n");
        told(log, "attempt 1: tried again after task_error (failure): not now");
        told(log, "in the mood for ok");
    }
    assert!(!info.contains("dispatched"), "{info}");
    told(&debug, "DEBUG slot 1 task ok-1");
}

#[test]
fn statistics_come_at_every_interval() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taskmgr.log");
    let manager = manager(1).log_path(&path).log_interval(Duration::from_millis(50)).build().unwrap();
    manager.supervise([Moody::new("nap", 400)]).unwrap();
    let log = std::fs::read_to_string(&path).unwrap();
    assert!(log.lines().filter(|line| line.contains("Ran 0 tasks in ")).count() >= 2, "{log}");
    manager.supervise([Moody::new("ok", 1)]).unwrap();
    let more = std::fs::read_to_string(path).unwrap();
    assert!(more.starts_with(&log) && more.len() > log.len(), "a log is appended to");
}
