//! The CPU time of an attempt as it is seen from outside. The worker looks at it whenever the guest
//! yields; only a host call that does not return gets here, and a guest whose fuel is not counted.
//!
//! An attempt that is over its CPU time by the grace of its timeout is ended, and nobody doubts it:
//! a busy machine takes CPU time away and gives none.
//!
//! Where no fuel is counted, a guest that works never yields, so its worker says nothing of one
//! that is late. Its CPU time is measured when it has begun and once more before it is ended. By
//! that it is decided whether its timeout is doubtful.

use super::state::{StopReason, WorkerState};
use super::{Scheduler, SchedulerAction};
use polymer_host_task::{Moment, WorkerId};
use std::time::Duration;

impl Scheduler {
    /// CPU time that the process of a worker may use over the attempt that it is at, if that has a
    /// limit. One of a pair without fuel has its timeout for that: what is seen from outside of its
    /// time is the time of both, and its worker cannot say who of them works.
    fn most_cpu(&self, id: WorkerId) -> Option<Duration> {
        let head = self.workers.get(id)?.current()?;
        let limits = self.spec(head.task)?.limits;
        let of_pair = limits.fuel.is_none() && self.is_connected(head.task);
        let limit = limits.cpu.into_iter().chain(of_pair.then_some(limits.timeout)).min()?;
        Some(limit.saturating_add(self.config.grace))
    }

    /// Returns whether the attempt that a worker is at counts no fuel.
    fn counts_no_fuel(&self, id: WorkerId) -> bool {
        let head = self.workers.get(id).and_then(WorkerState::current);
        head.and_then(|head| self.spec(head.task)).is_some_and(|spec| spec.limits.fuel.is_none())
    }

    /// When a worker is to be asked what CPU time it used over the attempt that it is at.
    pub(super) fn cpu_due(&self, id: WorkerId) -> Option<Moment> {
        let is_watched = self.most_cpu(id).is_some() || self.counts_no_fuel(id);
        self.workers.get(id).filter(|_| is_watched)?.attempt_cpu_due()
    }

    /// Asks what CPU time an attempt used that had its time, before it is ended. Returns whether it
    /// does: once, and only where nothing else tells whether the attempt was kept from working.
    pub(super) fn ask_last_cpu(&mut self, id: WorkerId, out: &mut Vec<SchedulerAction>) -> bool {
        let is_watched = self.counts_no_fuel(id);
        let asks = self.workers.get_mut(id).filter(|_| is_watched).is_some_and(WorkerState::ask_last_cpu);
        if asks {
            out.push(SchedulerAction::MeasureCpu(id));
        }
        asks
    }

    /// Asks what CPU time a worker has used, if it is due to be looked at.
    pub(super) fn check_cpu(&mut self, now: Moment, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let is_due = self.cpu_due(id).is_some_and(|due| due <= now);
        if let Some(worker) = self.workers.get_mut(id).filter(|_| is_due) {
            worker.ask_attempt_cpu();
            out.push(SchedulerAction::MeasureCpu(id));
        }
    }

    /// A worker that is at an attempt was looked at: it goes on, or is ended.
    pub(super) fn on_attempt_cpu(
        &mut self,
        now: Moment,
        id: WorkerId,
        cpu: Option<Duration>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let most = self.most_cpu(id);
        let Some(worker) = self.workers.get_mut(id) else { return };
        let Some(attempt) = worker.current().map(|head| head.attempt) else { return };
        if let Some(used) = worker.answer_attempt_cpu(now, cpu, most) {
            self.stop_worker(id, StopReason::Overtime { attempt, cpu: Some(used) }, out);
        } else {
            // If it had its time, that was all that was waited for.
            self.check_head(now, id, out);
        }
    }
}
