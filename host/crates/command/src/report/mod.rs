//! Output of the command about a run: records, the progress line, what tasks said, and the closing
//! summary.
//!
//! It never decides anything, never touches a process, and never waits for a reader: records and
//! text are written on their own threads; output to a terminal passes [`status_line`]. It knows
//! events, never what made them.

pub mod colour;
mod failure_notice;
mod idle;
pub mod json_log;
pub mod on_terminal;
pub mod progress;
mod reporter;
mod run_log;
pub(crate) mod run_snapshot;
pub mod status_line;
mod status_report;
pub mod subscriber;
pub mod task_output;

pub use progress::TaskTotal;
pub use reporter::{FinishedReport, ReportOptions, RunReporter, SummaryMode};
pub use task_output::WhenToShowOutput;
