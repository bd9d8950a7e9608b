//! Polymer: a host for WebAssembly tasks that nobody trusts.
//!
//! A supervisor keeps worker processes, each with an engine of its own; a trap, a loop or a crash costs one task. `ARCHITECTURE.md`
//! beside this crate's manifest has the picture, the walls and one task's way through the modules.
//!
//! The modules, in the order to read them:
//!
//! | module | what it holds |
//! |---|---|
//! | **pure core** | *no clock, no I/O, no threads, no wasmtime* |
//! | [`task`] | the nouns: ids, specs, limits, grants, verdicts, records |
//! | [`retry`] | whether a failed attempt is made again |
//! | [`event`] | what happened, in the user's words |
//! | [`sched`] | the decisions: what happened in, what to do out |
//! | [`protocol`] | the words between supervisor and worker |
//! | **supervisor half** | *trusted* |
//! | [`module`] | modules from files, memory and projects, unseen |
//! | [`supervisor`] | starts workers, moves bytes, keeps the clock |
//! | [`report`] | sums and log lines; for the command records, progress, summary |
//! | `cli` | the command (feature `command`) |
//! | **worker half** | *not trusted once it has seen a guest* |
//! | `worker` | compiles, or makes attempts; the only part that names wasmtime (feature `worker`) |
//! | **around both** | |
//! | [`sys`] | what the kernel offers, in safe clothes |

#[cfg(not(target_os = "linux"))]
compile_error!("Polymer runs on Linux only: its workers need memfd, pidfd and close_range");

#[cfg(feature = "command")]
pub mod cli;
pub mod event;
pub mod module;
pub mod protocol;
pub mod report;
pub mod retry;
pub mod sched;
pub mod supervisor;
pub mod sys;
pub mod task;
#[cfg(feature = "worker")]
pub mod worker;
