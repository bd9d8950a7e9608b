//! One instance for several tasks, where the operator chose that.

use super::manager;
use moody::Moody;
use polymer_host::Verdict;
use polymer_host::{Done, Isolation};

/// What each task's instance had seen, and what the record says it had served.
fn seen(done: &[Done<Moody>]) -> Vec<(&str, u32)> {
    done.iter().map(|done| (done.task.ballast.as_str(), done.stats.reused)).collect()
}

fn tasks(moods: &[&str]) -> Vec<Moody> {
    moods.iter().zip(1..).map(|(mood, number)| Moody::new(mood, number)).collect()
}

#[test]
fn an_instance_serves_as_many_tasks_as_it_may_and_says_so() {
    let done = manager(1).reuse(3).build().unwrap().supervise(tasks(&["nth"; 7])).unwrap();
    assert_eq!(seen(&done), [("1", 0), ("2", 1), ("3", 2), ("1", 0), ("2", 1), ("3", 2), ("1", 0)]);
    // What one logged is not the next one's.
    assert!(done.iter().all(|done| done.log.text() == "in the mood for nth"), "{done:?}");
    // Each is charged for itself, not for those before it.
    let fuel: Vec<u64> = done.iter().map(|done| done.stats.fuel.unwrap()).collect();
    assert!(fuel[2] < fuel[1] * 3 / 2, "{fuel:?}");
}

#[test]
fn each_task_has_a_fresh_instance_unless_told_otherwise() {
    let done = manager(1).build().unwrap().supervise(tasks(&["nth"; 3])).unwrap();
    assert_eq!(seen(&done), [("1", 0); 3]);
}

#[test]
fn an_instance_that_trapped_or_failed_to_end_serves_no_more_and_one_that_failed_does() {
    let moods = ["nth", "fail", "nth", "trap", "nth"];
    let done = manager(1).reuse(100).build().unwrap().supervise(tasks(&moods)).unwrap();
    let verdicts: Vec<_> = done.iter().map(|done| done.verdict).collect();
    use Verdict::{Ok, TaskError, Trap};
    assert_eq!(verdicts, [Ok, TaskError, Ok, Trap, Ok]);
    assert_eq!(seen(&done), [("1", 0), ("", 1), ("2", 2), ("", 3), ("1", 0)]);
}

#[test]
fn a_task_that_is_tried_again_gets_a_fresh_instance() {
    let done = manager(1)
        .reuse(100)
        .retries(1)
        .task_env(false)
        .build()
        .unwrap()
        .supervise(tasks(&["nth", "retryable", "nth"]))
        .unwrap();
    let again = &done[1];
    assert_eq!((again.attempts, again.stats.reused), (2, 0), "{again:?}");
}

#[test]
fn what_is_for_one_task_at_a_time_goes_without() {
    for (builder, with) in [
        (manager(1).task_env(true), "task_env"),
        (manager(1).isolation(Isolation::Process), "isolation by process"),
    ] {
        let error = builder.reuse(2).build().unwrap_err().to_string();
        assert!(error.starts_with(&format!("reuse cannot be combined with {with}")), "{error}");
    }
}
