//! Start of workers: a process is started for a slot, or as a spare that later gets a slot's
//! name.

use super::service::WorkerSettings;
use super::shortage::{self, ResourceDemand};
use super::worker::WorkerHandle;
use super::{RunLoop, launch, service_of};
use polymer_host_base::JailRole;
use polymer_host_event::ProcessRole;
use polymer_host_sched::SchedulerInput;
use polymer_host_sys::resource_exhausted::{SystemRequest, lacking};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{CheckProtocol, WorkerId};

/// Name of a started process in errors.
const WORKER: &str = "a worker process";

impl RunLoop<'_> {
    /// Starts a process for this role, or a spare. What waits to be sent goes first: this takes a
    /// while, and there may be many to start.
    pub(super) fn spawn(&mut self, id: WorkerId, role: Option<ProcessRole>) -> Option<SchedulerInput> {
        if self.poll.has_unsent() {
            self.sink.before_sending();
            if !self.sink.has_failed() {
                self.send();
            }
        }
        self.try_spawn(id, role).err().map(|(error, request)| self.not_started(id, &error, request))
    }

    /// Returns the scheduler input for a process that could not be started.
    fn not_started(&self, id: WorkerId, error: &SystemError, request: SystemRequest) -> SchedulerInput {
        match lacking(error.cause(), request) {
            Some(resource) => {
                // What modules hold may be what is lacking.
                self.plan.resident.tighten(None);
                let shortage = shortage::seen(resource, error.to_string(), ResourceDemand::of(self.plan));
                SchedulerInput::SpawnExhausted { worker: id, shortage }
            }
            None => SchedulerInput::SpawnFailed { worker: id, error: error.with_hint() },
        }
    }

    /// Calls a spare by another name.
    pub(super) fn adopt(&mut self, spare: WorkerId, id: WorkerId) -> Option<SchedulerInput> {
        let Some(mut worker) = self.workers.remove(&spare.slot) else {
            return Some(SchedulerInput::SpawnFailed { worker: id, error: "the spare is gone".to_owned() });
        };
        worker.id = id;
        let renamed = self.poll.rename(spare, &worker);
        if let Err(error) = renamed.map_err(SystemError::on(SystemOperation::Watch, WORKER)) {
            self.poll.forget(&worker);
            worker.kill();
            drop(worker.settle_death(|_| None));
            return Some(self.not_started(id, &error, SystemRequest::Watch));
        }
        self.workers.insert(id.slot, worker);
        None
    }

    /// Returns the settings by which a process begins. Whatever serves programs, or may, begins as
    /// they want it; a validator has a folder that they have not, and none of theirs.
    fn beginning(&self, role: Option<ProcessRole>) -> &WorkerSettings {
        let usual = &self.plan.service;
        match (role, usual.check_protocol) {
            (Some(ProcessRole::Run(module)), CheckProtocol::Validator) => {
                service_of(usual, &self.judges, module)
            }
            _ => usual,
        }
    }

    fn try_spawn(
        &mut self,
        id: WorkerId,
        role: Option<ProcessRole>,
    ) -> Result<(), (SystemError, SystemRequest)> {
        let purpose = role.map_or(JailRole::Run, ProcessRole::purpose);
        let launched = launch::launch(&self.plan.worker_exe, purpose);
        let mut worker =
            WorkerHandle::new(id, purpose, launched.map_err(|error| (error, SystemRequest::Start))?);
        let at_start = SystemError::on(SystemOperation::Start, WORKER);
        let begun =
            worker.begin(self.beginning(role)).map_err(|error| (at_start(error), SystemRequest::Other));
        let watching = SystemError::on(SystemOperation::Watch, WORKER);
        let watched = || self.poll.watch(&worker).map_err(|error| (watching(error), SystemRequest::Watch));
        if let Err(error) = begun.and_then(|()| watched()) {
            worker.kill();
            drop(worker.settle_death(|_| None));
            return Err(error);
        }
        self.workers.insert(id.slot, worker);
        self.poll.note_unsent(id);
        Ok(())
    }
}
