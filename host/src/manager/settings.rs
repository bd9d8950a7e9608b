//! What a manager was told, and the plan of a run that follows from it. The numbers that no setting names stand here.

use super::duplicates::OnDuplicate;
use super::error::SetupError;
use polymer_host_base::Sandbox;
use polymer_host_event::Backlog;
use polymer_host_event::RunEvent;
use polymer_host_modules::cache::{Cache, DEFAULT_SIZE};
use polymer_host_modules::{Module, ResidentModules};
use polymer_host_run::{Caching, Plan, Service, worker_cpu};
use polymer_host_sched::retry::{Escalation, RetryPolicy};
use polymer_host_sched::{Config, MaxFail, Recycle};
use polymer_host_task::{Allowed, CompileLimits, Entering, Grants, Isolation, Limits, OutputFormat};
use std::fmt;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Tasks that may be in a run at a time, by default: enough that no worker waits for the reader, few enough that memory stays flat.
const QUEUE: usize = 4096;
/// Bytes of input, and of records on their way out, that may be held at a time; one task may always be.
const QUEUE_BYTES: usize = 16 << 20;
/// What a guest that stops at its deadline by itself is given before its worker is killed.
const GRACE: Duration = Duration::from_millis(25);
/// What it has more where files come back: of one that ran out of time too.
const COLLECTING: Duration = Duration::from_secs(1);
/// What a process is given to start, and to load a module, on a machine that may be busy.
const START_LIMIT: Duration = Duration::from_secs(30);
/// Bytes of a file that a task writes into a folder it was granted.
const FILE_LIMIT: u64 = 1 << 30;
/// What the cache is given to say whether it has a module's code, before that is compiled: it may be on a disk that hangs.
const LOOK_LIMIT: Duration = Duration::from_secs(10);
/// The most compile workers at a time: each may take its own gigabyte.
const COMPILE_SLOTS: u32 = 8;
/// How long both halves look for what comes next where somebody waits for each answer: some times what it takes to wake one of them.
pub(super) const ATTENTION: Duration = Duration::from_micros(150);
/// Processes that stand by for when a worker is lost or has lived long enough: each takes some 5 MiB and nothing else.
const SPARES: usize = 1;

/// Where a module comes from. Made from a [`Module`], or from the path of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ModuleSource {
    /// It is open already.
    Opened(Module),
    /// A file.
    Path(PathBuf),
    /// The folder of a project.
    Project(PathBuf),
}

impl ModuleSource {
    pub(super) fn open(self) -> Result<Module, SetupError> {
        match self {
            Self::Opened(module) => Ok(module),
            Self::Path(path) if path.is_dir() => Err(SetupError::Folder(path)),
            Self::Path(path) => Ok(Module::open(path)?),
            Self::Project(folder) => Ok(Module::build(folder)?),
        }
    }
}

/// Who hears of everything that happens.
#[derive(Clone)]
pub(super) struct Subscriber(pub(super) Arc<dyn Fn(&RunEvent) + Send + Sync>);

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscriber")
    }
}

/// The settings as they were given.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) worker_count: u32,
    pub(super) worker_exe: Option<PathBuf>,
    pub(super) limits: Limits,
    /// What attempts may get more of; its base is `limits`, once the settings are checked.
    pub(super) escalation: Escalation,
    pub(super) compile: CompileLimits,
    pub(super) grants: Grants,
    /// The granted folders themselves.
    pub(super) places: Arc<[OwnedFd]>,
    pub(super) sandbox: Sandbox,
    pub(super) file_limit: u64,
    pub(super) retry: RetryPolicy,
    pub(super) crash_limit: u32,
    pub(super) confirm_timeouts: bool,
    pub(super) max_fail: Option<MaxFail>,
    pub(super) global_timeout: Option<Duration>,
    pub(super) queue: usize,
    pub(super) on_duplicate: OnDuplicate,
    pub(super) log_path: Option<PathBuf>,
    pub(super) log_stdout: bool,
    pub(super) log_level: u8,
    pub(super) log_interval: Duration,
    pub(super) on_event: Option<Subscriber>,
    pub(super) isolation: Isolation,
    pub(super) reuse: u32,
    pub(super) output_format: Option<OutputFormat>,
    pub(super) validate: bool,
    pub(super) entering: Entering,
    pub(super) max_tasks_per_worker: Option<u32>,
    pub(super) max_worker_memory: Option<u64>,
    pub(super) cache: Option<CacheFolder>,
    pub(super) cache_size: u64,
}

/// Where compiled code is to be kept.
#[derive(Debug, Clone)]
pub(super) struct CacheFolder {
    pub(super) path: PathBuf,
    /// Without it there is no manager.
    pub(super) required: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // As the original.
            worker_count: 5,
            worker_exe: None,
            limits: Limits::default(),
            escalation: Escalation::none(Limits::default()),
            compile: CompileLimits::default(),
            grants: Grants::default(),
            places: Arc::new([]),
            sandbox: Sandbox::default(),
            file_limit: FILE_LIMIT,
            retry: RetryPolicy::default(),
            crash_limit: 3,
            confirm_timeouts: false,
            max_fail: None,
            global_timeout: None,
            queue: QUEUE,
            on_duplicate: OnDuplicate::default(),
            log_path: None,
            log_stdout: false,
            log_level: 1,
            log_interval: Duration::from_secs(10),
            on_event: None,
            cache: None,
            cache_size: DEFAULT_SIZE,
            isolation: Isolation::default(),
            reuse: 1,
            output_format: None,
            validate: true,
            entering: Entering::Task,
            max_tasks_per_worker: None,
            max_worker_memory: None,
        }
    }
}

/// The memory of its own from which on a worker is replaced: more than an honest attempt can make it hold. Inputs and outputs are there
/// twice, as the guest's and as they travel.
fn worker_memory(limits: &Limits) -> u64 {
    let payloads = limits.input.saturating_add(limits.output).saturating_mul(2);
    limits.memory.saturating_add(payloads).saturating_add(OWN_MEMORY)
}

/// What a worker has of its own beside what the limits of an attempt let it hold: engine, stacks, buffers. One that just started has some
/// 5 MiB.
const OWN_MEMORY: u64 = 128 << 20;

impl Settings {
    /// What a task may have at the most.
    pub(super) fn allowed(&self) -> Allowed {
        Allowed { limits: self.limits, grants: Arc::new(self.grants.clone()), ..Allowed::default() }
    }

    /// Opens the cache, if there is to be one. Whoever may write to it chooses what later runs execute, so no guest may.
    pub(super) fn open_cache(&self) -> Result<Caching, SetupError> {
        let Some(CacheFolder { path, required }) = &self.cache else { return Ok(Caching::Off) };
        let cache = match Cache::open(path, self.cache_size) {
            Ok(cache) => cache,
            Err(error) if *required => return Err(error.into()),
            Err(error) => return Ok(Caching::Unusable(error.to_string())),
        };
        let mut writable = self.grants.dirs.iter().filter(|dir| dir.writable);
        match writable.find(|dir| cache.is_reached_from(&dir.host)) {
            Some(dir) => Err(SetupError::ReachesCache(dir.host.clone(), cache.path().to_path_buf())),
            None => Ok(Caching::On(cache)),
        }
    }

    /// When workers are replaced.
    fn recycle(&self) -> Recycle {
        Recycle {
            tasks: self.max_tasks_per_worker,
            memory: Some(self.max_worker_memory.unwrap_or_else(|| worker_memory(&self.escalation.most()))),
            // By the clock, and an attempt takes at most a quarter of that life: who does what it should never meets the limit.
            busy: Some(worker_cpu(self.escalation.most().timeout) / 2),
            awake: Duration::ZERO,
        }
    }

    /// The plan of a run under these settings, with the program `worker_exe` as its workers.
    pub(super) fn plan(&self, worker_exe: &Path, caching: &Caching) -> Plan {
        let compile = self.compile;
        // Whatever is sized by limits is sized for the attempt that has the most.
        let limits = self.escalation.most();
        let config = Config {
            slots: self.worker_count,
            compile_slots: self.worker_count.min(COMPILE_SLOTS),
            spares: SPARES,
            window: self.queue,
            window_bytes: QUEUE_BYTES,
            crash_limit: self.crash_limit,
            retry: self.retry,
            escalation: self.escalation,
            confirm_timeouts: self.confirm_timeouts,
            max_fail: self.max_fail,
            global_timeout: self.global_timeout,
            goes_on: false,
            grace: if self.grants.collect.is_empty() { GRACE } else { GRACE + COLLECTING },
            start_limit: START_LIMIT,
            // A module describes itself under the limits of a task.
            load_limit: START_LIMIT + limits.timeout,
            compile_cpu: compile.cpu,
            // The limit is on CPU time; by the clock a busy machine may need more.
            compile_limit: (compile.cpu * 2).max(compile.cpu + START_LIMIT),
            look_limit: matches!(caching, Caching::On(_)).then_some(LOOK_LIMIT),
            name_modules: false,
            announce_dispatch: self.log_level >= 3
                || self.on_event.is_some()
                || tracing::enabled!(tracing::Level::DEBUG),
            probes_machine: true,
            isolation: self.isolation,
            recycle: self.recycle(),
        };
        Plan {
            config,
            service: Service {
                grants: self.grants.clone(),
                places: Arc::clone(&self.places),
                limits,
                compile,
                sandbox: self.sandbox,
                file_size: self.file_limit,
                reuse: self.reuse,
                output_format: self.output_format,
                validate: self.validate,
                entering: self.entering.clone(),
                attention: Duration::ZERO,
            },
            worker_exe: worker_exe.to_path_buf(),
            caching: caching.clone(),
            backlog: Backlog { records: self.queue, bytes: QUEUE_BYTES },
            hold_dispatch: true,
            resident: ResidentModules::default(),
        }
    }
}

impl From<Module> for ModuleSource {
    fn from(module: Module) -> Self {
        Self::Opened(module)
    }
}

impl From<PathBuf> for ModuleSource {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

impl From<&Path> for ModuleSource {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_path_buf())
    }
}

impl From<&str> for ModuleSource {
    fn from(path: &str) -> Self {
        Self::Path(path.into())
    }
}

impl From<String> for ModuleSource {
    fn from(path: String) -> Self {
        Self::Path(path.into())
    }
}
