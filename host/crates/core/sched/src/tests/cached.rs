//! Small histories of a run with a cache of compiled code.

use super::*;
use polymer_host_event::EntryDefect;

const LOOK_LIMIT: Duration = Duration::from_secs(5);

fn with_cache(slots: u32) -> SchedulerConfig {
    SchedulerConfig { look_limit: Some(LOOK_LIMIT), ..config(slots) }
}

/// A run that needs a module and looks for its code.
fn looking() -> Run {
    let mut run = Run { sched: Scheduler::new(with_cache(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    assert!(run.actions.is_empty(), "nobody asked for it yet");
    run.tell(SchedulerInput::Require(MODULE));
    assert!(matches!(run.actions[..], [SchedulerAction::Look(MODULE)]), "{:?}", run.actions);
    run.forget();
    run
}

impl Run {
    fn found(&mut self) {
        self.tell(SchedulerInput::Found {
            module: MODULE,
            form: ModuleForm::CommandModule,
            imports: vec!["a".to_owned()],
        });
    }

    fn not_found(&mut self, damaged: bool) {
        self.tell(SchedulerInput::NotFound { module: MODULE, damaged });
    }

    fn refuse(&mut self, id: WorkerId, code: &str) {
        self.tell(SchedulerInput::Hello(id));
        self.tell(SchedulerInput::Refused { worker: id, error: TaskError::new(code, "no") });
    }

    /// The compile worker is done and dead.
    fn compile(&mut self, compiler: WorkerId) {
        self.tell(SchedulerInput::Hello(compiler));
        self.tell(SchedulerInput::Compiled {
            worker: compiler,
            form: ModuleForm::CommandModule,
            imports: Vec::new(),
        });
        self.died(compiler, None);
    }

    fn compilers(&self) -> Vec<WorkerId> {
        let spawned = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Spawn { worker, role: ProcessRole::Compile(_) } => Some(*worker),
            _ => None,
        });
        spawned.collect()
    }

    fn keeps(&self) -> usize {
        self.actions.iter().filter(|action| matches!(action, SchedulerAction::Keep(MODULE))).count()
    }

    fn discards(&self) -> usize {
        self.actions.iter().filter(|action| matches!(action, SchedulerAction::Discard(MODULE))).count()
    }

    fn rejected(&self) -> Vec<EntryDefect> {
        let rejected = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Announce(RunEvent::CacheEntryRejected { module: MODULE, why }) => Some(*why),
            _ => None,
        });
        rejected.collect()
    }

    fn ready_from_cache(&self) -> Option<bool> {
        self.actions.iter().find_map(|action| match action {
            SchedulerAction::Announce(RunEvent::ModuleReady { cached, .. }) => Some(*cached),
            _ => None,
        })
    }
}

#[test]
fn what_is_found_is_not_compiled() {
    let mut run = looking();
    run.found();
    assert_eq!((run.spawned(), run.compilers()), (vec![worker(0, 1)], vec![]));
    run.ready(worker(0, 1));
    assert_eq!((run.ready_from_cache(), run.keeps(), run.discards()), (Some(true), 0, 0));
    assert_eq!(run.sched.info(MODULE).unwrap().imports, ["a"]);
}

#[test]
fn what_is_not_found_is_compiled_and_kept_once_somebody_is_ready_with_it() {
    for damaged in [false, true] {
        let mut run = looking();
        run.not_found(damaged);
        assert_eq!(run.rejected(), if damaged { vec![EntryDefect::Damaged] } else { vec![] });
        run.compile(worker(1, 1));
        assert_eq!(run.keeps(), 0);
        run.ready(worker(0, 1));
        assert_eq!((run.ready_from_cache(), run.keeps(), run.discards()), (Some(false), 1, 0));
        run.died(worker(0, 1), None);
        run.submit(1);
        run.ready(worker(0, 2));
        assert_eq!(run.keeps(), 1);
    }
}

#[test]
fn code_that_cannot_be_loaded_is_thrown_out_and_compiled_once() {
    let mut run = looking();
    run.found();
    let id = worker(0, 1);
    run.refuse(id, "stale");
    assert!(run.kills(id));
    assert_eq!((run.discards(), run.rejected()), (1, vec![EntryDefect::Stale]));
    assert_eq!(run.compilers(), [worker(1, 1)]);
    run.died(id, None);
    run.compile(worker(1, 1));
    // What was compiled just now and cannot be loaded either is of no use.
    run.refuse(worker(0, 2), "stale");
    assert!(matches!(run.sched.outcome().halt, Some(Halt::Module(error)) if error.code == "stale"));
    assert_eq!((run.discards(), run.keeps()), (1, 0));
}

#[test]
fn code_that_takes_down_its_worker_is_compiled_before_the_module_is_blamed() {
    let mut run = looking();
    run.found();
    run.tell(SchedulerInput::Hello(worker(0, 1)));
    run.died(worker(0, 1), None);
    assert_eq!((run.discards(), run.compilers()), (1, vec![worker(1, 1)]));
    run.compile(worker(1, 1));
    for generation in 2..=3 {
        assert!(run.sched.outcome().halt.is_none());
        run.tell(SchedulerInput::Hello(worker(0, generation)));
        run.died(worker(0, generation), None);
    }
    assert!(matches!(run.sched.outcome().halt, Some(Halt::Module(error)) if error.code == "load_crashed"));
    assert_eq!(run.discards(), 1);
}

#[test]
fn a_worker_that_was_killed_says_nothing_of_the_code() {
    let mut run = looking();
    run.found();
    run.tell(SchedulerInput::Hello(worker(0, 1)));
    let death = ProcessDeath { exit: ProcessExit::Signal(9), last_words: String::new(), violation: None };
    let remains = WorkerRemains { death, begun: None, usage: Usage::default(), shortage: None };
    run.tell(SchedulerInput::Died { worker: worker(0, 1), remains: Box::new(remains) });
    assert_eq!((run.discards(), run.compilers()), (0, vec![]));
    run.ready(worker(0, 2));
    assert_eq!(run.ready_from_cache(), Some(true));
}

#[test]
fn a_module_that_does_not_link_is_refused_wherever_its_code_is_from() {
    let mut run = looking();
    run.found();
    run.refuse(worker(0, 1), "link");
    assert!(matches!(run.sched.outcome().halt, Some(Halt::Module(error)) if error.code == "link"));
    assert_eq!(run.discards(), 0);
}

#[test]
fn a_cache_that_does_not_answer_is_not_waited_for() {
    let mut run = looking();
    assert_eq!(run.sched.next_deadline(), Some(LOOK_LIMIT));
    run.now = LOOK_LIMIT - MS;
    run.tell(SchedulerInput::Tick);
    assert!(run.actions.is_empty() && run.sched.is_looking(MODULE));
    run.now = LOOK_LIMIT;
    run.tell(SchedulerInput::Tick);
    assert_eq!(run.compilers(), [worker(1, 1)]);
    assert!(!run.sched.is_looking(MODULE));
    // Late answers change nothing.
    run.found();
    run.not_found(true);
    assert_eq!((run.spawned(), run.rejected()), (vec![], vec![]));
    run.compile(worker(1, 1));
    run.found();
    run.ready(worker(0, 1));
    run.not_found(true);
    assert_eq!((run.ready_from_cache(), run.keeps()), (Some(false), 1));
}

#[test]
fn a_compile_worker_that_dies_does_not_lead_to_a_second_lookup() {
    let mut run = looking();
    run.not_found(false);
    run.tell(SchedulerInput::Hello(worker(1, 1)));
    run.died(worker(1, 1), None);
    assert_eq!(run.compilers(), [worker(1, 1), worker(1, 2)]);
    assert!(!run.actions.iter().any(|action| matches!(action, SchedulerAction::Look(_))));
}

#[test]
fn a_module_may_go_while_it_is_looked_for() {
    let mut run = Run { sched: Scheduler::new(with_cache(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.submit(1);
    run.tell(SchedulerInput::Forget { module: MODULE });
    assert!(run.sched.is_looking(MODULE), "a task waits");
    run.tell(SchedulerInput::Cancel { seq: 1 });
    assert!(matches!(run.actions.last(), Some(SchedulerAction::Forget(MODULE))));
    run.forget();
    run.found();
    run.not_found(true);
    assert!(run.actions.is_empty() && run.sched.next_deadline().is_none());
}

#[test]
fn a_run_may_end_while_it_looks() {
    let mut run = looking();
    run.tell(SchedulerInput::InputEnded);
    assert!(!run.sched.is_over(), "the module is required");
    run.tell(SchedulerInput::Drain);
    assert!(run.sched.is_over());
    run.found();
    assert!(run.spawned().is_empty());
}
