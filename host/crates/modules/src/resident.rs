//! The modules that a run holds open, and the bound on what they take: bytes of modules and of
//! code, and descriptors.
//!
//! Whoever reads lines admits each module before it opens it, and waits while there is no room. The
//! supervisor evicts what is idle when there is not. A residence is a module's place: it goes with
//! the files. So reading waits for what the lines before hold, and never for itself. It must never
//! know what a line is.

mod residency;

use polymer_host_task::{ModuleId, ModuleLease};
pub use residency::ModuleFootprint;
use residency::Residency;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Interval at which a waiter for room checks whether the run is over, in case nobody tells it.
const LOOK_EACH: Duration = Duration::from_secs(1);

/// The modules of one run, shared by whoever opens them and whoever closes them.
#[derive(Debug, Clone)]
pub struct ResidentModules(Arc<SharedResidency>);

#[derive(Debug)]
struct SharedResidency {
    residency: Mutex<Residency>,
    /// Something was closed.
    closed: Condvar,
}

/// A module's place in a run. Dropping it says that its files are closed.
#[derive(Debug)]
pub struct ModuleResidence {
    id: ModuleId,
    shared: Arc<SharedResidency>,
}

/// A run of which nobody counts the modules.
impl Default for ResidentModules {
    fn default() -> Self {
        Self::new(ModuleFootprint::UNBOUNDED)
    }
}

impl ResidentModules {
    /// For a run whose modules take at most so much.
    #[must_use]
    pub fn new(bound: ModuleFootprint) -> Self {
        let (residency, closed) = (Mutex::new(Residency::new(bound)), Condvar::new());
        Self(Arc::new(SharedResidency { residency, closed }))
    }

    /// A place for a module of so many bytes; none if there is no room now: see
    /// [`wait`](Self::wait).
    pub fn admit(&self, bytes: u64) -> Option<ModuleResidence> {
        let id = self.0.residency().admit(bytes)?;
        Some(ModuleResidence { id, shared: Arc::clone(&self.0) })
    }

    /// A hold on a module that is still there.
    pub fn lease(&self, id: ModuleId) -> Option<ModuleLease> {
        self.0.residency().lease(id)
    }

    /// Makes do with less than the bound, for the system refuses to give more; says whether waiting
    /// helps, which it does if modules are held beside the one that the asking line names itself.
    pub fn tighten(&self, own: Option<ModuleId>) -> bool {
        self.0.residency().tighten(own)
    }

    /// Waits until what was wanted last has room, or `is_over` says that nobody wants it any more.
    /// The supervisor must be awake.
    pub fn wait(&self, is_over: impl Fn() -> bool) {
        let mut residency = self.0.residency();
        while !residency.has_room() && !is_over() {
            let waited = self.0.closed.wait_timeout(residency, LOOK_EACH);
            residency = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        residency.give_up_waiting();
    }

    /// What was wanted last needs no room after all.
    pub fn give_up(&self) {
        self.0.residency().give_up_waiting();
    }

    /// The run has been told of the module, so it can be told to forget it.
    pub fn arrived(&self, id: ModuleId) {
        self.0.residency().arrived(id);
    }

    /// The modules that the run is to forget now. Each is idle: no line that was read names it and
    /// is not over.
    pub fn evict(&self) -> Vec<ModuleId> {
        self.0.residency().evict()
    }
}

impl SharedResidency {
    fn residency(&self) -> MutexGuard<'_, Residency> {
        self.residency.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ModuleResidence {
    /// The number of the module that has it.
    pub const fn id(&self) -> ModuleId {
        self.id
    }

    /// Notes how many bytes the module has.
    pub fn has_bytes(&self, bytes: u64) {
        self.shared.residency().measure(self.id, Some(bytes), None);
    }

    /// Notes how many bytes its code has.
    pub fn has_code(&self, bytes: u64) {
        self.shared.residency().measure(self.id, None, Some(bytes));
    }
}

impl Drop for ModuleResidence {
    fn drop(&mut self) {
        self.shared.residency().closed(self.id);
        self.shared.closed.notify_all();
    }
}
