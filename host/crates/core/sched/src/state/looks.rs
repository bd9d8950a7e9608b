//! Observations of a worker that is not ready in time, and the consequence: more time, or an end.
//!
//! It must never know a worker. Why the clock alone ends nobody is said in `patience`.

use polymer_host_task::Moment;
use std::time::Duration;

/// Looks that follow within the time that the first one comes after.
const LOOKS: u32 = 8;
/// A process that has had less than this part of the time since the last look makes no progress:
/// one that hangs uses none at all, and the least that a scheduler gives under load is some per
/// mille.
const PROGRESS: u32 = 1000;
/// A process that has had this part of the time was not kept from working: what it does is what
/// takes long.
const FAIR: u32 = 2;
/// Longest wait for a worker, whatever it does, as a multiple of the time of the first look.
const MOST: u32 = 10;

/// Observations of a worker in its present phase. As a rule there are none: it is ready in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WorkerLooks {
    /// True while its CPU time is being asked for.
    is_asked: bool,
    /// CPU time it was seen to use in this phase.
    used: Duration,
    last: Option<WorkerLook>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WorkerLook {
    at: Moment,
    /// Total CPU time of its process by then.
    cpu: Duration,
}

/// Why a worker that is not ready is waited for no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SlowReason {
    pub(crate) why: WhySlow,
    /// Time it was waited for.
    pub(crate) waited: Duration,
    /// CPU time it used meanwhile, if the system says.
    pub(crate) used: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhySlow {
    /// It used no CPU, so it would be no further later.
    Stalled,
    /// It used as much as anybody is given.
    Spent,
    /// It made some progress for ten times as long as the clock allows at first.
    Starved,
}

/// The phase that is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AwaitedPhase {
    /// When it began.
    pub(crate) since: Moment,
    /// After how long it is looked at first.
    pub(crate) first: Duration,
    /// The process used next to nothing before.
    pub(crate) is_first_phase: bool,
}

impl WorkerLooks {
    /// Returns whether its CPU time is being asked for.
    pub(crate) const fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Notes that its CPU time is being asked for.
    pub(crate) const fn ask(&mut self) {
        self.is_asked = true;
    }

    /// When it is to be asked next. `None` while that is under way.
    pub(crate) fn due(&self, since: Moment, first: Duration) -> Option<Moment> {
        let last = since.saturating_add(first.saturating_mul(MOST));
        let next = match self.last {
            None => since.saturating_add(first),
            Some(look) => look.at.saturating_add(first / LOOKS),
        };
        (!self.is_asked).then_some(next.min(last))
    }

    /// Its process has used so much CPU in all, if the system says; why it is waited for no longer,
    /// if so.
    pub(crate) fn answer(
        &mut self,
        now: Moment,
        phase: AwaitedPhase,
        cpu: Option<Duration>,
    ) -> Option<SlowReason> {
        let AwaitedPhase { since, first, is_first_phase } = phase;
        let waited = now.saturating_sub(since);
        // What it used before this phase counts only if it served another module: starting takes
        // next to nothing.
        let start = is_first_phase.then_some(WorkerLook { at: since, cpu: Duration::ZERO });
        let gained = cpu
            .zip(self.last.or(start))
            .map(|(cpu, before)| (cpu.saturating_sub(before.cpu), now.saturating_sub(before.at)));
        let used = self.used.saturating_add(gained.map_or(Duration::ZERO, |(cpu, _)| cpu));
        *self = Self { is_asked: false, used, last: cpu.map(|cpu| WorkerLook { at: now, cpu }) };
        let why = match (cpu, gained) {
            _ if waited >= first.saturating_mul(MOST) => WhySlow::Starved,
            _ if used >= first / FAIR => WhySlow::Spent,
            (None, _) => WhySlow::Stalled,
            (_, Some((cpu, time))) if cpu < time / PROGRESS => WhySlow::Stalled,
            _ => return None,
        };
        Some(SlowReason { why, waited, used: cpu.map(|_| used) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PHASE: AwaitedPhase = AwaitedPhase { since: SECOND, first: SECOND, is_first_phase: true };

    fn answer(looks: &mut WorkerLooks, now: Duration, cpu: Duration) -> Option<WhySlow> {
        looks.ask();
        looks.answer(now, PHASE, Some(cpu)).map(|slow| slow.why)
    }

    #[test]
    fn it_is_asked_after_its_time_then_more_often_and_never_twice_at_once() {
        let mut looks = WorkerLooks::default();
        assert_eq!(looks.due(SECOND, SECOND), Some(SECOND * 2));
        looks.ask();
        assert!(looks.is_asked() && looks.due(SECOND, SECOND).is_none());
        assert_eq!(looks.answer(SECOND * 2, PHASE, Some(SECOND / 100)), None);
        assert_eq!(looks.due(SECOND, SECOND), Some(SECOND * 2 + SECOND / 8));
    }

    #[test]
    fn who_uses_nothing_has_stalled_and_who_uses_half_of_the_time_is_slow_by_itself() {
        let mut looks = WorkerLooks::default();
        assert_eq!(answer(&mut looks, SECOND * 2, SECOND / 4), None);
        assert_eq!(answer(&mut looks, SECOND * 3, SECOND / 4), Some(WhySlow::Stalled));
        assert_eq!(answer(&mut WorkerLooks::default(), SECOND * 2, SECOND / 2), Some(WhySlow::Spent));
        let slow = WorkerLooks::default().answer(SECOND * 2, PHASE, None).unwrap();
        assert_eq!(slow, SlowReason { why: WhySlow::Stalled, waited: SECOND, used: None });
    }

    #[test]
    fn who_gets_a_little_is_waited_for_ten_times_as_long() {
        let mut looks = WorkerLooks::default();
        for second in 2..11 {
            assert_eq!(answer(&mut looks, SECOND * second, SECOND / 100 * second), None, "{second}");
        }
        assert_eq!(answer(&mut looks, SECOND * 11, SECOND / 5), Some(WhySlow::Starved));
    }

    #[test]
    fn what_was_used_for_another_module_does_not_count() {
        let phase = AwaitedPhase { is_first_phase: false, ..PHASE };
        let mut looks = WorkerLooks::default();
        assert_eq!(looks.answer(SECOND * 2, phase, Some(SECOND * 50)), None);
        assert_eq!(looks.answer(SECOND * 3, phase, Some(SECOND * 50 + SECOND / 10)), None);
    }
}
