//! What a checker or an interactor is given, and what it says: one JSON value each way.
//!
//! Both are guests. An answer is read in one pass and no further than it may be long, and what is
//! said of a bad one is short. Nothing here may know how they are run.

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use polymer_host_base::text::cut;
use polymer_host_task::{
    AttemptEnding, CheckAnswer, CheckFailure, CheckFailureCode, CheckReport, InputPayload, LogLine, Output,
    Points, Verdict,
};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::io::{self, Write};

/// The most bytes of a checker's message.
pub const MESSAGE_MOST: usize = 4 << 10;
/// The most bytes of an answer: that message in escapes, and room.
const ANSWER_MOST: usize = 64 << 10;
/// Bytes of a message that is cut to fit: beside them stands the mark of what is cut.
pub(crate) const MESSAGE_CUT: usize = MESSAGE_MOST - 6;
/// The most bytes of what is said of an answer that is none.
const TOLD_MOST: usize = 400;

/// What a checker or an interactor is to say something of.
#[derive(Debug, Clone, Copy)]
pub struct CheckCase<'a> {
    /// Id of the task.
    pub id: &'a str,
    /// What it was given.
    pub input: &'a InputPayload,
    /// What it gave; nothing yet, where an interactor is to talk with it.
    pub output: Option<&'a Output>,
    /// What is expected, if anything is.
    pub expected: Option<&'a Output>,
    /// What the case is worth.
    pub max_points: Option<Points>,
}

impl CheckCase<'_> {
    /// Returns the case as the checker is given it: one JSON value, of at most `most` bytes.
    ///
    /// # Errors
    /// If it is longer.
    pub fn input(&self, most: u64) -> Result<Vec<u8>, CheckFailure> {
        let mut text = BoundedText { bytes: Vec::new(), most: usize::try_from(most).unwrap_or(usize::MAX) };
        // Nothing else goes wrong with what is written into memory.
        self.write(&mut text).map_err(|_| CheckFailure {
            code: CheckFailureCode::Input,
            message: format!("what the checker is to be given is longer than {most} bytes"),
        })?;
        Ok(text.bytes)
    }

    /// Returns the case as an interactor is given it: the same on a line of its own.
    ///
    /// # Errors
    /// If it is longer.
    pub fn line(&self, most: u64) -> Result<Vec<u8>, CheckFailure> {
        let mut line = self.input(most.saturating_sub(1)).map_err(|failure| CheckFailure {
            message: format!("what the interactor is to be given is longer than {most} bytes"),
            ..failure
        })?;
        // Within JSON a line break is escaped.
        line.retain(|byte| *byte != b'\n' && *byte != b'\r');
        line.push(b'\n');
        Ok(line)
    }

    fn write(&self, text: &mut BoundedText) -> io::Result<()> {
        text.write_all(b"{\"id\":")?;
        serde_json::to_writer(&mut *text, self.id)?;
        match self.input {
            InputPayload::Json(json) => text.field("input", json)?,
            InputPayload::Line(bytes) | InputPayload::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(said) => text.text("input", said)?,
                Err(_) => text.base64("input_base64", bytes)?,
            },
        }
        if let Some(output) = self.output {
            text.output(["output", "output_base64"], output)?;
        }
        if let Some(expected) = self.expected {
            text.output(["expected", "expected_base64"], expected)?;
        }
        if let Some(points) = self.max_points {
            let points = points.get();
            write!(text, ",\"max_points\":{points}")?;
        }
        text.write_all(b"}")
    }
}

/// Text that is written into memory, up to so many bytes.
#[derive(Debug)]
struct BoundedText {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for BoundedText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.most.saturating_sub(self.bytes.len()) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl BoundedText {
    /// A field that follows others, whose value is JSON already.
    fn field(&mut self, name: &str, json: &[u8]) -> io::Result<()> {
        write!(self, ",\"{name}\":")?;
        self.write_all(json)
    }

    fn text(&mut self, name: &str, said: &str) -> io::Result<()> {
        self.field(name, b"")?;
        Ok(serde_json::to_writer(self, said)?)
    }

    fn base64(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let encoded = Base64Display::new(bytes, &STANDARD);
        write!(self, ",\"{name}\":\"{encoded}\"")
    }

    /// As records spell one.
    fn output(&mut self, [name, name_of_bytes]: [&str; 2], output: &Output) -> io::Result<()> {
        match output {
            Output::Json(json) => self.field(name, json.as_bytes()),
            Output::Text(said) => self.text(name, said),
            Output::Bytes(bytes) => self.base64(name_of_bytes, bytes),
        }
    }
}

/// A checker's answer as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireAnswer<'a> {
    accept: bool,
    #[serde(default, deserialize_with = "number")]
    points: Option<f64>,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
}

/// A number that is there: null is none.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    f64::deserialize(deserializer).map(Some)
}

/// Reads what a checker answered about a case that is worth so many points.
///
/// # Errors
/// If that says nothing, or what it may not.
pub fn read_answer(answer: &[u8], max_points: Option<Points>) -> Result<CheckAnswer, CheckFailure> {
    parse_answer(answer, max_points).map_err(|why| no_answer("checker", &why))
}

/// Reads an answer, or says in words why it cannot be used.
fn parse_answer(answer: &[u8], max_points: Option<Points>) -> Result<CheckAnswer, String> {
    if answer.len() > ANSWER_MOST {
        return Err(format!("it has {} bytes, and may have {ANSWER_MOST}", answer.len()));
    }
    // A list of the fields' values would pass for an object otherwise.
    if answer.trim_ascii_start().first() != Some(&b'{') {
        return Err("it is no JSON object".to_owned());
    }
    let read: WireAnswer<'_> = serde_json::from_slice(answer).map_err(|error| error.to_string())?;
    if read.message.len() > MESSAGE_MOST {
        let length = read.message.len();
        return Err(format!("its message has {length} bytes, and may have {MESSAGE_MOST}"));
    }
    let points = read.points.map(|points| points_within(points, max_points)).transpose()?;
    Ok(CheckAnswer { accepted: read.accept, points, message: read.message.into_owned() })
}

pub(crate) fn points_within(given: f64, max_points: Option<Points>) -> Result<Points, String> {
    let Some(most) = max_points else {
        return Err("it gives points, and the task is worth none".to_owned());
    };
    // A zero with a sign is none.
    let points = Points::new(given + 0.0).filter(|points| *points <= most);
    points.ok_or_else(|| format!("it gives {given} points, and may give from 0 to {most}"))
}

/// The failure of a checker or an interactor, as `whose` says, whose answer cannot be used.
pub(crate) fn no_answer(whose: &str, why: &str) -> CheckFailure {
    let message = cut(&format!("the {whose}'s answer cannot be used: {why}"), TOLD_MOST);
    CheckFailure { code: CheckFailureCode::Answer, message }
}

/// Reads how a checker ended that was given a case of so many points.
#[must_use]
pub fn read_check(check: AttemptEnding, max_points: Option<Points>) -> CheckReport {
    let answer = match (CheckFailureCode::of(check.verdict), &check.output) {
        (None, Some(output)) if check.verdict == Verdict::Ok => read_answer(output.bytes(), max_points),
        (code, _) => Err(CheckFailure {
            code: code.unwrap_or(CheckFailureCode::Answer),
            message: check.error.headed(&format!("the checker ended as {}", check.verdict)),
        }),
    };
    CheckReport { answer, usage: check.usage }
}

/// Reads how an interactor ended that was given a case of so many points: its exit code says
/// whether it accepts, and the last line of its stderr may say how much and why.
#[must_use]
pub fn read_interactor(ending: AttemptEnding, max_points: Option<Points>) -> CheckReport {
    let last = last_line(&ending);
    let answer = match accepts(&ending) {
        Some(accepted) if last.starts_with('{') => interactors_answer(last, accepted, max_points),
        Some(accepted) => {
            let message = if accepted { String::new() } else { cut(last, MESSAGE_CUT) };
            Ok(CheckAnswer { accepted, points: None, message })
        }
        None => Err(CheckFailure {
            code: CheckFailureCode::of(ending.verdict).unwrap_or(CheckFailureCode::Answer),
            message: ending.error.headed(&format!("the interactor ended as {}", ending.verdict)),
        }),
    };
    CheckReport { answer, usage: ending.usage }
}

/// The last line on the stderr of a guest that is not empty.
pub(crate) fn last_line(ending: &AttemptEnding) -> &str {
    let is_said = |line: &&LogLine| line.level.is_none() && !line.text.trim().is_empty();
    let last = ending.log.lines.iter().rev().find(is_said);
    last.map(|line| line.text.trim()).unwrap_or_default()
}

/// Whether an interactor that ended so accepts, if that can be said.
const fn accepts(ending: &AttemptEnding) -> Option<bool> {
    match (ending.verdict, ending.error.exit_code) {
        (Verdict::Ok, _) | (Verdict::TaskError, Some(42)) => Some(true),
        (Verdict::TaskError, Some(1 | 43)) => Some(false),
        _ => None,
    }
}

fn interactors_answer(
    last: &str,
    accepted: bool,
    max_points: Option<Points>,
) -> Result<CheckAnswer, CheckFailure> {
    let read = parse_answer(last.as_bytes(), max_points).and_then(|answer| {
        let is_meant = answer.accepted == accepted;
        if is_meant { Ok(answer) } else { Err("it is not what the exit code says".to_owned()) }
    });
    read.map_err(|why| no_answer("interactor", &why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::TaskError;

    fn given(input: InputPayload, output: Output, expected: Option<Output>) -> String {
        let case = CheckCase {
            id: "a \"b\"",
            input: &input,
            output: Some(&output),
            expected: expected.as_ref(),
            max_points: Points::new(2.5),
        };
        String::from_utf8(case.input(1000).unwrap()).unwrap()
    }

    fn text(text: &str) -> Output {
        Output::Text(text.to_owned())
    }

    #[test]
    fn a_case_is_spelled_as_records_spell_it() {
        let json = |text: &str| Output::Json(text.to_owned());
        assert_eq!(
            given(InputPayload::Json(b"[1.0,2]".to_vec()), text("a\n"), Some(json("{\"a\":null}"))),
            r#"{"id":"a \"b\"","input":[1.0,2],"output":"a\n","expected":{"a":null},"max_points":2.5}"#
        );
        assert_eq!(
            given(InputPayload::Line(b"1 2\n".to_vec()), json("7"), None),
            r#"{"id":"a \"b\"","input":"1 2\n","output":7,"max_points":2.5}"#
        );
        let bytes = Output::Bytes(vec![255]);
        assert_eq!(
            given(InputPayload::Bytes(vec![254, b'a']), bytes.clone(), Some(bytes)),
            r#"{"id":"a \"b\"","input_base64":"/mE=","output_base64":"/w==","expected_base64":"/w==","max_points":2.5}"#
        );
        let case = CheckCase {
            id: "a",
            input: &InputPayload::Bytes(Vec::new()),
            output: Some(&text("")),
            expected: Some(&text("\u{0}")),
            max_points: None,
        };
        let spelled = br#"{"id":"a","input":"","output":"","expected":"\u0000"}"#;
        let length = spelled.len() as u64;
        assert_eq!(case.input(length).unwrap(), spelled);
        assert_eq!(case.input(length - 1).unwrap_err().code, CheckFailureCode::Input);
    }

    fn answer(text: &str) -> Result<CheckAnswer, String> {
        let read = read_answer(text.as_bytes(), Points::new(3.0));
        read.map_err(|failure| {
            assert_eq!(failure.code, CheckFailureCode::Answer);
            failure.message
        })
    }

    #[test]
    fn an_answer_says_whether_and_may_say_how_much_and_why() {
        let said = |accepted, points: Option<f64>, message: &str| {
            Ok(CheckAnswer { accepted, points: points.and_then(Points::new), message: message.to_owned() })
        };
        assert_eq!(answer(r#"{"accept":true}"#), said(true, None, ""));
        assert_eq!(
            answer(" {\"message\" : \"a\\nb\" , \"accept\" : false,\"points\":0}\n"),
            said(false, Some(0.0), "a\nb")
        );
        assert_eq!(answer(r#"{"accept":true,"points":3}"#), said(true, Some(3.0), ""));
        assert_eq!(answer(r#"{"accept":true,"points":1e-400}"#), said(true, Some(0.0), ""));
        let zero = answer(r#"{"accept":true,"points":-0.0}"#).unwrap().points.unwrap();
        assert!(zero.get().is_sign_positive());
        let longest = "\\u0061".repeat(MESSAGE_MOST);
        let longest = answer(&format!(r#"{{"accept":true,"message":"{longest}"}}"#)).unwrap();
        assert_eq!(longest.message.len(), MESSAGE_MOST);
    }

    #[test]
    fn what_is_no_answer_is_told() {
        let long = "x".repeat(MESSAGE_MOST + 1);
        let longer = " ".repeat(ANSWER_MOST);
        for (text, why) in [
            ("", "no JSON object"),
            ("true", "no JSON object"),
            ("[true]", "no JSON object"),
            ("[true,1,\"\"]", "no JSON object"),
            ("\"{}\"", "no JSON object"),
            ("{}", "missing field `accept`"),
            (r#"{"accept":1}"#, "boolean"),
            (r#"{"accept":"true"}"#, "boolean"),
            (r#"{"accept":null}"#, "boolean"),
            (r#"{"accept":true,"accept":true}"#, "duplicate field"),
            (r#"{"accept":true,"score":1}"#, "unknown field `score`"),
            (r#"{"accept":true,"points":null}"#, "null"),
            (r#"{"accept":true,"points":"1"}"#, "string"),
            (r#"{"accept":true,"points":NaN}"#, "expected value"),
            (r#"{"accept":true,"points":1e999}"#, "out of range"),
            (r#"{"accept":true,"points":-1}"#, "from 0 to 3"),
            (r#"{"accept":true,"points":3.0000001}"#, "from 0 to 3"),
            (r#"{"accept":true,"message":1}"#, "string"),
            (r#"{"accept":true,"message":null}"#, "null"),
            (r#"{"accept":true}{"accept":true}"#, "trailing characters"),
            (r#"{"accept":true"#, "EOF"),
            (&format!(r#"{{"accept":true,"message":"{long}"}}"#), "4097 bytes"),
            (&format!(r#"{{"accept":true}}{longer}"#), "65551 bytes"),
            (&format!(r#"{{"accept":true,"{long}":1}}"#), "unknown field"),
            (&format!(r#"{{"accept":true,"x":{}"#, "[".repeat(60_000)), "unknown field"),
        ] {
            let told = answer(text).unwrap_err();
            assert!(told.contains(why) && told.len() <= TOLD_MOST + 6, "{text:.60}: {told}");
        }
        let without = read_answer(br#"{"accept":true,"points":0}"#, None).unwrap_err();
        assert!(without.message.contains("worth none"), "{}", without.message);
        assert!(read_answer(b"{\"accept\":true,\"message\":\"\xff\"}", None).is_err());
    }

    #[test]
    fn a_checker_that_did_not_end_well_says_nothing() {
        let ended = |verdict, output: Option<Output>| {
            let error = match verdict {
                Verdict::Ok => TaskError::default(),
                _ => TaskError::new("unreachable", "at 3"),
            };
            read_check(AttemptEnding { output, ..AttemptEnding::without_guest(verdict, error) }, None).answer
        };
        let accepts = || Some(text("{\"accept\":true}"));
        assert!(ended(Verdict::Ok, accepts()).unwrap().accepted);
        let trap = ended(Verdict::Trap, accepts()).unwrap_err();
        assert_eq!(trap.code, CheckFailureCode::Trap);
        assert_eq!(trap.message, "the checker ended as trap (unreachable): at 3");
        assert_eq!(ended(Verdict::Ok, None).unwrap_err().code, CheckFailureCode::Answer);
        for verdict in Verdict::all().filter(|verdict| *verdict != Verdict::Ok) {
            assert!(ended(verdict, accepts()).is_err(), "{verdict}");
        }
    }

    #[test]
    fn an_interactor_is_given_one_line_without_an_output() {
        let input = InputPayload::Json(b"{\n\"a\": 1}".to_vec());
        let case = CheckCase { id: "a", input: &input, output: None, expected: None, max_points: None };
        let line = case.line(100).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), "{\"id\":\"a\",\"input\":{\"a\": 1}}\n");
        let failure = case.line(10).unwrap_err();
        assert_eq!(failure.code, CheckFailureCode::Input);
        assert!(failure.message.contains("the interactor"), "{}", failure.message);
    }

    /// How an interactor ended that exited with this code, or ended so, and wrote this last.
    fn interacted(end: Result<u32, Verdict>, last: &str) -> Result<CheckAnswer, CheckFailure> {
        let (verdict, error) = match end {
            Ok(0) => (Verdict::Ok, TaskError::default()),
            Ok(code) => {
                (Verdict::TaskError, TaskError { exit_code: Some(code), ..TaskError::new("exit", "") })
            }
            Err(verdict) => (verdict, TaskError::new("code", "why")),
        };
        let line = |text: &str| LogLine { level: None, text: text.to_owned() };
        let log =
            polymer_host_task::Log { lines: vec![line("first"), line(last), line(" ")], dropped_bytes: 0 };
        let ending = AttemptEnding { log, ..AttemptEnding::without_guest(verdict, error) };
        read_interactor(ending, Points::new(3.0)).answer
    }

    #[test]
    fn an_interactor_answers_by_its_exit_code() {
        let said =
            |accepted, message: &str| Ok(CheckAnswer { accepted, points: None, message: message.to_owned() });
        for code in [0, 42] {
            assert_eq!(interacted(Ok(code), "well done"), said(true, ""), "{code}");
        }
        for code in [1, 43] {
            assert_eq!(interacted(Ok(code), " too many guesses"), said(false, "too many guesses"), "{code}");
        }
        let long = "x".repeat(MESSAGE_MOST * 2);
        let cut = interacted(Ok(1), &long).unwrap().message;
        assert_eq!(cut.len(), MESSAGE_MOST);
        for (end, code) in [
            (Ok(2), CheckFailureCode::Failed),
            (Ok(134), CheckFailureCode::Failed),
            (Err(Verdict::Trap), CheckFailureCode::Trap),
            (Err(Verdict::Timeout), CheckFailureCode::Timeout),
            (Err(Verdict::FuelExhausted), CheckFailureCode::Fuel),
            (Err(Verdict::WorkerLost), CheckFailureCode::Lost),
        ] {
            let failure = interacted(end, "{\"accept\":true}").unwrap_err();
            assert_eq!(failure.code, code, "{end:?}");
            assert!(failure.message.starts_with("the interactor ended as"), "{}", failure.message);
        }
    }

    #[test]
    fn its_last_line_may_be_a_checkers_answer_that_agrees_with_its_exit_code() {
        let answer = interacted(Ok(0), r#"{"accept":true,"points":2,"message":"in 7"}"#).unwrap();
        assert_eq!((answer.points, answer.message.as_str()), (Points::new(2.0), "in 7"));
        let answer = interacted(Ok(43), r#"{"accept":false,"points":1}"#).unwrap();
        assert_eq!((answer.accepted, answer.points), (false, Points::new(1.0)));
        for (code, last) in [
            (1, r#"{"accept":true}"#),
            (0, r#"{"accept":false}"#),
            (0, r#"{"accept":true,"points":4}"#),
            (0, "{\"accept\""),
            (42, "{}"),
        ] {
            let failure = interacted(Ok(code), last).unwrap_err();
            assert_eq!(failure.code, CheckFailureCode::Answer, "{code} {last}");
            assert!(failure.message.contains("the interactor's answer"), "{}", failure.message);
        }
    }
}
