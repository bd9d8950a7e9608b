//! Reads the control lines of a client, on a thread of its own: they must not wait behind its
//! tasks.

use super::SharedTasks;
use super::control_line::{ControlRequest, LONGEST_CONTROL_LINE, read};
use super::registry::CancelOutcome;
use crate::stderr::say;
use polymer_host_base::sanitize::printable;
use polymer_host_run::RunControl;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::fd::OwnedFd;
use std::thread;

/// Starts the thread. It ends with the process, or when the client closes its end.
///
/// # Errors
/// If no thread can be started.
pub(super) fn listen(lines: OwnedFd, tasks: SharedTasks, control: RunControl) -> io::Result<()> {
    let mut lines = BufReader::new(File::from(lines));
    let listen = move || {
        let mut number = 0_u64;
        let mut line = Vec::new();
        loop {
            line.clear();
            number += 1;
            let most = u64::try_from(LONGEST_CONTROL_LINE).unwrap_or(u64::MAX);
            match lines.by_ref().take(most).read_until(b'\n', &mut line) {
                // The client is gone, and with it whoever wants the rest.
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
            let is_whole = line.ends_with(b"\n");
            if !is_whole && !skip(&mut lines, line.len()) {
                break;
            }
            match if is_whole { read(&line) } else { Err("it is too long".to_owned()) } {
                Ok(request) => follow(request, number, &tasks, &control),
                Err(why) => say(&format!("warn: control line {number} is ignored: {}\n", printable(&why))),
            }
        }
        // At once: the second time ends what the first would have let finish.
        control.stop();
        control.stop();
    };
    thread::Builder::new().name("control".to_owned()).spawn(listen).map(drop)
}

/// Skips the rest of a line that is too long; returns false if there is none, for the input has
/// ended.
fn skip(lines: &mut BufReader<File>, read: usize) -> bool {
    if read < LONGEST_CONTROL_LINE {
        return false;
    }
    let mut rest = Vec::new();
    loop {
        rest.clear();
        let most = u64::try_from(LONGEST_CONTROL_LINE).unwrap_or(u64::MAX);
        match lines.by_ref().take(most).read_until(b'\n', &mut rest) {
            Ok(0) | Err(_) => return false,
            Ok(_) if rest.ends_with(b"\n") => return true,
            Ok(_) => {}
        }
    }
}

fn follow(request: ControlRequest, number: u64, tasks: &SharedTasks, control: &RunControl) {
    match request {
        ControlRequest::Drain => control.drain(),
        ControlRequest::CancelLine(seq) => control.cancel(seq),
        ControlRequest::CancelId(id) => {
            let outcome = tasks.lock().cancel(&id);
            match outcome {
                CancelOutcome::Line(seq) => control.cancel(seq),
                CancelOutcome::Later => {}
                CancelOutcome::Refused => {
                    say(&format!(
                        "warn: control line {number} is ignored: too many cancellations wait for their tasks\n"
                    ));
                }
            }
        }
    }
}
