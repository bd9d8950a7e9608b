//! Messages about one attempt: how to make it, and how it ended. They are sent once per task, so
//! their content is the cost of a task beside its guest.

use super::super::packed_u64::PackedWords;
use super::files::{WireCollected, WireSupplied};
use super::stream::WireStreaming;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One attempt to make.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunMessage<'a> {
    /// The attempt, to be echoed.
    pub attempt: u64,
    /// Which of the module's tasks; empty for its first.
    pub task: &'a str,
    /// The program's name in this attempt, if it is not the one of [`Load`](super::LoadMessage).
    pub name: Option<&'a str>,
    /// The task's id, for the guest.
    pub id: &'a str,
    /// The number of the attempt, from 1, for the guest.
    pub number: u32,
    /// Limits on what it may use.
    pub limits: WireLimits,
    /// Part of the grants that it keeps; all of them for most.
    pub grants: Option<WireKept>,
    /// Extras that it brings beside its input; none for most.
    #[serde(borrow)]
    pub supplied: Option<Box<WireSupplied<'a>>>,
    /// Its stdin goes on behind `input` as it comes, and its output is sent as it is written.
    /// `None` for most: all of both goes at once.
    pub streamed: Option<WireStreaming>,
    /// Kind of bytes that `input` holds.
    pub kind: WirePayload,
    /// The input as it came.
    #[serde(borrow, with = "serde_bytes")]
    pub input: &'a [u8],
}

/// Part of what was granted with [`Load`](super::LoadMessage) that an attempt keeps: indices into
/// its lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireKept {
    /// Directories, and whether it may write there.
    pub dirs: Vec<(u32, bool)>,
    /// Environment variables.
    pub env: Vec<u32>,
    /// The folder for attempts, where there is one.
    pub scratch: bool,
}

/// The limits of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PackedWords<6>", into = "PackedWords<6>")]
pub struct WireLimits {
    /// Units of fuel; 0 counts none.
    pub fuel: u64,
    /// Nanoseconds.
    pub timeout_ns: u64,
    /// Nanoseconds of CPU of the guest's thread; the greatest number is no limit.
    pub cpu_ns: u64,
    /// Bytes over all linear memories.
    pub memory: u64,
    /// Bytes of output.
    pub output: u64,
    /// Bytes of log.
    pub log: u64,
}

impl From<PackedWords<6>> for WireLimits {
    fn from(PackedWords([fuel, timeout_ns, cpu_ns, memory, output, log]): PackedWords<6>) -> Self {
        Self { fuel, timeout_ns, cpu_ns, memory, output, log }
    }
}

impl From<WireLimits> for PackedWords<6> {
    fn from(WireLimits { fuel, timeout_ns, cpu_ns, memory, output, log }: WireLimits) -> Self {
        Self([fuel, timeout_ns, cpu_ns, memory, output, log])
    }
}

impl WireLimits {
    /// Fuel that an attempt has, if that is counted.
    #[must_use]
    pub fn fuel(&self) -> Option<u64> {
        (self.fuel > 0).then_some(self.fuel)
    }

    /// The time an attempt has.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        Duration::from_nanos(self.timeout_ns)
    }

    /// The CPU time it has, if that has a limit.
    #[must_use]
    pub fn cpu(&self) -> Option<Duration> {
        (self.cpu_ns != u64::MAX).then(|| Duration::from_nanos(self.cpu_ns))
    }
}

/// Form in which an input came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WirePayload {
    /// A JSON value.
    Json,
    /// A raw line.
    Line,
    /// Bytes.
    Bytes,
}

/// The end of an attempt.
#[derive(Debug, Serialize, Deserialize)]
pub struct FinishedMessage<'a> {
    /// The attempt it was told to make.
    pub attempt: u64,
    /// Verdict of the attempt, by its name in records.
    pub verdict: &'a str,
    /// Output of the guest; none of a streamed attempt, whose output came before.
    #[serde(borrow)]
    pub output: WireOutput<'a>,
    /// Failure of the attempt, if there was one. In a box, as few have it.
    #[serde(borrow)]
    pub error: Option<Box<WireError<'a>>>,
    /// Resources that it used.
    pub usage: WireUsage,
    /// Lines it logged, each with a mark in front (`-` none, `d`, `i`, `w`, `e`) and a newline
    /// behind. One text, not a list, so that a hostile frame cannot blow up when it is decoded.
    pub log: &'a str,
    /// Bytes of log dropped at its head.
    pub log_dropped: u64,
    /// Files that come back, where some are asked for.
    #[serde(borrow)]
    pub files: Option<Box<WireCollected<'a>>>,
    /// A program that left its input unread, and had no folder to work in.
    pub idle: bool,
}

/// Failure of an attempt.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct WireError<'a> {
    /// For people.
    pub message: &'a str,
    /// As a code.
    pub code: &'a str,
    /// The exit code of a command.
    pub exit_code: Option<u32>,
    /// Where it happened: the wasm frames of a trap, or what the guest said of its failure.
    pub trace: Option<&'a str>,
    /// The guest says that another attempt may succeed.
    pub retryable: bool,
    /// Milliseconds it wants to wait.
    pub retry_after_ms: Option<u64>,
}

/// Output of a guest.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum WireOutput<'a> {
    /// Nothing.
    None,
    /// A JSON value, compact.
    Json(#[serde(borrow, with = "serde_bytes")] &'a [u8]),
    /// UTF-8 text.
    Text(#[serde(borrow, with = "serde_bytes")] &'a [u8]),
    /// Bytes.
    Bytes(#[serde(borrow, with = "serde_bytes")] &'a [u8]),
}

/// Resources that an attempt used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PackedWords<8>", into = "PackedWords<8>")]
pub struct WireUsage {
    /// Units of fuel; 0 where none is counted.
    pub fuel: u64,
    /// True if the fuel is exact to the unit.
    pub fuel_exact: bool,
    /// Nanoseconds of the guest's time.
    pub wall_ns: u64,
    /// Nanoseconds of CPU of the guest's thread.
    pub cpu_ns: u64,
    /// Bytes.
    pub peak_memory: u64,
    /// A grow was refused.
    pub grow_refused: bool,
    /// Bytes the guest wrote or returned.
    pub output_bytes: u64,
    /// Attempts that its instance had served before.
    pub reused: u32,
}

/// A number that stands where only smaller ones can.
#[derive(Debug, thiserror::Error)]
#[error("a usage value is out of range: {0}")]
pub struct OutOfRange(u64);

impl TryFrom<PackedWords<8>> for WireUsage {
    type Error = OutOfRange;

    fn try_from(PackedWords(words): PackedWords<8>) -> Result<Self, OutOfRange> {
        let [fuel, fuel_exact, wall_ns, cpu_ns, peak_memory, grow_refused, output_bytes, reused] = words;
        let (fuel_exact, grow_refused) = (flag(fuel_exact)?, flag(grow_refused)?);
        let reused = u32::try_from(reused).map_err(|_| OutOfRange(reused))?;
        Ok(Self { fuel, fuel_exact, wall_ns, cpu_ns, peak_memory, grow_refused, output_bytes, reused })
    }
}

const fn flag(word: u64) -> Result<bool, OutOfRange> {
    match word {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(OutOfRange(other)),
    }
}

impl From<WireUsage> for PackedWords<8> {
    fn from(usage: WireUsage) -> Self {
        let WireUsage { fuel, fuel_exact, wall_ns, cpu_ns, peak_memory, grow_refused, output_bytes, reused } =
            usage;
        let (fuel_exact, grow_refused) = (fuel_exact.into(), grow_refused.into());
        Self([fuel, fuel_exact, wall_ns, cpu_ns, peak_memory, grow_refused, output_bytes, reused.into()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_that_is_not_counted_travels_as_no_limit() {
        let of = |limits: &polymer_host_task::Limits| WireLimits::from(limits).fuel();
        let limits = polymer_host_task::Limits::default();
        assert_eq!((of(&limits.with_fuel(1)), of(&limits.without_fuel())), (Some(1), None));
    }

    #[test]
    fn what_was_used_comes_back_and_what_cannot_be_is_no_message() {
        let words = [7, 1, 2, 3, 4, 0, 5, 6];
        let usage: WireUsage =
            rmp_serde::from_slice(&rmp_serde::to_vec(&PackedWords(words)).unwrap()).unwrap();
        assert!(usage.fuel == 7 && usage.fuel_exact && !usage.grow_refused && usage.reused == 6);
        assert_eq!(PackedWords::from(usage), PackedWords(words));
        for (place, out_of_range) in [(1, 2), (5, u64::MAX), (7, 1 << 32)] {
            let mut words = words;
            words[place] = out_of_range;
            rmp_serde::from_slice::<WireUsage>(&rmp_serde::to_vec(&PackedWords(words)).unwrap()).unwrap_err();
        }
    }
}
