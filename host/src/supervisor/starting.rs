//! How processes become workers: started for a slot, or started as a spare and called by a slot's name later.

use super::worker::Worker;
use super::{Supervisor, launch};
use crate::jail::Purpose;
use crate::sched::Input;
use crate::task::WorkerId;
use std::io;

impl Supervisor<'_> {
    /// Starts a process. What waits to be sent goes first: this takes a while, and there may be many to start.
    pub(super) fn spawn(&mut self, id: WorkerId, purpose: Purpose) -> Option<Input> {
        if self.poll.has_unsent() {
            self.sink.before_sending();
            if !self.sink.has_failed() {
                self.send();
            }
        }
        let failed = |error: io::Error| Input::SpawnFailed { worker: id, error: error.to_string() };
        self.try_spawn(id, purpose).err().map(failed)
    }

    /// Calls a spare by another name.
    pub(super) fn adopt(&mut self, spare: WorkerId, id: WorkerId) -> Option<Input> {
        let failed = |error: &str| Some(Input::SpawnFailed { worker: id, error: error.to_owned() });
        let Some(mut worker) = self.workers.remove(&spare.slot) else { return failed("the spare is gone") };
        worker.id = id;
        if let Err(error) = self.poll.rename(spare, &worker) {
            self.poll.forget(&worker);
            worker.kill();
            drop(worker.bury(|_| None));
            return failed(&error.to_string());
        }
        self.workers.insert(id.slot, worker);
        None
    }

    fn try_spawn(&mut self, id: WorkerId, purpose: Purpose) -> io::Result<()> {
        let mut worker = Worker::new(id, purpose, launch::launch(&self.plan.worker_exe, purpose)?);
        let begun = worker.begin(&self.plan.service);
        if let Err(error) = begun.and_then(|()| self.poll.watch(&worker)) {
            worker.kill();
            drop(worker.bury(|_| None));
            return Err(error);
        }
        self.workers.insert(id.slot, worker);
        self.poll.note_unsent(id);
        Ok(())
    }
}
