//! Compares two runs by their folders: tasks are matched by key, whatever order they stand in.
//!
//! Memory has a bound: the ends of tasks are sorted outside of it, in files without a name. It must
//! never know who shows what came of it.

use super::dir::fresh;
use super::external_sort::{ByteSpan, ExternalSort, RecordPlace, SortBounds};
use super::lines::{JournalError, cannot_read, cannot_write};
use super::results::{IdNaming, SeenRecord};
use super::run_sketch::RecordParts;
use super::standing_records::StandingRecords;
use polymer_host_sketch::{ChangedTask, ComparedEnd, RunComparison};
use polymer_host_task::Verdict;
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Ends of one key that are held: equal lines have one key.
const MOST_EQUAL: usize = 1 << 12;

/// A run that is compared.
#[derive(Debug, Clone, Copy)]
pub struct ComparedRun<'a> {
    /// Its folder.
    pub dir: &'a Path,
    /// How its tasks are called.
    pub naming: IdNaming,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct ComparedRuns {
    /// The comparison.
    pub comparison: RunComparison,
    /// Ids of the tasks that it tells of, by their lines in the later run.
    pub ids: BTreeMap<u64, String>,
}

/// Compares a run with an earlier one. What is appended to either meanwhile is not looked at.
///
/// # Errors
/// If a folder cannot be read, or is damaged before its end, or there is no room for scratch files.
pub fn compare(before: ComparedRun<'_>, now: ComparedRun<'_>) -> Result<ComparedRuns, JournalError> {
    compare_within(SortBounds::default(), before, now)
}

fn compare_within(
    bounds: SortBounds,
    before: ComparedRun<'_>,
    now: ComparedRun<'_>,
) -> Result<ComparedRuns, JournalError> {
    let place = std::env::temp_dir();
    let mut made = 0;
    let mut sort = ExternalSort::new(bounds, || {
        made += 1;
        scratch_file(&place, made)
    });
    for (run, ComparedRun { dir, naming }) in [before, now].into_iter().enumerate() {
        StandingRecords::scan(dir, naming)?.each(|seen, line| {
            sort.push(sort_place(run as u64, seen, fuel_of(line))).map_err(cannot_write(&place))
        })?;
    }
    let mut pairing = EndPairing::default();
    for end in sort.sorted().map_err(cannot_read(&place))? {
        pairing.add(end.map_err(cannot_read(&place))?);
    }
    let comparison = pairing.finish();
    let ids = ids_of(&comparison, now)?;
    Ok(ComparedRuns { comparison, ids })
}

/// A file that goes with this process.
fn scratch_file(folder: &Path, number: u32) -> io::Result<File> {
    let path = folder.join(format!(".polymer-compare-{}-{number}", std::process::id()));
    let file = fresh(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

fn fuel_of(line: &[u8]) -> Option<u64> {
    RecordParts::read(line).ok()?.fuel()
}

/// The end of a task as the sort takes it: by key, then by run, then by line.
fn sort_place(run: u64, seen: &SeenRecord, fuel: Option<u64>) -> RecordPlace {
    let key = u128::from_be_bytes(*seen.key.bytes());
    let half = |half: u128| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default();
    RecordPlace {
        rank: half(key >> 64),
        source: 0,
        record: ByteSpan { at: half(key), bytes: run },
        // Lines are counted, so eight bits less are enough for their number.
        line: ByteSpan {
            at: seen.seq << 8 | seen.verdict as u64,
            bytes: fuel.map_or(0, |fuel| fuel.saturating_add(1)),
        },
    }
}

fn end_of(place: RecordPlace) -> Option<ComparedEnd> {
    let verdict = Verdict::ALL.into_iter().find(|verdict| *verdict as u64 == place.line.at & 0xff)?;
    Some(ComparedEnd { seq: place.line.at >> 8, verdict, fuel: place.line.bytes.checked_sub(1) })
}

/// Pairs ends of one key as they come: those of the earlier run first.
#[derive(Debug, Default)]
struct EndPairing {
    comparison: RunComparison,
    key: (u64, u64),
    before: VecDeque<ComparedEnd>,
}

impl EndPairing {
    fn add(&mut self, place: RecordPlace) {
        let key = (place.rank, place.record.at);
        if key != self.key {
            self.leave_key();
            self.key = key;
        }
        let Some(end) = end_of(place) else { return };
        if place.record.bytes == 0 {
            match self.before.len() < MOST_EQUAL {
                true => self.before.push_back(end),
                false => self.comparison.only_before += 1,
            }
            return;
        }
        match self.before.pop_front() {
            Some(before) => self.comparison.add(ChangedTask { before, now: end }),
            None => self.comparison.only_now += 1,
        }
    }

    fn leave_key(&mut self) {
        self.comparison.only_before += self.before.len() as u64;
        self.before.clear();
    }

    fn finish(mut self) -> RunComparison {
        self.leave_key();
        self.comparison
    }
}

/// Finds the ids of the tasks that a comparison tells of.
fn ids_of(comparison: &RunComparison, now: ComparedRun<'_>) -> Result<BTreeMap<u64, String>, JournalError> {
    let told = comparison.failed_now().chain(comparison.mended());
    let told = told.chain(comparison.most_more()).chain(comparison.most_less());
    let mut ids: BTreeMap<u64, String> = told.map(|task| (task.now.seq, String::new())).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    StandingRecords::scan(now.dir, now.naming)?.each(|seen, line| {
        if let Some(id) = ids.get_mut(&seen.seq)
            && let Ok(record) = RecordParts::read(line)
        {
            *id = polymer_host_base::text::cut(record.id(), 256);
        }
        Ok::<_, JournalError>(())
    })?;
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dir::RESULTS;
    use crate::output::record::render;
    use polymer_host_event::samples;
    use polymer_host_task::{Record, TaskKey, Usage};
    use std::time::SystemTime;

    /// A folder with records of tasks: name, line, verdict and fuel.
    fn folder(tasks: &[(&str, u64, Verdict, u64)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut text = Vec::new();
        for (name, seq, verdict, fuel) in tasks {
            let usage = Usage { fuel: Some(*fuel), ..samples::ok().usage };
            let (id, key) = ((*name).to_owned(), Some(TaskKey::of_id(name)));
            let record = Record { id, key, seq: *seq, verdict: *verdict, usage, ..samples::ok() };
            render(&record, SystemTime::UNIX_EPOCH, &mut text);
        }
        fs::write(folder.path().join(RESULTS), text).unwrap();
        folder
    }

    fn compared(bounds: SortBounds, before: &tempfile::TempDir, now: &tempfile::TempDir) -> ComparedRuns {
        let run = |dir| ComparedRun { dir, naming: IdNaming::Other };
        compare_within(bounds, run(before.path()), run(now.path())).unwrap()
    }

    #[test]
    fn tasks_are_matched_by_key_in_any_order() {
        use Verdict::{Ok, Timeout, Trap};
        let before = folder(&[("a", 1, Ok, 10), ("b", 2, Trap, 10), ("c", 3, Ok, 10), ("gone", 4, Ok, 1)]);
        let now = folder(&[("new", 1, Ok, 1), ("c", 2, Ok, 20), ("b", 3, Ok, 10), ("a", 4, Timeout, 10)]);
        let ComparedRuns { comparison, ids } = compared(SortBounds::default(), &before, &now);
        assert_eq!((comparison.both(), comparison.only_before, comparison.only_now), (3, 1, 1));
        let failed: Vec<_> = comparison.failed_now().map(|task| (task.before.seq, task.now.seq)).collect();
        assert_eq!((failed, comparison.mended_count(), comparison.more_fuel), (vec![(1, 4)], 1, 1));
        let named: Vec<_> = ids.iter().map(|(seq, id)| (*seq, id.as_str())).collect();
        assert_eq!(named, [(2, "c"), (3, "b"), (4, "a")]);
    }

    #[test]
    fn equal_lines_are_paired_as_often_as_both_have_them() {
        let tasks = |count: u64| (1..=count).map(|seq| ("same", seq, Verdict::Ok, 7)).collect::<Vec<_>>();
        let comparison = compared(SortBounds::default(), &folder(&tasks(5)), &folder(&tasks(3))).comparison;
        assert_eq!((comparison.both(), comparison.only_before, comparison.only_now), (3, 2, 0));
    }

    #[test]
    fn what_does_not_fit_into_memory_is_compared_alike() {
        let names: Vec<String> = (0..500).map(|number| number.to_string()).collect();
        let tasks = |verdict: fn(usize) -> Verdict| {
            let tasks = names.iter().enumerate();
            folder(
                &tasks
                    .map(|(at, name)| (name.as_str(), at as u64 + 1, verdict(at), at as u64))
                    .collect::<Vec<_>>(),
            )
        };
        let before = tasks(|at| if at % 3 == 0 { Verdict::Trap } else { Verdict::Ok });
        let now = tasks(|at| if at % 5 == 0 { Verdict::Timeout } else { Verdict::Ok });
        let small = SortBounds { chunk: 7, fan_in: 2, read_ahead: 3 };
        let (one, other) = (compared(small, &before, &now), compared(SortBounds::default(), &before, &now));
        assert_eq!(one.comparison, other.comparison);
        assert_eq!((one.comparison.both(), one.comparison.mended_count()), (500, 133));
    }
}
