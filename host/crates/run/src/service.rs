//! Settings that every worker of a run is handed.

use polymer_host_base::Sandbox;
use polymer_host_task::{CompileLimits, EntryMode, Grants, LONGEST_PAYLOAD, Limits, OutputFormat};
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
    /// The most bytes that a checker or an interactor is given, in a run that has one: an input, an
    /// output and an expected one.
    pub check_input: Option<u64>,
    /// Time both sides busy-poll before they sleep, where the next message is to come soon; zero if
    /// nobody waits for single answers.
    pub attention: Duration,
}

/// Bytes that a checker is given beside input and outputs.
const BESIDE_CASE: u64 = 1 << 20;

/// The most bytes that a checker is given where attempts have these limits: what base64 makes of
/// the largest input, output and expected output. A text with many escapes may be longer.
#[must_use]
pub fn largest_check(limits: &Limits) -> u64 {
    let case = limits.input.saturating_add(limits.output.saturating_mul(2));
    (case / 3).saturating_mul(4).saturating_add(BESIDE_CASE).min(LONGEST_PAYLOAD)
}

impl WorkerSettings {
    /// Returns the settings for workers of a checker or an interactor: it gets nothing that tasks
    /// are granted, not even to describe itself, is entered as a task, and each time anew. What the
    /// jail leaves open is that of all workers.
    pub(super) fn of_judge(&self) -> Self {
        Self {
            grants: Grants::default(),
            reuse: 1,
            output_format: None,
            validate: true,
            entering: EntryMode::Task,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checker_is_given_a_whole_case_and_no_more_than_a_frame_holds() {
        let limits = Limits::default().with_input(3 << 20).with_output(6 << 20);
        assert_eq!(largest_check(&limits), (20 << 20) + BESIDE_CASE);
        let limits = limits.with_input(LONGEST_PAYLOAD);
        assert_eq!(largest_check(&limits), LONGEST_PAYLOAD);
    }
}
