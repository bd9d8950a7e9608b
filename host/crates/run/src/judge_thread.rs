//! The judge's thread: it compares what attempts gave with what is expected of them, makes of it
//! what a checker or an interactor is given and reads what that said, so that no input or output,
//! however long, holds the loop up.
//!
//! It begins with the first thing that it is asked. It must never know what follows from a
//! judgement.

use super::RunLoop;
use super::inbox::RunWaker;
use super::service::{largest_check, largest_validation};
use polymer_host_event::{CheckUsage, JudgeUsage};
use polymer_host_judge::{CheckCase, judge, read_check, read_interactor, read_validator};
use polymer_host_sched::SchedulerInput;
use polymer_host_sys::process::thread_cpu_time;
use polymer_host_task::{
    AttemptEnding, CheckFailure, CheckInput, CheckProtocol, CheckReport, Expectation, InputPayload,
    InteractionOrder, Output, TaskId, Usage,
};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

/// What the judge is asked of a task.
#[derive(Debug)]
struct JudgeRequest {
    task: TaskId,
    expect: Arc<Expectation>,
    /// How a checker or an interactor is called.
    protocol: CheckProtocol,
    wanted: JudgeStep,
}

/// What is done with the end of an attempt, or before there is one.
#[derive(Debug)]
enum JudgeStep {
    /// Its output is compared with what is expected.
    Compare { ending: Box<AttemptEnding> },
    /// A checker is to look at it.
    Ask { ending: Box<AttemptEnding>, case: WantedCase },
    /// A checker looked at it, and ended so.
    Read { ending: Box<AttemptEnding>, check: Box<AttemptEnding> },
    /// An interactor is to talk with the program.
    Case(WantedCase),
    /// It did, and both ended so.
    Interaction { ending: Box<AttemptEnding>, interactor: Box<AttemptEnding>, order: InteractionOrder },
}

/// What of a task goes into what a checker or an interactor is given, in at most so many bytes.
#[derive(Debug)]
struct WantedCase {
    id: String,
    input: InputPayload,
    most: u64,
}

/// The answer to a request.
#[derive(Debug)]
struct JudgeAnswer {
    /// For the scheduler.
    input: SchedulerInput,
    /// Bytes that its request held.
    held: usize,
    usage: JudgeUsage,
}

/// What leads to the thread and back.
#[derive(Debug)]
struct JudgeEnds {
    requests: Sender<JudgeRequest>,
    answers: Receiver<JudgeAnswer>,
    thread: JoinHandle<()>,
}

/// The loop's end of the thread.
#[derive(Debug)]
pub(super) struct JudgeThread {
    waker: RunWaker,
    ends: Option<JudgeEnds>,
    /// Bytes of outputs that were handed over and did not come back.
    held: usize,
    usage: JudgeUsage,
}

impl JudgeRequest {
    fn held_bytes(&self) -> usize {
        let output = |ending: &AttemptEnding| ending.output.as_ref().map_or(0, |output| output.bytes().len());
        match &self.wanted {
            JudgeStep::Compare { ending } | JudgeStep::Interaction { ending, .. } => output(ending),
            JudgeStep::Ask { ending, case } => output(ending).saturating_add(case.input.bytes().len()),
            JudgeStep::Read { ending, check } => output(ending).saturating_add(output(check)),
            JudgeStep::Case(case) => case.input.bytes().len(),
        }
    }

    /// Judges, on the thread that calls.
    fn answered(self) -> JudgeAnswer {
        let (before, held) = (thread_cpu_time(), self.held_bytes());
        let mut usage = JudgeUsage::default();
        let Self { task, expect, protocol, wanted } = self;
        let input = match wanted {
            JudgeStep::Compare { ending } => {
                usage.outputs = 1;
                SchedulerInput::Judged { task, ending: Box::new(judge(&expect, *ending)) }
            }
            JudgeStep::Ask { ending, case } => asked(task, &expect, ending, (protocol, &case)),
            JudgeStep::Case(case) => {
                SchedulerInput::CaseWritten { task, input: case.given(protocol, &expect, None) }
            }
            JudgeStep::Interaction { ending, interactor, order } => {
                let report = match protocol {
                    CheckProtocol::Json => read_interactor(*interactor, expect.points),
                    CheckProtocol::Validator => read_validator(*interactor, expect.points, "interactor"),
                };
                usage.interactions = CheckUsage::of(&report.usage);
                SchedulerInput::Judged { task, ending: Box::new(expect.interacted(*ending, report, order)) }
            }
            JudgeStep::Read { ending, check } => {
                let report = match protocol {
                    CheckProtocol::Json => read_check(*check, expect.points),
                    CheckProtocol::Validator => read_validator(*check, expect.points, "checker"),
                };
                usage.checks = CheckUsage::of(&report.usage);
                SchedulerInput::Judged { task, ending: Box::new(expect.checked(*ending, report)) }
            }
        };
        usage.cpu = thread_cpu_time().saturating_sub(before);
        JudgeAnswer { input, held, usage }
    }
}

impl WantedCase {
    /// The case as a checker is given it, or an interactor where the program gave nothing yet.
    fn given(
        &self,
        protocol: CheckProtocol,
        expect: &Expectation,
        output: Option<&Output>,
    ) -> Result<CheckInput, CheckFailure> {
        let (expected, max_points) = (expect.output.as_ref(), expect.points);
        let case = CheckCase { id: &self.id, input: &self.input, output, expected, max_points };
        match (protocol, output) {
            (CheckProtocol::Validator, _) => case.for_validator(&expect.checker_args, self.most),
            (CheckProtocol::Json, Some(_)) => {
                case.input(self.most).map(|json| CheckInput::only(InputPayload::Json(json)))
            }
            (CheckProtocol::Json, None) => {
                case.line(self.most).map(|line| CheckInput::only(InputPayload::Bytes(line)))
            }
        }
    }
}

/// What a checker is given, or the judgement if it cannot be.
fn asked(
    task: TaskId,
    expect: &Expectation,
    ending: Box<AttemptEnding>,
    (protocol, case): (CheckProtocol, &WantedCase),
) -> SchedulerInput {
    if ending.output.is_none() {
        // Nobody asks for such a check.
        return SchedulerInput::Judged { task, ending: Box::new(judge(expect, *ending)) };
    }
    match case.given(protocol, expect, ending.output.as_ref()) {
        Ok(given) => SchedulerInput::CheckWanted { task, ending, given },
        Err(failure) => {
            let report = CheckReport { answer: Err(failure), usage: Usage::default() };
            SchedulerInput::Judged { task, ending: Box::new(expect.checked(*ending, report)) }
        }
    }
}

impl JudgeThread {
    /// One that wakes the loop when it has an answer.
    pub(super) fn new(waker: &RunWaker) -> Self {
        Self { waker: waker.clone(), ends: None, held: 0, usage: JudgeUsage::default() }
    }

    /// Bytes of outputs that wait to be judged.
    pub(super) const fn held_bytes(&self) -> usize {
        self.held
    }

    /// What judging has taken so far.
    pub(super) const fn usage(&self) -> JudgeUsage {
        self.usage
    }

    /// Hands an ending over; gives the answer if there is nobody to hand it to.
    fn ask(&mut self, request: JudgeRequest) -> Option<JudgeAnswer> {
        self.held += request.held_bytes();
        let request = match self.begin() {
            Ok(requests) => requests.send(request).err()?.0,
            // The machine has no thread to spare: it is judged here.
            Err(_) => request,
        };
        Some(request.answered())
    }

    fn begin(&mut self) -> io::Result<&Sender<JudgeRequest>> {
        let ends = match self.ends.take() {
            Some(ends) => ends,
            None => {
                let (requests, asked) = channel();
                let (answers, heard) = channel();
                let waker = self.waker.clone();
                let work = move || work(&asked, &answers, &waker);
                let thread = thread::Builder::new().name("judge".to_owned()).spawn(work)?;
                JudgeEnds { requests, answers: heard, thread }
            }
        };
        Ok(&self.ends.insert(ends).requests)
    }

    fn take_answer(&self) -> Option<JudgeAnswer> {
        self.ends.as_ref()?.answers.try_recv().ok()
    }

    /// An answer came: what is left of it is for the scheduler.
    fn note(&mut self, answer: JudgeAnswer) -> SchedulerInput {
        self.held = self.held.saturating_sub(answer.held);
        self.usage.add(&answer.usage);
        answer.input
    }
}

impl Drop for JudgeThread {
    /// Waits until the thread has ended: what it holds goes with the run.
    fn drop(&mut self) {
        let Some(JudgeEnds { requests, answers, thread }) = self.ends.take() else { return };
        drop((requests, answers));
        // A panic in there has been told of by its hook, and a destructor has nobody to hand it to.
        drop(thread.join());
    }
}

/// Answers until nobody asks any more.
fn work(asked: &Receiver<JudgeRequest>, answers: &Sender<JudgeAnswer>, waker: &RunWaker) {
    while let Ok(request) = asked.recv() {
        if answers.send(request.answered()).is_err() {
            return;
        }
        waker.wake();
    }
}

impl RunLoop<'_> {
    /// Has an ending judged. Gives the answer if there is none to wait for.
    pub(super) fn have_judged(
        &mut self,
        task: TaskId,
        expect: Arc<Expectation>,
        ending: Box<AttemptEnding>,
    ) -> Option<SchedulerInput> {
        let case = if expect.needs_check(&ending) { self.wanted_case(task) } else { None };
        self.have_answered(
            task,
            expect,
            match case {
                Some(case) => JudgeStep::Ask { ending, case },
                None => JudgeStep::Compare { ending },
            },
        )
    }

    /// Has it written what the interactor of a task is given. Gives the answer if there is none to
    /// wait for.
    pub(super) fn have_case_written(
        &mut self,
        task: TaskId,
        expect: Arc<Expectation>,
    ) -> Option<SchedulerInput> {
        let case = self.wanted_case(task)?;
        self.have_answered(task, expect, JudgeStep::Case(case))
    }

    /// Has it said who of both is to blame. Gives the answer if there is none to wait for.
    pub(super) fn have_blamed(
        &mut self,
        task: TaskId,
        expect: Arc<Expectation>,
        (ending, interactor): (Box<AttemptEnding>, Box<AttemptEnding>),
        order: InteractionOrder,
    ) -> Option<SchedulerInput> {
        self.have_answered(task, expect, JudgeStep::Interaction { ending, interactor, order })
    }

    fn wanted_case(&self, task: TaskId) -> Option<WantedCase> {
        let spec = self.sched.spec(task)?;
        let service = &self.plan.service;
        let most = service.check_input.unwrap_or_else(|| match service.check_protocol {
            CheckProtocol::Json => largest_check(&service.limits),
            CheckProtocol::Validator => largest_validation(&service.limits),
        });
        // Of a program as data, the task's input is the program.
        let own = spec.expect.as_ref().and_then(|expect| expect.checker_input.as_ref());
        Some(WantedCase { id: spec.id.clone(), input: own.unwrap_or(&spec.input).clone(), most })
    }

    fn have_answered(
        &mut self,
        task: TaskId,
        expect: Arc<Expectation>,
        wanted: JudgeStep,
    ) -> Option<SchedulerInput> {
        let protocol = self.plan.service.check_protocol;
        let answer = self.judge.ask(JudgeRequest { task, expect, protocol, wanted })?;
        Some(self.judge.note(answer))
    }

    /// Has it read what a checker said. Gives the answer if there is none to wait for.
    pub(super) fn have_read(
        &mut self,
        task: TaskId,
        expect: Arc<Expectation>,
        ending: Box<AttemptEnding>,
        check: Box<AttemptEnding>,
    ) -> Option<SchedulerInput> {
        self.have_answered(task, expect, JudgeStep::Read { ending, check })
    }

    /// Tells of what the judge has answered.
    pub(super) fn hear_judge(&mut self) {
        let mut is_heard = false;
        while let Some(answer) = self.judge.take_answer() {
            let (now, input) = (self.now(), self.judge.note(answer));
            self.take(now, input);
            is_heard = true;
        }
        if is_heard {
            self.follow_up();
        }
    }
}

#[cfg(test)]
mod tests;
