//! Attempts at typed modules: each in an instance of its own or, where the operator chose that, in
//! one that served others before.
//!
//! An instance is kept only after it returned, with an output or a failure. It serves a further
//! attempt only with the same grants and memory limit, and never one that tries a task again:
//! whatever went wrong may have come of what earlier tasks left behind.

use super::answer::{AttemptAnswer, MESSAGE};
use super::bindings::polymer::task::types::Failure;
use super::contract::TypedInstance;
use super::encoding::{self, ConversionError};
use super::guest::{GuestState, fill_up};
use super::log::AttemptLog;
use super::program::{KeptInstance, LoadedProgram, ProgramEntry, TaskOffer};
use super::request::{AttemptLimits, AttemptRequest, ToldAttempt};
use super::schema::SchemaSubject;
use super::stage::{EntryOutcome, open_typed};
use super::stream::SharedSink;
use super::trap;
use polymer_host_base::text::cut;
use polymer_host_task::{Output, OutputFormat, RetryHint, TaskError, Usage, Verdict};
use std::time::Duration;
use wasmtime::Store;

/// The longest code of a guest's failure in bytes; the supervisor cuts at a little more.
const CODE: usize = 50;

/// Where an attempt is made.
struct AttemptPlace {
    store: Store<GuestState>,
    /// The instance, if it is there already.
    instance: Option<TypedInstance>,
    log: SharedSink<AttemptLog>,
    /// Attempts it has served.
    served: u32,
}

impl KeptInstance<TypedInstance> {
    fn renew(mut self, run: &AttemptRequest<'_>, input: usize) -> wasmtime::Result<AttemptPlace> {
        self.log.renew(AttemptLog::new(run.limits.log), run.limits.timeout);
        self.store.data_mut().renew();
        fill_up(&mut self.store, &run.limits, input as u64)?;
        Ok(AttemptPlace {
            store: self.store,
            instance: Some(self.instance),
            log: self.log,
            served: self.served,
        })
    }
}

/// Makes an attempt at a typed module.
pub(super) fn typed_attempt(
    program: &mut LoadedProgram,
    run: &AttemptRequest<'_>,
) -> Result<AttemptAnswer, ConversionError> {
    // Whatever was kept goes before anything new is made: there is room for one.
    // It was made without what an attempt brings with it.
    let kept = program.kept.take().filter(|kept| kept.suits(run) && run.supplied.is_none());
    let ProgramEntry::Typed(module) = &program.entry else {
        return Err((Verdict::ModuleInvalid, TaskError::new("bug", "a command is no typed task")));
    };
    let offer = offered(program, run)?;
    let input = encoding::input(offer.encoding, run.kind, run.input)?;
    if let Some(schema) = &offer.input {
        schema.check(SchemaSubject::Input, &encoding::value(offer.encoding, &input)?, run.limits.timeout)?;
    }
    let AttemptPlace { mut store, instance, log, served } = match kept {
        Some(kept) => kept
            .renew(run, input.len())
            .map_err(|error| (Verdict::Trap, TaskError::new(trap::MACHINE, trap::chain(&error))))?,
        None => {
            let log = SharedSink::new(AttemptLog::new(run.limits.log), run.limits.timeout);
            let share = (&program.granted, &program.share(run)?);
            let store = open_typed(&program.stage, share, &run.limits, &log, input.len())?;
            AttemptPlace { store, instance: None, log, served: 0 }
        }
    };
    let attempt = ToldAttempt { task: &offer.name, id: run.id, number: run.number };
    let serves_more = served.saturating_add(1) < program.reuse;
    let (outcome, mut usage) = program.stage.enter(&mut store, &run.limits, async |store| {
        let instance = match instance {
            Some(instance) => instance,
            None => {
                let instance = module.instantiate(store).await?;
                store.data_mut().entered();
                instance
            }
        };
        let returned = instance.run(store, attempt, &input, serves_more).await?;
        Ok((instance, returned))
    });
    usage.reused = served;
    let grow_refused = usage.grow_refused;
    let (outcome, instance) = match outcome {
        EntryOutcome::Returned((instance, returned)) => (EntryOutcome::Returned(returned), Some(instance)),
        EntryOutcome::Exited(code) => (EntryOutcome::Exited(code), None),
        EntryOutcome::Ended(verdict, error) => (EntryOutcome::Ended(verdict, error), None),
    };
    let answer = typed(offer, program.output_format, outcome, &run.limits, usage);
    let answer = answer.with(&log, store.data().told());
    if let Some(instance) = instance.filter(|_| serves_more && !grow_refused && run.supplied.is_none()) {
        program.kept = Some(KeptInstance::of(run, store, instance, log, served + 1));
    }
    Ok(answer)
}

fn offered<'a>(
    program: &'a LoadedProgram,
    run: &AttemptRequest<'_>,
) -> Result<&'a TaskOffer, ConversionError> {
    program.offer(run.task).ok_or_else(|| {
        let message = format!("the module has no task named `{}`", run.task);
        (Verdict::BadInput, TaskError::new("no_such_task", message))
    })
}

/// An output, if it is what its task declared.
fn fitting(offer: &TaskOffer, output: Output, limits: &AttemptLimits) -> Result<Output, ConversionError> {
    if let (Some(schema), Output::Json(text)) = (&offer.output, &output) {
        schema.check(SchemaSubject::Output, text.as_bytes(), limits.timeout)?;
    }
    Ok(output)
}

/// Turns the return, exit or end of a typed guest into an answer.
fn typed(
    offer: &TaskOffer,
    format: Option<OutputFormat>,
    outcome: EntryOutcome<Result<Vec<u8>, Failure>>,
    limits: &AttemptLimits,
    mut usage: Usage,
) -> AttemptAnswer {
    match outcome {
        EntryOutcome::Returned(Ok(output)) => {
            usage.output_bytes = Some(output.len() as u64);
            let output = encoding::output(offer.encoding, format, output, limits.output);
            AttemptAnswer::giving(output.and_then(|output| fitting(offer, output, limits)), usage)
        }
        EntryOutcome::Returned(Err(failure)) => failed(failure, limits, usage),
        // It may have left through an exit of its language's library, but it owes an output.
        EntryOutcome::Exited(code) => AttemptAnswer::exited(code, limits, usage),
        EntryOutcome::Ended(verdict, error) => AttemptAnswer::failed(verdict, error, usage),
    }
}

fn failed(failure: Failure, limits: &AttemptLimits, usage: Usage) -> AttemptAnswer {
    let code = failure.code.unwrap_or_else(|| "failure".to_owned());
    let error = TaskError::new(cut(&code, CODE), cut(&failure.message, MESSAGE));
    let verdict = if failure.bad_input { Verdict::BadInput } else { Verdict::TaskError };
    let mut answer = AttemptAnswer::failing(verdict, error, limits, usage);
    let after = failure.retry_after_ms.map(Duration::from_millis);
    answer.retry = failure.retryable.then_some(RetryHint { after });
    answer
}
