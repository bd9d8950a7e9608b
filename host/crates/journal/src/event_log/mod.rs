//! `events.jsonl`: all that happened in a run, one event a line, in the order in which it happened.
//!
//! [`mod@line`] has the lines themselves, the same for both sides; `of_event` makes one of what
//! happened; the [`writer`] appends what happens to the file, the [`stream`] gathers it for whoever
//! watches; the [`reader`] tells whoever goes on with a run, or looks at it, what was under way.
//! [`retention`] says which lines the file keeps, and `compaction` which of them are still needed.

mod compaction;
pub mod line;
mod of_event;
pub mod reader;
pub mod retention;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod stream;
pub mod writer;
