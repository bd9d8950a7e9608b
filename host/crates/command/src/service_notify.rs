//! Tells a service manager such as systemd how a run is: sd_notify(3), where `NOTIFY_SOCKET` names
//! a socket.
//!
//! A datagram that finds no room is left out, so the manager never holds the run up. It must never
//! tell text of a guest.

use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The variable that names the socket.
pub(super) const NOTIFY_SOCKET: &str = "NOTIFY_SOCKET";

/// A service manager that wants to be told.
#[derive(Debug)]
pub(super) struct ServiceManager {
    socket: UnixDatagram,
    is_stopping: bool,
}

impl ServiceManager {
    /// The one that the environment names, if there is one.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub(super) fn of_environment() -> Result<Option<Self>, SystemError> {
        let named = std::env::var_os(NOTIFY_SOCKET).filter(|name| !name.is_empty());
        named.map(|name| Self::at(&name)).transpose()
    }

    fn at(name: &OsString) -> Result<Self, SystemError> {
        let refused = SystemError::on(SystemOperation::NotifyService, name);
        let socket = UnixDatagram::unbound().map_err(&refused)?;
        socket.set_nonblocking(true).map_err(&refused)?;
        socket.connect_addr(&address(name).map_err(&refused)?).map_err(refused)?;
        Ok(Self { socket, is_stopping: false })
    }

    /// Says that the run is at work.
    pub(super) fn ready(&self) {
        self.tell("READY=1");
    }

    /// Says what the run has done, in one line.
    pub(super) fn status(&self, line: &str) {
        let line: String =
            line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        self.tell(&format!("STATUS={line}"));
    }

    /// Says that the run takes nothing new, or is over. Later calls say nothing.
    pub(super) fn stopping(&mut self) {
        if !std::mem::replace(&mut self.is_stopping, true) {
            self.tell("STOPPING=1");
        }
    }

    /// Nobody waits for an answer, and a manager that is gone or full is no reason to stop.
    fn tell(&self, what: &str) {
        drop(self.socket.send(what.as_bytes()));
    }
}

/// The address that a name means: a path, or an abstract name behind `@`.
fn address(name: &OsStr) -> io::Result<SocketAddr> {
    match name.as_bytes() {
        [b'@', rest @ ..] => SocketAddr::from_abstract_name(rest),
        [b'/', ..] => SocketAddr::from_pathname(name),
        _ => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            format!("{NOTIFY_SOCKET} is neither an absolute path nor an abstract name such as @run"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(manager: &UnixDatagram) -> String {
        let mut bytes = [0; 200];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    fn check(manager: &UnixDatagram, name: &str) {
        let mut service = ServiceManager::at(&name.into()).unwrap();
        service.ready();
        service.status("1 of 2\ndone\u{1b}");
        service.stopping();
        service.stopping();
        service.status("over");
        let told = [(); 4].map(|()| heard(manager));
        assert_eq!(told, ["READY=1", "STATUS=1 of 2 done ", "STOPPING=1", "STATUS=over"]);
    }

    #[test]
    fn a_manager_is_told_by_a_path_or_an_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        check(&UnixDatagram::bind(&path).unwrap(), path.to_str().unwrap());
        let name = format!("polymer-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        check(&UnixDatagram::bind_addr(&address).unwrap(), &format!("@{name}"));
    }

    #[test]
    fn one_that_does_not_read_or_is_gone_holds_nothing_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        let service = ServiceManager::at(&path.clone().into()).unwrap();
        (0..10_000).for_each(|_| service.ready());
        drop(manager);
        service.ready();
        std::fs::remove_file(&path).unwrap();
        let error = ServiceManager::at(&path.into()).unwrap_err().to_string();
        assert!(error.starts_with("cannot notify the service manager at "), "{error}");
        let error = ServiceManager::at(&"vsock:2".into()).unwrap_err().to_string();
        assert!(error.contains("neither an absolute path nor an abstract name"), "{error}");
    }
}
