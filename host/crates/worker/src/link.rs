//! The worker's end of the socket: frames in and out, descriptors beside them. Reads and writes
//! wait.
//!
//! It knows no message's meaning.

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_protocol::frame;
use polymer_host_protocol::frame::FrameError;
use polymer_host_protocol::message::{BY_SOCKET, WAKE};
use polymer_host_protocol::{FrameReader, FromWorker, RING_FRAME, write_frame};
use polymer_host_sys::channel;
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::ring::RingWriter;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that are read at once, and of a frame that is known to be longer.
const CHUNK: usize = 64 << 10;
const LONG_CHUNK: usize = 256 << 10;
/// Bytes of a ring that are left to marks of what goes by the socket, some sixty of them: a ring
/// that is full of answers is no reason to wait.
const ROOM_FOR_MARKS: usize = 1 << 10;

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

/// Frames that go to the supervisor: by the socket, and short ones by the ring where there is one.
#[derive(Debug)]
pub(crate) struct OutgoingFrames {
    socket: Arc<OwnedFd>,
    ring: Option<Arc<Mutex<RingWriter>>>,
    buffer: Vec<u8>,
}

/// The two directions of a socket that blocks.
pub(crate) fn open(socket: OwnedFd) -> (IncomingFrames, OutgoingFrames) {
    let socket = Arc::new(socket);
    // The supervisor is trusted, and what an input may be is its to say: only the header's own
    // bound holds here.
    let frames = FrameReader::new(u32::MAX as usize);
    let outgoing = OutgoingFrames { socket: Arc::clone(&socket), ring: None, buffer: Vec::new() };
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
        Self { socket: Arc::clone(&self.socket), ring: self.ring.clone(), buffer: Vec::new() }
    }

    /// Has short messages go by the ring of this page from here on.
    pub(crate) fn use_ring(&mut self, page: Arc<SharedPage>) {
        self.ring = Some(Arc::new(Mutex::new(RingWriter::new(page))));
    }

    /// Has all messages go by the socket from here on.
    pub(crate) fn leave_ring(&mut self) {
        self.ring = None;
    }

    /// Sends a message whole.
    pub(crate) fn send(&mut self, message: &FromWorker<'_>, cap: usize) -> Result<(), LinkError> {
        self.buffer.clear();
        write_frame(message, cap, &mut self.buffer).map_err(|error| LinkError::Own(error.to_string()))?;
        match &self.ring {
            Some(ring) => self.send_by(&mut ring.lock().unwrap_or_else(PoisonError::into_inner))?,
            None => self.write(&self.buffer)?,
        }
        // One large answer must not keep its memory for the life of the worker.
        self.buffer.shrink_to(CHUNK);
        Ok(())
    }
}

impl OutgoingFrames {
    /// Sends the frame by the ring if it is short and there is room, else by the socket.
    fn send_by(&self, ring: &mut RingWriter) -> Result<(), LinkError> {
        if self.buffer.len() <= RING_FRAME && ring.put(&self.buffer, ROOM_FOR_MARKS) {
            return self.wake(ring);
        }
        // Before it is on the socket: whoever finds it there looks into the ring first.
        let mark = frame_of(BY_SOCKET);
        while !ring.put(&mark, 0) {
            self.wake(ring)?;
            self.wait_for_room()?;
        }
        self.wake(ring)?;
        self.write(&self.buffer)
    }

    /// Wakes the supervisor if it sleeps.
    fn wake(&self, ring: &RingWriter) -> Result<(), LinkError> {
        if ring.has_to_wake() { self.write(&frame_of(WAKE)) } else { Ok(()) }
    }

    /// Lets a moment pass. A supervisor that is so far behind is at work, or it is gone.
    fn wait_for_room(&self) -> Result<(), LinkError> {
        let mut gone = [PollFd::new(self.socket.as_fd(), PollFlags::empty())];
        match poll(&mut gone, PollTimeout::from(1_u8)) {
            Ok(0) | Err(Errno::EINTR) => Ok(()),
            Ok(_) => Err(LinkError::Io(io::ErrorKind::BrokenPipe.into())),
            Err(error) => Err(LinkError::Io(error.into())),
        }
    }

    /// Writes bytes to the socket.
    fn write(&self, bytes: &[u8]) -> Result<(), LinkError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            // Nothing travels beside it, so the plainest call does. If the supervisor is gone, a
            // signal may end this process as well as an error.
            match nix::unistd::write(&self.socket, rest).map_err(io::Error::from) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(LinkError::Io(error)),
            }
        }
        Ok(())
    }
}

/// The frame of this content, which is short.
fn frame_of(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or_default();
    [&length.to_le_bytes(), content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_protocol::message::OutputMessage;
    use polymer_host_sys::page;
    use polymer_host_sys::ring::{self, RingReader, WORD};

    /// A worker's way out, and what the supervisor has of it.
    struct Ways {
        out: OutgoingFrames,
        page: SharedPage,
        ring: RingReader,
        frames: FrameReader,
        socket: OwnedFd,
    }

    impl Ways {
        fn new() -> Self {
            let (socket, theirs) = channel::pair().unwrap();
            let fd = page::create().unwrap();
            let page = SharedPage::map(&fd).unwrap();
            let (_, mut out) = open(theirs);
            out.use_ring(Arc::new(SharedPage::map(&fd).unwrap()));
            let frames = FrameReader::aligned(RING_FRAME, WORD);
            Self { out, page, ring: RingReader::default(), frames, socket }
        }

        fn send(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
            let message = FromWorker::Output(OutputMessage { attempt: 1, channel: 1, bytes });
            self.out.send(&message, usize::MAX)
        }

        /// What lies in the ring: the lengths of outputs, and 0 for a mark.
        fn in_ring(&mut self) -> Vec<usize> {
            let count = self.ring.take(&self.page, |bytes| self.frames.room(bytes)).unwrap();
            self.frames.note_read(count);
            lengths(&mut self.frames)
        }

        /// What lies on the socket: the lengths of outputs, and 0 for a wake-up.
        fn on_socket(&self) -> Vec<usize> {
            let mut frames = FrameReader::new(usize::MAX);
            while let Ok(count) = nix::unistd::read(&self.socket, frames.room(CHUNK)) {
                frames.note_read(count);
            }
            lengths(&mut frames)
        }
    }

    fn lengths(frames: &mut FrameReader) -> Vec<usize> {
        let mut all = Vec::new();
        while let Some(content) = frames.next_frame().unwrap() {
            all.push(match frame::decode(content).unwrap() {
                FromWorker::Output(output) => output.bytes.len(),
                FromWorker::BySocket | FromWorker::Wake => 0,
                other => panic!("{other:?}"),
            });
        }
        all
    }

    #[test]
    fn long_messages_have_a_mark_in_the_ring_where_they_stand() {
        let mut ways = Ways::new();
        for length in [1, 9000, 4000, 5000, 2] {
            ways.send(&vec![7; length]).unwrap();
        }
        assert_eq!(ways.in_ring(), [1, 0, 4000, 0, 2]);
        assert_eq!(ways.on_socket(), [9000, 5000]);
    }

    #[test]
    fn what_finds_no_room_in_the_ring_goes_by_the_socket() {
        let mut ways = Ways::new();
        (0..50).for_each(|_| ways.send(&[7; 2000]).unwrap());
        let in_ring = ways.in_ring();
        let marks = in_ring.iter().filter(|length| **length == 0).count();
        assert!(marks > 10 && in_ring.len() == 50, "{in_ring:?}");
        assert_eq!(ways.on_socket(), vec![2000; marks]);
        ways.send(&[7; 3]).unwrap();
        assert_eq!(ways.in_ring(), [3]);
    }

    #[test]
    fn a_supervisor_that_sleeps_is_woken_once_by_either_way() {
        for length in [1, 9000] {
            let mut ways = Ways::new();
            ways.send(&[7]).unwrap();
            assert!(ways.on_socket().is_empty());
            ring::fall_asleep(&ways.page);
            ways.send(&vec![7; length]).unwrap();
            ways.send(&[7]).unwrap();
            let by_socket = ways.on_socket();
            assert_eq!(by_socket.iter().filter(|length| **length == 0).count(), 1, "{by_socket:?}");
        }
    }

    #[test]
    fn a_full_ring_is_waited_for_only_while_somebody_can_read_it() {
        let Ways { mut out, page, socket, .. } = Ways::new();
        let mark = frame_of(BY_SOCKET);
        let full = |out: &OutgoingFrames| {
            let mut ring = out.ring.as_ref().unwrap().lock().unwrap();
            while ring.put(&mark, 0) {}
        };
        full(&out);
        // Somebody reads it after a while.
        let reading = std::thread::spawn(move || {
            let mut words = vec![0; ring::BYTES];
            let mut reader = RingReader::default();
            while reader.take(&page, |count| words.get_mut(..count).unwrap()).unwrap() < ring::BYTES {}
        });
        let message = FromWorker::Output(OutputMessage { attempt: 1, channel: 1, bytes: b"x" });
        out.send(&message, usize::MAX).unwrap();
        reading.join().unwrap();
        full(&out);
        drop(socket);
        assert!(matches!(out.send(&message, usize::MAX), Err(LinkError::Io(_))));
    }
}
