//! Watches a guest from outside while it runs: each time it yields for fuel, the page is told.

use super::engine::YIELD_INTERVAL;
use crate::protocol::gate::word;
use crate::sys::page::SharedPage;
use crate::sys::process;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// A future that counts how often it asked to be polled again at once: so a guest yields for fuel, and nothing else does here.
pub(crate) struct Metered<'a, F> {
    guest: Pin<Box<F>>,
    yields: u64,
    page: &'a SharedPage,
}

impl<'a, F: Future> Metered<'a, F> {
    /// Watches `guest`, which is not polled before.
    pub(crate) fn new(guest: F, page: &'a SharedPage) -> Self {
        Self { guest: Box::pin(guest), yields: 0, page }
    }
}

/// Notes that it was woken from within the poll, and wakes who waits. Threads that wait for files wake from elsewhere.
struct Note {
    woken: AtomicBool,
    poller: ThreadId,
    behind: Waker,
}

impl Wake for Note {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if thread::current().id() == self.poller {
            self.woken.store(true, Ordering::Release);
        }
        self.behind.wake_by_ref();
    }
}

impl<F: Future> Future for Metered<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let poller = thread::current().id();
        let note = Arc::new(Note { woken: AtomicBool::new(false), poller, behind: context.waker().clone() });
        let waker = Waker::from(note.clone());
        let polled = self.guest.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_pending() && note.woken.load(Ordering::Acquire) {
            self.yields += 1;
            self.page.store(word::FUEL, self.yields.saturating_mul(YIELD_INTERVAL));
        }
        polled
    }
}

/// Wall and CPU time since a guest was entered.
#[derive(Debug)]
pub(crate) struct Clock {
    wall: Instant,
    cpu: Duration,
}

impl Clock {
    /// Starts now, on the thread the guest will run on.
    pub(crate) fn start() -> Self {
        Self { wall: Instant::now(), cpu: process::thread_cpu_time() }
    }

    /// Nanoseconds of wall and CPU time.
    pub(crate) fn stop(&self) -> (u64, u64) {
        let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let cpu = process::thread_cpu_time().saturating_sub(self.cpu);
        (nanos(self.wall.elapsed()), nanos(cpu))
    }
}
