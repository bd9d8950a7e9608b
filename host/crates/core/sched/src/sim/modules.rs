//! Modules come and go: whoever submits gives some up and names others. What the model checks of
//! that.

use super::checking::CHECKER;
use super::interacting::INTERACTOR;
use super::{SchedulerAction, SchedulerInput, Sim};
use polymer_host_event::RunEvent;
use polymer_host_task::{ModuleId, TaskId, WorkerId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Which modules there are, and whose the tasks are.
#[derive(Debug, Default)]
pub(super) struct Modules {
    next: u32,
    /// Those that tasks may name.
    named: BTreeSet<ModuleId>,
    /// Those that were given up, and are not gone.
    leaving: BTreeSet<ModuleId>,
    gone: HashSet<ModuleId>,
    /// The module that each task names.
    pub(super) of: HashMap<TaskId, ModuleId>,
    /// Tasks that name a module which was given up before.
    late: HashSet<TaskId>,
}

impl Modules {
    /// Whether a module was not given up.
    pub(super) fn is_named(&self, module: ModuleId) -> bool {
        !self.leaving.contains(&module) && !self.gone.contains(&module)
    }

    /// Whether a task's module was there when it was submitted.
    pub(super) fn was_named(&self, task: TaskId) -> bool {
        !self.late.contains(&task)
    }
}

impl Sim {
    /// Somebody names a module: under a number of its own, though its bytes may be those of one
    /// that was given up.
    pub(super) fn name_one(&mut self) {
        let module = ModuleId(self.modules.next);
        self.modules.next += 1;
        self.modules.named.insert(module);
        self.tell(SchedulerInput::Module { module, name: format!("{module}.wasm") });
    }

    /// A module for the next task: one that is there, or against the rules one that was given up.
    pub(super) fn any_module(&mut self) -> ModuleId {
        let given_up = self.modules.leaving.iter().chain(&self.modules.gone).copied();
        if let Some(module) = self.rng.choice(given_up.collect::<BTreeSet<_>>())
            && self.rng.u8(..20) == 0
        {
            self.modules.late.insert(TaskId(self.submitted - 1));
            return module;
        }
        // Whoever names a checker names no program.
        if self.world.checks && self.rng.u8(..40) == 0 {
            self.modules.late.insert(TaskId(self.submitted - 1));
            return CHECKER;
        }
        if self.world.talks > 0 && self.rng.u8(..40) == 0 {
            self.modules.late.insert(TaskId(self.submitted - 1));
            return INTERACTOR;
        }
        if self.modules.named.is_empty() {
            self.name_one();
        }
        self.rng.choice(self.modules.named.clone()).expect("one was named just now")
    }

    /// Somebody gives a module up, or says again of one, or of one that never was, that it is.
    pub(super) fn give_up_one(&mut self) {
        let module = ModuleId(self.rng.u32(..self.modules.next + 1));
        // Any input may make room for what was sent ahead meanwhile; that is not what this one is
        // about.
        self.tell(SchedulerInput::Pressure(false));
        if self.modules.named.remove(&module) {
            self.modules.leaving.insert(module);
        }
        let has_it = |sim: &Self, id: &WorkerId| sim.processes[id].role.module() == module;
        let keeps = |sim: &Self, id: &WorkerId| {
            !sim.modules.leaving.contains(&module) || !has_it(sim, id) || !sim.processes[id].queue.is_empty()
        };
        let kept: Vec<WorkerId> = self.living().filter(|id| keeps(self, id)).collect();
        self.tell(SchedulerInput::Forget { module });
        let killed = kept.iter().find(|id| self.processes[id].killed);
        assert_eq!(killed, None, "W27: {module} was given up and another had need of it");
        if self.rng.bool() {
            self.name_one();
        }
        if !self.modules.named.contains(&module) && self.rng.u8(..10) == 0 {
            self.tell(SchedulerInput::Require(module));
        }
    }

    /// A module's files are closed.
    pub(super) fn forgotten(&mut self, module: ModuleId) {
        assert!(self.modules.leaving.remove(&module), "W28: {module} was not given up, or is gone already");
        let has = self.processes.iter().find(|(_, process)| process.role.module() == module);
        assert!(has.is_none(), "W28: {module} is gone, and {has:?} has its files");
        assert_eq!(self.open_task_of(module), None, "W28: {module} is gone before its task");
        self.modules.gone.insert(module);
    }

    /// W29: nothing names a module that is gone.
    pub(super) fn check_named(&self, action: &SchedulerAction) {
        let module = match action {
            SchedulerAction::Spawn { role, .. }
            | SchedulerAction::Load { role, .. }
            | SchedulerAction::Announce(
                RunEvent::WorkerStarted { role, .. } | RunEvent::WorkerDied { role, .. },
            ) => role.module(),
            SchedulerAction::Announce(
                RunEvent::ModuleReady { module, .. } | RunEvent::ModuleInvalid { module, .. },
            ) => *module,
            SchedulerAction::Dispatch { task, .. } => self.modules.of[task],
            SchedulerAction::Look(module)
            | SchedulerAction::Keep(module)
            | SchedulerAction::Discard(module) => *module,
            SchedulerAction::SpawnSpare(_)
            | SchedulerAction::Adopt { .. }
            | SchedulerAction::Observe { .. }
            | SchedulerAction::Retract(_)
            | SchedulerAction::MeasureCpu(_)
            | SchedulerAction::Probe
            | SchedulerAction::Judge { .. }
            | SchedulerAction::ReadCheck { .. }
            | SchedulerAction::WriteCase { .. }
            | SchedulerAction::Connect { .. }
            | SchedulerAction::Disconnect(_)
            | SchedulerAction::ReadInteraction { .. }
            | SchedulerAction::Kill(_)
            | SchedulerAction::Forget(_)
            | SchedulerAction::Announce(_) => return,
        };
        assert!(!self.modules.gone.contains(&module), "W29: {module} is gone: {action:?}");
    }

    /// W30: a module that was given up is there for a task, or for the run that needs it, or its
    /// last workers are being killed.
    pub(super) fn check_leaving(&self) {
        for module in self.modules.leaving.iter().copied().filter(|_| !self.sched.is_ending()) {
            let needed = self.world.require && module == ModuleId(0) && !self.ready.contains(&module);
            if (needed && !self.stopped) || self.open_task_of(module).is_some() {
                continue;
            }
            let mut last = self.processes.values().filter(|process| process.role.module() == module);
            let is_dying = last.next().is_some_and(|first| first.killed) && last.all(|other| other.killed);
            assert!(is_dying, "W30: {module} was given up and stays");
        }
    }

    fn open_task_of(&self, module: ModuleId) -> Option<TaskId> {
        let tasks = self.modules.of.iter().filter(|(_, of)| **of == module).map(|(task, _)| *task);
        tasks.into_iter().find(|task| self.sched.spec(*task).is_some())
    }

    pub(super) fn living(&self) -> impl Iterator<Item = WorkerId> {
        self.processes.iter().filter(|(_, process)| !process.killed).map(|(id, _)| *id)
    }
}
