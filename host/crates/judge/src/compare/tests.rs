//! Comparisons as a whole: the pairs of `tests/judging`, and outputs that no JSON can hold.

use super::*;
use crate::diff::diff;
use serde_json::json;
use std::path::Path;

/// A line of `tests/judging/pairs.jsonl`.
#[derive(Debug)]
struct JudgedPair {
    mode: CompareMode,
    expected: Value,
    given: Value,
    /// They are texts, and no values.
    are_texts: bool,
    same: bool,
    rule: String,
}

impl JudgedPair {
    fn read(line: &str) -> Self {
        let Value::Object(mut fields) = serde_json::from_str(line).unwrap() else { panic!("{line}") };
        let are_texts = fields.contains_key("expected");
        let mut take = |name: &str| fields.remove(name);
        let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
        let names = if are_texts { ["expected", "given"] } else { ["expected_json", "given_json"] };
        let [expected, given] = names.map(|name| take(name).unwrap_or_else(|| panic!("{line}")));
        let pair = Self {
            mode: text(take("compare"))
                .and_then(|mode| mode.parse().ok())
                .unwrap_or_else(|| panic!("{line}")),
            expected,
            given,
            are_texts,
            same: take("same").and_then(|same| same.as_bool()).unwrap_or_else(|| panic!("{line}")),
            rule: text(take("rule")).unwrap_or_default(),
        };
        assert!(fields.is_empty() && !pair.rule.is_empty(), "{line}");
        pair
    }

    fn is_same(&self, expected: &Value, given: &Value) -> bool {
        match (expected, given) {
            (Value::String(expected), Value::String(given)) if self.are_texts => {
                same_texts(self.mode, expected.as_bytes(), given.as_bytes())
            }
            _ => same_values(self.mode, expected, given),
        }
    }
}

fn pairs() -> Vec<JudgedPair> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/judging/pairs.jsonl"));
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(JudgedPair::read).collect()
}

#[test]
fn pairs_are_judged_as_their_rules_say() {
    let pairs = pairs();
    assert!(pairs.len() >= 200, "{} pairs", pairs.len());
    for pair in &pairs {
        assert_eq!(pair.is_same(&pair.expected, &pair.given), pair.same, "{pair:?}");
        assert!(pair.is_same(&pair.given, &pair.given), "{pair:?}");
        // Only a tolerance depends on which of them is expected.
        if !matches!(pair.mode, CompareMode::Float(_) | CompareMode::Validator(_)) {
            assert_eq!(pair.is_same(&pair.given, &pair.expected), pair.same, "{pair:?}");
        }
        if let (true, Value::String(expected), Value::String(given)) =
            (pair.are_texts, &pair.expected, &pair.given)
        {
            let shown = diff(pair.mode, expected.as_bytes(), given.as_bytes());
            assert_eq!(shown.is_empty(), pair.same, "{pair:?}: {shown}");
            assert!(shown.len() <= 4096 && !shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        }
    }
}

#[test]
fn each_mode_has_pairs_of_both_kinds() {
    let pairs = pairs();
    for name in ["exact", "trim", "tokens", "json", "float", "unordered-lines", "validator"] {
        for same in [true, false] {
            let is_one = |pair: &&JudgedPair| pair.mode.to_string().starts_with(name) && pair.same == same;
            let (texts, values): (Vec<_>, Vec<_>) =
                pairs.iter().filter(is_one).partition(|pair| pair.are_texts);
            assert!(texts.len() >= 3 && !values.is_empty(), "{name} {same}");
        }
    }
}

fn mode(name: &str) -> CompareMode {
    name.parse().unwrap()
}

#[test]
fn outputs_need_not_be_utf8() {
    for name in ["exact", "trim", "tokens", "json", "float:1e-6", "unordered-lines", "validator"] {
        assert!(same_texts(mode(name), b"\xff\n\xfe", b"\xff\n\xfe"), "{name}");
        assert!(!same_texts(mode(name), b"\xff", b"\xfe"), "{name}");
        assert!(!same_texts(mode(name), "\u{fffd}".as_bytes(), b"\xff"), "{name}");
    }
    assert!(same_texts(mode("trim"), b"\xff \n", b"\xff"));
    // In Latin-1 this is a no-break space.
    assert!(!same_texts(mode("tokens"), b"a b", b"a\xa0b"));
    assert!(same_texts(mode("float:1e-6"), b"\xff 1.0", b"\xff 1"));
    assert!(same_texts(mode("unordered-lines"), b"\xff\n\xfe", b"\xfe\n\xff"));
    assert!(!same_texts(mode("json"), b"\"\xff\"", b" \"\xff\""));
}

#[test]
fn values_are_compared_as_deep_as_they_are_parsed() {
    let nested = |value: &str| -> Value {
        serde_json::from_str(&format!("{}{value}{}", "[".repeat(127), "]".repeat(127))).unwrap()
    };
    assert!(same_values(mode("json"), &nested("1"), &nested("1.0")));
    assert!(!same_values(mode("json"), &nested("1"), &nested("2")));
    assert!(same_values(mode("float:0.5"), &nested("1"), &nested("1.5")));
}

#[test]
fn texts_and_values_of_a_document_agree() {
    let documents = [
        json!({"a": [1, 2.5, "x"], "b": null}),
        json!({"b": null, "a": [1.0, 2.5, "x"]}),
        json!([1, 2]),
        json!([2, 1]),
        json!(9_007_199_254_740_993_u64),
        json!(9_007_199_254_740_992_u64),
        json!(9_007_199_254_740_992.0),
        json!("1"),
        json!(1),
        json!(-0.0),
        json!(0),
    ];
    for (one, other) in documents.iter().flat_map(|one| documents.iter().map(move |other| (one, other))) {
        let texts = (one.to_string(), serde_json::to_string_pretty(other).unwrap());
        let same = same_texts(mode("json"), texts.0.as_bytes(), texts.1.as_bytes());
        assert_eq!(same, same_values(mode("json"), one, other), "{one} {other}");
    }
}

/// Each would take minutes if the time grew with the square of the size.
#[test]
fn hostile_outputs_are_compared_as_fast_as_others() {
    let size = 1 << 20;
    let text = |part: &str| part.repeat(size / part.len());
    let digits = format!("1{}", text("3"));
    for (name, expected, given) in [
        ("trim", format!("{}a", text("\n")), format!("{}b", text("\n"))),
        ("trim", format!("a{}", text(" ")), format!("a{}\nb", text(" "))),
        ("tokens", text("a "), format!("{}b", text("a\n"))),
        ("float:1e-6", digits.clone(), format!("{digits}4")),
        ("float:1e-6", text("1e400 "), text("1e401 ")),
        ("float:1e-6", format!("0.{}1", text("0")), "1".to_owned()),
        ("validator", text("A "), format!("{}b", text("a\n"))),
        ("validator:float_tolerance=1e-6", text("1E400 "), text("1e401 ")),
        ("validator:space_change_sensitive", format!("{}a", text(" ")), format!("{}\ta", text(" "))),
        ("validator:space_change_sensitive", text("A "), format!("{}b", text("a "))),
        ("json", format!("{}1", text("[")), format!("{}2", text("["))),
        ("json", format!("[{}1]", text("{\"\":0},")), format!("[{}2]", text("{\"\":0.0},"))),
        ("json", format!("\"{}\"", text("\\u0061")), format!("\"{}b\"", text("a"))),
        ("json", format!("{{{}\"b\":0}}", text("\"a\":0,")), format!("{{{}\"c\":0}}", text("\"a\":0,"))),
        ("json", format!("{digits}.0"), format!("{digits}.1")),
        ("json", format!("1e{digits}"), format!("1e{digits}0")),
        ("unordered-lines", format!("{}b", text("\n")), format!("{}a", text("\n"))),
        ("unordered-lines", format!("{}b", text("a\n")), format!("a\n{}", text("a\n"))),
        ("unordered-lines", format!("{}x", text(&format!("{}\n", "l".repeat(1023)))), text("y\n")),
    ] {
        assert!(!same_texts(mode(name), expected.as_bytes(), given.as_bytes()), "{name}");
        assert!(!same_texts(mode(name), given.as_bytes(), expected.as_bytes()), "{name}");
        let shown = diff(mode(name), expected.as_bytes(), given.as_bytes());
        assert!(!shown.is_empty() && shown.len() <= 4096, "{name}: {shown}");
    }
}

#[test]
fn what_stands_before_an_end_does_not_count() {
    let same = |expected: &str, given: &str| {
        same_texts(CompareMode::EndsWith, expected.as_bytes(), given.as_bytes())
    };
    assert!(same("b", "ab") && same("", "ab") && same("ab", "ab"));
    assert!(!same("a", "ab") && !same("ab", "b") && !same("b", ""));
}
