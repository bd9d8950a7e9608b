//! Input that comes slowly or never ends, and readers that leave.

use super::support::{Start, console, wat};

#[test]
fn a_record_comes_while_the_input_stays_open() {
    let mut running = Start::polymer(&format!("run {}", wat("silent"))).start();
    for task in ["1", "2", "3"] {
        running.say("a line");
        let record = running.record();
        assert_eq!((record.id(), record.verdict()), (task, "ok"));
    }
    running.end().check(0);
}

#[test]
fn a_reader_that_leaves_ends_a_run_whose_input_never_does() {
    let run = format!("polymer run {}", wat("silent"));
    let line = format!("yes | {{ {run}; echo \"it ended with $?\" >&2; }} | head -n 1");
    let ended = Start::shell(&line).run("").check(0);
    assert_eq!(ended.records().len(), 1);
    ended.check_says("it ended with 110\n");
    assert!(!ended.stderr.contains("error"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("roken pipe"), "{}", ended.stderr);
}

#[test]
fn a_full_disk_ends_a_run_and_is_named() {
    let silent = wat("silent");
    for line in [format!("polymer run {silent} > /dev/full"), format!("polymer run {silent} -o /dev/full")] {
        let ended = Start::shell(&format!("yes | {line}")).run("").check(110);
        let place = if line.contains("-o ") { "/dev/full" } else { "standard output" };
        let error = format!(
            "error: records could not be written to {place}, so the run was ended; it has no record\n"
        );
        ended.check_says(&error);
        ended.check_says("caused by: No space left on device");
        ended.check_says(" could not be written, so ");
        ended.check_says("the run is incomplete, and cannot be resumed because no --run-dir was given\n");
    }
}

#[test]
fn an_output_that_cannot_be_opened_ends_the_run_before_it_begins() {
    let ended = console(&format!("run {} -o /nowhere/records", wat("silent")), &["x"], 110);
    ended.check_says("error: cannot write /nowhere/records: No such file or directory");
}
