//! The sketch of a run in its folder: read from `sketch.json` where that is of the records as they
//! are, else made from the records.
//!
//! `sketch.json` is a cache. Nothing depends on it, so it is not synced, needs no lock, and is left
//! out where it cannot be written. It must never know who shows the sketch.

mod record_facts;
mod scan;

use crate::dir::{self, RESULTS, SKETCH};
use crate::lines::{JournalError, cannot_read};
use crate::manifest::LimitFacts;
use crate::results::IdNaming;
use polymer_host_base::Digest;
use polymer_host_sketch::{RunSketch, SketchLimits};
pub(super) use record_facts::RecordParts;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// The version of the file. Another one is made anew.
const VERSION: u32 = 1;

/// Bytes at the end of the records of which the digest is kept.
const TAIL: u64 = 4 << 10;

/// Which records a sketch holds.
///
/// The length tells apart what was only appended to. A rewrite, as a rerun and the end of a session
/// make it, may give the same length; it puts a new file in place, so the time of its last change
/// is another one. A copy of the folder that kept times is the same. The digest of the tail is for
/// file systems with coarse times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct HeldRecords {
    bytes: u64,
    modified_s: i64,
    modified_ns: i64,
    tail_sha256: String,
}

/// What stands in `sketch.json`.
#[derive(Serialize, Deserialize)]
struct SketchFile<S> {
    v: u32,
    results: HeldRecords,
    sketch: S,
}

#[derive(Deserialize)]
struct SketchHead {
    v: u32,
    results: HeldRecords,
}

/// The sketch of the run in `dir`, whose tasks have these limits and are called so. Leaves it in
/// the folder for the next time, if nobody works on the run.
///
/// # Errors
/// If the records cannot be read, or are damaged before their end.
pub fn of_run(dir: &Path, naming: IdNaming, limits: &LimitFacts) -> Result<RunSketch, JournalError> {
    let (path, limits) = (dir.join(RESULTS), sketch_limits(limits));
    let mut results = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(RunSketch::new(limits)),
        Err(error) => return Err(cannot_read(&path)(error)),
    };
    let held = HeldRecords::of(&mut results).map_err(cannot_read(&path))?;
    if let Some(sketch) = read(dir, &held).filter(|sketch| sketch.limits == limits) {
        return Ok(sketch);
    }
    let sketch = scan::scan(dir, &mut results, naming, limits)?;
    // A run that goes on has other records in a moment.
    let is_settled = matches!(dir::held_by(dir), Ok(None)) && dir::check_own(dir).is_ok();
    if is_settled && HeldRecords::of(&mut results).is_ok_and(|now| now == held) {
        drop(write(dir, &held, &sketch));
    }
    Ok(sketch)
}

/// Limits of a run as its sketch has them.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
pub fn sketch_limits(limits: &LimitFacts) -> SketchLimits {
    let run_time = (limits.timeout_s * 1e9).round() as u64;
    SketchLimits { run_time: Some(run_time), fuel: limits.fuel, memory: Some(limits.memory) }
}

impl HeldRecords {
    fn of(file: &mut File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        file.seek(SeekFrom::Start(metadata.len().saturating_sub(TAIL)))?;
        let mut tail = Vec::new();
        file.take(TAIL).read_to_end(&mut tail)?;
        Ok(Self {
            bytes: metadata.len(),
            modified_s: metadata.mtime(),
            modified_ns: metadata.mtime_nsec(),
            tail_sha256: Digest::of(&tail).to_string(),
        })
    }
}

/// The sketch that is kept of these records. What others may have written is not read: a sketch is
/// trusted to be one that was made here.
fn read(dir: &Path, held: &HeldRecords) -> Option<RunSketch> {
    dir::check_own(dir).ok()?;
    let path = dir.join(SKETCH);
    let metadata = fs::symlink_metadata(&path).ok()?;
    let is_ours =
        metadata.is_file() && metadata.mode() & 0o022 == 0 && metadata.uid() == fs::metadata(dir).ok()?.uid();
    let text = fs::read(path).ok().filter(|_| is_ours)?;
    let SketchHead { v, results } = serde_json::from_slice(&text).ok()?;
    if v != VERSION || results != *held {
        return None;
    }
    let file: SketchFile<RunSketch> = serde_json::from_slice(&text).ok()?;
    Some(file.sketch).filter(RunSketch::is_sound)
}

/// Puts a sketch of these records into the folder, in one piece.
fn write(dir: &Path, held: &HeldRecords, sketch: &RunSketch) -> io::Result<()> {
    let new = dir.join(format!(".{SKETCH}-{}", std::process::id()));
    let written = || -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut out = BufWriter::new(options.write(true).create_new(true).mode(0o600).open(&new)?);
        let file = SketchFile { v: VERSION, results: held.clone(), sketch };
        serde_json::to_writer(&mut out, &file)?;
        out.write_all(b"\n")?;
        out.into_inner()?;
        fs::rename(&new, dir.join(SKETCH))
    };
    let result = written();
    if result.is_err() {
        drop(fs::remove_file(&new));
    }
    result
}

#[cfg(test)]
mod tests;
