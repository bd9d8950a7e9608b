//! The partition of a run among its settings: what `auto:N` means here is kept as if it had been
//! typed, so that the run goes on with the same lines wherever it is resumed.
//!
//! It must never know how a line's partition is found.

use super::args::{PartitionFlag, RunArgs};
use super::error::CliError;
use super::flag_conflict::FlagConflict;
use super::input::InputFormat;
use super::partition_choice::choose;
use polymer_host_config::{RunSettings, Setting};
use polymer_host_journal::manifest::{PartitionFacts, RunManifest};
use polymer_host_task::InputPartition;
use std::ffi::OsString;

/// The name of the setting.
const NAME: &str = "partition";

/// Settles which partition a run takes, by the variables of this process where it is left to them.
///
/// # Errors
/// If no partition follows from them, or the input has no lines.
pub(super) fn settle(args: &mut RunArgs, settings: RunSettings) -> Result<RunSettings, CliError> {
    let Some(flag) = args.input.partition else { return Ok(settings) };
    if args.input.input_format == Some(InputFormat::Whole) {
        return Err(FlagConflict::WholeInPartition.into());
    }
    let partition = match flag {
        PartitionFlag::Given(_) => return Ok(settings),
        PartitionFlag::Auto(count) => choose(count, |name| std::env::var_os(name))?,
    };
    args.input.partition = Some(PartitionFlag::Given(partition));
    let Some(source) = settings.get(NAME).map(|setting| setting.source.clone()) else { return Ok(settings) };
    Ok(settings.with(Setting::new(NAME, &[OsString::from(partition.to_string())], source)))
}

/// Returns what a run's manifest says of its partition.
pub(super) fn facts(partition: InputPartition) -> PartitionFacts {
    PartitionFacts { by: "hash".to_owned(), k: partition.number(), of: partition.count(), other_lines: None }
}

/// That a run which goes on takes the lines that it took: another partition's records do not belong
/// into its folder, whatever is forced.
///
/// # Errors
/// If it would take others.
pub(super) fn check(manifest: &RunManifest, now: Option<InputPartition>) -> Result<(), CliError> {
    let was = manifest.partition.as_ref().map(|was| (was.by.as_str(), was.k, was.of));
    if was == now.map(|now| ("hash", now.number(), now.count())) {
        return Ok(());
    }
    let words = |partition: Option<(u32, u32)>| {
        partition.map_or_else(|| "all of the input".to_owned(), |(k, of)| format!("partition {k} of {of}"))
    };
    let was = words(was.map(|(_, k, of)| (k, of)));
    Err(CliError::OtherPartition { was, is: words(now.map(|now| (now.number(), now.count()))) })
}
