//! The nouns every part shares: tasks, their limits and grants, how they end, and the record of it.
//!
//! Pure data and pure functions. Nothing here may read a clock, perform I/O, or know what a
//! process, a frame or wasmtime is. These types are no wire types: what a worker or a user sent
//! becomes one of them only after its bounds were checked.
#![forbid(unsafe_code)]

pub mod ceiling;
pub mod collected;
pub mod content;
pub mod ending;
pub mod file_path;
mod grant;
pub mod grants;
mod hashing;
pub mod id;
pub mod isolation;

pub mod key;
pub mod lease;
pub mod limits;
pub mod module;
pub mod output_format;
pub mod record;
pub mod share;
pub mod spec;
pub mod supplied;
pub mod verdict;
pub mod wall;

pub use ceiling::{Ceiling, Limit};
pub use collected::{Collect, Collected, CollectedContent, CollectedEntry};
pub use content::{Content, ModuleDigests, Replaces};
pub use ending::{Ending, Fault, Log, LogLevel, LogLine, Output, RetryHint, Usage};
pub use grants::{
    Allowed, DirGrant, DirWish, EnvGrant, GrantNarrowing, Grants, Kept, NotGranted, ScratchGrant,
};
pub use id::{AttemptId, ModuleId, TaskId, WorkerId};
pub use isolation::Isolation;
pub use key::{Key, LineHasher};
pub use lease::ModuleLease;
pub use limits::{AllLimits, CompileLimits, LONGEST_PAYLOAD, LONGEST_TIME, Limits, Narrowing, Widened};
pub use module::{Encoding, Entering, Form, FunctionInfo, ModuleInfo, TaskInfo, Wish};
pub use output_format::OutputFormat;
pub use record::{PastAttempt, Record};
pub use share::{Share, ShareError};
pub use spec::{Before, KeptLine, LONGEST_ID, Payload, Rejection, Submission, TaskName, TaskSpec};
pub use supplied::{AllowedSupplies, PlacedEntry, Supplied};
pub use verdict::Verdict;
pub use wall::Wall;

/// A moment of a run: the time since it began. The pure core is handed this instead of reading a
/// clock.
pub type Moment = std::time::Duration;
