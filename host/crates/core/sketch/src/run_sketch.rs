//! Sketch of a run: all that a page about it shows of its tasks, in bounded size whatever they do.
//!
//! It is made record by record, in any order, and parts of a run can be merged. Adding a task that
//! ended ok stands on the path of each record: it allocates nothing once the run is under way.

use crate::cause_details::{CauseDetail, CauseDetails};
use crate::cause_table::CauseTable;
use crate::extreme_tasks::ExtremeTasks;
use crate::failure_cause::{FailureCause, RecordedFailure};
use crate::histogram::ValueHistogram;
use crate::name_sums::NameSums;
use crate::near_limit::NearLimit;
use crate::task_facts::TaskFacts;
use crate::timeline::Timeline;
use crate::verdict_tally::VerdictTally;
use crate::worker_deaths::{WorkerDeath, WorkerDeaths};
use polymer_host_task::Verdict;
use serde::{Deserialize, Serialize};

/// Limits of a run's tasks, as far as they are known. A task may have lower ones of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SketchLimits {
    /// Time of an attempt in nanoseconds.
    pub run_time: Option<u64>,
    /// Units of fuel.
    pub fuel: Option<u64>,
    /// Bytes of memory.
    pub memory: Option<u64>,
}

/// All that is known of the tasks of a run that are over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSketch {
    /// Limits in force.
    pub limits: SketchLimits,
    /// Tasks by verdict.
    pub verdicts: VerdictTally,
    /// Causes of failures.
    pub causes: CauseTable,
    details: CauseDetails,
    /// Times of last attempts in nanoseconds.
    pub run_time: ValueHistogram,
    /// Times that tasks waited for a worker in nanoseconds.
    pub queue_time: ValueHistogram,
    /// Fuel of last attempts.
    pub fuel: ValueHistogram,
    /// Memory of last attempts in bytes.
    pub memory: ValueHistogram,
    /// What happened when.
    pub timeline: Timeline,
    /// Tasks whose last attempt took longest, by nanoseconds.
    pub slowest: ExtremeTasks,
    /// Tasks that used the most fuel.
    pub most_fuel: ExtremeTasks,
    /// Tasks that used the most memory, by bytes.
    pub most_memory: ExtremeTasks,
    /// Tasks near the limit of time.
    pub near_time: NearLimit,
    /// Tasks near the limit of fuel.
    pub near_fuel: NearLimit,
    /// Tasks near the limit of memory.
    pub near_memory: NearLimit,
    /// Sums by group.
    pub groups: NameSums,
    /// Sums by module, where tasks name one.
    pub modules: NameSums,
    /// Attempts before the last one of each task.
    pub retries: u64,
    /// Attempts whose worker died.
    pub crashes: u64,
    /// Worker processes that took the place of one that died.
    pub restarts: u64,
    /// Workers that died, as far as events tell of them.
    pub deaths: WorkerDeaths,
    /// Events tell when attempts failed and workers died. Otherwise the timeline has that where the
    /// task ended at last, which is all that its record says.
    has_events: bool,
}

impl RunSketch {
    /// Of a run with these limits, of which nothing is over yet.
    #[must_use]
    pub fn new(limits: SketchLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds a task that is over.
    pub fn add(&mut self, task: &TaskFacts<'_>) {
        self.verdicts.add(task.verdict);
        self.add_usage(task);
        self.add_moment(task);
        if let Some(group) = task.group {
            self.groups.add(group, task);
        }
        if let Some(module) = task.module {
            self.modules.add(module, task);
        }
        if task.verdict != Verdict::Ok {
            self.add_failure(task);
        }
    }

    fn add_usage(&mut self, task: &TaskFacts<'_>) {
        if let Some(time) = task.run_time {
            self.run_time.add(time);
            self.slowest.offer(time, task);
            self.near_time.add(time, self.limits.run_time, task);
        }
        if let Some(time) = task.queue_time {
            self.queue_time.add(time);
        }
        if let Some(fuel) = task.fuel {
            self.fuel.add(fuel);
            self.most_fuel.offer(fuel, task);
            self.near_fuel.add(fuel, self.limits.fuel, task);
        }
        if let Some(memory) = task.memory {
            self.memory.add(memory);
            self.most_memory.offer(memory, task);
            // What was refused is in no peak: who asked for more than the limit hit it all the
            // same.
            let refused = self.limits.memory.filter(|_| task.verdict == Verdict::MemoryExceeded);
            self.near_memory.add(memory.max(refused.unwrap_or_default()), self.limits.memory, task);
        }
    }

    fn add_moment(&mut self, task: &TaskFacts<'_>) {
        let retries = task.past.len() as u64;
        let died = |verdict: &&Verdict| matches!(verdict, Verdict::WorkerLost | Verdict::Quarantined);
        let crashes = task.past.iter().chain([&task.verdict]).filter(died).count() as u64;
        self.retries += retries;
        self.crashes += crashes;
        let (Some(started), Some(ended)) = (task.started, task.ended()) else { return };
        if let Some(slot) = task.slot {
            self.timeline.add_busy(slot, started, ended);
        }
        let bucket = self.timeline.at(ended);
        match task.verdict {
            Verdict::Ok => bucket.ok += 1,
            _ => bucket.failed += 1,
        }
        if !self.has_events {
            bucket.retries += retries;
            bucket.crashes += crashes;
            bucket.escalations += task.past.iter().filter(|past| is_at_limit(**past)).count() as u64;
        }
    }

    fn add_failure(&mut self, task: &TaskFacts<'_>) {
        let TaskFacts { verdict, code, message, trace, log, .. } = *task;
        let cause = FailureCause::of_parts(RecordedFailure { verdict, code, message, trace }, log.lines());
        let is_first = self.causes.find(&cause).is_none_or(|known| task.seq < known.first.seq);
        if is_first {
            self.details.offer(&cause, task);
        }
        self.causes.add(cause, task.failed());
        if is_first {
            self.details.prune(&self.causes);
        }
    }

    /// A process took the place of one that died, at a moment in microseconds since 1970.
    pub fn add_restart(&mut self, at: u64) {
        self.restarts += 1;
        self.timeline.at(at).restarts += 1;
    }

    /// An attempt ended so at a moment in microseconds since 1970, and its task was tried again. To
    /// be told before any task is added, as deaths are.
    pub fn add_failed_attempt(&mut self, at: u64, verdict: Verdict) {
        self.has_events = true;
        let bucket = self.timeline.at(at);
        bucket.retries += 1;
        bucket.escalations += u64::from(is_at_limit(verdict));
    }

    /// A worker died.
    pub fn add_death(&mut self, death: WorkerDeath) {
        self.has_events = true;
        self.timeline.at(death.at).crashes += 1;
        self.deaths.add(death);
    }

    /// Adds another part of the run. It is exact but for causes, of which few are exact where there
    /// are many.
    pub fn merge(&mut self, other: &Self) {
        self.verdicts.merge(&other.verdicts);
        self.causes.merge(&other.causes);
        self.details.merge(&other.details);
        self.details.prune(&self.causes);
        self.run_time.merge(&other.run_time);
        self.queue_time.merge(&other.queue_time);
        self.fuel.merge(&other.fuel);
        self.memory.merge(&other.memory);
        self.timeline.merge(&other.timeline);
        self.slowest.merge(&other.slowest);
        self.most_fuel.merge(&other.most_fuel);
        self.most_memory.merge(&other.most_memory);
        self.near_time.merge(&other.near_time);
        self.near_fuel.merge(&other.near_fuel);
        self.near_memory.merge(&other.near_memory);
        self.groups.merge(&other.groups);
        self.modules.merge(&other.modules);
        self.retries += other.retries;
        self.crashes += other.crashes;
        self.restarts += other.restarts;
        self.deaths.merge(&other.deaths);
        self.has_events |= other.has_events;
    }

    /// What the first failure of a cause says.
    #[must_use]
    pub fn detail(&self, cause: &FailureCause) -> Option<&CauseDetail> {
        self.details.find(cause)
    }

    /// Returns whether it is one that could have been made: what was read from a file may not be.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.timeline.is_sound()
    }
}

/// Returns whether an attempt ended at a limit.
fn is_at_limit(verdict: Verdict) -> bool {
    verdict.names_limit() == Some(true)
}

#[cfg(test)]
mod tests;
