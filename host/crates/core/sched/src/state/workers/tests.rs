//! Small histories of the pool by itself.

use super::*;
use crate::state::WorkerPhase;
use polymer_host_task::ModuleId;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);
const RUN: ProcessRole = ProcessRole::Run(ModuleId(0));
const COMPILE: ProcessRole = ProcessRole::Compile(ModuleId(0));

fn id(slot: u32, generation: u32) -> WorkerId {
    WorkerId { slot, generation }
}

fn beginning() -> WorkerBeginning {
    WorkerBeginning { phase: WorkerPhase::Serving, since: MS, reserved: None, left: 9 }
}

fn start(pool: &mut WorkerPool, role: ProcessRole) -> Option<(WorkerId, bool)> {
    let started = pool.start(role, MS, beginning);
    pool.check(9);
    started.map(|started| (started.id, started.replaces))
}

#[test]
fn each_role_has_its_slots_and_each_worker_a_name_of_its_own() {
    let mut pool = WorkerPool::new(2, 1);
    assert_eq!(start(&mut pool, COMPILE), Some((id(2, 1), false)));
    assert_eq!(start(&mut pool, COMPILE), None);
    assert_eq!(start(&mut pool, RUN), Some((id(0, 1), false)));
    assert!(pool.has_free_run_slot());
    assert_eq!(start(&mut pool, RUN), Some((id(1, 1), false)));
    assert!(!pool.has_free_run_slot() && start(&mut pool, RUN).is_none());
    assert!(pool.remove(id(0, 2)).is_none() && pool.remove(id(0, 1)).is_some());
    assert_eq!(start(&mut pool, RUN), Some((id(0, 2), true)));
    assert!(pool.get(id(0, 1)).is_none() && pool.get_mut(id(0, 2)).is_some());
}

#[test]
fn who_follows_one_that_had_lived_long_enough_replaces_nobody() {
    let mut pool = WorkerPool::new(1, 1);
    for (generation, replaces) in [(1, false), (2, false), (3, true)] {
        assert_eq!(start(&mut pool, RUN), Some((id(0, generation), replaces)));
        if generation == 1 {
            pool.note_recycled(id(0, 1));
        }
        assert!(pool.remove(id(0, generation)).is_some());
    }
}

#[test]
fn nobody_is_asked_how_a_worker_begins_that_has_no_slot() {
    let mut pool = WorkerPool::new(1, 1);
    assert!(start(&mut pool, RUN).is_some());
    assert!(pool.start(RUN, MS, || panic!("there is no slot")).is_none());
}

#[test]
fn no_two_attempts_have_one_name_and_a_worker_kept_for_a_task_is_alone_with_it() {
    let mut pool = WorkerPool::new(2, 1);
    for _ in 0..2 {
        assert!(start(&mut pool, RUN).is_some());
    }
    let mut send = |slot, task| pool.send(id(slot, 1), TaskId(task), 10, MS).map(|sent| sent.attempt);
    assert_eq!(
        (send(0, 5), send(1, 6), send(0, 7)),
        (Some(AttemptId(1)), Some(AttemptId(2)), Some(AttemptId(3)))
    );
    pool.check(9);
    pool.get_mut(id(1, 1)).unwrap().reserve(TaskId(8));
    assert!(pool.get_mut(id(1, 1)).unwrap().take_current().is_some());
    assert!(pool.send(id(1, 1), TaskId(8), 10, MS).unwrap().alone);
    pool.check(9);
    pool.release(TaskId(8));
    assert!(pool.iter().all(|worker| worker.reserved().is_none()));
}
