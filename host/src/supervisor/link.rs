//! One worker's socket: frames out, frames in, never waiting.

use crate::protocol::{FrameError, FrameReader, SMALL_FRAME, ToWorker, write_frame};
use crate::sys::channel;
use std::collections::VecDeque;
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
    /// Descriptors that travel with the byte at this place of `out`.
    beside: VecDeque<(usize, Vec<OwnedFd>)>,
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
    pub(super) fn new(socket: OwnedFd) -> Self {
        let (frames, out, beside) = (FrameReader::new(SMALL_FRAME), Vec::new(), VecDeque::new());
        Self { socket, frames, out, beside, sent: 0, closed: false }
    }

    /// Puts a message behind those that wait to go.
    pub(super) fn queue(&mut self, message: &ToWorker<'_>) -> Result<(), FrameError> {
        write_frame(message, u32::MAX as usize, &mut self.out)
    }

    /// Puts a message with descriptors beside it behind those that wait to go.
    pub(super) fn queue_with(&mut self, message: &ToWorker<'_>, beside: &[BorrowedFd<'_>]) -> io::Result<()> {
        let beside = beside.iter().map(BorrowedFd::try_clone_to_owned).collect::<io::Result<_>>()?;
        let at = self.out.len();
        self.queue(message).map_err(io::Error::other)?;
        self.beside.push_back((at, beside));
        Ok(())
    }

    /// What goes next: bytes up to where descriptors travel, and the descriptors that travel with the first of them.
    fn next(&self) -> (&[u8], &[OwnedFd]) {
        let mut beside = self.beside.iter();
        let with = match self.beside.front() {
            Some((at, descriptors)) if *at == self.sent => {
                beside.next();
                descriptors.as_slice()
            }
            _ => &[],
        };
        let until = beside.next().map_or(self.out.len(), |(at, _)| *at);
        (self.out.get(self.sent..until).unwrap_or_default(), with)
    }

    /// Sends what waits, as far as it goes; says whether something is left.
    pub(super) fn flush(&mut self) -> bool {
        while self.sent < self.out.len() && !self.closed {
            let (bytes, beside) = self.next();
            let went_with = !beside.is_empty();
            let beside: Vec<BorrowedFd<'_>> = beside.iter().map(AsFd::as_fd).collect();
            match channel::send(&self.socket, bytes, &beside) {
                Ok(count) => {
                    self.sent += count;
                    if went_with {
                        self.beside.pop_front();
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => {
                    self.closed = true;
                    // What did not go it would wait for. The end is noticed where it is read from, by both.
                    drop(channel::end(&self.socket));
                }
            }
        }
        self.out.clear();
        self.beside.clear();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::frame;
    use crate::protocol::message::WireWanted;
    use crate::sys::file;
    use std::fs::File;
    use std::io::{Read, Seek};

    /// What the other end got: the kind of each message, and how many descriptors had come by then.
    fn heard(theirs: &OwnedFd, link: &mut Link) -> (Vec<&'static str>, Vec<OwnedFd>) {
        let (mut frames, mut names, mut descriptors) = (FrameReader::new(1 << 24), Vec::new(), Vec::new());
        let mut chunk = vec![0; 1 << 20];
        loop {
            let left = link.flush();
            let count = channel::receive(theirs, &mut chunk, &mut descriptors).unwrap();
            frames.feed(&chunk[..count]);
            while let Some(content) = frames.next_frame().unwrap() {
                names.push(frame::decode::<ToWorker<'_>>(content).unwrap().name());
            }
            if !left && names.len() == 5 {
                return (names, descriptors);
            }
        }
    }

    #[test]
    fn descriptors_travel_with_their_message_behind_whatever_waits_to_go() {
        let (ours, theirs) = channel::pair().unwrap();
        let mut link = Link::new(ours);
        let files = [b"one", b"two"].map(|content| file::sealed("test", content).unwrap());
        let input = vec![b'x'; 3 << 20];
        let large = crate::protocol::message::Run {
            attempt: 1,
            task: "",
            id: "",
            number: 1,
            limits: (&crate::task::Limits::default()).into(),
            grants: None,
            kind: crate::protocol::message::WirePayload::Line,
            input: &input,
        };
        // More than the socket takes at once, and then files behind it.
        link.queue(&ToWorker::Run(large)).unwrap();
        link.queue(&ToWorker::Epoch(1)).unwrap();
        link.queue_with(&ToWorker::Compile { text: true, wanted: WireWanted::Task }, &[files[0].as_fd()])
            .unwrap();
        link.queue_with(&ToWorker::Compile { text: false, wanted: WireWanted::Task }, &[files[1].as_fd()])
            .unwrap();
        link.queue(&ToWorker::Epoch(2)).unwrap();
        drop(files);
        let (names, descriptors) = heard(&theirs, &mut link);
        assert_eq!(names, ["run", "epoch", "compile", "compile", "epoch"]);
        let texts = descriptors.into_iter().map(|descriptor| {
            let (mut file, mut text) = (File::from(descriptor), String::new());
            file.rewind().unwrap();
            file.read_to_string(&mut text).unwrap();
            text
        });
        assert_eq!(texts.collect::<Vec<_>>(), ["one", "two"]);
        assert!(link.beside.is_empty() && link.out.is_empty());
    }
}
