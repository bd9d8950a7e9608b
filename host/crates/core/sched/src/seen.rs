//! Modules that are only looked at: of some a compile worker tells all that is wanted, and they
//! need no code.

use super::state::{ReadyModule, StopReason, WorkerPhase};
use super::{Scheduler, SchedulerAction};
use polymer_host_event::{ProcessRole, RunEvent};
use polymer_host_task::{ModuleInfo, Moment, WorkerId};

impl Scheduler {
    /// Whoever tells this heard that the module is only looked at: no task of it is ever sent to a
    /// worker.
    pub(super) fn on_seen(
        &mut self,
        now: Moment,
        id: WorkerId,
        info: ModuleInfo,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(worker) = self.workers.get(id) else { return };
        let role @ ProcessRole::Compile(module) = worker.role() else {
            return self.broke(id, "a run worker claims to have looked at a module", out);
        };
        if worker.phase() != WorkerPhase::Loading || worker.is_stopping() {
            return;
        }
        self.breaker.note_progress(now);
        self.stop_worker(id, StopReason::Ours, out);
        if let Some(ReadyModule { info, cached, took }) = self.modules.note_seen(module, now, info) {
            out.push(SchedulerAction::Announce(RunEvent::ModuleReady { module, info, cached, took }));
        }
        self.fitness.prove(role);
    }
}
