//! A judge that takes its time and answers in any order, and what the model checks of what it said.

use super::checking::CHECKER;
use super::{SchedulerInput, Sim};
use polymer_host_task::{
    AttemptEnding, Expectation, InteractionOrder, Output, OutputDifference, Record, TaskId, Verdict,
};
use std::sync::Arc;

/// What is expected of tasks, and what waits to be compared.
#[derive(Debug, Default)]
pub(super) struct SimulatedJudge {
    /// Whether the expected output is the one that tasks give, by task.
    expects: std::collections::HashMap<TaskId, bool>,
    waiting: Vec<JudgeRequest>,
}

/// What the judge is asked.
#[derive(Debug)]
pub(super) enum JudgeRequest {
    /// To compare an output, or to have it checked.
    Compare { task: TaskId, expect: Arc<Expectation>, ending: Box<AttemptEnding> },
    /// To read what its check came to.
    Read { task: TaskId, expect: Arc<Expectation>, ending: Box<AttemptEnding>, check: Box<AttemptEnding> },
    /// To say who is to blame for how an interaction ended.
    Talk {
        task: TaskId,
        expect: Arc<Expectation>,
        ending: Box<AttemptEnding>,
        interactor: Box<AttemptEnding>,
        order: InteractionOrder,
    },
}

impl JudgeRequest {
    const fn task(&self) -> TaskId {
        match self {
            Self::Compare { task, .. } | Self::Read { task, .. } | Self::Talk { task, .. } => *task,
        }
    }
}

impl Sim {
    /// What a task that is submitted now has to give.
    pub(super) fn expectation(&mut self, id: TaskId) -> Option<Arc<Expectation>> {
        if self.rng.u32(..100) >= self.world.expects {
            return None;
        }
        let is_right = self.rng.u8(..3) > 0;
        self.judge.expects.insert(id, is_right);
        let output = Some(Output::Json(if is_right { "1" } else { "2" }.to_owned()));
        let checker = self.draw_check(id).then_some(CHECKER);
        Some(Arc::new(Expectation { output, checker, ..Expectation::default() }))
    }

    pub(super) fn judge(&mut self, task: TaskId, expect: Arc<Expectation>, ending: Box<AttemptEnding>) {
        assert_eq!(ending.verdict, Verdict::Ok, "W64: {task} is compared for nothing");
        self.judge_later(JudgeRequest::Compare { task, expect, ending });
    }

    pub(super) fn judge_later(&mut self, request: JudgeRequest) {
        let task = request.task();
        let is_twice = self.judge.waiting.iter().any(|other| other.task() == task);
        assert!(!is_twice || self.records.contains_key(&task), "W64: {task} is judged twice at a time");
        self.judge.waiting.push(request);
    }

    /// The judge is done with one of those that wait, if there is one.
    pub(super) fn answer_judged(&mut self) {
        if self.judge.waiting.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.judge.waiting.len());
        let (task, expect, ending) = match self.judge.waiting.swap_remove(at) {
            JudgeRequest::Compare { task, expect, ending } => (task, expect, ending),
            JudgeRequest::Read { task, expect, ending, check } => {
                return self.answer_check(task, &expect, *ending, *check);
            }
            JudgeRequest::Talk { task, expect, ending, interactor, order } => {
                return self.answer_talk(task, &expect, (*ending, *interactor), order);
            }
        };
        if expect.needs_check(&ending) {
            return self.want_check(task, &expect, ending);
        }
        let is_same = expect.output == ending.output;
        let difference = (!is_same).then(OutputDifference::default);
        let ending = Box::new(expect.judged(*ending, difference));
        self.tell(SchedulerInput::Judged { task, ending });
    }

    /// Whether a task has ended and is being judged.
    pub(super) fn waits_for_judge(&self, id: TaskId) -> bool {
        self.judge.waiting.iter().any(|request| request.task() == id)
    }

    /// Whether what a task gives is not what is expected of it.
    pub(super) fn is_wrong(&self, id: TaskId) -> bool {
        match self.sees_checker(id) {
            _ if self.talks(id) => self.is_refused_by_interactor(id),
            true => self.is_refused(id),
            false => self.judge.expects.get(&id) == Some(&false),
        }
    }

    /// W65: each task of which something was expected is judged, as its verdict says.
    pub(super) fn check_judged(&self, record: &Record) {
        let is_expected = self.judge.expects.contains_key(&record.task) || self.talks(record.task);
        assert_eq!(record.judgement.is_some(), is_expected, "W65: {record:?}");
        if let Some(judgement) = &record.judgement {
            assert_eq!(judgement.accepted, record.verdict == Verdict::Ok, "W65: {record:?}");
        }
        let is_right = record.verdict == Verdict::Ok;
        assert!(!is_right || !self.is_wrong(record.task), "W65: a wrong output is right: {record:?}");
    }
}
