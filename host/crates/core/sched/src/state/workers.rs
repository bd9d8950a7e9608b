//! The worker pool: the slots, who is in each, and what attempts are called.
//!
//! It must never know why a worker is started, or what it is to be sent.

use super::worker::{OutstandingAttempt, WorkerBeginning, WorkerState};
use polymer_host_base::JailRole;
use polymer_host_event::ProcessRole;
use polymer_host_task::{AttemptId, Moment, TaskId, WorkerId};

/// The workers of a run.
#[derive(Debug)]
pub(crate) struct WorkerPool {
    /// The first are for run workers, the others for compile workers.
    slots: Vec<WorkerSlot>,
    /// Number of slots for run workers.
    run_slots: usize,
    next_attempt: u64,
}

/// A place for a worker.
#[derive(Debug, Default)]
struct WorkerSlot {
    /// Number of workers it has had.
    generation: u32,
    worker: Option<WorkerState>,
    /// Its last worker had lived long enough.
    recycled: bool,
}

/// A worker that was put into a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StartedWorker {
    pub(crate) id: WorkerId,
    /// The one before it in its slot was lost.
    pub(crate) replaces: bool,
}

/// An attempt that was given to a worker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DispatchedAttempt {
    pub(crate) attempt: AttemptId,
    /// The worker is there for it alone.
    pub(crate) alone: bool,
}

impl WorkerPool {
    /// No workers, and so many slots.
    pub(crate) fn new(run_slots: usize, compile_slots: usize) -> Self {
        let slots = (0..run_slots.saturating_add(compile_slots)).map(|_| WorkerSlot::default()).collect();
        Self { slots, run_slots, next_attempt: 1 }
    }

    /// All that are not seen dead, in the order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &WorkerState> {
        self.slots.iter().filter_map(|slot| slot.worker.as_ref())
    }

    pub(crate) fn get(&self, id: WorkerId) -> Option<&WorkerState> {
        let slot = self.slots.get(usize::try_from(id.slot).ok()?)?;
        slot.worker.as_ref().filter(|worker| worker.id() == id)
    }

    pub(crate) fn get_mut(&mut self, id: WorkerId) -> Option<&mut WorkerState> {
        let slot = self.slots.get_mut(usize::try_from(id.slot).ok()?)?;
        slot.worker.as_mut().filter(|worker| worker.id() == id)
    }

    /// The worker in a slot.
    pub(crate) fn at(&self, slot: usize) -> Option<&WorkerState> {
        self.slots.get(slot)?.worker.as_ref()
    }

    /// Returns the number of slots.
    pub(crate) const fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Returns the number of slots for run workers.
    pub(crate) const fn run_slots(&self) -> usize {
        self.run_slots
    }

    /// Who is in each slot for run workers.
    pub(crate) fn in_run_slots(&self) -> impl Iterator<Item = Option<&WorkerState>> {
        self.slots.iter().take(self.run_slots).map(|slot| slot.worker.as_ref())
    }

    /// Returns whether a slot for run workers is free.
    pub(crate) fn has_free_run_slot(&self) -> bool {
        self.in_run_slots().any(|worker| worker.is_none())
    }

    /// Puts a worker into a free slot for its role, if there is one; `begin` is asked only then.
    pub(crate) fn start(
        &mut self,
        role: ProcessRole,
        now: Moment,
        begin: impl FnOnce() -> WorkerBeginning,
    ) -> Option<StartedWorker> {
        let (skip, take) = match role.purpose() {
            JailRole::Run => (0, self.run_slots),
            JailRole::Compile => (self.run_slots, usize::MAX),
        };
        let mut slots = self.slots.iter_mut().enumerate().skip(skip).take(take);
        let (place, slot) = slots.find(|(_, slot)| slot.worker.is_none())?;
        let place = u32::try_from(place).ok()?;
        slot.generation += 1;
        let id = WorkerId { slot: place, generation: slot.generation };
        slot.worker = Some(WorkerState::new(id, role, now, begin()));
        let replaces = id.generation > 1 && !std::mem::take(&mut slot.recycled);
        Some(StartedWorker { id, replaces })
    }

    /// Gives a task to a worker.
    pub(crate) fn send(
        &mut self,
        id: WorkerId,
        task: TaskId,
        bytes: usize,
        now: Moment,
    ) -> Option<DispatchedAttempt> {
        let attempt = AttemptId(self.next_attempt);
        self.next_attempt += 1;
        let worker = self.get_mut(id)?;
        worker.send(OutstandingAttempt { attempt, task, bytes, at: now });
        Some(DispatchedAttempt { attempt, alone: worker.reserved() == Some(task) })
    }

    /// Whoever is kept for a task is there for all again.
    pub(crate) fn release(&mut self, task: TaskId) {
        for worker in self.slots.iter_mut().filter_map(|slot| slot.worker.as_mut()) {
            worker.release(task);
        }
    }

    /// A worker had lived long enough: the next in its slot replaces nobody that was lost.
    pub(crate) fn note_recycled(&mut self, id: WorkerId) {
        if let Some(slot) = usize::try_from(id.slot).ok().and_then(|slot| self.slots.get_mut(slot)) {
            slot.recycled = true;
        }
    }

    /// A worker was seen dead, or never was.
    pub(crate) fn remove(&mut self, id: WorkerId) -> Option<WorkerState> {
        let slot = self.slots.get_mut(usize::try_from(id.slot).ok()?)?;
        slot.worker.take_if(|worker| worker.id() == id)
    }
}

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;
