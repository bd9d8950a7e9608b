//! Events of a run, in its user's words: the one feed of records, logs, progress and summaries.
//!
//! Written by the scheduler, and by the supervisor where only it can see; read by whoever reports.
//! Nothing here decides anything.
#![forbid(unsafe_code)]

mod halt;
mod outcome;
mod overview;
mod reasons;
#[cfg(feature = "samples")]
pub mod samples;
mod sink;

pub use halt::Halt;
pub use outcome::{CheckUsage, JudgeUsage, RunOutcome};
pub use overview::{MOST_QUEUES, QueueOverview, RunOverview, WorkerActivity, WorkerOverview};
pub use reasons::{EntryDefect, GroupStopReason, RecycleReason, RetryNote};
pub use sink::{EventSink, RecordBacklog};

use polymer_host_base::Digest;
use polymer_host_base::ResourceShortage;
use polymer_host_base::quantity::show_size;
use polymer_host_base::{Confinement, JailRole};
use polymer_host_task::{
    LimitWall, LogLine, ModuleId, ModuleInfo, Record, TaskError, TaskName, Verdict, WorkerId,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One thing that happened. They come in the order in which they happened, at the most one
/// [`TaskDone`](Self::TaskDone) for each task.
///
/// What is large is in a box: nearly all events are records, and each is handed on several times.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RunEvent {
    /// Comes when a worker process was started, before it has said anything.
    WorkerStarted {
        /// The process.
        worker: WorkerId,
        /// Role of the process.
        role: ProcessRole,
        /// True if a process that was not recycled filled its slot before: then this is a restart.
        replaces: bool,
    },
    /// Comes when the first run worker is up: which engine it has, and what its fuel counts. The
    /// worker's own word, cut to a line's length.
    Engine(String),
    /// Comes when a run worker is up, if its jail is another than that of the one before: what
    /// stands around the guests of this run.
    Confined(Arc<Confinement>),
    /// Comes once, at the start, if the workers of the run may need more memory than its memory
    /// cgroup has.
    MemoryBound(MemoryDemand),
    /// Comes when a worker process goes over to another module than it served, which it may where
    /// the run isolates instances only.
    WorkerTurned {
        /// The process.
        worker: WorkerId,
        /// Role from here on.
        role: ProcessRole,
    },
    /// Comes when a worker process is ended that has nothing to do and has lived long enough. That
    /// is no restart, and no task is charged.
    WorkerRecycled {
        /// The process.
        worker: WorkerId,
        /// Role that it had.
        role: ProcessRole,
        /// Limit that it had reached.
        why: RecycleReason,
    },
    /// Comes when a worker process is seen to have ended that was not told to: by a crash, a signal
    /// of others, or after it broke the protocol.
    WorkerDied {
        /// The process.
        worker: WorkerId,
        /// Role that it had.
        role: ProcessRole,
        /// Way in which it ended.
        death: Box<ProcessDeath>,
        /// The task that it was at, which is charged with an attempt; `None` if it was at none.
        charged: Option<Box<TaskName>>,
        /// Number of other tasks that went back from it to the queue, uncharged.
        returned: usize,
    },
    /// Comes when the machine refused what a worker takes to start, to get ready or to go on. No
    /// task is charged for that; what was refused is tried again later, with fewer workers.
    Exhausted {
        /// The process, or which it would have been.
        worker: WorkerId,
        /// Role that it had.
        role: ProcessRole,
        /// Shortage of the machine.
        shortage: Box<ResourceShortage>,
        /// Run workers at a time from here on.
        workers: u32,
        /// There were never so few of them before, for this reason.
        is_news: bool,
    },
    /// Comes once for each module, before anything else that is about it.
    ModuleNamed {
        /// The module.
        module: ModuleId,
        /// Name that people use for it.
        name: String,
        /// The SHA-256 of its bytes.
        digest: Digest,
    },
    /// Comes once for each module that is used: when it has compiled or was found in the cache, has
    /// linked and described itself.
    ModuleReady {
        /// The module.
        module: ModuleId,
        /// Information known of it now.
        info: Arc<ModuleInfo>,
        /// Its code was found in the cache: it was not compiled.
        cached: bool,
        /// Time that took.
        took: Duration,
    },
    /// Comes when the cache had something for a module that is of no use: it is thrown out, and the
    /// module compiled.
    CacheEntryRejected {
        /// The module.
        module: ModuleId,
        /// Defect of the entry.
        why: EntryDefect,
    },
    /// Comes at most once, when a run goes without the cache that it was to have, or could not keep
    /// something in it.
    CacheTrouble {
        /// Description of the trouble.
        what: String,
    },
    /// Comes when a module turns out not to be usable; each of its tasks is then over, as
    /// [`Verdict::ModuleInvalid`].
    ModuleInvalid {
        /// The module.
        module: ModuleId,
        /// Why.
        error: Box<TaskError>,
    },
    /// Comes when an attempt is sent to a worker, which may have others to make first; only in runs
    /// that ask to be told.
    AttemptDispatched {
        /// The process it was sent to.
        worker: WorkerId,
        /// Which task.
        task: Box<TaskName>,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// It runs alone in a fresh worker: it is a suspect, or tried again for being late.
        alone: bool,
    },
    /// Comes when an attempt ended, but not its task, which will be tried again.
    AttemptFailed {
        /// Which task.
        task: Box<TaskName>,
        /// The attempt's number, from 1.
        attempt: u32,
        /// The slot of its worker, from 1; `None` if no worker had it.
        worker: Option<u32>,
        /// Verdict of the attempt.
        verdict: Verdict,
        /// Error of the attempt.
        error: Box<TaskError>,
        /// Log lines of its guest, oldest first; empty if its worker died.
        log: Vec<LogLine>,
        /// Why and when the task is tried again.
        retry: RetryNote,
    },
    /// Comes just before each [tick](crate::sink::EventSink::tick): what is being run now, oldest
    /// first.
    Running(Vec<RunningAttempt>),
    /// Comes once for each task, when it is over. Tasks that were not begun when the run stopped
    /// get none.
    TaskDone(Box<Record>),
    /// Comes once for each group of which no more tasks are run: its budget is used up, or too many
    /// of its tasks failed. Other groups go on.
    GroupStopped {
        /// Name of the group.
        group: Arc<str>,
        /// Why, with what was used or failed by then.
        why: GroupStopReason,
        /// Number of tasks that waited. They end as [`Verdict::Canceled`], and so does what comes
        /// later.
        canceled: u64,
    },
    /// Comes when the run goes on after its process stood still: it was stopped, or frozen. That
    /// time is in no moment of the run.
    WentOn {
        /// For how long, as far as it is known.
        still: Duration,
    },
    /// Comes at most once, when a run takes nothing new before its input is used up, and finishes
    /// what has begun, or cuts it if its time is up. A run that ends at once for another reason
    /// says why in its [outcome](crate::RunOutcome) only.
    Draining {
        /// Why.
        why: Box<Halt>,
        /// Number of tasks that waited for a worker. They get no record, nor do those that workers
        /// give back without having begun them.
        dropped: u64,
    },
}

/// Role of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProcessRole {
    /// Turning one module into machine code, and no more than that.
    Compile(ModuleId),
    /// Running tasks of one module.
    Run(ModuleId),
}

impl ProcessRole {
    /// The module that the process serves.
    #[must_use]
    pub const fn module(self) -> ModuleId {
        match self {
            Self::Compile(module) | Self::Run(module) => module,
        }
    }

    /// The word for it: `compile` or `run`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.purpose().name()
    }

    /// The same without a module, which is all that a process is started and jailed by.
    #[doc(hidden)]
    #[must_use]
    pub const fn purpose(self) -> JailRole {
        match self {
            Self::Compile(_) => JailRole::Compile,
            Self::Run(_) => JailRole::Run,
        }
    }
}

/// Memory that the workers of a run may need, and memory that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryDemand {
    /// Bytes that the memory cgroup may have.
    pub limit: u64,
    /// Workers that run tasks.
    pub workers: u32,
    /// Bytes that each of them may need: what limits and grants let a task have, and its own.
    pub each: u64,
}

impl MemoryDemand {
    /// Bytes that all workers may need at a time.
    #[must_use]
    pub const fn needed(&self) -> u64 {
        self.each.saturating_mul(self.workers as u64)
    }

    /// Returns the number of workers that fit; 0 if not even one does.
    #[must_use]
    pub const fn fit(&self) -> u64 {
        self.limit / if self.each == 0 { 1 } else { self.each }
    }
}

impl fmt::Display for MemoryDemand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (needed, limit) = (show_size(self.needed()), show_size(self.limit));
        write!(
            f,
            "workers may need {needed} ({} of {} each) and the memory cgroup has {limit}: ",
            self.workers,
            show_size(self.each)
        )?;
        f.write_str("the kernel may kill workers that use it; ")?;
        match self.fit() {
            0 => write!(f, "a lower --memory, or a limit of {needed} on the cgroup, avoids that"),
            fit => write!(f, "-j {fit}, a lower --memory, or a limit of {needed} on the cgroup, avoids that"),
        }
    }
}

/// One attempt that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningAttempt {
    /// The process that makes it.
    pub worker: WorkerId,
    /// Which task.
    pub task: TaskName,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// Age of the attempt: the time since it became its worker's next.
    pub age: Duration,
    /// The most bytes that its linear memories have had so far, if that is known.
    pub memory: Option<u64>,
    /// Units of fuel that it has used so far, if that is known: as of its last look at the clock.
    pub fuel: Option<u64>,
    /// Progress that its guest reports, if any: units done, of so many in all.
    pub progress: Option<(u64, u64)>,
}

/// End of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessDeath {
    /// Exit, as the system reports it.
    pub exit: ProcessExit,
    /// The end of what it wrote to stderr: a few KiB at the most, free of control characters.
    pub last_words: String,
    /// Protocol violation that it was killed for, if any.
    pub violation: Option<String>,
}

/// Exit of a process, as the system reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProcessExit {
    /// It exited with this code, from 0 to 255.
    Code(i32),
    /// The signal of this number ended it.
    Signal(i32),
    /// The kernel's OOM killer ended it, as the kernel's own count says: memory was short, whoever
    /// took it.
    OomKilled {
        /// Bytes that the memory cgroup of the run may have, if it is in one that has a limit.
        limit: Option<u64>,
    },
    /// It could not be learned.
    Unknown,
}

impl ProcessExit {
    /// Returns whether somebody killed it: a process cannot die so by itself.
    #[must_use]
    pub const fn is_kill(self) -> bool {
        matches!(self, Self::Signal(9) | Self::OomKilled { .. })
    }

    /// Returns whether the system ended it for using more CPU time than it may.
    #[must_use]
    pub const fn is_cpu_limit(self) -> bool {
        matches!(self, Self::Signal(SIGXCPU))
    }
}

impl ProcessDeath {
    /// Returns whether it ended because it could get no more memory. The signs are what Rust's
    /// allocator says before it aborts, and what the engine's own collections say when they panic.
    #[must_use]
    pub fn ran_out_of_memory(&self) -> bool {
        let aborted = matches!(self.exit, ProcessExit::Signal(6));
        let panicked = aborted || matches!(self.exit, ProcessExit::Code(code) if code != 0);
        (aborted && self.last_words.contains("memory allocation of "))
            || (panicked && self.last_words.contains("out of memory (failed to allocate "))
    }

    /// Returns whether the system ended it for a call that it may not make.
    #[must_use]
    pub const fn tried_to_get_out(&self) -> bool {
        self.violation.is_none() && matches!(self.exit, ProcessExit::Signal(SIGSYS))
    }

    /// The wall that ended it, if one did.
    #[must_use]
    pub fn wall(&self) -> Option<LimitWall> {
        if self.violation.is_some() {
            return Some(LimitWall::Supervisor);
        }
        let limit =
            matches!(self.exit, ProcessExit::Signal(SIGXCPU | SIGXFSZ | SIGSYS)) || self.ran_out_of_memory();
        limit.then_some(LimitWall::Kernel)
    }

    /// As records tell it.
    #[must_use]
    pub fn task_error(&self) -> TaskError {
        TaskError::new(self.code(), self.to_string()).by(self.wall())
    }

    /// A short stable code for records: `SIGSEGV`, `exit-70`, `protocol`, `sandbox`,
    /// `worker_memory`.
    #[must_use]
    pub fn code(&self) -> String {
        if self.violation.is_some() {
            return "protocol".to_owned();
        }
        if self.tried_to_get_out() {
            return "sandbox".to_owned();
        }
        if self.ran_out_of_memory() {
            return "worker_memory".to_owned();
        }
        match self.exit {
            ProcessExit::Code(code) => format!("exit-{code}"),
            ProcessExit::Signal(number) => signal_name(number),
            ProcessExit::OomKilled { .. } => "oom_killed".to_owned(),
            ProcessExit::Unknown => "unknown".to_owned(),
        }
    }
}

impl fmt::Display for ProcessDeath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.violation, self.exit) {
            (Some(what), _) => write!(f, "the worker broke the protocol ({what}) and was killed")?,
            (None, _) if self.ran_out_of_memory() => {
                f.write_str("the worker needed more memory than it may have")?;
            }
            (None, ProcessExit::Code(code)) => write!(f, "the worker exited with code {code}")?,
            (None, ProcessExit::Signal(SIGSYS)) => f.write_str(
                "the worker was killed for a forbidden system call (SIGSYS): a guest may be trying to escape",
            )?,
            (None, ProcessExit::Signal(SIGXCPU)) => {
                f.write_str("the worker used more CPU time than allowed (SIGXCPU)")?;
            }
            (None, ProcessExit::Signal(SIGXFSZ)) => {
                f.write_str("the worker wrote more to a file than allowed (SIGXFSZ)")?;
            }
            (None, ProcessExit::Signal(number)) => {
                write!(f, "the worker was killed by {}", signal_name(number))?;
            }
            (None, ProcessExit::OomKilled { limit: Some(limit) }) => write!(
                f,
                "the worker was killed by the kernel's OOM killer: the cgroup of the run used up its limit of {}",
                show_size(limit)
            )?,
            (None, ProcessExit::OomKilled { limit: None }) => {
                f.write_str(
                    "the worker was killed by the kernel's OOM killer: the machine's memory was used up",
                )?;
            }
            (None, ProcessExit::Unknown) => f.write_str("the worker ended")?,
        }
        if self.last_words.is_empty() { Ok(()) } else { write!(f, ": {}", self.last_words) }
    }
}

/// Signals by which the kernel tells of a limit or a forbidden call. From signal(7), for x86-64 and
/// aarch64 Linux.
const SIGXCPU: i32 = 24;
const SIGXFSZ: i32 = 25;
const SIGSYS: i32 = 31;

/// The common signals of x86-64 and aarch64 Linux by name, others by number. From signal(7).
fn signal_name(number: i32) -> String {
    let name = match number {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        SIGXCPU => "SIGXCPU",
        SIGXFSZ => "SIGXFSZ",
        SIGSYS => "SIGSYS",
        other => return format!("signal-{other}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn death(exit: ProcessExit, last_words: &str) -> ProcessDeath {
        ProcessDeath { exit, last_words: last_words.to_owned(), violation: None }
    }

    #[test]
    fn a_death_tells_its_wall() {
        let error = |exit, words| {
            let error = death(exit, words).task_error();
            (error.code, error.wall)
        };
        assert_eq!(error(ProcessExit::Signal(11), ""), ("SIGSEGV".to_owned(), None));
        assert_eq!(error(ProcessExit::Signal(6), "a bug"), ("SIGABRT".to_owned(), None));
        assert_eq!(error(ProcessExit::Signal(9), ""), ("SIGKILL".to_owned(), None));
        assert_eq!(error(ProcessExit::Code(70), ""), ("exit-70".to_owned(), None));
        for (signal, words, code) in [
            (6, "memory allocation of 9 bytes failed", "worker_memory"),
            (6, "unhandled: out of memory (failed to allocate 9 bytes)", "worker_memory"),
            (24, "", "SIGXCPU"),
            (25, "", "SIGXFSZ"),
            (31, "", "sandbox"),
        ] {
            assert_eq!(error(ProcessExit::Signal(signal), words), (code.to_owned(), Some(LimitWall::Kernel)));
        }
        let panicked = death(ProcessExit::Code(70), "unhandled: out of memory (failed to allocate 9 bytes)");
        assert_eq!((panicked.code(), panicked.wall()), ("worker_memory".to_owned(), Some(LimitWall::Kernel)));
        let broke =
            ProcessDeath { violation: Some("babbled".to_owned()), ..death(ProcessExit::Signal(31), "") };
        assert_eq!((broke.code(), broke.wall()), ("protocol".to_owned(), Some(LimitWall::Supervisor)));
        assert!(!broke.tried_to_get_out());
    }

    #[test]
    fn a_kill_for_want_of_memory_is_told_as_that() {
        let killed = |limit| death(ProcessExit::OomKilled { limit }, "");
        let words = killed(Some(100 << 20)).to_string();
        assert!(
            words.contains("OOM killer") && words.ends_with("cgroup of the run used up its limit of 100 MiB"),
            "{words}"
        );
        assert!(killed(None).to_string().ends_with("the machine's memory was used up"));
        let error = killed(None).task_error();
        assert_eq!((error.code.as_str(), error.wall), ("oom_killed", None));
    }

    #[test]
    fn memory_that_is_not_there_is_told_with_figures_and_the_cure() {
        let bound = MemoryDemand { limit: 100 << 20, workers: 4, each: 272 << 20 };
        assert_eq!(
            bound.to_string(),
            "workers may need 1 GiB (4 of 272 MiB each) and the memory cgroup has 100 MiB: the kernel may kill workers that use it; a lower --memory, or a limit of 1 GiB on the cgroup, avoids that"
        );
        let two = MemoryDemand { limit: 600 << 20, ..bound }.to_string();
        assert!(two.contains("; -j 2, a lower --memory, or "), "{two}");
    }

    #[test]
    fn a_forbidden_call_is_told_as_an_alarm() {
        let words = death(ProcessExit::Signal(31), "last words").to_string();
        assert!(words.contains("forbidden system call"), "{words}");
        assert!(words.ends_with("trying to escape: last words"), "{words}");
    }
}
