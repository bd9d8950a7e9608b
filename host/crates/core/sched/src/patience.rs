//! How long a worker is waited for that is not ready: by the clock first, then by the CPU it uses. On a
//! busy machine a worker that gets little of a processor looks, by the clock, like one that hangs.
//!
//! When the clock comes due the scheduler asks what CPU the process has used. One that uses it gets more
//! time; one that uses none, or has used more than is due to anybody, is ended. So the clock alone ends
//! nobody, but for the bound at the end.

use super::state::{Phase, Stopping, Worker};
use super::{Action, Config, Scheduler};
use polymer_host_event::{Death, Role};
use polymer_host_task::{Moment, WorkerId};
use std::time::Duration;

/// Looks that follow within the time that the first one comes after.
const LOOKS: u32 = 8;
/// A process that has had less than this part of the time since the last look makes no progress: one that
/// hangs uses none at all, and the least that a scheduler gives under load is some per mille.
const PROGRESS: u32 = 1000;
/// A process that has had this part of the time was not kept from working: what it does is what takes long.
const FAIR: u32 = 2;
/// How many times the first look's time a worker is waited for at the most, whatever it does.
const MOST: u32 = 10;

/// What was seen of a worker in the phase that it is in. Nothing, as a rule: it is ready in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Looks {
    /// What CPU it has used is being asked.
    is_asked: bool,
    /// What CPU it was seen to use in this phase.
    used: Duration,
    last: Option<Look>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    at: Moment,
    /// What CPU its process had used by then in all.
    cpu: Duration,
}

/// Why a worker that is not ready is waited for no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slow {
    pub(super) why: WhySlow,
    /// How long it was waited for.
    waited: Duration,
    /// What CPU it used meanwhile, if the system says.
    used: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhySlow {
    /// It used no CPU, so it would be no further later.
    Stalled,
    /// It used as much as anybody is given.
    Spent,
    /// It made some progress for ten times as long as the clock allows at first.
    Starved,
}

impl Slow {
    /// That a worker is to die for being slow, if it is.
    pub(super) const fn of(why: Option<&Stopping>) -> Option<Self> {
        match why {
            Some(Stopping::Slow(slow)) => Some(*slow),
            _ => None,
        }
    }

    /// What is said of a process that never said a word.
    pub(super) fn silent(&self) -> String {
        let used = self.used.map_or_else(String::new, |used| format!(", with {} of CPU", rounded(used)));
        format!("it did not report within {}{used}", rounded(self.waited))
    }

    /// What became of `what`, such as compiling, in a sentence.
    pub(super) fn told(&self, what: &str) -> String {
        let (waited, used) = (rounded(self.waited), self.used.map(rounded));
        let used = used.unwrap_or_else(|| "an unknown time".to_owned());
        match self.why {
            WhySlow::Stalled => format!("{what} made no progress: {used} of CPU in {waited}"),
            WhySlow::Spent => format!("{what} used {used} of CPU in {waited}, more than it may"),
            WhySlow::Starved => {
                format!(
                    "{what} was not done after {waited}, in which it got {used} of CPU: the machine is too busy"
                )
            }
        }
    }
}

/// Why a worker died before it was ready, as its module's error: a code and a message.
pub(super) fn unready(
    role: Role,
    death: &Death,
    slow: Option<Slow>,
    cpu: Duration,
) -> (&'static str, String) {
    const ALLOWS: &str = "; --compile-timeout allows more";
    match (role, slow) {
        (Role::Compile(_), Some(slow)) => {
            let cure = if slow.why == WhySlow::Stalled { "" } else { ALLOWS };
            ("compile_timeout", format!("{}{cure}", slow.told("compiling")))
        }
        (Role::Run(_), Some(slow)) => ("load_timeout", slow.told("loading")),
        (Role::Compile(_), None) if death.exit.is_cpu_limit() => {
            let cpu = humantime::format_duration(cpu);
            ("compile_timeout", format!("compiling used all of the {cpu} of CPU that it may{ALLOWS}"))
        }
        (Role::Run(_), None) if death.exit.is_cpu_limit() => {
            ("load_timeout", "loading used more CPU than it may".to_owned())
        }
        (Role::Compile(_), None) if death.ran_out_of_memory() => (
            "compile_memory",
            "compiling needed more memory than it may have; --compile-memory allows more".to_owned(),
        ),
        _ if death.tried_to_get_out() => ("sandbox", death.to_string()),
        (Role::Compile(_), None) => ("compile_crashed", format!("compiling failed: {death}")),
        (Role::Run(_), None) => ("load_crashed", format!("loading failed: {death}")),
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

impl Config {
    /// After how long a worker that is not ready is looked at.
    fn first_look(&self, worker: &Worker) -> Duration {
        match (worker.phase, worker.role) {
            (Phase::Starting, _) => self.start_limit,
            (_, Role::Compile(_)) => self.compile_limit,
            (_, Role::Run(_)) => self.load_limit,
        }
    }
}

impl Scheduler {
    /// When a worker that is not ready is looked at next. `None` while that is under way.
    pub(super) fn look_due(&self, worker: &Worker) -> Option<Moment> {
        let first = self.config.first_look(worker);
        let last = worker.since.saturating_add(first.saturating_mul(MOST));
        let next = match worker.looks.last {
            None => worker.since.saturating_add(first),
            Some(look) => look.at.saturating_add(first / LOOKS),
        };
        (!worker.looks.is_asked).then_some(next.min(last))
    }

    /// Asks what CPU a worker has used, if it is due to be looked at.
    pub(super) fn look_at(&mut self, now: Moment, id: WorkerId, out: &mut Vec<Action>) {
        let due = self.worker(id).and_then(|worker| self.look_due(worker));
        if let Some(worker) = self.worker_mut(id).filter(|_| due.is_some_and(|due| due <= now)) {
            worker.looks.is_asked = true;
            out.push(Action::MeasureCpu(id));
        }
    }

    /// A worker was looked at: it gets more time, or is ended.
    pub(super) fn on_cpu_used(
        &mut self,
        now: Moment,
        id: WorkerId,
        cpu: Option<Duration>,
        out: &mut Vec<Action>,
    ) {
        let Some(worker) = self.worker(id).filter(|worker| worker.looks.is_asked) else { return };
        let first = self.config.first_look(worker);
        let waited = now.saturating_sub(worker.since);
        // What it used before this phase counts only if it served another module: starting takes next to nothing.
        let start = (!worker.turned).then_some(Look { at: worker.since, cpu: Duration::ZERO });
        let gained = cpu
            .zip(worker.looks.last.or(start))
            .map(|(cpu, before)| (cpu.saturating_sub(before.cpu), now.saturating_sub(before.at)));
        let used = worker.looks.used.saturating_add(gained.map_or(Duration::ZERO, |(cpu, _)| cpu));
        let why = match (cpu, gained) {
            _ if waited >= first.saturating_mul(MOST) => Some(WhySlow::Starved),
            _ if used >= first / FAIR => Some(WhySlow::Spent),
            (None, _) => Some(WhySlow::Stalled),
            (_, Some((cpu, time))) if cpu < time / PROGRESS => Some(WhySlow::Stalled),
            _ => None,
        };
        let Some(worker) = self.worker_mut(id) else { return };
        worker.looks = Looks { is_asked: false, used, last: cpu.map(|cpu| Look { at: now, cpu }) };
        if let Some(why) = why {
            let used = cpu.map(|_| used);
            self.stop_worker(id, Stopping::Slow(Slow { why, waited, used }), out);
        }
    }
}

impl Worker {
    /// It enters another phase, which it has a time of its own for.
    pub(super) fn begin_phase(&mut self, phase: Phase, now: Moment) {
        (self.phase, self.since, self.looks) = (phase, now, Looks::default());
    }
}
