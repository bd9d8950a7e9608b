//! Settings allowed in a profile that nobody answers for: one that applies by itself, of a
//! `polymer.toml` that was only found. The folder of that file may be somebody else's.
//!
//! Two lists name the allowed settings. Whatever is in neither is refused, so a new flag is refused
//! until somebody decides. `tests` has the third list.

use crate::args::{Cli, CliCommand, LimitArgs, RunArgs};
use polymer_host_config::{ConfigError, GivenValue, ProfileLine, RunSettings, SettingLayer, SettingSource};
use polymer_host_sched::MaxFail;
use std::path::PathBuf;
use std::time::Duration;

/// Settings that say in which order records come, and how people are told of the run: taken as they
/// are.
pub(super) const AS_THEY_ARE: [&str; 3] = ["keep-order", "color", "show-progress"];

/// Test whether a run has at most what another one has.
type AtMost = fn(&RunArgs, &RunArgs) -> bool;

/// Bounds on what a run may take and say: taken where they are no more than what holds without the
/// profile.
pub(super) const TIGHTENING: [(&str, AtMost); 16] = [
    ("timeout", |with, without| at_most(with, without, |limits| limits.timeout)),
    ("cpu-timeout", |with, without| is_within(with.limits.cpu_timeout, without.limits.cpu_timeout)),
    // Off is the widest.
    ("fuel", |with, without| is_within(with.limits.fuel.0, without.limits.fuel.0)),
    ("memory", |with, without| at_most(with, without, |limits| limits.memory)),
    ("stack", |with, without| at_most(with, without, |limits| limits.stack)),
    ("input-limit", |with, without| at_most(with, without, |limits| limits.input_limit)),
    ("output-limit", |with, without| at_most(with, without, |limits| limits.output_limit)),
    ("file-limit", |with, without| at_most(with, without, |limits| limits.file_limit)),
    ("log-limit", |with, without| at_most(with, without, |limits| limits.log_limit)),
    ("module-limit", |with, without| at_most(with, without, |limits| limits.module_limit)),
    ("compile-timeout", |with, without| at_most(with, without, |limits| limits.compile_timeout)),
    ("compile-memory", |with, without| at_most(with, without, |limits| limits.compile_memory)),
    ("max-fail", |with, without| fails_at_most(with.retrying.max_fail, without.retrying.max_fail)),
    ("global-timeout", |with, without| {
        is_within(with.retrying.global_timeout, without.retrying.global_timeout)
    }),
    ("log-interval", |with, without| {
        let shortest = |args: &RunArgs| args.log.log_interval.after(0);
        shortest(with) >= shortest(without).min(OFTEN)
    }),
    ("workers", |with, without| {
        with.workers.workers.here() <= without.workers.workers.here().max(FEW_WORKERS)
    }),
];

/// Shortest summary interval that any profile may set.
const OFTEN: Duration = Duration::from_secs(1);
/// Workers that any profile may ask for, whatever the machine has, so that one file does for a
/// laptop and a server.
const FEW_WORKERS: u32 = 8;

fn at_most<T: PartialOrd>(with: &RunArgs, without: &RunArgs, limit: fn(&LimitArgs) -> T) -> bool {
    limit(&with.limits) <= limit(&without.limits)
}

/// No bound is the widest.
fn is_within<T: PartialOrd>(with: Option<T>, without: Option<T>) -> bool {
    without.is_none_or(|without| with.is_some_and(|with| with <= without))
}

/// A number and a share bound different things, so neither is less than the other.
fn fails_at_most(with: Option<MaxFail>, without: Option<MaxFail>) -> bool {
    match (with, without) {
        (_, None) => true,
        (Some(MaxFail::Tasks(with)), Some(MaxFail::Tasks(without))) => with <= without,
        (Some(MaxFail::Share(with)), Some(MaxFail::Share(without))) => with <= without,
        _ => false,
    }
}

/// That a profile sets nothing else.
///
/// # Errors
/// If it does.
pub(super) fn check_names(layer: &SettingLayer) -> Result<(), ConfigError> {
    let may_set =
        |name: &str| AS_THEY_ARE.contains(&name) || TIGHTENING.iter().any(|(other, _)| *other == name);
    match layer.iter().find(|(name, _)| !may_set(name)) {
        Some((name, given)) => Err(ConfigError::Untrusted { place: place(given), key: name.clone() }),
        None => Ok(()),
    }
}

/// That a profile tightens what holds without it, as the two runs have it.
///
/// # Errors
/// If it does not.
pub(super) fn check_values(
    layer: &SettingLayer,
    with: &Cli,
    (without, settings): &(Cli, RunSettings),
) -> Result<(), ConfigError> {
    let (CliCommand::Run(with), CliCommand::Run(without)) = (&with.action, &without.action) else {
        return Ok(());
    };
    for (name, is_at_most) in TIGHTENING {
        let Some(given) = layer.get(name).filter(|_| !is_at_most(with, without)) else { continue };
        let value = |values: Vec<_>| values.join(" ");
        return Err(ConfigError::Loosened {
            place: Box::new(place(given)),
            key: name.to_owned(),
            value: value(given.values.iter().map(|value| value.to_string_lossy().into_owned()).collect()),
            without: value(settings.get(name).map(|setting| setting.values.clone()).unwrap_or_default()),
        });
    }
    Ok(())
}

/// Where in its file a value stands.
fn place(given: &GivenValue) -> ProfileLine {
    match &given.source {
        SettingSource::File { path, profile, line } => {
            ProfileLine { path: path.clone(), profile: profile.clone(), line: *line }
        }
        // What is checked here stands in profiles.
        SettingSource::Flag | SettingSource::Env | SettingSource::Saved | SettingSource::Default => {
            ProfileLine { path: PathBuf::new(), profile: String::new(), line: 0 }
        }
    }
}
