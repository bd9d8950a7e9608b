//! State of a run at one moment, as whoever watches it is told: made of what the report and the
//! supervisor know, and small whatever guests and users wrote.
//!
//! Its serial form is what travels; a reader checks the version and takes nothing in it for safe to
//! show. It must never know how it travels, nor how it is drawn.

use crate::report::progress::{KnownTotal, ProgressFacts};
use polymer_host_base::sanitize::{name, named, one_line};
use polymer_host_base::text::cut;
use polymer_host_event::{
    ProcessRole, QueueOverview, RunOverview, RunningAttempt, WorkerActivity, WorkerOverview,
};
use polymer_host_report::cause_lines::cause_lines;
use polymer_host_report::line::MARGIN;
use polymer_host_report::stats::Stats;
use polymer_host_report::summary::second_tries;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The version of the serial form.
pub(crate) const SNAPSHOT_VERSION: u32 = 1;

/// Workers that are told one by one.
const MOST_WORKERS: usize = 128;
/// Bytes of a name.
const LONGEST_NAME: usize = 200;
/// Bytes of a line about a cause.
const LONGEST_LINE: usize = 1 << 10;

/// What a snapshot is made of.
pub(super) struct SnapshotParts<'a> {
    pub(super) facts: &'a ProgressFacts,
    /// The tasks that run, oldest first.
    pub(super) running: &'a [RunningAttempt],
    /// Tasks that were read and do not run.
    pub(super) waiting: usize,
    pub(super) stats: &'a Stats,
    pub(super) overview: RunOverview,
}

/// State of a run at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunSnapshot {
    pub(crate) v: u32,
    /// The supervisor's process.
    pub(crate) pid: u32,
    /// The run's folder, if it has one.
    pub(crate) dir: Option<String>,
    pub(crate) elapsed_ms: u64,
    /// Tasks that are over.
    pub(crate) done: u64,
    /// All tasks, as far as that is known.
    pub(crate) total: Option<u64>,
    pub(crate) is_total_exact: bool,
    pub(crate) not_ok: u64,
    pub(crate) running: u64,
    /// Tasks that were read and do not run.
    pub(crate) waiting: u64,
    /// Tasks per second of late.
    pub(crate) rate: Option<f64>,
    pub(crate) left_s: Option<u64>,
    /// What is waited for, where nothing runs.
    pub(crate) awaited: Option<String>,
    /// Modules that are being compiled.
    pub(crate) compiling: u64,
    /// Tasks that are over, by verdict.
    pub(crate) verdicts: Vec<(String, u64)>,
    /// What was tried again, and which workers were replaced, in words.
    pub(crate) second_tries: Vec<String>,
    /// Causes of failures, a line each.
    pub(crate) causes: Vec<String>,
    pub(crate) workers: Vec<WorkerSnapshot>,
    /// Workers that are not among these.
    pub(crate) more_workers: u64,
    /// Tasks that wait for a worker, the longest queue first.
    pub(crate) queues: Vec<QueueSnapshot>,
    /// Tasks in other queues.
    pub(crate) more_queued: u64,
}

/// One worker process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorkerSnapshot {
    /// From 1.
    pub(crate) slot: u32,
    pub(crate) pid: Option<u32>,
    /// What it does, in a word.
    pub(crate) state: String,
    pub(crate) module: String,
    /// The attempt that it makes.
    pub(crate) task: Option<TaskSnapshot>,
}

/// An attempt that is being made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskSnapshot {
    /// The task's id, and its label.
    pub(crate) name: String,
    pub(crate) attempt: u32,
    pub(crate) age_ms: u64,
    pub(crate) memory: Option<u64>,
    pub(crate) fuel: Option<u64>,
    /// Units done, of so many in all, by the guest's own word.
    pub(crate) progress: Option<(u64, u64)>,
}

/// Tasks that wait for a worker of one module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QueueSnapshot {
    pub(crate) module: String,
    pub(crate) group: Option<String>,
    pub(crate) tasks: u64,
}

impl RunSnapshot {
    /// Nothing is known of process and folder yet.
    pub(super) fn of(parts: SnapshotParts<'_>) -> Self {
        let SnapshotParts { facts, running, waiting, stats, overview } = parts;
        let RunOverview { workers, queues, other_queued } = overview;
        let more_workers = workers.len().saturating_sub(MOST_WORKERS);
        let verdicts = stats.verdicts.iter().map(|(verdict, tasks)| (verdict.name().to_owned(), *tasks));
        let cause = |line: String| cut(line.strip_prefix(MARGIN).unwrap_or(&line), LONGEST_LINE);
        Self {
            v: SNAPSHOT_VERSION,
            pid: 0,
            dir: None,
            elapsed_ms: milliseconds(facts.elapsed),
            done: facts.done,
            total: facts.total.number(),
            is_total_exact: matches!(facts.total, KnownTotal::Exact(_)),
            not_ok: facts.not_ok,
            running: number(facts.running),
            waiting: number(waiting),
            rate: facts.rate,
            left_s: facts.left.map(|left| left.as_secs()),
            awaited: facts.awaited.as_deref().map(|awaited| cut(awaited, LONGEST_LINE)),
            compiling: number(facts.compiling),
            verdicts: verdicts.collect(),
            second_tries: second_tries(stats),
            causes: cause_lines(&stats.causes).into_iter().map(cause).collect(),
            workers: workers
                .iter()
                .take(MOST_WORKERS)
                .map(|worker| worker_snapshot(worker, running))
                .collect(),
            more_workers: number(more_workers),
            queues: queues.iter().map(QueueSnapshot::of).collect(),
            more_queued: number(other_queued),
        }
    }

    /// The same as the progress of a run is told by, safe to show.
    pub(crate) fn facts(&self) -> ProgressFacts {
        let total = match self.total {
            None => KnownTotal::Unknown,
            Some(total) if self.is_total_exact => KnownTotal::Exact(total),
            Some(total) => KnownTotal::About(total),
        };
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        ProgressFacts {
            done: self.done,
            total,
            not_ok: self.not_ok,
            running: count(self.running),
            rate: self.rate,
            left: self.left_s.map(Duration::from_secs),
            awaited: self.awaited.as_deref().map(|awaited| one_line(awaited).into_owned()),
            compiling: count(self.compiling),
            elapsed: Duration::from_millis(self.elapsed_ms),
        }
    }
}

fn worker_snapshot(worker: &WorkerOverview, running: &[RunningAttempt]) -> WorkerSnapshot {
    let attempt = running.iter().find(|attempt| attempt.worker == worker.worker);
    WorkerSnapshot {
        slot: worker.worker.slot.saturating_add(1),
        pid: worker.pid,
        state: state(worker).to_owned(),
        module: short_name(&worker.module),
        task: attempt.map(TaskSnapshot::of),
    }
}

const fn state(worker: &WorkerOverview) -> &'static str {
    match (worker.activity, worker.role) {
        (WorkerActivity::Starting, _) => "starting",
        (WorkerActivity::Loading, ProcessRole::Compile(_)) => "compiling",
        (WorkerActivity::Loading, _) => "loading",
        (WorkerActivity::Idle, _) => "idle",
        (WorkerActivity::Running, _) => "running",
        (WorkerActivity::Stopping, _) => "stopping",
    }
}

impl TaskSnapshot {
    fn of(running: &RunningAttempt) -> Self {
        Self {
            name: cut(&named(&running.task.id, running.task.label.as_deref()), LONGEST_NAME),
            attempt: running.attempt,
            age_ms: milliseconds(running.age),
            memory: running.memory,
            fuel: running.fuel,
            progress: running.progress,
        }
    }
}

impl QueueSnapshot {
    fn of(queue: &QueueOverview) -> Self {
        Self {
            module: short_name(&queue.module),
            group: queue.group.as_deref().map(short_name),
            tasks: number(queue.tasks),
        }
    }
}

fn short_name(text: &str) -> String {
    cut(&name(text), LONGEST_NAME)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::{MOST_QUEUES, RunEvent, samples};
    use polymer_host_task::{ModuleId, TaskError, TaskName, WorkerId};
    use std::sync::Arc;

    const HOSTILE: &str = "\u{1b}[2J\u{202e}\n";

    fn hostile(times: usize) -> String {
        HOSTILE.repeat(times)
    }

    fn worker(slot: u32, activity: WorkerActivity) -> WorkerOverview {
        WorkerOverview {
            worker: WorkerId { slot, generation: 1 },
            pid: Some(7),
            role: ProcessRole::Run(ModuleId(0)),
            module: hostile(500),
            activity,
        }
    }

    fn attempt(slot: u32) -> RunningAttempt {
        let task = TaskName { id: hostile(500), label: Some(hostile(500)), ..TaskName::default() };
        RunningAttempt {
            worker: WorkerId { slot, generation: 1 },
            task,
            attempt: 2,
            age: Duration::from_millis(1_500),
            memory: Some(9),
            fuel: None,
            progress: Some((1, 4)),
        }
    }

    #[test]
    fn each_worker_has_the_attempt_that_it_makes() {
        let compiler = WorkerOverview {
            role: ProcessRole::Compile(ModuleId(1)),
            module: "m.wasm".to_owned(),
            ..worker(2, WorkerActivity::Loading)
        };
        let workers = vec![worker(0, WorkerActivity::Idle), worker(1, WorkerActivity::Running), compiler];
        let overview = RunOverview { workers, ..RunOverview::default() };
        // One of a process that had the slot before is not its.
        let mut earlier = attempt(0);
        earlier.worker.generation = 0;
        let running = [earlier, attempt(1)];
        let facts = ProgressFacts::default();
        let snapshot = RunSnapshot::of(SnapshotParts {
            facts: &facts,
            running: &running,
            waiting: 3,
            stats: &Stats::new(2),
            overview,
        });
        let rows: Vec<_> = snapshot
            .workers
            .iter()
            .map(|worker| (worker.slot, worker.state.as_str(), worker.task.as_ref().map(|task| task.age_ms)))
            .collect();
        assert_eq!(rows, [(1, "idle", None), (2, "running", Some(1_500)), (3, "compiling", None)]);
        assert_eq!((snapshot.workers[2].module.as_str(), snapshot.waiting), ("m.wasm", 3));
    }

    /// So that the text goes into a socket whole, whoever reads it or does not.
    #[test]
    fn whatever_was_written_a_snapshot_is_small_and_safe_to_show() {
        let mut stats = Stats::new(1);
        for code in 0..100 {
            let mut record = samples::trap();
            record.id = hostile(500);
            record.label = Some(hostile(500));
            record.error =
                TaskError::new(format!("{HOSTILE}{}", char::from_u32(0x3b1 + code).unwrap()), hostile(500));
            stats.on(&RunEvent::TaskDone(Box::new(record)));
        }
        let workers: Vec<_> = (0..1000).map(|slot| worker(slot, WorkerActivity::Running)).collect();
        let running: Vec<_> = (0..1000).map(attempt).collect();
        let queue =
            QueueOverview { module: hostile(500), group: Some(Arc::from(hostile(500))), tasks: usize::MAX };
        let overview = RunOverview { workers, queues: vec![queue; MOST_QUEUES], other_queued: usize::MAX };
        let facts = ProgressFacts { awaited: Some("x".repeat(1 << 20)), ..ProgressFacts::default() };
        let parts = SnapshotParts { facts: &facts, running: &running, waiting: 1, stats: &stats, overview };
        let snapshot = RunSnapshot::of(parts);
        assert_eq!((snapshot.workers.len(), snapshot.more_workers), (MOST_WORKERS, 1000 - 128));
        let text = serde_json::to_string(&snapshot).unwrap();
        assert!(text.len() < 160_000, "{} bytes", text.len());
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\n']) && !text.contains("\\n"), "{text}");
        assert!(!snapshot.causes.is_empty());
    }

    #[test]
    fn what_is_told_of_progress_comes_back() {
        let facts = ProgressFacts {
            done: 620,
            total: KnownTotal::About(1_000),
            not_ok: 3,
            running: 4,
            rate: Some(52.1),
            left: Some(Duration::from_secs(12)),
            awaited: None,
            compiling: 1,
            elapsed: Duration::from_millis(12_900),
        };
        let stats = Stats::new(1);
        let (running, overview) = (&[][..], RunOverview::default());
        let snapshot =
            RunSnapshot::of(SnapshotParts { facts: &facts, running, waiting: 0, stats: &stats, overview });
        let text = serde_json::to_string(&snapshot).unwrap();
        let back: RunSnapshot = serde_json::from_str(&text).unwrap();
        assert_eq!(back, snapshot);
        assert_eq!(back.facts().row(199), facts.row(199));
        let exact = RunSnapshot { is_total_exact: true, ..snapshot };
        assert!(exact.facts().row(60).starts_with("620 of 1000 done (62%)"));
    }
}
