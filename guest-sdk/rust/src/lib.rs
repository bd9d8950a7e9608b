//! Write tasks for Polymer, a WebAssembly task host.
//!
//! A task is a struct whose fields are read from the input and are the output when `run` has worked on them:
//!
//! ```
//! use polymer_task::{Failure, Task, task};
//!
//! /// Greets a list of people.
//! #[task]
//! pub struct Greet {
//!     pub names: Vec<String>,
//!     #[serde(default)]
//!     pub text: String,
//! }
//!
//! impl Greet {
//!     pub fn run(&mut self) -> Result<(), Failure> {
//!         if self.names.is_empty() {
//!             return Err(Failure::bad_input("nobody to greet"));
//!         }
//!         polymer_task::info!("{} people", self.names.len());
//!         self.text = format!("Hello {}!", self.names.join(" and "));
//!         Ok(())
//!     }
//! }
//!
//! // The crate is an ordinary library in a native program or test.
//! let mut task = Greet { names: vec!["Ann".into(), "Bob".into()], text: String::new() };
//! task.run_task()?;
//! assert_eq!(task.text, "Hello Ann and Bob!");
//! assert_eq!((Greet::NAME, Greet::SUMMARY), ("greet", "Greets a list of people."));
//! # Ok::<(), Failure>(())
//! ```
//!
//! or a function from an input to an output, both of any type serde knows:
//!
//! ```
//! # mod a {
//! /// Makes text loud.
//! #[polymer_task::task]
//! fn shout(input: String) -> String {
//!     input.to_uppercase()
//! }
//! # }
//! ```
//!
//! Make it a module with `crate-type = ["cdylib", "rlib"]` and `cargo build --release --target wasm32-wasip1` (or `wasm32-wasip2`).
//! [`task`] has the details, [`Failure`] says why an attempt failed, [`info!`] and its like write to the log of the attempt.
//! What the task prints goes to that log as well, as does the message of a panic.
//!
//! # Features
//!
//! * `log`: what is logged through the [`log`](https://docs.rs/log) crate goes to the log of the attempt.
//! * `message-pack`: `#[task(message_pack)]` for a function, which spares a guest with much data the work of JSON.

#![deny(missing_docs)]

pub use polymer_task_macros::task;
/// The serde the derived code uses, so that a task's crate needs no dependency of its own on it.
///
/// Types of yours that are fields, inputs or outputs derive with it as well: `#[derive(polymer_task::serde::Deserialize)]` and
/// `#[serde(crate = "polymer_task::serde")]`.
pub use serde;

pub use failure::Failure;
pub use log::progress;
pub use traits::{Attempt, Function, Task};

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod bindings;
pub mod codec;
mod entry;
mod failure;
pub mod log;
mod traits;

/// What the code behind `#[task]` names. It may change in any release.
#[doc(hidden)]
pub mod __private {
    #[cfg(target_family = "wasm")]
    pub use crate::bindings::{self, Exported};
    pub use crate::entry::{Entry, FunctionEntry, Info, StructEntry, attempt};
    pub use crate::traits::{Fallible, FunctionResult, RunResult};
}
