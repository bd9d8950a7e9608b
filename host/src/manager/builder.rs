//! The settings of a [`TaskManager`], and what they may be.

use super::checks::{check, check_grants, hold_folders};
use super::duplicates::OnDuplicate;
use super::error::SetupError;
use super::settings::{CacheFolder, EventSubscriber, ManagerSettings, ModuleSource};
use super::{TaskManager, log, worker_exe};
use polymer_host_base::Sandbox;
use polymer_host_event::RunEvent;
use polymer_host_sched::retry::{Backoff, Escalation, EscalationFactor, VerdictSet};
use polymer_host_sched::{GroupPolicies, MaxFail};
use polymer_host_task::Ceiling;
use polymer_host_task::{
    DirGrant, EntryMode, EnvGrant, Grants, Isolation, Limits, Optimization, OutputFormat, Percentage,
    ScratchGrant,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Number of retries where only [`Builder::resubmit_on_error`] was asked for.
const RESUBMITS: u32 = 3;

/// Settings of a [`TaskManager`], from [`TaskManager::builder`].
///
/// Nothing is opened, built or started before [`build`](Self::build), and nothing is said of a
/// wrong value before.
#[derive(Debug, Clone, Default)]
#[must_use = "it does nothing before `build`"]
pub struct Builder {
    settings: ManagerSettings,
    module: Option<ModuleSource>,
    resubmit_on_error: bool,
    retries: Option<u32>,
    escalations: Vec<(EscalationFactor, Ceiling)>,
}

impl Builder {
    /// Workers that make attempts at a time, 1 to 4096; 5 by default. Each is a process with an
    /// engine of its own, for one module unless [`isolation`](Self::isolation) says otherwise:
    /// where more modules are in use than there are workers, workers are restarted.
    pub const fn worker_count(mut self, workers: u32) -> Self {
        self.settings.config.slots = workers;
        self
    }

    /// The program that is started as a worker: an installed `polymer` of the same version, by its
    /// path or, without a slash, as `PATH` finds it. Without this setting the running program is
    /// its own worker, and its `main` must begin with [`init`](crate).
    ///
    /// A program that is no polymer is found out when it is started: at once if it ends, after
    /// twice 30 s if it never reports.
    pub fn worker_exe(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.worker_exe = Some(path.into());
        self
    }

    /// The module that tasks run if they name no other: a [`Module`](crate::Module), or the path of
    /// a `.wasm` or `.wat` file.
    pub fn module(mut self, module: impl Into<ModuleSource>) -> Self {
        self.module = Some(module.into());
        self
    }

    /// The same as a project, which [`build`](Self::build) builds as `polymer run FOLDER` does,
    /// with its language's own tools. These run with the rights of this process, the project's
    /// build scripts among them. Nothing is printed meanwhile, and a first build may take a minute.
    /// A relative path starts at the working directory; in tests
    /// `concat!(env!("CARGO_MANIFEST_DIR"), "/../simple")` is a firm ground.
    pub fn project(mut self, folder: impl Into<PathBuf>) -> Self {
        self.module = Some(ModuleSource::Project(folder.into()));
        self
    }

    /// All limits of an attempt at once. See [`Limits`] for what they are by default.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Fuel of an attempt, about one unit an instruction; 30 billion by default.
    pub const fn fuel(mut self, fuel: u64) -> Self {
        self.settings.limits = self.settings.limits.with_fuel(fuel);
        self
    }

    /// Counts no fuel. Guests that compute run up to four times as fast, and only their
    /// [time](Self::timeout) ends one that loops, at the price of its worker; `fuel` of what
    /// attempts use is `None`. It is for all tasks: one that asks for a limit of fuel is denied.
    pub const fn without_fuel(mut self) -> Self {
        self.settings.limits = self.settings.limits.without_fuel();
        self
    }

    /// Time of an attempt, queueing and compiling not counted; 60 s by default, a year at the most.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.timeout = timeout;
        self
    }

    /// CPU time of an attempt, which other work on the machine does not use up; without a limit by
    /// default, a year at the most.
    pub const fn cpu_timeout(mut self, cpu: Duration) -> Self {
        self.settings.limits.cpu = Some(cpu);
        self
    }

    /// Bytes of memory of an attempt, over all linear memories; 256 MiB by default.
    pub const fn memory(mut self, bytes: u64) -> Self {
        self.settings.limits.memory = bytes;
        self
    }

    /// Bytes of an input; 16 MiB by default, 1 GiB at the most.
    pub const fn input_limit(mut self, bytes: u64) -> Self {
        self.settings.limits.input = bytes;
        self
    }

    /// Bytes of an output; 16 MiB by default, 1 GiB at the most.
    pub const fn output_limit(mut self, bytes: u64) -> Self {
        self.settings.limits.output = bytes;
        self
    }

    /// Bytes of an attempt's log that are kept, the last ones; 64 KiB by default, 1 GiB at the
    /// most.
    pub const fn log_limit(mut self, bytes: u64) -> Self {
        self.settings.limits.log = bytes;
        self
    }

    /// CPU time that compiling a module may take, in whole seconds (rounded up); 120 s by default,
    /// a year at the most.
    pub const fn compile_timeout(mut self, cpu: Duration) -> Self {
        self.settings.service.compile.cpu = cpu;
        self
    }

    /// What modules are compiled for; fast code by default. Of quickly compiled code the stack
    /// frames are larger: see [`Optimization`].
    pub const fn optimize(mut self, optimization: Optimization) -> Self {
        self.settings.service.optimization = optimization;
        self
    }

    /// Bytes of private memory that compiling a module may take; 1 GiB by default, 32 MiB at the
    /// least.
    pub const fn compile_memory(mut self, bytes: u64) -> Self {
        self.settings.service.compile.memory = bytes;
        self
    }

    /// Everything guests may touch, in place of what was granted before. Nothing by default.
    #[doc(hidden)]
    pub fn grants(mut self, grants: Grants) -> Self {
        self.settings.service.grants = grants;
        self
    }

    /// Lets guests open the folder `host` as `guest`, and change it if it is `writable`.
    pub fn dir(mut self, host: impl Into<PathBuf>, guest: impl Into<String>, writable: bool) -> Self {
        self.settings.service.grants.dirs.push(DirGrant { host: host.into(), guest: guest.into(), writable });
        self
    }

    /// Sets how much of a jail surrounds each worker: by default what is required, and what else
    /// the machine gives. See [`Sandbox`].
    pub const fn sandbox(mut self, sandbox: Sandbox) -> Self {
        self.settings.service.sandbox = sandbox;
        self
    }

    /// Turns off, in each worker, the speculation of the processor that leaks between processes
    /// (store bypass, indirect branches), where the processor and the kernel allow it. It is
    /// slower. Where it stays on that is told as a missing layer, and with [`Sandbox::Strict`]
    /// nothing starts.
    pub const fn limit_speculation(mut self, limit: bool) -> Self {
        self.settings.service.limit_speculation = limit;
        self
    }

    /// Says whether short answers of typed tasks come by a ring in memory that each worker shares
    /// with the supervisor, as they do by default, or all by its socket. By the ring the shortest
    /// tasks cost less; what is answered is the same. A guest that took over its worker can change
    /// there what was answered and not read yet, by tasks of the same module: see `SECURITY.md`.
    /// Workers that serve several modules ([`Isolation::Instance`]) have none.
    pub const fn answer_ring(mut self, ring: bool) -> Self {
        self.settings.service.ring = ring;
        self
    }

    /// Bytes of stack of a guest, beside its memory; 512 KiB by default, from 64 KiB to 64 MiB. An
    /// interpreter has 64 MiB at the least.
    pub const fn stack(mut self, bytes: u64) -> Self {
        self.settings.service.stack = bytes;
        self
    }

    /// Bytes of each file that guests write into folders they were granted; 1 GiB by default. There
    /// is no bound on all of them together.
    pub const fn file_limit(mut self, bytes: u64) -> Self {
        self.settings.service.file_size = bytes;
        self
    }

    /// Lets guests see an environment variable. Of several values the last counts.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.settings.service.grants.env.retain(|grant| grant.name != name);
        self.settings.service.grants.env.push(EnvGrant { name, value });
        self
    }

    /// Gives guests one more argument, after the name of the module.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.settings.service.grants.args.push(arg.into());
        self
    }

    /// Gives each attempt a writable folder for so many bytes, empty when it begins and wiped when
    /// it has ended, which guests call `guest`. It lies in the machine's memory, once for each
    /// worker; what is in it counts for the worker that has it. Not every machine has such folders
    /// for everybody: a run then ends before its first task.
    pub fn scratch(mut self, bytes: u64, guest: impl Into<String>) -> Self {
        self.settings.service.grants.scratch = Some(ScratchGrant { bytes, guest: guest.into() });
        self
    }

    /// Tells each attempt the id of its task and its own number, from 1, in the variables
    /// `POLYMER_TASK_ID` and `POLYMER_ATTEMPT`, in place of granted ones of these names. Off by
    /// default: what a guest gives then depends on its input alone.
    pub const fn task_env(mut self, on: bool) -> Self {
        self.settings.service.grants.task_env = on;
        self
    }

    /// Extra attempts for a task whose guest says that another may succeed; 0 by default, or 3 with
    /// [`resubmit_on_error`](Self::resubmit_on_error). A worker that dies uses up none: see
    /// [`crash_limit`](Self::crash_limit).
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// Makes attempts again that did not end ok, whether or not their guests say that it may help:
    /// failures, traps and limits that were hit, but never an input that is to blame. At most
    /// [`retries`](Self::retries) times, 3 unless that says otherwise. Off by default.
    pub const fn resubmit_on_error(mut self, resubmit: bool) -> Self {
        self.resubmit_on_error = resubmit;
        self
    }

    /// Makes attempts again that ended so, whether or not their guests say that it may help, at
    /// most [`retries`](Self::retries) times.
    pub const fn retry_on(mut self, which: VerdictSet) -> Self {
        self.settings.config.retry.on = which;
        self
    }

    /// Sets the backoff of a task before a retry, beside what its guest asks for. None by default.
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.settings.config.retry.backoff = backoff;
        self
    }

    /// Makes an attempt that ran into the limit of which `max` is again with `factor` times as much
    /// of it, and again until it had `max`. That uses up no retry; what a task itself asked to have
    /// less of stays. Workers are sized for `max`. Nothing escalates by default.
    pub fn escalate(mut self, factor: EscalationFactor, max: Ceiling) -> Self {
        self.escalations.push((factor, max));
        self
    }

    /// Makes an attempt that ran out of time with fuel left once more, alone in a fresh worker,
    /// before that stands: a busy machine may have been to blame. That uses up no retry, and where
    /// the time [escalates](Self::escalate) it is left out. Off by default.
    pub const fn confirm_timeouts(mut self, on: bool) -> Self {
        self.settings.config.confirm_timeouts = on;
        self
    }

    /// Sets how often a task may take down its worker while it runs alone, before it is
    /// `quarantined`; 3 by default. The first death makes it a suspect, and only suspects are tried
    /// alone. With 0 the first death ends it as `worker_lost`.
    pub const fn crash_limit(mut self, deaths: u32) -> Self {
        self.settings.config.crash_limit = deaths;
        self
    }

    /// Sets what one worker may run, one after the other; tasks of one module by default. See
    /// [`Isolation`].
    pub const fn isolation(mut self, isolation: Isolation) -> Self {
        self.settings.config.isolation = isolation;
        self
    }

    /// Lets one instance of a typed task or an interpreter serve so many tasks of the same module
    /// and grants, one after the other; 1 by default, so that each has a fresh one. What a task
    /// leaves in its memory, the next one finds there: only for modules whose tasks may see each
    /// other. An instance that trapped or hit a limit serves no more, and a task that is tried
    /// again gets a fresh one. Other commands are always fresh. Not with
    /// [`task_env`](Self::task_env), [`scratch`](Self::scratch) or [`Isolation::Process`].
    pub const fn reuse(mut self, tasks: u32) -> Self {
        self.settings.service.reuse = tasks;
        self
    }

    /// Sets whether inputs and outputs are checked against the JSON Schemas that tasks declare;
    /// they are by default. An input that does not fit is `bad_input` and no guest is entered, such
    /// an output is `bad_output`.
    pub const fn validate(mut self, on: bool) -> Self {
        self.settings.service.validate = on;
        self
    }

    /// Sets the format of bytes that guests give: a command's stdout (by default
    /// [`OutputFormat::Text`]) and the return value of a raw task (by default
    /// [`OutputFormat::Base64`], which is [`Output::Bytes`](crate::Output::Bytes)). It also applies
    /// to a `list<u8>` that a function gives, by default JSON, an array of numbers.
    pub const fn output_format(mut self, format: OutputFormat) -> Self {
        self.settings.service.output_format = Some(format);
        self
    }

    /// Calls this exported function of components, instead of running modules as tasks:
    /// `ns:pkg/iface.func`, or `func` where it stands in no interface. An input is a JSON array of
    /// arguments, an object that names them, or the one argument, and the output is what the
    /// function returns, in JSON; `host/docs/running.md` says which type is which JSON. Tasks bring
    /// an [`Input`](crate::Input). Each call has an instance of its own, so it goes with no
    /// [`reuse`](Self::reuse).
    pub fn invoke(mut self, function: impl Into<String>) -> Self {
        self.settings.service.entering = EntryMode::Function(function.into());
        self
    }

    /// Replaces a worker that has made so many attempts, at least 1. No bound by default. With
    /// [`Isolation::Process`] each makes one, whatever this says.
    pub const fn max_tasks_per_worker(mut self, attempts: u32) -> Self {
        self.settings.config.recycle.tasks = Some(attempts);
        self
    }

    /// Replaces a worker that has more memory of its own than so many bytes; what it is at is
    /// finished first. It is looked at as attempts end, at most ten times a second. By default what
    /// the limits let an attempt make it hold, and 128 MiB.
    pub const fn max_worker_memory(mut self, bytes: u64) -> Self {
        self.settings.config.recycle.memory = Some(bytes);
        self
    }

    /// Stops a run once so many of its tasks did not end ok: what has begun is finished, the rest
    /// is handed back. No bound by default. Calls are not counted.
    pub const fn max_fail(mut self, tasks: u64) -> Self {
        self.settings.config.max_fail = Some(MaxFail::Tasks(tasks));
        self
    }

    /// As [`max_fail`](Self::max_fail), once tasks fail at a rate that is over this share with a
    /// confidence of 99 %, which holds over the whole run, and three of them at the least. Of the
    /// two the one that was set last counts.
    pub const fn max_fail_share(mut self, share: Percentage) -> Self {
        self.settings.config.max_fail = Some(MaxFail::Share(share));
        self
    }

    /// Policies of groups of tasks. Only the command has tasks of groups.
    #[doc(hidden)]
    pub fn groups(mut self, policies: GroupPolicies) -> Self {
        self.settings.config.groups = policies;
        self
    }

    /// Ends a run that takes so long: what is under way is cut, and the rest handed back. No bound
    /// by default. Calls are not cut.
    pub const fn global_timeout(mut self, limit: Duration) -> Self {
        self.settings.config.global_timeout = Some(limit);
        self
    }

    /// Tasks that may be in a run, or calls under way, at a time, 1 to 1,000,000; 4096 by default.
    /// A hot loop's sender then waits, and another call is an error. As many tasks again may wait
    /// to be taken in, and as many results to be taken. Calls are counted, not weighed: their
    /// inputs are held until they are over.
    pub const fn queue(mut self, tasks: usize) -> Self {
        self.settings.config.window = tasks;
        self
    }

    /// Sets the policy for a task whose [id](polymer_task::Task::id) another one has that is not
    /// back yet; both run by default.
    pub const fn on_duplicate(mut self, what: OnDuplicate) -> Self {
        self.settings.on_duplicate = what;
        self
    }

    /// Appends the log to this file. No file by default.
    pub fn log_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.log_path = Some(path.into());
        self
    }

    /// Writes the log to standard output. Off by default: a library says nothing by itself.
    pub const fn log_stdout(mut self, on: bool) -> Self {
        self.settings.log_stdout = on;
        self
    }

    /// Sets what the log tells, if there is one: 0 nothing, 1 errors and statistics (the default),
    /// 2 also the state of workers and modules and the retries, 3 also each attempt.
    ///
    /// The same lines, except the statistics, go to [`tracing`](https://docs.rs/tracing), whatever
    /// this level is: the program's subscriber chooses. They are told in a span `run`, and each
    /// task has a span `task` from when it is handed in until its record is there, with its id,
    /// verdict, attempts, fuel and error as fields. Both are children of the span in which the
    /// program was then.
    pub const fn log_level(mut self, level: u8) -> Self {
        self.settings.log_level = level;
        self
    }

    /// Sets the interval at which the log tells the statistics, and a subscriber what is running;
    /// 10 s by default, zero for never, else at least 1 ms.
    pub const fn log_interval(mut self, interval: Duration) -> Self {
        self.settings.log_interval = interval;
        self
    }

    /// Keeps compiled code in this folder, so that a module is compiled once and not in every run;
    /// the folder is made if nothing stands there. It must be closed to other users, and guests may
    /// be granted nothing from which they could write to it. Programs may share one: what another
    /// program, or another build of it, compiled is never taken.
    ///
    /// No folder by default: a library writes nowhere that it was not told of.
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.cache = Some(CacheFolder { path: path.into(), required: true });
        self
    }

    /// As [`cache_dir`](Self::cache_dir), but if the folder cannot be used runs go without one, and
    /// say so in the log at level 2.
    pub fn cache_dir_if_usable(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.cache = Some(CacheFolder { path: path.into(), required: false });
        self
    }

    /// Bytes that may be kept there; 1 GiB by default. What was of use the longest ago makes room.
    pub const fn cache_size(mut self, bytes: u64) -> Self {
        self.settings.cache_size = bytes;
        self
    }

    /// Hears everything that happens in the runs of this manager, each thing as soon as it does. It
    /// is called on the thread that supervises the run: while it works, nothing else goes on.
    /// Should it panic, it hears no more.
    pub fn on_event(mut self, hear: impl Fn(&RunEvent) + Send + Sync + 'static) -> Self {
        self.settings.on_event = Some(EventSubscriber(Arc::new(hear)));
        self
    }

    /// Checks the settings, opens or builds the module and opens the log. No process is started
    /// yet, but cargo for a [`project`](Self::project).
    ///
    /// # Errors
    /// If a setting is out of its range; if a file or folder cannot be opened or a project cannot
    /// be built; if nothing says which program the workers are; and in a process that is itself a
    /// worker.
    pub fn build(self) -> Result<TaskManager, SetupError> {
        let Self { mut settings, module, resubmit_on_error, retries, escalations } = self;
        settings.config.escalation = escalations
            .into_iter()
            .try_fold(Escalation::none(settings.limits), |sum, (factor, max)| sum.and(factor, max))?;
        check(&settings)?;
        let worker_exe = worker_exe::find(settings.worker_exe.as_deref())?;
        if resubmit_on_error {
            settings.config.retry.on = VerdictSet::ERRORS;
        }
        settings.config.retry.retries = retries.unwrap_or(if resubmit_on_error { RESUBMITS } else { 0 });
        settings.service.places = hold_folders(&mut settings.service.grants)?;
        check_grants(&settings.service.grants)?;
        let caching = settings.open_cache()?;
        let module = module.map(ModuleSource::open).transpose()?;
        let screens = log::screens(&settings)?;
        Ok(TaskManager::new(settings, worker_exe, caching, module, screens))
    }
}
