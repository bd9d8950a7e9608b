//! Faults in how a case ended. Pure.

use super::cases::{ExpectedResult, TestCase, joined};
use crate::taskfile::BASE64;
use base64::Engine as _;
use polymer_host::{Done, Input};
use polymer_host_base::sanitize::one_line;
use polymer_host_judge::{diff, difference};
use polymer_host_task::{CompareMode, Output, OutputDifference, Verdict};

/// Bytes of an output that are shown as such.
const SHOWN: usize = 64;

/// All that is not as the case expects it; nothing if it passed. `usual` is how outputs are
/// compared where the case does not say.
pub(super) fn wrong(case: &TestCase, done: &Done<Input>, usual: CompareMode) -> Vec<String> {
    let ExpectedResult { verdict, output, output_base64, output_parts, attempts, output_bytes, error, log } =
        &case.expect;
    let mut wrong = Vec::new();
    let expected = if verdict.is_empty() { &[Verdict::Ok][..] } else { verdict };
    if !expected.contains(&done.verdict) {
        let names: Vec<_> = expected.iter().map(|verdict| verdict.name()).collect();
        let why = if done.error.message.is_empty() { String::new() } else { format!(": {}", done.error) };
        wrong.push(format!("the verdict is {}{why}; expected: {}", done.verdict.name(), names.join(" or ")));
        // What else it lacks follows from that.
        return wrong;
    }
    let compare = case.compare.unwrap_or(usual);
    wrong.extend(output.as_ref().and_then(|expected| wrong_output(expected, done.output.as_ref(), compare)));
    wrong.extend(output_base64.as_ref().and_then(|expected| wrong_bytes(expected, done.output.as_ref())));
    if let Some(parts) = output_parts {
        // The case was read, so they can be joined.
        let expected = joined(parts).unwrap_or_default();
        // A raw task's output is bytes, and the text is what they are to be.
        let wrong_one = match done.output.as_ref() {
            Some(Output::Bytes(bytes)) if bytes == expected.as_bytes() => None,
            given => wrong_output(&Output::Text(expected), given, compare),
        };
        wrong.extend(wrong_one);
    }
    if let Some(attempts) = attempts.filter(|attempts| *attempts != done.attempts) {
        wrong.push(format!("the number of attempts is {}; expected: {attempts}", done.attempts));
    }
    if let Some(bytes) = output_bytes.filter(|bytes| done.stats.output_bytes != Some(*bytes)) {
        let given = done.stats.output_bytes.map_or_else(|| "unknown".to_owned(), |given| given.to_string());
        wrong.push(format!("the output has {given} bytes; expected: {bytes}"));
    }
    if let Some(code) = error.code.as_ref().filter(|code| **code != done.error.code) {
        wrong.push(format!("the error's code is {:?}; expected: {code:?}", done.error.code));
    }
    if let Some(message) = error.message.as_ref().filter(|message| **message != done.error.message) {
        wrong.push(format!(
            "the error's message differs\n{}",
            diff(CompareMode::Exact, message.as_bytes(), done.error.message.as_bytes())
        ));
    }
    if let Some(code) = error.exit_code.filter(|code| done.error.exit_code != Some(*code)) {
        let given = done.error.exit_code.map_or_else(|| "unknown".to_owned(), |given| given.to_string());
        wrong.push(format!("the exit code is {given}; expected: {code}"));
    }
    let mut lines = done.log.lines.iter();
    for expected in log {
        if !lines.any(|line| line.text == *expected) {
            wrong.push(format!("the log lacks the line {:?}, or has it too early", one_line(expected)));
            break;
        }
    }
    wrong
}

/// Where an output differs from the expected one, if it does.
fn wrong_output(expected: &Output, given: Option<&Output>, compare: CompareMode) -> Option<String> {
    let OutputDifference { message, diff } = difference(expected, given, compare)?;
    Some(if diff.is_empty() { message } else { format!("{message}\n{diff}") })
}

fn wrong_bytes(expected: &str, given: Option<&Output>) -> Option<String> {
    let Some(given) = given else { return Some("there is no output".to_owned()) };
    let given = given.bytes();
    // The case was read, so this is base64.
    let expected = BASE64.decode(expected).unwrap_or_default();
    (expected != given).then(|| {
        let (expected, given) = (shown_bytes(&expected), shown_bytes(given));
        format!("the output differs\n{}", diff(CompareMode::Exact, expected.as_bytes(), given.as_bytes()))
    })
}

fn shown_bytes(bytes: &[u8]) -> String {
    let start = bytes.get(..SHOWN).unwrap_or(bytes);
    format!("({} bytes) {}", bytes.len(), start.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::TaskError;
    use serde_json::{Value, json};

    fn output(expected: &Value, given: Output, compare: CompareMode) -> Option<String> {
        let expected = match expected {
            Value::String(text) => Output::Text(text.clone()),
            value => Output::Json(value.to_string()),
        };
        wrong_output(&expected, Some(&given), compare)
    }

    #[test]
    fn a_value_is_compared_as_one_and_a_text_as_text() {
        let json = |text: &str| Output::Json(text.to_owned());
        assert_eq!(output(&json!({"a": 1, "b": 2}), json(r#"{"b":2,"a":1.0}"#), CompareMode::Json), None);
        assert!(output(&json!({"a": 1}), json(r#"{"a":1.0}"#), CompareMode::Exact).is_some());
        let text = |text: &str| Output::Text(text.to_owned());
        assert_eq!(output(&json!("a"), text("a"), CompareMode::Json), None);
        assert_eq!(output(&json!("a b"), text("a  b"), CompareMode::Tokens), None);
        // A command that writes a number gives one.
        assert_eq!(output(&json!(1), text("1"), CompareMode::Json), None);
        assert!(output(&json!(1), json("\"1\""), CompareMode::Json).is_some());
        assert!(output(&json!("a"), Output::Bytes(vec![255]), CompareMode::Json).unwrap().contains("\\xff"));
    }

    #[test]
    fn bytes_are_compared_whatever_they_are() {
        assert_eq!(wrong_bytes("/w==", Some(&Output::Bytes(vec![255]))), None);
        assert_eq!(wrong_bytes("YQ", Some(&Output::Text("a".to_owned()))), None);
        assert!(wrong_bytes("YQ", Some(&Output::Bytes(vec![255]))).unwrap().contains("(1 bytes)"));
        assert!(wrong_bytes("YQ", None).is_some());
        assert_eq!(TaskError::default().to_string(), "");
    }
}
