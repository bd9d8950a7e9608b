//! Tasks whose output is compared with what is expected, or checked, before it is known how they
//! ended.
//!
//! Their workers are free meanwhile. A task that comes with an ending that was kept goes there at
//! once, and is never sent to a worker. Who compares is elsewhere, and answers for each and soon:
//! that is waited for whatever happens to the run. Checks are in `checking`.

use super::state::{LastTry, SideEnd};
use super::{Scheduler, SchedulerAction};
use polymer_host_task::{AttemptEnding, EarlierAttempts, KeptEnding, Moment, TaskId, TaskSpec};
use std::sync::Arc;

impl Scheduler {
    /// An attempt ended: whether it is right comes before what follows from it.
    pub(super) fn judge(
        &mut self,
        now: Moment,
        id: TaskId,
        place: LastTry,
        ending: Box<AttemptEnding>,
        out: &mut Vec<SchedulerAction>,
    ) {
        if self.is_connected(id) {
            return self.end_side(id, place, (SideEnd::Own, ending), out);
        }
        if id.is_check() {
            return self.conclude_check(now, id, place, ending, out);
        }
        let Some(task) = self.tasks.get(id) else { return };
        let Some(expect) = task.spec().expect.as_ref() else {
            return self.conclude(now, id, place, ending, out);
        };
        if !expect.needs_comparison(&ending) && !expect.needs_check(&ending) {
            let judged = expect.judged(*ending, None);
            return self.conclude(now, id, place, Box::new(judged), out);
        }
        let expect = Arc::clone(expect);
        self.begin_judging(id, place);
        out.push(SchedulerAction::Judge { task: id, expect, ending });
    }

    /// A task was admitted that ended in an earlier session. No attempt is made, so no group is
    /// charged and nothing is learned of its module.
    pub(super) fn judge_kept(
        &mut self,
        now: Moment,
        id: TaskId,
        ending: Box<AttemptEnding>,
        out: &mut Vec<SchedulerAction>,
    ) {
        // Its record has the place that was kept.
        let place = LastTry { slot: 0, started: None, alone: false };
        self.judge(now, id, place, ending, out);
    }

    /// An attempt ended, and its task waits for what is said of it.
    pub(super) fn begin_judging(&mut self, id: TaskId, place: LastTry) {
        self.queues.judge(id, place);
        let group = self.group_of(id);
        self.groups.note_judging(group);
    }

    /// What is said of a task is known, or nobody waits for it any more. Returns where its attempt
    /// was made, if it was judged.
    pub(super) fn end_judging(&mut self, id: TaskId) -> Option<LastTry> {
        let place = self.queues.take_judged(id)?;
        let group = self.group_of(id);
        self.groups.note_judged(group);
        Some(place)
    }

    pub(super) fn on_judged(
        &mut self,
        now: Moment,
        id: TaskId,
        ending: Box<AttemptEnding>,
        out: &mut Vec<SchedulerAction>,
    ) {
        // As long as a checker has not spoken, nobody else has anything to say.
        if !self.checks.has(id)
            && let Some(place) = self.end_judging(id)
        {
            self.conclude(now, id, place, ending, out);
        }
    }
}

/// Takes the ending that a task comes with, if it can be judged: an interaction is made anew, and
/// where nothing is expected nothing is judged. Such a task ended in time, and nothing that was
/// lost since counts against it.
pub(super) fn take_kept(spec: &mut TaskSpec) -> Option<Box<AttemptEnding>> {
    let is_judged = spec.expect.as_ref().is_some_and(|expect| expect.interactor.is_none());
    let mut kept = spec.kept.take().filter(|_| is_judged)?;
    let ending = KeptEnding::take_ending(&mut kept)?;
    spec.kept = Some(kept);
    (spec.deadline, spec.before) = (None, EarlierAttempts::default());
    Some(ending)
}
