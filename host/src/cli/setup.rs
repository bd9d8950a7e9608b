//! What `run` and `inspect` have in common: a module's file, and the plan of a run.

use super::error::CliError;
use crate::module::Module;
use crate::module::project::{self, Tools};
use crate::retry::RetryPolicy;
use crate::sched::Config;
use crate::supervisor::inbox::Waker;
use crate::supervisor::sink::Backlog;
use crate::supervisor::{Plan, Service};
use crate::sys::process;
use crate::task::{CompileLimits, Grants, Limits};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Tasks that may be in a run at a time: enough that no worker waits for the reader, few enough that memory stays flat.
const WINDOW: usize = 2048;
/// Bytes of input, and of records on their way out, that may be held at a time; one task may always be.
const WINDOW_BYTES: usize = 16 << 20;
/// What a guest that stops at its deadline by itself is given before its worker is killed.
const GRACE: Duration = Duration::from_millis(25);
/// What a process is given to start, and to load a module, on a machine that may be busy.
const START_LIMIT: Duration = Duration::from_secs(30);
/// The most compile workers at a time: each may take its own gigabyte.
const COMPILE_SLOTS: u32 = 8;

/// The module at `path`: a file, or a folder that is built first.
pub(super) fn module(path: &Path) -> Result<(PathBuf, Module), CliError> {
    let path = if path.is_dir() {
        project::build(path, &Tools::default(), &mut io::stderr())?
    } else {
        path.to_path_buf()
    };
    let file = Module::open(&path)?;
    Ok((path, file))
}

/// The plan of a run with as many workers, everything else at its default.
pub(super) fn plan(workers: u32, limits: Limits, grants: Grants) -> Plan {
    let compile = CompileLimits::default();
    let config = Config {
        slots: workers,
        compile_slots: workers.min(COMPILE_SLOTS),
        window: WINDOW,
        window_bytes: WINDOW_BYTES,
        crash_limit: 3,
        retry: RetryPolicy::default(),
        max_fail: None,
        grace: GRACE,
        start_limit: START_LIMIT,
        // A module describes itself under the limits of a task.
        load_limit: START_LIMIT + limits.timeout,
        // The limit is on CPU time; by the clock a busy machine may need more.
        compile_limit: compile.cpu * 2,
        name_modules: false,
        announce_dispatch: false,
    };
    Plan {
        config,
        service: Service { grants, limits, compile },
        worker_exe: PathBuf::from("/proc/self/exe"),
        backlog: Backlog { records: WINDOW, bytes: WINDOW_BYTES },
        hold_dispatch: true,
    }
}

/// Prepares this process for a run and makes its waker.
pub(super) fn waker() -> Result<Waker, CliError> {
    // Each worker takes three descriptors and each module one; with fewer than that the run says so when it comes to it.
    drop(process::raise_descriptor_limit());
    Waker::new().map_err(CliError::System)
}
