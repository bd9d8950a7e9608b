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
#[command(next_help_heading = "Retries and early stop")]
pub struct RetryArgs {
    /// Retry a task up to N times if it marks its failure as retryable, each time after the delay
    /// that it asks for (at most 10m)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub retries: u32,
    /// Also retry tasks with these verdicts, marked as retryable or not. Any of: task_error,
    /// bad_output, trap, fuel_exhausted, timeout, memory_exceeded, output_exceeded
    #[arg(long, value_name = "VERDICT,...", value_delimiter = ',', requires = "retries")]
    #[arg(value_parser = parse_verdict)]
    pub retry_on: Vec<Verdict>,
    /// Delay before each retry (such as 30s); default: none
    #[arg(long, value_name = "TIME", requires = "retries", value_parser = parse_time)]
    pub retry_delay: Option<Duration>,
    /// Backoff: the delay stays the same (fixed) or doubles with each retry (exponential)
    #[arg(long, value_name = "fixed|exponential", value_enum, default_value_t = BackoffKind::Fixed)]
    #[arg(hide_possible_values = true)]
    pub retry_backoff: BackoffKind,
    /// Maximum delay, unless the task asks for a longer one
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_time)]
    pub retry_max_delay: Duration,
    /// Shorten each delay by a random amount, up to half of it
    #[arg(long, requires = "retry_delay")]
    pub retry_jitter: bool,
    /// Retry a task that hit a limit (fuel, memory, timeout, output) with a multiple of that limit,
    /// up to MAX, as in fuel=4x,max=120G. This uses up no retry
    #[arg(long, value_name = "LIMIT=2x,max=MAX", value_parser = parse_escalation)]
    pub escalate: Vec<(EscalationFactor, Ceiling)>,
    /// Accept a timeout at once. By default, a task that timed out with fuel left is tried once
    /// more, alone, because the machine may have been too busy
    #[arg(long)]
    pub no_confirm_timeouts: bool,
    /// Quarantine a task after its worker died N times while the task ran alone
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub crash_limit: u32,
    /// Stop the run after N tasks that did not end ok, or when they are more than P% of all tasks
    /// (such as 5%; at 99% confidence, and after at least 3). Tasks already sent to workers finish;
    /// default: never
    #[arg(long, value_name = "N|P%", value_parser = parse_max_fail)]
    pub max_fail: Option<MaxFail>,
    /// Exit with code 0 if at most P% of the tasks did not end ok
    #[arg(long, value_name = "P%", default_value = "0%")]
    pub accept_fail: Percentage,
    /// End the run after this time (such as 30s) and cancel tasks under way; default: never
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub global_timeout: Option<Duration>,
}

/// How waits grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BackoffKind {
    /// The delay stays the same
    Fixed,
    /// The delay doubles with each retry
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
        format!("it is not a verdict; use {}", names.join(", "))
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

/// A number of failed tasks, or a share of them.
pub(crate) fn parse_max_fail(text: &str) -> Result<MaxFail, String> {
    let form = "write a number of tasks, at least 1, or a percentage above 0% such as `5%`";
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
