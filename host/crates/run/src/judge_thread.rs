//! The judge's thread: it compares what attempts gave with what is expected of them, so that no
//! output, however long, holds the loop up.
//!
//! It begins with the first output that is to be compared. It must never know what follows from a
//! judgement.

use super::RunLoop;
use super::inbox::RunWaker;
use polymer_host_event::JudgeUsage;
use polymer_host_judge::judge;
use polymer_host_sched::SchedulerInput;
use polymer_host_sys::process::thread_cpu_time;
use polymer_host_task::{AttemptEnding, Expectation, TaskId};
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
}

/// An attempt that is judged.
#[derive(Debug)]
struct JudgeAnswer {
    task: TaskId,
    ending: Box<AttemptEnding>,
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
        self.ending.output.as_ref().map_or(0, |output| output.bytes().len())
    }

    /// Compares, on the thread that calls.
    fn answered(self) -> JudgeAnswer {
        let (before, held) = (thread_cpu_time(), self.held_bytes());
        let ending = Box::new(judge(&self.expect, *self.ending));
        let cpu = thread_cpu_time().saturating_sub(before);
        JudgeAnswer { task: self.task, ending, held, usage: JudgeUsage { outputs: 1, cpu } }
    }
}

impl JudgeThread {
    /// One that wakes the loop when it has an answer.
    pub(super) fn new(waker: &RunWaker) -> Self {
        Self { waker: waker.clone(), ends: None, held: 0, usage: JudgeUsage::default() }
    }

    /// Bytes of outputs that wait to be compared.
    pub(super) const fn held_bytes(&self) -> usize {
        self.held
    }

    /// What comparing has taken so far.
    pub(super) const fn usage(&self) -> JudgeUsage {
        self.usage
    }

    /// Hands an ending over; gives the answer if there is nobody to hand it to.
    fn ask(&mut self, request: JudgeRequest) -> Option<JudgeAnswer> {
        self.held += request.held_bytes();
        let request = match self.begin() {
            Ok(requests) => requests.send(request).err()?.0,
            // The machine has no thread to spare: it is compared here.
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
        self.usage.outputs += answer.usage.outputs;
        self.usage.cpu += answer.usage.cpu;
        SchedulerInput::Judged { task: answer.task, ending: answer.ending }
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
        let answer = self.judge.ask(JudgeRequest { task, expect, ending })?;
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
    use polymer_host_task::{Output, TaskError, Verdict};
    use std::os::fd::AsFd;

    fn request(task: u64, given: &str) -> JudgeRequest {
        let output = |text: &str| Some(Output::Text(text.to_owned()));
        let ending = AttemptEnding::without_guest(Verdict::Ok, TaskError::default());
        JudgeRequest {
            task: TaskId(task),
            expect: Arc::new(Expectation { output: output("right"), ..Expectation::default() }),
            ending: Box::new(AttemptEnding { output: output(given), ..ending }),
        }
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
