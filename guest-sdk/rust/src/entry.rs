//! What the host calls in a guest, as plain functions that native tests can call too.

use std::io::Write;
use std::marker::PhantomData;

use crate::codec::{Decode, Encode, Encoding, Json};
use crate::{Attempt, Failure, Function, Task};

/// What a module says about its task.
#[derive(Debug, Clone, Copy)]
pub struct Info {
    /// The name an attempt asks for.
    pub name: &'static str,
    /// The version of the task's crate.
    pub version: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// How inputs and outputs are to be read.
    pub encoding: Encoding,
}

/// A task as the host sees it: bytes in, bytes out.
pub trait Entry: 'static {
    /// What the module says about its task.
    const INFO: Info;

    /// Makes one attempt.
    fn enter(attempt: &Attempt, input: Vec<u8>) -> Result<Vec<u8>, Failure>;
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
    };

    fn enter(attempt: &Attempt, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let output = F::call(F::Codec::decode(input)?, attempt)?;
        F::Codec::encode(output)
    }
}

/// Makes one attempt as the module's `run` does.
pub fn attempt<E: Entry>(attempt: &Attempt, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
    #[cfg(feature = "log")]
    crate::log::facade::install();
    let result = if attempt.task == E::INFO.name {
        E::enter(attempt, input)
    } else {
        Err(Failure::new(format!("this module has no task {:?}, only {:?}", attempt.task, E::INFO.name)))
    };
    // The instance is thrown away after the attempt: what was printed without a newline would be lost with it.
    std::io::stdout().flush().ok();
    result
}
