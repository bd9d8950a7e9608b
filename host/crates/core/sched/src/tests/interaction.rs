//! Small histories of interactions: a program and an interactor, in two workers.

use super::*;
use polymer_host_task::{
    CheckFailure, CheckFailureCode, CheckInput, Expectation, InteractionOrder, StreamId,
};
use std::sync::Arc;

const INTERACTOR: ModuleId = ModuleId(9);
const OTHER: ModuleId = ModuleId(1);
const TASK: TaskId = TaskId(0);

/// The worker of the program and that of the interactor.
const PROGRAM: WorkerId = WorkerId { slot: 0, generation: 1 };
const JUDGE: WorkerId = WorkerId { slot: 1, generation: 1 };

impl Run {
    /// A module that compiles; no worker has it yet.
    fn compiled(&mut self, module: ModuleId) {
        let spawned = self.actions.iter().find_map(|action| match action {
            SchedulerAction::Spawn { worker, role: ProcessRole::Compile(of) } if *of == module => {
                Some(*worker)
            }
            _ => None,
        });
        let worker = spawned.expect("it is compiled");
        self.tell(SchedulerInput::Hello(worker));
        let form = ModuleForm::CommandModule;
        self.tell(SchedulerInput::Compiled { worker, form, imports: Vec::new() });
        self.died(worker, None);
    }

    /// The interactor is named, and compiles.
    fn name_interactor(&mut self) {
        self.tell(SchedulerInput::Module { module: INTERACTOR, name: "interactor.wasm".to_owned() });
        self.tell(SchedulerInput::Interactor(INTERACTOR));
        self.tell(SchedulerInput::Require(INTERACTOR));
        self.compiled(INTERACTOR);
    }

    /// An interaction of another program, which is named and compiles.
    fn submit_other(&mut self, seq: u64) {
        self.tell(SchedulerInput::Module { module: OTHER, name: "other.wasm".to_owned() });
        self.submit_interaction(seq, OTHER);
        self.compiled(OTHER);
    }

    fn submit_interaction(&mut self, seq: u64, module: ModuleId) {
        self.submit_within(Limits::default().with_timeout(MS * 100), seq, module);
    }

    fn submit_within(&mut self, limits: Limits, seq: u64, module: ModuleId) {
        let expect = Arc::new(Expectation { interactor: Some(INTERACTOR), ..Expectation::default() });
        let input = InputPayload::Json(b"1".to_vec());
        let spec = TaskSpec::new(seq, format!("id{seq}"), module, input, limits);
        self.tell(SchedulerInput::Submit(Submission::from(TaskSpec { expect: Some(expect), ..spec })));
    }

    /// What is wanted for interactors is written.
    fn write_cases(&mut self) -> Vec<TaskId> {
        let mut wanted = Vec::new();
        for action in &self.actions {
            if let SchedulerAction::WriteCase { task, .. } = action {
                wanted.push(*task);
            }
        }
        for task in &wanted {
            let given = CheckInput::only(InputPayload::Bytes(b"{}\n".to_vec()));
            self.tell(SchedulerInput::CaseWritten { task: *task, input: Ok(given) });
        }
        wanted
    }

    /// Who ended first, where both are judged.
    fn order(&self) -> Option<InteractionOrder> {
        self.actions.iter().find_map(|action| match action {
            SchedulerAction::ReadInteraction { order, .. } => Some(*order),
            _ => None,
        })
    }

    fn parted(&self) -> Vec<StreamId> {
        let parted = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Disconnect(streams) => Some(*streams),
            _ => None,
        });
        parted.collect()
    }

    fn attempt_of(&self, id: WorkerId) -> AttemptId {
        self.sent().into_iter().find(|(worker, ..)| *worker == id).unwrap().1
    }
}

/// A run whose program and interactor compiled. The escalation's base is what interactors have.
fn named(config: SchedulerConfig) -> Run {
    named_within(Limits::default().with_timeout(MS * 200), config)
}

fn named_within(limits: Limits, config: SchedulerConfig) -> Run {
    let escalation = Escalation::none(limits);
    let mut run = Run::new(SchedulerConfig { escalation, ..config });
    run.name_interactor();
    run
}

/// A run whose two workers have an interaction, and what each was sent.
fn talking(config: SchedulerConfig) -> (Run, AttemptId, AttemptId) {
    let mut run = named(config);
    run.ready(PROGRAM);
    run.ready(JUDGE);
    run.submit_interaction(1, MODULE);
    assert_eq!(run.write_cases(), [TASK]);
    let (program, interactor) = (run.attempt_of(PROGRAM), run.attempt_of(JUDGE));
    (run, program, interactor)
}

#[test]
fn both_are_sent_in_one_step_once_the_interactor_has_what_it_is_given() {
    let mut run = named(SchedulerConfig { announce_dispatch: true, ..config(2) });
    run.ready(PROGRAM);
    run.ready(JUDGE);
    run.forget();
    run.submit_interaction(1, MODULE);
    assert_eq!(run.sent(), [], "nobody wrote what the interactor is given");
    run.write_cases();
    let is_sent = |action: &&SchedulerAction| {
        matches!(action, SchedulerAction::Connect { .. } | SchedulerAction::Dispatch { .. })
    };
    let sent: Vec<&SchedulerAction> = run.actions.iter().filter(is_sent).collect();
    let [SchedulerAction::Connect { program, interactor }, _, _] = sent[..] else { panic!("{sent:?}") };
    assert_eq!(run.sched.streamed(*program), Some(TASK));
    assert_eq!(run.sched.streamed(*interactor), Some(TASK.interactor()));
    let workers: Vec<(WorkerId, TaskId)> = run.sent().iter().map(|(id, _, task)| (*id, *task)).collect();
    assert_eq!(workers, [(PROGRAM, TASK), (JUDGE, TASK.interactor())]);
    let spec = run.sched.spec(TASK.interactor()).unwrap();
    assert_eq!(spec.input.bytes(), b"{}\n");
    assert!(spec.grants.as_ref().unwrap().dirs.is_empty());
    let told = run
        .actions
        .iter()
        .filter(|action| matches!(action, SchedulerAction::Announce(RunEvent::AttemptDispatched { .. })));
    assert_eq!(told.count(), 1, "an interactor is no attempt at a task");
}

#[test]
fn when_one_ended_the_other_goes_on_and_both_are_judged_together() {
    for is_interactor_first in [false, true] {
        let (mut run, program, interactor) = talking(config(2));
        let mut ends = [(PROGRAM, program, TASK), (JUDGE, interactor, TASK.interactor())];
        if is_interactor_first {
            ends.reverse();
        }
        let [(first, attempt, side), (second, other, _)] = ends;
        run.finish(first, attempt, Verdict::Ok, MS);
        assert_eq!((run.parted(), run.order()), (vec![StreamId::of_interaction(side)], None));
        run.finish(second, other, Verdict::Ok, MS);
        assert_eq!(run.parted().len(), 1, "nobody is left to be told");
        let expected = if is_interactor_first {
            InteractionOrder::InteractorFirst
        } else {
            InteractionOrder::ProgramFirst
        };
        assert_eq!((run.order(), run.records().len()), (Some(expected), 0));
        let ending = Box::new(AttemptEnding::without_guest(Verdict::Ok, TaskError::default()));
        run.tell(SchedulerInput::Judged { task: TASK, ending });
        let records = run.records();
        assert_eq!((records.len(), records[0].task, records[0].attempts), (1, TASK, 1));
        assert_eq!(run.sched.room(), 100);
    }
}

#[test]
fn a_worker_that_dies_ends_its_side_and_is_not_tried_again() {
    for (dead, other, order) in [
        (PROGRAM, JUDGE, InteractionOrder::ProgramFirst),
        (JUDGE, PROGRAM, InteractionOrder::InteractorFirst),
    ] {
        let (mut run, ..) = talking(config(2));
        let attempt = run.attempt_of(dead);
        run.died(dead, Some(attempt));
        assert_eq!((run.parted().len(), run.kills(other)), (1, false));
        run.finish(other, run.attempt_of(other), Verdict::Ok, MS);
        assert_eq!(run.order(), Some(order));
    }
}

#[test]
fn the_pair_has_one_clock_and_neither_has_one_of_its_own() {
    let (mut run, program, interactor) = talking(config(2));
    run.begins(PROGRAM, program);
    run.tell(SchedulerInput::Observed {
        worker: JUDGE,
        attempt: interactor,
        delivery: AttemptDelivery::Begun,
    });
    run.now = MS * 320;
    run.tell(SchedulerInput::Tick);
    assert!(!run.kills(PROGRAM) && !run.kills(JUDGE), "100 ms and 200 ms, and the grace");
    run.now = run.sched.next_deadline().unwrap();
    assert!(run.now <= MS * 325 + LOOK, "{:?}", run.now);
    run.tell(SchedulerInput::Tick);
    assert!(run.kills(PROGRAM) && run.kills(JUDGE));
    run.died(JUDGE, Some(interactor));
    run.died(PROGRAM, Some(program));
    assert_eq!(run.order(), Some(InteractionOrder::BothIdle));
}

/// Says what CPU time each has used whose CPU time is asked for.
fn measured(run: &mut Run, cpu: impl Fn(WorkerId) -> Duration) {
    let asked = |action: &SchedulerAction| match action {
        SchedulerAction::MeasureCpu(id) => Some(*id),
        _ => None,
    };
    while let Some(at) = run.actions.iter().position(|action| asked(action).is_some()) {
        let id = asked(&run.actions.remove(at)).unwrap();
        run.tell(SchedulerInput::CpuUsed { worker: id, cpu: Some(cpu(id)) });
    }
}

#[test]
fn without_fuel_who_works_for_ever_is_ended_and_the_one_that_waits_is_not() {
    for (works, most) in [(PROGRAM, MS * 100), (JUDGE, MS * 200)] {
        let limits = |timeout: u32| Limits::default().with_timeout(MS * timeout).without_fuel();
        let mut run = named_within(limits(200), config(2));
        run.ready(PROGRAM);
        run.ready(JUDGE);
        run.submit_within(limits(100), 1, MODULE);
        run.write_cases();
        let (program, interactor) = (run.attempt_of(PROGRAM), run.attempt_of(JUDGE));
        run.begins(PROGRAM, program);
        let delivery = AttemptDelivery::Begun;
        run.tell(SchedulerInput::Observed { worker: JUDGE, attempt: interactor, delivery });
        while !run.kills(works) {
            let now = run.now;
            measured(&mut run, |id| if id == works { now } else { Duration::ZERO });
            if !run.kills(works) {
                run.now = run.sched.next_deadline().unwrap();
                run.tell(SchedulerInput::Tick);
            }
        }
        assert!(run.now <= most + MS * 25 + LOOK, "{:?}", run.now);
        let (other, attempt, lost) = match works {
            PROGRAM => (JUDGE, interactor, program),
            _ => (PROGRAM, program, interactor),
        };
        assert!(!run.kills(other));
        run.died(works, Some(lost));
        run.finish(other, attempt, Verdict::Ok, MS);
        let first = match works {
            PROGRAM => InteractionOrder::ProgramFirst,
            _ => InteractionOrder::InteractorFirst,
        };
        assert_eq!(run.order(), Some(first));
    }
}

#[test]
fn who_hides_that_it_began_is_ended_with_the_other() {
    let (mut run, program, _) = talking(config(2));
    run.begins(PROGRAM, program);
    run.now = Duration::from_secs(2);
    run.tell(SchedulerInput::Tick);
    assert!(run.kills(PROGRAM) && run.kills(JUDGE));
}

#[test]
fn a_machine_that_runs_nothing_ends_a_pair_that_was_sent() {
    let (mut run, program, interactor) = talking(SchedulerConfig { probes_machine: true, ..config(2) });
    run.died(PROGRAM, Some(program));
    assert!(run.actions.iter().any(|action| matches!(action, SchedulerAction::Probe)));
    run.tell(SchedulerInput::Drain);
    run.tell(SchedulerInput::Probed(Err(Halt::Unfit(TaskError::new("code", "why")))));
    run.died(JUDGE, Some(interactor));
    assert!(run.sched.is_over() && run.parted().len() == 1);
    assert_eq!((run.records().len(), run.order()), (1, None));
    assert_eq!(run.records()[0].verdict, Verdict::Canceled);
}

#[test]
fn an_answer_in_the_socket_came_before_the_clock() {
    let (mut run, program, interactor) = talking(config(2));
    run.begins(PROGRAM, program);
    run.tell(SchedulerInput::Observed {
        worker: JUDGE,
        attempt: interactor,
        delivery: AttemptDelivery::Begun,
    });
    run.now = MS * 400;
    run.tell(SchedulerInput::Tick);
    assert!(run.kills(PROGRAM) && run.kills(JUDGE));
    run.died(PROGRAM, Some(program));
    run.finish(JUDGE, interactor, Verdict::TaskError, MS);
    assert_eq!(run.order(), Some(InteractionOrder::InteractorFirst));
}

#[test]
fn a_pair_is_cut_as_one_and_has_one_record() {
    let (mut run, program, interactor) = talking(config(2));
    run.tell(SchedulerInput::Cancel { seq: 1 });
    assert!(run.kills(PROGRAM) && run.kills(JUDGE) && run.records().is_empty());
    run.died(JUDGE, Some(interactor));
    assert!(run.records().is_empty());
    run.died(PROGRAM, Some(program));
    let records = run.records();
    assert_eq!((records.len(), records[0].verdict, records[0].attempts), (1, Verdict::Canceled, 1));
    // The program had ended: its interactor is what is left of it.
    let (mut run, program, interactor) = talking(config(2));
    run.finish(PROGRAM, program, Verdict::Ok, MS);
    run.tell(SchedulerInput::Cancel { seq: 1 });
    assert!(!run.kills(PROGRAM) && run.kills(JUDGE));
    run.died(JUDGE, Some(interactor));
    assert_eq!((run.records()[0].verdict, run.order()), (Verdict::Canceled, None));
}

#[test]
fn a_program_waits_for_its_interactor_and_nobody_else_has_its_worker_meanwhile() {
    let mut run = named(config(4));
    run.ready(PROGRAM);
    run.forget();
    run.submit_interaction(1, MODULE);
    run.write_cases();
    assert_eq!(run.sent(), []);
    // The worker is kept, so a task that comes behind gets another one.
    run.submit(1);
    assert_eq!(run.sent(), []);
    run.died(PROGRAM, None);
    assert!(run.records().is_empty(), "nothing was sent");
    run.ready(JUDGE);
    let again = worker(0, 2);
    run.forget();
    run.ready(again);
    run.write_cases();
    let sent = run.sent();
    assert!(sent.iter().any(|(id, _, task)| (*id, *task) == (again, TASK)), "{sent:?}");
    assert!(sent.iter().any(|(id, _, task)| (*id, *task) == (JUDGE, TASK.interactor())), "{sent:?}");
}

#[test]
fn with_two_workers_and_several_programs_the_interactor_keeps_its_own() {
    let (mut run, program, interactor) = talking(config(2));
    run.submit_other(2);
    assert!(!run.kills(PROGRAM) && !run.kills(JUDGE), "both are at work");
    run.finish(PROGRAM, program, Verdict::Ok, MS);
    run.finish(JUDGE, interactor, Verdict::Ok, MS);
    assert!(run.kills(PROGRAM) && !run.kills(JUDGE));
    run.died(PROGRAM, None);
    run.forget();
    run.ready(worker(0, 2));
    assert_eq!(run.write_cases(), [TaskId(1)]);
    let sent: Vec<WorkerId> = run.sent().iter().map(|(id, ..)| *id).collect();
    assert_eq!(sent, [worker(0, 2), JUDGE]);
}

#[test]
fn an_idle_interactor_makes_room_for_no_program() {
    let escalation = Escalation::none(Limits::default().with_timeout(MS * 200));
    let mut run = Run::new(SchedulerConfig { escalation, ..config(2) });
    run.ready(PROGRAM);
    run.submit(2);
    run.ready(JUDGE);
    for (id, attempt, _) in run.sent() {
        run.finish(id, attempt, Verdict::Ok, MS);
    }
    // Its worker is the first that is looked at, and the program's is behind it.
    run.died(PROGRAM, None);
    run.name_interactor();
    let (judge, program) = (worker(0, 2), JUDGE);
    run.ready(judge);
    run.submit_other(3);
    assert!(run.kills(program) && !run.kills(judge), "{:?}", run.actions);
}

#[test]
fn the_oldest_program_is_next_and_its_idle_worker_waits_for_it() {
    // One pair at a time, and room for two programs.
    let mut run = named(config(3));
    for slot in 0..2 {
        run.ready(worker(slot, 1));
    }
    run.submit_interaction(1, MODULE);
    run.write_cases();
    let (program, interactor) = (run.attempt_of(PROGRAM), run.attempt_of(JUDGE));
    run.submit_other(2);
    run.ready(worker(2, 1));
    run.submit_interaction(3, MODULE);
    run.forget();
    // Another program has no worker, and comes behind the one whose worker is idle.
    run.tell(SchedulerInput::Module { module: ModuleId(2), name: "third.wasm".to_owned() });
    run.submit_interaction(4, ModuleId(2));
    run.compiled(ModuleId(2));
    assert!(!run.kills(worker(2, 1)) && run.sent().is_empty());
    run.forget();
    run.finish(PROGRAM, program, Verdict::Ok, MS);
    run.finish(JUDGE, interactor, Verdict::Ok, MS);
    assert_eq!(run.write_cases(), [TaskId(1)]);
}

#[test]
fn no_more_programs_have_workers_than_can_talk() {
    let mut run = named(config(4));
    run.submit_interaction(1, MODULE);
    run.submit_other(2);
    run.tell(SchedulerInput::Module { module: ModuleId(2), name: "third.wasm".to_owned() });
    run.submit_interaction(3, ModuleId(2));
    run.compiled(ModuleId(2));
    let of_programs = run.actions.iter().filter(|action| match action {
        SchedulerAction::Spawn { role: ProcessRole::Run(module), .. } => *module != INTERACTOR,
        _ => false,
    });
    assert_eq!(of_programs.count(), 2);
}

#[test]
fn no_more_than_half_of_the_workers_are_interactors() {
    let mut run = named(config(5));
    for seq in 1..=9 {
        run.submit_interaction(seq, MODULE);
    }
    let mut ready = Vec::new();
    for _ in 0..4 {
        for id in run.spawned() {
            if !ready.contains(&id) {
                run.ready(id);
                ready.push(id);
            }
        }
        run.write_cases();
    }
    let interactors = run.sent().iter().filter(|(_, _, task)| task.is_interactor()).count();
    assert_eq!((interactors, run.sent().len()), (2, 4));
}

#[test]
fn what_cannot_be_begun_blames_the_interactor() {
    let code = |run: &Run| {
        let record = run.records()[0];
        (record.verdict, record.error.code.clone(), record.attempts)
    };
    let invalid = (Verdict::JudgeError, "interactor_invalid".to_owned(), 0);
    let mut run = named(config(1));
    run.submit_interaction(1, MODULE);
    assert_eq!(code(&run), invalid, "it takes two workers");
    let mut run = Run::new(config(2));
    run.submit_interaction(1, MODULE);
    assert_eq!(code(&run), invalid, "nobody named it");
    let mut run = named(config(2));
    run.ready(PROGRAM);
    run.submit_interaction(1, MODULE);
    let failure = CheckFailure { code: CheckFailureCode::Input, message: "too long".to_owned() };
    run.tell(SchedulerInput::CaseWritten { task: TASK, input: Err(failure) });
    assert_eq!(code(&run), (Verdict::JudgeError, "interactor_input".to_owned(), 0));
    run.forget();
    run.submit(1);
    assert_eq!(run.sent().len(), 1, "its worker is there for all again");
}

#[test]
fn an_interactor_that_is_refused_ends_the_task_that_waits_for_it() {
    let mut run = Run::new(config(2));
    run.tell(SchedulerInput::Module { module: INTERACTOR, name: "interactor.wasm".to_owned() });
    run.tell(SchedulerInput::Interactor(INTERACTOR));
    run.ready(PROGRAM);
    run.submit_interaction(1, MODULE);
    run.write_cases();
    let compiler = worker(2, 2);
    run.tell(SchedulerInput::Hello(compiler));
    let error = TaskError::new("malformed", "it is no module");
    run.tell(SchedulerInput::Refused { worker: compiler, error });
    let record = run.records()[0];
    assert_eq!((record.verdict, record.error.code.as_str()), (Verdict::JudgeError, "interactor_invalid"));
    assert!(record.error.message.contains("it is no module"), "{}", record.error.message);
}

#[test]
fn a_drain_lets_a_pair_end_and_drops_what_was_not_sent() {
    let (mut run, program, interactor) = talking(config(4));
    run.ready(worker(2, 1));
    run.submit_interaction(2, MODULE);
    run.submit_interaction(3, MODULE);
    run.tell(SchedulerInput::Drain);
    assert!(!run.kills(PROGRAM) && !run.kills(JUDGE));
    let taken_back = |action: &SchedulerAction| matches!(action, SchedulerAction::Retract(_));
    assert!(!run.actions.iter().any(taken_back));
    assert_eq!(run.sched.outcome().dropped, 2);
    run.finish(PROGRAM, program, Verdict::Ok, MS);
    run.finish(JUDGE, interactor, Verdict::Ok, MS);
    assert_eq!(run.order(), Some(InteractionOrder::ProgramFirst));
}

#[test]
fn an_interactor_is_no_program_and_workers_do_not_turn_to_it() {
    let mut run = named(SchedulerConfig { isolation: Isolation::Instance, ..config(2) });
    run.ready(PROGRAM);
    run.ready(JUDGE);
    run.submit_interaction(1, INTERACTOR);
    let record = run.records()[0];
    assert_eq!((record.verdict, record.error.code.as_str()), (Verdict::ModuleInvalid, "unknown"));
    run.forget();
    run.died(JUDGE, None);
    run.submit_interaction(2, MODULE);
    run.write_cases();
    let turned =
        |action: &SchedulerAction| matches!(action, SchedulerAction::Announce(RunEvent::WorkerTurned { .. }));
    assert!(!run.actions.iter().any(turned));
    assert_eq!(run.spawned(), [worker(1, 2)]);
}
