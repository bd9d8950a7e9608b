//! Slots for interactions: each takes two workers, so half of the slots are for interactors and
//! the rest for programs. So neither kind is ever left without a place because of the other.
//!
//! An idle worker of an interactor makes room for no program as long as there are interactions:
//! where it did, both kinds would be ended in turn. Where a machine comes to hold fewer workers,
//! interactors may have more than their share, and then they do. Nothing here may know how a pair
//! is held.

use super::state::{ModuleEntry, StopReason, WorkerState};
use super::{Scheduler, SchedulerAction};
use polymer_host_event::ProcessRole;
use polymer_host_task::ModuleId;

impl Scheduler {
    /// Returns the most pairs that have a worker at a time.
    pub(super) fn most_pairs(&self) -> usize {
        self.usable_slots() / 2
    }

    /// Returns the number of slots that the machine has processes for. With fewer than two nothing
    /// would be refused any more, and nothing would ever be begun.
    fn usable_slots(&self) -> usize {
        let most = self.breaker.most_workers().map(|most| most.max(self.least_workers()));
        let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        self.workers.run_slots().min(most)
    }

    /// The machine holds fewer workers than it was thought to: pairs that could not be begun all
    /// together are held no longer, the youngest first.
    pub(super) fn hold_fewer_pairs(&mut self) {
        while self.pairs.len() > self.most_pairs()
            && let Some(task) = self.pairs.all_held().last()
        {
            self.wait_again(task);
        }
    }

    /// Fewest run workers with which the run gets anywhere.
    pub(super) const fn least_workers(&self) -> u32 {
        if self.pairs.is_used() { 2 } else { 1 }
    }

    /// Returns whether one more worker may be in this role, as far as interactions go.
    pub(super) fn has_pair_slot(&self, role: ProcessRole) -> bool {
        let ProcessRole::Run(module) = role else { return true };
        let is_interactor = self.modules.is_interactor(module);
        if !is_interactor && !self.pairs.is_used() {
            return true;
        }
        let of_kind = |worker: &&WorkerState| {
            worker.is_run_worker() && self.modules.is_interactor(worker.role().module()) == is_interactor
        };
        let (slots, half) = (self.usable_slots(), self.most_pairs());
        let most = if is_interactor { half } else { slots - half };
        self.workers.iter().filter(of_kind).count() < most.max(1)
    }

    /// Returns whether a worker for this module finds a free slot.
    pub(super) fn has_slot_for(&self, module: ModuleId) -> bool {
        self.workers.has_free_run_slot() && self.has_pair_slot(ProcessRole::Run(module))
    }

    /// Ends one idle worker, so that its slot comes free for a worker of a module. One at a time:
    /// the next may finish something of its own soon.
    pub(super) fn make_room_for(&mut self, module: ModuleId, out: &mut Vec<SchedulerAction>) {
        if !self.pairs.is_used() {
            return self.make_room(out);
        }
        if self.is_one_leaving() {
            return;
        }
        let idle = |worker: &&WorkerState| worker.is_idle() && self.makes_room(worker, module);
        let idle = self.workers.iter().find(idle).map(WorkerState::id);
        if let Some(id) = idle {
            self.stop_worker(id, StopReason::Ours, out);
        }
    }

    /// Returns whether interactors have more than their share of slots: that comes of a machine
    /// that holds fewer workers than before.
    pub(super) fn has_too_many_interactors(&self) -> bool {
        let of_interactor = |worker: &&WorkerState| {
            worker.is_run_worker() && self.modules.is_interactor(worker.role().module())
        };
        self.workers.iter().filter(of_interactor).count() > self.most_pairs().max(1)
    }

    /// Returns whether an idle worker ends if a module needs its slot.
    fn makes_room(&self, worker: &WorkerState, module: ModuleId) -> bool {
        let is_interactor = self.modules.is_interactor(worker.role().module());
        if is_interactor && self.has_too_many_interactors() {
            return true;
        }
        if self.modules.is_interactor(module) {
            // Its kind has its share of slots, or has not.
            return is_interactor != self.has_pair_slot(ProcessRole::Run(module));
        }
        // Its own next task may wait for other pairs to end. It goes first if it comes before.
        let next = |of: &ModuleEntry| self.next_of(of, false).map(|next| next.rank);
        let own = self.modules.get(worker.role().module()).and_then(next);
        let other = self.modules.get(module).and_then(next);
        !is_interactor && own.is_none_or(|own| other.is_some_and(|other| other < own))
    }
}
