//! Workers that have lived long enough: what they hold, whatever it is, goes with them. One that is
//! told to go loses nobody's work.

use super::state::StopReason;
use super::{Scheduler, SchedulerAction};
use polymer_host_event::{ProcessRole, RecycleReason, RunEvent};
use polymer_host_task::{Isolation, Moment, WorkerId};
use std::time::Duration;

/// When a run worker has lived long enough. By default, never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecyclePolicy {
    /// Attempts that one worker is sent in its life; at least 1.
    pub tasks: Option<u32>,
    /// Bytes of memory of its own that a worker may have before it is replaced.
    pub memory: Option<u64>,
    /// Total working time after which a worker is replaced.
    pub busy: Option<Duration>,
    /// Longest busy-poll of a worker for its next attempt after each one: idle, but without sleep.
    /// That counts as work.
    pub awake: Duration,
}

impl Scheduler {
    /// Returns the number of attempts a new worker may be sent.
    pub(super) fn attempts_of_a_life(&self) -> u32 {
        match self.config.isolation {
            Isolation::Process => 1,
            Isolation::Instance | Isolation::Module => self.config.recycle.tasks.unwrap_or(u32::MAX).max(1),
        }
    }

    /// A worker was seen to hold so much memory.
    pub(super) fn on_resident(&mut self, id: WorkerId, bytes: u64, out: &mut Vec<SchedulerAction>) {
        if self.config.recycle.memory.is_some_and(|most| bytes > most) {
            self.retire(id, RecycleReason::Memory(bytes), out);
        }
    }

    /// A worker was at work from `since` until `now`.
    pub(super) fn worked(
        &mut self,
        id: WorkerId,
        since: Moment,
        now: Moment,
        out: &mut Vec<SchedulerAction>,
    ) {
        let awake = self.config.recycle.awake;
        let Some(worker) = self.workers.get_mut(id) else { return };
        let busy = worker.work(now.saturating_sub(since).saturating_add(awake));
        if self.config.recycle.busy.is_some_and(|most| busy >= most) {
            self.retire(id, RecycleReason::Busy(busy), out);
        }
    }

    /// Sends a worker nothing more and takes back what it has not begun. It ends when it has
    /// nothing left. One that made no attempt yet stays: the next would be no better.
    fn retire(&mut self, id: WorkerId, why: RecycleReason, out: &mut Vec<SchedulerAction>) {
        let Some(worker) = self.workers.get_mut(id) else { return };
        if worker.retire(why) {
            if worker.outstanding().len() > 1 {
                self.ask_back(id, out);
            }
            self.release_held(id);
        }
    }

    /// Ends workers that have lived long enough and have nothing left. Any input may have been
    /// about their last attempt, so it runs after each.
    pub(super) fn recycle(&mut self, out: &mut Vec<SchedulerAction>) {
        if self.is_ending() {
            return;
        }
        let spent = self.workers.iter().filter(|worker| worker.is_spent() && worker.is_idle());
        let spent: Vec<(WorkerId, ProcessRole, Option<RecycleReason>)> =
            spent.map(|worker| (worker.id(), worker.role(), worker.retired())).collect();
        for (id, role, retired) in spent {
            let why = retired.unwrap_or(RecycleReason::Attempts(self.attempts_of_a_life()));
            out.push(SchedulerAction::Announce(RunEvent::WorkerRecycled { worker: id, role, why }));
            self.stop_worker(id, StopReason::Ours, out);
            self.workers.note_recycled(id);
        }
    }
}
