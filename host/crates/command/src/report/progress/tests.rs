//! What is told of a run that goes on, whole.

use super::*;
use polymer_host_event::samples;
use polymer_host_task::{TaskError, TaskName, WorkerId};

const WIDE: TerminalSize = TerminalSize { columns: 200, rows: 40 };

pub(super) fn running(id: &str, seconds: u64, progress: Option<(u64, u64)>) -> RunningAttempt {
    let worker = WorkerId { slot: 0, generation: 1 };
    let task = TaskName { id: id.to_owned(), ..TaskName::default() };
    let age = Duration::from_secs(seconds);
    RunningAttempt { worker, task, attempt: 1, age, memory: None, fuel: None, progress }
}

/// A run in which one task is over, and these are running.
fn under_way(attempts: Vec<RunningAttempt>) -> (RunProgress, Stats) {
    let (mut progress, mut stats) = (RunProgress::default(), Stats::new(4));
    stats.on(&RunEvent::TaskDone(Box::new(samples::ok())));
    progress.on(Moment::ZERO, RunEvent::Running(attempts));
    (progress, stats)
}

#[test]
fn the_rows_say_what_is_known() {
    let (mut progress, mut stats) = under_way(vec![running("8", 0, None)]);
    let at = Duration::from_millis(2_500);
    assert_eq!(progress.rows(&stats, at, WIDE), "1 done, 0.4 tasks/s, 1 running, 2s");
    stats.on(&RunEvent::TaskDone(Box::new(samples::trap())));
    progress.total.set(9);
    let rows = progress.rows(&stats, at * 40, WIDE);
    assert_eq!(
        rows,
        "[======>                       ] 2 of 9 done (22%), 1 not ok, ~6m 0s left, 1.1 tasks/min, 1 running, 1m 40s"
    );
}

#[test]
fn no_time_left_is_told_once_all_that_is_left_runs() {
    let (mut progress, stats) = under_way(vec![running("2", 40, None), running("3", 40, None)]);
    progress.total.set(4);
    assert!(progress.facts(&stats, Duration::from_secs(40)).left().is_some());
    let (mut progress, stats) = under_way(vec![running("2", 40, None), running("3", 40, None)]);
    progress.total.set(3);
    assert_eq!(progress.facts(&stats, Duration::from_secs(40)).left(), None);
}

#[test]
fn an_estimate_is_never_below_what_is_known_already() {
    let (mut progress, stats) = under_way(vec![running("2", 0, None)]);
    progress.total.estimate(2);
    progress.wait(3);
    assert_eq!(progress.facts(&stats, Duration::ZERO).done(), "1 of ~5 done (20%)");
    progress.total.estimate(40);
    assert_eq!(progress.facts(&stats, Duration::ZERO).done(), "1 of ~40 done (2%)");
}

#[test]
fn slow_tasks_stand_below_as_far_as_there_is_room() {
    let tasks = (2..=7).rev().map(|age| running(&format!("t{age}"), age, None)).collect();
    let (mut progress, stats) = under_way(tasks);
    let mut rows = |columns, rows| {
        let text = progress.rows(&stats, Duration::from_secs(9), TerminalSize { columns, rows });
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = rows(80, 24);
    assert_eq!(all.len(), 4);
    assert_eq!(
        all[1..],
        ["slow: task t7 for 7s", "slow: task t6 for 6s", "slow: task t5 for 5s (and 3 more)"]
    );
    assert_eq!(rows(80, 8)[1..], ["slow: task t7 for 7s (and 5 more)"]);
    for few in 0..8 {
        assert_eq!(rows(80, few).len(), 1, "{few}");
    }
}

#[test]
fn what_is_compiled_shows_until_it_is_over() {
    let mut progress = RunProgress::default();
    let stats = Stats::new(1);
    let worker = WorkerId { slot: 2, generation: 1 };
    let role = ProcessRole::Compile(ModuleId(0));
    progress.on(Moment::ZERO, RunEvent::WorkerStarted { worker, role, replaces: false });
    let at = Duration::from_secs(2);
    assert_eq!(progress.rows(&stats, at, WIDE), "0 done, compiling m0 for 2.00 s, 2s");
    assert_eq!(
        progress.line(&stats, at).unwrap(),
        "progress: 0 done, compiling m0 for 2.00 s, 1 worker 0% busy, 2s"
    );
    progress.on(at, RunEvent::ModuleInvalid { module: ModuleId(0), error: Box::new(TaskError::default()) });
    assert_eq!(progress.rows(&stats, at, WIDE), "0 done, 2s");
    assert_eq!(progress.line(&stats, at), None);
}

#[test]
fn a_terminal_keeps_most_of_its_rows() {
    for (rows, most) in [(0, 1), (7, 1), (8, 2), (12, 3), (16, 4), (24, 4), (500, 4)] {
        assert_eq!(most_rows(rows), most, "{rows}");
    }
}
