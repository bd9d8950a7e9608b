//! Runs the command of `--on-fail-rate`, on a thread of its own: the run never waits for it.
//!
//! The command is the operator's. It is told figures only, in variables, and nothing that a guest
//! wrote. It must never know when it is to be run.
#![expect(clippy::disallowed_types, reason = "the operator's command is started here")]

use super::fail_rate::FailRateAlert;
use super::service_notify::NOTIFY_SOCKET;
use polymer_host_report::Screen;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// Time for the command to end when the run is over.
const PATIENCE: Duration = Duration::from_secs(10);

/// A command that can be run.
#[derive(Debug)]
pub(super) struct AlertCommand {
    alerts: Sender<FailRateAlert>,
    /// It is closed once nothing runs.
    over: Receiver<()>,
}

impl AlertCommand {
    /// `command`, for a run in this folder if it has one. What becomes of it is told to `people`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn begin(command: String, run_dir: Option<&Path>, people: Screen) -> io::Result<Self> {
        let (alerts, heard) = channel::<FailRateAlert>();
        let (ended, over) = channel();
        // The command may go to another folder.
        let run_dir = run_dir.map(std::path::absolute).transpose()?;
        let wait = move || {
            if let Ok(alert) = heard.recv() {
                run(&command, alert, run_dir, &people);
            }
            drop::<Sender<()>>(ended);
        };
        thread::Builder::new().name("alert".to_owned()).spawn(wait)?;
        Ok(Self { alerts, over })
    }

    /// Has it run, if it has not been.
    pub(super) fn start(&self, alert: FailRateAlert) {
        // An error means that it was run before.
        let _ = self.alerts.send(alert);
    }

    /// Waits until it has ended, or for so long as it may take. Returns whether it has.
    pub(super) fn finish(self) -> bool {
        drop(self.alerts);
        self.over.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout)
    }
}

/// Runs the command to its end.
fn run(command: &str, alert: FailRateAlert, run_dir: Option<PathBuf>, people: &Screen) {
    let FailRateAlert { failed, tasks } = alert;
    let ended = of_shell(command, alert, run_dir).and_then(|mut command| command.status());
    let told = format!("{failed} of {tasks} tasks did not end ok");
    people.write(match ended {
        Ok(status) if status.success() => format!("note: {told}, so the command of --on-fail-rate was run\n"),
        Ok(status) => format!("warn: {told}, and the command of --on-fail-rate failed: {status}\n"),
        Err(error) => format!("warn: {told}, and the command of --on-fail-rate cannot be run: {error}\n"),
    });
}

fn of_shell(command: &str, alert: FailRateAlert, run_dir: Option<PathBuf>) -> io::Result<Command> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]);
    // Records stand on stdout, so what it says goes to stderr, as all messages do.
    let stderr = io::stderr().as_fd().try_clone_to_owned()?;
    shell.stdin(Stdio::null()).stdout(stderr);
    // Signals of the terminal are for the run.
    shell.process_group(0);
    // It is not the service.
    shell.env_remove(NOTIFY_SOCKET);
    // Not POLYMER_TASKS and POLYMER_RUN_DIR: these are settings, for a run that it may start.
    shell.env("POLYMER_ALERT_FAILED", alert.failed.to_string());
    shell.env("POLYMER_ALERT_TASKS", alert.tasks.to_string());
    shell.env_remove("POLYMER_ALERT_RUN_DIR");
    if let Some(run_dir) = run_dir {
        shell.env("POLYMER_ALERT_RUN_DIR", run_dir);
    }
    Ok(shell)
}
