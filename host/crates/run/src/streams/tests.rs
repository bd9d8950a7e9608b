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

/// Two that are connected, as the loop has them.
fn pair() -> (StreamEnds, StreamEnds) {
    (StreamEnds::of_pair(), StreamEnds::of_pair())
}

#[test]
fn what_one_of_a_pair_writes_the_other_reads_and_its_stderr_is_for_nobody() {
    let (program, interactor) = pair();
    assert!(program.waits_free() && interactor.waits_free());
    program.put_output(OutputChannel::Stdout, b"a");
    program.put_output(OutputChannel::Stderr, b"told to nobody");
    program.put_output(OutputChannel::Stdout, b"b");
    interactor.put_output(OutputChannel::Stdout, b"c");
    program.pour_into(&interactor);
    interactor.pour_into(&program);
    assert_eq!(drain(&interactor), (b"ab".to_vec(), false));
    assert_eq!(drain(&program), (b"c".to_vec(), false));
    let credit = usize::try_from(STREAM_CREDIT).unwrap();
    program.put_output(OutputChannel::Stderr, &vec![b'e'; credit]);
    program.pour_into(&interactor);
    assert!(program.take_due().is_some_and(|due| due >= STREAM_CREDIT / 2), "it was taken all the same");
    assert_eq!(drain(&interactor), (Vec::new(), false));
}

#[test]
fn who_floods_one_that_does_not_read_gets_no_more_credit_and_nothing_is_lost() {
    let (program, interactor) = pair();
    let all: Vec<u8> = (0..400_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let (mut written, mut given) = (0, STREAM_CREDIT);
    // It writes as much as it has credit for, and nobody reads.
    loop {
        let most = usize::try_from(given).unwrap().min(all.len() - written);
        program.put_output(OutputChannel::Stdout, &all[written..written + most]);
        written += most;
        program.pour_into(&interactor);
        assert!(interactor.stdin.get().held <= STDIN_QUEUE);
        given = program.take_due().unwrap_or_default();
        if given == 0 {
            break;
        }
    }
    assert!(written <= STDIN_QUEUE + usize::try_from(STREAM_CREDIT).unwrap(), "{written} bytes are held");
    // Then the other reads, and it goes on.
    let mut read = Vec::new();
    while read.len() < all.len() {
        let (more, has_ended) = drain(&interactor);
        assert!(!more.is_empty() && !has_ended, "{} of {} bytes came", read.len(), all.len());
        read.extend(more);
        program.pour_into(&interactor);
        let most = usize::try_from(program.take_due().unwrap_or_default()).unwrap().min(all.len() - written);
        program.put_output(OutputChannel::Stdout, &all[written..written + most]);
        written += most;
        program.pour_into(&interactor);
    }
    assert!(read == all);
}

#[test]
fn when_one_of_a_pair_ends_the_other_reads_the_rest_and_writes_for_nobody() {
    let (program, interactor) = pair();
    let credit = usize::try_from(STREAM_CREDIT).unwrap();
    let said = vec![b'x'; STDIN_QUEUE + 10];
    program.put_output(OutputChannel::Stdout, &said);
    program.end();
    program.pour_into(&interactor);
    let (first, has_ended) = drain(&interactor);
    assert_eq!((first.len(), has_ended), (STDIN_QUEUE, false), "there was no room for all of it");
    program.pour_into(&interactor);
    assert_eq!(drain(&interactor), (said[STDIN_QUEUE..].to_vec(), true));
    assert_eq!(drain(&interactor), (Vec::new(), false), "the end comes once");
    interactor.put_output(OutputChannel::Stdout, &vec![b'y'; credit]);
    interactor.pour_into(&program);
    assert!(interactor.take_due().is_some_and(|due| due > 0), "it is not kept waiting");
    assert_eq!(drain(&program), (Vec::new(), false));
}
