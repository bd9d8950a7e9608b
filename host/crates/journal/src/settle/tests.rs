//! Records put into order and left out, with their lines; given up in between, and killed in
//! between.

use super::*;
use crate::output::record::render;
use polymer_host_event::samples;
use polymer_host_task::{Record, TaskKey};
use proptest::prelude::*;
use std::fs;
use std::time::SystemTime;

/// A record as a test makes it: the number of its line, and how its task ended.
type Made = (u64, Verdict);

struct Folder {
    place: tempfile::TempDir,
    dir: RunDir,
}

/// The record number `nth` of a folder; no two are equal.
fn record(nth: usize, (seq, verdict): Made) -> Vec<u8> {
    let mut out = Vec::new();
    let key = Some(TaskKey::of_id(&nth.to_string()));
    render(&Record { key, seq, verdict, ..samples::ok() }, SystemTime::UNIX_EPOCH, &mut out);
    out
}

/// Its line: of any length, and not always text.
fn line(nth: usize) -> Vec<u8> {
    [format!("{nth} ").as_bytes(), &vec![0xff; nth * 37 % 1000], b"\n"].concat()
}

/// Both files, as they have to be for these records of a folder in this order.
fn files<'a>(made: impl IntoIterator<Item = &'a (usize, Made)>) -> [Vec<u8>; 2] {
    let mut files = [Vec::new(), Vec::new()];
    for (nth, made) in made {
        files[0].extend(record(*nth, *made));
        if made.1 != Verdict::Ok {
            files[1].extend(line(*nth));
        }
    }
    files
}

impl Folder {
    fn new(made: &[Made]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let dir = RunDir::create(&place.path().join("run")).unwrap();
        let all: Vec<_> = made.iter().copied().enumerate().collect();
        for (name, bytes) in [RESULTS, FAILED].into_iter().zip(files(&all)) {
            fs::write(dir.path().join(name), bytes).unwrap();
        }
        Self { place, dir }
    }

    fn files(&self) -> [Vec<u8>; 2] {
        [RESULTS, FAILED].map(|name| fs::read(self.dir.path().join(name)).unwrap())
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.place.path().join("run")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn settle(&self, order: RecordOrder) -> SettleOutcome {
        settle(&self.dir, order, |_, _| true, || true).unwrap().unwrap()
    }
}

const MIXED: [Made; 7] = [
    (3, Verdict::Trap),
    (1, Verdict::Ok),
    (9, Verdict::Timeout),
    (2, Verdict::BadInput),
    (3, Verdict::Ok),
    (3, Verdict::TaskError),
    (1, Verdict::Trap),
];

fn sorted(made: &[Made]) -> Vec<(usize, Made)> {
    let mut sorted: Vec<_> = made.iter().copied().enumerate().collect();
    sorted.sort_by_key(|(_, (seq, _))| *seq);
    sorted
}

#[test]
fn records_come_into_the_order_of_their_lines_and_each_failure_keeps_its_line() {
    let folder = Folder::new(&MIXED);
    assert_eq!(folder.settle(RecordOrder::Input), SettleOutcome { kept: 7, dropped: 0, rewritten: true });
    assert!(folder.files() == files(&sorted(&MIXED)));
    assert_eq!(folder.names(), [FAILED, "lock", RESULTS]);
    // Where all is as it is to be, no file is touched.
    assert_eq!(folder.settle(RecordOrder::Input), SettleOutcome { kept: 7, dropped: 0, rewritten: false });
}

#[test]
fn the_order_of_completion_is_left_as_it_is() {
    let folder = Folder::new(&MIXED);
    let before = folder.files();
    assert!(!folder.settle(RecordOrder::Completion).rewritten);
    assert!(folder.files() == before);
}

#[test]
fn what_does_not_stand_goes_with_its_line_in_either_order() {
    for order in [RecordOrder::Completion, RecordOrder::Input] {
        let folder = Folder::new(&MIXED);
        let mut heard = Vec::new();
        let keep = |seen: &SeenRecord, bytes: &[u8]| {
            heard.push((seen.seq, seen.verdict));
            assert!(record(heard.len() - 1, (seen.seq, seen.verdict)).strip_suffix(b"\n") == Some(bytes));
            seen.seq != 3
        };
        let settled = settle(&folder.dir, order, keep, || true).unwrap().unwrap();
        assert_eq!(settled, SettleOutcome { kept: 4, dropped: 3, rewritten: true });
        assert_eq!(heard, MIXED);
        let mut all: Vec<_> = MIXED.into_iter().enumerate().collect();
        if order == RecordOrder::Input {
            all = sorted(&MIXED);
        }
        assert!(folder.files() == files(all.iter().filter(|(_, (seq, _))| *seq != 3)), "{order:?}");
    }
}

#[test]
fn a_folder_without_failures_needs_no_file_of_their_lines_and_one_without_records_nothing() {
    let folder = Folder::new(&[(2, Verdict::Ok), (1, Verdict::Ok)]);
    fs::remove_file(folder.dir.path().join(FAILED)).unwrap();
    assert!(folder.settle(RecordOrder::Input).rewritten);
    assert!(folder.files() == files(&sorted(&[(2, Verdict::Ok), (1, Verdict::Ok)])));
    for name in [FAILED, RESULTS] {
        fs::remove_file(folder.dir.path().join(name)).unwrap();
    }
    assert_eq!(folder.settle(RecordOrder::Input), SettleOutcome::default());
}

#[test]
fn whoever_gives_it_up_finds_the_folder_as_it_was() {
    for steps in 0..MIXED.len() + 1 {
        let folder = Folder::new(&MIXED);
        let before = folder.files();
        let left = std::cell::Cell::new(steps);
        let goes_on = || left.replace(left.get().saturating_sub(1)) > 0;
        assert_eq!(settle(&folder.dir, RecordOrder::Input, |_, _| true, goes_on).unwrap(), None, "{steps}");
        assert!(folder.files() == before, "{steps}");
        assert_eq!(folder.names(), [FAILED, "lock", RESULTS], "{steps}");
    }
}

#[test]
fn it_is_done_wholly_or_not_at_all_wherever_it_is_killed() {
    let before = Folder::new(&MIXED).files();
    let after = files(&sorted(&MIXED));
    let path = |folder: &Folder, name: &str| folder.dir.path().join(name);
    let prepared = || {
        let folder = Folder::new(&MIXED);
        for (name, bytes) in [RESULTS, FAILED].into_iter().zip(&after) {
            fs::write(path(&folder, &format!("{name}.new")), bytes).unwrap();
        }
        folder
    };
    for renamed in 0..=2 {
        let folder = prepared();
        rewrite::announce(folder.dir.path()).unwrap();
        for name in [FAILED, RESULTS].into_iter().take(renamed) {
            fs::rename(path(&folder, &format!("{name}.new")), path(&folder, name)).unwrap();
        }
        assert!(rewrite::finish(folder.dir.path()).unwrap());
        assert!(folder.files() == after, "{renamed}");
    }
    let folder = prepared();
    assert!(!rewrite::finish(folder.dir.path()).unwrap());
    assert!(folder.files() == before);
}

#[test]
fn damage_changes_nothing() {
    for damage in [RESULTS, FAILED] {
        let folder = Folder::new(&MIXED);
        let path = folder.dir.path().join(damage);
        let bytes = fs::read(&path).unwrap();
        let half =
            if damage == RESULTS { [b"no record\n", &bytes[..]].concat() } else { bytes[..9].to_vec() };
        fs::write(&path, half).unwrap();
        let before = folder.files();
        let error = settle(&folder.dir, RecordOrder::Input, |_, _| true, || true).unwrap_err();
        assert!(
            matches!(error, JournalError::Damaged { line: 1, .. } | JournalError::LinesMissing { .. }),
            "{error}"
        );
        assert!(folder.files() == before);
        assert_eq!(folder.names(), [FAILED, "lock", RESULTS]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    /// Whatever the bounds of the sort are, it is what a sort of all records in memory gives.
    #[test]
    fn it_is_what_sorting_in_memory_gives(
        made in prop::collection::vec((1..12_u64, 0..Verdict::ALL.len()), 0..60),
        chunk in 1..9_usize, left_out in 0..12_u64,
    ) {
        let made: Vec<Made> = made.into_iter().map(|(seq, at)| (seq, Verdict::ALL[at])).collect();
        let folder = Folder::new(&made);
        let bounds = SortBounds { chunk, fan_in: 2, read_ahead: 3 };
        let keep = |seen: &SeenRecord, _: &[u8]| seen.seq != left_out;
        settle_within(bounds, &folder.dir, RecordOrder::Input, keep, || true).unwrap().unwrap();
        let expected = sorted(&made).into_iter().filter(|(_, (seq, _))| *seq != left_out).collect::<Vec<_>>();
        prop_assert!(folder.files() == files(&expected));
        prop_assert_eq!(folder.names(), [FAILED, "lock", RESULTS]);
    }
}

proptest! {
    /// Parts of a file are copied as they stand, whatever their order and however much is read ahead.
    #[test]
    fn parts_are_copied_in_any_order(
        spans in prop::collection::vec((0..300_u64, 0..80_u64), 0..40), most in 1..64_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..400_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        std::fs::write(folder.path().join("from"), &bytes).unwrap();
        let (mut to, mut expected) = (NewFile::create(folder.path(), "to").unwrap(), Vec::new());
        let mut reader = SpanReader::new(folder.path().join("from"), most);
        for (at, length) in spans {
            reader.copy(ByteSpan { at, bytes: length }, &mut to).unwrap();
            expected.extend_from_slice(&bytes[usize::try_from(at).unwrap()..usize::try_from(at + length).unwrap()]);
        }
        to.close().unwrap();
        prop_assert_eq!(std::fs::read(folder.path().join("to.new")).unwrap(), expected);
    }
}

#[test]
fn what_a_file_does_not_have_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("from"), "abc").unwrap();
    let mut to = NewFile::create(folder.path(), "to").unwrap();
    let mut reader = SpanReader::new(folder.path().join("from"), 16);
    reader.copy(ByteSpan { at: 0, bytes: 4 }, &mut to).unwrap_err();
    reader.copy(ByteSpan { at: 9, bytes: 1 }, &mut to).unwrap_err();
    reader.copy(ByteSpan { at: 9, bytes: 0 }, &mut to).unwrap();
}
