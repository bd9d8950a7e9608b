//! Tasks from admission to their record: how attempts end, and who is charged for a death.

use super::interrupted::{times, told};
use super::judging;
use super::shutdown::ShutdownStage;
use super::state::{
    AnsweredAttempt, GroupId, LastTry, ModuleState, SideEnd, StopReason, TaskState, WorkerState,
};
use super::{Scheduler, SchedulerAction, WorkerRemains};
use polymer_host_event::{RetryNote, RunEvent};
use polymer_host_task::{
    AttemptEnding, AttemptId, EarlierStart, KeptAttempts, Moment, PastAttempt, Record, Rejection, StreamId,
    Submission, TaskError, TaskId, TaskSpec, Usage, Verdict, WorkerId,
};
use std::time::Duration;

impl Scheduler {
    pub(super) fn on_submit(&mut self, now: Moment, submission: Submission, out: &mut Vec<SchedulerAction>) {
        if self.stage != ShutdownStage::Running {
            self.tally.note_dropped();
            return;
        }
        let id = self.tasks.next_id();
        let name = match &submission {
            Submission::Rejected(rejection) => rejection.group.as_ref(),
            Submission::Task(spec) => spec.group.as_ref(),
        };
        let group = name.map_or(GroupId::NONE, |name| self.groups.id(name));
        self.tally.begin_submission();
        self.groups.begin_submission(group);
        match submission {
            Submission::Rejected(rejection) => self.record(Box::new(rejected(id, *rejection)), group, out),
            Submission::Task(spec) => self.admit(now, id, spec, group, out),
        }
        self.groups.end_submission(group);
        self.tally.end_submission();
    }

    fn admit(
        &mut self,
        now: Moment,
        id: TaskId,
        mut spec: Box<TaskSpec>,
        group: GroupId,
        out: &mut Vec<SchedulerAction>,
    ) {
        let kept = judging::take_kept(&mut spec);
        let failure = self.interaction_error(&spec);
        if spec.interactor().is_some() {
            spec.streams = Some(StreamId::of_interaction(id));
            self.pairs.add_task();
        }
        let invalid = match self.modules.get(spec.module) {
            // Who judges others is no program of the run.
            Some(module) if module.is_judge() || self.modules.is_leaving(spec.module) => Some(unknown()),
            Some(module) => match (module.state(), &kept) {
                (ModuleState::Invalid(error), None) => Some(error.clone()),
                // What a guest of it gave before is there all the same.
                _ => None,
            },
            None => Some(unknown()),
        };
        self.modules.add_task(spec.module);
        self.tasks.admit(id, spec, group, now);
        self.groups.add_task(group);
        match invalid {
            Some(error) => self.reject_invalid(id, &error, out),
            None if self.is_group_stopped(id) => self.cut_short(id, None, Usage::default(), out),
            None => match failure {
                Some(failure) => self.fail_interaction(id, failure, out),
                None => match kept {
                    Some(ending) => self.judge_kept(now, id, ending, out),
                    None => self.begin(now, id, out),
                },
            },
        }
    }

    pub(super) fn on_finished(
        &mut self,
        now: Moment,
        id: WorkerId,
        attempt: AttemptId,
        ending: Box<AttemptEnding>,
        out: &mut Vec<SchedulerAction>,
    ) {
        let Some(worker) = self.workers.get_mut(id) else { return };
        if matches!(worker.stopping(), Some(StopReason::Broke(_))) {
            return;
        }
        let Some(AnsweredAttempt { sent, since, alone }) = worker.answer(now, attempt) else {
            return self.broke(id, "answered an attempt that was not its next", out);
        };
        let role = worker.role();
        let wall = ending.usage.wall.unwrap_or_default();
        let started = now.saturating_sub(wall).max(since.min(now));
        if alone {
            self.queues.clear(sent.task);
        }
        if let Some(task) = self.tasks.get_mut(sent.task) {
            // What its workers lacked before is no more than that.
            task.end_excuses();
            // How long a streamed attempt takes is its peer's doing.
            if !task.is_streamed() {
                self.modules.learn(task.spec().module, wall);
            }
        }
        if !ending.leaves_worker_usable() {
            self.stop_worker(id, StopReason::Ours, out);
        }
        self.worked(id, since, now, out);
        self.breaker.note_served(now);
        self.fitness.prove(role);
        self.charge_usage(sent.task, &ending.usage, out);
        let place = LastTry { slot: id.slot, started: Some(started), alone };
        self.judge(now, sent.task, place, ending, out);
        self.stop_if_next_is_cut(id, out);
    }

    /// A worker died by itself while it served: whoever it was at is charged, the others go back
    /// free.
    pub(super) fn blame(
        &mut self,
        now: Moment,
        mut worker: WorkerState,
        remains: WorkerRemains,
        out: &mut Vec<SchedulerAction>,
    ) {
        // Each answer leaves before the next guest is entered, so it was at the oldest that it has
        // not answered, as far as was read. A page that names another one lies: its guest may wish
        // an innocent to be charged.
        let Some(culprit) = worker.take_current() else {
            return self.record_death(&worker, &remains.death, None, 0, out);
        };
        if let Some(shortage) = remains.shortage.clone()
            && remains.death.violation.is_none()
            && !self.is_streamed(culprit.task)
            && self.is_excused(culprit.task, &shortage)
        {
            return self.give_back_for_want(now, &worker, culprit, (&remains.death, shortage), out);
        }
        let WorkerRemains { death, begun, usage, shortage: _ } = remains;
        let is_named = begun == Some(culprit.attempt);
        self.put_back(now, worker.outstanding(), out);
        // A check or an interactor is no task that anybody submitted.
        let charged = self.spec(culprit.task).filter(|_| !culprit.task.is_hidden()).map(TaskSpec::name);
        self.record_death(&worker, &death, charged, worker.outstanding().len(), out);
        let alone = worker.reserved() == Some(culprit.task);
        let error = death.task_error();
        let wall = Some(now.saturating_sub(worker.head().started()));
        let usage = Usage { partial: true, wall, ..if is_named { usage } else { Usage::default() } };
        let ending = AttemptEnding { usage, ..AttemptEnding::without_guest(Verdict::WorkerLost, error) };
        let place = LastTry { slot: worker.id().slot, started: Some(worker.head().started()), alone };
        self.suspect(culprit.task, place, ending, out);
    }

    /// Puts a task that took down its worker to be tried alone, or aside if that happened often
    /// enough.
    fn suspect(&mut self, id: TaskId, place: LastTry, ending: AttemptEnding, out: &mut Vec<SchedulerAction>) {
        let limit = self.config.crash_limit;
        if self.is_connected(id) {
            return self.end_side(id, place, (SideEnd::Own, ending.into()), out);
        }
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.count_death(place.alone);
        if limit == 0 || task.is_streamed() {
            self.queues.clear(id);
            return self.finish(id, Some(place), ending, out);
        }
        if task.solo_deaths() >= limit {
            self.queues.clear(id);
            let error = TaskError { message: task.deaths_told(&ending.error), ..ending.error.clone() };
            return self.finish(
                id,
                Some(place),
                AttemptEnding { verdict: Verdict::Quarantined, error, ..ending },
                out,
            );
        }
        if let Some((verdict, error)) = self.final_ending(id) {
            self.queues.clear(id);
            if id.is_check() {
                return self.cut_check(id, out);
            }
            return self.finish(id, Some(place), AttemptEnding { verdict, error, ..ending }, out);
        }
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.note(&ending, place);
        if !id.is_check() {
            out.push(task.failed(ending.verdict, ending.error, place, Vec::new(), RetryNote::Alone));
        }
        self.queues.suspect(id);
    }

    pub(super) fn on_tick(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        self.breaker.pass(now);
        // First: what is asked back from a worker in the same step would come back to a run that is
        // over.
        self.check_global_timeout(now, out);
        let workers: Vec<WorkerId> =
            self.workers.iter().filter(|worker| !worker.is_stopping()).map(|worker| worker.id()).collect();
        for id in workers {
            self.check_time(now, id, out);
        }
        self.stop_looking(now);
        self.look_after_spares(now, out);
        self.pass_deadlines(now, out);
        while let Some(task) = self.queues.take_due(now) {
            let state = self.spec(task).and_then(|spec| self.modules.state(spec.module));
            match state {
                Some(ModuleState::Invalid(error)) => {
                    let error = error.clone();
                    self.reject_invalid(task, &error, out);
                }
                _ => self.come_back(now, task),
            }
        }
    }

    fn check_time(&mut self, now: Moment, id: WorkerId, out: &mut Vec<SchedulerAction>) {
        let Some(worker) = self.workers.get(id) else { return };
        if worker.phase() != super::WorkerPhase::Serving {
            return self.look_at(now, id, out);
        }
        self.check_head(now, id, out);
    }

    /// Takes a task that is over off the tables.
    pub(super) fn forget(&mut self, id: TaskId) -> Option<TaskState> {
        let task = self.tasks.remove(id)?;
        self.modules.remove_task(task.spec().module);
        self.groups.remove_task(task.group());
        if task.spec().interactor().is_some() {
            self.pairs.remove_task();
        }
        Some(task)
    }

    /// The record of a task that is over. A check and an interactor have none: what they came to
    /// goes to their task.
    pub(super) fn finish(
        &mut self,
        id: TaskId,
        place: Option<LastTry>,
        ending: impl Into<Box<AttemptEnding>>,
        out: &mut Vec<SchedulerAction>,
    ) {
        if id.is_check() {
            return self.end_check(id, ending.into(), out);
        }
        if id.is_interactor() {
            return self.end_unbegun_interactor(id, &ending.into(), out);
        }
        let Some(task) = self.forget(id) else { return };
        let mut ending = ending.into();
        let expect = task.spec().expect.clone();
        let is_judged = ending.judgement.is_some();
        // It ended without an attempt that was judged.
        if let Some(expect) = expect.filter(|_| ending.judgement.is_none()) {
            *ending = expect.judged_without_output(*ending);
        }
        let (attempts, queued_at, group) = (task.attempts(), task.queued_at(), task.group());
        let (mut spec, history) = task.into_parts();
        let input_bytes = spec.input.bytes().len();
        let spelling = spec.spelling.as_deref().map(str::to_owned);
        let called = || self.modules.get(spec.module).map(|module| module.name().to_owned());
        let module = if self.config.name_modules { spelling.or_else(called) } else { None };
        let started = place.and_then(|place| place.started);
        let made = MadeAttempts {
            number: attempts,
            worker: place.map(|place| place.slot + 1),
            started,
            earlier: None,
            queued: started.map(|started| started.saturating_sub(queued_at)),
            history,
        };
        // Of one that was cut before its kept ending was judged there is nothing to say.
        let kept = spec.kept.take().filter(|_| is_judged);
        let made = kept.map_or(made, |kept| MadeAttempts::earlier(kept.attempts));
        self.record(
            Box::new(Record {
                task: id,
                seq: spec.seq,
                id: spec.id,
                label: spec.label,
                module,
                verdict: ending.verdict,
                output: ending.output,
                error: ending.error,
                attempts: made.number,
                worker: made.worker,
                started: made.started,
                earlier: made.earlier,
                queued: made.queued,
                usage: ending.usage,
                input_bytes: input_bytes as u64,
                log: ending.log,
                files: ending.files,
                group: spec.group,
                judgement: ending.judgement,
                history: made.history,
                meta: spec.meta,
                trace: spec.trace,
                key: spec.key,
                content: spec.content,
                execution: spec.execution,
                replaces: spec.replaces,
                line: spec.line,
            }),
            group,
            out,
        );
    }

    /// A task whose module cannot be used.
    pub(super) fn reject_invalid(&mut self, id: TaskId, error: &TaskError, out: &mut Vec<SchedulerAction>) {
        // Its last attempt, if it had one, is the one that the record itself is about.
        if let Some(task) = self.tasks.get_mut(id) {
            task.take_last();
        }
        self.finish(id, None, AttemptEnding::without_guest(Verdict::ModuleInvalid, error.clone()), out);
    }

    fn record(&mut self, record: Box<Record>, group: GroupId, out: &mut Vec<SchedulerAction>) {
        let failed = record.verdict != Verdict::Ok;
        let is_not_run = self.is_for_group(&record, group);
        out.push(SchedulerAction::Announce(RunEvent::TaskDone(record)));
        // What becomes of the rest of a group is no reason to end others.
        if is_not_run {
            self.tally.note_not_run();
        } else {
            self.tally.note_over(failed);
        }
        self.note_group_over(group, failed, out);
        self.check_max_fail(out);
    }
}

/// The attempts at a task, as its record tells of them.
struct MadeAttempts {
    number: u32,
    worker: Option<u32>,
    started: Option<Moment>,
    earlier: Option<EarlierStart>,
    queued: Option<Duration>,
    history: Vec<PastAttempt>,
}

impl MadeAttempts {
    /// Those of an earlier session.
    fn earlier(kept: KeptAttempts) -> Self {
        let KeptAttempts { number, worker, started, queued, history } = kept;
        Self { number, worker, started: None, earlier: Some(EarlierStart(started)), queued, history }
    }
}

impl TaskState {
    /// Returns a summary of its deaths, the last of which was this one.
    fn deaths_told(&self, last: &TaskError) -> String {
        let (died, before) = (times(self.deaths()), self.spec().before);
        let alone = self.solo_deaths().saturating_sub(self.solo_losses());
        let lost = if self.was_suspect() { format!("{}; and ", told(before)) } else { String::new() };
        format!("{lost}its worker died {died}, {alone} of them while it ran alone; last: {}", last.message)
    }
}

fn unknown() -> TaskError {
    TaskError::new("unknown", "the module was never named")
}

fn rejected(task: TaskId, rejection: Rejection) -> Record {
    let mut ending = AttemptEnding::without_guest(rejection.verdict, rejection.error);
    if let Some(expect) = rejection.expect {
        ending = expect.judged_without_output(ending);
    }
    Record {
        task,
        seq: rejection.seq,
        id: rejection.id,
        label: None,
        module: rejection.module,
        verdict: ending.verdict,
        output: None,
        error: ending.error,
        attempts: 0,
        worker: None,
        started: None,
        earlier: None,
        queued: None,
        usage: Usage::default(),
        input_bytes: rejection.input_bytes,
        log: polymer_host_task::Log::default(),
        files: None,
        group: rejection.group,
        judgement: ending.judgement,
        history: Vec::new(),
        meta: rejection.meta,
        trace: rejection.trace,
        key: rejection.key,
        content: rejection.content,
        execution: None,
        replaces: rejection.replaces,
        line: rejection.line,
    }
}
