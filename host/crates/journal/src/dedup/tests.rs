//! The sieve, line by line and against what a run of many rounds must come to.

use super::*;
use crate::done_records::JudgedRecord;
use crate::output::record::render;
use polymer_host_event::samples;
use polymer_host_task::{
    AttemptEnding, Expectation, InputPayload, KeptEnding, Limits, ModuleId, Output, Record, TaskExecution,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::SystemTime;

fn key(name: u8) -> TaskKey {
    TaskKey::of_id(&name.to_string())
}

/// What the line with this name is known by where it is no task.
fn line_key(name: u8) -> TaskKey {
    TaskKey::of_line(&[name])
}

fn task(seq: u64, name: u8) -> Submission {
    let payload = InputPayload::Bytes(vec![name; 3]);
    let spec = TaskSpec::new(seq, name.to_string(), ModuleId(0), payload, Limits::default());
    Submission::from(TaskSpec {
        key: Some(key(name)),
        content: content(name, 0),
        meta: Some("1".to_owned()),
        ..spec
    })
}

/// What the task of this name asks in its `n`-th form.
fn content(name: u8, n: u8) -> Option<TaskContent> {
    Some(TaskContent::of(&[n; 32], None, b"", &[name]))
}

/// The sieve's answer to a line of this name.
fn sift_one(sieve: &mut MissingRecords, submission: Submission, name: u8) -> Option<Submission> {
    sieve.sift(submission, LineFacts { key: &|| line_key(name), is_rebuilt: false })
}

fn done(records: &BTreeMap<TaskKey, usize>) -> DoneRecords {
    let mut done = DoneRecords::default();
    for (key, number) in records {
        (0..*number).for_each(|_| done.add(*key, None));
    }
    done
}

/// What comes through of lines with these names.
fn sift(sieve: &mut MissingRecords, names: &[u8]) -> Vec<Submission> {
    let numbered = (1..).zip(names);
    numbered.filter_map(|(seq, name)| sift_one(sieve, task(seq, *name), *name)).collect()
}

fn seqs(submissions: &[Submission]) -> Vec<u64> {
    submissions.iter().map(Submission::seq).collect()
}

#[test]
fn each_record_holds_back_one_line() {
    let mut sieve = MissingRecords::new(done(&[(key(1), 2), (key(3), 1)].into()), OnDuplicateLine::Run);
    let passed = sieve.passed();
    assert_eq!(seqs(&sift(&mut sieve, &[1, 2, 1, 1, 3, 2])), [2, 4, 6]);
    assert_eq!((passed.done(), passed.duplicates()), (3, 0));
}

#[test]
fn the_first_of_equal_lines_stands_for_all() {
    let mut sieve = MissingRecords::new(done(&[(key(1), 1)].into()), OnDuplicateLine::First);
    let passed = sieve.passed();
    assert_eq!(seqs(&sift(&mut sieve, &[1, 1, 2, 2, 1])), [3]);
    assert_eq!((passed.done(), passed.duplicates()), (1, 3));
}

#[test]
fn a_duplicate_is_refused_once() {
    let mut sieve = MissingRecords::new(DoneRecords::default(), OnDuplicateLine::Refuse);
    let through = sift(&mut sieve, &[1, 2, 1, 1]);
    assert_eq!(seqs(&through), [1, 2, 3, 4]);
    let Submission::Rejected(refused) = &through[2] else { panic!("{through:?}") };
    assert_eq!((refused.verdict, refused.error.code.as_str()), (Verdict::BadInput, "duplicate"));
    assert_eq!(refused.error.message, "it is the same task as that of line 1");
    assert_eq!((refused.id.as_str(), refused.input_bytes, refused.meta.as_deref()), ("1", 3, Some("1")));
    assert_eq!(refused.key, Some(key(1).of_duplicate()));

    let mut records = BTreeMap::new();
    for submission in &through[..3] {
        *records.entry(submission.key().unwrap()).or_default() += 1;
    }
    let mut sieve = MissingRecords::new(done(&records), OnDuplicateLine::Refuse);
    assert_eq!(seqs(&sift(&mut sieve, &[1, 2, 1, 1])), [4]);
}

#[test]
fn a_line_without_a_key_passes() {
    let mut sieve = MissingRecords::new(DoneRecords::default(), OnDuplicateLine::First);
    for seq in 1..3 {
        let mut submission = task(seq, 1);
        if let Submission::Task(task) = &mut submission {
            task.key = None;
        }
        assert!(sift_one(&mut sieve, submission, 1).is_some());
    }
}

#[test]
fn interruptions_go_to_the_first_line_that_is_run() {
    let interrupted = InterruptedTask { times: 2, alone: 1 };
    let mut sieve = MissingRecords::new(done(&[(key(1), 1)].into()), OnDuplicateLine::Run)
        .with_interruptions([(key(1), interrupted)].into(), |task, interrupted| {
            task.label = Some(format!("{interrupted:?}"));
        });
    let through = sift(&mut sieve, &[1, 2, 1, 1]);
    let labels: Vec<_> = through
        .iter()
        .map(|submission| match submission {
            Submission::Task(task) => task.label.clone(),
            Submission::Rejected(_) => None,
        })
        .collect();
    assert_eq!(labels, [None, Some(format!("{interrupted:?}")), None]);
}

#[test]
fn what_was_taken_back_is_run_once_though_the_input_has_it_too() {
    let mut sieve = MissingRecords::new(done(&[(key(2), 1)].into()), OnDuplicateLine::Run);
    assert_eq!(
        seqs(&sift_again(&mut sieve, &[(1, 1), (2, 1), (1, 2)])),
        [1, 1],
        "2 had been run again already"
    );
    sieve.turn_to(LineOrigin::Input);
    assert_eq!(seqs(&sift(&mut sieve, &[1, 2, 3, 1, 1])), [3, 5]);
}

#[test]
fn a_duplicate_without_its_record_is_refused_where_it_stands() {
    let mut sieve = MissingRecords::new(done(&[(key(1), 1)].into()), OnDuplicateLine::Refuse);
    let through = sift(&mut sieve, &[1, 1]);
    assert_eq!(through.iter().map(Submission::key).collect::<Vec<_>>(), [Some(key(1).of_duplicate())]);
}

#[test]
fn a_task_that_has_a_record_of_when_it_was_none_is_passed_over() {
    let records = [(line_key(1), 1), (key(1), 1), (line_key(2), 1)];
    let mut sieve = MissingRecords::new(done(&records.into()), OnDuplicateLine::Run);
    assert_eq!(seqs(&sift(&mut sieve, &[1, 1, 1, 2, 2])), [3, 5]);
    for duplicates in [OnDuplicateLine::First, OnDuplicateLine::Refuse] {
        let records = [(line_key(1), 1), (line_key(1).of_duplicate(), 1)];
        let mut sieve = MissingRecords::new(done(&records.into()), duplicates);
        assert_eq!(seqs(&sift(&mut sieve, &[1, 1, 2])), [3]);
    }
}

#[test]
fn what_was_taken_back_gets_a_record_of_the_key_it_had() {
    let records = || done(&[(key(1), 1)].into());
    let mut sieve = MissingRecords::new(records(), OnDuplicateLine::Run);
    sieve.turn_to(LineOrigin::Again { key: line_key(1), nth: 1 });
    let through = sift(&mut sieve, &[1]);
    assert_eq!(through.iter().map(Submission::key).collect::<Vec<_>>(), [Some(line_key(1))]);
    sieve.turn_to(LineOrigin::Input);
    assert_eq!(seqs(&sift(&mut sieve, &[1, 1, 1])), [3], "both have one");
    // As a later session finds it.
    let mut sieve = MissingRecords::new(done(&[(key(1), 1), (line_key(1), 1)].into()), OnDuplicateLine::Run);
    sieve.turn_to(LineOrigin::Again { key: line_key(1), nth: 1 });
    assert!(sift(&mut sieve, &[1]).is_empty());
}

/// Lines that were taken back, each with which record it is to have.
fn sift_again(sieve: &mut MissingRecords, lines: &[(u8, u32)]) -> Vec<Submission> {
    let mut through = Vec::new();
    for (name, nth) in lines {
        sieve.turn_to(LineOrigin::Again { key: key(*name), nth: *nth });
        through.extend(sift(sieve, &[*name]));
    }
    through
}

/// The task of this name, in its `n`-th form.
fn changed(name: u8, n: u8) -> Submission {
    let Submission::Task(spec) = task(1, name) else { panic!("no task") };
    Submission::from(TaskSpec { content: content(name, n), ..*spec })
}

fn replaces(submission: &Submission) -> Option<ReplacedRecord> {
    match submission {
        Submission::Task(task) => task.replaces,
        Submission::Rejected(rejection) => rejection.replaces,
    }
}

/// A sieve for the records of these names, each in its first form.
fn of_folder(names: &[u8], rules: DedupRules) -> MissingRecords {
    let mut done = DoneRecords::default();
    names.iter().for_each(|name| done.add(key(*name), content(*name, 0)));
    MissingRecords::new(done, OnDuplicateLine::Run).under(DedupRules { replaces: true, ..rules })
}

#[test]
fn a_line_that_changed_is_run_and_says_what_its_record_replaces() {
    let mut sieve = of_folder(&[1, 2], DedupRules::default());
    let passed = sieve.passed();
    assert!(sift_one(&mut sieve, changed(1, 0), 1).is_none());
    let through = sift_one(&mut sieve, changed(2, 1), 2).unwrap();
    assert_eq!(replaces(&through), Some(ReplacedRecord(content(2, 0))));
    assert_eq!(replaces(&sift_one(&mut sieve, changed(3, 1), 3).unwrap()), None);
    assert_eq!((passed.done(), passed.changed()), (1, 1));
    // Without a folder there is nothing to replace.
    let mut sieve = of_folder(&[2], DedupRules::default()).under(DedupRules::default());
    assert_eq!(replaces(&sift_one(&mut sieve, changed(2, 1), 2).unwrap()), None);
}

#[test]
fn what_ended_ok_is_run_again_where_that_is_wanted_and_nothing_else_with_it() {
    let only_wanted = DedupRules { only_wanted: true, ..DedupRules::default() };
    let wanted = [(key(2), content(2, 0)), (key(4), content(4, 0))];
    let mut sieve = of_folder(&[1, 2, 3], only_wanted).wanting(wanted);
    let passed = sieve.passed();
    assert_eq!(passed.wanted(), 1, "4 has no record");
    assert!(sift_one(&mut sieve, changed(1, 0), 1).is_none());
    assert!(sift_one(&mut sieve, changed(3, 1), 3).is_none());
    assert!(sift_one(&mut sieve, changed(5, 0), 5).is_none());
    let through = sift_one(&mut sieve, changed(2, 0), 2).unwrap();
    assert_eq!((replaces(&through), passed.wanted()), (Some(ReplacedRecord(content(2, 0))), 0));
}

#[test]
fn a_line_that_is_refused_now_replaces_its_record_unless_limits_are_forced() {
    for (keeps_refused, is_run) in [(false, true), (true, false)] {
        let mut sieve = of_folder(&[1], DedupRules { keeps_refused, ..DedupRules::default() });
        let refused = Submission::from(Rejection {
            content: Some(TaskContent::of_line(TaskKey::of_line(b"other"))),
            ..refusal(changed(1, 0), key(1), 1)
        });
        assert_eq!(sift_one(&mut sieve, refused, 1).is_some(), is_run);
    }
}

#[test]
fn a_line_that_was_taken_back_and_changed_since_replaces_what_is_being_made() {
    let mut sieve = of_folder(&[], DedupRules::default());
    sieve.turn_to(LineOrigin::Again { key: key(1), nth: 1 });
    assert_eq!(replaces(&sift_one(&mut sieve, changed(1, 0), 1).unwrap()), None);
    sieve.turn_to(LineOrigin::Input);
    let through = sift_one(&mut sieve, changed(1, 1), 1).unwrap();
    assert_eq!(replaces(&through), Some(ReplacedRecord(content(1, 0))));
}

/// A record of version 0.1.0 of a task whose input was in a file had a key of what stood in it.
#[test]
fn equal_files_of_an_old_run_hold_back_as_many_lines() {
    let old = TaskKey::of_content(content(1, 0).unwrap());
    let mut sieve = MissingRecords::new(done(&[(old, 2)].into()), OnDuplicateLine::Run);
    assert_eq!(seqs(&sift(&mut sieve, &[1, 1, 1])), [3]);
}

/// One run: what is taken back first, its input, and how many records come before it is killed.
#[derive(Debug, Clone)]
struct Round {
    input: Vec<u8>,
    take_back: Option<u8>,
    records: usize,
}

fn round() -> impl Strategy<Value = Round> {
    (prop::collection::vec(0_u8..8, 0..30), prop::option::of(0_u8..8), 0_usize..40)
        .prop_map(|(input, take_back, records)| Round { input, take_back, records })
}

/// The keys that the lines come to, each with how often it is there.
fn wanted(input: &[u8], duplicates: OnDuplicateLine) -> BTreeMap<TaskKey, usize> {
    let mut wanted = BTreeMap::new();
    for name in input {
        let key = key(*name);
        match (wanted.contains_key(&key), duplicates) {
            (true, OnDuplicateLine::First) => {}
            (true, OnDuplicateLine::Refuse) => *wanted.entry(key.of_duplicate()).or_default() += 1,
            (false, _) | (true, OnDuplicateLine::Run) => *wanted.entry(key).or_default() += 1,
        }
    }
    wanted
}

proptest! {
    /// Lines come, go and change places from round to round, each of which is killed somewhere; the
    /// last is not.
    #[test]
    fn every_key_has_as_many_records_as_lines_in_the_end(
        rounds in prop::collection::vec(round(), 1..8),
        mode in 0..3,
    ) {
        let duplicates = [OnDuplicateLine::Run, OnDuplicateLine::First, OnDuplicateLine::Refuse][usize::try_from(mode).unwrap()];
        let mut records = BTreeMap::<TaskKey, usize>::new();
        let mut again = Vec::new();
        let last = rounds.last().map(|round| Round { records: usize::MAX, take_back: None, ..round.clone() });
        for round in rounds.into_iter().chain(last) {
            // As long as lines are left of a rerun there is no other.
            if let Some(name) = round.take_back.filter(|_| again.is_empty()) {
                let taken = records.remove(&key(name)).unwrap_or(0);
                again.extend((1..=taken).rev().map(|nth| (name, u32::try_from(nth).unwrap())));
            }
            let before = records.clone();
            let mut sieve = MissingRecords::new(done(&before), duplicates);
            let mut through = sift_again(&mut sieve, &again);
            sieve.turn_to(LineOrigin::Input);
            through.extend(sift(&mut sieve, &round.input));
            let all = through.len();
            for submission in through.into_iter().take(round.records) {
                *records.entry(submission.key().unwrap()).or_default() += 1;
            }
            let mut most = wanted(&round.input, duplicates);
            for (name, nth) in &again {
                let most = most.entry(key(*name)).or_default();
                *most = (*most).max(usize::try_from(*nth).unwrap());
            }
            for (key, number) in &before {
                let most = most.entry(*key).or_default();
                *most = (*most).max(*number);
            }
            if round.records >= all {
                prop_assert_eq!(&records, &most);
            } else {
                prop_assert!(records.iter().all(|(key, number)| most.get(key).is_some_and(|most| number <= most)));
            }
        }
    }
}

/// A folder that has a judged record of this task, which ended so, and its sieve.
fn judged_folder(name: u8, output: Option<Output>, rules: DedupRules) -> (tempfile::TempDir, MissingRecords) {
    let ending = AttemptEnding { output, ..AttemptEnding::without_guest(Verdict::Ok, TaskError::default()) };
    let judged = Expectation::default().judged(ending, None);
    let record = Record {
        key: Some(key(name)),
        content: content(name, 0),
        output: judged.output,
        judgement: judged.judgement,
        execution: Some(execution(0)),
        ..samples::ok()
    };
    let (folder, mut file) = (tempfile::tempdir().unwrap(), Vec::new());
    render(&record, SystemTime::UNIX_EPOCH, &mut file);
    let path = folder.path().join("results.jsonl");
    std::fs::write(&path, &file).unwrap();
    let mut done = DoneRecords::default();
    done.add(key(name), content(name, 0));
    let (content, execution) = (content(name, 0), execution(0));
    done.add_judged(key(name), JudgedRecord { content, execution, at: 0 });
    let kept = KeptRecords::open(&path).unwrap();
    let rules = DedupRules { replaces: true, ..rules };
    (folder, MissingRecords::new(done, OnDuplicateLine::Run).under(rules).judging_anew(Some(kept)))
}

fn execution(n: u8) -> TaskExecution {
    TaskExecution::of(&[n; 32], None, b"", &InputPayload::Bytes(Vec::new()))
}

/// The task in another form that executes this.
fn executing(name: u8, n: u8) -> Submission {
    let Submission::Task(spec) = changed(name, 1) else { panic!("no task") };
    Submission::from(TaskSpec { execution: Some(execution(n)), ..*spec })
}

fn kept(submission: &Submission) -> Option<&KeptEnding> {
    match submission {
        Submission::Task(task) => task.kept.as_deref(),
        Submission::Rejected(_) => None,
    }
}

#[test]
fn a_line_of_which_something_else_is_expected_brings_what_its_record_tells() {
    let output = Some(Output::Text("four".to_owned()));
    let (_folder, sieve) = judged_folder(1, output.clone(), DedupRules::default());
    let interrupted = InterruptedTask { times: 1, alone: 0 };
    let mut sieve = sieve.with_interruptions([(key(1), interrupted)].into(), |task, _| {
        task.label = Some("told".to_owned());
    });
    let passed = sieve.passed();
    let through = sift_one(&mut sieve, executing(1, 0), 1).unwrap();
    assert_eq!(kept(&through).unwrap().ending().unwrap().output, output);
    assert_eq!(replaces(&through), Some(ReplacedRecord(content(1, 0))));
    let Submission::Task(task) = through else { panic!("no task") };
    assert_eq!(task.label, None, "no attempt at it was lost that counts");
    assert_eq!((passed.judged_anew(), passed.changed(), passed.replacing()), (1, 0, 1));
}

#[test]
fn a_line_that_executes_something_else_or_whose_ending_is_not_told_is_run() {
    let (_folder, mut sieve) = judged_folder(1, Some(Output::Text("four".to_owned())), DedupRules::default());
    let passed = sieve.passed();
    let through = sift_one(&mut sieve, executing(1, 1), 1).unwrap();
    assert_eq!((kept(&through), passed.judged_anew(), passed.changed()), (None, 0, 1));
    assert_eq!(replaces(&through), Some(ReplacedRecord(content(1, 0))));
    let escaped = Some(Output::Json("[\"\u{7f}\"]".to_owned()));
    let (_folder, mut sieve) = judged_folder(1, escaped, DedupRules::default());
    let passed = sieve.passed();
    assert!(kept(&sift_one(&mut sieve, executing(1, 0), 1).unwrap()).is_none());
    assert_eq!((passed.judged_anew(), passed.changed()), (0, 1), "its output is not certain");
}

#[test]
fn a_rerun_leaves_a_line_of_which_something_else_is_expected() {
    let rules = DedupRules { only_wanted: true, ..DedupRules::default() };
    let (_folder, mut sieve) = judged_folder(1, Some(Output::Text(String::new())), rules);
    let passed = sieve.passed();
    assert!(sift_one(&mut sieve, executing(1, 0), 1).is_none());
    assert_eq!((passed.done(), passed.judged_anew()), (1, 0));
}
