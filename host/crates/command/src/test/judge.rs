//! Faults in how a case ended. Pure.

use super::cases::{ExpectedResult, TestCase, joined};
use crate::taskfile::BASE64;
use base64::Engine as _;
use polymer_host::{Done, Input};
use polymer_host_base::sanitize::one_line;
use polymer_host_judge::{diff, difference};
use polymer_host_task::{CheckReport, CompareMode, Output, OutputDifference, Verdict};

/// Bytes of an output that are shown as such.
const SHOWN: usize = 64;

/// The verdicts of which any is right.
fn expected_verdicts(case: &TestCase) -> &[Verdict] {
    let verdict = &case.expect.verdict;
    if verdict.is_empty() { &[Verdict::Ok] } else { verdict }
}

/// Whether the verdict of a case is one that it expects.
pub(super) fn ended_as_expected(case: &TestCase, done: &Done<Input>) -> bool {
    expected_verdicts(case).contains(&done.verdict)
}

/// All that is not as the case expects it; nothing if it passed. `usual` is how outputs are
/// compared where the case does not say. What a checker said of the output counts in place of a
/// comparison.
pub(super) fn wrong(
    case: &TestCase,
    done: &Done<Input>,
    usual: CompareMode,
    checked: Option<&CheckReport>,
) -> Vec<String> {
    let ExpectedResult { attempts, output_bytes, error, log, .. } = &case.expect;
    let mut wrong = Vec::new();
    if !ended_as_expected(case, done) {
        let names: Vec<_> = expected_verdicts(case).iter().map(|verdict| verdict.name()).collect();
        let why = if done.error.message.is_empty() { String::new() } else { format!(": {}", done.error) };
        wrong.push(format!("the verdict is {}{why}; expected: {}", done.verdict.name(), names.join(" or ")));
        // What else it lacks follows from that.
        return wrong;
    }
    match checked {
        Some(report) => wrong.extend(refused(report)),
        None => wrong.extend(compared(case, done, usual)),
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

/// What a checker has against an output.
fn refused(report: &CheckReport) -> Option<String> {
    match &report.answer {
        Ok(answer) if answer.accepted => None,
        Ok(answer) if answer.message.is_empty() => Some("the checker did not accept the output".to_owned()),
        Ok(answer) => Some(format!("the checker did not accept the output: {}", answer.message)),
        Err(failure) => Some(format!("{} ({})", failure.message, failure.code.name())),
    }
}

/// Where an output differs from what the case expects of it.
fn compared(case: &TestCase, done: &Done<Input>, usual: CompareMode) -> Vec<String> {
    let ExpectedResult { output, output_base64, output_parts, .. } = &case.expect;
    let mut wrong = Vec::new();
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
