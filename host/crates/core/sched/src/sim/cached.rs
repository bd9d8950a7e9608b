//! The cache: what it has of each module, when it says so, and what the model checks of that.

use super::{SchedulerInput, Sim};
use polymer_host_event::ProcessRole;
use polymer_host_task::{ModuleForm, ModuleId, Moment};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// What a cache is given to answer.
pub(super) const LOOK_LIMIT: Duration = Duration::from_millis(20);

/// What the cache has under a module's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    Damaged,
    /// Code that runs.
    Good,
    /// Code that a worker cannot map.
    Stale,
    /// Code that takes down whoever loads it.
    Crashes,
    /// Nobody knows: the disk hangs, and may answer when nobody listens any more.
    Hangs,
}

#[derive(Debug, Default)]
pub(super) struct Cached {
    kept: HashMap<ModuleId, Kept>,
    /// When each module was asked for.
    asked: HashMap<ModuleId, Moment>,
    /// Those that were not answered yet.
    open: Vec<ModuleId>,
    /// Those whose code is the cache's.
    found: HashSet<ModuleId>,
    stored: HashSet<ModuleId>,
}

impl Sim {
    /// W31: a module is looked up once, before anybody has it, and only in a run with a cache.
    pub(super) fn look(&mut self, module: ModuleId) {
        assert!(self.world.cache, "W31: there is no cache to look for {module} in");
        assert!(self.cached.asked.insert(module, self.now).is_none(), "W31: {module} is looked up twice");
        let has = self.processes.values().find(|process| process.role.module() == module);
        assert!(has.is_none(), "W31: {module} is looked up when {has:?} has it");
        let kept = match self.rng.u8(..8) {
            0 => Kept::Nothing,
            1 => Kept::Damaged,
            2 => Kept::Stale,
            3 => Kept::Crashes,
            4 => Kept::Hangs,
            _ => Kept::Good,
        };
        self.cached.kept.insert(module, kept);
        self.cached.open.push(module);
    }

    /// The cache answers, or what hangs there goes on to.
    pub(super) fn answer_lookup(&mut self) {
        let Some(place) = self.rng.choice(0..self.cached.open.len()) else { return };
        let module = self.cached.open[place];
        let kept = self.cached.kept[&module];
        if kept == Kept::Hangs && self.rng.u8(..50) > 0 {
            return;
        }
        self.cached.open.swap_remove(place);
        let is_awaited = self.sched.is_looking(module);
        match kept {
            Kept::Nothing | Kept::Damaged => {
                self.tell(SchedulerInput::NotFound { module, damaged: kept == Kept::Damaged });
            }
            Kept::Good | Kept::Stale | Kept::Crashes | Kept::Hangs => {
                if is_awaited {
                    self.cached.found.insert(module);
                }
                self.tell(SchedulerInput::Found {
                    module,
                    form: ModuleForm::CommandModule,
                    imports: Vec::new(),
                });
            }
        }
    }

    /// W32: nobody compiles what the cache has, or was asked for and may still answer.
    pub(super) fn check_compile(&self, module: ModuleId) {
        assert!(!self.cached.found.contains(&module), "W32: {module} was found, and is compiled");
        let waited = self.cached.asked.get(&module).map(|asked| self.now.saturating_sub(*asked));
        assert_eq!(waited.is_some(), self.world.cache, "W32: {module} is compiled, and was not looked up");
        let open = self.cached.open.contains(&module);
        assert!(!open || waited >= Some(LOOK_LIMIT), "W32: {module} is compiled, and the cache may answer");
    }

    /// W33: what is kept was compiled in this run, is no longer written, and somebody is ready with
    /// it; it is kept once.
    pub(super) fn keep(&mut self, module: ModuleId) {
        assert!(self.world.cache && !self.cached.found.contains(&module), "W33: {module} is the cache's own");
        assert!(self.compiling().all(|other| other != module), "W33: {module} may still be written");
        let ready = |role: ProcessRole, ready: bool| ready && role == ProcessRole::Run(module);
        let is_ready = self.processes.values().any(|process| ready(process.role, process.ready));
        assert!(is_ready, "W33: {module} is kept, and nobody is ready with it");
        assert!(self.cached.stored.insert(module), "W33: {module} is kept twice");
    }

    /// W34: what is thrown out is what was found, and nobody got ready with it.
    pub(super) fn discard(&mut self, module: ModuleId) {
        assert!(self.cached.found.remove(&module), "W34: {module} is thrown out, and was not found");
        assert!(!self.ready.contains(&module), "W34: {module} is thrown out, and works");
    }

    /// What becomes of a run worker that loads what was found.
    pub(super) fn loads(&self, module: ModuleId) -> Kept {
        if self.cached.found.contains(&module) { self.cached.kept[&module] } else { Kept::Good }
    }

    /// W35: what is said to be from the cache is.
    pub(super) fn check_ready(&self, module: ModuleId, cached: bool) {
        assert_eq!(
            cached,
            self.cached.found.contains(&module),
            "W35: {module} is ready, and not as was said"
        );
        assert!(
            cached || !self.world.cache || self.cached.stored.contains(&module),
            "W35: {module} is not kept"
        );
    }
}
