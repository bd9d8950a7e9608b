//! Bounds for the modules of a run: `--module-memory`, and the descriptors that are left when
//! workers have theirs.
//!
//! It must never know which modules there are.

use polymer_host_modules::ResidentModules;
use polymer_host_modules::resident::ModuleFootprint;
use polymer_host_sched::SchedulerConfig;
use polymer_host_sys::{memory, process};

/// Default memory for modules: the memory there is, divided by this,
const SHARE: u64 = 8;
/// but so many bytes in any case: a run of a few common modules is not to let go of them even on a
/// small machine.
const AT_LEAST: u64 = 64 << 20;
/// Descriptors of a worker: its socket, its stderr and its exit; and what travels to it while it
/// gets ready.
const EACH_WORKER: u64 = 6;
/// Descriptors that a run needs beside them: for its own files, and for a moment to start a
/// process, to open an input, to keep code.
const PASSING: u64 = 32;

/// The modules of a run under `--module-memory`, if that was given.
pub(super) fn resident(module_memory: Option<u64>, config: &SchedulerConfig) -> ResidentModules {
    let bytes = module_memory.unwrap_or_else(|| default_bytes(memory::usable()));
    // Where the system does not say, nobody counts on any: then one module is open at a time.
    let descriptors = process::descriptors_left().unwrap_or(0);
    ResidentModules::new(ModuleFootprint { bytes, descriptors: descriptors_for_modules(descriptors, config) })
}

fn default_bytes(memory: Option<u64>) -> u64 {
    memory.map_or(AT_LEAST, |memory| memory / SHARE).max(AT_LEAST)
}

/// Returns how many of so many descriptors are left when every possible worker has its own. Workers
/// that are to replace others are included.
fn descriptors_for_modules(left: u64, config: &SchedulerConfig) -> u64 {
    let spares = u64::try_from(config.spares).unwrap_or(u64::MAX);
    let workers = u64::from(config.slots) + u64::from(config.compile_slots);
    let workers = workers.saturating_add(spares).saturating_mul(EACH_WORKER);
    left.saturating_sub(workers).saturating_sub(PASSING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host::TaskManager;

    #[test]
    fn modules_get_a_share_of_the_memory_and_what_workers_leave_of_the_descriptors() {
        assert_eq!(default_bytes(Some(24 << 30)), 3 << 30);
        assert_eq!(default_bytes(Some(200 << 20)), AT_LEAST);
        assert_eq!(default_bytes(None), AT_LEAST);
        let config = |workers| {
            let manager = TaskManager::builder().worker_count(workers).worker_exe("/bin/true").build();
            manager.unwrap().plan().config
        };
        let for_modules = |left, workers| descriptors_for_modules(left, &config(workers));
        assert!(for_modules(256, 2) >= 2 * 90, "256 descriptors are enough for 90 modules beside 2 workers");
        assert_eq!(for_modules(256, 64), 0, "then one module at a time");
        assert_eq!(for_modules(0, 1), 0);
    }
}
