//! Who works on what: compiles, suspects, idle workers, new workers, work sent ahead, workers that
//! change their module.

use super::head_clock::HOLD;
use super::shutdown::ShutdownStage;
use super::state::{
    DispatchedAttempt, GroupId, ModuleEntry, ModuleState, SpareWorker, StartedWorker, StopReason, TaskRank,
    WorkerBeginning, WorkerPhase, WorkerState,
};
use super::{
    AHEAD, AHEAD_BYTES, AHEAD_MOST, AHEAD_OF_GROUPS, ATTEMPT_OVERHEAD, Scheduler, SchedulerAction, TURN,
};
use polymer_host_event::{ProcessRole, RunEvent};
use polymer_host_task::{ModuleId, Moment, TaskId, WorkerId};
use std::time::Duration;

/// Room at a worker for more attempts.
#[derive(Debug)]
struct DispatchRoom {
    worker: WorkerId,
    module: ModuleId,
    /// So many attempts.
    attempts: usize,
    /// So many bytes of input, and whatever more the last has that begins within them.
    bytes: usize,
    /// It has nothing to do, so bytes do not count for the next.
    is_idle: bool,
}

/// Attempts a worker must have before it for its answers to be left unheard for a moment.
const CROWD: usize = 8;

impl Scheduler {
    /// Gives work to whoever can take it. Everything that happened may have made room, so it runs
    /// after each input.
    pub(super) fn fill(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        if self.stage == ShutdownStage::Ending {
            return;
        }
        self.start_lookups(now, out);
        self.start_compiles(now, out);
        let settled = self.place_suspects(now, out);
        self.promise_rooms();
        if !self.pressed {
            self.feed(now, 0, out);
        }
        self.start_workers(now, out);
        // A suspect waits for a worker to have nothing left, so none is given more than it has
        // while one waits.
        if !self.pressed && settled {
            self.feed(now, self.share(), out);
        }
        self.start_spares(now, out);
    }

    fn start_compiles(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        loop {
            let mut known =
                self.modules.wanted().filter(|(_, module)| matches!(module.state(), ModuleState::Known));
            let Some((id, _)) = known.find(|(id, _)| !self.breaker.is_resting(*id)) else { return };
            drop(known);
            if !self.spawn(now, ProcessRole::Compile(id), None, out) {
                return;
            }
            self.modules.note_compiling(id, now);
        }
    }

    /// Finds each suspect a fresh worker of its own; says whether all have one that may have.
    fn place_suspects(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) -> bool {
        // None is kept for what its group has no room for.
        let homeless = |task: &TaskId| !self.has_worker(*task) && self.may_send_alone(*task);
        let homeless: Vec<TaskId> = self.queues.suspects().filter(homeless).collect();
        for task in homeless {
            let Some(module) = self.spec(task).map(|spec| spec.module) else { continue };
            if self.breaker.is_resting(module) {
                continue;
            }
            let fresh = self
                .workers
                .iter()
                .find(|worker| worker.is_fresh() && worker.is_idle() && worker.serves(module));
            if let Some(id) = fresh.map(|worker| worker.id()) {
                if let Some(worker) = self.workers.get_mut(id) {
                    worker.reserve(task);
                }
            } else if !self.spawn(now, ProcessRole::Run(module), Some(task), out) {
                self.make_room_for(module, out);
                return false;
            }
        }
        true
    }

    fn has_worker(&self, task: TaskId) -> bool {
        // A dying worker that has it may still answer.
        let holds = |worker: &WorkerState| !worker.is_stopping() || !worker.outstanding().is_empty();
        self.workers.iter().any(|worker| worker.reserved() == Some(task) && holds(worker))
    }

    /// Ends one idle worker, so that its slot comes free. One at a time: the next may finish
    /// something of its own soon.
    pub(super) fn make_room(&mut self, out: &mut Vec<SchedulerAction>) {
        if self.is_one_leaving() {
            return;
        }
        let idle = self.workers.iter().find(|worker| worker.is_idle()).map(|worker| worker.id());
        if let Some(id) = idle {
            self.stop_worker(id, StopReason::Ours, out);
        }
    }

    /// Returns whether a run worker is to die, and its slot comes free.
    pub(super) fn is_one_leaving(&self) -> bool {
        self.workers.iter().any(|worker| worker.is_run_worker() && worker.is_stopping())
    }

    /// Returns the most attempts that a worker is sent ahead, so that none is left with one at a
    /// time while others have all the rest.
    fn share(&self) -> usize {
        AHEAD_MOST.min(self.config.window / self.workers.run_slots())
    }

    /// Sends work to ready workers: to those with nothing to do, then to others up to `ahead`
    /// attempts before they need it.
    fn feed(&mut self, now: Moment, ahead: usize, out: &mut Vec<SchedulerAction>) {
        self.hold_pairs(now, out);
        for slot in 0..self.workers.slots() {
            if let Some((worker, task)) = self.reserved_for(slot) {
                self.send(now, worker, task, out);
            }
            let Some(mut room) = self.room_at(now, slot, ahead) else { continue };
            while room.attempts > 0
                && (room.is_idle || room.bytes > 0)
                && !self.has_older(now, slot)
                && let Some((task, goes_alone)) = self.take_next(room.module, room.is_idle)
            {
                if task.is_interactor() {
                    self.connect(now, room.worker, task, out);
                    break;
                }
                let bytes = self.send(now, room.worker, task, out);
                room.attempts = if goes_alone { 0 } else { room.attempts - 1 };
                room.bytes = room.bytes.saturating_sub(bytes);
                room.is_idle = false;
            }
        }
    }

    /// Takes the task of a module that is next for a worker, and says whether it goes alone. What
    /// does is only for a worker that has nothing to do. An interaction is for none by itself.
    fn take_next(&mut self, module: ModuleId, is_idle: bool) -> Option<(TaskId, bool)> {
        let group = if self.groups.is_used() {
            self.next_of(self.modules.get(module)?, !is_idle)?.group
        } else {
            GroupId::NONE
        };
        let goes_alone = self.next_goes_alone(module, group);
        if goes_alone && !(is_idle && self.next_is_single(module, group)) {
            return None;
        }
        let task = self.modules.take_next(module, group)?;
        self.groups.note_gone(group);
        Some((task, goes_alone))
    }

    /// The task that is kept for the worker of a slot, if it can be sent it now.
    fn reserved_for(&self, slot: usize) -> Option<(WorkerId, TaskId)> {
        let worker = self.workers.at(slot).filter(|worker| worker.takes_more())?;
        let task = worker.reserved().filter(|_| worker.outstanding().is_empty())?;
        // One whose interactor has no worker yet waits for that.
        self.queues.is_suspect(task).then_some(())?;
        self.may_send_alone(task).then(|| (worker.id(), task))
    }

    /// Returns what the worker of a slot may be sent now, if anything. One that has nothing to do
    /// may be sent one attempt in any case.
    fn room_at(&self, now: Moment, slot: usize, ahead: usize) -> Option<DispatchRoom> {
        let worker = self.workers.at(slot).filter(|worker| worker.takes_more())?;
        let ProcessRole::Run(module) = worker.role() else { return None };
        if worker.reserved().is_some() {
            return None;
        }
        let sent = worker.outstanding().len();
        let is_slow = sent > 0 && now >= worker.head().since() + HOLD;
        let is_held = worker.is_held() || is_slow || self.is_alone_at(worker);
        let time = if self.groups.is_used() { AHEAD_OF_GROUPS } else { AHEAD };
        let behind = if is_held { 0 } else { ahead_of(self.modules.typical(module), time).min(ahead) };
        let left = usize::try_from(worker.left()).unwrap_or(usize::MAX);
        let attempts = (behind + 1).saturating_sub(sent).min(left);
        if attempts == 0 {
            return None;
        }
        let before: usize = worker.outstanding().iter().map(|sent| sent.bytes).sum();
        let bytes = AHEAD_BYTES.saturating_sub(before);
        Some(DispatchRoom { worker: worker.id(), module, attempts, bytes, is_idle: sent == 0 })
    }

    /// Returns whether the next attempt for the worker of a slot must wait, because tasks of
    /// another module come before it and need the worker.
    fn has_older(&self, now: Moment, slot: usize) -> bool {
        // With one module that is out of the question, and this is asked for each task.
        self.modules.wanted_count() >= 2 && {
            let worker = self.workers.at(slot);
            worker.is_some_and(|worker| {
                let module = self.modules.get(worker.role().module());
                module.is_some_and(|module| self.had_its_turn(now, worker, module))
            })
        }
    }

    /// Returns whether a worker must make room: it has served its module for a while, and tasks
    /// that come before wait for a module that has no worker, or whose group is far behind.
    pub(super) fn had_its_turn(&self, now: Moment, worker: &WorkerState, module: &ModuleEntry) -> bool {
        let has_pairs = self.pairs.is_used();
        let has_room = !has_pairs && self.workers.has_free_run_slot();
        if self.modules.wanted_count() < 2 || now < worker.since() + TURN || has_room {
            return false;
        }
        let is_interactor = self.modules.is_interactor(worker.role().module());
        let Some(own) = self.next_of(module, false) else { return false };
        self.modules.wanted().any(|(id, other)| {
            let can_run = match other.state() {
                ModuleState::Ready(_) => true,
                ModuleState::Compiled { .. } => {
                    !self.workers.iter().any(|w| w.role() == ProcessRole::Compile(id))
                }
                ModuleState::Known
                | ModuleState::Looking
                | ModuleState::Compiling
                | ModuleState::Invalid(_) => false,
            };
            let next = self.next_of(other, false).map(|next| next.rank).filter(|next| *next < own.rank);
            // Programs have slots of their own, which interactors need not make room in.
            let may_take =
                !has_pairs || (!self.has_slot_for(id) && (!is_interactor || self.modules.is_interactor(id)));
            can_run
                && may_take
                && next.is_some_and(|next| {
                    let has_none = !self.workers.iter().any(|worker| worker.is_for(id));
                    has_none || self.is_behind(now, id, next, own.rank)
                })
        })
    }

    /// Sends a task to a worker; says of how many bytes its input is, with what else it brings.
    pub(super) fn send(
        &mut self,
        now: Moment,
        id: WorkerId,
        task: TaskId,
        out: &mut Vec<SchedulerAction>,
    ) -> usize {
        let announce = self.config.announce_dispatch;
        let Some(entry) = self.tasks.get(task) else { return 0 };
        let (number, bytes) = (entry.attempts() + 1, entry.spec().sent_bytes());
        // A check or an interactor is no attempt at a task that anybody submitted.
        let event = (announce && !task.is_hidden()).then(|| Box::new(entry.spec().name()));
        // No other program is in its worker.
        let is_suspect = entry.was_suspect() && entry.spec().interactor().is_some();
        let Some(sent) = self.workers.send(id, task, bytes, now) else { return 0 };
        let DispatchedAttempt { attempt, alone } = sent;
        self.charge_estimate(task);
        out.push(SchedulerAction::Dispatch { worker: id, attempt, task, number });
        if let Some(task) = event {
            let event =
                RunEvent::AttemptDispatched { worker: id, task, attempt: number, alone: alone || is_suspect };
            out.push(SchedulerAction::Announce(event));
        }
        bytes
    }

    /// Starts workers for modules with more waiting than workers to come, in the order of their
    /// next tasks, and makes room where there is none. What may not be sent now needs no worker.
    fn start_workers(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        let mut starved: Vec<(TaskRank, ModuleId)> = Vec::new();
        for (id, module) in self.modules.wanted() {
            if self.breaker.is_resting(id) {
                continue;
            }
            let workers = self.workers.iter().filter(|worker| worker.is_for(id)).count();
            let enough = match module.state() {
                ModuleState::Known
                | ModuleState::Looking
                | ModuleState::Compiling
                | ModuleState::Invalid(_) => continue,
                // As long as the compile worker lives, somebody might still write the code.
                ModuleState::Compiled { .. }
                    if self.workers.iter().any(|w| w.role() == ProcessRole::Compile(id)) =>
                {
                    continue;
                }
                // One worker finds out whether it links; the others wait for its word.
                ModuleState::Compiled { .. } => {
                    usize::from(module.waiting().is_empty() || self.sendable(module) > 0)
                }
                ModuleState::Ready(_) => {
                    let busy = self.workers.iter().filter(|worker| worker.is_for(id) && !worker.is_idle());
                    let busy = busy.filter(|worker| worker.phase() == WorkerPhase::Serving).count();
                    busy + self.sendable(module)
                }
            };
            if workers < enough {
                let next = self.next_of(module, false).map(|next| next.rank);
                starved.push((next.unwrap_or(TaskRank::FIRST), id));
            }
        }
        starved.sort_unstable();
        for (_, id) in starved {
            let waiting = self.modules.get(id).map_or(0, |module| self.sendable(module));
            let ready = self.info(id).is_some();
            let mut coming =
                self.workers.iter().filter(|w| w.is_for(id) && w.phase() != WorkerPhase::Serving).count();
            while coming == 0 || (ready && coming < waiting) {
                if !self.turn(now, id, out) && !self.spawn(now, ProcessRole::Run(id), None, out) {
                    // A module with no worker at all may take the place of one that another has no
                    // use for.
                    let has_none = !self.workers.iter().any(|worker| worker.is_for(id));
                    let may_turn = self.may_turn_to(id);
                    if has_none && (!may_turn || self.has_idle_judge()) {
                        self.make_room_for(id, out);
                    } else if !has_none && !may_turn {
                        self.make_room_by_turn(now, out);
                    }
                    break;
                }
                coming += 1;
            }
        }
    }

    /// Puts a process into a free slot, a spare if there is one; says whether there was such a
    /// slot.
    fn spawn(
        &mut self,
        now: Moment,
        role: ProcessRole,
        reserved: Option<TaskId>,
        out: &mut Vec<SchedulerAction>,
    ) -> bool {
        // A spare is a process that did start.
        let may_adopt = self.may_be_adopted(role) && self.spares.living().next().is_some();
        if !may_adopt && !self.breaker.may_start(now) {
            return false;
        }
        if !self.may_hold(role) || !self.has_pair_slot(role) {
            return false;
        }
        let left = self.attempts_of_a_life();
        let mut spare = None;
        let started = self.workers.start(role, now, || {
            spare = if may_adopt { self.spares.adopt() } else { None };
            let phase = spare.as_ref().map_or(WorkerPhase::Starting, SpareWorker::phase);
            let since = spare.as_ref().filter(|spare| !spare.is_up()).map_or(now, SpareWorker::since);
            WorkerBeginning { phase, since, reserved, left }
        });
        let Some(StartedWorker { id, replaces }) = started else { return false };
        out.push(match &spare {
            Some(spare) => SchedulerAction::Adopt { spare: spare.id(), worker: id },
            None => SchedulerAction::Spawn { worker: id, role },
        });
        out.push(SchedulerAction::Announce(RunEvent::WorkerStarted { worker: id, role, replaces }));
        if spare.is_some_and(|spare| spare.is_up()) {
            out.push(SchedulerAction::Load { worker: id, role });
        }
        true
    }
}

impl Scheduler {
    /// Returns the time the loop may sleep: half the remaining work of the least loaded worker, as
    /// far as can be told. It is zero unless all are busy with attempts so short that hearing of
    /// each by itself would cost more than making it.
    #[must_use]
    pub fn idle_budget(&self) -> Duration {
        let each = self.workers.in_run_slots().map(|worker| {
            let worker = worker?;
            let crowded = worker.outstanding().len() >= CROWD && !worker.is_stopping();
            let typical = self.modules.typical(worker.role().module()).filter(|_| crowded)?;
            Some(typical * u32::try_from(worker.outstanding().len()).unwrap_or(u32::MAX) / 2)
        });
        each.map(Option::unwrap_or_default).min().unwrap_or_default()
    }
}

impl Scheduler {
    /// Returns whether each running attempt is known to be over within about this time.
    #[must_use]
    pub fn answers_within(&self, each: Duration) -> bool {
        let mut busy = self.workers.iter().filter(|worker| !worker.is_idle());
        busy.all(|worker| {
            let typical = self.modules.typical(worker.role().module());
            worker.phase() == WorkerPhase::Serving && typical.is_some_and(|typical| typical <= each)
        })
    }
}

/// Returns the number of attempts behind the first one: as many as fit into this time, none before
/// anything is known.
fn ahead_of(typical: Option<Duration>, time: Duration) -> usize {
    let Some(typical) = typical else { return 0 };
    let fit = time.as_nanos() / (typical + ATTEMPT_OVERHEAD).as_nanos();
    usize::try_from(fit).unwrap_or(AHEAD_MOST).min(AHEAD_MOST)
}
