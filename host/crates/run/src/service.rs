//! What every worker of a run is handed.

use polymer_host_base::Sandbox;
use polymer_host_task::{CompileLimits, EntryMode, Grants, Limits, OutputFormat};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

/// What every worker of a run is handed.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// What guests may touch.
    pub grants: Grants,
    /// The granted folders themselves, in the order of the grants: a guest may move what stands at
    /// their paths.
    pub places: Arc<[OwnedFd]>,
    /// The widest limits a task of the run may have; modules describe themselves under them too.
    pub limits: Limits,
    /// The bounds of compiling.
    pub compile: CompileLimits,
    /// How much of a jail workers need.
    pub sandbox: Sandbox,
    /// Bytes of a file that a task writes.
    pub file_size: u64,
    /// Attempts that one instance of a typed module serves, at least 1.
    pub reuse: u32,
    /// How bytes that guests give are told; by default a command's as text, a raw task's as base64.
    pub output_format: Option<OutputFormat>,
    /// Inputs and outputs are held to the schemas that tasks declare.
    pub validate: bool,
    /// How modules are entered.
    pub entering: EntryMode,
    /// How long both sides look for what comes next before they sleep, where it is soon to come;
    /// zero if nobody waits for single answers.
    pub attention: Duration,
}
