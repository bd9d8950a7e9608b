//! How a run is told from outside to stop, once to drain, again to end, and asked how it stands.

use super::inbox::Waker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Stops a run, or has it say how it stands, from any thread.
#[derive(Debug, Clone)]
pub struct Control {
    asked: Arc<AtomicU8>,
    report: Arc<AtomicBool>,
    waker: Waker,
}

impl Control {
    /// The control of a run that `waker` wakes.
    #[must_use]
    pub fn new(waker: Waker) -> Self {
        Self { asked: Arc::default(), report: Arc::default(), waker }
    }

    /// The first time the run takes nothing new and finishes what has begun; from the second on it ends at once.
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

    /// Lets the run tell its sink to say what is running. Asked again before it has, it says so once.
    pub fn report(&self) {
        self.report.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Whether it is to say what is running; asked twice, it is no longer.
    pub(super) fn take_report(&self) -> bool {
        self.report.swap(false, Ordering::AcqRel)
    }

    /// How often it was asked to stop.
    pub(super) fn asked(&self) -> u8 {
        self.asked.load(Ordering::Acquire)
    }
}
