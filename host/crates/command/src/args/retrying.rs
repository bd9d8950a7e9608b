//! The flags about what is tried again, how, and when a task or the whole run is given up.

use super::{parse_payload, parse_time};
use clap::{Args, ValueEnum};
use polymer_host::Builder;
use polymer_host_base::quantity::{parse_fuel, parse_size};
use polymer_host_sched::MaxFail;
use polymer_host_sched::retry::{Backoff, EscalationFactor, VerdictSet};
use polymer_host_task::Ceiling;
use polymer_host_task::{Percentage, Verdict};
use std::time::Duration;

/// What is tried again, and when to give up.
#[derive(Debug, Args)]
#[command(next_help_heading = "Retries and giving up")]
pub struct RetryArgs {
    /// Extra tries for a task whose failure says that it may pass, each after the time it asks for,
    /// at most 10m
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub retries: u32,
    /// Also try again what ended so, whatever it says: task_error, bad_output, trap,
    /// fuel_exhausted, timeout, memory_exceeded, output_exceeded
    #[arg(long, value_name = "VERDICT,...", value_delimiter = ',', requires = "retries")]
    #[arg(value_parser = parse_verdict)]
    pub retry_on: Vec<Verdict>,
    /// Wait so long before a task is tried again; default: not at all
    #[arg(long, value_name = "TIME", requires = "retries", value_parser = parse_time)]
    pub retry_delay: Option<Duration>,
    /// Whether each wait is as long as the first, or twice as long as the one before
    #[arg(long, value_name = "fixed|exponential", value_enum, default_value_t = BackoffKind::Fixed)]
    #[arg(hide_possible_values = true)]
    pub retry_backoff: BackoffKind,
    /// Wait no longer than this, unless the task asks for it
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_time)]
    pub retry_max_delay: Duration,
    /// Shorten each wait by a random share, up to half of it
    #[arg(long, requires = "retry_delay")]
    pub retry_jitter: bool,
    /// Try a task that hit a limit (fuel, memory, timeout, output) again with so many times as
    /// much, up to MAX, as in fuel=4x,max=120G; uses up no retry
    #[arg(long, value_name = "LIMIT=2x,max=MAX", value_parser = parse_escalation)]
    pub escalate: Vec<(EscalationFactor, Ceiling)>,
    /// Let a timeout stand at once; else a task that had fuel left is tried once more alone, as the
    /// machine may have been too busy
    #[arg(long)]
    pub no_confirm_timeouts: bool,
    /// Put a task aside once it took down its worker N times, alone
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub crash_limit: u32,
    /// Stop after N tasks that did not end ok, or once more than P% of all tasks do not (at 99%
    /// confidence, and after at least 3); what was sent to workers by then still ends; default:
    /// never
    #[arg(long, value_name = "N|P%", value_parser = parse_max_fail)]
    pub max_fail: Option<MaxFail>,
    /// Exit with 0 if at most P% of the tasks did not end ok
    #[arg(long, value_name = "P%", default_value = "0%")]
    pub accept_fail: Percentage,
    /// End the run after this time, with what is under way cut; default: never
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub global_timeout: Option<Duration>,
}

/// How waits grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BackoffKind {
    /// Not at all
    Fixed,
    /// Each is twice as long as the one before
    Exponential,
}

/// What these flags cannot mean together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "--retry-delay {} is more than --retry-max-delay {}",
    humantime::format_duration(*delay),
    humantime::format_duration(*max)
)]
pub struct DelayError {
    /// What is to be waited first.
    pub delay: Duration,
    /// What is to be waited at the most.
    pub max: Duration,
}

impl RetryArgs {
    /// Settings with all of this; `seed` is what jitter is drawn from.
    ///
    /// # Errors
    /// If the first wait is longer than the longest.
    pub fn apply(&self, builder: Builder, seed: u64) -> Result<Builder, DelayError> {
        let (delay, max) = (self.retry_delay.unwrap_or_default(), self.retry_max_delay);
        if delay > max {
            return Err(DelayError { delay, max });
        }
        let exponential = self.retry_backoff == BackoffKind::Exponential;
        let backoff = Backoff { delay, exponential, max, jitter: self.retry_jitter, seed };
        let mut builder = builder
            .retries(self.retries)
            // Each was asked about when it was read.
            .retry_on(VerdictSet::of(self.retry_on.iter().copied()).unwrap_or_default())
            .backoff(backoff)
            .confirm_timeouts(!self.no_confirm_timeouts)
            .crash_limit(self.crash_limit);
        for (factor, max) in &self.escalate {
            builder = builder.escalate(*factor, *max);
        }
        builder = match self.max_fail {
            Some(MaxFail::Tasks(most)) => builder.max_fail(most),
            Some(MaxFail::Share(most)) => builder.max_fail_share(most),
            None => builder,
        };
        Ok(match self.global_timeout {
            Some(limit) => builder.global_timeout(limit),
            None => builder,
        })
    }
}

fn parse_verdict(text: &str) -> Result<Verdict, String> {
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == text.trim());
    let verdict = verdict.ok_or_else(|| {
        let named = Verdict::ALL.into_iter().filter(|verdict| VerdictSet::ERRORS.has(*verdict));
        let names: Vec<&str> = named.map(Verdict::name).collect();
        format!("it is no verdict; use {}", names.join(", "))
    })?;
    VerdictSet::of([verdict]).map(|_| verdict).map_err(|error| error.to_string())
}

fn parse_escalation(text: &str) -> Result<(EscalationFactor, Ceiling), String> {
    let form = "write it as `fuel=4x,max=120G`; the limits are fuel, memory, timeout and output";
    let (limit, rest) = text.split_once('=').ok_or(form)?;
    let (factor, max) = rest.split_once(',').ok_or(form)?;
    let max = max.trim().strip_prefix("max=").ok_or(form)?;
    let factor: EscalationFactor = factor.parse().map_err(|error| format!("{error}"))?;
    let max = match limit.trim() {
        "fuel" => parse_fuel(max).map(Ceiling::Fuel).map_err(|error| error.to_string()),
        "memory" => parse_size(max).map(Ceiling::Memory).map_err(|error| error.to_string()),
        "timeout" => parse_time(max).map(Ceiling::Timeout).map_err(|error| error.to_string()),
        "output" => parse_payload(max).map(Ceiling::Output),
        _ => return Err(form.to_owned()),
    };
    max.map(|max| (factor, max)).map_err(|error| format!("max: {error}"))
}

fn parse_max_fail(text: &str) -> Result<MaxFail, String> {
    let form = "write a number of tasks from 1 on, or a share above 0% such as `5%`";
    let text = text.trim();
    if text.ends_with('%') {
        let share: Percentage = text.parse().map_err(|error| format!("{error}"))?;
        return if share.is_nothing() { Err(form.to_owned()) } else { Ok(MaxFail::Share(share)) };
    }
    match text.parse() {
        Ok(0) | Err(_) => Err(form.to_owned()),
        Ok(tasks) => Ok(MaxFail::Tasks(tasks)),
    }
}

#[cfg(test)]
mod tests;
