//! The lines of `events.jsonl`, typed: the one list of their kinds, and what each says. The writer
//! serializes them, the reader deserializes them.
//!
//! It must never know when a line is written, or what follows from one.
//!
//! Kinds and fields may be added without raising `VERSION`; none is renamed or goes, and none
//! changes its type. Words that may grow (verdicts, roles, resources) are texts here, so that a
//! line of a later version is still read.

mod fields;
mod forms;

pub use fields::*;
pub use forms::Milliseconds;

use serde::{Deserialize, Serialize};

/// The version of the lines.
pub(super) const VERSION: u32 = 1;

/// Beginning of each line; its kind follows.
const HEAD: &[u8] = br#"{"event":""#;

/// Makes the enum of all lines, the list of their kinds, and the reading of one: each from the same
/// list.
macro_rules! event_lines {
    ($($(#[$doc:meta])* $kind:literal => $variant:ident($fields:ty),)+) => {
        /// One line of `events.jsonl`.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "event")]
        pub enum EventLine<'a> {
            $($(#[$doc])* #[serde(rename = $kind)] $variant($fields),)+
        }

        impl<'a> EventLine<'a> {
            /// Every kind of line, as the field `event` names it.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// The fields of a line of this kind; nothing if the kind is not known, as a later
            /// version may write it.
            fn of_kind(kind: &str, line: &'a [u8]) -> Result<Option<Self>, serde_json::Error> {
                match kind {
                    $($kind => serde_json::from_slice(line).map(|fields| Some(Self::$variant(fields))),)+
                    _ => Ok(None),
                }
            }
        }
    };
}

event_lines! {
    /// A supervisor began.
    "session" => Session(SessionFields),
    /// A module was named.
    "module" => Module(ModuleFields<'a>),
    /// An attempt was sent to a worker.
    "attempt_started" => AttemptStarted(AttemptStarted<'a>),
    /// An attempt ended, and its task is tried again.
    "attempt_failed" => AttemptFailed(AttemptFailed<'a>),
    /// A task is over.
    "task_done" => TaskDone(TaskDone<'a>),
    /// The supervisor ended in good order.
    "session_ended" => SessionEnded(SessionEnded<'a>),
    /// The first run worker is up.
    "engine" => Engine(EngineFields<'a>),
    /// Jail of workers.
    "jail" => Jail(JailFields<'a>),
    /// Workers may need more memory than there is.
    "memory_bound" => MemoryBound(MemoryFields),
    /// A worker process was started.
    "worker_started" => WorkerStarted(WorkerStarted<'a>),
    /// A worker process went over to another module.
    "worker_turned" => WorkerTurned(WorkerTurned<'a>),
    /// A worker process was ended because it had lived long enough.
    "worker_recycled" => WorkerRecycled(WorkerRecycled<'a>),
    /// A worker process ended that was not told to.
    "worker_died" => WorkerDied(WorkerDied<'a>),
    /// The machine refused what a worker takes.
    "exhausted" => Exhausted(ExhaustedFields<'a>),
    /// A module can be run.
    "module_ready" => ModuleReady(ModuleReady),
    /// A module cannot be run.
    "module_invalid" => ModuleInvalid(ModuleInvalid<'a>),
    /// A cache entry for a module is of no use.
    "cache_entry_rejected" => CacheEntryRejected(CacheEntryRejected<'a>),
    /// The run goes without the cache.
    "cache_trouble" => CacheTrouble(CacheTrouble<'a>),
    /// The process of the run stood still and goes on.
    "went_on" => WentOn(WentOn),
    /// The run takes nothing new.
    "draining" => Draining(DrainingFields<'a>),
    /// No more tasks of a group are run.
    "group_stopped" => GroupStopped(GroupStopped<'a>),
    /// Sums of one group, at the end of a session.
    "group_sums" => GroupSums(GroupSumsFields<'a>),
    /// Lines are missing here.
    "lines_left_out" => LinesLeftOut(LinesLeftOut),
}

/// Why a line cannot be read.
#[derive(Debug)]
pub(crate) enum LineError {
    /// It does not begin or end as every line does, or has a zero byte: it was not written to its
    /// end.
    NoEvent,
    /// A session begins whose lines have a version that is not known.
    Version(u32),
    /// It is no JSON, or lacks what its kind has.
    Fields(serde_json::Error),
}

impl<'a> EventLine<'a> {
    /// Reads one line, without its newline. Gives nothing for a kind that is not known.
    ///
    /// The kind is looked for as text, once, here: every line begins with it. To have serde find it
    /// first takes twice the time (650 ns against 330 ns a line, and there are two or three lines a
    /// task).
    pub(crate) fn read(line: &'a [u8]) -> Result<Option<Self>, LineError> {
        let rest = line.strip_prefix(HEAD).filter(|rest| rest.ends_with(b"}") && !rest.contains(&0));
        let kind = rest.and_then(|rest| rest.split(|byte| *byte == b'"').next());
        let kind = kind.and_then(|kind| std::str::from_utf8(kind).ok()).ok_or(LineError::NoEvent)?;
        if kind == "session" {
            // Before its fields, which may be others in that version.
            let LineVersion { v } = serde_json::from_slice(line).map_err(LineError::Fields)?;
            if v != VERSION {
                return Err(LineError::Version(v));
            }
        }
        Self::of_kind(kind, line).map_err(LineError::Fields)
    }
}

/// The version of a session's lines.
#[derive(Deserialize)]
struct LineVersion {
    v: u32,
}

#[cfg(test)]
pub(crate) mod tests;
