//! Settings of a manager, and the plan of a run that follows from them. The numbers that no setting
//! names stand here.

use super::duplicates::OnDuplicate;
use super::error::SetupError;
use polymer_host_base::Sandbox;
use polymer_host_event::RecordBacklog;
use polymer_host_event::RunEvent;
use polymer_host_modules::cache::{CodeCache, DEFAULT_SIZE};
use polymer_host_modules::{Module, ResidentModules};
use polymer_host_run::{CodeCaching, RunPlan, WorkerSettings, worker_cpu};
use polymer_host_sched::retry::{Escalation, RetryPolicy};
use polymer_host_sched::{GroupPolicies, RecyclePolicy, SchedulerConfig};
use polymer_host_task::{
    AllowedTerms, CheckProtocol, CompileLimits, EntryMode, Grants, Isolation, Limits, Optimization,
    USUAL_STACK,
};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Tasks that may be in a run at a time, by default: enough that no worker waits for the reader,
/// few enough that memory stays flat.
const QUEUE: usize = 4096;
/// Bytes of input, and of records on their way out, that may be held at a time; one task may always
/// be.
const QUEUE_BYTES: usize = 16 << 20;
/// Grace period for a guest that stops at its deadline by itself, before its worker is killed.
const GRACE: Duration = Duration::from_millis(25);
/// Additional grace period where files come back, also those of a guest that ran out of time.
const COLLECTING: Duration = Duration::from_secs(1);
/// Timeout for a process to start, and to load a module, on a machine that may be busy.
const START_LIMIT: Duration = Duration::from_secs(30);
/// Bytes of a file that a task writes into a folder it was granted.
const FILE_LIMIT: u64 = 1 << 30;
/// Timeout for the cache to say whether it has a module's code, before that is compiled: it may be
/// on a disk that hangs.
const LOOK_LIMIT: Duration = Duration::from_secs(10);
/// The most compile workers at a time: each may take its own gigabyte.
const COMPILE_SLOTS: u32 = 8;
/// Busy-poll time of both halves where somebody waits for each answer: several times the cost of
/// waking one of them.
pub(super) const ATTENTION: Duration = Duration::from_micros(150);
/// Processes that stand by for when a worker is lost or has lived long enough: each takes some 5
/// MiB and nothing else.
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
pub(super) struct EventSubscriber(pub(super) Arc<dyn Fn(&RunEvent) + Send + Sync>);

impl fmt::Debug for EventSubscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscriber")
    }
}

/// The settings as they were given. Each stands once: what a run decides by and what its workers
/// are handed are the very types that a [`RunPlan`] has.
#[derive(Debug, Clone)]
pub(super) struct ManagerSettings {
    /// Most that a task may have of each limit, before any escalation.
    pub(super) limits: Limits,
    /// Settings of the scheduler. Those that follow from other settings are filled in by
    /// [`plan`](Self::plan).
    pub(super) config: SchedulerConfig,
    /// Settings of workers. The same holds.
    pub(super) service: WorkerSettings,
    pub(super) worker_exe: Option<PathBuf>,
    pub(super) on_duplicate: OnDuplicate,
    pub(super) log_path: Option<PathBuf>,
    pub(super) log_stdout: bool,
    pub(super) log_level: u8,
    pub(super) log_interval: Duration,
    pub(super) on_event: Option<EventSubscriber>,
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

impl Default for ManagerSettings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            config: config(),
            service: service(),
            worker_exe: None,
            on_duplicate: OnDuplicate::default(),
            log_path: None,
            log_stdout: false,
            log_level: 1,
            log_interval: Duration::from_secs(10),
            on_event: None,
            cache: None,
            cache_size: DEFAULT_SIZE,
        }
    }
}

/// Returns the default settings of the scheduler.
fn config() -> SchedulerConfig {
    SchedulerConfig {
        // As the original.
        slots: 5,
        compile_slots: COMPILE_SLOTS,
        spares: SPARES,
        window: QUEUE,
        window_bytes: QUEUE_BYTES,
        crash_limit: 3,
        retry: RetryPolicy::default(),
        escalation: Escalation::none(Limits::default()),
        confirm_timeouts: false,
        max_fail: None,
        groups: GroupPolicies::default(),
        global_timeout: None,
        goes_on: false,
        grace: GRACE,
        start_limit: START_LIMIT,
        load_limit: START_LIMIT,
        compile_cpu: CompileLimits::default().cpu,
        compile_limit: START_LIMIT,
        look_limit: None,
        name_modules: false,
        announce_dispatch: false,
        probes_machine: true,
        own_judge_workers: false,
        isolation: Isolation::default(),
        recycle: RecyclePolicy::default(),
    }
}

/// Returns the default settings of workers.
fn service() -> WorkerSettings {
    WorkerSettings {
        grants: Grants::default(),
        places: Arc::new([]),
        limits: Limits::default(),
        compile: CompileLimits::default(),
        sandbox: Sandbox::default(),
        stack: USUAL_STACK,
        file_size: FILE_LIMIT,
        one_module: true,
        optimization: Optimization::default(),
        limit_speculation: false,
        reuse: 1,
        output_format: None,
        validate: true,
        entering: EntryMode::Task,
        check_input: None,
        check_protocol: CheckProtocol::Json,
        attention: Duration::ZERO,
        ring: true,
    }
}

/// The memory of its own from which on a worker is replaced: more than an honest attempt can make
/// it hold. Inputs and outputs are there twice, as the guest's and as they travel.
fn worker_memory(limits: &Limits) -> u64 {
    let payloads = limits.input.saturating_add(limits.output).saturating_mul(2);
    limits.memory.saturating_add(payloads).saturating_add(OWN_MEMORY)
}

/// Memory of a worker itself, beside what the limits of an attempt let it hold: engine, stacks,
/// buffers. One that just started has some 5 MiB.
const OWN_MEMORY: u64 = 128 << 20;

impl ManagerSettings {
    /// Returns the most that a task may have.
    pub(super) fn allowed(&self) -> AllowedTerms {
        AllowedTerms {
            limits: self.limits,
            grants: Arc::new(self.service.grants.clone()),
            ..AllowedTerms::default()
        }
    }

    /// Opens the cache, if there is to be one. Whoever may write to it chooses what later runs
    /// execute, so no guest may.
    pub(super) fn open_cache(&self) -> Result<CodeCaching, SetupError> {
        let Some(CacheFolder { path, required }) = &self.cache else { return Ok(CodeCaching::Off) };
        let cache = match CodeCache::open(path, self.cache_size) {
            Ok(cache) => cache,
            Err(error) if *required => return Err(error.into()),
            Err(error) => return Ok(CodeCaching::Unusable(error.to_string())),
        };
        let mut writable = self.service.grants.dirs.iter().filter(|dir| dir.writable);
        match writable.find(|dir| cache.is_reached_from(&dir.host)) {
            Some(dir) => Err(SetupError::ReachesCache(dir.host.clone(), cache.path().to_path_buf())),
            None => Ok(CodeCaching::On(cache)),
        }
    }

    /// The plan of a run under these settings, with the program `worker_exe` as its workers.
    pub(super) fn plan(&self, worker_exe: &Path, caching: &CodeCaching) -> RunPlan {
        // Whatever is sized by limits is sized for the attempt that has the most.
        let limits = self.config.escalation.most();
        let one_module = self.config.isolation != Isolation::Instance;
        // What a worker wrote into its ring it can change until that was read.
        let ring = self.service.ring && one_module;
        let service = WorkerSettings { limits, one_module, ring, ..self.service.clone() };
        RunPlan {
            config: self.config_for(&service, caching),
            service,
            worker_exe: worker_exe.to_path_buf(),
            caching: caching.clone(),
            backlog: RecordBacklog { records: self.config.window, bytes: QUEUE_BYTES },
            hold_dispatch: true,
            resident: ResidentModules::default(),
        }
    }

    /// Returns the settings of the scheduler, with those that follow from the other settings.
    fn config_for(&self, service: &WorkerSettings, caching: &CodeCaching) -> SchedulerConfig {
        let SchedulerConfig { slots, recycle, .. } = self.config;
        let WorkerSettings { limits, compile, grants, .. } = service;
        SchedulerConfig {
            compile_slots: slots.min(COMPILE_SLOTS),
            grace: if grants.collect.is_empty() { GRACE } else { GRACE + COLLECTING },
            // A module describes itself under the limits of a task.
            load_limit: START_LIMIT + limits.timeout,
            compile_cpu: compile.cpu,
            // The limit is on CPU time; by the clock a busy machine may need more.
            compile_limit: (compile.cpu * 2).max(compile.cpu + START_LIMIT),
            look_limit: matches!(caching, CodeCaching::On(_)).then_some(LOOK_LIMIT),
            announce_dispatch: self.log_level >= 3
                || self.on_event.is_some()
                || tracing::enabled!(tracing::Level::DEBUG),
            recycle: RecyclePolicy {
                memory: Some(recycle.memory.unwrap_or_else(|| worker_memory(limits))),
                // By the clock, and an attempt takes at most a quarter of that life: who does what
                // it should never meets the limit.
                busy: Some(worker_cpu(limits.timeout) / 2),
                ..recycle
            },
            ..self.config.clone()
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
