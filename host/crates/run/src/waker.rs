//! What wakes the supervisor's loop from another thread. It must never know why it is woken.

use nix::sys::eventfd::{EfdFlags, EventFd};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::task::Wake;

/// Wakes the supervisor from any thread.
#[derive(Debug, Clone)]
pub struct RunWaker(Arc<EventFd>);

impl RunWaker {
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

/// For whoever is to wake the run and need not know what it is.
impl Wake for RunWaker {
    fn wake(self: Arc<Self>) {
        Self::wake(&self);
    }
}

impl AsFd for RunWaker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
