//! One program of a build: what it says is passed on as it comes, and its end is kept; after a
//! limit it is ended.
//!
//! It must never know what is built, nor understand what is said.
#![expect(clippy::disallowed_types, reason = "build tools are started here")]

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_sys::process;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of what a program says that are kept: more than a person reads, and the first error of a
/// compiler is at its end less often than at its start.
const SAID: usize = 256 << 10;

/// Exit status of a program, and its output.
#[derive(Debug)]
pub(super) struct ToolOutput {
    pub(super) status: ExitStatus,
    /// On stderr.
    pub(super) said: String,
    /// On stdout, if that was piped.
    pub(super) output: Vec<u8>,
}

/// Outcome of listening to a program.
#[derive(Debug)]
pub(super) enum ListenEnd {
    Ended(ToolOutput),
    /// And was killed.
    TookTooLong,
}

/// Runs a program, passes on to `notice` what it writes to stderr, and waits for its end.
///
/// # Errors
/// If it cannot be started or waited for.
pub(super) fn listen(
    command: &mut Command,
    notice: &mut dyn Write,
    limit: Duration,
) -> io::Result<ListenEnd> {
    let end = Instant::now().checked_add(limit);
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let output = child.stdout.take().map(|stdout| thread::spawn(|| all_of(stdout)));
    let mut said = Vec::new();
    let stderr = child.stderr.take();
    let ended = hear(&child, stderr, end, |part| {
        // Who closed stderr wants no notice; that is no reason not to build.
        drop(notice.write_all(part).and_then(|()| notice.flush()));
        let room = SAID.saturating_sub(said.len()).min(part.len());
        said.extend_from_slice(part.get(..room).unwrap_or_default());
    });
    if !matches!(ended, Ok(true)) {
        child.kill()?;
    }
    let status = child.wait()?;
    if !ended? {
        return Ok(ListenEnd::TookTooLong);
    }
    let output = output.map(thread::JoinHandle::join).and_then(Result::ok).unwrap_or_default();
    Ok(ListenEnd::Ended(ToolOutput { status, said: String::from_utf8_lossy(&said).into_owned(), output }))
}

/// Hears a program until it ends. Returns false if it did not by then. One of its own children may
/// hold the pipe for longer: that is waited for no more.
fn hear(
    child: &Child,
    mut stderr: Option<ChildStderr>,
    end: Option<Instant>,
    mut hear: impl FnMut(&[u8]),
) -> io::Result<bool> {
    let exit = process::watch_child(child.id())?;
    let mut buffer = vec![0; 8 << 10];
    loop {
        let (has_ended, has_words) = wait(&exit, stderr.as_ref(), end)?;
        if let Some(pipe) = stderr.as_mut().filter(|_| has_words) {
            match pipe.read(&mut buffer) {
                Ok(0) => stderr = None,
                Ok(got) => hear(buffer.get(..got).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        } else if has_ended {
            return Ok(true);
        }
        if end.is_some_and(|end| Instant::now() >= end) {
            return Ok(has_ended);
        }
    }
}

/// Waits until a program has ended, or has something to say, or it is time. Returns which of the
/// first two.
fn wait(exit: &OwnedFd, stderr: Option<&ChildStderr>, end: Option<Instant>) -> io::Result<(bool, bool)> {
    let left = end.map(|end| end.saturating_duration_since(Instant::now()));
    let timeout =
        left.map_or(PollTimeout::NONE, |left| PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX));
    let watched = [Some(exit.as_fd()), stderr.map(AsFd::as_fd)].into_iter().flatten();
    let mut watched: Vec<PollFd<'_>> = watched.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
    match poll(&mut watched, timeout) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(error) => return Err(error.into()),
    }
    let is_ready = |at: usize| watched.get(at).is_some_and(|fd| fd.any().unwrap_or(true));
    Ok((is_ready(0), is_ready(1)))
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

    fn listen_to(script: &str, limit: Duration) -> (ListenEnd, String) {
        let mut notice = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        let listened = listen(&mut command, &mut notice, limit).unwrap();
        (listened, String::from_utf8(notice).unwrap())
    }

    #[test]
    fn what_a_program_says_is_passed_on_and_kept() {
        let (listened, notice) = listen_to("echo said >&2; echo told; exit 3", LONG);
        let ListenEnd::Ended(heard) = listened else { panic!("{listened:?}") };
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
        let ListenEnd::Ended(heard) = listened else { panic!("{listened:?}") };
        assert_eq!((notice.len(), heard.output.len()), (1_000_000, 1_000_000));
        assert!(heard.said.len() == SAID && heard.said.starts_with("first\n"), "{}", heard.said.len());
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        for script in ["echo said >&2; exec sleep 600", "exec sleep 600 2>&-", "while :; do echo a >&2; done"]
        {
            let (listened, _) = listen_to(script, Duration::from_millis(100));
            assert!(matches!(listened, ListenEnd::TookTooLong), "{script}: {listened:?}");
        }
    }

    #[test]
    fn nobody_waits_for_what_a_program_left_behind() {
        let begun = Instant::now();
        let (listened, _) = listen_to("sleep 20 > /dev/null & exit 0", LONG);
        assert!(matches!(listened, ListenEnd::Ended(heard) if heard.status.success()));
        assert!(begun.elapsed() < Duration::from_secs(15));
    }
}
