//! Write tasks for Polymer, a WebAssembly task host.
//!
//! A task is a struct whose fields are read from the input and are the output when `run` has worked
//! on them:
//!
//! ```
//! use polymer_task::{Failure, Task, task};
//!
//! /// Greets a list of people.
//! #[task]
//! #[derive(Debug)]
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
//! Make it a module with `crate-type = ["cdylib", "rlib"]` and
//! `cargo build --release --target wasm32-wasip1` (or `wasm32-wasip2`). [`task`] has the details,
//! [`Failure`] says why an attempt failed, [`info!`] and its like write to the log of the attempt.
//! What the task prints goes to that log as well. The message of a panic stands there, and is that
//! of the record.
//!
//! # Features
//!
//! * `log`: what is logged through the [`log`](https://docs.rs/log) crate goes to the log of the
//!   attempt.
//! * `schema`: `#[task(schema)]` tells the host JSON Schemas of the input and the output, made of
//!   types that derive [`JsonSchema`](https://docs.rs/schemars) (`polymer_task::schemars` is that
//!   crate).
//! * `message-pack`: `#[task(message_pack)]` for a function, which spares a guest with much data
//!   the work of JSON.

#![deny(missing_docs)]

/// Makes a struct or a function the task of its module.
///
/// # On a struct
///
/// The struct has named fields and a method `run(&mut self)` that returns nothing or a
/// `Result<(), E>` with `E: Into<Failure>`. The fields are read from the input, a JSON object;
/// `run` is called; the fields afterwards are the output. The attribute derives serde's `Serialize`
/// and `Deserialize` (those the struct does not derive below the attribute itself), so
/// `#[serde(...)]` works on the struct and its fields, and implements `polymer_task::Task`.
///
/// ```
/// # use polymer_task::Task;
/// /// Adds up.
/// #[polymer_task::task]
/// #[derive(Debug, PartialEq)]
/// pub struct Sum {
///     pub numbers: Vec<i64>,
///     #[serde(default)]
///     pub sum: i64,
/// }
///
/// impl Sum {
///     pub fn run(&mut self) {
///         self.sum = self.numbers.iter().sum();
///     }
/// }
///
/// let mut task = Sum { numbers: vec![1, 2], sum: 0 };
/// task.run_task()?;
/// assert_eq!(task, Sum { numbers: vec![1, 2], sum: 3 });
/// # Ok::<(), polymer_task::Failure>(())
/// ```
///
/// One field may be marked `#[task(id)]`: it identifies the task to whoever submits it, in records
/// and logs, and changes nothing in the guest. Its type has a `Display`, whose text is what
/// `Task::id` returns.
///
/// ```
/// # use polymer_task::Task;
/// /// Fetches a page.
/// #[polymer_task::task]
/// #[derive(Debug)]
/// pub struct Fetch {
///     /// Identifies the task.
///     #[task(id)]
///     pub url: String,
///     #[serde(default)]
///     pub words: usize,
/// }
///
/// impl Fetch {
///     pub fn run(&mut self) {
///         self.words = 2;
///     }
/// }
///
/// let task = Fetch { url: "https://example.org/".to_owned(), words: 0 };
/// assert_eq!(task.id().as_deref(), Some("https://example.org/"));
/// ```
///
/// # On a function
///
/// The function takes the input by value and, if it likes, a `&Attempt` after it. It returns the
/// output, or a `Result` of it and an `E: Into<Failure>` (any type whose last name is `Result`, so
/// `io::Result<T>` will do, but no alias of another name). The attribute leaves the function as it
/// is, and declares an empty struct of the same name that implements `polymer_task::Function`.
///
/// ```
/// # mod words {
/// use polymer_task::{Attempt, Failure, task};
///
/// /// Counts words.
/// #[task(name = "word-count")]
/// pub fn count(text: String, attempt: &Attempt) -> Result<usize, Failure> {
///     polymer_task::debug!("attempt {}", attempt.number);
///     Ok(text.split_whitespace().count())
/// }
/// # }
/// use polymer_task::{Attempt, Function};
/// use words::count;
///
/// assert_eq!(count::NAME, "word-count");
/// assert_eq!(count("a b".to_owned(), &Attempt::new(count::NAME, "1", 1))?, 2);
/// # Ok::<(), polymer_task::Failure>(())
/// ```
///
/// # Options
///
/// * `name = "..."`: the name of the task. Otherwise a function's is its own, a struct's its own in
///   snake case (`WordCount` is `word_count`).
/// * `raw`, for a function: `Vec<u8>` in, `Vec<u8>` out, as they are.
/// * `message_pack`, for a function and with the feature `message-pack` of `polymer-task`:
///   MessagePack instead of JSON.
/// * `listed`: the task is one of several of its module, which [`tasks!`] exports.
/// * `id`, on a field of a struct: see above.
///
/// The version of the task is that of its crate, its summary the first line of the documentation.
///
/// Without `listed` the task is the only one of its module. A second one in a crate compiles in a
/// native build and is an error in a build for wasm: "symbol
/// `cabi_post_polymer:task/guest@0.1.0#describe` is already defined".
pub use polymer_task_macros::task;
/// The serde the derived code uses, so that a task's crate needs no dependency of its own on it.
///
/// Types of yours that are fields, inputs or outputs derive with it as well:
/// `#[derive(polymer_task::serde::Deserialize)]` and `#[serde(crate = "polymer_task::serde")]`.
pub use serde;

/// Crate with which `#[task(schema)]` makes schemas: types derive
/// `polymer_task::schemars::JsonSchema`, with `#[schemars(crate = "polymer_task::schemars")]`.
#[cfg(feature = "schema")]
pub use schemars;

pub use failure::Failure;
pub use log::progress;
pub use traits::{Attempt, Function, Task};

/// Exports several tasks from one module, each marked `#[task(listed)]`.
///
/// The host runs the first where nobody names one. The macro stands once in a crate.
///
/// ```
/// # mod several {
/// use polymer_task::{task, tasks};
///
/// tasks!(words, Upper);
///
/// /// Counts words.
/// #[task(listed)]
/// pub fn words(text: String) -> usize {
///     text.split_whitespace().count()
/// }
///
/// /// Makes a text loud.
/// #[task(listed)]
/// pub struct Upper {
///     pub text: String,
/// }
///
/// impl Upper {
///     pub fn run(&mut self) {
///         self.text = self.text.to_uppercase();
///     }
/// }
/// # }
/// ```
///
/// A task is named by its path, so it may stand in another module of the crate. Two tasks of the
/// same name are an error:
///
/// ```compile_fail
/// # mod several {
/// polymer_task::tasks!(a, b);
///
/// #[polymer_task::task(listed)]
/// pub fn a(_input: ()) {}
///
/// #[polymer_task::task(listed, name = "a")]
/// pub fn b(_input: ()) {}
/// # }
/// ```
#[macro_export]
macro_rules! tasks {
    ($($task:path),+ $(,)?) => {
        const _: () = {
            #[derive(::core::fmt::Debug)]
            struct PolymerTasks;

            impl $crate::__private::Module for PolymerTasks {
                const MEMBERS: &'static [$crate::__private::Member] = &[$(
                    $crate::__private::Member::of::<<$task as $crate::__private::Listed>::Entry>()
                ),+];
            }

            ::core::assert!(
                $crate::__private::names_differ(<PolymerTasks as $crate::__private::Module>::MEMBERS),
                "two tasks of this module have the same name"
            );

            $crate::__export_tasks!(PolymerTasks);
        };
    };
}

/// The exports of a module with several tasks.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_tasks {
    ($tasks:ident) => {
        type PolymerExported = $crate::__private::Exported<$tasks>;
        $crate::__private::bindings::export!(PolymerExported with_types_in $crate::__private::bindings);
    };
}

/// There are none in a native build.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_tasks {
    ($tasks:ident) => {};
}

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod bindings;
pub mod codec;
mod entry;
mod failure;
pub mod log;
#[cfg(target_family = "wasm")]
mod panic;
mod traits;

/// Names for the code behind `#[task]`. They may change in any release.
#[doc(hidden)]
pub mod __private {
    #[cfg(target_family = "wasm")]
    pub use crate::bindings::{self, Exported};
    #[cfg(feature = "schema")]
    pub use crate::entry::schema_of;
    pub use crate::entry::{Entry, FunctionEntry, Info, Member, Module, StructEntry, attempt, names_differ};
    pub use crate::traits::{Fallible, FunctionResult, IdText, Listed, RunResult};
}

/// Its example is tested as those of the documentation are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
