//! A machine that lacks something: nobody is blamed, others go first with fewer workers, and a run
//! in which nobody can serve ends.

use super::*;
use crate::WorkerPhase;
use polymer_host_base::{ResourceShortage, SystemResource};

fn shortage(is_certain: bool) -> ResourceShortage {
    let refusal = "no descriptor left".to_owned();
    ResourceShortage {
        resource: SystemResource::Descriptors,
        refusal,
        bound: None,
        is_death: false,
        is_certain,
    }
}

fn not_handed(run: &mut Run, id: WorkerId) {
    run.tell(SchedulerInput::LoadExhausted { worker: id, shortage: shortage(true) });
}

/// A worker ends and says that it lacked something.
fn lacked(run: &mut Run, id: WorkerId, is_certain: bool) {
    let death = ProcessDeath { exit: ProcessExit::Code(71), last_words: String::new(), violation: None };
    let shortage = Some(shortage(is_certain));
    let remains = WorkerRemains { death, begun: None, usage: Usage::default(), shortage };
    run.tell(SchedulerInput::Died { worker: id, remains: Box::new(remains) });
}

/// The next moment at which something is due comes.
fn wait(run: &mut Run) {
    run.now = run.now.max(run.sched.next_deadline().unwrap());
    run.tell(SchedulerInput::Tick);
}

/// Waits until there is a worker again.
fn wait_for_worker(run: &mut Run) {
    while living(run).is_empty() {
        wait(run);
    }
}

fn halt(run: &Run) -> Option<Halt> {
    run.sched.outcome().halt
}

/// A run that has to learn what its module is.
fn named() -> Run {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    run
}

/// The workers that live, by slot.
fn living(run: &Run) -> Vec<WorkerId> {
    run.sched.workers.iter().filter(|worker| !worker.is_stopping()).map(|worker| worker.id()).collect()
}

fn charges(run: &Run) -> usize {
    let charged = |action: &&SchedulerAction| {
        matches!(action, SchedulerAction::Announce(RunEvent::WorkerDied { charged: Some(_), .. }))
    };
    run.actions.iter().filter(charged).count()
}

#[test]
fn a_worker_that_got_nothing_is_replaced_and_its_module_is_sound() {
    let mut run = Run::new(config(1));
    run.submit(1);
    run.tell(SchedulerInput::Hello(worker(0, 1)));
    not_handed(&mut run, worker(0, 1));
    run.died(worker(0, 1), None);
    assert!(!run.spawned().contains(&worker(0, 2)), "it is waited for first");
    wait_for_worker(&mut run);
    assert!(run.spawned().contains(&worker(0, 2)));
    run.ready(worker(0, 2));
    assert_eq!(halt(&run), None);
    assert!(run.records().is_empty() && !run.actions.iter().any(is_a_death));
}

fn is_a_death(action: &SchedulerAction) -> bool {
    matches!(action, SchedulerAction::Announce(RunEvent::WorkerDied { .. } | RunEvent::ModuleInvalid { .. }))
}

#[test]
fn a_module_whose_compile_worker_got_nothing_is_compiled_by_the_next() {
    let mut run = named();
    run.tell(SchedulerInput::Hello(worker(1, 1)));
    not_handed(&mut run, worker(1, 1));
    run.died(worker(1, 1), None);
    wait_for_worker(&mut run);
    run.tell(SchedulerInput::Hello(worker(1, 2)));
    let compile = ProcessRole::Compile(MODULE);
    let loads = run
        .actions
        .iter()
        .filter(|action| matches!(action, SchedulerAction::Load { role, .. } if *role == compile));
    assert_eq!(loads.count(), 2);
}

#[test]
fn a_run_in_which_nobody_gets_anything_ends_and_says_why() {
    let mut run = named();
    for generation in 1..=8 {
        assert_eq!(halt(&run), None);
        run.tell(SchedulerInput::Hello(worker(1, generation)));
        not_handed(&mut run, worker(1, generation));
        // Said twice it counts once.
        not_handed(&mut run, worker(1, generation));
        run.died(worker(1, generation), None);
        if halt(&run).is_none() {
            wait_for_worker(&mut run);
        }
    }
    assert_eq!(halt(&run), Some(Halt::Exhausted(Box::new(shortage(true)))));
    assert!(run.sched.is_over());
}

#[test]
fn so_does_one_in_which_no_process_can_be_started() {
    let mut run = Run::new(config(4));
    run.submit(3);
    for generation in 1..=8 {
        assert_eq!(halt(&run), None);
        run.tell(SchedulerInput::SpawnExhausted { worker: worker(0, generation), shortage: shortage(true) });
        if halt(&run).is_none() {
            wait(&mut run);
        }
    }
    assert_eq!(halt(&run), Some(Halt::Exhausted(Box::new(shortage(true)))));
    let outcome = run.sched.outcome();
    assert_eq!((outcome.total, outcome.dropped, outcome.complete), (0, 3, false));
}

#[test]
fn while_others_work_the_run_goes_on_with_as_many_as_the_machine_holds() {
    let mut run = Run::new(config(4));
    run.submit(9);
    run.ready(worker(0, 1));
    run.tell(SchedulerInput::SpawnExhausted { worker: worker(1, 1), shortage: shortage(true) });
    for slot in [2, 3] {
        run.ready(worker(slot, 1));
    }
    assert_eq!(living(&run), [worker(0, 1), worker(2, 1), worker(3, 1)]);
    let news = run.actions.iter().filter_map(|action| match action {
        SchedulerAction::Announce(RunEvent::Exhausted { workers, is_news, .. }) => Some((*workers, *is_news)),
        _ => None,
    });
    assert_eq!(news.collect::<Vec<_>>(), [(3, true)]);
    // However often it waits, no fourth is tried before an attempt has ended.
    run.now += MS * 90;
    run.tell(SchedulerInput::Tick);
    assert_eq!(run.spawned().len(), 4);
    for sent in run.sent() {
        run.now += MS;
        run.finish(sent.0, sent.1, Verdict::Ok, MS);
    }
    assert_eq!(run.spawned().len(), 4);
}

#[test]
fn in_time_one_more_worker_is_tried() {
    let mut run = Run::new(config(2));
    run.ready(worker(0, 1));
    run.submit(60);
    run.tell(SchedulerInput::SpawnExhausted { worker: worker(1, 1), shortage: shortage(true) });
    assert_eq!(run.spawned(), [worker(0, 1), worker(1, 1)]);
    let mut answered = 0;
    while run.now < Duration::from_secs(2) {
        let (id, attempt, _) = run.sent()[answered];
        answered += 1;
        run.now += MS * 50;
        run.finish(id, attempt, Verdict::Ok, MS * 50);
        run.tell(SchedulerInput::Tick);
    }
    assert_eq!(run.spawned(), [worker(0, 1), worker(1, 1), worker(1, 2)]);
}

#[test]
fn a_task_whose_worker_lacked_something_is_not_charged_however_often() {
    let mut run = Run::new(SchedulerConfig { crash_limit: 1, ..config(1) });
    run.submit(3);
    for generation in 1..=7 {
        assert_eq!(halt(&run), None);
        run.ready(worker(0, generation));
        lacked(&mut run, worker(0, generation), true);
        wait_for_worker(&mut run);
    }
    assert_eq!((charges(&run), run.records().len()), (0, 0));
    // The machine has it again: all three are done, and none has a history.
    run.ready(worker(0, 8));
    while run.records().len() < 3 {
        match run.sched.at_work(worker(0, 8)).map(|(attempt, _)| attempt) {
            Some(attempt) => run.finish(worker(0, 8), attempt, Verdict::Ok, MS),
            None => wait(&mut run),
        }
    }
    assert!(run.records().iter().all(|record| record.history.is_empty() && record.attempts == 1));
}

#[test]
fn others_go_first_before_a_task_whose_worker_lacked_something() {
    let mut run = Run::new(config(1));
    run.submit(2);
    run.ready(worker(0, 1));
    lacked(&mut run, worker(0, 1), true);
    wait_for_worker(&mut run);
    run.ready(worker(0, 2));
    let order: Vec<u64> = run.sent().iter().map(|(.., task)| task.0).collect();
    assert_eq!(order.first(), Some(&0));
    assert!(order[1..].contains(&1), "{order:?}");
}

#[test]
fn a_run_in_which_every_attempt_lacks_something_ends_and_leaves_the_tasks_undone() {
    let mut run = Run::new(config(1));
    run.submit(2);
    let mut generation = 0;
    while halt(&run).is_none() {
        match living(&run).first() {
            Some(id) if run.sched.at_work(*id).is_some() => lacked(&mut run, *id, true),
            Some(id)
                if run
                    .sched
                    .workers
                    .get(*id)
                    .is_some_and(|worker| worker.phase() == WorkerPhase::Starting) =>
            {
                generation += 1;
                run.ready(*id);
            }
            _ => wait(&mut run),
        }
    }
    assert_eq!(generation, 8);
    assert!(matches!(halt(&run), Some(Halt::Exhausted(_))));
    assert_eq!((run.records().len(), run.sched.outcome().dropped, charges(&run)), (0, 2, 0));
}

#[test]
fn a_word_that_nothing_explains_is_believed_some_times_and_no_more() {
    let mut run = Run::new(SchedulerConfig { crash_limit: 1, ..config(2) });
    run.submit(1);
    let mut more = 1;
    while run.records().iter().all(|record| record.verdict != Verdict::Quarantined) {
        // Others are done meanwhile, so the machine has what it takes.
        for id in living(&run) {
            let sent = run.sched.workers.get(id).and_then(|worker| worker.current().copied());
            let phase = run.sched.workers.get(id).map(|worker| worker.phase());
            match (phase, sent) {
                (Some(WorkerPhase::Starting), _) => run.ready(id),
                (_, Some(sent)) if sent.task == TaskId(0) => lacked(&mut run, id, false),
                (_, Some(sent)) => run.finish(id, sent.attempt, Verdict::Ok, MS),
                _ => {}
            }
        }
        more += 1;
        let spec = TaskSpec::new(
            more,
            more.to_string(),
            MODULE,
            InputPayload::Json(b"1".to_vec()),
            Limits::default(),
        );
        run.tell(SchedulerInput::Submit(Submission::from(spec)));
        run.now += MS * 20;
        run.tell(SchedulerInput::Tick);
        assert_eq!(halt(&run), None);
    }
    // Four times it is excused, then a suspect, then it was alone.
    assert_eq!(charges(&run), 2);
    let told = run
        .actions
        .iter()
        .filter(|action| matches!(action, SchedulerAction::Announce(RunEvent::Exhausted { .. })));
    assert_eq!(told.count(), 4);
}

#[test]
fn a_suspect_that_waits_for_the_machine_stays_one() {
    let mut run = Run::new(config(1));
    run.submit(2);
    run.ready(worker(0, 1));
    let first = run.sent()[0];
    run.died(worker(0, 1), Some(first.1));
    run.ready(worker(0, 2));
    lacked(&mut run, worker(0, 2), true);
    assert_eq!(charges(&run), 1);
    run.tell(SchedulerInput::Drain);
    wait_for_worker(&mut run);
    run.ready(worker(0, 3));
    let (id, attempt, task) = *run.sent().last().unwrap();
    assert_eq!((id, task), (worker(0, 3), TaskId(0)));
    run.finish(id, attempt, Verdict::Ok, MS);
    assert_eq!(run.records()[0].verdict, Verdict::Ok);
}

#[test]
fn a_task_that_waits_for_the_machine_is_dropped_when_the_run_drains() {
    let mut run = Run::new(config(1));
    run.submit(1);
    run.ready(worker(0, 1));
    lacked(&mut run, worker(0, 1), true);
    run.tell(SchedulerInput::Drain);
    assert!(run.sched.is_over());
    assert_eq!((run.records().len(), run.sched.outcome().dropped), (0, 1));
}

#[test]
fn a_compile_worker_that_lacked_something_does_not_condemn_its_module() {
    let mut run = named();
    for generation in 1..=7 {
        run.tell(SchedulerInput::Hello(worker(1, generation)));
        lacked(&mut run, worker(1, generation), false);
        wait_for_worker(&mut run);
    }
    assert_eq!(halt(&run), None);
    run.tell(SchedulerInput::Hello(worker(1, 8)));
    run.tell(SchedulerInput::Compiled {
        worker: worker(1, 8),
        form: ModuleForm::CommandModule,
        imports: Vec::new(),
    });
    run.died(worker(1, 8), None);
    run.ready(worker(0, 1));
    assert_eq!(halt(&run), None);
}

#[test]
fn a_module_that_lacks_something_lets_others_go_first() {
    let other = ModuleId(1);
    let mut run = named();
    run.tell(SchedulerInput::Module { module: other, name: "n.wasm".to_owned() });
    run.tell(SchedulerInput::Require(other));
    run.tell(SchedulerInput::Hello(worker(1, 1)));
    lacked(&mut run, worker(1, 1), true);
    wait(&mut run);
    let compiles = run.actions.iter().filter_map(|action| match action {
        SchedulerAction::Spawn { role: ProcessRole::Compile(module), .. } => Some(*module),
        _ => None,
    });
    assert_eq!(compiles.collect::<Vec<_>>(), [MODULE, other]);
}
