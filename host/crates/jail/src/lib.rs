//! Jail of a worker process, entered before it sees a byte that a guest's author made: kernel
//! limits, namespaces, Landlock, a system call filter. The wasm sandbox is the first wall; the jail
//! is the one behind it, in case the first one falls.
//!
//! `plan` is pure: it turns the run's wishes and the kernel's features into ordered steps. `enter`
//! takes the steps, each with its own error. The required core must be there or the worker does not
//! start; extras that a machine lacks are reported. It must never know what a task, a module or a
//! frame is.
#![forbid(unsafe_code)]

mod build_filter;
pub mod build_jail;
mod enter;
mod landlock_rules;
mod plan;
mod refusal;
mod seccomp_filter;
mod seccomp_program;

pub use enter::{EnteredJail, NotConfined, enter};
pub use plan::{JailPlan, JailPolicy, JailStep, KernelSupport, LackingLayer, OwnUser, StepNeed, plan};
pub use seccomp_filter::{FilterScope, LoadedFilter};
