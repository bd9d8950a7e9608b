//! The modules a run has been told of, as long as the program has them.

use polymer_host_base::Digest;
use polymer_host_modules::Module;
use polymer_host_run::inbox::RunCommand;
use polymer_host_task::ModuleId;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Modules by their numbers in one run. Those that a program opened twice are one: they are
/// compiled once and share workers.
#[derive(Debug, Default)]
pub(super) struct ModuleRegistry(Mutex<RegisteredModules>);

#[derive(Debug, Default)]
struct RegisteredModules {
    /// By the address of the handle, which is given to no other one as long as it is watched here.
    modules: HashMap<usize, (ModuleId, Weak<()>)>,
    by_content: HashMap<ContentKey, ModuleId>,
    next: u32,
}

/// Identity of a module: its bytes, whether they are text, and its name, which guests see.
type ContentKey = (Digest, bool, String);

impl ModuleRegistry {
    /// The number of `module`, which `tell` is told of if it is new. It stands for this module as
    /// long as the caller holds it.
    ///
    /// # Errors
    /// As `tell`.
    pub(super) fn id<E>(
        &self,
        module: &Module,
        mut tell: impl FnMut(RunCommand) -> Result<(), E>,
    ) -> Result<ModuleId, E> {
        // Held while the run is told, so that nobody submits a task for a module it has not heard
        // of.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = Arc::as_ptr(module.handle()).addr();
        if let Some((id, _)) = known.modules.get(&address) {
            return Ok(*id);
        }
        // It costs a worker and files, so what looking through the others costs is nothing beside
        // it.
        for id in known.take_dropped() {
            tell(RunCommand::Forget(id))?;
        }
        let content = (*module.digest(), module.is_text(), module.name().to_owned());
        let id = match known.by_content.get(&content) {
            Some(id) => *id,
            None => {
                let id = ModuleId(known.next);
                // No number stands for two modules. The run is never told of the last one, so that
                // tasks for it are answered with that.
                let Some(next) = known.next.checked_add(1) else { return Ok(id) };
                tell(RunCommand::Module(id, module.apart()))?;
                known.next = next;
                known.by_content.insert(content, id);
                id
            }
        };
        known.modules.insert(address, (id, Arc::downgrade(module.handle())));
        Ok(id)
    }
}

impl RegisteredModules {
    /// Takes out the modules that the program holds no more, by none of their handles.
    fn take_dropped(&mut self) -> Vec<ModuleId> {
        self.modules.retain(|_, (_, handle)| handle.strong_count() > 0);
        let held: HashSet<ModuleId> = self.modules.values().map(|(id, _)| *id).collect();
        self.by_content.extract_if(|_, id| !held.contains(id)).map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn named(name: &str, text: &str) -> Module {
        Module::from_bytes(name, text).unwrap()
    }

    /// A module unlike all others.
    fn module() -> Module {
        static MADE: AtomicU32 = AtomicU32::new(0);
        named("m.wat", &format!("(module) ;; {}", MADE.fetch_add(1, Ordering::Relaxed)))
    }

    /// The number of a module, and what the run is told: what it is to forget, and the module that
    /// is new.
    fn id(registry: &ModuleRegistry, module: &Module) -> (u32, Vec<u32>, Option<u32>) {
        let (mut forgotten, mut new) = (Vec::new(), None);
        let id = registry.id(module, |command| {
            match command {
                RunCommand::Forget(ModuleId(id)) => forgotten.push(id),
                RunCommand::Module(ModuleId(id), _) => new = Some(id),
                other => panic!("{other:?}"),
            }
            Ok::<(), Infallible>(())
        });
        forgotten.sort_unstable();
        (id.unwrap().0, forgotten, new)
    }

    #[test]
    fn a_module_is_told_of_once_and_so_is_that_it_is_gone() {
        let registry = ModuleRegistry::default();
        let (first, second) = (module(), module());
        assert_eq!(id(&registry, &first), (0, vec![], Some(0)));
        assert_eq!(id(&registry, &second), (1, vec![], Some(1)));
        let clone = first.clone();
        drop(first);
        assert_eq!(id(&registry, &clone), (0, vec![], None), "a clone is the same module");
        drop(second);
        assert_eq!(id(&registry, &clone), (0, vec![], None));
        let third = module();
        assert_eq!(id(&registry, &third), (2, vec![1], Some(2)), "no number is used again");
        assert_eq!(id(&registry, &module()), (3, vec![], Some(3)));
        drop((clone, third));
        assert_eq!(id(&registry, &module()), (4, vec![0, 2, 3], Some(4)));
    }

    #[test]
    fn a_module_that_was_opened_twice_is_one_until_neither_is_held() {
        let registry = ModuleRegistry::default();
        let [one, two] = [0, 1].map(|_| named("m.wat", "(module)"));
        assert_eq!(id(&registry, &one), (0, vec![], Some(0)));
        assert_eq!(id(&registry, &two), (0, vec![], None));
        assert_eq!(id(&registry, &named("n.wat", "(module)")).0, 1, "guests see its name");
        assert_eq!(id(&registry, &named("m.wasm", "(module)")), (2, vec![1], Some(2)), "it is no text");
        drop(one);
        assert_eq!(id(&registry, &named("m.wat", "(module)")), (0, vec![2], None));
        drop(two);
        assert_eq!(id(&registry, &module()), (3, vec![0], Some(3)));
        assert_eq!(
            id(&registry, &named("m.wat", "(module)")),
            (4, vec![3], Some(4)),
            "no number is used again"
        );
    }

    #[test]
    fn what_the_run_has_is_no_reason_to_keep_a_module() {
        let (registry, mut runs) = (ModuleRegistry::default(), Vec::new());
        for number in 0..3 {
            let mut keep = |command| -> Result<(), Infallible> {
                runs.push(command);
                Ok(())
            };
            assert_eq!(registry.id(&module(), &mut keep).unwrap(), ModuleId(number));
        }
        let forgotten = runs.iter().filter(|command| matches!(command, RunCommand::Forget(_)));
        assert_eq!(forgotten.count(), 2);
    }

    #[test]
    fn the_last_number_stands_for_no_module() {
        let registry = ModuleRegistry::default();
        registry.0.lock().unwrap().next = u32::MAX - 1;
        assert_eq!(id(&registry, &module()), (u32::MAX - 1, vec![], Some(u32::MAX - 1)));
        assert_eq!(id(&registry, &module()), (u32::MAX, vec![u32::MAX - 1], None));
        assert_eq!(id(&registry, &module()), (u32::MAX, vec![], None));
    }
}
