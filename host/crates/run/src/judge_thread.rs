//! The judge's thread: it compares what attempts gave with what is expected of them, makes of it
//! what a checker is given and reads what that said, so that no output, however long, holds the
//! loop up.
//!
//! It begins with the first output that is to be compared. It must never know what follows from a
//! judgement.

use super::RunLoop;
use super::inbox::RunWaker;
use super::service::largest_check;
use polymer_host_event::{CheckUsage, JudgeUsage};
use polymer_host_judge::{CheckCase, judge, read_check};
use polymer_host_sched::SchedulerInput;
use polymer_host_sys::process::thread_cpu_time;
use polymer_host_task::{AttemptEnding, CheckReport, Expectation, InputPayload, TaskId, Usage};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// The end of an attempt that is to be judged.
#[derive(Debug)]
struct JudgeRequest {
    task: TaskId,
    expect: Arc<Expectation>,
    ending: Box<AttemptEnding>,
    wanted: JudgeStep,
}

/// What is done with the end of an attempt.
#[derive(Debug)]
enum JudgeStep {
    /// Its output is compared with what is expected.
    Compare,
    /// A checker is to look at it. What it is given has at most so many bytes.
    Ask { id: String, input: InputPayload, most: u64 },
    /// A checker looked at it, and ended so.
    Read { check: Box<AttemptEnding> },
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

/// The loop's end of the thread.
#[derive(Debug)]
pub(super) struct JudgeThread {
    waker: RunWaker,
    ends: Option<(Sender<JudgeRequest>, Receiver<JudgeAnswer>)>,
    /// Bytes of outputs that were handed over and did not come back.
    held: usize,
    usage: JudgeUsage,
}

impl JudgeRequest {
    fn held_bytes(&self) -> usize {
        let output = |ending: &AttemptEnding| ending.output.as_ref().map_or(0, |output| output.bytes().len());
        let more = match &self.wanted {
            JudgeStep::Compare => 0,
            JudgeStep::Ask { input, .. } => input.bytes().len(),
            JudgeStep::Read { check } => output(check),
        };
        output(&self.ending).saturating_add(more)
    }

    /// Judges, on the thread that calls.
    fn answered(self) -> JudgeAnswer {
        let (before, held) = (thread_cpu_time(), self.held_bytes());
        let mut usage = JudgeUsage::default();
        let Self { task, expect, ending, wanted } = self;
        let input = match wanted {
            JudgeStep::Compare => {
                usage.outputs = 1;
                SchedulerInput::Judged { task, ending: Box::new(judge(&expect, *ending)) }
            }
            JudgeStep::Ask { id, input, most } => asked(task, &expect, ending, (&id, &input), most),
            JudgeStep::Read { check } => {
                let report = read_check(*check, expect.points);
                usage.checks = CheckUsage::of(&report.usage);
                SchedulerInput::Judged { task, ending: Box::new(expect.checked(*ending, report)) }
            }
        };
        usage.cpu = thread_cpu_time().saturating_sub(before);
        JudgeAnswer { input, held, usage }
    }
}

/// What a checker is given, or the judgement if it cannot be.
fn asked(
    task: TaskId,
    expect: &Expectation,
    ending: Box<AttemptEnding>,
    (id, input): (&str, &InputPayload),
    most: u64,
) -> SchedulerInput {
    let (expected, max_points) = (expect.output.as_ref(), expect.points);
    let Some(output) = ending.output.as_ref() else {
        // Nobody asks for such a check.
        return SchedulerInput::Judged { task, ending: Box::new(judge(expect, *ending)) };
    };
    let given = CheckCase { id, input, output, expected, max_points }.input(most);
    match given {
        Ok(input) => SchedulerInput::CheckWanted { task, ending, input },
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
                thread::Builder::new().name("judge".to_owned()).spawn(work)?;
                (requests, heard)
            }
        };
        Ok(&self.ends.insert(ends).0)
    }

    fn take_answer(&self) -> Option<JudgeAnswer> {
        self.ends.as_ref()?.1.try_recv().ok()
    }

    /// An answer came: what is left of it is for the scheduler.
    fn note(&mut self, answer: JudgeAnswer) -> SchedulerInput {
        self.held = self.held.saturating_sub(answer.held);
        self.usage.add(&answer.usage);
        answer.input
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
        let spec = self.sched.spec(task).filter(|_| expect.needs_check(&ending));
        let wanted = spec.map_or(JudgeStep::Compare, |spec| {
            let service = &self.plan.service;
            let most = service.check_input.unwrap_or_else(|| largest_check(&service.limits));
            JudgeStep::Ask { id: spec.id.clone(), input: spec.input.clone(), most }
        });
        let answer = self.judge.ask(JudgeRequest { task, expect, ending, wanted })?;
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
        let wanted = JudgeStep::Read { check };
        let answer = self.judge.ask(JudgeRequest { task, expect, ending, wanted })?;
        Some(self.judge.note(answer))
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
mod tests {
    use super::*;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use polymer_host_task::{Output, Points, TaskError, Verdict};
    use std::os::fd::AsFd;

    fn request(task: u64, given: &str) -> JudgeRequest {
        let output = |text: &str| Some(Output::Text(text.to_owned()));
        let ending = AttemptEnding::without_guest(Verdict::Ok, TaskError::default());
        JudgeRequest {
            task: TaskId(task),
            expect: Arc::new(Expectation { output: output("right"), ..Expectation::default() }),
            ending: Box::new(AttemptEnding { output: output(given), ..ending }),
            wanted: JudgeStep::Compare,
        }
    }

    fn judged(answer: JudgeAnswer) -> Box<AttemptEnding> {
        match answer.input {
            SchedulerInput::Judged { ending, .. } => ending,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_checker_is_given_the_case_and_what_it_says_is_read() {
        let ask = |most| {
            let input = InputPayload::Bytes(b"in".to_vec());
            let mut request = request(7, "out");
            let expect = Expectation { points: Points::new(2.0), ..Expectation::clone(&request.expect) };
            request.expect = Arc::new(expect);
            let wanted = JudgeStep::Ask { id: "a".to_owned(), input, most };
            JudgeRequest { wanted, ..request }
        };
        assert_eq!(ask(0).held_bytes(), 5);
        let SchedulerInput::CheckWanted { task, ending, input } = ask(1000).answered().input else {
            panic!("no check")
        };
        assert_eq!(task, TaskId(7));
        let case = br#"{"id":"a","input":"in","output":"out","expected":"right","max_points":2}"#;
        assert_eq!(input, case);
        let too_long = judged(ask(10).answered());
        assert_eq!((too_long.verdict, too_long.error.code.as_str()), (Verdict::JudgeError, "checker_input"));
        let said = request(7, r#"{"accept":true,"points":1.5}"#).ending;
        let answer = JudgeRequest { ending, wanted: JudgeStep::Read { check: said }, ..ask(0) }.answered();
        assert_eq!((answer.usage.outputs, answer.usage.checks.checks), (0, 1));
        let ending = judged(answer);
        assert_eq!(ending.verdict, Verdict::Ok);
        assert_eq!(ending.judgement.unwrap().points, Points::new(1.5));
    }

    #[test]
    fn each_ending_is_judged_and_its_cost_told() {
        let waker = RunWaker::new().unwrap();
        let mut judge = JudgeThread::new(&waker);
        for (task, given) in ["right", "wrong", "right\n"].into_iter().enumerate() {
            assert!(judge.ask(request(task as u64, given)).is_none());
        }
        assert_eq!(judge.held_bytes(), 16);
        let mut verdicts = Vec::new();
        while verdicts.len() < 3 {
            let mut fds = [PollFd::new(waker.as_fd(), PollFlags::POLLIN)];
            assert_eq!(poll(&mut fds, PollTimeout::from(60_000_u16)), Ok(1), "it says nothing");
            waker.clear();
            while let Some(answer) = judge.take_answer() {
                let SchedulerInput::Judged { task, ending } = judge.note(answer) else {
                    panic!("no judgement")
                };
                verdicts.push((task.0, ending.verdict));
            }
        }
        assert_eq!(verdicts, [(0, Verdict::Ok), (1, Verdict::WrongOutput), (2, Verdict::Ok)]);
        assert_eq!((judge.held_bytes(), judge.usage().outputs), (0, 3));
    }
}
