//! Messages of workers about themselves, and their ends: hello, ready, refused, dead.

use super::patience;
use super::state::{
    GroupId, LastTry, ModuleEntry, OutstandingAttempt, ReadyModule, SideEnd, SlowReason, StopReason, WhySlow,
    WorkerPhase, WorkerState,
};
use super::{Scheduler, SchedulerAction, WorkerRemains};
use polymer_host_event::{Halt, ProcessDeath, ProcessRole, RunEvent};
use polymer_host_task::task_error::CPU_TIME;
use polymer_host_task::{
    AttemptEnding, AttemptId, FunctionInfo, LimitWall, ModuleForm, ModuleId, Moment, TaskError, TaskId,
    TaskInfo, TaskName, Usage, Verdict, WorkerId,
};
use std::time::Duration;

/// Limit of successive deaths, over a module, of workers that are not ready yet: by their own
/// fault, which will repeat itself,
const MODULE_FAILURES_MOST: u32 = 2;
/// and killed by somebody, who may leave the next one alone.
const MODULE_KILLS_MOST: u32 = 5;

impl Scheduler {
    pub(super) fn on_hello(&mut self, now: Moment, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let Some(worker) = self.workers.get_mut(id) else { return };
        if worker.phase() != WorkerPhase::Starting {
            return self.broke(id, "said hello twice", out);
        }
        if worker.is_stopping() {
            return;
        }
        worker.begin_phase(WorkerPhase::Loading, now);
        let role = worker.role();
        self.breaker.note_start();
        out.push(SchedulerAction::Load { worker: id, role });
    }

    /// A worker says that it has no jail.
    pub(super) fn on_unconfined(&mut self, id: WorkerId, error: TaskError, out: &mut Vec<SchedulerAction>) {
        let Some(worker) = self.workers.get(id) else { return };
        if worker.phase() != WorkerPhase::Starting {
            return self.broke(id, "says after its hello that it has no jail", out);
        }
        self.lacks_jail(error, out);
    }

    pub(super) fn on_compiled(
        &mut self,
        now: Moment,
        id: WorkerId,
        form: ModuleForm,
        imports: Vec<String>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(worker) = self.workers.get(id) else { return };
        let role @ ProcessRole::Compile(module) = worker.role() else {
            return self.broke(id, "a run worker claims to have compiled", out);
        };
        if worker.phase() != WorkerPhase::Loading || worker.is_stopping() {
            return;
        }
        self.breaker.note_progress(now);
        // Its end makes sure that nobody writes the code any more.
        self.stop_worker(id, StopReason::Ours, out);
        self.modules.note_compiled(module, form, imports);
        self.fitness.prove(role);
    }

    pub(super) fn on_refused(&mut self, id: WorkerId, error: TaskError, out: &mut Vec<SchedulerAction>) {
        let Some(worker) = self.workers.get(id) else { return };
        if worker.phase() != WorkerPhase::Loading {
            return self.broke(id, "refused a module it was not handed", out);
        }
        if worker.is_stopping() {
            return;
        }
        let module = worker.role().module();
        let turned = worker.has_turned();
        if self.info(module).is_some() {
            return self.broke(id, "refused a module that others accepted", out);
        }
        let stale = error.code == TaskError::STALE && matches!(worker.role(), ProcessRole::Run(_));
        self.stop_worker(id, StopReason::Ours, out);
        if turned {
            return self.modules.require_fresh_worker(module);
        }
        // What another engine compiled cannot be mapped: that says nothing of the module.
        if !(stale && self.reject_cached(module, out)) {
            self.invalidate_module(module, error, out);
        }
    }

    pub(super) fn on_ready(
        &mut self,
        now: Moment,
        id: WorkerId,
        tasks: Vec<TaskInfo>,
        functions: Vec<FunctionInfo>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(worker) = self.workers.get_mut(id) else { return };
        let (ProcessRole::Run(module), WorkerPhase::Loading) = (worker.role(), worker.phase()) else {
            return self.broke(id, "is ready although nobody asked", out);
        };
        if worker.is_stopping() {
            return;
        }
        // Getting ready is work too, but no reason to be replaced: the next one would have as much
        // of it.
        worker.begin_serving(now);
        if let Some(readied) = self.modules.note_ready(module, now, tasks, functions) {
            let ReadyModule { info, cached, took } = readied;
            if !cached && self.config.look_limit.is_some() {
                out.push(SchedulerAction::Keep(module));
            }
            out.push(SchedulerAction::Announce(RunEvent::ModuleReady { module, info, cached, took }));
            self.set_aside(module);
            self.breaker.note_progress(now);
        }
        self.settle_down(now);
    }

    /// Marks a worker that did what cannot be, and kills it.
    pub(super) fn broke(&mut self, id: WorkerId, what: &str, out: &mut Vec<SchedulerAction>) {
        self.stop_worker(id, StopReason::Broke(what.to_owned()), out);
    }

    /// Kills a worker, for a reason that stands until it is seen dead.
    pub(super) fn stop_worker(&mut self, id: WorkerId, why: StopReason, out: &mut Vec<SchedulerAction>) {
        self.release_held(id);
        let Some(worker) = self.workers.get_mut(id) else { return };
        if worker.stop(why) {
            out.push(SchedulerAction::Kill(id));
        }
    }

    pub(super) fn on_spawn_failed(
        &mut self,
        now: Moment,
        id: WorkerId,
        error: String,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(worker) = self.workers.remove(id) else { return };
        self.recompile(worker.role());
        self.breaker.note_stillborn(now);
        // A worker that has nothing to do may hold what the next one lacks, and does not go on with
        // what waits.
        self.make_room(out);
        let is_at_work =
            |worker: &WorkerState| worker.phase() != WorkerPhase::Serving || !worker.outstanding().is_empty();
        if self.breaker.starts_nothing() && !self.workers.iter().any(is_at_work) {
            self.end(Some(Halt::CannotSpawn(error)), out);
        }
    }

    pub(super) fn on_died(
        &mut self,
        now: Moment,
        id: WorkerId,
        mut remains: WorkerRemains,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(mut worker) = self.workers.remove(id) else { return };
        if let Some(task) = worker.reserved().filter(|task| self.pairs.held(*task) == Some(id)) {
            self.wait_again(task);
        }
        self.charge_dead(now, &worker, &remains, out);
        if let Some(StopReason::Broke(what)) = worker.stopping() {
            remains.death.violation = Some(what.clone());
        }
        let death = remains.death.clone();
        let why = worker.take_stopping();
        if let Some(StopReason::Overtime { attempt, cpu }) = why {
            self.end_overtime(now, &mut worker, (attempt, cpu), &remains.usage, out);
        }
        match (why, worker.phase()) {
            (Some(StopReason::Unhanded), _) => self.bury_unhanded(now, &worker, &remains, out),
            (Some(StopReason::Ours | StopReason::Overtime { .. }), _) => {
                self.settle_death(now, &worker, &remains, out);
            }
            _ if self.is_ending() => self.settle_death(now, &worker, &remains, out),
            (None, WorkerPhase::Starting | WorkerPhase::Loading) if remains.shortage.is_some() => {
                if let Some(shortage) = remains.shortage.take() {
                    self.died_for_want(now, &worker, &remains, shortage, out);
                }
            }
            (_, WorkerPhase::Serving) => self.blame(now, worker, remains, out),
            (why, WorkerPhase::Starting) => self.died_unborn(now, &worker, death.clone(), why, out),
            (why, WorkerPhase::Loading) => self.died_loading(&worker, &death, why, out),
        }
        self.check_storm(death, out);
    }

    /// A worker that never said a word.
    fn died_unborn(
        &mut self,
        now: Moment,
        worker: &WorkerState,
        mut death: ProcessDeath,
        why: Option<StopReason>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let slow = SlowReason::of(why.as_ref());
        if let Some(slow) = slow {
            death.violation = Some(slow.silent());
        }
        self.recompile(worker.role());
        self.record_death(worker, &death, None, 0, out);
        self.breaker.note_stillborn(now);
        if slow.is_some() {
            self.breaker.note_silent();
        }
        if self.breaker.starts_nothing() {
            self.end(Some(Halt::WorkersDie(death)), out);
        }
    }

    /// A worker that died over a module before it was ready. The module is to blame if that happens
    /// again and again.
    fn died_loading(
        &mut self,
        worker: &WorkerState,
        death: &ProcessDeath,
        why: Option<StopReason>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let compiling = matches!(worker.role(), ProcessRole::Compile(_));
        let slow = SlowReason::of(why.as_ref());
        let (code, error) = patience::unready(worker.role(), death, slow, self.config.compile_cpu);
        self.record_death(worker, death, None, 0, out);
        let id = worker.role().module();
        if worker.has_turned() {
            // It may have died of what it served before.
            return self.modules.require_fresh_worker(id);
        }
        if self.info(id).is_some() {
            // It is sound, so something else kills its workers; too many deaths end the run.
            return;
        }
        // Whatever is wrong with code from the cache, it is not said to be the module's fault
        // before it was compiled anew.
        if !death.exit.is_kill() && self.reject_cached(id, out) {
            return;
        }
        let failures = self.modules.note_failure(id);
        let is_kill = death.exit.is_kill() && slow.is_none();
        let most = if is_kill { MODULE_KILLS_MOST } else { MODULE_FAILURES_MOST };
        // A limit that was hit once is hit again. One that just stood still may get on another
        // time.
        let late = slow.is_some_and(|slow| slow.why != WhySlow::Stalled);
        let limit = compiling && (late || death.exit.is_cpu_limit() || death.ran_out_of_memory());
        if limit || failures >= most {
            let wall = if slow.is_some() { Some(LimitWall::Supervisor) } else { death.wall() };
            self.invalidate_module(id, TaskError::new(code, error).by(wall), out);
        } else {
            self.recompile(worker.role());
        }
    }

    /// Lets a module be compiled anew after the worker that did so came to nothing.
    pub(super) fn recompile(&mut self, role: ProcessRole) {
        if let ProcessRole::Compile(id) = role {
            self.modules.note_not_compiled(id);
        }
    }

    /// Counts and announces a death that was not our doing.
    pub(super) fn record_death(
        &mut self,
        worker: &WorkerState,
        death: &ProcessDeath,
        charged: Option<TaskName>,
        returned: usize,
        out: &mut Vec<SchedulerAction>,
    ) {
        self.announce_death(worker, death, charged, returned, out);
        self.breaker.note_death();
    }

    /// Tells of a death that was not our doing.
    pub(super) fn announce_death(
        &mut self,
        worker: &WorkerState,
        death: &ProcessDeath,
        charged: Option<TaskName>,
        returned: usize,
        out: &mut Vec<SchedulerAction>,
    ) {
        let event = RunEvent::WorkerDied {
            worker: worker.id(),
            role: worker.role(),
            death: Box::new(death.clone()),
            charged: charged.map(Box::new),
            returned,
        };
        out.push(SchedulerAction::Announce(event));
    }

    /// Ends a run in which workers do nothing but die. Every slot may lose one for each death that
    /// a few bad tasks in a row may cause.
    fn check_storm(&mut self, death: ProcessDeath, out: &mut Vec<SchedulerAction>) {
        let per_task = self.config.crash_limit.saturating_add(1);
        let most = 64_u32.saturating_add(self.config.slots.saturating_mul(per_task).saturating_mul(4));
        if self.breaker.is_storm(most) {
            self.end(Some(Halt::WorkersDie(death)), out);
        }
    }

    /// A worker we ended. What it had is put back, or over if it was cut or the run ends.
    pub(super) fn settle_death(
        &mut self,
        now: Moment,
        worker: &WorkerState,
        remains: &WorkerRemains,
        out: &mut Vec<SchedulerAction>,
    ) {
        let over = |sent: &&OutstandingAttempt| self.is_ending() || self.tasks.is_cut(sent.task);
        let (over, back): (Vec<&OutstandingAttempt>, Vec<&OutstandingAttempt>) =
            worker.outstanding().iter().partition(over);
        self.put_back(now, back, out);
        for sent in over {
            let entered = remains.begun == Some(sent.attempt);
            let wall = Some(now.saturating_sub(worker.head().started()));
            let usage = if entered { Usage { wall, ..remains.usage.clone() } } else { Usage::default() };
            self.cut_short(
                sent.task,
                entered.then_some(LastTry {
                    slot: worker.id().slot,
                    started: Some(worker.head().started()),
                    alone: false,
                }),
                usage,
                out,
            );
        }
    }

    fn end_overtime(
        &mut self,
        now: Moment,
        worker: &mut WorkerState,
        (attempt, cpu): (AttemptId, Option<Duration>),
        usage: &Usage,
        out: &mut Vec<SchedulerAction>,
    ) {
        let observed = worker.attempt_cpu();
        let Some(sent) = worker.take(attempt) else { return };
        let Some(limits) = self.spec(sent.task).map(|spec| spec.limits) else { return };
        let wall = now.saturating_sub(worker.head().started());
        let error = match (cpu, limits.cpu) {
            (Some(used), Some(limit)) if used >= limit => {
                let limit = humantime::format_duration(limit);
                TaskError::new(CPU_TIME, format!("no answer within the CPU time of {limit}"))
            }
            _ => {
                let timeout = humantime::format_duration(limits.timeout);
                TaskError::new("timeout", format!("no answer within the timeout of {timeout}"))
            }
        };
        let error = error.by(LimitWall::Supervisor);
        // Threads of the process count in what was observed; the guest has one.
        let used = cpu.or(observed.map(|observed| observed.min(wall)));
        let usage = Usage { wall: Some(wall), cpu: used, partial: true, ..usage.clone() };
        if cpu.is_none() && self.is_connected(sent.task) {
            let place =
                LastTry { slot: worker.id().slot, started: Some(worker.head().started()), alone: false };
            let ending = self.ended_by_clock(sent.task, usage);
            return self.end_side(sent.task, place, (SideEnd::Clock, ending), out);
        }
        let ending = AttemptEnding { usage, ..AttemptEnding::without_guest(Verdict::Timeout, error) };
        self.queues.clear(sent.task);
        let alone = worker.reserved() == Some(sent.task);
        let place = LastTry { slot: worker.id().slot, started: Some(worker.head().started()), alone };
        self.judge(now, sent.task, place, ending.into(), out);
    }

    /// Puts attempts that were not made, or whose answer was lost, back to where they were,
    /// uncharged.
    pub(super) fn put_back<'a, I>(&mut self, now: Moment, sent: I, out: &mut Vec<SchedulerAction>)
    where
        I: IntoIterator<Item = &'a OutstandingAttempt, IntoIter: DoubleEndedIterator>,
    {
        let (mut cut, mut streamed) = (Vec::new(), Vec::new());
        for sent in sent.into_iter().rev() {
            if self.tasks.is_cut(sent.task) || self.is_group_stopped(sent.task) {
                cut.push(sent.task);
            } else if self.is_connected(sent.task) {
                streamed.push(sent.task);
            } else if self.is_left_undone(sent.task) {
                self.leave_undone(sent.task);
            } else if self.is_streamed(sent.task) {
                streamed.push(sent.task);
            } else if !self.queues.is_suspect(sent.task) {
                self.wait(now, sent.task, true);
            }
        }
        for task in streamed {
            self.lose_streamed(task, out);
        }
        for task in cut.into_iter().rev() {
            self.cut_short(task, None, Usage::default(), out);
        }
    }

    /// Lets a task wait for a worker, before all others or behind them.
    pub(super) fn wait(&mut self, now: Moment, task: TaskId, first: bool) {
        let Some(entry) = self.tasks.get_mut(task) else { return };
        entry.wait(now);
        let (id, group) = (entry.spec().module, entry.group());
        self.queue_at(id, group, task, first);
    }

    /// Puts a task into the queue of its module.
    pub(super) fn queue(&mut self, task: TaskId, first: bool) {
        if let Some(entry) = self.tasks.get(task) {
            self.queue_at(entry.spec().module, entry.group(), task, first);
        }
    }

    fn queue_at(&mut self, id: ModuleId, group: GroupId, task: TaskId, first: bool) {
        self.note_waiting(id, group);
        self.modules.wait(id, group, task, first);
    }

    /// Gives up on a module: what waits for it is over, and so is a run that needs it.
    fn invalidate_module(&mut self, id: ModuleId, error: TaskError, out: &mut Vec<SchedulerAction>) {
        let Some(is_required) = self.modules.get(id).map(ModuleEntry::is_required) else { return };
        self.modules.invalidate(id, error.clone());
        out.push(SchedulerAction::Announce(RunEvent::ModuleInvalid {
            module: id,
            error: Box::new(error.clone()),
        }));
        if is_required {
            return self.end(Some(Halt::Module(error)), out);
        }
        let waiting = self.modules.take_out(id, |_| true);
        self.note_gone(&waiting);
        let tasks = &self.tasks;
        let of_module = |task: TaskId| tasks.spec(task).is_some_and(|spec| spec.module == id);
        let suspects = self.queues.take_suspects(of_module);
        let useless: Vec<WorkerId> = self
            .workers
            .iter()
            .filter(|w| w.role() == ProcessRole::Run(id) && w.outstanding().is_empty())
            .map(|w| w.id())
            .collect();
        for worker in useless {
            self.stop_worker(worker, StopReason::Ours, out);
        }
        for task in waiting.into_iter().chain(suspects) {
            self.reject_invalid(task, &error, out);
        }
    }
}
