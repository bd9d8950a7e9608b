//! The model of processes and of what the supervisor does with them: what they are told, what they
//! say, how they die.

use super::cached::Kept;
use super::checking::CHECKER;
use super::interacting::{GuestKind, INTERACTOR};
use super::patience::Cpu;
use super::pipes::Pipe;
use super::world::{MOST_MEMORY, Nature};
use super::{SchedulerAction, SchedulerInput, Sim, WorkerRemains};
use polymer_host_base::JailRole;
use polymer_host_event::{ProcessDeath, ProcessExit, ProcessRole, RunEvent};
use polymer_host_task::task_error::CPU_TIME;
use polymer_host_task::{
    AttemptEnding, AttemptId, ModuleForm, ModuleId, Moment, Output, RetryHint, TaskError, TaskId, Usage,
    Verdict, WorkerId,
};
use std::collections::VecDeque;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Process {
    pub(super) role: ProcessRole,
    pub(super) said_hello: bool,
    pub(super) loaded: bool,
    pub(super) ready: bool,
    pub(super) killed: bool,
    /// Attempts received and not answered.
    pub(super) queue: VecDeque<(AttemptId, TaskId, u32)>,
    /// What it said of the first of them and nobody has read yet.
    pub(super) unheard: VecDeque<(AttemptId, Duration, Verdict)>,
    /// The attempt begun last, as its page says.
    pub(super) begun: Option<AttemptId>,
    pub(super) begun_at: Moment,
    /// How many attempts it was sent, and how many of them were taken back.
    pub(super) entered: u32,
    pub(super) returned: u32,
    /// When it was told to load, or was ready for that.
    pub(super) since: Moment,
    /// When the first of its queue became the first, and how long it was at work before.
    pub(super) head_since: Moment,
    pub(super) busy: Duration,
    /// It has lived long enough, by its memory or its work.
    pub(super) spent: bool,
    /// It served another module before.
    pub(super) turned: bool,
    /// What it served.
    pub(super) kind: Option<GuestKind>,
    /// What CPU it has used.
    pub(super) cpu: Cpu,
    /// What lies between it and the supervisor.
    pub(super) pipe: Pipe,
    /// Its page said what is not so.
    pub(super) lied: bool,
}

impl Process {
    pub(super) fn new(role: ProcessRole, now: Moment) -> Self {
        Self {
            role,
            said_hello: false,
            loaded: false,
            ready: false,
            killed: false,
            queue: VecDeque::new(),
            unheard: VecDeque::new(),
            begun: None,
            begun_at: now,
            entered: 0,
            returned: 0,
            since: now,
            head_since: now,
            busy: Duration::ZERO,
            spent: false,
            turned: false,
            kind: None,
            cpu: Cpu::default(),
            pipe: Pipe::default(),
            lied: false,
        }
    }
}

impl Sim {
    pub(super) fn perform(&mut self, action: SchedulerAction) {
        self.check_named(&action);
        let Some(action) = self.perform_talk(action) else { return };
        match action {
            SchedulerAction::Spawn { worker, role } => self.spawn(worker, role),
            SchedulerAction::SpawnSpare(id) => self.spawn_spare(id),
            SchedulerAction::Adopt { spare, worker } => self.adopt(spare, worker),
            SchedulerAction::Load { worker, role } => self.load(worker, role),
            SchedulerAction::Dispatch { worker, attempt, task, number } => {
                self.dispatched(worker, attempt, task, number);
            }
            SchedulerAction::Retract(_)
            | SchedulerAction::MeasureCpu(_)
            | SchedulerAction::Observe { .. }
            | SchedulerAction::Probe
            | SchedulerAction::WriteCase { .. }
            | SchedulerAction::Connect { .. }
            | SchedulerAction::Disconnect(_)
            | SchedulerAction::ReadInteraction { .. } => {
                unreachable!("answered already")
            }
            SchedulerAction::Kill(id) => {
                let process = self.processes.get_mut(&id).expect("W2: kills a process that is not there");
                assert!(!process.killed, "W2: kills {id} twice");
                process.killed = true;
            }
            SchedulerAction::Judge { task, expect, ending } => self.judge(task, expect, ending),
            SchedulerAction::ReadCheck { task, expect, ending, check } => {
                self.read_check(task, expect, ending, check);
            }
            SchedulerAction::Forget(module) => self.forgotten(module),
            SchedulerAction::Look(module) => self.look(module),
            SchedulerAction::Keep(module) => self.keep(module),
            SchedulerAction::Discard(module) => self.discard(module),
            SchedulerAction::Announce(RunEvent::TaskDone(record)) => self.recorded(*record),
            SchedulerAction::Announce(RunEvent::WorkerDied { worker, death, charged, .. }) => {
                // W67: nobody is told of a check.
                let _ = charged.as_ref().map(|task| self.named(task));
                let ours = death.last_words == "ours" && death.violation.is_none();
                assert!(!ours, "W3: mourns {worker}, which it had no more use for");
            }
            SchedulerAction::Announce(RunEvent::Exhausted { workers, .. }) => self.check_exhausted(workers),
            SchedulerAction::Announce(RunEvent::AttemptFailed { task, verdict, error, retry, .. }) => {
                self.comes_back(&task, (verdict, &error.code), retry);
            }
            SchedulerAction::Announce(RunEvent::AttemptDispatched { task, attempt, alone, .. }) => {
                self.check_sent(&task, attempt, alone);
            }
            SchedulerAction::Announce(RunEvent::GroupStopped { group, why, .. }) => {
                self.group_stopped(&group, why);
            }
            SchedulerAction::Announce(RunEvent::Draining { .. }) => self.stopped = true,
            SchedulerAction::Announce(RunEvent::ModuleReady { module, cached, .. }) => {
                self.check_ready(module, cached);
                self.ready.insert(module);
            }
            SchedulerAction::Announce(RunEvent::WorkerRecycled { worker, why, .. }) => {
                self.recycled(worker, why);
            }
            SchedulerAction::Announce(RunEvent::WorkerStarted { worker, role, replaces }) => {
                self.decide(worker, role);
                self.check_restart(worker, replaces);
            }
            SchedulerAction::Announce(RunEvent::ModuleInvalid { module, .. }) => {
                self.check_blame(module);
                self.stopped |= self.world.require && [ModuleId(0), CHECKER, INTERACTOR].contains(&module);
            }
            SchedulerAction::Announce(_) => {}
        }
    }

    pub(super) fn compiling(&self) -> impl Iterator<Item = ModuleId> {
        self.processes.values().filter_map(|process| match process.role.purpose() {
            JailRole::Compile => Some(process.role.module()),
            JailRole::Run => None,
        })
    }

    pub(super) fn spawn(&mut self, id: WorkerId, role: ProcessRole) {
        if let ProcessRole::Compile(module) = role {
            self.check_compile(module);
        }
        self.check_held(role);
        let same_slot = self.processes.keys().filter(|other| other.slot == id.slot).count();
        assert_eq!(same_slot, 0, "W4: slot {} has a process already", id.slot);
        let most = if matches!(role, ProcessRole::Run(_)) { self.world.slots } else { 2 };
        let same_role = |(id, process): &(&WorkerId, &Process)| {
            !self.is_spare(**id)
                && matches!(process.role, ProcessRole::Run(_)) == matches!(role, ProcessRole::Run(_))
        };
        let count = self.processes.iter().filter(same_role).count();
        assert!(count < usize::try_from(most).unwrap(), "W4: more processes than slots");
        let process = Process::new(role, self.now);
        self.processes.insert(id, process);
        self.check_interactors();
    }

    pub(super) fn dispatched(&mut self, id: WorkerId, attempt: AttemptId, task: TaskId, number: u32) {
        let module = self.sched.spec(task).expect("W5: sends a task that is over").module;
        assert!(self.processes.contains_key(&id), "W5: sends to a process that is not there");
        self.check_life(id);
        self.check_kind(task, module);
        self.check_not_kept(task);
        self.check_streamed(id, task);
        self.note_talk(id, task);
        self.check_group_sent(id, task);
        let (now, talks) = (self.now, self.talks(task));
        let Some(process) = self.processes.get_mut(&id) else { return };
        if process.queue.is_empty() {
            process.head_since = now;
        }
        assert!(process.ready && !process.killed, "W5: sends to {id}, which is not ready or dying");
        assert_eq!(process.role, ProcessRole::Run(module), "W6: sends to {id}, which serves another module");
        // One that was lost before this run has its worker for itself, whoever was there before.
        if self.lost.contains(&task) && !talks {
            assert!(
                process.queue.is_empty() && process.entered == 0 && !process.turned,
                "W7: the suspect {task} is not alone in a fresh {id}"
            );
        }
        let suspect_there = process.queue.iter().any(|(_, other, _)| self.lost.contains(other));
        assert!(!suspect_there, "W7: sends {task} behind a suspect");
        assert!(!self.cut.contains(&task), "W21: sends {task}, which was cut");
        process.entered += 1;
        process.queue.push_back((attempt, task, number));
    }

    /// Something happens in one process.
    pub(super) fn stir(&mut self) {
        let Some(id) = self.rng.choice(self.processes.keys().copied().collect::<Vec<_>>()) else { return };
        let Some(process) = self.processes.get_mut(&id) else { return };
        if process.killed && (process.queue.is_empty() || self.rng.bool()) {
            return self.die(id, ProcessExit::Signal(9), "ours");
        }
        if !process.said_hello {
            process.said_hello = true;
            return self.tell(SchedulerInput::Hello(id));
        }
        if !process.loaded {
            return;
        }
        if !process.ready {
            if self.lacks_something() {
                return self.die_for_want(id, true);
            }
            return self.get_ready(id);
        }
        if !process.unheard.is_empty() && self.rng.bool() {
            return self.hear(id);
        }
        let Some(&(attempt, task, number)) = process.queue.get(process.unheard.len()) else { return };
        if process.begun != Some(attempt) {
            if self.read_on(id, task)
                && let Some(process) = self.processes.get_mut(&id)
            {
                process.begun = Some(attempt);
                process.begun_at = self.now;
                *self.entries.entry(task).or_default() += 1;
            }
            return;
        }
        let elapsed = self.now.saturating_sub(process.begun_at);
        let fuel = self.sched.spec(task).map_or(Some(0), |spec| spec.limits.fuel);
        if self.lacks_something() {
            return self.die_for_want(id, true);
        }
        let limit = self.sched.spec(task).and_then(|spec| spec.limits.cpu);
        let is_out_of_cpu = limit.is_some_and(|limit| elapsed >= limit) && self.rng.bool();
        let verdict = match self.natures[&task] {
            Nature::Spins if is_out_of_cpu => Verdict::Timeout,
            Nature::Hangs | Nature::Spins | Nature::Garbage => return,
            Nature::Dawdles if number == 1 => return,
            Nature::Thirsty(needs) if fuel.is_some_and(|fuel| fuel < needs) => Verdict::FuelExhausted,
            Nature::Poison => return self.die(id, ProcessExit::Signal(11), "ours"),
            Nature::Pretends => return self.die_for_want(id, false),
            Nature::Honest(needs) if elapsed < needs => return,
            Nature::Flaky(good) if number < good => Verdict::TaskError,
            Nature::Honest(_) | Nature::Flaky(_) | Nature::Thirsty(_) | Nature::Dawdles => Verdict::Ok,
            Nature::Traps => Verdict::Trap,
        };
        let verdict = self.word_of(task, verdict);
        let Some(process) = self.processes.get_mut(&id) else { return };
        process.unheard.push_back((attempt, elapsed, verdict));
        if self.rng.u8(..4) > 0 {
            self.hear(id);
        }
    }

    /// The oldest of what a process said is read.
    fn hear(&mut self, id: WorkerId) {
        let said = self.processes.get_mut(&id).and_then(|process| process.unheard.pop_front());
        if let Some((attempt, wall, verdict)) = said {
            self.answer(id, attempt, wall, verdict);
        }
    }

    pub(super) fn get_ready(&mut self, id: WorkerId) {
        let Some(process) = self.processes.get_mut(&id) else { return };
        process.ready = true;
        process.busy += self.now.saturating_sub(process.since);
        process.since = self.now;
        let bad = self.world.bad_module == Some(process.role.module().0);
        if bad {
            self.blamed.insert(process.role.module());
        }
        let error = TaskError::new("malformed", "it is no module");
        let module = process.role.module();
        match process.role.purpose() {
            JailRole::Compile if bad => self.tell(SchedulerInput::Refused { worker: id, error }),
            JailRole::Compile => {
                let form = ModuleForm::CommandModule;
                self.tell(SchedulerInput::Compiled { worker: id, form, imports: Vec::new() });
            }
            JailRole::Run => match self.loads(module) {
                Kept::Stale => {
                    let error = TaskError::new("stale", "another engine made it");
                    self.tell(SchedulerInput::Refused { worker: id, error });
                }
                Kept::Crashes => self.die(id, ProcessExit::Signal(11), "crash"),
                Kept::Nothing | Kept::Damaged | Kept::Good | Kept::Hangs => {
                    self.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
                }
            },
        }
    }

    pub(super) fn answer(&mut self, id: WorkerId, attempt: AttemptId, wall: Duration, verdict: Verdict) {
        if self.rng.u8(..4) == 0 {
            let bytes = self.rng.u64(..MOST_MEMORY);
            self.weigh(id, bytes);
        }
        let process = self.processes.get_mut(&id);
        let answered = process.and_then(|process| process.queue.pop_front_if(|(next, ..)| *next == attempt));
        if let Some((_, task, _)) = answered {
            self.lost.remove(&task);
            self.note_work(id);
        }
        let fuel = match answered.and_then(|(_, task, _)| self.sched.spec(task)) {
            Some(spec) if verdict == Verdict::FuelExhausted => spec.limits.fuel,
            Some(spec) => spec.limits.fuel.map(|_| self.rng.u64(..30)),
            None => None,
        };
        let cpu = self.rng.bool().then_some(wall / 2);
        let usage = Usage { wall: Some(wall), cpu, fuel, ..Usage::default() };
        if let Some((_, task, _)) = answered {
            self.use_up(id, task, &usage);
            self.note_answered(id, task, verdict);
        }
        let after = self.rng.bool().then(|| Duration::from_millis(self.rng.u64(..50)));
        // A worker of this world ends nobody but for CPU time.
        let code = if verdict == Verdict::Timeout { CPU_TIME } else { "" };
        let error = TaskError::new(code, "");
        let ending = AttemptEnding {
            output: (verdict == Verdict::Ok).then(|| Output::Json("1".to_owned())),
            retry: (verdict == Verdict::TaskError).then_some(RetryHint { after }),
            usage,
            ..AttemptEnding::without_guest(verdict, error)
        };
        self.tell(SchedulerInput::Finished { worker: id, attempt, ending: Box::new(ending) });
    }

    pub(super) fn hear_all(&mut self, id: WorkerId) {
        while self.processes.get(&id).is_some_and(|process| !process.unheard.is_empty()) {
            self.hear(id);
        }
    }

    pub(super) fn die(&mut self, id: WorkerId, exit: ProcessExit, last_words: &str) {
        self.hear_all(id);
        self.blame(id);
        let Some(process) = self.processes.remove(&id) else { return };
        self.gone.push(id);
        // A process that is killed from outside takes whoever it was at for a suspect, or the
        // oldest it had.
        if !process.killed {
            let begun = process.queue.iter().find(|(attempt, ..)| process.begun == Some(*attempt));
            if let Some((_, task, _)) = begun.or(process.queue.front()) {
                self.lost.insert(*task);
            }
        }
        self.note_lost(id);
        let words = if process.killed && process.ready { last_words } else { "crash" };
        let death = ProcessDeath { exit, last_words: words.to_owned(), violation: None };
        let remains = WorkerRemains { death, begun: process.begun, usage: Usage::default(), shortage: None };
        self.tell(SchedulerInput::Died { worker: id, remains: Box::new(remains) });
    }

    /// A worker says what no honest one would.
    pub(super) fn lie(&mut self) {
        let Some(id) = self.rng.choice(self.processes.keys().copied().collect::<Vec<_>>()) else { return };
        let forged = AttemptId(self.rng.u64(..200));
        let Some(process) = self.processes.get_mut(&id) else { return };
        let known = process.queue.iter().any(|(attempt, ..)| *attempt == forged);
        let legal = process.loaded && !process.ready && !process.killed;
        match self.rng.u8(..6) {
            0 if process.said_hello => self.tell(SchedulerInput::Hello(id)),
            1 if !legal => {
                self.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() });
            }
            2 if !known => self.answer(id, forged, Duration::ZERO, Verdict::Ok),
            4 if legal => {
                if !process.turned {
                    self.blamed.insert(process.role.module());
                }
                process.ready = true;
                let error = TaskError::new("stale", "another engine made it");
                self.tell(SchedulerInput::Refused { worker: id, error });
            }
            3 if !legal => self.tell(SchedulerInput::Compiled {
                worker: id,
                form: ModuleForm::Typed,
                imports: Vec::new(),
            }),
            _ => self
                .tell(SchedulerInput::Broke { worker: id, what: "sent a frame that is too long".to_owned() }),
        }
    }

    pub(super) fn babble(&mut self) {
        let Some(id) = self.rng.choice(self.gone.to_vec()) else { return };
        match self.rng.u8(..5) {
            0 => self.tell(SchedulerInput::Hello(id)),
            1 => self.tell(SchedulerInput::Ready { worker: id, tasks: Vec::new(), functions: Vec::new() }),
            2 => {
                let attempt = AttemptId(self.rng.u64(..100));
                self.answer(id, attempt, Duration::ZERO, Verdict::Ok);
            }
            3 => self.weigh(id, MOST_MEMORY),
            _ => self.tell(SchedulerInput::Retracted { worker: id, begun: None }),
        }
    }
}
