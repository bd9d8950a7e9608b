//! Sketches: what is known of a run in bounded size, made record by record, and mergeable.
//!
//! Pure data and pure functions. Nothing here may know how a record is written, who shows a sketch,
//! or where it is stored: callers hand over the parts of a record that are needed.
#![forbid(unsafe_code)]

mod cause_table;
mod failure_cause;
mod histogram;
mod last_words;
mod message_pattern;
mod pattern_writer;
mod top_frame;
mod variable_words;

pub use cause_table::{CauseCount, CauseEntry, CauseExample, CauseTable, FailedTask, MOST_CAUSES};
pub use failure_cause::{FailureCause, RecordedFailure, failure_reason};
pub use histogram::{HistogramBucket, ValueHistogram};
pub use message_pattern::message_pattern;
pub use top_frame::top_frame;
