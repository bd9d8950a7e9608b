//! The contract between a guest and its host, generated from `wit`, and what the module exports by
//! it.
//!
//! In the repository `wit` is a link to `guest-sdk/wit`, the one copy for every language: outside
//! of its package the macro would not find it once the crate is published.

mod generated {
    #![allow(warnings, clippy::all, clippy::restriction, missing_docs, reason = "generated code")]

    wit_bindgen::generate!({
        path: "wit",
        world: "task",
        pub_export_macro: true,
        default_bindings_module: "polymer_task::__private::bindings",
    });
}

use std::marker::PhantomData;

pub use generated::*;

use crate::codec::Encoding;
use crate::entry::{self, Info, Module};
use crate::{Attempt, Failure, panic};
use polymer::task::types;

/// The type a module exports: its tasks.
#[derive(Debug)]
pub struct Exported<M>(PhantomData<M>);

impl<M: Module> exports::polymer::task::guest::Guest for Exported<M> {
    fn describe() -> Vec<types::TaskInfo> {
        panic::tell_host();
        M::MEMBERS.iter().map(|member| types::TaskInfo::from(member.info)).collect()
    }

    fn run(attempt: types::Attempt, input: Vec<u8>) -> Result<Vec<u8>, types::Failure> {
        panic::tell_host();
        let attempt = Attempt::new(attempt.task, attempt.id, attempt.number);
        entry::attempt::<M>(&attempt, input).map_err(types::Failure::from)
    }
}

impl From<Info> for types::TaskInfo {
    fn from(info: Info) -> Self {
        let encoding = match info.encoding {
            Encoding::Json => types::Encoding::Json,
            Encoding::MessagePack => types::Encoding::MessagePack,
            Encoding::Raw => types::Encoding::Raw,
        };
        Self {
            name: info.name.to_owned(),
            version: info.version.to_owned(),
            summary: info.summary.to_owned(),
            encoding,
            input_schema: (info.input_schema)(),
            output_schema: (info.output_schema)(),
            wishes: Vec::new(),
        }
    }
}

impl From<Failure> for types::Failure {
    fn from(failure: Failure) -> Self {
        let millis = |wait: std::time::Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Self {
            message: failure.message,
            code: failure.code,
            retryable: failure.retryable,
            retry_after_ms: failure.retry_after.map(millis),
            bad_input: failure.bad_input,
        }
    }
}
