//! The page about a run, and the same in short as Markdown, made of the run's sketch.
//!
//! Pure: a [`RunSketch`](polymer_host_sketch::RunSketch) and [`RunFacts`] in, text out. Its size is
//! that of the sketch, so it does not grow with the number of tasks. Whatever a guest or a user
//! wrote is made safe to show and stands in the page as data, never as markup. It must never know
//! where a run is stored or read a file.

#![forbid(unsafe_code)]

mod document;
mod markdown;
mod page_comparison;
mod page_data;
mod page_tables;
mod page_text;
mod rerun_command;

pub use document::html;
pub use markdown::markdown;
pub use page_comparison::ComparedWith;
pub use page_data::{PageData, RunFacts};
