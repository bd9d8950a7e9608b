//! What is taken back, when, and how often it is sent.

use super::*;
use crate::retract::RESENT_AHEAD;

const LARGE: usize = RESENT_AHEAD + 1;

/// A run of so many workers, the first of which has one of these tasks, of so many bytes each, and
/// others behind it.
fn loaded(slots: u32, tasks: u64, bytes: usize) -> (Run, WorkerId, Vec<(WorkerId, AttemptId, TaskId)>) {
    let mut run = Run::new(SchedulerConfig { window_bytes: 1 << 30, ..config(slots) });
    let id = worker(0, 1);
    run.ready(id);
    run.submit_each(tasks + 1, &vec![b'1'; bytes]);
    let (_, first, _) = run.sent()[0];
    run.forget();
    run.finish(id, first, Verdict::Ok, MS / 10);
    let sent = run.sent();
    assert_eq!(sent.len() as u64, tasks, "short tasks are sent ahead");
    run.forget();
    (run, id, sent)
}

impl Run {
    /// Lets the moment come at which the scheduler wants to be told so, and says what it wants.
    fn come_due(&mut self) -> Vec<SchedulerAction> {
        self.now = self.sched.next_deadline().unwrap();
        self.forget();
        self.tell(SchedulerInput::Tick);
        assert!(self.sched.next_deadline().is_none_or(|next| next > self.now));
        std::mem::take(&mut self.actions)
    }

    fn observed(&mut self, worker: WorkerId, attempt: AttemptId, delivery: AttemptDelivery) {
        self.tell(SchedulerInput::Observed { worker, attempt, delivery });
    }

    fn takes_back(&self) -> bool {
        self.actions.iter().any(|action| matches!(action, SchedulerAction::Retract(_)))
    }
}

#[test]
fn nothing_is_asked_back_before_the_first_has_begun() {
    let (mut run, id, sent) = loaded(1, 3, 10);
    let head = sent[0].1;
    // Whether it is still being written, or the worker has no time for it.
    let half_a_second = run.now + MS * 500;
    while run.now < half_a_second {
        let asked = run.come_due();
        assert!(
            matches!(asked[..], [SchedulerAction::Observe { worker, attempt }] if (worker, attempt) == (id, head))
        );
        let delivery = if run.now < MS * 100 { AttemptDelivery::Unsent(9) } else { AttemptDelivery::Sent };
        run.observed(id, head, delivery);
        assert!(run.actions.is_empty(), "{:?}", run.actions);
    }
    run.come_due();
    run.observed(id, head, AttemptDelivery::Begun);
    assert!(!run.takes_back(), "it may be over soon");
    let begun = run.now;
    assert!(matches!(run.come_due()[..], [SchedulerAction::Retract(_)]));
    assert_eq!(run.now, begun + HOLD);
}

#[test]
fn who_begins_late_has_its_whole_time() {
    let (mut run, id, sent) = loaded(1, 1, 10);
    let head = sent[0].1;
    while run.now < MS * 900 {
        run.come_due();
        run.observed(id, head, AttemptDelivery::Sent);
        assert!(!run.kills(id), "killed at {:?} and not begun", run.now);
    }
    run.come_due();
    run.observed(id, head, AttemptDelivery::Begun);
    let begun = run.now;
    let over = loop {
        run.come_due();
        if run.sched.workers.get(id).unwrap().stopping().is_some() {
            break run.now;
        }
        run.tell(SchedulerInput::Retracted { worker: id, begun: Some(head) });
    };
    assert!(over >= begun + MS * 120, "{over:?}");
    run.died(id, Some(head));
    assert_eq!(run.records()[0].verdict, Verdict::Timeout);
}

#[test]
fn who_never_begins_or_never_reads_is_ended_over_its_first_attempt_and_harms_no_other() {
    for delivery in [AttemptDelivery::Sent, AttemptDelivery::Unsent(1 << 20)] {
        let (mut run, id, sent) = loaded(1, 3, 10);
        let head = sent[0].1;
        while run.sched.workers.get(id).unwrap().stopping().is_none() {
            assert!(run.now < Duration::from_secs(10), "it is waited for too long");
            run.come_due();
            run.observed(id, head, delivery);
        }
        run.forget();
        run.died(id, None);
        let records: Vec<_> = run.records().iter().map(|record| (record.task, record.verdict)).collect();
        assert_eq!(records, [(sent[0].2, Verdict::Timeout)]);
        run.ready(worker(0, 2));
        assert_eq!(run.sent()[0].2, sent[1].2);
    }
}

#[test]
fn what_is_said_of_another_attempt_or_to_nobody_is_not_heard() {
    let (mut run, id, sent) = loaded(1, 3, 10);
    for (worker, attempt) in [(id, sent[1].1), (id, AttemptId(999)), (worker(0, 7), sent[0].1)] {
        run.observed(worker, attempt, AttemptDelivery::Begun);
    }
    assert!(run.actions.is_empty() && !run.sched.workers.get(id).unwrap().head().has_begun());
}

#[test]
fn what_was_seen_to_have_begun_is_not_taken_back_whatever_is_said_then() {
    let (mut run, id, sent) = loaded(1, 3, 10);
    run.begins(id, sent[0].1);
    run.come_due();
    run.tell(SchedulerInput::Retracted { worker: id, begun: None });
    assert_eq!(run.sched.workers.get(id).unwrap().outstanding().len(), 1);
}

#[test]
fn what_is_large_and_was_taken_back_is_sent_once_more_and_to_a_worker_that_has_nothing() {
    let (mut run, id, sent) = loaded(2, 6, LARGE);
    let back: Vec<TaskId> = sent[1..].iter().map(|(.., task)| *task).collect();
    run.begins(id, sent[0].1);
    run.come_due();
    run.forget();
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[0].1) });
    let mut resent = Vec::new();
    run.ready(worker(1, 1));
    for _ in 0..back.len() {
        let [(to, attempt, task)] = run.sent()[..] else { panic!("not one: {:?}", run.sent()) };
        resent.push(task);
        run.forget();
        run.finish(to, attempt, Verdict::Ok, MS / 10);
    }
    assert_eq!(resent, back);
}

#[test]
fn what_is_small_is_sent_ahead_again() {
    let (mut run, id, sent) = loaded(1, 6, RESENT_AHEAD);
    run.begins(id, sent[0].1);
    run.come_due();
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[0].1) });
    run.forget();
    run.finish(id, sent[0].1, Verdict::Ok, MS / 10);
    assert!(run.sent().len() > 1);
}

#[test]
fn a_cancel_takes_back_what_was_not_begun_once_at_the_most() {
    let (mut run, id, sent) = loaded(1, 6, LARGE);
    let task = |place: usize| sent[place].2;
    run.tell(SchedulerInput::Cancel { seq: 3 });
    run.forget();
    // Not even the first has begun.
    run.tell(SchedulerInput::Retracted { worker: id, begun: None });
    let again = run.sent();
    assert_eq!(again.len(), 1, "nothing is behind it, so nothing can take it back");
    assert_eq!(again[0].2, task(0));
}

#[test]
fn a_drain_takes_back_what_has_not_begun_and_drops_it() {
    // With a first that has begun, and with none.
    for begun in [true, false] {
        let (mut run, id, sent) = loaded(1, 6, 10);
        run.tell(SchedulerInput::Drain);
        assert!(run.takes_back());
        run.forget();
        let head = begun.then_some(sent[0].1);
        run.tell(SchedulerInput::Retracted { worker: id, begun: head });
        if let Some(head) = head {
            assert!(!run.kills(id));
            run.finish(id, head, Verdict::Ok, MS);
        }
        assert!(run.kills(id) && run.sent().is_empty());
        run.died(id, head);
        let outcome = run.sched.outcome();
        assert_eq!((run.records().len(), outcome.dropped), (usize::from(begun), 6 - u64::from(begun)));
        assert!(run.sched.is_over() && !outcome.complete);
    }
}

#[test]
fn a_drain_does_not_drop_what_was_begun_before() {
    let (mut run, id, sent) = loaded(1, 1, 10);
    let (_, first, task) = sent[0];
    run.finish(id, first, Verdict::TaskError, MS);
    let (_, again, same) = run.sent()[0];
    assert_eq!(same, task);
    run.tell(SchedulerInput::Drain);
    run.forget();
    run.tell(SchedulerInput::Retracted { worker: id, begun: None });
    let (_, last, same) = run.sent()[0];
    assert!(same == task && last > again);
    run.finish(id, last, Verdict::Ok, MS);
    assert_eq!(run.records()[0].verdict, Verdict::Ok);
}
