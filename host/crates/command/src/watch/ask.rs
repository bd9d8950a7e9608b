//! Runs that are under way, and what each says of itself.
//!
//! Whatever comes from a socket is a claim: bounded, and not yet safe to show.

use super::place;
use crate::report::run_snapshot::{RunSnapshot, SNAPSHOT_VERSION};
use nix::errno::Errno;
use serde::Deserialize;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of a snapshot that are read.
const LONGEST: u64 = 1 << 20;
/// How long a supervisor is waited for: it takes a second at most.
const PATIENCE: Duration = Duration::from_secs(3);

/// A run that answered.
#[derive(Debug)]
pub(crate) struct WatchedRun {
    /// Where to ask again.
    pub(crate) socket: PathBuf,
    pub(crate) snapshot: RunSnapshot,
}

/// Why nothing is known of a run.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody is there.
    #[error("the run is over")]
    Gone,
    /// It does not answer in time.
    #[error("the run does not answer")]
    Silent,
    /// It answers in another form.
    #[error("the run belongs to another version of polymer")]
    OtherVersion,
}

/// What each version has.
#[derive(Deserialize)]
struct SnapshotHead {
    v: u32,
}

/// Asks the supervisor at a socket how its run stands.
///
/// # Errors
/// If it is not there, or does not answer as it should.
pub(crate) fn ask(path: &Path) -> Result<RunSnapshot, AskError> {
    let stream = connected(path)?;
    let mut line = Vec::new();
    let read = BufReader::new(stream.take(LONGEST)).read_until(b'\n', &mut line);
    match read {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(AskError::Silent),
        Err(_) => return Err(AskError::Gone),
        // It had nothing to say, or was ended meanwhile.
        Ok(0) => return Err(AskError::Silent),
        Ok(_) => {}
    }
    understood(&line)
}

fn understood(line: &[u8]) -> Result<RunSnapshot, AskError> {
    let head: SnapshotHead = serde_json::from_slice(line).map_err(|_| AskError::OtherVersion)?;
    if head.v != SNAPSHOT_VERSION {
        return Err(AskError::OtherVersion);
    }
    serde_json::from_slice(line).map_err(|_| AskError::OtherVersion)
}

fn connected(path: &Path) -> Result<UnixStream, AskError> {
    let stream = place::connect(path).map_err(|error| match error {
        Errno::EAGAIN => AskError::Silent,
        _ => AskError::Gone,
    })?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(|_| AskError::Gone)?;
    Ok(stream)
}

/// The runs of this user that are under way and answer. Sockets that were left behind are removed.
pub(crate) fn under_way() -> Vec<WatchedRun> {
    under_way_in(&place::folders())
}

fn under_way_in(folders: &[PathBuf]) -> Vec<WatchedRun> {
    let mut runs = Vec::new();
    for folder in folders.iter().filter(|folder| place::is_private(folder)) {
        place::remove_stale(folder);
        for (_, socket) in place::sockets(folder) {
            if let Ok(snapshot) = ask(&socket) {
                runs.push(WatchedRun { socket, snapshot });
            }
        }
    }
    runs
}

/// The run of the supervisor with this process, if it answers.
pub(crate) fn of_process(pid: u32) -> Result<WatchedRun, AskError> {
    of_process_in(&place::folders(), pid)
}

fn of_process_in(folders: &[PathBuf], pid: u32) -> Result<WatchedRun, AskError> {
    let mut last = AskError::Gone;
    for folder in folders.iter().filter(|folder| place::is_private(folder)) {
        let socket = place::socket(folder, pid);
        match ask(&socket) {
            Ok(snapshot) => return Ok(WatchedRun { socket, snapshot }),
            Err(AskError::Gone) => {}
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The run in a folder at which this process is, by its own account, if it answers. On another
/// machine a process of the same number has nothing to do with it.
pub(crate) fn of_folder(dir: &Path, pid: u32) -> Option<WatchedRun> {
    let dir = dir.canonicalize().ok()?;
    let run = of_process(pid).ok()?;
    (run.snapshot.dir.as_deref() == Some(&*dir.to_string_lossy())).then_some(run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::net::UnixListener;
    use std::thread;

    /// A supervisor that gives this answer, once.
    fn answering(path: &Path, answer: &'static [u8]) {
        let listener = UnixListener::bind(path).unwrap();
        thread::spawn(move || {
            let (mut asker, _) = listener.accept().unwrap();
            drop(asker.write_all(answer));
        });
    }

    #[test]
    fn an_answer_of_another_version_or_of_no_form_is_told_as_that() {
        let folder = tempfile::tempdir().unwrap();
        for (at, (answer, expected)) in [
            (&b"{\"v\":2,\"pid\":7}\n"[..], "the run belongs to another version of polymer"),
            (b"{\"v\":1,\"pid\":7}\n", "the run belongs to another version of polymer"),
            (b"[]\n", "the run belongs to another version of polymer"),
            (b"\xff\n", "the run belongs to another version of polymer"),
            (b"", "the run does not answer"),
        ]
        .into_iter()
        .enumerate()
        {
            let path = folder.path().join(at.to_string());
            answering(&path, answer);
            assert_eq!(ask(&path).unwrap_err().to_string(), expected, "{answer:?}");
        }
        assert_eq!(ask(&folder.path().join("none")).unwrap_err().to_string(), "the run is over");
    }

    #[test]
    fn an_answer_without_end_is_not_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        let listener = UnixListener::bind(&path).unwrap();
        let talks = thread::spawn(move || {
            let (mut asker, _) = listener.accept().unwrap();
            while asker.write_all(&[b'x'; 1 << 16]).is_ok() {}
        });
        assert!(matches!(ask(&path), Err(AskError::OtherVersion)));
        talks.join().unwrap();
    }
}
