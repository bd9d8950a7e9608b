//! Whose fault the first trouble of a run is: that of a module or a task, or of a machine on which
//! nothing runs.
//!
//! One compile and one attempt that ended in good order show that the machine is fit, so a run that
//! goes well asks for nothing. Where a worker dies before that, or a module is refused over a
//! limit, what happened is held back until a built-in module was tried under the same plan
//! ([`SchedulerAction::Probe`]). If that runs, the module or the task is to blame; if not, the run
//! ends and says what is lacking.

use super::state::{StopReason, WorkerPhase, WorkerState};
use super::{Scheduler, SchedulerAction, SchedulerInput};
use polymer_host_event::Halt;
use polymer_host_task::{Moment, WorkerId};

impl Scheduler {
    /// Returns whether the machine's fitness must be known before this is judged.
    pub(super) fn is_to_be_held(&self, input: &SchedulerInput) -> bool {
        let Some(worker) = input.worker().and_then(|id| self.workers.get(id)) else { return false };
        match worker.stopping() {
            // Whatever comes of a worker comes in its order.
            Some(StopReason::Unjudged) => return true,
            Some(_) => return false,
            None => {}
        }
        if !self.config.probes_machine || self.is_ending() || self.fitness.is_proven(worker.role()) {
            return false;
        }
        let is_at_work = worker.phase() == WorkerPhase::Loading || !worker.outstanding().is_empty();
        if let SchedulerInput::Died { remains, .. } = input {
            // A kill has a cause of its own, and a shortage is the machine's by its name.
            is_at_work && !remains.death.exit.is_kill() && remains.shortage.is_none()
        } else if let SchedulerInput::Refused { error, .. } = input {
            // What is wrong with a module itself has no wall.
            worker.phase() == WorkerPhase::Loading && error.wall.is_some()
        } else {
            false
        }
    }

    /// Holds it back, and has the machine tried if nobody has.
    pub(super) fn hold(&mut self, input: SchedulerInput, out: &mut Vec<SchedulerAction>) {
        if let Some(worker) = input.worker().and_then(|id| self.workers.get_mut(id)) {
            worker.suspend();
        }
        if self.fitness.hold(input) {
            out.push(SchedulerAction::Probe);
        }
    }

    /// The built-in module was tried: what was held back is judged by that.
    pub(super) fn on_probed(&mut self, now: Moment, fit: Result<(), Halt>, out: &mut Vec<SchedulerAction>) {
        let Some(held) = self.fitness.judge() else { return };
        let workers: Vec<WorkerId> = held.iter().filter_map(SchedulerInput::worker).collect();
        if let Err(halt) = fit {
            // What they were at was the machine's to fail: it counts as never begun.
            for id in &workers {
                let sent = self.workers.get_mut(*id).map(WorkerState::take_all).unwrap_or_default();
                self.return_charges(sent.iter().map(|sent| sent.task));
                self.put_back(now, &sent, out);
            }
            self.end(Some(halt), out);
        }
        let is_ending = self.is_ending();
        for id in workers {
            if let Some(worker) = self.workers.get_mut(id) {
                worker.resume(is_ending.then_some(StopReason::Ours));
            }
        }
        for input in held {
            self.take(now, input, out);
        }
    }
}
