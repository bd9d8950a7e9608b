//! The way of a module from its name to a worker that serves it: looked up, compiled, ready, or of
//! no use.

use super::{ModuleEntry, ModuleState, ModuleTable, ReadyModule};
use polymer_host_task::{FunctionInfo, ModuleForm, ModuleId, ModuleInfo, Moment, TaskError, TaskInfo};
use std::sync::Arc;
use std::time::Duration;

impl ModuleTable {
    /// The cache is asked for the code of all that somebody waits for and nobody looked up; `ask`
    /// is told of each.
    pub(crate) fn look_up(&mut self, now: Moment, mut ask: impl FnMut(ModuleId)) {
        for id in &self.wanted {
            let Some(module) = self.modules.get_mut(id) else { continue };
            if !module.looked_up && matches!(module.state, ModuleState::Known) {
                module.looked_up = true;
                module.state = ModuleState::Looking;
                module.since = now;
                ask(*id);
            }
        }
    }

    /// The cache has its code. An answer may come late: for a module that is gone, or is compiled
    /// by now.
    pub(crate) fn note_found(&mut self, id: ModuleId, form: ModuleForm, imports: Vec<String>) {
        if let Some(module) = self.looking(id) {
            module.state = ModuleState::Compiled { form, imports, cached: true };
        }
    }

    /// The cache has it not; says whether that was still waited for.
    pub(crate) fn note_not_found(&mut self, id: ModuleId) -> bool {
        let Some(module) = self.looking(id) else { return false };
        module.state = ModuleState::Known;
        true
    }

    /// Waits no longer for a cache that does not answer within `limit`.
    pub(crate) fn stop_looking(&mut self, now: Moment, limit: Duration) {
        for module in self.modules.values_mut() {
            if matches!(module.state, ModuleState::Looking) && module.since + limit <= now {
                module.state = ModuleState::Known;
            }
        }
    }

    /// When the first lookup is no longer waited for.
    pub(crate) fn look_deadline(&self, limit: Duration) -> Option<Moment> {
        let looking = |module: &&ModuleEntry| matches!(module.state, ModuleState::Looking);
        self.modules.values().filter(looking).map(|module| module.since + limit).min()
    }

    /// A compile worker gets it.
    pub(crate) fn note_compiling(&mut self, id: ModuleId, now: Moment) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.state = ModuleState::Compiling;
            if !module.looked_up {
                module.since = now;
            }
        }
    }

    /// The worker that compiled it came to nothing: it is compiled anew.
    pub(crate) fn note_not_compiled(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id)
            && matches!(module.state, ModuleState::Compiling)
        {
            module.state = ModuleState::Known;
        }
    }

    /// It was compiled.
    pub(crate) fn note_compiled(&mut self, id: ModuleId, form: ModuleForm, imports: Vec<String>) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.state = ModuleState::Compiled { form, imports, cached: false };
            module.note_ready();
        }
    }

    /// If its code is from the cache and nobody has got ready with it, it is compiled after all;
    /// says whether that was so.
    pub(crate) fn reject_cached(&mut self, id: ModuleId) -> bool {
        let cached =
            |module: &&mut ModuleEntry| matches!(module.state, ModuleState::Compiled { cached: true, .. });
        let Some(module) = self.modules.get_mut(&id).filter(cached) else { return false };
        module.state = ModuleState::Known;
        module.failures = 0;
        true
    }

    /// One of its workers got ready; gives what is news if that is the first.
    pub(crate) fn note_ready(
        &mut self,
        id: ModuleId,
        now: Moment,
        tasks: Vec<TaskInfo>,
        functions: Vec<FunctionInfo>,
    ) -> Option<ReadyModule> {
        let module = self.modules.get_mut(&id)?;
        module.note_ready();
        let ModuleState::Compiled { form, imports, cached } = &mut module.state else { return None };
        let (cached, imports) = (*cached, std::mem::take(imports));
        let info = Arc::new(ModuleInfo { form: *form, tasks, imports, functions });
        self.make_ready(id, now, info, cached)
    }

    /// It was looked at, and that is all that is wanted of it.
    pub(crate) fn note_seen(&mut self, id: ModuleId, now: Moment, info: ModuleInfo) -> Option<ReadyModule> {
        self.modules.get_mut(&id)?.note_ready();
        self.make_ready(id, now, Arc::new(info), false)
    }

    fn make_ready(
        &mut self,
        id: ModuleId,
        now: Moment,
        info: Arc<ModuleInfo>,
        cached: bool,
    ) -> Option<ReadyModule> {
        let module = self.modules.get_mut(&id)?;
        module.state = ModuleState::Ready(Arc::clone(&info));
        let took = now.saturating_sub(module.since);
        self.note_wanted(id);
        Some(ReadyModule { info, cached, took })
    }

    /// One of its workers died before it was ready; says how many that makes in a row.
    pub(crate) fn note_failure(&mut self, id: ModuleId) -> u32 {
        let Some(module) = self.modules.get_mut(&id) else { return 0 };
        module.failures += 1;
        module.failures
    }

    /// One of its workers was refused something by the machine; says how many that makes in a row,
    /// if it is there.
    pub(crate) fn note_refusal(&mut self, id: ModuleId) -> Option<u32> {
        let module = self.modules.get_mut(&id)?;
        module.refusals = module.refusals.saturating_add(1);
        Some(module.refusals)
    }

    /// It is of no use. Its tasks are still to be [taken out](Self::take_out).
    pub(crate) fn invalidate(&mut self, id: ModuleId, error: TaskError) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.state = ModuleState::Invalid(error);
        }
    }

    /// From here on it gets only workers that served no other.
    pub(crate) fn require_fresh_worker(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.shunned = true;
        }
    }

    fn looking(&mut self, id: ModuleId) -> Option<&mut ModuleEntry> {
        self.modules.get_mut(&id).filter(|module| matches!(module.state, ModuleState::Looking))
    }
}
