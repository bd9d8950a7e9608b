//! The attempts that `.ci/counted` counts the instructions of.

use super::super::fixtures::{Peer, limits, typed};
use super::text;
use polymer_host_protocol::message::WirePayload;

/// Plays so many attempts at the smallest typed task, each in a fresh instance.
#[test]
#[ignore = "`.ci/counted` starts it"]
fn runs_attempts() {
    let attempts: u64 = std::env::var("POLYMER_COUNTED_TASKS").unwrap().parse().unwrap();
    let mut peer = Peer::with(false, typed(0, "(call $ok (local.get $input) (local.get $length))"));
    for _ in 0..attempts {
        assert_eq!(text(&peer.attempt(&limits(), WirePayload::Json, b"7")), "7");
    }
}
