//! Records that are torn, as a lost machine leaves them, and records that are damaged, as nothing
//! leaves them but an accident.

use super::super::support::{RunDir, example, text_of};
use super::{fewer, random};
use std::collections::BTreeMap;
use std::fs;

/// Places to cut at where nobody says how many.
const USUAL: usize = 25;
/// Records of the run.
const RECORDS: usize = 6;

/// A run that is complete, its last record but one and some before that of lines that failed.
fn complete() -> RunDir {
    let dir = RunDir::new();
    let lines: Vec<String> = (0..RECORDS)
        .map(|n| format!(r#"{{"text":"{n}","wait":{}}}"#, if n % 4 == 0 { -1 } else { 0 }))
        .collect();
    let input = dir.beside().file("input", lines.join("\n") + "\n");
    let cache = dir.beside().path().join("cache");
    let line =
        format!("{} -j 1 --input {} --cache-dir {}", example("simple"), input.display(), cache.display());
    dir.run(&line).run("").check(100);
    assert_eq!((dir.records().len(), dir.failed().len()), (RECORDS, 2));
    dir
}

/// All of its files.
fn content(dir: &RunDir) -> BTreeMap<String, Vec<u8>> {
    dir.names().into_iter().map(|name| (name.clone(), dir.bytes(&name))).collect()
}

#[test]
fn what_is_torn_off_the_last_records_is_run_again_and_nothing_else() {
    let dir = complete();
    let (mut random, seed) = random();
    let whole = content(&dir);
    let results = &whole["results.jsonl"];
    let ends: Vec<usize> =
        results.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    let first = ends[RECORDS - 3];
    let mut cuts: Vec<usize> = (first..=results.len()).collect();
    random.shuffle(&mut cuts);
    if let Some(some) = fewer(USUAL) {
        cuts.truncate(some);
    }
    // The edges always.
    cuts.extend([
        first,
        first + 1,
        ends[RECORDS - 2] - 1,
        ends[RECORDS - 2],
        results.len() - 1,
        results.len(),
    ]);
    let ids =
        |dir: &RunDir| -> Vec<String> { dir.records().iter().map(|record| record.id().to_owned()).collect() };
    for cut in cuts {
        for (name, bytes) in &whole {
            fs::write(dir.path().join(name), bytes).unwrap();
        }
        fs::write(dir.path().join("results.jsonl"), &results[..cut]).unwrap();
        let ended = dir.resume("").run("").check(100);
        let torn = !ends.contains(&cut);
        let says = format!(
            "results.jsonl: {} bytes after its last complete line were cut off",
            cut - ends.iter().rfind(|end| **end <= cut).unwrap()
        );
        assert_eq!(ended.stderr.contains(&says), torn, "cut at {cut}, seed {seed}: {}", ended.stderr);
        assert_eq!(ids(&dir), ["1", "2", "3", "4", "5", "6"], "cut at {cut}, seed {seed}");
        assert_eq!(dir.failed(), text_of(&whole["failed.jsonl"]).lines().collect::<Vec<_>>(), "cut at {cut}");
        let kept = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(dir.events_of(2, "attempt_started").len(), RECORDS - kept, "cut at {cut}, seed {seed}");
        assert_eq!(dir.json("summary.json")["complete"], true, "cut at {cut}, seed {seed}");
    }
}

/// Damages one file, and expects that the run is not gone on with and that nothing was touched.
#[track_caller]
fn check_refused(dir: &RunDir, whole: &BTreeMap<String, Vec<u8>>, name: &str, damaged: &[u8], says: &str) {
    fs::write(dir.path().join(name), damaged).unwrap();
    let before = content(dir);
    let ended = dir.resume("").run("").check(96);
    ended.check_says(&format!("error: {} is damaged: {says}", dir.path().join(name).display()));
    let mut after = content(dir);
    // It holds the number of the process.
    after.insert("lock".to_owned(), before["lock"].clone());
    assert!(after == before, "a run that is refused was changed: {:?}", after.keys());
    fs::write(dir.path().join(name), &whole[name]).unwrap();
}

#[test]
fn damage_before_the_end_is_refused_and_nothing_is_touched() {
    let dir = complete();
    let whole = content(&dir);
    for name in ["results.jsonl", "events.jsonl"] {
        let bytes = &whole[name];
        let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let says = format!("line 2, which begins after {second} bytes, is ");
        let mut damaged = bytes.clone();
        damaged[second + 20] = 0;
        check_refused(&dir, &whole, name, &damaged, &says);
        // The end of a line and the beginning of the next are gone.
        let third = second + bytes[second..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let damaged = [&bytes[..third - 10], &bytes[third + 10..]].concat();
        check_refused(&dir, &whole, name, &damaged, &says);
    }
    let failed = &whole["failed.jsonl"];
    check_refused(&dir, &whole, "failed.jsonl", &failed[..failed.len() - 1], "it has 1 lines, but 2 records");
    check_refused(&dir, &whole, "run.json", b"{\"v\":1}", "missing field");
    check_refused(&dir, &whole, "run.json", &whole["run.json"][..40], "EOF while parsing");
    // Where nothing is damaged, nothing is to be done.
    dir.resume("").run("").check(100);
    assert_eq!(dir.bytes("results.jsonl"), whole["results.jsonl"]);
}

#[test]
fn a_torn_end_of_the_events_or_of_what_failed_costs_nothing() {
    let dir = complete();
    let whole = content(&dir);
    for (name, more) in
        [("events.jsonl", &b"{\"event\":\"task_do"[..]), ("failed.jsonl", b"a line too many\nand half a")]
    {
        fs::write(dir.path().join(name), [&whole[name], more].concat()).unwrap();
        let says = format!("{name}: {} bytes after its last complete line were cut off", more.len());
        dir.resume("").run("").check(100).check_says(&says);
        assert_eq!(dir.bytes("results.jsonl"), whole["results.jsonl"], "{name}");
        assert_eq!(dir.bytes("failed.jsonl"), whole["failed.jsonl"], "{name}");
        dir.events();
    }
}
