//! Small histories of tasks that come back: with more of a limit, after a wait, alone for being
//! late.

use super::*;
use crate::retry::{Backoff, EscalationFactor, VerdictSet};
use polymer_host_task::Ceiling;
use polymer_host_task::Percentage;

fn twice(max: Ceiling) -> Escalation {
    let base = Limits::default().with_timeout(MS * 100);
    Escalation::none(base).and(EscalationFactor::thousandths(2000).unwrap(), max).unwrap()
}

/// Why each attempt that was not the last came back.
pub(super) fn retry_notes(run: &Run) -> Vec<RetryNote> {
    let again = run.actions.iter().filter_map(|action| match action {
        SchedulerAction::Announce(RunEvent::AttemptFailed { retry, .. }) => Some(*retry),
        _ => None,
    });
    again.collect()
}

/// A run with one worker and one task, which ends so as often as it is tried, up to ten times.
fn ends_as(verdicts: impl IntoIterator<Item = Verdict>, config: SchedulerConfig) -> Run {
    let mut run = Run::new(config);
    run.ready(worker(0, 1));
    run.submit(1);
    for verdict in verdicts.into_iter().take(10) {
        let sent = run.sent();
        if !run.records().is_empty() {
            break;
        }
        let (id, attempt, _) = *sent.last().unwrap();
        run.now += MS;
        run.finish(id, attempt, verdict, MS);
        if run.sched.workers.get(id).is_none_or(|worker| worker.is_stopping()) {
            run.died(id, None);
            run.ready(worker(0, id.generation + 1));
        }
    }
    run
}

#[test]
fn what_ran_out_of_fuel_is_tried_with_more_up_to_the_most_and_spends_no_retry() {
    let config = SchedulerConfig { escalation: twice(Ceiling::Fuel(100_000_000_000)), ..config(1) };
    let run = ends_as(std::iter::repeat(Verdict::FuelExhausted), config);
    let most = [60_000_000_000, 100_000_000_000].map(|to| RetryNote::Escalate { to: Ceiling::Fuel(to) });
    assert_eq!(retry_notes(&run), most);
    let record = run.records()[0];
    assert_eq!((record.verdict, record.attempts, record.history.len()), (Verdict::FuelExhausted, 3, 2));
    assert!(record.history.iter().all(|past| past.usage.wall == Some(MS)), "each with its own cost");
}

#[test]
fn the_attempt_with_more_has_it_and_may_end_well() {
    let mut run = Run::new(SchedulerConfig { escalation: twice(Ceiling::Memory(1 << 30)), ..config(1) });
    run.ready(worker(0, 1));
    run.submit(1);
    let (id, attempt, task) = run.sent()[0];
    assert_eq!(run.sched.sent(id, attempt).unwrap().limits.memory, 256 << 20);
    run.finish(id, attempt, Verdict::MemoryExceeded, MS);
    let (id, attempt, _) = run.sent()[1];
    assert_eq!(run.sched.sent(id, attempt).unwrap().limits.memory, 512 << 20);
    assert_eq!(run.sched.spec(task).unwrap().limits.memory, 512 << 20);
    run.finish(id, attempt, Verdict::Ok, MS);
    assert_eq!((run.records()[0].verdict, run.records()[0].attempts), (Verdict::Ok, 2));
}

#[test]
fn with_all_there_was_to_be_had_what_the_run_tries_again_is() {
    let retry = RetryPolicy { retries: 1, on: VerdictSet::ERRORS, ..RetryPolicy::default() };
    let config = SchedulerConfig { escalation: twice(Ceiling::Fuel(31_000_000_000)), retry, ..config(1) };
    let run = ends_as(std::iter::repeat(Verdict::FuelExhausted), config);
    let escalated = RetryNote::Escalate { to: Ceiling::Fuel(31_000_000_000) };
    assert_eq!(retry_notes(&run), [escalated, RetryNote::Retry { after: Duration::ZERO }]);
}

#[test]
fn a_retry_waits_as_its_run_says() {
    let backoff = Backoff { delay: MS * 40, exponential: true, ..Backoff::NONE };
    let retry = RetryPolicy { retries: 2, backoff, ..RetryPolicy::default() };
    let (mut run, mut waits) = (Run::new(SchedulerConfig { retry, ..config(1) }), Vec::new());
    run.ready(worker(0, 1));
    run.submit(1);
    for _ in 0..2 {
        let (id, attempt, _) = *run.sent().last().unwrap();
        run.forget();
        run.finish(id, attempt, Verdict::TaskError, MS);
        waits.extend(retry_notes(&run));
        assert!(run.sent().is_empty());
        run.now = run.sched.next_deadline().unwrap();
        run.tell(SchedulerInput::Tick);
    }
    assert_eq!(waits, [40, 80].map(|after| RetryNote::Retry { after: MS * after }));
    assert_eq!(run.now, MS * 120);
}

#[test]
fn a_timeout_is_made_once_more_alone_before_it_stands() {
    let config = SchedulerConfig { confirm_timeouts: true, ..config(1) };
    let run = ends_as(std::iter::repeat(Verdict::Timeout), config.clone());
    assert_eq!(retry_notes(&run), [RetryNote::Confirm]);
    let record = run.records()[0];
    assert_eq!((record.verdict, record.attempts), (Verdict::Timeout, 2));
    assert_eq!(run.sent()[1].0, worker(0, 2), "a fresh one");
    let run = ends_as([Verdict::Timeout, Verdict::Ok], config.clone());
    assert_eq!((run.records()[0].verdict, run.records()[0].history.len()), (Verdict::Ok, 1));
    let again = retry_notes(&ends_as([Verdict::Timeout, Verdict::TaskError, Verdict::Timeout], config));
    assert_eq!(again, [RetryNote::Confirm, RetryNote::Retry { after: Duration::ZERO }], "once");
}

#[test]
fn a_worker_that_never_answers_is_doubted_too() {
    let mut run = Run::new(SchedulerConfig { confirm_timeouts: true, ..config(1) });
    run.ready(worker(0, 1));
    run.submit(1);
    for generation in 1..=2 {
        let (id, attempt, _) = *run.sent().last().unwrap();
        run.begins(id, attempt);
        run.now += MS * 125;
        run.tell(SchedulerInput::Tick);
        run.died(worker(0, generation), None);
        run.ready(worker(0, generation + 1));
    }
    assert_eq!(retry_notes(&run), [RetryNote::Confirm]);
    assert_eq!((run.records()[0].verdict, run.records()[0].attempts), (Verdict::Timeout, 2));
}

#[test]
fn a_timeout_with_no_fuel_left_or_whose_time_escalates_is_not_doubted() {
    let sure = SchedulerConfig { confirm_timeouts: true, ..config(1) };
    let mut run = Run::new(sure.clone());
    run.ready(worker(0, 1));
    run.submit(1);
    let (id, attempt, _) = run.sent()[0];
    let usage = Usage { fuel: Limits::default().fuel, ..Usage::default() };
    let ending =
        AttemptEnding { usage, ..AttemptEnding::without_guest(Verdict::Timeout, TaskError::default()) };
    run.tell(SchedulerInput::Finished { worker: id, attempt, ending: Box::new(ending) });
    assert_eq!((retry_notes(&run), run.records().len()), (vec![], 1));
    let escalation = twice(Ceiling::Timeout(MS * 150));
    let run = ends_as(std::iter::repeat(Verdict::Timeout), SchedulerConfig { escalation, ..sure });
    assert_eq!(retry_notes(&run), [RetryNote::Escalate { to: Ceiling::Timeout(MS * 150) }]);
}

#[test]
fn a_run_that_takes_nothing_new_tries_nothing_with_more_and_doubts_nothing() {
    for verdict in [Verdict::FuelExhausted, Verdict::Timeout] {
        let escalation = twice(Ceiling::Fuel(u64::MAX));
        let mut run = Run::new(SchedulerConfig { confirm_timeouts: true, escalation, ..config(1) });
        run.ready(worker(0, 1));
        run.submit(1);
        run.tell(SchedulerInput::Drain);
        let (id, attempt, _) = run.sent()[0];
        run.finish(id, attempt, verdict, MS);
        assert_eq!((run.records()[0].verdict, run.records()[0].attempts), (verdict, 1));
    }
}

#[test]
fn it_is_said_of_an_attempt_whether_it_runs_alone() {
    let announce = SchedulerConfig { announce_dispatch: true, confirm_timeouts: true, ..config(1) };
    let run = ends_as(std::iter::repeat(Verdict::Timeout), announce);
    let alone = run.actions.iter().filter_map(|action| match action {
        SchedulerAction::Announce(RunEvent::AttemptDispatched { attempt, alone, .. }) => {
            Some((*attempt, *alone))
        }
        _ => None,
    });
    assert_eq!(alone.collect::<Vec<_>>(), [(1, false), (2, true)]);
}

/// What stopped a run of one worker whose tasks end so, in turn.
fn stopped_by(most: MaxFail, failures: &str) -> Option<Halt> {
    let mut run = Run::new(SchedulerConfig { max_fail: Some(most), ..config(1) });
    run.ready(worker(0, 1));
    for (seq, failure) in (1..).zip(failures.chars()) {
        let id = format!("id{seq}");
        let limits = Limits::default().with_timeout(MS * 100);
        let spec = TaskSpec::new(seq, id, MODULE, InputPayload::Json(b"1".to_vec()), limits);
        run.forget();
        run.tell(SchedulerInput::Submit(Submission::from(spec)));
        let Some((id, attempt, _)) = run.sent().last().copied() else { break };
        run.finish(id, attempt, if failure == 'x' { Verdict::Trap } else { Verdict::Ok }, MS);
    }
    run.sched.outcome().halt
}

#[test]
fn a_share_of_failures_stops_a_run_once_there_are_surely_more_of_them() {
    let most = Percentage::percent(50).unwrap();
    let share = MaxFail::Share(most);
    let stopped = |failed, over| Some(Halt::MaxFailShare { failed, over, most });
    assert_eq!(stopped_by(share, "xxxxxxx"), None);
    assert_eq!(stopped_by(share, "xxxxxxxx"), stopped(8, 8));
    assert_eq!(stopped_by(share, ".xxxxxxxxxxxxxxxx"), stopped(13, 14));
    assert_eq!(stopped_by(share, &".x".repeat(100)), None);
    let most = Percentage::percent(1).unwrap();
    let stopped = |failed, over| Some(Halt::MaxFailShare { failed, over, most });
    assert_eq!(stopped_by(MaxFail::Share(most), "xx"), None);
    assert_eq!(stopped_by(MaxFail::Share(most), "xxx"), stopped(3, 3));
    assert_eq!(stopped_by(MaxFail::Tasks(2), "..x..x"), Some(Halt::MaxFail(2)));
}

#[test]
fn a_run_ends_when_its_time_is_up_and_what_is_under_way_is_cut() {
    let mut run = Run::new(SchedulerConfig { global_timeout: Some(MS * 50), ..config(1) });
    run.ready(worker(0, 1));
    run.submit(3);
    assert!(run.sched.next_deadline().is_some_and(|due| due <= MS * 50));
    run.now = MS * 49;
    run.tell(SchedulerInput::Tick);
    assert!(!run.kills(worker(0, 1)));
    run.now = MS * 50;
    run.tell(SchedulerInput::Tick);
    assert!(run.kills(worker(0, 1)));
    run.died(worker(0, 1), Some(run.sent()[0].1));
    assert!(run.sched.is_over() && run.sched.next_deadline().is_none());
    assert_eq!(run.records().iter().map(|record| record.verdict).collect::<Vec<_>>(), [Verdict::Canceled]);
    let outcome = run.sched.outcome();
    assert_eq!((outcome.halt, outcome.dropped), (Some(Halt::GlobalTimeout(MS * 50)), 2));
    assert_eq!((outcome.total, outcome.failed), (1, 1));
    let told = |action: &&SchedulerAction| {
        matches!(action, SchedulerAction::Announce(RunEvent::Draining { dropped: 2, .. }))
    };
    assert_eq!(run.actions.iter().filter(told).count(), 1);
}

/// A run that goes on later, with one worker.
fn going_on(more: SchedulerConfig) -> Run {
    let mut run = Run::new(SchedulerConfig { goes_on: true, ..more });
    run.ready(worker(0, 1));
    run
}

#[test]
fn what_is_cut_short_has_no_record_where_the_run_goes_on_later() {
    let mut run = going_on(config(1));
    run.submit(1);
    run.tell(SchedulerInput::InputEnded);
    run.tell(SchedulerInput::End);
    run.died(worker(0, 1), Some(run.sent()[0].1));
    assert!(run.sched.is_over() && run.records().is_empty());
    let outcome = run.sched.outcome();
    assert_eq!((outcome.complete, outcome.total, outcome.dropped), (false, 0, 1));

    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit(1);
    run.tell(SchedulerInput::InputEnded);
    run.tell(SchedulerInput::End);
    run.died(worker(0, 1), Some(run.sent()[0].1));
    assert_eq!(run.records().len(), 1);
    assert!(!run.sched.outcome().complete, "what was cut short is not done");
}

#[test]
fn what_would_be_tried_again_has_no_record_where_the_run_goes_on_later() {
    let wait = Backoff { delay: MS * 500, ..Backoff::default() };
    let patient = || SchedulerConfig {
        retry: RetryPolicy { retries: 1, backoff: wait, ..RetryPolicy::default() },
        ..config(1)
    };
    // It waits when the run is stopped.
    let mut run = going_on(patient());
    run.submit(1);
    let (id, attempt, _) = run.sent()[0];
    run.finish(id, attempt, Verdict::TaskError, MS);
    run.tell(SchedulerInput::Drain);
    assert!(run.records().is_empty() && run.sched.is_ending());
    assert_eq!((run.sched.outcome().dropped, run.sched.outcome().complete), (1, false));
    // It fails when the run has been stopped.
    for verdict in [Verdict::TaskError, Verdict::Ok, Verdict::Trap] {
        let mut run = going_on(patient());
        run.submit(1);
        let (id, attempt, _) = run.sent()[0];
        run.tell(SchedulerInput::Drain);
        run.finish(id, attempt, verdict, MS);
        let stands = verdict != Verdict::TaskError;
        assert_eq!(run.records().len(), usize::from(stands), "{verdict}");
        assert_eq!(run.sched.outcome().dropped, u64::from(!stands));
        assert_eq!(retry_notes(&run).len(), usize::from(!stands), "it is told that the attempt is over");
    }
}

#[test]
fn a_run_that_is_asked_to_stop_and_takes_too_long_was_asked_to() {
    let mut run = Run::new(SchedulerConfig { global_timeout: Some(MS * 50), ..config(1) });
    run.ready(worker(0, 1));
    run.submit(1);
    run.tell(SchedulerInput::Drain);
    run.now = MS * 50;
    run.tell(SchedulerInput::Tick);
    run.died(worker(0, 1), None);
    assert!(run.sched.is_over());
    assert_eq!(run.sched.outcome().halt, Some(Halt::Asked));
}
