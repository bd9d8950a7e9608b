//! A worker's answers by the ring behind its page, and the order in which they stand with what
//! comes by its socket.
//!
//! What is in the ring comes first. A mark there says that the next message is on the socket; a
//! peer that uses no ring has all of its messages there and sets no mark. The worker is not
//! trusted: what it writes is copied out before it is looked at, and what is no frame is a
//! violation, as on the socket.

use polymer_host_protocol::message::{BY_SOCKET, WAKE};
use polymer_host_protocol::{FrameError, FrameReader, RING_FRAME};
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::ring::{self, RingReader, RingViolation, WORD};

/// Why what a worker sent is no message.
#[derive(Debug, thiserror::Error)]
pub(super) enum HeardError {
    /// No frame, by either way.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The mark of what was written is a lie.
    #[error("its ring {0}")]
    Ring(#[from] RingViolation),
    /// It woke a supervisor that did not sleep: there would be no end to it.
    #[error("woke its supervisor, which did not sleep")]
    Wake,
}

/// The end of a ring that the supervisor reads.
#[derive(Debug)]
pub(super) struct WorkerRing {
    reader: RingReader,
    frames: FrameReader,
    /// The next message is on the socket.
    by_socket: bool,
    /// The socket was read since the ring was: what is there may have its mark in the ring.
    is_behind: bool,
    /// How often it may wake the supervisor: once each time that it was told of its sleep.
    wakes: u64,
    violation: Option<RingViolation>,
}

impl WorkerRing {
    /// Of a new page.
    pub(super) fn new() -> Self {
        let frames = FrameReader::aligned(RING_FRAME, WORD);
        Self {
            reader: RingReader::default(),
            frames,
            by_socket: false,
            is_behind: false,
            wakes: 0,
            violation: None,
        }
    }

    /// Returns whether something may have come that can be read now.
    pub(super) fn has_more(&self, page: &SharedPage) -> bool {
        self.is_read() && (self.is_behind || self.reader.has_more(page))
    }

    /// While the socket is waited for nothing is read: the ring is what bounds how much a worker
    /// can have this side hold.
    const fn is_read(&self) -> bool {
        !self.by_socket && self.violation.is_none()
    }

    /// Says that the supervisor sleeps from now on.
    pub(super) fn tell_asleep(&mut self, page: &SharedPage) {
        self.wakes += 1;
        ring::fall_asleep(page);
    }

    /// Copies out what came. To be called behind each read of the socket.
    pub(super) fn read(&mut self, page: &SharedPage) {
        self.is_behind = !self.is_read();
        if self.is_behind {
            return;
        }
        let taken = self.reader.take(page, |bytes| self.frames.room(bytes));
        self.frames.note_read(*taken.as_ref().unwrap_or(&ring::BYTES));
        self.violation = taken.err();
    }
}

/// The content of the next message of a worker, in the order in which it sent them.
///
/// # Errors
/// If what came is none.
pub(super) fn next_frame<'a>(
    ring: Option<&'a mut WorkerRing>,
    socket: &'a mut FrameReader,
) -> Result<Option<&'a [u8]>, HeardError> {
    let Some(WorkerRing { frames, by_socket, is_behind, wakes, violation, .. }) = ring else {
        return Ok(socket.next_frame()?);
    };
    if !*by_socket && frames.missing()? == 0 {
        if !frames.next_is(BY_SOCKET)? {
            return Ok(frames.next_frame()?);
        }
        frames.next_frame()?;
        *by_socket = true;
    }
    // What it had said before it lied was heard first.
    if let Some(violation) = *violation {
        return Err(violation.into());
    }
    if *is_behind && !*by_socket {
        return Ok(None);
    }
    while socket.next_is(WAKE)? {
        socket.next_frame()?;
        *wakes = wakes.checked_sub(1).ok_or(HeardError::Wake)?;
    }
    let next = socket.next_frame()?;
    *by_socket &= next.is_none();
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_sys::{page, ring::RingWriter};
    use std::sync::Arc;

    /// Both ways of one worker.
    struct Peer {
        writer: RingWriter,
        page: SharedPage,
        ring: WorkerRing,
        socket: FrameReader,
    }

    impl Peer {
        fn new() -> Self {
            let fd = page::create().unwrap();
            let page = SharedPage::map(&fd).unwrap();
            let writer = RingWriter::new(Arc::new(SharedPage::map(&fd).unwrap()));
            Self { writer, page, ring: WorkerRing::new(), socket: FrameReader::new(1 << 20) }
        }

        fn by_ring(&mut self, content: &[u8]) {
            assert!(self.writer.put(&frame(content), 0));
        }

        fn by_socket(&mut self, content: &[u8]) {
            self.socket.feed(&frame(content));
        }

        /// All that can be had once the socket was read, as the loop does it.
        fn heard(&mut self) -> Vec<String> {
            self.ring.read(&self.page);
            let mut all = self.said();
            all.append(&mut self.heard_by_ring());
            all
        }

        /// All that can be had at a look at the ring.
        fn heard_by_ring(&mut self) -> Vec<String> {
            if self.ring.has_more(&self.page) {
                self.ring.read(&self.page);
            }
            self.said()
        }

        fn said(&mut self) -> Vec<String> {
            let mut all = Vec::new();
            while let Some(content) = next_frame(Some(&mut self.ring), &mut self.socket).unwrap() {
                all.push(String::from_utf8(content.to_vec()).unwrap());
            }
            all
        }

        fn lies(&mut self) -> String {
            self.ring.read(&self.page);
            next_frame(Some(&mut self.ring), &mut self.socket).unwrap_err().to_string()
        }
    }

    fn frame(content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len()).unwrap().to_le_bytes(), content].concat()
    }

    #[test]
    fn messages_by_both_ways_come_in_the_order_in_which_they_were_sent() {
        let mut peer = Peer::new();
        peer.by_ring(b"one");
        peer.by_ring(BY_SOCKET);
        peer.by_ring(b"three");
        assert_eq!(peer.heard(), ["one"], "the second has not come");
        peer.by_socket(b"two");
        peer.ring.tell_asleep(&peer.page);
        peer.by_socket(WAKE);
        peer.by_ring(b"four");
        assert_eq!(peer.heard(), ["two", "three", "four"]);
    }

    #[test]
    fn what_is_on_the_socket_already_waits_for_its_mark() {
        let mut peer = Peer::new();
        peer.by_ring(BY_SOCKET);
        assert!(peer.heard().is_empty());
        peer.by_socket(b"one");
        peer.by_ring(b"two");
        peer.by_ring(BY_SOCKET);
        peer.by_socket(b"three");
        assert_eq!(peer.heard(), ["one", "two", "three"]);
        assert!(!peer.ring.has_more(&peer.page));
    }

    /// Whatever is read when, and in what pieces it came.
    #[test]
    fn messages_of_any_length_come_in_their_order_however_they_are_read() {
        for seed in 1..400_u64 {
            let mut state = seed;
            let mut random = |below: u64| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state % below
            };
            let mut peer = Peer::new();
            let (mut on_its_way, mut heard) = (Vec::new(), Vec::new());
            for number in 0..300 {
                let text = format!("message {number}");
                if random(2) == 0 {
                    peer.by_ring(text.as_bytes());
                } else {
                    peer.by_ring(BY_SOCKET);
                    on_its_way.extend(frame(text.as_bytes()));
                }
                for _ in 0..random(3) {
                    if random(2) == 0 {
                        let there = usize::try_from(random(u64::MAX)).unwrap() % (on_its_way.len() + 1);
                        peer.socket.feed(&on_its_way.drain(..there).collect::<Vec<_>>());
                        heard.append(&mut peer.heard());
                    } else {
                        heard.append(&mut peer.heard_by_ring());
                    }
                }
            }
            peer.socket.feed(&on_its_way);
            heard.append(&mut peer.heard());
            let sent: Vec<_> = (0..300).map(|number| format!("message {number}")).collect();
            assert_eq!(heard, sent, "seed {seed}");
        }
    }

    #[test]
    fn each_sleep_may_be_ended_once() {
        let mut peer = Peer::new();
        for _ in 0..3 {
            peer.ring.tell_asleep(&peer.page);
        }
        for _ in 0..3 {
            peer.by_socket(WAKE);
        }
        assert!(peer.heard().is_empty());
        peer.by_socket(WAKE);
        assert_eq!(peer.lies(), "woke its supervisor, which did not sleep");
    }

    #[test]
    fn half_a_message_is_waited_for() {
        let mut peer = Peer::new();
        peer.by_ring(BY_SOCKET);
        peer.by_ring(b"two");
        let first = frame(b"a message that comes in pieces");
        peer.socket.feed(&first[..9]);
        assert!(peer.heard().is_empty());
        peer.socket.feed(&first[9..]);
        assert_eq!(peer.heard(), ["a message that comes in pieces", "two"]);
    }

    #[test]
    fn what_comes_while_the_socket_is_waited_for_stays_in_the_ring() {
        let mut peer = Peer::new();
        peer.by_ring(BY_SOCKET);
        assert!(peer.heard().is_empty());
        let mut sent = Vec::new();
        while peer.writer.put(&frame(b"another"), 0) {
            sent.push("another");
            assert!(peer.heard().is_empty() && !peer.ring.has_more(&peer.page));
        }
        peer.by_socket(b"the message");
        peer.ring.read(&peer.page);
        assert_eq!(peer.said(), ["the message"]);
        assert!(peer.ring.has_more(&peer.page));
        assert_eq!(peer.heard_by_ring(), sent);
    }

    #[test]
    fn who_uses_no_ring_is_heard_by_the_socket() {
        let mut peer = Peer::new();
        peer.by_socket(b"one");
        peer.by_socket(b"two");
        assert_eq!(peer.heard(), ["one", "two"]);
        let mut socket = FrameReader::new(99);
        socket.feed(&frame(b"three"));
        assert_eq!(next_frame(None, &mut socket).unwrap(), Some(&b"three"[..]));
    }

    #[test]
    fn what_is_no_frame_and_what_cannot_fit_is_a_violation() {
        let mut peer = Peer::new();
        assert!(peer.writer.put(&[0; 8], 0));
        assert_eq!(peer.lies(), "an empty frame");
        let mut peer = Peer::new();
        assert!(peer.writer.put(&u32::MAX.to_le_bytes(), 0));
        assert!(peer.lies().contains("at most 4096 are allowed"));
    }

    #[test]
    fn who_lies_about_what_it_wrote_is_heard_up_to_there() {
        let mut peer = Peer::new();
        let long = frame(&[b'x'; 1028]);
        for _ in 0..ring::BYTES / long.len() {
            assert!(peer.writer.put(&long, 0));
            peer.heard();
        }
        // The next ones end where those of the lap before lie.
        peer.by_ring(b"one");
        peer.by_ring(b"two");
        peer.page.store(64, 1 << 50);
        peer.ring.read(&peer.page);
        for said in [b"one", b"two"] {
            let next = next_frame(Some(&mut peer.ring), &mut peer.socket);
            assert_eq!(next.unwrap(), Some(&said[..]));
        }
        assert!(!peer.ring.has_more(&peer.page), "it is not looked at again");
        let mut said = Ok(Some(&b""[..]));
        while let Ok(Some(_)) = said {
            said = next_frame(Some(&mut peer.ring), &mut peer.socket);
        }
        assert!(said.is_err(), "{said:?}");
    }

    #[test]
    fn a_lie_about_what_was_written_is_told_if_nothing_else_is_one() {
        let mut peer = Peer::new();
        peer.by_ring(BY_SOCKET);
        peer.page.store(64, 1 << 50);
        assert!(peer.ring.has_more(&peer.page));
        assert!(peer.lies().starts_with("its ring says that "));
        assert!(!peer.ring.has_more(&peer.page), "it is not looked at again");
    }

    /// What is changed after it was copied changes nothing that was read.
    #[test]
    fn a_frame_that_changes_after_it_was_read_stays_what_it_was() {
        let mut peer = Peer::new();
        peer.by_ring(b"1234");
        peer.ring.read(&peer.page);
        for word in 512..520 {
            peer.page.store(word, u64::MAX);
        }
        let content = next_frame(Some(&mut peer.ring), &mut peer.socket).unwrap();
        assert_eq!(content, Some(&b"1234"[..]));
    }
}
