//! `--checker` over cases: what modules gave is told to the checker, in a run of its own, so that
//! no worker ever runs both.
//!
//! It must never know what is wrong with a case beside what the checker says.

use super::cases::{TestCase, joined};
use super::judge::ended_as_expected;
use crate::checker::LoadedChecker;
use crate::error::CliError;
use crate::run_options::RunOptions;
use crate::taskfile::BASE64;
use base64::Engine as _;
use polymer_host::{Done, Input, SuperviseError};
use polymer_host_judge::{CheckCase, read_check};
use polymer_host_run::largest_check;
use polymer_host_sched::retry::VerdictSet;
use polymer_host_task::{AttemptEnding, CheckFailure, CheckReport, Grants, InputPayload, Output, Usage};

/// What the checker says of each of these cases; `None` where it is not asked: the case says how to
/// compare, gave no output, or ended in another way than it should.
///
/// # Errors
/// If the checker cannot be used, or its run comes to nothing.
pub(super) fn ask(
    checker: &LoadedChecker,
    terms: RunOptions<'_>,
    cases: &[&TestCase],
    done: &[Done<Input>],
) -> Result<Vec<Option<CheckReport>>, CliError> {
    let limits = terms.limits.limits();
    let most = largest_check(&limits);
    let cases = cases.iter().zip(done);
    let asked: Vec<Option<Result<Vec<u8>, CheckFailure>>> =
        cases.map(|(case, done)| given(case, done, most)).collect();
    let inputs = asked.iter().flatten().flatten().cloned();
    let inputs = inputs.map(|given| Input { payload: InputPayload::Json(given), ..Input::bytes([]) });
    // Nothing that cases may touch is granted to who judges them.
    let manager = RunOptions { output_format: None, no_validate: false, ..terms }
        .builder()?
        .grants(Grants::default())
        .limits(limits.with_input(limits.input.max(most)))
        .reuse(1)
        .retries(0)
        .retry_on(VerdictSet::default())
        .module(checker.module.clone())
        .build()?;
    let ended = manager.supervise(inputs);
    let ended =
        ended.map_err(|SuperviseError { error, .. }| CliError::of_run(error, checker.path.clone()))?;
    let mut ended = ended.into_iter();
    let mut report = |given: Result<Vec<u8>, CheckFailure>| match given {
        Ok(_) => ended.next().map(|done| {
            let Done { verdict, error, output, stats: usage, .. } = done;
            let ending = AttemptEnding::without_guest(verdict, error);
            read_check(AttemptEnding { output, usage, ..ending }, None)
        }),
        Err(failure) => Some(CheckReport { answer: Err(failure), usage: Usage::default() }),
    };
    Ok(asked.into_iter().map(|given| given.and_then(&mut report)).collect())
}

/// What the checker is given of a case, if it is asked.
fn given(case: &TestCase, done: &Done<Input>, most: u64) -> Option<Result<Vec<u8>, CheckFailure>> {
    let output = done.output.as_ref()?;
    if case.compare.is_some() || !ended_as_expected(case, done) {
        return None;
    }
    let expected = expected(case);
    let (input, expected) = (&done.task.payload, expected.as_ref());
    Some(CheckCase { id: &case.id, input, output: Some(output), expected, max_points: None }.input(most))
}

/// The output that a case expects, however it spells that.
fn expected(case: &TestCase) -> Option<Output> {
    let expect = &case.expect;
    // The case was read, so what it has is base64, and parts can be joined.
    let bytes = || {
        let bytes = BASE64.decode(expect.output_base64.as_ref()?).unwrap_or_default();
        Some(match String::from_utf8(bytes) {
            Ok(text) => Output::Text(text),
            Err(error) => Output::Bytes(error.into_bytes()),
        })
    };
    let text = || Some(Output::Text(joined(expect.output_parts.as_ref()?).unwrap_or_default()));
    expect.output.clone().or_else(bytes).or_else(text)
}
