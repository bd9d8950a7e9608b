//! What surrounds a worker process before it sees a byte that a guest's author made: limits the
//! kernel keeps, namespaces, Landlock, a filter on system calls. The wasm sandbox is the first
//! wall; this is the one behind it, for the day on which the first one falls.
//!
//! `plan` is pure: from what a run wants and what the kernel has to ordered steps. `enter` takes
//! the steps, each with an error of its own. A required core is there or the worker does not start;
//! extras that a machine lacks are reported. It must never know what a task, a module or a frame
//! is.
#![forbid(unsafe_code)]

mod enter;
mod filter;
mod plan;
mod refusal;
mod rules;

pub use enter::{EnteredJail, NotConfined, enter};
pub use plan::{JailDirectory, JailPlan, JailPolicy, JailStep, KernelSupport, LackingLayer, StepNeed, plan};
