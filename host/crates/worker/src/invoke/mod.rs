//! Calls one exported function of any component: finds it by name, gives it arguments out of a JSON
//! line, and makes JSON of what it returns, or bytes. What a type is in JSON stands in `lower` and
//! `lift`, what can be called at all in `types`, how bytes go as such in `typed`.

mod find;
mod lift;
mod lower;
mod typed;
mod types;

pub(crate) use find::{FoundFunction, all, find, no_task};

use super::answer::{AttemptAnswer, MESSAGE};
use super::encoding::{self, ConversionError};
use super::log::AttemptLog;
use super::program::LoadedProgram;
use super::request::{AttemptLimits, AttemptRequest};
use super::stage::{EntryOutcome, open_typed};
use super::stream::SharedSink;
use polymer_host_base::quantity::show_size;
use polymer_host_base::text::cut;
use polymer_host_protocol::{VALUE, values_room};
use polymer_host_task::{Output, OutputFormat, TaskError, Usage, Verdict};
use typed::{CallReturn, TypedCall};
use types::JsonShape;
use wasmtime::component::Val;

const _: () = assert!(size_of::<Val>() as u64 <= VALUE, "the supervisor reckons with values of this size");

/// Makes an attempt at a function. Its instance is fresh, and serves this call only.
pub(super) fn attempt(
    program: &LoadedProgram,
    function: &FoundFunction,
    run: &AttemptRequest<'_>,
) -> Result<AttemptAnswer, ConversionError> {
    let room = values_room(run.input.len() as u64);
    let arguments = lower::arguments(&function.params, run.kind, run.input, room)?;
    let arguments = if let Some(TypedCall::Bytes(_)) = function.typed {
        arguments.into_bytes()
    } else {
        arguments.into_values()
    };
    let log = SharedSink::new(AttemptLog::new(run.limits.log), run.limits.timeout);
    let share = (&program.granted, &program.share(run)?);
    let mut store = open_typed(&program.stage, share, &run.limits, &log, run.input.len())?;
    // What its results take here is more than what they take in the guest, whose memory may be
    // small.
    let room = values_room(run.limits.output);
    let least = usize::try_from(room).unwrap_or(usize::MAX);
    if store.hostcall_fuel() < least {
        store.set_hostcall_fuel(least);
    }
    let (outcome, usage) = program.stage.enter(&mut store, &run.limits, async |store| {
        let instance = function.pre.instantiate_async(&mut *store).await?;
        store.data_mut().entered();
        let entry = instance
            .get_func(&mut *store, function.index)
            .ok_or_else(|| wasmtime::Error::msg("the function is gone"))?;
        match function.typed {
            Some(typed) => typed.call(&entry, store, arguments).await,
            None => {
                let arguments = arguments.as_values();
                let mut results = vec![Val::Bool(false); usize::from(function.result.is_some())];
                entry.call_async(store, arguments, &mut results).await?;
                Ok(CallReturn::Value(results.into_iter().next()))
            }
        }
    });
    let answer = match outcome {
        EntryOutcome::Returned(returned) => {
            given(returned, function.result.as_ref(), program.output_format, &run.limits, usage)
        }
        EntryOutcome::Exited(code) => AttemptAnswer::exited(code, &run.limits, usage),
        EntryOutcome::Ended(verdict, error) => {
            AttemptAnswer::failed(verdict, worded(error, &run.limits), usage)
        }
    };
    Ok(answer.with(&log, store.data().told()))
}

/// Rewords a fault of a host call: what was too much for the host is not what would stand in
/// the record.
fn worded(mut error: TaskError, limits: &AttemptLimits) -> TaskError {
    if error.code == "host_call" {
        error.message = format!(
            "returned more than {} of values at once, the most that its {} of output allows",
            show_size(values_room(limits.output)),
            show_size(limits.output)
        );
    }
    error
}

/// Converts a returned value to the answer: a result that is an error is the task's failure,
/// another one is what it holds.
fn given(
    returned: CallReturn,
    shape: Option<&JsonShape>,
    format: Option<OutputFormat>,
    limits: &AttemptLimits,
    mut usage: Usage,
) -> AttemptAnswer {
    let output = match returned {
        CallReturn::Bytes(bytes) => as_bytes(bytes, format, limits, &mut usage),
        CallReturn::Value(Some(Val::Result(Err(error)))) => {
            let message = match error.as_deref() {
                None => "it returned an error".to_owned(),
                Some(error) => lift::message(error),
            };
            let error = TaskError::new("failure", cut(&message, MESSAGE));
            return AttemptAnswer::failing(Verdict::TaskError, error, limits, usage);
        }
        CallReturn::Value(value) => {
            let (value, shape) = held(value, shape);
            match value {
                Some(list) if shape.is_some_and(JsonShape::is_bytes) => {
                    as_bytes(typed::bytes(list).unwrap_or_default(), format, limits, &mut usage)
                }
                value => {
                    let bytes_in = shape.filter(|_| format == Some(OutputFormat::Base64));
                    lift::json(value.as_ref(), bytes_in, limits.output).map(|text| {
                        usage.output_bytes = Some(text.len() as u64);
                        Output::Json(text)
                    })
                }
            }
        }
    };
    AttemptAnswer::giving(output, usage)
}

/// Returns the value inside a successful result or inside an option of bytes; any other value
/// itself.
fn held(value: Option<Val>, shape: Option<&JsonShape>) -> (Option<Val>, Option<&JsonShape>) {
    let (value, shape) = match (value, shape) {
        (Some(Val::Result(Ok(value))), Some(JsonShape::Result(ok, _))) => {
            (value.map(|value| *value), ok.as_deref())
        }
        other => other,
    };
    match (value, shape) {
        (Some(Val::Option(Some(value))), Some(JsonShape::Option(of))) if of.is_bytes() => {
            (Some(*value), Some(of))
        }
        other => other,
    }
}

/// Bytes as they are asked for; else as the JSON that a list of numbers is.
fn as_bytes(
    bytes: Vec<u8>,
    format: Option<OutputFormat>,
    limits: &AttemptLimits,
    usage: &mut Usage,
) -> Result<Output, ConversionError> {
    usage.output_bytes = Some(bytes.len() as u64);
    let Some(format) = format else {
        let text = lift::numbers(&bytes, limits.output)?;
        usage.output_bytes = Some(text.len() as u64);
        return Ok(Output::Json(text));
    };
    if bytes.len() as u64 > limits.output {
        return Err(encoding::too_much(limits.output));
    }
    encoding::bytes(format, bytes)
}

#[cfg(test)]
mod tests;
