//! Credit of a stream: bytes that its sender may send before its receiver has taken some.
//!
//! Both sides keep the same account. What is on its way or waits at the receiver is bounded by it,
//! so neither side holds more of a stream than [`STREAM_CREDIT`], however slow the other is. It
//! must never know what the bytes are, or which direction they go.

/// Bytes that may be on their way in one direction of a stream, or wait where it ends.
pub const STREAM_CREDIT: u64 = 64 << 10;
/// The most bytes in one frame of a stream: half the credit, so that one frame can be on its way
/// while the one before it is taken.
pub const STREAM_FRAME: usize = 32 << 10;
/// Bytes that are taken before the sender is told. Less than the credit, so a sender without any
/// always hears of more once all was taken.
const RETURN_AT: u64 = STREAM_CREDIT / 4;

/// Account of one direction of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamCredit {
    left: u64,
}

/// What no honest peer does with credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditError {
    /// More was sent than there was credit for.
    #[error("{bytes} bytes were sent where {left} may be")]
    Overdrawn {
        /// Bytes that were sent.
        bytes: u64,
        /// Bytes that could be.
        left: u64,
    },
    /// More was given back than is outstanding.
    #[error("{bytes} bytes were given back where {outstanding} are outstanding")]
    Forged {
        /// Bytes that were given back.
        bytes: u64,
        /// Bytes that could be.
        outstanding: u64,
    },
}

impl StreamCredit {
    /// The account of a stream that begins.
    #[must_use]
    pub const fn new() -> Self {
        Self { left: STREAM_CREDIT }
    }

    /// Returns the bytes that may be sent.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.left
    }

    /// Returns the bytes that were sent and not given back.
    #[must_use]
    pub const fn outstanding(&self) -> u64 {
        STREAM_CREDIT - self.left
    }

    /// Returns the bytes that the next frame may have.
    #[must_use]
    pub fn frame(&self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX).min(STREAM_FRAME)
    }

    /// So many bytes are sent.
    ///
    /// # Errors
    /// If that is more than may be; nothing is changed then.
    pub const fn spend(&mut self, bytes: u64) -> Result<(), CreditError> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(CreditError::Overdrawn { bytes, left: self.left }),
        }
    }

    /// So many bytes were taken at the other end.
    ///
    /// # Errors
    /// If that is more than is outstanding; nothing is changed then.
    pub const fn give(&mut self, bytes: u64) -> Result<(), CreditError> {
        let outstanding = self.outstanding();
        if bytes > outstanding {
            return Err(CreditError::Forged { bytes, outstanding });
        }
        self.left += bytes;
        Ok(())
    }
}

impl Default for StreamCredit {
    fn default() -> Self {
        Self::new()
    }
}

/// Bytes that were taken and whose sender does not know it yet: it is told of many at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenBytes(u64);

impl TakenBytes {
    /// So many more were taken; returns how many the sender is to be told of now, if any.
    pub const fn add(&mut self, bytes: u64) -> Option<u64> {
        self.0 = self.0.saturating_add(bytes);
        if self.0 < RETURN_AT { None } else { Some(std::mem::replace(&mut self.0, 0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_sent_has_to_be_given_back_before_more_is() {
        let mut credit = StreamCredit::new();
        assert_eq!((credit.left(), credit.outstanding(), credit.frame()), (STREAM_CREDIT, 0, STREAM_FRAME));
        credit.spend(STREAM_CREDIT - 7).unwrap();
        assert_eq!(credit.frame(), 7);
        assert_eq!(credit.spend(8), Err(CreditError::Overdrawn { bytes: 8, left: 7 }));
        credit.spend(7).unwrap();
        assert_eq!(credit.frame(), 0);
        credit.give(9).unwrap();
        assert_eq!((credit.left(), credit.outstanding()), (9, STREAM_CREDIT - 9));
    }

    #[test]
    fn no_more_is_given_back_than_was_sent() {
        let mut credit = StreamCredit::new();
        assert_eq!(credit.give(1), Err(CreditError::Forged { bytes: 1, outstanding: 0 }));
        credit.spend(5).unwrap();
        for bytes in [6, STREAM_CREDIT, u64::MAX] {
            assert_eq!(credit.give(bytes), Err(CreditError::Forged { bytes, outstanding: 5 }));
        }
        assert_eq!(
            credit.spend(u64::MAX),
            Err(CreditError::Overdrawn { bytes: u64::MAX, left: STREAM_CREDIT - 5 })
        );
        assert_eq!(credit.outstanding(), 5);
    }

    proptest! {
        /// Whatever one side sends and the other takes, both accounts are right, and a sender that
        /// waits for credit hears of some once all that it sent was taken.
        #[test]
        fn both_sides_agree_and_nobody_waits_for_ever(steps in prop::collection::vec((any::<bool>(), 0..100_000_u64), 0..200)) {
            let (mut sender, mut receiver) = (StreamCredit::new(), StreamCredit::new());
            let (mut waiting, mut taken) = (0_u64, TakenBytes::default());
            for (sends, bytes) in steps {
                if sends {
                    let bytes = bytes.min(sender.frame() as u64);
                    sender.spend(bytes).unwrap();
                    receiver.spend(bytes).unwrap();
                    waiting += bytes;
                } else {
                    let bytes = bytes.min(waiting);
                    waiting -= bytes;
                    if let Some(due) = taken.add(bytes) {
                        receiver.give(due).unwrap();
                        sender.give(due).unwrap();
                    }
                }
                prop_assert_eq!(sender, receiver);
                prop_assert!(waiting <= sender.outstanding());
                prop_assert!(sender.left() > 0 || waiting > 0, "nobody will ever say more");
            }
        }
    }
}
