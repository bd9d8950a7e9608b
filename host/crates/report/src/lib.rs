//! View of a run's events for people: statistics, log lines, and the summary at its end.
//!
//! It never decides anything, never touches a process, and never waits for whoever reads:
//! [`screen`] writes on a thread of its own. It knows events, never what made them. Records and
//! everything else seen on a terminal belong to the command.
#![forbid(unsafe_code)]

pub mod cause_lines;
pub mod group_sums;
pub mod line;
pub mod log;
pub mod log_writer;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod screen;
pub mod stats;
pub mod summary;
mod time_spread;

pub use log::{LogDetail, LogSink};
pub use log_writer::LogWriter;
pub use screen::Screen;
pub use stats::Stats;
