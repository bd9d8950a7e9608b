//! Wait for a worker that is not ready, bounded by the clock first, then by the CPU it uses. On a
//! busy machine a worker that gets little CPU looks, by the clock, like one that hangs.
//!
//! When the clock comes due, the scheduler asks how much CPU the process has used. One that uses
//! CPU gets more time; one that uses none, or has used more than any may, is ended. So the clock
//! alone ends nobody, except for the bound at the end.

use super::state::{SlowReason, StopReason, WhySlow, WorkerPhase, WorkerState};
use super::{Scheduler, SchedulerAction, SchedulerConfig};
use polymer_host_base::JailRole;
use polymer_host_event::{ProcessDeath, ProcessRole};
use polymer_host_task::{Moment, WorkerId};
use std::time::Duration;

impl SlowReason {
    /// That a worker is to die for being slow, if it is.
    pub(super) const fn of(why: Option<&StopReason>) -> Option<Self> {
        match why {
            Some(StopReason::Slow(slow)) => Some(*slow),
            _ => None,
        }
    }

    /// Returns the message for a process that never said a word.
    pub(super) fn silent(&self) -> String {
        let used = self.used.map_or_else(String::new, |used| format!(", with {} of CPU", rounded(used)));
        format!("it did not report within {}{used}", rounded(self.waited))
    }

    /// Returns what became of `what`, such as compiling, in a sentence.
    pub(super) fn told(&self, what: &str) -> String {
        let (waited, used) = (rounded(self.waited), self.used.map(rounded));
        let used = used.unwrap_or_else(|| "an unknown time".to_owned());
        match self.why {
            WhySlow::Stalled => format!("{what} made no progress: {used} of CPU in {waited}"),
            WhySlow::Spent => format!("{what} used {used} of CPU in {waited}, more than its limit"),
            WhySlow::Starved => {
                format!(
                    "{what} was not finished after {waited}, in which it got {used} of CPU: the machine is too busy"
                )
            }
        }
    }
}

/// Why a worker died before it was ready, as its module's error: a code and a message.
pub(super) fn unready(
    role: ProcessRole,
    death: &ProcessDeath,
    slow: Option<SlowReason>,
    cpu: Duration,
) -> (&'static str, String) {
    const ALLOWS: &str = "; --compile-timeout allows more";
    match (role.purpose(), slow) {
        (JailRole::Compile, Some(slow)) => {
            let cure = if slow.why == WhySlow::Stalled { "" } else { ALLOWS };
            ("compile_timeout", format!("{}{cure}", slow.told("compiling")))
        }
        (JailRole::Run, Some(slow)) => ("load_timeout", slow.told("loading")),
        (JailRole::Compile, None) if death.exit.is_cpu_limit() => {
            let cpu = humantime::format_duration(cpu);
            ("compile_timeout", format!("compiling used up its limit of {cpu} of CPU{ALLOWS}"))
        }
        (JailRole::Run, None) if death.exit.is_cpu_limit() => {
            ("load_timeout", "loading used more CPU than its limit".to_owned())
        }
        (JailRole::Compile, None) if death.ran_out_of_memory() => (
            "compile_memory",
            "compiling needed more memory than it may have; --compile-memory allows more".to_owned(),
        ),
        _ if death.tried_to_get_out() => ("sandbox", death.to_string()),
        (JailRole::Compile, None) => ("compile_crashed", format!("compiling failed: {death}")),
        (JailRole::Run, None) => ("load_crashed", format!("loading failed: {death}")),
    }
}

/// Without digits that nobody needs: `241s`, `140ms`.
fn rounded(time: Duration) -> String {
    let unit =
        if time < Duration::from_secs(10) { Duration::from_millis(10) } else { Duration::from_secs(1) };
    let units = time.as_millis() / unit.as_millis();
    let rounded = unit.saturating_mul(u32::try_from(units).unwrap_or(u32::MAX));
    humantime::format_duration(rounded).to_string()
}

impl SchedulerConfig {
    /// After how long a worker that is not ready is looked at.
    fn first_look(&self, worker: &WorkerState) -> Duration {
        match (worker.phase(), worker.role().purpose()) {
            (WorkerPhase::Starting, _) => self.start_limit,
            (_, JailRole::Compile) => self.compile_limit,
            (_, JailRole::Run) => self.load_limit,
        }
    }
}

impl Scheduler {
    /// When a worker that is not ready is looked at next. `None` while that is under way.
    pub(super) fn look_due(&self, worker: &WorkerState) -> Option<Moment> {
        worker.look_due(self.config.first_look(worker))
    }

    /// Asks what CPU a worker has used, if it is due to be looked at.
    pub(super) fn look_at(&mut self, now: Moment, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let due = self.workers.get(id).and_then(|worker| self.look_due(worker));
        if let Some(worker) = self.workers.get_mut(id).filter(|_| due.is_some_and(|due| due <= now)) {
            worker.ask_cpu();
            out.push(SchedulerAction::MeasureCpu(id));
        }
    }

    /// A worker was looked at: it gets more time, or is ended.
    pub(super) fn on_cpu_used(
        &mut self,
        now: Moment,
        id: WorkerId,
        cpu: Option<Duration>,
        out: &mut Vec<SchedulerAction>,
    ) {
        if self.workers.get(id).is_some_and(|worker| worker.phase() == WorkerPhase::Serving) {
            return self.on_attempt_cpu(now, id, cpu, out);
        }
        let Some(first) = self.workers.get(id).map(|worker| self.config.first_look(worker)) else { return };
        let Some(worker) = self.workers.get_mut(id) else { return };
        if let Some(slow) = worker.answer_cpu(now, first, cpu) {
            self.stop_worker(id, StopReason::Slow(slow), out);
        }
    }
}
