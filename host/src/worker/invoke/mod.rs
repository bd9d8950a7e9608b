//! Calls one exported function of any component: finds it by name, gives it arguments out of a JSON line, and makes JSON of what it
//! returns. What a type is in JSON stands in `lower` and `lift`, what can be called at all in `types`.

mod find;
mod lift;
mod lower;
mod types;

pub(crate) use find::{Function, all, find, no_task};

use super::attempt::{Answer, MESSAGE, Outcome, exited, open_typed, share};
use super::encoding::Refused;
use super::load::Program;
use super::log::Log;
use super::stream::Shared;
use crate::protocol::claim::cut;
use crate::protocol::message::{Run, WireLimits, WireUsage};
use crate::task::quantity::show_size;
use crate::task::{Fault, Output, Verdict};
use wasmtime::component::Val;

/// Bytes that the host may hold of the values of one call, on its way in and again on its way out: some three million numbers. Workers that
/// call functions have room for them.
const VALUES: u64 = crate::protocol::VALUES;

/// Makes an attempt at a function. Its instance is fresh, and serves this call only.
pub(super) fn attempt(program: &Program, function: &Function, run: &Run<'_>) -> Result<Answer, Refused> {
    let arguments = lower::arguments(&function.params, run.kind, run.input, VALUES)?;
    let log = Shared::new(Log::new(run.limits.log), run.limits.timeout());
    let mut store = open_typed(&program.stage, &share(program, run)?, &run.limits, &log, run.input.len())?;
    // What its results take here is more than what they take in the guest, whose memory may be small.
    let room = usize::try_from(VALUES).unwrap_or(usize::MAX);
    if store.hostcall_fuel() < room {
        store.set_hostcall_fuel(room);
    }
    let (outcome, usage) = program.stage.enter(&mut store, &run.limits, async |store| {
        let instance = function.pre.instantiate_async(&mut *store).await?;
        store.data_mut().entered();
        let entry = instance
            .get_func(&mut *store, function.index)
            .ok_or_else(|| wasmtime::Error::msg("the function is gone"))?;
        let mut results = vec![Val::Bool(false); function.results];
        entry.call_async(store, &arguments, &mut results).await?;
        Ok(results)
    });
    drop(arguments);
    let answer = match outcome {
        Outcome::Returned(results) => returned(results.into_iter().next(), &run.limits, usage),
        Outcome::Exited(code) => exited(code, &run.limits, usage),
        Outcome::Ended(verdict, fault) => Answer::failed(verdict, worded(fault), usage),
    };
    Ok(answer.with(&log, store.data().told()))
}

/// What was too much for the host is not what would stand in the record.
fn worded(mut fault: Fault) -> Fault {
    if fault.code == "host_call" {
        fault.message = format!("gave its host more at a time than {} of values", show_size(VALUES));
    }
    fault
}

/// What a returned value comes to: a result that is an error is the task's failure, another one is what it holds.
fn returned(value: Option<Val>, limits: &WireLimits, mut usage: WireUsage) -> Answer {
    let value = match value {
        Some(Val::Result(Err(error))) => {
            let message = match error.as_deref() {
                None => "it returned an error".to_owned(),
                Some(error) => lift::message(error),
            };
            let fault = Fault::new("failure", cut(&message, MESSAGE));
            return Answer::failing(Verdict::TaskError, fault, limits, usage);
        }
        Some(Val::Result(Ok(value))) => value.map(|value| *value),
        other => other,
    };
    match lift::json(value.as_ref(), limits.output) {
        Ok(text) => {
            usage.output_bytes = text.len() as u64;
            Answer::ok(Output::Json(text), usage)
        }
        Err((verdict, fault)) => Answer::failed(verdict, fault, usage),
    }
}

#[cfg(test)]
mod tests;
