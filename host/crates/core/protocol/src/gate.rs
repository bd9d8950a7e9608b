//! The gate: one word of the page a worker shares with its supervisor. It names the attempt the
//! worker began last, and lets the supervisor take back what the worker has not begun.
//!
//! The word holds an epoch (16 bits) and an attempt (48 bits). The worker begins an attempt by a
//! compare-and-swap that succeeds only while the epoch is the one it was last told; the supervisor
//! takes back all that waits by raising the epoch. So of the two exactly one wins, with no message
//! and no waiting. The worker learns the new epoch from a message that stands behind those it must
//! skip.

use polymer_host_task::AttemptId;

/// The words of the shared page, by their place.
pub mod word {
    /// The gate.
    pub const GATE: usize = 0;
    /// Units of fuel the attempt has used so far, at least.
    pub const FUEL: usize = 1;
    /// The most bytes its memories have had so far.
    pub const MEMORY: usize = 2;
    /// Units of its own choosing the guest says it has done.
    pub const DONE: usize = 3;
    /// Units the guest says there are in all; 0 if it says nothing.
    pub const TOTAL: usize = 4;
}

/// The word, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptGate {
    /// Raised each time the supervisor takes work back; wraps.
    pub epoch: u16,
    /// The attempt begun last; 0 before the first.
    pub attempt: u64,
}

impl AttemptGate {
    /// The word as it stands in the page.
    #[must_use]
    pub const fn pack(self) -> u64 {
        ((self.epoch as u64) << 48) | (self.attempt & AttemptId::MAX.0)
    }

    /// The word taken apart; every word is some gate.
    #[must_use]
    pub const fn unpack(word: u64) -> Self {
        let [.., high, low] = word.to_le_bytes();
        Self { epoch: u16::from_le_bytes([high, low]), attempt: word & AttemptId::MAX.0 }
    }

    /// The gate after the supervisor took back what waits.
    #[must_use]
    pub const fn closed(self) -> Self {
        Self { epoch: self.epoch.wrapping_add(1), attempt: self.attempt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_gate_survives_the_word(word: u64) {
            prop_assert_eq!(AttemptGate::unpack(word).pack(), word);
        }

        #[test]
        fn closing_keeps_the_attempt_and_changes_the_word(word: u64) {
            let gate = AttemptGate::unpack(word);
            prop_assert_eq!(gate.closed().attempt, gate.attempt);
            prop_assert_ne!(gate.closed().pack(), word);
        }
    }
}
