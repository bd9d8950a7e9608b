//! One worker's socket: frames out, frames in, never waiting.

use crate::protocol::{FrameError, FrameReader, SMALL_FRAME, ToWorker, write_frame};
use crate::sys::channel;
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// The most that is read from one worker before the others have their turn.
const TURN: usize = 1 << 20;

/// Our end of a worker's socket.
#[derive(Debug)]
pub(super) struct Link {
    socket: OwnedFd,
    pub(super) frames: FrameReader,
    out: Vec<u8>,
    /// Bytes at the front of `out` that went.
    sent: usize,
    /// The worker closed its end, or it is of no use any more.
    closed: bool,
}

/// Whether more can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// There may be more at once.
    More,
    /// Nothing is left for now.
    Empty,
    /// Nothing will come any more.
    Closed,
}

impl Link {
    pub(super) const fn new(socket: OwnedFd) -> Self {
        Self { socket, frames: FrameReader::new(SMALL_FRAME), out: Vec::new(), sent: 0, closed: false }
    }

    /// Puts a message behind those that wait to go.
    pub(super) fn queue(&mut self, message: &ToWorker<'_>) -> Result<(), FrameError> {
        write_frame(message, u32::MAX as usize, &mut self.out)
    }

    /// Sends a message with descriptors beside it. Nothing may wait before it.
    pub(super) fn send_with(&mut self, message: &ToWorker<'_>, beside: &[BorrowedFd<'_>]) -> io::Result<()> {
        self.queue(message).map_err(io::Error::other)?;
        self.sent += channel::send(&self.socket, &self.out, beside)?;
        Ok(())
    }

    /// Sends what waits, as far as it goes; says whether something is left.
    pub(super) fn flush(&mut self) -> bool {
        while let Some(rest) = self.out.get(self.sent..).filter(|rest| !rest.is_empty() && !self.closed) {
            match channel::send(&self.socket, rest, &[]) {
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Its end is noticed where it is read from.
                Err(_) => self.closed = true,
            }
        }
        self.out.clear();
        self.sent = 0;
        false
    }

    /// Reads what came.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Flow {
        let mut read = 0;
        while read < TURN {
            match nix::unistd::read(&self.socket, buffer) {
                Ok(0) => return Flow::Closed,
                Ok(count) => {
                    self.frames.feed(buffer.get(..count).unwrap_or_default());
                    read += count;
                    if count < buffer.len() {
                        return Flow::Empty;
                    }
                }
                Err(nix::errno::Errno::EAGAIN) => return Flow::Empty,
                Err(nix::errno::Errno::EINTR) => {}
                Err(_) => return Flow::Closed,
            }
        }
        Flow::More
    }
}

impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
