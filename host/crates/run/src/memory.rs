//! Effects of the memory cgroup on a run: whether its workers may need more than there is, and
//! which of them the kernel's OOM killer ended. It must never decide what follows from either.

use super::RunPlan;
use polymer_host_event::{MemoryDemand, ProcessExit};
use polymer_host_sys::cgroup;
use polymer_host_sys::cgroup::MemoryCgroup;
use polymer_host_task::Moment;
use std::time::Duration;

/// Bytes of memory that a worker has beside its guest's: engine, stacks, input and output of usual
/// size.
const OWN: u64 = 16 << 20;
/// Time a counted kill may wait until its dead worker is seen. After that, a kill without a missing
/// worker, such as that of another program in the cgroup, explains no death.
const FRESH: Duration = Duration::from_secs(5);

/// Returns the memory that the workers of a run under `plan` may need, if its cgroup has less.
#[must_use]
pub fn memory_bound(plan: &RunPlan) -> Option<MemoryDemand> {
    let limit = MemoryCgroup::of_this_process()?.limit()?;
    shortfall(plan, limit)
}

fn shortfall(plan: &RunPlan, limit: u64) -> Option<MemoryDemand> {
    let scratch = plan.service.grants.scratch.as_ref().map_or(0, |scratch| scratch.bytes);
    let each = plan.service.limits.memory.saturating_add(scratch).saturating_add(OWN);
    let bound = MemoryDemand { limit, workers: plan.config.slots, each };
    (bound.needed() > bound.limit).then_some(bound)
}

/// Watches the kernel's count of its OOM kills.
#[derive(Debug)]
pub(super) struct OomWatch {
    cgroup: Option<MemoryCgroup>,
    count: CountedKills,
}

/// Kills that were counted, and which of them are not yet known by their dead.
#[derive(Debug, Default)]
struct CountedKills {
    seen: Option<u64>,
    unclaimed: u64,
    counted_at: Moment,
}

impl OomWatch {
    /// Begins to watch: what was killed before is nobody's of this run.
    pub(super) fn begin() -> Self {
        let cgroup = MemoryCgroup::of_this_process();
        let seen = cgroup::oom_kills(cgroup.as_ref());
        Self { cgroup, count: CountedKills { seen, ..CountedKills::default() } }
    }

    /// Returns the memory the workers of a run may need, if that is more than the cgroup has.
    pub(super) fn shortfall(&self, plan: &RunPlan) -> Option<MemoryDemand> {
        shortfall(plan, self.cgroup.as_ref()?.limit()?)
    }

    /// Explains the end of a worker that none of us killed: by SIGKILL, or by the OOM killer's. The
    /// count is read only then, so it costs nothing as long as nobody is killed.
    pub(super) fn explain(&mut self, now: Moment, exit: ProcessExit) -> ProcessExit {
        if exit != ProcessExit::Signal(9) {
            return exit;
        }
        let count = cgroup::oom_kills(self.cgroup.as_ref());
        match self.count.claim(now, count) {
            true => ProcessExit::OomKilled { limit: self.cgroup.as_ref().and_then(MemoryCgroup::limit) },
            false => exit,
        }
    }
}

impl CountedKills {
    /// Returns whether the kernel has counted the kill that was just seen.
    fn claim(&mut self, now: Moment, count: Option<u64>) -> bool {
        let Some(count) = count else { return false };
        let new = count.saturating_sub(self.seen.replace(count).unwrap_or(count));
        if now > self.counted_at + FRESH {
            self.unclaimed = 0;
        }
        if new > 0 {
            self.unclaimed = self.unclaimed.saturating_add(new);
            self.counted_at = now;
        }
        let claimed = self.unclaimed > 0;
        self.unclaimed = self.unclaimed.saturating_sub(1);
        claimed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_kill_that_is_counted_explains_one_death() {
        let mut counted = CountedKills { seen: Some(7), ..CountedKills::default() };
        assert!(!counted.claim(SECOND, Some(7)), "somebody else killed it");
        assert!(counted.claim(SECOND * 2, Some(9)));
        assert!(counted.claim(SECOND * 2, Some(9)), "two were killed before one was seen dead");
        assert!(!counted.claim(SECOND * 2, Some(9)));
        assert!(!counted.claim(SECOND * 3, None), "the kernel does not say");
        assert!(counted.claim(SECOND * 10, Some(12)));
        assert!(!counted.claim(SECOND * 60, Some(12)), "the others were none of ours");
        assert!(!CountedKills::default().claim(SECOND, Some(3)), "the first count says nothing");
    }

    #[test]
    fn only_a_kill_is_looked_into() {
        let mut watch = OomWatch { cgroup: None, count: CountedKills::default() };
        for exit in [ProcessExit::Signal(11), ProcessExit::Code(71), ProcessExit::Unknown] {
            assert_eq!(watch.explain(SECOND, exit), exit);
        }
        assert_eq!(watch.count.seen, None);
    }
}
