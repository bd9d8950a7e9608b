//! Lies in the shared page.

use super::worker::Peer;
use polymer_host_protocol::AttemptGate;
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::RunMessage;
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::process;

/// Writes into the page what `mood` names; says whether it is one of these.
pub(crate) fn lie(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) -> bool {
    let gate = |attempt| AttemptGate { epoch: 0, attempt }.pack();
    match mood {
        // Each dies then: the page is looked at when nobody is there any more.
        "page-names-nobody" => peer.page.store(word::GATE, gate(1 << 40)),
        "page-goes-back" => peer.page.store(word::GATE, gate(peer.last)),
        "page-names-the-next" => peer.page.store(word::GATE, gate(run.attempt + 1)),
        "page-of-ones" => (0..8).for_each(|place| peer.page.store(place, u64::MAX)),
        "page-of-ones-and-silent" => {
            [word::FUEL, word::MEMORY, word::DONE].iter().for_each(|place| peer.page.store(*place, u64::MAX));
            peer.page.store(word::TOTAL, 1);
            peer.link.wait()
        }
        // As if it had not begun what it has begun.
        "page-hides-and-silent" => {
            peer.page.store(word::GATE, gate(peer.last));
            peer.link.wait()
        }
        "page-spins" => {
            // With others behind it, the supervisor wants them back; it must not wait for its turn.
            let page = SharedPage::map(&peer.page_file).unwrap();
            for number in 0_u64.. {
                page.store(word::GATE, number);
            }
        }
        "page-cut" => {
            let cut = nix::unistd::ftruncate(&peer.page_file, 0);
            // Were it allowed, the supervisor would fault at its next look.
            process::exit_now(if cut.is_err() { 3 } else { 4 })
        }
        _ => return false,
    }
    process::exit_now(3)
}
