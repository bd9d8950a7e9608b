//! Small histories of tasks that are canceled or have a deadline.

use super::*;
use crate::retry::VerdictSet;

impl Run {
    fn cancel(&mut self, seq: u64) {
        self.tell(SchedulerInput::Cancel { seq });
    }

    fn submit_due(&mut self, seq: u64, deadline: Duration) {
        let limits = Limits::default().with_timeout(MS * 100);
        let spec = TaskSpec::new(seq, format!("id{seq}"), MODULE, InputPayload::Json(b"1".to_vec()), limits);
        self.tell(SchedulerInput::Submit(Submission::from(TaskSpec { deadline: Some(deadline), ..spec })));
    }

    fn retracts(&self) -> usize {
        self.actions.iter().filter(|action| matches!(action, SchedulerAction::Retract(_))).count()
    }

    fn mourned(&self) -> bool {
        self.actions
            .iter()
            .any(|action| matches!(action, SchedulerAction::Announce(RunEvent::WorkerDied { .. })))
    }

    /// The one record there is: how its task ended, and how often a guest was entered for it.
    #[track_caller]
    fn the_end(&self) -> (u64, Verdict, &str, u32) {
        assert_eq!(self.records().len(), 1);
        let record = self.records()[0];
        (record.seq, record.verdict, &record.error.code, record.attempts)
    }
}

/// A run with one worker that was sent the one task there is.
fn single(config: SchedulerConfig) -> (Run, WorkerId, AttemptId) {
    let mut run = Run::new(config);
    run.ready(worker(0, 1));
    run.submit(1);
    let (id, attempt, _) = run.sent()[0];
    run.forget();
    (run, id, attempt)
}

#[test]
fn a_task_that_waits_is_over_at_once_when_it_is_canceled() {
    let mut run = Run::new(config(1));
    run.submit(2);
    run.forget();
    run.cancel(1);
    assert_eq!(run.the_end(), (1, Verdict::Canceled, "canceled", 0));
    let record = run.records()[0];
    assert_eq!((record.worker, record.usage.clone()), (None, Usage::default()));
    run.ready(worker(0, 1));
    assert_eq!(run.sent()[0].2, TaskId(1));
}

#[test]
fn the_last_that_waits_for_a_module_takes_the_wish_for_it_along() {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.submit(1);
    run.tell(SchedulerInput::InputEnded);
    run.cancel(1);
    run.died(worker(1, 1), None);
    assert!(run.sched.is_over() && run.sched.outcome().complete);
}

#[test]
fn nothing_comes_of_canceling_what_is_over_or_never_was() {
    let (mut run, id, attempt) = single(config(1));
    run.finish(id, attempt, Verdict::Ok, MS);
    run.forget();
    run.cancel(1);
    run.cancel(2);
    run.cancel(0);
    assert!(run.actions.is_empty());
    run.submit_due(2, MS);
    assert_eq!(run.sent().len(), 1, "a cancel is not kept for later");
}

#[test]
fn a_task_that_waits_to_be_tried_again_is_over_at_once_with_what_its_attempt_used() {
    let (mut run, id, attempt) = single(config(1));
    let ending = AttemptEnding {
        retry: Some(RetryHint { after: Some(MS * 50) }),
        usage: Usage { fuel: Some(7), ..Usage::default() },
        ..AttemptEnding::without_guest(Verdict::TaskError, TaskError::default())
    };
    run.tell(SchedulerInput::Finished { worker: id, attempt, ending: Box::new(ending) });
    assert_eq!(run.sched.next_deadline(), Some(MS * 50));
    run.cancel(1);
    assert_eq!(run.the_end(), (1, Verdict::Canceled, "canceled", 1));
    assert_eq!((run.records()[0].usage.fuel, run.records()[0].worker), (Some(7), Some(1)));
    assert_eq!(run.sched.next_deadline(), None);
}

#[test]
fn a_worker_kept_for_a_suspect_that_is_canceled_is_there_for_all_again() {
    let (mut run, id, sent) = busy();
    run.died(id, Some(sent[0].1));
    let next = worker(0, 2);
    run.tell(SchedulerInput::Hello(next));
    run.forget();
    run.cancel(2);
    assert_eq!(run.the_end(), (2, Verdict::Canceled, "canceled", 1));
    run.tell(SchedulerInput::Ready { worker: next, tasks: Vec::new(), functions: Vec::new() });
    assert_eq!((run.sent()[0].0, run.sent()[0].2), (next, sent[1].2));
}

#[test]
fn a_suspect_that_no_worker_was_found_for_is_over_at_once() {
    let (mut run, id, sent) = busy();
    run.tell(SchedulerInput::Broke { worker: id, what: "lied".to_owned() });
    run.died(id, Some(sent[0].1));
    run.tell(SchedulerInput::SpawnFailed { worker: worker(0, 2), error: "no".to_owned() });
    run.forget();
    run.cancel(2);
    assert_eq!(run.the_end(), (2, Verdict::Canceled, "canceled", 1));
}

#[test]
fn a_task_that_is_being_run_costs_its_worker_and_nobody_is_charged() {
    let (mut run, id, sent) = busy();
    run.cancel(2);
    assert!(run.kills(id) && run.records().is_empty());
    let death = ProcessDeath { exit: ProcessExit::Signal(9), last_words: String::new(), violation: None };
    let usage = Usage { fuel: Some(5), partial: true, ..Usage::default() };
    run.now += MS * 3;
    run.tell(SchedulerInput::Died {
        worker: id,
        remains: Box::new(WorkerRemains { death, begun: Some(sent[0].1), usage, shortage: None }),
    });
    assert_eq!(run.the_end(), (2, Verdict::Canceled, "canceled", 1));
    let record = run.records()[0];
    assert_eq!((record.usage.fuel, record.usage.partial, record.usage.wall), (Some(5), true, Some(MS * 3)));
    assert_eq!((record.worker, record.history.len(), run.mourned()), (Some(1), 0, false));
    run.forget();
    run.ready(worker(0, 2));
    let next: Vec<TaskId> = run.sent().iter().map(|(.., task)| *task).collect();
    assert_eq!(next, [sent[1].2, sent[2].2, sent[3].2], "what lay behind it, in its order");
    run.finish(worker(0, 2), run.sent()[0].1, Verdict::Ok, MS);
    assert_eq!(run.the_end(), (3, Verdict::Ok, "", 1));
}

#[test]
fn a_guest_that_was_never_entered_for_it_does_not_count() {
    let (mut run, id, _) = single(config(1));
    run.cancel(1);
    run.died(id, None);
    assert_eq!(run.the_end(), (1, Verdict::Canceled, "canceled", 0));
    assert!(!run.records()[0].usage.partial);
}

#[test]
fn an_answer_that_was_under_way_stands() {
    let (mut run, id, sent) = busy();
    run.cancel(2);
    run.finish(id, sent[0].1, Verdict::Ok, MS);
    assert_eq!(run.the_end(), (2, Verdict::Ok, "", 1));
    run.died(id, Some(sent[1].1));
    assert!(run.records().len() == 1 && !run.mourned());
    run.forget();
    run.ready(worker(0, 2));
    assert_eq!(run.sent()[0].2, sent[1].2, "uncharged, though it had been begun");
}

#[test]
fn a_failure_that_was_under_way_is_not_tried_again() {
    let (mut run, id, attempt) = single(config(1));
    run.cancel(1);
    run.finish(id, attempt, Verdict::TaskError, MS);
    assert_eq!(run.the_end(), (1, Verdict::Canceled, "canceled", 1));
    assert_eq!((run.records()[0].history.len(), run.records()[0].usage.wall), (0, Some(MS)));
    run.died(id, None);
    assert!(run.records().len() == 1 && run.sent().is_empty());
}

#[test]
fn what_lies_behind_another_is_taken_back_and_its_worker_lives() {
    let (mut run, id, sent) = busy();
    run.cancel(3);
    assert!(run.retracts() == 1 && !run.kills(id) && run.records().is_empty());
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[0].1) });
    assert_eq!(run.the_end(), (3, Verdict::Canceled, "canceled", 0));
    assert!(!run.kills(id));
    run.forget();
    run.finish(id, sent[0].1, Verdict::Ok, MS);
    let next: Vec<TaskId> = run.sent().iter().map(|(.., task)| *task).collect();
    assert_eq!(next, [sent[2].2, sent[3].2]);
}

#[test]
fn nothing_is_sent_to_a_worker_between_the_question_and_its_answer() {
    let (mut run, id, sent) = busy();
    run.cancel(3);
    run.submit(3);
    assert!(run.sent().is_empty());
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[0].1) });
    assert!(run.sent().is_empty());
}

#[test]
fn what_was_begun_before_it_could_be_taken_back_costs_its_worker() {
    let (mut run, id, sent) = busy();
    run.cancel(3);
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[1].1) });
    assert!(run.kills(id) && run.records().is_empty());
    run.finish(id, sent[0].1, Verdict::Ok, MS);
    run.forget();
    run.died(id, Some(sent[1].1));
    assert_eq!(run.the_end(), (3, Verdict::Canceled, "canceled", 1));
}

#[test]
fn what_becomes_the_next_of_its_worker_before_it_is_back_costs_it() {
    let (mut run, id, sent) = busy();
    run.cancel(3);
    run.finish(id, sent[0].1, Verdict::Ok, MS);
    assert!(run.kills(id));
    run.forget();
    run.died(id, Some(sent[1].1));
    assert_eq!(run.the_end(), (3, Verdict::Canceled, "canceled", 1));
}

#[test]
fn an_answer_to_a_question_that_was_not_asked_is_not_heard() {
    let (mut run, id, sent) = busy();
    run.tell(SchedulerInput::Retracted { worker: id, begun: None });
    run.finish(id, sent[0].1, Verdict::Ok, MS);
    assert!(!run.kills(id));
}

#[test]
fn a_canceled_task_whose_worker_broke_the_protocol_is_not_tried_alone() {
    let (mut run, id, sent) = busy();
    run.tell(SchedulerInput::Broke { worker: id, what: "lied".to_owned() });
    run.cancel(2);
    run.cancel(4);
    assert!(run.records().is_empty() && run.retracts() == 0);
    run.died(id, Some(sent[0].1));
    let ends: Vec<_> =
        run.records().iter().map(|record| (record.seq, record.verdict, record.attempts)).collect();
    assert_eq!(ends, [(4, Verdict::Canceled, 0), (2, Verdict::Canceled, 1)]);
    run.forget();
    run.ready(worker(0, 2));
    assert_eq!(run.sent()[0].2, sent[1].2);
}

#[test]
fn a_canceled_task_that_had_its_time_is_not_tried_again() {
    let retry = RetryPolicy { retries: 1, on: VerdictSet::ERRORS, ..RetryPolicy::default() };
    let (mut run, id, attempt) = single(SchedulerConfig { retry, ..config(1) });
    run.begins(id, attempt);
    run.now += MS * 125;
    run.tell(SchedulerInput::Tick);
    assert!(run.kills(id));
    run.cancel(1);
    run.died(id, Some(attempt));
    assert_eq!(run.the_end(), (1, Verdict::Canceled, "canceled", 1));
}

#[test]
fn a_suspect_that_is_canceled_while_it_runs_alone_is_over_when_its_worker_is_dead() {
    let (mut run, id, attempt) = single(config(1));
    run.died(id, Some(attempt));
    run.ready(worker(0, 2));
    let (next, attempt, _) = run.sent()[0];
    run.forget();
    run.cancel(1);
    assert!(run.kills(next) && run.records().is_empty());
    run.died(next, Some(attempt));
    assert_eq!(run.the_end(), (1, Verdict::Canceled, "canceled", 2));
    assert!(!run.mourned() && run.spawned().is_empty());
}

#[test]
fn a_canceled_task_has_a_record_even_if_the_run_ends_before_it_was_begun() {
    let (mut run, id, sent) = busy();
    run.tell(SchedulerInput::End);
    run.cancel(4);
    run.died(id, Some(sent[0].1));
    let ends: Vec<_> = run.records().iter().map(|record| (record.seq, record.attempts)).collect();
    assert_eq!((ends, run.sched.outcome().dropped), (vec![(2, 1), (4, 0)], 2));
}

#[test]
fn a_task_that_waits_is_over_at_its_deadline() {
    let mut run = Run::new(config(1));
    run.now = MS;
    run.submit_due(1, MS * 1500);
    assert_eq!(run.sched.next_deadline(), Some(MS * 1501));
    run.now = MS * 1500;
    run.tell(SchedulerInput::Tick);
    assert!(run.records().is_empty());
    run.now += MS;
    run.tell(SchedulerInput::Tick);
    assert_eq!(run.the_end(), (1, Verdict::Timeout, "deadline", 0));
    assert_eq!(run.records()[0].error.message, "not finished within its deadline of 1s 500ms");
    assert_ne!(run.sched.next_deadline(), Some(MS * 1501));
}

#[test]
fn a_task_that_is_run_at_its_deadline_costs_its_worker_and_is_not_tried_again() {
    let retry = RetryPolicy { retries: 5, on: VerdictSet::ERRORS, ..RetryPolicy::default() };
    let mut run = Run::new(SchedulerConfig { retry, ..config(1) });
    run.ready(worker(0, 1));
    run.submit_due(1, MS * 10);
    let (id, attempt, _) = run.sent()[0];
    run.begins(id, attempt);
    assert_eq!(run.sched.next_deadline(), Some(MS * 10));
    run.now = MS * 10;
    run.tell(SchedulerInput::Tick);
    assert!(run.kills(id) && run.records().is_empty());
    assert_eq!(run.sched.next_deadline(), None, "no deadline stays in the past");
    run.forget();
    run.died(id, Some(attempt));
    assert_eq!(run.the_end(), (1, Verdict::Timeout, "deadline", 1));
    assert!(!run.mourned() && run.sent().is_empty());
}

#[test]
fn a_task_that_ends_before_its_deadline_has_none_any_more() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit_due(1, MS * 10);
    run.finish(worker(0, 1), run.sent()[0].1, Verdict::Ok, MS);
    assert_eq!(run.the_end(), (1, Verdict::Ok, "", 1));
    assert_eq!(run.sched.next_deadline(), None);
}

#[test]
fn a_deadline_beyond_all_time_is_none() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.now = MS;
    run.submit_due(1, Duration::MAX);
    run.begins(worker(0, 1), run.sent()[0].1);
    assert_eq!(run.sched.next_deadline(), Some(MS * 126), "that of its attempt");
}

#[test]
fn of_two_reasons_the_first_one_stands() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit_due(1, MS * 10);
    run.cancel(1);
    run.now = MS * 10;
    run.tell(SchedulerInput::Tick);
    run.died(worker(0, 1), None);
    assert_eq!(run.the_end(), (1, Verdict::Canceled, "canceled", 0));
    run.forget();
    run.ready(worker(0, 2));
    run.submit_due(2, MS);
    run.now += MS;
    run.tell(SchedulerInput::Tick);
    run.cancel(2);
    run.died(worker(0, 2), None);
    assert_eq!(run.the_end(), (2, Verdict::Timeout, "deadline", 0));
}

#[test]
fn of_two_workers_the_one_that_is_at_the_task_is_killed() {
    let mut run = Run::new(config(2));
    run.ready(worker(0, 1));
    run.submit(2);
    run.ready(worker(1, 1));
    run.cancel(2);
    assert!(run.kills(worker(1, 1)) && !run.kills(worker(0, 1)));
}

#[test]
fn a_worker_is_asked_once_however_many_deadlines_pass() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit(1);
    run.finish(worker(0, 1), run.sent()[0].1, Verdict::Ok, MS);
    run.submit(1);
    (2..=4).for_each(|seq| run.submit_due(seq, MS * 20));
    assert_eq!(run.sent().len(), 5);
    let (_, head, _) = run.sent()[1];
    run.forget();
    run.now = MS * 20;
    run.tell(SchedulerInput::Tick);
    assert_eq!(run.retracts(), 1, "its answers would be for work that was sent after the first one");
    run.tell(SchedulerInput::Retracted { worker: worker(0, 1), begun: Some(head) });
    assert_eq!(run.records().len(), 3);
}

#[test]
fn with_on_error_a_trap_is_tried_again() {
    let retry = RetryPolicy { retries: 1, on: VerdictSet::ERRORS, ..RetryPolicy::default() };
    let (mut run, id, attempt) = single(SchedulerConfig { retry, ..config(1) });
    run.finish(id, attempt, Verdict::Trap, MS);
    let (_, second, _) = run.sent()[0];
    run.finish(id, second, Verdict::Trap, MS);
    assert_eq!(run.the_end(), (1, Verdict::Trap, "", 2));
}

#[test]
fn the_deaths_that_a_quarantine_tells_of_are_no_retries() {
    let (mut run, id, attempt) = single(SchedulerConfig { crash_limit: 1, ..config(1) });
    run.finish(id, attempt, Verdict::TaskError, MS);
    for generation in 1..=2 {
        let (id, attempt, _) = *run.sent().last().unwrap();
        run.died(id, Some(attempt));
        run.ready(worker(0, generation + 1));
    }
    assert_eq!(run.the_end().1, Verdict::Quarantined);
    assert!(run.records()[0].error.message.starts_with("its worker died 2 times, 1 of them"));
}
