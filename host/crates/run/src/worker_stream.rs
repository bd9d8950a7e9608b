//! The streams of the attempt that a worker has: its account, and what goes to the worker of them.
//!
//! It must never know whose streams they are, or what becomes of the attempt.

use super::streams::{StdinPart, StreamEnds};
use super::worker_socket::WorkerSocket;
use polymer_host_protocol::ToWorker;
use polymer_host_protocol::claim::StreamAccount;
use polymer_host_protocol::message::StdinMessage;
use polymer_host_task::StreamId;

/// The streams of the attempt that a worker has.
#[derive(Debug)]
pub(super) struct WorkerStream {
    pub(super) streams: StreamId,
    /// What is believed of the worker.
    pub(super) account: StreamAccount,
    /// What its guest waits for them does not count for its timeout.
    pub(super) waits_free: bool,
}

impl WorkerStream {
    /// Queues what can go to the worker now; says whether there is something.
    pub(super) fn advance(&mut self, ends: &StreamEnds, link: &mut WorkerSocket) -> bool {
        let account = &mut self.account;
        let attempt = account.attempt();
        let mut has_moved = false;
        while let Some(part) = ends.take_stdin(account.stdin_frame()) {
            has_moved = true;
            match part {
                StdinPart::Bytes(bytes) => {
                    if account.send_stdin(bytes.len() as u64).is_err() {
                        // No more is taken than there is credit for.
                        break;
                    }
                    link.queue_stdin(&ToWorker::Stdin(StdinMessage { attempt: attempt.0, bytes: &bytes }));
                }
                StdinPart::End => link.queue_stdin(&ToWorker::StdinEnd(attempt.0)),
            }
        }
        if let Some(due) = ends.take_due()
            && account.give_output(due).is_ok()
        {
            has_moved = true;
            link.queue_credit(attempt, due);
        }
        has_moved
    }
}
