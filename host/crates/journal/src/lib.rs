//! A run's folder: what is kept of a run so that it survives its supervisor, and how it is read
//! again.
//!
//! `results.jsonl` has a record for each line of input that is over, `failed.jsonl` the lines that
//! did not end ok, word for word, and `events.jsonl` what happened. They are written as the run
//! goes on, by [`records`] and [`event_log`]; [`manifest`] and [`summary`] say what the run is and
//! how it stands; [`superseded`] drops records that others took the place of, and [`settle`] puts
//! records into order in the end; [`dir`] is the folder itself, one supervisor's at a time.
//! [`standing_records`] reads the records again, and a [`selection`] says which of them are meant.
//! A supervisor may be killed at any moment and a machine may lose its power, so the end of each
//! file may be torn: what is torn is cut off. What is wrong before the end is damage, and refused.
//!
//! It must never know what a line of input means, which flags there are, or how a task is run. It
//! decides nothing about tasks: what is run again is read off what is there.

#![forbid(unsafe_code)]

pub mod dedup;
pub mod dir;
pub mod done_records;
pub mod drop_records;
pub mod event_log;
mod external_sort;
pub mod failed;
pub mod kept_ending;
pub mod kept_records;
pub mod lines;
pub mod manifest;
pub mod merge;
pub mod output;
pub mod partition_filter;
mod record_cause;
pub mod record_view;
pub mod records;
pub mod rerun_lines;
pub mod results;
pub mod rewrite;
pub mod run_compare;
pub mod run_sketch;
pub mod selection;
pub mod settle;
pub mod span_log;
pub mod standing_records;
pub mod status;
pub mod summary;
pub mod superseded;
