//! Reasons that events give, and the words for them.
//!
//! The words stand beside the reasons because a match in another crate needs an arm for reasons to
//! come: one that was forgotten there would not be missed.

use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::text::{counted, show_time};
use polymer_host_task::{Ceiling, Percentage};
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

/// Why no more tasks of a group are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupStopReason {
    /// Its attempts used up its budget of fuel.
    Fuel {
        /// Units that they might use.
        budget: u64,
        /// Units that they used until then.
        used: u64,
    },
    /// Its attempts used up its budget of CPU time.
    Cpu {
        /// CPU time that they might use.
        budget: Duration,
        /// CPU time that they used until then; wall-clock time where CPU time is not known.
        used: Duration,
    },
    /// So many of its tasks failed, as many as were allowed to.
    MaxFail(u64),
    /// Its tasks fail at a rate that is surely over the share that may.
    MaxFailShare {
        /// Tasks that failed.
        failed: u64,
        /// Tasks that were over, these included.
        over: u64,
        /// The share that may fail.
        most: Percentage,
    },
}

impl GroupStopReason {
    /// The code of records of tasks that were not run for this reason.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fuel { .. } | Self::Cpu { .. } => "group_budget",
            Self::MaxFail(_) | Self::MaxFailShare { .. } => "group_failed",
        }
    }

    /// The budget of fuel, if that is used up.
    #[must_use]
    pub const fn fuel_budget(self) -> Option<u64> {
        if let Self::Fuel { budget, .. } = self { Some(budget) } else { None }
    }

    /// The budget of CPU time, if that is used up.
    #[must_use]
    pub const fn cpu_budget(self) -> Option<Duration> {
        if let Self::Cpu { budget, .. } = self { Some(budget) } else { None }
    }

    /// The reason in words that follow the name of the group.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Fuel { budget, used } => {
                format!("its fuel budget of {} is used up ({used} units used)", show_fuel(budget))
            }
            Self::Cpu { budget, used } => {
                let (budget, used) = (show_time(budget), show_time(used));
                format!("its budget of {budget} of CPU time is used up ({used} used)")
            }
            Self::MaxFail(1) => "1 of its tasks failed, which is the limit".to_owned(),
            Self::MaxFail(tasks) => format!("{tasks} of its tasks failed, which is the limit"),
            Self::MaxFailShare { failed, over, most } => {
                let over = counted(over, "task");
                format!("{failed} of its {over} failed, certainly more than the {most} allowed")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_to_stop_a_group_has_a_code_and_words() {
        let told = |reason: GroupStopReason| (reason.code(), reason.in_words());
        let (code, words) = told(GroupStopReason::Fuel { budget: 10, used: 12 });
        assert_eq!((code, &*words), ("group_budget", "its fuel budget of 10 is used up (12 units used)"));
        let (budget, used) = (Duration::from_secs(60), Duration::from_secs(61));
        let (code, words) = told(GroupStopReason::Cpu { budget, used });
        assert!(code == "group_budget" && words.contains("of CPU time is used up"), "{words}");
        let (code, words) = told(GroupStopReason::MaxFail(2));
        assert_eq!((code, &*words), ("group_failed", "2 of its tasks failed, which is the limit"));
        let most = Percentage::percent(40).unwrap();
        let (code, words) = told(GroupStopReason::MaxFailShare { failed: 3, over: 7, most });
        assert_eq!(code, "group_failed");
        assert_eq!(words, "3 of its 7 tasks failed, certainly more than the 40% allowed");
    }
}
