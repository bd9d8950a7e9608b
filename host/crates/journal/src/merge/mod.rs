//! Merges the folders of partitions into the folder of one run: their records in the order of their
//! lines, the lines of those that failed beside them, and sums over all.
//!
//! The merged run is made like any change of several files: new ones are written beside the old
//! ones, and take their places together with `run.json`, which says of which partitions the
//! records are. So a merge that is killed has changed nothing or all, and may be repeated. A new
//! run begins as one that has no partition yet. Memory stays flat over any number of records.
//!
//! It must never know which folders belong together, or write to the folder of a partition.

pub mod plan;
mod record_sums;

use super::dir::{RUN, RunDir, SUMMARY};
use super::external_sort::{ExternalSort, RecordPlace, SortBounds};
use super::lines::{JournalError, cannot_read, cannot_write};
use super::manifest::RunManifest;
use super::results::{SeenRecord, VerdictCounts};
use super::rewrite::{self, NewFile};
use super::settle::{RecordOrder, Surveyed, survey, write_new};
use polymer_host_report::Stats;
use record_sums::RecordSums;
use serde::Deserialize;
use std::io;
use std::path::Path;

/// What a merged run has.
#[derive(Debug)]
pub struct MergedRecords {
    /// Number of records by verdict.
    pub verdicts: VerdictCounts,
    /// Their sums, as those of a session in which all of them were made.
    pub stats: Stats,
}

/// How far a merge is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MergeProgress {
    /// Records that were read.
    pub read: u64,
    /// Records that were written.
    pub written: u64,
}

/// Records after which it is told how far it is.
const TOLD: u64 = 1 << 14;

/// Puts the records of these partitions into the folder `out` of a merged run, beside those that it
/// has, and in the place of its `run.json` what `manifest` gives once they are about to be there.
/// `tell` hears now and then how far it is.
///
/// # Errors
/// If a file cannot be read or written, or a partition is damaged or not whole. Then `out` is as it
/// was.
pub fn merge(
    out: &RunDir,
    partitions: &[&Path],
    manifest: impl FnOnce() -> RunManifest,
    tell: impl FnMut(MergeProgress),
) -> Result<MergedRecords, JournalError> {
    merge_within(SortBounds::default(), out, partitions, manifest, tell)
}

fn merge_within(
    bounds: SortBounds,
    out: &RunDir,
    partitions: &[&Path],
    manifest: impl FnOnce() -> RunManifest,
    mut tell: impl FnMut(MergeProgress),
) -> Result<MergedRecords, JournalError> {
    let path = out.path();
    rewrite::finish(path)?;
    let mut sort = ExternalSort::new(bounds, || out.unnamed().map_err(io::Error::other));
    let sources: Vec<&Path> = [path].into_iter().chain(partitions.iter().copied()).collect();
    let (mut verdicts, mut sums) = (VerdictCounts::default(), RecordSums::default());
    let mut progress = MergeProgress::default();
    for (number, source) in (0..).zip(&sources) {
        let keep = |seen: &SeenRecord, _: &[u8]| {
            verdicts.add(seen.verdict);
            progress.read += 1;
            if progress.read.is_multiple_of(TOLD) {
                tell(progress);
            }
            true
        };
        let take = |place| sort.push(place).map_err(cannot_write(path));
        let found = survey((source, number), RecordOrder::Input, |line| sums.add(line), keep, take)?;
        // What is merged already may have been run again, and be more than its summary counts.
        if number > 0 {
            check_whole(source, &found)?;
        }
    }
    let places = sort.sorted().map_err(cannot_read(path))?;
    let places = places.map(|place| {
        progress.written += 1;
        if progress.written.is_multiple_of(TOLD) {
            tell(progress);
        }
        place.map_err(cannot_read(path))
    });
    let written = write(path, &sources, places, manifest);
    if written.is_ok() {
        rewrite::announce(path)?;
    }
    // What was written of the new files takes room that may be short.
    rewrite::finish(path)?;
    written?;
    Ok(MergedRecords { verdicts, stats: sums.into_stats() })
}

/// Writes the new files. Records stand where they are if there is nothing to add to them.
fn write(
    out: &Path,
    sources: &[&Path],
    places: impl Iterator<Item = Result<RecordPlace, JournalError>>,
    manifest: impl FnOnce() -> RunManifest,
) -> Result<(), JournalError> {
    if sources.len() > 1 {
        write_new(out, sources, places, || true)?;
    }
    write_manifest(out, &manifest())
}

fn write_manifest(out: &Path, manifest: &RunManifest) -> Result<(), JournalError> {
    let path = out.join(RUN);
    let text = manifest.text().map_err(|error| cannot_write(&path)(error.into()))?;
    let mut file = NewFile::create(out, RUN)?;
    file.write(text.as_bytes())?;
    file.close()
}

/// That a partition, which was finished, has all of its records: a copy may have been made while it
/// ran, or broken off.
fn check_whole(dir: &Path, found: &Surveyed) -> Result<(), JournalError> {
    #[derive(Deserialize)]
    struct CountedRecords {
        tasks: u64,
    }
    let path = dir.join(super::dir::RESULTS);
    if let Some(torn) = found.tally.torn {
        return Err(JournalError::CutShort { path, bytes: torn.bytes });
    }
    let (summary, has) = (dir.join(SUMMARY), found.outcome.kept);
    let counted = std::fs::read(&summary).ok().and_then(|text| serde_json::from_slice(&text).ok());
    match counted {
        Some(CountedRecords { tasks: counted }) if counted != has => {
            Err(JournalError::RecordsMissing { path, summary, has, counted })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
