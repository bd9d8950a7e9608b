//! A limit that more of may help, and so much of it.

use crate::{Limits, Verdict};
use polymer_host_base::quantity::{show_fuel, show_size};
use std::fmt;
use std::time::Duration;

/// A limit that more of may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// As [`Limits::fuel`].
    Fuel,
    /// As [`Limits::memory`].
    Memory,
    /// As [`Limits::timeout`].
    Timeout,
    /// As [`Limits::output`].
    Output,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Fuel, Self::Memory, Self::Timeout, Self::Output];

    /// The word for it: `fuel`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Timeout => "timeout",
            Self::Output => "output",
        }
    }

    /// The limit an attempt that ended so ran into, if it did.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(verdict: Verdict) -> Option<Self> {
        match verdict {
            Verdict::FuelExhausted => Some(Self::Fuel),
            Verdict::MemoryExceeded => Some(Self::Memory),
            Verdict::Timeout => Some(Self::Timeout),
            Verdict::OutputExceeded => Some(Self::Output),
            Verdict::Ok
            | Verdict::TaskError
            | Verdict::BadInput
            | Verdict::BadOutput
            | Verdict::Trap
            | Verdict::WrongOutput
            | Verdict::JudgeError
            | Verdict::BuildFailed
            | Verdict::ModuleInvalid
            | Verdict::PolicyDenied
            | Verdict::WorkerLost
            | Verdict::Quarantined
            | Verdict::Canceled => None,
        }
    }

    /// So much of it, as `limits` have; `None` of fuel that is not counted.
    #[doc(hidden)]
    #[must_use]
    pub fn amount(self, limits: &Limits) -> Option<Ceiling> {
        match self {
            Self::Fuel => limits.fuel.map(Ceiling::Fuel),
            Self::Memory => Some(Ceiling::Memory(limits.memory)),
            Self::Timeout => Some(Ceiling::Timeout(limits.timeout)),
            Self::Output => Some(Ceiling::Output(limits.output)),
        }
    }
}

/// So much of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceiling {
    /// Units of fuel.
    Fuel(u64),
    /// Bytes of memory.
    Memory(u64),
    /// Time.
    Timeout(Duration),
    /// Bytes of output.
    Output(u64),
}

impl Ceiling {
    /// Returns the limit that it is of.
    #[must_use]
    pub const fn limit(self) -> Limit {
        match self {
            Self::Fuel(_) => Limit::Fuel,
            Self::Memory(_) => Limit::Memory,
            Self::Timeout(_) => Limit::Timeout,
            Self::Output(_) => Limit::Output,
        }
    }

    /// `limits` with so much in place of what they have.
    #[doc(hidden)]
    #[must_use]
    pub const fn put_into(self, limits: Limits) -> Limits {
        match self {
            Self::Fuel(fuel) => limits.with_fuel(fuel),
            Self::Memory(memory) => Limits { memory, ..limits },
            Self::Timeout(timeout) => Limits { timeout, ..limits },
            Self::Output(output) => Limits { output, ..limits },
        }
    }

    /// Returns the result of `scale` on it, capped at `most`, which is of the same limit. Times are
    /// scaled in nanoseconds.
    #[doc(hidden)]
    #[must_use]
    pub fn scaled(self, scale: impl Fn(u64) -> u64, most: Self) -> Self {
        match (self, most) {
            (Self::Fuel(amount), Self::Fuel(most)) => Self::Fuel(scale(amount).min(most)),
            (Self::Memory(amount), Self::Memory(most)) => Self::Memory(scale(amount).min(most)),
            (Self::Output(amount), Self::Output(most)) => Self::Output(scale(amount).min(most)),
            (Self::Timeout(time), Self::Timeout(most)) => {
                let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
                Self::Timeout(Duration::from_nanos(scale(nanos)).min(most))
            }
            (amount, _) => amount,
        }
    }

    /// Returns whether this is less than `other`, which is of the same limit.
    #[doc(hidden)]
    #[must_use]
    pub fn is_below(self, other: Self) -> bool {
        match (self, other) {
            (Self::Fuel(one), Self::Fuel(other))
            | (Self::Memory(one), Self::Memory(other))
            | (Self::Output(one), Self::Output(other)) => one < other,
            (Self::Timeout(one), Self::Timeout(other)) => one < other,
            _ => false,
        }
    }
}

/// As people read it: `120G`, `1 GiB`, `1m 30s`.
impl fmt::Display for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fuel(fuel) => f.write_str(&show_fuel(*fuel)),
            Self::Memory(bytes) | Self::Output(bytes) => f.write_str(&show_size(*bytes)),
            Self::Timeout(time) => humantime::format_duration(*time).fmt(f),
        }
    }
}
