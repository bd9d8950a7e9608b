//! Trouble at the start of a run: the machine's fault or that of a module or task.

use super::*;

/// A run that has a machine to be tried, whose module is being compiled.
fn compiling() -> Run {
    let config = SchedulerConfig { probes_machine: true, ..config(1) };
    let mut run = Run { sched: Scheduler::new(config), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    run.tell(SchedulerInput::Hello(worker(1, 1)));
    run
}

/// The same, with a worker at its first attempt.
fn serving() -> (Run, AttemptId) {
    let mut run = compiling();
    run.tell(SchedulerInput::Compiled {
        worker: worker(1, 1),
        form: ModuleForm::CommandModule,
        imports: Vec::new(),
    });
    run.died(worker(1, 1), None);
    run.ready(worker(0, 1));
    run.submit(1);
    let attempt = run.sent()[0].1;
    (run, attempt)
}

fn probes(run: &Run) -> usize {
    run.actions.iter().filter(|action| matches!(action, SchedulerAction::Probe)).count()
}

fn unfit() -> Halt {
    Halt::Unfit(TaskError::new("unfit", "nothing runs here"))
}

#[test]
fn a_compile_that_dies_on_a_machine_where_nothing_runs_is_the_machines_fault() {
    let mut run = compiling();
    run.died(worker(1, 1), None);
    assert_eq!(probes(&run), 1);
    assert_eq!(run.sched.outcome().halt, None, "it waits to be known");
    run.tell(SchedulerInput::Probed(Err(unfit())));
    assert_eq!(run.sched.outcome().halt, Some(unfit()));
    assert!(run.sched.is_over() && run.records().is_empty());
}

#[test]
fn one_that_dies_on_a_sound_machine_is_its_modules_fault_and_nothing_is_tried_again() {
    let mut run = compiling();
    for generation in 1..=2 {
        run.died(worker(1, generation), None);
        if generation == 1 {
            run.tell(SchedulerInput::Probed(Ok(())));
        }
        run.tell(SchedulerInput::Hello(worker(1, generation + 1)));
    }
    assert_eq!(probes(&run), 1);
    let halt = run.sched.outcome().halt;
    assert!(matches!(&halt, Some(Halt::Module(error)) if error.code == "compile_crashed"), "{halt:?}");
}

#[test]
fn a_first_task_whose_worker_dies_has_no_record_where_nothing_runs() {
    let (mut run, attempt) = serving();
    run.died(worker(0, 1), Some(attempt));
    assert_eq!(probes(&run), 1);
    run.tell(SchedulerInput::Probed(Err(unfit())));
    assert_eq!(run.sched.outcome().halt, Some(unfit()));
    assert!(run.records().is_empty() && run.sched.is_over());
    assert_eq!(run.sched.outcome().dropped, 1);
}

#[test]
fn on_a_sound_machine_it_is_a_suspect_like_any_other() {
    let (mut run, attempt) = serving();
    run.died(worker(0, 1), Some(attempt));
    run.tell(SchedulerInput::Probed(Ok(())));
    let failed = run.actions.iter().find_map(|action| match action {
        SchedulerAction::Announce(RunEvent::AttemptFailed { verdict, retry, .. }) => Some((*verdict, *retry)),
        _ => None,
    });
    assert_eq!(failed, Some((Verdict::WorkerLost, RetryNote::Alone)));
    assert_eq!(run.sched.outcome().halt, None);
}

#[test]
fn nothing_is_tried_once_an_attempt_has_ended() {
    let (mut run, attempt) = serving();
    run.finish(worker(0, 1), attempt, Verdict::Trap, MS);
    run.submit(1);
    let attempt = run.sent()[1].1;
    run.died(worker(0, 1), Some(attempt));
    assert_eq!(probes(&run), 0);
}

#[test]
fn neither_a_kill_nor_a_module_that_is_wrong_is_a_reason_to_try() {
    let (mut run, attempt) = serving();
    let death = ProcessDeath { exit: ProcessExit::Signal(9), last_words: String::new(), violation: None };
    let remains = WorkerRemains { death, begun: Some(attempt), usage: Usage::default(), shortage: None };
    run.tell(SchedulerInput::Died { worker: worker(0, 1), remains: Box::new(remains) });
    assert_eq!(probes(&run), 0);

    let mut run = compiling();
    run.tell(SchedulerInput::Refused {
        worker: worker(1, 1),
        error: TaskError::new("malformed", "no module"),
    });
    assert_eq!(probes(&run), 0);

    let mut run = compiling();
    let error =
        TaskError::new("compile_size", "too much code").by(Some(polymer_host_task::LimitWall::Kernel));
    run.tell(SchedulerInput::Refused { worker: worker(1, 1), error: error.clone() });
    assert_eq!(probes(&run), 1);
    run.died(worker(1, 1), None);
    run.tell(SchedulerInput::Probed(Ok(())));
    assert_eq!(run.sched.outcome().halt, Some(Halt::Module(error)));
    assert!(run.sched.is_over());
}

#[test]
fn a_run_that_ends_meanwhile_ends() {
    let (mut run, attempt) = serving();
    run.died(worker(0, 1), Some(attempt));
    run.tell(SchedulerInput::End);
    run.tell(SchedulerInput::Probed(Ok(())));
    assert!(run.sched.is_over());
    assert_eq!(run.records().len(), 1);
}
