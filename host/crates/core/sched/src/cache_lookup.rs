//! Code from a cache: each module is looked up once before it is compiled, and what is found stands
//! in for what a compile worker gives, until a run worker says otherwise.

use super::state::ModuleState;
use super::{Scheduler, SchedulerAction};
use polymer_host_event::{EntryDefect, RunEvent};
use polymer_host_task::{ModuleId, Moment};

impl Scheduler {
    /// Asks the cache for the code of modules that somebody waits for, before anybody compiles
    /// them.
    pub(super) fn start_lookups(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        if self.config.look_limit.is_none() {
            return;
        }
        self.modules.look_up(now, |id| out.push(SchedulerAction::Look(id)));
    }

    /// Returns whether the cache was asked for a module's code and its answer is still of use.
    #[must_use]
    pub fn is_looking(&self, id: ModuleId) -> bool {
        matches!(self.modules.state(id), Some(ModuleState::Looking))
    }

    pub(super) fn on_not_found(&mut self, id: ModuleId, damaged: bool, out: &mut Vec<SchedulerAction>) {
        if self.modules.note_not_found(id) && damaged {
            let event = RunEvent::CacheEntryRejected { module: id, why: EntryDefect::Damaged };
            out.push(SchedulerAction::Announce(event));
        }
    }

    /// Waits no longer for a cache that does not answer.
    pub(super) fn stop_looking(&mut self, now: Moment) {
        if let Some(limit) = self.config.look_limit {
            self.modules.stop_looking(now, limit);
        }
    }

    /// When the first lookup is no longer waited for.
    pub(super) fn look_deadline(&self) -> Option<Moment> {
        self.modules.look_deadline(self.config.look_limit?)
    }

    /// If a module's code is from the cache and nobody has got ready with it: lets it be compiled,
    /// and its entry be thrown out. Says whether that was so.
    pub(super) fn reject_cached(&mut self, id: ModuleId, out: &mut Vec<SchedulerAction>) -> bool {
        if !self.modules.reject_cached(id) {
            return false;
        }
        out.push(SchedulerAction::Discard(id));
        let event = RunEvent::CacheEntryRejected { module: id, why: EntryDefect::Stale };
        out.push(SchedulerAction::Announce(event));
        true
    }
}
