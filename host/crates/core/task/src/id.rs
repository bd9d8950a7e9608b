//! Names of things in a run, as types of their own so that no number is taken for another.

use std::fmt;

/// A task of this run. Dense, from 0, in the order of admission; never reused.
///
/// The upper half of the numbers is for checks: attempts of a checker at what a task gave. A task
/// has one at a time, which is named after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

impl TaskId {
    /// What the number of a check has and that of a task has not.
    const CHECK: u64 = 1 << 63;

    /// Returns the name of this task's check.
    #[must_use]
    pub const fn check(self) -> Self {
        Self(self.0 | Self::CHECK)
    }

    /// Returns the task whose check this is, if it is one.
    #[must_use]
    pub const fn checked(self) -> Option<Self> {
        if self.is_check() { Some(self.admitted()) } else { None }
    }

    /// Returns whether this is a check.
    #[must_use]
    pub const fn is_check(self) -> bool {
        self.0 & Self::CHECK != 0
    }

    /// Returns the task that was admitted, for the order of admission: a check is as old as its
    /// task.
    #[must_use]
    pub const fn admitted(self) -> Self {
        Self(self.0 & !Self::CHECK)
    }
}

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
        match self.checked() {
            Some(task) => write!(f, "check of t{}", task.0),
            None => write!(f, "t{}", self.0),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_named_after_its_task_and_is_as_old() {
        let task = TaskId(7);
        let check = task.check();
        assert!(check.is_check() && !task.is_check() && check != task);
        assert_eq!((check.checked(), task.checked()), (Some(task), None));
        assert_eq!((check.admitted(), task.admitted(), check.check()), (task, task, check));
        assert_eq!((task.to_string(), check.to_string()), ("t7".to_owned(), "check of t7".to_owned()));
    }
}
