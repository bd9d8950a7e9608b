//! Small histories, one rule each. The simulator plays the large ones.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test picks out the actions it is about")]

mod ahead;
mod before;
mod cached;
mod checking;
mod confined;
mod cpu;
mod cut;
mod fitness;
mod groups;
mod interaction;
mod isolation;
mod kept;
mod leaving;
mod overview;
mod patience;
mod resource_exhaustion;
mod retract;
mod retries;
mod seen;
mod spare;
mod streamed;
mod walls;

use super::head_clock::{HOLD, LOOK};
use super::{
    AttemptDelivery, GroupPolicies, MaxFail, RecyclePolicy, Scheduler, SchedulerAction, SchedulerConfig,
    SchedulerInput, WorkerRemains,
};
use crate::retry::{Escalation, RetryPolicy};
use polymer_host_event::{Halt, ProcessDeath, ProcessExit, ProcessRole, RetryNote, RunEvent};
use polymer_host_task::{
    AttemptEnding, AttemptId, InputPayload, Isolation, Limits, ModuleForm, ModuleId, Moment, Output, Record,
    RetryHint, Submission, TaskError, TaskId, TaskSpec, Usage, Verdict, WorkerId,
};
use std::time::Duration;

pub(super) const MODULE: ModuleId = ModuleId(0);
const MS: Duration = Duration::from_millis(1);

/// A run that is told what happens and keeps what it is told to do.
struct Run {
    sched: Scheduler,
    now: Moment,
    actions: Vec<SchedulerAction>,
}

pub(super) fn config(slots: u32) -> SchedulerConfig {
    SchedulerConfig {
        slots,
        compile_slots: 1,
        spares: 0,
        window: 100,
        window_bytes: 1 << 20,
        crash_limit: 3,
        retry: RetryPolicy { retries: 1, ..RetryPolicy::default() },
        escalation: Escalation::none(Limits::default()),
        confirm_timeouts: false,
        max_fail: None,
        groups: GroupPolicies::default(),
        global_timeout: None,
        goes_on: false,
        grace: MS * 25,
        start_limit: Duration::from_secs(10),
        load_limit: Duration::from_secs(10),
        compile_limit: Duration::from_secs(100),
        compile_cpu: Duration::from_secs(50),
        look_limit: None,
        name_modules: false,
        announce_dispatch: false,
        probes_machine: false,
        own_judge_workers: false,
        isolation: Isolation::default(),
        recycle: RecyclePolicy::default(),
    }
}

pub(super) fn worker(slot: u32, generation: u32) -> WorkerId {
    WorkerId { slot, generation }
}

impl Run {
    /// A run whose module compiled; nobody asked for it yet.
    fn new(config: SchedulerConfig) -> Self {
        let slots = config.slots;
        let mut run = Self { sched: Scheduler::new(config), now: Moment::ZERO, actions: Vec::new() };
        run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
        run.tell(SchedulerInput::Require(MODULE));
        let compiler = worker(slots, 1);
        run.tell(SchedulerInput::Hello(compiler));
        run.tell(SchedulerInput::Compiled {
            worker: compiler,
            form: ModuleForm::CommandModule,
            imports: Vec::new(),
        });
        run.died(compiler, None);
        run
    }

    fn tell(&mut self, input: SchedulerInput) {
        self.sched.handle(self.now, input, &mut self.actions);
    }

    fn submit(&mut self, count: u64) {
        self.submit_each(count, b"1");
    }

    fn submit_each(&mut self, count: u64, input: &[u8]) {
        for seq in 1..=count {
            let limits = Limits::default().with_timeout(MS * 100);
            let input = InputPayload::Json(input.to_vec());
            let id = format!("id{seq}");
            let spec = TaskSpec::new(seq, id, MODULE, input, limits);
            self.tell(SchedulerInput::Submit(Submission::from(spec)));
        }
    }

    fn ready(&mut self, id: WorkerId) {
        self.tell(SchedulerInput::Hello(id));
        self.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
    }

    fn died(&mut self, id: WorkerId, begun: Option<AttemptId>) {
        let death =
            ProcessDeath { exit: ProcessExit::Signal(11), last_words: String::new(), violation: None };
        self.tell(SchedulerInput::Died {
            worker: id,
            remains: Box::new(WorkerRemains { death, begun, usage: Usage::default(), shortage: None }),
        });
    }

    fn finish(&mut self, id: WorkerId, attempt: AttemptId, verdict: Verdict, wall: Duration) {
        let ending = AttemptEnding {
            output: (verdict == Verdict::Ok).then(|| Output::Json("1".to_owned())),
            retry: (verdict == Verdict::TaskError).then(RetryHint::default),
            usage: Usage { wall: Some(wall), ..Usage::default() },
            ..AttemptEnding::without_guest(verdict, TaskError::default())
        };
        self.tell(SchedulerInput::Finished { worker: id, attempt, ending: Box::new(ending) });
    }

    /// Somebody looks at the first attempt of a worker as soon as that is due, and finds that it
    /// has begun.
    fn begins(&mut self, worker: WorkerId, attempt: AttemptId) {
        self.now += LOOK;
        self.tell(SchedulerInput::Tick);
        self.tell(SchedulerInput::Observed { worker, attempt, delivery: AttemptDelivery::Begun });
    }

    /// The attempts sent since the last look, with whom they were sent to and the task.
    fn sent(&self) -> Vec<(WorkerId, AttemptId, TaskId)> {
        let sent = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Dispatch { worker, attempt, task, .. } => Some((*worker, *attempt, *task)),
            _ => None,
        });
        sent.collect()
    }

    fn records(&self) -> Vec<&Record> {
        let records = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Announce(RunEvent::TaskDone(record)) => Some(record.as_ref()),
            _ => None,
        });
        records.collect()
    }

    fn spawned(&self) -> Vec<WorkerId> {
        let spawned = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Spawn { worker, role: ProcessRole::Run(_) } => Some(*worker),
            _ => None,
        });
        spawned.collect()
    }

    fn kills(&self, id: WorkerId) -> bool {
        self.actions.iter().any(|action| matches!(action, SchedulerAction::Kill(killed) if *killed == id))
    }

    fn forget(&mut self) {
        self.actions.clear();
    }
}

/// A run with one worker and five tasks, of which it was sent the first, and after that some ahead.
fn busy() -> (Run, WorkerId, Vec<(WorkerId, AttemptId, TaskId)>) {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.ready(id);
    run.submit(5);
    let (_, first, _) = run.sent()[0];
    run.forget();
    run.now = MS;
    run.finish(id, first, Verdict::Ok, MS);
    let sent = run.sent();
    assert_eq!(sent.len(), 4, "short tasks are sent ahead");
    run.forget();
    (run, id, sent)
}

#[test]
fn workers_are_started_for_the_tasks_there_are() {
    let mut run = Run::new(config(4));
    run.ready(worker(0, 1));
    run.forget();
    run.submit(2);
    assert_eq!(run.spawned(), [worker(1, 1)]);
}

#[test]
fn the_task_that_is_next_is_charged_and_those_behind_it_go_back_free() {
    let (mut run, id, sent) = busy();
    let (_, first, culprit) = sent[0];
    run.died(id, Some(first));
    let again = run.actions.iter().find_map(|action| match action {
        SchedulerAction::Announce(RunEvent::AttemptFailed { task, retry, verdict, .. }) => {
            Some((task.id.as_str(), *retry, *verdict))
        }
        _ => None,
    });
    assert_eq!(again, Some(("id2", RetryNote::Alone, Verdict::WorkerLost)));
    let next = worker(0, 2);
    run.forget();
    run.ready(next);
    assert_eq!(
        run.sent().iter().map(|(.., task)| *task).collect::<Vec<_>>(),
        [culprit],
        "alone, in a fresh worker"
    );
    let (_, attempt, _) = run.sent()[0];
    run.finish(next, attempt, Verdict::Ok, MS);
    let record = run.records()[0];
    assert_eq!((record.verdict, record.attempts, record.history.len()), (Verdict::Ok, 2, 1));
    let rest: Vec<TaskId> = run.sent()[1..].iter().map(|(.., task)| *task).collect();
    assert_eq!(rest, [sent[1].2, sent[2].2, sent[3].2], "in their order, uncharged");
}

#[test]
fn a_page_that_names_another_attempt_charges_nobody_else() {
    for named in [None, Some(999), Some(2)] {
        let (mut run, id, sent) = busy();
        run.died(id, named.map(|at| sent.get(at).map_or(AttemptId(999), |(_, attempt, _)| *attempt)));
        run.forget();
        run.ready(worker(0, 2));
        assert_eq!(run.sent()[0].2, sent[0].2);
    }
}

#[test]
fn solo_deaths_quarantine_a_task_and_none_other_suffers() {
    let mut run = Run::new(SchedulerConfig { crash_limit: 2, ..config(1) });
    run.ready(worker(0, 1));
    run.submit(2);
    for generation in 1..=3 {
        let (id, attempt, task) = *run.sent().last().unwrap();
        assert_eq!((id, task), (worker(0, generation), TaskId(0)));
        run.died(id, Some(attempt));
        run.forget_all_but_records();
        run.ready(worker(0, generation + 1));
    }
    let record = run.records()[0];
    assert_eq!((record.verdict, record.attempts, record.history.len()), (Verdict::Quarantined, 3, 2));
    assert_eq!(run.sent()[0].2, TaskId(1));
}

impl Run {
    fn forget_all_but_records(&mut self) {
        self.actions.retain(|action| matches!(action, SchedulerAction::Announce(RunEvent::TaskDone(_))));
    }
}

#[test]
fn without_a_crash_limit_the_first_death_is_final() {
    let mut run = Run::new(SchedulerConfig { crash_limit: 0, ..config(1) });
    run.ready(worker(0, 1));
    run.submit(1);
    let (id, attempt, _) = run.sent()[0];
    run.died(id, Some(attempt));
    assert_eq!(run.records()[0].verdict, Verdict::WorkerLost);
    assert_eq!(run.records()[0].error.code, "SIGSEGV");
}

#[test]
fn an_answer_of_a_worker_that_is_gone_is_not_heard() {
    let (mut run, id, sent) = busy();
    run.died(id, None);
    run.forget();
    run.finish(id, sent[0].1, Verdict::Ok, MS);
    assert!(run.actions.is_empty());
}

#[test]
fn a_worker_that_answers_what_it_was_not_to_make_next_is_killed() {
    let (mut run, id, sent) = busy();
    run.finish(id, sent[2].1, Verdict::Ok, MS);
    assert!(run.kills(id) && run.records().is_empty());
}

#[test]
fn what_waits_behind_a_long_task_is_taken_back_and_comes_first_elsewhere() {
    let (mut run, id, sent) = busy();
    run.begins(id, sent[0].1);
    run.forget();
    run.now += HOLD;
    assert_eq!(run.sched.next_deadline(), Some(run.now));
    run.tell(SchedulerInput::Tick);
    assert!(matches!(run.actions[..], [SchedulerAction::Retract(retracted)] if retracted == id));
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[0].1) });
    run.forget();
    run.finish(id, sent[0].1, Verdict::Ok, MS * 20);
    assert_eq!(run.sent()[0].2, sent[1].2, "uncharged and in order");
}

#[test]
fn an_attempt_that_had_its_time_costs_its_worker_and_its_record_says_so() {
    let (mut run, id, sent) = busy();
    run.begins(id, sent[0].1);
    run.now += HOLD;
    run.tell(SchedulerInput::Tick);
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[0].1) });
    run.now = MS + MS * 125;
    run.tell(SchedulerInput::Tick);
    assert!(run.kills(id));
    run.died(id, Some(sent[0].1));
    let record = run.records()[0];
    assert_eq!((record.verdict, record.attempts, record.usage.partial), (Verdict::Timeout, 1, true));
    let mourned = run
        .actions
        .iter()
        .any(|action| matches!(action, SchedulerAction::Announce(RunEvent::WorkerDied { .. })));
    assert!(!mourned, "a death of our own making is no crash");
}

#[test]
fn a_retryable_failure_is_tried_again_as_often_as_allowed() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit(1);
    for _ in 0..2 {
        let (id, attempt, _) = *run.sent().last().unwrap();
        run.finish(id, attempt, Verdict::TaskError, MS);
    }
    let record = run.records()[0];
    assert_eq!((record.verdict, record.attempts, record.history.len()), (Verdict::TaskError, 2, 1));
}

#[test]
fn enough_failures_drain_the_run_and_what_was_not_begun_is_dropped() {
    let mut run = Run::new(SchedulerConfig {
        max_fail: Some(MaxFail::Tasks(1)),
        retry: RetryPolicy::default(),
        ..config(1)
    });
    run.ready(worker(0, 1));
    run.submit(5);
    let (id, attempt, _) = run.sent()[0];
    run.finish(id, attempt, Verdict::TaskError, MS);
    run.died(id, None);
    assert!(run.sched.is_over());
    let outcome = run.sched.outcome();
    assert_eq!((outcome.halt, outcome.dropped, outcome.complete), (Some(Halt::MaxFail(1)), 4, false));
}

#[test]
fn a_module_the_run_needs_ends_it_when_it_is_refused() {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.tell(SchedulerInput::Hello(id));
    run.tell(SchedulerInput::Refused { worker: id, error: TaskError::new("unknown_import", "no") });
    run.died(id, None);
    assert!(run.sched.is_over() && run.records().is_empty());
    assert!(matches!(run.sched.outcome().halt, Some(Halt::Module(_))));
}

#[test]
fn workers_that_never_say_a_word_stop_the_run_with_a_reason() {
    let mut run = Run::new(config(1));
    for _ in 0..100 {
        let Some(id) = run.spawned().last().copied().filter(|_| !run.sched.is_over()) else { break };
        run.forget();
        run.died(id, None);
        run.now += Duration::from_secs(2);
        run.tell(SchedulerInput::Tick);
    }
    assert!(run.sched.is_over());
    assert!(matches!(run.sched.outcome().halt, Some(Halt::WorkersDie(_))));
}

#[test]
fn the_end_cancels_what_was_begun_and_drops_the_rest() {
    let (mut run, id, sent) = busy();
    run.tell(SchedulerInput::End);
    run.died(id, Some(sent[0].1));
    assert!(run.sched.is_over());
    let verdicts: Vec<_> = run.records().iter().map(|record| (record.task, record.verdict)).collect();
    assert_eq!(verdicts, [(sent[0].2, Verdict::Canceled)]);
    assert_eq!(run.sched.outcome().dropped, 3);
}

#[test]
fn a_worker_with_nothing_to_do_keeps_no_run_alive_that_can_start_no_other() {
    let mut run = Run::new(config(1));
    let idle = worker(0, 1);
    run.ready(idle);
    let other = ModuleId(1);
    run.tell(SchedulerInput::Module { module: other, name: "o.wasm".to_owned() });
    let spec = TaskSpec::new(1, "1".to_owned(), other, InputPayload::Json(b"1".to_vec()), Limits::default());
    run.tell(SchedulerInput::Submit(Submission::from(spec)));
    for generation in 2..7 {
        assert_eq!(run.sched.outcome().halt, None);
        run.tell(SchedulerInput::SpawnFailed {
            worker: worker(1, generation),
            error: "no descriptor".to_owned(),
        });
        assert!(run.kills(idle), "what it holds may be what is lacking");
        run.now = run.sched.next_deadline().unwrap_or(run.now);
        run.tell(SchedulerInput::Tick);
    }
    assert_eq!(run.sched.outcome().halt, Some(Halt::CannotSpawn("no descriptor".to_owned())));
}

#[test]
fn a_start_that_was_put_off_stays_due_until_it_is_made() {
    let mut run = Run::new(config(1));
    let id = run.spawned()[0];
    run.tell(SchedulerInput::SpawnFailed { worker: id, error: "no".to_owned() });
    run.forget();
    let due = run.sched.next_deadline();
    assert!(due.is_some_and(|due| due > run.now));
    run.now += Duration::from_secs(1);
    assert_eq!(run.sched.next_deadline(), due, "who looks late must still see it");
    run.tell(SchedulerInput::Tick);
    assert_eq!(run.spawned().len(), 1);
    assert!(run.sched.next_deadline().is_some_and(|due| due > run.now));
}

/// How many compile workers may be lost to `signal` before the run gives up on the module it needs.
fn compiles_until_given_up(signal: i32) -> u32 {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    let mut deaths = 0;
    while !run.sched.is_over() && deaths < 100 {
        deaths += 1;
        let id = worker(1, deaths);
        run.tell(SchedulerInput::Hello(id));
        let death =
            ProcessDeath { exit: ProcessExit::Signal(signal), last_words: String::new(), violation: None };
        run.tell(SchedulerInput::Died {
            worker: id,
            remains: Box::new(WorkerRemains { death, begun: None, usage: Usage::default(), shortage: None }),
        });
    }
    assert!(matches!(run.sched.outcome().halt, Some(Halt::Module(_))));
    deaths
}

#[test]
fn a_module_whose_workers_are_killed_is_given_more_chances_than_one_that_kills_them() {
    let (segv, kill, cpu) = (11, 9, 24);
    assert_eq!(compiles_until_given_up(segv), 2);
    assert_eq!(compiles_until_given_up(kill), 5);
    assert_eq!(compiles_until_given_up(cpu), 1, "a limit that was hit will be hit again");
}

#[test]
fn a_drain_before_anything_began_does_not_wait_for_the_compiler() {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    run.submit(1);
    run.tell(SchedulerInput::Drain);
    assert!(run.kills(worker(1, 1)));
    run.died(worker(1, 1), None);
    assert!(run.sched.is_over());
    assert_eq!(run.sched.outcome().dropped, 1);
}

#[test]
fn a_module_that_takes_too_much_memory_to_compile_is_given_up_at_once() {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    run.tell(SchedulerInput::Hello(worker(1, 1)));
    let last_words = "memory allocation of 16777216 bytes failed".to_owned();
    let death = ProcessDeath { exit: ProcessExit::Signal(6), last_words, violation: None };
    run.tell(SchedulerInput::Died {
        worker: worker(1, 1),
        remains: Box::new(WorkerRemains { death, begun: None, usage: Usage::default(), shortage: None }),
    });
    let halt = run.sched.outcome().halt;
    assert!(matches!(halt, Some(Halt::Module(error)) if error.code == "compile_memory"));
}
