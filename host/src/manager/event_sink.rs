//! The manager's ears in a run: sums, log, subscriber, and the way back of each record.

use super::done::Done;
use super::log::ManagerLog;
use super::settings::{EventSubscriber, ManagerSettings};
use super::submit::Submit;
use polymer_host_event::RunEvent;
use polymer_host_event::{EventSink, RecordBacklog};
use polymer_host_event::{RunOutcome, RunOverview};
use polymer_host_report::Stats;
use polymer_host_task::{Moment, Record, Verdict};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Who gets the records of a run.
pub(super) trait RecordReceiver: Send {
    /// A task is over.
    fn deliver(&mut self, record: Box<Record>);

    /// Returns the backlog: the number and bytes of the records that were delivered and not taken
    /// yet.
    fn backlog(&self) -> RecordBacklog {
        RecordBacklog::default()
    }

    /// Nothing more will come.
    fn close(&mut self) {}
}

/// The sums of a run, readable while it goes on.
#[derive(Debug, Clone)]
pub(super) struct RunSums(Arc<Mutex<(Stats, Instant, bool)>>);

impl RunSums {
    pub(super) fn new(workers: u32) -> Self {
        Self(Arc::new(Mutex::new((Stats::new(workers), Instant::now(), false))))
    }

    /// The sums as they are now.
    pub(super) fn get(&self) -> Stats {
        let sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (stats, began, over) = &*sums;
        let mut stats = stats.clone();
        if !over {
            stats.elapsed = began.elapsed();
        }
        stats
    }

    fn change<R>(&self, change: impl FnOnce(&mut Stats) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Returns the outcome of a task for this program, and corrects the sums: to the run it was
    /// what the guest said.
    pub(super) fn settle<T: Submit>(&self, task: T, record: Record) -> Done<T> {
        let told = record.verdict;
        let done = Done::of(task, record);
        if done.verdict != told {
            self.recount(told, done.verdict);
        }
        done
    }

    /// A task that was counted as one verdict is another.
    fn recount(&self, was: Verdict, is: Verdict) {
        self.change(|stats| {
            let counted = stats.verdicts.entry(was).or_default();
            *counted = counted.saturating_sub(1);
            *stats.verdicts.entry(is).or_default() += 1;
            stats.verdicts.retain(|_, count| *count > 0);
        });
    }

    fn end(&self, at: Moment, outcome: &RunOutcome) -> Stats {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (stats, _, over) = &mut *sums;
        *over = true;
        stats.elapsed = at;
        // A run that ends at once does not tell that it drains.
        stats.halt.clone_from(&outcome.halt);
        stats.dropped = outcome.dropped;
        stats.clone()
    }
}

/// The sink of a manager's runs.
pub(super) struct ManagerSink<D: RecordReceiver> {
    deliver: D,
    sums: RunSums,
    log: ManagerLog,
    subscriber: Option<EventSubscriber>,
    interval: Duration,
    next_tick: Option<Moment>,
}

impl<D: RecordReceiver> fmt::Debug for ManagerSink<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("sums", &self.sums).finish_non_exhaustive()
    }
}

impl<D: RecordReceiver> ManagerSink<D> {
    pub(super) fn new(settings: &ManagerSettings, log: ManagerLog, sums: RunSums, deliver: D) -> Self {
        let heard = log.is_on() || settings.on_event.is_some();
        let next_tick = Some(settings.log_interval).filter(|interval| heard && !interval.is_zero());
        let (subscriber, interval) = (settings.on_event.clone(), settings.log_interval);
        Self { deliver, sums, log, subscriber, interval, next_tick }
    }

    /// A subscriber that panics has told of it through its hook, and is asked no more: that is no
    /// reason to lose the run.
    fn tell_subscriber(&mut self, event: &RunEvent) {
        let Some(EventSubscriber(hear)) = &self.subscriber else { return };
        if catch_unwind(AssertUnwindSafe(|| hear(event))).is_err() {
            self.subscriber = None;
        }
    }
}

/// Whoever waits for records is told that none will come, whatever ended the run.
impl<D: RecordReceiver> Drop for ManagerSink<D> {
    fn drop(&mut self) {
        self.deliver.close();
    }
}

impl<D: RecordReceiver> EventSink for ManagerSink<D> {
    fn on(&mut self, _at: Moment, event: RunEvent) {
        self.sums.change(|stats| {
            stats.on(&event);
        });
        self.log.on(&event);
        self.tell_subscriber(&event);
        if let RunEvent::TaskDone(record) = event {
            self.deliver.deliver(record);
        }
    }

    fn before_sending(&mut self) {}

    fn before_stop(&mut self) {}

    fn backlog(&self) -> RecordBacklog {
        self.deliver.backlog()
    }

    fn has_failed(&self) -> bool {
        false
    }

    fn tick(&mut self, at: Moment) {
        if self.next_tick.is_none_or(|due| at < due) {
            return;
        }
        self.sums.change(|stats| self.log.interval(stats, at));
        self.next_tick = at.checked_add(self.interval);
    }

    fn waiting(&mut self, _tasks: usize) {}

    fn report(&mut self, _at: Moment) {}

    fn look(&mut self, _at: Moment, _overview: RunOverview) {}

    fn next_tick(&self) -> Option<Moment> {
        self.next_tick
    }

    fn end(&mut self, at: Moment, outcome: &RunOutcome) {
        let stats = self.sums.end(at, outcome);
        // Whoever waits for results need not wait for the log.
        self.deliver.close();
        self.log.end(&stats);
    }
}
