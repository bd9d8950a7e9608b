//! Decision on a task whose attempt did not end ok: it is over, or tried again and how.
//!
//! Escalation comes first, for more of the limit that was hit is what was missing. Then come the
//! retries of the run, as the policy in `retry` has them. Before a timeout stands, one attempt is
//! made alone, unless a timeout of the same module stood after that. The first and the last use up
//! no retry. CPU time that is used up is in no doubt, and no limit that escalates. Nor is a
//! timeout of an attempt that would have been as late on an idle machine: fuel tells that, and
//! where fuel is not counted, CPU time. A streamed task has one attempt: what its guest has read is
//! gone.

use super::state::{LastTry, TaskState};
use super::{Scheduler, SchedulerAction, SchedulerConfig};
use polymer_host_event::{RetryNote, RunEvent};
use polymer_host_task::{AttemptEnding, Limits, LogLine, Moment, TaskId, Usage, Verdict};
use polymer_host_task::{Ceiling, Limit};
use std::time::Duration;

/// Way in which a task comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RetryDecision {
    /// As the policy has it, after this long.
    Retry(Duration),
    /// Under these limits, of which this one is larger.
    Escalate(Limits, Ceiling),
    /// Alone, to see whether the machine was to blame.
    Confirm,
}

impl RetryDecision {
    const fn told(self) -> RetryNote {
        match self {
            Self::Retry(after) => RetryNote::Retry { after },
            Self::Escalate(_, to) => RetryNote::Escalate { to },
            Self::Confirm => RetryNote::Confirm,
        }
    }
}

impl SchedulerConfig {
    /// Returns how `task` comes back after an attempt that ended so; `None` if that ending stands.
    /// A timeout is in no doubt where it is `sure`: the attempt was alone in its worker, or a
    /// timeout of its module stood before.
    fn next(&self, task: &TaskState, sure: bool, ending: &AttemptEnding) -> Option<RetryDecision> {
        if task.is_streamed() {
            return None;
        }
        let limits = &task.spec().limits;
        let out_of_cpu = ending.error.is_cpu_timeout(ending.verdict);
        if let Some((limits, to)) = self.escalation.next(ending.verdict, limits).filter(|_| !out_of_cpu) {
            return Some(RetryDecision::Escalate(limits, to));
        }
        if let Some(after) = self.retry.next(ending, task.retries(), task.spec().seq) {
            return Some(RetryDecision::Retry(after));
        }
        // Where time escalates, it had more of it.
        let is_doubtful =
            !self.escalation.covers(Limit::Timeout, limits) && self.is_doubtful(task, sure, ending);
        is_doubtful.then_some(RetryDecision::Confirm)
    }

    /// Returns whether an attempt that ended so was late, perhaps for a busy machine, and is to be
    /// made once more alone.
    pub(super) fn is_doubtful(&self, task: &TaskState, sure: bool, ending: &AttemptEnding) -> bool {
        let out_of_cpu = ending.error.is_cpu_timeout(ending.verdict);
        let late = ending.verdict == Verdict::Timeout && !out_of_cpu;
        let is_own_doing = is_late_anyway(&ending.usage, &task.spec().limits);
        self.confirm_timeouts && late && !is_own_doing && !sure && !task.is_confirmed()
    }
}

/// Returns whether the CPU time of an attempt that was late says that it would have been so anyway.
pub(super) fn is_told_by_cpu(usage: &Usage, limits: &Limits) -> bool {
    limits.fuel.is_none() && is_late_anyway(usage, limits)
}

/// Returns whether an attempt that was late would have been so on an idle machine as well.
fn is_late_anyway(usage: &Usage, limits: &Limits) -> bool {
    match limits.fuel {
        // With the last of its fuel gone it would not have come further.
        Some(limit) => usage.fuel.is_some_and(|fuel| fuel >= limit),
        // It had the processor for nine tenths of its time: others took it a tenth at most.
        None => {
            let time = limits.timeout.max(usage.wall.unwrap_or_default());
            usage.cpu.is_some_and(|cpu| cpu >= time / 10 * 9)
        }
    }
}

impl Scheduler {
    /// An attempt ended: the task is tried again or over.
    pub(super) fn conclude(
        &mut self,
        now: Moment,
        id: TaskId,
        place: LastTry,
        ending: Box<AttemptEnding>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let running = self.is_running();
        let Some(task) = self.tasks.get_mut(id) else { return };
        // It was not made now, so it is not made again: its ending stands as it is judged.
        if task.is_kept() {
            return self.finish(id, Some(place), ending, out);
        }
        task.count_attempt();
        // Nearly all: nothing is tried again, nothing was late.
        if ending.verdict == Verdict::Ok {
            return self.finish(id, Some(place), ending, out);
        }
        let module = task.spec().module;
        let sure = place.alone || self.modules.has_confirmed_timeout(module);
        let next = self.config.next(task, sure, &ending);
        let is_late = ending.verdict == Verdict::Timeout && !ending.error.is_cpu_timeout(ending.verdict);
        // CPU time says of this attempt alone that it is in no doubt.
        let is_told_by_cpu = !sure && is_told_by_cpu(&ending.usage, &task.spec().limits);
        // That of a streamed task may be its peer's, who was slow to send or to take.
        if is_late && next.is_none() && !task.is_streamed() && !is_told_by_cpu {
            self.modules.note_confirmed_timeout(module);
        }
        let Some(next) = next.filter(|_| running || self.config.goes_on) else {
            return self.finish(id, Some(place), ending, out);
        };
        if let Some((verdict, error)) = self.final_ending(id) {
            return self.finish(id, Some(place), AttemptEnding { verdict, error, ..*ending }, out);
        }
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.note(&ending, place);
        let log = ending.log.lines;
        out.push(task.failed(ending.verdict, ending.error, place, log, next.told()));
        if !running {
            return self.leave_undone(id);
        }
        match next {
            RetryDecision::Retry(after) => {
                task.count_retry();
                if after.is_zero() {
                    self.wait(now, id, false);
                } else {
                    self.queues.delay(now.saturating_add(after), id);
                }
            }
            RetryDecision::Escalate(limits, _) => {
                task.escalate(limits);
                self.wait(now, id, false);
            }
            RetryDecision::Confirm => {
                task.confirm();
                task.wait(now);
                self.queues.suspect(id);
            }
        }
    }
}

impl TaskState {
    /// Returns the announcement of an attempt that ended so, made when it ends.
    pub(super) fn failed(
        &self,
        verdict: Verdict,
        error: polymer_host_task::TaskError,
        place: LastTry,
        log: Vec<LogLine>,
        retry: RetryNote,
    ) -> SchedulerAction {
        let worker = Some(place.slot + 1);
        let (task, attempt) = (Box::new(self.spec().name()), self.attempts());
        let error = Box::new(error);
        SchedulerAction::Announce(RunEvent::AttemptFailed {
            task,
            attempt,
            worker,
            verdict,
            error,
            log,
            retry,
        })
    }
}
