//! All tasks at once, all results at the end.

use super::{builder, good, manager};
use moody::Moody;
use polymer_host::Verdict;
use polymer_host::{Input, LimitWall, Module, OnDuplicate, RunError, VerdictSet};
use std::time::Duration;

#[test]
fn every_task_comes_back_in_order_with_its_results_in_its_fields() {
    let manager = manager(3).build().unwrap();
    let done = manager.supervise(good(200)).unwrap();
    let doubles: Vec<_> = done.iter().map(|done| (done.id.clone(), done.task.double)).collect();
    let expected: Vec<_> = (1..=200).map(|number| (format!("ok-{number}"), Some(number * 2))).collect();
    assert_eq!(doubles, expected);
    let first = done.first().unwrap();
    assert_eq!(
        (first.verdict, first.attempts, first.log.text()),
        (Verdict::Ok, 1, "in the mood for ok".to_owned())
    );
    assert!(first.stats.fuel.is_some() && first.queued.is_some() && first.worker.is_some(), "{first:?}");
    let stats = manager.stats().unwrap();
    assert_eq!((stats.tasks(), stats.not_ok(), stats.workers), (200, 0, 3));
    assert!(stats.to_string().starts_with("Ran 200 tasks in "), "{stats}");
}

#[test]
fn what_does_not_come_back_is_handed_back_as_it_was_with_a_verdict() {
    let moods = ["fail", "trap", "spin", "sleep", "unheard-of", "big", "ok"];
    let tasks: Vec<_> =
        moods.into_iter().zip([1, 2, 3, 4, 5, 1 << 20, 7]).map(|(mood, n)| Moody::new(mood, n)).collect();
    let manager =
        manager(2).fuel(200_000_000).timeout(Duration::from_secs(2)).output_limit(1000).build().unwrap();
    let done = manager.supervise(tasks.clone()).unwrap();
    let verdicts: Vec<_> = done.iter().map(|done| done.verdict).collect();
    use Verdict::{BadInput, FuelExhausted, Ok, OutputExceeded, TaskError, Timeout, Trap};
    assert_eq!(verdicts, [TaskError, Trap, FuelExhausted, Timeout, BadInput, OutputExceeded, Ok]);
    let engine = |at: usize| done[at].error.wall == Some(LimitWall::Engine);
    assert!(engine(2) && engine(5), "{done:?}");
    // Whichever clock was first.
    assert!(matches!(done[3].error.wall, Some(LimitWall::Engine | LimitWall::Supervisor)), "{:?}", done[3]);
    assert!([0, 1, 4, 6].into_iter().all(|at| done[at].error.wall.is_none()), "{done:?}");
    for (done, task) in done.iter().zip(&tasks).take(6) {
        assert_eq!(&done.task, task, "as it was submitted");
        assert!(!done.error.message.is_empty() && !done.error.code.is_empty(), "{done:?}");
    }
    let trap = done.into_iter().nth(1).unwrap();
    assert!(trap.error.trace.as_ref().unwrap().contains("moody"), "{trap:?}");
    let failed = trap.into_result().unwrap_err();
    assert!(failed.to_string().starts_with("task trap-2: trap (unreachable)"), "{failed}");
    assert!(failed.to_string().contains("what a mood"), "a trap says little, a panic more: {failed}");
}

#[test]
fn a_retryable_failure_is_tried_again_and_any_other_only_where_errors_are() {
    let tasks = || [Moody::new("retryable", 1), Moody::new("fail", 2), Moody::new("unheard-of", 3)];
    let attempts = |builder: polymer_host::Builder| -> Vec<u32> {
        let done = builder.build().unwrap().supervise(tasks()).unwrap();
        done.iter().map(|done| done.attempts).collect()
    };
    assert_eq!(attempts(manager(1)), [1, 1, 1]);
    assert_eq!(attempts(manager(1).retries(2)), [3, 1, 1]);
    let which = VerdictSet::of([Verdict::TaskError]).unwrap();
    assert_eq!(attempts(manager(1).retries(1).retry_on(which)), [2, 2, 1]);
    assert_eq!(attempts(manager(1).resubmit_on_error(true)), [4, 4, 1]);
    assert_eq!(attempts(manager(1).resubmit_on_error(true).retries(1)), [2, 2, 1]);
}

#[test]
fn a_module_that_is_none_gives_every_task_back() {
    let module = Module::from_bytes("odd.wasm", b"no module").unwrap();
    let error = builder().module(module).build().unwrap().supervise(good(3)).unwrap_err();
    assert!(matches!(&error.error, RunError::Module { name, .. } if name == "odd.wasm"), "{error}");
    let back: Vec<_> = error.done.into_iter().map(|done| done.task).collect();
    assert_eq!(back, good(3).collect::<Vec<_>>());
    let error = builder().build().unwrap().supervise(good(2)).unwrap_err();
    assert!(matches!(error.error, RunError::NoModule) && error.done.len() == 2, "{error}");
}

#[test]
fn a_run_that_stops_early_gives_every_task_back() {
    let tasks = (0..5000).map(|number| Moody::new(if number == 40 { "fail" } else { "ok" }, number));
    let error = manager(2).max_fail(1).queue(100).build().unwrap().supervise(tasks.clone()).unwrap_err();
    assert!(matches!(error.error, RunError::MaxFail(1)), "{error}");
    assert_eq!(error.done.len(), 5000);
    let numbers: Vec<_> = error.done.iter().map(|done| done.task.number).collect();
    assert_eq!(numbers, (0..5000).collect::<Vec<_>>());
    let not_begun = error.done.iter().filter(|done| done.error.code == "not_begun").count();
    assert!(not_begun > 4000, "{not_begun}");
    assert_eq!(error.done.last().unwrap().id, "ok-4999");
}

#[test]
fn a_duplicate_is_run_or_refused() {
    let tasks = || [Moody::new("ok", 1), Moody::new("ok", 2), Moody::new("ok", 1)];
    let verdicts = |builder: polymer_host::Builder| -> Vec<Verdict> {
        let done = builder.build().unwrap().supervise(tasks()).unwrap();
        done.iter().map(|done| done.verdict).collect()
    };
    assert_eq!(verdicts(manager(1)), [Verdict::Ok; 3]);
    let refused = manager(1).on_duplicate(OnDuplicate::Refuse);
    assert_eq!(verdicts(refused), [Verdict::Ok, Verdict::Ok, Verdict::BadInput]);
    // Ids that look like the numbers of tasks are ids all the same, and tasks without one have no
    // duplicates.
    let text = |id: Option<&str>| Input { id: id.map(str::to_owned), ..Input::text("{}") };
    let tasks = [text(Some("2")), text(Some("2")), text(None), text(None), text(Some("3"))];
    let done = manager(1).on_duplicate(OnDuplicate::Refuse).build().unwrap().supervise(tasks).unwrap();
    let codes: Vec<_> = done.iter().map(|done| done.error.code == "duplicate").collect();
    assert_eq!(codes, [false, true, false, false, false]);
}

#[test]
fn an_input_need_be_no_struct_of_the_program() {
    let json = r#"{"name":"a","mood":"ok","number":4}"#;
    let inputs = [
        Input::json(&serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap().with_id("mine"),
        Input::text(json),
        Input::json("a string").unwrap().for_task("moody"),
        Input::bytes(*b"{}").for_task("other"),
    ];
    let done = manager(1).build().unwrap().supervise(inputs).unwrap();
    let [first, text, string, other] = &done[..] else { panic!("{done:?}") };
    assert_eq!((first.id.as_str(), first.is_ok()), ("mine", true));
    let value: serde_json::Value = first.json().unwrap();
    assert_eq!(value["double"], 8);
    // Text is text: to a task that reads JSON it is a string, whatever stands in it.
    assert_eq!(text.verdict, Verdict::BadInput, "{text:?}");
    assert!(text.error.message.contains("invalid type: string"), "{text:?}");
    assert_eq!((string.verdict, string.id.as_str()), (Verdict::BadInput, "3"));
    assert!(!other.is_ok(), "{other:?}");
}

#[test]
fn a_task_over_a_limit_of_its_manager_is_refused_before_a_worker_sees_it() {
    let mut big = Moody::new("ok", 1);
    big.ballast = "x".repeat(2000);
    let done = manager(1).input_limit(1000).build().unwrap().supervise([big.clone()]).unwrap();
    let [refused] = &done[..] else { panic!("{done:?}") };
    assert_eq!(
        (refused.verdict, refused.error.code.as_str(), refused.attempts),
        (Verdict::BadInput, "too_long", 0)
    );
    assert_eq!(refused.task, big);
}

#[test]
fn no_tasks_are_no_trouble() {
    assert!(manager(2).build().unwrap().supervise(good(0)).unwrap().is_empty());
}
