//! Reasons that events give, and the words for them.
//!
//! The words stand beside the reasons because a match in another crate needs an arm for reasons to
//! come: one that was forgotten there would not be missed.

use polymer_host_base::quantity::show_size;
use polymer_host_base::text::{counted, show_time};
use polymer_host_task::Ceiling;
use std::time::Duration;

/// Limit that a worker process had reached when it was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecycleReason {
    /// It made so many attempts, as many as one may.
    Attempts(u32),
    /// It had so many bytes of memory of its own, more than one may.
    Memory(u64),
    /// It was at work for so long, as long as one may.
    Busy(Duration),
}

impl RecycleReason {
    /// As logs tell it.
    #[doc(hidden)]
    #[must_use]
    pub fn in_log(self) -> String {
        match self {
            Self::Attempts(attempts) => {
                format!("it made {}, which is its limit", counted(attempts.into(), "attempt"))
            }
            Self::Memory(bytes) => format!("it has {} of memory, more than its limit", show_size(bytes)),
            Self::Busy(time) => format!("it was at work for {}, which is its limit", show_time(time)),
        }
    }

    /// As the file of a run's events tells it.
    #[doc(hidden)]
    #[must_use]
    pub fn in_file(self) -> String {
        match self {
            Self::Attempts(attempts) => format!("made {attempts} attempts"),
            Self::Memory(bytes) => format!("has {} of memory", show_size(bytes)),
            Self::Busy(time) => format!("was at work for {}", show_time(time)),
        }
    }
}

/// Why an entry of the cache is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryDefect {
    /// It is not what was kept there.
    Damaged,
    /// It is, and a worker could not load it: another engine made it, or one for another machine.
    Stale,
}

impl EntryDefect {
    /// As logs tell it.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_log(self) -> &'static str {
        match self {
            Self::Damaged => "was damaged",
            Self::Stale => "could not be loaded",
        }
    }

    /// As the file of a run's events tells it.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_file(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Stale => "stale",
        }
    }
}

/// Way in which a task comes back, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryNote {
    /// Its guest asked for it, or the run tries again what ended so.
    Retry {
        /// Wait before the retry; zero if it may be tried at once.
        after: Duration,
    },
    /// It is suspected of having taken down its worker: it gets one where nothing else runs.
    Alone,
    /// It ran out of time with fuel left, for which a busy machine may be to blame: it gets a fresh
    /// worker where nothing else runs.
    Confirm,
    /// It ran into a limit, and gets more of that.
    Escalate {
        /// Limit that it gets.
        to: Ceiling,
    },
}

impl RetryNote {
    /// As logs tell it.
    #[doc(hidden)]
    #[must_use]
    pub fn in_log(self) -> String {
        match self {
            Self::Retry { after } if after.is_zero() => "tried again".to_owned(),
            Self::Retry { after } => format!("tried again in {}", show_time(after)),
            Self::Alone => "tried again alone".to_owned(),
            Self::Confirm => "tried once more alone, because the machine may have been too busy,".to_owned(),
            Self::Escalate { to } => format!("tried again with a {} of {to}", to.limit().name()),
        }
    }

    /// As the file of a run's events tells it.
    #[doc(hidden)]
    #[must_use]
    pub fn in_file(self) -> String {
        match self {
            Self::Retry { after } => format!("retry after {}", show_time(after)),
            Self::Alone => "alone".to_owned(),
            Self::Confirm => "alone, for it may have been the machine".to_owned(),
            Self::Escalate { to } => format!("with a {} of {to}", to.limit().name()),
        }
    }
}
