//! The command, tested from outside: what `polymer` promises on its command line, in its records
//! and to its operator.
//!
//! Nothing here may use the library: these tests hold whatever the inside becomes.
#![expect(clippy::disallowed_types, reason = "tests start programs")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it did not expect has failed")]

mod amounts;
mod asked;
mod bad_modules;
mod cache;
mod command_line;
mod compressed;
mod confined;
mod crashes;
mod examples;
mod failing;
mod failure_rate;
mod fields;
mod file_conflicts;
mod flags;
mod formats;
mod grants;
mod hostile;
mod hostile_peer;
mod hosts;
mod identity;
mod idle;
mod imports;
mod input;
mod input_places;
mod input_shapes;
mod inspect;
mod invoke;
mod invoke_bytes;
mod isolation;
mod jail;
mod limits;
mod manual_versions;
mod many_modules;
mod markdown;
mod memory;
mod null_ended;
mod oom;
mod planted;
mod pressure;
mod pseudo_files;
mod record_files;
mod repeat;
mod rerun;
mod resources;
mod retries;
mod run_dir;
mod same_again;
mod schema_budget;
mod schemas;
mod scratch;
mod settings;
mod shown;
mod signals;
mod single_files;
mod slow_machine;
mod spec_suite;
mod starved;
mod stopping;
mod streaming;
mod support;
mod survival;
mod system_errors;
mod task_records;
mod terminal;
mod testing;
mod told_output;
mod trace;
mod unfit;
mod unwritable;
mod verdicts;
mod walls;
