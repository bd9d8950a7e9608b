//! Turns a number over as often as it is told: for 0 it is a task that is nothing but the cost of
//! having one.

use polymer_task::task;

/// Turns a number over `rounds` times.
#[task]
pub fn rounds(rounds: u64) -> u64 {
    // Xorshift: nothing to be had by thinking ahead.
    (0..rounds).fold(1, |mut state: u64, _| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^ (state << 17)
    })
}
