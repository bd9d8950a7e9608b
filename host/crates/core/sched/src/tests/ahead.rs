//! What is sent to a worker before it needs it.

use super::{MS, Run, config, worker};
use crate::{AHEAD_BYTES, SchedulerConfig};
use polymer_host_task::Verdict;

#[test]
fn nothing_is_sent_ahead_before_it_is_known_how_long_tasks_take() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit(5);
    assert_eq!(run.sent().len(), 1);
}

#[test]
fn no_more_is_sent_ahead_than_so_many_bytes() {
    for (tasks_of, expected) in
        [(AHEAD_BYTES, 1), (AHEAD_BYTES / 2, 2), (AHEAD_BYTES / 3, 4), (AHEAD_BYTES / 5 + 1, 5)]
    {
        let mut run = Run::new(config(1));
        run.submit_each(20, &vec![b'1'; tasks_of]);
        let id = run.spawned()[0];
        run.ready(id);
        let first = run.sent()[0].1;
        run.forget();
        run.finish(id, first, Verdict::Ok, MS / 100);
        assert_eq!(run.sent().len(), expected, "{tasks_of} bytes each");
    }
}

/// Else the first workers would have all that the run holds, and the others one task at a time.
#[test]
fn each_worker_has_its_share_of_what_is_sent_ahead() {
    let mut run = Run::new(SchedulerConfig { window: 40, ..config(4) });
    run.submit(40);
    for slot in 0..4 {
        let id = worker(slot, 1);
        run.forget();
        run.ready(id);
        let (_, first, _) = *run.sent().iter().find(|(to, ..)| *to == id).unwrap();
        run.finish(id, first, Verdict::Ok, MS / 100);
    }
    // In place of those that are over.
    run.submit(4);
    let ahead: Vec<usize> = run.sched.workers.iter().map(|worker| worker.outstanding().len()).collect();
    assert_eq!(ahead, [11, 11, 11, 7]);
}
