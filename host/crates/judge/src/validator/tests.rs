//! What a validator is given, and what each of its endings means.

use super::*;
use polymer_host_task::{CollectedEntry, CollectedFiles, Log, LogLine, TaskError};

fn text(text: &str) -> Output {
    Output::Text(text.to_owned())
}

fn case<'a>(
    input: &'a InputPayload,
    output: Option<&'a Output>,
    expected: Option<&'a Output>,
) -> CheckCase<'a> {
    CheckCase { id: "a", input, output, expected, max_points: None }
}

/// Stdin, and the files `input` and `answer`.
fn given(
    input: InputPayload,
    output: Option<Output>,
    expected: Option<Output>,
) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let given = case(&input, output.as_ref(), expected.as_ref()).for_validator(&[], 1000).unwrap();
    let supplied = given.supplied.unwrap();
    let paths: Vec<&str> = supplied.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, [INPUT, ANSWER, JUDGE_MESSAGE]);
    assert!(supplied.files[2].bytes.is_empty());
    (given.input.bytes().to_vec(), supplied.files[0].bytes.clone(), supplied.files[1].bytes.clone())
}

#[test]
fn a_validator_is_given_files_a_folder_its_flags_and_the_output() {
    let input = InputPayload::Line(b"3 4\n".to_vec());
    let (output, expected) = (text("7"), text("7\n"));
    let flags = ["case_sensitive".to_owned(), "a b".to_owned()];
    let given = case(&input, Some(&output), Some(&expected)).for_validator(&flags, 1000).unwrap();
    let supplied = given.supplied.unwrap();
    assert_eq!(
        supplied.args,
        ["/scratch/input", "/scratch/answer", "/scratch/feedback/", "case_sensitive", "a b"]
    );
    assert!(supplied.env.is_empty());
    // JSON would be read as a value.
    assert_eq!(given.input, InputPayload::Bytes(b"7\n".to_vec()));
}

#[test]
fn each_kind_of_input_and_output_is_the_bytes_that_a_program_has() {
    let json = |text: &str| InputPayload::Json(text.as_bytes().to_vec());
    let bytes = |input, output, expected| {
        let (stdin, input, answer) = given(input, output, expected);
        [stdin, input, answer].map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    assert_eq!(bytes(json("\"3 4\\n\""), Some(text("a\nb")), Some(text("x"))), ["a\nb\n", "3 4\n", "x"]);
    assert_eq!(bytes(json("{\"a\" : 1}"), Some(text("")), None), ["", "{\"a\":1}", ""]);
    assert_eq!(bytes(json("7"), Some(text("a\n")), None), ["a\n", "7", ""]);
    assert_eq!(
        bytes(InputPayload::Bytes(b"in".to_vec()), Some(Output::Json("7".to_owned())), None),
        ["7\n", "in", ""]
    );
    let raw = Output::Bytes(b"7".to_vec());
    assert_eq!(bytes(json("1"), Some(raw.clone()), Some(raw)), ["7", "1", "7"]);
    assert_eq!(bytes(json("1"), None, Some(text("5\n"))), ["", "1", "5\n"], "a talk begins with nothing");
}

#[test]
fn what_is_too_long_is_not_given() {
    let (input, output, answer) = (InputPayload::Bytes(b"12".to_vec()), text("345"), text("67"));
    let flags = ["89".to_owned()];
    let of = |most| case(&input, Some(&output), Some(&answer)).for_validator(&flags, most);
    assert!(of(10).is_ok());
    let failure = of(9).unwrap_err();
    assert_eq!(failure.code, CheckFailureCode::Input);
    assert!(failure.message.contains("the checker is to be given"), "{}", failure.message);
    let talk = case(&input, None, None).for_validator(&[], 1).unwrap_err();
    assert!(talk.message.contains("the interactor is to be given"), "{}", talk.message);
}

type Files<'a> = &'a [(&'a str, &'a str)];

fn ended(verdict: Verdict, exit_code: Option<u32>, files: Files<'_>) -> AttemptEnding {
    let error = match verdict {
        Verdict::Ok => TaskError::default(),
        _ => TaskError { exit_code, ..TaskError::new("code", "why") },
    };
    let entry = |(path, text): &(&str, &str)| CollectedEntry {
        path: (*path).to_owned(),
        content: CollectedContent::Text((*text).to_owned()),
    };
    let files = CollectedFiles { files: files.iter().map(entry).collect(), left_out: 0 };
    AttemptEnding { files: Some(Box::new(files)), ..AttemptEnding::without_guest(verdict, error) }
}

fn read(verdict: Verdict, exit_code: Option<u32>, files: Files<'_>) -> Result<CheckAnswer, CheckFailure> {
    read_validator(ended(verdict, exit_code, files), Points::new(4.0), "checker").answer
}

fn answered(accepted: bool, points: Option<f64>, message: &str) -> Result<CheckAnswer, CheckFailure> {
    Ok(CheckAnswer { accepted, points: points.and_then(Points::new), message: message.to_owned() })
}

/// One row for each exit code and what may lie in the feedback.
#[test]
fn the_exit_code_says_whether_and_the_feedback_how_much_and_why() {
    for (code, files, expected) in [
        (42, &[][..], answered(true, None, "")),
        (42, &[(JUDGE_MESSAGE, "")], answered(true, None, "")),
        (42, &[(JUDGE_MESSAGE, " fine\nindeed\n")], answered(true, None, "fine\nindeed")),
        (42, &[(TEAM_MESSAGE, "team")], answered(true, None, "team")),
        (42, &[(JUDGE_MESSAGE, "judge"), (TEAM_MESSAGE, "team")], answered(true, None, "judge")),
        (42, &[(SCORE, "2.5\n")], answered(true, Some(2.5), "")),
        (42, &[(SCORE, "0")], answered(true, Some(0.0), "")),
        (42, &[(SCORE, "4.0")], answered(true, Some(4.0), "")),
        (42, &[(MULTIPLIER, "0.25")], answered(true, Some(1.0), "")),
        (42, &[(MULTIPLIER, "1")], answered(true, Some(4.0), "")),
        (42, &[(MULTIPLIER, "5e-1 ")], answered(true, Some(2.0), "")),
        (43, &[], answered(false, None, "")),
        (43, &[(JUDGE_MESSAGE, "line 3")], answered(false, None, "line 3")),
        // Who is not accepted has no points, whatever stands there.
        (43, &[(SCORE, "3")], answered(false, None, "")),
        (43, &[(SCORE, "nonsense"), (MULTIPLIER, "7")], answered(false, None, "")),
    ] {
        assert_eq!(read(Verdict::TaskError, Some(code), files), expected, "{code} {files:?}");
    }
}

#[test]
fn any_other_end_is_a_failure_of_the_validator() {
    use CheckFailureCode::{Answer, Failed, Fuel, Memory, Timeout, Trap};
    for (verdict, exit_code, code) in [
        (Verdict::Ok, None, Failed),
        (Verdict::TaskError, Some(1), Failed),
        (Verdict::TaskError, Some(41), Failed),
        (Verdict::TaskError, Some(44), Failed),
        (Verdict::TaskError, Some(42 + 256), Failed),
        (Verdict::TaskError, None, Failed),
        (Verdict::BadInput, None, Failed),
        (Verdict::Trap, Some(42), Trap),
        (Verdict::FuelExhausted, None, Fuel),
        (Verdict::Timeout, None, Timeout),
        (Verdict::MemoryExceeded, None, Memory),
        (Verdict::OutputExceeded, None, Answer),
        (Verdict::Canceled, None, Answer),
    ] {
        let failure = read(verdict, exit_code, &[(SCORE, "1")]).unwrap_err();
        assert_eq!(failure.code, code, "{verdict} {exit_code:?}");
        let long = "x".repeat(1000);
        let told = read(verdict, exit_code, &[(JUDGE_MESSAGE, &long)]).unwrap_err().message;
        assert!(told.contains("xxx") && told.len() < WORDS_MOST + 200, "{told}");
    }
    let ok = read_validator(ended(Verdict::Ok, None, &[]), None, "interactor").answer.unwrap_err();
    assert!(ok.message.contains("the interactor exited with 0"), "{}", ok.message);
}

#[test]
fn a_score_that_says_nothing_is_no_answer() {
    let long = "1".repeat(NUMBER_MOST + 1);
    let rows: [(Files<'_>, &str); 15] = [
        (&[(SCORE, "")], "no number"),
        (&[(SCORE, "\n")], "no number"),
        (&[(SCORE, "three")], "no number"),
        (&[(SCORE, "1 2")], "no number"),
        (&[(SCORE, "0x1")], "no number"),
        (&[(SCORE, "nan")], "no number"),
        (&[(SCORE, "inf")], "no number"),
        (&[(SCORE, "1e999")], "from 0 to 4"),
        (&[(SCORE, "-1")], "from 0 to 4"),
        (&[(SCORE, "4.0001")], "from 0 to 4"),
        (&[(SCORE, &long)], "64 bytes"),
        (&[(MULTIPLIER, "1.01")], "from 0 to 1"),
        (&[(MULTIPLIER, "-0.1")], "from 0 to 1"),
        (&[(MULTIPLIER, "1e999")], "from 0 to 1"),
        (&[(SCORE, "1"), (MULTIPLIER, "1")], "both"),
    ];
    for (files, why) in rows {
        let failure = read(Verdict::TaskError, Some(42), files).unwrap_err();
        assert_eq!(failure.code, CheckFailureCode::Answer, "{files:?}");
        assert!(failure.message.contains(why), "{files:?}: {}", failure.message);
    }
    for path in [SCORE, MULTIPLIER] {
        let ending = ended(Verdict::TaskError, Some(42), &[(path, "1")]);
        let without = read_validator(ending, None, "checker").answer.unwrap_err();
        assert!(without.message.contains("is worth none"), "{}", without.message);
    }
}

#[test]
fn what_did_not_come_back_whole_is_not_guessed_at() {
    let with = |path: &str, content, left_out| {
        let mut ending = ended(Verdict::TaskError, Some(42), &[]);
        let file = CollectedEntry { path: path.to_owned(), content };
        ending.files = Some(Box::new(CollectedFiles { files: vec![file], left_out }));
        read_validator(ending, Points::new(1.0), "checker").answer
    };
    let score = |content| with(SCORE, content, 0).unwrap_err().code;
    assert_eq!(score(CollectedContent::Dropped(1 << 30)), CheckFailureCode::Answer);
    assert_eq!(score(CollectedContent::Bytes(vec![0xff])), CheckFailureCode::Answer);
    let one = CollectedContent::Text("1".to_owned());
    assert!(with(SCORE, one.clone(), 0).is_ok());
    assert_eq!(with(SCORE, one, 1).unwrap_err().code, CheckFailureCode::Answer);
    let said = with(JUDGE_MESSAGE, CollectedContent::Dropped(1 << 30), 0).unwrap().message;
    assert_eq!(said, "(judgemessage.txt has 1073741824 bytes, too many to be read)");
    let said = with(JUDGE_MESSAGE, CollectedContent::Bytes(vec![b'a', 0xff]), 0).unwrap().message;
    assert_eq!(said, "a\u{fffd}");
}

#[test]
fn words_are_cut_and_those_on_stderr_count_where_there_are_no_others() {
    let long = "ä".repeat(5000);
    let said = read(Verdict::TaskError, Some(43), &[(JUDGE_MESSAGE, &long)]).unwrap().message;
    assert!(said.len() <= crate::MESSAGE_MOST && said.starts_with("ää"), "{}", said.len());
    let logged = |files: Files<'_>, code| {
        let line = LogLine { level: None, text: "last words".to_owned() };
        let log = Log { lines: vec![line], ..Log::default() };
        let ending = AttemptEnding { log, ..ended(Verdict::TaskError, Some(code), files) };
        read_validator(ending, None, "checker").answer.unwrap().message
    };
    assert_eq!(logged(&[], 43), "last words");
    assert_eq!(logged(&[(JUDGE_MESSAGE, "message")], 43), "message");
    assert_eq!(logged(&[], 42), "", "who is accepted needs no reason");
}
