//! State of a run that only the supervisor sees, for whoever watches it: workers and queues.
//!
//! It is made only when somebody asks, and its size is bounded however much waits.

use crate::ProcessRole;
use polymer_host_task::WorkerId;
use std::sync::Arc;

/// Queues that are listed one by one, the longest first.
pub const MOST_QUEUES: usize = 32;

/// Workers and queues of a run at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOverview {
    /// Processes that were started and not seen dead, in the order of their slots.
    pub workers: Vec<WorkerOverview>,
    /// Tasks that wait for a worker, the longest queue first: at most [`MOST_QUEUES`].
    pub queues: Vec<QueueOverview>,
    /// Number of tasks in queues that are not listed.
    pub other_queued: usize,
}

/// One worker process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerOverview {
    /// The process.
    pub worker: WorkerId,
    /// Its id in the system, where that is known.
    pub pid: Option<u32>,
    /// Role of the process.
    pub role: ProcessRole,
    /// Name of the module that it serves.
    pub module: String,
    /// What it does.
    pub activity: WorkerActivity,
}

/// What a worker process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerActivity {
    /// It was started and has not said anything.
    Starting,
    /// It gets ready for its module, or compiles it.
    Loading,
    /// It has nothing to do.
    Idle,
    /// It makes an attempt.
    Running,
    /// It is to end.
    Stopping,
}

/// Tasks that wait for a worker of one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueOverview {
    /// Name of the module.
    pub module: String,
    /// The group of the tasks, if they have one.
    pub group: Option<Arc<str>>,
    /// Number of tasks.
    pub tasks: usize,
}
