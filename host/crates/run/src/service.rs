//! Settings that every worker of a run is handed.

use polymer_host_base::Sandbox;
use polymer_host_judge::{FEEDBACK_FILES, VALIDATOR_FOLDER};
use polymer_host_sys::scratch::PAGE;
use polymer_host_task::{
    CheckProtocol, CollectPatterns, CompileLimits, EntryMode, FEEDBACK_LEAST, Grants, LONGEST_PAYLOAD,
    Limits, Optimization, OutputFormat, ScratchGrant,
};
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
    /// What modules are compiled for.
    pub optimization: Optimization,
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
    /// How that is called.
    pub check_protocol: CheckProtocol,
    /// Time both sides busy-poll before they sleep, where the next message is to come soon; zero if
    /// nobody waits for single answers.
    pub attention: Duration,
    /// Short answers of typed tasks come by a ring in memory that is shared with each worker, all
    /// others by its socket; false where all do.
    pub ring: bool,
}

/// Bytes that a checker is given beside input and outputs.
const BESIDE_CASE: u64 = 1 << 20;
/// Bytes that a validator may write: its feedback, and whatever else it leaves in its folder.
const FEEDBACK_ROOM: u64 = 16 << 20;
/// Time that a worker has beside that of its guest where feedback is read, also that of one which
/// ran out of time.
pub(super) const FEEDBACK_GRACE: Duration = Duration::from_secs(1);

/// The most bytes that a checker is given where attempts have these limits: what base64 makes of
/// the largest input, output and expected output. A text with many escapes may be longer.
#[must_use]
pub fn largest_check(limits: &Limits) -> u64 {
    let case = limits.input.saturating_add(limits.output.saturating_mul(2));
    (case / 3).saturating_mul(4).saturating_add(BESIDE_CASE).min(LONGEST_PAYLOAD)
}

/// Returns the most bytes that a validator is given, in files and as its input: an input, an output
/// and an expected one, as they are.
#[must_use]
pub fn largest_validation(limits: &Limits) -> u64 {
    let case = limits.input.saturating_add(limits.output.saturating_mul(2));
    case.saturating_add(BESIDE_CASE).min(LONGEST_PAYLOAD)
}

impl WorkerSettings {
    /// Returns the settings for workers of a checker or an interactor: it gets nothing that tasks
    /// are granted, not even to describe itself, is entered as a task, and each time anew. What the
    /// jail leaves open is that of all workers, unless it is a validator.
    ///
    /// A validator is granted a folder for its files. Its worker is begun as one of a validator,
    /// so its jail leaves open nothing that tasks are granted.
    pub(super) fn of_judge(&self) -> Self {
        let judge = Self {
            grants: Grants::default(),
            reuse: 1,
            output_format: None,
            validate: true,
            entering: EntryMode::Task,
            // A task that took over the worker of a checker must not change what was said of
            // others.
            ring: false,
            ..self.clone()
        };
        match self.check_protocol {
            CheckProtocol::Json => judge,
            CheckProtocol::Validator => judge.of_validator(),
        }
    }

    fn of_validator(self) -> Self {
        let Limits { output, .. } = self.limits;
        let given = self.check_input.unwrap_or_else(|| largest_validation(&self.limits));
        // Each file takes whole pages.
        let pages = given.saturating_add(FEEDBACK_ROOM).div_ceil(PAGE).saturating_add(4);
        let scratch = ScratchGrant { bytes: pages.saturating_mul(PAGE), guest: VALIDATOR_FOLDER.to_owned() };
        // Names of ours are patterns, and match themselves.
        let collect = CollectPatterns::new(FEEDBACK_FILES.map(str::to_owned).to_vec()).unwrap_or_default();
        Self {
            grants: Grants { scratch: Some(scratch), collect, ..Grants::default() },
            places: Arc::from([]),
            limits: self.limits.with_output(output.max(FEEDBACK_LEAST)),
            file_size: self.file_size.max(given),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::DirGrant;

    fn settings(check_protocol: CheckProtocol) -> WorkerSettings {
        let dir = DirGrant { host: "/host".into(), guest: "/data".to_owned(), writable: true };
        let scratch = Some(ScratchGrant { bytes: 1, guest: "/own".to_owned() });
        WorkerSettings {
            grants: Grants { dirs: vec![dir], scratch, ..Grants::default() },
            places: Arc::from([tempfile::tempfile().unwrap().into()]),
            limits: Limits::default().with_input(10).with_output(20),
            compile: CompileLimits::default(),
            optimization: Optimization::default(),
            sandbox: Sandbox::Auto,
            stack: 1,
            file_size: 5,
            one_module: true,
            limit_speculation: false,
            reuse: 7,
            output_format: None,
            validate: true,
            entering: EntryMode::Task,
            check_input: Some(1000),
            check_protocol,
            attention: Duration::ZERO,
            ring: true,
        }
    }

    #[test]
    fn a_checker_is_granted_nothing_and_a_validator_a_folder_of_its_own() {
        let json = settings(CheckProtocol::Json).of_judge();
        assert_eq!((json.grants, json.reuse, json.places.len()), (Grants::default(), 1, 1));
        let validator = settings(CheckProtocol::Validator).of_judge();
        let Grants { dirs, env, args, scratch, collect, task_env } = validator.grants;
        assert!(dirs.is_empty() && env.is_empty() && args.is_empty() && !task_env);
        assert!(validator.places.is_empty(), "nothing of the tasks' is open to it");
        let ScratchGrant { bytes, guest } = scratch.unwrap();
        assert_eq!((bytes % PAGE, guest.as_str()), (0, VALIDATOR_FOLDER));
        assert!(bytes > 1000 + FEEDBACK_ROOM && bytes < 2 * FEEDBACK_ROOM, "{bytes}");
        assert!(collect.takes("feedback/judgemessage.txt") && !collect.takes("input"));
        // What it is given can be put there, and what it writes comes back.
        assert_eq!((validator.file_size, validator.limits.output), (1000, FEEDBACK_LEAST));
    }

    #[test]
    fn a_checker_is_given_a_whole_case_and_no_more_than_a_frame_holds() {
        let limits = Limits::default().with_input(3 << 20).with_output(6 << 20);
        assert_eq!(largest_check(&limits), (20 << 20) + BESIDE_CASE);
        assert_eq!(largest_validation(&limits), (15 << 20) + BESIDE_CASE);
        let limits = limits.with_input(LONGEST_PAYLOAD);
        assert_eq!(largest_check(&limits), LONGEST_PAYLOAD);
        assert_eq!(largest_validation(&limits), LONGEST_PAYLOAD);
    }
}
