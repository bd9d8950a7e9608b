//! A seeded world around the scheduler: processes that compile, serve, hang, crash, lie and babble, and a clock that jumps.
//!
//! Every action is carried out by a model of what the supervisor and its workers do; after every step the scheduler's own tables are
//! checked (see `invariants`), and the model checks what it was told to do. `POLYMER_SIM_SEED=N` plays one seed and prints each step;
//! `POLYMER_SIM_SEEDS=N` sets how many are played.

use super::{Action, Config, Input, Remains, Scheduler};
use crate::event::{Death, Exit, Role, RunEvent};
use crate::retry::RetryPolicy;
use crate::task::{
    AttemptId, Ending, Fault, Form, Limits, ModuleId, Moment, Output, Payload, Record, Rejection, RetryHint,
    Submission, TaskId, TaskSpec, Usage, Verdict, WorkerId,
};
use fastrand::Rng;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

/// What a task does to whoever runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// Ends ok, after this long.
    Honest(Duration),
    /// Says retryable until its attempt of this number.
    Flaky(u32),
    /// Never answers.
    Hangs,
    /// Takes its process down whenever it runs.
    Poison,
    /// A line that is no task.
    Garbage,
}

/// What happens beside the tasks.
#[derive(Debug, Clone, Copy)]
struct World {
    slots: u32,
    modules: u32,
    tasks: u64,
    crash_limit: u32,
    retries: u32,
    max_fail: Option<u64>,
    /// Out of a thousand steps, so many kill a process from outside.
    kills: u32,
    /// So many are something a worker may not say.
    lies: u32,
    /// So many are late words of processes that are gone.
    stale: u32,
    /// The step at which the run is told to drain, and to end.
    drain_at: u64,
    end_at: u64,
    bad_module: Option<u32>,
    require: bool,
}

#[derive(Debug)]
struct Process {
    role: Role,
    said_hello: bool,
    loaded: bool,
    ready: bool,
    killed: bool,
    /// Attempts received and not answered.
    queue: VecDeque<(AttemptId, TaskId, u32)>,
    /// The attempt begun last, as its page says.
    begun: Option<AttemptId>,
    begun_at: Moment,
    entered: u32,
}

struct Sim {
    rng: Rng,
    world: World,
    sched: Scheduler,
    now: Moment,
    processes: BTreeMap<WorkerId, Process>,
    gone: Vec<WorkerId>,
    natures: HashMap<TaskId, Nature>,
    submitted: u64,
    records: HashMap<TaskId, Record>,
    lost: HashSet<TaskId>,
    outside: bool,
    stopped: bool,
    verbose: bool,
}

const TIMEOUT: Duration = Duration::from_millis(300);
const GRACE: Duration = Duration::from_millis(25);

fn config(world: &World) -> Config {
    Config {
        slots: world.slots,
        compile_slots: 2,
        window: 40,
        window_bytes: 1 << 20,
        crash_limit: world.crash_limit,
        retry: RetryPolicy { retries: world.retries },
        max_fail: world.max_fail,
        grace: GRACE,
        start_limit: Duration::from_secs(10),
        load_limit: Duration::from_secs(10),
        compile_limit: Duration::from_secs(100),
        name_modules: world.modules > 1,
        announce_dispatch: false,
    }
}

fn draw(rng: &mut Rng) -> World {
    let rare = |rng: &mut Rng, most: u32| if rng.u8(..3) == 0 { rng.u32(..most) } else { 0 };
    let sometimes = |rng: &mut Rng, what: u64| if rng.u8(..4) == 0 { rng.u64(..what) } else { u64::MAX };
    World {
        slots: rng.u32(1..5),
        modules: if rng.bool() { 1 } else { rng.u32(1..9) },
        tasks: rng.u64(..120),
        crash_limit: rng.u32(..4),
        retries: rng.u32(..3),
        max_fail: (rng.u8(..6) == 0).then(|| rng.u64(1..20)),
        kills: rare(rng, 40),
        lies: rare(rng, 30),
        stale: rare(rng, 60),
        drain_at: sometimes(rng, 600),
        end_at: sometimes(rng, 900),
        bad_module: (rng.u8(..5) == 0).then(|| rng.u32(..3)),
        require: rng.bool(),
    }
}

impl Sim {
    fn new(seed: u64, verbose: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let world = draw(&mut rng);
        if verbose {
            eprintln!("seed {seed}: {world:?}");
        }
        let sched = Scheduler::new(config(&world));
        let outside = world.kills > 0 || world.lies > 0;
        Self {
            rng,
            world,
            sched,
            now: Moment::ZERO,
            processes: BTreeMap::new(),
            gone: Vec::new(),
            natures: HashMap::new(),
            submitted: 0,
            records: HashMap::new(),
            lost: HashSet::new(),
            outside,
            stopped: false,
            verbose,
        }
    }

    fn tell(&mut self, input: Input) {
        if self.verbose {
            eprintln!("{:>10.3?} {input:?}", self.now);
        }
        let mut out = Vec::new();
        self.sched.handle(self.now, input, &mut out);
        // What an action leads to is told when all actions before it are done: else two messages to one worker may swap places.
        let mut then = Vec::new();
        for action in out {
            if self.verbose {
                eprintln!("           -> {action:?}");
            }
            if let Action::Retract(id) = action {
                then.push(self.retract(id));
            } else {
                self.perform(action);
            }
        }
        for input in then {
            self.tell(input);
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Spawn { worker, role } => self.spawn(worker, role),
            Action::Load(id) => {
                let writers: Vec<ModuleId> = self.compiling().collect();
                let process = self.processes.get_mut(&id).expect("W1: loads a process that is not there");
                if let Role::Run(module) = process.role {
                    assert!(!writers.contains(&module), "W20: hands out code that may still be written");
                }
                assert!(
                    process.said_hello && !process.loaded && !process.killed,
                    "W1: loads {id} out of turn"
                );
                process.loaded = true;
            }
            Action::Dispatch { worker, attempt, task, number } => {
                self.dispatched(worker, attempt, task, number);
            }
            Action::Retract(id) => unreachable!("{id} was told already"),
            Action::Kill(id) => {
                let process = self.processes.get_mut(&id).expect("W2: kills a process that is not there");
                assert!(!process.killed, "W2: kills {id} twice");
                process.killed = true;
            }
            Action::Announce(RunEvent::TaskDone(record)) => self.recorded(*record),
            Action::Announce(RunEvent::WorkerDied { worker, death, .. }) => {
                let ours = death.last_words == "ours" && death.violation.is_none();
                assert!(!ours, "W3: mourns {worker}, which it had no more use for");
            }
            Action::Announce(RunEvent::Draining { .. }) => self.stopped = true,
            Action::Announce(RunEvent::ModuleInvalid { .. }) if self.world.require => self.stopped = true,
            Action::Announce(_) => {}
        }
    }

    fn compiling(&self) -> impl Iterator<Item = ModuleId> {
        self.processes.values().filter_map(|process| match process.role {
            Role::Compile(module) => Some(module),
            Role::Run(_) => None,
        })
    }

    fn spawn(&mut self, id: WorkerId, role: Role) {
        let same_slot = self.processes.keys().filter(|other| other.slot == id.slot).count();
        assert_eq!(same_slot, 0, "W4: slot {} has a process already", id.slot);
        let most = if matches!(role, Role::Run(_)) { self.world.slots } else { 2 };
        let same_role =
            |process: &&Process| matches!(process.role, Role::Run(_)) == matches!(role, Role::Run(_));
        let count = self.processes.values().filter(same_role).count();
        assert!(count < usize::try_from(most).unwrap(), "W4: more processes than slots");
        let process = Process {
            role,
            said_hello: false,
            loaded: false,
            ready: false,
            killed: false,
            queue: VecDeque::new(),
            begun: None,
            begun_at: self.now,
            entered: 0,
        };
        self.processes.insert(id, process);
    }

    fn dispatched(&mut self, id: WorkerId, attempt: AttemptId, task: TaskId, number: u32) {
        let module = self.sched.spec(task).expect("W5: sends a task that is over").module;
        let process = self.processes.get_mut(&id).expect("W5: sends to a process that is not there");
        assert!(process.ready && !process.killed, "W5: sends to {id}, which is not ready or dying");
        assert_eq!(process.role, Role::Run(module), "W6: sends to {id}, which serves another module");
        if self.lost.contains(&task) {
            assert!(
                process.queue.is_empty() && process.entered == 0,
                "W7: the suspect {task} is not alone in a fresh {id}"
            );
        }
        let suspect_there = process.queue.iter().any(|(_, other, _)| self.lost.contains(other));
        assert!(!suspect_there, "W7: sends {task} behind a suspect");
        process.entered += 1;
        process.queue.push_back((attempt, task, number));
    }

    /// What the supervisor does with a retraction: the gate decides at once.
    fn retract(&mut self, id: WorkerId) -> Input {
        let process = self.processes.get_mut(&id).expect("W8: retracts from a process that is not there");
        let begun = process.begun;
        let kept =
            process.queue.iter().position(|(attempt, ..)| Some(*attempt) == begun).map_or(0, |at| at + 1);
        process.queue.truncate(kept);
        Input::Retracted { worker: id, begun }
    }

    fn recorded(&mut self, record: Record) {
        let id = record.task;
        assert!(id.0 < self.submitted, "W9: a record of a task that was never submitted");
        assert_eq!(
            u64::try_from(record.history.len()).unwrap() + 1,
            u64::from(record.attempts.max(1)),
            "W9: {record:?}"
        );
        let nature = self.natures[&id];
        let expected = match (record.verdict, nature) {
            (Verdict::Ok, Nature::Honest(_) | Nature::Flaky(_)) => true,
            (Verdict::BadInput, nature) => nature == Nature::Garbage,
            (Verdict::TaskError, Nature::Flaky(good)) => good > self.world.retries || self.stopped,
            // In this world any process may be slow; what counts is that none is killed before its time.
            (Verdict::Timeout, nature) => {
                nature != Nature::Garbage && record.usage.wall.is_some_and(|wall| wall >= TIMEOUT + GRACE)
            }
            (Verdict::WorkerLost, nature) => {
                self.world.crash_limit == 0 && (nature == Nature::Poison || self.outside)
            }
            (Verdict::Quarantined, nature) => nature == Nature::Poison || self.outside,
            (Verdict::ModuleInvalid, _) => match record.fault.code.as_str() {
                "malformed" => self.world.bad_module.is_some(),
                // As above: any process may be slow, and one may be killed again and again.
                "compile_timeout" | "load_timeout" => true,
                _ => self.outside,
            },
            (Verdict::Canceled, _) => true,
            _ => false,
        };
        assert!(expected, "W10: {nature:?} ended as {}", record.verdict);
        if !self.outside && matches!(nature, Nature::Honest(_)) && record.verdict == Verdict::Ok {
            assert_eq!(record.attempts, 1, "W11: an innocent task was charged: {record:?}");
        }
        if !self.outside && record.verdict == Verdict::Quarantined {
            assert_eq!(record.attempts, 1 + self.world.crash_limit, "W12: {record:?}");
        }
        assert!(self.records.insert(id, record).is_none(), "W13: a second record for {id}");
    }

    fn submit(&mut self) {
        let id = TaskId(self.submitted);
        self.submitted += 1;
        let nature = match self.rng.u8(..20) {
            0 => Nature::Hangs,
            1 => Nature::Poison,
            2 => Nature::Garbage,
            3..=5 => Nature::Flaky(self.rng.u32(1..5)),
            _ => Nature::Honest(Duration::from_micros(self.rng.u64(1..60_000) / (1 << self.rng.u8(..10)))),
        };
        self.natures.insert(id, nature);
        let module = ModuleId(self.rng.u32(..self.world.modules));
        let (seq, name) = (id.0 + 1, id.to_string());
        let submission = if nature == Nature::Garbage {
            let fault = Fault::new("not_json", "no JSON");
            let verdict = Verdict::BadInput;
            Submission::Rejected(Rejection {
                seq,
                id: name,
                module: None,
                verdict,
                fault,
                input_bytes: 3,
                meta: None,
            })
        } else {
            let limits = Limits { timeout: TIMEOUT, ..Limits::default() };
            let input = Payload::Json(vec![b'1'; self.rng.usize(..2000)]);
            Submission::Task(TaskSpec::new(seq, name, module, input, limits))
        };
        self.tell(Input::Submit(submission));
    }

    /// Something happens in one process.
    fn stir(&mut self) {
        let Some(id) = self.rng.choice(self.processes.keys().copied().collect::<Vec<_>>()) else { return };
        let Some(process) = self.processes.get_mut(&id) else { return };
        if process.killed && (process.queue.is_empty() || self.rng.bool()) {
            return self.die(id, Exit::Signal(9), "ours");
        }
        if !process.said_hello {
            process.said_hello = true;
            return self.tell(Input::Hello(id));
        }
        if !process.loaded {
            return;
        }
        if !process.ready {
            return self.get_ready(id);
        }
        let Some(&(attempt, task, number)) = process.queue.front() else { return };
        if process.begun != Some(attempt) {
            process.begun = Some(attempt);
            process.begun_at = self.now;
            return;
        }
        let elapsed = self.now.saturating_sub(process.begun_at);
        match self.natures[&task] {
            Nature::Hangs | Nature::Garbage => {}
            Nature::Poison => {
                self.lost.insert(task);
                self.die(id, Exit::Signal(11), "poison");
            }
            Nature::Honest(needs) if elapsed < needs => {}
            Nature::Honest(_) => self.answer(id, attempt, elapsed, Verdict::Ok),
            Nature::Flaky(good) if number < good => self.answer(id, attempt, elapsed, Verdict::TaskError),
            Nature::Flaky(_) => self.answer(id, attempt, elapsed, Verdict::Ok),
        }
    }

    fn get_ready(&mut self, id: WorkerId) {
        let Some(process) = self.processes.get_mut(&id) else { return };
        process.ready = true;
        let bad = self.world.bad_module == Some(process.role.module().0);
        let fault = Fault::new("malformed", "it is no module");
        match process.role {
            Role::Compile(_) if bad => self.tell(Input::Refused { worker: id, fault }),
            Role::Compile(_) => {
                let form = Form::CommandModule;
                self.tell(Input::Compiled { worker: id, form, imports: Vec::new() });
            }
            Role::Run(_) => self.tell(Input::Ready { worker: id, tasks: Vec::new() }),
        }
    }

    fn answer(&mut self, id: WorkerId, attempt: AttemptId, wall: Duration, verdict: Verdict) {
        let process = self.processes.get_mut(&id);
        let answered = process.and_then(|process| process.queue.pop_front_if(|(next, ..)| *next == attempt));
        if let Some((_, task, _)) = answered {
            self.lost.remove(&task);
        }
        let after = self.rng.bool().then(|| Duration::from_millis(self.rng.u64(..50)));
        let ending = Ending {
            output: (verdict == Verdict::Ok).then(|| Output::Json("1".to_owned())),
            retry: (verdict == Verdict::TaskError).then_some(RetryHint { after }),
            usage: Usage { wall: Some(wall), ..Usage::default() },
            ..Ending::without_guest(verdict, Fault::default())
        };
        self.tell(Input::Finished { worker: id, attempt, ending: Box::new(ending) });
    }

    fn die(&mut self, id: WorkerId, exit: Exit, last_words: &str) {
        let Some(process) = self.processes.remove(&id) else { return };
        self.gone.push(id);
        // A process that is killed from outside takes whoever it was at for a suspect, or the oldest it had.
        if !process.killed {
            let begun = process.queue.iter().find(|(attempt, ..)| process.begun == Some(*attempt));
            if let Some((_, task, _)) = begun.or(process.queue.front()) {
                self.lost.insert(*task);
            }
        }
        let words = if process.killed && process.ready { last_words } else { "crash" };
        let death = Death { exit, last_words: words.to_owned(), violation: None };
        let remains = Remains { death, begun: process.begun, usage: Usage::default() };
        self.tell(Input::Died { worker: id, remains });
    }

    /// A worker says what no honest one would.
    fn lie(&mut self) {
        let Some(id) = self.rng.choice(self.processes.keys().copied().collect::<Vec<_>>()) else { return };
        let forged = AttemptId(self.rng.u64(..200));
        let Some(process) = self.processes.get_mut(&id) else { return };
        let known = process.queue.iter().any(|(attempt, ..)| *attempt == forged);
        let legal = process.loaded && !process.ready;
        match self.rng.u8(..5) {
            0 if process.said_hello => self.tell(Input::Hello(id)),
            1 if !legal => self.tell(Input::Ready { worker: id, tasks: Vec::new() }),
            2 if !known => self.answer(id, forged, Duration::ZERO, Verdict::Ok),
            3 if !legal => self.tell(Input::Compiled { worker: id, form: Form::Typed, imports: Vec::new() }),
            _ => self.tell(Input::Broke { worker: id, what: "sent a frame that is too long".to_owned() }),
        }
    }

    fn babble(&mut self) {
        let Some(id) = self.rng.choice(self.gone.to_vec()) else { return };
        match self.rng.u8(..4) {
            0 => self.tell(Input::Hello(id)),
            1 => self.tell(Input::Ready { worker: id, tasks: Vec::new() }),
            2 => {
                let attempt = AttemptId(self.rng.u64(..100));
                self.answer(id, attempt, Duration::ZERO, Verdict::Ok);
            }
            _ => self.tell(Input::Retracted { worker: id, begun: None }),
        }
    }

    fn pass_time(&mut self) {
        let deadline = self.sched.next_deadline();
        self.now += Duration::from_micros(self.rng.u64(1..2000));
        if let Some(deadline) = deadline
            && (deadline <= self.now || self.rng.u8(..20) == 0)
        {
            self.now = self.now.max(deadline);
            self.tell(Input::Tick);
            let again = self.sched.next_deadline();
            assert!(again.is_none_or(|again| again > self.now), "W14: a deadline stays in the past");
        }
    }

    fn step(&mut self, step: u64) {
        let dice = self.rng.u32(..1000);
        if step == self.world.drain_at {
            self.tell(Input::Drain);
        } else if step == self.world.end_at {
            self.stopped = true;
            self.tell(Input::End);
        } else if dice < self.world.kills {
            if let Some(id) = self.rng.choice(self.processes.keys().copied().collect::<Vec<_>>()) {
                self.die(id, Exit::Signal(9), "ours");
            }
        } else if dice < self.world.kills + self.world.lies {
            self.lie();
        } else if dice < self.world.kills + self.world.lies + self.world.stale {
            self.babble();
        } else if dice < 600 {
            self.stir();
        } else if dice < 620 {
            let pressed = self.rng.bool();
            self.tell(Input::Pressure(pressed));
            self.tell(Input::Pressure(false));
        } else if dice < 800 && self.submitted < self.world.tasks && self.sched.room() > 0 {
            self.submit();
        } else {
            self.pass_time();
        }
        if self.submitted >= self.world.tasks && self.rng.u8(..10) == 0 {
            self.tell(Input::InputEnded);
        }
    }

    fn run(mut self) {
        for module in 0..self.world.modules {
            self.tell(Input::Module { module: ModuleId(module), name: format!("m{module}.wasm") });
        }
        if self.world.require {
            self.tell(Input::Require(ModuleId(0)));
        }
        let mut step = 0;
        while !self.sched.is_over() {
            self.step(step);
            step += 1;
            assert!(step < 400_000, "W15: the run does not end: {:#?}", self.sched);
        }
        assert!(self.processes.is_empty(), "W16: processes are left");
        let outcome = self.sched.outcome();
        if outcome.complete {
            for task in (0..self.submitted).map(TaskId) {
                assert!(self.records.contains_key(&task), "W17: {task} has no record");
            }
        } else {
            assert!(outcome.halt.is_some(), "W18: incomplete without a reason");
        }
        let told = u64::try_from(self.records.len()).unwrap() + outcome.dropped;
        assert_eq!(told, self.submitted, "W19: every line has a record or was dropped before it began");
    }
}

#[test]
fn no_history_breaks_an_invariant() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("POLYMER_SIM_SEED") {
        return Sim::new(seed, true).run();
    }
    for seed in 0..number("POLYMER_SIM_SEEDS").unwrap_or(10_000) {
        let played = std::panic::catch_unwind(|| Sim::new(seed, false).run());
        assert!(played.is_ok(), "seed {seed} failed; POLYMER_SIM_SEED={seed} prints its steps");
    }
}
