//! An expression held against a record: what a field has, and how it compares with a value.
//!
//! Nothing is an error here: a comparison with what is missing, or with what is no number where
//! that is needed, does not hold. It must never know how an expression is written.

use super::glob_pattern::glob_matches;
use super::{ComparedValue, ComparisonOperator, NULL, SelectionExpression};
use crate::record_view::{RecordView, string_of};
use serde_json::Number;
use std::borrow::Cow;
use std::cmp::Ordering;

impl SelectionExpression {
    pub(super) fn matches(&self, record: &RecordView<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(record)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(record)),
            Self::Not(part) => !part.matches(record),
            Self::Holds(field) => record.field(field.names()).is_some_and(|json| holds(&json)),
            Self::Compares { field, operator, value } => {
                // Null is what is not known: as good as missing.
                let json = record.field(field.names()).filter(|json| json != NULL);
                operator.holds(json.as_deref(), value)
            }
        }
    }
}

impl ComparisonOperator {
    /// Holds the JSON of a field, if it has some, against a value.
    fn holds(self, json: Option<&str>, value: &ComparedValue) -> bool {
        let ordering = || compare(json?, value);
        match self {
            Self::Equal => equals(json, value),
            Self::NotEqual => !equals(json, value),
            Self::Like => is_like(json, value),
            Self::NotLike => !is_like(json, value),
            Self::Less => ordering().is_some_and(Ordering::is_lt),
            Self::LessOrEqual => ordering().is_some_and(Ordering::is_le),
            Self::Greater => ordering().is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => ordering().is_some_and(Ordering::is_ge),
        }
    }
}

/// Returns whether a field by itself holds: it is there, and neither null, false, 0 nor empty text.
fn holds(json: &str) -> bool {
    match number_of(json) {
        Some(number) => number.as_f64() != Some(0.0),
        None => ![NULL, "false", "\"\""].contains(&json),
    }
}

fn equals(json: Option<&str>, value: &ComparedValue) -> bool {
    match (json, value) {
        (None, ComparedValue::Null) => true,
        (None, _) | (Some(_), ComparedValue::Null) => false,
        (Some(json), ComparedValue::Number(written, number)) => match number_of(json) {
            Some(found) => compare_numbers(&found, number) == Some(Ordering::Equal),
            None => text_of(json) == *written,
        },
        (Some(json), ComparedValue::Text(text)) => text_of(json) == *text,
    }
}

fn is_like(json: Option<&str>, value: &ComparedValue) -> bool {
    match (json, value) {
        (Some(json), ComparedValue::Text(pattern)) => glob_matches(pattern, &text_of(json)),
        _ => false,
    }
}

/// Compares a number with a number, or a text with a text; nothing else has an order.
fn compare(json: &str, value: &ComparedValue) -> Option<Ordering> {
    match value {
        ComparedValue::Null => None,
        ComparedValue::Number(_, number) => compare_numbers(&number_of(json)?, number),
        ComparedValue::Text(text) => Some(string_of(json)?.as_ref().cmp(text.as_str())),
    }
}

/// The number that a field has, if it is one.
fn number_of(json: &str) -> Option<Number> {
    if json.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        json.parse().ok()
    } else {
        None
    }
}

/// Compares whole numbers exactly: fuel may have more digits than a double.
fn compare_numbers(one: &Number, other: &Number) -> Option<Ordering> {
    let whole = |number: &Number| number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// The text that a field is compared as: that of a string, and the JSON of anything else.
fn text_of(json: &str) -> Cow<'_, str> {
    string_of(json).unwrap_or(Cow::Borrowed(json))
}
