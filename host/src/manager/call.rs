//! Calls: one task, one answer. All calls of a manager share one run, which stays until the manager
//! is gone.

use super::done::Done;
use super::error::RunError;
use super::event_sink::{ManagerSink, RecordReceiver, RunSums};
use super::module_registry::ModuleRegistry;
use super::submit::{self, Submit, TaskTerms};
use super::task_span::TaskSpan;
use async_channel::{Receiver, Sender};
use futures_core::Stream;
use polymer_host_event::Halt;
use polymer_host_modules::Module;
use polymer_host_run::Run;
use polymer_host_run::inbox::{NotSent, RunCommand, RunSubmitter};
use polymer_host_task::{AllowedTerms, GrantNarrowing, LimitNarrowing, Record};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Options of a call, which say what it may take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    /// Time from the call to its answer, whatever it waits for: a worker, compiling, the guest,
    /// another attempt. Then the answer is `timeout` with the code `deadline`. None by default; the
    /// manager's timeout bounds each attempt all the same.
    pub deadline: Option<Duration>,
    /// Limits tighter than the manager's; wider ones are answered with `policy_denied`.
    pub limits: LimitNarrowing,
    /// Less than what the manager grants; asking for more is answered with `policy_denied`.
    pub grants: GrantNarrowing,
}

impl CallOptions {
    /// Nothing but a deadline.
    #[must_use]
    pub fn deadline(deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..Self::default() }
    }

    /// The same, under tighter limits.
    #[must_use]
    pub fn within(self, limits: LimitNarrowing) -> Self {
        Self { limits, ..self }
    }

    /// The same, touching no more than this.
    #[must_use]
    pub fn touching(self, grants: GrantNarrowing) -> Self {
        Self { grants, ..self }
    }
}

/// A call that was not made, or got no answer.
#[derive(thiserror::Error)]
#[error("{error}")]
#[non_exhaustive]
pub struct CallError<T> {
    /// The task, as it was submitted.
    pub task: T,
    /// Why.
    #[source]
    pub error: CallProblem,
}

impl<T> fmt::Debug for CallError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a call was not made, or got no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallProblem {
    /// As many calls are under way as may be: see [`Builder::queue`](crate::Builder::queue).
    #[error("{0} calls are under way, as many as may")]
    QueueFull(usize),
    /// The run that answers calls could not be made, or stopped. The next call tries again.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// The run that answers calls.
#[derive(Debug)]
pub(super) struct CallLine {
    submitter: RunSubmitter,
    registry: ModuleRegistry,
    callers: Arc<WaitingCallers>,
    allowed: AllowedTerms,
    with_labels: bool,
    sums: RunSums,
    run: Mutex<LineRun>,
}

/// The run itself, and why it stopped once it is over.
#[derive(Debug)]
struct LineRun {
    run: Option<Run<ManagerSink<Arc<WaitingCallers>>>>,
    halt: Option<Halt>,
}

/// Who waits for an answer.
#[derive(Debug)]
pub(super) struct WaitingCallers {
    most: usize,
    state: Mutex<CallersState>,
}

#[derive(Debug, Default)]
struct CallersState {
    waiting: HashMap<u64, WaitingCaller>,
    last: u64,
    closed: bool,
}

/// One of them.
#[derive(Debug)]
struct WaitingCaller {
    answer: Sender<Box<Record>>,
    /// There, if anybody listens.
    span: Option<TaskSpan>,
}

impl WaitingCallers {
    pub(super) fn new(most: usize) -> Self {
        Self { most, state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, CallersState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordReceiver for Arc<WaitingCallers> {
    fn deliver(&mut self, record: Box<Record>) {
        // Whoever has dropped the call wants no answer.
        let caller = self.lock().waiting.remove(&record.seq);
        // Not under the lock: the caller's waker may make another call at once.
        if let Some(WaitingCaller { answer, span }) = caller {
            if let Some(span) = span {
                span.end(&record);
            }
            drop(answer.try_send(record));
        }
    }

    fn close(&mut self) {
        let mut state = self.lock();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
    }
}

impl CallLine {
    pub(super) fn new(
        submitter: RunSubmitter,
        run: Run<ManagerSink<Arc<WaitingCallers>>>,
        callers: Arc<WaitingCallers>,
        allowed: AllowedTerms,
        with_labels: bool,
        sums: RunSums,
    ) -> Self {
        let run = Mutex::new(LineRun { run: Some(run), halt: None });
        Self { submitter, registry: ModuleRegistry::default(), callers, allowed, with_labels, sums, run }
    }

    /// Returns whether its run has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.callers.lock().closed
    }

    /// Begins the span of a call that is not submitted yet, if anybody listens.
    fn begin_span(&self, seq: u64, id: Option<&str>) {
        if !TaskSpan::is_wanted() {
            return;
        }
        let span = TaskSpan::begin(seq, id.unwrap_or(&seq.to_string()));
        if let Some(caller) = self.callers.lock().waiting.get_mut(&seq) {
            caller.span = Some(span);
        }
    }

    /// Submits a task and says where its answer will come.
    pub(super) fn call<T: Submit>(
        self: &Arc<Self>,
        module: &Module,
        task: T,
        options: CallOptions,
    ) -> Call<T> {
        let draft = task.draft(self.with_labels);
        let (sender, receiver) = async_channel::bounded(1);
        let seq = {
            let mut state = self.callers.lock();
            if state.waiting.len() >= self.callers.most {
                return Call::failed(task, CallProblem::QueueFull(self.callers.most));
            }
            state.last += 1;
            let seq = state.last;
            if !state.closed {
                state.waiting.insert(seq, WaitingCaller { answer: sender, span: None });
            }
            seq
        };
        self.begin_span(seq, draft.as_ref().ok().and_then(|draft| draft.id.as_deref()));
        let submitted =
            self.registry.id(module, |command| self.submitter.try_send(command)).and_then(|module| {
                let CallOptions { deadline, limits: narrowing, grants } = &options;
                let (allowed, narrowing, deadline) = (&self.allowed, *narrowing, *deadline);
                let terms = TaskTerms { seq, module, allowed, narrowing, grants: Some(grants), deadline };
                let submission = submit::submission(draft, &terms);
                self.submitter.try_send(RunCommand::Submit(vec![submission]))
            });
        match submitted {
            Ok(()) => {
                let way = CallState::Awaited { seq, receiver: Box::pin(receiver), line: Arc::clone(self) };
                Call { task: Some(task), way }
            }
            // The queue has no bound but the number of calls, so it can only have been closed.
            Err(NotSent::Full | NotSent::Ended) => {
                self.callers.lock().waiting.remove(&seq);
                Call::failed(task, CallProblem::Run(self.why()))
            }
        }
    }

    /// Why the run ended; waits for its end.
    fn why(&self) -> RunError {
        let mut ended = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = ended.run.take() {
            match run.finish().0 {
                Ok(outcome) => ended.halt = outcome.halt,
                Err(error) => return error.into(),
            }
        }
        ended.halt.as_ref().map_or(RunError::Stopped, |halt| RunError::of(halt, ""))
    }
}

/// A call under way: a future of its answer. Dropping it cancels the call: what has begun is cut
/// off.
#[must_use = "dropping a call cancels it"]
pub struct Call<T> {
    task: Option<T>,
    way: CallState,
}

/// State of a call.
enum CallState {
    /// Its answer will come.
    Awaited { seq: u64, receiver: Pin<Box<Receiver<Box<Record>>>>, line: Arc<CallLine> },
    /// It was not made.
    Failed(CallProblem),
    /// Its task was handed back.
    Over,
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = if let CallState::Awaited { seq, .. } = &self.way { Some(seq) } else { None };
        f.debug_struct("Call").field("seq", &seq).finish_non_exhaustive()
    }
}

impl<T> Call<T> {
    pub(super) const fn failed(task: T, why: CallProblem) -> Self {
        Self { task: Some(task), way: CallState::Failed(why) }
    }
}

impl<T: Submit> Call<T> {
    /// Waits for the answer, for a thread that has nothing else to do.
    ///
    /// # Errors
    /// If the call could not be made, or the run that answers stopped before it did; the task comes
    /// back.
    ///
    /// # Panics
    /// If the call was awaited to its end before.
    pub fn wait(mut self) -> Result<Done<T>, CallError<T>> {
        let answer = match &self.way {
            CallState::Awaited { receiver, .. } => receiver.recv_blocking().ok(),
            CallState::Failed(_) | CallState::Over => None,
        };
        // A call is waited for once, so its task is still there.
        self.answered(answer).unwrap_or_else(|| unreachable!("a call is over once"))
    }

    /// `None` if the task was handed back before.
    fn answered(&mut self, answer: Option<Box<Record>>) -> Option<Result<Done<T>, CallError<T>>> {
        let task = self.task.take()?;
        Some(match (std::mem::replace(&mut self.way, CallState::Over), answer) {
            (CallState::Awaited { line, .. }, Some(record)) => Ok(line.sums.settle(task, *record)),
            (CallState::Awaited { line, .. }, None) => {
                Err(CallError { task, error: CallProblem::Run(line.why()) })
            }
            (CallState::Failed(error), _) => Err(CallError { task, error }),
            (CallState::Over, _) => return None,
        })
    }
}

impl<T: Submit> Future for Call<T> {
    type Output = Result<Done<T>, CallError<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &mut self.way {
            CallState::Awaited { receiver, .. } => ready!(receiver.as_mut().poll_next(context)),
            CallState::Failed(_) | CallState::Over => None,
        };
        // A future that was polled to its end is polled no more.
        self.answered(answer).map_or(Poll::Pending, Poll::Ready)
    }
}

/// Nothing is pinned in place: the receiver is on the heap.
impl<T> Unpin for Call<T> {}

impl<T> Drop for Call<T> {
    fn drop(&mut self) {
        if let CallState::Awaited { seq, line, .. } = &self.way {
            // A run that has ended has nothing to cancel.
            let _ = line.submitter.try_send(RunCommand::Cancel(*seq));
        }
    }
}
