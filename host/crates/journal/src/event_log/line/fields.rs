//! Fields of each kind of line.
//!
//! It must never know which kinds there are, or when one is written.

use super::forms::{Milliseconds, key_or_empty, text, utc};
use polymer_host_base::Digest;
use polymer_host_task::TaskKey;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::SystemTime;

/// A supervisor began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionFields {
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
pub struct ModuleFields<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its name in the run.
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
    pub key: Option<TaskKey>,
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
    pub key: Option<TaskKey>,
    /// Its task's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its number, from 1.
    pub attempt: u32,
    /// Its verdict.
    #[serde(borrow)]
    pub verdict: Cow<'a, str>,
    /// Its error.
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
    pub key: Option<TaskKey>,
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its verdict.
    #[serde(borrow)]
    pub verdict: Cow<'a, str>,
    /// Number of times a guest was entered for it.
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
pub struct EngineFields<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its engine, and what its fuel counts.
    #[serde(borrow)]
    pub engine: Cow<'a, str>,
}

/// Jail of workers from here on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JailFields<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Layers that stand.
    pub active: Vec<Cow<'a, str>>,
    /// Layers that this machine does not give.
    pub missing: Vec<Cow<'a, str>>,
}

/// Workers may need more memory than their memory cgroup has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemoryFields {
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
    /// Its role.
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
    /// Its role.
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
    /// Recycling limit that it reached, in words.
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
    /// Description of its end.
    #[serde(borrow)]
    pub error: ErrorText<'a>,
    /// The id of the task that it was at, which is charged with an attempt.
    #[serde(borrow)]
    pub charged: Option<Cow<'a, str>>,
    /// Number of other tasks that went back from it to the queue.
    pub returned: usize,
}

/// The machine refused what a worker takes to start, to get ready or to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExhaustedFields<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Its slot, from 1.
    pub slot: u32,
    /// Which process of its slot it is, or would have been.
    pub process: u32,
    /// Resource that is used up.
    #[serde(borrow)]
    pub resource: Cow<'a, str>,
    /// Message of the system.
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
    /// Time that took.
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

/// A cache entry for a module is of no use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheEntryRejected<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// The module's number in this session.
    pub module: u32,
    /// Flaw of the entry, in a word.
    #[serde(borrow)]
    pub why: Cow<'a, str>,
}

/// The run goes without the cache that it was to have, or could not keep something in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheTrouble<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Description of the trouble.
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
pub struct DrainingFields<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Why, in words.
    #[serde(borrow)]
    pub why: Cow<'a, str>,
    /// Number of tasks that waited for a worker.
    pub dropped: u64,
}

/// No more tasks of a group are run; those of others are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupStopped<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Name of the group.
    #[serde(borrow)]
    pub group: Cow<'a, str>,
    /// Code of the records of its tasks that are not run.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    /// Why, in words.
    #[serde(borrow)]
    pub why: Cow<'a, str>,
    /// Number of tasks that waited, which are canceled.
    pub canceled: u64,
}

/// Sums of one group, over the tasks of a session. They come just before its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupSumsFields<'a> {
    /// When.
    pub at_ms: Milliseconds,
    /// Name of the group.
    #[serde(borrow)]
    pub group: Cow<'a, str>,
    /// Tasks that are over.
    pub tasks: u64,
    /// Tasks that ended ok, of these.
    pub ok: u64,
    /// Entries of guests for them.
    pub attempts: u64,
    /// Points that they were given.
    pub points: f64,
    /// Points that they could be given.
    pub max_points: f64,
    /// Units of fuel over all attempts.
    pub fuel: u64,
    /// Wall-clock time over all attempts.
    pub wall_ms: Milliseconds,
    /// CPU time over all attempts.
    pub cpu_ms: Milliseconds,
}

/// Lines are missing that came faster than they were read. Only in a stream of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinesLeftOut {
    /// Number of lines.
    pub lines: u64,
}

/// Error, in words and for programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorText<'a> {
    /// For people.
    #[serde(borrow)]
    pub message: Cow<'a, str>,
    /// For programs.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
}
