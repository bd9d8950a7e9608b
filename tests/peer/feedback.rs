//! What a worker may claim came back of a validator: files that nobody asked for, or that cannot
//! be, and files that can be and say nothing.

use super::worker::Peer;
use polymer_host_protocol::message::{RunMessage, WireCollected, WireContent};

const MESSAGE: &str = "feedback/judgemessage.txt";
const SCORE: &str = "feedback/score.txt";

/// Accepts with files in the way that `mood` names; says whether it is one of these.
pub(crate) fn lie(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) -> bool {
    let big = vec![b'x'; usize::try_from(run.limits.output).unwrap_or_default() + 1];
    let (bytes, dropped) = (WireContent::Bytes, WireContent::Dropped);
    let (files, left_out) = match mood {
        "files-elsewhere" => (vec![("feedback/../../a", bytes(b"x"))], 0),
        "files-of-the-case" => (vec![("answer", bytes(b"x"))], 0),
        "files-twice" => (vec![(MESSAGE, bytes(b"x")), (MESSAGE, bytes(b"y"))], 0),
        "files-out-of-order" => (vec![(SCORE, bytes(b"1")), (MESSAGE, bytes(b"y"))], 0),
        "files-too-long" => (vec![(MESSAGE, bytes(&big))], 0),
        "files-of-a-size-that-cannot-be" => (vec![(MESSAGE, dropped(u64::MAX))], 0),
        "files-uncounted" => (Vec::new(), u64::MAX),
        // These may be true, and are no answer.
        "says-a-score-of-none" => (vec![(SCORE, bytes(b"1"))], 0),
        "says-bytes" => (vec![(SCORE, bytes(b"\xff\x00"))], 0),
        "says-too-much" => (vec![(SCORE, dropped(1000))], 0),
        "says-there-are-more" => (Vec::new(), 1),
        // This one is.
        "says-nothing-for-a-terminal" => (vec![(MESSAGE, bytes(b"\x1b[2Jfine\n{}"))], 0),
        _ => return false,
    };
    peer.validate(run, WireCollected { files, left_out });
    if !mood.starts_with("says-") {
        peer.link.wait();
    }
    true
}
