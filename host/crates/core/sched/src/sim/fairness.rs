//! Fair shares in simulated time: workers that do nothing but take the time that attempts need, and
//! groups that always have tasks, or one now and then. Nothing goes wrong here, so what a group
//! gets follows from turns alone.

use crate::tests::{MODULE, config};
use crate::{
    AHEAD_OF_GROUPS, AttemptDelivery, GroupPolicies, GroupPolicy, GroupWeight, Scheduler, SchedulerAction,
    SchedulerConfig, SchedulerInput, WorkerRemains,
};
use fastrand::Rng;
use polymer_host_event::{ProcessDeath, ProcessExit, ProcessRole};
use polymer_host_task::{
    AttemptEnding, AttemptId, InputPayload, Limits, ModuleForm, ModuleId, Moment, Output, Submission,
    TaskError, TaskId, TaskSpec, Usage, Verdict, WorkerId,
};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);
const US: Duration = Duration::from_micros(1);

/// Tasks of one group.
#[derive(Debug, Clone, Copy)]
struct Flow {
    weight: u64,
    /// Time that each attempt takes.
    takes: Duration,
    arrives: Arrival,
    module: ModuleId,
}

/// When tasks of a group come.
#[derive(Debug, Clone, Copy)]
enum Arrival {
    /// So many wait or run at any time.
    Always(usize),
    /// One in so much time, if the one before is over.
    Each(Duration),
}

/// A worker: what it was sent, and when it is done with the first of that.
#[derive(Debug, Default)]
struct Served {
    queue: VecDeque<(AttemptId, TaskId)>,
    /// When it began the first.
    since: Moment,
}

/// A run of flows, and what each has had.
struct Clockwork {
    sched: Scheduler,
    now: Moment,
    flows: Vec<Flow>,
    workers: BTreeMap<WorkerId, Served>,
    /// Modules that compile workers have.
    spawned: Vec<(WorkerId, ProcessRole)>,
    /// Whose a task is, and when it came.
    tasks: HashMap<TaskId, (usize, Moment)>,
    submitted: u64,
    /// When the next task of a flow comes at the earliest, and how many are not over.
    due: Vec<Moment>,
    open: Vec<usize>,
    /// Time that the attempts of each took, and what its tasks waited before they began.
    served: Vec<Duration>,
    waited: Vec<Vec<Duration>>,
}

impl Clockwork {
    fn new(slots: u32, window: usize, flows: &[Flow]) -> Self {
        let named = flows.iter().enumerate().map(|(at, flow)| {
            let weight = GroupWeight::new(flow.weight).unwrap();
            (Arc::from(format!("g{at}")), GroupPolicy { weight, ..GroupPolicy::default() })
        });
        let groups = GroupPolicies { named: named.collect(), ..GroupPolicies::default() };
        let sched = Scheduler::new(SchedulerConfig { groups, window, ..config(slots) });
        let mut run = Self {
            sched,
            now: Moment::ZERO,
            flows: flows.to_vec(),
            workers: BTreeMap::new(),
            spawned: Vec::new(),
            tasks: HashMap::new(),
            submitted: 0,
            due: vec![Moment::ZERO; flows.len()],
            open: vec![0; flows.len()],
            served: vec![Duration::ZERO; flows.len()],
            waited: vec![Vec::new(); flows.len()],
        };
        let modules: std::collections::BTreeSet<ModuleId> = flows.iter().map(|flow| flow.module).collect();
        for module in modules {
            run.tell([SchedulerInput::Module { module, name: module.to_string() }]);
        }
        run
    }

    /// Tells what happened in one step, and does what follows.
    fn tell(&mut self, inputs: impl IntoIterator<Item = SchedulerInput>) {
        let mut out = Vec::new();
        for input in inputs {
            self.sched.take(self.now, input, &mut out);
        }
        self.sched.follow_up(self.now, &mut out);
        let then: Vec<SchedulerInput> = out.into_iter().flat_map(|action| self.perform(&action)).collect();
        if !then.is_empty() {
            self.tell(then);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest leads to nothing here")]
    fn perform(&mut self, action: &SchedulerAction) -> Vec<SchedulerInput> {
        match *action {
            SchedulerAction::Spawn { worker, role } => {
                self.spawned.push((worker, role));
                vec![SchedulerInput::Hello(worker)]
            }
            SchedulerAction::Load { worker, role: ProcessRole::Compile(_) } => {
                vec![SchedulerInput::Compiled {
                    worker,
                    form: ModuleForm::CommandModule,
                    imports: Vec::new(),
                }]
            }
            SchedulerAction::Load { worker, role: _ } => {
                self.workers.insert(worker, Served::default());
                vec![SchedulerInput::Ready { worker, tasks: Vec::new(), functions: Vec::new() }]
            }
            SchedulerAction::Kill(worker) => {
                self.workers.remove(&worker);
                let death =
                    ProcessDeath { exit: ProcessExit::Signal(9), last_words: String::new(), violation: None };
                let remains = WorkerRemains { death, begun: None, usage: Usage::default(), shortage: None };
                vec![SchedulerInput::Died { worker, remains: Box::new(remains) }]
            }
            SchedulerAction::Dispatch { worker, attempt, task, .. } => {
                let now = self.now;
                let served = self.workers.get_mut(&worker).unwrap();
                if served.queue.is_empty() {
                    served.since = now;
                }
                served.queue.push_back((attempt, task));
                Vec::new()
            }
            SchedulerAction::Observe { worker, attempt } => {
                vec![SchedulerInput::Observed { worker, attempt, delivery: AttemptDelivery::Begun }]
            }
            SchedulerAction::Retract(worker) => {
                let queue = &mut self.workers.get_mut(&worker).unwrap().queue;
                queue.truncate(1);
                let begun = queue.front().map(|(attempt, _)| *attempt);
                vec![SchedulerInput::Retracted { worker, begun }]
            }
            _ => Vec::new(),
        }
    }

    /// What workers are done with by now.
    fn finished(&mut self) -> Vec<SchedulerInput> {
        let mut finished = Vec::new();
        for (worker, served) in &mut self.workers {
            while let Some(&(attempt, task)) = served.queue.front() {
                let (flow, came) = self.tasks[&task];
                let takes = self.flows[flow].takes;
                if served.since + takes > self.now {
                    break;
                }
                self.waited[flow].push(served.since.saturating_sub(came));
                self.served[flow] += takes;
                self.open[flow] -= 1;
                served.since += takes;
                served.queue.pop_front();
                let ending = AttemptEnding {
                    output: Some(Output::Json("1".to_owned())),
                    usage: Usage { wall: Some(takes), ..Usage::default() },
                    ..AttemptEnding::without_guest(Verdict::Ok, TaskError::default())
                };
                finished.push(SchedulerInput::Finished {
                    worker: *worker,
                    attempt,
                    ending: Box::new(ending),
                });
            }
        }
        finished
    }

    /// What is submitted now.
    fn arrivals(&mut self) -> Vec<SchedulerInput> {
        let mut arrivals = Vec::new();
        for at in 0..self.flows.len() {
            let number = match self.flows[at].arrives {
                Arrival::Always(_) if self.due[at] > self.now => 0,
                Arrival::Always(most) => most - self.open[at],
                Arrival::Each(_) if self.due[at] > self.now || self.open[at] > 0 => 0,
                Arrival::Each(time) => {
                    self.due[at] += time;
                    1
                }
            };
            for _ in 0..number {
                let (task, seq) = (TaskId(self.submitted), self.submitted + 1);
                self.submitted += 1;
                self.open[at] += 1;
                self.tasks.insert(task, (at, self.now));
                let input = InputPayload::Json(b"1".to_vec());
                let module = self.flows[at].module;
                let spec = TaskSpec::new(seq, seq.to_string(), module, input, Limits::default());
                let group = Some(Arc::from(format!("g{at}")));
                arrivals.push(SchedulerInput::Submit(Submission::from(TaskSpec { group, ..spec })));
            }
        }
        arrivals
    }

    fn step(&mut self, time: Duration) {
        self.now += time;
        let mut inputs = self.finished();
        inputs.extend(self.arrivals());
        if self.sched.next_deadline().is_some_and(|due| due <= self.now) {
            inputs.push(SchedulerInput::Tick);
        }
        self.tell(inputs);
    }

    /// What 99 of 100 tasks of a flow waited at the most.
    fn p99(&self, flow: usize) -> Duration {
        let mut waited = self.waited[flow].clone();
        waited.sort_unstable();
        assert!(waited.len() >= 50, "{} say nothing", waited.len());
        waited[(waited.len() * 99).div_ceil(100) - 1]
    }
}

/// How far apart what two groups have had over their weights may be, over any time in which both
/// have tasks that wait: what of each may be at workers.
fn most_apart(slots: u32, flows: &[Flow]) -> f64 {
    let least = flows.iter().map(|flow| flow.takes).min().unwrap().as_secs_f64();
    let each = flows.iter().map(|flow| {
        let (takes, ahead) = (flow.takes.as_secs_f64(), AHEAD_OF_GROUPS.as_secs_f64());
        f64::from(slots) * (takes * 2.0 + ahead * takes / least)
            / f64::from(u16::try_from(flow.weight).unwrap())
    });
    each.sum()
}

/// W72: groups that always have tasks that wait get time by their weights.
#[test]
fn groups_with_tasks_that_wait_get_time_by_their_weights() {
    for seed in 0..12 {
        let mut rng = Rng::with_seed(seed);
        let slots = rng.u32(1..4);
        let number = rng.usize(2..5);
        let flow = |rng: &mut Rng| Flow {
            weight: if rng.bool() { 1 } else { rng.u64(2..6) },
            takes: US * rng.u32(500..10_000),
            arrives: Arrival::Always(60 / number),
            module: MODULE,
        };
        let flows: Vec<Flow> = (0..number).map(|_| flow(&mut rng)).collect();
        let most = most_apart(slots, &flows);
        let mut run = Clockwork::new(slots, 100, &flows);
        let mut apart: HashMap<(usize, usize), (f64, f64)> = HashMap::new();
        while run.now < MS * 4000 {
            run.step(MS / 2);
            let had = |at: usize| {
                run.served[at].as_secs_f64() / f64::from(u16::try_from(flows[at].weight).unwrap())
            };
            for (a, b) in (0..number).flat_map(|a| (0..a).map(move |b| (a, b))) {
                let difference = had(a) - had(b);
                let (low, high) = apart.entry((a, b)).or_insert((difference, difference));
                (*low, *high) = (low.min(difference), high.max(difference));
                assert!(
                    *high - *low <= most,
                    "W72: seed {seed}: {} s apart, not {most}: {flows:?}",
                    *high - *low
                );
            }
        }
        let all: Duration = run.served.iter().sum();
        assert!(all >= MS * 4000 * slots * 9 / 10, "W72: workers had nothing to do: {all:?}");
    }
}

/// A flood of tasks, and a group that has one in 100 ms.
fn beside_a_flood(slots: u32, window: usize, takes: Duration, step: Duration) -> Clockwork {
    let flood = Flow { weight: 1, takes, arrives: Arrival::Always(window - 8), module: MODULE };
    let quiet = Flow { takes: takes.max(MS), arrives: Arrival::Each(MS * 23), ..flood };
    let mut run = Clockwork::new(slots, window, &[flood, quiet]);
    while run.waited[1].len() < 60 {
        run.step(step);
    }
    run
}

#[test]
fn a_quiet_group_waits_less_than_three_attempts_of_a_flood() {
    for slots in [1, 2, 4] {
        let run = beside_a_flood(slots, 200, MS * 10, MS);
        assert!(run.p99(1) < MS * 30, "{slots} slots: {:?}", run.p99(1));
        assert!(run.p99(0) > MS * 300, "it is no flood: {:?}", run.p99(0));
    }
}

#[test]
fn a_quiet_group_waits_less_than_20_ms_beside_a_flood_of_tiny_tasks() {
    for slots in [1, 2] {
        let run = beside_a_flood(slots, 1800, US * 20, US * 1000);
        assert!(run.p99(1) < MS * 20, "{slots} slots: {:?}", run.p99(1));
        assert!(run.p99(0) > run.p99(1), "it is no flood: {:?}", run.p99(0));
    }
}

/// W72 between modules: each group has one of its own, and one of them had all workers at first.
/// What they get is no further apart than what workers do that go over one a turn.
#[test]
fn groups_with_modules_of_their_own_get_time_by_their_weights() {
    for (slots, weights) in [(2, [1, 1]), (3, [1, 1]), (4, [1, 1]), (4, [1, 3]), (5, [4, 1])] {
        let flow = |at: usize| Flow {
            weight: weights[at],
            takes: MS * 5,
            arrives: Arrival::Always(40),
            module: ModuleId(u32::try_from(at).unwrap()),
        };
        let flows = [flow(0), flow(1)];
        let mut run = Clockwork::new(slots, 100, &flows);
        run.due[1] = MS * 700;
        while run.now < MS * 4000 {
            run.step(MS);
        }
        let before = run.served.clone();
        while run.now < MS * 20_000 {
            run.step(MS);
        }
        let had = |at: usize| (run.served[at] - before[at]).as_secs_f64() / weights[at] as f64;
        let most = crate::TURN.as_secs_f64() * 4.0 * f64::from(slots);
        let apart = (had(0) - had(1)).abs();
        assert!(apart <= most, "W72: {slots} slots, {weights:?}: {apart} s apart, {:?}", run.served);
        let all: Duration = run.served.iter().sum();
        assert!(all >= MS * 20_000 * slots * 9 / 10, "workers had nothing to do: {all:?}");
    }
}

/// Each group has a module of its own, and there are fewer workers than modules.
#[test]
fn a_module_of_a_quiet_group_comes_before_those_of_a_flood() {
    let flood = Flow { weight: 1, takes: MS * 10, arrives: Arrival::Always(90), module: MODULE };
    let quiet = Flow { arrives: Arrival::Each(MS * 400), module: ModuleId(1), ..flood };
    let mut run = Clockwork::new(1, 100, &[flood, quiet]);
    while run.waited[1].len() < 50 {
        run.step(MS);
    }
    // A worker stays with its module for a while: see `TURN`.
    assert!(run.p99(1) < crate::TURN + MS * 30, "{:?}", run.p99(1));
    assert!(run.p99(0) > MS * 600, "it is no flood: {:?}", run.p99(0));
}
