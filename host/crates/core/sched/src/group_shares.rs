//! Groups of tasks: whose turn it is, what each has used, and the end of a group whose budget is
//! used up or of which too many failed.
//!
//! Turns are start-time fair queueing. A group is charged an estimate when an attempt is sent, and
//! what it took when it ended, over its weight. The next task is one of the group that has had
//! least. So a group with few tasks waits for about what lies at workers, however many tasks
//! another has. A run without groups takes none of these ways.

use super::max_fail::MaxFail;
use super::state::{
    GroupFailures, GroupId, GroupUsage, ModuleEntry, NextTask, StopReason, TaskRank, TaskState, VirtualTime,
    WorkerPhase, WorkerState,
};
use super::{GroupWeight, Scheduler, SchedulerAction, TURN, WorkerRemains};
use polymer_host_event::{GroupStopReason, RunEvent};
use polymer_host_task::{LimitWall, ModuleId, Moment, Record, TaskError, TaskId, Usage, Verdict};
use std::time::Duration;

/// About what an attempt takes of a module of which nothing is known.
const ESTIMATE: Duration = Duration::from_millis(1);

/// Turns.
impl Scheduler {
    /// Returns the task of a module that is next, if one may be sent now.
    pub(super) fn next_of(&self, module: &ModuleEntry, is_ahead: bool) -> Option<NextTask> {
        if !self.groups.is_used() {
            return module.waiting().next(|_| Some(VirtualTime::ZERO));
        }
        module.waiting().next(|group| self.groups.turn(group, is_ahead))
    }

    /// Returns the number of tasks of a module that may be sent now, if there are workers.
    pub(super) fn sendable(&self, module: &ModuleEntry) -> usize {
        if !self.groups.is_used() || !self.groups.bounds_tasks() {
            return module.waiting().len();
        }
        module.waiting().fronts().map(|(group, _, waiting)| waiting.min(self.groups.room(group))).sum()
    }

    /// Returns the group of a task.
    pub(super) fn group_of(&self, task: TaskId) -> GroupId {
        self.tasks.get(task).map_or(GroupId::NONE, TaskState::group)
    }

    /// Returns whether a task that is tried alone may be sent, or a worker kept for it.
    pub(super) fn may_send_alone(&self, task: TaskId) -> bool {
        !self.groups.is_used() || self.groups.may_send(self.group_of(task))
    }

    /// Counts the attempts to come that workers are kept for: a group has room for these.
    pub(super) fn promise_rooms(&mut self) {
        if !self.groups.is_used() || !self.groups.bounds_tasks() {
            return;
        }
        let kept = |worker: &&WorkerState| worker.outstanding().is_empty() && !worker.is_stopping();
        let kept = self.workers.iter().filter(kept).filter_map(WorkerState::reserved);
        let tasks = &self.tasks;
        let groups = kept.filter_map(|task| tasks.get(task).map(TaskState::group));
        self.groups.promise(groups);
    }

    /// Returns whether a module gets one more worker at the cost of another module: the group whose
    /// turn it is there has had less than that of the other by more than a worker's turn. One
    /// worker a turn goes over, for what that gives is not known before.
    pub(super) fn is_behind(&self, now: Moment, id: ModuleId, next: TaskRank, other: TaskRank) -> bool {
        if !self.groups.is_used() || next.time.plus(TURN, GroupWeight::ONE) >= other.time {
            return false;
        }
        let is_new = |worker: &WorkerState| {
            worker.is_for(id) && (worker.phase() != WorkerPhase::Serving || now < worker.since() + TURN)
        };
        self.info(id).is_some() && self.breaker.may_start(now) && !self.workers.iter().any(is_new)
    }

    /// Ends one idle worker that had its turn, in favour of a module whose group is behind.
    pub(super) fn make_room_by_turn(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        if !self.groups.is_used() || self.is_one_leaving() {
            return;
        }
        let had_its_turn = |worker: &&WorkerState| {
            let module = self.modules.get(worker.role().module());
            worker.is_idle() && module.is_some_and(|module| self.had_its_turn(now, worker, module))
        };
        let over = self.workers.iter().find(had_its_turn).map(WorkerState::id);
        if let Some(id) = over {
            self.stop_worker(id, StopReason::Ours, out);
        }
    }

    /// A task of a group is about to wait for a worker of a module.
    pub(super) fn note_waiting(&mut self, module: ModuleId, group: GroupId) {
        // Those that wait for the same workers are whom it shares them with.
        let others = if self.groups.is_used() && self.groups.is_idle(group) {
            self.modules.get(module).and_then(|module| self.next_of(module, false))
        } else {
            None
        };
        self.groups.note_waiting(group, others.map(|next| next.rank.time));
    }

    /// Tasks wait for a worker no longer.
    pub(super) fn note_gone<'a>(&mut self, tasks: impl IntoIterator<Item = &'a TaskId>) {
        for task in tasks {
            let group = self.group_of(*task);
            self.groups.note_gone(group);
        }
    }

    /// An attempt of a task is sent: its group is charged what it will take, about.
    pub(super) fn charge_estimate(&mut self, task: TaskId) {
        if !self.groups.is_used() {
            return;
        }
        let Some(task) = self.tasks.get_mut(task) else { return };
        let estimate = self.modules.typical(task.spec().module).unwrap_or(ESTIMATE);
        task.charge(estimate);
        self.groups.note_sent(task.group(), estimate);
    }

    /// Attempts were not made after all: their groups are charged nothing.
    pub(super) fn return_charges(&mut self, tasks: impl IntoIterator<Item = TaskId>) {
        if !self.groups.is_used() {
            return;
        }
        for task in tasks {
            let Some(task) = self.tasks.get_mut(task) else { continue };
            if let Some(estimate) = task.take_charge() {
                self.groups.note_returned(task.group(), estimate);
            }
        }
    }

    /// An attempt ended: its group is charged what it used. What is not known of that is taken for
    /// as much as it can be, so that no budget is passed unseen.
    pub(super) fn charge_usage(&mut self, task: TaskId, usage: &Usage, out: &mut Vec<SchedulerAction>) {
        if !self.groups.is_used() {
            return;
        }
        let Some(task) = self.tasks.get_mut(task) else { return };
        let Some(estimate) = task.take_charge() else { return };
        let group = task.group();
        let wall = usage.wall.unwrap_or_default();
        let cpu = usage.cpu.unwrap_or(wall);
        let cpu = if usage.partial { cpu.max(wall) } else { cpu };
        let most_fuel = task.spec().limits.fuel.filter(|_| usage.partial);
        let fuel = usage.fuel.or(most_fuel).unwrap_or(0);
        let why = self.groups.note_ended(group, estimate, wall, GroupUsage { fuel, cpu });
        if let Some(why) = why {
            self.stop_group(group, why, out);
        }
    }

    /// A worker is gone: the group of what it was at is charged, those of all behind it are not.
    pub(super) fn charge_dead(
        &mut self,
        now: Moment,
        worker: &WorkerState,
        remains: &WorkerRemains,
        out: &mut Vec<SchedulerAction>,
    ) {
        if !self.groups.is_used() {
            return;
        }
        let mut sent = worker.outstanding().iter().map(|sent| (sent.attempt, sent.task));
        if let Some((attempt, task)) = sent.next() {
            let is_named = remains.begun == Some(attempt);
            // One that died by itself was at its first, whatever its page says.
            let (is_blamed, measured) = match worker.stopping() {
                Some(StopReason::Overtime { attempt: late, cpu }) => (*late == attempt, *cpu),
                Some(StopReason::Ours | StopReason::Unhanded) => (false, None),
                Some(StopReason::Slow(_) | StopReason::Broke(_) | StopReason::Unjudged) | None => {
                    (true, None)
                }
            };
            if is_named || is_blamed || worker.head().has_begun() {
                let wall = Some(now.saturating_sub(worker.head().started()));
                let used = if is_named { remains.usage.clone() } else { Usage::default() };
                let cpu = measured.filter(|_| is_blamed).or(used.cpu);
                self.charge_usage(task, &Usage { wall, cpu, partial: true, ..used }, out);
            } else {
                self.return_charges([task]);
            }
        }
        let behind: Vec<TaskId> = sent.map(|(_, task)| task).collect();
        self.return_charges(behind);
    }
}

/// The end of a group.
impl Scheduler {
    /// A task of a group has its record.
    pub(super) fn note_group_over(
        &mut self,
        group: GroupId,
        has_failed: bool,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some((policy, failures)) = self.groups.note_over(group, has_failed) else { return };
        let GroupFailures { failed, in_order } = failures;
        let why = match policy.max_fail.filter(|limit| limit.is_reached(failed, in_order)) {
            Some(MaxFail::Tasks(most)) => GroupStopReason::MaxFail(most),
            Some(MaxFail::Share(most)) => {
                GroupStopReason::MaxFailShare { failed: in_order.failed, over: in_order.over, most }
            }
            None => return,
        };
        self.stop_group(group, why, out);
    }

    /// Ends all tasks of a group that no worker has, and from here on each that would wait. What
    /// workers have begun is left to finish, and the rest is asked back.
    fn stop_group(&mut self, group: GroupId, why: GroupStopReason, out: &mut Vec<SchedulerAction>) {
        let Some(name) = self.groups.name(group).cloned() else { return };
        // A run that ends has a record or a reason for each task by itself.
        if self.is_ending() || !self.groups.stop(group, why) {
            return;
        }
        let mut canceled: Vec<TaskId> = self.modules.take_group(group).into();
        self.note_gone(&canceled);
        let tasks = &self.tasks;
        let is_of = |task: TaskId| tasks.get(task).is_some_and(|task| task.group() == group);
        canceled.extend(self.queues.take_delayed_of(is_of));
        let held: Vec<TaskId> = self.pairs.all_held().filter(|task| is_of(*task)).collect();
        let workers = &self.workers;
        let is_idle = |task: TaskId| !workers.iter().any(|worker| worker.has(task));
        let suspects = self.queues.take_suspects(|task| is_of(task) && is_idle(task));
        suspects.iter().for_each(|task| self.workers.release(*task));
        canceled.extend(suspects);
        canceled.extend(held.into_iter().filter(|task| self.take_out_held(*task)));
        canceled.sort_unstable();
        let number = u64::try_from(canceled.len()).unwrap_or(u64::MAX);
        out.push(SchedulerAction::Announce(RunEvent::GroupStopped { group: name, why, canceled: number }));
        for task in canceled {
            self.cut_short(task, None, Usage::default(), out);
        }
        self.ask_group_back(group, out);
    }

    /// Returns the ending of a task that is not tried again, whatever became of its last attempt:
    /// it was cut, or no more of its group are run.
    pub(super) fn final_ending(&self, id: TaskId) -> Option<(Verdict, TaskError)> {
        let task = self.tasks.get(id)?;
        task.cut_ending().or_else(|| self.group_ending(task.group()))
    }

    /// Returns whether a record is of a task that was not run because of others of its group.
    pub(super) fn is_for_group(&self, record: &Record, group: GroupId) -> bool {
        let why = if group == GroupId::NONE { None } else { self.groups.stopped(group) };
        why.is_some_and(|why| record.verdict == Verdict::Canceled && record.error.code == why.code())
    }

    /// Returns whether no more tasks of the group of a task are run.
    pub(super) fn is_group_stopped(&self, task: TaskId) -> bool {
        self.groups.is_used() && self.groups.stopped(self.group_of(task)).is_some()
    }

    fn group_ending(&self, group: GroupId) -> Option<(Verdict, TaskError)> {
        if group == GroupId::NONE {
            return None;
        }
        let why = self.groups.stopped(group)?;
        let name = self.groups.name(group)?;
        let message = format!("no more tasks of the group {name:?} are run: {}", why.in_words());
        Some((Verdict::Canceled, TaskError::new(why.code(), message).by(Some(LimitWall::Supervisor))))
    }
}
