//! A run on a thread of its own, and the handle that ends it.

use super::control::RunControl;
use super::inbox::{RunSubmitter, RunWaker, inbox};
use super::{RunPlan, StartRunError};
use polymer_host_event::EventSink;
use polymer_host_event::RunOutcome;
use polymer_host_task::Moment;
use std::io;
use std::panic::resume_unwind;
use std::thread::{self, JoinHandle};

/// A run that goes on. Dropping it kills what it started and waits until all of that is gone.
#[derive(Debug)]
#[must_use = "dropping it ends the run"]
pub struct Run<S> {
    control: RunControl,
    thread: Option<JoinHandle<RunEnd<S>>>,
}

type RunEnd<S> = (Result<RunOutcome, StartRunError>, S);

impl<S: EventSink + Send + 'static> Run<S> {
    /// Starts a run, into which `most` commands may wait to be taken (`None`: any number). `sink`
    /// is made with the waker that tells the run that its backlog has shrunk.
    ///
    /// # Errors
    /// If the system gives no descriptor or no thread, or the sink cannot be made.
    pub fn start(
        plan: RunPlan,
        most: Option<usize>,
        sink: impl FnOnce(RunWaker) -> io::Result<S>,
    ) -> io::Result<(RunSubmitter, Self)> {
        let waker = RunWaker::new()?;
        let control = RunControl::new(waker.clone());
        let mut sink = sink(waker.clone())?;
        let (submitter, inbox) = inbox(waker.clone(), most);
        let asked = control.clone();
        // Workers die with the thread that started them, so it is one that does nothing else.
        let supervise = move || {
            let ended = super::run(&plan, &inbox, &waker, &asked, &mut sink);
            if ended.is_err() {
                // Whoever waits for what the sink gives must hear that nothing comes.
                let outcome = RunOutcome::default();
                sink.end(Moment::ZERO, &outcome);
            }
            (ended, sink)
        };
        let thread = thread::Builder::new().name("supervisor".to_owned()).spawn(supervise)?;
        Ok((submitter, Self { control, thread: Some(thread) }))
    }
}

impl<S> Run<S> {
    /// Returns the control to stop it from elsewhere.
    #[must_use]
    pub fn control(&self) -> RunControl {
        self.control.clone()
    }

    /// Waits for its end, and gives the sink back. It ends when its submitter is gone and
    /// everything submitted is over, or when it is stopped.
    ///
    /// # Panics
    /// As the sink did, if it did.
    pub fn finish(mut self) -> RunEnd<S> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(ended)) => ended,
            Some(Err(panic)) => resume_unwind(panic),
            // Only this function and the destructor take the thread.
            None => unreachable!("a run ends once"),
        }
    }
}

impl<S> Drop for Run<S> {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.control.stop();
        self.control.stop();
        // A panic in there has been told of by its hook, and a destructor has nobody to hand it to.
        drop(thread.join());
    }
}
