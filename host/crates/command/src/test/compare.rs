//! Comparison of two outputs. Pure.

use serde::Deserialize;
use serde_json::{Number, Value};
use std::str::FromStr;

/// Differences that do not count when outputs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub enum CompareMode {
    /// Nothing: every byte does.
    Exact,
    /// White space at the ends of lines, and empty lines at the end.
    Trim,
    /// White space, but that it separates.
    Tokens,
    /// The notation of a JSON value: the order of keys, `1.0` for `1`. Text counts to the byte.
    Json,
    /// As JSON, or as tokens where it is text, and how far two numbers are apart: at most this
    /// much, or this share of the larger.
    Float(f64),
}

impl FromStr for CompareMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "exact" => Ok(Self::Exact),
            "trim" => Ok(Self::Trim),
            "tokens" => Ok(Self::Tokens),
            "json" => Ok(Self::Json),
            _ => {
                let within = text.strip_prefix("float:").and_then(|within| within.parse::<f64>().ok());
                let within = within.filter(|within| within.is_finite() && *within >= 0.0);
                within
                    .map(Self::Float)
                    .ok_or("it is exact, trim, tokens, json or float:EPS such as float:1e-6")
            }
        }
    }
}

impl TryFrom<String> for CompareMode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl CompareMode {
    /// Returns whether two values are the same. `exact` compares their notation, so it is for
    /// [`Self::are_same_texts`]; here it acts as `json`.
    #[must_use]
    pub fn are_same(self, expected: &Value, given: &Value) -> bool {
        match (expected, given) {
            (Value::String(expected), Value::String(given)) => self.are_same_texts(expected, given),
            (Value::Number(expected), Value::Number(given)) => self.are_same_numbers(expected, given),
            (Value::Array(expected), Value::Array(given)) => {
                expected.len() == given.len()
                    && expected.iter().zip(given).all(|(expected, given)| self.are_same(expected, given))
            }
            (Value::Object(expected), Value::Object(given)) => {
                expected.len() == given.len()
                    && expected.iter().all(|(key, expected)| {
                        given.get(key).is_some_and(|given| self.are_same(expected, given))
                    })
            }
            _ => expected == given,
        }
    }

    /// Returns whether two texts are the same.
    #[must_use]
    pub fn are_same_texts(self, expected: &str, given: &str) -> bool {
        match self {
            Self::Exact | Self::Json => expected == given,
            Self::Trim => trimmed(expected).eq(trimmed(given)),
            Self::Tokens => expected.split_whitespace().eq(given.split_whitespace()),
            Self::Float(within) => {
                let (mut expected, mut given) = (expected.split_whitespace(), given.split_whitespace());
                loop {
                    match (expected.next(), given.next()) {
                        (None, None) => return true,
                        (Some(one), Some(other)) if one == other || are_near(one, other, within) => {}
                        _ => return false,
                    }
                }
            }
        }
    }

    fn are_same_numbers(self, expected: &Number, given: &Number) -> bool {
        if expected == given {
            return true;
        }
        let whole = |number: &Number| number.is_i64() || number.is_u64();
        if whole(expected) && whole(given) && !matches!(self, Self::Float(_)) {
            // As floats two large ones might look the same.
            return false;
        }
        match (expected.as_f64(), given.as_f64(), self) {
            (Some(expected), Some(given), Self::Float(within)) => are_within(expected, given, within),
            #[expect(clippy::float_cmp, reason = "two ways to write the same number")]
            (Some(expected), Some(given), _) => expected == given,
            _ => false,
        }
    }
}

/// Lines without white space at their ends, and without empty ones at the end.
fn trimmed(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end().lines().map(str::trim_end)
}

fn are_near(one: &str, other: &str, within: f64) -> bool {
    match (one.parse(), other.parse()) {
        (Ok(one), Ok(other)) => are_within(one, other, within),
        _ => false,
    }
}

fn are_within(one: f64, other: f64, within: f64) -> bool {
    let apart = (one - other).abs();
    apart <= within || apart <= within * one.abs().max(other.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mode_is_read_by_its_name() {
        assert_eq!("float:1e-6".parse(), Ok(CompareMode::Float(1e-6)));
        for mode in ["", "floats", "float:", "float:nan", "float:-1", "JSON"] {
            assert!(mode.parse::<CompareMode>().is_err(), "{mode}");
        }
    }

    #[test]
    fn json_is_compared_as_values() {
        let same = |one, other| CompareMode::Json.are_same(&one, &other);
        assert!(same(json!({"a": 1, "b": [1.0]}), json!({"b": [1], "a": 1.0})));
        assert!(!same(json!({"a": 1}), json!({"a": 1, "b": null})));
        assert!(!same(json!([1, 2]), json!([2, 1])));
        assert!(!same(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64)));
        assert!(!same(json!("a "), json!("a")));
        assert!(!same(json!(null), json!(0)));
        assert!(!same(json!("1"), json!(1)));
    }

    #[test]
    fn white_space_counts_as_much_as_is_said() {
        let texts = ("a b \nc\n\n", "a b\nc");
        assert!(!CompareMode::Exact.are_same_texts(texts.0, texts.1));
        assert!(CompareMode::Trim.are_same_texts(texts.0, texts.1));
        assert!(!CompareMode::Trim.are_same_texts("a  b", "a b"));
        assert!(!CompareMode::Trim.are_same_texts(" a", "a"));
        assert!(CompareMode::Tokens.are_same_texts(" a  b\tc", "a\nb c\n"));
        assert!(!CompareMode::Tokens.are_same_texts("ab", "a b"));
    }

    #[test]
    fn numbers_may_be_apart_by_an_amount_or_a_share() {
        let near = CompareMode::Float(0.01);
        assert!(near.are_same_texts("sum 1000", "sum 1009"));
        assert!(!near.are_same_texts("sum 1000", "sum 1011"));
        assert!(near.are_same_texts("0.001", "-0.001"));
        assert!(!near.are_same_texts("1 2", "1"));
        assert!(!near.are_same_texts("nan", "1"));
        assert!(near.are_same(&json!({"x": [100]}), &json!({"x": [100.5]})));
        assert!(!near.are_same(&json!(1), &json!(1.1)));
    }
}
