//! Records that are dropped, whole or not at all wherever it is killed.

use super::*;
use crate::output::record::render;
use crate::rewrite;
use polymer_host_event::samples;
use polymer_host_task::Record;
use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

/// Who ended how: a trap leaves a line.
const ALL: [(&str, Verdict); 6] = [
    ("anna/1", Verdict::Ok),
    ("ben/1", Verdict::Trap),
    ("anna/2", Verdict::Trap),
    ("ben/2", Verdict::Ok),
    ("anna/1", Verdict::Timeout),
    ("cleo/1", Verdict::Trap),
];

fn record((id, verdict): (&str, Verdict)) -> Vec<u8> {
    let mut line = Vec::new();
    let key = Some(TaskKey::of_id(id));
    let record = Record { id: id.to_owned(), key, verdict, ..samples::ok() };
    render(&record, SystemTime::UNIX_EPOCH, &mut line);
    line
}

/// A line that is longer than what is held, of one of them.
fn line((id, _): (&str, Verdict)) -> Vec<u8> {
    let length = if id == "ben/1" { 2 * HELD } else { 3 };
    format!("{id} {}\n", "x".repeat(length)).into_bytes()
}

fn made(records: &[(&str, Verdict)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let failed = records.iter().filter(|(_, verdict)| *verdict != Verdict::Ok);
    let results: Vec<u8> = records.iter().flat_map(|told| record(*told)).collect();
    fs::write(dir.path().join(RESULTS), results).unwrap();
    fs::write(dir.path().join(FAILED), failed.flat_map(|told| line(*told)).collect::<Vec<_>>()).unwrap();
    dir
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn is_of(person: &str) -> impl Fn(RecordedTask<'_>) -> bool {
    let prefix = format!("{person}/");
    move |task| task.id.is_some_and(|id| id.starts_with(&prefix))
}

fn without(person: &str) -> BTreeMap<String, Vec<u8>> {
    let others: Vec<_> = ALL.into_iter().filter(|(id, _)| !id.starts_with(person)).collect();
    files(made(&others).path())
}

#[test]
fn records_go_with_their_lines_and_the_others_keep_theirs() {
    for (person, records) in [("anna", 3), ("ben", 2), ("cleo", 1), ("dora", 0)] {
        let dir = made(&ALL);
        let dropped = drop_records(dir.path(), IdNaming::Other, is_of(person)).unwrap();
        assert_eq!(dropped, DroppedRecords { records, lines: 0 }, "{person}");
        assert!(files(dir.path()) == without(person), "{person}");
    }
}

#[test]
fn what_was_to_be_run_again_goes_by_its_key() {
    let dir = made(&ALL);
    let wanted = |seen: &results::SeenRecord, _: &[u8]| seen.key == TaskKey::of_id("anna/1");
    rewrite::take_back(dir.path(), IdNaming::Other, wanted, HELD).unwrap();
    let left = [TaskKey::of_id("anna/1"), TaskKey::of_id("anna/2")];
    let is_unwanted = |task: RecordedTask<'_>| left.contains(&task.key);
    let dropped = drop_records(dir.path(), IdNaming::Other, is_unwanted).unwrap();
    assert_eq!(dropped, DroppedRecords { records: 2, lines: 2 }, "one is a line, and one stands for now");
    let mut found = files(dir.path());
    assert_eq!(found.remove(AGAIN), Some(Vec::new()));
    assert!(found == without("anna"));
}

#[test]
fn it_is_done_wholly_or_not_at_all_wherever_it_is_killed() {
    let (before, after) = (files(made(&ALL).path()), without("anna"));
    for renamed in 0..=2 {
        let dir = made(&ALL);
        write_new(dir.path(), IdNaming::Other, &mut is_of("anna")).unwrap();
        announce(dir.path()).unwrap();
        for name in &[FAILED, RESULTS][..renamed] {
            let path = dir.path().join(name);
            fs::rename(dir.path().join(format!("{name}.new")), path).unwrap();
        }
        assert!(finish(dir.path()).unwrap());
        assert!(files(dir.path()) == after, "{renamed}");
    }
    let dir = made(&ALL);
    write_new(dir.path(), IdNaming::Other, &mut is_of("anna")).unwrap();
    assert!(!finish(dir.path()).unwrap());
    assert!(files(dir.path()) == before);
}

#[test]
fn damage_changes_nothing() {
    let dir = made(&ALL);
    fs::write(dir.path().join(FAILED), "only one\n").unwrap();
    let before = files(dir.path());
    let error = drop_records(dir.path(), IdNaming::Other, is_of("anna")).unwrap_err();
    assert!(matches!(error, JournalError::LinesMissing { has: 1, needs: 2, .. }), "{error}");
    assert!(files(dir.path()) == before);
}
