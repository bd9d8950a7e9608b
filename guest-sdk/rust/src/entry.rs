//! Functions the host calls in a guest, as plain functions that native tests can call too: a task's
//! entry, and the module of one or more tasks.

use std::io::Write;
use std::marker::PhantomData;

use crate::codec::{Decode, Encode, Encoding, Json};
use crate::{Attempt, Failure, Function, Task};

/// Description of a task by its module.
#[derive(Debug, Clone, Copy)]
pub struct Info {
    /// The name an attempt asks for.
    pub name: &'static str,
    /// The version of the task's crate.
    pub version: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// Encoding of inputs and outputs.
    pub encoding: Encoding,
    /// The JSON Schema of an input, if the task tells one.
    pub input_schema: fn() -> Option<String>,
    /// The JSON Schema of an output.
    pub output_schema: fn() -> Option<String>,
}

/// A task as the host sees it: bytes in, bytes out.
pub trait Entry: 'static {
    /// Description of the task by its module.
    const INFO: Info;

    /// Makes one attempt.
    fn enter(attempt: &Attempt, input: Vec<u8>) -> Result<Vec<u8>, Failure>;
}

/// A task among those of its module.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Description of it by the module.
    pub info: Info,
    /// Makes an attempt at it.
    pub enter: fn(&Attempt, Vec<u8>) -> Result<Vec<u8>, Failure>,
}

impl Member {
    /// The task of this entry.
    #[must_use]
    pub const fn of<E: Entry>() -> Self {
        Self { info: E::INFO, enter: E::enter }
    }
}

/// Exports of a module: its tasks. The host runs the first where none is named.
pub trait Module: 'static {
    /// The tasks, each with a name of its own.
    const MEMBERS: &'static [Member];
}

/// A task alone is a module.
impl<E: Entry> Module for E {
    const MEMBERS: &'static [Member] = &[Member::of::<E>()];
}

/// Returns whether all tasks have different names. `tasks!` asks this at compile time, so it is
/// written as a `const fn` can be.
#[must_use]
pub const fn names_differ(members: &[Member]) -> bool {
    let mut left = members;
    while let [first, rest @ ..] = left {
        let mut others = rest;
        while let [other, more @ ..] = others {
            if same(first.info.name.as_bytes(), other.info.name.as_bytes()) {
                return false;
            }
            others = more;
        }
        left = rest;
    }
    true
}

const fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([first, rest @ ..], [other, more @ ..]) = (left, right) {
        if *first != *other {
            return false;
        }
        (left, right) = (rest, more);
    }
    left.is_empty() && right.is_empty()
}

/// The entry of a struct task.
#[derive(Debug)]
pub struct StructEntry<T>(PhantomData<T>);

impl<T: Task + 'static> Entry for StructEntry<T> {
    const INFO: Info = Info {
        name: T::NAME,
        version: T::VERSION,
        summary: T::SUMMARY,
        encoding: <Json as Decode<T>>::ENCODING,
        input_schema: T::input_schema,
        output_schema: T::output_schema,
    };

    fn enter(_attempt: &Attempt, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let mut task: T = Json::decode(input)?;
        task.run_task()?;
        Json::encode(task)
    }
}

/// The entry of a function task.
#[derive(Debug)]
pub struct FunctionEntry<F>(PhantomData<F>);

impl<F: Function + 'static> Entry for FunctionEntry<F> {
    const INFO: Info = Info {
        name: F::NAME,
        version: F::VERSION,
        summary: F::SUMMARY,
        encoding: <F::Codec as Decode<F::Input>>::ENCODING,
        input_schema: F::input_schema,
        output_schema: F::output_schema,
    };

    fn enter(attempt: &Attempt, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let output = F::call(F::Codec::decode(input)?, attempt)?;
        F::Codec::encode(output)
    }
}

/// Makes one attempt as the module's `run` does.
pub fn attempt<M: Module>(attempt: &Attempt, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
    #[cfg(feature = "log")]
    crate::log::facade::install();
    let result = match M::MEMBERS.iter().find(|member| member.info.name == attempt.task) {
        Some(member) => (member.enter)(attempt, input),
        None => Err(Failure::new(format!(
            "this module has no task {:?}, only {}",
            attempt.task,
            names::<M>().join(", ")
        ))),
    };
    // The instance is thrown away after the attempt: what was printed without a newline would be
    // lost with it.
    std::io::stdout().flush().ok();
    result
}

/// The JSON Schema of a type, as text.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema_of<T: schemars::JsonSchema>() -> String {
    schemars::schema_for!(T).as_value().to_string()
}

fn names<M: Module>() -> Vec<String> {
    M::MEMBERS.iter().map(|member| format!("{:?}", member.info.name)).collect()
}
