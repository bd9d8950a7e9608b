//! Small histories of workers that serve one attempt, one module, or any; and of those that have
//! lived long enough.

use super::*;
use crate::TURN;
use polymer_host_event::RecycleReason;

const OTHER: ModuleId = ModuleId(1);
const MIB: u64 = 1 << 20;

impl Run {
    fn submit_for(&mut self, module: ModuleId, seq: u64) {
        let input = InputPayload::Json(b"1".to_vec());
        let limits = Limits::default().with_timeout(MS * 1000);
        let spec = TaskSpec::new(seq, format!("id{seq}"), module, input, limits);
        self.tell(SchedulerInput::Submit(Submission::from(spec)));
    }

    /// Names another module and compiles it, for somebody who waits for it.
    fn compile_other(&mut self, seq: u64) {
        self.tell(SchedulerInput::Module { module: OTHER, name: "other.wasm".to_owned() });
        self.submit_for(OTHER, seq);
        let compiler = self.compiler();
        self.tell(SchedulerInput::Hello(compiler));
        self.tell(SchedulerInput::Compiled {
            worker: compiler,
            form: ModuleForm::Typed,
            imports: Vec::new(),
        });
        self.died(compiler, None);
    }

    fn compiler(&self) -> WorkerId {
        let compiler = self.actions.iter().rev().find_map(|action| match action {
            SchedulerAction::Spawn { worker, role: ProcessRole::Compile(_) } => Some(*worker),
            _ => None,
        });
        compiler.unwrap()
    }

    /// Who was told to go over to which module.
    fn turned(&self) -> Vec<(WorkerId, ModuleId)> {
        let turned = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Announce(RunEvent::WorkerTurned { worker, role: ProcessRole::Run(module) }) => {
                Some((*worker, *module))
            }
            _ => None,
        });
        turned.collect()
    }

    fn recycled(&self) -> Vec<RecycleReason> {
        let recycled = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Announce(RunEvent::WorkerRecycled { why, .. }) => Some(*why),
            _ => None,
        });
        recycled.collect()
    }

    /// Whether the workers that were started are told of as restarts.
    fn restarts(&self) -> Vec<bool> {
        let started = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Announce(RunEvent::WorkerStarted {
                replaces,
                role: ProcessRole::Run(_),
                ..
            }) => Some(*replaces),
            _ => None,
        });
        started.collect()
    }

    fn finish_last(&mut self, wall: Duration) {
        let (id, attempt, _) = *self.sent().last().unwrap();
        self.finish(id, attempt, Verdict::Ok, wall);
    }
}

fn isolated(isolation: Isolation) -> SchedulerConfig {
    SchedulerConfig { isolation, ..config(1) }
}

fn recycling(recycle: RecyclePolicy) -> SchedulerConfig {
    SchedulerConfig { recycle, ..config(1) }
}

/// A run whose only worker serves the first module and is idle, while a task waits for the other
/// one.
fn two_modules() -> (Run, WorkerId) {
    let mut run = Run::new(isolated(Isolation::Instance));
    let id = worker(0, 1);
    run.ready(id);
    run.submit_for(MODULE, 1);
    run.finish_last(MS);
    run.compile_other(2);
    (run, id)
}

#[test]
fn a_process_makes_one_attempt_where_processes_are_isolated() {
    let mut run = Run::new(isolated(Isolation::Process));
    run.ready(worker(0, 1));
    run.submit(3);
    for generation in 1..=3 {
        assert_eq!(run.sent().len(), 1, "nothing is sent ahead");
        run.forget();
        let (id, attempt) = (worker(0, generation), AttemptId(generation.into()));
        run.finish(id, attempt, Verdict::Ok, MS / 10);
        assert!(run.kills(id) && run.sent().is_empty());
        assert_eq!(run.recycled(), [RecycleReason::Attempts(1)]);
        run.died(id, None);
        if generation < 3 {
            assert_eq!(run.restarts(), [false], "it is no restart");
            run.ready(worker(0, generation + 1));
        }
    }
    assert!(run.spawned().is_empty(), "nobody waits");
}

#[test]
fn a_worker_is_sent_as_many_attempts_as_it_may_make_and_no_more() {
    let mut run = Run::new(recycling(RecyclePolicy { tasks: Some(3), ..RecyclePolicy::default() }));
    let id = worker(0, 1);
    run.ready(id);
    run.submit(5);
    run.finish_last(MS / 10);
    let sent = run.sent();
    assert_eq!(sent.len(), 3, "two of them ahead");
    run.finish(id, sent[1].1, Verdict::Ok, MS);
    assert!(!run.kills(id));
    run.finish(id, sent[2].1, Verdict::Ok, MS);
    assert!(run.kills(id));
    assert_eq!(run.recycled(), [RecycleReason::Attempts(3)]);
    run.died(id, None);
    let next = worker(0, 2);
    run.ready(next);
    for (_, attempt, _) in run.sent().split_off(3) {
        run.finish(next, attempt, Verdict::Ok, MS);
    }
    assert_eq!(run.records().len(), 5);
    assert!(run.records().iter().all(|record| record.attempts == 1));
}

#[test]
fn what_was_taken_back_does_not_count() {
    let mut run = Run::new(recycling(RecyclePolicy { tasks: Some(3), ..RecyclePolicy::default() }));
    let id = worker(0, 1);
    run.ready(id);
    run.submit(3);
    run.finish_last(MS / 10);
    let sent = run.sent();
    run.begins(id, sent[1].1);
    run.now += HOLD;
    run.tell(SchedulerInput::Tick);
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[1].1) });
    run.forget();
    run.finish(id, sent[1].1, Verdict::Ok, MS);
    assert!(!run.kills(id), "it made two");
    assert_eq!(run.sent().len(), 1);
    run.finish_last(MS);
    assert!(run.kills(id));
}

#[test]
fn a_worker_that_grew_finishes_what_it_is_at_and_gives_back_the_rest() {
    let (mut run, id, sent) =
        busy_with(RecyclePolicy { memory: Some(100 * MIB), ..RecyclePolicy::default() });
    run.tell(SchedulerInput::Resident { worker: id, bytes: 100 * MIB });
    assert!(run.actions.is_empty(), "so much it may have");
    run.tell(SchedulerInput::Resident { worker: id, bytes: 100 * MIB + 1 });
    assert!(matches!(run.actions[..], [SchedulerAction::Retract(retracted)] if retracted == id));
    run.tell(SchedulerInput::Retracted { worker: id, begun: Some(sent[0].1) });
    run.finish(id, sent[0].1, Verdict::Ok, MS);
    assert!(run.kills(id) && run.sent().is_empty());
    assert_eq!(run.recycled(), [RecycleReason::Memory(100 * MIB + 1)]);
    run.died(id, None);
    run.ready(worker(0, 2));
    let again: Vec<TaskId> = run.sent().iter().map(|(.., task)| *task).collect();
    assert_eq!(again[0], sent[1].2, "uncharged and in order");
    assert!(run.records().iter().all(|record| record.attempts == 1));
}

/// As [`busy`], with workers that are replaced.
fn busy_with(recycle: RecyclePolicy) -> (Run, WorkerId, Vec<(WorkerId, AttemptId, TaskId)>) {
    let mut run = Run::new(recycling(recycle));
    let id = worker(0, 1);
    run.ready(id);
    run.submit(5);
    run.now = MS;
    run.finish_last(MS);
    run.forget_sent();
    let sent = run.sent();
    run.forget();
    (run, id, sent)
}

impl Run {
    /// Forgets the attempt that was sent first.
    fn forget_sent(&mut self) {
        let first = self
            .actions
            .iter()
            .position(|action| matches!(action, SchedulerAction::Dispatch { .. }))
            .unwrap();
        self.actions.remove(first);
    }
}

#[test]
fn a_worker_that_made_no_attempt_is_not_weighed() {
    let mut run = Run::new(recycling(RecyclePolicy { memory: Some(1), ..RecyclePolicy::default() }));
    let id = worker(0, 1);
    run.ready(id);
    run.tell(SchedulerInput::Resident { worker: id, bytes: MIB });
    assert!(!run.kills(id), "the next one would be as large");
    run.submit(1);
    assert_eq!(run.sent().len(), 1);
}

#[test]
fn a_worker_that_was_at_work_for_long_is_replaced_between_attempts() {
    let mut run = Run::new(recycling(RecyclePolicy { busy: Some(MS * 100), ..RecyclePolicy::default() }));
    let id = worker(0, 1);
    run.ready(id);
    for seq in 1..=3 {
        run.now += MS * 500;
        run.submit_for(MODULE, seq);
        run.now += MS * 40;
        run.finish_last(MS * 40);
        assert_eq!(run.kills(id), seq == 3, "attempt {seq}");
    }
    assert_eq!(run.recycled(), [RecycleReason::Busy(MS * 120)]);
}

#[test]
fn what_a_worker_looks_around_awake_counts_as_work() {
    let recycle = RecyclePolicy { busy: Some(MS * 100), awake: MS * 10, ..RecyclePolicy::default() };
    let mut run = Run::new(recycling(recycle));
    let id = worker(0, 1);
    run.ready(id);
    for seq in 1..=2 {
        run.now += MS * 500;
        run.submit_for(MODULE, seq);
        run.now += MS * 40;
        run.finish_last(MS * 40);
        assert_eq!(run.kills(id), seq == 2, "attempt {seq}");
    }
}

#[test]
fn an_idle_worker_goes_over_to_another_module_where_instances_are_isolated() {
    let (mut run, id) = two_modules();
    assert_eq!(run.turned(), [(id, OTHER)]);
    assert_eq!(run.spawned(), [id], "one worker serves both");
    assert!(!run.kills(id));
    run.forget();
    run.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
    assert!(
        run.actions
            .iter()
            .any(|action| matches!(action, SchedulerAction::Announce(RunEvent::ModuleReady { .. })))
    );
    assert_eq!(run.sent().len(), 1);
    run.finish_last(MS);
    run.submit_for(MODULE, 3);
    assert_eq!(run.turned(), [(id, MODULE)], "and back");
}

#[test]
fn by_default_a_worker_serves_one_module_and_makes_room_for_others() {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.ready(id);
    run.submit_for(MODULE, 1);
    run.finish_last(MS);
    run.compile_other(2);
    assert!(run.turned().is_empty() && run.kills(id) && run.recycled().is_empty());
    run.died(id, None);
    assert_eq!(run.restarts(), [false, true]);
}

#[test]
fn a_worker_stays_with_its_module_while_that_has_work_and_older_tasks_do_not_wait_long() {
    let mut run = Run::new(isolated(Isolation::Instance));
    let id = worker(0, 1);
    run.ready(id);
    run.submit_for(MODULE, 1);
    run.compile_other(2);
    (3..10).for_each(|seq| run.submit_for(MODULE, seq));
    for _ in 0..3 {
        run.now += MS * 50;
        run.finish_last(MS * 50);
        assert!(run.turned().is_empty());
    }
    run.now += TURN;
    run.finish_last(TURN);
    assert_eq!(run.turned(), [(id, OTHER)], "it had its turn");
    assert!(!run.kills(id));
}

#[test]
fn a_worker_that_is_idle_for_want_of_room_for_results_stays_with_its_module() {
    let (mut run, id) = two_modules();
    run.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
    run.finish_last(MS);
    run.forget();
    run.tell(SchedulerInput::Pressure(true));
    run.submit_for(OTHER, 3);
    run.submit_for(MODULE, 4);
    assert!(run.turned().is_empty() && run.sent().is_empty() && !run.kills(id));
    run.tell(SchedulerInput::Pressure(false));
    assert_eq!(run.sent().iter().map(|(.., task)| *task).collect::<Vec<_>>(), [TaskId(2)]);
}

#[test]
fn a_suspect_gets_a_worker_that_served_no_other_module() {
    let (mut run, id) = two_modules();
    run.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
    let (_, attempt, task) = *run.sent().last().unwrap();
    run.died(id, Some(attempt));
    let next = worker(0, 2);
    run.ready(next);
    assert_eq!(run.sent().last().map(|(id, _, task)| (*id, *task)), Some((next, task)));
}

#[test]
fn what_becomes_of_a_worker_that_served_others_is_not_held_against_the_next_module() {
    let refusal = |run: &mut Run, id| {
        run.tell(SchedulerInput::Refused { worker: id, error: TaskError::new("link", "no") });
        run.died(id, None);
    };
    let death = |run: &mut Run, id| run.died(id, None);
    let violation = |run: &mut Run, id| {
        run.tell(SchedulerInput::Finished { worker: id, attempt: AttemptId(1), ending: Box::new(ok()) });
        run.died(id, None);
    };
    let over: [fn(&mut Run, WorkerId); 3] = [refusal, death, violation];
    for comes_to_nothing in over {
        let (mut run, id) = two_modules();
        run.forget();
        comes_to_nothing(&mut run, id);
        assert!(run.records().is_empty(), "its tasks wait");
        let next = worker(0, 2);
        assert_eq!(run.spawned(), [next]);
        run.ready(next);
        run.finish_last(MS);
        assert_eq!(run.records()[0].verdict, Verdict::Ok);
        // From here on it gets processes of its own, also where others are idle.
        run.submit_for(MODULE, 3);
        assert_eq!(run.turned(), [(next, MODULE)]);
        run.tell(SchedulerInput::Ready { worker: next, tasks: Vec::new(), functions: Vec::new() });
        run.finish_last(MS);
        run.forget();
        run.submit_for(OTHER, 4);
        assert!(run.turned().is_empty() && run.kills(next));
    }
}

fn ok() -> AttemptEnding {
    AttemptEnding::without_guest(Verdict::Ok, TaskError::default())
}

#[test]
fn what_a_fresh_worker_says_of_a_module_counts_as_ever() {
    let (mut run, id) = two_modules();
    run.died(id, None);
    let next = worker(0, 2);
    run.tell(SchedulerInput::Hello(next));
    run.tell(SchedulerInput::Refused { worker: next, error: TaskError::new("link", "no") });
    assert_eq!(run.records().last().map(|record| record.verdict), Some(Verdict::ModuleInvalid));
}

#[test]
fn an_old_answer_of_a_worker_that_went_over_is_a_broken_protocol() {
    let (mut run, id) = two_modules();
    run.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
    run.forget();
    run.finish(id, AttemptId(1), Verdict::Ok, MS);
    assert!(run.kills(id) && run.records().is_empty());
}
