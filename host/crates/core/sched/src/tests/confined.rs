//! Workers that cannot be jailed.

use super::*;

#[test]
fn a_jail_that_cannot_be_put_up_ends_the_run() {
    let mut run = Run::new(config(2));
    run.submit(2);
    let error = TaskError::new("seccomp", "not in this kernel");
    run.tell(SchedulerInput::Unconfined { worker: worker(0, 1), error: error.clone() });
    assert_eq!(run.sched.outcome().halt, Some(Halt::Unconfined(error)));
    run.died(worker(0, 1), None);
    run.died(worker(1, 1), None);
    assert!(run.sched.is_over(), "no other worker is started");
}

#[test]
fn a_worker_that_said_hello_has_its_jail() {
    let mut run = Run::new(config(1));
    run.submit(1);
    run.ready(worker(0, 1));
    run.tell(SchedulerInput::Unconfined { worker: worker(0, 1), error: TaskError::new("seccomp", "a lie") });
    assert!(run.sched.outcome().halt.is_none());
    assert!(
        run.actions.iter().any(|action| matches!(action, SchedulerAction::Kill(id) if *id == worker(0, 1)))
    );
}
