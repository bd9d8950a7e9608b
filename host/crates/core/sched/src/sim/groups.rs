//! Groups of tasks: whose each is, what the policies of the world are, and what the model checks of
//! attempts at a time, budgets, failures and the end of a group. Shares are checked where only time
//! counts: see `fairness`.

use super::Sim;
use super::world::World;
use crate::state::StopReason;
use crate::{GroupPolicies, GroupPolicy, GroupWeight, MaxFail};
use fastrand::Rng;
use polymer_host_event::{GroupStopReason, Halt};
use polymer_host_task::{Percentage, Record, TaskId, Usage, Verdict, WorkerId};
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Whose the tasks are, and what the model knows of each group.
#[derive(Debug, Default)]
pub(super) struct SimulatedGroups {
    of: HashMap<TaskId, Arc<str>>,
    known: BTreeMap<Arc<str>, KnownGroup>,
}

#[derive(Debug, Default)]
struct KnownGroup {
    /// What its attempts used at the least.
    fuel: u64,
    cpu: Duration,
    /// Its tasks that did not end ok.
    failed: u64,
    over: u64,
    stopped: Option<GroupStopReason>,
}

/// What a world has of groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct GroupWorld {
    /// Out of a hundred tasks, so many have a group.
    grouped: u32,
    policies: [GroupPolicy; GROUPS.len()],
}

/// The last of them has many more tasks than the others.
const GROUPS: [&str; 4] = ["a", "b", "c", "flood"];

pub(super) fn draw(rng: &mut Rng) -> GroupWorld {
    let grouped = if rng.bool() { rng.u32(50..=100) } else { 0 };
    GroupWorld { grouped, policies: std::array::from_fn(|_| policy(rng)) }
}

fn policy(rng: &mut Rng) -> GroupPolicy {
    let sometimes = |rng: &mut Rng| rng.u8(..4) == 0;
    let weight = if sometimes(rng) { 1000 } else { rng.u64(1..9) };
    GroupPolicy {
        weight: GroupWeight::new(weight).unwrap(),
        tasks: if sometimes(rng) { NonZeroU32::new(rng.u32(1..4)) } else { None },
        fuel: sometimes(rng).then(|| rng.u64(1..200)),
        cpu: sometimes(rng).then(|| Duration::from_micros(rng.u64(1..200_000))),
        max_fail: match rng.u8(..8) {
            0 => Some(MaxFail::Tasks(rng.u64(1..6))),
            1 => Some(MaxFail::Share(Percentage::percent(rng.u32(1..60)).unwrap())),
            _ => None,
        },
    }
}

pub(super) fn policies(world: &World) -> GroupPolicies {
    let named = GROUPS.iter().zip(world.groups.policies);
    let named = named.map(|(name, policy)| (Arc::from(*name), policy)).collect();
    GroupPolicies { default: GroupPolicy::default(), named }
}

impl Sim {
    /// The group of a task that is submitted now.
    pub(super) fn any_group(&mut self, id: TaskId) -> Option<Arc<str>> {
        if self.rng.u32(..100) >= self.world.groups.grouped {
            return None;
        }
        let at = self.rng.usize(..GROUPS.len() * 3).min(GROUPS.len() - 1);
        let group: Arc<str> = Arc::from(GROUPS[at]);
        self.groups.of.insert(id, Arc::clone(&group));
        self.groups.known.entry(Arc::clone(&group)).or_default();
        Some(group)
    }

    fn policy_of(&self, group: &str) -> GroupPolicy {
        policies(&self.world).of(group)
    }

    /// What an attempt says that it used, which counts for its group if it is heard.
    pub(super) fn use_up(&mut self, id: WorkerId, task: TaskId, usage: &Usage) {
        let stopping = self.sched.workers.get(id).and_then(|worker| worker.stopping());
        if matches!(stopping, Some(StopReason::Broke(_) | StopReason::Unjudged)) {
            return;
        }
        let Some(group) = self.groups.of.get(&task) else { return };
        let known = self.groups.known.get_mut(group).unwrap();
        known.fuel += usage.fuel.unwrap_or_default();
        known.cpu += usage.cpu.or(usage.wall).unwrap_or_default();
    }

    /// W73: no more attempts of a group are at workers than may be. W74: nothing of a group is sent
    /// once its budget is used up, or too many of it failed. W75: nothing of it is sent ahead when
    /// less than a tenth of a budget is left.
    pub(super) fn check_group_sent(&self, id: WorkerId, task: TaskId) {
        let Some(group) = self.groups.of.get(&task) else { return };
        let (policy, known) = (self.policy_of(group), &self.groups.known[group]);
        let at_workers = self.processes.values().flat_map(|process| process.queue.iter());
        let out = at_workers.filter(|(_, other, _)| self.groups.of.get(other) == Some(group)).count();
        let most = policy.tasks.map_or(usize::MAX, |most| usize::try_from(most.get()).unwrap());
        assert!(out < most, "W73: {task} of {group} is sent beside {out}");
        assert_eq!(known.stopped, None, "W74: {task} of {group} is sent");
        let fuel = policy.fuel.unwrap_or(u64::MAX);
        let cpu = policy.cpu.unwrap_or(Duration::MAX);
        assert!(known.fuel < fuel && known.cpu < cpu, "W74: {task} of {group} is sent: {known:?}");
        let is_short = known.fuel > fuel - fuel / 10 || known.cpu > cpu - cpu / 10;
        let is_ahead = !self.processes[&id].queue.is_empty();
        assert!(!is_short || !is_ahead, "W75: {task} of {group} is sent ahead: {known:?}");
    }

    /// W76: a group is stopped once, and for a bound that it has and has reached.
    pub(super) fn group_stopped(&mut self, group: &Arc<str>, why: GroupStopReason) {
        let policy = self.policy_of(group);
        let known = self.groups.known.get_mut(group).expect("W76: a group that has no task");
        assert_eq!(known.stopped.replace(why), None, "W76: {group} is stopped again");
        let is_reached = match why {
            GroupStopReason::Fuel { budget, used } => policy.fuel == Some(budget) && used >= budget,
            GroupStopReason::Cpu { budget, used } => policy.cpu == Some(budget) && used >= budget,
            GroupStopReason::MaxFail(most) => {
                policy.max_fail == Some(MaxFail::Tasks(most)) && known.failed == most
            }
            GroupStopReason::MaxFailShare { failed, over, most } => {
                let is_told = failed <= known.failed && over <= known.over;
                policy.max_fail == Some(MaxFail::Share(most)) && is_told && most.is_passed_by(failed, over)
            }
            _ => false,
        };
        assert!(is_reached, "W76: {group} is stopped for {why:?}: {known:?}");
    }

    /// Whether a record says that no more of its group are run, and that is so.
    pub(super) fn is_for_group(&self, record: &Record) -> bool {
        let stopped = self.groups.of.get(&record.task).and_then(|group| self.groups.known[group].stopped);
        stopped.is_some_and(|why| record.error.code == why.code())
    }

    /// Learns of a record, before it is told that its group is stopped.
    pub(super) fn note_group_record(&mut self, record: &Record) {
        let group = self.groups.of.get(&record.task);
        assert_eq!(record.group.as_ref(), group, "W76: the group of {record:?}");
        if let Some(known) = group.and_then(|group| self.groups.known.get_mut(group)) {
            known.over += 1;
            known.failed += u64::from(record.verdict != Verdict::Ok);
        }
    }

    /// W77: a run that ends for its failures had so many that were not those of a stopped group.
    /// W78: a group that reached a bound was stopped, unless the run ended before.
    pub(super) fn check_groups(&self) {
        let charged = |record: &&Record| record.verdict != Verdict::Ok && !self.is_for_group(record);
        let halt = self.sched.outcome().halt;
        if let Some(Halt::MaxFail(most)) = &halt {
            let failed = self.records.values().filter(charged).count();
            assert!(failed >= usize::try_from(*most).unwrap(), "W77: {failed} failed, not {most}");
        }
        for (group, known) in &self.groups.known {
            let policy = self.policy_of(group);
            let is_used_up = policy.fuel.is_some_and(|most| known.fuel >= most)
                || policy.cpu.is_some_and(|most| known.cpu >= most);
            let has_failed = matches!(policy.max_fail, Some(MaxFail::Tasks(most)) if known.failed >= most);
            let is_reached = is_used_up || has_failed;
            assert!(!is_reached || known.stopped.is_some() || halt.is_some(), "W78: {group} goes on");
        }
    }
}
