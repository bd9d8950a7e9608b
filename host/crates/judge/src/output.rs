//! Two outputs, each a value, a text or bytes, and in what they differ.

use super::{diff, same_texts, same_values};
use polymer_host_task::{CompareMode, Output, OutputDifference};
use serde_json::Value;
use std::borrow::Cow;

/// Returns how what was given differs from what is expected; `None` if it does not.
///
/// A text that is expected is what its file has: one final newline is no part of it, as it is none
/// of a command's output. Where one of both is a JSON value and the other is a text, the text is
/// read as JSON.
#[must_use]
pub fn difference(expected: &Output, given: Option<&Output>, mode: CompareMode) -> Option<OutputDifference> {
    let Some(given) = given else {
        return Some(OutputDifference { message: "there is no output".to_owned(), diff: String::new() });
    };
    if let (Some(one), Some(other)) = (value_of(expected, given), value_of(given, expected)) {
        let is_same = match mode {
            CompareMode::Exact => expected.bytes() == given.bytes(),
            _ => same_values(mode, &one, &other),
        };
        return (!is_same).then(|| match mode {
            CompareMode::Float(_) | CompareMode::Validator(_) => told(mode, &shown(&one), &shown(&other)),
            // They differ in their notation.
            CompareMode::Exact if one == other => told(mode, expected.bytes(), given.bytes()),
            // Which part of a value differs says more than which line.
            _ => told(CompareMode::Json, &shown(&one), &shown(&other)),
        });
    }
    let (one, other) = (text_of(expected), text_of(given));
    // What the host took of one output it took of no other.
    let one = if other.ends_with(b"\n") { &one[..] } else { one.strip_suffix(b"\n").unwrap_or(&one) };
    (!same_texts(mode, one, &other)).then(|| told(mode, one, &other))
}

/// The value that one output is beside the other, if they are to be compared as values.
fn value_of(output: &Output, beside: &Output) -> Option<Value> {
    let (text, is_value) = match output {
        Output::Json(text) => (text.as_str(), true),
        Output::Text(text) => (text.as_str(), false),
        Output::Bytes(_) => return None,
    };
    let value = if is_value || is_structured(beside) { serde_json::from_str(text).ok() } else { None };
    // A text that is one in JSON is compared as a text.
    value.filter(|value: &Value| !value.is_string() || is_structured(beside))
}

/// Whether an output is a JSON value other than a text.
fn is_structured(output: &Output) -> bool {
    matches!(output, Output::Json(text) if !text.starts_with('"'))
}

/// The text that an output is, or the bytes.
fn text_of(output: &Output) -> Cow<'_, [u8]> {
    match output {
        Output::Json(text) if text.starts_with('"') => match serde_json::from_str::<String>(text) {
            Ok(text) => text.into_bytes().into(),
            Err(_) => text.as_bytes().into(),
        },
        output => output.bytes().into(),
    }
}

fn told(mode: CompareMode, expected: &[u8], given: &[u8]) -> OutputDifference {
    let message = match given.is_empty() && !expected.is_empty() {
        true => "the output is empty".to_owned(),
        false => "the output differs".to_owned(),
    };
    OutputDifference { message, diff: diff(mode, expected, given) }
}

/// A text as it is, another value over several lines.
fn shown(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        value => serde_json::to_vec_pretty(value).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Output {
        Output::Json(text.to_owned())
    }

    fn text(text: &str) -> Output {
        Output::Text(text.to_owned())
    }

    fn is_same(expected: &Output, given: &Output, mode: CompareMode) -> bool {
        difference(expected, Some(given), mode).is_none()
    }

    #[test]
    fn a_value_is_compared_as_one_and_a_text_as_text() {
        use CompareMode::{Exact, Json, Trim};
        for (expected, given, mode, same) in [
            (json(r#"{"a":1,"b":2}"#), json(r#"{"b":2,"a":1.0}"#), Json, true),
            (json(r#"{"a":1}"#), json(r#"{"a":1.0}"#), Exact, false),
            (json(r#""a""#), text("a"), Exact, true),
            (json(r#""a\n""#), text("a"), Exact, true),
            (text("a\n"), json(r#""a""#), Exact, true),
            (text("a"), text("a\n"), Exact, false),
            (text("a\n"), text("a\n"), Exact, true),
            (text("a\n\n"), text("a\n"), Exact, false),
            (text("a"), text("a  "), Trim, true),
            (json("[1, 2]"), text("[1,2]"), Json, true),
            (text("[1, 2]\n"), json("[1,2]"), Trim, true),
            (text("[1, 2"), json("[1,2]"), Trim, false),
            (json("1"), text("1"), Json, true),
            (json("1"), text("one"), Json, false),
            (json("null"), text(""), Json, false),
            (Output::Bytes(vec![255, b'\n']), Output::Bytes(vec![255]), Exact, true),
            (
                Output::Bytes(vec![255, b' ', b'x']),
                Output::Bytes(b"\xff\nx".to_vec()),
                CompareMode::Tokens,
                true,
            ),
            (text("x"), Output::Bytes(vec![255]), Exact, false),
        ] {
            assert_eq!(is_same(&expected, &given, mode), same, "{expected:?} {given:?} {mode}");
        }
    }

    #[test]
    fn what_differs_is_told() {
        let told = difference(&text("a\nb\n"), Some(&text("a\nc")), CompareMode::Trim).unwrap();
        assert_eq!(told.message, "the output differs");
        assert!(told.diff.contains("- b") && told.diff.contains("+ c"), "{}", told.diff);
        let none = difference(&text("a"), None, CompareMode::Trim).unwrap();
        assert_eq!((none.message.as_str(), none.diff.as_str()), ("there is no output", ""));
        assert_eq!(
            difference(&text("a"), Some(&text("")), CompareMode::Exact).unwrap().message,
            "the output is empty"
        );
    }
}
