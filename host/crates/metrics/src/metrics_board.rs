//! Where the newest figures hang: a run puts them there, and readers take them.
//!
//! Whoever puts figures there never waits for a reader: the lock is held for a pointer only.

use crate::metrics_snapshot::MetricsSnapshot;
use std::sync::{Arc, Mutex, PoisonError};

/// The newest snapshot; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MetricsBoard(Arc<Mutex<Arc<MetricsSnapshot>>>);

impl MetricsBoard {
    /// Puts newer figures there.
    pub fn publish(&self, snapshot: MetricsSnapshot) {
        let newest = Arc::new(snapshot);
        let older = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), newest);
        // Freed here, with the lock free again.
        drop(older);
    }

    /// The newest figures; all zeros before the first.
    #[must_use]
    pub fn latest(&self) -> Arc<MetricsSnapshot> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_has_the_newest_and_keeps_what_was_read() {
        let board = MetricsBoard::default();
        let first = board.latest();
        board.clone().publish(MetricsSnapshot { waiting: 3, ..MetricsSnapshot::default() });
        assert_eq!((first.waiting, board.latest().waiting), (0, 3));
    }
}
