//! What people and files see of a run: the one place where its events become records, log lines, progress and sums.
//!
//! It never decides anything, never touches a process, and never waits for whoever reads: [`results`] and [`screen`] write on threads
//! of their own; what goes to a terminal passes [`status_line`]. It knows events, never what made them.
//!
//! Sums, log lines and where they are written are for every program; the rest is what the command shows.

#[cfg(feature = "command")]
pub mod colour;
#[cfg(feature = "command")]
mod idle;
mod line;
pub mod log;
pub mod log_writer;
#[cfg(feature = "command")]
pub mod on_terminal;
#[cfg(feature = "command")]
pub mod out;
pub mod printable;
#[cfg(feature = "command")]
pub mod progress;
#[cfg(feature = "command")]
pub mod record;
#[cfg(feature = "command")]
mod reporter;
#[cfg(feature = "command")]
pub mod results;
#[cfg(test)]
pub(crate) mod samples;
pub mod screen;
#[cfg(feature = "command")]
pub mod shown;
#[cfg(feature = "command")]
mod standing;
pub mod stats;
#[cfg(feature = "command")]
pub mod status_line;
#[cfg(feature = "command")]
pub mod subscriber;
pub mod summary;
#[cfg(feature = "command")]
mod wall_clock;

pub use log::{Level, Lines};
pub use log_writer::LogWriter;
#[cfg(feature = "command")]
pub use out::{Appended, Before, InTurn, Turn};
#[cfg(feature = "command")]
pub use progress::Total;
#[cfg(feature = "command")]
pub use reporter::{Finished, Report, ReportOptions, Summary};
#[cfg(feature = "command")]
pub use results::{Note, Plain, Store};
pub use screen::Screen;
#[cfg(feature = "command")]
pub use shown::Show;
pub use stats::Stats;
