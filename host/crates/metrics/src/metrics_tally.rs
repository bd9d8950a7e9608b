//! What metrics tell and the sums of a run lack: fuel and memory by size, what waits and runs now.
//!
//! Kept only where metrics are asked for. It must never keep text of an event.

use crate::metrics_snapshot::{MetricsSnapshot, RunPhase};
use polymer_host_event::{ProcessRole, RunEvent};
use polymer_host_report::Stats;
use polymer_host_sketch::ValueHistogram;
use polymer_host_task::{ModuleId, Record, Usage};
use std::collections::BTreeSet;
use std::time::Duration;

/// Figures of a run beside its sums, in bounded memory.
#[derive(Debug)]
pub struct MetricsTally {
    started: Duration,
    phase: RunPhase,
    fuel: ValueHistogram,
    memory: ValueHistogram,
    waiting: u64,
    running: u64,
    /// Modules that a compile worker is at: as many as there are slots, at the most.
    compiling: BTreeSet<ModuleId>,
}

impl MetricsTally {
    /// Of a run that begins now, `started` after the Unix epoch.
    #[must_use]
    pub fn new(started: Duration) -> Self {
        Self {
            started,
            phase: RunPhase::default(),
            fuel: ValueHistogram::default(),
            memory: ValueHistogram::default(),
            waiting: 0,
            running: 0,
            compiling: BTreeSet::new(),
        }
    }

    /// Adds what happened. Give it every event of a run once.
    #[warn(clippy::wildcard_enum_match_arm)]
    pub fn on(&mut self, event: &RunEvent) {
        match event {
            RunEvent::TaskDone(record) => self.add(record),
            RunEvent::Running(running) => self.running = running.len() as u64,
            RunEvent::WorkerStarted { role: ProcessRole::Compile(module), .. } => {
                self.compiling.insert(*module);
            }
            RunEvent::ModuleReady { module, .. } | RunEvent::ModuleInvalid { module, .. } => {
                self.compiling.remove(module);
            }
            RunEvent::Draining { .. } => self.phase = RunPhase::Draining,
            RunEvent::WorkerStarted { .. }
            | RunEvent::Engine(_)
            | RunEvent::Confined(_)
            | RunEvent::MemoryBound(_)
            | RunEvent::WorkerTurned { .. }
            | RunEvent::WorkerRecycled { .. }
            | RunEvent::WorkerDied { .. }
            | RunEvent::Exhausted { .. }
            | RunEvent::ModuleNamed { .. }
            | RunEvent::CacheEntryRejected { .. }
            | RunEvent::CacheTrouble { .. }
            | RunEvent::AttemptDispatched { .. }
            | RunEvent::AttemptFailed { .. }
            | RunEvent::GroupStopped { .. }
            | RunEvent::WentOn { .. } => {}
            // Events to come: clippy tells one that has no arm yet.
            _ => {}
        }
    }

    fn add(&mut self, record: &Record) {
        // What was judged anew made its attempts in another session.
        if record.earlier.is_none() {
            self.add_usage(&record.usage);
            record.history.iter().for_each(|past| self.add_usage(&past.usage));
        }
    }

    fn add_usage(&mut self, usage: &Usage) {
        if let Some(fuel) = usage.fuel {
            self.fuel.add(fuel);
        }
        if let Some(memory) = usage.peak_memory {
            self.memory.add(memory);
        }
    }

    /// Takes the number of tasks that are in the run and not running.
    pub fn wait(&mut self, tasks: usize) {
        self.waiting = tasks as u64;
    }

    /// Takes that the run has ended: nothing runs or waits any more.
    pub fn end(&mut self) {
        self.phase = RunPhase::Over;
        (self.waiting, self.running) = (0, 0);
        self.compiling.clear();
    }

    /// The figures now, in a run with these sums.
    #[must_use]
    pub fn snapshot(&self, stats: &Stats) -> MetricsSnapshot {
        MetricsSnapshot {
            phase: self.phase,
            started: self.started,
            fuel: self.fuel.clone(),
            memory: self.memory.clone(),
            waiting: self.waiting,
            running: self.running,
            compiling: self.compiling.len() as u64,
            ..MetricsSnapshot::of_stats(stats)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::{Halt, samples};
    use polymer_host_task::{EarlierStart, TaskError, Verdict, WorkerId};

    fn done(record: Record) -> RunEvent {
        RunEvent::TaskDone(Box::new(record))
    }

    fn tally() -> MetricsTally {
        MetricsTally::new(Duration::from_secs(7))
    }

    #[test]
    fn every_attempt_of_this_session_counts_once() {
        let (mut tally, mut stats) = (tally(), Stats::new(2));
        let retried = Record { history: vec![samples::past(1, Verdict::WorkerLost)], ..samples::trap() };
        let earlier = Record { earlier: Some(EarlierStart(None)), ..samples::ok() };
        for event in [done(samples::ok()), done(retried), done(samples::rejected()), done(earlier)] {
            stats.on(&event);
            tally.on(&event);
        }
        let snapshot = tally.snapshot(&stats);
        assert_eq!((snapshot.fuel.count(), snapshot.fuel.sum()), (3, u128::from(stats.fuel)));
        assert_eq!((snapshot.memory.count(), snapshot.memory.max()), (2, stats.peak_memory.unwrap()));
        assert_eq!((snapshot.verdicts[&Verdict::Ok], snapshot.causes, snapshot.slots), (2, 2, 2));
        assert_eq!(snapshot.run_time.count(), 3);
        assert_eq!(snapshot.started, Duration::from_secs(7));
    }

    #[test]
    fn what_compiles_waits_and_runs_is_known_until_the_end() {
        let (mut tally, stats) = (tally(), Stats::new(1));
        let worker = WorkerId { slot: 0, generation: 1 };
        for module in [1, 1, 2].map(ModuleId) {
            tally.on(&RunEvent::WorkerStarted {
                worker,
                role: ProcessRole::Compile(module),
                replaces: false,
            });
        }
        let role = ProcessRole::Run(ModuleId(3));
        tally.on(&RunEvent::WorkerStarted { worker, role, replaces: true });
        tally.wait(5);
        let now = |tally: &MetricsTally| {
            let snapshot = tally.snapshot(&stats);
            (snapshot.phase, snapshot.compiling, snapshot.waiting)
        };
        assert_eq!(now(&tally), (RunPhase::Running, 2, 5));
        tally.on(&RunEvent::ModuleInvalid { module: ModuleId(2), error: Box::new(TaskError::default()) });
        tally.on(&RunEvent::Draining { why: Box::new(Halt::Asked), dropped: 3 });
        assert_eq!(now(&tally), (RunPhase::Draining, 1, 5));
        tally.end();
        assert_eq!(now(&tally), (RunPhase::Over, 0, 0));
    }
}
