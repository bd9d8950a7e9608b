//! The way into a run: a bounded queue of commands, and the waker that tells the supervisor of
//! them.

use super::streams::StreamEnds;
pub use super::waker::RunWaker;
use async_channel::{Receiver, Sender, TryRecvError, TrySendError};
use polymer_host_base::Digest;
use polymer_host_modules::Module;
use polymer_host_task::{ModuleId, StreamId, Submission};

/// Command to a run.
#[derive(Debug)]
pub enum RunCommand {
    /// A module that tasks may name from here on.
    Module(ModuleId, Module),
    /// The checker of the run, under a number that no other module gets. Comes before the first
    /// task.
    Checker(ModuleId, Module),
    /// The interactor of the run, as a checker.
    Interactor(ModuleId, Module),
    /// Another name for a module that tasks may name already.
    Named {
        /// Which.
        module: ModuleId,
        /// Additional name by which lines call it.
        name: String,
        /// Digest of the module.
        digest: Digest,
    },
    /// Compile, link and describe this module now, and end the run if that fails.
    Require(ModuleId),
    /// No later command names this module.
    Forget(ModuleId),
    /// The run's side of the streams of a task that a later command submits. A task that
    /// names streams nobody handed over is run as any other.
    Streams(StreamId, StreamEnds),
    /// Lines of input, in their order.
    Submit(Vec<Submission>),
    /// Whoever submitted the task of this line no longer wants it.
    Cancel(u64),
    /// No more lines will come.
    End,
}

/// The end that submits. Dropping it ends the input.
#[derive(Debug)]
pub struct RunSubmitter {
    commands: Sender<RunCommand>,
    waker: RunWaker,
}

/// Why a command was not taken at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSent {
    /// The queue is full.
    Full,
    /// The run has ended.
    Ended,
}

/// The run has ended, so nothing can be submitted to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the run has ended")]
pub struct RunEnded;

impl RunSubmitter {
    /// Hands over a command; waits while the queue is full.
    ///
    /// # Errors
    /// If the run has ended.
    pub fn send(&self, command: RunCommand) -> Result<(), RunEnded> {
        self.commands.send_blocking(command).map_err(|_| RunEnded)?;
        self.waker.wake();
        Ok(())
    }

    /// As [`send`](Self::send), for a task of an executor.
    ///
    /// # Errors
    /// If the run has ended.
    pub async fn send_async(&self, command: RunCommand) -> Result<(), RunEnded> {
        self.commands.send(command).await.map_err(|_| RunEnded)?;
        self.waker.wake();
        Ok(())
    }

    /// Has the run look around: what it waits for may be elsewhere than in its inbox.
    pub fn wake(&self) {
        self.waker.wake();
    }

    /// What wakes the run.
    #[must_use]
    pub fn waker(&self) -> RunWaker {
        self.waker.clone()
    }

    /// Returns whether the run has ended, so that nothing can be submitted any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.commands.is_closed()
    }

    /// Hands over a command if there is room for it now.
    ///
    /// # Errors
    /// If there is none, or the run has ended.
    pub fn try_send(&self, command: RunCommand) -> Result<(), NotSent> {
        self.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => NotSent::Full,
            TrySendError::Closed(_) => NotSent::Ended,
        })?;
        self.waker.wake();
        Ok(())
    }
}

impl Drop for RunSubmitter {
    fn drop(&mut self) {
        // Closed before it is woken: else it might look in between, and nothing would wake it
        // again. What waits is still taken.
        self.commands.close();
        self.waker.wake();
    }
}

/// The end the supervisor reads.
///
/// Whatever it does not take is dropped with it, so that whoever reads from the streams of a task
/// that was never run hears of the end.
#[derive(Debug)]
pub struct RunInbox {
    commands: Receiver<RunCommand>,
    /// Whoever submits keeps count of what is under way.
    is_counted: bool,
}

impl RunInbox {
    /// Returns whether everything in it is to be taken at once: it has no bound of its own, because
    /// the submitter keeps count.
    pub const fn is_counted(&self) -> bool {
        self.is_counted
    }

    /// The next command, if one waits.
    pub fn next(&self) -> Option<RunCommand> {
        match self.commands.try_recv() {
            Ok(command) => Some(command),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Closed) => Some(RunCommand::End),
        }
    }
}

impl Drop for RunInbox {
    fn drop(&mut self) {
        self.commands.close();
        while self.commands.try_recv().is_ok() {}
    }
}

/// A queue into a run, in which so many commands may wait; with `None` there is no bound, and
/// whoever submits keeps count.
#[must_use]
pub fn inbox(waker: RunWaker, most: Option<usize>) -> (RunSubmitter, RunInbox) {
    let (sender, receiver) = match most {
        Some(most) => async_channel::bounded(most.max(1)),
        None => async_channel::unbounded(),
    };
    (RunSubmitter { commands: sender, waker }, RunInbox { commands: receiver, is_counted: most.is_none() })
}
