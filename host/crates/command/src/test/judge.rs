//! Faults in how a case ended. Pure.

use super::cases::{ExpectedResult, TestCase, WantedOutput, joined};
use super::compare::CompareMode;
use super::diff::diff;
use crate::taskfile::BASE64;
use base64::Engine as _;
use polymer_host::{Done, Input};
use polymer_host_base::sanitize::one_line;
use polymer_host_task::{Output, Verdict};
use serde_json::Value;

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
            given => {
                let value = Value::String(expected);
                wrong_output(&WantedOutput { text: value.to_string(), value }, given, compare)
            }
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
        wrong.push(format!("the error's message differs\n{}", diff(message, &done.error.message)));
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

fn wrong_output(
    WantedOutput { value: expected, text }: &WantedOutput,
    given: Option<&Output>,
    compare: CompareMode,
) -> Option<String> {
    let (same, shown) = match given {
        None => return Some("there is no output".to_owned()),
        Some(Output::Json(given)) => {
            // It was checked when it was taken, so it reads.
            let value: Value = serde_json::from_str(given).unwrap_or_default();
            let same = match compare {
                CompareMode::Exact => text == given,
                _ => compare.are_same(expected, &value),
            };
            (same, pretty(&value))
        }
        Some(Output::Text(given)) => {
            let same = expected.as_str().is_some_and(|expected| compare.are_same_texts(expected, given));
            // That it is text, and no value that looks the same, is to be seen.
            (same, if expected.is_string() { given.clone() } else { format!("(text) {given}") })
        }
        Some(Output::Bytes(bytes)) => (false, shown_bytes(bytes)),
    };
    (!same).then(|| format!("the output differs\n{}", diff(&pretty(expected), &shown)))
}

fn wrong_bytes(expected: &str, given: Option<&Output>) -> Option<String> {
    let Some(given) = given else { return Some("there is no output".to_owned()) };
    let given = match given {
        Output::Bytes(bytes) => bytes.as_slice(),
        Output::Text(text) | Output::Json(text) => text.as_bytes(),
    };
    // The case was read, so this is base64.
    let expected = BASE64.decode(expected).unwrap_or_default();
    (expected != given)
        .then(|| format!("the output differs\n{}", diff(&shown_bytes(&expected), &shown_bytes(given))))
}

/// A text as it is, another value over several lines.
fn pretty(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

fn shown_bytes(bytes: &[u8]) -> String {
    let start = bytes.get(..SHOWN).unwrap_or(bytes);
    format!("({} bytes) {}", bytes.len(), start.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::TaskError;
    use serde_json::json;

    fn output(expected: Value, given: Output, compare: CompareMode) -> Option<String> {
        wrong_output(&WantedOutput { text: expected.to_string(), value: expected }, Some(&given), compare)
    }

    #[test]
    fn a_value_is_compared_as_one_and_a_text_as_text() {
        let json = |text: &str| Output::Json(text.to_owned());
        assert_eq!(output(json!({"a": 1, "b": 2}), json(r#"{"b":2,"a":1.0}"#), CompareMode::Json), None);
        assert!(output(json!({"a": 1}), json(r#"{"a":1.0}"#), CompareMode::Exact).is_some());
        let text = |text: &str| Output::Text(text.to_owned());
        assert_eq!(output(json!("a"), text("a"), CompareMode::Json), None);
        assert_eq!(output(json!("a b"), text("a  b"), CompareMode::Tokens), None);
        // Text that looks like a number is none.
        assert!(output(json!(1), text("1"), CompareMode::Json).unwrap().contains("(text) 1"));
        assert!(output(json!("a"), Output::Bytes(vec![255]), CompareMode::Json).unwrap().contains("\\xff"));
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
