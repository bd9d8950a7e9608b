//! The hot loop: tasks go in at one end while results come out at the other.

use super::batch;
use super::done::Done;
use super::error::RunError;
use super::event_sink::{ManagerSink, RunSums};
use super::in_flight::{InFlightTasks, ReturnedTask};
use super::module_registry::ModuleRegistry;
use super::submit::{Submit, TaskTerms};
use async_channel::Receiver;
use futures_core::Stream;
use polymer_host_modules::Module;
use polymer_host_report::Stats;
use polymer_host_run::Run;
use polymer_host_run::inbox::{NotSent, RunCommand, RunEnded, RunSubmitter};
use polymer_host_task::{AllowedTerms, LimitNarrowing, ModuleId, Submission};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Where tasks go in. Clones feed the same run; when the last one is dropped, what is in the run is
/// finished and the results end.
#[derive(Debug)]
pub struct Sender<T> {
    way: Arc<SenderWay>,
    module: ModuleId,
    /// As long as somebody holds it, its number stands for it.
    held: Module,
    in_flight: Arc<InFlightTasks<T>>,
}

/// The way into the run, shared by its senders.
#[derive(Debug)]
struct SenderWay {
    submitter: RunSubmitter,
    registry: ModuleRegistry,
    allowed: AllowedTerms,
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        let (way, in_flight) = (Arc::clone(&self.way), Arc::clone(&self.in_flight));
        Self { way, module: self.module, held: self.held.clone(), in_flight }
    }
}

/// A task that was not taken, as it was submitted: its run has ended.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the run has ended")]
pub struct SendError<T>(pub T);

/// A task that was not taken, as it was submitted.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TrySendError<T> {
    /// The run has as many tasks as it may, and as many more wait.
    #[error("the run is full")]
    Full(T),
    /// The run has ended.
    #[error("the run has ended")]
    Ended(T),
}

impl<T: Submit> Sender<T> {
    pub(super) fn new(
        submitter: RunSubmitter,
        module: &Module,
        allowed: AllowedTerms,
        in_flight: Arc<InFlightTasks<T>>,
    ) -> Result<Self, RunEnded> {
        let way = SenderWay { submitter, registry: ModuleRegistry::default(), allowed };
        let id = way.registry.id(module, |command| way.submitter.send(command))?;
        // Without its module the run would be of no use, so that is found out first.
        way.submitter.send(RunCommand::Require(id))?;
        Ok(Self { way: Arc::new(way), module: id, held: module.clone(), in_flight })
    }

    /// A sender into the same run whose tasks go to another module, which it holds. The run forgets
    /// a module that nobody holds once it is told of a new one. A new module waits for room in the
    /// run, as a task does.
    ///
    /// # Errors
    /// If the run has ended.
    pub fn to(&self, module: &Module) -> Result<Self, SendError<()>> {
        let id = self.way.registry.id(module, |command| self.way.submitter.send(command));
        id.map(|id| Self { module: id, held: module.clone(), ..self.clone() })
            .map_err(|RunEnded| SendError(()))
    }

    /// Submits a task. Waits while the run is full, which it stays as long as nobody takes results:
    /// take them on another thread, or with [`send_async`](Self::send_async) in another task.
    ///
    /// # Errors
    /// If the run has ended; the task comes back.
    pub fn send(&self, task: T) -> Result<(), SendError<T>> {
        let (seq, submission) = self.take_in(task);
        let sent = self.way.submitter.send(RunCommand::Submit(vec![submission]));
        self.settle(seq, sent)
    }

    /// As [`send`](Self::send), without holding up the thread.
    ///
    /// # Errors
    /// If the run has ended; the task comes back.
    pub async fn send_async(&self, task: T) -> Result<(), SendError<T>> {
        let (seq, submission) = self.take_in(task);
        // Dropped while it waits, the task was never submitted.
        let mut withdrawn = Withdraw { in_flight: &self.in_flight, seq: Some(seq) };
        let sent = self.way.submitter.send_async(RunCommand::Submit(vec![submission])).await;
        withdrawn.seq = None;
        self.settle(seq, sent)
    }

    /// As [`send`](Self::send), if there is room now.
    ///
    /// # Errors
    /// If there is none, or the run has ended; the task comes back.
    pub fn try_send(&self, task: T) -> Result<(), TrySendError<T>> {
        let (seq, submission) = self.take_in(task);
        match self.way.submitter.try_send(RunCommand::Submit(vec![submission])) {
            Ok(()) => Ok(()),
            Err(NotSent::Full) => {
                self.in_flight.withdraw(seq).map_or(Ok(()), |task| Err(TrySendError::Full(task)))
            }
            Err(NotSent::Ended) => {
                self.settle(seq, Err(RunEnded)).map_err(|SendError(task)| TrySendError::Ended(task))
            }
        }
    }

    /// Submits all of `tasks` into a run whose queue is so long, in batches. Gives how many the run
    /// took, and after its end those that were made ready for it.
    pub(super) fn send_all(&self, tasks: &mut impl Iterator<Item = T>, queue: usize) -> (u64, Vec<T>) {
        let mut taken = 0;
        loop {
            let length = batch::length(tasks.size_hint().0, self.in_flight.under_way(), queue);
            let (mut seqs, mut submissions, mut bytes) = (Vec::new(), Vec::new(), 0);
            for task in tasks.take(length) {
                let (seq, submission) = self.take_in(task);
                bytes += submission.held_bytes();
                seqs.push(seq);
                submissions.push(submission);
                if bytes >= batch::BATCH_BYTES {
                    break;
                }
            }
            if seqs.is_empty() {
                return (taken, Vec::new());
            }
            if let Err(RunEnded) = self.way.submitter.send(RunCommand::Submit(submissions)) {
                return (taken, seqs.into_iter().filter_map(|seq| self.in_flight.withdraw(seq)).collect());
            }
            taken += seqs.len() as u64;
        }
    }

    fn take_in(&self, task: T) -> (u64, Submission) {
        let terms = TaskTerms {
            seq: 0,
            module: self.module,
            allowed: &self.way.allowed,
            narrowing: LimitNarrowing::default(),
            grants: None,
            deadline: None,
        };
        self.in_flight.take_in(task, &terms)
    }

    /// A task that could not be sent comes back here, unless the end of the run has handed it to
    /// the results already.
    fn settle(&self, seq: u64, sent: Result<(), RunEnded>) -> Result<(), SendError<T>> {
        match sent {
            Ok(()) => Ok(()),
            Err(RunEnded) => self.in_flight.withdraw(seq).map_or(Ok(()), |task| Err(SendError(task))),
        }
    }
}

/// Takes a task off the desk that never got into the run.
struct Withdraw<'a, T: Submit> {
    in_flight: &'a InFlightTasks<T>,
    seq: Option<u64>,
}

impl<T: Submit> Drop for Withdraw<'_, T> {
    fn drop(&mut self) {
        if let Some(seq) = self.seq {
            drop(self.in_flight.withdraw(seq));
        }
    }
}

/// Where results come out, in the order in which tasks end: an iterator that waits. For executors
/// there are [`next_async`](Self::next_async) and [`into_stream`](Self::into_stream). It ends when
/// every [`Sender`] is gone and every task is back.
///
/// Should the run stop before, tasks that had no turn come back as `canceled` with the code
/// `not_begun`, and [`error`](Self::error) says why. Dropping this ends the run at once: its
/// workers are killed and waited for.
pub struct Results<T: Submit> {
    receiver: Pin<Box<Receiver<ReturnedTask<T>>>>,
    in_flight: Arc<InFlightTasks<T>>,
    run: Option<Run<ManagerSink<Arc<InFlightTasks<T>>>>>,
    sums: RunSums,
    error: Option<RunError>,
    module: String,
    /// Tasks still out when the run ended.
    left: std::vec::IntoIter<Done<T>>,
}

impl<T: Submit> fmt::Debug for Results<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<T: Submit> Results<T> {
    pub(super) fn new(
        receiver: Receiver<ReturnedTask<T>>,
        in_flight: Arc<InFlightTasks<T>>,
        run: Run<ManagerSink<Arc<InFlightTasks<T>>>>,
        sums: RunSums,
        module: &Module,
    ) -> Self {
        let (module, left) = (module.name().to_owned(), Vec::new().into_iter());
        Self { receiver: Box::pin(receiver), in_flight, run: Some(run), sums, error: None, module, left }
    }

    /// The next result, without holding up the thread. It may be dropped while it waits: nothing is
    /// lost.
    pub async fn next_async(&mut self) -> Option<Done<T>> {
        poll_fn(|context| self.poll_done(context)).await
    }

    /// The same results as a [`Stream`].
    pub const fn into_stream(self) -> ResultStream<T> {
        ResultStream(self)
    }

    /// The sums of the run as they are now.
    pub fn stats(&self) -> Stats {
        self.sums.get()
    }

    /// Stops the run: what has begun is finished, tasks that had no turn come back as `canceled`.
    pub fn stop(&self) {
        if let Some(run) = &self.run {
            run.control().drain();
        }
    }

    /// Why the run stopped before every task had its turn, if it did; known once the results have
    /// ended.
    pub const fn error(&self) -> Option<&RunError> {
        self.error.as_ref()
    }

    fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Option<Done<T>>> {
        if let Some(back) = ready!(self.receiver.as_mut().poll_next(context)) {
            return Poll::Ready(Some(self.in_flight.done(back)));
        }
        self.close();
        Poll::Ready(self.left.next())
    }

    pub(super) fn into_error(self) -> Option<RunError> {
        let mut this = self;
        this.error.take()
    }

    /// The run has ended: learns why, and gathers what it left.
    fn close(&mut self) {
        let Some(run) = self.run.take() else { return };
        let (outcome, _) = run.finish();
        self.error = match outcome {
            Ok(outcome) => outcome.halt.map(|halt| RunError::of(&halt, &self.module)),
            Err(error) => Some(error.into()),
        };
        self.left = self.in_flight.clear().into_iter();
    }
}

impl<T: Submit> Iterator for Results<T> {
    type Item = Done<T>;

    fn next(&mut self) -> Option<Done<T>> {
        if let Ok(back) = self.receiver.recv_blocking() {
            return Some(self.in_flight.done(back));
        }
        self.close();
        self.left.next()
    }
}

/// Results as a [`Stream`]: see [`Results::into_stream`].
#[derive(Debug)]
pub struct ResultStream<T: Submit>(Results<T>);

impl<T: Submit> ResultStream<T> {
    /// The results behind it: for sums, for the error once it has ended, and to stop the run.
    pub const fn results(&self) -> &Results<T> {
        &self.0
    }
}

impl<T: Submit> Stream for ResultStream<T> {
    type Item = Done<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Done<T>>> {
        self.0.poll_done(context)
    }
}

/// Nothing is pinned in place: the receiver is on the heap.
impl<T: Submit> Unpin for ResultStream<T> {}

#[cfg(test)]
mod tests {
    use super::super::duplicates::OnDuplicate;
    use super::super::submit::Input;
    use super::*;
    use polymer_host_run::inbox::{RunInbox, RunWaker, inbox};

    const QUEUE: usize = 4096;

    fn sender() -> (Sender<Input>, RunInbox) {
        let (submitter, inbox) = inbox(RunWaker::new().unwrap(), None);
        let module = Module::from_bytes("m.wat", "(module)").unwrap();
        let waker = RunWaker::new().unwrap();
        let (in_flight, _) = InFlightTasks::new(OnDuplicate::default(), false, None, waker, RunSums::new(1));
        (Sender::new(submitter, &module, AllowedTerms::default(), in_flight).unwrap(), inbox)
    }

    /// The numbers of the tasks that came together, batch by batch.
    fn batches(inbox: &RunInbox) -> Vec<Vec<u64>> {
        let seq = |submission: &Submission| match submission {
            Submission::Task(task) => task.seq,
            Submission::Rejected(rejection) => panic!("{rejection:?}"),
        };
        let batch = |command| match command {
            RunCommand::Submit(batch) => Some(batch.iter().map(seq).collect()),
            _ => None,
        };
        std::iter::from_fn(|| inbox.next()).filter_map(batch).collect()
    }

    fn task(number: usize) -> Input {
        Input::text(number.to_string())
    }

    #[test]
    fn tasks_that_are_known_to_come_travel_together_and_in_order() {
        let (sender, inbox) = sender();
        let (taken, left) = sender.send_all(&mut (0..5000).map(task), QUEUE);
        assert_eq!((taken, left.len()), (5000, 0));
        let batches = batches(&inbox);
        assert!(batches.len() < 100, "{} commands", batches.len());
        assert_eq!(batches.concat(), (1..=5000).collect::<Vec<_>>());
    }

    #[test]
    fn a_task_does_not_wait_for_one_that_may_not_come() {
        let (sender, inbox) = sender();
        let mut number = 0;
        let mut tasks = std::iter::from_fn(|| {
            number += 1;
            (number <= 100).then(|| task(number))
        });
        assert_eq!(sender.send_all(&mut tasks, QUEUE).0, 100);
        assert!(batches(&inbox).iter().all(|batch| batch.len() == 1));
    }

    #[test]
    fn a_batch_has_a_bound_in_bytes() {
        let (sender, inbox) = sender();
        let large = |_| Input::text("x".repeat(100 << 10));
        sender.send_all(&mut (0..200).map(large), QUEUE);
        assert!(batches(&inbox).iter().all(|batch| batch.len() <= 3));
    }

    #[test]
    fn after_the_end_of_the_run_every_task_comes_back() {
        let (sender, inbox) = sender();
        sender.send_all(&mut (0..100).map(task), QUEUE);
        drop(inbox);
        let mut tasks = (100..200).map(task);
        let (taken, left) = sender.send_all(&mut tasks, QUEUE);
        assert_eq!((taken, left.len() + tasks.len()), (0, 100));
        assert_eq!(sender.in_flight.under_way(), 100, "what the run took is still its own");
    }
}
