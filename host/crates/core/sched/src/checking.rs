//! Checks: attempts of a checker at what tasks gave, made as tasks of their own that nobody
//! submitted and that have no record.
//!
//! A check is in the window and waits, is sent, comes back and is tried alone like any task. What
//! it is cut for, its task is cut for, and the other way round. What the checker said is read
//! elsewhere: nothing here may know an answer.

use super::retry_decision::is_told_by_cpu;
use super::state::{GroupId, LastTry, ModuleState};
use super::{Scheduler, SchedulerAction};
use polymer_host_base::text::cut;
use polymer_host_task::{
    AttemptEnding, CheckInput, FEEDBACK_LEAST, GrantSubset, LONGEST_ID, Limits, ModuleId, Moment, TaskError,
    TaskId, TaskSpec, Usage, Verdict,
};

impl Scheduler {
    /// A checker is to look at what a task gave: `given` says what that is.
    pub(super) fn on_check_wanted(
        &mut self,
        now: Moment,
        id: TaskId,
        ending: Box<AttemptEnding>,
        given: CheckInput,
        out: &mut Vec<SchedulerAction>,
    ) {
        if !self.queues.is_judged(id) || self.checks.has(id) {
            return;
        }
        // What was cut meanwhile is not checked: it would wait for a worker again.
        if self.is_ending() || self.tasks.is_cut(id) {
            return self.cut_judged(id, ending.usage, out);
        }
        let Some((module, spec)) = self.check_of(id, given) else { return };
        let check = id.check();
        self.checks.hold(id, ending);
        self.modules.add_task(module);
        // What a checker takes is not for the group of its task to pay.
        self.tasks.admit(check, Box::new(spec), GroupId::NONE, now);
        self.groups.add_task(GroupId::NONE);
        match self.checker_error(module) {
            Some(error) => self.reject_invalid(check, &error, out),
            None => self.wait(now, check, false),
        }
    }

    /// Returns the check of a task.
    fn check_of(&self, id: TaskId, given: CheckInput) -> Option<(ModuleId, TaskSpec)> {
        let module = self.spec(id)?.expect.as_ref()?.checker?;
        Some((module, self.judge_of(id, "check", module, given)?))
    }

    /// Returns the attempt of a checker or an interactor for a task. It has all limits that the run
    /// has from the start, and none of its grants: a folder only if it is called as a validator,
    /// whose worker has one for that.
    pub(super) fn judge_of(
        &self,
        id: TaskId,
        what: &str,
        module: ModuleId,
        given: CheckInput,
    ) -> Option<TaskSpec> {
        let spec = self.spec(id)?;
        let base = self.config.escalation.base();
        let length = u64::try_from(given.input.bytes().len()).unwrap_or(u64::MAX);
        let mut limits: Limits = base.with_input(base.input.max(length));
        let is_validator = given.supplied.is_some();
        if is_validator {
            limits = limits.with_output(base.output.max(FEEDBACK_LEAST));
        }
        // Some bytes of room for what is marked as cut.
        let called = cut(&format!("{what} of {}", spec.id), LONGEST_ID - 16);
        let grants = GrantSubset { dirs: Vec::new(), env: Vec::new(), scratch: is_validator };
        let (grants, group, supplied) = (Some(Box::new(grants)), spec.group.clone(), given.supplied);
        let judge = TaskSpec::new(spec.seq, called, module, given.input, limits);
        Some(TaskSpec { grants, group, supplied, ..judge })
    }

    fn checker_error(&self, module: ModuleId) -> Option<TaskError> {
        match self.modules.state(module) {
            Some(ModuleState::Invalid(error)) => Some(error.clone()),
            Some(_) if self.modules.is_checker(module) && !self.modules.is_leaving(module) => None,
            Some(_) | None => Some(TaskError::new("unknown", "the checker was never named")),
        }
    }

    /// An attempt of a checker ended. A timeout that may be the fault of a busy machine is tried
    /// once more alone; nothing else is tried again, for it would end the same way.
    pub(super) fn conclude_check(
        &mut self,
        now: Moment,
        id: TaskId,
        place: LastTry,
        ending: Box<AttemptEnding>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.count_attempt();
        let (module, limits) = (task.spec().module, task.spec().limits);
        let sure = place.alone || self.modules.has_confirmed_timeout(module);
        if self.config.is_doubtful(task, sure, &ending) {
            task.note(&ending, place);
            if task.cut().is_some() || self.is_ending() {
                return self.cut_check(id, out);
            }
            let Some(task) = self.tasks.get_mut(id) else { return };
            task.confirm();
            task.wait(now);
            return self.queues.suspect(id);
        }
        let is_late = ending.verdict == Verdict::Timeout && !ending.error.is_cpu_timeout(ending.verdict);
        if is_late && (sure || !is_told_by_cpu(&ending.usage, &limits)) {
            self.modules.note_confirmed_timeout(module);
        }
        self.end_check(id, ending, out);
    }

    /// A check is over: what it came to is read.
    pub(super) fn end_check(
        &mut self,
        id: TaskId,
        check: Box<AttemptEnding>,
        out: &mut Vec<SchedulerAction>,
    ) {
        self.forget(id);
        let Some(task) = id.checked() else { return };
        let Some(ending) = self.checks.take(task) else { return };
        let Some(expect) = self.spec(task).and_then(|spec| spec.expect.clone()) else { return };
        out.push(SchedulerAction::ReadCheck { task, expect, ending, check });
    }

    /// A check is cut short, and its task with it.
    pub(super) fn cut_check(&mut self, id: TaskId, out: &mut Vec<SchedulerAction>) {
        self.queues.clear(id);
        self.forget(id);
        let Some(task) = id.checked() else { return };
        if let Some(ending) = self.checks.take(task) {
            self.cut_judged(task, ending.usage, out);
        }
    }

    /// A task is cut short while its output is judged: as if its attempt had been. One whose ending
    /// was kept had none.
    fn cut_judged(&mut self, id: TaskId, usage: Usage, out: &mut Vec<SchedulerAction>) {
        let Some(place) = self.end_judging(id) else { return };
        if self.tasks.is_kept(id) {
            return self.cut_short(id, None, Usage::default(), out);
        }
        self.cut_short(id, Some(place), usage, out);
    }
}
