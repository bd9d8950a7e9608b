//! Settings that every worker of a run is handed.

use polymer_host_base::Sandbox;
use polymer_host_task::{CompileLimits, EntryMode, Grants, Limits, OutputFormat};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

/// Settings that every worker of a run is handed.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Capabilities that guests are granted.
    pub grants: Grants,
    /// The granted folders themselves, in the order of the grants: a guest may move what stands at
    /// their paths.
    pub places: Arc<[OwnedFd]>,
    /// The widest limits a task of the run may have; modules describe themselves under them too.
    pub limits: Limits,
    /// The bounds of compiling.
    pub compile: CompileLimits,
    /// Strength of the jail that workers need.
    pub sandbox: Sandbox,
    /// Bytes of stack that a guest has.
    pub stack: u64,
    /// Bytes of a file that a task writes.
    pub file_size: u64,
    /// A worker serves one module in its life, so its jail may close further once that is loaded.
    pub one_module: bool,
    /// Workers turn off the speculation of their processor that leaks between processes.
    pub limit_speculation: bool,
    /// Attempts that one instance of a typed module serves, at least 1.
    pub reuse: u32,
    /// Format of bytes from guests; by default text for a command, base64 for a raw task.
    pub output_format: Option<OutputFormat>,
    /// Inputs and outputs are held to the schemas that tasks declare.
    pub validate: bool,
    /// Mode in which modules are entered.
    pub entering: EntryMode,
    /// Time both sides busy-poll before they sleep, where the next message is to come soon; zero if
    /// nobody waits for single answers.
    pub attention: Duration,
}
