//! Everything that can go wrong with a manager, beside its tasks.
//!
//! `Debug` of these errors is what `Display` says: a `main` that returns one, and a test that
//! unwraps one, show it so to people.

use polymer_host_base::ResourceShortage;
use polymer_host_base::text::counted;
use polymer_host_event::{Halt, ProcessDeath};
use polymer_host_modules::ModuleError;
use polymer_host_modules::cache::CacheError;
use polymer_host_sched::retry::EscalationError;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{Percentage, TaskError};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Why there is no manager.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Nothing says which program the workers are.
    #[error(
        "no program to start as a worker: begin `main` with `polymer_host::init()` (feature `worker`), or name an installed polymer with `.worker_exe(\"polymer\")`, as tests do"
    )]
    NoWorker,
    /// This process was started to be a worker.
    #[error(
        "this process was started as a worker and would now supervise: begin `main` with `polymer_host::init()`, before anything else"
    )]
    IsWorker,
    /// The program named as the worker cannot be run.
    #[error("the worker program {} does not exist or cannot be run; a name without a slash is looked for in PATH", .0.display())]
    WorkerExe(PathBuf),
    /// A setting out of its range.
    #[error("{name} is {value}, but must be from {least} to {most}")]
    Range {
        /// Which.
        name: &'static str,
        /// Value it was set to.
        value: u64,
        /// The least it may be.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Instances cannot be reused with this.
    #[error("reuse cannot be combined with {with}, which is for one task at a time: leave one of them out")]
    Reuse {
        /// The other setting.
        with: &'static str,
    },
    /// No time, or too much.
    #[error("the {name} is {time:?}, but must be above zero and at most a year")]
    Timeout {
        /// Which.
        name: &'static str,
        /// As given.
        time: Duration,
    },
    /// A limit that cannot be escalated so.
    #[error(transparent)]
    Escalation(#[from] EscalationError),
    /// A group has a budget of what nobody counts.
    #[error("a group has a budget of fuel, and the run counts none: leave one of them out")]
    UncountedBudget,
    /// The module cannot be opened or built.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The module is a folder.
    #[error("the module {} is a folder: `.project(...)` takes a Cargo project", .0.display())]
    Folder(PathBuf),
    /// A grant that cannot be given.
    #[error("cannot grant {what}: {why}")]
    Grant {
        /// Thing that was to be granted.
        what: String,
        /// Problem with it.
        why: &'static str,
    },
    /// The folder for compiled code cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A folder that is to be granted, and the cache that guests could write to from there.
    #[error(
        "cannot grant {} to be written: from there guests could write to the cache of compiled code, {}, and so choose what later runs execute",
        .0.display(),
        .1.display()
    )]
    ReachesCache(PathBuf, PathBuf),
    /// A folder to be granted is not there.
    #[error("{0}")]
    Dir(#[source] SystemError),
    /// A folder that is to be granted, and a log that guests could change there.
    #[error("cannot grant {} to be written: guests could change the log {}", granted.display(), path.display())]
    ReachesLog {
        /// Which folder.
        granted: PathBuf,
        /// Which file.
        path: PathBuf,
    },
    /// The log cannot be written.
    #[error("{0}")]
    Log(#[source] SystemError),
    /// The system refuses what every manager needs.
    #[error("{0}")]
    System(#[from] SystemError),
}

/// Why a run could not be made, or stopped before every task had its turn.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The manager has no module, and none was named.
    #[error("there is no module to run: name one with `.module(...)` or `.project(...)`")]
    NoModule,
    /// The module is of no use.
    #[error("the module {name} cannot be used: {} ({})", error.message, error.code)]
    Module {
        /// Its name.
        name: String,
        /// Error that a worker gives for it.
        error: Box<TaskError>,
    },
    /// Workers do nothing but die.
    #[error(
        "worker processes end before they do anything: {0} (their program must be an installed polymer of this version, or begin its `main` with `polymer_host::init()`)"
    )]
    WorkersDie(Box<ProcessDeath>),
    /// Processes cannot be started.
    #[error("worker processes cannot be started: {0}")]
    CannotSpawn(String),
    /// The machine lacks what it takes to have one worker serve.
    #[error("{meaning}: {0} ({cure})", meaning = .0.meaning(), cure = .0.cure())]
    Exhausted(Box<ResourceShortage>),
    /// Not even the smallest module can be compiled and run on this machine.
    #[error("no task can run on this machine: not even a built-in module of 41 bytes does: {}", .0.message)]
    Unfit(Box<TaskError>),
    /// Workers cannot put up a layer of their jail that has to be there.
    #[error("the jail around workers cannot be set up: {}: {}", .0.code, .0.message)]
    Unconfined(Box<TaskError>),
    /// As many tasks failed as may: see [`Builder::max_fail`](crate::Builder::max_fail).
    #[error("{} failed, which is the limit", counted(*.0, "task"))]
    MaxFail(u64),
    /// Tasks fail at a rate that is surely over the share that may: see
    /// [`Builder::max_fail_share`](crate::Builder::max_fail_share).
    #[error("{failed} of {} failed, certainly more than the {most} allowed", counted(*over, "task"))]
    MaxFailShare {
        /// Tasks that failed.
        failed: u64,
        /// Tasks that were over, these included.
        over: u64,
        /// The share that may fail.
        most: Percentage,
    },
    /// It took as long as it may: see [`Builder::global_timeout`](crate::Builder::global_timeout).
    #[error("the run took {}, which is the limit", humantime::format_duration(*.0))]
    GlobalTimeout(Duration),
    /// The run was told to stop.
    #[error("the run was stopped")]
    Stopped,
    /// The system refuses what every run needs.
    #[error("{}", .0.with_hint())]
    System(#[from] SystemError),
}

impl RunError {
    /// Returns the reason that stopped a run over the module called `name`.
    #[warn(clippy::wildcard_enum_match_arm)]
    pub(super) fn of(halt: &Halt, name: &str) -> Self {
        match halt {
            Halt::Asked => Self::Stopped,
            Halt::MaxFail(tasks) => Self::MaxFail(*tasks),
            Halt::MaxFailShare { failed, over, most } => {
                Self::MaxFailShare { failed: *failed, over: *over, most: *most }
            }
            Halt::GlobalTimeout(limit) => Self::GlobalTimeout(*limit),
            Halt::Module(error) => Self::Module { name: name.to_owned(), error: Box::new(error.clone()) },
            Halt::WorkersDie(death) => Self::WorkersDie(Box::new(death.clone())),
            Halt::CannotSpawn(why) => Self::CannotSpawn(why.clone()),
            Halt::Exhausted(shortage) => Self::Exhausted(shortage.clone()),
            Halt::Unfit(error) => Self::Unfit(Box::new(error.clone())),
            Halt::Unconfined(error) => Self::Unconfined(Box::new(error.clone())),
            // Reasons to come: clippy tells one that has no arm yet.
            _ => Self::Stopped,
        }
    }
}

impl fmt::Debug for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<polymer_host_run::StartRunError> for RunError {
    fn from(error: polymer_host_run::StartRunError) -> Self {
        match error {
            polymer_host_run::StartRunError::Poll(error) => {
                Self::System(SystemError::new(SystemOperation::Watch, "the run's workers", error))
            }
        }
    }
}
