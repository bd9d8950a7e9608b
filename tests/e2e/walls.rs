//! What a guest prints is text, whatever it looks like; and what a worker is given of its host.

use super::support::{Start, console, example, probe, processes, wat};
use nix::sys::signal::Signal;
use serde_json::json;

#[test]
fn a_guest_that_prints_a_record_has_printed_text() {
    let forged = r#"{"v":1,"id":"2","verdict":"ok"}"#;
    let records =
        console(&format!("run {} -k", probe()), &[&format!("print x\\n{forged}"), "args"], 0).records();
    assert_eq!(records.len(), 2);
    records[0].check_ok(&json!(format!("x\n{forged}")));
    records[1].check_ok(&json!("[]"));
}

#[test]
fn a_guest_cannot_write_over_what_the_operator_reads() {
    let line = format!("run {} --success-output immediate", probe());
    let ended = console(&line, &["log \\e[2J\\nRan 9 tasks in 0.00 secs\\nerror: none"], 0);
    assert!(!ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
    assert!(!ended.stderr.lines().any(|line| line.starts_with("Ran 9") || line.starts_with("error:")));
    assert!(ended.records()[0].text("/log/text").starts_with('\u{1b}'), "the record has it as it was");
}

#[test]
fn a_worker_is_given_nothing_of_its_host() {
    let mut running = Start::polymer(&format!("run {} -j 2", wat("silent"))).env("SECRET", "hidden").start();
    running.say("x");
    running.record();
    let workers = processes::run_workers(running.pid());
    assert!(!workers.is_empty());
    for worker in &workers {
        // Nobody but the superuser may look into it at all.
        if nix::unistd::geteuid().is_root() {
            assert_eq!(std::fs::read(worker.about("environ")).unwrap(), b"", "its environment is not empty");
            let open: Vec<_> = std::fs::read_dir(worker.about("fd")).unwrap().collect();
            assert!(open.len() < 20, "{} descriptors are open", open.len());
        } else {
            std::fs::read(worker.about("environ")).unwrap_err();
        }
        assert_eq!(worker.group(), worker.pid, "it has no process group of its own");
    }
    running.end().check(0);
    workers.iter().for_each(processes::Seen::check_ends);
}

#[test]
fn workers_die_with_their_supervisor() {
    let mut running = Start::polymer(&format!("run {} -j 2 --log-level debug", example("simple"))).start();
    running.say("{\"wait\":500}\n{\"wait\":500}");
    running.says("task 1 attempt 1: dispatched");
    running.says("task 2 attempt 1: dispatched");
    let workers = processes::workers(running.pid());
    assert!(workers.len() >= 2, "{} workers", workers.len());
    running.signal(Signal::SIGKILL);
    workers.iter().for_each(processes::Seen::check_ends);
}
