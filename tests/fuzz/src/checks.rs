//! What a checker or an interactor as a guest may answer, and what a task as a guest may have given
//! it to look at.

use polymer_host_judge::{
    CheckCase, FEEDBACK_FILES, MESSAGE_MOST, read_answer, read_interactor, read_validator,
};
use polymer_host_task::{
    AttemptEnding, CollectedContent, CollectedEntry, CollectedFiles, InputPayload, Log, LogLine, Output,
    Points, TaskError, Verdict,
};
use serde_json::Value;

/// The most that is said of an answer that is none.
const LONGEST: usize = 500;

/// The first byte says what the case is worth. The rest is an answer, and what a task gave.
pub fn checks(data: &[u8]) {
    let Some((worth, text)) = data.split_first() else { return };
    let worth = Points::new(f64::from(*worth) / 16.0);
    for most in [worth, None] {
        answer(text, most);
        interactor(text, most);
        validator(text, most);
    }
    case(text, worth);
}

/// An answer says what it is allowed to, or why it is none is said in a few words.
fn answer(text: &[u8], most: Option<Points>) {
    match read_answer(text, most) {
        Ok(answer) => {
            let Ok(Value::Object(fields)) = serde_json::from_slice(text) else {
                panic!("{text:?} is no object, and an answer")
            };
            assert_eq!(fields.get("accept"), Some(&Value::Bool(answer.accepted)), "{text:?}");
            assert_eq!(fields.contains_key("points"), answer.points.is_some(), "{text:?}");
            assert!(answer.points.is_none() || answer.points <= most, "{text:?}");
            assert!(answer.message.len() <= MESSAGE_MOST, "{text:?}");
        }
        Err(failure) => assert!(failure.message.len() <= LONGEST, "{}", failure.message),
    }
}

/// Whatever an interactor writes last, its exit code says whether it accepts.
fn interactor(text: &[u8], most: Option<Points>) {
    for (code, accepted) in [(42, true), (43, false)] {
        let line = LogLine { level: None, text: String::from_utf8_lossy(text).into_owned() };
        let error = TaskError { exit_code: Some(code), ..TaskError::default() };
        let log = Log { lines: vec![line], dropped_bytes: 0 };
        let ending = AttemptEnding { log, ..AttemptEnding::without_guest(Verdict::TaskError, error) };
        match read_interactor(ending, most).answer {
            Ok(answer) => {
                assert_eq!(answer.accepted, accepted, "{text:?}");
                assert!(answer.points.is_none() || answer.points <= most, "{text:?}");
                assert!(answer.message.len() <= MESSAGE_MOST, "{text:?}");
            }
            Err(failure) => assert!(failure.message.len() <= LONGEST, "{}", failure.message),
        }
    }
}

/// Whatever stands in one file of a validator's feedback, its exit code says whether it accepts,
/// or it is no answer.
fn validator(text: &[u8], most: Option<Points>) {
    for path in FEEDBACK_FILES {
        for (code, accepted) in [(42, true), (43, false)] {
            let content = match String::from_utf8(text.to_vec()) {
                Ok(text) => CollectedContent::Text(text),
                Err(error) => CollectedContent::Bytes(error.into_bytes()),
            };
            let file = CollectedEntry { path: path.to_owned(), content };
            let files = Some(Box::new(CollectedFiles { files: vec![file], left_out: 0 }));
            let error = TaskError { exit_code: Some(code), ..TaskError::default() };
            let ending = AttemptEnding::without_guest(Verdict::TaskError, error);
            match read_validator(AttemptEnding { files, ..ending }, most, "checker").answer {
                Ok(answer) => {
                    assert_eq!(answer.accepted, accepted, "{text:?}");
                    assert!(answer.points.is_none() || answer.points <= most, "{text:?}");
                    assert!(answer.message.len() <= MESSAGE_MOST, "{text:?}");
                }
                Err(failure) => {
                    assert!(accepted, "who is refused needs no score: {text:?}");
                    assert!(failure.message.len() <= LONGEST, "{}", failure.message);
                }
            }
        }
    }
}

/// Whatever a task gave, its checker gets one JSON value that says so.
fn case(text: &[u8], max_points: Option<Points>) {
    let input = InputPayload::Bytes(text.to_vec());
    let (output, is_text) = match String::from_utf8(text.to_vec()) {
        Ok(text) => (Output::Text(text), true),
        Err(error) => (Output::Bytes(error.into_bytes()), false),
    };
    let case =
        CheckCase { id: "a", input: &input, output: Some(&output), expected: Some(&output), max_points };
    let whole = match case.input(u64::MAX) {
        Ok(whole) => whole,
        Err(failure) => panic!("{}", failure.message),
    };
    let Ok(Value::Object(fields)) = serde_json::from_slice(&whole) else { panic!("{text:?}: {whole:?}") };
    let names = if is_text { ["input", "output"] } else { ["input_base64", "output_base64"] };
    for name in names {
        let said = fields.get(name).and_then(Value::as_str);
        assert!(!is_text || said.map(str::as_bytes) == Some(text), "{text:?}");
        assert!(said.is_some(), "{text:?} has no {name}");
    }
    let line = CheckCase { output: None, ..case }.line(u64::MAX);
    let Ok(line) = line else { panic!("{text:?} makes no line") };
    assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1), "{text:?}");
    let Ok(given) = case.for_validator(&[], u64::MAX) else { panic!("{text:?} is no case") };
    let end = if is_text && !text.is_empty() && !text.ends_with(b"\n") { &b"\n"[..] } else { b"" };
    assert_eq!(given.input.bytes(), [text, end].concat(), "{text:?}");
    let length = u64::try_from(whole.len()).unwrap_or(u64::MAX);
    assert!(case.input(length).is_ok() && case.input(length - 1).is_err(), "{text:?}");
}
