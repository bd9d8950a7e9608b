//! Records on their way out: as lines of JSON, in turn, to where they are kept.
//!
//! It must never know how a task is run, nor what a run's folder holds.

pub mod log_dir;
pub mod out;
pub mod output_dir;
pub mod record;
pub mod results;
pub(crate) mod wall_clock;
