//! Modules that a compile worker has only looked at.

use super::*;
use polymer_host_task::ModuleInfo;

fn seen(worker: WorkerId) -> SchedulerInput {
    let (imports, functions) = (vec!["env.f".to_owned()], Vec::new());
    SchedulerInput::Seen { worker, form: ModuleForm::CommandModule, imports, functions }
}

#[test]
fn a_module_that_was_seen_is_ready_with_no_run_worker() {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.tell(SchedulerInput::Require(MODULE));
    let compiler = worker(1, 1);
    run.tell(SchedulerInput::Hello(compiler));
    run.tell(seen(compiler));
    let told: Vec<&ModuleInfo> = run
        .actions
        .iter()
        .filter_map(|action| match action {
            SchedulerAction::Announce(RunEvent::ModuleReady { info, .. }) => Some(&**info),
            _ => None,
        })
        .collect();
    assert!(matches!(told[..], [ModuleInfo { form: ModuleForm::CommandModule, .. }]), "{told:?}");
    assert_eq!(told[0].imports, ["env.f"]);
    run.died(compiler, None);
    run.tell(SchedulerInput::InputEnded);
    let spawned = run.actions.iter().filter(|action| matches!(action, SchedulerAction::Spawn { .. })).count();
    assert_eq!(spawned, 1, "{:?}", run.actions);
    assert!(run.sched.is_over(), "{:?}", run.actions);
}

#[test]
fn a_run_worker_sees_nothing() {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.tell(SchedulerInput::Hello(id));
    run.tell(seen(id));
    assert!(
        run.actions.iter().any(|action| matches!(action, SchedulerAction::Kill(killed) if *killed == id))
    );
}
