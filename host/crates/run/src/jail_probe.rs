//! Starts one worker, hears what jail it has put up, and ends it: what a run would get, found out
//! and not guessed.

use super::worker::WorkerHandle;
use super::worker_socket::ReadFlow;
use super::{RunPlan, launch};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_base::{Confinement, JailRole};
use polymer_host_event::ProcessDeath;
use polymer_host_protocol::message::FromWorker;
use polymer_host_protocol::{VERSION, claim, frame};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{TaskError, WorkerId};
use std::io;
use std::time::Instant;

/// Why no jail was heard of.
#[derive(Debug, thiserror::Error)]
pub enum ProbeFailure {
    /// A layer that has to be there cannot be put up: its name as the code, and why.
    #[error("{}: {}", .0.code, .0.message)]
    Unconfined(TaskError),
    /// It ended, or had to be ended, before it said anything.
    #[error("{0}")]
    Died(ProcessDeath),
    /// It could not be started.
    #[error("{}", .0.with_hint())]
    System(#[from] SystemError),
}

/// Starts a worker as a run under `plan` would, and says what stands around it. Waits for as long
/// as a run would.
///
/// # Errors
/// If it cannot be started, or does not come as far as saying hello.
pub fn rehearse(plan: &RunPlan, purpose: JailRole) -> Result<Confinement, ProbeFailure> {
    let launched = launch::launch(&plan.worker_exe, purpose)?;
    let mut worker = WorkerHandle::new(WorkerId { slot: 0, generation: 1 }, purpose, launched);
    let heard = worker.begin(&plan.service).and_then(|()| hear(&mut worker, plan));
    worker.kill();
    let death = worker.settle_death(|_| None).death;
    match heard.map_err(SystemError::on(SystemOperation::Watch, "a worker process"))? {
        Some(ProbeAnswer::Hello(confinement)) => Ok(confinement),
        Some(ProbeAnswer::Unconfined(error)) => Err(ProbeFailure::Unconfined(error)),
        None => Err(ProbeFailure::Died(death)),
    }
}

enum ProbeAnswer {
    Hello(Confinement),
    Unconfined(TaskError),
}

/// Waits for its first message; `None` if it ends without one, has none in time, or it is another.
fn hear(worker: &mut WorkerHandle, plan: &RunPlan) -> io::Result<Option<ProbeAnswer>> {
    let until = Instant::now() + plan.config.start_limit;
    let mut flow = ReadFlow::Empty;
    while flow != ReadFlow::Closed {
        let unsent = worker.flush(|_| None);
        let wanted = if unsent { PollFlags::POLLIN | PollFlags::POLLOUT } else { PollFlags::POLLIN };
        let left = until.saturating_duration_since(Instant::now());
        let timeout = PollTimeout::try_from(left.as_millis()).unwrap_or(PollTimeout::MAX);
        let [socket, ..] = worker.descriptors();
        match poll(&mut [PollFd::new(socket, wanted)], timeout) {
            Ok(0) => return Ok(None),
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        flow = worker.hear();
        if let Some(content) = worker.link.frames.next_frame().map_err(io::Error::other)? {
            return Ok(first_words(content));
        }
    }
    Ok(None)
}

fn first_words(content: &[u8]) -> Option<ProbeAnswer> {
    match frame::decode(content) {
        Ok(FromWorker::Hello { version: VERSION, confinement, .. }) => {
            Some(ProbeAnswer::Hello(claim::confinement(&confinement)))
        }
        Ok(FromWorker::Unconfined { layer, why }) => {
            Some(ProbeAnswer::Unconfined(claim::unconfined(layer, why)))
        }
        _ => None,
    }
}
