//! A task's hold on its module: as long as one task of a module has it, the module is in use and is
//! not let go.

use std::sync::Arc;

/// A hold on a module. Clones hold the same module; dropping the last one makes it idle.
#[derive(Debug, Clone, Default)]
pub struct ModuleLease(Arc<()>);

impl ModuleLease {
    /// Returns the number of other holders of the module, besides the caller.
    #[must_use]
    pub fn others(&self) -> usize {
        Arc::strong_count(&self.0).saturating_sub(1)
    }
}

/// Two leases are equal if they hold the same module.
impl PartialEq for ModuleLease {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ModuleLease {}
