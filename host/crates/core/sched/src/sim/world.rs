//! What a run is made of: drawn from its seed.

use super::cached::LOOK_LIMIT;
use super::groups::{self, GroupWorld};
use super::{RetryPolicy, SchedulerConfig};
use crate::retry::{Backoff, Escalation, EscalationFactor, VerdictSet};
use crate::{MaxFail, RecyclePolicy};
use fastrand::Rng;
use polymer_host_task::Ceiling;
use polymer_host_task::{Isolation, Limits, Percentage};
use std::time::Duration;

/// What a task does to whoever runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Ends ok, after this long.
    Honest(Duration),
    /// Says retryable until its attempt of this number.
    Flaky(u32),
    /// Ends in a trap, always.
    Traps,
    /// Runs out of fuel with less than so much.
    Thirsty(u64),
    /// Never answers.
    Hangs,
    /// Works without end, and may be stopped by its own worker when its CPU time is over.
    Spins,
    /// Never answers its first attempt.
    Dawdles,
    /// Takes its process down whenever it runs.
    Poison,
    /// Takes its process down whenever it runs, and has it say that the machine lacked something.
    Pretends,
    /// A line that is no task.
    Garbage,
}

/// What happens beside the tasks.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) slots: u32,
    pub(super) spares: usize,
    pub(super) modules: u32,
    pub(super) tasks: u64,
    pub(super) crash_limit: u32,
    pub(super) retries: u32,
    pub(super) on_error: bool,
    pub(super) backoff: Backoff,
    /// Fuel is counted.
    pub(super) counts_fuel: bool,
    /// Fuel escalates to so much, doubled each time.
    pub(super) fuel: Option<u64>,
    pub(super) confirms: bool,
    pub(super) max_fail: Option<MaxFail>,
    pub(super) groups: GroupWorld,
    pub(super) global_timeout: Option<Duration>,
    /// Out of a hundred tasks, so many were under way when earlier supervisors were lost.
    pub(super) interrupted: u32,
    /// Processes that this machine holds at a time; one more cannot be started.
    pub(super) holds: usize,
    /// Out of a hundred times that a process gets something to do, so many find that the machine
    /// lacks what that takes.
    pub(super) lacks: u32,
    /// Out of a thousand steps, so many kill a process from outside.
    pub(super) kills: u32,
    /// So many are something a worker may not say.
    pub(super) lies: u32,
    /// So many are late words of processes that are gone.
    pub(super) stale: u32,
    /// So many take a submission back.
    pub(super) cancels: u32,
    /// So many give a module up; some of these are named anew.
    pub(super) forgets: u32,
    /// Out of a hundred tasks, so many have a deadline.
    pub(super) deadlines: u32,
    /// Of so many something is expected.
    pub(super) expects: u32,
    /// Out of a hundred of these, so many come with an ending of an earlier session.
    pub(super) kept: u32,
    /// Of most of them a checker says whether they are right.
    pub(super) checks: bool,
    /// So many are streamed.
    pub(super) streams: u32,
    /// So many are interactions.
    pub(super) talks: u32,
    /// The step at which the run is told to drain, and to end.
    pub(super) drain_at: u64,
    pub(super) end_at: u64,
    pub(super) bad_module: Option<u32>,
    pub(super) require: bool,
    /// The run has a cache of compiled code.
    pub(super) cache: bool,
    /// The run finds out whether its machine is fit, and whether it is.
    pub(super) probes: bool,
    pub(super) fit: bool,
    pub(super) isolation: Isolation,
    pub(super) recycle: RecyclePolicy,
    /// Inputs have fewer bytes.
    pub(super) largest: usize,
    /// Bytes that a process reads at a time, at the most.
    pub(super) reads: usize,
}

/// What an attempt has of fuel from the start.
pub(super) const FUEL: u64 = 100;
pub(super) const TIMEOUT: Duration = Duration::from_millis(300);
/// What attempts that have a limit of CPU time have of it.
pub(super) const CPU: Duration = Duration::from_millis(100);
/// The most memory that a process of this world holds.
pub(super) const MOST_MEMORY: u64 = 1000;
pub(super) const GRACE: Duration = Duration::from_millis(25);

pub(super) fn config(world: &World) -> SchedulerConfig {
    SchedulerConfig {
        goes_on: false,
        slots: world.slots,
        compile_slots: 2,
        spares: world.spares,
        window: 40,
        window_bytes: 4 << 20,
        crash_limit: world.crash_limit,
        retry: RetryPolicy {
            retries: world.retries,
            on: if world.on_error { VerdictSet::ERRORS } else { VerdictSet::NONE },
            backoff: world.backoff,
        },
        escalation: escalation(world),
        confirm_timeouts: world.confirms,
        max_fail: world.max_fail,
        groups: groups::policies(world),
        global_timeout: world.global_timeout,
        grace: GRACE,
        start_limit: Duration::from_secs(10),
        load_limit: Duration::from_secs(10),
        compile_limit: Duration::from_secs(100),
        compile_cpu: Duration::from_secs(50),
        look_limit: world.cache.then_some(LOOK_LIMIT),
        name_modules: world.modules > 1,
        announce_dispatch: true,
        probes_machine: world.probes,
        own_judge_workers: world.probes,
        isolation: world.isolation,
        recycle: world.recycle,
    }
}

fn escalation(world: &World) -> Escalation {
    let none = Escalation::none(limits(world));
    let twice = EscalationFactor::thousandths(2000).unwrap();
    world.fuel.map_or(none, |most| none.and(twice, Ceiling::Fuel(most)).unwrap())
}

/// What each attempt has from the start.
pub(super) fn limits(world: &World) -> Limits {
    let limits = Limits::default().with_timeout(TIMEOUT);
    if world.counts_fuel { limits.with_fuel(FUEL) } else { limits.without_fuel() }
}

pub(super) fn draw(rng: &mut Rng) -> World {
    let rare = |rng: &mut Rng, most: u32| if rng.u8(..3) == 0 { rng.u32(..most) } else { 0 };
    let sometimes = |rng: &mut Rng, what: u64| if rng.u8(..4) == 0 { rng.u64(..what) } else { u64::MAX };
    let counts_fuel = rng.u8(..4) > 0;
    World {
        slots: rng.u32(1..5),
        spares: rng.usize(..3),
        modules: if rng.bool() { 1 } else { rng.u32(1..9) },
        tasks: rng.u64(..120),
        crash_limit: rng.u32(..4),
        retries: rng.u32(..3),
        on_error: rng.u8(..3) == 0,
        backoff: Backoff {
            delay: Duration::from_millis(if rng.bool() { 0 } else { rng.u64(..40) }),
            exponential: rng.bool(),
            jitter: rng.bool(),
            seed: rng.u64(..),
            ..Backoff::NONE
        },
        counts_fuel,
        fuel: (counts_fuel && rng.bool()).then(|| rng.u64(FUEL + 1..FUEL * 5)),
        confirms: rng.bool(),
        max_fail: match rng.u8(..12) {
            0 | 1 => Some(MaxFail::Tasks(rng.u64(1..20))),
            2 | 3 => Some(MaxFail::Share(Percentage::percent(rng.u32(1..60)).unwrap())),
            _ => None,
        },
        global_timeout: (rng.u8(..8) == 0).then(|| Duration::from_millis(rng.u64(1..2000))),
        holds: if rng.u8(..4) == 0 { rng.usize(1..5) } else { usize::MAX },
        lacks: if rng.u8(..4) == 0 { rng.u32(..60) } else { 0 },
        interrupted: rare(rng, 60),
        kills: rare(rng, 40),
        lies: rare(rng, 30),
        stale: rare(rng, 60),
        cancels: rare(rng, 80),
        forgets: rare(rng, 60),
        deadlines: rare(rng, 100),
        expects: rare(rng, 100),
        kept: rare(rng, 100),
        checks: rng.bool(),
        streams: rare(rng, 100),
        talks: rare(rng, 130),
        drain_at: sometimes(rng, 600),
        end_at: sometimes(rng, 900),
        bad_module: (rng.u8(..5) == 0).then(|| rng.u32(..3)),
        require: rng.bool(),
        cache: rng.bool(),
        probes: rng.bool(),
        fit: rng.u8(..8) > 0,
        isolation: rng
            .choice([Isolation::Instance, Isolation::Module, Isolation::Process])
            .unwrap_or_default(),
        recycle: RecyclePolicy {
            tasks: (rng.u8(..3) == 0).then(|| rng.u32(1..12)),
            memory: (rng.u8(..3) == 0).then(|| rng.u64(..MOST_MEMORY)),
            busy: (rng.u8(..3) == 0).then(|| Duration::from_micros(rng.u64(1..400_000))),
            awake: Duration::ZERO,
        },
        largest: if rng.u8(..6) == 0 { rng.usize(2000..600_000) } else { 2000 },
        groups: groups::draw(rng),
        reads: if rng.u8(..3) == 0 { rng.usize(100..100_000) } else { usize::MAX },
    }
}
