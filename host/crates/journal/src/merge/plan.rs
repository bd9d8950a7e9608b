//! Decides what a merge takes: which folders belong together, which of them are whole, and what the
//! manifest of the merged run says. Pure.
//!
//! It must never read a file, or know what a record says.

use crate::manifest::{InputFacts, JailFacts, MergedFacts, MergedPart, PartitionFacts, RunManifest};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The setting that differs between partitions.
const PARTITION: &str = "partition";
/// Ranges of missing partitions that are named.
const NAMED: usize = 8;

/// A folder that is to be merged.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedRun {
    /// Where it is.
    pub path: PathBuf,
    /// What it says of itself.
    pub manifest: RunManifest,
    /// Why its records cannot be taken now, as far as its manifest does not say so.
    pub is_busy: Option<UnfinishedRun>,
}

/// Why the records of a partition are not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnfinishedRun {
    /// A supervisor is at it.
    Running,
    /// Lines are to be run again.
    Rerun,
    /// Its supervisor was lost, or it never ran.
    Lost,
    /// It was stopped, or some lines have no record.
    Stopped(String),
}

/// In words, as the end of a sentence.
impl fmt::Display for UnfinishedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running => f.write_str("still running"),
            Self::Rerun => f.write_str("has lines to be run again"),
            Self::Lost => f.write_str("interrupted: its supervisor was lost"),
            Self::Stopped(why) if why.is_empty() => f.write_str("some lines have no record yet"),
            Self::Stopped(why) => write!(f, "interrupted: {why}"),
        }
    }
}

/// Why runs are not merged.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MergeRefusal {
    /// A run takes all of its input.
    #[error("{} is not a partition: its run takes all lines of its input", .0.display())]
    NoPartition(PathBuf),
    /// A run was merged itself.
    #[error("{} was merged of partitions itself: name their folders", .0.display())]
    Merged(PathBuf),
    /// A run stands where the merged one is to be, and is none.
    #[error("{} holds a run that was not merged of partitions", .0.display())]
    OtherRun(PathBuf),
    /// Lines of missing partitions may have been run in the merged run.
    #[error("{} takes no more partitions: lines of theirs may have been run there since it was merged", .0.display())]
    Resumed(PathBuf),
    /// Two runs are not partitions of one run.
    #[error("{} is no part of the same run as {}: {what}", path.display(), first.display())]
    Differs {
        /// The one.
        path: PathBuf,
        /// That with which it was compared.
        first: PathBuf,
        /// What differs, and how.
        what: String,
    },
}

/// What a merge is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePlan {
    /// Manifest of the merged run when it is done. Its last session is still to be added.
    pub manifest: RunManifest,
    /// Folders whose records are taken, by their numbers among those that were offered.
    pub taken: Vec<usize>,
    /// Those that are passed over because their partition is there already.
    pub twice: Vec<usize>,
    /// Those that are not finished, and whose partition is not there.
    pub unfinished: Vec<(usize, UnfinishedRun)>,
    /// What is worth a warning: engines and versions that differ.
    pub warnings: Vec<String>,
}

impl MergePlan {
    /// Plans to merge these folders into the run at `out`, which is there already if it has a
    /// manifest. `meaning` are the settings that say what a task is and what it may do.
    ///
    /// # Errors
    /// If they do not belong together.
    pub fn new(
        (out, merged): (&Path, Option<&RunManifest>),
        offered: &[OfferedRun],
        meaning: &[&str],
    ) -> Result<Self, MergeRefusal> {
        let parts = merged.map(|manifest| manifest.merged.as_ref().map(|merged| merged.parts.len()));
        let (reference, path) = match (merged, parts, offered.first()) {
            (Some(manifest), Some(Some(1..)), _) => (manifest.clone(), out),
            // One that has no partition yet is as good as none.
            (None, _, Some(first)) | (_, Some(Some(0)), Some(first)) => (whole_run(first)?, &*first.path),
            _ => return Err(MergeRefusal::OtherRun(out.to_path_buf())),
        };
        for run in offered {
            check_part(run, (path, &reference), meaning)?;
        }
        // Whether all of its lines have a record is the resume's to say, not a merge's.
        if reference.merged.as_ref().is_some_and(|merged| merged.resumed) {
            return Err(MergeRefusal::Resumed(out.to_path_buf()));
        }
        let warnings = offered.iter().flat_map(|run| warnings(run, (path, &reference))).collect();
        let (taken, twice, unfinished) = Default::default();
        let mut plan = Self { manifest: reference, taken, twice, unfinished, warnings };
        for (number, run) in offered.iter().enumerate() {
            plan.place(number, run)?;
        }
        let manifest = &plan.manifest;
        plan.unfinished.retain(|(number, _)| {
            let partition = offered.get(*number).and_then(|run| run.manifest.partition.as_ref());
            partition.is_some_and(|partition| !has_part(manifest, partition.k))
        });
        Ok(plan)
    }

    /// Takes a run, or passes it over.
    fn place(&mut self, number: usize, run: &OfferedRun) -> Result<(), MergeRefusal> {
        let Some(PartitionFacts { k, .. }) = run.manifest.partition else { return Ok(()) };
        if has_part(&self.manifest, k) {
            self.twice.push(number);
        } else if let Some(why) = run.is_busy.clone().or_else(|| unfinished(&run.manifest)) {
            self.unfinished.push((number, why));
        } else {
            check_input(&self.manifest, run)?;
            add_part(&mut self.manifest, k, run);
            self.taken.push(number);
        }
        Ok(())
    }
}

/// What is worth a warning of a run, held against the one at `first`.
fn warnings(run: &OfferedRun, (first, whole): (&Path, &RunManifest)) -> Vec<String> {
    let pairs = [
        ("engine", run.manifest.engine.as_deref(), whole.engine.as_deref(), "; their fuel does not compare"),
        ("polymer", Some(&*run.manifest.polymer), Some(&*whole.polymer), ""),
    ];
    let differing = pairs.into_iter().filter_map(|(what, is, was, then)| {
        let (is, was) = is.zip(was).filter(|(is, was)| is != was)?;
        Some(format!("{} has {what} {is}, and {} has {was}{then}", run.path.display(), first.display()))
    });
    differing.collect()
}

/// The manifest of all of a run that this is a part of, with no partition yet.
fn whole_run(part: &OfferedRun) -> Result<RunManifest, MergeRefusal> {
    let PartitionFacts { by, of, .. } = partition_of(part)?;
    let merged = MergedFacts { by: by.clone(), of: *of, parts: Vec::new(), resumed: false };
    let mut settings = part.manifest.settings.clone();
    settings.remove(PARTITION);
    Ok(RunManifest {
        settings,
        // They say in which state files of another machine were, perhaps.
        module_files: BTreeMap::new(),
        partition: None,
        // What an unfinished one read last may be another one than it reads in the end.
        input: InputFacts { sha256: None, bytes: None, ..part.manifest.input.clone() },
        merged: Some(merged),
        sessions: Vec::new(),
        ..part.manifest.clone()
    })
}

fn has_part(manifest: &RunManifest, k: u32) -> bool {
    manifest.merged.as_ref().is_some_and(|merged| merged.parts.iter().any(|part| part.k == k))
}

/// Adds a run to what the merged one says of itself.
fn add_part(manifest: &mut RunManifest, k: u32, run: &OfferedRun) {
    let is = &run.manifest;
    for (name, digest) in &is.modules {
        manifest.modules.entry(name.clone()).or_insert_with(|| digest.clone());
    }
    for (name, digest) in &is.rebuilt {
        manifest.rebuilt.entry(name.clone()).or_insert_with(|| digest.clone());
    }
    manifest.engine = manifest.engine.take().or_else(|| is.engine.clone());
    manifest.jail = common_jail(manifest.jail.take(), is.jail.as_ref());
    if manifest.input.sha256.is_none() {
        manifest.input = is.input.clone();
    }
    let Some(merged) = &mut manifest.merged else { return };
    let at = merged.parts.partition_point(|part| part.k < k);
    let part = MergedPart {
        k,
        folder: run.path.clone(),
        host: is.host.clone(),
        polymer: is.polymer.clone(),
        engine: is.engine.clone(),
    };
    merged.parts.insert(at, part);
}

/// What stands around the workers of both runs.
fn common_jail(one: Option<JailFacts>, other: Option<&JailFacts>) -> Option<JailFacts> {
    let Some((mut jail, other)) = one.clone().zip(other) else { return one.or_else(|| other.cloned()) };
    jail.active.retain(|layer| other.active.contains(layer));
    for layer in &other.missing {
        if !jail.missing.contains(layer) {
            jail.missing.push(layer.clone());
        }
    }
    Some(jail)
}

/// Returns why a run has no record for some of its lines, if so.
fn unfinished(manifest: &RunManifest) -> Option<UnfinishedRun> {
    match manifest.sessions.last() {
        Some(session) if session.complete => None,
        Some(session) if session.ended.is_some() => Some(UnfinishedRun::Stopped(session.halt.clone())),
        _ => Some(UnfinishedRun::Lost),
    }
}

/// The partition that a run takes.
fn partition_of(run: &OfferedRun) -> Result<&PartitionFacts, MergeRefusal> {
    if run.manifest.merged.is_some() {
        return Err(MergeRefusal::Merged(run.path.clone()));
    }
    run.manifest.partition.as_ref().ok_or_else(|| MergeRefusal::NoPartition(run.path.clone()))
}

/// That a run is a partition of the same run as the one at `first`, as far as can be known.
fn check_part(
    run: &OfferedRun,
    (first, whole): (&Path, &RunManifest),
    meaning: &[&str],
) -> Result<(), MergeRefusal> {
    let partition = partition_of(run)?;
    let what = differs(&run.manifest, partition, whole, meaning);
    what.map_or(Ok(()), |what| {
        Err(MergeRefusal::Differs { path: run.path.clone(), first: first.to_path_buf(), what })
    })
}

/// What differs first between a partition and the run it is to be of, in words.
fn differs(
    is: &RunManifest,
    partition: &PartitionFacts,
    whole: &RunManifest,
    meaning: &[&str],
) -> Option<String> {
    let merged = whole.merged.as_ref()?;
    if (&*partition.by, partition.of) != (&*merged.by, merged.of) {
        let (by, of) = (&merged.by, merged.of);
        return Some(format!("partitions were {by}:K/{of}, and here {}:K/{}", partition.by, partition.of));
    }
    let names: Vec<&str> = meaning.iter().copied().filter(|name| *name != PARTITION).collect();
    if let Some((name, was, is)) = whole.changed(&is.settings, &names).first() {
        let flag = if *name == "more-args" { "what follows --".to_owned() } else { format!("--{name}") };
        return Some(format!("{flag} was {was}, and is {is}"));
    }
    if is.limits != whole.limits {
        return Some("the limits of its tasks are others".to_owned());
    }
    if is.grants != whole.grants {
        return Some(format!("grants were {}, and are {}", list(&whole.grants), list(&is.grants)));
    }
    other_module(whole, is)
}

fn list(grants: &[String]) -> String {
    if grants.is_empty() { "none".to_owned() } else { grants.join(" ") }
}

/// The module that is another one, in words. A run over one module may call it by another path, on
/// another machine perhaps.
fn other_module(whole: &RunManifest, is: &RunManifest) -> Option<String> {
    let (were, are) = (modules(whole), modules(is));
    let changed = were.iter().find_map(|(name, was)| {
        let is = are.get(name).filter(|is| *is != was)?;
        Some(format!("module {name} had the SHA-256 {was}, and has {is}"))
    });
    if changed.is_some() || whole.settings.contains_key("tasks") {
        return changed;
    }
    let others = |one: &BTreeMap<&str, &str>, other: &BTreeMap<&str, &str>| {
        let unnamed = one.iter().filter(|(name, _)| !other.contains_key(*name));
        unnamed.map(|(_, digest)| (*digest).to_owned()).collect::<BTreeSet<_>>()
    };
    let (was, is) = (others(&were, &are), others(&are, &were));
    let are_alike = was.is_subset(&is) || is.is_subset(&was);
    let shown = |digests: &BTreeSet<String>| digests.iter().cloned().collect::<Vec<_>>().join(", ");
    (!are_alike).then(|| format!("its module had the SHA-256 {}, and has {}", shown(&was), shown(&is)))
}

/// Digests of modules by their names, as they are now.
fn modules(manifest: &RunManifest) -> BTreeMap<&str, &str> {
    let now = |(name, first)| {
        let digest: &String = manifest.rebuilt.get(name).unwrap_or(first);
        (String::as_str(name), digest.as_str())
    };
    manifest.modules.iter().map(now).collect()
}

/// That a finished run read the same input as the partitions that are there.
fn check_input(whole: &RunManifest, run: &OfferedRun) -> Result<(), MergeRefusal> {
    let first = whole.merged.as_ref().and_then(|merged| merged.parts.first());
    let digests = whole.input.sha256.as_ref().zip(run.manifest.input.sha256.as_ref());
    let Some((first, (was, is))) = first.zip(digests).filter(|(_, (was, is))| was != is) else {
        return Ok(());
    };
    let what = format!("the input that was read had the SHA-256 {was}, and has {is}");
    Err(MergeRefusal::Differs { path: run.path.clone(), first: first.folder.clone(), what })
}

/// Partitions, as `3, 7-9 of 20`; nothing, if there are none.
#[must_use]
pub fn partitions_in_words(missing: impl Iterator<Item = RangeInclusive<u32>>, of: u32) -> Option<String> {
    let mut missing = missing.peekable();
    missing.peek()?;
    let named: Vec<String> = missing.by_ref().take(NAMED).map(|range| shown(&range)).collect();
    let more = if missing.peek().is_some() { " and more" } else { "" };
    Some(format!("{}{more} of {of}", named.join(", ")))
}

fn shown(range: &RangeInclusive<u32>) -> String {
    let (first, last) = (range.start(), range.end());
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

#[cfg(test)]
mod tests;
