//! Workers that go over to another module, where one process may serve any of them.
//!
//! A worker that made attempts of one module may be the guest's by now. So what becomes of it while
//! it loads another one says nothing of that one: it is tried in a process of its own before it is
//! given up.

use super::state::{ModuleEntry, WorkerState};
use super::{Scheduler, SchedulerAction};
use polymer_host_event::{ProcessRole, RunEvent};
use polymer_host_task::{Isolation, ModuleId, Moment};

impl Scheduler {
    /// Gives a module a worker that its own has no use for; says whether there was one.
    pub(super) fn turn(&mut self, now: Moment, to: ModuleId, out: &mut Vec<SchedulerAction>) -> bool {
        if !self.may_turn_to(to) {
            return false;
        }
        let other =
            |worker: &&WorkerState| worker.role() != ProcessRole::Run(to) && self.may_turn(now, worker);
        let Some(id) = self.workers.iter().find(other).map(|worker| worker.id()) else {
            return false;
        };
        let Some(worker) = self.workers.get_mut(id) else { return false };
        worker.turn(to, now);
        let role = worker.role();
        out.push(SchedulerAction::Load { worker: id, role });
        out.push(SchedulerAction::Announce(RunEvent::WorkerTurned { worker: id, role }));
        true
    }

    /// Returns whether workers that served others may serve this module. A checker or an
    /// interactor gets only workers that ran no program: one that did may be the program's, and
    /// would judge itself.
    pub(super) fn may_turn_to(&self, module: ModuleId) -> bool {
        let shunned = self.modules.get(module).is_none_or(ModuleEntry::is_shunned);
        self.config.isolation == Isolation::Instance && !shunned && !self.modules.is_judge(module)
    }

    /// Returns whether a worker of a checker is idle, or of an interactor that nobody needs: it
    /// serves nothing else, so it ends if its slot is needed.
    pub(super) fn has_idle_judge(&self) -> bool {
        let of = |worker: &WorkerState| worker.role().module();
        let mut idle = self.workers.iter().filter(|worker| worker.is_idle());
        idle.any(|worker| {
            let is_needed = self.pairs.is_used()
                && self.modules.is_interactor(of(worker))
                && !self.has_too_many_interactors();
            self.modules.is_judge(of(worker)) && !is_needed
        })
    }

    /// Returns whether a worker is idle and its module has nothing for it.
    fn may_turn(&self, now: Moment, worker: &WorkerState) -> bool {
        let Some(module) = self.modules.get(worker.role().module()) else { return false };
        // What a judge has seen of one task no other program is to see.
        worker.is_idle()
            && !self.modules.is_judge(worker.role().module())
            && !worker.is_spent()
            && !worker.is_asked_back()
            && (self.next_of(module, false).is_none() || self.had_its_turn(now, worker, module))
    }
}
