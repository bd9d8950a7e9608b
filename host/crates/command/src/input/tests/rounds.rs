//! An input that is read again: how lines are counted, what ends the rounds, and what no round does
//! to the next.

use super::*;
use crate::input_source;
use crate::input_source::FOREVER;
use crate::taskfile::TaskLines;
use polymer_host_task::AllowedTerms;
use std::cell::Cell;

/// What is submitted if the rounds give this.
fn over(rounds: &[&str], format: InputFormat) -> Vec<Submission> {
    batches_of(rounds.iter().map(|round| Ok(round.as_bytes())), &mut lines(format, 99)).concat()
}

fn seqs(all: &[Submission]) -> Vec<u64> {
    short(all).into_iter().map(|(seq, ..)| seq).collect()
}

/// Payloads as text.
fn payloads(all: &[Submission]) -> Vec<&str> {
    let bytes = short(all).into_iter().map(|(.., input)| input.unwrap().bytes());
    bytes.map(|bytes| std::str::from_utf8(bytes).unwrap()).collect()
}

#[test]
fn numbers_count_on_over_the_rounds_and_fields_come_again() {
    let all = over(&["1\n\n2\n"; 3], InputFormat::Json);
    assert_eq!(seqs(&all), [1, 3, 4, 6, 7, 9]);
    assert_eq!(short(&all).last().unwrap().1, "9");
    let named = LineFields { id: Some(Field::named("n")), input: None, group: None };
    let mut take =
        ModuleLines::new(ModuleId(0), InputFormat::Json, Limits::default(), named, PathOpener::default())
            .unwrap();
    let line = "{\"n\": \"x\"}\n".as_bytes();
    let all = batches_of([line; 2].into_iter().map(Ok), &mut take).concat();
    let ids: Vec<_> = short(&all).into_iter().map(|(seq, id, _)| (seq, id)).collect();
    assert_eq!(ids, [(1, "x"), (2, "x")]);
}

#[test]
fn a_last_line_without_a_newline_ends_with_its_round() {
    assert_eq!(payloads(&over(&["a\nb"; 2], InputFormat::Text)), ["a\n", "b", "a\n", "b"]);
    assert_eq!(payloads(&over(&["1"; 3], InputFormat::Json)), ["1"; 3]);
}

#[test]
fn a_mark_is_passed_over_at_the_start_of_each_round_only() {
    assert_eq!(payloads(&over(&["\u{feff}1\n2"; 2], InputFormat::Json)), ["1", "2", "1", "2"]);
    let all = over(&["1\n\u{feff}2\n"; 2], InputFormat::Json);
    let refused: Vec<_> = short(&all).into_iter().map(|(.., read)| read.is_err()).collect();
    assert_eq!(refused, [false, true, false, true]);
    assert_eq!(seqs(&over(&["\u{feff}\n1", "2"], InputFormat::Json)), [2, 3], "a mark alone is a blank line");
}

#[test]
fn a_round_without_a_task_is_the_last() {
    assert!(over(&["", "1"], InputFormat::Json).is_empty());
    assert!(over(&["\n \n", "1"], InputFormat::Json).is_empty());
    assert_eq!(seqs(&over(&["1\n", "\n\n", "1\n"], InputFormat::Json)), [1]);
    assert_eq!(seqs(&over(&["\n", "\n"], InputFormat::Text)), [1, 2], "an empty line of text is a task");
}

#[test]
fn a_refused_line_has_a_record_so_the_rounds_go_on() {
    assert_eq!(seqs(&over(&["x", "x"], InputFormat::Json)), [1, 2]);
}

#[test]
fn all_rounds_are_counted_for_the_total() {
    let (submitter, inbox) = queue();
    let rounds = [&b"1\n\n2"[..], b"x"].into_iter().map(Ok);
    assert_eq!(
        pump(rounds, &mut lines(InputFormat::Json, 99), &mut LineExtras::default(), submitter).unwrap(),
        Some(3)
    );
    drop(inbox);
}

#[test]
fn an_empty_file_does_not_spin() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines");
    for content in ["", "\n\n"] {
        std::fs::write(&path, content).unwrap();
        let rounds = input_source::open(Some(&path), FOREVER).unwrap();
        assert!(batches_of(rounds, &mut lines(InputFormat::Json, 99)).is_empty());
    }
}

#[test]
fn a_file_shows_its_changes_in_the_next_round() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines");
    let contents = Cell::new(0);
    let write = |content: &str| std::fs::write(&path, content).unwrap();
    write("");
    let mut rounds = input_source::open(Some(&path), FOREVER).unwrap();
    // Before each round the file is another one, and at last it is empty.
    let changing = std::iter::from_fn(|| {
        let round = contents.replace(contents.get() + 1);
        write(["1\n2\n", "3", "4\n5\n", ""][round]);
        rounds.next()
    });
    let (submitter, inbox) = queue();
    assert_eq!(
        pump(changing, &mut lines(InputFormat::Json, 99), &mut LineExtras::default(), submitter).unwrap(),
        Some(5)
    );
    let mut all = Vec::new();
    while let Some(RunCommand::Submit(batch)) = inbox.next() {
        all.extend(batch);
    }
    assert_eq!((seqs(&all), payloads(&all)), (vec![1, 2, 3, 4, 5], vec!["1", "2", "3", "4", "5"]));
}

#[test]
fn a_round_that_cannot_begin_is_told_with_what_was_read_before() {
    let (submitter, inbox) = queue();
    let rounds = [Ok(&b"1\n\n2"[..]), Err(io::Error::other("gone"))].into_iter();
    let mut beside = LineExtras { input: PathBuf::from("in.jsonl"), ..LineExtras::default() };
    let error = pump(rounds, &mut lines(InputFormat::Json, 99), &mut beside, submitter).unwrap_err();
    assert_eq!(error.to_string(), "cannot read in.jsonl: gone, after line 3");
    assert!(matches!(inbox.next(), Some(RunCommand::Submit(_))));
}

#[test]
fn rounds_without_an_end_stop_when_the_run_has_ended() {
    let (submitter, inbox) = queue();
    drop(inbox);
    let rounds = std::iter::repeat_with(|| Ok(&b"1\n"[..]));
    assert_eq!(
        pump(rounds, &mut lines(InputFormat::Json, 99), &mut LineExtras::default(), submitter).unwrap(),
        None
    );
}

#[test]
fn a_module_that_records_name_is_opened_in_the_first_round_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.wasm"), "aa").unwrap();
    let tasks = folder.path().join("tasks.jsonl");
    std::fs::write(&tasks, "\u{feff}{\"id\": \"x\", \"module\": \"a.wasm\", \"input\": 0}").unwrap();
    let mut take = TaskLines::new(&tasks, AllowedTerms::default(), 9, PathOpener::default());
    let (submitter, inbox) = queue();
    let rounds = input_source::open(Some(&tasks), 3).unwrap();
    assert_eq!(pump(rounds, &mut take, &mut LineExtras::default(), submitter).unwrap(), Some(3));
    assert!(matches!(inbox.next(), Some(RunCommand::Module(ModuleId(0), _))));
    let mut all = Vec::new();
    while let Some(RunCommand::Submit(batch)) = inbox.next() {
        all.extend(batch);
    }
    let named: Vec<_> = short(&all).into_iter().map(|(seq, id, read)| (seq, id, read.is_ok())).collect();
    assert_eq!(named, [(1, "x", true), (2, "x", true), (3, "x", true)]);
}
