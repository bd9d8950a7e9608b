//! Small histories of checks: attempts of a checker at what tasks gave.

use super::*;
use polymer_host_task::{CheckInput, Expectation, FEEDBACK_LEAST, Output, PlacedEntry, SuppliedFiles};
use std::sync::Arc;

const CHECKER: ModuleId = ModuleId(9);
const TASK: TaskId = TaskId(0);

/// A run of two workers, one of which serves the checker; a task has just given something.
fn checked(config: SchedulerConfig) -> (Run, Box<AttemptEnding>) {
    let slots = config.slots;
    let mut run = Run::new(config);
    run.ready(worker(0, 1));
    run.tell(SchedulerInput::Module { module: CHECKER, name: "checker.wasm".to_owned() });
    run.tell(SchedulerInput::Checker(CHECKER));
    run.tell(SchedulerInput::Require(CHECKER));
    let compiler = worker(slots, 2);
    run.tell(SchedulerInput::Hello(compiler));
    let form = ModuleForm::CommandModule;
    run.tell(SchedulerInput::Compiled { worker: compiler, form, imports: Vec::new() });
    run.died(compiler, None);
    run.ready(worker(1, 1));
    run.submit_checked(1, MODULE);
    let sent = run.sent();
    let [(program, attempt, TASK)] = sent[..] else { panic!("{sent:?}") };
    run.finish(program, attempt, Verdict::Ok, MS);
    let ending = run.actions.iter().find_map(|action| match action {
        SchedulerAction::Judge { task: TASK, ending, .. } => Some(ending.clone()),
        _ => None,
    });
    run.forget();
    (run, ending.unwrap())
}

impl Run {
    fn submit_checked(&mut self, seq: u64, module: ModuleId) {
        let input = InputPayload::Json(b"1".to_vec());
        let expect = Arc::new(Expectation { checker: Some(CHECKER), ..Expectation::default() });
        let spec = TaskSpec::new(seq, format!("id{seq}"), module, input, Limits::default());
        self.tell(SchedulerInput::Submit(Submission::from(TaskSpec { expect: Some(expect), ..spec })));
    }

    fn want_check(&mut self, ending: Box<AttemptEnding>) {
        let given = CheckInput::only(InputPayload::Json(b"{}".to_vec()));
        self.tell(SchedulerInput::CheckWanted { task: TASK, ending, given });
    }

    /// The same of a checker that is called as a validator.
    fn want_validation(&mut self, ending: Box<AttemptEnding>) {
        let files = vec![PlacedEntry { path: "input".to_owned(), bytes: b"1".to_vec() }];
        let supplied = SuppliedFiles { args: vec!["input".to_owned()], files, ..SuppliedFiles::default() };
        let input = InputPayload::Bytes(b"out".to_vec());
        let given = CheckInput { input, supplied: Some(Box::new(supplied)) };
        self.tell(SchedulerInput::CheckWanted { task: TASK, ending, given });
    }

    /// How the check ended that is to be read, if one is.
    fn read(&self) -> Option<&AttemptEnding> {
        self.actions.iter().find_map(|action| match action {
            SchedulerAction::ReadCheck { task: TASK, check, .. } => Some(&**check),
            _ => None,
        })
    }
}

#[test]
fn a_check_goes_to_a_worker_of_the_checker_and_its_task_waits_for_it() {
    let (mut run, ending) = checked(SchedulerConfig { announce_dispatch: true, ..config(2) });
    run.want_check(ending.clone());
    let sent = run.sent();
    let [(checker, attempt, check)] = sent[..] else { panic!("{sent:?}") };
    assert_eq!((checker, check), (worker(1, 1), TASK.check()));
    let spec = run.sched.spec(check).unwrap();
    let grants = spec.grants.as_ref().unwrap();
    assert!(grants.dirs.is_empty() && grants.env.is_empty() && !grants.scratch);
    let is_told = |action: &SchedulerAction| {
        matches!(action, SchedulerAction::Announce(RunEvent::AttemptDispatched { .. }))
    };
    assert!(!run.actions.iter().any(is_told), "it is no attempt at the task");
    assert_eq!(run.sched.room(), 98, "both are in the window");
    // Who answers before the checker does is not heard.
    run.tell(SchedulerInput::Judged { task: TASK, ending: ending.clone() });
    assert!(run.records().is_empty());
    run.finish(checker, attempt, Verdict::Ok, MS);
    assert_eq!(run.read().unwrap().output, Some(Output::Json("1".to_owned())));
    assert!(run.records().is_empty());
    run.tell(SchedulerInput::Judged { task: TASK, ending });
    let records = run.records();
    assert_eq!((records.len(), records[0].task, records[0].attempts), (1, TASK, 1));
    assert_eq!(run.sched.room(), 100);
}

#[test]
fn a_task_that_is_cut_takes_its_check_along() {
    let (mut run, ending) = checked(config(2));
    run.want_check(ending.clone());
    run.tell(SchedulerInput::Cancel { seq: 1 });
    assert!(run.kills(worker(1, 1)) && run.records().is_empty());
    run.died(worker(1, 1), None);
    let records = run.records();
    assert_eq!((records[0].verdict, records[0].attempts), (Verdict::Canceled, 1));
    // Before the checker is asked it is over at once.
    let (mut run, ending) = checked(config(2));
    run.tell(SchedulerInput::Cancel { seq: 1 });
    assert!(run.records().is_empty());
    run.want_check(ending);
    assert_eq!((run.records()[0].verdict, run.sent().len()), (Verdict::Canceled, 0));
}

#[test]
fn a_check_is_made_while_the_run_drains_and_cut_where_it_ends() {
    for (goes_on, records) in [(false, vec![Verdict::Canceled]), (true, vec![])] {
        let (mut run, ending) = checked(SchedulerConfig { goes_on, ..config(2) });
        run.tell(SchedulerInput::Drain);
        run.want_check(ending);
        assert_eq!(run.sent().len(), 1, "its task had begun");
        run.tell(SchedulerInput::End);
        for slot in 0..2 {
            run.died(worker(slot, 1), None);
        }
        let verdicts: Vec<Verdict> = run.records().iter().map(|record| record.verdict).collect();
        assert_eq!(verdicts, records);
        assert_eq!(run.sched.outcome().dropped, u64::from(goes_on));
        assert!(run.sched.is_over());
    }
}

#[test]
fn a_checker_that_takes_its_worker_down_is_tried_alone_and_charges_nobody() {
    let (mut run, ending) = checked(SchedulerConfig { crash_limit: 1, ..config(2) });
    run.want_check(ending.clone());
    run.died(worker(1, 1), Some(run.sent()[0].1));
    assert!(run.read().is_none());
    run.forget();
    run.ready(worker(1, 2));
    let sent = run.sent();
    let [(alone, attempt, check)] = sent[..] else { panic!("{sent:?}") };
    assert_eq!((alone, check), (worker(1, 2), TASK.check()));
    run.died(alone, Some(attempt));
    assert_eq!(run.read().unwrap().verdict, Verdict::Quarantined);
    for action in &run.actions {
        if let SchedulerAction::Announce(RunEvent::WorkerDied { charged, .. }) = action {
            assert_eq!(*charged, None, "no task is charged");
        }
        assert!(!matches!(action, SchedulerAction::Announce(RunEvent::AttemptFailed { .. })), "{action:?}");
    }
    run.tell(SchedulerInput::Judged { task: TASK, ending });
    assert_eq!((run.records()[0].attempts, run.records()[0].history.len()), (1, 0));
}

#[test]
fn a_doubtful_timeout_of_a_checker_is_confirmed_once() {
    let (mut run, ending) = checked(SchedulerConfig { confirm_timeouts: true, ..config(2) });
    run.want_check(ending);
    let [(first, attempt, _)] = run.sent()[..] else { panic!("{:?}", run.sent()) };
    run.finish(first, attempt, Verdict::Timeout, MS);
    assert!(run.read().is_none(), "it may be the machine");
    run.died(first, None);
    run.forget();
    run.ready(worker(1, 2));
    let [(alone, attempt, _)] = run.sent()[..] else { panic!("{:?}", run.sent()) };
    run.finish(alone, attempt, Verdict::Timeout, MS);
    assert_eq!(run.read().unwrap().verdict, Verdict::Timeout);
}

#[test]
fn a_checker_is_no_program_and_workers_do_not_turn_to_it() {
    let (mut run, ending) = checked(SchedulerConfig { isolation: Isolation::Instance, ..config(2) });
    run.submit_checked(2, CHECKER);
    let records = run.records();
    assert_eq!((records[0].verdict, records[0].error.code.as_str()), (Verdict::ModuleInvalid, "unknown"));
    // Its own worker is gone, and that of the program is idle.
    run.died(worker(1, 1), None);
    run.forget();
    run.want_check(ending);
    assert_eq!(run.spawned(), [worker(1, 2)]);
    let turned =
        |action: &SchedulerAction| matches!(action, SchedulerAction::Announce(RunEvent::WorkerTurned { .. }));
    assert!(!run.actions.iter().any(turned));
}

#[test]
fn an_idle_checker_makes_room_where_workers_otherwise_turn() {
    let (mut run, _) = checked(SchedulerConfig { isolation: Isolation::Instance, ..config(2) });
    run.died(worker(0, 1), None);
    run.forget();
    // Another program takes the free place, and the one that was there needs the checker's.
    let other = ModuleId(1);
    run.tell(SchedulerInput::Module { module: other, name: "other.wasm".to_owned() });
    run.submit_checked(2, MODULE);
    run.ready(worker(0, 2));
    assert!(!run.kills(worker(1, 1)), "there was a free place");
    run.submit_checked(3, other);
    let compiler = worker(2, 3);
    run.tell(SchedulerInput::Hello(compiler));
    let form = ModuleForm::CommandModule;
    run.tell(SchedulerInput::Compiled { worker: compiler, form, imports: Vec::new() });
    run.died(compiler, None);
    assert!(run.kills(worker(1, 1)), "{:?}", run.actions);
}

#[test]
fn a_check_is_as_old_as_its_task_where_modules_compete_for_workers() {
    let (mut run, ending) = checked(config(2));
    run.died(worker(1, 1), None);
    run.submit(60);
    run.ready(worker(1, 2));
    let (_, first, _) = run.sent()[0];
    run.now += crate::TURN + MS;
    run.want_check(ending);
    run.forget();
    run.finish(worker(0, 1), first, Verdict::Ok, MS);
    assert_eq!(run.sent(), [], "younger tasks make room for it");
}

#[test]
fn a_validator_has_its_files_and_the_folder_for_them_and_room_for_its_feedback() {
    let mut config = config(2);
    config.escalation = Escalation::none(Limits::default().with_output(10));
    let (mut run, ending) = checked(config);
    run.want_validation(ending);
    let [(_, _, check)] = run.sent()[..] else { panic!("no check") };
    let spec = run.sched.spec(check).unwrap();
    let supplied = spec.supplied.as_ref().unwrap();
    assert_eq!((supplied.args.len(), supplied.files.len()), (1, 1));
    assert_eq!(spec.input.bytes(), b"out");
    assert_eq!(spec.limits.output, FEEDBACK_LEAST);
    let grants = spec.grants.as_ref().unwrap();
    assert!(grants.dirs.is_empty() && grants.env.is_empty() && grants.scratch);
}
