//! Who waits for whom, what is bounded, and what each side learns when the other goes.

use super::*;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// More than any step of these takes.
const LONG: Duration = Duration::from_secs(20);

fn opened() -> (StreamEnds, StdinWriter, OutputReader) {
    open(RunWaker::new().unwrap())
}

/// Takes all of stdin that is there.
fn drain(ends: &StreamEnds) -> (Vec<u8>, bool) {
    let (mut bytes, mut has_ended) = (Vec::new(), false);
    while let Some(part) = ends.take_stdin(STREAM_FRAME) {
        match part {
            StdinPart::Bytes(more) => {
                assert!(!more.is_empty() && more.len() <= STREAM_FRAME);
                bytes.extend(more);
            }
            StdinPart::End => has_ended = true,
        }
    }
    (bytes, has_ended)
}

#[test]
fn a_quick_writer_waits_and_nothing_is_lost() {
    let (ends, mut writer, _reader) = opened();
    let all: Vec<u8> = (0..300_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let expected = all.clone();
    let thread = thread::spawn(move || {
        for piece in all.chunks(7_777) {
            writer.write_all(piece).unwrap();
        }
    });
    let (mut bytes, mut has_ended) = (Vec::new(), false);
    while !has_ended {
        assert!(ends.stdin.get().held <= STDIN_QUEUE);
        let (more, end) = drain(&ends);
        bytes.extend(more);
        has_ended = end;
        thread::yield_now();
    }
    thread.join().unwrap();
    assert!(bytes == expected && ends.take_stdin(1).is_none(), "the end comes once");
}

#[test]
fn no_more_is_taken_of_stdin_than_there_is_credit_for() {
    let (ends, mut writer, _reader) = opened();
    writer.write_all(b"abc").unwrap();
    writer.write_all(b"de").unwrap();
    drop(writer);
    assert_eq!(ends.take_stdin(0), None);
    assert_eq!(ends.take_stdin(4), Some(StdinPart::Bytes(b"abcd".to_vec())));
    assert_eq!(ends.take_stdin(4), Some(StdinPart::Bytes(b"e".to_vec())));
    // The end takes no credit.
    assert_eq!((ends.take_stdin(0), ends.take_stdin(0)), (Some(StdinPart::End), None));
}

#[test]
fn a_writer_whose_attempt_is_over_hears_it_also_while_it_waits() {
    let (ends, mut writer, _reader) = opened();
    writer.write_all(&vec![0; STDIN_QUEUE]).unwrap();
    let (says, heard) = mpsc::channel();
    let thread = thread::spawn(move || says.send(writer.write_all(b"x")));
    drop(ends);
    assert_eq!(heard.recv_timeout(LONG).unwrap(), Err(StreamClosed));
    thread.join().unwrap().unwrap();
}

#[test]
fn output_comes_in_its_order_until_the_attempt_is_over() {
    let (ends, _writer, mut reader) = opened();
    ends.put_output(OutputChannel::Stdout, b"a");
    ends.put_output(OutputChannel::Stdout, b"b");
    ends.put_output(OutputChannel::Stderr, b"c");
    ends.put_output(OutputChannel::Stdout, b"d");
    drop(ends);
    assert_eq!(reader.next(), Some(OutputPart::Stdout(b"ab".to_vec())));
    assert_eq!(reader.next(), Some(OutputPart::Stderr(b"c".to_vec())));
    assert_eq!(reader.next(), Some(OutputPart::Stdout(b"d".to_vec())));
    assert_eq!((reader.next(), reader.next()), (None, None));
}

#[test]
fn small_pieces_take_no_more_than_their_bytes() {
    let (ends, _writer, _reader) = opened();
    for _ in 0..STREAM_CREDIT {
        ends.put_output(OutputChannel::Stdout, b"x");
    }
    assert_eq!(ends.output.get().parts.len(), 2);
}

#[test]
fn credit_is_due_for_what_the_reader_took_and_no_more() {
    let (ends, _writer, mut reader) = opened();
    let full = vec![b'x'; STREAM_FRAME];
    ends.put_output(OutputChannel::Stdout, &full);
    ends.put_output(OutputChannel::Stderr, &full);
    assert_eq!(ends.take_due(), None);
    reader.next().unwrap();
    assert_eq!((ends.take_due(), ends.take_due()), (Some(STREAM_FRAME as u64), None));
    reader.next().unwrap();
    assert_eq!(ends.take_due(), Some(STREAM_FRAME as u64));
}

#[test]
fn a_reader_that_goes_away_is_noticed_and_nothing_is_held_for_it() {
    let (ends, _writer, reader) = opened();
    ends.put_output(OutputChannel::Stdout, b"a");
    assert!(!ends.is_unread());
    drop(reader);
    ends.put_output(OutputChannel::Stdout, b"b");
    assert!(ends.is_unread() && ends.output.get().parts.is_empty());
}
