//! Which record a line takes, and what of it is left.

use super::*;
use proptest::prelude::*;

fn key() -> TaskKey {
    TaskKey::of_id("a")
}

fn content(of: u8) -> Option<TaskContent> {
    (of > 0).then(|| TaskContent::of(&[of; 32], None, b"", b""))
}

/// The content of the line itself, in these tests.
fn of_line() -> TaskContent {
    TaskContent::of_line(TaskKey::of_line(b"line"))
}

fn done(contents: &[u8]) -> DoneRecords {
    let mut done = DoneRecords::default();
    contents.iter().for_each(|of| done.add(key(), content(*of)));
    done
}

fn take(done: &mut DoneRecords, of: u8) -> Option<RecordFit> {
    done.take(key(), AskedLine { content: content(of), execution: None, is_rebuilt: false }, of_line)
}

fn changed(of: u8) -> Option<RecordFit> {
    Some(RecordFit::Changed(ReplacedRecord(content(of))))
}

#[test]
fn a_line_takes_the_record_of_its_content_wherever_it_stands() {
    let mut records = done(&[1, 2, 3]);
    assert_eq!([2, 3, 1].map(|of| take(&mut records, of)), [Some(RecordFit::Same); 3]);
    assert_eq!((take(&mut records, 1), records.keys()), (None, 0));
}

fn execution(of: u8) -> TaskExecution {
    TaskExecution::of(&[of; 32], None, b"", &polymer_host_task::InputPayload::Bytes(Vec::new()))
}

fn expects(done: &mut DoneRecords, of: u8, executed: u8) -> Option<RecordFit> {
    let asked = AskedLine { content: content(of), execution: Some(execution(executed)), is_rebuilt: false };
    done.take(key(), asked, of_line)
}

fn at(of: u8, at: u64) -> Option<RecordFit> {
    Some(RecordFit::ExpectationChanged { record: ReplacedRecord(content(of)), at })
}

/// Records of this key by their contents, each judged of what it executed.
fn judged(records: &[(u8, u8)]) -> DoneRecords {
    let mut done = DoneRecords::default();
    for (at, (of, executed)) in (0..).zip(records) {
        done.add(key(), content(*of));
        let record = JudgedRecord { content: content(*of), execution: execution(*executed), at };
        done.add_judged(key(), record);
    }
    done
}

#[test]
fn a_line_of_which_something_else_is_expected_takes_the_record_of_what_it_executes() {
    let mut records = judged(&[(1, 1), (2, 2)]);
    assert_eq!(expects(&mut records, 3, 2), at(2, 1));
    assert_eq!(expects(&mut records, 3, 2), changed(1), "it was taken");
    assert_eq!((records.keys(), expects(&mut records, 3, 1)), (0, None));
    let mut records = judged(&[(1, 1)]);
    assert_eq!(expects(&mut records, 1, 1), Some(RecordFit::Same), "nothing changed");
    let mut records = judged(&[(1, 1)]);
    assert_eq!(expects(&mut records, 3, 3), changed(1), "its input changed, too");
    let mut records = done(&[1]);
    assert_eq!(expects(&mut records, 3, 1), changed(1), "it was not judged");
}

#[test]
fn of_equal_records_each_is_judged_at_its_own_place_the_oldest_first() {
    let mut records = judged(&[(1, 1), (1, 1), (1, 1)]);
    let found = [3, 3, 3, 3].map(|of| expects(&mut records, of, 1));
    assert_eq!(found, [at(1, 0), at(1, 1), at(1, 2), None]);
    assert_eq!((records.judged(), records.more_judged.len()), (0, 0));
}

#[test]
fn what_is_to_be_made_again_is_not_judged_anew() {
    let mut records = judged(&[(1, 1)]);
    assert!(records.want(key(), content(1)));
    assert_eq!(expects(&mut records, 3, 1), changed(1));
}

#[test]
fn a_changed_line_takes_the_oldest_record_of_its_key_and_says_which() {
    let mut records = done(&[1, 2, 2]);
    assert_eq!(take(&mut records, 3), changed(1));
    assert_eq!(take(&mut records, 2), Some(RecordFit::Same));
    assert_eq!(take(&mut records, 3), changed(2));
    assert_eq!(take(&mut records, 3), None);
}

#[test]
fn a_record_without_a_content_counts_as_unchanged_unless_the_module_was_built_anew() {
    let mut records = done(&[1, 0]);
    assert_eq!(take(&mut records, 2), Some(RecordFit::Same));
    assert_eq!(take(&mut records, 2), changed(1));
    let rebuilt = AskedLine { content: content(2), execution: None, is_rebuilt: true };
    assert_eq!(done(&[0]).take(key(), rebuilt, of_line), changed(0));
}

#[test]
fn what_cannot_be_read_replaces_nothing() {
    for is_rebuilt in [false, true] {
        let asked = AskedLine { content: None, execution: None, is_rebuilt };
        let mut records = done(&[1, 0]);
        assert!(records.want(key(), content(1)));
        assert_eq!(records.take(key(), asked, of_line), Some(RecordFit::Same));
        assert_eq!(records.take(key(), asked, of_line), Some(RecordFit::Same));
        assert_eq!(records.take(key(), asked, of_line), None);
    }
}

#[test]
fn a_line_that_was_refused_is_the_same_line_though_it_is_a_task_now() {
    let mut records = done(&[1]);
    records.add(key(), Some(of_line()));
    assert_eq!(take(&mut records, 2), Some(RecordFit::Same));
    assert_eq!(take(&mut records, 2), changed(1));
}

#[test]
fn what_is_wanted_again_is_taken_last_and_stands_until_then() {
    let mut records = done(&[1, 1, 2]);
    assert!(records.want(key(), content(1)));
    assert!(!records.want(key(), content(3)));
    assert_eq!(records.count(key()), 3);
    assert_eq!(take(&mut records, 1), Some(RecordFit::Same));
    assert_eq!(take(&mut records, 1), Some(RecordFit::Wanted(ReplacedRecord(content(1)))));
    assert_eq!(take(&mut records, 1), changed(2));
}

#[test]
fn a_record_takes_few_bytes() {
    assert!(size_of::<(TaskKey, RecordGroup)>() <= 40);
}

proptest! {
    /// Records and lines of one key, against lists of what there is.
    #[test]
    fn records_are_neither_lost_nor_doubled(steps in prop::collection::vec((0..3_u8, 0..4_u8), 0..60)) {
        let (mut done, mut model) = (DoneRecords::default(), Vec::<u8>::new());
        for (step, of) in steps {
            if step == 0 {
                let at = model.iter().position(|has| *has == of);
                let at = at.or_else(|| model.iter().position(|has| *has == 0));
                let is_there = at.is_some() || !model.is_empty();
                let fit = take(&mut done, of);
                prop_assert_eq!(fit.is_some(), is_there);
                match (fit, at) {
                    (Some(RecordFit::Same), Some(at)) => drop(model.remove(at)),
                    (Some(RecordFit::Same), None) if of == 0 => {
                        // Any is its own: which, can be told by what is left.
                        let gone = (1..4).find(|of| {
                            let has = model.iter().filter(|has| *has == of).count();
                            let left = done.groups(key()).filter(|group| group.content == content(*of));
                            left.map(|group| group.number as usize).sum::<usize>() < has
                        });
                        let at = model.iter().position(|has| Some(*has) == gone).unwrap();
                        model.remove(at);
                    }
                    (Some(RecordFit::Changed(ReplacedRecord(was))), None) => {
                        let at = model.iter().position(|has| content(*has) == was).unwrap();
                        model.remove(at);
                    }
                    (None, None) => {}
                    other => prop_assert!(false, "{:?}", other),
                }
            } else {
                done.add(key(), content(of));
                model.push(of);
            }
            prop_assert_eq!(done.count(key()) as usize, model.len());
            prop_assert_eq!(done.keys(), usize::from(!model.is_empty()));
        }
    }
}
