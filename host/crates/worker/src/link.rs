//! The worker's end of the socket: frames in and out, descriptors beside them. Reads and writes
//! wait.
//!
//! It knows no message's meaning.

use polymer_host_protocol::frame;
use polymer_host_protocol::frame::FrameError;
use polymer_host_protocol::{FrameReader, FromWorker, write_frame};
use polymer_host_sys::channel;
use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// Why the talk with the supervisor cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// The socket failed.
    #[error("the socket to the supervisor failed: {0}")]
    Io(#[source] io::Error),
    /// The peer sent what is no frame or no message.
    #[error("the supervisor sent {0}")]
    Frame(#[source] FrameError),
    /// The peer sent a message that has no place here.
    #[error("the supervisor sent {0}")]
    Unexpected(String),
    /// The machine refused what this side needs.
    #[error("the machine refused what a worker needs: {0}")]
    Machine(String),
    /// A fault of this side.
    #[error("a bug in the worker: {0}")]
    Own(String),
}

/// Frames from the supervisor.
#[derive(Debug)]
pub(crate) struct IncomingFrames {
    socket: OwnedFd,
    frames: FrameReader,
    /// The frame handed out last.
    frame: Vec<u8>,
    descriptors: Vec<OwnedFd>,
    /// Until when it looks for the next frame before it sleeps.
    awake: Option<Instant>,
    chunk: Box<[u8]>,
}

/// One frame as it came.
#[derive(Debug)]
pub(crate) struct ReceivedFrame<'a> {
    /// Its content.
    pub(crate) content: &'a [u8],
    /// The descriptors that have come so far and nobody took.
    pub(crate) descriptors: &'a mut Vec<OwnedFd>,
}

/// Frames that go to the supervisor.
#[derive(Debug)]
pub(crate) struct OutgoingFrames {
    socket: OwnedFd,
    buffer: Vec<u8>,
}

/// The two directions of a socket that blocks.
///
/// # Errors
/// If the system refuses a second descriptor.
pub(crate) fn open(socket: OwnedFd) -> io::Result<(IncomingFrames, OutgoingFrames)> {
    let other = socket.try_clone()?;
    // The supervisor is trusted, and what an input may be is its to say: only the header's own
    // bound holds here.
    let frames = FrameReader::new(u32::MAX as usize);
    let chunk = vec![0; CHUNK].into_boxed_slice();
    let incoming =
        IncomingFrames { socket, frames, frame: Vec::new(), descriptors: Vec::new(), awake: None, chunk };
    Ok((incoming, OutgoingFrames { socket: other, buffer: Vec::new() }))
}

impl IncomingFrames {
    /// The next frame; `None` at the end of the stream.
    pub(crate) fn next_frame(&mut self) -> Result<Option<ReceivedFrame<'_>>, LinkError> {
        loop {
            if let Some(frame) = self.frames.next_frame().map_err(LinkError::Frame)? {
                self.frame.clear();
                self.frame.shrink_to(CHUNK);
                self.frame.extend_from_slice(frame);
                return Ok(Some(ReceivedFrame { content: &self.frame, descriptors: &mut self.descriptors }));
            }
            match self.receive() {
                Ok(0) if self.frames.is_torn() => {
                    return Err(LinkError::Unexpected("half a frame".to_owned()));
                }
                Ok(0) => return Ok(None),
                Ok(count) => self.frames.feed(self.chunk.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) => return Err(LinkError::Io(error)),
            }
        }
    }
}

impl IncomingFrames {
    /// Looks for the next frame so long before it sleeps: to be woken takes longer than the
    /// shortest attempts.
    pub(crate) fn stay_awake(&mut self, most: Duration) {
        self.awake = Instant::now().checked_add(most);
    }

    fn receive(&mut self) -> io::Result<usize> {
        self.awake = self.awake.filter(|until| Instant::now() < *until);
        if self.awake.is_some() {
            channel::receive_now(&self.socket, &mut self.chunk, &mut self.descriptors)
        } else {
            channel::receive(&self.socket, &mut self.chunk, &mut self.descriptors)
        }
    }
}

/// Reads a message out of a frame; it may borrow from it.
pub(crate) fn decode<'a, T: serde::Deserialize<'a>>(content: &'a [u8]) -> Result<T, LinkError> {
    frame::decode(content).map_err(LinkError::Frame)
}

impl OutgoingFrames {
    /// Sends a message whole.
    pub(crate) fn send(&mut self, message: &FromWorker<'_>, cap: usize) -> Result<(), LinkError> {
        self.buffer.clear();
        write_frame(message, cap, &mut self.buffer).map_err(|error| LinkError::Own(error.to_string()))?;
        let mut rest = self.buffer.as_slice();
        while !rest.is_empty() {
            // Nothing travels beside it, so the plainest call does, one for each attempt. If the
            // supervisor is gone, a signal may end this process as well as an error.
            match nix::unistd::write(&self.socket, rest).map_err(io::Error::from) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(LinkError::Io(error)),
            }
        }
        // One large answer must not keep its memory for the life of the worker.
        self.buffer.shrink_to(CHUNK);
        Ok(())
    }
}
