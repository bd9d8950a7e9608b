//! Groups of tasks: turns, attempts at a time, budgets, failures, and the end of a group.

use super::*;
use crate::{GroupPolicies, GroupPolicy, GroupWeight};
use polymer_host_event::GroupStopReason;
use polymer_host_task::{Rejection, Usage};
use std::num::NonZeroU32;
use std::sync::Arc;

const OTHER: ModuleId = ModuleId(1);

fn policy() -> GroupPolicy {
    GroupPolicy::default()
}

/// A run with a ready worker in each slot, and these policies.
fn run(slots: u32, default: GroupPolicy, named: &[(&str, GroupPolicy)]) -> Run {
    let named = named.iter().map(|(name, policy)| (Arc::from(*name), *policy)).collect();
    let groups = GroupPolicies { default, named };
    let mut run = Run::new(SchedulerConfig { groups, ..config(slots) });
    run.ready(worker(0, 1));
    run
}

/// The same with two modules, the second of which has no worker.
fn run_of_two(default: GroupPolicy) -> Run {
    let mut run = run(1, default, &[]);
    run.tell(SchedulerInput::Module { module: OTHER, name: "o.wasm".to_owned() });
    run
}

impl Run {
    fn submit_of(&mut self, group: &str, count: u64) {
        self.submit_group_to(MODULE, group, count);
    }

    fn submit_group_to(&mut self, module: ModuleId, group: &str, count: u64) {
        for _ in 0..count {
            let input = InputPayload::Json(b"1".to_vec());
            let limits = Limits::default().with_timeout(MS * 100);
            let spec = TaskSpec::new(1, "id".to_owned(), module, input, limits);
            let group = (!group.is_empty()).then(|| Arc::from(group));
            self.tell(SchedulerInput::Submit(Submission::from(TaskSpec { group, ..spec })));
        }
    }

    /// The last attempt that was sent ends ok and has used so much; says whose task was sent next.
    fn end(&mut self, wall: Duration, usage: Usage) -> Option<TaskId> {
        self.end_as(Verdict::Ok, wall, usage)
    }

    fn end_as(&mut self, verdict: Verdict, wall: Duration, usage: Usage) -> Option<TaskId> {
        let (worker, attempt, _) = *self.sent().last().unwrap();
        let sent = self.sent().len();
        self.now += wall;
        let ending = AttemptEnding {
            output: (verdict == Verdict::Ok).then(|| Output::Json("1".to_owned())),
            retry: (verdict == Verdict::TaskError).then(RetryHint::default),
            usage: Usage { wall: Some(wall), ..usage },
            ..AttemptEnding::without_guest(verdict, TaskError::default())
        };
        self.tell(SchedulerInput::Finished { worker, attempt, ending: Box::new(ending) });
        self.sent().get(sent).map(|(.., task)| *task)
    }

    fn stops(&self) -> Vec<(String, GroupStopReason, u64)> {
        let stops = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Announce(RunEvent::GroupStopped { group, why, canceled }) => {
                Some((group.to_string(), *why, *canceled))
            }
            _ => None,
        });
        stops.collect()
    }

    fn endings(&self) -> Vec<(u64, Verdict, &str)> {
        let records = self.records();
        records.iter().map(|record| (record.task.0, record.verdict, record.error.code.as_str())).collect()
    }
}

fn none() -> Usage {
    Usage::default()
}

fn fuel(fuel: u64) -> Usage {
    Usage { fuel: Some(fuel), ..Usage::default() }
}

/// Attempts are so long that nothing is sent ahead.
const LONG: Duration = Duration::from_millis(20);

#[test]
fn the_first_task_of_another_group_is_next() {
    let mut run = run(1, policy(), &[]);
    run.submit_of("flood", 5);
    run.submit_of("quiet", 1);
    let order: Vec<_> = (0..5).filter_map(|_| run.end(LONG, none())).map(|task| task.0).collect();
    assert_eq!(order, [5, 1, 2, 3, 4]);
}

#[test]
fn tasks_without_a_group_are_one_group_more() {
    let mut run = run(1, policy(), &[]);
    run.submit_of("", 4);
    run.submit_of("quiet", 1);
    // What was sent before there were groups was charged to nobody.
    let order: Vec<_> = (0..4).filter_map(|_| run.end(LONG, none())).map(|task| task.0).collect();
    assert_eq!(order, [1, 4, 2, 3]);
}

#[test]
fn a_heavier_group_has_more_turns() {
    let heavy = GroupPolicy { weight: GroupWeight::new(3).unwrap(), ..policy() };
    let mut run = run(1, policy(), &[("heavy", heavy)]);
    run.submit_of("light", 20);
    run.submit_of("heavy", 20);
    let next = (0..12).filter_map(|_| run.end(LONG, none()));
    let heavy = next.filter(|task| task.0 >= 20).count();
    assert_eq!(heavy, 9, "3 of 4");
}

#[test]
fn a_group_that_comes_back_has_no_credit() {
    let mut run = run(1, policy(), &[]);
    run.submit_of("idle", 1);
    run.submit_of("busy", 20);
    for _ in 0..10 {
        run.end(LONG, none());
    }
    run.submit_of("idle", 5);
    let next: Vec<bool> = (0..6).filter_map(|_| run.end(LONG, none())).map(|task| task.0 > 20).collect();
    assert_eq!(next.iter().filter(|is_idle| **is_idle).count(), 3, "one of two: {next:?}");
}

#[test]
fn what_comes_back_keeps_its_place_among_those_of_its_group() {
    let mut run = run(1, policy(), &[]);
    run.submit_of("a", 3);
    run.submit_of("b", 1);
    let (id, attempt, _) = run.sent()[0];
    run.died(id, Some(attempt));
    run.forget();
    run.ready(worker(0, 2));
    assert_eq!(run.end(LONG, none()), Some(TaskId(3)), "of b, for a was charged");
    assert_eq!(run.end(LONG, none()), Some(TaskId(1)));
}

#[test]
fn no_more_attempts_of_a_group_are_at_workers_than_may_be() {
    let two = GroupPolicy { tasks: NonZeroU32::new(2), ..policy() };
    let mut run = run(1, two, &[]);
    run.submit_of("a", 8);
    run.end(MS / 4, none());
    assert_eq!(run.sent().len(), 3, "one, and two of the rest");
    run.submit_of("b", 1);
    assert_eq!(run.sent().len(), 4, "another group has room");
    run.submit_of("", 3);
    assert_eq!(run.sent().len(), 7, "nothing bounds tasks without a group");
}

#[test]
fn what_attempts_take_beside_their_own_time_counts_for_what_is_sent_ahead() {
    let mut run = run(1, policy(), &[]);
    run.submit_of("a", 600);
    run.end(Duration::from_micros(5), none());
    // 2 ms of 5 us would be 400.
    assert_eq!(run.sent().len(), 1 + 1 + 100);
}

#[test]
fn no_worker_is_started_for_what_may_not_be_sent() {
    let one = GroupPolicy { tasks: NonZeroU32::new(1), ..policy() };
    let mut run = run(4, one, &[]);
    run.forget();
    run.submit_of("a", 8);
    assert!(run.sent().len() == 1 && run.spawned().is_empty());
    run.submit_of("b", 8);
    assert_eq!(run.spawned(), [worker(1, 1)], "one for b");
}

#[test]
fn a_group_without_room_keeps_no_worker_from_another_module() {
    let one = GroupPolicy { tasks: NonZeroU32::new(1), ..policy() };
    let mut run = run_of_two(one);
    // The one attempt of the group is at the first module, so its tasks of the second wait.
    run.submit_of("a", 1);
    run.submit_group_to(OTHER, "a", 3);
    let compiler = worker(1, 2);
    run.tell(SchedulerInput::Hello(compiler));
    let (form, imports) = (ModuleForm::CommandModule, Vec::new());
    run.tell(SchedulerInput::Compiled { worker: compiler, form, imports });
    run.died(compiler, None);
    run.now += crate::TURN;
    run.submit_of("b", 2);
    assert!(!run.kills(worker(0, 1)), "there is nothing to make room for");
    run.end(LONG, none());
    assert_eq!(run.sent().len(), 2, "b goes on");
    run.submit_group_to(OTHER, "b", 1);
    run.end(LONG, none());
    assert!(run.kills(worker(0, 1)) || run.sent().len() == 3);
}

#[test]
fn a_worker_turns_to_another_module_if_nothing_of_its_own_may_be_sent() {
    let default = GroupPolicy { tasks: NonZeroU32::new(1), ..policy() };
    let groups = GroupPolicies { default, ..GroupPolicies::default() };
    let isolation = Isolation::Instance;
    let mut run = Run::new(SchedulerConfig { groups, isolation, ..config(2) });
    run.ready(worker(0, 1));
    run.submit_of("a", 1);
    run.submit_of("b", 1);
    run.ready(worker(1, 1));
    run.end(LONG, none());
    run.submit_of("a", 3);
    run.tell(SchedulerInput::Module { module: OTHER, name: "o.wasm".to_owned() });
    run.submit_group_to(OTHER, "b", 1);
    let compiler = worker(2, 2);
    run.tell(SchedulerInput::Hello(compiler));
    let (form, imports) = (ModuleForm::CommandModule, Vec::new());
    run.tell(SchedulerInput::Compiled { worker: compiler, form, imports });
    run.forget();
    run.died(compiler, None);
    let loads = |action: &SchedulerAction| match action {
        SchedulerAction::Load { worker, role } => Some((*worker, *role)),
        _ => None,
    };
    let loaded: Vec<_> = run.actions.iter().filter_map(loads).collect();
    assert_eq!(loaded, [(worker(1, 1), ProcessRole::Run(OTHER))]);
}

#[test]
fn a_suspect_waits_until_its_group_has_room() {
    let one = GroupPolicy { tasks: NonZeroU32::new(1), ..policy() };
    let mut run = run(2, one, &[]);
    run.submit_of("a", 2);
    let (id, attempt, _) = run.sent()[0];
    run.submit_of("b", 1);
    run.ready(worker(1, 1));
    let (free, of_b, _) = *run.sent().last().unwrap();
    run.forget();
    run.died(id, Some(attempt));
    // A worker is kept for the suspect, so the other of its group has no room.
    run.finish(free, of_b, Verdict::Ok, MS);
    assert!(run.sent().is_empty());
    run.ready(worker(0, 2));
    let sent: Vec<TaskId> = run.sent().iter().map(|(.., task)| *task).collect();
    assert_eq!(sent, [TaskId(0)]);
}

#[test]
fn a_used_up_budget_ends_what_waits_and_what_comes_later() {
    let bounded = GroupPolicy { fuel: Some(100), ..policy() };
    let mut run = run(1, policy(), &[("a", bounded)]);
    run.submit_of("a", 3);
    run.submit_of("b", 1);
    run.end(LONG, fuel(99));
    assert!(run.stops().is_empty());
    run.end(LONG, none());
    run.end(LONG, fuel(1));
    let why = GroupStopReason::Fuel { budget: 100, used: 100 };
    assert_eq!(run.stops(), [("a".to_owned(), why, 1)]);
    run.submit_of("a", 1);
    let canceled = |task| (task, Verdict::Canceled, "group_budget");
    let ok = |task| (task, Verdict::Ok, "");
    assert_eq!(run.endings(), [ok(0), ok(3), canceled(2), ok(1), canceled(4)]);
    let message = &run.records()[2].error.message;
    assert!(message.contains("\"a\"") && message.contains("fuel budget of 100"), "{message}");
    run.tell(SchedulerInput::InputEnded);
    assert!(run.sched.outcome().complete, "each has its record");
}

#[test]
fn what_is_not_known_of_cpu_time_is_taken_for_wall_time() {
    let bounded = GroupPolicy { cpu: Some(MS * 50), ..policy() };
    for (usage, is_used_up) in [
        (Usage { cpu: Some(MS), ..none() }, false),
        (none(), true),
        (Usage { cpu: Some(MS), partial: true, ..none() }, true),
    ] {
        let mut run = run(1, bounded, &[]);
        run.submit_of("a", 2);
        run.end(MS * 60, usage);
        assert_eq!(!run.stops().is_empty(), is_used_up);
    }
}

#[test]
fn with_little_of_a_budget_left_nothing_is_sent_ahead() {
    let bounded = GroupPolicy { fuel: Some(100), ..policy() };
    for (first, sent) in [(90, 5), (91, 2)] {
        let mut run = run(1, bounded, &[]);
        run.submit_of("a", 5);
        run.end(MS / 4, fuel(first));
        assert_eq!(run.sent().len(), sent, "{first} of 100");
    }
}

#[test]
fn what_is_at_workers_when_the_budget_is_used_up_is_finished() {
    let bounded = GroupPolicy { fuel: Some(100), ..policy() };
    let mut run = run(1, bounded, &[]);
    run.submit_of("a", 3);
    run.end(MS / 4, fuel(1));
    let ahead: Vec<_> = run.sent()[1..].to_vec();
    for (id, attempt, _) in ahead {
        let ending = AttemptEnding {
            output: Some(Output::Json("1".to_owned())),
            usage: Usage { wall: Some(MS), ..fuel(500) },
            ..AttemptEnding::without_guest(Verdict::Ok, TaskError::default())
        };
        run.tell(SchedulerInput::Finished { worker: id, attempt, ending: Box::new(ending) });
    }
    assert!(run.endings().iter().all(|(_, verdict, _)| *verdict == Verdict::Ok));
    assert_eq!(run.stops().len(), 1);
}

/// Of short attempts many are sent ahead, and the next ones may be long.
#[test]
fn what_workers_have_not_begun_is_taken_back_when_the_budget_is_used_up() {
    let bound = GroupPolicy { fuel: Some(100), ..policy() };
    let mut run = run(1, bound, &[]);
    run.submit_of("flood", 1);
    run.end(MS / 4, none());
    run.submit_of("flood", 5);
    let (id, first, _) = run.sent()[1];
    let second = run.sent()[2].1;
    assert_eq!(run.sent().len(), 6, "all are sent");
    let ending = AttemptEnding {
        output: Some(Output::Json("1".to_owned())),
        usage: fuel(100),
        ..AttemptEnding::without_guest(Verdict::Ok, TaskError::default())
    };
    run.tell(SchedulerInput::Finished { worker: id, attempt: first, ending: Box::new(ending) });
    assert!(
        run.actions.iter().any(|action| matches!(action, SchedulerAction::Retract(asked) if *asked == id))
    );
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(second) });
    let ends = run.endings();
    let canceled =
        ends.iter().filter(|(_, verdict, code)| (*verdict, *code) == (Verdict::Canceled, "group_budget"));
    assert_eq!((ends.len(), canceled.count()), (5, 3), "{ends:?}");
}

#[test]
fn what_would_be_tried_again_is_not_once_its_group_is_stopped() {
    let bounded = GroupPolicy { fuel: Some(100), ..policy() };
    let mut retried = run(1, bounded, &[]);
    retried.submit_of("a", 1);
    retried.end_as(Verdict::TaskError, LONG, fuel(100));
    let record = retried.records()[0];
    assert_eq!(
        (record.error.code.as_str(), record.attempts, record.usage.fuel),
        ("group_budget", 1, Some(100))
    );
    // What nobody can say of a dead worker's attempt counts as all that it could use.
    let mut crashed = run(1, bounded, &[]);
    crashed.submit_of("a", 2);
    let (id, attempt, _) = crashed.sent()[0];
    crashed.died(id, Some(attempt));
    assert_eq!(crashed.stops().len(), 1);
    assert!(crashed.endings().iter().all(|(.., code)| *code == "group_budget"));
    assert_eq!(crashed.records().len(), 2);
}

#[test]
fn enough_failures_end_their_group_and_neither_another_nor_the_run() {
    let few = GroupPolicy { max_fail: Some(MaxFail::Tasks(2)), ..policy() };
    let named = [(Arc::from("a"), few)].into_iter().collect();
    let groups = GroupPolicies { named, ..GroupPolicies::default() };
    let retry = RetryPolicy::default();
    let max_fail = Some(MaxFail::Tasks(4));
    let mut run = Run::new(SchedulerConfig { groups, retry, max_fail, ..config(1) });
    run.ready(worker(0, 1));
    run.submit_of("a", 9);
    run.submit_of("b", 2);
    for _ in 0..3 {
        run.end_as(Verdict::TaskError, LONG, none());
    }
    assert_eq!(run.stops(), [("a".to_owned(), GroupStopReason::MaxFail(2), 7)]);
    assert_eq!(run.end(LONG, none()), None);
    run.tell(SchedulerInput::InputEnded);
    let outcome = run.sched.outcome();
    assert_eq!((outcome.halt, outcome.failed, outcome.total), (None, 10, 11), "3 of 4 that may fail");
}

#[test]
fn a_line_that_is_refused_counts_for_its_group() {
    let few = GroupPolicy { max_fail: Some(MaxFail::Tasks(1)), ..policy() };
    let mut run = run(1, few, &[]);
    run.submit_of("a", 2);
    let input = InputPayload::Json(b"1".to_vec());
    let spec = TaskSpec::new(3, "id".to_owned(), MODULE, input, Limits::default());
    let spec = TaskSpec { group: Some(Arc::from("a")), ..spec };
    let refused = Rejection::of_task(spec, Verdict::BadInput, TaskError::new("json", "no"));
    run.tell(SchedulerInput::Submit(Submission::from(refused)));
    assert_eq!(run.stops(), [("a".to_owned(), GroupStopReason::MaxFail(1), 1)]);
    let codes: Vec<_> = run.endings().iter().map(|(task, _, code)| (*task, *code)).collect();
    assert_eq!(codes, [(2, "json"), (1, "group_failed")]);
}

#[test]
fn a_share_of_failures_ends_a_group() {
    let half = "50%".parse().unwrap();
    let few = GroupPolicy { max_fail: Some(MaxFail::Share(half)), ..policy() };
    let retry = RetryPolicy::default();
    let groups = GroupPolicies { default: few, ..GroupPolicies::default() };
    let mut run = Run::new(SchedulerConfig { groups, retry, ..config(1) });
    run.ready(worker(0, 1));
    run.submit_of("a", 60);
    while run.stops().is_empty() {
        assert!(run.records().len() < 50, "all failed and it goes on");
        run.end_as(Verdict::TaskError, LONG, none());
    }
    assert!(matches!(run.stops()[0].1, GroupStopReason::MaxFailShare { failed: 3.., .. }));
}
