//! The modules a run has been told of.

use crate::module::Module;
use crate::supervisor::inbox::Command;
use crate::task::ModuleId;
use std::sync::{Mutex, PoisonError};

/// Modules by their numbers in one run.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<Vec<Module>>);

impl Shelf {
    /// The number of `module`, which `tell` is told of if it is new.
    ///
    /// # Errors
    /// As `tell`.
    pub(super) fn id<E>(
        &self,
        module: &Module,
        tell: impl FnOnce(Command) -> Result<(), E>,
    ) -> Result<ModuleId, E> {
        // Held while the run is told, so that nobody submits a task for a module it has not heard of.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.iter().position(|other| other.is(module));
        let id = ModuleId(u32::try_from(place.unwrap_or(known.len())).unwrap_or(u32::MAX));
        if place.is_none() {
            tell(Command::Module(id, module.clone()))?;
            known.push(module.clone());
        }
        Ok(id)
    }
}
