//! The lines of `events.jsonl`, typed: the one list of their kinds, and what each says. The writer serializes them, the reader
//! deserializes them.
//!
//! It must never know when a line is written, or what follows from one.
//!
//! Kinds and fields may be added without raising `VERSION`; none is renamed or goes, and none changes its type. Words that may grow
//! (verdicts, roles, resources) are texts here, so that a line of a later version is still read.

use polymer_host_base::Digest;
use polymer_host_task::Key;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// The version of the lines.
pub(super) const VERSION: u32 = 1;

/// What each line begins with; its kind follows.
const HEAD: &[u8] = br#"{"event":""#;

/// Makes the enum of all lines, the list of their kinds, and the reading of one: each from the same list.
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

            /// The fields of a line of this kind; nothing if the kind is not known, as a later version may write it.
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
    "session" => Session(Session),
    /// A module was named.
    "module" => Module(Module<'a>),
    /// An attempt was sent to a worker.
    "attempt_started" => AttemptStarted(AttemptStarted<'a>),
    /// An attempt ended, and its task is tried again.
    "attempt_failed" => AttemptFailed(AttemptFailed<'a>),
    /// A task is over.
    "task_done" => TaskDone(TaskDone<'a>),
    /// The supervisor ended in good order.
    "session_ended" => SessionEnded(SessionEnded<'a>),
    /// The first run worker is up.
    "engine" => Engine(Engine<'a>),
    /// What stands around workers.
    "jail" => Jail(Jail<'a>),
    /// Workers may need more memory than there is.
    "memory_bound" => MemoryBound(MemoryBound),
    /// A worker process was started.
    "worker_started" => WorkerStarted(WorkerStarted<'a>),
    /// A worker process went over to another module.
    "worker_turned" => WorkerTurned(WorkerTurned<'a>),
    /// A worker process was ended because it had lived long enough.
    "worker_recycled" => WorkerRecycled(WorkerRecycled<'a>),
    /// A worker process ended that was not told to.
    "worker_died" => WorkerDied(WorkerDied<'a>),
    /// The machine refused what a worker takes.
    "exhausted" => Exhausted(Exhausted<'a>),
    /// A module can be run.
    "module_ready" => ModuleReady(ModuleReady),
    /// A module cannot be run.
    "module_invalid" => ModuleInvalid(ModuleInvalid<'a>),
    /// What the cache had for a module is of no use.
    "cache_entry_rejected" => CacheEntryRejected(CacheEntryRejected<'a>),
    /// The run goes without the cache.
    "cache_trouble" => CacheTrouble(CacheTrouble<'a>),
    /// The process of the run stood still and goes on.
    "went_on" => WentOn(WentOn),
    /// The run takes nothing new.
    "draining" => Draining(Draining<'a>),
}

/// Why a line cannot be read.
#[derive(Debug)]
pub(super) enum LineError {
    /// It does not begin or end as every line does, or has a zero byte: it was not written to its end.
    NoEvent,
    /// A session begins whose lines have a version that is not known.
    Version(u32),
    /// It is no JSON, or lacks what its kind has.
    Fields(serde_json::Error),
}

impl<'a> EventLine<'a> {
    /// Reads one line, without its newline. Gives nothing for a kind that is not known.
    ///
    /// The kind is looked for as text, once, here: every line begins with it. To have serde find it first takes twice the time (650 ns
    /// against 330 ns a line, and there are two or three lines a task).
    pub(super) fn read(line: &'a [u8]) -> Result<Option<Self>, LineError> {
        let rest = line.strip_prefix(HEAD).filter(|rest| rest.ends_with(b"}") && !rest.contains(&0));
        let kind = rest.and_then(|rest| rest.split(|byte| *byte == b'"').next());
        let kind = kind.and_then(|kind| std::str::from_utf8(kind).ok()).ok_or(LineError::NoEvent)?;
        if kind == "session" {
            // Before its fields, which may be others in that version.
            let Version { v } = serde_json::from_slice(line).map_err(LineError::Fields)?;
            if v != VERSION {
                return Err(LineError::Version(v));
            }
        }
        Self::of_kind(kind, line).map_err(LineError::Fields)
    }
}

/// The version of a session's lines.
#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// A supervisor began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The version of the lines up to the next session.
    pub v: u32,
    /// When, in UTC.
    #[serde(with = "utc")]
    pub time: SystemTime,
    /// Its process.
    pub pid: u32,
    /// Its number, from 1.
    pub session: u32,
}

/// A module was named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Module<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// What the run calls it.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// The SHA-256 of its bytes.
    #[serde(with = "text")]
    pub sha256: Digest,
}

/// An attempt was sent to a worker, which may have others to make first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttemptStarted<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its task's line.
    pub seq: u64,
    /// Its task's key.
    #[serde(with = "key_or_empty")]
    pub key: Option<Key>,
    /// Its task's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its number, from 1.
    pub attempt: u32,
    /// Its worker's slot, from 1.
    pub slot: u32,
    /// Nothing else runs in that worker.
    pub alone: bool,
}

/// An attempt ended, and its task is tried again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttemptFailed<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its task's line.
    pub seq: u64,
    /// Its task's key.
    #[serde(with = "key_or_empty")]
    pub key: Option<Key>,
    /// Its task's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its number, from 1.
    pub attempt: u32,
    /// How it ended.
    #[serde(borrow)]
    pub verdict: Cow<'a, str>,
    /// What went wrong.
    #[serde(borrow)]
    pub error: ErrorText<'a>,
    /// Its worker's slot, from 1; nothing if no worker had it.
    pub slot: Option<u32>,
    /// Why and when the task is tried again, in words.
    #[serde(borrow)]
    pub again: Cow<'a, str>,
}

/// A task is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskDone<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its line.
    pub seq: u64,
    /// Its key.
    #[serde(with = "key_or_empty")]
    pub key: Option<Key>,
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// How it ended.
    #[serde(borrow)]
    pub verdict: Cow<'a, str>,
    /// How often a guest was entered for it.
    pub attempts: u32,
}

/// The supervisor ended in good order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionEnded<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Every line has a record now.
    pub complete: bool,
    /// Why not, in words; empty if it has.
    #[serde(borrow)]
    pub halt: Cow<'a, str>,
}

/// The first run worker is up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Engine<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its engine, and what its fuel counts.
    #[serde(borrow)]
    pub engine: Cow<'a, str>,
}

/// What stands around workers from here on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Jail<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Layers that stand.
    pub active: Vec<Cow<'a, str>>,
    /// Layers that this machine does not give.
    pub missing: Vec<Cow<'a, str>>,
}

/// Workers may need more memory than their memory cgroup has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemoryBound {
    /// When.
    pub at_ms: Milliseconds,
    /// Bytes that the cgroup may have.
    pub limit: u64,
    /// Workers that run tasks.
    pub workers: u32,
    /// Bytes that each of them may need.
    pub each: u64,
}

/// A worker process was started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkerStarted<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its slot, from 1.
    pub slot: u32,
    /// Which process of its slot it is.
    pub process: u32,
    /// What it is for.
    #[serde(borrow)]
    pub role: Cow<'a, str>,
    /// The module that it serves, by its number in this session.
    pub module: u32,
    /// Another one filled its slot before that was not recycled.
    pub restart: bool,
}

/// A worker process went over to another module than it served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkerTurned<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its slot, from 1.
    pub slot: u32,
    /// Which process of its slot it is.
    pub process: u32,
    /// What it is for.
    #[serde(borrow)]
    pub role: Cow<'a, str>,
    /// The module that it serves now.
    pub module: u32,
}

/// A worker process was ended because it had lived long enough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkerRecycled<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its slot, from 1.
    pub slot: u32,
    /// Which process of its slot it was.
    pub process: u32,
    /// What it had enough of, in words.
    #[serde(borrow)]
    pub why: Cow<'a, str>,
}

/// A worker process ended that was not told to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkerDied<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its slot, from 1.
    pub slot: u32,
    /// Which process of its slot it was.
    pub process: u32,
    /// How it ended.
    #[serde(borrow)]
    pub error: ErrorText<'a>,
    /// The id of the task that it was at, which is charged with an attempt.
    #[serde(borrow)]
    pub charged: Option<Cow<'a, str>>,
    /// How many other tasks went back from it to the queue.
    pub returned: usize,
}

/// The machine refused what a worker takes to start, to get ready or to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exhausted<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its slot, from 1.
    pub slot: u32,
    /// Which process of its slot it is, or would have been.
    pub process: u32,
    /// What is used up.
    #[serde(borrow)]
    pub resource: Cow<'a, str>,
    /// What the system said.
    #[serde(borrow)]
    pub refusal: Cow<'a, str>,
    /// The limit that was hit, where it is known; else empty.
    #[serde(borrow)]
    pub limit: Cow<'a, str>,
    /// Run workers at a time from here on.
    pub workers: u32,
}

/// A module can be run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModuleReady {
    /// When.
    pub at_ms: Milliseconds,
    /// Its number in this session.
    pub module: u32,
    /// Its code was found in the cache.
    pub cached: bool,
    /// How long that took.
    pub took_ms: Milliseconds,
}

/// A module cannot be run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModuleInvalid<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its number in this session.
    pub module: u32,
    /// Why.
    #[serde(borrow)]
    pub error: ErrorText<'a>,
}

/// What the cache had for a module is of no use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheEntryRejected<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// The module's number in this session.
    pub module: u32,
    /// What was wrong with it, in a word.
    #[serde(borrow)]
    pub why: Cow<'a, str>,
}

/// The run goes without the cache that it was to have, or could not keep something in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheTrouble<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// What the matter is.
    #[serde(borrow)]
    pub what: Cow<'a, str>,
}

/// The process of the run stood still and goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WentOn {
    /// When.
    pub at_ms: Milliseconds,
    /// For how long it stood still.
    pub still_ms: Milliseconds,
}

/// The run takes nothing new before its input is used up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draining<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Why, in words.
    #[serde(borrow)]
    pub why: Cow<'a, str>,
    /// How many tasks waited for a worker.
    pub dropped: u64,
}

/// What went wrong, in words and for programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorText<'a> {
    /// For people.
    #[serde(borrow)]
    pub message: Cow<'a, str>,
    /// For programs.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
}

/// A time in milliseconds, as a number with three decimals: since the session began, or a span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Milliseconds(pub Duration);

impl Serialize for Milliseconds {
    #[expect(clippy::cast_precision_loss, reason = "to the microsecond in 53 bits for 70 years")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_micros() as f64 / 1000.0)
    }
}

/// To the microsecond, as it was written. What is no such time is the nearest: no time is worth a run that cannot go on.
impl<'de> Deserialize<'de> for Milliseconds {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ms = f64::deserialize(deserializer)?;
        Ok(Self(Duration::from_micros((ms * 1000.0).round() as u64)))
    }
}

/// A moment in UTC, as RFC 3339 with microseconds.
mod utc {
    use super::{Cow, Deserialize, Deserializer, Serializer, SystemTime, de};

    pub(super) fn serialize<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&humantime::format_rfc3339_micros(*time))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SystemTime, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        humantime::parse_rfc3339(&text).map_err(|error| de::Error::custom(format!("no time: {error}")))
    }
}

/// Something whose text is a JSON string.
mod text {
    use super::{Cow, Deserialize, Deserializer, FromStr, Serializer, de, fmt};

    pub(super) fn serialize<T: fmt::Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: fmt::Display>,
        D: Deserializer<'de>,
    {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A key; an empty text for a task that has none. A text that is no key is read as none: it is of no use, and no damage.
mod key_or_empty {
    use super::{Deserializer, Key, Serializer, de, fmt};

    #[expect(clippy::ref_option, reason = "serde hands on a reference to the field")]
    pub(super) fn serialize<S: Serializer>(key: &Option<Key>, serializer: S) -> Result<S::Ok, S::Error> {
        match key {
            Some(key) => serializer.collect_str(key),
            None => serializer.serialize_str(""),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Key>, D::Error> {
        deserializer.deserialize_str(KeyText)
    }

    /// Reads the text where it stands, without a copy.
    struct KeyText;

    impl de::Visitor<'_> for KeyText {
        type Value = Option<Key>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a key, or an empty text")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(text.parse().ok())
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
