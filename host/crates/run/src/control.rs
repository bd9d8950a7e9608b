//! Control of a run from outside: stop (once to drain, again to end), stand still for a while, and
//! report its state.

use super::inbox::RunWaker;
use polymer_host_sys::signals::stop_as_job;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Nobody wants the run to stand still.
const GOES_ON: u8 = 0;
/// Somebody does, and it has not heard of it.
const TO_SUSPEND: u8 = 1;
/// The run is over, so it hears of nothing any more.
const OVER: u8 = 2;

/// Somebody wants to know how the run stands.
const TO_REPORT: u8 = 1;
/// Somebody watches it.
const TO_LOOK: u8 = 2;

/// Stops a run, or has it say how it stands, from any thread.
#[derive(Debug, Clone)]
pub struct RunControl {
    asked: Arc<AtomicU8>,
    /// Bits that say what is to be told.
    told: Arc<AtomicU8>,
    suspend: Arc<AtomicU8>,
    cancels: Arc<Cancels>,
    waker: RunWaker,
}

/// Lines whose tasks are to be canceled, that the run has not heard of.
#[derive(Debug, Default)]
struct Cancels {
    /// True if there may be some: the run looks at this each round.
    any: AtomicBool,
    lines: Mutex<Vec<u64>>,
}

impl RunControl {
    /// The control of a run that `waker` wakes.
    #[must_use]
    pub fn new(waker: RunWaker) -> Self {
        Self {
            asked: Arc::default(),
            told: Arc::default(),
            suspend: Arc::default(),
            cancels: Arc::default(),
            waker,
        }
    }

    /// The first time the run takes nothing new and finishes what has begun; from the second on it
    /// ends at once.
    pub fn stop(&self) {
        let more = |asked: u8| Some(asked.saturating_add(1));
        let _ = self.asked.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        self.waker.wake();
    }

    /// Lets the run take nothing new and finish what has begun; asked again it changes nothing.
    pub fn drain(&self) {
        self.asked.fetch_max(1, Ordering::AcqRel);
        self.waker.wake();
    }

    /// Cancels the task of a line, from 1, also one that has not come yet. It does not wait behind
    /// the lines of the input, as [`RunCommand::Cancel`](super::inbox::RunCommand::Cancel) does, so
    /// lines must come in their order. Of a task that is over nothing comes.
    pub fn cancel(&self, seq: u64) {
        self.cancels.lines.lock().unwrap_or_else(PoisonError::into_inner).push(seq);
        self.cancels.any.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Lets the run tell its sink to say what is running. Asked again before it has, it says so
    /// once.
    pub fn report(&self) {
        self.told.fetch_or(TO_REPORT, Ordering::AcqRel);
        self.waker.wake();
    }

    /// Lets the run hand its sink what its workers and queues do, once.
    pub fn look(&self) {
        self.told.fetch_or(TO_LOOK, Ordering::AcqRel);
        self.waker.wake();
    }

    /// Stops this process as Ctrl-Z does, its workers first: they are in groups of their own, which
    /// a terminal does not know.
    pub fn suspend(&self) {
        match self.suspend.compare_exchange(GOES_ON, TO_SUSPEND, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => self.waker.wake(),
            Err(OVER) => stop_without_workers(),
            // It is about to.
            Err(_) => {}
        }
    }

    /// Returns the lines whose tasks are to be canceled, and forgets them.
    pub(super) fn take_cancels(&self) -> Vec<u64> {
        if !self.cancels.any.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        std::mem::take(&mut *self.cancels.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns whether it is to stand still; a second call returns false.
    pub(super) fn take_suspend(&self) -> bool {
        self.suspend.compare_exchange(TO_SUSPEND, GOES_ON, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// The run is over and has no workers any more; what it has not heard is done here.
    pub(super) fn close(&self) {
        if self.suspend.swap(OVER, Ordering::AcqRel) == TO_SUSPEND {
            stop_without_workers();
        }
    }

    /// Returns whether the run is to say what is running, and whether it is to hand over its
    /// overview; clears both requests.
    pub(super) fn take_requests(&self) -> (bool, bool) {
        let told = self.told.swap(0, Ordering::AcqRel);
        (told & TO_REPORT != 0, told & TO_LOOK != 0)
    }

    /// Returns the number of stop requests.
    pub(super) fn asked(&self) -> u8 {
        self.asked.load(Ordering::Acquire)
    }
}

/// Stops this process where there are no workers to be stopped with it.
fn stop_without_workers() {
    // A process that cannot be stopped goes on, as it does where nobody could have it go on.
    drop(stop_as_job());
}
