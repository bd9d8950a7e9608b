//! The run that `.ci/counted` counts the instructions of.

use super::{builder, good, moody};
use std::time::Duration;

/// Plays so many small typed tasks with one worker. The supervisor, which is this process, is
/// slower than usual then, so its limits of time are far.
#[test]
#[ignore = "`.ci/counted` starts it"]
fn runs_tasks() {
    let tasks: u64 = std::env::var("POLYMER_COUNTED_TASKS").unwrap().parse().unwrap();
    let manager = builder().worker_count(1).module(moody()).timeout(Duration::from_secs(600));
    let done = manager.build().unwrap().supervise(good(tasks)).unwrap();
    assert_eq!(done.len() as u64, tasks);
    assert!(done.iter().all(|done| done.task.double == Some(done.task.number * 2)));
}
