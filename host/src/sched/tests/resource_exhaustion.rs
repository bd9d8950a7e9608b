//! Workers that could not be handed what they are to serve: nobody is blamed, and a run in which nobody works ends.

use super::*;

fn not_handed(run: &mut Run, id: WorkerId) {
    run.tell(Input::NotHanded { worker: id, error: "no descriptor left".to_owned() });
}

/// A run that has to learn what its module is.
fn named() -> Run {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(Input::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(Input::Require(MODULE));
    run
}

#[test]
fn a_worker_that_got_nothing_is_replaced_and_its_module_is_sound() {
    let mut run = Run::new(config(1));
    run.submit(1);
    run.tell(Input::Hello(worker(0, 1)));
    not_handed(&mut run, worker(0, 1));
    run.died(worker(0, 1), None);
    let spawned = |run: &Run, id| {
        run.actions.iter().any(|action| matches!(action, Action::Spawn { worker, .. } if *worker == id))
    };
    assert!(!spawned(&run, worker(0, 2)), "it is waited for first");
    run.now = run.sched.next_deadline().unwrap();
    run.tell(Input::Tick);
    assert!(spawned(&run, worker(0, 2)));
    run.ready(worker(0, 2));
    assert_eq!(run.sched.outcome().halt, None);
    assert!(run.records().is_empty() && !run.actions.iter().any(is_a_death));
}

fn is_a_death(action: &Action) -> bool {
    matches!(action, Action::Announce(RunEvent::WorkerDied { .. } | RunEvent::ModuleInvalid { .. }))
}

#[test]
fn a_module_whose_compile_worker_got_nothing_is_compiled_by_the_next() {
    let mut run = named();
    run.tell(Input::Hello(worker(1, 1)));
    not_handed(&mut run, worker(1, 1));
    run.died(worker(1, 1), None);
    run.now = run.sched.next_deadline().unwrap();
    run.tell(Input::Tick);
    run.tell(Input::Hello(worker(1, 2)));
    let compile = Role::Compile(MODULE);
    let loads =
        run.actions.iter().filter(|action| matches!(action, Action::Load { role, .. } if *role == compile));
    assert_eq!(loads.count(), 2);
}

#[test]
fn a_run_in_which_nobody_gets_anything_ends_and_says_why() {
    let mut run = named();
    for generation in 1..=5 {
        assert_eq!(run.sched.outcome().halt, None);
        run.tell(Input::Hello(worker(1, generation)));
        not_handed(&mut run, worker(1, generation));
        // Said twice it counts once.
        not_handed(&mut run, worker(1, generation));
        run.died(worker(1, generation), None);
        run.now = run.sched.next_deadline().unwrap_or(run.now);
        run.tell(Input::Tick);
    }
    assert_eq!(run.sched.outcome().halt, Some(Halt::CannotSpawn("no descriptor left".to_owned())));
    assert!(run.sched.is_over());
}

#[test]
fn while_others_work_the_run_goes_on() {
    let mut run = Run::new(config(2));
    run.ready(worker(0, 1));
    for seq in 1..=60 {
        let limits = Limits { timeout: Duration::from_secs(600), ..Limits::default() };
        let input = Payload::Json(b"1".to_vec());
        let spec = TaskSpec::new(seq, seq.to_string(), MODULE, input, limits);
        run.tell(Input::Submit(Submission::from(spec)));
    }
    for generation in 1..=9 {
        run.tell(Input::Hello(worker(1, generation)));
        not_handed(&mut run, worker(1, generation));
        run.died(worker(1, generation), None);
        run.now += Duration::from_secs(2);
        run.tell(Input::Tick);
        assert!(run.sched.worker(worker(1, generation + 1)).is_some(), "it is not tried again");
    }
    assert_eq!(run.sched.outcome().halt, None);
}

#[test]
fn a_compile_worker_that_lacked_something_does_not_condemn_its_module() {
    let mut run = named();
    let words = "The global thread pool has not been initialized";
    for generation in 1..=4 {
        run.tell(Input::Hello(worker(1, generation)));
        let death = Death { exit: Exit::Code(70), last_words: words.to_owned(), violation: None };
        let remains = Remains { death, begun: None, usage: Usage::default() };
        run.tell(Input::Died { worker: worker(1, generation), remains });
        run.now = run.sched.next_deadline().unwrap();
        run.tell(Input::Tick);
    }
    assert_eq!(run.sched.outcome().halt, None);
    run.tell(Input::Hello(worker(1, 5)));
    run.tell(Input::Compiled { worker: worker(1, 5), form: Form::CommandModule, imports: Vec::new() });
    run.died(worker(1, 5), None);
    run.ready(worker(0, 1));
    assert_eq!(run.sched.outcome().halt, None);
}

#[test]
fn what_is_said_to_be_lacking_for_ever_ends_a_run_though_others_live() {
    let mut run = Run::new(config(2));
    run.ready(worker(0, 1));
    for seq in 1..=60 {
        let limits = Limits { timeout: Duration::from_secs(6000), ..Limits::default() };
        let input = Payload::Json(b"1".to_vec());
        let spec = TaskSpec::new(seq, seq.to_string(), MODULE, input, limits);
        run.tell(Input::Submit(Submission::from(spec)));
    }
    for generation in 1..=50 {
        assert_eq!(run.sched.outcome().halt, None);
        run.tell(Input::Hello(worker(1, generation)));
        not_handed(&mut run, worker(1, generation));
        run.died(worker(1, generation), None);
        run.now += Duration::from_secs(2);
        run.tell(Input::Tick);
    }
    assert!(matches!(run.sched.outcome().halt, Some(Halt::CannotSpawn(_))));
}
