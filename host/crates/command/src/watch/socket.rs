//! The socket of a run: opened if that can be, answered on a thread of its own, and gone with the
//! run.
//!
//! It must never read anything of whoever connects, nor wait for one who does not read.

use super::board::WatchBoard;
use super::place;
use nix::errno::Errno;
use nix::sys::socket::{Shutdown, shutdown};
use polymer_host_run::RunControl;
use polymer_host_sys::process::descriptors_left;
use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How long one who asked is waited for. A snapshot fits the socket's buffer, unless the system's
/// is unusually small.
const PATIENCE: Duration = Duration::from_millis(100);

/// Descriptors that have to be left for a run, so that none is taken from its workers.
const SPARE_DESCRIPTORS: u64 = 64;

/// A socket on which a run says how it stands. Dropping it ends that.
#[derive(Debug)]
pub(crate) struct WatchSocket {
    listener: Arc<UnixListener>,
    path: PathBuf,
}

impl WatchSocket {
    /// Opens the socket of this process. Where there can be none, the run goes on without one.
    pub(crate) fn open(board: WatchBoard, control: RunControl) -> Option<Self> {
        if descriptors_left().is_ok_and(|left| left < SPARE_DESCRIPTORS) {
            return None;
        }
        let renew = move || control.look();
        place::folders().iter().find_map(|folder| Self::open_in(folder, board.clone(), renew.clone()))
    }

    fn open_in(folder: &Path, board: WatchBoard, renew: impl Fn() + Send + 'static) -> Option<Self> {
        if !place::make(folder) {
            return None;
        }
        place::remove_stale(folder);
        let path = place::socket(folder, std::process::id());
        let listener = bind(&path).ok()?;
        let socket = Self { listener: Arc::new(listener), path };
        fs::set_permissions(&socket.path, Permissions::from_mode(0o600)).ok()?;
        let listener = Arc::clone(&socket.listener);
        let answer = move || answer_all(&listener, &board, renew);
        thread::Builder::new().name("watch".to_owned()).spawn(answer).ok()?;
        Some(socket)
    }
}

impl Drop for WatchSocket {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
        // Ends the thread, which waits for somebody to connect.
        let _ = shutdown(self.listener.as_raw_fd(), Shutdown::Both);
    }
}

/// Listens. A process that had the same number may have left its socket.
fn bind(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            // In another container a process may have the same number.
            if !place::connect(path).is_err_and(|error| error == Errno::ECONNREFUSED) {
                return Err(error);
            }
            fs::remove_file(path)?;
            UnixListener::bind(path)
        }
        bound => bound,
    }
}

/// Answers one after another, until the socket is shut down.
fn answer_all(listener: &UnixListener, board: &WatchBoard, renew: impl Fn()) {
    loop {
        match listener.accept() {
            Ok((asker, _)) => {
                // Whoever is gone or does not read gets nothing, or a part.
                drop(answer(asker, board, &renew));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // It was shut down, or no descriptor is left: then the run needs each for itself.
            Err(_) => return,
        }
    }
}

fn answer(mut asker: UnixStream, board: &WatchBoard, renew: impl FnOnce()) -> io::Result<()> {
    asker.set_write_timeout(Some(PATIENCE))?;
    let Some(snapshot) = board.fresh(renew) else { return Ok(()) };
    let mut line = serde_json::to_vec(&*snapshot)?;
    line.push(b'\n');
    asker.write_all(&line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::run_snapshot::RunSnapshot;
    use crate::watch::ask::{AskError, ask};
    use std::io::{BufRead, BufReader};

    /// A run that is always ready with a snapshot of so many tasks.
    fn open(folder: &Path, done: u64) -> WatchSocket {
        let board = WatchBoard::of(None);
        let of_run = board.clone();
        let renew = move || {
            let board = of_run.clone();
            let snapshot = RunSnapshot { v: 1, done, ..RunSnapshot::default() };
            thread::spawn(move || board.publish(snapshot));
        };
        WatchSocket::open_in(folder, board, renew).unwrap()
    }

    fn folder() -> tempfile::TempDir {
        tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
    }

    #[test]
    fn who_connects_gets_a_snapshot_and_the_socket_goes_with_the_run() {
        let folder = folder();
        let socket = open(folder.path(), 5);
        let path = socket.path.clone();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(ask(&path).unwrap().done, 5);
        assert_eq!(ask(&path).unwrap().done, 5);
        drop(socket);
        assert!(!path.exists());
        assert!(matches!(ask(&path), Err(AskError::Gone)));
        // The next run of this process has the same place.
        assert_eq!(ask(&open(folder.path(), 6).path).unwrap().done, 6);
    }

    #[test]
    fn nobody_who_is_slow_gone_or_hostile_keeps_others_from_being_answered() {
        let folder = folder();
        let socket = open(folder.path(), 5);
        let connect = || UnixStream::connect(&socket.path).unwrap();
        let mut silent: Vec<UnixStream> = (0..50).map(|_| connect()).collect();
        let gone: Vec<UnixStream> = (0..50).map(|_| connect()).collect();
        drop(gone);
        let mut talks = connect();
        talks.set_nonblocking(true).unwrap();
        // As much as goes; it is not read.
        while talks.write(&[b'x'; 1 << 16]).is_ok() {}
        assert_eq!(ask(&socket.path).unwrap().done, 5);
        // Who reads late finds a whole line.
        let mut line = String::new();
        BufReader::new(silent.remove(0)).read_line(&mut line).unwrap();
        assert!(line.starts_with("{\"v\":1") && line.ends_with("}\n"), "{line}");
    }

    #[test]
    fn what_a_killed_supervisor_left_is_no_obstacle_and_goes() {
        let folder = folder();
        for pid in [std::process::id(), u32::try_from(i32::MAX).unwrap()] {
            // Nobody listens any more.
            drop(UnixListener::bind(place::socket(folder.path(), pid)).unwrap());
        }
        let socket = open(folder.path(), 5);
        assert_eq!(ask(&socket.path).unwrap().done, 5);
        assert_eq!(place::sockets(folder.path()).len(), 1);
    }

    #[test]
    fn there_is_no_socket_in_a_folder_of_others() {
        let folder = folder();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        assert!(WatchSocket::open_in(folder.path(), WatchBoard::of(None), || {}).is_none());
        let long = folder.path().join("x".repeat(200));
        assert!(WatchSocket::open_in(&long, WatchBoard::of(None), || {}).is_none());
    }
}
