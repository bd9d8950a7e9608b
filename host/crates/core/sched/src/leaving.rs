//! Modules that nobody will name again: each goes once it has no task, its workers before it.

use super::state::Stopping;
use super::{Action, Scheduler};
use polymer_host_task::{ModuleId, WorkerId};

impl Scheduler {
    pub(super) fn on_forget(&mut self, id: ModuleId) {
        if self.modules.contains_key(&id) {
            self.leaving.insert(id);
        }
    }

    /// Ends what there still is of modules that have nothing left to do. Whatever happened may have been the last of their tasks, so it
    /// runs after each input.
    pub(super) fn let_go(&mut self, out: &mut Vec<Action>) {
        let idle: Vec<ModuleId> = self.leaving.iter().copied().filter(|id| self.is_done_with(*id)).collect();
        for id in idle {
            let workers: Vec<WorkerId> =
                self.workers().filter(|worker| worker.role.module() == id).map(|worker| worker.id).collect();
            for worker in &workers {
                self.stop_worker(*worker, Stopping::Ours, out);
            }
            // Until the last of them is dead its files may be asked for, and written to.
            if workers.is_empty() {
                self.leaving.remove(&id);
                self.modules.remove(&id);
                out.push(Action::Forget(id));
            }
        }
    }

    /// Whether a module has no task, and the run does not wait to learn what it is.
    fn is_done_with(&self, id: ModuleId) -> bool {
        self.modules.get(&id).is_none_or(|module| module.tasks == 0 && !module.is_wanted())
    }
}
