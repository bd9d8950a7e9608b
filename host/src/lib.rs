//! Polymer: a host for WebAssembly tasks that nobody trusts.
//!
//! The modules, in the order to read them. The first five are the pure core: no clock, no I/O, no threads, no wasmtime.
//!
//! | module | what it holds |
//! |---|---|
//! | [`task`] | the nouns: ids, specs, limits, grants, verdicts, records |
//! | [`retry`] | whether a failed attempt is made again |
//! | [`event`] | what happened, in the user's words |
//! | [`protocol`] | the words between supervisor and worker |

pub mod cli;
pub mod event;
pub mod protocol;
pub mod report;
pub mod retry;
pub mod sched;
pub mod supervisor;
pub mod sys;
pub mod task;
pub mod worker;
