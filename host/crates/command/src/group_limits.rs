//! Limits of tasks by the group that they are in.
//!
//! It must never know where they come from, or what else a group may have.

use polymer_host_task::Limits;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Limits of tasks by their group. None is wider than the run's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GroupLimits {
    /// Those of groups that are not named; `None` leaves the run's.
    default: Option<Limits>,
    /// Those of groups that are.
    named: BTreeMap<Arc<str>, Option<Limits>>,
}

impl GroupLimits {
    /// Limits of a task of this group; `None` if they are the run's.
    pub(super) fn of(&self, group: Option<&str>) -> Option<Limits> {
        self.named.get(group?).copied().unwrap_or(self.default)
    }

    /// Sets those of groups that are not named.
    pub(super) const fn set_default(&mut self, limits: Option<Limits>) {
        self.default = limits;
    }

    /// Sets those of a group; `None` leaves it the run's.
    pub(super) fn set(&mut self, group: Arc<str>, limits: Option<Limits>) {
        self.named.insert(group, limits);
    }
}
