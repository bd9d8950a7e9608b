//! Small histories of modules that nobody will name again.

use super::*;

const OTHER: ModuleId = ModuleId(1);

impl Run {
    fn give_up(&mut self, module: ModuleId) {
        self.tell(SchedulerInput::Forget { module });
    }

    /// The modules whose files were to be closed since the last look.
    fn gone(&self) -> Vec<ModuleId> {
        let gone = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Forget(module) => Some(*module),
            _ => None,
        });
        gone.collect()
    }

    fn submit_to(&mut self, module: ModuleId, seq: u64) {
        let input = InputPayload::Json(b"1".to_vec());
        let spec = TaskSpec::new(seq, format!("id{seq}"), module, input, Limits::default());
        self.tell(SchedulerInput::Submit(Submission::from(spec)));
    }
}

/// A run that was told of a module and of no more.
fn named(config: SchedulerConfig) -> Run {
    let mut run = Run { sched: Scheduler::new(config), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run
}

#[test]
fn a_module_nobody_asked_for_goes_at_once_and_only_once() {
    let mut run = named(config(1));
    run.give_up(OTHER);
    assert!(run.actions.is_empty());
    run.give_up(MODULE);
    assert_eq!(run.gone(), [MODULE]);
    run.give_up(MODULE);
    run.tell(SchedulerInput::Tick);
    assert_eq!(run.actions.len(), 1);
}

#[test]
fn an_idle_worker_is_ended_and_the_files_are_closed_when_it_is_dead() {
    let mut run = Run::new(config(2));
    let id = worker(0, 1);
    run.ready(id);
    run.forget();
    run.give_up(MODULE);
    assert!(run.kills(id) && run.gone().is_empty());
    run.give_up(MODULE);
    run.died(id, None);
    assert_eq!(run.gone(), [MODULE]);
    let mourned =
        |action: &SchedulerAction| matches!(action, SchedulerAction::Announce(RunEvent::WorkerDied { .. }));
    assert!(!run.actions.iter().any(mourned));
    assert!(run.sched.info(MODULE).is_none() && run.sched.form(MODULE).is_none());
}

#[test]
fn what_was_submitted_before_is_done_first() {
    let (mut run, id, sent) = busy();
    run.give_up(MODULE);
    for (_, attempt, _) in &sent {
        assert!(run.gone().is_empty() && !run.kills(id));
        run.finish(id, *attempt, Verdict::Ok, MS);
    }
    assert!(run.records().iter().all(|record| record.verdict == Verdict::Ok));
    assert_eq!(run.records().len(), sent.len());
    assert!(run.kills(id));
    run.died(id, None);
    assert_eq!(run.gone(), [MODULE]);
}

#[test]
fn a_task_that_waits_to_be_tried_again_keeps_its_module() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit(1);
    let (id, attempt, _) = run.sent()[0];
    run.give_up(MODULE);
    let ending = AttemptEnding {
        retry: Some(RetryHint { after: Some(MS * 50) }),
        ..AttemptEnding::without_guest(Verdict::TaskError, TaskError::default())
    };
    run.tell(SchedulerInput::Finished { worker: id, attempt, ending: Box::new(ending) });
    assert!(!run.kills(id) && run.gone().is_empty());
    run.forget();
    run.now = MS * 50;
    run.tell(SchedulerInput::Tick);
    let (_, attempt, _) = run.sent()[0];
    run.finish(id, attempt, Verdict::Ok, MS);
    run.died(id, None);
    assert_eq!((run.records()[0].verdict, run.gone()), (Verdict::Ok, vec![MODULE]));
}

#[test]
fn a_suspect_is_tried_alone_before_its_module_goes() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit(1);
    let (id, attempt, _) = run.sent()[0];
    run.give_up(MODULE);
    run.died(id, Some(attempt));
    assert!(run.gone().is_empty());
    run.forget();
    let fresh = worker(0, 2);
    run.ready(fresh);
    let (_, attempt, _) = run.sent()[0];
    run.finish(fresh, attempt, Verdict::Ok, MS);
    assert!(run.kills(fresh));
    run.died(fresh, None);
    assert_eq!((run.records()[0].verdict, run.gone()), (Verdict::Ok, vec![MODULE]));
}

#[test]
fn a_compile_that_nobody_waits_for_any_more_is_ended() {
    let mut run = named(config(1));
    let compiler = worker(1, 1);
    run.submit(1);
    run.tell(SchedulerInput::Hello(compiler));
    run.give_up(MODULE);
    assert!(!run.kills(compiler), "a task waits");
    run.tell(SchedulerInput::Cancel { seq: 1 });
    assert!(run.kills(compiler) && run.gone().is_empty());
    run.tell(SchedulerInput::Compiled {
        worker: compiler,
        form: ModuleForm::CommandModule,
        imports: Vec::new(),
    });
    run.died(compiler, None);
    assert_eq!((run.gone(), run.spawned().len()), (vec![MODULE], 0));
}

#[test]
fn a_compile_worker_that_does_not_start_is_no_reason_to_stay() {
    let mut run = named(config(1));
    run.submit(1);
    run.give_up(MODULE);
    run.tell(SchedulerInput::Cancel { seq: 1 });
    run.tell(SchedulerInput::SpawnFailed { worker: worker(1, 1), error: "no more processes".to_owned() });
    assert_eq!(run.gone(), [MODULE]);
}

#[test]
fn a_module_the_run_needs_is_looked_at_before_it_goes() {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.give_up(MODULE);
    run.tell(SchedulerInput::Hello(id));
    assert!(!run.kills(id) && run.gone().is_empty());
    run.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
    assert!(run.kills(id));
    run.died(id, None);
    assert_eq!(run.gone(), [MODULE]);

    let mut run = Run::new(config(1));
    run.give_up(MODULE);
    run.tell(SchedulerInput::Hello(id));
    run.tell(SchedulerInput::Refused { worker: id, error: TaskError::new("link", "nobody has that import") });
    assert!(matches!(run.sched.outcome().halt, Some(Halt::Module(error)) if error.code == "link"));
}

#[test]
fn a_task_for_a_module_that_was_given_up_is_answered_as_for_one_that_was_never_named() {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.ready(id);
    run.submit(1);
    let (_, attempt, _) = run.sent()[0];
    run.give_up(MODULE);
    run.submit_to(MODULE, 2);
    run.finish(id, attempt, Verdict::Ok, MS);
    run.submit_to(MODULE, 3);
    run.tell(SchedulerInput::Require(MODULE));
    run.died(id, None);
    run.submit_to(MODULE, 4);
    run.tell(SchedulerInput::Require(MODULE));
    let of = |record: &&Record| (record.seq, record.verdict, record.error.code.clone());
    let refused = |seq| (seq, Verdict::ModuleInvalid, "unknown".to_owned());
    let told: Vec<_> = run.records().iter().map(of).collect();
    assert_eq!(told, [refused(2), (1, Verdict::Ok, String::new()), refused(3), refused(4)]);
    assert_eq!((run.gone(), run.spawned().len()), (vec![MODULE], 1));
}

#[test]
fn an_invalid_module_goes_as_well() {
    let mut run = named(config(1));
    let compiler = worker(1, 1);
    run.submit(1);
    run.tell(SchedulerInput::Hello(compiler));
    run.tell(SchedulerInput::Refused {
        worker: compiler,
        error: TaskError::new("malformed", "it is no module"),
    });
    run.give_up(MODULE);
    run.submit_to(MODULE, 2);
    assert_eq!(run.records()[1].error.code, "unknown");
    run.died(compiler, None);
    assert_eq!(run.gone(), [MODULE]);
}

#[test]
fn what_goes_costs_no_other_module_its_worker() {
    let mut run = Run::new(config(2));
    let id = worker(0, 1);
    run.ready(id);
    run.tell(SchedulerInput::Module { module: OTHER, name: "o.wasm".to_owned() });
    run.submit_to(OTHER, 1);
    let compiler = worker(2, 2);
    run.tell(SchedulerInput::Hello(compiler));
    run.tell(SchedulerInput::Compiled {
        worker: compiler,
        form: ModuleForm::CommandModule,
        imports: Vec::new(),
    });
    run.died(compiler, None);
    let other = worker(1, 1);
    run.ready(other);
    let (_, attempt, _) = run.sent()[0];
    run.give_up(OTHER);
    run.finish(other, attempt, Verdict::Ok, MS);
    assert!(run.kills(other) && !run.kills(id));
    run.died(other, None);
    assert_eq!(run.gone(), [OTHER]);
    run.forget();
    run.submit(1);
    assert_eq!(run.sent()[0].0, id);
}

#[test]
fn a_run_ends_though_a_module_is_about_to_go() {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.ready(id);
    run.give_up(MODULE);
    run.tell(SchedulerInput::InputEnded);
    assert!(!run.sched.is_over());
    run.died(id, None);
    assert!(run.sched.is_over() && run.sched.outcome().complete);
}
