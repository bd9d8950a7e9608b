//! The command, tested from outside: what `polymer` promises on its command line, in its records and to its operator.
//!
//! Nothing here may use the library: these tests hold whatever the inside becomes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it did not expect has failed")]

mod asked;
mod bad_modules;
mod cache;
mod confined;
mod crashes;
mod examples;
mod failing;
mod file_conflicts;
mod flags;
mod grants;
mod hostile;
mod hostile_peer;
mod hosts;
mod identity;
mod input;
mod inspect;
mod invoke;
mod isolation;
mod jail;
mod limits;
mod many_modules;
mod markdown;
mod memory;
mod oom;
mod planted;
mod pressure;
mod pseudo_files;
mod repeat;
mod rerun;
mod resources;
mod retries;
mod run_dir;
mod same_again;
mod schemas;
mod scratch;
mod settings;
mod shown;
mod signals;
mod slow_machine;
mod spec_suite;
mod starved;
mod stopping;
mod streaming;
mod support;
mod survival;
mod task_records;
mod testing;
mod told_output;
mod trace;
mod unfit;
mod unwritable;
mod verdicts;
mod walls;
