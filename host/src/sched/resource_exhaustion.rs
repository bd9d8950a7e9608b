//! Processes that are up and do not come to serve anything, because the system refuses the supervisor what handing it over takes, or the
//! worker what taking it takes: a descriptor, memory, a thread. No module is to blame and no task is charged. It is tried again, less and less often, as long as others work.

use super::state::{Phase, Stopping, Worker};
use super::{Action, Remains, Scheduler};
use crate::event::{Death, Halt};
use crate::task::{Moment, WorkerId};
use std::time::Duration;

/// How often that may happen, one after another, before a run ends in which nobody works.
const MOST: u32 = 5;
/// How often it may happen at all, one after another, whoever lives: a worker that was taken over by what it compiles may pretend it.
const MOST_AT_ALL: u32 = 50;

impl Scheduler {
    pub(super) fn on_not_handed(&mut self, now: Moment, id: WorkerId, error: String, out: &mut Vec<Action>) {
        let loading = |worker: &&Worker| worker.phase == Phase::Loading && worker.stopping.is_none();
        if self.worker(id).filter(loading).is_none() {
            return;
        }
        self.stop_worker(id, Stopping::Unhanded, out);
        self.wait_for_better(now, error, out);
    }

    /// A worker died over its module and says that it lacked something.
    pub(super) fn died_for_want(
        &mut self,
        now: Moment,
        worker: &Worker,
        death: &Death,
        out: &mut Vec<Action>,
    ) {
        self.mourn(worker, death, None, 0, out);
        self.recompile(worker.role);
        self.wait_for_better(now, death.to_string(), out);
    }

    /// Waits longer and longer before the next process is started, and not for ever.
    fn wait_for_better(&mut self, now: Moment, error: String, out: &mut Vec<Action>) {
        self.do_without_spares(out);
        self.unhanded = self.unhanded.saturating_add(1);
        self.spawn_after = Some(now + Duration::from_millis(10 << self.unhanded.min(7)));
        let others_live = self.workers().any(|worker| worker.stopping.is_none());
        if self.unhanded >= if others_live { MOST_AT_ALL } else { MOST } {
            self.end(Some(Halt::CannotSpawn(error)), out);
        }
    }

    /// Its process is gone: whoever compiles next has the module's files to himself.
    pub(super) fn bury_unhanded(
        &mut self,
        now: Moment,
        worker: &Worker,
        remains: &Remains,
        out: &mut Vec<Action>,
    ) {
        self.recompile(worker.role);
        self.bury(now, worker, remains, out);
    }
}
