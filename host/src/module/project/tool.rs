//! One program of a build: what it says is passed on as it comes, and its end is kept; after a limit it is ended.
//!
//! It must never know what is built, nor understand what is said.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of what a program says that are kept: more than a person reads, and the first error of a compiler is at its end less often than at
/// its start.
const SAID: usize = 256 << 10;
/// How often it is looked whether a program has ended that says nothing.
const LOOK: Duration = Duration::from_millis(50);

/// How a program ended, and what it said.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) status: ExitStatus,
    /// On stderr.
    pub(super) said: String,
    /// On stdout, if that was piped.
    pub(super) output: Vec<u8>,
}

/// How listening to a program ended.
#[derive(Debug)]
pub(super) enum Listened {
    Ended(Heard),
    /// And was killed.
    TookTooLong,
}

/// Runs a program, passes on to `notice` what it writes to stderr, and waits for its end.
///
/// # Errors
/// If it cannot be started or waited for.
pub(super) fn listen(command: &mut Command, notice: &mut dyn Write, limit: Duration) -> io::Result<Listened> {
    let end = Instant::now().checked_add(limit);
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let output = child.stdout.take().map(|stdout| thread::spawn(|| all_of(stdout)));
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        let parts = parts_of(stderr);
        let heard = hear(&mut child, &parts, end, |part| {
            // Who closed stderr wants no notice; that is no reason not to build.
            drop(notice.write_all(part).and_then(|()| notice.flush()));
            let room = SAID.saturating_sub(said.len()).min(part.len());
            said.extend_from_slice(part.get(..room).unwrap_or_default());
        })?;
        if !heard {
            child.kill()?;
            child.wait()?;
            return Ok(Listened::TookTooLong);
        }
    }
    let output = output.map(thread::JoinHandle::join).and_then(Result::ok).unwrap_or_default();
    let status = child.wait()?;
    Ok(Listened::Ended(Heard { status, said: String::from_utf8_lossy(&said).into_owned(), output }))
}

/// Hears a program until it ends. Returns false if it did not by then. One of its own children may hold the pipe for longer: that is waited
/// for no more.
fn hear(
    child: &mut Child,
    parts: &Receiver<Vec<u8>>,
    end: Option<Instant>,
    mut hear: impl FnMut(&[u8]),
) -> io::Result<bool> {
    let mut ended = false;
    loop {
        match parts.recv_timeout(LOOK) {
            Ok(part) => hear(&part),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if ended => return Ok(true),
            Err(RecvTimeoutError::Timeout) => ended = child.try_wait()?.is_some(),
        }
        if !ended && end.is_some_and(|end| Instant::now() >= end) {
            return Ok(false);
        }
    }
    // It may have closed the pipe and go on.
    while child.try_wait()?.is_none() {
        if end.is_some_and(|end| Instant::now() >= end) {
            return Ok(false);
        }
        thread::sleep(LOOK / 10);
    }
    Ok(true)
}

/// What is read, part by part, until it ends.
fn parts_of(mut from: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (send, parts) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 8 << 10];
        while let Ok(got) = from.read(&mut buffer) {
            let part = buffer.get(..got).unwrap_or_default();
            if part.is_empty() || send.send(part.to_vec()).is_err() {
                break;
            }
        }
    });
    parts
}

fn all_of(mut from: impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    // What was read before an error is told; whoever reads it finds out what is missing.
    drop(from.read_to_end(&mut all));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn listen_to(script: &str, limit: Duration) -> (Listened, String) {
        let mut notice = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        let listened = listen(&mut command, &mut notice, limit).unwrap();
        (listened, String::from_utf8(notice).unwrap())
    }

    #[test]
    fn what_a_program_says_is_passed_on_and_kept() {
        let (listened, notice) = listen_to("echo said >&2; echo told; exit 3", LONG);
        let Listened::Ended(heard) = listened else { panic!("{listened:?}") };
        assert_eq!(
            (heard.status.code(), heard.said.as_str(), notice.as_str()),
            (Some(3), "said\n", "said\n")
        );
        assert_eq!(heard.output, b"told\n");
    }

    #[test]
    fn much_is_passed_on_whole_and_its_start_kept() {
        let (listened, notice) =
            listen_to("yes first | head -c 1000000 >&2; yes told | head -c 1000000", LONG);
        let Listened::Ended(heard) = listened else { panic!("{listened:?}") };
        assert_eq!((notice.len(), heard.output.len()), (1_000_000, 1_000_000));
        assert!(heard.said.len() == SAID && heard.said.starts_with("first\n"), "{}", heard.said.len());
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        for script in ["echo said >&2; exec sleep 600", "exec sleep 600 2>&-", "while :; do echo a >&2; done"]
        {
            let (listened, _) = listen_to(script, Duration::from_millis(100));
            assert!(matches!(listened, Listened::TookTooLong), "{script}: {listened:?}");
        }
    }

    #[test]
    fn nobody_waits_for_what_a_program_left_behind() {
        let begun = Instant::now();
        let (listened, _) = listen_to("sleep 20 > /dev/null & exit 0", LONG);
        assert!(matches!(listened, Listened::Ended(heard) if heard.status.success()));
        assert!(begun.elapsed() < Duration::from_secs(15));
    }
}
