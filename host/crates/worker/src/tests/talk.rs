//! What is said over the socket and in the page, whatever the guest does.

use super::super::fixtures::{Peer, command, limits};
use super::super::link::LinkError;
use super::super::{WorkerRole, WorkerStart, requested};
use super::{ECHO, text};
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::{WirePayload, WireWanted};
use polymer_host_protocol::{AttemptGate, ToWorker};
use polymer_host_sys::file;
use std::ffi::OsString;
use std::io::Write;
use std::os::fd::{AsFd, AsRawFd};

fn names(words: &[&str]) -> Option<WorkerStart> {
    requested(words.iter().map(OsString::from))
}

#[test]
fn a_worker_is_recognised_by_its_arguments() {
    assert_eq!(names(&["polymer"]), None);
    assert_eq!(names(&["polymer", "run", "__worker"]), None);
    assert_eq!(names(&["polymer", "__worker"]), Some(WorkerStart::Malformed));
    assert_eq!(names(&["polymer", "__worker", "run"]), Some(WorkerStart::Malformed));
    assert_eq!(names(&["polymer", "__worker", "walk", "7"]), Some(WorkerStart::Malformed));
    assert_eq!(names(&["polymer", "__worker", "run", "7", "8"]), Some(WorkerStart::Malformed));
    assert_eq!(
        names(&["polymer", "__worker", "run", "7"]),
        Some(WorkerStart::Asked { role: WorkerRole::Run, parent: 7 })
    );
    let compile = WorkerStart::Asked { role: WorkerRole::Compile, parent: 7 };
    assert_eq!(names(&["polymer", "__worker", "compile", "7"]), Some(compile));
}

#[test]
fn an_attempt_that_was_taken_back_is_skipped() {
    let mut peer = Peer::with(true, command(ECHO));
    let ending = peer.run(&limits(), "first");
    assert_eq!(text(&ending), "first");
    let gate = AttemptGate::unpack(peer.page.load(word::GATE));
    assert_eq!(gate, AttemptGate { epoch: 0, attempt: 1 });
    // The supervisor wins the race: what it sends from before the new epoch is not begun.
    assert!(peer.page.swap_if(word::GATE, gate.pack(), gate.closed().pack()));
    peer.begin(&limits(), WirePayload::Line, b"taken back");
    peer.begin(&limits(), WirePayload::Line, b"this too");
    peer.send(&ToWorker::Epoch(1), &[]);
    let third = peer.begin(&limits(), WirePayload::Line, b"again");
    let (attempt, ending) = peer.end(&limits());
    assert_eq!((attempt, text(&ending)), (third, "again"));
    assert_eq!(AttemptGate::unpack(peer.page.load(word::GATE)), AttemptGate { epoch: 1, attempt: third });
}

#[test]
fn a_page_somebody_else_wrote_is_a_broken_protocol() {
    let mut peer = Peer::with(true, command(ECHO));
    peer.page.store(word::GATE, AttemptGate { epoch: 0, attempt: 77 }.pack());
    peer.begin(&limits(), WirePayload::Line, b"");
    assert!(matches!(peer.ended(), Err(LinkError::Unexpected(_))));
}

#[test]
fn messages_out_of_place_break_the_protocol() {
    let mut peer = Peer::runner();
    peer.send(&ToWorker::Epoch(1), &[]);
    assert!(matches!(peer.ended(), Err(LinkError::Unexpected(_))));
    let mut peer = Peer::with(true, command(ECHO));
    peer.send(&ToWorker::Compile { text: false, wanted: WireWanted::Task }, &[]);
    assert!(matches!(peer.ended(), Err(LinkError::Unexpected(_))));
    let mut peer = Peer::compiler();
    peer.send(&ToWorker::Compile { text: false, wanted: WireWanted::Task }, &[]);
    assert!(matches!(peer.ended(), Err(LinkError::Unexpected(_))));
}

#[test]
fn files_that_fail_a_compiler_are_not_the_sockets_fault() {
    let module = file::sealed("module", command(ECHO).as_bytes()).unwrap();
    let closed_to_writing = std::fs::File::open("/dev/null").unwrap();
    let mut some = file::unnamed("module").unwrap();
    some.write_all(b"x").unwrap();
    let again = format!("/proc/self/fd/{}", some.as_raw_fd());
    let closed_to_reading = std::fs::File::options().write(true).open(again).unwrap();
    for (from, to, what) in
        [(&closed_to_reading, &closed_to_writing, "module"), (&module, &closed_to_writing, "code")]
    {
        let mut peer = Peer::compiler();
        peer.send(&ToWorker::Compile { text: true, wanted: WireWanted::Task }, &[from.as_fd(), to.as_fd()]);
        let broken = peer.ended();
        assert!(matches!(&broken, Err(LinkError::Machine(why)) if why.contains(what)), "{broken:?}");
    }
}
