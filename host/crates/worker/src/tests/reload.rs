//! A worker that is handed another module: nothing of the one before is left.

use super::super::RoleEnd;
use super::super::fixtures::{Peer, command, limits, translate, typed};
use super::{ECHO, SPIN, failed, text};
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::{WirePayload, WireTask};
use polymer_host_protocol::{AttemptGate, ToWorker};
use polymer_host_task::{ModuleForm, Verdict};

/// Hands the worker this module.
fn hand(peer: &mut Peer, text: bool, module: impl AsRef<[u8]>) -> Result<Vec<WireTask>, (String, String)> {
    let compiled = translate(text, module.as_ref().to_vec()).unwrap();
    peer.hand(&compiled.code, compiled.form, &limits(), &[])
}

#[test]
fn modules_of_every_form_are_served_one_after_the_other() {
    let mut peer = Peer::with(true, command(ECHO));
    assert_eq!(text(&peer.run(&limits(), "one")), "one");
    let tasks = hand(&mut peer, false, typed(0, "(call $ok (i32.const 64) (i32.const 8))")).unwrap();
    assert_eq!(tasks[0].name, "main");
    assert_eq!(text(&peer.run(&limits(), "1")), "{\"a\":1}");
    hand(&mut peer, true, command("(func (export \"_start\") unreachable)")).unwrap();
    failed(&peer.run(&limits(), ""), Verdict::Trap, "unreachable");
    hand(&mut peer, true, command(ECHO)).unwrap();
    assert_eq!(text(&peer.run(&limits(), "four")), "four");
    assert_eq!(peer.close().unwrap(), RoleEnd::Closed);
}

#[test]
fn the_gate_of_a_new_page_begins_anew_and_what_was_taken_back_before_is_never_begun() {
    let mut peer = Peer::with(true, command(ECHO));
    assert_eq!(text(&peer.run(&limits(), "one")), "one");
    let gate = AttemptGate::unpack(peer.page.load(word::GATE));
    assert!(peer.page.swap_if(word::GATE, gate.pack(), gate.closed().pack()));
    peer.begin(&limits(), WirePayload::Line, b"taken back");
    peer.send(&ToWorker::Epoch(1), &[]);
    hand(&mut peer, true, command(ECHO)).unwrap();
    assert_eq!(AttemptGate::unpack(peer.page.load(word::GATE)), AttemptGate { epoch: 0, attempt: 0 });
    let next = peer.begin(&limits(), WirePayload::Line, b"two");
    let (attempt, ending) = peer.end(&limits());
    assert_eq!((attempt, text(&ending)), (next, "two"));
    assert_eq!(AttemptGate::unpack(peer.page.load(word::GATE)), AttemptGate { epoch: 0, attempt: next });
}

#[test]
fn a_module_that_cannot_be_linked_ends_the_worker_whatever_it_served_before() {
    let mut peer = Peer::with(true, command(ECHO));
    let refused = peer.hand(b"\x7fELF nothing", ModuleForm::CommandModule, &limits(), &[]).unwrap_err();
    assert_eq!(refused.0, "stale");
    assert_eq!(peer.ended().unwrap(), RoleEnd::Closed);
}

#[test]
fn a_worker_whose_attempt_ran_out_of_time_is_handed_nothing_more() {
    let mut peer = Peer::with(true, command(SPIN));
    let short = limits().with_timeout(std::time::Duration::from_millis(20)).with_fuel(u64::MAX / 2);
    failed(&peer.run(&short, ""), Verdict::Timeout, "timeout");
    assert_eq!(peer.ended().unwrap(), RoleEnd::Spent);
}
