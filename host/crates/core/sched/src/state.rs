//! What the scheduler knows: tasks, modules, workers. Tables only; what happens to them stands beside.

mod breaker;
mod fitness;
mod modules;
mod queues;
mod spares;
mod tally;
mod tasks;

pub(super) use breaker::{Breaker, rest_after};
pub(super) use fitness::Fitness;
pub(super) use modules::{Module, ModuleState, ModuleTable, Readied};
pub(super) use queues::TaskQueues;
pub(super) use spares::{Lost, Spare, Spares};
pub(super) use tally::Tally;
pub(super) use tasks::{Cut, INTERRUPTED, PutOff, Task, TaskTable};

use super::head_clock::HeadClock;
use super::patience::{Looks, Slow};
use polymer_host_event::{Recycled, Role};
use polymer_host_task::{AttemptId, ModuleId, Moment, TaskId, WorkerId};
use std::collections::VecDeque;
use std::time::Duration;

/// A place for a worker.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// How many workers it has had.
    pub(super) generation: u32,
    pub(super) worker: Option<Worker>,
    /// Its last worker had lived long enough.
    pub(super) recycled: bool,
}

/// A process that was started and has not been seen dead.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) id: WorkerId,
    pub(super) role: Role,
    pub(super) phase: Phase,
    /// When it entered its phase.
    pub(super) since: Moment,
    /// What was seen of it when it was not ready in time.
    pub(super) looks: Looks,
    /// Set once it is to die; nothing more is sent to it.
    pub(super) stopping: Option<Stopping>,
    /// The one task it may run next: a suspect, to be tried alone.
    pub(super) reserved: Option<TaskId>,
    /// No attempt was sent to it yet.
    pub(super) fresh: bool,
    /// Attempts sent and not answered, in the order in which it makes them.
    pub(super) outstanding: VecDeque<Sent>,
    /// The clock of the first of them.
    pub(super) head: HeadClock,
    /// Attempts at the module it serves that it has answered.
    pub(super) answered: u32,
    /// Work was taken back from it; it gets none ahead until it has nothing left.
    pub(super) held: bool,
    /// Work was asked back from it, and what it had not begun is not known yet.
    pub(super) asked_back: bool,
    /// How many more attempts it may be sent.
    pub(super) left: u32,
    /// How long it was at work so far.
    pub(super) busy: Duration,
    /// Why it is sent nothing more, if that is not for the number of its attempts.
    pub(super) retired: Option<Recycled>,
    /// It served another module before.
    pub(super) turned: bool,
}

/// How far a worker has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Started, not heard of.
    Starting,
    /// It was handed what it serves.
    Loading,
    /// It makes attempts.
    Serving,
}

/// Why a worker is to die.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stopping {
    /// We have no more use for it, or for what it is at.
    Ours,
    /// This attempt had its time.
    Overtime(AttemptId),
    /// It took too long to get ready.
    Slow(Slow),
    /// It could not be handed what it was to serve.
    Unhanded,
    /// It broke the protocol.
    Broke(String),
    /// It is dead or of no use, and what of is judged once it is known whether the machine runs anything.
    Unjudged,
}

/// Where and when a task was tried last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The worker's slot, from 0.
    pub(super) slot: u32,
    /// When the attempt began, where that is known.
    pub(super) started: Option<Moment>,
    /// The worker was there for it alone.
    pub(super) alone: bool,
}

/// An attempt at a worker.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) attempt: AttemptId,
    pub(super) task: TaskId,
    /// Bytes of its input.
    pub(super) bytes: usize,
    /// When that was.
    pub(super) at: Moment,
}

impl Worker {
    /// Whether it serves `module` and can be sent something.
    pub(super) fn serves(&self, module: ModuleId) -> bool {
        self.phase == Phase::Serving && self.stopping.is_none() && self.role == Role::Run(module)
    }

    /// Whether it can be sent anything at all.
    pub(super) fn takes_more(&self) -> bool {
        self.phase == Phase::Serving && self.stopping.is_none() && !self.is_spent()
    }

    /// Whether it is ready and has nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.phase == Phase::Serving
            && self.stopping.is_none()
            && self.outstanding.is_empty()
            && self.reserved.is_none()
    }

    /// When what lies behind its first attempt has waited for long enough, if there is any and the first has begun.
    pub(super) fn hold_ends(&self) -> Option<Moment> {
        self.head.holds_until().filter(|_| self.outstanding.len() > 1 && !self.held)
    }

    /// Whether it will serve `module` for whatever waits: it does or soon will, and is kept for no suspect.
    pub(super) fn is_for(&self, module: ModuleId) -> bool {
        self.role == Role::Run(module)
            && self.stopping.is_none()
            && self.reserved.is_none()
            && !self.is_spent()
    }
}
