//! Position in an input of known size: which part of all its bytes became lines.
//!
//! A compressed input has a known size only as it is stored, so its part is that of the stored
//! bytes which the decoder took, without what waits decompressed. It must never know what the bytes
//! mean, nor who asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Position in one input, shared by who reads it and who counts its lines. Both are one thread.
#[derive(Debug, Clone, Default)]
pub(super) struct InputPosition(Arc<PositionCounts>);

#[derive(Debug, Default)]
struct PositionCounts {
    /// Bytes from where the reading begins to the end of the file; 0 if that is not known.
    stored: AtomicU64,
    /// Stored bytes that a decoder took in this round; 0 where nothing is compressed.
    decoded: AtomicU64,
    /// Bytes that it made of them.
    made: AtomicU64,
}

impl InputPosition {
    /// The position at the start of so many bytes.
    #[must_use]
    pub(super) fn of(stored: u64) -> Self {
        let position = Self::default();
        position.0.stored.store(stored, Ordering::Relaxed);
        position
    }

    /// Begins another round over the same bytes.
    pub(super) fn restart(&self) {
        self.0.decoded.store(0, Ordering::Relaxed);
        self.0.made.store(0, Ordering::Relaxed);
    }

    /// A decoder took so many stored bytes and made so many of them.
    pub(super) fn decoded(&self, taken: usize, made: usize) {
        let bytes = |number| u64::try_from(number).unwrap_or(u64::MAX);
        self.0.decoded.fetch_add(bytes(taken), Ordering::Relaxed);
        self.0.made.fetch_add(bytes(made), Ordering::Relaxed);
    }

    /// The part of a round that is behind its first `taken` bytes, decompressed: more than 0, at
    /// most 1. Nothing if the size is not known, or nothing was taken.
    #[must_use]
    pub(super) fn part(&self, taken: u64) -> Option<f64> {
        let PositionCounts { stored, decoded, made } = &*self.0;
        let [stored, decoded, made] = [stored, decoded, made].map(|count| count.load(Ordering::Relaxed));
        part_of(stored, (decoded, made), taken)
    }
}

/// The part of `stored` bytes that `taken` bytes are, where `made` bytes came of each `decoded`
/// ones.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn part_of(stored: u64, (decoded, made): (u64, u64), taken: u64) -> Option<f64> {
    if stored == 0 || taken == 0 {
        return None;
    }
    let whole = match (decoded, made) {
        (0, _) | (_, 0) => stored as f64,
        (decoded, made) => stored as f64 * (made as f64 / decoded as f64),
    };
    // A file may have grown since it was opened.
    Some((taken as f64 / whole).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_that_of_the_stored_bytes() {
        for (stored, made, taken, part) in [
            (100, (0, 0), 25, Some(0.25)),
            (100, (0, 0), 100, Some(1.0)),
            (100, (0, 0), 250, Some(1.0)),
            // Half of the file became 400 bytes, of which a half became lines.
            (100, (50, 400), 200, Some(0.25)),
            (100, (100, 800), 800, Some(1.0)),
            // Only headers were decoded.
            (100, (10, 0), 1, Some(0.01)),
            (100, (0, 0), 0, None),
            (0, (0, 0), 25, None),
            (0, (50, 400), 25, None),
        ] {
            assert_eq!(part_of(stored, made, taken), part, "{stored} {made:?} {taken}");
        }
    }

    #[test]
    fn each_round_begins_anew() {
        let position = InputPosition::of(10);
        position.decoded(5, 50);
        assert_eq!(position.part(25), Some(0.25));
        position.clone().restart();
        assert_eq!(position.part(5), Some(0.5));
        assert_eq!(InputPosition::default().part(5), None);
    }
}
