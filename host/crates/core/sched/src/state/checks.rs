//! The endings of attempts that wait for what a checker says of them.
//!
//! It must never know how a check is made, or what an ending says.

use polymer_host_task::{AttemptEnding, TaskId};
use std::collections::BTreeMap;

/// Endings that wait for a check, by the task whose they are.
#[derive(Debug, Default)]
pub(crate) struct CheckTable {
    held: BTreeMap<TaskId, Box<AttemptEnding>>,
    held_bytes: usize,
}

impl CheckTable {
    /// The ending of a task waits for its check from here on.
    pub(crate) fn hold(&mut self, task: TaskId, ending: Box<AttemptEnding>) {
        self.held_bytes += bytes_of(&ending);
        let before = self.held.insert(task, ending);
        self.held_bytes = self.held_bytes.saturating_sub(before.as_deref().map_or(0, bytes_of));
    }

    /// It waits no longer.
    pub(crate) fn take(&mut self, task: TaskId) -> Option<Box<AttemptEnding>> {
        let ending = self.held.remove(&task)?;
        self.held_bytes = self.held_bytes.saturating_sub(bytes_of(&ending));
        Some(ending)
    }

    /// Returns whether a task is being checked.
    pub(crate) fn has(&self, task: TaskId) -> bool {
        self.held.contains_key(&task)
    }

    /// Returns the number of tasks that are.
    pub(crate) fn len(&self) -> usize {
        self.held.len()
    }

    /// Bytes of the outputs that are held.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    /// The tasks that are being checked.
    #[cfg(test)]
    pub(crate) fn tasks(&self) -> impl Iterator<Item = TaskId> {
        self.held.keys().copied()
    }

    /// I8, in part: the bytes held are right, and no check is checked.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        let held: usize = self.held.values().map(|ending| bytes_of(ending)).sum();
        assert_eq!(held, self.held_bytes, "I8: bytes of outputs that are checked");
        assert!(!self.tasks().any(TaskId::is_check), "I28: a check is checked");
    }
}

fn bytes_of(ending: &AttemptEnding) -> usize {
    ending.output.as_ref().map_or(0, |output| output.bytes().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::{Output, TaskError, Verdict};

    fn ending(output: &str) -> Box<AttemptEnding> {
        let output = Some(Output::Text(output.to_owned()));
        Box::new(AttemptEnding { output, ..AttemptEnding::without_guest(Verdict::Ok, TaskError::default()) })
    }

    #[test]
    fn outputs_count_as_long_as_they_wait() {
        let mut checks = CheckTable::default();
        checks.hold(TaskId(1), ending("abc"));
        checks.hold(TaskId(2), ending("de"));
        checks.check();
        assert_eq!((checks.len(), checks.held_bytes()), (2, 5));
        checks.hold(TaskId(2), ending("f"));
        checks.check();
        assert!(checks.has(TaskId(1)) && checks.take(TaskId(1)).is_some() && !checks.has(TaskId(1)));
        assert!(checks.take(TaskId(1)).is_none());
        assert_eq!((checks.len(), checks.held_bytes()), (1, 1));
    }
}
