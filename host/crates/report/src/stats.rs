//! Statistics of a run's events, in bounded memory however long the run is. Values only:
//! [`crate::summary`] puts them in words.

use crate::group_sums::GroupTable;
pub use crate::time_spread::TimeSpread;
use polymer_host_base::Confinement;
use polymer_host_event::{Halt, JudgeUsage, RetryNote, RunEvent};
use polymer_host_sketch::{CauseCount, CauseTable, FailedTask, FailureCause};
use polymer_host_task::{Points, Record, Usage, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The sums of a run, or of so much of it as is over.
///
/// [`Display`](std::fmt::Display) puts them in words, several lines without a newline at the end,
/// the first of them such as `Ran 9 tasks in 2.00 secs, 4.5 tasks/s; 4 workers 63% busy`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stats {
    /// The time since the run began, as of these sums. Whoever takes the sums sets it; events do
    /// not.
    pub elapsed: Duration,
    /// Worker processes the run may have at a time.
    pub workers: u32,
    /// Tasks that are over, by verdict; only verdicts that occurred.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Causes for which tasks that are over did not end ok, whichever verdict they have instead.
    pub causes: CauseTable,
    /// Attempts of tasks that are over: how often guests were entered for them.
    pub attempts: u64,
    /// Attempts made again because a guest asked for it, or the run tries again what ended so.
    pub retries: u64,
    /// Attempts made again with more of a limit that was hit.
    pub escalated: u64,
    /// Attempts made again, alone in a worker, because they may have taken down theirs or were
    /// late.
    pub suspects: u64,
    /// Workers that died, not by our doing.
    pub deaths: u64,
    /// Workers started in a slot whose last one was not recycled, whatever it ended of: a crash, a
    /// timeout, another module's turn.
    pub restarts: u64,
    /// Jail around the run's workers, as the one that started last reported it; `None` before the
    /// first report.
    pub jail: Option<Arc<Confinement>>,
    /// Modules that were compiled.
    pub compiled: u64,
    /// Time that took, linking and describing included, of all of them together. Several may be
    /// compiled at a time.
    pub compile_time: Duration,
    /// Modules whose code was found in the cache.
    pub cached: u64,
    /// Entries of the cache that were damaged or could not be loaded: their modules were compiled.
    pub rebuilt: u64,
    /// Workers that had lived long enough and were ended when they had nothing to do.
    pub recycled: u64,
    /// Run times: the wall-clock time of each attempt, instantiating included, of tasks that are
    /// over.
    pub run: TimeSpread,
    /// Times in the queue: how long each task that is over had waited when its last attempt began.
    pub queue: TimeSpread,
    /// Units of fuel over all attempts, as far as it is known.
    pub fuel: u64,
    /// The most units of fuel that one attempt used; `None` if that is known of none.
    pub most_fuel: Option<u64>,
    /// The most bytes that the linear memories of one attempt had; `None` if that is known of none.
    pub peak_memory: Option<u64>,
    /// Tasks that are over and of which something was expected.
    pub judged: u64,
    /// Points that they were given, and that they could be given.
    pub points: JudgedPoints,
    /// Sums of each group, where tasks are grouped.
    pub groups: GroupTable,
    /// Cost of comparing outputs, as far as it was told: at the end of the run.
    pub judging: JudgeUsage,
    /// Why the run stopped before its input was used up, if it did and events told of it; the first
    /// reason.
    pub halt: Option<Halt>,
    /// Tasks, or lines of input, that were read and not begun when the run stopped: they have no
    /// record.
    pub dropped: u64,
}

/// Sums of points.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JudgedPoints {
    /// Points that were given.
    pub points: f64,
    /// Points that could be given.
    pub max_points: f64,
}

impl Stats {
    /// Nothing happened yet in a run that may have so many workers at a time.
    #[doc(hidden)]
    #[must_use]
    pub fn new(workers: u32) -> Self {
        Self {
            elapsed: Duration::ZERO,
            workers,
            verdicts: BTreeMap::new(),
            causes: CauseTable::default(),
            attempts: 0,
            retries: 0,
            escalated: 0,
            suspects: 0,
            deaths: 0,
            restarts: 0,
            jail: None,
            compiled: 0,
            compile_time: Duration::ZERO,
            cached: 0,
            rebuilt: 0,
            recycled: 0,
            run: TimeSpread::new(),
            queue: TimeSpread::new(),
            fuel: 0,
            most_fuel: None,
            peak_memory: None,
            judged: 0,
            points: JudgedPoints::default(),
            groups: GroupTable::default(),
            judging: JudgeUsage::default(),
            halt: None,
            dropped: 0,
        }
    }

    /// Adds what happened. Give it every event of a run once. Of a task that failed it gives the
    /// number of failures of the same cause so far.
    #[doc(hidden)]
    #[warn(clippy::wildcard_enum_match_arm)]
    pub fn on(&mut self, event: &RunEvent) -> Option<CauseCount> {
        match event {
            RunEvent::TaskDone(record) => return self.add(record),
            RunEvent::AttemptFailed { retry, .. } => self.count_retry(*retry),
            RunEvent::WorkerStarted { replaces: true, .. } => self.restarts += 1,
            RunEvent::WorkerRecycled { .. } => self.recycled += 1,
            RunEvent::WorkerDied { .. } => self.deaths += 1,
            RunEvent::Confined(jail) => self.jail = Some(Arc::clone(jail)),
            RunEvent::ModuleReady { cached, took, .. } => self.add_module(*cached, *took),
            RunEvent::CacheEntryRejected { .. } => self.rebuilt += 1,
            RunEvent::Draining { why, dropped } => {
                self.halt.get_or_insert_with(|| Halt::clone(why));
                self.dropped += dropped;
            }
            RunEvent::GroupStopped { group, why, .. } => self.groups.stop(group, *why),
            RunEvent::WorkerStarted { .. }
            | RunEvent::WorkerTurned { .. }
            | RunEvent::Exhausted { .. }
            | RunEvent::Engine(_)
            | RunEvent::ModuleNamed { .. }
            | RunEvent::CacheTrouble { .. }
            | RunEvent::MemoryBound(_)
            | RunEvent::ModuleInvalid { .. }
            | RunEvent::AttemptDispatched { .. }
            | RunEvent::WentOn { .. }
            | RunEvent::Running(_) => {}
            // Events to come: clippy tells one that has no arm yet.
            _ => {}
        }
        None
    }

    fn add_module(&mut self, cached: bool, took: Duration) {
        if cached {
            self.cached += 1;
        } else {
            self.compiled += 1;
            self.compile_time = self.compile_time.saturating_add(took);
        }
    }

    #[warn(clippy::wildcard_enum_match_arm)]
    const fn count_retry(&mut self, retry: RetryNote) {
        match retry {
            RetryNote::Retry { .. } => self.retries += 1,
            RetryNote::Alone | RetryNote::Confirm => self.suspects += 1,
            RetryNote::Escalate { .. } => self.escalated += 1,
            // Ways to come: clippy tells one that has no arm yet.
            _ => {}
        }
    }

    fn add(&mut self, record: &Record) -> Option<CauseCount> {
        *self.verdicts.entry(record.verdict).or_default() += 1;
        let cause = (record.verdict != Verdict::Ok).then(|| self.add_failure(record));
        if let Some(judgement) = &record.judgement {
            self.judged += 1;
            self.points.points += judgement.points.map_or(0.0, Points::get);
            self.points.max_points += judgement.max_points.map_or(0.0, Points::get);
        }
        self.groups.add(record);
        // What was judged anew is left out: its attempts were another session's.
        if record.earlier.is_none() {
            self.add_attempts(record);
        }
        cause
    }

    fn add_attempts(&mut self, record: &Record) {
        self.attempts += u64::from(record.attempts);
        if let Some(queued) = record.queued {
            self.queue.add(queued);
        }
        // A lost attempt comes back in a record's history, so each is added once: here.
        self.add_usage(&record.usage);
        for past in &record.history {
            self.add_usage(&past.usage);
        }
    }

    /// Only tasks that failed pay for this.
    #[cold]
    fn add_failure(&mut self, record: &Record) -> CauseCount {
        let cause = FailureCause::of(record);
        let (id, label, seq) = (&record.id, record.label.as_deref(), record.seq);
        self.causes.add(cause, FailedTask { id, label, seq })
    }

    fn add_usage(&mut self, usage: &Usage) {
        if let Some(wall) = usage.wall {
            self.run.add(wall);
        }
        self.fuel = self.fuel.saturating_add(usage.fuel.unwrap_or_default());
        self.most_fuel = self.most_fuel.max(usage.fuel);
        self.peak_memory = self.peak_memory.max(usage.peak_memory);
    }

    /// Tasks that are over, however they ended.
    #[must_use]
    pub fn tasks(&self) -> u64 {
        self.verdicts.values().sum()
    }

    /// Tasks that are over and ended otherwise than [`Verdict::Ok`].
    #[must_use]
    pub fn not_ok(&self) -> u64 {
        self.tasks() - self.verdicts.get(&Verdict::Ok).copied().unwrap_or_default()
    }

    /// Tasks that are over, per second of [`elapsed`](Self::elapsed); 0 if no time went by.
    #[must_use]
    pub fn tasks_per_second(&self) -> f64 {
        per_second(self.tasks(), self.elapsed)
    }

    /// The part of the workers' time in which guests ran, in percent, from 0 to 100. Only tasks
    /// that are over count, so one that runs long shows at its end.
    #[must_use]
    pub fn busy_percent(&self) -> f64 {
        busy_percent(self.run.sum(), self.workers, self.elapsed)
    }
}

/// Tasks per second: 0 if no time went by.
#[expect(clippy::cast_precision_loss, reason = "shown with a few digits")]
pub fn per_second(tasks: u64, elapsed: Duration) -> f64 {
    let secs = elapsed.as_secs_f64();
    if secs > 0.0 { tasks as f64 / secs } else { 0.0 }
}

/// The part of the time of `workers` that `busy` is, in percent: at most 100, and 0 if no time went
/// by.
pub fn busy_percent(busy: Duration, workers: u32, elapsed: Duration) -> f64 {
    let there_was = elapsed.as_secs_f64() * f64::from(workers);
    if there_was > 0.0 { (busy.as_secs_f64() / there_was * 100.0).min(100.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::samples;
    use polymer_host_event::{EntryDefect, ProcessDeath, ProcessExit, ProcessRole, RecycleReason};
    use polymer_host_task::Ceiling;
    use polymer_host_task::{ModuleForm, ModuleId, ModuleInfo, TaskError, TaskName, WorkerId};
    use std::sync::Arc;

    fn done(record: Record) -> RunEvent {
        RunEvent::TaskDone(Box::new(record))
    }

    #[test]
    fn what_was_judged_anew_has_a_verdict_and_used_nothing_now() {
        let mut stats = Stats::new(1);
        let record = samples::ok();
        let earlier = Some(polymer_host_task::EarlierStart(record.started));
        stats.on(&RunEvent::TaskDone(Box::new(Record { started: None, earlier, ..record })));
        assert_eq!((stats.tasks(), stats.not_ok(), stats.attempts, stats.fuel), (1, 0, 0, 0));
    }

    #[test]
    fn every_attempt_counts_once() {
        let mut stats = Stats::new(2);
        let mut record = samples::trap();
        record.attempts = 3;
        record.history = vec![samples::past(1, Verdict::WorkerLost), samples::past(2, Verdict::WorkerLost)];
        stats.on(&done(record));
        stats.on(&done(samples::ok()));
        stats.on(&done(samples::rejected()));
        assert_eq!((stats.tasks(), stats.not_ok(), stats.attempts), (3, 2, 4));
        assert_eq!(stats.run.count(), 4);
        assert_eq!(stats.run.sum(), Duration::from_micros(2 * 410 + 2 * 2000));
        assert_eq!((stats.fuel, stats.most_fuel), (2 * 15_210 + 18, Some(15_210)));
        assert_eq!(stats.peak_memory, Some(1_114_112));
        assert_eq!(stats.queue.count(), 2);
    }

    #[test]
    fn whatever_did_not_end_ok_has_a_cause() {
        let mut stats = Stats::new(1);
        let canceled = Record { verdict: Verdict::Canceled, error: TaskError::default(), ..samples::trap() };
        let anew = polymer_host_task::EarlierStart(None);
        let earlier = Record { earlier: Some(anew), id: "9".to_owned(), seq: 9, ..samples::trap() };
        for record in [samples::ok(), samples::trap(), canceled, samples::rejected(), earlier] {
            stats.on(&done(record));
        }
        let causes: Vec<_> =
            stats.causes.by_count().iter().map(|entry| (entry.cause.to_string(), entry.count)).collect();
        let trap = "trap (unreachable): wasm … instruction executed, at boom".to_owned();
        let rejected = "bad_input (json): line … is not JSON".to_owned();
        assert_eq!(causes, [(trap, 2), (rejected, 1), ("canceled".to_owned(), 1)]);
        assert_eq!(stats.causes.total(), stats.not_ok());
        let first = &stats.causes.by_count()[0];
        assert_eq!((first.first.id.as_str(), first.last.id.as_str()), ("7", "9"));
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let mut stats = Stats::new(1);
        stats.on(&done(samples::rejected()));
        assert_eq!((stats.most_fuel, stats.peak_memory), (None, None));
        assert!(stats.run.is_empty() && stats.queue.is_empty());
    }

    #[test]
    fn workers_and_second_attempts_are_counted() {
        let mut stats = Stats::new(1);
        let worker = WorkerId { slot: 0, generation: 1 };
        let role = ProcessRole::Run(ModuleId(0));
        stats.on(&RunEvent::WorkerStarted { worker, role, replaces: false });
        stats.on(&RunEvent::WorkerStarted { worker, role, replaces: true });
        let death =
            ProcessDeath { exit: ProcessExit::Signal(11), last_words: String::new(), violation: None };
        stats.on(&RunEvent::WorkerDied { worker, role, death: Box::new(death), charged: None, returned: 0 });
        stats.on(&RunEvent::WorkerRecycled { worker, role, why: RecycleReason::Attempts(1) });
        stats.on(&RunEvent::WorkerTurned { worker, role });
        let escalate = RetryNote::Escalate { to: Ceiling::Fuel(1) };
        for retry in
            [RetryNote::Alone, RetryNote::Confirm, escalate, RetryNote::Retry { after: Duration::ZERO }]
        {
            stats.on(&RunEvent::AttemptFailed {
                task: Box::new(TaskName::default()),
                attempt: 1,
                worker: None,
                verdict: Verdict::WorkerLost,
                error: Box::new(TaskError::default()),
                log: Vec::new(),
                retry,
            });
        }
        assert_eq!((stats.restarts, stats.recycled, stats.deaths), (1, 1, 1));
        assert_eq!((stats.suspects, stats.escalated, stats.retries), (2, 1, 1));
    }

    #[test]
    fn what_the_cache_was_good_for_is_counted() {
        let mut stats = Stats::new(1);
        let module = ModuleId(0);
        let info = Arc::new(ModuleInfo {
            form: ModuleForm::CommandModule,
            tasks: Vec::new(),
            imports: Vec::new(),
            functions: Vec::new(),
        });
        for cached in [true, false, true, false] {
            let (info, took) = (Arc::clone(&info), Duration::from_secs(2));
            stats.on(&RunEvent::ModuleReady { module, info, cached, took });
        }
        stats.on(&RunEvent::CacheEntryRejected { module, why: EntryDefect::Stale });
        stats.on(&RunEvent::CacheTrouble { what: String::new() });
        assert_eq!((stats.cached, stats.rebuilt), (2, 1));
        assert_eq!((stats.compiled, stats.compile_time), (2, Duration::from_secs(4)));
    }

    #[test]
    fn the_first_reason_to_halt_stands() {
        let mut stats = Stats::new(1);
        stats.on(&RunEvent::Draining { why: Box::new(Halt::MaxFail(3)), dropped: 7 });
        stats.on(&RunEvent::Draining { why: Box::new(Halt::Asked), dropped: 1 });
        assert_eq!((stats.halt, stats.dropped), (Some(Halt::MaxFail(3)), 8));
    }

    #[test]
    fn busy_is_measured_against_all_workers() {
        let second = Duration::from_secs(1);
        assert!((busy_percent(second, 4, second) - 25.0).abs() < 1e-9);
        assert!((busy_percent(second * 9, 4, second) - 100.0).abs() < 1e-9);
        assert!(busy_percent(second, 4, Duration::ZERO).abs() < 1e-9);
        assert!(busy_percent(second, 0, second).abs() < 1e-9);
    }

    #[test]
    fn rates_are_as_of_the_time_that_went_by() {
        let mut stats = Stats::new(2);
        stats.on(&done(samples::ok()));
        assert!(stats.tasks_per_second().abs() < 1e-9 && stats.busy_percent().abs() < 1e-9);
        stats.elapsed = Duration::from_micros(410);
        assert!((stats.busy_percent() - 50.0).abs() < 1e-9);
        stats.elapsed = Duration::from_secs(4);
        assert!((stats.tasks_per_second() - 0.25).abs() < 1e-9);
    }
}
