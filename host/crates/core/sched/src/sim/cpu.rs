//! Processes that use up the CPU time of an attempt: what the model says of what they use, and what
//! it checks of those that are ended for it.

use super::world::{CPU, GRACE, Nature, TIMEOUT};
use super::{SchedulerInput, Sim};
use crate::head_clock::LOOK;
use crate::state::StopReason;
use polymer_host_task::{AttemptId, Moment, WorkerId};
use std::time::Duration;

/// CPU time that was used over an attempt since it was asked for first.
#[derive(Debug, Clone, Copy)]
pub(super) struct AttemptCpu {
    attempt: AttemptId,
    used: Duration,
    /// When it was asked for last.
    asked: Moment,
}

impl Sim {
    /// What the supervisor does when it is asked what CPU a process has used that is at an attempt.
    /// W61: it is asked only where that has a limit, when the attempt has begun, and when the limit
    /// can have been reached since. Where no fuel is counted, it is asked when the attempt has begun
    /// and when it had its time.
    pub(super) fn measure_attempt(&mut self, id: WorkerId) -> SchedulerInput {
        let process = self.processes.get_mut(&id).expect("W61: measures a process that is not there");
        assert!(!process.killed, "W61: measures {id}, which is dying");
        let Some(&(attempt, task, _)) = process.queue.front() else {
            // What it pretended to have begun may have been taken back from it.
            assert!(process.lied, "W61: measures {id}, which has nothing");
            return SchedulerInput::CpuUsed { worker: id, cpu: None };
        };
        let limit = self.sched.spec(task).and_then(|spec| spec.limits.cpu);
        let is_wanted = limit == Some(CPU) || !self.world.counts_fuel;
        assert!(is_wanted, "W61: measures {id}, and {task} has no limit of CPU time");
        let has_begun = process.begun >= Some(attempt) || process.lied;
        assert!(has_begun, "W61: measures {id}, which has not begun {attempt}");
        let before = process.cpu.attempt.filter(|before| before.attempt == attempt);
        let elapsed = before.map_or(Duration::ZERO, |before| self.now - before.asked);
        let used = before.map_or(Duration::ZERO, |before| before.used);
        let left = (CPU + GRACE).saturating_sub(used);
        let is_limited = limit.is_some() && elapsed >= left;
        let had_its_time = self.now + LOOK >= process.begun_at + TIMEOUT + GRACE;
        // Its answer to this one may be on its way, while it is at the next.
        let is_behind = process.begun > Some(attempt);
        let is_last = !self.world.counts_fuel && (had_its_time || is_behind || process.lied);
        assert!(before.is_none() || is_limited || is_last, "W61: measures {id} before its time");
        let spins = self.natures[&task] == Nature::Spins && process.begun == Some(attempt);
        let gained = match self.rng.u8(..8) {
            0 => None,
            1 => Some(Duration::ZERO),
            _ if spins => Some(elapsed * self.rng.u32(1..=4) / 4),
            _ => Some(elapsed / 100),
        };
        // Where the system said nothing at first, the next look is the first.
        let is_known = before.is_some() || gained.is_some();
        let used = used + gained.unwrap_or_default();
        process.cpu.attempt = is_known.then_some(AttemptCpu { attempt, used, asked: self.now });
        let total = process.cpu.use_more(gained.unwrap_or_default());
        SchedulerInput::CpuUsed { worker: id, cpu: gained.map(|_| total) }
    }

    /// W62: who used all the CPU time that its attempt may have, and the grace, is ended; nobody
    /// else is.
    pub(super) fn check_attempt_cpu(&self, measured: Option<WorkerId>) {
        let Some(id) = measured else { return };
        let (Some(process), Some(worker)) = (self.processes.get(&id), self.sched.workers.get(id)) else {
            return;
        };
        let Some(cpu) = process.cpu.attempt.filter(|_| process.ready) else { return };
        let Some(&(attempt, task, _)) = process.queue.front() else { return };
        let has_limit = self.sched.spec(task).is_some_and(|spec| spec.limits.cpu.is_some());
        if cpu.attempt != attempt || !has_limit {
            return;
        }
        let is_ended = matches!(worker.stopping(), Some(StopReason::Overtime { cpu: Some(_), .. }));
        assert_eq!(is_ended, cpu.used >= CPU + GRACE, "W62: {id} with {cpu:?}");
    }
}
