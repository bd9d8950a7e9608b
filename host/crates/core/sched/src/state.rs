//! What the scheduler knows, in tables that each own what they hold: their fields are private, they
//! keep themselves in step, and each has a `check` of what it can hold alone. What is decided on
//! them stands beside, in the files of rules.
//!
//! An owner must never know another one, or the scheduler.

mod breaker;
mod fitness;
mod looks;
mod modules;
mod queues;
mod spares;
mod tally;
mod tasks;
mod worker;
mod workers;

pub(super) use breaker::{Breaker, rest_after};
pub(super) use fitness::Fitness;
pub(super) use looks::{Slow, WhySlow};
pub(super) use modules::{Module, ModuleState, ModuleTable, Readied};
pub(super) use queues::TaskQueues;
pub(super) use spares::{Lost, Spare, Spares};
pub(super) use tally::Tally;
pub(super) use tasks::{Cut, INTERRUPTED, Place, PutOff, Task, TaskTable};
pub(super) use worker::{Answered, Beginning, Phase, Sent, Stopping, Worker};
pub(super) use workers::{Dispatched, Started, WorkerPool};
