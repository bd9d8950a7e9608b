//! The group ledger: what each group of tasks may have, what it has had, and how much of it waits
//! or is at workers.
//!
//! It must never know a task, a worker or a module. Tasks without a group count as one more group,
//! which nothing bounds.

use crate::failure_tally::{FailureCounts, FailureTally};
use crate::group_policy::{GroupPolicies, GroupPolicy, GroupWeight};
use polymer_host_event::GroupStopReason;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Groups that are kept before those are looked for that can be forgotten.
const SWEEP_FROM: usize = 1024;

/// A group, by number. Those of groups that are forgotten are given again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupId(pub(super) u32);

impl GroupId {
    /// No group.
    pub(crate) const NONE: Self = Self(0);
}

/// Time that a group has had, over its weight. A group of weight 1 has had a thousand a nanosecond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VirtualTime(u128);

impl VirtualTime {
    pub(crate) const ZERO: Self = Self(0);

    /// The same after another `time` of a group.
    pub(crate) fn plus(self, time: Duration, weight: GroupWeight) -> Self {
        Self(self.0.saturating_add(Self::scaled(time, weight)))
    }

    /// The same without `time` that was counted and not used.
    pub(crate) fn minus(self, time: Duration, weight: GroupWeight) -> Self {
        Self(self.0.saturating_sub(Self::scaled(time, weight)))
    }

    fn scaled(time: Duration, weight: GroupWeight) -> u128 {
        time.as_nanos().saturating_mul(GroupWeight::MOST.into()) / u128::from(weight.get())
    }
}

/// The groups of a run.
#[derive(Debug)]
pub(crate) struct GroupLedger {
    policies: GroupPolicies,
    /// Some policy bounds the attempts at a time.
    bounds_tasks: bool,
    ids: BTreeMap<Arc<str>, GroupId>,
    /// The first is that of tasks without a group.
    groups: Vec<GroupState>,
    /// Numbers of groups that were forgotten.
    free: Vec<GroupId>,
    /// What the group had had from which a task was taken last. It never goes back.
    now: VirtualTime,
    /// So many groups may be kept before some are forgotten.
    sweep_at: usize,
}

#[derive(Debug, Default)]
struct GroupState {
    /// `None` for tasks without a group, and for a number that is free.
    name: Option<Arc<str>>,
    policy: GroupPolicy,
    time: VirtualTime,
    /// Its tasks that are not over, wherever they are.
    tasks: usize,
    /// Those that wait for a worker of their module.
    waiting: usize,
    /// Attempts at workers.
    out: u32,
    /// Tasks whose attempt ended, and whose judge has not spoken. How many of a group run at a time
    /// includes them: the next may depend on what is said of these.
    judged: u32,
    /// Attempts to come at workers that are kept for them.
    promised: u32,
    used: GroupUsage,
    /// Tasks that failed.
    failed: u64,
    /// The same, for the rate of failures.
    in_order: FailureTally,
    /// Set once no more of its tasks are run.
    stopped: Option<GroupStopReason>,
}

/// What all attempts of a group used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct GroupUsage {
    pub(crate) fuel: u64,
    pub(crate) cpu: Duration,
}

/// Failures of a group, as far as its policy bounds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupFailures {
    pub(crate) failed: u64,
    pub(crate) in_order: FailureCounts,
}

impl GroupLedger {
    /// No groups yet.
    pub(crate) fn new(policies: GroupPolicies) -> Self {
        let bounds_tasks = policies.bound_tasks();
        // No bound of the default holds for tasks without a group, which nobody can tell apart.
        let none = GroupPolicy { weight: policies.default.weight, ..GroupPolicy::default() };
        let groups = vec![GroupState { policy: none, ..GroupState::default() }];
        let (ids, free) = (BTreeMap::new(), Vec::new());
        Self { policies, bounds_tasks, ids, groups, free, now: VirtualTime::ZERO, sweep_at: SWEEP_FROM }
    }

    /// Returns whether any task had a group so far. Most runs have none, and this is asked for each
    /// task.
    pub(crate) const fn is_used(&self) -> bool {
        self.groups.len() > 1
    }

    /// Returns whether groups may be bounded in their attempts at a time.
    pub(crate) const fn bounds_tasks(&self) -> bool {
        self.bounds_tasks
    }

    /// The number of a group, which is given now if it has none.
    pub(crate) fn id(&mut self, name: &Arc<str>) -> GroupId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        if self.ids.len() >= self.sweep_at {
            self.forget_idle();
        }
        let policy = self.policies.of(name);
        let state = GroupState { name: Some(Arc::clone(name)), policy, ..GroupState::default() };
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                self.groups.push(GroupState::default());
                GroupId(u32::try_from(self.groups.len() - 1).unwrap_or(u32::MAX))
            }
        };
        if let Some(group) = self.get_mut(id) {
            *group = state;
        }
        self.ids.insert(Arc::clone(name), id);
        id
    }

    /// Forgets groups that nothing has to be known of: none of their tasks is left, they have had
    /// no more than others, and there is nothing that they could use up.
    fn forget_idle(&mut self) {
        let (groups, now) = (&self.groups, self.now);
        let is_idle = |id: &GroupId| {
            let group = usize::try_from(id.0).ok().and_then(|at| groups.get(at));
            group.is_some_and(|group| {
                group.tasks == 0 && group.out == 0 && group.time <= now && !group.policy.has_bounds()
            })
        };
        let idle: Vec<(Arc<str>, GroupId)> =
            self.ids.iter().filter(|(_, id)| is_idle(id)).map(|(name, id)| (Arc::clone(name), *id)).collect();
        for (name, id) in idle {
            self.ids.remove(&name);
            if let Some(group) = self.get_mut(id) {
                *group = GroupState::default();
            }
            self.free.push(id);
        }
        self.sweep_at = SWEEP_FROM.max(self.ids.len() * 2);
    }

    fn get(&self, id: GroupId) -> Option<&GroupState> {
        self.groups.get(usize::try_from(id.0).ok()?)
    }

    fn get_mut(&mut self, id: GroupId) -> Option<&mut GroupState> {
        self.groups.get_mut(usize::try_from(id.0).ok()?)
    }

    /// Returns the name of a group; `None` for no group.
    pub(crate) fn name(&self, id: GroupId) -> Option<&Arc<str>> {
        self.get(id)?.name.as_ref()
    }
}

/// Turns: who has had how much.
impl GroupLedger {
    /// What a group has had, if a task of it may be sent now. A worker that has something to do is
    /// sent none of a group that has little of a budget left.
    pub(crate) fn turn(&self, id: GroupId, is_ahead: bool) -> Option<VirtualTime> {
        let group = self.get(id)?;
        let may = group.room() > 0 && group.stopped.is_none() && !(is_ahead && group.is_short());
        may.then_some(group.time)
    }

    /// Returns the number of attempts of a group that may be sent beside those that are out and
    /// those that workers are kept for.
    pub(crate) fn room(&self, id: GroupId) -> usize {
        self.get(id).map_or(0, GroupState::room)
    }

    /// Returns whether a worker may be sent one more attempt of a group that it is kept for.
    pub(crate) fn may_send(&self, id: GroupId) -> bool {
        self.get(id)
            .is_some_and(|group| group.policy.tasks.is_none_or(|most| group.out + group.judged < most.get()))
    }

    /// Returns whether nothing of a group waits for a worker.
    pub(crate) fn is_idle(&self, id: GroupId) -> bool {
        self.get(id).is_some_and(|group| group.waiting == 0)
    }

    /// A task of a group waits for a worker. If none did, the group has had at least as much as
    /// `others`, or as the last whose turn it was: for the time without a task it gets nothing.
    pub(crate) fn note_waiting(&mut self, id: GroupId, others: Option<VirtualTime>) {
        let now = self.now;
        let Some(group) = self.get_mut(id) else { return };
        if group.waiting == 0 {
            group.time = group.time.max(others.unwrap_or(now));
        }
        group.waiting += 1;
    }

    /// A task of a group waits no longer.
    pub(crate) fn note_gone(&mut self, id: GroupId) {
        if let Some(group) = self.get_mut(id) {
            group.waiting = group.waiting.saturating_sub(1);
        }
    }

    /// Nothing waits any more.
    pub(crate) fn note_none_waiting(&mut self) {
        self.groups.iter_mut().for_each(|group| group.waiting = 0);
    }

    /// Workers are kept for one attempt to come of each of these, and for no other.
    pub(crate) fn promise(&mut self, groups: impl Iterator<Item = GroupId>) {
        self.groups.iter_mut().for_each(|group| group.promised = 0);
        for id in groups {
            if let Some(group) = self.get_mut(id) {
                group.promised += 1;
            }
        }
    }

    /// An attempt of a group is sent, which will take about `estimate`.
    pub(crate) fn note_sent(&mut self, id: GroupId, estimate: Duration) {
        let Some(group) = self.get_mut(id) else { return };
        let before = group.time;
        group.out += 1;
        group.time = before.plus(estimate, group.policy.weight);
        self.now = self.now.max(before);
    }

    /// A task of a group is judged from here on.
    pub(crate) fn note_judging(&mut self, id: GroupId) {
        if let Some(group) = self.get_mut(id) {
            group.judged += 1;
        }
    }

    /// The judge of a task has spoken, or is not waited for any more.
    pub(crate) fn note_judged(&mut self, id: GroupId) {
        let now = self.now;
        let Some(group) = self.get_mut(id) else { return };
        let was_full = group.room() == 0;
        group.judged = group.judged.saturating_sub(1);
        group.note_room(was_full, now);
    }

    /// An attempt of a group was not made after all.
    pub(crate) fn note_returned(&mut self, id: GroupId, estimate: Duration) {
        let now = self.now;
        let Some(group) = self.get_mut(id) else { return };
        let was_full = group.room() == 0;
        group.out = group.out.saturating_sub(1);
        group.time = group.time.minus(estimate, group.policy.weight);
        group.note_room(was_full, now);
    }

    /// An attempt of a group ended that took `wall`, and used so much; says why no more of the
    /// group is to be run, if that used up a budget.
    pub(crate) fn note_ended(
        &mut self,
        id: GroupId,
        estimate: Duration,
        wall: Duration,
        used: GroupUsage,
    ) -> Option<GroupStopReason> {
        let now = self.now;
        let group = self.get_mut(id)?;
        let was_full = group.room() == 0;
        group.out = group.out.saturating_sub(1);
        // First what is added: the sum may be less than the estimate alone.
        group.time = group.time.plus(wall, group.policy.weight).minus(estimate, group.policy.weight);
        group.note_room(was_full, now);
        group.used.fuel = group.used.fuel.saturating_add(used.fuel);
        group.used.cpu = group.used.cpu.saturating_add(used.cpu);
        group.used_up().filter(|_| group.stopped.is_none())
    }
}

/// Its tasks from admission to record, and the end of it.
impl GroupLedger {
    /// A task of a group is in the run.
    pub(crate) fn add_task(&mut self, id: GroupId) {
        if let Some(group) = self.get_mut(id) {
            group.tasks += 1;
        }
    }

    /// A task of a group is over.
    pub(crate) fn remove_task(&mut self, id: GroupId) {
        if let Some(group) = self.get_mut(id) {
            group.tasks = group.tasks.saturating_sub(1);
        }
    }

    /// A task of a group is being submitted from here on.
    pub(crate) fn begin_submission(&mut self, id: GroupId) {
        if let Some(group) = self.bounded_in_failures(id) {
            group.in_order.begin_submission();
        }
    }

    /// It was.
    pub(crate) fn end_submission(&mut self, id: GroupId) {
        if let Some(group) = self.bounded_in_failures(id) {
            group.in_order.end_submission();
        }
    }

    /// A task of a group has its record; gives its policy and what failed, if that is bounded and
    /// its tasks are still run.
    pub(crate) fn note_over(
        &mut self,
        id: GroupId,
        has_failed: bool,
    ) -> Option<(GroupPolicy, GroupFailures)> {
        let group = self.bounded_in_failures(id)?;
        group.failed += u64::from(has_failed);
        group.in_order.note(has_failed);
        let failures = GroupFailures { failed: group.failed, in_order: group.in_order.counts() };
        group.stopped.is_none().then_some((group.policy, failures))
    }

    fn bounded_in_failures(&mut self, id: GroupId) -> Option<&mut GroupState> {
        self.get_mut(id).filter(|group| group.policy.max_fail.is_some())
    }

    /// No more tasks of a group are run. The first reason stands: says whether this is it.
    pub(crate) fn stop(&mut self, id: GroupId, why: GroupStopReason) -> bool {
        let Some(group) = self.get_mut(id).filter(|group| group.stopped.is_none()) else { return false };
        group.stopped = Some(why);
        true
    }

    /// Why no more tasks of a group are run, if so.
    pub(crate) fn stopped(&self, id: GroupId) -> Option<GroupStopReason> {
        self.get(id)?.stopped
    }
}

impl GroupState {
    /// There may be room for one more attempt. A group that had none gets nothing for the time
    /// without, as if it had had no task.
    fn note_room(&mut self, was_full: bool, now: VirtualTime) {
        if was_full {
            self.time = self.time.max(now);
        }
    }

    fn room(&self) -> usize {
        let Some(most) = self.policy.tasks else { return usize::MAX };
        let taken = self.out.saturating_add(self.judged).saturating_add(self.promised);
        usize::try_from(most.get().saturating_sub(taken)).unwrap_or(usize::MAX)
    }

    /// Returns whether less than a tenth of a budget is left.
    fn is_short(&self) -> bool {
        let is_short = |used: u128, budget: u128| budget.saturating_sub(used).saturating_mul(10) < budget;
        let fuel = self.policy.fuel.is_some_and(|most| is_short(self.used.fuel.into(), most.into()));
        let cpu = self.policy.cpu;
        fuel || cpu.is_some_and(|most| is_short(self.used.cpu.as_nanos(), most.as_nanos()))
    }

    fn used_up(&self) -> Option<GroupStopReason> {
        let GroupUsage { fuel, cpu } = self.used;
        let of_fuel = self.policy.fuel.filter(|budget| fuel >= *budget);
        let of_cpu = self.policy.cpu.filter(|budget| cpu >= *budget);
        of_fuel
            .map(|budget| GroupStopReason::Fuel { budget, used: fuel })
            .or_else(|| of_cpu.map(|budget| GroupStopReason::Cpu { budget, used: cpu }))
    }
}

#[cfg(test)]
pub(crate) use check::GroupCounts;

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;
