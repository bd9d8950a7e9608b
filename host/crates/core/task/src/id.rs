//! Names of things in a run, as types of their own so that no number is taken for another.

use std::fmt;

/// A task of this run. Dense, from 0, in the order of admission; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

/// One attempt at a task. Unique in its run, growing, never 0 and never reused, so that a late or
/// forged answer is told apart from the awaited one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub u64);

impl AttemptId {
    /// The largest id: the shared page keeps an attempt in 48 bits beside a 16-bit epoch.
    pub const MAX: Self = Self((1 << 48) - 1);
}

/// A module of this run, by the order in which it was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub u32);

/// One worker process: the slot it fills and how many filled it before. What an earlier generation
/// still says is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId {
    /// The place, from 0. People see it from 1.
    pub slot: u32,
    /// The number of the process in its slot, from 1.
    pub generation: u32,
}

/// The streams of one task whose stdin and stdout flow while it runs. Whoever submits the task
/// chooses it; no two tasks of a run have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a{}", self.0)
    }
}

impl fmt::Display for ModuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m{}", self.0)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}", self.0)
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.slot + 1, self.generation)
    }
}
