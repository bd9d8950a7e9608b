//! How long workers are waited for that are not ready: by the clock, and by the CPU they use.

use super::*;

const SECOND: Duration = Duration::from_secs(1);
/// The worker that compiles, in a run of one slot.
const COMPILER: WorkerId = WorkerId { slot: 1, generation: 1 };

/// A run whose module is being compiled, with 100 s by the clock.
fn compiling() -> Run {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    run.tell(SchedulerInput::Hello(COMPILER));
    run
}

impl Run {
    /// The clock has come so far and the process has used so much CPU; says whether it is ended.
    fn looked(&mut self, at: Duration, cpu: impl Into<Option<Duration>>) -> bool {
        self.actions.clear();
        self.tick(at);
        let asked = |action: &SchedulerAction| matches!(action, SchedulerAction::MeasureCpu(COMPILER));
        assert!(self.actions.iter().any(asked), "nobody looks at {at:?}: {:?}", self.actions);
        self.tell(SchedulerInput::CpuUsed { worker: COMPILER, cpu: cpu.into() });
        self.actions.iter().any(|action| matches!(action, SchedulerAction::Kill(COMPILER)))
    }

    /// What is said of the module once its compile worker is dead.
    fn said(&mut self) -> Option<String> {
        let death = ProcessDeath { exit: ProcessExit::Signal(9), last_words: String::new(), violation: None };
        let remains = WorkerRemains { death, begun: None, usage: Usage::default(), shortage: None };
        self.tell(SchedulerInput::Died { worker: COMPILER, remains: Box::new(remains) });
        match self.sched.outcome().halt? {
            Halt::Module(error) if error.code == "compile_timeout" => Some(error.message),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_compile_that_gets_little_of_a_busy_machine_is_waited_for() {
    let mut run = compiling();
    assert_eq!(run.sched.next_deadline(), Some(SECOND * 100));
    assert!(!run.looked(SECOND * 100, SECOND * 11));
    // From there on it is looked at more often.
    assert_eq!(run.sched.next_deadline(), Some(MS * 112_500));
    for look in 1..20 {
        assert!(!run.looked(SECOND * 100 + MS * 12_500 * look, SECOND * 11 + SECOND * look));
    }
    run.tell(SchedulerInput::Compiled {
        worker: COMPILER,
        form: ModuleForm::CommandModule,
        imports: Vec::new(),
    });
    assert_eq!(run.sched.outcome().halt, None);
}

#[test]
fn one_that_uses_no_cpu_is_ended_and_tried_once_more() {
    let mut run = compiling();
    assert!(run.looked(SECOND * 100, MS * 90));
    assert_eq!(run.said(), None, "it may get on another time");
    assert!(
        run.actions
            .iter()
            .any(|action| matches!(action, SchedulerAction::Spawn { role: ProcessRole::Compile(_), .. }))
    );

    let mut run = compiling();
    assert!(!run.looked(SECOND * 100, SECOND * 5), "it got on until then");
    assert!(run.looked(MS * 112_500, SECOND * 5), "and then stood still");

    let mut run = compiling();
    assert!(run.looked(SECOND * 100, None), "what cannot be seen is ended as by the clock");
}

#[test]
fn the_second_that_uses_no_cpu_is_its_modules_error_and_says_so() {
    let mut run = compiling();
    assert!(run.looked(SECOND * 100, MS * 90));
    run.said();
    let second = worker(1, 2);
    run.tell(SchedulerInput::Hello(second));
    run.tick(SECOND * 300);
    run.tell(SchedulerInput::CpuUsed { worker: second, cpu: Some(MS * 120) });
    let death = ProcessDeath { exit: ProcessExit::Signal(9), last_words: String::new(), violation: None };
    let remains = WorkerRemains { death, begun: None, usage: Usage::default(), shortage: None };
    run.tell(SchedulerInput::Died { worker: second, remains: Box::new(remains) });
    let Some(Halt::Module(error)) = run.sched.outcome().halt else { panic!("it goes on") };
    assert_eq!(error.message, "compiling made no progress: 120ms of CPU in 3m 20s");
}

#[test]
fn one_that_had_its_share_of_cpu_is_ended_and_the_error_says_so() {
    let mut run = compiling();
    assert!(run.looked(SECOND * 100, SECOND * 60));
    let said = run.said();
    assert_eq!(
        said.as_deref(),
        Some("compiling used 1m of CPU in 1m 40s, more than its limit; --compile-timeout allows more")
    );
}

#[test]
fn a_compile_is_not_waited_for_without_end() {
    let mut run = compiling();
    let mut looks = 0;
    while !run.looked(run.sched.next_deadline().unwrap(), SECOND + MS * 20 * looks) {
        looks += 1;
        assert!(looks < 1000, "it is waited for without end");
    }
    assert_eq!(run.now, SECOND * 1000);
    let said = run.said().unwrap();
    assert!(
        said.contains("was not finished after 16m 40s") && said.contains("the machine is too busy"),
        "{said}"
    );
}

#[test]
fn a_process_that_is_slow_to_start_is_waited_for_while_it_gets_on() {
    let mut run = compiling();
    run.tell(SchedulerInput::Compiled {
        worker: COMPILER,
        form: ModuleForm::CommandModule,
        imports: Vec::new(),
    });
    run.died(COMPILER, None);
    run.tick(SECOND * 10);
    run.tell(SchedulerInput::CpuUsed { worker: worker(0, 1), cpu: Some(MS * 100) });
    run.ready(worker(0, 1));
    assert!(!run.actions.iter().any(|action| matches!(action, SchedulerAction::Kill(id) if id.slot == 0)));
}

#[test]
fn an_answer_that_nobody_asked_for_is_passed_over() {
    let mut run = compiling();
    run.tell(SchedulerInput::CpuUsed { worker: COMPILER, cpu: None });
    run.tell(SchedulerInput::CpuUsed { worker: worker(1, 9), cpu: None });
    assert!(!run.actions.iter().any(|action| matches!(action, SchedulerAction::Kill(_))));
}
