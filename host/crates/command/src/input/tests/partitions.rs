//! An input that several runs share: together they have each of its lines once, whatever the format
//! is.

use super::*;
use crate::taskfile::TaskLines;
use polymer_host_journal::partition_filter::{OtherLines, PartitionFilter};
use polymer_host_task::{AllowedTerms, InputPartition};
use std::collections::BTreeMap;

fn extras(number: u64, count: u32) -> (LineExtras, OtherLines) {
    let filter = PartitionFilter::new(InputPartition::new(number, count).unwrap());
    let others = filter.others();
    (LineExtras { partition: Some(filter), ..LineExtras::default() }, others)
}

/// What is submitted of short inputs.
fn taken(rounds: &[&[u8]], mut take: impl TakeLine, mut beside: LineExtras) -> Vec<Submission> {
    let (submitter, inbox) = queue();
    pump(rounds.iter().map(|round| Ok(*round)), &mut take, &mut beside, submitter).unwrap();
    let mut all = Vec::new();
    while let Some(command) = inbox.next() {
        match command {
            RunCommand::Submit(batch) => all.extend(batch),
            RunCommand::End => break,
            other => panic!("{other:?}"),
        }
    }
    all
}

/// Identities of submissions: number, id and key.
fn known(all: &[Submission]) -> Vec<(u64, String, Option<TaskKey>)> {
    let id = |submission: &Submission| match submission {
        Submission::Task(task) => task.id.clone(),
        Submission::Rejected(rejection) => rejection.id.clone(),
    };
    all.iter().map(|submission| (submission.seq(), id(submission), submission.key())).collect()
}

/// That four partitions together have what one run has, lines of one id or of equal bytes in one of
/// them, and that each counts what the others have.
#[track_caller]
fn check_divides<T: TakeLine>(input: &[u8], take: impl Fn() -> T) {
    let whole = known(&taken(&[input], take(), LineExtras::default()));
    let mut together = Vec::new();
    for number in 1..=4 {
        let (beside, others) = extras(number, 4);
        let part = known(&taken(&[input], take(), beside));
        assert_eq!(part.len() + usize::try_from(others.count()).unwrap(), whole.len());
        together.push(part);
    }
    let mut place = BTreeMap::new();
    for (number, part) in together.iter().enumerate() {
        assert!(part.is_sorted(), "{part:?}");
        for (.., key) in part {
            assert_eq!(*place.entry(*key).or_insert(number), number, "{key:?} is in two partitions");
        }
    }
    let mut all = together.concat();
    all.sort();
    assert_eq!(all, whole);
    assert!(place.values().max() > place.values().min(), "all are in one partition");
}

const LINES: &[u8] =
    b"\xef\xbb\xbf{\"id\":\"a\"}\n\n{\"x\":1}\n{\"x\":1} \r\nno json\n \n{\"id\":7}\n[1]\n{\"id\":\"a\",\"x\":2}\n\
    1234567890123456789012345678901234567890\n{\"x\":1}\n{\"id\":null}\n{\"id\":\"\\u0061\"}\nno json\n{\"x\":2}";

#[test]
fn lines_of_json_and_of_text_are_divided() {
    check_divides(LINES, || lines(InputFormat::Json, 30));
    check_divides(LINES, || lines(InputFormat::Text, 30));
    check_divides(LINES, || {
        let fields = LineFields { id: Some(Field::named("id")), ..LineFields::default() };
        let limits = Limits::default().with_input(30);
        ModuleLines::new(ModuleId(3), InputFormat::Json, limits, fields, PathOpener::default()).unwrap()
    });
}

#[test]
fn lines_that_a_zero_ends_are_divided() {
    let input = LINES.iter().map(|byte| if *byte == b'\n' { 0 } else { *byte }).collect::<Vec<_>>();
    check_divides(&input, || lines(InputFormat::Json, 30).ended_by_null(true));
    check_divides(&input, || lines(InputFormat::Text, 30).ended_by_null(true));
}

#[test]
fn paths_and_records_are_divided() {
    check_divides(b"a\nb\r\n\nc\na\nd\ne\nb\n", || lines(InputFormat::File, 30));
    let records = [
        r#"{"id":"a","module":"none.wasm","input":1}"#,
        r#"{"module":"none.wasm","input":1}"#,
        "",
        r#"{"module":"none.wasm","input":2,"id":"\u0061"}"#,
        r#"{"module":"none.wasm","input":1}"#,
        r#"{"id":"b"}"#,
        r#"{"id":{},"module":"none.wasm","input":1}"#,
        "no record",
        r#"{"id":"c","module":"none.wasm","input":{"id":"b"}}"#,
    ];
    let take = || {
        let allowed = AllowedTerms::default();
        TaskLines::new(Path::new("-"), allowed, 1 << 20, PathOpener::default())
    };
    check_divides(records.join("\n").as_bytes(), take);
    let nulls = || take().ended_by_null(true);
    check_divides(records.join("\0").as_bytes(), nulls);
}

#[test]
fn one_partition_of_one_is_the_whole_input() {
    let (beside, others) = extras(1, 1);
    let whole = taken(&[LINES], lines(InputFormat::Json, 30), LineExtras::default());
    assert_eq!(known(&taken(&[LINES], lines(InputFormat::Json, 30), beside)), known(&whole));
    assert_eq!(others.count(), 0);
}

#[test]
fn numbers_count_on_over_rounds_and_a_round_without_a_line_of_ours_is_the_last() {
    let (ours, theirs): (Vec<u64>, Vec<u64>) =
        (1..=4).partition(|number| InputPartition::new(*number, 4).unwrap().has(TaskKey::of_line(b"7")));
    let rounds: &[&[u8]] = &[b"\n7\n", b"\n7\n", b""];
    let (beside, others) = extras(ours[0], 4);
    let all = taken(rounds, lines(InputFormat::Json, 30), beside);
    assert_eq!(known(&all).iter().map(|(seq, ..)| *seq).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(others.count(), 0);
    for number in theirs {
        let (beside, others) = extras(number, 4);
        assert!(taken(rounds, lines(InputFormat::Json, 30), beside).is_empty());
        assert_eq!(others.count(), 1, "the second round was read");
    }
}

#[test]
fn long_lines_of_others_are_not_kept() {
    let mut kept = 0;
    for number in 1..=3 {
        let file = tempfile::tempfile().unwrap();
        let (beside, _) = extras(number, 3);
        let spool = Some(LineSpool::new(file.try_clone().unwrap()));
        let input = b"11111111\n22222222\n33333333\n44444444\n55555555\n";
        let all = taken(&[input], lines(InputFormat::Json, 5), LineExtras { spool, ..beside });
        let places = all.iter().map(|submission| match submission {
            Submission::Rejected(rejection) => rejection.line.as_deref().cloned(),
            Submission::Task(_) => panic!("{submission:?}"),
        });
        for (at, place) in (0..).zip(places) {
            assert_eq!(place, Some(KeptLine::Spooled { at: at * 9, length: 9 }));
            let mut line = [0; 9];
            std::os::unix::fs::FileExt::read_exact_at(&file, &mut line, at * 9).unwrap();
            let digit = u8::try_from(all[usize::try_from(at).unwrap()].seq()).unwrap() + b'0';
            assert_eq!(line, [digit, digit, digit, digit, digit, digit, digit, digit, b'\n']);
        }
        assert_eq!(file.metadata().unwrap().len(), 9 * u64::try_from(all.len()).unwrap());
        kept += all.len();
    }
    assert_eq!(kept, 5);
}

#[test]
fn a_run_that_has_ended_reads_on_to_no_end() {
    let other = (1..=4).find(|number| !InputPartition::new(*number, 4).unwrap().has(TaskKey::of_line(b"7")));
    let (mut beside, _) = extras(other.unwrap(), 4);
    let (submitter, inbox) = queue();
    drop(inbox);
    // An end that never comes: the test would not end.
    let endless = BufReader::new(io::repeat(b'7').take(1).chain(io::repeat(b'\n')));
    let rounds = std::iter::once(Ok(endless));
    assert_eq!(pump(rounds, &mut lines(InputFormat::Text, 99), &mut beside, submitter).unwrap(), None);
}
