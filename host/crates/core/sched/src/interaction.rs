//! Interactions: a task whose program talks with an interactor. Both are attempts, in two workers,
//! whose streams are connected; they begin together or not at all.
//!
//! The interactor is a task of its own that nobody submitted. It is admitted once a worker is kept
//! for the program, and waits for its own worker like any task. What was said is gone, so neither
//! is tried again. Who is to blame is judged elsewhere, once both ended.

use super::state::{EndedPair, EndedSide, GroupId, LastTry, ModuleState, SideEnd, StopReason, WorkerState};
use super::{Scheduler, SchedulerAction};
use polymer_host_task::{
    AttemptEnding, AttemptId, CheckFailure, CheckFailureCode, CheckInput, InteractionOrder, LimitWall,
    ModuleId, Moment, StreamId, TaskError, TaskId, TaskSpec, Usage, Verdict, WorkerId,
};
use std::time::Duration;

/// From waiting to the start.
impl Scheduler {
    /// Returns whether a task is the program of an interaction.
    pub(super) fn is_interaction(&self, task: TaskId) -> bool {
        self.pairs.is_used() && self.spec(task).is_some_and(|spec| spec.interactor().is_some())
    }

    /// Returns the number of interactors that are in the run.
    pub(super) fn interactors(&self) -> usize {
        self.pairs.interactors()
    }

    /// Returns whether the next task of a module and group is sent by itself.
    pub(super) fn next_is_single(&self, module: ModuleId, group: GroupId) -> bool {
        let next = self.modules.get(module).and_then(|module| module.waiting().front(group));
        next.is_none_or(|task| !self.is_interaction(task))
    }

    /// Why a task cannot be an interaction, if so.
    pub(super) fn interaction_error(&self, spec: &TaskSpec) -> Option<CheckFailure> {
        let module = spec.interactor()?;
        let message = match self.interactor_error(module) {
            Some(error) => error.message,
            None if self.workers.run_slots() < 2 => "an interaction takes two workers".to_owned(),
            None => return None,
        };
        Some(CheckFailure { code: CheckFailureCode::Invalid, message })
    }

    fn interactor_error(&self, module: ModuleId) -> Option<TaskError> {
        match self.modules.state(module) {
            Some(ModuleState::Invalid(error)) => Some(error.clone()),
            Some(_) if self.modules.is_interactor(module) && !self.modules.is_leaving(module) => None,
            Some(_) | None => Some(TaskError::new("unknown", "the interactor was never named")),
        }
    }

    /// Keeps idle workers for programs whose turn it is, the oldest first, as many as there may be
    /// pairs. From here on their interactors are made.
    pub(super) fn hold_pairs(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        if !self.pairs.is_used() {
            return;
        }
        while self.pairs.len() < self.most_pairs()
            && let Some((worker, module, group)) = self.next_pair(now)
            && let Some(task) = self.modules.take_next(module, group)
        {
            self.groups.note_gone(group);
            let Some(worker) = self.workers.get_mut(worker) else { return };
            worker.reserve(task);
            self.pairs.hold(task, worker.id());
            // The next one counts on what its group has left.
            self.promise_rooms();
            if let Some(expect) = self.spec(task).and_then(|spec| spec.expect.clone()) {
                out.push(SchedulerAction::WriteCase { task, expect });
            }
        }
    }

    /// The worker whose next task is an interaction and comes before those of others.
    fn next_pair(&self, now: Moment) -> Option<(WorkerId, ModuleId, GroupId)> {
        let pairs = self.workers.iter().filter(|worker| worker.is_idle() && worker.takes_more());
        let pairs = pairs.filter(|worker| !worker.is_asked_back()).filter_map(|worker| {
            let id = worker.role().module();
            let module = self.modules.get(id)?;
            let next = self.next_of(module, false)?;
            let task = module.waiting().front(next.group)?;
            let may = self.is_interaction(task) && !self.had_its_turn(now, worker, module);
            may.then_some((next.rank, (worker.id(), id, next.group)))
        });
        pairs.min_by_key(|(rank, (worker, ..))| (*rank, *worker)).map(|(_, pair)| pair)
    }

    /// What the interactor of a task is given was written, or cannot be.
    pub(super) fn on_case_written(
        &mut self,
        now: Moment,
        id: TaskId,
        input: Result<CheckInput, CheckFailure>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let given = match input {
            Ok(given) => given,
            Err(failure) => return self.fail_held(id, failure, out),
        };
        if !self.pairs.note_written(id) {
            return;
        }
        let Some((module, spec)) = self.interactor_of(id, given) else { return };
        let interactor = id.interactor();
        self.modules.add_task(module);
        // What an interactor takes is not for the group of its task to pay.
        self.tasks.admit(interactor, Box::new(spec), GroupId::NONE, now);
        self.groups.add_task(GroupId::NONE);
        match self.interactor_error(module) {
            Some(error) => self.reject_invalid(interactor, &error, out),
            None => self.wait(now, interactor, false),
        }
    }

    /// Returns the interactor of a task.
    fn interactor_of(&self, id: TaskId, given: CheckInput) -> Option<(ModuleId, TaskSpec)> {
        let module = self.spec(id)?.interactor()?;
        let streams = Some(StreamId::of_interaction(id.interactor()));
        let interactor = self.judge_of(id, "interactor", module, given)?;
        Some((module, TaskSpec { streams, ..interactor }))
    }

    /// There is a worker for an interactor: both attempts are sent.
    pub(super) fn connect(
        &mut self,
        now: Moment,
        id: WorkerId,
        interactor: TaskId,
        out: &mut Vec<SchedulerAction>,
    ) {
        let task = interactor.admitted();
        let Some(program) = self.pairs.held(task) else { return };
        self.pairs.connect(task, id);
        self.workers.release(task);
        let streams = StreamId::of_interaction;
        out.push(SchedulerAction::Connect { program: streams(task), interactor: streams(interactor) });
        self.send(now, program, task, out);
        self.send(now, id, interactor, out);
    }
}

/// Pairs that are held and come to nothing.
impl Scheduler {
    /// Lets go of the worker that is kept for an interaction, which is nowhere then; says whether
    /// one was.
    fn let_go_of_held(&mut self, task: TaskId) -> bool {
        if !self.pairs.release(task) {
            return false;
        }
        self.workers.release(task);
        let interactor = task.interactor();
        if let Some(module) = self.spec(interactor).map(|spec| spec.module) {
            if self.modules.remove_waiting(module, interactor) {
                self.note_gone(&[interactor]);
            }
            self.forget(interactor);
        }
        true
    }

    /// A worker is of no use any more: if it is kept for an interaction, that waits for another.
    pub(super) fn release_held(&mut self, id: WorkerId) {
        if !self.pairs.is_used() {
            return;
        }
        let reserved = self.workers.get(id).and_then(WorkerState::reserved);
        if let Some(task) = reserved.filter(|task| self.pairs.held(*task) == Some(id)) {
            self.wait_again(task);
        }
    }

    /// An interaction that is held waits for a worker again, before all others.
    pub(super) fn wait_again(&mut self, task: TaskId) {
        if self.let_go_of_held(task) {
            self.queue(task, true);
        }
    }

    /// Takes an interaction out of the pairs that are held, for it is to be over.
    pub(super) fn take_out_held(&mut self, task: TaskId) -> bool {
        self.pairs.held(task).is_some() && self.let_go_of_held(task)
    }

    /// Takes all out that are held. Nothing was sent of them.
    pub(super) fn take_out_all_held(&mut self) -> Vec<TaskId> {
        let held: Vec<TaskId> = self.pairs.all_held().collect();
        held.into_iter().filter(|task| self.let_go_of_held(*task)).collect()
    }

    /// Ends an interaction whose interactor cannot be begun.
    fn fail_held(&mut self, task: TaskId, failure: CheckFailure, out: &mut Vec<SchedulerAction>) {
        if self.let_go_of_held(task) {
            self.fail_interaction(task, failure, out);
        }
    }

    /// Ends an interaction that was not begun, for a fault that is not its program's.
    pub(super) fn fail_interaction(
        &mut self,
        task: TaskId,
        failure: CheckFailure,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(expect) = self.spec(task).and_then(|spec| spec.expect.clone()) else { return };
        // The last attempt of an earlier run, if there was one, is what the record itself is about.
        if let Some(task) = self.tasks.get_mut(task) {
            task.take_last();
        }
        self.finish(task, None, expect.without_interaction(failure), out);
    }

    /// An interactor is over without an attempt: its module is of no use.
    pub(super) fn end_unbegun_interactor(
        &mut self,
        id: TaskId,
        ending: &AttemptEnding,
        out: &mut Vec<SchedulerAction>,
    ) {
        let code = CheckFailureCode::of(ending.verdict).unwrap_or(CheckFailureCode::Invalid);
        let message = ending.error.headed(&format!("the interactor ended as {}", ending.verdict));
        self.fail_held(id.admitted(), CheckFailure { code, message }, out);
    }
}

/// From the start to the end.
impl Scheduler {
    /// Returns whether this is one of two attempts that were sent, and the pair is not over.
    pub(super) fn is_connected(&self, side: TaskId) -> bool {
        self.pairs.is_used() && self.pairs.connected(side.admitted()).is_some()
    }

    /// Time that an attempt may take as it is seen from outside, where waits for the other side are
    /// free: at any moment one of both is at work, or both wait.
    pub(super) fn time_of(&self, side: TaskId) -> Option<Duration> {
        let timeout = |task| self.spec(task).map(|spec| spec.limits.timeout);
        if !self.is_connected(side) {
            return Some(timeout(side)?.saturating_add(self.config.grace));
        }
        let both = timeout(side.admitted())?.saturating_add(timeout(side.admitted().interactor())?);
        Some(both.saturating_add(self.config.grace))
    }

    /// When a worker's first attempt has had its time. For a pair that is one moment: when the
    /// later of both has had it.
    pub(super) fn due(&self, worker: &WorkerState) -> Option<(AttemptId, Moment)> {
        let head = worker.current()?;
        let time = self.time_of(head.task)?;
        let own = worker.head().due(time);
        let pair = if self.pairs.is_used() { self.pairs.connected(head.task.admitted()) } else { None };
        let others = pair.into_iter().flat_map(|pair| pair.running());
        let others = others.filter_map(|id| Some(self.workers.get(id)?.head().due(time)));
        Some((head.attempt, others.fold(own, Moment::max)))
    }

    /// Ends the worker of an attempt that had its time. Of a pair it ends both.
    pub(super) fn stop_overtime(&mut self, id: WorkerId, attempt: AttemptId, out: &mut Vec<SchedulerAction>) {
        let head = self.workers.get(id).and_then(WorkerState::current).map(|head| head.task);
        let pair = head.and_then(|task| self.pairs.connected(task.admitted()));
        let mut late: Vec<WorkerId> = pair.into_iter().flat_map(|pair| pair.running()).collect();
        late.retain(|worker| *worker != id);
        for other in late {
            if let Some(attempt) =
                self.workers.get(other).and_then(WorkerState::current).map(|head| head.attempt)
            {
                self.stop_worker(other, StopReason::Overtime { attempt, cpu: None }, out);
            }
        }
        self.stop_worker(id, StopReason::Overtime { attempt, cpu: None }, out);
    }

    /// One of a pair ended. The other goes on alone; if it has ended too, both are judged.
    pub(super) fn end_side(
        &mut self,
        id: TaskId,
        place: LastTry,
        (why, ending): (SideEnd, Box<AttemptEnding>),
        out: &mut Vec<SchedulerAction>,
    ) {
        match self.pairs.end(id, EndedSide { ending, place, why }) {
            Some(pair) => self.end_pair(id.admitted(), pair, out),
            None => out.push(SchedulerAction::Disconnect(StreamId::of_interaction(id))),
        }
    }

    /// One of a pair is over whatever it did: its worker was ended for what became of the pair.
    pub(super) fn cut_side(
        &mut self,
        id: TaskId,
        place: Option<LastTry>,
        usage: Usage,
        out: &mut Vec<SchedulerAction>,
    ) {
        let begun = place.is_some();
        let Some(place) = place.or_else(|| self.place_of(id)) else { return };
        let ending = AttemptEnding::without_guest(Verdict::Canceled, TaskError::default());
        let ending = Box::new(AttemptEnding { usage, ..ending });
        self.end_side(id, place, (SideEnd::Cut { begun }, ending), out);
    }

    /// One of a pair was sent and its worker is gone.
    pub(super) fn lose_side(&mut self, id: TaskId, out: &mut Vec<SchedulerAction>) {
        let Some(place) = self.place_of(id) else { return };
        let error = TaskError::new("stream", "its worker was lost, and what was said with it");
        let ending = Box::new(AttemptEnding::without_guest(Verdict::WorkerLost, error));
        self.end_side(id, place, (SideEnd::Own, ending), out);
    }

    fn place_of(&self, side: TaskId) -> Option<LastTry> {
        let worker = self.pairs.connected(side.admitted())?.worker_of(side)?;
        Some(LastTry { slot: worker.slot, started: None, alone: false })
    }

    /// Ends a pair as one: somebody cut it.
    pub(super) fn cut_pair(&mut self, task: TaskId, out: &mut Vec<SchedulerAction>) {
        let running: Vec<WorkerId> =
            self.pairs.connected(task).into_iter().flat_map(|pair| pair.running()).collect();
        for worker in running {
            self.stop_worker(worker, StopReason::Ours, out);
        }
    }

    /// Both attempts of a pair ended.
    fn end_pair(&mut self, task: TaskId, pair: EndedPair, out: &mut Vec<SchedulerAction>) {
        let EndedPair { program, interactor, is_interactor_first } = pair;
        self.forget(task.interactor());
        let is_cut = [program.why, interactor.why].iter().any(|why| matches!(why, SideEnd::Cut { .. }));
        if is_cut {
            let entered = !matches!(program.why, SideEnd::Cut { begun: false });
            return self.cut_short(task, entered.then_some(program.place), program.ending.usage, out);
        }
        let Some(expect) = self.spec(task).and_then(|spec| spec.expect.clone()) else { return };
        let is_idle = program.why == SideEnd::Clock && interactor.why == SideEnd::Clock;
        let order = match (is_idle, is_interactor_first) {
            (true, _) => InteractionOrder::BothIdle,
            (false, true) => InteractionOrder::InteractorFirst,
            (false, false) => InteractionOrder::ProgramFirst,
        };
        self.begin_judging(task, program.place);
        let (ending, interactor) = (program.ending, interactor.ending);
        out.push(SchedulerAction::ReadInteraction { task, expect, ending, interactor, order });
    }

    /// Returns the ending of one of a pair that the clock of both ended.
    pub(super) fn ended_by_clock(&self, side: TaskId, usage: Usage) -> Box<AttemptEnding> {
        let time = self.time_of(side).unwrap_or_default().saturating_sub(self.config.grace);
        let time = humantime::format_duration(time);
        let message = format!("no end within {time}, the time of the program and its interactor together");
        let error = TaskError::new("timeout", message).by(LimitWall::Supervisor);
        Box::new(AttemptEnding { usage, ..AttemptEnding::without_guest(Verdict::Timeout, error) })
    }
}
