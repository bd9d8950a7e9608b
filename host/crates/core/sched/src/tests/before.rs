//! Small histories of tasks that were under way when earlier supervisors were lost.

use super::*;
use polymer_host_task::EarlierAttempts;

fn spec(seq: u64, interrupted: u32, alone: u32) -> TaskSpec {
    let limits = Limits::default().with_timeout(MS * 100);
    let spec = TaskSpec::new(seq, format!("id{seq}"), MODULE, InputPayload::Json(b"1".to_vec()), limits);
    TaskSpec { before: EarlierAttempts { interrupted, alone }, ..spec }
}

impl Run {
    fn submit_again(&mut self, interrupted: u32, alone: u32) {
        self.tell(SchedulerInput::Submit(Submission::from(spec(1, interrupted, alone))));
    }

    /// The numbers of the attempts that were sent.
    fn numbers(&self) -> Vec<u32> {
        let numbers = self.actions.iter().filter_map(|action| match action {
            SchedulerAction::Dispatch { number, .. } => Some(*number),
            _ => None,
        });
        numbers.collect()
    }
}

/// How the one record tells of its attempts: verdict, code, how many there were, and the codes of
/// earlier ones.
fn told(run: &Run) -> (Verdict, &str, u32, Vec<(u32, &str)>) {
    assert_eq!(run.records().len(), 1);
    let record = run.records()[0];
    let history = record.history.iter().map(|past| (past.attempt, past.error.code.as_str()));
    (record.verdict, &record.error.code, record.attempts, history.collect())
}

#[test]
fn one_interruption_is_history_and_no_more() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit_again(1, 1);
    assert_eq!(run.numbers(), [2], "its guest is told so");
    let (id, attempt, _) = run.sent()[0];
    run.finish(id, attempt, Verdict::Ok, MS);
    assert_eq!(told(&run), (Verdict::Ok, "", 2, vec![(1, "interrupted")]));
    let past = &run.records()[0].history[0];
    assert_eq!((past.verdict, past.worker, &past.usage), (Verdict::WorkerLost, None, &Usage::default()));
    assert_eq!(past.error.message, "the run was lost while this attempt was under way");
}

#[test]
fn two_interruptions_make_a_suspect_which_waits_for_its_module_like_all() {
    for ready_before in [true, false] {
        let mut run = Run::new(config(1));
        if ready_before {
            run.ready(worker(0, 1));
        }
        run.submit_again(2, 0);
        run.tell(SchedulerInput::Submit(Submission::from(spec(2, 0, 0))));
        if !ready_before {
            run.ready(worker(0, 1));
        }
        let sent = run.sent();
        assert_eq!((sent.len(), sent[0].2), (1, TaskId(0)), "alone: {ready_before}");
        assert_eq!(run.sched.workers.get(worker(0, 1)).unwrap().reserved(), Some(TaskId(0)));
        run.finish(worker(0, 1), sent[0].1, Verdict::Ok, MS);
        assert_eq!(told(&run).2, 3);
        assert_eq!(run.sent()[1].2, TaskId(1));
    }
}

#[test]
fn a_suspect_of_old_brings_its_module_into_being() {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.tell(SchedulerInput::Module { module: MODULE, name: "m.wasm".to_owned() });
    run.submit_again(3, 0);
    assert!(
        run.actions
            .iter()
            .any(|action| matches!(action, SchedulerAction::Spawn { role: ProcessRole::Compile(_), .. }))
    );
}

#[test]
fn who_was_alone_as_often_as_may_be_is_not_tried() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit_again(4, 3);
    assert!(run.sent().is_empty());
    let history = (1..=3).map(|attempt| (attempt, "interrupted")).collect();
    assert_eq!(told(&run), (Verdict::Quarantined, "interrupted", 4, history));
    let record = run.records()[0];
    assert_eq!((record.worker, &record.usage), (None, &Usage::default()));
    assert!(record.error.message.contains("4 times") && record.error.message.contains("3 of them"));
}

#[test]
fn without_a_crash_limit_the_second_loss_is_final() {
    let mut run = Run::new(SchedulerConfig { crash_limit: 0, ..config(1) });
    run.ready(worker(0, 1));
    run.submit_again(2, 0);
    assert_eq!(told(&run), (Verdict::WorkerLost, "interrupted", 2, vec![(1, "interrupted")]));
}

#[test]
fn losses_alone_and_deaths_alone_add_up() {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit_again(2, 2);
    let (id, attempt, _) = run.sent()[0];
    run.died(id, Some(attempt));
    let record = run.records()[0];
    assert_eq!((record.verdict, record.attempts, record.history.len()), (Verdict::Quarantined, 3, 2));
    let message = &record.error.message;
    assert!(
        message.starts_with("the run was lost 2 times while this task was under way, 2 of them"),
        "{message}"
    );
    assert!(message.contains("and its worker died once, 1 of them while it ran alone"), "{message}");
}

#[test]
fn what_this_run_did_not_begin_is_dropped_and_has_no_record() {
    for interrupted in 1..=2 {
        for stop in [SchedulerInput::Drain, SchedulerInput::End] {
            let mut run = Run::new(config(1));
            run.submit_again(interrupted, 0);
            run.tell(stop);
            run.died(worker(0, 1), None);
            assert!(run.sched.is_over() && run.records().is_empty());
            assert_eq!(run.sched.outcome().dropped, 1);
        }
    }
}

#[test]
fn a_suspect_that_no_worker_was_free_for_is_dropped_too() {
    for stop in [SchedulerInput::Drain, SchedulerInput::End] {
        let mut run = Run::new(config(1));
        run.ready(worker(0, 1));
        run.submit(1);
        run.tell(SchedulerInput::Submit(Submission::from(spec(2, 2, 0))));
        let (id, attempt, _) = run.sent()[0];
        run.tell(stop);
        run.finish(id, attempt, Verdict::Ok, MS);
        run.died(id, None);
        assert!(run.sched.is_over());
        assert_eq!((run.records().len(), run.sched.outcome().dropped), (1, 1));
    }
}

#[test]
fn a_task_that_was_interrupted_and_whose_module_is_of_no_use_keeps_its_count() {
    let mut run = Run { sched: Scheduler::new(config(1)), now: Moment::ZERO, actions: Vec::new() };
    run.submit_again(2, 0);
    assert_eq!(told(&run), (Verdict::ModuleInvalid, "unknown", 2, vec![(1, "interrupted")]));
}
