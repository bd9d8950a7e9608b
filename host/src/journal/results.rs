//! What has a record: `results.jsonl`, read as fast as it can be, with no more of it in memory than a number for each key.
//!
//! It must never know what becomes of the tasks that have none.

use super::lines::{self, Flaw, JournalError, Torn};
use crate::task::{Key, Verdict};
use serde::Deserialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::BufRead;
use std::path::Path;

/// What a scan of all records gives.
#[derive(Debug, Default)]
pub struct Results {
    /// How many there are.
    pub tally: Tally,
    /// Of which tasks.
    pub done: Done,
}

/// How many whole records a file has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// By verdict.
    pub verdicts: Counts,
    /// Bytes of all of them: where the next is to be appended.
    pub end: u64,
    /// What stands behind them.
    pub torn: Option<Torn>,
}

/// A number for each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; Verdict::ALL.len()]);

impl Counts {
    /// Counts one.
    pub const fn add(&mut self, verdict: Verdict) {
        // Verdicts are numbered from 0 without a gap.
        self.0[verdict as usize] += 1;
    }

    /// How many ended so.
    #[must_use]
    pub const fn get(&self, verdict: Verdict) -> u64 {
        self.0[verdict as usize]
    }

    /// All that ended at least one, in the order of summaries.
    pub fn iter(&self) -> impl Iterator<Item = (Verdict, u64)> + '_ {
        Verdict::ALL.iter().map(|verdict| (*verdict, self.get(*verdict))).filter(|(_, number)| *number > 0)
    }

    /// How many there are.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many did not end ok: `failed.jsonl` has a line for each.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.all() - self.get(Verdict::Ok)
    }
}

/// How many records each task has, by its key. A million take 64 MB.
#[derive(Debug, Default)]
pub struct Done(HashMap<Key, u32, BuildHasherDefault<KeyHasher>>);

impl Done {
    /// One record more.
    pub fn add(&mut self, key: Key) {
        let number = self.0.entry(key).or_default();
        *number = number.saturating_add(1);
    }

    /// How many records there are.
    #[must_use]
    pub fn count(&self, key: Key) -> u32 {
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// One record less, if there is one: says whether there was.
    pub fn take(&mut self, key: Key) -> bool {
        match self.0.entry(key) {
            Entry::Vacant(_) => false,
            Entry::Occupied(mut entry) => {
                *entry.get_mut() -= 1;
                if *entry.get() == 0 {
                    entry.remove();
                }
                true
            }
        }
    }

    /// How many keys have a record.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.0.len()
    }
}

/// Keys are hashes, so their first bytes do.
#[derive(Debug, Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    /// The length, which is the same for all.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What is wanted of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its task's key.
    pub key: Key,
    /// The number of its line.
    pub seq: u64,
    /// How its task ended.
    pub verdict: Verdict,
}

#[derive(Deserialize)]
struct Line<'a> {
    seq: u64,
    verdict: &'a str,
    key: Option<&'a str>,
}

impl Seen {
    fn read(line: &[u8]) -> Result<Self, Flaw> {
        let line: Line<'_> = serde_json::from_slice(line).map_err(|error| Flaw::of(&error, "record"))?;
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == line.verdict);
        let strange = |why: &str| Flaw::Strange(why.to_owned());
        Ok(Self {
            key: line.key.and_then(|key| key.parse().ok()).ok_or_else(|| {
                strange("is a record without a key, as runs write them that cannot be resumed")
            })?,
            seq: line.seq,
            verdict: verdict.ok_or_else(|| strange("has a verdict that this version does not know"))?,
        })
    }
}

/// Reads all records of `path`. Takes as much memory as the keys do, and the largest record.
///
/// # Errors
/// If it cannot be read, or is damaged before its end.
pub fn scan(reader: impl BufRead, path: &Path) -> Result<Results, JournalError> {
    let mut done = Done::default();
    let tally = each(reader, path, |seen, _| {
        done.add(seen.key);
        Ok(())
    })?;
    Ok(Results { tally, done })
}

/// As [`scan`], for a file of records that is no run's folder: they are added to `done`, but for those that were cut short.
///
/// # Errors
/// As [`scan`].
pub fn add_finished(reader: impl BufRead, path: &Path, done: &mut Done) -> Result<Tally, JournalError> {
    each(reader, path, |seen, _| {
        if seen.verdict != Verdict::Canceled {
            done.add(seen.key);
        }
        Ok(())
    })
}

/// Counts all records of `path`, in as much memory as the largest takes.
///
/// # Errors
/// As [`scan`].
pub fn tally(reader: impl BufRead, path: &Path) -> Result<Tally, JournalError> {
    each(reader, path, |_, _| Ok(()))
}

/// Hands on each whole record, and its line without the newline. The first error of `take` ends it.
pub(super) fn each(
    reader: impl BufRead,
    path: &Path,
    mut take: impl FnMut(Seen, &[u8]) -> Result<(), JournalError>,
) -> Result<Tally, JournalError> {
    let (mut verdicts, mut failed) = (Counts::default(), None);
    let read = lines::each(reader, path, |line| {
        let seen = Seen::read(line)?;
        verdicts.add(seen.verdict);
        take(seen, line).map_err(|error| {
            failed = Some(error);
            Flaw::Strange(String::new())
        })
    });
    match (failed, read) {
        (Some(error), _) | (None, Err(error)) => Err(error),
        (None, Ok((end, torn))) => Ok(Tally { verdicts, end, torn }),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::record::render;
    use crate::report::samples;
    use crate::task::{Output, Record};
    use std::time::SystemTime;

    /// A line of `results.jsonl`.
    pub(in super::super) fn line(key: Key, verdict: Verdict) -> Vec<u8> {
        let mut out = Vec::new();
        let record = Record { key: Some(key), verdict, ..samples::ok() };
        render(&record, SystemTime::UNIX_EPOCH, &mut out);
        out
    }

    fn read(file: &[u8]) -> Result<Results, JournalError> {
        scan(file, Path::new("results.jsonl"))
    }

    #[test]
    fn records_are_counted_by_verdict_and_by_key() {
        let [a, b] = ["a", "b"].map(Key::of_id);
        let file = [line(a, Verdict::Ok), line(b, Verdict::Timeout), line(a, Verdict::Canceled)].concat();
        let Results { tally, mut done } = read(&file).unwrap();
        assert_eq!((tally.verdicts.all(), tally.verdicts.failed(), tally.torn), (3, 2, None));
        assert_eq!(tally.end, lines::length(file.len()));
        let verdicts: Vec<_> = tally.verdicts.iter().collect();
        assert_eq!(verdicts, [(Verdict::Ok, 1), (Verdict::Timeout, 1), (Verdict::Canceled, 1)]);
        assert_eq!(done.keys(), 2);
        assert_eq!([a, a, a, b, b].map(|key| done.take(key)), [true, true, false, true, false]);
    }

    #[test]
    fn every_verdict_that_is_written_is_read() {
        for verdict in Verdict::ALL {
            let tally = read(&line(Key::of_id("a"), verdict)).unwrap().tally;
            assert_eq!((tally.verdicts.get(verdict), tally.verdicts.all()), (1, 1));
        }
    }

    #[test]
    fn a_file_cut_anywhere_has_the_whole_records_before() {
        let mut large = samples::ok();
        large.key = Some(Key::of_id("large"));
        large.output = Some(Output::Text("{\"key\":\"ä\u{1}\\".repeat(20)));
        let mut second = Vec::new();
        render(&large, SystemTime::UNIX_EPOCH, &mut second);
        let lines = [line(Key::of_id("0"), Verdict::Ok), second, line(Key::of_id("2"), Verdict::Trap)];
        let ends: Vec<usize> = (0..=3).map(|n| lines.iter().take(n).map(Vec::len).sum()).collect();
        let file = lines.concat();
        for cut in 0..=file.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            for tail in [&b""[..], b"\0", b"\0\n\0\0"] {
                let Results { tally, done } = read(&[&file[..cut], tail].concat()).unwrap();
                let count = u64::try_from(whole).unwrap();
                assert_eq!((tally.verdicts.all(), done.keys()), (count, whole), "cut at {cut}");
                assert_eq!(tally.end, lines::length(ends[whole]));
                let bytes = lines::length(cut + tail.len()) - tally.end;
                assert_eq!(tally.torn, (bytes > 0).then_some(Torn { at: tally.end, bytes }));
            }
        }
    }

    #[test]
    fn damage_before_the_end_is_refused_wherever_it_is() {
        let first = line(Key::of_id("0"), Verdict::Ok);
        let file: Vec<u8> = (0..4).flat_map(|n| line(Key::of_id(&n.to_string()), Verdict::Ok)).collect();
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
