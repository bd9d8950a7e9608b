//! The peer's end of the socket: whole messages, and bytes as they are.

use super::moods;
use polymer_host_protocol::frame::decode;
use polymer_host_protocol::{FrameReader, FromWorker, RING_FRAME, ToWorker, write_frame};
use polymer_host_sys::ring::RingWriter;
use polymer_host_sys::{channel, process};
use std::cell::RefCell;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

/// The socket and what came over it.
#[derive(Debug)]
pub(crate) struct Link {
    socket: OwnedFd,
    frames: FrameReader,
    pub(crate) descriptors: Vec<OwnedFd>,
    /// The ring that short messages go by, where there is one.
    pub(crate) ring: Option<RefCell<RingWriter>>,
    /// How many bytes a second it reads, if it takes its time.
    pub(crate) pace: Option<u32>,
}

impl Link {
    pub(crate) fn open() -> Self {
        let socket = std::io::stdin().as_fd().try_clone_to_owned().unwrap();
        Self {
            socket,
            frames: FrameReader::new(u32::MAX as usize),
            descriptors: Vec::new(),
            ring: None,
            pace: None,
        }
    }

    /// The next frame. The process ends with the stream.
    pub(crate) fn next(&mut self) -> Vec<u8> {
        loop {
            if let Some(frame) = self.frames.next_frame().unwrap() {
                return frame.to_vec();
            }
            let mut chunk = [0; 1 << 16];
            match channel::receive(&self.socket, &mut chunk, &mut self.descriptors) {
                Ok(0) | Err(_) => process::exit_now(0),
                Ok(count) => {
                    self.frames.feed(&chunk[..count]);
                    if let Some(pace) = self.pace {
                        let bytes = u32::try_from(count).unwrap();
                        moods::let_pass(Duration::from_secs(1) * bytes / pace);
                    }
                }
            }
        }
    }

    /// Whether another frame is there, or comes within a moment.
    pub(crate) fn has_more(&self) -> bool {
        use nix::poll::{PollFd, PollFlags, poll};
        let mut fds = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
        self.frames.is_torn() || poll(&mut fds, 50_u16).is_ok_and(|ready| ready == 1)
    }

    /// Sends a message as a worker does: by the ring if it is short.
    pub(crate) fn say(&self, message: &FromWorker<'_>) {
        let frame = framed(message);
        if self.ring.is_none() {
            self.send(&frame);
        } else if frame.len() <= RING_FRAME {
            self.put(&frame);
        } else {
            self.mark();
            self.send(&frame);
        }
    }

    /// Says in the ring, if there is one, that the next message comes by the socket.
    pub(crate) fn mark(&self) {
        if self.ring.is_some() {
            self.put(&framed(&FromWorker::BySocket));
        }
    }

    /// Sends a message by the socket, with no mark of it in the ring.
    pub(crate) fn say_by_socket(&self, message: &FromWorker<'_>) {
        self.send(&framed(message));
    }

    /// Puts bytes into the ring once there is room, and wakes the supervisor.
    pub(crate) fn put(&self, bytes: &[u8]) {
        let Some(ring) = &self.ring else { panic!("a lie in a ring where there is none") };
        while !ring.borrow_mut().put(bytes, 0) {
            moods::let_pass(Duration::from_millis(1));
        }
        if ring.borrow().has_to_wake() {
            self.send(&framed(&FromWorker::Wake));
        }
    }

    /// The same, and does not wake it though it says that it will.
    pub(crate) fn put_asleep(&self, message: &FromWorker<'_>) {
        let Some(ring) = &self.ring else { panic!("a lie in a ring where there is none") };
        assert!(ring.borrow_mut().put(&framed(message), 0));
        let _ = ring.borrow().has_to_wake();
    }

    /// A frame with these bytes in it, whatever they are.
    pub(crate) fn frame(&self, content: &[u8]) {
        let length = u32::try_from(content.len()).unwrap();
        self.send(&[&length.to_le_bytes(), content].concat());
    }

    /// Bytes as they are. The process ends if nobody takes them.
    pub(crate) fn send(&self, mut bytes: &[u8]) {
        // As workers do, whose jail has no other way.
        while !bytes.is_empty() {
            match nix::unistd::write(&self.socket, bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(_) => process::exit_now(0),
            }
        }
    }

    /// The same, with descriptors beside each part that goes.
    pub(crate) fn send_with(&self, mut bytes: &[u8], beside: &[BorrowedFd<'_>]) {
        while !bytes.is_empty() {
            match channel::send(&self.socket, bytes, beside) {
                Ok(count) => bytes = &bytes[count..],
                Err(_) => process::exit_now(0),
            }
        }
    }

    /// Waits until the supervisor closes the socket or kills this process; what is sent is taken
    /// and thrown away.
    pub(crate) fn wait(&mut self) -> ! {
        loop {
            drop(self.next());
        }
    }
}

/// A message as a frame.
pub(crate) fn framed(message: &FromWorker<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    write_frame(message, usize::MAX, &mut out).unwrap();
    out
}

/// A message of the supervisor, who is trusted.
pub(crate) fn told(frame: &[u8]) -> ToWorker<'_> {
    decode(frame).unwrap()
}
