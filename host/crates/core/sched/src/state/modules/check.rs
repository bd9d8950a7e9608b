//! Invariants of the modules by themselves, and lookups for checks over several tables.

use super::{ModuleState, ModuleTable};
use polymer_host_task::ModuleId;

impl ModuleTable {
    /// Those that leave.
    pub(crate) fn leaving(&self) -> impl Iterator<Item = ModuleId> {
        self.leaving.iter().copied()
    }

    /// I9, I10, I15, I17: the lists name modules that are there, and just those that are wanted;
    /// nothing waits for one that is invalid; what is or was the cache's was asked of it.
    pub(crate) fn check(&self) {
        for (id, module) in &self.modules {
            module.waiting.check();
            assert_eq!(self.wanted.contains(id), module.is_wanted(), "I9: {id} is wanted");
            let invalid = matches!(module.state, ModuleState::Invalid(_));
            assert!(!invalid || module.waiting.is_empty(), "I10: tasks wait for {id}, which is invalid");
            let asked =
                matches!(module.state, ModuleState::Looking | ModuleState::Compiled { cached: true, .. });
            assert!(!asked || module.looked_up, "I17: nobody looked for {id}");
        }
        let unknown = self.wanted.iter().chain(&self.leaving).find(|id| !self.modules.contains_key(id));
        assert_eq!(unknown, None, "I15: it is gone and still on a list");
    }
}
