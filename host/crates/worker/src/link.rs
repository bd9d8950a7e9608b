//! The worker's end of the socket: frames in and out, descriptors beside them. Reads and writes
//! wait.
//!
//! It knows no message's meaning.

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_protocol::frame;
use polymer_host_protocol::frame::FrameError;
use polymer_host_protocol::{FrameReader, FromWorker, write_frame};
use polymer_host_sys::channel;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes that are read at once, and of a frame that is known to be longer.
const CHUNK: usize = 64 << 10;
const LONG_CHUNK: usize = 256 << 10;

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
    socket: Arc<OwnedFd>,
    frames: FrameReader,
    descriptors: Vec<OwnedFd>,
    /// Until when it looks for the next frame before it sleeps.
    awake: Option<Instant>,
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
    socket: Arc<OwnedFd>,
    buffer: Vec<u8>,
}

/// The two directions of a socket that blocks.
pub(crate) fn open(socket: OwnedFd) -> (IncomingFrames, OutgoingFrames) {
    let socket = Arc::new(socket);
    // The supervisor is trusted, and what an input may be is its to say: only the header's own
    // bound holds here.
    let frames = FrameReader::new(u32::MAX as usize);
    let outgoing = OutgoingFrames { socket: Arc::clone(&socket), buffer: Vec::new() };
    (IncomingFrames { socket, frames, descriptors: Vec::new(), awake: None }, outgoing)
}

impl IncomingFrames {
    /// The next frame; `None` at the end of the stream.
    pub(crate) fn next_frame(&mut self) -> Result<Option<ReceivedFrame<'_>>, LinkError> {
        while self.missing()? > 0 {
            match self.receive() {
                Ok(0) if self.frames.is_torn() => {
                    return Err(LinkError::Unexpected("half a frame".to_owned()));
                }
                Ok(0) => return Ok(None),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) => return Err(LinkError::Io(error)),
            }
        }
        let Self { frames, descriptors, .. } = self;
        let content = frames.next_frame().map_err(LinkError::Frame)?;
        Ok(content.map(|content| ReceivedFrame { content, descriptors }))
    }

    fn missing(&self) -> Result<usize, LinkError> {
        self.frames.missing().map_err(LinkError::Frame)
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
        let waits = self.awake.is_none();
        self.read(waits)
    }

    /// Reads into the room behind what has come.
    fn read(&mut self, waits: bool) -> io::Result<usize> {
        let receive = if waits { channel::receive } else { channel::receive_now };
        // What is no frame is told where it is taken out.
        let long = self.frames.missing().unwrap_or_default().min(LONG_CHUNK);
        let count = receive(&self.socket, self.frames.room(long.max(CHUNK)), &mut self.descriptors)?;
        self.frames.note_read(count);
        Ok(count)
    }
}

/// What a socket gave that was looked at without waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReceivedNow {
    /// Bytes.
    Some,
    /// Nothing for now.
    Nothing,
    /// Its end.
    End,
}

/// For an attempt that the frames are lent to.
impl IncomingFrames {
    /// Hands over what has come and what will come, until [`take_back`](Self::take_back).
    pub(crate) fn lend(&mut self) -> Self {
        Self {
            socket: Arc::clone(&self.socket),
            frames: std::mem::replace(&mut self.frames, FrameReader::new(0)),
            descriptors: Vec::new(),
            awake: None,
        }
    }

    /// Goes on where the attempt left off.
    pub(crate) fn take_back(&mut self, lent: Self) {
        self.frames = lent.frames;
    }

    /// Takes what is there, without waiting.
    pub(crate) fn receive_now(&mut self) -> Result<ReceivedNow, LinkError> {
        match self.read(false) {
            Ok(0) => Ok(ReceivedNow::End),
            Ok(_) => Ok(ReceivedNow::Some),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(ReceivedNow::Nothing),
                io::ErrorKind::ConnectionReset => Ok(ReceivedNow::End),
                _ => Err(LinkError::Io(error)),
            },
        }
    }

    /// A frame that has come whole.
    pub(crate) fn frame_now(&mut self) -> Result<Option<&[u8]>, LinkError> {
        self.frames.next_frame().map_err(LinkError::Frame)
    }

    /// Waits for more to come, so long at the most; says whether something did.
    pub(crate) fn wait(&self, most: Duration) -> bool {
        let millis = u16::try_from(most.as_millis()).unwrap_or(u16::MAX).max(1);
        let mut fds = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
        // One that fails waits no longer; what is wrong shows where it is read.
        poll(&mut fds, PollTimeout::from(millis)).is_ok_and(|ready| ready > 0)
    }
}

/// Reads a message out of a frame; it may borrow from it.
pub(crate) fn decode<'a, T: serde::Deserialize<'a>>(content: &'a [u8]) -> Result<T, LinkError> {
    frame::decode(content).map_err(LinkError::Frame)
}

impl OutgoingFrames {
    /// Another way out, whose frames stand between those of this one.
    pub(crate) fn lend(&self) -> Self {
        Self { socket: Arc::clone(&self.socket), buffer: Vec::new() }
    }

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
