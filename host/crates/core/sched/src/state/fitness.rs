//! Fitness of the machine: whether it compiles, whether it runs guests, and what waits for the
//! answer.
//!
//! It must never know why something is held back, or who is to blame.

use crate::SchedulerInput;
use polymer_host_base::JailRole;
use polymer_host_event::ProcessRole;

/// Fitness of the machine, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct MachineFitness {
    /// A module was compiled.
    compiles: bool,
    /// An attempt ended.
    serves: bool,
    /// The built-in module is being tried, or was.
    is_probed: bool,
    /// Events of workers in the meantime, to be judged by the result.
    held: Vec<SchedulerInput>,
}

impl MachineFitness {
    /// Work in this role was done.
    pub(crate) const fn prove(&mut self, role: ProcessRole) {
        match role.purpose() {
            JailRole::Compile => self.compiles = true,
            JailRole::Run => self.serves = true,
        }
    }

    /// Returns whether something is held back.
    pub(crate) const fn is_judging(&self) -> bool {
        !self.held.is_empty()
    }

    /// Returns whether work in this role was ever done.
    pub(crate) const fn is_proven(&self, role: ProcessRole) -> bool {
        match role.purpose() {
            JailRole::Compile => self.compiles,
            JailRole::Run => self.serves,
        }
    }

    /// Holds something back until the machine was tried; says whether that is to be done now, which
    /// is so once.
    pub(crate) fn hold(&mut self, input: SchedulerInput) -> bool {
        self.held.push(input);
        !std::mem::replace(&mut self.is_probed, true)
    }

    /// The machine was tried: from here on nothing is held back. Gives what was; `None` if nobody
    /// asked.
    pub(crate) fn judge(&mut self) -> Option<Vec<SchedulerInput>> {
        self.is_probed.then(|| {
            (self.compiles, self.serves) = (true, true);
            std::mem::take(&mut self.held)
        })
    }

    /// I25: what is held back waits for a machine that is being tried.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        assert!(self.held.is_empty() || self.is_probed, "I25: it waits for nothing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::ModuleId;

    const RUN: ProcessRole = ProcessRole::Run(ModuleId(0));
    const COMPILE: ProcessRole = ProcessRole::Compile(ModuleId(0));

    #[test]
    fn each_role_is_proven_by_its_own_work() {
        let mut fitness = MachineFitness::default();
        fitness.prove(COMPILE);
        assert!(fitness.is_proven(COMPILE) && !fitness.is_proven(RUN));
        fitness.prove(RUN);
        assert!(fitness.is_proven(RUN));
    }

    #[test]
    fn the_machine_is_tried_once_and_what_was_held_back_comes_in_its_order() {
        let mut fitness = MachineFitness::default();
        assert!(fitness.judge().is_none());
        assert!(fitness.hold(SchedulerInput::Tick) && !fitness.hold(SchedulerInput::Drain));
        assert!(fitness.is_judging());
        fitness.check();
        let held = fitness.judge().unwrap();
        assert!(matches!(held[..], [SchedulerInput::Tick, SchedulerInput::Drain]));
        assert!(!fitness.is_judging() && fitness.is_proven(RUN) && fitness.is_proven(COMPILE));
    }
}
