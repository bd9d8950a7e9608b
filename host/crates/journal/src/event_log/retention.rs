//! Retention of events: which lines the event log of a run's folder keeps. Pure.
//!
//! Whatever is chosen, a later session finds out the same from the log. It must never know where
//! lines go.

use super::line::EventLine;

/// Lines that the event log keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EventRetention {
    /// Every line.
    #[default]
    All,
    /// Lines that tell what became of each attempt, which are those that the reader looks at.
    Attempts,
    /// Of these, lines that a later session needs: the log is compacted as it grows.
    Unsettled,
}

impl EventRetention {
    /// The one of a name: `all`, `attempts` or `none`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "all" => Some(Self::All),
            "attempts" => Some(Self::Attempts),
            "none" => Some(Self::Unsettled),
            _ => None,
        }
    }

    /// Returns whether a line is written at all.
    pub(super) const fn has(self, line: &EventLine<'_>) -> bool {
        matches!(self, Self::All) || is_read_again(line)
    }
}

/// Returns whether the reader looks at a line. A new kind of line that it looks at belongs here.
pub(super) const fn is_read_again(line: &EventLine<'_>) -> bool {
    match line {
        EventLine::Session(_)
        | EventLine::Module(_)
        | EventLine::AttemptStarted(_)
        | EventLine::AttemptFailed(_)
        | EventLine::TaskDone(_)
        | EventLine::SessionEnded(_)
        | EventLine::WorkerStarted(_)
        | EventLine::WorkerDied(_) => true,
        EventLine::Engine(_)
        | EventLine::Jail(_)
        | EventLine::MemoryBound(_)
        | EventLine::WorkerTurned(_)
        | EventLine::WorkerRecycled(_)
        | EventLine::Exhausted(_)
        | EventLine::ModuleReady(_)
        | EventLine::ModuleInvalid(_)
        | EventLine::CacheEntryRejected(_)
        | EventLine::CacheTrouble(_)
        | EventLine::WentOn(_)
        | EventLine::Draining(_)
        | EventLine::GroupStopped(_)
        | EventLine::GroupSums(_)
        | EventLine::LinesLeftOut(_) => false,
    }
}
