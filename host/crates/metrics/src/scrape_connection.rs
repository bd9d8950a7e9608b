//! One reader of metrics: its bytes in, the answer out, never waiting, and all of it before a
//! deadline.
//!
//! It must never read more than a request may have, whatever a reader sends.

use crate::http_request::{
    HttpStatus, MOST_REQUEST, RequestState, RequestedPage, page, read_request, refusal,
};
use crate::rendered_text::RenderedText;
use nix::poll::PollFlags;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

/// Time from the beginning to the last byte of the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A socket to a reader, which does not wait.
pub(crate) trait ReaderSocket: Read + Write + AsFd + Send {}

impl<T: Read + Write + AsFd + Send> ReaderSocket for T {}

/// A reader, from the moment it is there.
pub(crate) struct ScrapeConnection {
    socket: Box<dyn ReaderSocket>,
    deadline: Instant,
    phase: ScrapePhase,
}

/// Progress of a reader.
enum ScrapePhase {
    /// It has sent these bytes of its request.
    Asking(Vec<u8>),
    /// It has so many bytes of this answer.
    Answering(Vec<u8>, usize),
}

/// Use of a connection from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectionState {
    Open,
    Over,
}

impl fmt::Debug for ScrapeConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScrapeConnection").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl AsFd for ScrapeConnection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl ScrapeConnection {
    /// A reader that came at this time.
    pub(crate) fn new(socket: Box<dyn ReaderSocket>, now: Instant) -> Self {
        Self { socket, deadline: now + PATIENCE, phase: ScrapePhase::Asking(Vec::new()) }
    }

    /// When it is closed at the latest.
    pub(crate) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The event that it waits for.
    pub(crate) const fn awaits(&self) -> PollFlags {
        match self.phase {
            ScrapePhase::Asking(_) => PollFlags::POLLIN,
            ScrapePhase::Answering(..) => PollFlags::POLLOUT,
        }
    }

    /// Goes on as far as it can without waiting.
    pub(crate) fn go_on(&mut self, text: &mut RenderedText) -> ConnectionState {
        if let ScrapePhase::Asking(request) = &mut self.phase {
            match ask(&mut self.socket, request) {
                Ok(RequestState::Incomplete) => return ConnectionState::Open,
                Ok(RequestState::Whole(asked)) => self.phase = ScrapePhase::Answering(answer(asked, text), 0),
                Ok(RequestState::Refused(status)) => self.phase = ScrapePhase::Answering(refusal(status), 0),
                Err(_) => return ConnectionState::Over,
            }
        }
        let ScrapePhase::Answering(answer, sent) = &mut self.phase else { return ConnectionState::Over };
        send(&mut self.socket, answer, sent)
    }
}

/// Reads on, and says what is asked so far.
fn ask(socket: &mut dyn ReaderSocket, request: &mut Vec<u8>) -> io::Result<RequestState> {
    let mut piece = [0; 1024];
    loop {
        let room = MOST_REQUEST.saturating_sub(request.len()).min(piece.len());
        let state = read_request(request);
        if state != RequestState::Incomplete {
            return Ok(state);
        }
        match socket.read(piece.get_mut(..room).unwrap_or_default()) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(bytes) => request.extend_from_slice(piece.get(..bytes).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(RequestState::Incomplete),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The answer to a whole request.
fn answer(asked: RequestedPage, text: &mut RenderedText) -> Vec<u8> {
    match asked {
        RequestedPage::Index => page(asked, ""),
        RequestedPage::Metrics(format) => match text.text(format) {
            Ok(metrics) => page(asked, metrics),
            Err(_) => refusal(HttpStatus::ServerError),
        },
    }
}

fn send(socket: &mut dyn ReaderSocket, answer: &[u8], sent: &mut usize) -> ConnectionState {
    while let Some(rest) = answer.get(*sent..).filter(|rest| !rest.is_empty()) {
        match socket.write(rest) {
            Ok(0) => return ConnectionState::Over,
            Ok(bytes) => *sent += bytes,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return ConnectionState::Open,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return ConnectionState::Over,
        }
    }
    ConnectionState::Over
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposition::BuildFacts;
    use crate::metrics_board::MetricsBoard;
    use std::os::unix::net::UnixStream;

    fn pair() -> (ScrapeConnection, UnixStream, RenderedText) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let text = RenderedText::new(MetricsBoard::default(), BuildFacts { version: "1", commit: "" });
        (ScrapeConnection::new(Box::new(ours), Instant::now()), theirs, text)
    }

    fn read_all(mut reader: UnixStream) -> String {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_request_in_single_bytes_is_answered_at_its_last() {
        let (mut connection, mut reader, mut text) = pair();
        let request = b"GET /metrics HTTP/1.1\r\n\r\n";
        for (at, byte) in request.iter().enumerate() {
            assert_eq!(connection.awaits(), PollFlags::POLLIN);
            reader.write_all(&[*byte]).unwrap();
            let state = connection.go_on(&mut text);
            let is_last = at + 1 == request.len();
            assert_eq!(state == ConnectionState::Over, is_last, "byte {at}");
        }
        drop(connection);
        let answer = read_all(reader);
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\npolymer_queue_tasks 0"),
            "{answer}"
        );
    }

    #[test]
    fn no_more_than_a_request_is_read_of_one_that_does_not_end() {
        let (mut connection, mut reader, mut text) = pair();
        reader.write_all(&[b'a'; 3 * MOST_REQUEST]).unwrap();
        assert_eq!(connection.go_on(&mut text), ConnectionState::Over);
        let ScrapePhase::Answering(answer, sent) = &connection.phase else { panic!("it is not answered") };
        assert!(answer.starts_with(b"HTTP/1.1 431 "));
        assert_eq!(*sent, answer.len());
    }

    #[test]
    fn who_reads_nothing_is_waited_for_and_who_goes_is_let_go() {
        let (mut connection, reader, mut text) = pair();
        connection.phase = ScrapePhase::Answering(vec![b'a'; 16 << 20], 0);
        assert_eq!(connection.go_on(&mut text), ConnectionState::Open);
        assert_eq!(connection.awaits(), PollFlags::POLLOUT);
        drop(reader);
        assert_eq!(connection.go_on(&mut text), ConnectionState::Over);
        let (mut connection, reader, mut text) = pair();
        drop(reader);
        assert_eq!(connection.go_on(&mut text), ConnectionState::Over);
    }
}
