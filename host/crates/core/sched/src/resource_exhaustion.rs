//! What a run does where the machine lacks something: a descriptor, memory, a process.
//!
//! No task is charged and no module is blamed. What was refused is tried again, less and less often and with fewer workers, and others
//! go first. The run ends when it is refused again and again while nobody is at work: then not one worker can serve.
//!
//! A worker that has seen a guest may only say that it lacked something. Where no limit of the machine explains it, that frees a task
//! a few times in a row and no more: see [`Scheduler::is_excused`].

use super::state::{Module, Phase, PutOff, Sent, Stopping, Task, Worker};
use super::{Action, Remains, Scheduler};
use polymer_host_base::Shortage;
use polymer_host_event::{Death, Halt, Role, RunEvent};
use polymer_host_task::{ModuleId, Moment, TaskId, WorkerId};
use std::collections::BTreeMap;
use std::time::Duration;

/// Refusals in a row that end a run in which nobody is at work. With the waits between them that takes 2.5 to 5 s.
const MOST_IN_A_ROW: u32 = 8;
/// How often in a row a worker's word alone keeps a task from being charged.
pub(super) const EXCUSES_MOST: u32 = 4;
/// How long after a refusal one more worker is tried, once attempts have ended since.
const GROWTH: Duration = Duration::from_secs(1);

/// How far a run has to do with less than it wants.
#[derive(Debug, Default)]
pub(super) struct Exhaustion {
    /// Refusals since the run got anywhere: see [`Scheduler::note_progress`].
    in_a_row: u32,
    /// Run workers at a time, if the machine was seen not to hold as many as the run may have; at least 1.
    pub(super) most_workers: Option<u32>,
    /// An attempt has ended in this session, so the machine had what one takes.
    has_served: bool,
    /// When one more is tried.
    grows_at: Moment,
    /// The fewest that people were told of.
    told: Option<u32>,
    /// Modules whose worker was refused something while it got ready, and until when others go first.
    resting: BTreeMap<ModuleId, Moment>,
}

impl Scheduler {
    /// A process could not be started.
    pub(super) fn on_spawn_exhausted(
        &mut self,
        now: Moment,
        id: WorkerId,
        shortage: Shortage,
        out: &mut Vec<Action>,
    ) {
        let Some(worker) = self.take_worker(id) else { return };
        self.recompile(worker.role);
        self.run_short(now, &worker, shortage, out);
    }

    /// What a worker is to serve could not be handed to it: it is of no use.
    pub(super) fn on_load_exhausted(
        &mut self,
        now: Moment,
        id: WorkerId,
        shortage: Shortage,
        out: &mut Vec<Action>,
    ) {
        let loading = |worker: &&Worker| worker.phase == Phase::Loading && worker.stopping.is_none();
        let Some(worker) = self.worker(id).filter(loading) else { return };
        let (id, role) = (worker.id, worker.role);
        self.stop_worker(id, Stopping::Unhanded, out);
        self.let_rest(now, role.module());
        self.back_off_for_want(now, id, role, shortage, out);
    }

    /// Its process is gone: whoever compiles next has the module's files to himself.
    pub(super) fn bury_unhanded(
        &mut self,
        now: Moment,
        worker: &Worker,
        remains: &Remains,
        out: &mut Vec<Action>,
    ) {
        self.recompile(worker.role);
        self.bury(now, worker, remains, out);
    }

    /// A worker died before it served anything, and says that it lacked something.
    pub(super) fn died_for_want(
        &mut self,
        now: Moment,
        worker: &Worker,
        remains: &Remains,
        shortage: Shortage,
        out: &mut Vec<Action>,
    ) {
        self.announce_death(worker, &remains.death, None, 0, out);
        self.recompile(worker.role);
        if worker.phase == Phase::Loading {
            self.let_rest(now, worker.role.module());
        }
        self.run_short(now, worker, shortage, out);
    }

    /// Whether a task is not charged for the death of its worker, which lacked something: always if that is certain. If it is only the
    /// worker's word, which may be its guest's, then some times in a row.
    pub(super) fn is_excused(&self, task: TaskId, shortage: &Shortage) -> bool {
        shortage.is_certain || self.tasks.get(&task).is_some_and(|task| task.excuses < EXCUSES_MOST)
    }

    /// A worker died at an attempt, for want of something: all it had goes back, the task that it was at after a wait.
    pub(super) fn give_back_for_want(
        &mut self,
        now: Moment,
        worker: &Worker,
        tried: Sent,
        (death, shortage): (&Death, Shortage),
        out: &mut Vec<Action>,
    ) {
        self.put_back(now, &worker.outstanding, out);
        self.announce_death(worker, death, None, worker.outstanding.len() + 1, out);
        if self.is_cut(tried.task) || self.is_left_undone(tried.task) {
            self.put_back(now, [&tried], out);
        } else {
            self.delay_for_want(now, tried.task);
        }
        // A machine that has served is not said to serve nobody because of a word that nothing explains.
        if !shortage.is_certain && self.exhaustion.has_served {
            self.exhaustion.in_a_row = 0;
        }
        self.run_short(now, worker, shortage, out);
    }

    fn delay_for_want(&mut self, now: Moment, id: TaskId) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        task.excuses = task.excuses.saturating_add(1);
        task.queued_at = now;
        let due = now.saturating_add(rest_after(task.excuses));
        // A suspect stays one. Others go first meanwhile, so that it is not all that the run tries.
        let before = self.suspects.len();
        self.suspects.retain(|suspect| *suspect != id);
        let was_suspect = self.suspects.len() < before;
        task.put_off = Some(if was_suspect { PutOff::Suspects } else { PutOff::Queue });
        self.delayed.insert((due, id));
    }

    /// Puts a task whose wait is over where it was before it waited.
    pub(super) fn come_back(&mut self, now: Moment, id: TaskId) {
        match self.take_put_off(id) {
            Some(PutOff::Suspects) => self.suspects.push_back(id),
            Some(PutOff::Queue) | None => self.wait(now, id, false),
        }
    }

    /// Where a task goes that waits no longer, if it was put off because the machine lacked something.
    pub(super) fn take_put_off(&mut self, id: TaskId) -> Option<PutOff> {
        self.tasks.get_mut(&id)?.put_off.take()
    }

    /// A task waits no longer, for the run drains: what has begun is finished, what has not is left undone.
    pub(super) fn drain_put_off(&mut self, id: TaskId, to: PutOff) {
        match to {
            PutOff::Suspects if self.is_begun(id) => self.suspects.push_back(id),
            PutOff::Queue if self.is_begun(id) => self.queue(id, false),
            PutOff::Suspects | PutOff::Queue => self.leave_undone(id),
        }
    }

    fn is_begun(&self, id: TaskId) -> bool {
        self.tasks.get(&id).is_some_and(Task::is_begun)
    }

    /// An attempt ended.
    pub(super) fn note_served(&mut self, now: Moment, id: TaskId) {
        self.exhaustion.has_served = true;
        self.note_progress(now);
        if let Some(task) = self.tasks.get_mut(&id) {
            // What its workers lacked before is no more than that.
            task.excuses = 0;
        }
    }

    /// Something was done that can be done only so often: the machine holds what the run has now. In time it is asked for more.
    pub(super) fn note_progress(&mut self, now: Moment) {
        self.exhaustion.in_a_row = 0;
        let all = self.config.slots;
        if let Some(most) = self.exhaustion.most_workers
            && now >= self.exhaustion.grows_at
        {
            self.exhaustion.most_workers = Some(most.saturating_add(1)).filter(|most| *most < all);
            self.exhaustion.grows_at = now + GROWTH;
        }
    }

    fn run_short(&mut self, now: Moment, worker: &Worker, shortage: Shortage, out: &mut Vec<Action>) {
        self.back_off_for_want(now, worker.id, worker.role, shortage, out);
    }

    /// Waits longer and longer before the next process is started, goes on with fewer, and not for ever.
    fn back_off_for_want(
        &mut self,
        now: Moment,
        id: WorkerId,
        role: Role,
        shortage: Shortage,
        out: &mut Vec<Action>,
    ) {
        self.do_without_spares(out);
        self.exhaustion.in_a_row = self.exhaustion.in_a_row.saturating_add(1);
        let in_a_row = self.exhaustion.in_a_row;
        self.spawn_after = Some(now + wait_after(in_a_row));
        if in_a_row > 1 {
            self.stop_idle(out);
        }
        let living = self.workers().filter(|worker| is_run_worker(worker) && worker.stopping.is_none());
        let most = u32::try_from(living.count()).unwrap_or(u32::MAX).max(1);
        self.exhaustion.most_workers = Some(most.min(self.config.slots));
        self.exhaustion.grows_at = now + GROWTH;
        let is_news = self.exhaustion.told.is_none_or(|told| most < told);
        if is_news {
            self.exhaustion.told = Some(most);
        }
        let told = shortage.clone();
        let workers = most;
        out.push(Action::Announce(RunEvent::Exhausted {
            worker: id,
            role,
            shortage: told,
            workers,
            is_news,
        }));
        let is_busy = |worker: &Worker| {
            worker.phase == Phase::Serving && worker.stopping.is_none() && !worker.outstanding.is_empty()
        };
        if in_a_row >= MOST_IN_A_ROW && !self.workers().any(is_busy) {
            self.end(Some(Halt::Exhausted(Box::new(shortage))), out);
        }
    }

    /// Ends workers that have nothing to do: what they hold may be what is lacking.
    fn stop_idle(&mut self, out: &mut Vec<Action>) {
        let idle: Vec<WorkerId> = self.workers().filter(|w| w.is_idle()).map(|worker| worker.id).collect();
        for id in idle {
            self.stop_worker(id, Stopping::Ours, out);
        }
    }

    /// Whether the machine may hold one more process in this role.
    pub(super) fn may_hold(&self, role: Role) -> bool {
        let Some(most) = self.exhaustion.most_workers else { return true };
        let living = |is_run: bool| self.workers().filter(|worker| is_run_worker(worker) == is_run).count();
        match role {
            Role::Run(_) => living(true) < usize::try_from(most).unwrap_or(usize::MAX),
            Role::Compile(_) => living(false) == 0,
        }
    }

    /// Lets other modules go first for a while.
    fn let_rest(&mut self, now: Moment, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.refusals = module.refusals.saturating_add(1);
            let until = now + rest_after(module.refusals);
            self.exhaustion.resting.insert(id, until);
        }
    }

    /// Whether others go before this module.
    pub(super) fn is_resting(&self, id: ModuleId) -> bool {
        self.exhaustion.resting.contains_key(&id)
    }

    /// Lets modules go on whose rest is over.
    pub(super) fn end_rests(&mut self, now: Moment) {
        self.exhaustion.resting.retain(|_, until| *until > now);
    }

    /// When the next rest is over.
    pub(super) fn rest_deadline(&self) -> Option<Moment> {
        self.exhaustion.resting.values().min().copied()
    }
}

impl Module {
    /// One of its workers got ready.
    pub(super) const fn note_ready(&mut self) {
        self.failures = 0;
        self.refusals = 0;
    }
}

fn is_run_worker(worker: &Worker) -> bool {
    matches!(worker.role, Role::Run(_))
}

/// How long the same thing waits: longer than anything does, so that others can go first.
fn rest_after(refusals: u32) -> Duration {
    wait_after(refusals) * 2
}

/// How long the next process waits: from 20 ms up to 1.28 s.
fn wait_after(refusals: u32) -> Duration {
    Duration::from_millis(10 << refusals.min(7))
}
