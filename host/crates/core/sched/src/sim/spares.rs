//! Processes that nothing needs yet: what the model checks of them.

use super::Sim;
use super::checking::CHECKER;
use super::interacting::INTERACTOR;
use super::process::Process;
use super::world::config;
use polymer_host_event::ProcessRole;
use polymer_host_task::{ModuleId, WorkerId};

/// What a spare serves.
const NOTHING: ProcessRole = ProcessRole::Run(ModuleId(u32::MAX));

impl Sim {
    /// Whether this names a spare: their numbers are beyond those of slots.
    pub(super) fn is_spare(&self, id: WorkerId) -> bool {
        id.slot >= self.world.slots + 2
    }

    /// W50: there are no spares in a run that is to have none, nor more than could ever be needed
    /// at once.
    pub(super) fn spawn_spare(&mut self, id: WorkerId) {
        assert!(self.is_spare(id) && !self.processes.contains_key(&id), "W50: {id} is no place for a spare");
        assert!(self.world.spares > 0, "W50: a spare in a run that has none");
        let slots = usize::try_from(self.world.slots).unwrap();
        let living = self.processes.iter().filter(|(id, process)| self.is_spare(**id) && !process.killed);
        assert!(living.count() < slots + self.world.spares, "W50: too many spares");
        self.processes.insert(id, Process::new(NOTHING, self.now));
    }

    /// W51: what is adopted lives, was told nothing, and comes into a slot that is free.
    pub(super) fn adopt(&mut self, spare: WorkerId, id: WorkerId) {
        let same_slot = self.processes.keys().filter(|other| other.slot == id.slot).count();
        assert!(same_slot == 0 && id.slot < self.world.slots, "W51: {id} is no free slot for {spare}");
        let process = self.processes.remove(&spare).expect("W51: a spare that is not there is adopted");
        assert!(!process.killed && !process.loaded, "W51: {spare} dies or serves somebody");
        self.gone.push(spare);
        self.processes.insert(id, process);
    }

    /// A worker is told of: if it was a spare, it is known by now what for. W83: it is none of a
    /// checker or an interactor where workers of these are granted something else.
    pub(super) fn decide(&mut self, id: WorkerId, role: ProcessRole) {
        if let Some(process) = self.processes.get_mut(&id).filter(|process| process.role == NOTHING) {
            process.role = role;
            let is_judge = [CHECKER, INTERACTOR].contains(&role.module());
            let is_apart = config(&self.world).own_judge_workers;
            assert!(!is_judge || !is_apart, "W83: a spare serves {role:?}");
        }
    }
}
