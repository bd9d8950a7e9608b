//! Small histories of processes that are started before anything needs them.

use super::*;
use polymer_host_base::{ResourceShortage, SystemResource};

/// The number of the first place for a spare in a run with one slot and one more to compile.
const PLACE: u32 = 2;

impl Run {
    fn spares(&self) -> Vec<WorkerId> {
        let spares = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::SpawnSpare(id) => Some(*id),
            _ => None,
        });
        spares.collect()
    }

    fn adopted(&self) -> Vec<(WorkerId, WorkerId)> {
        let adopted = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Adopt { spare, worker } => Some((*spare, *worker)),
            _ => None,
        });
        adopted.collect()
    }

    fn loads(&self, id: WorkerId) -> bool {
        self.actions
            .iter()
            .any(|action| matches!(action, SchedulerAction::Load { worker, .. } if *worker == id))
    }

    pub(super) fn tick(&mut self, now: Moment) {
        self.now = now;
        self.tell(SchedulerInput::Tick);
    }
}

fn with_spares(slots: u32, spares: usize) -> SchedulerConfig {
    SchedulerConfig { spares, ..config(slots) }
}

/// A run with one worker, which serves, and a spare that is up.
fn settled() -> (Run, WorkerId, WorkerId) {
    let mut run = Run::new(with_spares(1, 1));
    let (_, id) = run.adopted()[0];
    run.ready(id);
    run.forget();
    run.tick(MS * 100);
    let spare = run.spares()[0];
    run.tell(SchedulerInput::Hello(spare));
    run.forget();
    (run, id, spare)
}

#[test]
fn the_process_that_will_serve_a_module_starts_while_that_is_compiled() {
    let run = Run::new(with_spares(1, 1));
    let place = |action: fn(&SchedulerAction) -> bool| run.actions.iter().position(action).unwrap();
    let compiling =
        place(|action| matches!(action, SchedulerAction::Spawn { role: ProcessRole::Compile(_), .. }));
    let starting = place(|action| matches!(action, SchedulerAction::SpawnSpare(_)));
    let adopting = place(|action| matches!(action, SchedulerAction::Adopt { .. }));
    assert!(compiling < starting && starting < adopting);
    assert!(run.spawned().is_empty());
    // It had not said hello by then, so it is told what it serves when it does.
    assert!(!run.loads(worker(0, 1)));
}

#[test]
fn a_run_without_spares_starts_nothing_before_it_is_needed() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.tick(MS * 1000);
    assert!(run.spares().is_empty());
}

#[test]
fn none_stands_by_before_a_run_has_gone_on_for_a_moment() {
    let mut run = Run::new(with_spares(1, 1));
    run.ready(worker(0, 1));
    run.forget();
    assert_eq!(run.sched.next_deadline(), Some(MS * 100));
    run.tick(MS * 99);
    assert!(run.spares().is_empty());
    run.tick(MS * 100);
    assert_eq!(run.spares().len(), 1);
    run.tick(MS * 200);
    assert_eq!(run.spares().len(), 1, "one is enough");
}

#[test]
fn a_crash_is_followed_by_the_spare_and_that_by_another() {
    let (mut run, id, spare) = settled();
    run.submit(1);
    let (_, attempt, _) = run.sent()[0];
    run.died(id, Some(attempt));
    let next = worker(0, 2);
    assert_eq!(run.adopted(), [(spare, next)]);
    assert!(run.loads(next) && run.spawned().is_empty());
    assert!(run.spares().is_empty(), "what the new one needs comes first");
    run.tell(SchedulerInput::Ready { worker: next, tasks: Vec::new(), functions: Vec::new() });
    assert_eq!(run.spares(), [worker(PLACE, 3)]);
}

#[test]
fn a_spare_that_is_lost_is_charged_to_nobody_and_told_of_to_nobody() {
    let (mut run, _, mut spare) = settled();
    for round in 0..3 {
        run.died(spare, None);
        let told = run.actions.iter().any(|action| matches!(action, SchedulerAction::Announce(_)));
        assert!(!told, "{:?}", run.actions);
        let next = run.spares();
        run.forget();
        // Whoever kills all of them is left alone.
        assert_eq!(next.len(), usize::from(round < 2));
        spare = next.first().copied().unwrap_or(spare);
    }
}

#[test]
fn a_spare_that_says_anything_but_hello_is_ended() {
    let (mut run, _, spare) = settled();
    run.tell(SchedulerInput::Hello(spare));
    assert!(run.kills(spare), "it had said that before");
    let (mut run, _, spare) = settled();
    run.tell(SchedulerInput::Ready { worker: spare, tasks: Vec::new(), functions: Vec::new() });
    assert!(run.kills(spare));
    run.died(spare, None);
    assert_eq!(run.spares().len(), 1);
}

#[test]
fn one_that_does_not_come_up_in_time_is_ended() {
    let mut run = Run::new(with_spares(1, 1));
    run.ready(worker(0, 1));
    run.tick(MS * 100);
    let spare = *run.spares().last().unwrap();
    assert_eq!(run.sched.next_deadline(), Some(MS * 100 + run.sched.config.start_limit));
    run.tick(MS * 100 + Duration::from_secs(10));
    assert!(run.kills(spare));
}

#[test]
fn a_spare_that_cannot_have_its_jail_ends_the_run() {
    let mut run = Run::new(with_spares(1, 1));
    run.ready(worker(0, 1));
    run.tick(MS * 100);
    let spare = *run.spares().last().unwrap();
    run.tell(SchedulerInput::Unconfined { worker: spare, error: TaskError::new("landlock", "refused") });
    assert!(matches!(run.sched.halt, Some(Halt::Unconfined(_))));
    assert!(run.kills(spare));
}

#[test]
fn where_the_machine_is_short_of_something_there_are_no_spares() {
    let mut run = Run::new(with_spares(2, 1));
    run.ready(worker(0, 1));
    run.tick(MS * 100);
    let spare = *run.spares().last().unwrap();
    run.submit(2);
    let (_, second) = *run.adopted().last().unwrap();
    run.tell(SchedulerInput::Hello(second));
    let refusal = "EMFILE".to_owned();
    let shortage = ResourceShortage {
        resource: SystemResource::Descriptors,
        refusal,
        bound: None,
        is_death: false,
        is_certain: true,
    };
    run.tell(SchedulerInput::LoadExhausted { worker: second, shortage });
    run.died(second, None);
    run.forget();
    run.tick(MS * 5000);
    assert!(run.spares().is_empty(), "{spare} was the last");
}

#[test]
fn a_run_is_over_once_its_spares_are_gone() {
    let (mut run, id, spare) = settled();
    run.tell(SchedulerInput::InputEnded);
    assert!(run.kills(id) && run.kills(spare));
    run.died(id, None);
    assert!(!run.sched.is_over());
    run.died(spare, None);
    assert!(run.sched.is_over());
}

/// A run of two workers that serves programs and has a spare, which is up, and a checker that
/// compiled just now.
fn with_checker(own_judge_workers: bool) -> Run {
    let checker = ModuleId(9);
    let mut run = Run::new(SchedulerConfig { own_judge_workers, ..with_spares(2, 1) });
    let (_, id) = run.adopted()[0];
    run.ready(id);
    run.tick(MS * 100);
    let spare = *run.spares().last().unwrap();
    run.tell(SchedulerInput::Hello(spare));
    run.tell(SchedulerInput::Module { module: checker, name: "checker.wasm".to_owned() });
    run.tell(SchedulerInput::Checker(checker));
    run.forget();
    run.tell(SchedulerInput::Require(checker));
    let compiler = run.actions.iter().find_map(|action| match action {
        SchedulerAction::Spawn { worker, role: ProcessRole::Compile(_) } => Some(*worker),
        _ => None,
    });
    let compiler = compiler.unwrap();
    run.tell(SchedulerInput::Hello(compiler));
    let form = ModuleForm::CommandModule;
    run.tell(SchedulerInput::Compiled { worker: compiler, form, imports: Vec::new() });
    run.died(compiler, None);
    run
}

#[test]
fn a_judge_that_is_granted_something_else_is_no_spare() {
    let run = with_checker(false);
    assert_eq!(run.adopted().len(), 1);
    let run = with_checker(true);
    assert!(run.adopted().is_empty());
    let is_own = |action: &SchedulerAction| {
        matches!(action, SchedulerAction::Spawn { role: ProcessRole::Run(ModuleId(9)), .. })
    };
    assert!(run.actions.iter().any(is_own));
}
