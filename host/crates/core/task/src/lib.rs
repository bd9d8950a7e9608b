//! The nouns every part shares: tasks, their limits and grants, how they end, and the record of it.
//!
//! Pure data and pure functions. Nothing here may read a clock, perform I/O, or know what a
//! process, a frame or wasmtime is. These types are no wire types: what a worker or a user sent
//! becomes one of them only after its bounds were checked.
#![forbid(unsafe_code)]

pub mod attempt_ending;
pub mod ceiling;
pub mod check;
mod check_protocol;
pub mod collected;
mod compare_mode;
pub mod content;
mod earlier_start;
pub mod execution;
pub mod expectation;
pub mod file_path;
mod grant;
pub mod grants;
mod hashing;
pub mod id;
mod input_payload;
pub mod interaction;
pub mod isolation;
pub mod judgement;
mod kept_ending;
mod kept_line;
pub mod key;
pub mod lease;
pub mod limits;
pub mod module;
mod optimization;
pub mod output_format;
mod partition;
pub mod percentage;
pub mod record;
pub mod spec;
pub mod supplied;
pub mod task_error;
mod trace_parent;
pub mod usage;
mod verdict;
pub mod wall;

pub use attempt_ending::{AttemptEnding, Log, LogLevel, LogLine, Output, RetryHint};
pub use ceiling::{Ceiling, Limit};
pub use check::{CheckAnswer, CheckFailure, CheckFailureCode, CheckReport};
pub use check_protocol::{CheckInput, CheckProtocol, CheckProtocolError, FEEDBACK_LEAST};
pub use collected::{CollectPatterns, CollectedContent, CollectedEntry, CollectedFiles};
pub use compare_mode::{CompareMode, CompareModeError, DefaultValidator, DefaultValidatorError, Tolerance};
pub use content::{ModuleDigests, ReplacedRecord, TaskContent};
pub use earlier_start::EarlierStart;
pub use execution::TaskExecution;
pub use expectation::Expectation;
pub use grants::{
    AllowedTerms, DirGrant, DirWish, EnvGrant, GrantNarrowing, GrantSubset, Grants, NotGranted, ScratchGrant,
};
pub use id::{AttemptId, ModuleId, StreamId, TaskId, WorkerId};
pub use input_payload::InputPayload;
pub use interaction::InteractionOrder;
pub use isolation::Isolation;
pub use judgement::{Judgement, OutputDifference, Points};
pub use kept_ending::{KeptAttempts, KeptEnding};
pub use kept_line::KeptLine;
pub use key::{LineHasher, TaskKey};
pub use lease::ModuleLease;
pub use limits::{
    AllLimits, CompileLimits, LONGEST_PAYLOAD, LONGEST_TIME, LimitNarrowing, Limits, STACKS, USUAL_STACK,
    WidenedLimit,
};
pub use module::{
    CapabilityWish, EntryMode, FunctionInfo, INTERPRETER_MARK, ModuleForm, ModuleInfo, TaskEncoding, TaskInfo,
};
pub use optimization::Optimization;
pub use output_format::OutputFormat;
pub use partition::{InputPartition, NoPartition};
pub use percentage::{Percentage, ShareError};
pub use record::{PastAttempt, Record};
pub use spec::{EarlierAttempts, LONGEST_ID, Rejection, Submission, TaskName, TaskSpec};
pub use supplied::{AllowedSupplies, PlacedEntry, SuppliedFiles};
pub use task_error::TaskError;
pub use trace_parent::{GivenTrace, TraceParent, TraceParentError};
pub use usage::Usage;
pub use verdict::Verdict;
pub use wall::LimitWall;

/// A moment of a run: the time since it began. The pure core is handed this instead of reading a
/// clock.
pub type Moment = std::time::Duration;
