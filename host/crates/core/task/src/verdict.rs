//! Verdicts: the ways in which a task can end, as a closed set.
//!
//! Consequences of a verdict are decided here. In other crates a match needs an arm for future
//! verdicts, so a missing one would go unnoticed there.

use std::fmt;

/// End of a task, or of one attempt at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// The guest said so. Only these have an output.
    Ok,
    /// The guest returned a failure, or a command exited with a code other than 0.
    TaskError,
    /// The input could not be read, or the guest blames it.
    BadInput,
    /// The output is not what the task declared, such as JSON that is none.
    BadOutput,
    /// A wasm trap: the guest did what it must not, or gave up.
    Trap,
    /// The units of fuel in its limits were used up.
    FuelExhausted,
    /// The time in its limits was used up.
    Timeout,
    /// It failed after it had asked for more memory than its limits have.
    MemoryExceeded,
    /// It gave more bytes of output than its limits have.
    OutputExceeded,
    /// It ended well, and not as was expected of it. The supervisor's judge says so, or a checker.
    WrongOutput,
    /// Its judge failed; the task is not to blame.
    JudgeError,
    /// The program was given as a source, and the source does not compile.
    BuildFailed,
    /// The module cannot be parsed, linked or entered, or compiling hit its limit.
    ModuleInvalid,
    /// The task asked for more than the run allows; no guest was entered.
    PolicyDenied,
    /// The worker process died under it.
    WorkerLost,
    /// It took down its worker each time it ran alone in one, and is not tried again.
    Quarantined,
    /// Cut short by the end of the run, or by whoever submitted it.
    Canceled,
}

impl Verdict {
    /// Every verdict, in the order in which summaries list them; its length is no promise,
    /// [`all`](Self::all) is.
    #[doc(hidden)]
    pub const ALL: [Self; 17] = [
        Self::Ok,
        Self::TaskError,
        Self::BadInput,
        Self::BadOutput,
        Self::Trap,
        Self::FuelExhausted,
        Self::Timeout,
        Self::MemoryExceeded,
        Self::OutputExceeded,
        Self::WrongOutput,
        Self::JudgeError,
        Self::BuildFailed,
        Self::ModuleInvalid,
        Self::PolicyDenied,
        Self::WorkerLost,
        Self::Quarantined,
        Self::Canceled,
    ];

    /// Every verdict, in the order in which summaries list them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    /// The name in records, logs and sums: `ok`, `task_error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::TaskError => "task_error",
            Self::BadInput => "bad_input",
            Self::BadOutput => "bad_output",
            Self::Trap => "trap",
            Self::FuelExhausted => "fuel_exhausted",
            Self::Timeout => "timeout",
            Self::MemoryExceeded => "memory_exceeded",
            Self::OutputExceeded => "output_exceeded",
            Self::WrongOutput => "wrong_output",
            Self::JudgeError => "judge_error",
            Self::BuildFailed => "build_failed",
            Self::ModuleInvalid => "module_invalid",
            Self::PolicyDenied => "policy_denied",
            Self::WorkerLost => "worker_lost",
            Self::Quarantined => "quarantined",
            Self::Canceled => "canceled",
        }
    }

    /// Returns whether a worker may claim this verdict for an attempt. Only the supervisor gives
    /// the others.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_workers_to_say(self) -> bool {
        match self {
            Self::Ok
            | Self::TaskError
            | Self::BadInput
            | Self::BadOutput
            | Self::Trap
            | Self::FuelExhausted
            | Self::Timeout
            | Self::MemoryExceeded
            | Self::OutputExceeded
            | Self::ModuleInvalid => true,
            Self::WrongOutput
            | Self::JudgeError
            | Self::BuildFailed
            | Self::PolicyDenied
            | Self::WorkerLost
            | Self::Quarantined
            | Self::Canceled => false,
        }
    }

    /// Returns whether only a judge gives this verdict.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_judges_to_say(self) -> bool {
        matches!(self, Self::WrongOutput | Self::JudgeError)
    }

    /// Returns whether the verdict says that a limit was hit; `None` where only the code beside it
    /// tells.
    #[doc(hidden)]
    #[must_use]
    pub const fn names_limit(self) -> Option<bool> {
        match self {
            Self::FuelExhausted | Self::Timeout | Self::MemoryExceeded | Self::OutputExceeded => Some(true),
            Self::Trap | Self::ModuleInvalid => None,
            // Codes of some of these may be the guest's own words.
            Self::Ok
            | Self::TaskError
            | Self::BadInput
            | Self::BadOutput
            | Self::WrongOutput
            | Self::JudgeError
            | Self::BuildFailed
            | Self::PolicyDenied
            | Self::WorkerLost
            | Self::Quarantined
            | Self::Canceled => Some(false),
        }
    }

    /// Returns whether a command with this verdict was entered, and so may have written something.
    #[doc(hidden)]
    #[must_use]
    pub const fn may_have_written(self) -> bool {
        match self {
            Self::Ok
            | Self::TaskError
            | Self::BadOutput
            | Self::Trap
            | Self::FuelExhausted
            | Self::Timeout
            | Self::MemoryExceeded
            | Self::OutputExceeded
            | Self::WrongOutput
            | Self::JudgeError => true,
            Self::BadInput
            | Self::BuildFailed
            | Self::ModuleInvalid
            | Self::PolicyDenied
            | Self::WorkerLost
            | Self::Quarantined
            | Self::Canceled => false,
        }
    }

    /// Why another attempt cannot change it; `None` if it can.
    #[doc(hidden)]
    #[must_use]
    pub const fn retry_refusal(self) -> Option<&'static str> {
        match self {
            Self::TaskError
            | Self::BadOutput
            | Self::Trap
            | Self::FuelExhausted
            | Self::Timeout
            | Self::MemoryExceeded
            | Self::OutputExceeded
            | Self::WrongOutput => None,
            Self::JudgeError => Some("its judge would fail again"),
            Self::Ok => Some("nothing is wrong with it"),
            Self::BadInput => Some("the input would be just as bad"),
            Self::BuildFailed => Some("the source would not compile again"),
            Self::ModuleInvalid => Some("the module would be just as unusable"),
            Self::PolicyDenied => Some("the run would deny it again"),
            Self::WorkerLost | Self::Quarantined => {
                Some("a task whose worker died is tried again anyhow, as --crash-limit says")
            }
            Self::Canceled => Some("its submitter or the end of the run ended it"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_a_name_of_its_own() {
        let mut names: Vec<_> = Verdict::ALL.iter().map(|verdict| verdict.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Verdict::ALL.len());
    }
}
