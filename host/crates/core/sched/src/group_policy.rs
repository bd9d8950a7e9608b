//! Policy of a group of tasks in a run: its share, its attempts at a time, its budgets, its
//! failures.
//!
//! It must never know what a group has used, or which tasks are in it.

use super::max_fail::MaxFail;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Policy of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GroupPolicy {
    /// Share of the workers' time, where several groups have tasks that wait.
    pub weight: GroupWeight,
    /// Attempts of its tasks that are at workers at a time, those sent ahead included.
    pub tasks: Option<NonZeroU32>,
    /// Units of fuel for all attempts of its tasks, failed ones included.
    pub fuel: Option<u64>,
    /// CPU time for all attempts of its tasks, failed ones included.
    pub cpu: Option<Duration>,
    /// No more of its tasks are run when so many did not end ok.
    pub max_fail: Option<MaxFail>,
}

/// Weight of a group beside others, from 1 to 1000: twice the weight gets twice the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupWeight(u16);

/// Policies of all groups of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupPolicies {
    /// Policy of groups that are not named.
    pub default: GroupPolicy,
    /// Policies of those that are, by name.
    pub named: BTreeMap<Arc<str>, GroupPolicy>,
}

/// Error for a weight out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a weight is a whole number from 1 to {}", GroupWeight::MOST)]
pub struct GroupWeightError;

impl GroupWeight {
    /// The largest weight.
    pub const MOST: u16 = 1000;
    /// The weight of groups that have no other.
    pub const ONE: Self = Self(1);

    /// A weight from 1 to 1000.
    ///
    /// # Errors
    /// If it is out of this range.
    pub fn new(weight: u64) -> Result<Self, GroupWeightError> {
        let weight = u16::try_from(weight).map_err(|_| GroupWeightError)?;
        if (1..=Self::MOST).contains(&weight) { Ok(Self(weight)) } else { Err(GroupWeightError) }
    }

    /// Returns it as a number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for GroupWeight {
    fn default() -> Self {
        Self::ONE
    }
}

impl GroupPolicy {
    /// Returns whether there is anything that the group can use up.
    pub(super) const fn has_bounds(&self) -> bool {
        self.fuel.is_some() || self.cpu.is_some() || self.max_fail.is_some()
    }
}

impl GroupPolicies {
    /// Returns the policy of a group.
    #[must_use]
    pub fn of(&self, group: &str) -> GroupPolicy {
        self.named.get(group).copied().unwrap_or(self.default)
    }

    /// Returns whether any group has a budget of fuel.
    #[doc(hidden)]
    #[must_use]
    pub fn budget_fuel(&self) -> bool {
        self.default.fuel.is_some() || self.named.values().any(|policy| policy.fuel.is_some())
    }

    /// Returns whether any group is bounded in its attempts at a time.
    pub(super) fn bound_tasks(&self) -> bool {
        self.default.tasks.is_some() || self.named.values().any(|policy| policy.tasks.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_from_one_to_a_thousand() {
        assert_eq!([1, 1000].map(|weight| GroupWeight::new(weight).map(GroupWeight::get)), [Ok(1), Ok(1000)]);
        for weight in [0, 1001, u64::MAX] {
            assert_eq!(GroupWeight::new(weight), Err(GroupWeightError), "{weight}");
        }
        assert_eq!(GroupWeightError.to_string(), "a weight is a whole number from 1 to 1000");
    }

    #[test]
    fn a_group_that_is_not_named_has_the_default() {
        let tasks = NonZeroU32::new(3);
        let default = GroupPolicy { tasks, ..GroupPolicy::default() };
        let named = GroupPolicy { fuel: Some(7), ..GroupPolicy::default() };
        let policies = GroupPolicies { default, named: BTreeMap::from([(Arc::from("a"), named)]) };
        assert_eq!((policies.of("a"), policies.of("b")), (named, default));
        assert!(policies.budget_fuel() && !GroupPolicies::default().budget_fuel());
        assert!(policies.bound_tasks() && !GroupPolicies::default().bound_tasks());
        assert!(named.has_bounds() && !default.has_bounds());
    }
}
