//! Usage of an attempt: what it cost, as far as anybody knows.
//!
//! Nothing here may know who measured it.

use std::time::Duration;

/// Resource usage of an attempt. Unknown values are `None`, never 0 or the maximum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Units of fuel, as the engine's cost table counts them; at most the limit. `None` where the
    /// run counts none.
    pub fuel: Option<u64>,
    /// True if `fuel` is exact to the unit; else it is exact within one yield interval, a million
    /// units.
    pub fuel_exact: bool,
    /// Wall-clock time of the guest, instantiating included, waiting in the queue not.
    pub wall: Option<Duration>,
    /// CPU time of the guest's thread over the same span.
    pub cpu: Option<Duration>,
    /// The most bytes that its linear memories had together; at most the limit.
    pub peak_memory: Option<u64>,
    /// True if the guest asked for memory over its limit and was refused; it may have managed
    /// without.
    pub grow_refused: bool,
    /// Bytes of output that the guest wrote or returned, as they were before any check.
    pub output_bytes: Option<u64>,
    /// Attempts that its instance had served before: 0 but where the operator chose to reuse
    /// instances.
    pub reused: u32,
    /// True for a program that ended well, left its input unread and gave nothing.
    pub idle: bool,
    /// True if this was observed of an attempt that was cut off, its worker dead: the known values
    /// are minimums.
    pub partial: bool,
}
