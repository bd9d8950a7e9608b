//! Lies in the ring behind the shared page, and about it.

use super::moods::let_pass;
use super::worker::{Peer, finished};
use polymer_host_protocol::message::{BY_SOCKET, RunMessage, WAKE};
use polymer_host_protocol::{FromWorker, RING_FRAME};
use polymer_host_sys::process;
use std::time::Duration;

/// Where the marks of the ring stand in the page: words written, and words read.
const WRITTEN: usize = 64;
const READ: usize = 128;

/// Does what `mood` names to the ring; says whether it is one of these.
pub(crate) fn lie(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) -> bool {
    let written = peer.page.load(WRITTEN);
    match mood {
        "ring-far" => peer.page.store(WRITTEN, written + (1 << 20)),
        "ring-of-ones" => peer.page.store(WRITTEN, u64::MAX),
        "ring-goes-back" => {
            peer.link.put(&frame(&[0; 100])[..8]);
            while peer.page.load(READ) != peer.page.load(WRITTEN) {
                let_pass(Duration::from_millis(1));
            }
            peer.page.store(WRITTEN, written);
        }
        "ring-empty-frame" => peer.link.put(&[0; 8]),
        "ring-long-frame" => peer.link.put(&u32::try_from(RING_FRAME + 1).unwrap().to_le_bytes()),
        "ring-length-bomb" => peer.link.put(&u32::MAX.to_le_bytes()),
        "ring-no-message" => peer.link.put(&frame(b"\xc1")),
        "ring-two-in-one" => peer.link.put(&frame(&[WAKE, WAKE].concat())),
        "ring-wake-in-it" => peer.link.put(&frame(WAKE)),
        "ring-mark-on-the-socket" => peer.link.frame(BY_SOCKET),
        "ring-wakes" => (0..1_000_000).for_each(|_| peer.link.frame(WAKE)),
        "ring-mark-and-silence" => peer.link.put(&frame(BY_SOCKET)),
        "ring-marks" => loop {
            peer.link.put(&frame(BY_SOCKET));
        },
        "ring-mark-and-exit" => {
            peer.link.put(&frame(BY_SOCKET));
            process::exit_now(3);
        }
        // Whose answers those were that it takes back it cannot know: some were not read yet.
        "ring-takes-back-and-exit" => {
            peer.page.store(WRITTEN, peer.page.load(READ));
            process::exit_now(3);
        }
        "ring-full-of-marks-and-exit" => {
            (0..500).for_each(|_| peer.link.put(&frame(BY_SOCKET)));
            process::exit_now(3);
        }
        "ring-half-and-exit" => {
            peer.link.put(&frame(&[0; 100])[..48]);
            process::exit_now(3);
        }
        // These do no harm.
        "ring-answer-by-socket" => {
            peer.link.mark();
            peer.link.say_by_socket(&FromWorker::Finished(finished(run)));
            peer.last = run.attempt;
            return true;
        }
        "ring-answer-without-a-wake" => {
            peer.link.put_asleep(&FromWorker::Finished(finished(run)));
            peer.last = run.attempt;
            return true;
        }
        _ => return false,
    }
    peer.link.wait()
}

fn frame(content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len()).unwrap().to_le_bytes(), content].concat()
}
