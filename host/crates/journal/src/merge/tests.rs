//! Records of several folders in one, in the order of their lines, and partitions not whole.

use super::*;
use crate::dir::{FAILED, RESULTS};
use crate::output::record::render;
use polymer_host_event::samples;
use polymer_host_task::{Record, TaskKey, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

struct Fixture {
    folder: tempfile::TempDir,
    out: RunDir,
}

/// A task of a partition: its line's number, and whether it ended ok.
type Task = (u64, bool);

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let out = RunDir::create(&folder.path().join("out")).unwrap();
        manifest(0).write(&out).unwrap();
        Self { folder, out }
    }

    /// A folder with these records, as a run leaves it.
    fn part(&self, name: &str, tasks: &[Task]) -> PathBuf {
        let path = self.folder.path().join(name);
        let mut dir = RunDir::create(&path).unwrap();
        dir.keep();
        manifest(0).write(&dir).unwrap();
        let (mut results, mut failed) = (Vec::new(), String::new());
        for (seq, is_ok) in tasks {
            render(&record(name, *seq, *is_ok), SystemTime::UNIX_EPOCH, &mut results);
            if !is_ok {
                writeln!(failed, "line {seq} of {name}").unwrap();
            }
        }
        fs::write(path.join(RESULTS), results).unwrap();
        fs::write(path.join(FAILED), failed).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out.path().join(name)).unwrap()
    }

    fn ids(&self) -> Vec<String> {
        let id = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned()
        };
        self.read(RESULTS).lines().map(id).collect()
    }

    fn merge(&self, parts: &[PathBuf], bounds: SortBounds) -> Result<MergedRecords, JournalError> {
        let parts: Vec<&Path> = parts.iter().map(PathBuf::as_path).collect();
        let number = u32::try_from(parts.len()).unwrap();
        merge_within(bounds, &self.out, &parts, || manifest(number), |_| {})
    }
}

/// One that can be told from others by its limit.
fn manifest(number: u32) -> RunManifest {
    let host = crate::manifest::HostMachine { name: String::new(), system: String::new(), cores: number };
    let limits = (&polymer_host_task::Limits::default()).into();
    RunManifest::new("/".into(), BTreeMap::new(), limits, host)
}

fn record(name: &str, seq: u64, is_ok: bool) -> Record {
    let id = format!("{name}/{seq}");
    let sample = if is_ok { samples::ok() } else { samples::trap() };
    Record { key: Some(TaskKey::of_id(&id)), id, seq, ..sample }
}

fn small() -> SortBounds {
    SortBounds { chunk: 3, fan_in: 2, read_ahead: 2 }
}

#[test]
fn records_stand_in_the_order_of_their_lines_with_the_lines_that_failed() {
    for bounds in [SortBounds::default(), small()] {
        let fixture = Fixture::new();
        let parts = [
            fixture.part("a", &[(9, true), (1, false), (4, true), (7, false)]),
            fixture.part("b", &[(2, true), (8, false), (3, false), (6, true)]),
            fixture.part("none", &[]),
            fixture.part("c", &[(5, false)]),
        ];
        let merged = fixture.merge(&parts, bounds).unwrap();
        let ids = ["a/1", "b/2", "b/3", "a/4", "c/5", "b/6", "a/7", "b/8", "a/9"];
        assert_eq!(fixture.ids(), ids);
        let failed: Vec<String> = fixture.read(FAILED).lines().map(str::to_owned).collect();
        assert_eq!(failed, ["line 1 of a", "line 3 of b", "line 5 of c", "line 7 of a", "line 8 of b"]);
        assert_eq!((merged.verdicts.all(), merged.verdicts.get(Verdict::Trap)), (9, 5));
        assert_eq!((merged.stats.tasks(), merged.stats.attempts), (9, 9));
        assert_eq!(RunManifest::read(fixture.out.path()).unwrap(), manifest(4));
    }
}

#[test]
fn more_is_merged_into_what_is_there_and_equal_numbers_keep_their_order() {
    let fixture = Fixture::new();
    fixture.merge(&[fixture.part("a", &[(2, true), (2, false)])], small()).unwrap();
    let merged = fixture.merge(&[fixture.part("b", &[(2, true), (1, true)])], small()).unwrap();
    assert_eq!(fixture.ids(), ["b/1", "a/2", "a/2", "b/2"]);
    assert_eq!((merged.verdicts.all(), fixture.read(FAILED).as_str()), (4, "line 2 of a\n"));
    // Nothing more: the sums are told, and nothing is written.
    let before = fixture.out.path().join(RESULTS).metadata().unwrap().modified().unwrap();
    assert_eq!(fixture.merge(&[], small()).unwrap().stats.tasks(), 4);
    assert_eq!(fixture.out.path().join(RESULTS).metadata().unwrap().modified().unwrap(), before);
}

#[test]
fn a_partition_that_is_not_whole_changes_nothing() {
    let fixture = Fixture::new();
    fixture.merge(&[fixture.part("a", &[(1, true), (2, false)])], small()).unwrap();
    let files = || [RESULTS, FAILED, RUN].map(|name| fixture.read(name));
    let before = files();
    let torn = fixture.part("torn", &[(3, true), (4, true)]);
    let records = fs::read(torn.join(RESULTS)).unwrap();
    fs::write(torn.join(RESULTS), &records[..records.len() - 5]).unwrap();
    let lacking = fixture.part("lacking", &[(3, false), (4, false)]);
    fs::write(lacking.join(FAILED), "line\n").unwrap();
    let counted = fixture.part("counted", &[(3, true)]);
    fs::write(counted.join(SUMMARY), r#"{"v":1,"tasks":2}"#).unwrap();
    let damaged = fixture.part("damaged", &[(3, true)]);
    fs::write(damaged.join(RESULTS), "{}\n").unwrap();
    for (part, words) in [
        (torn, "ends in the middle of a record: "),
        (lacking, "it has 1 lines, but 2 records are"),
        (counted, "results.jsonl has 1 records, and "),
        (damaged, "is damaged: line 1"),
    ] {
        let whole = fixture.part(&format!("with-{}", part.file_name().unwrap().display()), &[(5, true)]);
        let error = fixture.merge(&[whole, part], small()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(files(), before);
        let left: Vec<_> =
            fs::read_dir(fixture.out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".new")), "{left:?}");
    }
}

#[test]
fn records_that_are_longer_than_what_is_read_ahead_are_whole() {
    let fixture = Fixture::new();
    let path = fixture.part("long", &[(2, false), (1, true)]);
    let long = "x".repeat(700 << 10);
    fs::write(path.join(FAILED), format!("{long}\n")).unwrap();
    fixture.merge(&[path], small()).unwrap();
    assert_eq!(fixture.ids(), ["long/1", "long/2"]);
    assert!(fixture.read(FAILED) == format!("{long}\n"));
}
