//! Why a run stops before its input is used up.

use crate::ProcessDeath;
use humantime::format_duration;
use polymer_host_base::ResourceShortage;
use polymer_host_base::text::counted;
use polymer_host_task::{Percentage, TaskError};
use std::time::Duration;

/// Why a run stops before its input is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Halt {
    /// Somebody asked for it: once drains, twice ends.
    Asked,
    /// So many tasks failed, as many as were allowed to.
    MaxFail(u64),
    /// Tasks fail at a rate that is surely over the share that may.
    MaxFailShare {
        /// Tasks that failed.
        failed: u64,
        /// Tasks that were over, these included.
        over: u64,
        /// The share that may fail.
        most: Percentage,
    },
    /// The run took so long, as long as it may. It ends at once, as if it had been asked to twice.
    GlobalTimeout(Duration),
    /// The module that every task needs cannot be used.
    Module(TaskError),
    /// Workers die before they are ready, or one after another with no task finished.
    WorkersDie(ProcessDeath),
    /// Processes cannot be started.
    CannotSpawn(String),
    /// The machine lacks what it takes to have one worker serve.
    Exhausted(Box<ResourceShortage>),
    /// Not even the smallest module can be compiled and run on this machine, so what went wrong is
    /// no module's fault.
    Unfit(TaskError),
    /// Workers cannot put up a layer of their jail that has to be there: its name, as the code, and
    /// why.
    Unconfined(TaskError),
}

impl Halt {
    /// The reason in words. Not safe to show as it is: a guest may have had part in it.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Asked => "it was told to stop".to_owned(),
            Self::MaxFail(1) => "1 task failed, which is the limit".to_owned(),
            Self::MaxFail(tasks) => format!("{tasks} tasks failed, which is the limit"),
            Self::MaxFailShare { failed, over, most } => {
                format!(
                    "{failed} of {} failed, certainly more than the {most} allowed",
                    counted(*over, "task")
                )
            }
            Self::GlobalTimeout(limit) => {
                format!("the run took {}, which is the limit", format_duration(*limit))
            }
            Self::Module(error) => error.headed("the module cannot be used"),
            Self::WorkersDie(death) => format!("workers keep dying: {death}"),
            Self::Exhausted(shortage) => format!("{}: {shortage}", shortage.meaning()),
            Self::CannotSpawn(reason) => format!("workers cannot be started: {reason}"),
            Self::Unfit(error) => {
                format!(
                    "no task can run on this machine: not even a built-in module of 41 bytes does: {}",
                    error.message
                )
            }
            Self::Unconfined(error) => format!("workers cannot be jailed: {}: {}", error.code, error.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_to_halt_has_words() {
        let error = TaskError::new("too-large", "it has 70 MiB");
        assert_eq!(Halt::Asked.reason(), "it was told to stop");
        assert_eq!(Halt::MaxFail(1).reason(), "1 task failed, which is the limit");
        let share = Halt::MaxFailShare { failed: 3, over: 7, most: Percentage::percent(40).unwrap() };
        assert_eq!(share.reason(), "3 of 7 tasks failed, certainly more than the 40% allowed");
        let time = Halt::GlobalTimeout(Duration::from_secs(90));
        assert_eq!(time.reason(), "the run took 1m 30s, which is the limit");
        assert_eq!(Halt::Module(error).reason(), "the module cannot be used (too-large): it has 70 MiB");
        assert_eq!(Halt::CannotSpawn("EAGAIN".to_owned()).reason(), "workers cannot be started: EAGAIN");
    }
}
