//! What a run is made of: drawn from its seed.

use super::cached::LOOK_LIMIT;
use super::{Config, RetryPolicy};
use crate::sched::Recycle;
use crate::task::Isolation;
use fastrand::Rng;
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
    /// Never answers.
    Hangs,
    /// Takes its process down whenever it runs.
    Poison,
    /// A line that is no task.
    Garbage,
}

/// What happens beside the tasks.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) slots: u32,
    pub(super) modules: u32,
    pub(super) tasks: u64,
    pub(super) crash_limit: u32,
    pub(super) retries: u32,
    pub(super) on_error: bool,
    pub(super) max_fail: Option<u64>,
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
    /// The step at which the run is told to drain, and to end.
    pub(super) drain_at: u64,
    pub(super) end_at: u64,
    pub(super) bad_module: Option<u32>,
    pub(super) require: bool,
    /// The run has a cache of compiled code.
    pub(super) cache: bool,
    pub(super) isolation: Isolation,
    pub(super) recycle: Recycle,
}

pub(super) const TIMEOUT: Duration = Duration::from_millis(300);
/// The most memory that a process of this world holds.
pub(super) const MOST_MEMORY: u64 = 1000;
pub(super) const GRACE: Duration = Duration::from_millis(25);

pub(super) fn config(world: &World) -> Config {
    Config {
        slots: world.slots,
        compile_slots: 2,
        window: 40,
        window_bytes: 1 << 20,
        crash_limit: world.crash_limit,
        retry: RetryPolicy { retries: world.retries, on_error: world.on_error },
        max_fail: world.max_fail,
        grace: GRACE,
        start_limit: Duration::from_secs(10),
        load_limit: Duration::from_secs(10),
        compile_limit: Duration::from_secs(100),
        look_limit: world.cache.then_some(LOOK_LIMIT),
        name_modules: world.modules > 1,
        announce_dispatch: false,
        isolation: world.isolation,
        recycle: world.recycle,
    }
}

pub(super) fn draw(rng: &mut Rng) -> World {
    let rare = |rng: &mut Rng, most: u32| if rng.u8(..3) == 0 { rng.u32(..most) } else { 0 };
    let sometimes = |rng: &mut Rng, what: u64| if rng.u8(..4) == 0 { rng.u64(..what) } else { u64::MAX };
    World {
        slots: rng.u32(1..5),
        modules: if rng.bool() { 1 } else { rng.u32(1..9) },
        tasks: rng.u64(..120),
        crash_limit: rng.u32(..4),
        retries: rng.u32(..3),
        on_error: rng.u8(..3) == 0,
        max_fail: (rng.u8(..6) == 0).then(|| rng.u64(1..20)),
        kills: rare(rng, 40),
        lies: rare(rng, 30),
        stale: rare(rng, 60),
        cancels: rare(rng, 80),
        forgets: rare(rng, 60),
        deadlines: rare(rng, 100),
        drain_at: sometimes(rng, 600),
        end_at: sometimes(rng, 900),
        bad_module: (rng.u8(..5) == 0).then(|| rng.u32(..3)),
        require: rng.bool(),
        cache: rng.bool(),
        isolation: rng
            .choice([Isolation::Instance, Isolation::Module, Isolation::Process])
            .unwrap_or_default(),
        recycle: Recycle {
            tasks: (rng.u8(..3) == 0).then(|| rng.u32(1..12)),
            memory: (rng.u8(..3) == 0).then(|| rng.u64(..MOST_MEMORY)),
            busy: (rng.u8(..3) == 0).then(|| Duration::from_micros(rng.u64(1..400_000))),
        },
    }
}
