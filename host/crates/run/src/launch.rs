//! Starts worker processes: this program again, in a worker's role, with nothing of ours but a
//! socket.
//!
//! A child gets an empty environment, the socket as its descriptor 0, nothing on 1 and a pipe on 2;
//! every other descriptor of ours is closed on exec. Signals that ask a program to end are blocked
//! in it: the supervisor ends it, by SIGKILL. It must be started from the thread that lives as long
//! as the run: it dies with that.
#![expect(clippy::disallowed_types, reason = "workers are started here")]

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use polymer_host_base::JailRole;
use polymer_host_protocol::ARGUMENT;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_sys::{channel, process, signals};
use std::fs::OpenOptions;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Where the standard output of workers goes.
const NULL: &str = "/dev/null";

/// A process that was started, and our ends of what it holds.
#[derive(Debug)]
pub(super) struct LaunchedWorker {
    pub(super) child: Child,
    /// Does not block.
    pub(super) socket: OwnedFd,
    /// Its stderr, read without blocking.
    pub(super) stderr: OwnedFd,
    /// Readable once it has ended.
    pub(super) exit: OwnedFd,
}

/// Starts `exe` as a worker.
///
/// # Errors
/// If the system refuses.
pub(super) fn launch(exe: &Path, purpose: JailRole) -> Result<LaunchedWorker, SystemError> {
    let refused = |error: io::Error| SystemError::new(SystemOperation::Start, exe, error);
    let (socket, theirs) = channel::pair().map_err(refused)?;
    // Opened here, so that it is not the program that seems to be missing where there is no such
    // device.
    let null =
        OpenOptions::new().write(true).open(NULL).map_err(SystemError::on(SystemOperation::Write, NULL))?;
    let mut command = Command::new(exe);
    command.arg(ARGUMENT).arg(purpose.name()).arg(std::process::id().to_string()).env_clear();
    command.stdin(Stdio::from(theirs)).stdout(Stdio::from(null)).stderr(Stdio::piped());
    // Who sends a notice to all processes of a run means the run, which lets its tasks end.
    let mut child = signals::with_notices_blocked(|| command.spawn()).map_err(refused)?;
    let ready = || -> io::Result<(OwnedFd, OwnedFd)> {
        let stderr = child.stderr.take().ok_or_else(|| io::Error::other("no stderr"))?;
        let stderr = OwnedFd::from(stderr);
        channel::set_nonblocking(&stderr)?;
        Ok((stderr, process::watch_child(child.id())?))
    };
    match { ready }() {
        Ok((stderr, exit)) => Ok(LaunchedWorker { child, socket, stderr, exit }),
        Err(error) => {
            kill_group(&child);
            drop(child.wait());
            Err(refused(error))
        }
    }
}

/// Kills a process that was not waited for yet, and all of its group.
pub(super) fn kill_group(child: &Child) {
    signal_group(child, Signal::SIGKILL);
}

/// Sends a signal to a process that was not waited for yet, and to all of its group.
pub(super) fn signal_group(child: &Child, signal: Signal) {
    let Ok(pid) = i32::try_from(child.id()) else { return };
    let pid = Pid::from_raw(pid);
    // It may have ended already; its id stays its own until it is waited for.
    if killpg(pid, signal) == Err(Errno::ESRCH) {
        // It begins its own group first thing, and has started nothing before.
        let _ = kill(pid, signal);
    }
}
