//! Traits of a task for the programs that name it: the guest's entry, and a host program that
//! depends on the task's crate.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Failure;

/// A task that is a struct: its fields are the input, `run` works on them, and its fields
/// afterwards are the output.
///
/// `#[task]` on a struct implements it; `run_task` calls the struct's own `run(&mut self)`.
///
/// A host program that depends on the task's crate submits the struct itself
/// (`polymer_host::TaskManager::supervise`) and gets it back with its fields as they are after the
/// run.
pub trait Task: Serialize + DeserializeOwned {
    /// The name of the task.
    const NAME: &'static str;
    /// The version of the task: that of its crate.
    const VERSION: &'static str;
    /// One line for people: the first of the struct's documentation.
    const SUMMARY: &'static str;

    /// Returns the id of the task for whoever submits it: the text of the field marked
    /// `#[task(id)]`, with its `Display`.
    ///
    /// The host asks a submitted task for it before its run. Records and logs show this id, and a
    /// task with the same id is a duplicate. `None` if no field is marked: the host numbers the
    /// task. The guest does not ask.
    fn id(&self) -> Option<String> {
        None
    }

    /// The JSON Schema of the input, which the host checks before the guest is entered. None
    /// without `#[task(schema)]`.
    fn input_schema() -> Option<String> {
        None
    }

    /// The JSON Schema of the output, which the host checks as well.
    fn output_schema() -> Option<String> {
        None
    }

    /// Makes one attempt.
    ///
    /// # Errors
    ///
    /// What the struct's own `run` returns as its error.
    fn run_task(&mut self) -> Result<(), Failure>;
}

/// A task that is a function from an input to an output.
///
/// `#[task]` on a function declares an empty struct of the function's name beside it and implements
/// this for it, so that a host program can name the task as a type. (`use words::count` brings
/// both.)
pub trait Function {
    /// The name of the task.
    const NAME: &'static str;
    /// The version of the task: that of its crate.
    const VERSION: &'static str;
    /// One line for people: the first of the function's documentation.
    const SUMMARY: &'static str;
    /// Argument of the function.
    type Input;
    /// Value the function returns when it succeeds.
    type Output;
    /// Encoding of the input and the output: [`Json`](crate::codec::Json), `MessagePack` or
    /// [`Raw`](crate::codec::Raw).
    type Codec: crate::codec::Decode<Self::Input> + crate::codec::Encode<Self::Output>;

    /// The JSON Schema of the input, which the host checks before the guest is entered. None
    /// without `#[task(schema)]`.
    fn input_schema() -> Option<String> {
        None
    }

    /// The JSON Schema of the output, which the host checks as well.
    fn output_schema() -> Option<String> {
        None
    }

    /// Makes one attempt.
    ///
    /// # Errors
    ///
    /// What the function returns as its error.
    fn call(input: Self::Input, attempt: &Attempt) -> Result<Self::Output, Failure>;
}

/// The attempt that is being made: the second argument of a function task that wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Which task is asked for: its name.
    pub task: String,
    /// The id of the task in its run, the same in each attempt at it.
    pub id: String,
    /// The number of this attempt, from 1.
    pub number: u32,
}

impl Attempt {
    /// An attempt at the task of this name: what a test hands to a function task.
    pub fn new(task: impl Into<String>, id: impl Into<String>, number: u32) -> Self {
        Self { task: task.into(), id: id.into(), number }
    }
}

/// Tasks that `tasks!` may list.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not marked as one of several tasks",
    label = "this is no listed task",
    note = "`tasks!` lists what is marked `#[task(listed)]`; a task without `listed` is the only one of its module"
)]
pub trait Listed {
    type Entry: crate::entry::Entry;
}

/// Return types allowed for `run` of a struct task.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`run` of a task returns nothing or a `Result<(), E>` with `E: Into<Failure>`, not `{Self}`",
    label = "`run` of this task returns `{Self}`",
    note = "the output of a struct task is its fields after the run",
    note = "standard errors, `String` and `&str` convert into `polymer_task::Failure`"
)]
pub trait RunResult {
    fn into_result(self) -> Result<(), Failure>;
}

#[diagnostic::do_not_recommend]
impl RunResult for () {
    fn into_result(self) -> Result<(), Failure> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<Failure>> RunResult for Result<(), E> {
    fn into_result(self) -> Result<(), Failure> {
        self.map_err(Into::into)
    }
}

/// Types allowed for a field marked `#[task(id)]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a task's id is text: `{Self}` cannot be shown with `Display`",
    label = "the id of this task is a `{Self}`"
)]
pub trait IdText {
    fn id_text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: Display> IdText for T {
    fn id_text(&self) -> String {
        self.to_string()
    }
}

/// The output of a function task that can fail. It asks nothing of the error, which then draws one
/// complaint, not three.
#[doc(hidden)]
pub trait Fallible {
    type Output;
}

impl<T, E> Fallible for Result<T, E> {
    type Output = T;
}

/// Return types allowed for a function task that can fail.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a task that can fail returns `Result<T, E>` with `E: Into<Failure>`, not `{Self}`",
    label = "this task returns `{Self}`",
    note = "standard errors, `String` and `&str` convert into `polymer_task::Failure`"
)]
pub trait FunctionResult: Fallible {
    fn into_result(self) -> Result<Self::Output, Failure>;
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<Failure>> FunctionResult for Result<T, E> {
    fn into_result(self) -> Result<T, Failure> {
        self.map_err(Into::into)
    }
}
