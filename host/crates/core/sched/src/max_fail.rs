//! Limit of failed tasks, of a run or of a group, at which no more of them are run.
//!
//! It must never know what follows from that.

use super::failure_tally::FailureCounts;
use super::retry::is_failure_rate_over;
use polymer_host_task::Percentage;

/// Limit of failed tasks at which a run gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxFail {
    /// So many end it, or end their group.
    Tasks(u64),
    /// A rate of failures that is surely over this share ends it, and three at the least: see
    /// [`is_failure_rate_over`].
    Share(Percentage),
}

/// Failures that a share is made of at the least.
const SHARE_LEAST: u64 = 3;

impl MaxFail {
    /// Returns whether so many failures are too many. For a share those count that say something of
    /// the rate.
    pub(super) fn is_reached(self, failed: u64, in_order: FailureCounts) -> bool {
        match self {
            Self::Tasks(most) => failed >= most,
            Self::Share(most) => {
                let FailureCounts { failed, over } = in_order;
                failed >= SHARE_LEAST && is_failure_rate_over(most, failed, over)
            }
        }
    }
}
