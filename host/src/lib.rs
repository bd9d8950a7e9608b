//! Polymer: a host for WebAssembly tasks that nobody trusts.
//!
//! A [`TaskManager`] runs task objects in parallel and hands them back with their results. Each
//! attempt at a task is a fresh instance of a WebAssembly module in a worker process, under limits
//! of fuel, time and memory, with nothing to touch but what was granted. A trap, a loop or a crash
//! costs one task: it comes back as it was, with a verdict, and the others go on.
//!
//! # A task, and a program that runs it
//!
//! A task is a struct in a crate of its own, made with the SDK `polymer-task`. The crate is built
//! twice: for wasm, as what workers run, and for this machine, so that the program can make the
//! objects and take them back.
//!
//! ```no_run
//! # mod simple {
//! use polymer_task::task;
//!
//! /// Says its text.
//! #[task]
//! #[derive(Debug)]
//! pub struct Simple {
//!     #[task(id)]
//!     pub text: String,
//!     #[serde(default)]
//!     pub said: String,
//! }
//!
//! impl Simple {
//!     pub fn run(&mut self) {
//!         self.said = format!("worker: {}", self.text);
//!     }
//! }
//! # }
//!
//! // In the program:
//! # use simple::Simple;
//! use polymer_host::TaskManager;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #   #[cfg(feature = "worker")]
//!     polymer_host::init();
//!     let manager = TaskManager::builder().project("../simple").worker_count(3).build()?;
//!     let tasks = (0..10).map(|n| Simple { text: format!("Task {n}"), said: String::new() });
//!     for done in manager.supervise(tasks)? {
//!         match done.into_result() {
//!             Ok(task) => println!("{}", task.said),
//!             Err(failed) => eprintln!("{failed}"),
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! The program's `Cargo.toml` names both:
//!
//! ```toml
//! [dependencies]
//! polymer-host = "0.1"
//! # Its `crate-type` is ["cdylib", "rlib"]: for wasm and for this program.
//! simple = { path = "../simple" }
//! ```
//!
//! # Who are the workers?
//!
//! Processes, started when they are needed and gone with what started them. Which program they are
//! is for the embedding program to say:
//!
//! * **the program itself**: its `main` begins with [`init`], which turns the process into a worker
//!   if it was started as one. This needs the feature `worker`, which links the engine.
//! * **an installed `polymer`**: [`Builder::worker_exe`] names it. The program then links no
//!   engine, and it is the way for tests, whose `main` is not theirs.
//!
//! Without either, [`Builder::build`] says so before anything is started. A test looks like this:
//!
//! ```no_run
//! # use polymer_host::{Input, TaskManager};
//! # const _: &str = stringify!(
//! #[test]
//! # );
//! fn every_line_comes_back() {
//!     let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../upper");
//!     let manager = TaskManager::builder().worker_exe("polymer").project(folder).build().unwrap();
//!     let done = manager.supervise([Input::text("a"), Input::text("b")]).unwrap();
//!     assert!(done.iter().all(|done| done.is_ok()));
//! }
//! ```
//!
//! # Three ways to run tasks
//!
//! | | for | what comes back |
//! |---|---|---|
//! | [`TaskManager::supervise`] | a batch | every task, when all are over |
//! | [`TaskManager::start`] | a hot loop: tasks that never end | a [`Sender`], and [`Results`]: an iterator, or a stream |
//! | [`TaskManager::call`] | a service | a future, or [`Call::wait`] for threads |
//!
//! Whatever the way, there is one [`Done`] for each task: the task, its [verdict](Verdict), the
//! error, what the attempt cost, what it logged, and the attempts before. What was submitted is
//! never lost, whichever worker dies whenever. What can be submitted is any `#[task]` struct with
//! `Debug`, and an [`Input`] of bytes for modules of others: function tasks, commands, other
//! languages. A module is a [`Module`]: a file, bytes in memory, or a project that is built.
//!
//! # Limits, grants, second attempts
//!
//! [`Builder`] has all settings, with their defaults. By default a guest may touch nothing:
//! [`Builder::dir`], [`Builder::env`] and [`Builder::arg`] grant something. A task whose worker
//! died is tried again alone, in a fresh worker, and put aside (`quarantined`) if it keeps taking
//! workers down. Failures are tried again only where the guest says that it may help, or where
//! [`Builder::retry_on`] or [`Builder::resubmit_on_error`] says so; [`Builder::escalate`] gives
//! those that hit a limit more of it, and [`Builder::confirm_timeouts`] makes sure that no busy
//! machine is to blame for a timeout.
//!
//! # The second wall
//!
//! Each worker puts up a jail around itself before it sees a module: see [`Builder::sandbox`].
//! [`Builder::isolation`] says how much one worker process serves, and [`Builder::cache_dir`] where
//! compiled code may be kept for later runs.
//!
//! # What goes on
//!
//! [`TaskManager::stats`] has the sums as values, and in words by `Display`. [`Builder::on_event`]
//! hears every [`RunEvent`](event::RunEvent). [`Builder::log_path`], [`Builder::log_stdout`],
//! [`Builder::log_level`] and [`Builder::log_interval`] keep a log. By itself the library prints
//! nothing, and it installs no signal handler and no subscriber.
//!
//! # Features
//!
//! * `worker` (default): [`init`], and with it the engine.
//!
//! A program that names its worker turns it off:
//! `polymer-host = { version = "0.1", default-features = false }`.
//!
//! # What is behind it
//!
//! This crate is the library's face: settings, task objects, hot loop, calls. The crates
//! `polymer-host-*` are its internals, one a wall, and promise nothing to programs;
//! `ARCHITECTURE.md` beside this crate's manifest has the picture.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "worker"),
    allow(rustdoc::broken_intra_doc_links, reason = "`init` is there with the feature only")
)]

#[cfg(not(target_os = "linux"))]
compile_error!("Polymer runs on Linux only: its workers need memfd, pidfd and close_range");

mod manager;

/// Events of a run, for programs that listen with [`Builder::on_event`].
pub mod event {
    pub use polymer_host_base::{
        ActiveLayer, Confinement, JailLayer, MissingLayer, ResourceShortage, SystemLimit, SystemResource,
    };
    pub use polymer_host_event::{
        EntryDefect, GroupStopReason, Halt, MemoryDemand, ProcessDeath, ProcessExit, ProcessRole,
        RecycleReason, RetryNote, RunEvent, RunningAttempt,
    };
    pub use polymer_host_task::{ModuleId, Record, TaskName, WorkerId};
}

/// Errors inside of [`SetupError`] and [`RunError`], and of values that are made of text or
/// numbers.
pub mod error {
    pub use polymer_host_base::NoDigest;
    pub use polymer_host_modules::bundled::BundledError;
    pub use polymer_host_modules::cache::CacheError;
    pub use polymer_host_modules::project::ProjectLanguage;
    pub use polymer_host_modules::{ModuleError, ProjectError};
    pub use polymer_host_sched::retry::{EscalationError, FactorError, NotAnAttempts};
    pub use polymer_host_sys::system_error::SystemError;
    pub use polymer_host_task::ShareError;
}

/// Description of a module, as [`TaskManager::inspect`] finds it out.
pub mod inspect {
    pub use polymer_host_task::{
        CapabilityWish, FunctionInfo, ModuleForm, ModuleInfo, TaskEncoding, TaskInfo,
    };
}

#[cfg(feature = "worker")]
pub use manager::init;
pub use manager::{
    Builder, Call, CallError, CallOptions, CallProblem, Done, Failed, Input, ModuleSource, OnDuplicate,
    ResultStream, Results, RunError, SendError, Sender, SetupError, Submit, SuperviseError, TaskManager,
    TrySendError,
};
pub use polymer_host_base::{Digest, Sandbox};
pub use polymer_host_event::{CheckUsage, JudgeUsage};
pub use polymer_host_modules::Module;
pub use polymer_host_report::Stats;
pub use polymer_host_report::group_sums::{GroupSums, GroupTable};
pub use polymer_host_report::stats::{JudgedPoints, TimeSpread};
pub use polymer_host_sched::retry::{Backoff, EscalationFactor, VerdictSet};
pub use polymer_host_sketch::{CauseEntry, CauseExample, CauseTable, FailureCause};
pub use polymer_host_task::{
    Ceiling, CompareMode, CompareModeError, DefaultValidator, DefaultValidatorError, DirWish, Expectation,
    GrantNarrowing, InputPayload, Isolation, Judgement, Limit, LimitNarrowing, LimitWall, Limits, Log,
    LogLevel, LogLine, Optimization, Output, OutputFormat, PastAttempt, Percentage, Points, TaskError,
    Tolerance, Usage, Verdict,
};

/// The example of the package's page is held to compile.
#[cfg(all(doctest, feature = "worker"))]
#[doc = include_str!("../README.md")]
struct PackagePage;
