//! State of the scheduler, in tables that each own what they hold. Their fields are private, they
//! keep themselves consistent, and each has a `check` of its own invariants. Decisions on them are
//! beside, in the files of rules.
//!
//! An owner must never know another one, or the scheduler.

mod breaker;
mod checks;
mod cpu_watch;
mod fair_queue;
mod fitness;
mod groups;
mod looks;
mod modules;
mod pairs;
mod queues;
mod spares;
mod tally;
mod tasks;
mod worker;
mod workers;

pub(super) use breaker::{CircuitBreaker, rest_after};
pub(super) use checks::CheckTable;
pub(super) use fair_queue::{NextTask, TaskRank};
pub(super) use fitness::MachineFitness;
#[cfg(test)]
pub(super) use groups::GroupCounts;
pub(super) use groups::{GroupFailures, GroupId, GroupLedger, GroupUsage, VirtualTime};
pub(super) use looks::{SlowReason, WhySlow};
pub(super) use modules::{ModuleEntry, ModuleState, ModuleTable, ReadyModule};
#[cfg(test)]
pub(super) use pairs::PairState;
pub(super) use pairs::{EndedPair, EndedSide, PairTable, SideEnd};
pub(super) use queues::TaskQueues;
pub(super) use spares::{SpareLoss, SparePool, SpareWorker};
pub(super) use tally::RunTally;
pub(super) use tasks::{CancelReason, INTERRUPTED, LastTry, PutOff, TaskState, TaskTable};
pub(super) use worker::{
    AnsweredAttempt, OutstandingAttempt, StopReason, WorkerBeginning, WorkerPhase, WorkerState,
};
pub(super) use workers::{DispatchedAttempt, StartedWorker, WorkerPool};
