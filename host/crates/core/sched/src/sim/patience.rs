//! Processes that take long to get ready, because they hang, work or are kept from working: what
//! the model says of the CPU they used, and what it checks of those that are ended for it.

use super::cpu::AttemptCpu;
use super::{SchedulerInput, Sim};
use crate::state::StopReason;
use polymer_host_base::JailRole;
use polymer_host_task::{Moment, WorkerId};
use std::time::Duration;

/// What CPU a process has used.
#[derive(Debug, Default)]
pub(super) struct Cpu {
    total: Duration,
    /// Of that, in the phase that began then.
    phase: (Moment, Duration),
    /// When it was asked for last.
    asked: Option<Moment>,
    /// What is to become of the process by what it was seen to use.
    is_to_end: bool,
    /// What it used over the attempt that it is at.
    pub(super) attempt: Option<AttemptCpu>,
}

impl Cpu {
    /// It used so much more; says how much that makes in all.
    pub(super) fn use_more(&mut self, more: Duration) -> Duration {
        self.total += more;
        self.total
    }
}

impl Sim {
    /// What the supervisor does when it is asked what CPU a process has used.
    pub(super) fn measure(&mut self, id: WorkerId) -> SchedulerInput {
        let config = &self.sched.config;
        let (start, load, compile) = (config.start_limit, config.load_limit, config.compile_limit);
        if self.processes.get(&id).is_some_and(|process| process.ready) {
            return self.measure_attempt(id);
        }
        let process = self.processes.get_mut(&id).expect("W52: measures a process that is not there");
        assert!(!process.killed, "W52: measures {id}, which is dying");
        let first = match process.role.purpose() {
            _ if !process.loaded => start,
            JailRole::Compile => compile,
            JailRole::Run => load,
        };
        let waited = self.now - process.since;
        assert!(waited >= first, "W52: measures {id} before its time");
        let cpu = &mut process.cpu;
        if cpu.phase.0 != process.since {
            cpu.phase = (process.since, Duration::ZERO);
            cpu.asked = None;
        }
        let elapsed = self.now - cpu.asked.unwrap_or(process.since);
        let is_new_to_it = process.turned && cpu.asked.is_none();
        let gained = match self.rng.u8(..8) {
            0 => None,
            1 => Some(Duration::ZERO),
            2 => Some(elapsed * 3 / 4),
            _ => Some(elapsed / 100),
        };
        cpu.total += gained.unwrap_or_default();
        // Of a process that is looked at first in a phase all counts that it ever used.
        let counted = if cpu.asked.is_none() { cpu.total } else { gained.unwrap_or_default() };
        if gained.is_some() && !is_new_to_it {
            cpu.phase.1 += counted;
        }
        cpu.asked = Some(self.now);
        let is_still = gained.is_none() || (counted < elapsed / 1000 && !is_new_to_it);
        cpu.is_to_end = is_still || cpu.phase.1 >= first / 2 || waited >= first * 10;
        SchedulerInput::CpuUsed { worker: id, cpu: gained.map(|_| cpu.total) }
    }

    /// W53: who uses CPU and has not had its share is waited for, ten times as long as the first
    /// look takes at the most; who uses none, or has had its share, is ended.
    pub(super) fn check_patience(&self, measured: Option<WorkerId>) {
        let Some(id) = measured else { return };
        let (Some(process), Some(worker)) = (self.processes.get(&id), self.sched.workers.get(id)) else {
            return;
        };
        let is_ended = matches!(worker.stopping(), Some(StopReason::Slow(_)));
        assert_eq!(is_ended, process.cpu.is_to_end, "W53: {id} with {:?}", process.cpu);
    }
}
