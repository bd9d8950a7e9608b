//! What settings may be, and what is said of wrong ones.

use super::{builder, good, manager};
use polymer_host::event::RunEvent;
use polymer_host::{Ceiling, EscalationFactor, SetupError, TaskManager};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[track_caller]
fn check_refused(builder: polymer_host::Builder, part: &str) {
    let error = builder.build().unwrap_err().to_string();
    assert!(error.contains(part), "{error}");
}

#[test]
fn a_wrong_setting_is_named_with_what_it_may_be() {
    check_refused(builder().worker_count(0), "worker_count is 0, but must be from 1 to 4096");
    check_refused(builder().log_level(4), "log_level is 4, but must be from 0 to 3");
    check_refused(builder().log_interval(Duration::from_nanos(1)), "log_interval in milliseconds is 0");
    check_refused(builder().fuel(0), "fuel is 0");
    check_refused(builder().queue(0), "queue is 0");
    check_refused(builder().max_tasks_per_worker(0), "max_tasks_per_worker is 0");
    check_refused(builder().max_worker_memory(0), "max_worker_memory is 0");
    check_refused(builder().input_limit(u64::MAX), "must be from 1 to 1073741824");
    check_refused(builder().timeout(Duration::ZERO), "the timeout is 0ns");
    check_refused(builder().compile_timeout(Duration::ZERO), "the compile_timeout is 0ns");
    check_refused(
        builder().compile_memory(1 << 20),
        "compile_memory is 1048576, but must be from 33554432 to",
    );
    let twice: EscalationFactor = "2x".parse().unwrap();
    let escalate = |max| builder().escalate(twice, max);
    check_refused(escalate(Ceiling::Memory(1 << 20)), "each attempt has 256 MiB from the start");
    check_refused(escalate(Ceiling::Output(2 << 30)), "escalated output_limit is 2147483648");
    check_refused(escalate(Ceiling::Timeout(Duration::MAX)), "the escalated timeout is");
    check_refused(builder().global_timeout(Duration::ZERO), "the global_timeout is 0ns");
    check_refused(builder().module("no-such.wasm"), "there is no module no-such.wasm");
    check_refused(builder().module("/tmp"), "/tmp is a folder: `.project(...)`");
    check_refused(builder().project("no-such-folder"), "the project no-such-folder is not a folder");
    check_refused(builder().dir("/etc/passwd", "/data", false), "cannot grant /etc/passwd: it is no folder");
    check_refused(builder().dir("/tmp", "", false), "guests need a name");
    check_refused(builder().dir("/tmp", "/a", false).dir("/usr", "/a", false), "another folder by that name");
    check_refused(builder().env("A=B", "c"), "cannot grant A=B");
    check_refused(builder().arg("a\0b"), "no zero byte");
    check_refused(builder().dir("/no-such-folder", "/data", false), "cannot grant /no-such-folder");
    check_refused(builder().log_path("/no-such-folder/log"), "cannot write the log /no-such-folder/log");
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    check_refused(builder().dir(folder.path(), "/data", true).log_path(&log), "guests could change the log");
    assert!(!log.exists());
    check_refused(TaskManager::builder().worker_exe("no-such-program"), "no-such-program");
}

#[test]
fn a_program_that_forgot_init_is_told_before_anything_is_started() {
    let error = TaskManager::builder().build().unwrap_err();
    assert!(matches!(error, SetupError::NoWorker), "{error}");
}

#[test]
fn what_a_failing_build_said_stands_in_the_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"broken\"\n[workspace]\n").unwrap();
    std::fs::write(folder.path().join("src/main.rs"), "fn main() { this is no Rust }").unwrap();
    check_refused(builder().project(folder.path()), "src/main.rs");
}

#[test]
fn a_subscriber_hears_of_everything() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    let hear = move |event: &RunEvent| ears.lock().unwrap().push(event.clone());
    manager(1).on_event(hear).build().unwrap().supervise(good(3)).unwrap();
    let heard = heard.lock().unwrap();
    let count = |is: fn(&RunEvent) -> bool| heard.iter().filter(|event| is(event)).count();
    assert_eq!(count(|event| matches!(event, RunEvent::TaskDone(_))), 3);
    assert_eq!(count(|event| matches!(event, RunEvent::AttemptDispatched { .. })), 3);
    assert_eq!(count(|event| matches!(event, RunEvent::ModuleReady { .. })), 1);
    assert_eq!(count(|event| matches!(event, RunEvent::WorkerStarted { .. })), 2);
}
