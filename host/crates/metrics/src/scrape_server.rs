//! Answers scrapes, on a thread of its own.
//!
//! By hand and on `std`: one kind of request, one answer, and bounds that a library for servers
//! leaves to its caller (`tiny_http` has no deadline for slow readers, others bring a runtime). The
//! thread shares nothing with the run but the board. At most [`MOST_OPEN`] readers are served at a
//! time; one more takes the place of the one that came first. An honest reader asks at once and is
//! answered in the same round, so those that only hold a place lose it.

use crate::rendered_text::RenderedText;
use crate::scrape_connection::{ConnectionState, ReaderSocket, ScrapeConnection};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Readers that are served at a time.
const MOST_OPEN: usize = 32;
/// Readers that are taken in a [`SECOND`]: more would cost the run time on a processor.
const MOST_A_SECOND: u32 = 100;
const SECOND: Duration = Duration::from_secs(1);
/// Time without new readers after one could not be taken, so that a lack of descriptors makes no
/// busy thread.
const PAUSE: Duration = Duration::from_secs(1);

/// A socket that takes readers.
#[derive(Debug)]
pub enum MetricsListener {
    /// Of an address.
    Address(TcpListener),
    /// Of a path.
    Socket(UnixListener),
}

impl MetricsListener {
    /// Listens at an address.
    ///
    /// # Errors
    /// If it is taken, or not of this machine.
    pub fn at_address(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self::Address(listener))
    }

    /// Listens at the path of a Unix socket. One that was left there by a process that is gone is
    /// replaced.
    ///
    /// # Errors
    /// If somebody listens there, something else stands there, or it cannot be made.
    pub fn at_path(path: &Path) -> io::Result<Self> {
        let listener = match UnixListener::bind(path) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && is_left_behind(path) => {
                std::fs::remove_file(path)?;
                UnixListener::bind(path)
            }
            bound => bound,
        }?;
        listener.set_nonblocking(true)?;
        Ok(Self::Socket(listener))
    }

    /// The address, with the port that the system chose if none was named; `None` for a path.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Address(listener) => listener.local_addr().ok(),
            Self::Socket(_) => None,
        }
    }

    fn accept(&self) -> io::Result<Box<dyn ReaderSocket>> {
        Ok(match self {
            Self::Address(listener) => {
                let (socket, _) = listener.accept()?;
                socket.set_nonblocking(true)?;
                Box::new(socket)
            }
            Self::Socket(listener) => {
                let (socket, _) = listener.accept()?;
                socket.set_nonblocking(true)?;
                Box::new(socket)
            }
        })
    }
}

impl AsFd for MetricsListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Address(listener) => listener.as_fd(),
            Self::Socket(listener) => listener.as_fd(),
        }
    }
}

/// Returns whether a socket stands there at which nobody listens.
fn is_left_behind(path: &Path) -> bool {
    // To connect to a file that is no socket is refused too.
    let is_socket = path.symlink_metadata().is_ok_and(|there| there.file_type().is_socket());
    is_socket && UnixStream::connect(path).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

/// Answers whoever comes, on a thread that ends with the process.
///
/// # Errors
/// If no thread can be started.
pub fn serve(listener: MetricsListener, text: RenderedText) -> io::Result<()> {
    let server =
        ScrapeServer { listener, text, open: Vec::new(), paused_until: None, second: (Instant::now(), 0) };
    thread::Builder::new().name("metrics".to_owned()).spawn(move || server.run()).map(drop)
}

#[derive(Debug)]
struct ScrapeServer {
    listener: MetricsListener,
    text: RenderedText,
    /// The one that came first is the first.
    open: Vec<ScrapeConnection>,
    paused_until: Option<Instant>,
    /// The beginning of the second that is counted, and the readers in it.
    second: (Instant, u32),
}

impl ScrapeServer {
    fn run(mut self) {
        while self.round().is_ok() {}
    }

    /// Waits for whatever comes first, and does what can be done without waiting.
    fn round(&mut self) -> Result<(), Errno> {
        let now = Instant::now();
        self.open.retain(|connection| connection.deadline() > now);
        self.paused_until = self.paused_until.filter(|until| *until > now);
        let ready = match self.wait(now) {
            Err(Errno::EINTR) => return Ok(()),
            ready => ready?,
        };
        let mut ready = ready.into_iter();
        let has_new = self.paused_until.is_none() && ready.next().unwrap_or_default();
        let text = &mut self.text;
        self.open.retain_mut(|connection| {
            !ready.next().unwrap_or_default() || connection.go_on(text) == ConnectionState::Open
        });
        if has_new {
            self.take_new(Instant::now());
        }
        Ok(())
    }

    /// Says which of the listener, unless it is paused, and the readers can go on.
    fn wait(&self, now: Instant) -> Result<Vec<bool>, Errno> {
        let listener =
            self.paused_until.is_none().then(|| PollFd::new(self.listener.as_fd(), PollFlags::POLLIN));
        let readers = self.open.iter().map(|reader| PollFd::new(reader.as_fd(), reader.awaits()));
        let mut awaited: Vec<PollFd<'_>> = listener.into_iter().chain(readers).collect();
        let due = self.open.iter().map(ScrapeConnection::deadline).chain(self.paused_until).min();
        let timeout = due.map_or(PollTimeout::NONE, |due| {
            // Up to the next millisecond, or the last one would be spent asking again and again.
            let millis = due.saturating_duration_since(now).as_millis() + 1;
            PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)
        });
        poll(&mut awaited, timeout)?;
        Ok(awaited.iter().map(|fd| fd.any().unwrap_or(true)).collect())
    }

    /// Takes the readers that have come, each of whom may have asked already.
    fn take_new(&mut self, now: Instant) {
        if now.saturating_duration_since(self.second.0) >= SECOND {
            self.second = (now, 0);
        }
        for _ in 0..MOST_OPEN {
            if self.second.1 >= MOST_A_SECOND {
                self.paused_until = Some(self.second.0 + SECOND);
                return;
            }
            let socket = match self.listener.accept() {
                Ok(socket) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // That one has gone again.
                Err(error)
                    if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) =>
                {
                    continue;
                }
                Err(_) => {
                    self.paused_until = Some(now + PAUSE);
                    return;
                }
            };
            self.second.1 += 1;
            let mut connection = ScrapeConnection::new(socket, now);
            if connection.go_on(&mut self.text) == ConnectionState::Over {
                continue;
            }
            if self.open.len() >= MOST_OPEN {
                self.open.remove(0);
            }
            self.open.push(connection);
        }
    }
}

#[cfg(test)]
mod tests;
