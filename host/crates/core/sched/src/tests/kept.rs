//! Small histories of tasks whose endings were kept and are judged anew.

use super::*;
use crate::retry::VerdictSet;
use polymer_host_task::{
    EarlierStart, Expectation, KeptAttempts, KeptEnding, Output, OutputDifference, TaskExecution,
};
use std::sync::Arc;

const TASK: TaskId = TaskId(0);

fn kept(verdict: Verdict) -> Box<KeptEnding> {
    let output = (verdict == Verdict::Ok).then(|| Output::Text("one".to_owned()));
    let ending = AttemptEnding {
        output,
        usage: Usage { fuel: Some(70), ..Usage::default() },
        ..AttemptEnding::without_guest(verdict, TaskError::default())
    };
    let (started, queued) = (Some(MS * 9), Some(MS));
    let attempts = KeptAttempts { number: 2, worker: Some(4), started, queued, history: Vec::new() };
    Box::new(KeptEnding::new(ending, attempts))
}

fn expecting(expect: Option<Expectation>, verdict: Verdict) -> TaskSpec {
    let input = InputPayload::Json(b"1".to_vec());
    let execution = TaskExecution::of(&[0; 32], None, b"", &input);
    TaskSpec {
        expect: expect.map(Arc::new),
        execution: Some(execution),
        kept: Some(kept(verdict)),
        deadline: Some(MS),
        ..TaskSpec::new(1, "id1".to_owned(), MODULE, input, Limits::default())
    }
}

fn wants(output: &str) -> Expectation {
    Expectation { output: Some(Output::Text(output.to_owned())), ..Expectation::default() }
}

fn submitted(expect: Option<Expectation>, verdict: Verdict) -> Run {
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.tell(SchedulerInput::Submit(Submission::from(expecting(expect, verdict))));
    run
}

/// The expectation and the ending that the judge was given.
fn asked(run: &Run) -> (Arc<Expectation>, Box<AttemptEnding>) {
    let asked = run.actions.iter().find_map(|action| match action {
        SchedulerAction::Judge { task: TASK, expect, ending } => Some((Arc::clone(expect), ending.clone())),
        _ => None,
    });
    asked.unwrap()
}

#[test]
fn what_was_kept_is_compared_in_place_of_being_sent() {
    let mut run = submitted(Some(wants("two")), Verdict::Ok);
    assert!(run.sent().is_empty());
    let (expect, ending) = asked(&run);
    // Its deadline is of no matter: it ended in time.
    run.now += MS * 100;
    run.tell(SchedulerInput::Tick);
    assert!(run.records().is_empty());
    let judged = Box::new(expect.judged(*ending, Some(OutputDifference::default())));
    run.tell(SchedulerInput::Judged { task: TASK, ending: judged });
    let records = run.records();
    let [record] = &records[..] else { panic!("{records:?}") };
    assert_eq!((record.verdict, record.attempts, record.worker), (Verdict::WrongOutput, 2, Some(4)));
    assert_eq!((record.started, record.earlier), (None, Some(EarlierStart(Some(MS * 9)))));
    assert_eq!((record.usage.fuel, record.queued), (Some(70), Some(MS)));
    assert!(record.execution.is_some() && run.sent().is_empty());
    assert_eq!(run.sched.room(), 100);
}

#[test]
fn a_verdict_that_says_it_all_needs_no_judge_and_is_not_tried_again() {
    let retry = RetryPolicy { retries: 3, on: VerdictSet::ERRORS, ..RetryPolicy::default() };
    let mut run = Run::new(SchedulerConfig { retry, ..config(1) });
    run.ready(worker(0, 1));
    run.tell(SchedulerInput::Submit(Submission::from(expecting(Some(wants("one")), Verdict::Trap))));
    let records = run.records();
    assert_eq!((records.len(), records[0].verdict, records[0].attempts), (1, Verdict::Trap, 2));
    assert!(run.sent().is_empty());
}

#[test]
fn an_interaction_and_what_nothing_is_expected_of_are_run() {
    let mut run = submitted(None, Verdict::Ok);
    let sent = run.sent();
    let [(program, attempt, TASK)] = sent[..] else { panic!("{sent:?}") };
    run.finish(program, attempt, Verdict::Ok, MS);
    let records = run.records();
    assert_eq!((records[0].attempts, records[0].earlier), (1, None));
    let expect = Expectation { interactor: Some(ModuleId(8)), ..Expectation::default() };
    let mut spec = expecting(Some(expect), Verdict::Ok);
    assert!(crate::judging::take_kept(&mut spec).is_none() && spec.kept.is_none());
}

#[test]
fn a_module_that_cannot_be_used_now_gave_what_it_gave() {
    let mut run = Run::new(config(1));
    run.tell(SchedulerInput::Submit(Submission::from(expecting(Some(wants("one")), Verdict::Ok))));
    let unknown = SchedulerInput::Submit(Submission::from(TaskSpec {
        module: ModuleId(77),
        ..expecting(Some(wants("one")), Verdict::Ok)
    }));
    run.tell(unknown);
    let (expect, ending) = asked(&run);
    run.tell(SchedulerInput::Judged { task: TASK, ending: Box::new(expect.judged(*ending, None)) });
    let verdicts: Vec<Verdict> = run.records().iter().map(|record| record.verdict).collect();
    assert_eq!(verdicts, [Verdict::ModuleInvalid, Verdict::Ok]);
}

#[test]
#[should_panic(expected = "I36")]
fn one_that_waits_for_a_worker_breaks_an_invariant() {
    let mut run = submitted(Some(wants("one")), Verdict::Ok);
    run.sched.queues.take_judged(TASK);
    run.sched.wait(run.now, TASK, false);
    run.sched.check();
}
