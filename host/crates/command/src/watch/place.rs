//! Places of sockets: a folder of this user's alone, and in it a socket for each supervisor, by the
//! number of its process.
//!
//! It must never know what is said on a socket.

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, UnixAddr};
use nix::unistd::{Pid, geteuid};
use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// Name of the folder, where the folder around it is this user's.
const FOLDER: &str = "polymer";
/// Ending of a socket's name.
const ENDING: &str = ".sock";
/// Sockets that are looked at: others are no runs, or more than anybody watches.
const MOST_SOCKETS: usize = 256;

/// The folders in which sockets may be, the best first.
pub(super) fn folders() -> Vec<PathBuf> {
    folders_of(|name| std::env::var_os(name), geteuid().as_raw(), &std::env::temp_dir())
}

fn folders_of(variable: impl Fn(&str) -> Option<OsString>, user: u32, temporary: &Path) -> Vec<PathBuf> {
    let named = variable("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = named.unwrap_or_else(|| PathBuf::from(format!("/run/user/{user}")));
    vec![usual.join(FOLDER), temporary.join(format!("{FOLDER}-{user}"))]
}

/// Makes the folder if it is not there. Returns whether it is this user's alone.
pub(super) fn make(folder: &Path) -> bool {
    // What is wrong with one that is there already is seen by looking at it.
    drop(DirBuilder::new().mode(0o700).create(folder));
    is_private(folder)
}

/// Returns whether it is a folder of this user, and nobody else may do anything in it.
pub(super) fn is_private(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|metadata| {
        metadata.is_dir() && metadata.uid() == geteuid().as_raw() && metadata.mode() & 0o077 == 0
    })
}

/// The socket of a supervisor.
pub(super) fn socket(folder: &Path, pid: u32) -> PathBuf {
    folder.join(format!("{pid}{ENDING}"))
}

/// The sockets in the folder, with the number of each process, the lowest first.
pub(super) fn sockets(folder: &Path) -> Vec<(u32, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let process = |path: &Path| path.file_name()?.to_str()?.strip_suffix(ENDING)?.parse().ok();
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut sockets: Vec<(u32, PathBuf)> =
        paths.filter_map(|path| Some((process(&path)?, path))).take(MOST_SOCKETS).collect();
    sockets.sort();
    sockets
}

/// Connects without waiting: where many wait already this is `EAGAIN`. What is connected waits when
/// it reads.
///
/// # Errors
/// If nobody listens there.
pub(super) fn connect(path: &Path) -> Result<UnixStream, Errno> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let fd = nix::sys::socket::socket(AddressFamily::Unix, SockType::Stream, flags, None)?;
    nix::sys::socket::connect(fd.as_raw_fd(), &UnixAddr::new(path)?)?;
    let stream = UnixStream::from(fd);
    stream.set_nonblocking(false).map_err(|_| Errno::EBADF)?;
    Ok(stream)
}

/// Returns whether nobody listens at a socket, and the process is gone as well. Both are looked at:
/// a process that has just begun does not listen yet, and one in another container has a number of
/// its own there.
pub(super) fn is_stale(socket: &Path, pid: u32) -> bool {
    is_gone(pid) && connect(socket).is_err_and(|error| error == Errno::ECONNREFUSED)
}

/// Removes the sockets in the folder that supervisors left which were killed.
pub(super) fn remove_stale(folder: &Path) {
    for (pid, socket) in sockets(folder) {
        if is_stale(&socket, pid) {
            drop(fs::remove_file(&socket));
        }
    }
}

fn is_gone(pid: u32) -> bool {
    let Ok(pid) = i32::try_from(pid) else { return true };
    kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    #[test]
    fn sockets_are_where_the_environment_says_or_systems_put_them_then_in_a_folder_of_ones_own() {
        let of = |named: Option<&str>| {
            let folders = folders_of(|_| named.map(OsString::from), 1000, Path::new("/tmp"));
            folders.iter().map(|path| path.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let rest = ["/run/user/1000/polymer", "/tmp/polymer-1000"];
        assert_eq!(of(None), rest);
        assert_eq!(of(Some("here")), rest, "relative paths count as not set");
        assert_eq!(of(Some("/x")), ["/x/polymer", "/tmp/polymer-1000"]);
    }

    #[test]
    fn a_folder_that_others_may_enter_or_a_link_is_not_used() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("polymer");
        assert!(!is_private(&folder));
        assert!(make(&folder) && make(&folder));
        for mode in [0o701, 0o710, 0o770] {
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            assert!(!make(&folder), "{mode:o}");
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let link = around.path().join("link");
        symlink(&folder, &link).unwrap();
        assert!(!make(&link));
        assert!(!make(&around.path().join("not/there")));
    }

    #[test]
    fn only_what_is_called_as_a_socket_is_one_and_that_of_a_dead_process_goes() {
        let folder = tempfile::tempdir().unwrap();
        let ours = std::process::id();
        // No process has a number that is larger than the kernel gives.
        let dead = u32::try_from(i32::MAX).unwrap();
        for name in ["x.sock", "12", ".sock", "-1.sock"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        for pid in [dead, ours] {
            // Nobody listens any more.
            drop(UnixListener::bind(socket(folder.path(), pid)).unwrap());
        }
        let found = sockets(folder.path());
        assert_eq!(found.iter().map(|(pid, _)| *pid).collect::<Vec<_>>(), [ours, dead]);
        remove_stale(folder.path());
        assert_eq!(sockets(folder.path()), [(ours, socket(folder.path(), ours))]);
        assert!(sockets(Path::new("/nonexistent")).is_empty());
    }
}
