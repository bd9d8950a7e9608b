//! How a run is told from outside to stop: once to drain, again to end.

use super::inbox::Waker;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Stops a run, from any thread.
#[derive(Debug, Clone)]
pub struct Control {
    asked: Arc<AtomicU8>,
    waker: Waker,
}

impl Control {
    /// The control of a run that `waker` wakes.
    #[must_use]
    pub fn new(waker: Waker) -> Self {
        Self { asked: Arc::default(), waker }
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

    /// How often it was asked.
    pub(super) fn asked(&self) -> u8 {
        self.asked.load(Ordering::Acquire)
    }
}
