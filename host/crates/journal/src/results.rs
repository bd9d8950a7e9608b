//! Reader of `results.jsonl` that finds the tasks with a record. It reads as fast as possible and
//! keeps only a number for each key in memory.
//!
//! It must never know what becomes of the tasks without a record.

use super::dedup;
use super::done_records::{DoneRecords, JudgedRecord};
use super::lines::{self, JournalError, LineFlaw, LinePlace, TornLine};
use polymer_host_task::{ReplacedRecord, TaskContent, TaskExecution, TaskKey, Verdict};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::BufRead;
use std::path::Path;

/// Result of a scan of all records.
#[derive(Debug, Default)]
pub struct RecordScan {
    /// Number of records.
    pub tally: LineTally,
    /// Of which tasks.
    pub done: DoneRecords,
}

/// Number of whole records in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineTally {
    /// By verdict.
    pub verdicts: VerdictCounts,
    /// Those that take the place of another one, which counts too.
    pub replacing: u64,
    /// Bytes of all of them: where the next is to be appended.
    pub end: u64,
    /// Torn line behind them.
    pub torn: Option<TornLine>,
}

impl LineTally {
    /// Returns where the next record is to be appended.
    #[must_use]
    pub fn place(&self) -> LinePlace {
        LinePlace { at: self.end, lines: self.verdicts.all() }
    }
}

/// A number for each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerdictCounts([u64; Verdict::ALL.len()]);

impl VerdictCounts {
    /// Counts one.
    pub const fn add(&mut self, verdict: Verdict) {
        // Verdicts are numbered from 0 without a gap.
        self.0[verdict as usize] += 1;
    }

    /// Counts one less.
    pub const fn remove(&mut self, verdict: Verdict) {
        self.0[verdict as usize] = self.0[verdict as usize].saturating_sub(1);
    }

    /// Returns the number that ended with this verdict.
    #[must_use]
    pub const fn get(&self, verdict: Verdict) -> u64 {
        self.0[verdict as usize]
    }

    /// All that ended at least one, in the order of summaries.
    pub fn iter(&self) -> impl Iterator<Item = (Verdict, u64)> + '_ {
        Verdict::ALL.iter().map(|verdict| (*verdict, self.get(*verdict))).filter(|(_, number)| *number > 0)
    }

    /// Returns the total number.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Returns the number that did not end ok: `failed.jsonl` has a line for each.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.all() - self.get(Verdict::Ok)
    }
}

/// Naming of a run's tasks. A record of version 0.1.0, which has no content, had a key made of its
/// id only where the id was no path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IdNaming {
    /// By their numbers, or by ids that are no paths.
    #[default]
    Other,
    /// By the paths of their inputs.
    Path,
}

/// Fields that are needed of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenRecord {
    /// Its task's key.
    pub key: TaskKey,
    /// Content of its task.
    pub content: Option<TaskContent>,
    /// The number of its line.
    pub seq: u64,
    /// Verdict of its task.
    pub verdict: Verdict,
    /// Digest of what was executed, if its end may be judged anew.
    pub execution: Option<TaskExecution>,
    /// The record that it takes the place of.
    pub replaces: Option<ReplacedRecord>,
}

#[derive(Deserialize)]
pub(super) struct ScannedLine<'a> {
    /// Only seldom looked at.
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    pub(super) seq: u64,
    pub(super) verdict: &'a str,
    pub(super) key: Option<&'a str>,
    pub(super) content: Option<&'a str>,
    #[serde(borrow, default)]
    pub(super) judge: Option<ScannedJudgement<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) replaces: Option<Option<&'a str>>,
}

#[derive(Deserialize)]
pub(super) struct ScannedJudgement<'a> {
    pub(super) execution: Option<&'a str>,
}

/// A value that is there, also where it is null.
pub(super) fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<&'de str>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Reads a line as `serde_json::from_slice` does. Whether it is UTF-8 is checked once for the whole
/// line and not once more for each text in it.
pub(super) fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> serde_json::Result<T> {
    match std::str::from_utf8(line) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(line),
    }
}

impl SeenRecord {
    pub(super) fn read(record: &[u8], naming: IdNaming) -> Result<Self, LineFlaw> {
        Self::of(parse(record).map_err(|error| LineFlaw::of(&error, "record"))?, record, naming)
    }

    /// That of a line whose fields were read.
    pub(super) fn of(line: ScannedLine<'_>, record: &[u8], naming: IdNaming) -> Result<Self, LineFlaw> {
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == line.verdict);
        let strange = |why: &str| LineFlaw::Strange(why.to_owned());
        let key: Option<TaskKey> = line.key.and_then(|key| key.parse().ok());
        let key = key.ok_or_else(|| {
            strange("is a record without a key, as written by a run that cannot be resumed")
        })?;
        let verdict = verdict.ok_or_else(|| strange("has a verdict that this version does not know"))?;
        let content = |text: Option<&str>| text.map(str::parse).transpose();
        let bad = |_| strange("has an invalid `content`");
        let key = match &line {
            ScannedLine { content: None, id: Some(id), .. } if naming == IdNaming::Path => {
                let id: String =
                    serde_json::from_str(id.get()).map_err(|_| strange("has an invalid `id`"))?;
                of_path(key, &id, line.seq, verdict, record)
            }
            _ => key,
        };
        let replaces = line.replaces.map(content).transpose().map_err(bad)?.map(ReplacedRecord);
        let execution = line.judge.and_then(|judge| judge.execution).map(str::parse).transpose();
        let execution = execution.map_err(|_| strange("has an invalid `judge.execution`"))?;
        let content = content(line.content).map_err(bad)?;
        Ok(Self { key, content, seq: line.seq, verdict, execution, replaces })
    }
}

/// The key that a record without a content has now, where ids are paths: that of its path. Lines
/// that are no paths, an empty one or one that is too long, are called by their numbers and keep
/// their key; so does a path that its id does not have whole, because it is not UTF-8: such a task
/// is found by its content, of which its key was made.
fn of_path(key: TaskKey, id: &str, seq: u64, verdict: Verdict, record: &[u8]) -> TaskKey {
    let is_number = verdict == Verdict::BadInput && seq.to_string() == id;
    match id.contains(char::REPLACEMENT_CHARACTER) || is_number {
        true => key,
        false if is_duplicate(record) => TaskKey::of_id(id).of_duplicate(),
        false => TaskKey::of_id(id),
    }
}

/// Returns whether a record is that of a line that was not run because an equal one had been there.
pub(super) fn is_duplicate(record: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct ReadRecord<'a> {
        attempts: u32,
        #[serde(borrow)]
        error: RecordReadError<'a>,
    }
    #[derive(Deserialize)]
    struct RecordReadError<'a> {
        #[serde(borrow)]
        code: Cow<'a, str>,
    }
    serde_json::from_slice::<ReadRecord<'_>>(record)
        // A guest may give this code too.
        .is_ok_and(|read| read.attempts == 0 && read.error.code == dedup::DUPLICATE)
}

/// The id that a record gives its task.
#[must_use]
pub fn id_of(record: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct RecordId {
        id: String,
    }
    serde_json::from_slice::<RecordId>(record).ok().map(|record| record.id)
}

/// Reads all records of `path`. Takes as much memory as the keys do, some more for each that was
/// judged, and the largest record.
///
/// # Errors
/// If it cannot be read, or is damaged before its end.
pub fn scan(reader: impl BufRead, path: &Path, naming: IdNaming) -> Result<RecordScan, JournalError> {
    let (mut done, mut at) = (DoneRecords::default(), 0);
    let tally = each_named(reader, path, naming, |seen, line| {
        done.add(seen.key, seen.content);
        if let Some(execution) = seen.execution {
            done.add_judged(seen.key, JudgedRecord { content: seen.content, execution, at });
        }
        at += lines::length(line.len()) + 1;
        Ok(())
    })?;
    Ok(RecordScan { tally, done })
}

/// As [`scan`], for a file of records that is no run's folder: they are added to `done`, but for
/// those that were cut short.
///
/// # Errors
/// As [`scan`].
pub fn add_finished(
    reader: impl BufRead,
    path: &Path,
    naming: IdNaming,
    done: &mut DoneRecords,
) -> Result<LineTally, JournalError> {
    each_named(reader, path, naming, |seen, _| {
        if seen.verdict != Verdict::Canceled {
            done.add(seen.key, seen.content);
        }
        Ok(())
    })
}

/// Hands on each whole record as `read` has it, and its line without the newline. The first error
/// of `take` ends it.
pub(super) fn each_read(
    reader: impl BufRead,
    path: &Path,
    read: impl FnMut(&[u8]) -> Result<SeenRecord, LineFlaw>,
    take: impl FnMut(SeenRecord, &[u8]) -> Result<(), JournalError>,
) -> Result<LineTally, JournalError> {
    handed_on_behind(LinePlace::default(), (reader, path), read, take)
}

/// As [`each_read`], with the key that each record has in a run whose tasks are called so.
pub(super) fn each_named(
    reader: impl BufRead,
    path: &Path,
    naming: IdNaming,
    take: impl FnMut(SeenRecord, &[u8]) -> Result<(), JournalError>,
) -> Result<LineTally, JournalError> {
    each_handed_on(reader, path, naming, take)
}

/// As [`each_named`], for the records behind a place, which is where `reader` is.
pub(super) fn each_behind(
    place: LinePlace,
    reader: impl BufRead,
    path: &Path,
    naming: IdNaming,
    take: impl FnMut(SeenRecord, &[u8]) -> Result<(), JournalError>,
) -> Result<LineTally, JournalError> {
    handed_on_behind(place, (reader, path), |line| SeenRecord::read(line, naming), take)
}

/// As [`each_named`], for whoever does something with a record that may fail in ways of its own.
pub(super) fn each_handed_on<E: From<JournalError>>(
    reader: impl BufRead,
    path: &Path,
    naming: IdNaming,
    take: impl FnMut(SeenRecord, &[u8]) -> Result<(), E>,
) -> Result<LineTally, E> {
    handed_on_behind(LinePlace::default(), (reader, path), |line| SeenRecord::read(line, naming), take)
}

fn handed_on_behind<E: From<JournalError>>(
    place: LinePlace,
    (reader, path): (impl BufRead, &Path),
    mut read: impl FnMut(&[u8]) -> Result<SeenRecord, LineFlaw>,
    mut take: impl FnMut(SeenRecord, &[u8]) -> Result<(), E>,
) -> Result<LineTally, E> {
    let (mut verdicts, mut replacing, mut failed) = (VerdictCounts::default(), 0, None);
    let ended = lines::each_behind(place, reader, path, |line| {
        let seen = read(line)?;
        verdicts.add(seen.verdict);
        replacing += u64::from(seen.replaces.is_some());
        take(seen, line).map_err(|error| {
            failed = Some(error);
            LineFlaw::Strange(String::new())
        })
    });
    match (failed, ended) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(error.into()),
        (None, Ok((end, torn))) => Ok(LineTally { verdicts, replacing, end, torn }),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::output::record::render;
    use polymer_host_event::samples;
    use polymer_host_task::{Output, Record};
    use std::time::SystemTime;

    /// A line of `results.jsonl`.
    pub(in super::super) fn line(key: TaskKey, verdict: Verdict) -> Vec<u8> {
        let mut out = Vec::new();
        let record = Record { key: Some(key), verdict, ..samples::ok() };
        render(&record, SystemTime::UNIX_EPOCH, &mut out);
        out
    }

    fn read(file: &[u8]) -> Result<RecordScan, JournalError> {
        scan(file, Path::new("results.jsonl"), IdNaming::Other)
    }

    #[test]
    fn records_are_counted_by_verdict_and_by_key() {
        let [a, b] = ["a", "b"].map(TaskKey::of_id);
        let file = [line(a, Verdict::Ok), line(b, Verdict::Timeout), line(a, Verdict::Canceled)].concat();
        let RecordScan { tally, mut done } = read(&file).unwrap();
        assert_eq!((tally.verdicts.all(), tally.verdicts.failed(), tally.torn), (3, 2, None));
        assert_eq!(tally.end, lines::length(file.len()));
        let verdicts: Vec<_> = tally.verdicts.iter().collect();
        assert_eq!(verdicts, [(Verdict::Ok, 1), (Verdict::Timeout, 1), (Verdict::Canceled, 1)]);
        assert_eq!(done.keys(), 2);
        assert_eq!([a, a, a, b, b].map(|key| done.take_any(key)), [true, true, false, true, false]);
    }

    #[test]
    fn every_verdict_that_is_written_is_read() {
        for verdict in Verdict::ALL {
            let tally = read(&line(TaskKey::of_id("a"), verdict)).unwrap().tally;
            assert_eq!((tally.verdicts.get(verdict), tally.verdicts.all()), (1, 1));
        }
    }

    #[test]
    fn a_file_cut_anywhere_has_the_whole_records_before() {
        let mut large = samples::ok();
        large.key = Some(TaskKey::of_id("large"));
        large.output = Some(Output::Text("{\"key\":\"ä\u{1}\\".repeat(20)));
        let mut second = Vec::new();
        render(&large, SystemTime::UNIX_EPOCH, &mut second);
        let lines =
            [line(TaskKey::of_id("0"), Verdict::Ok), second, line(TaskKey::of_id("2"), Verdict::Trap)];
        let ends: Vec<usize> = (0..=3).map(|n| lines.iter().take(n).map(Vec::len).sum()).collect();
        let file = lines.concat();
        for cut in 0..=file.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            for tail in [&b""[..], b"\0", b"\0\n\0\0"] {
                let RecordScan { tally, done } = read(&[&file[..cut], tail].concat()).unwrap();
                let count = u64::try_from(whole).unwrap();
                assert_eq!((tally.verdicts.all(), done.keys()), (count, whole), "cut at {cut}");
                assert_eq!(tally.end, lines::length(ends[whole]));
                let bytes = lines::length(cut + tail.len()) - tally.end;
                assert_eq!(tally.torn, (bytes > 0).then_some(TornLine { at: tally.end, bytes }));
            }
        }
    }

    #[test]
    fn damage_before_the_end_is_refused_wherever_it_is() {
        let first = line(TaskKey::of_id("0"), Verdict::Ok);
        let file: Vec<u8> = (0..4).flat_map(|n| line(TaskKey::of_id(&n.to_string()), Verdict::Ok)).collect();
        for at in 0..first.len() * 2 {
            let mut damaged = file.clone();
            damaged[at] = 0;
            let error = read(&damaged).unwrap_err();
            let expected = u64::from(at >= first.len()) + 1;
            assert!(matches!(error, JournalError::Damaged { line, .. } if line == expected), "{at}: {error}");
        }
    }

    #[test]
    fn whole_records_of_others_are_refused_at_the_end_too() {
        for line in [
            r#"{"v":1,"id":"7","seq":7,"verdict":"ok","key":null}"#,
            r#"{"v":1,"id":"7","seq":7,"verdict":"fine","key":"525b07342774735111364801332a15be"}"#,
            r#"{"v":1,"id":"7","seq":7,"verdict":"ok","key":"525b"}"#,
            r#"{"v":1,"id":"7","verdict":"ok","key":"525b07342774735111364801332a15be"}"#,
            "[]",
        ] {
            assert!(matches!(
                read(format!("{line}\n").as_bytes()),
                Err(JournalError::Damaged { line: 1, at: 0, .. })
            ));
        }
    }
}
