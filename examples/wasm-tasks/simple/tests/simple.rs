//! The task as any other struct of a native program.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use simple::Simple;

#[test]
fn it_says_its_text_and_how_long_it_waited() {
    let mut task = Simple { text: "Task 0".to_owned(), wait: 0.01, ..Simple::default() };
    task.run().unwrap();
    assert_eq!(task.said, "Task 0 0.001");
}

#[test]
fn a_negative_wait_is_the_inputs_fault() {
    let failure = Simple { wait: -1.0, ..Simple::default() }.run().unwrap_err();
    assert!(failure.bad_input, "{failure}");
}
