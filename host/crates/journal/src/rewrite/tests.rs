//! Records taken back, whole, in part, and with a kill at every step.

use super::*;
use crate::rerun_lines::{AgainLines, RerunLine, TakenLine};
use crate::results::tests::line;
use polymer_host_event::samples;
use polymer_host_task::TaskKey;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Takes back what did not end ok and is wanted.
fn take_back(
    dir: &Path,
    wanted: impl Fn(Verdict) -> bool,
    longest: usize,
) -> Result<TakenBack, JournalError> {
    super::take_back(dir, IdNaming::Other, failed(wanted), longest)
}

fn write_new(
    dir: &Path,
    wanted: impl Fn(Verdict) -> bool,
    longest: usize,
) -> Result<TakenBack, JournalError> {
    super::write_new(dir, IdNaming::Other, failed(wanted), longest)
}

fn failed(wanted: impl Fn(Verdict) -> bool) -> impl Fn(&SeenRecord, &[u8]) -> bool {
    move |seen, _| seen.verdict != Verdict::Ok && wanted(seen.verdict)
}

/// A folder with a record for each of these verdicts, and what its files hold.
fn made(verdicts: &[Verdict]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let numbered = || verdicts.iter().enumerate();
    let results: Vec<u8> = numbered().flat_map(|(at, verdict)| line(key(at), *verdict)).collect();
    let failed = numbered().filter(|(_, verdict)| **verdict != Verdict::Ok);
    fs::write(dir.path().join(RESULTS), results).unwrap();
    fs::write(dir.path().join(FAILED), failed.flat_map(|(at, _)| input(at)).collect::<Vec<u8>>()).unwrap();
    dir
}

fn key(at: usize) -> TaskKey {
    TaskKey::of_id(&at.to_string())
}

/// The line of input of that record. Each third is no text.
fn input(at: usize) -> Vec<u8> {
    if at % 3 == 2 {
        format!("{at}\u{1}\u{e4}\r\n").bytes().filter(|byte| *byte != 0xc3).collect()
    } else {
        format!("{{\"n\": {at}}}\n").into_bytes()
    }
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn again(dir: &Path) -> Vec<Vec<u8>> {
    AgainLines::open(dir).unwrap().taken().map(|line| line.unwrap().bytes).collect()
}

const MIXED: [Verdict; 7] = [
    Verdict::Ok,
    Verdict::Trap,
    Verdict::TaskError,
    Verdict::Ok,
    Verdict::Trap,
    Verdict::Timeout,
    Verdict::Canceled,
];

#[test]
fn what_is_wanted_leaves_with_its_lines() {
    let dir = made(&MIXED);
    let taken = take_back(dir.path(), |verdict| verdict == Verdict::Trap, 100).unwrap();
    assert_eq!(taken, TakenBack { lines: 2, ..TakenBack::default() });
    assert_eq!(again(dir.path()), [input(1), input(4)]);
    let kept = [0, 2, 3, 5, 6];
    let results: Vec<u8> = kept.iter().flat_map(|at| line(key(*at), MIXED[*at])).collect();
    let failed: Vec<u8> = [2, 5, 6].into_iter().flat_map(input).collect();
    let files = files(dir.path());
    assert_eq!(files[RESULTS], results);
    assert_eq!(files[FAILED], failed);
    assert_eq!(files.keys().collect::<Vec<_>>(), [AGAIN, FAILED, RESULTS]);

    fs::remove_file(dir.path().join(AGAIN)).unwrap();
    take_back(dir.path(), |_| true, 100).unwrap();
    assert_eq!(again(dir.path()), [2, 5, 6].map(input));
    assert_eq!(fs::read(dir.path().join(FAILED)).unwrap(), b"");
    fs::remove_file(dir.path().join(AGAIN)).unwrap();
    assert_eq!(take_back(dir.path(), |_| true, 100).unwrap(), TakenBack::default());
    assert!(!dir.path().join(AGAIN).exists());
}

#[test]
fn of_equal_lines_each_that_is_taken_back_is_to_have_one_record_more_than_are_left() {
    let dir = tempfile::tempdir().unwrap();
    let verdicts = [Verdict::Trap, Verdict::Ok, Verdict::Timeout, Verdict::Trap];
    let results: Vec<u8> = verdicts.into_iter().flat_map(|verdict| line(key(0), verdict)).collect();
    fs::write(dir.path().join(RESULTS), results).unwrap();
    fs::write(dir.path().join(FAILED), input(0).repeat(3)).unwrap();
    take_back(dir.path(), |verdict| verdict == Verdict::Trap, 100).unwrap();
    let mut nths: Vec<_> =
        AgainLines::open(dir.path()).unwrap().taken().map(|line| line.unwrap().nth).collect();
    nths.sort_unstable();
    assert_eq!(nths, [3, 4]);
}

#[test]
fn what_ended_ok_stands_until_its_line_comes() {
    let dir = made(&MIXED);
    let before = files(dir.path());
    let wanted = |seen: &SeenRecord, _: &[u8]| matches!(seen.verdict, Verdict::Ok | Verdict::Timeout);
    let taken = super::take_back(dir.path(), IdNaming::Other, wanted, 100).unwrap();
    assert_eq!(taken, TakenBack { lines: 1, standing: 2, too_long: 0 });
    let content = samples::ok().content;
    let record = |at| RerunLine::Record { key: key(at), content };
    let line = RerunLine::Line(TakenLine { seq: 7, key: key(5), nth: 1, bytes: input(5) });
    let again: Vec<_> = AgainLines::open(dir.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(again, [record(0), record(3), line]);
    let results = |files: &BTreeMap<String, Vec<u8>>| files[RESULTS].split(|byte| *byte == b'\n').count();
    assert_eq!(results(&files(dir.path())), results(&before) - 1);
}

#[test]
fn a_duplicate_that_was_refused_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let text = String::from_utf8(line(key(0), Verdict::BadInput)).unwrap();
    let refused = text.replace("\"code\":\"\"", "\"code\":\"duplicate\"");
    assert_ne!(refused, text);
    for (attempts, lines) in [(0, 0), (1, 1)] {
        let record = refused.replace("\"attempts\":1", &format!("\"attempts\":{attempts}"));
        fs::write(dir.path().join(RESULTS), record).unwrap();
        fs::write(dir.path().join(FAILED), input(0)).unwrap();
        assert_eq!(
            take_back(dir.path(), |_| true, 100).unwrap(),
            TakenBack { lines, ..TakenBack::default() }
        );
    }
}

#[test]
fn a_line_comes_back_with_the_number_of_its_record() {
    let dir = made(&[Verdict::Trap]);
    take_back(dir.path(), |_| true, 100).unwrap();
    let expected = "{\"seq\":7,\"key\":\"KEY\",\"nth\":1,\"line\":\"{\\\"n\\\": 0}\\n\"}\n";
    let text = fs::read_to_string(dir.path().join(AGAIN)).unwrap();
    assert_eq!(text, expected.replace("KEY", &key(0).to_string()));
    assert_eq!(
        AgainLines::open(dir.path()).unwrap().next().unwrap().unwrap(),
        RerunLine::Line(TakenLine { seq: 7, key: key(0), nth: 1, bytes: input(0) })
    );
}

#[test]
fn a_line_that_is_too_long_stays_with_its_record() {
    for length in [9, 10, 11, 20, 1 << 20] {
        let dir = made(&[Verdict::Trap, Verdict::BadInput, Verdict::Trap]);
        let long = [vec![b'x'; length - 1], b"\n".to_vec()].concat();
        let failed = [b"first\n", &long[..], b"third\n"].concat();
        fs::write(dir.path().join(FAILED), &failed).unwrap();
        let taken = take_back(dir.path(), |_| true, 10).unwrap();
        assert_eq!(taken.too_long, u64::from(length > 10));
        let expected = if length > 10 { long } else { Vec::new() };
        assert_eq!(fs::read(dir.path().join(FAILED)).unwrap(), expected, "{length}");
        assert_eq!(again(dir.path()).last().unwrap(), b"third\n");
    }
}

#[test]
fn it_is_done_wholly_or_not_at_all_wherever_it_is_killed() {
    let wanted = |verdict| verdict != Verdict::Timeout;
    let before = files(made(&MIXED).path());
    let whole = made(&MIXED);
    take_back(whole.path(), wanted, 100).unwrap();
    let after = files(whole.path());
    for renamed in 0..=3 {
        let dir = made(&MIXED);
        write_new(dir.path(), wanted, 100).unwrap();
        announce(dir.path()).unwrap();
        for name in &FILES[..renamed] {
            fs::rename(new(dir.path(), name), dir.path().join(name)).unwrap();
        }
        assert!(finish(dir.path()).unwrap());
        assert_eq!(files(dir.path()), after);
        assert!(!finish(dir.path()).unwrap());
        assert_eq!(files(dir.path()), after);
    }
    for written in 0..=3 {
        let dir = made(&MIXED);
        write_new(dir.path(), wanted, 100).unwrap();
        for name in &FILES[written..] {
            fs::write(new(dir.path(), name), "half").unwrap();
        }
        assert!(!finish(dir.path()).unwrap());
        assert_eq!(files(dir.path()), before);
    }
}

#[test]
fn nothing_changes_where_lines_are_missing_or_records_are_damaged() {
    let dir = made(&MIXED);
    fs::write(dir.path().join(FAILED), "only one\nand a half").unwrap();
    let before = files(dir.path());
    let error = take_back(dir.path(), |_| true, 100).unwrap_err();
    assert!(matches!(error, JournalError::LinesMissing { has: 1, needs: 2, .. }), "{error}");
    finish(dir.path()).unwrap();
    assert_eq!(files(dir.path()), before);

    let dir = made(&MIXED);
    let damaged = [b"no record\n", &fs::read(dir.path().join(RESULTS)).unwrap()[..]].concat();
    fs::write(dir.path().join(RESULTS), damaged).unwrap();
    let error = take_back(dir.path(), |_| true, 100).unwrap_err();
    assert!(matches!(error, JournalError::Damaged { line: 1, .. }), "{error}");
}

#[test]
fn a_damaged_line_to_run_again_is_told_of() {
    let start = format!("{{\"seq\":1,\"key\":\"{}\",\"nth\":1", key(0));
    for line in [
        "x".to_owned(),
        format!("{start}}}\n"),
        format!("{start},\"line_base64\":\"!\"}}\n"),
        format!("{start},\"line\":\"a"),
        "{\"seq\":1,\"key\":\"7\",\"nth\":1,\"line\":\"a\"}\n".to_owned(),
        "{\"seq\":1,\"nth\":1,\"line\":\"a\"}\n".to_owned(),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(AGAIN), &line).unwrap();
        let read = AgainLines::open(dir.path()).unwrap().next().unwrap();
        assert!(matches!(read, Err(JournalError::Damaged { line: 1, at: 0, .. })), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]
    /// Whatever is taken back in whatever order, each record that is left has its line at its
    /// place.
    #[test]
    fn failed_lines_stay_with_their_records(
        verdicts in prop::collection::vec(0..Verdict::ALL.len(), 0..12),
        wanted in prop::collection::vec(0..Verdict::ALL.len(), 0..3),
    ) {
        let verdicts: Vec<Verdict> = verdicts.into_iter().map(|at| Verdict::ALL[at]).collect();
        let dir = made(&verdicts);
        let mut left: Vec<usize> = (0..verdicts.len()).collect();
        for verdict in wanted.into_iter().map(|at| Verdict::ALL[at]).filter(|verdict| *verdict != Verdict::Ok) {
            let lines: Vec<_> = left.iter().filter(|at| verdicts[**at] == verdict).map(|at| input(*at)).collect();
            take_back(dir.path(), |other| other == verdict, 100).unwrap();
            prop_assert_eq!(again(dir.path()), lines);
            // As one that was run to its end leaves none.
            drop(fs::remove_file(dir.path().join(AGAIN)));
            left.retain(|at| verdicts[*at] != verdict);
            let failed = left.iter().filter(|at| verdicts[**at] != Verdict::Ok);
            prop_assert_eq!(fs::read(dir.path().join(FAILED)).unwrap(), failed.flat_map(|at| input(*at)).collect::<Vec<_>>());
            let results: Vec<u8> = left.iter().flat_map(|at| line(key(*at), verdicts[*at])).collect();
            prop_assert_eq!(fs::read(dir.path().join(RESULTS)).unwrap(), results);
        }
    }
}
