//! Code from a cache: each module is looked up once before it is compiled, and what is found stands in for what a compile worker gives,
//! until a run worker says otherwise.

use super::state::{Module, ModuleState};
use super::{Action, Scheduler};
use polymer_host_event::{EntryFault, RunEvent};
use polymer_host_task::{Form, ModuleId, Moment};

impl Scheduler {
    /// Asks the cache for the code of modules that somebody waits for, before anybody compiles them.
    pub(super) fn start_lookups(&mut self, now: Moment, out: &mut Vec<Action>) {
        if self.config.look_limit.is_none() {
            return;
        }
        for id in &self.wanted {
            let Some(module) = self.modules.get_mut(id) else { continue };
            if !module.looked_up && matches!(module.state, ModuleState::Known) {
                module.looked_up = true;
                module.state = ModuleState::Looking;
                module.since = now;
                out.push(Action::Look(*id));
            }
        }
    }

    /// Whether the cache was asked for a module's code and its answer is still of use.
    #[must_use]
    pub fn is_looking(&self, id: ModuleId) -> bool {
        self.modules.get(&id).is_some_and(|module| matches!(module.state, ModuleState::Looking))
    }

    pub(super) fn on_found(&mut self, id: ModuleId, form: Form, imports: Vec<String>) {
        // An answer may come late: for a module that is gone, or is compiled by now.
        if let Some(module) = self.looking(id) {
            module.state = ModuleState::Compiled { form, imports, cached: true };
        }
    }

    pub(super) fn on_not_found(&mut self, id: ModuleId, damaged: bool, out: &mut Vec<Action>) {
        let Some(module) = self.looking(id) else { return };
        module.state = ModuleState::Known;
        if damaged {
            let event = RunEvent::CacheEntryRejected { module: id, why: EntryFault::Damaged };
            out.push(Action::Announce(event));
        }
    }

    /// Waits no longer for a cache that does not answer.
    pub(super) fn stop_looking(&mut self, now: Moment) {
        let Some(limit) = self.config.look_limit else { return };
        for module in self.modules.values_mut() {
            if matches!(module.state, ModuleState::Looking) && module.since + limit <= now {
                module.state = ModuleState::Known;
            }
        }
    }

    /// When the first lookup is no longer waited for.
    pub(super) fn look_deadline(&self) -> Option<Moment> {
        let limit = self.config.look_limit?;
        let looking = |module: &&Module| matches!(module.state, ModuleState::Looking);
        self.modules.values().filter(looking).map(|module| module.since + limit).min()
    }

    /// If a module's code is from the cache and nobody has got ready with it: lets it be compiled, and its entry be thrown out. Says
    /// whether that was so.
    pub(super) fn reject_cached(&mut self, id: ModuleId, out: &mut Vec<Action>) -> bool {
        let cached =
            |module: &&mut Module| matches!(module.state, ModuleState::Compiled { cached: true, .. });
        let Some(module) = self.modules.get_mut(&id).filter(cached) else { return false };
        module.state = ModuleState::Known;
        module.failures = 0;
        out.push(Action::Discard(id));
        let event = RunEvent::CacheEntryRejected { module: id, why: EntryFault::Stale };
        out.push(Action::Announce(event));
        true
    }

    fn looking(&mut self, id: ModuleId) -> Option<&mut Module> {
        self.modules.get_mut(&id).filter(|module| matches!(module.state, ModuleState::Looking))
    }
}
