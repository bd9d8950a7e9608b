//! Waiting for many descriptors at once, and knowing whose they are.

use super::inbox::RunWaker;
use super::worker::WorkerHandle;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use polymer_host_task::WorkerId;
use std::collections::BTreeSet;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

/// Events taken at a time.
const EVENTS: usize = 64;

/// Event sources to wait for.
#[derive(Debug)]
pub(super) struct EventPoll {
    epoll: Epoll,
    /// Workers with messages that were queued since the last flush.
    dirty: BTreeSet<WorkerId>,
    /// Workers whose sockets are watched for room to write.
    blocked: BTreeSet<WorkerId>,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PollEvent {
    /// Somebody woke the supervisor.
    Woken,
    /// A worker's socket has something to read, or was closed.
    Heard(WorkerId),
    /// A worker's socket has room.
    Writable(WorkerId),
    /// A worker's stderr has something to read, or was closed.
    Stderr(WorkerId),
    /// A worker's process ended.
    Ended(WorkerId),
}

/// The kinds of descriptors, as the two highest bits of their tokens.
const SOCKET: u64 = 1 << 62;
const STDERR: u64 = 2 << 62;
const EXIT: u64 = 3 << 62;

/// A worker's token: 31 bits of slot, 31 bits of generation.
fn token(kind: u64, id: WorkerId) -> u64 {
    const LOW: u64 = (1 << 31) - 1;
    kind | ((u64::from(id.slot) & LOW) << 31) | (u64::from(id.generation) & LOW)
}

fn worker_of(token: u64) -> WorkerId {
    let part = |shift: u32| u32::try_from((token >> shift) & ((1 << 31) - 1)).unwrap_or(0);
    WorkerId { slot: part(31), generation: part(0) }
}

impl EventPoll {
    pub(super) fn new(waker: &RunWaker) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        epoll.add(waker.as_fd(), EpollEvent::new(EpollFlags::EPOLLIN, 0))?;
        Ok(Self { epoll, dirty: BTreeSet::new(), blocked: BTreeSet::new() })
    }

    /// Watches what a new worker holds.
    pub(super) fn watch(&self, worker: &WorkerHandle) -> io::Result<()> {
        for (fd, kind) in worker.descriptors().into_iter().zip([SOCKET, STDERR, EXIT]) {
            self.epoll.add(fd, EpollEvent::new(EpollFlags::EPOLLIN, token(kind, worker.id)))?;
        }
        Ok(())
    }

    /// Knows a worker by its new name from here on. What it is known of by the old one may still
    /// come, and is told again by the new one.
    pub(super) fn rename(&mut self, old: WorkerId, worker: &WorkerHandle) -> io::Result<()> {
        // Whether there is room to write is looked at when what waits is sent.
        if self.dirty.remove(&old) | self.blocked.remove(&old) {
            self.dirty.insert(worker.id);
        }
        for (fd, kind) in worker.descriptors().into_iter().zip([SOCKET, STDERR, EXIT]) {
            let mut event = EpollEvent::new(EpollFlags::EPOLLIN, token(kind, worker.id));
            match self.epoll.modify(fd, &mut event) {
                // It closed its stderr or its socket before, which is not watched any more.
                Ok(()) | Err(nix::errno::Errno::ENOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Notes that messages wait to be sent to a worker.
    pub(super) fn note_unsent(&mut self, id: WorkerId) {
        self.dirty.insert(id);
    }

    /// Returns whether anything waits to be sent.
    pub(super) fn has_unsent(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// The workers to send to now.
    pub(super) fn take_unsent(&mut self) -> BTreeSet<WorkerId> {
        std::mem::take(&mut self.dirty)
    }

    /// Watches a worker's socket for room to write, or no longer.
    pub(super) fn want_writable(&mut self, worker: &WorkerHandle, want: bool) {
        if want == self.blocked.contains(&worker.id) || worker.silent {
            return;
        }
        let flags = if want { EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT } else { EpollFlags::EPOLLIN };
        let mut event = EpollEvent::new(flags, token(SOCKET, worker.id));
        // A worker that cannot be watched is ended by its timeout.
        if self.epoll.modify(worker.link.as_fd(), &mut event).is_ok() {
            if want {
                self.blocked.insert(worker.id)
            } else {
                self.blocked.remove(&worker.id)
            };
        }
    }

    pub(super) fn forget_socket(&self, worker: &WorkerHandle) {
        self.delete(worker.link.as_fd());
    }

    pub(super) fn forget_stderr(&self, worker: &WorkerHandle) {
        let [_, stderr, _] = worker.descriptors();
        self.delete(stderr);
    }

    /// Watches nothing of a worker any more.
    pub(super) fn forget(&mut self, worker: &WorkerHandle) {
        self.dirty.remove(&worker.id);
        self.blocked.remove(&worker.id);
        for fd in worker.descriptors() {
            self.delete(fd);
        }
    }

    fn delete(&self, fd: BorrowedFd<'_>) {
        // It may not be watched any more, which is what is wanted.
        let _ = self.epoll.delete(fd);
    }

    /// Waits until something happens, at most so long.
    pub(super) fn wait(&self, most: Option<Duration>) -> io::Result<Vec<PollEvent>> {
        let mut events = [EpollEvent::empty(); EVENTS];
        let count = match self.epoll.wait(&mut events, timeout(most)) {
            Ok(count) => count,
            Err(nix::errno::Errno::EINTR) => 0,
            Err(error) => return Err(error.into()),
        };
        let mut happened = Vec::with_capacity(count);
        for event in events.iter().take(count) {
            let (token, flags) = (event.data(), event.events());
            let id = worker_of(token);
            match token & EXIT {
                0 => happened.push(PollEvent::Woken),
                STDERR => happened.push(PollEvent::Stderr(id)),
                EXIT => happened.push(PollEvent::Ended(id)),
                _ => {
                    if flags.contains(EpollFlags::EPOLLOUT) {
                        happened.push(PollEvent::Writable(id));
                    }
                    if flags != EpollFlags::EPOLLOUT {
                        happened.push(PollEvent::Heard(id));
                    }
                }
            }
        }
        Ok(happened)
    }
}

/// In whole milliseconds, rounded up so that the wait is never over too soon.
fn timeout(most: Option<Duration>) -> EpollTimeout {
    let Some(most) = most else { return EpollTimeout::NONE };
    let millis = most.as_nanos().div_ceil(1_000_000);
    EpollTimeout::try_from(i32::try_from(millis).unwrap_or(i32::MAX)).unwrap_or(EpollTimeout::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_worker() {
        for id in [WorkerId { slot: 0, generation: 1 }, WorkerId { slot: 4095, generation: (1 << 31) - 1 }] {
            for kind in [SOCKET, STDERR, EXIT] {
                assert_eq!(worker_of(token(kind, id)), id);
                assert_eq!(token(kind, id) & EXIT, kind);
            }
        }
    }

    #[test]
    fn a_wait_is_never_over_too_soon() {
        assert_eq!(timeout(Some(Duration::from_nanos(1))), EpollTimeout::from(1_u8));
        assert_eq!(timeout(Some(Duration::ZERO)), EpollTimeout::ZERO);
        assert_eq!(timeout(None), EpollTimeout::NONE);
    }
}
