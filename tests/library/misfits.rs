//! Objects and subscribers that do not do what they should.

use super::{good, manager, moody};
use polymer_host::CallOptions;
use polymer_host::Verdict;
use polymer_task::task;
use std::collections::BTreeMap;

/// Says that it is the task of `moody`, and takes the result for something else.
#[task(name = "moody")]
#[derive(Debug, Clone, PartialEq)]
struct Mistaken {
    name: String,
    mood: String,
    number: u64,
    double: Option<Vec<String>>,
}

impl Mistaken {
    /// Never called: a worker runs the module's.
    fn run(&mut self) {}
}

/// Cannot be written as JSON, whose keys are strings.
#[task]
#[derive(Debug, Clone, PartialEq)]
struct Unwritable {
    map: BTreeMap<Vec<u8>, u8>,
}

impl Unwritable {
    /// Never called.
    fn run(&mut self) {}
}

#[test]
fn an_output_that_is_no_such_task_is_bad_and_the_task_comes_back_as_it_was() {
    let task = Mistaken { name: "a".to_owned(), mood: "ok".to_owned(), number: 1, double: None };
    let manager = manager(1).build().unwrap();
    let done = manager.supervise([task.clone()]).unwrap();
    let stats = manager.stats().unwrap();
    assert_eq!((stats.tasks(), stats.verdicts.get(&Verdict::BadOutput)), (1, Some(&1)));
    let called = manager.call_blocking(&moody(), task.clone(), CallOptions::default()).unwrap();
    let stats = manager.stats().unwrap();
    assert_eq!((called.verdict, stats.verdicts.get(&Verdict::BadOutput)), (Verdict::BadOutput, Some(&1)));
    let [done] = &done[..] else { panic!("{done:?}") };
    assert_eq!((done.verdict, done.error.code.as_str()), (Verdict::BadOutput, "unreadable"));
    assert_eq!((&done.task, done.attempts), (&task, 1));
    assert!(done.error.message.contains("invalid type: integer `2`"), "{done:?}");
}

#[test]
fn a_task_that_cannot_be_written_is_bad_input_and_comes_back() {
    let task = Unwritable { map: BTreeMap::from([(vec![1], 1)]) };
    let done = manager(1).build().unwrap().supervise([task.clone()]).unwrap();
    let [done] = &done[..] else { panic!("{done:?}") };
    assert_eq!((done.verdict, done.error.code.as_str(), done.attempts), (Verdict::BadInput, "unwritable", 0));
    assert_eq!(done.task, task);
}

#[test]
fn a_subscriber_that_panics_is_asked_no_more_and_the_run_goes_on() {
    let manager = manager(1).on_event(|_| panic!("I do not want to hear it")).build().unwrap();
    assert!(manager.supervise(good(10)).unwrap().iter().all(polymer_host::Done::is_ok));
}
