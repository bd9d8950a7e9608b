//! How processes become workers: started for a slot, or started as a spare and called by a slot's
//! name later.

use super::shortage::{self, Need};
use super::worker::Worker;
use super::{Supervisor, launch};
use polymer_host_base::Purpose;
use polymer_host_sched::Input;
use polymer_host_sys::shortage::{Request, lacking};
use polymer_host_sys::system_error::{Operation, SystemError};
use polymer_host_task::WorkerId;

/// What errors call a process that was started.
const WORKER: &str = "a worker process";

impl Supervisor<'_> {
    /// Starts a process. What waits to be sent goes first: this takes a while, and there may be
    /// many to start.
    pub(super) fn spawn(&mut self, id: WorkerId, purpose: Purpose) -> Option<Input> {
        if self.poll.has_unsent() {
            self.sink.before_sending();
            if !self.sink.has_failed() {
                self.send();
            }
        }
        self.try_spawn(id, purpose).err().map(|(error, request)| self.not_started(id, &error, request))
    }

    /// What it means that a process could not be started.
    fn not_started(&self, id: WorkerId, error: &SystemError, request: Request) -> Input {
        match lacking(error.cause(), request) {
            Some(resource) => {
                // What modules hold may be what is lacking.
                self.plan.resident.tighten(None);
                let shortage = shortage::seen(resource, error.to_string(), Need::of(self.plan));
                Input::SpawnExhausted { worker: id, shortage }
            }
            None => Input::SpawnFailed { worker: id, error: error.with_hint() },
        }
    }

    /// Calls a spare by another name.
    pub(super) fn adopt(&mut self, spare: WorkerId, id: WorkerId) -> Option<Input> {
        let Some(mut worker) = self.workers.remove(&spare.slot) else {
            return Some(Input::SpawnFailed { worker: id, error: "the spare is gone".to_owned() });
        };
        worker.id = id;
        let renamed = self.poll.rename(spare, &worker);
        if let Err(error) = renamed.map_err(SystemError::on(Operation::Watch, WORKER)) {
            self.poll.forget(&worker);
            worker.kill();
            drop(worker.bury(|_| None));
            return Some(self.not_started(id, &error, Request::Watch));
        }
        self.workers.insert(id.slot, worker);
        None
    }

    fn try_spawn(&mut self, id: WorkerId, purpose: Purpose) -> Result<(), (SystemError, Request)> {
        let launched = launch::launch(&self.plan.worker_exe, purpose);
        let mut worker = Worker::new(id, purpose, launched.map_err(|error| (error, Request::Start))?);
        let at_start = SystemError::on(Operation::Start, WORKER);
        let begun = worker.begin(&self.plan.service).map_err(|error| (at_start(error), Request::Other));
        let watching = SystemError::on(Operation::Watch, WORKER);
        let watched = || self.poll.watch(&worker).map_err(|error| (watching(error), Request::Watch));
        if let Err(error) = begun.and_then(|()| watched()) {
            worker.kill();
            drop(worker.bury(|_| None));
            return Err(error);
        }
        self.workers.insert(id.slot, worker);
        self.poll.note_unsent(id);
        Ok(())
    }
}
