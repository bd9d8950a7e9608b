//! Modules that nobody will name again: each goes once it has no task, its workers before it.

use super::state::StopReason;
use super::{Scheduler, SchedulerAction};
use polymer_host_task::{ModuleId, WorkerId};

impl Scheduler {
    /// Ends what there still is of modules that have nothing left to do. Whatever happened may have
    /// been the last of their tasks, so it runs after each input.
    pub(super) fn let_go(&mut self, out: &mut Vec<SchedulerAction>) {
        let idle: Vec<ModuleId> = self.modules.done_with().collect();
        for id in idle {
            let workers: Vec<WorkerId> = self
                .workers
                .iter()
                .filter(|worker| worker.role().module() == id)
                .map(|worker| worker.id())
                .collect();
            for worker in &workers {
                self.stop_worker(*worker, StopReason::Ours, out);
            }
            // Until the last of them is dead its files may be asked for, and written to.
            if workers.is_empty() {
                self.modules.remove(id);
                out.push(SchedulerAction::Forget(id));
            }
        }
    }
}
