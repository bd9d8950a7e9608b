//! Records that were replaced, dropped whole or not at all wherever it is killed.

use super::*;
use crate::output::record::render;
use crate::rerun_lines::AgainLine;
use crate::rewrite;
use crate::standing_records::StandingRecords;
use polymer_host_event::samples;
use polymer_host_task::{Output, Record};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

/// A record as these tests tell them: its task, which form of it, how it ended, and which form it
/// takes the place of, if any.
type Told = (u8, u8, Verdict, Option<u8>);

fn content(form: u8) -> Option<TaskContent> {
    (form > 0).then(|| TaskContent::of(&[form; 32], None, b"", b""))
}

fn record((name, form, verdict, replaces): Told) -> Vec<u8> {
    let mut line = Vec::new();
    let record = Record {
        key: Some(TaskKey::of_id(&[name])),
        content: content(form),
        replaces: replaces.map(|form| ReplacedRecord(content(form))),
        // What a guest says is not taken for what we say.
        output: Some(Output::Text(r#"{"a":1,"replaces":null}"#.to_owned())),
        meta: Some(r#"{"a":1,"replaces":null}"#.to_owned()),
        verdict,
        ..samples::ok()
    };
    render(&record, SystemTime::UNIX_EPOCH, &mut line);
    line
}

/// The line of a task that did not end ok. One is longer than what is held.
fn line(name: u8, form: u8) -> Vec<u8> {
    let length = if name == 1 { 2 * HELD } else { 3 };
    format!("{name} {form} {}\n", "x".repeat(length)).into_bytes()
}

fn made(records: &[Told]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let failed = records.iter().filter(|record| record.2 != Verdict::Ok);
    fs::write(dir.path().join(RESULTS), records.iter().flat_map(|told| record(*told)).collect::<Vec<_>>())
        .unwrap();
    fs::write(dir.path().join(FAILED), failed.flat_map(|told| line(told.0, told.1)).collect::<Vec<_>>())
        .unwrap();
    dir
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

/// What is there once that is dropped which does not stand.
fn left(records: &[Told]) -> BTreeMap<String, Vec<u8>> {
    let dir = made(records);
    drop_superseded(dir.path(), IdNaming::Other, LinePlace::default()).unwrap();
    files(dir.path())
}

const REPLACED: [Told; 6] = [
    (1, 1, Verdict::Trap, None),
    (2, 1, Verdict::Ok, None),
    (3, 0, Verdict::Timeout, None),
    (1, 2, Verdict::Ok, Some(1)),
    (3, 1, Verdict::Trap, Some(0)),
    (2, 1, Verdict::TaskError, Some(1)),
];
const LEFT: [Told; 3] =
    [(1, 2, Verdict::Ok, None), (3, 1, Verdict::Trap, None), (2, 1, Verdict::TaskError, None)];

#[test]
fn a_record_takes_the_place_of_another_with_its_line() {
    assert_eq!(left(&REPLACED), files(made(&LEFT).path()));
    let dir = made(&REPLACED);
    let verdicts = tally(dir.path(), IdNaming::Other).unwrap().verdicts;
    assert_eq!(drop_superseded(dir.path(), IdNaming::Other, LinePlace::default()).unwrap(), Some(verdicts));
    assert_eq!((verdicts.all(), verdicts.failed()), (3, 2));
    assert_eq!(
        drop_superseded(dir.path(), IdNaming::Other, LinePlace::default()).unwrap(),
        None,
        "all stand"
    );
}

/// The records that stand in this folder, each with its newline.
fn standing(dir: &Path) -> Vec<u8> {
    let mut seen = Vec::new();
    let add = |_: &SeenRecord, record: &[u8]| {
        seen.extend_from_slice(record);
        seen.push(b'\n');
        Ok::<(), JournalError>(())
    };
    StandingRecords::scan(dir, IdNaming::Other).unwrap().each(add).unwrap();
    seen
}

#[test]
fn those_that_stand_are_read_as_they_will_be_when_the_others_are_dropped() {
    let dir = made(&REPLACED);
    let results = dir.path().join(RESULTS);
    let torn = [fs::read(&results).unwrap(), record(LEFT[0])[..40].to_vec()].concat();
    fs::write(&results, &torn).unwrap();
    let stands: Vec<u8> = LEFT.iter().flat_map(|told| record(*told)).collect();
    assert_eq!(standing(dir.path()), stands);
    assert_eq!(fs::read(&results).unwrap(), torn, "it was changed");
    assert_eq!(standing(made(&[]).path()), b"");
    assert_eq!(standing(tempfile::tempdir().unwrap().path()), b"");
}

#[test]
fn what_is_written_after_the_look_is_left_for_the_next_one() {
    let dir = made(&REPLACED[..3]);
    let records = StandingRecords::scan(dir.path(), IdNaming::Other).unwrap();
    // A session goes on, and then another file takes the place of its records.
    let mut more = fs::OpenOptions::new().append(true).open(dir.path().join(RESULTS)).unwrap();
    std::io::Write::write_all(&mut more, &record(REPLACED[3])).unwrap();
    drop_superseded(dir.path(), IdNaming::Other, LinePlace::default()).unwrap();
    let mut ended = Vec::new();
    records
        .each(|seen, _| {
            ended.push(seen.verdict);
            Ok::<(), JournalError>(())
        })
        .unwrap();
    assert_eq!(ended, [Verdict::Trap, Verdict::Ok, Verdict::Timeout]);
}

#[test]
fn the_first_error_of_who_reads_ends_it() {
    let dir = made(&LEFT);
    let mut seen = 0;
    let error = StandingRecords::scan(dir.path(), IdNaming::Other).unwrap().each(|_, _| {
        seen += 1;
        Err(JournalError::LinesMissing { path: dir.path().to_path_buf(), has: 1, needs: 2 })
    });
    assert!(matches!(error, Err(JournalError::LinesMissing { .. })), "{error:?}");
    assert_eq!(seen, 1);
}

#[test]
fn a_task_that_changed_there_and_back_has_its_last_record() {
    let records = [
        (1, 1, Verdict::Ok, None),
        (1, 2, Verdict::Trap, Some(1)),
        (1, 1, Verdict::Timeout, Some(2)),
        (1, 1, Verdict::TaskError, Some(1)),
    ];
    assert_eq!(left(&records), files(made(&[(1, 1, Verdict::TaskError, None)]).path()));
}

#[test]
fn of_two_alike_one_stays() {
    let records = [(1, 1, Verdict::Ok, None), (1, 1, Verdict::Ok, None), (1, 2, Verdict::Ok, Some(1))];
    assert_eq!(left(&records), files(made(&[(1, 1, Verdict::Ok, None), (1, 2, Verdict::Ok, None)]).path()));
}

#[test]
fn what_is_to_be_run_again_is_so_no_more_once_it_was() {
    let dir = made(&REPLACED[1..]);
    let standing = |told| {
        let mut line = Vec::new();
        results::each_named(&record(told)[..], Path::new("r"), IdNaming::Other, |seen, _| {
            serde_json::to_writer(&mut line, &AgainLine::standing(seen)).unwrap();
            Ok(())
        })
        .unwrap();
        line.push(b'\n');
        line
    };
    let kept = standing((9, 1, Verdict::Ok, None));
    fs::write(dir.path().join(AGAIN), [standing(REPLACED[1]), kept.clone()].concat()).unwrap();
    drop_superseded(dir.path(), IdNaming::Other, LinePlace::default()).unwrap();
    assert_eq!(fs::read(dir.path().join(AGAIN)).unwrap(), kept);
}

#[test]
fn it_is_done_wholly_or_not_at_all_wherever_it_is_killed() {
    let before = files(made(&REPLACED).path());
    let after = files(made(&LEFT).path());
    let superseded = || {
        let mut superseded = SupersededRecords::default();
        let all: Vec<u8> = REPLACED.iter().flat_map(|told| record(*told)).collect();
        let add = |seen, _: &[u8]| {
            superseded.add(&seen);
            Ok(())
        };
        results::each_named(&all[..], Path::new("r"), IdNaming::Other, add).unwrap();
        superseded
    };
    for is_announced in [false, true] {
        for renamed in 0..=2 {
            let dir = made(&REPLACED);
            write_new(dir.path(), IdNaming::Other, &superseded()).unwrap();
            if is_announced {
                announce(dir.path()).unwrap();
                for name in &[FAILED, RESULTS][..renamed] {
                    fs::rename(dir.path().join(format!("{name}.new")), dir.path().join(name)).unwrap();
                }
            } else if let Some(name) = [FAILED, RESULTS].get(renamed) {
                fs::write(dir.path().join(format!("{name}.new")), "half").unwrap();
            }
            assert_eq!(rewrite::finish(dir.path()).unwrap(), is_announced);
            assert_eq!(files(dir.path()), if is_announced { after.clone() } else { before.clone() });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    /// A session that is killed anywhere leaves one record a task, of the form it had last among
    /// those that were written, whenever what does not stand is dropped.
    #[test]
    fn each_task_has_the_record_that_was_written_last(
        steps in prop::collection::vec((0..3_u8, 1..4_u8, any::<bool>(), any::<bool>()), 0..20),
    ) {
        let dir = made(&[]);
        let mut stands = BTreeMap::<u8, (u8, Verdict)>::new();
        // Where the records of a session begin.
        let mut first = LinePlace::default();
        for (name, form, is_ok, is_dropped) in steps {
            let verdict = if is_ok { Verdict::Ok } else { Verdict::Trap };
            let replaces = stands.insert(name, (form, verdict)).map(|(form, _)| form);
            let add = |file, bytes: Vec<u8>| {
                let old = fs::read(dir.path().join(file)).unwrap();
                fs::write(dir.path().join(file), [old, bytes].concat()).unwrap();
            };
            if !is_ok {
                add(FAILED, line(name, form));
            }
            add(RESULTS, record((name, form, verdict, replaces)));
            let counted = tally(dir.path(), IdNaming::Other).unwrap().verdicts;
            prop_assert_eq!(usize::try_from(counted.all()).unwrap(), stands.len());
            if is_dropped {
                drop_superseded(dir.path(), IdNaming::Other, first).unwrap();
                first = tally(dir.path(), IdNaming::Other).unwrap().place();
            }
        }
        drop_superseded(dir.path(), IdNaming::Other, first).unwrap();
        let (mut there, mut lines) = (BTreeMap::new(), Vec::new());
        let path = dir.path().join(RESULTS);
        results::each_named(open(&path).unwrap(), &path, IdNaming::Other, |seen, _| {
            let name = (0..3).find(|name| TaskKey::of_id(&[*name]) == seen.key).unwrap();
            let form = (1..4).find(|form| content(*form) == seen.content).unwrap();
            assert_eq!((there.insert(name, (form, seen.verdict)), seen.replaces), (None, None));
            if seen.verdict != Verdict::Ok {
                lines.extend(line(name, form));
            }
            Ok(())
        }).unwrap();
        prop_assert_eq!(there, stands);
        prop_assert!(fs::read(dir.path().join(FAILED)).unwrap() == lines, "lines are not those of the records");
    }
}
