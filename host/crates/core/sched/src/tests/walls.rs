//! Which wall is named where the worker cannot say so itself: deaths, the supervisor's clock,
//! deadlines.

use super::{MODULE, MS, Run, config, worker};
use crate::{Scheduler, SchedulerConfig, SchedulerInput, WorkerRemains};
use polymer_host_event::{Halt, ProcessDeath, ProcessExit};
use polymer_host_task::{InputPayload, LimitWall, Moment, Submission, TaskError, TaskSpec, Usage, Verdict};
use std::time::Duration;

const CPU: i32 = 24;
const FORBIDDEN: i32 = 31;

fn death(exit: ProcessExit, last_words: &str) -> WorkerRemains {
    let death = ProcessDeath { exit, last_words: last_words.to_owned(), violation: None };
    WorkerRemains { death, begun: None, usage: Usage::default(), shortage: None }
}

/// A run with one task, at its worker.
fn at_work() -> Run {
    let mut run = Run::new(SchedulerConfig { crash_limit: 0, ..config(1) });
    run.ready(worker(0, 1));
    run.submit(1);
    run
}

fn the_fault(run: &Run) -> (Verdict, &str, Option<LimitWall>) {
    let record = run.records()[0];
    (record.verdict, &record.error.code, record.error.wall)
}

/// How a module is given up whose compile worker ends so.
fn compiling_ends(exit: ProcessExit, last_words: &str) -> TaskError {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    for generation in 1..9 {
        run.tell(SchedulerInput::Hello(worker(1, generation)));
        run.tell(SchedulerInput::Died {
            worker: worker(1, generation),
            remains: Box::new(death(exit, last_words)),
        });
    }
    match run.sched.outcome().halt {
        Some(Halt::Module(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_supervisors_clock_is_its_wall() {
    let mut run = at_work();
    run.begins(worker(0, 1), run.sent()[0].1);
    run.now += MS * 125;
    run.tell(SchedulerInput::Tick);
    run.died(worker(0, 1), None);
    assert_eq!(the_fault(&run), (Verdict::Timeout, "timeout", Some(LimitWall::Supervisor)));
}

#[test]
fn a_deadline_is_the_supervisors_wall() {
    let mut run = Run::new(config(1));
    let limits = polymer_host_task::Limits::default();
    let spec = TaskSpec::new(1, "1".to_owned(), MODULE, InputPayload::Json(b"1".to_vec()), limits);
    run.tell(SchedulerInput::Submit(Submission::from(TaskSpec { deadline: Some(MS), ..spec })));
    run.now += MS;
    run.tell(SchedulerInput::Tick);
    assert_eq!(the_fault(&run), (Verdict::Timeout, "deadline", Some(LimitWall::Supervisor)));
}

#[test]
fn a_worker_the_kernel_ended_over_a_limit_names_the_kernel() {
    for (exit, words, code) in [
        (ProcessExit::Signal(FORBIDDEN), "", "sandbox"),
        (ProcessExit::Signal(CPU), "", "SIGXCPU"),
        (ProcessExit::Signal(6), "memory allocation of 9 bytes failed", "worker_memory"),
    ] {
        let mut run = at_work();
        run.tell(SchedulerInput::Died { worker: worker(0, 1), remains: Box::new(death(exit, words)) });
        assert_eq!(the_fault(&run), (Verdict::WorkerLost, code, Some(LimitWall::Kernel)));
    }
    let mut run = at_work();
    run.died(worker(0, 1), None);
    assert_eq!(the_fault(&run), (Verdict::WorkerLost, "SIGSEGV", None));
}

#[test]
fn a_worker_that_broke_the_protocol_was_stopped_by_the_supervisor() {
    let mut run = at_work();
    run.tell(SchedulerInput::Broke { worker: worker(0, 1), what: "babbled".to_owned() });
    run.died(worker(0, 1), None);
    assert_eq!(the_fault(&run), (Verdict::WorkerLost, "protocol", Some(LimitWall::Supervisor)));
}

#[test]
fn a_quarantined_task_names_the_wall_of_its_last_death() {
    let mut run = Run::new(SchedulerConfig { crash_limit: 1, ..config(1) });
    run.ready(worker(0, 1));
    run.submit(1);
    for generation in 1..=2 {
        run.tell(SchedulerInput::Died {
            worker: worker(0, generation),
            remains: Box::new(death(ProcessExit::Signal(FORBIDDEN), "words")),
        });
        run.ready(worker(0, generation + 1));
    }
    assert_eq!(the_fault(&run), (Verdict::Quarantined, "sandbox", Some(LimitWall::Kernel)));
    assert_eq!(run.records()[0].history[0].error.wall, Some(LimitWall::Kernel));
}

#[test]
fn compiling_names_the_wall_it_ran_into() {
    let error = compiling_ends(ProcessExit::Signal(CPU), "");
    assert_eq!((error.code.as_str(), error.wall), ("compile_timeout", Some(LimitWall::Kernel)));
    let error = compiling_ends(ProcessExit::Signal(6), "memory allocation of 9 bytes failed");
    assert_eq!((error.code.as_str(), error.wall), ("compile_memory", Some(LimitWall::Kernel)));
    let error = compiling_ends(ProcessExit::Signal(FORBIDDEN), "");
    assert_eq!((error.code.as_str(), error.wall), ("sandbox", Some(LimitWall::Kernel)));
    let error = compiling_ends(ProcessExit::Signal(11), "");
    assert_eq!((error.code.as_str(), error.wall), ("compile_crashed", None));
}

#[test]
fn a_compile_past_the_supervisors_clock_names_the_supervisor() {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    run.tell(SchedulerInput::Hello(worker(1, 1)));
    run.now += Duration::from_secs(101);
    run.tell(SchedulerInput::Tick);
    run.tell(SchedulerInput::CpuUsed { worker: worker(1, 1), cpu: Some(Duration::from_secs(60)) });
    run.tell(SchedulerInput::Died {
        worker: worker(1, 1),
        remains: Box::new(death(ProcessExit::Signal(9), "")),
    });
    let halt = run.sched.outcome().halt;
    let wall = |error: TaskError| (error.code, error.wall);
    let Some(Halt::Module(error)) = halt else { panic!("{halt:?}") };
    assert_eq!(wall(error), ("compile_timeout".to_owned(), Some(LimitWall::Supervisor)));
}
