//! `events.jsonl`: all that happened in a run, one event a line, in the order in which it happened.
//!
//! [`mod@line`] has the lines themselves, the same for both sides; the [`writer`] appends what
//! happens; the [`reader`] tells whoever goes on with a run, or looks at it, what was under way.

pub mod line;
pub mod reader;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod writer;
