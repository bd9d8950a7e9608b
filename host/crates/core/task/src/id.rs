//! Names of things in a run, as types of their own so that no number is taken for another.

use std::fmt;

/// A task of this run. Dense, from 0, in the order of admission; never reused.
///
/// The upper half of the numbers is for checks: attempts of a checker at what a task gave. A task
/// has one at a time, which is named after it. The quarter below is for interactors: attempts of an
/// interactor that talks with the program of a task. A task has one, named after it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

impl TaskId {
    /// What the number of a check has and that of a task has not.
    const CHECK: u64 = 1 << 63;
    /// What the number of an interactor's attempt has and that of a task has not.
    const INTERACTOR: u64 = 1 << 62;

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

    /// Returns the name of the interactor that talks with this task's program.
    #[must_use]
    pub const fn interactor(self) -> Self {
        Self(self.0 | Self::INTERACTOR)
    }

    /// Returns whether this is an interactor.
    #[must_use]
    pub const fn is_interactor(self) -> bool {
        self.0 & Self::INTERACTOR != 0
    }

    /// Returns whether nobody submitted this: it is a check or an interactor.
    #[must_use]
    pub const fn is_hidden(self) -> bool {
        self.is_check() || self.is_interactor()
    }

    /// Returns the task that was admitted, for the order of admission: a check or an interactor is
    /// as old as its task.
    #[must_use]
    pub const fn admitted(self) -> Self {
        Self(self.0 & !Self::CHECK & !Self::INTERACTOR)
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
///
/// The upper half of the numbers is for interactions, whose streams nobody chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);

impl StreamId {
    /// What the number of a stream of an interaction has and that of another has not.
    const OF_INTERACTION: u64 = 1 << 63;

    /// Returns the streams of one of the two of an interaction, by what it is called.
    #[must_use]
    pub const fn of_interaction(side: TaskId) -> Self {
        Self(side.0 | Self::OF_INTERACTION)
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.admitted().0;
        match (self.is_check(), self.is_interactor()) {
            (true, _) => write!(f, "check of t{task}"),
            (false, true) => write!(f, "interactor of t{task}"),
            (false, false) => write!(f, "t{task}"),
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

    #[test]
    fn an_interactor_is_named_after_its_task_and_has_streams_of_its_own() {
        let task = TaskId(7);
        let interactor = task.interactor();
        assert!(interactor.is_interactor() && interactor.is_hidden() && !interactor.is_check());
        assert!(!task.is_interactor() && !task.is_hidden() && !task.check().is_interactor());
        assert_eq!((interactor.admitted(), interactor.checked()), (task, None));
        assert_eq!(interactor.to_string(), "interactor of t7");
        let streams = [task, interactor].map(StreamId::of_interaction);
        assert!(streams[0] != streams[1] && !streams.contains(&StreamId(7)));
    }
}
