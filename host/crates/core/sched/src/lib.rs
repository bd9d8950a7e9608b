//! The decisions: which process is started, what it is sent, who is charged when it dies, what is
//! tried again.
//!
//! [`Scheduler::handle`] takes one thing that happened and says what to do about it. It reads no
//! clock, performs no I/O and waits for nothing, so every history of a run can be played in a test;
//! `sim` plays thousands. It must never know what a frame, a descriptor or a guest's bytes are.
#![warn(clippy::wildcard_enum_match_arm)]
#![forbid(unsafe_code)]

mod action;
mod attempts;
mod cache_lookup;
mod cancel;
mod checking;
mod cpu_limit;
mod dispatch;
mod failure_tally;
mod fitness;
mod group_policy;
mod group_shares;
mod head_clock;
mod input;
mod interaction;
mod interrupted;
#[cfg(test)]
mod invariants;
mod judging;
mod max_fail;
mod module_unload;
mod overview;
mod pair_slots;
mod patience;
mod reassign;
mod recycle;
mod resource_exhaustion;
mod retract;
pub mod retry;
mod retry_decision;
mod seen;
mod sent;
mod shutdown;
#[cfg(test)]
mod sim;
mod spare;
mod state;
mod streamed;
#[cfg(test)]
mod tests;
mod workers;

pub use action::SchedulerAction;
pub use group_policy::{GroupPolicies, GroupPolicy, GroupWeight, GroupWeightError};
pub use head_clock::AttemptDelivery;
pub use input::{SchedulerInput, WorkerRemains};
pub use max_fail::MaxFail;
pub use recycle::RecyclePolicy;
pub use sent::SentAttempt;

use crate::retry::{Escalation, RetryPolicy};
use polymer_host_event::{Halt, RunningAttempt};
use polymer_host_task::{Isolation, ModuleId, ModuleInfo, Moment, TaskId, TaskSpec, WorkerId};
use shutdown::ShutdownStage;
use state::{
    CheckTable, CircuitBreaker, GroupLedger, MachineFitness, ModuleTable, PairTable, RunTally, SparePool,
    StopReason, TaskQueues, TaskTable, WorkerPhase, WorkerPool, WorkerState,
};
use std::time::Duration;

/// Time a worker serves its module before it makes room for a module that has no worker and older
/// tasks. Another worker costs some 10 ms.
const TURN: Duration = Duration::from_millis(250);
/// Amount of work that is sent ahead of time, so that a worker need not wait for its next attempt.
const AHEAD: Duration = Duration::from_millis(12);
/// The same where groups share the run: all that was sent ahead is before the first task of a group
/// that had nothing to do.
const AHEAD_OF_GROUPS: Duration = Duration::from_millis(2);
/// What an attempt takes of a worker and of the supervisor beside its own time, about: it is taken
/// in, sent, answered and recorded.
const ATTEMPT_OVERHEAD: Duration = Duration::from_micros(15);
/// The most attempts that are sent ahead, however short they are, where the run has so many for
/// each worker.
const AHEAD_MOST: usize = 1024;
/// The most bytes of input that are sent ahead.
const AHEAD_BYTES: usize = 1 << 20;

/// Settings that the decisions depend on.
#[derive(Debug, Clone)]
pub struct SchedulerConfig {
    /// Run workers at a time; at least 1.
    pub slots: u32,
    /// Compile workers at a time; at least 1.
    pub compile_slots: u32,
    /// Processes that stand by for when a worker is lost; with 0 none is started before it is
    /// needed.
    pub spares: usize,
    /// Tasks that may be in the run at a time; at least 1.
    pub window: usize,
    /// Bytes of input that may be held at a time; one task may always be.
    pub window_bytes: usize,
    /// Deaths of its worker while it ran alone that quarantine a task; with 0 the first death ends
    /// it.
    pub crash_limit: u32,
    /// Policy for retries.
    pub retry: RetryPolicy,
    /// Escalation: what attempts that ran into a limit may get more of. The limits that tasks are
    /// submitted with are at most its base.
    pub escalation: Escalation,
    /// An attempt that ran out of time with fuel left is made once more, alone, before that stands.
    pub confirm_timeouts: bool,
    /// The run drains when so many tasks did not end ok.
    pub max_fail: Option<MaxFail>,
    /// Policies of groups of tasks.
    pub groups: GroupPolicies,
    /// The run ends when so much time has passed since it began.
    pub global_timeout: Option<Duration>,
    /// True if what the run leaves undone is resumed later. A task that is cut short, or would be
    /// tried again, when the run stops then has no record and counts as dropped.
    pub goes_on: bool,
    /// Time a worker gets beyond an attempt's own timeout before it is killed.
    pub grace: Duration,
    /// Time a process gets from its start to its first word. After that, it is checked whether it
    /// is kept from working.
    pub start_limit: Duration,
    /// Time a run worker gets to map, link and describe its module, before the same check.
    pub load_limit: Duration,
    /// Wall-clock time a compile worker gets, before the same check.
    pub compile_limit: Duration,
    /// CPU time that the kernel allows a compile worker.
    pub compile_cpu: Duration,
    /// Time a cache of compiled code gets to say whether it has a module's; `None` if the run has
    /// no cache.
    pub look_limit: Option<Duration>,
    /// Records name the module.
    pub name_modules: bool,
    /// Each dispatch is announced.
    pub announce_dispatch: bool,
    /// Before anything is blamed for the first trouble, it is found out whether this machine runs
    /// anything at all.
    pub probes_machine: bool,
    /// Isolation: what may be run in one worker, one after the other.
    pub isolation: Isolation,
    /// Workers of a checker or an interactor are granted something else than those of programs
    /// from their start on, so no spare becomes one.
    pub own_judge_workers: bool,
    /// When a worker has lived long enough.
    pub recycle: RecyclePolicy,
}

/// The state of a run, and the rules by which it moves.
#[derive(Debug)]
pub struct Scheduler {
    config: SchedulerConfig,
    stage: ShutdownStage,
    tasks: TaskTable,
    modules: ModuleTable,
    queues: TaskQueues,
    checks: CheckTable,
    pairs: PairTable,
    groups: GroupLedger,
    workers: WorkerPool,
    spares: SparePool,
    input_ended: bool,
    pressed: bool,
    tally: RunTally,
    breaker: CircuitBreaker,
    /// Fitness of this machine: whether it runs anything.
    fitness: MachineFitness,
    halt: Option<Halt>,
}

impl Scheduler {
    /// A run with nothing in it.
    #[must_use]
    pub fn new(config: SchedulerConfig) -> Self {
        let slots = |number: u32| usize::try_from(number.max(1)).unwrap_or(usize::MAX);
        let workers = WorkerPool::new(slots(config.slots), slots(config.compile_slots));
        let breaker = CircuitBreaker::new(config.slots);
        let spares = SparePool::new(workers.slots());
        let groups = GroupLedger::new(config.groups.clone());
        Self {
            config,
            stage: ShutdownStage::Running,
            tasks: TaskTable::default(),
            modules: ModuleTable::default(),
            queues: TaskQueues::default(),
            checks: CheckTable::default(),
            pairs: PairTable::default(),
            groups,
            workers,
            spares,
            input_ended: false,
            pressed: false,
            tally: RunTally::default(),
            breaker,
            fitness: MachineFitness::default(),
            halt: None,
        }
    }

    /// Takes one thing that happened `now` and appends what to do about it to `out`, in order.
    pub fn handle(&mut self, now: Moment, input: SchedulerInput, out: &mut Vec<SchedulerAction>) {
        self.take(now, input, out);
        self.follow_up(now, out);
    }

    /// The first half of [`handle`](Self::handle), for things that happen by the hundred:
    /// [`follow_up`](Self::follow_up) is due after the last.
    pub fn take(&mut self, now: Moment, input: SchedulerInput, out: &mut Vec<SchedulerAction>) {
        if let Some(spare) = input.worker().filter(|id| self.spares.contains(*id)) {
            return self.on_spare(spare, input, out);
        }
        if self.is_to_be_held(&input) {
            return self.hold(input, out);
        }
        match input {
            SchedulerInput::Module { module, name } => self.modules.name(module, name, now),
            SchedulerInput::Checker(id) => self.modules.note_checker(id),
            SchedulerInput::Interactor(id) => self.modules.note_interactor(id),
            SchedulerInput::Require(id) => self.modules.require(id),
            SchedulerInput::Forget { module } => self.modules.leave(module),
            SchedulerInput::Submit(submission) => self.on_submit(now, submission, out),
            SchedulerInput::Cancel { seq } => self.on_cancel(seq, out),
            SchedulerInput::InputEnded => self.input_ended = true,
            SchedulerInput::Hello(worker) => self.on_hello(now, worker, out),
            SchedulerInput::Unconfined { worker, error } => self.on_unconfined(worker, error, out),
            SchedulerInput::Compiled { worker, form, imports } => {
                self.on_compiled(now, worker, form, imports, out);
            }
            SchedulerInput::Seen { worker, form, imports, functions } => {
                let info = ModuleInfo { form, tasks: Vec::new(), imports, functions };
                self.on_seen(now, worker, info, out);
            }
            SchedulerInput::Refused { worker, error } => self.on_refused(worker, error, out),
            SchedulerInput::Found { module, form, imports } => self.modules.note_found(module, form, imports),
            SchedulerInput::NotFound { module, damaged } => self.on_not_found(module, damaged, out),
            SchedulerInput::Ready { worker, tasks, functions } => {
                self.on_ready(now, worker, tasks, functions, out);
            }
            SchedulerInput::Finished { worker, attempt, ending } => {
                self.on_finished(now, worker, attempt, ending, out);
            }
            SchedulerInput::CheckWanted { task, ending, given } => {
                self.on_check_wanted(now, task, ending, given, out);
            }
            SchedulerInput::CaseWritten { task, input } => self.on_case_written(now, task, input, out),
            SchedulerInput::Judged { task, ending } => self.on_judged(now, task, ending, out),
            SchedulerInput::Observed { worker, attempt, delivery } => {
                self.on_observed(now, worker, attempt, delivery, out);
            }
            SchedulerInput::Retracted { worker, begun } => self.on_retracted(now, worker, begun, out),
            SchedulerInput::Resident { worker, bytes } => self.on_resident(worker, bytes, out),
            SchedulerInput::Broke { worker, what } => self.stop_worker(worker, StopReason::Broke(what), out),
            SchedulerInput::CpuUsed { worker, cpu } => self.on_cpu_used(now, worker, cpu, out),
            SchedulerInput::LoadExhausted { worker, shortage } => {
                self.on_load_exhausted(now, worker, shortage, out);
            }
            SchedulerInput::SpawnExhausted { worker, shortage } => {
                self.on_spawn_exhausted(now, worker, shortage, out);
            }
            SchedulerInput::Died { worker, remains } => self.on_died(now, worker, *remains, out),
            SchedulerInput::Probed(fit) => self.on_probed(now, fit, out),
            SchedulerInput::SpawnFailed { worker, error } => self.on_spawn_failed(now, worker, error, out),
            SchedulerInput::Pressure(pressed) => self.pressed = pressed,
            SchedulerInput::Tick => self.on_tick(now, out),
            SchedulerInput::Drain => self.halt(Halt::Asked, out),
            SchedulerInput::End => self.end(Some(Halt::Asked), out),
        }
    }

    /// Gives out work, and ends what is over: whatever follows from all that happened rather than
    /// from each thing.
    pub fn follow_up(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        // What is held back may take a slot or a module away: nothing is begun before that is
        // known.
        if !self.fitness.is_judging() {
            self.let_go(out);
            self.recycle(out);
            self.fill(now, out);
            self.end_if_done(out);
        }
        #[cfg(test)]
        self.check();
    }

    /// Returns what a task asks for, while it is not over, with the limits of its next or present
    /// attempt.
    #[must_use]
    pub fn spec(&self, task: TaskId) -> Option<&TaskSpec> {
        self.tasks.spec(task)
    }

    /// Returns the form of a module, once that is known.
    #[must_use]
    pub fn form(&self, module: ModuleId) -> Option<polymer_host_task::ModuleForm> {
        match self.modules.state(module)? {
            state::ModuleState::Compiled { form, .. } => Some(*form),
            state::ModuleState::Ready(info) => Some(info.form),
            state::ModuleState::Known
            | state::ModuleState::Looking
            | state::ModuleState::Compiling
            | state::ModuleState::Invalid(_) => None,
        }
    }

    /// Returns what is known of a module whose tasks can run.
    #[must_use]
    pub fn info(&self, module: ModuleId) -> Option<&ModuleInfo> {
        self.modules.info(module).map(|info| &**info)
    }

    /// Returns how many more submissions the run takes now.
    #[must_use]
    pub fn room(&self) -> usize {
        let held = self.tasks.held_bytes().saturating_add(self.checks.held_bytes());
        let full = held >= self.config.window_bytes && !self.tasks.is_empty();
        match self.stage {
            ShutdownStage::Running if !full => self.config.window.saturating_sub(self.tasks.len()),
            ShutdownStage::Running | ShutdownStage::Draining | ShutdownStage::Ending => 0,
        }
    }

    /// Returns the attempts that are running `now`, oldest first.
    #[must_use]
    pub fn running(&self, now: Moment) -> Vec<RunningAttempt> {
        let busy = self.workers.iter().filter_map(|worker| {
            let entry = self.tasks.get(worker.current()?.task)?;
            let age = now.saturating_sub(worker.head().started());
            let (task, attempt) = (entry.spec().name(), entry.attempts() + 1);
            Some(RunningAttempt {
                worker: worker.id(),
                task,
                attempt,
                age,
                memory: None,
                fuel: None,
                progress: None,
            })
        });
        let mut running: Vec<RunningAttempt> = busy.collect();
        running.sort_by_key(|running| std::cmp::Reverse(running.age));
        running
    }

    /// The attempt that `worker` is at, with its limits.
    #[must_use]
    pub fn at_work(
        &self,
        worker: WorkerId,
    ) -> Option<(polymer_host_task::AttemptId, &polymer_host_task::Limits)> {
        let head = self.workers.get(worker)?.current()?;
        Some((head.attempt, &self.spec(head.task)?.limits))
    }

    /// Returns the module that a worker compiles or serves.
    #[must_use]
    pub fn serving(&self, worker: WorkerId) -> Option<ModuleId> {
        Some(self.workers.get(worker)?.role().module())
    }

    /// Tasks that are in the run and not being run: they wait for a worker, for their turn at one,
    /// or for their next attempt.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let running = self.workers.iter().filter_map(WorkerState::current);
        let running = running.filter(|head| !head.task.is_interactor()).count();
        let hidden = self.checks.len().saturating_add(self.interactors());
        self.tasks.len().saturating_sub(hidden).saturating_sub(running)
    }

    /// When a [`SchedulerInput::Tick`] is due, at the latest.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Moment> {
        let workers = self.workers.iter().filter(|worker| !worker.is_stopping());
        let workers = workers.filter_map(|worker| self.worker_deadline(worker));
        let delayed = self.queues.deadline();
        let deadline = self.tasks.deadline();
        let last = self.config.global_timeout.filter(|_| !self.is_ending());
        let workers = workers.chain(delayed).chain(deadline).chain(last);
        let workers = workers.chain(self.breaker.deadline());
        workers.chain(self.look_deadline()).chain(self.spare_deadline()).min()
    }

    fn worker_deadline(&self, worker: &WorkerState) -> Option<Moment> {
        match worker.phase() {
            WorkerPhase::Starting | WorkerPhase::Loading => self.look_due(worker),
            WorkerPhase::Serving => {
                let (_, due) = self.due(worker)?;
                let others = worker.hold_ends().into_iter().chain(self.cpu_due(worker.id()));
                worker.head().look().or_else(|| others.chain([due]).min())
            }
        }
    }
}
