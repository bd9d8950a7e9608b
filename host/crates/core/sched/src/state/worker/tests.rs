//! Small histories of workers by themselves.

use super::*;

const MS: Duration = Duration::from_millis(1);
const MODULE: ModuleId = ModuleId(1);

fn serving(left: u32) -> WorkerState {
    let beginning = WorkerBeginning { phase: WorkerPhase::Loading, since: MS, reserved: None, left };
    let id = WorkerId { slot: 0, generation: 1 };
    let mut worker = WorkerState::new(id, ProcessRole::Run(MODULE), MS, beginning);
    worker.begin_serving(MS * 2);
    worker
}

fn send(worker: &mut WorkerState, number: u64) {
    let sent = OutstandingAttempt { attempt: AttemptId(number), task: TaskId(number), bytes: 10, at: MS * 3 };
    worker.send(sent);
}

#[test]
fn answers_come_in_the_order_of_attempts() {
    let mut worker = serving(9);
    (1..3).for_each(|number| send(&mut worker, number));
    assert!(worker.answer(MS * 4, AttemptId(2)).is_none());
    let answered = worker.answer(MS * 4, AttemptId(1)).unwrap();
    assert_eq!((answered.sent.task, answered.since, answered.alone), (TaskId(1), MS * 3, false));
    assert_eq!((worker.answered(), worker.left(), worker.head().since()), (1, 7, MS * 4));
}

#[test]
fn what_it_has_not_begun_is_taken_back_and_may_be_sent_again() {
    let mut worker = serving(4);
    (1..5).for_each(|number| send(&mut worker, number));
    assert!(worker.is_spent() && worker.ask_back() && !worker.ask_back() && worker.is_held());
    assert!(worker.end_ask_back() && !worker.end_ask_back());
    let back = worker.take_back(Some(AttemptId(2)));
    assert_eq!(back.iter().map(|sent| sent.task).collect::<Vec<_>>(), [TaskId(3), TaskId(4)]);
    assert!(worker.left() == 2 && worker.is_held() && worker.has(TaskId(2)));
    // It says that it has begun none, and was seen to have begun the first.
    worker.observe(MS * 9, AttemptDelivery::Begun, MS);
    assert_eq!(worker.take_back(None).len(), 1);
    assert_eq!(worker.current().map(|sent| sent.task), Some(TaskId(1)));
}

#[test]
fn the_first_reason_to_die_stands() {
    let mut worker = serving(4);
    assert!(worker.takes_more() && worker.is_idle());
    assert!(worker.stop(StopReason::Ours) && !worker.stop(StopReason::Unhanded));
    assert_eq!(worker.stopping(), Some(&StopReason::Ours));
    assert!(!worker.takes_more() && !worker.is_idle() && !worker.ask_back());
}

#[test]
fn one_that_made_no_attempt_is_not_retired() {
    let mut worker = serving(4);
    assert!(worker.is_fresh() && !worker.retire(RecycleReason::Memory(1)));
    send(&mut worker, 1);
    assert!(worker.retire(RecycleReason::Memory(1)) && !worker.retire(RecycleReason::Memory(2)));
    assert_eq!(worker.retired(), Some(RecycleReason::Memory(1)));
    assert!(worker.is_spent() && !worker.is_for(MODULE));
}

#[test]
fn one_that_goes_over_to_another_module_is_fresh_no_more() {
    let mut worker = serving(4);
    worker.turn(ModuleId(2), MS * 5);
    assert!(worker.has_turned() && !worker.is_fresh() && worker.is_for(ModuleId(2)));
    assert_eq!((worker.phase(), worker.since(), worker.answered()), (WorkerPhase::Loading, MS * 5, 0));
}

#[test]
fn it_is_kept_for_one_task_until_that_is_over() {
    let mut worker = serving(4);
    worker.reserve(TaskId(7));
    assert!(!worker.is_idle() && !worker.is_for(MODULE) && !worker.release(TaskId(8)));
    send(&mut worker, 7);
    assert!(worker.answer(MS * 4, AttemptId(7)).unwrap().alone);
    assert!(worker.reserved().is_none() && worker.is_idle());
}
