//! `--on-fail-rate`, and what a service manager is told of a run.

use super::support::{Ended, Start, TempFolder, wat};
use nix::sys::signal::Signal;
use std::fs;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::time::Duration;

/// Runs a shell's line that reads so many lines, in this folder.
fn shell(folder: &Path, line: &str, lines: usize, code: i32) -> Ended {
    Start::shell(line).within(folder).run("a\n".repeat(lines)).check(code)
}

#[test]
fn a_command_is_run_once_when_the_rate_is_passed() {
    let folder = TempFolder::new();
    let command = "echo said; env | grep ^POLYMER_ALERT | sort > alert-$$";
    let line = format!("polymer run {} --run-dir run --on-fail-rate '5% {command}'", wat("exit_max"));
    let ended = shell(folder.path(), &line, 250, 100);
    assert_eq!((ended.stdout.as_str(), ended.stderr.matches("said\n").count()), ("", 1), "{}", ended.stderr);
    ended.check_says("note: 100 of 100 tasks did not end ok, so the command of --on-fail-rate was run");
    let alerts: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("alert-"))
        .map(|entry| fs::read_to_string(entry.path()).unwrap())
        .collect();
    let dir = folder.path().join("run");
    let expected = format!(
        "POLYMER_ALERT_FAILED=100\nPOLYMER_ALERT_RUN_DIR={}\nPOLYMER_ALERT_TASKS=100\n",
        dir.display()
    );
    assert_eq!(alerts, [expected]);
    // Neither it nor where it was told of is kept with the run.
    let kept = fs::read_to_string(dir.join("run.json")).unwrap();
    assert!(!kept.contains("on-fail-rate"), "{kept}");
}

#[test]
fn a_few_tasks_make_no_rate_and_a_rate_that_is_kept_runs_nothing() {
    let folder = TempFolder::new();
    for (module, rate, lines, code) in
        [("exit_max", "5%", 99, 100), ("exit_max", "100%", 200, 100), ("silent", "0%", 200, 0)]
    {
        let line = format!("polymer run {} -o records --on-fail-rate '{rate} touch alert'", wat(module));
        let ended = shell(folder.path(), &line, lines, code);
        assert!(!folder.path().join("alert").exists(), "{module} {rate}\n{}", ended.stderr);
    }
}

#[test]
fn a_command_that_fails_is_told_and_changes_nothing() {
    let folder = TempFolder::new();
    let line = format!("polymer run {} -o records --on-fail-rate '1% exit 3'", wat("exit_max"));
    let ended = shell(folder.path(), &line, 150, 100);
    ended.check_says(
        "warn: 100 of 100 tasks did not end ok, and the command of --on-fail-rate failed: exit status: 3",
    );
    let line = format!("polymer run {} --on-fail-rate 5%", wat("silent"));
    shell(folder.path(), &line, 1, 2).check_says("write a percentage and a command as one text");
}

/// Waits for a message that begins so, and gives it.
#[track_caller]
fn hear(manager: &UnixDatagram, begins: &str) -> String {
    let mut bytes = [0; 500];
    loop {
        let length = manager.recv(&mut bytes).unwrap_or_else(|error| panic!("{begins}: {error}"));
        let message = String::from_utf8_lossy(&bytes[..length]).into_owned();
        if message.starts_with(begins) {
            return message;
        }
    }
}

#[test]
fn a_service_manager_is_told_when_a_run_is_at_work_and_when_it_stops() {
    let name = format!("polymer-e2e-{}", std::process::id());
    let manager = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let start = Start::polymer(&format!("run {}", wat("silent"))).env("NOTIFY_SOCKET", format!("@{name}"));
    let mut running = start.start();
    running.say("a");
    hear(&manager, "READY=1");
    running.record();
    running.signal(Signal::SIGTERM);
    assert_eq!(hear(&manager, "STOPPING=1"), "STOPPING=1");
    assert!(hear(&manager, "STATUS=1 done").contains("STATUS=1 done"));
    running.end().check(143);
}

#[test]
fn a_service_manager_that_cannot_be_reached_is_no_reason_to_stop() {
    let line = format!("run {}", wat("silent"));
    let ended = Start::polymer(&line).env("NOTIFY_SOCKET", "/nonexistent/notify").run("a\n").check(0);
    ended.check_says("warn: cannot notify the service manager at /nonexistent/notify");
}
