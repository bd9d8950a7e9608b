//! The way into a run: a bounded queue of commands, and the waker that tells the supervisor of them.

use crate::module::Module;
use crate::task::{ModuleId, Submission};
use nix::sys::eventfd::{EfdFlags, EventFd};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

/// Batches of submissions that may wait before whoever submits has to.
const BATCHES: usize = 4;

/// What a run is told.
#[derive(Debug)]
pub enum Command {
    /// A module that tasks may name from here on.
    Module(ModuleId, Module),
    /// Compile, link and describe this module now, and end the run if that fails.
    Require(ModuleId),
    /// Lines of input, in their order.
    Submit(Vec<Submission>),
    /// No more lines will come.
    End,
}

/// Wakes the supervisor from any thread.
#[derive(Debug, Clone)]
pub struct Waker(Arc<EventFd>);

impl Waker {
    /// A waker nobody waits on yet.
    ///
    /// # Errors
    /// If no descriptor is left.
    pub fn new() -> io::Result<Self> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        Ok(Self(Arc::new(EventFd::from_value_and_flags(0, flags)?)))
    }

    /// Makes the supervisor look around.
    pub fn wake(&self) {
        // A full counter means that it is awake already.
        let _ = self.0.write(1);
    }

    /// Forgets the wakings so far.
    pub(super) fn clear(&self) {
        let _ = self.0.read();
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The end that submits. Dropping it ends the input.
#[derive(Debug)]
pub struct Submitter {
    commands: SyncSender<Command>,
    waker: Waker,
}

/// The run has ended, so nothing can be submitted to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the run has ended")]
pub struct RunEnded;

impl Submitter {
    /// Hands over a command; waits while the queue is full.
    ///
    /// # Errors
    /// If the run has ended.
    pub fn send(&self, command: Command) -> Result<(), RunEnded> {
        self.commands.send(command).map_err(|_| RunEnded)?;
        self.waker.wake();
        Ok(())
    }
}

impl Drop for Submitter {
    fn drop(&mut self) {
        // The receiver sees the closed queue once it looks; if the queue is full it will look anyway.
        drop(self.commands.try_send(Command::End));
        self.waker.wake();
    }
}

/// The end the supervisor reads.
#[derive(Debug)]
pub struct Inbox {
    commands: Receiver<Command>,
}

impl Inbox {
    /// The next command, if one waits.
    pub(crate) fn next(&self) -> Option<Command> {
        match self.commands.try_recv() {
            Ok(command) => Some(command),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Command::End),
        }
    }
}

/// A queue into a run.
#[must_use]
pub fn inbox(waker: Waker) -> (Submitter, Inbox) {
    let (sender, receiver) = sync_channel(BATCHES);
    (Submitter { commands: sender, waker }, Inbox { commands: receiver })
}
