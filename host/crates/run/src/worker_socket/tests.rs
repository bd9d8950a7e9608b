//! What goes to a worker and in which order: descriptors with their messages, frames that are
//! dropped, a queue with a bound.

use super::*;
use polymer_host_protocol::message::{RunMessage, StdinMessage, WirePayload, WireWanted};
use polymer_host_protocol::{frame, write_frame_head};
use polymer_host_sys::file;
use std::fs::File;
use std::io::{Read, Seek};

/// More than the socket takes at once.
const LARGE: usize = 3 << 20;

fn unsent(attempt: u64) -> QueuedAttempt {
    QueuedAttempt { attempt: AttemptId(attempt), task: TaskId(attempt), number: 1 }
}

/// Attempts whose input is of so many bytes as their task's number says.
struct Inputs {
    bytes: Vec<u8>,
    /// A large input is not part of the frame: it follows.
    follow: bool,
    /// They are gone when they are to follow.
    are_gone: bool,
}

impl Inputs {
    fn new(follow: bool) -> Self {
        Self { bytes: vec![b'x'; 3 * KEPT_OF_LARGE], follow, are_gone: false }
    }

    /// Copied into the frame, and following it.
    fn both() -> [Self; 2] {
        [false, true].map(Self::new)
    }
}

impl AttemptSource for Inputs {
    fn encode(&self, unsent: QueuedAttempt, out: &mut Vec<u8>) -> Result<usize, FrameError> {
        let input = &self.bytes[..usize::try_from(unsent.task.0).unwrap()];
        let run = |input| {
            ToWorker::Run(RunMessage {
                attempt: unsent.attempt.0,
                task: "",
                name: None,
                id: "",
                number: unsent.number,
                limits: (&polymer_host_task::Limits::default()).into(),
                grants: None,
                supplied: None,
                streamed: None,
                kind: WirePayload::Line,
                input,
            })
        };
        if self.follow && input.len() >= LARGE {
            write_frame_head(&run(&[]), input.len(), u32::MAX as usize, out).map(|()| input.len())
        } else {
            write_frame(&run(input), u32::MAX as usize, out).map(|()| 0)
        }
    }

    fn input(&self, unsent: QueuedAttempt) -> Option<&[u8]> {
        (!self.are_gone).then(|| &self.bytes[..usize::try_from(unsent.task.0).unwrap()])
    }
}

/// An attempt of a large input.
fn large(attempt: u64) -> QueuedAttempt {
    QueuedAttempt { task: TaskId(LARGE as u64), ..unsent(attempt) }
}

/// What the other end got in the end: what each message says, and the descriptors that came.
fn heard(theirs: &OwnedFd, link: &mut WorkerSocket, inputs: &Inputs) -> (Vec<String>, Vec<OwnedFd>) {
    channel::set_nonblocking(theirs).unwrap();
    let (mut frames, mut says, mut descriptors) = (FrameReader::new(1 << 24), Vec::new(), Vec::new());
    let mut chunk = vec![0; 1 << 20];
    loop {
        let left = link.flush(inputs);
        while let Ok(count @ 1..) = channel::receive(theirs, &mut chunk, &mut descriptors) {
            frames.feed(&chunk[..count]);
        }
        while let Some(content) = frames.next_frame().unwrap() {
            says.push(match frame::decode::<ToWorker<'_>>(content).unwrap() {
                ToWorker::Run(run) => {
                    let is_whole = run.input.iter().all(|byte| *byte == b'x');
                    format!("run {}{}", run.attempt, if is_whole { "" } else { ", spoilt" })
                }
                ToWorker::Epoch(epoch) => format!("epoch {epoch}"),
                ToWorker::OutputCredit(credit) => format!("output credit {}", credit.bytes),
                other => other.name().to_owned(),
            });
        }
        if !left {
            assert!(!frames.is_torn(), "half a frame after {says:?}");
            return (says, descriptors);
        }
    }
}

#[test]
fn descriptors_travel_with_their_message_behind_whatever_waits_to_go() {
    for inputs in &Inputs::both() {
        let (ours, theirs) = channel::pair().unwrap();
        let mut link = WorkerSocket::new(ours);
        let files = [b"one", b"two"].map(|content| file::sealed("test", content).unwrap());
        let compile = |text| ToWorker::Compile { text, wanted: WireWanted::Task };
        link.queue_attempt(large(1));
        link.queue_epoch(1);
        link.queue_with(&compile(true), &[files[0].as_fd()]).unwrap();
        link.queue_with(&compile(false), &[files[1].as_fd()]).unwrap();
        link.queue_epoch(2);
        drop(files);
        let (says, descriptors) = heard(&theirs, &mut link, inputs);
        assert_eq!(says, ["run 1", "epoch 1", "compile", "compile", "epoch 2"]);
        let texts = descriptors.into_iter().map(|descriptor| {
            let (mut file, mut text) = (File::from(descriptor), String::new());
            file.rewind().unwrap();
            file.read_to_string(&mut text).unwrap();
            text
        });
        assert_eq!(texts.collect::<Vec<_>>(), ["one", "two"]);
        assert!(link.beside.is_empty() && link.waiting.is_empty() && link.out.capacity() <= KEPT);
    }
}

#[test]
fn memory_of_a_large_frame_stays_until_small_ones_follow() {
    let inputs = &Inputs::new(false);
    let (ours, theirs) = channel::pair().unwrap();
    let mut link = WorkerSocket::new(ours);
    for _ in 0..2 {
        link.queue_attempt(large(1));
        assert_eq!(heard(&theirs, &mut link, inputs).0, ["run 1"]);
        assert!(link.out.is_empty() && (LARGE..=KEPT_OF_LARGE).contains(&link.out.capacity()));
    }
    link.queue_attempt(QueuedAttempt { task: TaskId(2 * KEPT_OF_LARGE as u64), ..unsent(2) });
    heard(&theirs, &mut link, inputs);
    assert!(link.out.capacity() <= KEPT_OF_LARGE);
    link.queue_epoch(1);
    heard(&theirs, &mut link, inputs);
    assert!(link.out.capacity() <= KEPT);
}

#[test]
fn what_was_not_begun_to_be_written_is_dropped_and_the_rest_goes_whole() {
    for inputs in &Inputs::both() {
        // Blocked within the first, before any, with nothing large, and where there is none.
        for (attempts, blocked, goes) in [
            (vec![large(1), unsent(2), large(3)], true, vec!["run 1", "epoch 1", "run 9"]),
            (vec![unsent(1), large(2), large(3)], true, vec!["run 1", "run 2", "epoch 1", "run 9"]),
            (vec![large(1), large(2), unsent(3)], false, vec!["epoch 1", "run 9"]),
            (vec![unsent(1), unsent(2)], true, vec!["run 1", "run 2", "epoch 1", "run 9"]),
            (vec![], true, vec!["epoch 1", "run 9"]),
        ] {
            let (ours, theirs) = channel::pair().unwrap();
            let mut link = WorkerSocket::new(ours);
            attempts.iter().for_each(|unsent| link.queue_attempt(*unsent));
            if blocked {
                link.flush(inputs);
            }
            let first = link.drop_unsent();
            let went = goes.len() - 2;
            assert_eq!(first, attempts.get(went).map(|unsent| unsent.attempt), "{attempts:?}");
            link.queue_epoch(1);
            link.queue_attempt(unsent(9));
            assert_eq!(heard(&theirs, &mut link, inputs).0, goes);
        }
    }
}

#[test]
fn what_was_made_and_not_written_is_dropped_too() {
    for inputs in &Inputs::both() {
        let (ours, theirs) = channel::pair().unwrap();
        let mut link = WorkerSocket::new(ours);
        // The socket is full before the batch begins.
        link.queue_attempt(large(1));
        assert!(link.flush(inputs));
        link.sent = link.batch_length();
        (2..5).for_each(|attempt| link.queue_attempt(unsent(attempt)));
        assert!(link.flush(inputs) && link.sent == 0 && link.attempts.len() == 3);
        assert_eq!(link.drop_unsent(), Some(AttemptId(2)));
        assert!(link.out.is_empty() && link.attempts.is_empty());
        link.queue_epoch(7);
        let file = file::sealed("test", b"one").unwrap();
        // Nothing that is no attempt goes with them.
        link.make_batch(inputs);
        link.queue_with(&ToWorker::Epoch(8), &[file.as_fd()]).unwrap();
        link.queue_attempt(unsent(6));
        assert_eq!(link.drop_unsent(), Some(AttemptId(6)));
        assert!(link.others_end == link.out.len() && !link.out.is_empty() && link.waiting.len() == 1);
        drop(theirs);
    }
}

#[test]
fn word_of_one_epoch_is_enough_however_often_work_is_taken_back() {
    for inputs in &Inputs::both() {
        let (ours, theirs) = channel::pair().unwrap();
        let mut link = WorkerSocket::new(ours);
        link.queue_attempt(large(1));
        assert!(link.flush(inputs));
        for epoch in 1..1000 {
            link.queue_attempt(unsent(u64::from(epoch)));
            link.drop_unsent();
            link.queue_epoch(epoch);
        }
        assert_eq!(link.waiting.len(), 1);
        assert_eq!(heard(&theirs, &mut link, inputs).0, ["run 1", "epoch 999"]);
    }
}

#[test]
fn credit_that_waits_is_one_message_and_what_is_of_a_dropped_attempt_is_dropped_with_it() {
    for inputs in &Inputs::both() {
        let (ours, theirs) = channel::pair().unwrap();
        let mut link = WorkerSocket::new(ours);
        link.queue_attempt(large(1));
        assert!(link.flush(inputs));
        for _ in 0..1000 {
            link.queue_credit(AttemptId(1), 16);
        }
        assert_eq!(link.waiting.len(), 1, "a worker that does not read");
        assert_eq!(heard(&theirs, &mut link, inputs).0, ["run 1", "output credit 16000"]);
        link.queue_attempt(large(2));
        assert!(link.flush(inputs));
        link.queue_attempt(unsent(3));
        let stdin = ToWorker::Stdin(StdinMessage { attempt: 3, bytes: b"x" });
        link.queue_stdin(&stdin);
        link.queue_stdin(&ToWorker::StdinEnd(3));
        link.queue_credit(AttemptId(3), 1);
        assert_eq!(link.drop_unsent(), Some(AttemptId(3)));
        // Of one that was written it goes in its order.
        link.queue_attempt(unsent(4));
        link.queue_stdin(&ToWorker::Stdin(StdinMessage { attempt: 4, bytes: b"x" }));
        link.queue_stdin(&ToWorker::StdinEnd(4));
        assert_eq!(heard(&theirs, &mut link, inputs).0, ["run 2", "run 4", "stdin", "the end of stdin"]);
    }
}

#[test]
fn it_holds_a_batch_and_one_frame_whatever_waits() {
    for inputs in &Inputs::both() {
        let (ours, _theirs) = channel::pair().unwrap();
        let mut link = WorkerSocket::new(ours);
        for attempt in 0..1000 {
            link.queue_attempt(if attempt % 3 == 0 { large(attempt) } else { unsent(attempt) });
            link.flush(inputs);
        }
        assert!(link.out.len() <= BATCH + LARGE + 100, "{}", link.out.len());
    }
}

#[test]
fn it_says_what_has_to_go_before_an_attempt_has_gone() {
    for inputs in &Inputs::both() {
        let (ours, theirs) = channel::pair().unwrap();
        let mut link = WorkerSocket::new(ours);
        link.queue_attempt(unsent(1));
        assert_eq!(link.unsent(AttemptId(1)), Some(1));
        link.flush(inputs);
        assert_eq!(link.unsent(AttemptId(1)), None);
        for attempt in [large(2), large(3)] {
            link.queue_attempt(attempt);
        }
        link.flush(inputs);
        let left = link.unsent(AttemptId(2)).unwrap();
        assert!(left > LARGE / 2 && left < LARGE, "{left}");
        assert_eq!(link.unsent(AttemptId(3)), Some(left + 1));
        heard(&theirs, &mut link, inputs);
        assert_eq!((link.unsent(AttemptId(2)), link.unsent(AttemptId(3))), (None, None));
    }
}

#[test]
fn a_large_input_that_follows_is_not_copied() {
    let (ours, theirs) = channel::pair().unwrap();
    let mut link = WorkerSocket::new(ours);
    for attempt in [unsent(1), large(2), large(3), unsent(4)] {
        link.queue_attempt(attempt);
    }
    let inputs = &Inputs::new(true);
    assert!(link.flush(inputs) && link.out.capacity() <= BATCH);
    assert_eq!(heard(&theirs, &mut link, inputs).0, ["run 1", "run 2", "run 3", "run 4"]);
    assert!(link.out.capacity() <= BATCH);
}

#[test]
fn a_frame_whose_input_is_gone_goes_on_as_long_as_it_was_said_to_be() {
    let (ours, theirs) = channel::pair().unwrap();
    let mut link = WorkerSocket::new(ours);
    link.queue_attempt(large(1));
    let mut inputs = Inputs::new(true);
    assert!(link.flush(&inputs));
    inputs.are_gone = true;
    link.queue_epoch(1);
    link.queue_attempt(unsent(2));
    assert_eq!(heard(&theirs, &mut link, &inputs).0, ["run 1, spoilt", "epoch 1", "run 2"]);
}
