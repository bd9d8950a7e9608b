//! Lines in, submissions out: what each format makes of a line, and how the pump moves them.

use super::*;
use crate::error::CliError;
use crate::field::Field;
use crate::input_shape::judge;
use crate::lines::LineSpool;
use crate::pump;
use crate::pump::{BATCH, BATCH_BYTES, DedupFilter, LineExtras, LineFacts, PumpError};
use polymer_host_run::inbox::{RunCommand, RunInbox, RunSubmitter, RunWaker, inbox};
use polymer_host_task::KeptLine;
use polymer_host_task::Verdict;
use proptest::prelude::*;
use std::io::{self, BufRead, BufReader, Read, Write};

mod partitions;
mod rounds;

fn lines(format: InputFormat, input_limit: u64) -> ModuleLines {
    let limits = Limits::default().with_input(input_limit);
    ModuleLines::new(ModuleId(3), format, limits, LineFields::default(), PathOpener::default()).unwrap()
}

fn queue() -> (RunSubmitter, RunInbox) {
    inbox(RunWaker::new().unwrap(), Some(4))
}

/// An input that is read once.
fn once<R: Read>(input: R) -> impl Iterator<Item = io::Result<BufReader<R>>> {
    std::iter::once(Ok(BufReader::new(input)))
}

/// Pumps all of it; the input ends with that.
fn pump<R: BufRead>(
    rounds: impl Iterator<Item = io::Result<R>>,
    take: &mut impl TakeLine,
    beside: &mut LineExtras,
    submitter: RunSubmitter,
) -> Result<Option<u64>, PumpError> {
    pump::pump(rounds, take, beside, &submitter)
}

/// Everything that is submitted for `input`, batch by batch.
fn batches(input: impl Read + Send, take: &mut (impl TakeLine + Send)) -> Vec<Vec<Submission>> {
    batches_of(once(input), take)
}

/// The same over several rounds.
fn batches_of<R: BufRead + Send>(
    rounds: impl Iterator<Item = io::Result<R>> + Send,
    take: &mut (impl TakeLine + Send),
) -> Vec<Vec<Submission>> {
    let (batches, ended) = batches_and_end(rounds, take);
    ended.unwrap();
    batches
}

/// The same with how the input ended. Submits on a thread, as the queue is bounded.
fn batches_and_end<R: BufRead + Send>(
    rounds: impl Iterator<Item = io::Result<R>> + Send,
    take: &mut (impl TakeLine + Send),
) -> (Vec<Vec<Submission>>, Result<Option<u64>, PumpError>) {
    let (submitter, inbox) = queue();
    std::thread::scope(|scope| {
        let pumping = scope.spawn(move || pump(rounds, take, &mut LineExtras::default(), submitter));
        let mut batches = Vec::new();
        loop {
            match inbox.next() {
                Some(RunCommand::Submit(batch)) => batches.push(batch),
                Some(RunCommand::End) => break,
                Some(other) => panic!("{other:?}"),
                None => std::thread::yield_now(),
            }
        }
        (batches, pumping.join().unwrap())
    })
}

fn submissions(input: &[u8], mut take: ModuleLines) -> Vec<Submission> {
    batches(input, &mut take).concat()
}

/// Submissions as seq, id and payload, or as seq, id and code.
fn short(all: &[Submission]) -> Vec<(u64, &str, Result<&InputPayload, &str>)> {
    all.iter()
        .map(|submission| match submission {
            Submission::Task(task) => (task.seq, task.id.as_str(), Ok(&task.input)),
            Submission::Rejected(rejection) => {
                assert_eq!(rejection.verdict, Verdict::BadInput);
                (rejection.seq, rejection.id.as_str(), Err(rejection.error.code.as_str()))
            }
        })
        .collect()
}

fn message(submission: &Submission) -> &str {
    match submission {
        Submission::Rejected(rejection) => &rejection.error.message,
        Submission::Task(_) => panic!("{submission:?}"),
    }
}

fn payload(text: &str, kind: fn(Vec<u8>) -> InputPayload) -> InputPayload {
    kind(text.as_bytes().to_vec())
}

#[test]
fn a_task_is_known_by_its_id_field_else_by_its_module_and_input() {
    let key = |line: &str, field: Option<&str>, digest: u8| {
        let fields = LineFields { id: field.map(Field::named), input: None, group: None };
        let take = ModuleLines::new(
            ModuleId(0),
            InputFormat::Json,
            Limits::default(),
            fields,
            PathOpener::default(),
        );
        match submissions(line.as_bytes(), take.unwrap().known_by(ModuleDigests::same([digest; 32])))
            .remove(0)
        {
            Submission::Task(task) => task.key.unwrap(),
            Submission::Rejected(rejection) => rejection.key.unwrap(),
        }
    };
    let content = TaskKey::of_content(TaskContent::of(&[1; 32], None, b"", br#"{"n":1}"#));
    assert_eq!(key("{\"n\":1}", None, 1), content);
    assert_eq!(key("\n \t{\"n\":1} \r\n", None, 1), content);
    assert_ne!(key("{\"n\":1}", None, 2), content);
    assert_eq!(key("{\"n\":1}", Some("n"), 1), TaskKey::of_id("1"));
    assert_eq!(key("{\"m\":1} \n", Some("n"), 1), TaskKey::of_line(b"{\"m\":1}"));
    assert_eq!(key(" {\n", None, 1), TaskKey::of_line(b"{"));
}

#[test]
fn lines_are_kept_as_they_stand_where_they_are_wanted() {
    let (submitter, inbox) = queue();
    let file = tempfile::tempfile().unwrap();
    let mut beside =
        LineExtras { spool: Some(LineSpool::new(file.try_clone().unwrap())), ..LineExtras::default() };
    let input = " 1 \r\nno\n\n123456789\n[2]".as_bytes();
    pump(once(input), &mut lines(InputFormat::Json, 5), &mut beside, submitter).unwrap();
    let mut kept = Vec::new();
    while let Some(RunCommand::Submit(batch)) = inbox.next() {
        kept.extend(batch.into_iter().map(|submission| match submission {
            Submission::Task(task) => *task.line.unwrap(),
            Submission::Rejected(rejection) => *rejection.line.unwrap(),
        }));
    }
    let held = |text: &str| KeptLine::Held(text.as_bytes().into());
    assert_eq!(kept, [held(" 1 \r\n"), held("no\n"), KeptLine::Spooled { at: 0, length: 10 }, held("[2]")]);
    assert_eq!(file.metadata().unwrap().len(), 10);
}

#[test]
fn what_the_sieve_holds_back_is_passed_over_and_ends_no_round() {
    struct Odd;
    impl DedupFilter for Odd {
        fn sift(&mut self, submission: Submission, _: LineFacts<'_>) -> Option<Submission> {
            matches!(&submission, Submission::Task(task) if task.seq % 2 == 1).then_some(submission)
        }
    }
    let (submitter, inbox) = queue();
    let mut beside = LineExtras { sieve: Some(Box::new(Odd)), ..LineExtras::default() };
    let rounds = ["1\n2\n3\n", "4\n", "5\n6", ""].map(|round| Ok(round.as_bytes()));
    let submitted = pump(rounds.into_iter(), &mut lines(InputFormat::Json, 9), &mut beside, submitter);
    assert_eq!(submitted.unwrap(), Some(3));
    let mut taken = Vec::new();
    while let Some(RunCommand::Submit(batch)) = inbox.next() {
        taken.extend(batch.iter().map(|submission| short(std::slice::from_ref(submission))[0].0));
    }
    assert_eq!(taken, [1, 3, 5]);
}

#[test]
fn json_lines_are_checked_and_blank_ones_only_counted() {
    let all = submissions(b"{\"a\": 1.0}\r\n \t\r\n\n  7  \nx\n\"last\"", lines(InputFormat::Json, 99));
    let [object, seven, last] =
        ["{\"a\": 1.0}", "7", "\"last\""].map(|text| payload(text, InputPayload::Json));
    assert_eq!(
        short(&all),
        [(1, "1", Ok(&object)), (4, "4", Ok(&seven)), (5, "5", Err("not_json")), (6, "6", Ok(&last))]
    );
    assert_eq!(message(&all[2]), "the line is not JSON: expected value at line 5 column 1");
}

#[test]
fn a_mark_before_the_first_line_is_tolerated_and_no_other() {
    let all = submissions(b"\xef\xbb\xbf1\n\xef\xbb\xbf2\n", lines(InputFormat::Json, 99));
    let one = payload("1", InputPayload::Json);
    assert_eq!(short(&all), [(1, "1", Ok(&one)), (2, "2", Err("not_json"))]);
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    let all = submissions(b"  [1,,2]\n\"\xff\"\n[1] 2\n\"a\0\"", lines(InputFormat::Json, 99));
    assert!(message(&all[0]).ends_with("at line 1 column 6"), "{}", message(&all[0]));
    assert_eq!(message(&all[1]), "the line is not UTF-8 at line 2 column 2");
    assert!(message(&all[2]).contains("trailing"), "{}", message(&all[2]));
    let deep = [vec![b'['; 129], vec![b']'; 129]].concat();
    let all = submissions(&deep, lines(InputFormat::Json, 999));
    assert_eq!(message(&all[0]), "the line nests deeper than 128 levels");
}

#[test]
fn a_long_line_is_refused_with_the_flag_that_would_allow_it() {
    let all = submissions(b"[1]\n[1,2]\n[2]\r\n", lines(InputFormat::Json, 3));
    let [first, last] = ["[1]", "[2]"].map(|text| payload(text, InputPayload::Json));
    assert_eq!(short(&all), [(1, "1", Ok(&first)), (2, "2", Err("too_long")), (3, "3", Ok(&last))]);
    let expected =
        "the line has 5 bytes, the input limit is 3 bytes (3 bytes); --input-limit 5 would allow it";
    assert_eq!(message(&all[1]), expected);
    assert!(matches!(&all[1], Submission::Rejected(rejection) if rejection.input_bytes == 5));
}

#[test]
fn text_lines_pass_as_they_are() {
    let all = submissions(b"a\r\n\n\xff\0\nz", lines(InputFormat::Text, 99));
    let expected = [&b"a\r\n"[..], b"\n", b"\xff\0\n", b"z"].map(|line| InputPayload::Line(line.to_vec()));
    let ids = ["1", "2", "3", "4"];
    for (at, line) in short(&all).into_iter().enumerate() {
        assert_eq!(line, (u64::try_from(at + 1).unwrap(), ids[at], Ok(&expected[at])));
    }
    assert_eq!(all.len(), 4);
}

#[test]
fn a_field_names_tasks() {
    let named = |input: &[u8]| {
        let take = ModuleLines::new(
            ModuleId(0),
            InputFormat::Json,
            Limits::default(),
            LineFields { id: Some(Field::named("n")), input: None, group: None },
            PathOpener::default(),
        );
        submissions(input, take.unwrap())
    };
    let all = named(b"{\"n\": \"x\"}\n{\"n\": 12}\n{\"n\": 1.5}\n{}\n[]\n");
    let ids: Vec<_> = short(&all).into_iter().map(|(_, id, read)| (id, read.err())).collect();
    let refused = Some("id");
    assert_eq!(ids, [("x", None), ("12", None), ("3", refused), ("4", refused), ("5", refused)]);
    for format in [InputFormat::Text, InputFormat::File] {
        let made = |fields| {
            ModuleLines::new(ModuleId(0), format, Limits::default(), fields, PathOpener::default())
                .unwrap_err()
        };
        let field = || Some(Field::named("n"));
        assert_eq!(made(LineFields { id: field(), input: None, group: None }), NoFields::Id);
        assert_eq!(made(LineFields { id: None, input: field(), group: None }), NoFields::Input);
        assert_eq!(made(LineFields { id: field(), input: field(), group: None }), NoFields::Input);
    }
}

#[test]
fn a_field_is_the_input() {
    let named = |input: &[u8], id: Option<&str>| {
        let fields =
            LineFields { id: id.map(Field::named), input: Some("body.code".parse().unwrap()), group: None };
        let take = ModuleLines::new(
            ModuleId(0),
            InputFormat::Json,
            Limits::default(),
            fields,
            PathOpener::default(),
        );
        submissions(input, take.unwrap())
    };
    let lines = br#"{"n": "a", "body": {"code": "x\ny"}}
        { "body" : { "code" : { "k" : 1.0 } } , "n" : 2 }
        {"n": "b", "body": {"text": ""}}
        {"n": "c"}
        {"body": {"code": null}}
        7
    "#;
    let json = |text| payload(text, InputPayload::Json);
    let (text, object, null) = (json(r#""x\ny""#), json(r#"{ "k" : 1.0 }"#), json("null"));
    let refused = Err("input_field");
    let all = named(lines, None);
    let numbered = [Ok(&text), Ok(&object), refused, refused, Ok(&null), refused];
    assert_eq!(short(&all).into_iter().map(|(_, _, read)| read).collect::<Vec<_>>(), numbered);
    assert_eq!(message(&all[2]), "the line has no field `body.code` for the input; there is `text`");
    assert_eq!(message(&all[3]), "the line has no field `body.code` for the input; there is `n`");
    assert!(message(&all[5]).contains("not a JSON object"));
    // What it is known by is what it asks, or its id, and the rest of the line is nobody's.
    let input = TaskContent::of(&[0; 32], None, b"", object.bytes());
    assert_eq!(all[1].key(), Some(TaskKey::of_content(input)));
    let all = named(lines, Some("n"));
    let ids = short(&all).into_iter().map(|(_, id, read)| (id, read.err()));
    let (field, id) = (Some("input_field"), Some("id"));
    let expected = [("a", None), ("2", None), ("b", field), ("c", field), ("5", id), ("6", id)];
    assert_eq!(ids.collect::<Vec<_>>(), expected);
    assert_eq!((all[1].key(), all[1].content()), (Some(TaskKey::of_id("2")), Some(input)));
    assert_eq!(all[2].key(), Some(TaskKey::of_id("b")));
}

#[test]
fn files_are_read_and_what_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path(" a "), b"\xff\n").unwrap();
    std::fs::write(path("large"), b"12345").unwrap();
    nix::unistd::mkfifo(path("pipe").as_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let names = [path(" a "), path("large"), path("pipe"), path("none"), path("")];
    let input = format!("{}\n\n{}", names.join("\n"), "x".repeat(LONGEST_PATH + 1));
    let all = submissions(input.as_bytes(), lines(InputFormat::File, 4));
    let content = InputPayload::Bytes(b"\xff\n".to_vec());
    assert_eq!(
        short(&all),
        [
            (1, names[0].as_str(), Ok(&content)),
            (2, names[1].as_str(), Err("too_long")),
            (3, names[2].as_str(), Err("file")),
            (4, names[3].as_str(), Err("file")),
            (5, names[4].as_str(), Err("file")),
            (6, "6", Err("file")),
            (7, "7", Err("file")),
        ]
    );
    assert!(message(&all[3]).contains("none"), "{}", message(&all[3]));
    assert!(message(&all[1]).contains("--input-limit 5"), "{}", message(&all[1]));
}

#[test]
fn a_batch_is_bounded_in_number_and_bytes() {
    let many = "1\n".repeat(1000);
    let all = batches(many.as_bytes(), &mut lines(InputFormat::Json, 99));
    assert!(
        all.iter().all(|batch| batch.len() <= BATCH),
        "{:?}",
        all.iter().map(Vec::len).collect::<Vec<_>>()
    );
    assert!(all.len() < 20, "submissions travel together");
    assert_eq!(all.concat().len(), 1000);
    let large = format!("{}\n", "x".repeat(10 << 10)).repeat(60);
    let sizes: Vec<usize> = batches(large.as_bytes(), &mut lines(InputFormat::Text, 1 << 20))
        .iter()
        .map(|batch| batch.iter().map(Submission::held_bytes).sum())
        .collect();
    assert!(sizes.iter().all(|size| *size < BATCH_BYTES + (11 << 10)), "{sizes:?}");
}

#[test]
fn what_has_come_is_submitted_while_the_input_stays_open() {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let (submitter, inbox) = queue();
    let pumping = std::thread::spawn(move || {
        pump(once(reader), &mut lines(InputFormat::Json, 99), &mut LineExtras::default(), submitter)
    });
    writer.write_all(b"1\n2\n3").unwrap();
    let mut seen = Vec::new();
    while seen.len() < 2 {
        match inbox.next() {
            Some(RunCommand::Submit(batch)) => seen.extend(batch),
            Some(other) => panic!("{other:?}"),
            None => std::thread::yield_now(),
        }
    }
    let ids: Vec<_> = short(&seen).into_iter().map(|(seq, ..)| seq).collect();
    assert_eq!(ids, [1, 2]);
    drop(inbox);
    writer.write_all(b"\n").unwrap();
    pumping.join().unwrap().unwrap();
}

#[test]
fn an_endless_input_stops_when_the_run_has_ended() {
    let (submitter, inbox) = queue();
    drop(inbox);
    pump(
        once(std::io::repeat(b'\n')),
        &mut lines(InputFormat::Text, 99),
        &mut LineExtras::default(),
        submitter,
    )
    .unwrap();
}

#[test]
fn an_input_that_fails_ends_and_is_told() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let (submitter, inbox) = queue();
    let input = b"1\n2\n3".chain(Broken);
    let mut beside = LineExtras { input: PathBuf::from("in.jsonl"), ..LineExtras::default() };
    let error = pump(once(input), &mut lines(InputFormat::Json, 99), &mut beside, submitter).unwrap_err();
    assert_eq!(error.to_string(), "cannot read in.jsonl: unplugged, after line 2");
    assert!(matches!(inbox.next(), Some(RunCommand::Submit(batch)) if batch.len() == 2));
    assert!(matches!(inbox.next(), Some(RunCommand::End)));
}

#[test]
fn what_the_machine_lacks_ends_the_input_and_is_no_record() {
    /// Takes lines as text until the machine lacks something.
    struct Starving(ModuleLines);
    impl TakeLine for Starving {
        fn line_limit(&self) -> usize {
            self.0.line_limit()
        }
        fn partition_key(&self, line: InputLine<'_>) -> Option<TaskKey> {
            self.0.partition_key(line)
        }
        fn take(&mut self, line: InputLine<'_>) -> LineOutcome {
            let lacking = matches!(line, InputLine::Whole { seq: 4, .. });
            let error = io::Error::from(nix::errno::Errno::EMFILE);
            if lacking {
                return LineOutcome::End(InputEnd::Shortage(Box::new(FileShortage::at(
                    Path::new("a"),
                    &error,
                ))));
            }
            self.0.take(line)
        }
    }
    let (submitter, inbox) = queue();
    let mut take = Starving(lines(InputFormat::Text, 99));
    let input = &b"1\n2\n3\n4\n5\n"[..];
    let error =
        CliError::from(pump(once(input), &mut take, &mut LineExtras::default(), submitter).unwrap_err());
    let text = error.render();
    assert!(
        text.contains("past line 3 of the input") && text.contains("a cannot be opened: Too many open files"),
        "{text}"
    );
    assert!(matches!(inbox.next(), Some(RunCommand::Submit(batch)) if batch.len() == 3));
    assert!(matches!(inbox.next(), Some(RunCommand::End)));
}

/// Returns what is submitted for `input`, or `None` if it was refused as a whole.
fn unless_refused(input: &[u8], mut take: ModuleLines) -> Option<Vec<Submission>> {
    match batches_and_end(once(input), &mut take) {
        (batches, Ok(_)) => Some(batches.concat()),
        (batches, Err(PumpError::Shape { .. })) if batches.is_empty() => None,
        (_, Err(other)) => panic!("{other}"),
    }
}

/// One submission for each line of a text, and at most one for each line of JSON, unless all of it is
/// refused for its shape. Returns whether it was.
fn is_refused_or_a_line_each(format: InputFormat, input: &[u8], limit: u64) -> bool {
    let take = lines(format, limit);
    let shape = judge(input, true, take.expected());
    let Some(all) = unless_refused(input, take) else {
        assert!(shape.is_some(), "{format:?}");
        return true;
    };
    let count = input.iter().filter(|byte| **byte == b'\n').count()
        + usize::from(input.last().is_some_and(|byte| *byte != b'\n'));
    let seqs: Vec<u64> = short(&all).into_iter().map(|(seq, ..)| seq).collect();
    if format == InputFormat::Text {
        assert_eq!(seqs, (1..=u64::try_from(count).unwrap()).collect::<Vec<_>>());
    }
    assert!(seqs.len() <= count, "{format:?}");
    false
}

#[test]
fn what_begins_as_an_archive_gives_no_submission_in_any_format() {
    for start in [&b"\x1f\x9d"[..], b"PK\x03\x04", b"\xfe\xffa"] {
        for format in [InputFormat::Text, InputFormat::Json] {
            assert!(is_refused_or_a_line_each(format, start, 0), "{format:?} {start:?}");
        }
    }
}

proptest! {
    /// One submission for each line that is not blank, in order, whatever stands in them.
    #[test]
    fn every_line_gives_one_submission(input in proptest::collection::vec(any::<u8>(), 0..200), limit in 0_u64..50) {
        is_refused_or_a_line_each(InputFormat::Text, &input, limit);
        is_refused_or_a_line_each(InputFormat::Json, &input, limit);
    }
}

#[test]
fn the_time_between_lines_is_the_senders() {
    // A reader that gives a line at a time: each must be submitted before the next is asked for.
    struct Slow<'a>(&'a RunInbox, u8);
    impl Read for Slow<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            if self.1 > 0 {
                assert!(matches!(self.0.next(), Some(RunCommand::Submit(batch)) if batch.len() == 1));
            }
            self.1 += 1;
            if self.1 > 3 {
                return Ok(0);
            }
            bytes[..2].copy_from_slice(b"1\n");
            Ok(2)
        }
    }
    let (submitter, inbox) = queue();
    pump(once(Slow(&inbox, 0)), &mut lines(InputFormat::Json, 99), &mut LineExtras::default(), submitter)
        .unwrap();
    assert!(matches!(inbox.next(), Some(RunCommand::End)));
}
