//! Sketches: what is known of a run in bounded size, made record by record, and mergeable.
//!
//! Pure data and pure functions. Nothing here may know how a record is written, who shows a sketch,
//! or where it is stored: callers hand over the parts of a record that are needed. A sketch is its
//! own serial form, which is a cache: whoever cannot read it makes the sketch anew.
#![forbid(unsafe_code)]

mod cause_details;
mod cause_table;
mod extreme_tasks;
mod failure_cause;
mod histogram;
mod last_words;
mod message_pattern;
mod name_sums;
mod near_limit;
mod pattern_writer;
mod run_comparison;
mod run_sketch;
mod task_facts;
mod timeline;
mod top_frame;
mod variable_words;
mod verdict_tally;
mod worker_deaths;

pub use cause_details::{CauseDetail, LONGEST_TEXT};
pub use cause_table::{CauseCount, CauseEntry, CauseExample, CauseTable, FailedTask, MOST_CAUSES};
pub use extreme_tasks::{ExtremeTask, ExtremeTasks, MOST_EXTREMES};
pub use failure_cause::{FailureCause, RecordedFailure, failure_reason};
pub use histogram::{HistogramBucket, ValueHistogram};
pub use message_pattern::message_pattern;
pub use name_sums::{MOST_NAMES, NameSums, NamedSums};
pub use near_limit::{NEAR_PERCENT, NearLimit};
pub use run_comparison::{ChangedTask, ComparedEnd, FUEL_CHANGE_PERCENT, MOST_CHANGES, RunComparison};
pub use run_sketch::{RunSketch, SketchLimits};
pub use task_facts::TaskFacts;
pub use timeline::{MOST_BUCKETS, MOST_LANES, TimeBucket, Timeline};
pub use top_frame::top_frame;
pub use verdict_tally::VerdictTally;
pub use worker_deaths::{WorkerDeath, WorkerDeaths};
