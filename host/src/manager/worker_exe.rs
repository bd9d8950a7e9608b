//! Which program workers are. A program that is its own worker says so first thing in its `main`;
//! another one names its workers.

use super::error::SetupError;
use polymer_host_run::WORKER_ARGUMENT;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
#[cfg(feature = "worker")]
use std::sync::atomic::{AtomicBool, Ordering};

/// True if this program turns itself into a worker when it is started as one. It is the one thing
/// about a process that no value can carry: its `main` begins with [`init`], or it does not.
#[cfg(feature = "worker")]
static IS_OWN_WORKER: AtomicBool = AtomicBool::new(false);

/// Lets the running program be its own worker: the first line of its `main`.
///
/// Workers are processes, and by default they are this same program, started anew. In such a
/// process this function runs the worker and never returns; in every other it returns at once and
/// has no other effect. What stands before it in `main` happens in each worker as well, so nothing
/// should.
///
/// ```no_run
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     polymer_host::init();
///     let manager = polymer_host::TaskManager::builder().module("task.wasm").build()?;
/// #   drop(manager);
///     Ok(())
/// }
/// ```
#[cfg(feature = "worker")]
pub fn init() {
    if let Some(start) = polymer_host_worker::requested(std::env::args_os()) {
        polymer_host_worker::main(start);
    }
    if let Some(parent) = polymer_host_builder::requested(std::env::args_os()) {
        polymer_host_builder::main(parent);
    }
    IS_OWN_WORKER.store(true, Ordering::Relaxed);
}

#[cfg(feature = "worker")]
fn is_own_worker() -> bool {
    IS_OWN_WORKER.load(Ordering::Relaxed)
}

#[cfg(not(feature = "worker"))]
const fn is_own_worker() -> bool {
    false
}

/// The program to start as a worker: the one that was `named`, else this one.
pub(super) fn find(named: Option<&Path>) -> Result<PathBuf, SetupError> {
    // A worker that came here did not begin with `init`; were it to start workers, they would come
    // here too.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == WORKER_ARGUMENT) {
        return Err(SetupError::IsWorker);
    }
    match named {
        Some(named) => named_program(named),
        None if is_own_worker() => Ok(PathBuf::from("/proc/self/exe")),
        None => Err(SetupError::NoWorker),
    }
}

fn named_program(named: &Path) -> Result<PathBuf, SetupError> {
    let missing = || SetupError::WorkerExe(named.to_path_buf());
    let is_bare = named.components().count() == 1 && !named.is_absolute() && !named.starts_with(".");
    if !is_bare {
        return if is_program(named) { named.canonicalize().map_err(|_| missing()) } else { Err(missing()) };
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(named))
        .find(|path| is_program(path))
        .ok_or_else(missing)
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_name_is_looked_for_and_a_path_is_taken_as_it_stands() {
        assert!(find(Some(Path::new("sh"))).unwrap().is_absolute());
        assert_eq!(find(Some(Path::new("/bin/sh"))).unwrap(), Path::new("/bin/sh").canonicalize().unwrap());
        for missing in ["no-such-program", "/bin", "./no-such-program", "/etc/passwd"] {
            let error = find(Some(Path::new(missing))).unwrap_err();
            assert!(error.to_string().contains(missing), "{error}");
        }
    }

    #[test]
    fn a_program_that_says_nothing_of_its_workers_is_told_how() {
        let error = find(None).unwrap_err().to_string();
        assert!(error.contains("polymer_host::init()") && error.contains("worker_exe"), "{error}");
    }
}
