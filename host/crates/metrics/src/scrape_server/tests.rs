//! The answerer over real sockets: honest readers, and hostile ones beside them.

use super::*;
use crate::exposition::BuildFacts;
use crate::metrics_board::MetricsBoard;
use crate::metrics_snapshot::MetricsSnapshot;
use std::io::{Read, Write};
use std::net::TcpStream;

const REQUEST: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";

fn text(board: &MetricsBoard) -> RenderedText {
    RenderedText::new(board.clone(), BuildFacts { version: "1", commit: "" })
}

/// A server of its own for a test.
fn server() -> (SocketAddr, MetricsBoard) {
    let (board, local) = (MetricsBoard::default(), SocketAddr::from(([127, 0, 0, 1], 0)));
    let listener = MetricsListener::at_address(local).unwrap();
    let address = listener.address().unwrap();
    serve(listener, text(&board)).unwrap();
    (address, board)
}

fn answer(mut socket: impl Read + Write, request: &[u8]) -> String {
    socket.write_all(request).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

fn scrape(address: SocketAddr) -> String {
    answer(TcpStream::connect(address).unwrap(), REQUEST)
}

#[test]
fn a_scrape_has_the_newest_figures() {
    let (address, board) = server();
    assert!(scrape(address).contains("\npolymer_queue_tasks 0"));
    board.publish(MetricsSnapshot { waiting: 12, ..MetricsSnapshot::default() });
    let answer = scrape(address);
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\npolymer_queue_tasks 12"),
        "{answer}"
    );
}

#[test]
fn readers_that_hold_places_keep_nobody_from_an_answer() {
    let (address, _board) = server();
    // None of them asks, and one sends a byte now and then.
    let mut idle: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(address).unwrap()).collect();
    idle.iter_mut().for_each(|socket| socket.write_all(b"G").unwrap());
    let began = Instant::now();
    for _ in 0..5 {
        assert!(scrape(address).starts_with("HTTP/1.1 200 OK\r\n"));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    // Those that came first have lost their places: they read an end, or that they were cut off.
    let mut byte = [0];
    assert!(!matches!(idle[0].read(&mut byte), Ok(1)));
}

#[test]
fn who_sends_endless_headers_is_cut_off() {
    let (address, _board) = server();
    let mut hostile = TcpStream::connect(address).unwrap();
    hostile.write_all(b"GET /metrics HTTP/1.1\r\n").unwrap();
    let piece = [b'a'; 64 << 10];
    let sent = (0..160).take_while(|_| hostile.write_all(&piece).is_ok()).count();
    // What the kernel holds for both ends is all that could be sent.
    assert!(sent < 160, "10 MiB were taken");
    assert!(scrape(address).starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn who_is_slow_is_cut_off_at_the_deadline() {
    let (address, _board) = server();
    let began = Instant::now();
    let mut slow = TcpStream::connect(address).unwrap();
    slow.write_all(b"GET /metrics").unwrap();
    let mut rest = Vec::new();
    // An end without an answer.
    slow.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
    assert!((4..30).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[test]
fn a_socket_that_was_left_behind_is_replaced_and_one_in_use_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    drop(MetricsListener::at_path(&path).unwrap());
    assert!(path.exists());
    let listener = MetricsListener::at_path(&path).unwrap();
    assert_eq!(listener.address(), None);
    serve(listener, text(&MetricsBoard::default())).unwrap();
    let answer = answer(UnixStream::connect(&path).unwrap(), REQUEST);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(MetricsListener::at_path(&path).unwrap_err().kind(), ErrorKind::AddrInUse);
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    assert_eq!(MetricsListener::at_path(&file).unwrap_err().kind(), ErrorKind::AddrInUse);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}
