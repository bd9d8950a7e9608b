//! The end of an attempt as its worker tells it, held against what the supervisor knows of that
//! attempt.
//!
//! No figure is taken on trust: each has a bound that the supervisor knows by itself, from its
//! clock, its limits, the bytes that came and what it sent to that worker. It must never know where
//! these come from.

use super::super::message::{FinishedMessage, WireError, WireOutput, WireUsage};
use super::{CODE, MESSAGE, ProtocolViolation, TRACE, at_most, code_of, inner_wall};
use polymer_host_base::json;
use polymer_host_base::text::cut;
use polymer_host_task::{
    AttemptEnding, AttemptId, Limits, Log, LogLevel, LogLine, Output, RetryHint, TaskError, Usage, Verdict,
};
use std::time::Duration;

/// Bytes of log that a guest can write in a nanosecond, at the most: far more than any processor
/// moves.
const LOG_RATE: u64 = 1 << 10;
/// Bytes at the end of a text that are not told: its newline, or what was written of a last
/// character.
const UNTOLD: u64 = 3;

/// The most that an honest answer to an attempt can say.
#[derive(Debug, Clone, Copy)]
pub struct AttemptBounds<'a> {
    /// Limits on what it may use.
    pub limits: &'a Limits,
    /// The time since it was sent, by a clock that no pause of the run stops.
    pub elapsed: Duration,
    /// Attempts that its instance may have served before.
    pub reused: u32,
    /// Its guest may be a command: what one wrote is told however it ended.
    pub may_be_command: bool,
    /// Of a streamed attempt, the bytes of stdout that came before its end.
    pub streamed: Option<u64>,
}

impl AttemptBounds<'_> {
    /// Returns whether it can have used up its CPU time, which nobody doubts once it is believed.
    fn allow_cpu_timeout(&self) -> bool {
        // The clocks of CPU time and of time are not the same one: a hundredth is more than they
        // drift apart.
        self.limits.cpu.is_some_and(|limit| self.elapsed >= limit - limit / 100)
    }
}

/// The end of an attempt, from a worker's claim.
///
/// # Errors
/// If the claim cannot be true.
pub fn ending(
    claim: &FinishedMessage<'_>,
    bounds: &AttemptBounds<'_>,
) -> Result<(AttemptId, Box<AttemptEnding>), ProtocolViolation> {
    // All fields by name, here and below: one that is added does not compile before it is decided
    // on. Files are held against what the run collects: see `protocol::files`.
    let FinishedMessage {
        attempt,
        verdict,
        output: given,
        error,
        usage: used,
        log: logged,
        log_dropped,
        files: _,
        idle,
    } = claim;
    let verdict = Verdict::ALL
        .into_iter()
        .find(|known| known.name() == *verdict && known.is_workers_to_say())
        .ok_or_else(|| ProtocolViolation::Verdict(cut(verdict, CODE)))?;
    let output = output(*given, verdict, bounds)?;
    if error.is_some() && verdict == Verdict::Ok {
        return Err(ProtocolViolation::Mismatch("an error", verdict));
    }
    let (error, retry) = match error.as_deref() {
        // Nearly all, and there is nothing to copy or to cut.
        None if verdict == Verdict::Ok => (TaskError::default(), None),
        told => task_error(verdict, told.copied().unwrap_or_default()),
    };
    if verdict == Verdict::FuelExhausted && bounds.limits.fuel.is_none() {
        return Err(ProtocolViolation::Mismatch("fuel that nobody counts", verdict));
    }
    if error.is_cpu_timeout(verdict) && !bounds.allow_cpu_timeout() {
        return Err(ProtocolViolation::Mismatch("an early code `cpu`", verdict));
    }
    let mut usage = usage(used, verdict, output.as_ref(), bounds)?;
    let gave_nothing = used.output_bytes == 0 && *log_dropped == 0 && logged.is_empty();
    usage.idle = *idle && verdict == Verdict::Ok && gave_nothing && bounds.streamed.is_none();
    let most_logged = nanos(bounds.elapsed).saturating_mul(LOG_RATE);
    at_most("a dropped head of its log", *log_dropped, most_logged)?;
    let log = log(logged, *log_dropped, bounds.limits.log)?;
    let ending = AttemptEnding { verdict, output, error, retry, usage, log, files: None, judgement: None };
    Ok((AttemptId(*attempt), Box::new(ending)))
}

/// Returns what went wrong: the guest's own words, cut where they are too long. The wait that it
/// asks for is bounded where the waiting is done.
fn task_error(verdict: Verdict, error: WireError<'_>) -> (TaskError, Option<RetryHint>) {
    let WireError { message, code, exit_code, trace, retryable, retry_after_ms } = error;
    let error = TaskError {
        message: cut(message, MESSAGE),
        code: code_of(code),
        wall: inner_wall(verdict, code),
        exit_code,
        trace: trace.map(|trace| cut(trace, TRACE)),
    };
    (error, retryable.then(|| RetryHint { after: retry_after_ms.map(Duration::from_millis) }))
}

fn usage(
    claim: &WireUsage,
    verdict: Verdict,
    output: Option<&Output>,
    bounds: &AttemptBounds<'_>,
) -> Result<Usage, ProtocolViolation> {
    let WireUsage { fuel, fuel_exact, wall_ns, cpu_ns, peak_memory, grow_refused, output_bytes, reused } =
        *claim;
    let AttemptBounds { limits, elapsed, reused: most_reused, may_be_command: _, streamed } = *bounds;
    at_most("fuel", fuel, limits.fuel.unwrap_or(0))?;
    at_most("memory", peak_memory, limits.memory)?;
    at_most("nanoseconds", wall_ns, nanos(elapsed))?;
    at_most("nanoseconds of CPU time", cpu_ns, wall_ns)?;
    at_most("attempts served before", reused.into(), most_reused.into())?;
    // What a guest returned stands in its memory, so that is the most by which it can have been too
    // much.
    let most =
        if verdict == Verdict::OutputExceeded { limits.output.max(limits.memory) } else { limits.output };
    match (output, streamed) {
        (None, Some(came)) => written("an output", output_bytes, came, 0)?,
        (Some(Output::Text(text)), _) => written("an output", output_bytes, text.len() as u64, UNTOLD)?,
        (Some(Output::Bytes(bytes)), _) => written("an output", output_bytes, bytes.len() as u64, 0)?,
        // A value is told in other bytes than those that the guest gave.
        (Some(Output::Json(_)), _) | (None, None) => at_most("an output", output_bytes, most)?,
    }
    Ok(Usage {
        fuel: limits.fuel.map(|_| fuel),
        fuel_exact: fuel_exact && limits.fuel.is_some(),
        wall: Some(Duration::from_nanos(wall_ns)),
        cpu: Some(Duration::from_nanos(cpu_ns)),
        peak_memory: Some(peak_memory),
        grow_refused,
        output_bytes: Some(output_bytes),
        reused,
        idle: false,
        partial: false,
    })
}

/// Bytes that are said to be written, of which so many came and `untold` more may not have.
fn written(what: &'static str, claimed: u64, sent: u64, untold: u64) -> Result<(), ProtocolViolation> {
    if claimed < sent {
        return Err(ProtocolViolation::Under { what, claimed, sent });
    }
    at_most(what, claimed, sent.saturating_add(untold))
}

fn output(
    claim: WireOutput<'_>,
    verdict: Verdict,
    bounds: &AttemptBounds<'_>,
) -> Result<Option<Output>, ProtocolViolation> {
    let is_ok = verdict == Verdict::Ok;
    let bytes = match claim {
        WireOutput::None if bounds.streamed.is_some() => return Ok(None),
        _ if bounds.streamed.is_some() => {
            return Err(ProtocolViolation::Mismatch("an output that was streamed", verdict));
        }
        WireOutput::None if is_ok => return Err(ProtocolViolation::Mismatch("no output", verdict)),
        WireOutput::None => return Ok(None),
        WireOutput::Json(_) if !is_ok => return Err(ProtocolViolation::Mismatch("a value", verdict)),
        WireOutput::Json(bytes) | WireOutput::Text(bytes) | WireOutput::Bytes(bytes) => bytes,
    };
    let may = is_ok || (bounds.may_be_command && verdict.may_have_written());
    if !may {
        return Err(ProtocolViolation::Mismatch("an output", verdict));
    }
    at_most("an output", bytes.len() as u64, bounds.limits.output)?;
    let wrong = |error: &dyn std::fmt::Display| ProtocolViolation::Output(error.to_string());
    Ok(Some(match claim {
        WireOutput::Json(_) => Output::Json(json::compact(bytes).map_err(|error| wrong(&error))?),
        WireOutput::Text(_) => {
            Output::Text(std::str::from_utf8(bytes).map_err(|error| wrong(&error))?.to_owned())
        }
        WireOutput::Bytes(_) | WireOutput::None => Output::Bytes(bytes.to_owned()),
    }))
}

fn log(claim: &str, dropped_bytes: u64, limit: u64) -> Result<Log, ProtocolViolation> {
    // Every line may come with a mark and a newline of its own, which the limit does not count.
    at_most("a log", claim.len() as u64, limit.saturating_mul(3).saturating_add(3))?;
    let line = |line: &str| -> Result<LogLine, ProtocolViolation> {
        let mut chars = line.chars();
        let level = match chars.next() {
            Some('-') => None,
            Some('d') => Some(LogLevel::Debug),
            Some('i') => Some(LogLevel::Info),
            Some('w') => Some(LogLevel::Warn),
            Some('e') => Some(LogLevel::Error),
            _ => return Err(ProtocolViolation::Log),
        };
        Ok(LogLine { level, text: chars.as_str().to_owned() })
    };
    // Most log nothing.
    let lines =
        if claim.is_empty() { Vec::new() } else { claim.lines().map(line).collect::<Result<_, _>>()? };
    Ok(Log { lines, dropped_bytes })
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
