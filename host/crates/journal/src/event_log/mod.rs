//! `events.jsonl`: all that happened in a run, one event a line, in the order in which it happened.
//!
//! The [`writer`] appends what happens; the [`reader`] tells whoever goes on with a run, or looks at it, what was under way.

pub mod reader;
pub mod writer;
