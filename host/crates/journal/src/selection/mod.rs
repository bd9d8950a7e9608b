//! Selections: the records that are meant, as an expression over their fields, such as
//! `meta.group = anna and verdict != ok`. All commands that look at records read this one language,
//! which `host/docs/records.md` tells users.
//!
//! `parse` reads an expression, `matches` holds a record against it. It must never know which
//! fields a record has, who asks, or what becomes of the records that match.

mod field_path;
mod glob_pattern;
mod matches;
mod parse;

pub use field_path::{FieldList, FieldPath};
pub use parse::SelectionError;

use crate::record_view::RecordView;
use field_path::{is_bare, write_quoted};
use parse::SelectionParser;
use serde_json::Number;
use std::fmt;
use std::str::FromStr;

/// Bytes that an expression, or a list of fields, may have.
pub const MOST_BYTES: usize = 4 << 10;
/// Levels of parentheses and `not` that an expression may have.
pub const MOST_DEPTH: usize = 64;

/// Words between and before comparisons, which are no names unless they are quoted.
const KEYWORDS: [&str; 3] = ["and", "or", "not"];
/// The value that stands for what is missing.
const NULL: &str = "null";

/// An expression that says of each record whether it is meant. It is shown as it may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSelection(SelectionExpression);

impl RecordSelection {
    /// Returns whether the record in this line, which has no newline, is meant.
    #[must_use]
    pub fn matches(&self, record: &[u8]) -> bool {
        self.matches_view(&RecordView::read(&String::from_utf8_lossy(record)))
    }

    /// As [`matches`](Self::matches), of a record that is looked at already.
    #[must_use]
    pub fn matches_view(&self, record: &RecordView<'_>) -> bool {
        self.0.matches(record)
    }
}

impl FromStr for RecordSelection {
    type Err = SelectionError;

    fn from_str(text: &str) -> Result<Self, SelectionError> {
        SelectionParser::new(text)?.whole_expression().map(Self)
    }
}

impl FromStr for FieldList {
    type Err = SelectionError;

    fn from_str(text: &str) -> Result<Self, SelectionError> {
        SelectionParser::new(text)?.whole_list().map(Self)
    }
}

impl fmt::Display for RecordSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum SelectionExpression {
    /// Parts joined by `and`: two at least.
    All(Vec<Self>),
    /// Parts joined by `or`: two at least.
    Any(Vec<Self>),
    Not(Box<Self>),
    /// A field by itself.
    Holds(FieldPath),
    Compares {
        field: FieldPath,
        operator: ComparisonOperator,
        value: ComparedValue,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ComparisonOperator {
    Equal,
    NotEqual,
    Like,
    NotLike,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl ComparisonOperator {
    /// Each as it is written, those first that begin with another one.
    const ALL: [(&'static str, Self); 8] = [
        ("!=", Self::NotEqual),
        ("!~", Self::NotLike),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("=", Self::Equal),
        ("~", Self::Like),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    fn written(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(written, _)| written)
    }
}

/// The value that a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ComparedValue {
    Null,
    /// A number, and how it was written.
    Number(String, Number),
    Text(String),
}

impl ComparedValue {
    /// The value that a word without quotes stands for.
    fn of_word(word: &str) -> Self {
        if word == NULL {
            return Self::Null;
        }
        match word.parse() {
            Ok(number) => Self::Number(word.to_owned(), number),
            Err(_) => Self::Text(word.to_owned()),
        }
    }
}

impl fmt::Display for SelectionExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => write_joined(f, parts, " and "),
            Self::Any(parts) => write_joined(f, parts, " or "),
            Self::Not(part) => {
                f.write_str("not ")?;
                part.write_inner(f)
            }
            Self::Holds(field) => write!(f, "{field}"),
            Self::Compares { field, operator, value } => write!(f, "{field}{}{value}", operator.written()),
        }
    }
}

impl SelectionExpression {
    /// Writes a part of another one, in parentheses where it would fall apart without.
    fn write_inner(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            Self::Not(_) | Self::Holds(_) | Self::Compares { .. } => write!(f, "{self}"),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[SelectionExpression], word: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        part.write_inner(f)?;
    }
    Ok(())
}

impl fmt::Display for ComparedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str(NULL),
            Self::Number(written, _) => f.write_str(written),
            Self::Text(text) => {
                let is_text = is_bare(text) && matches!(Self::of_word(text), Self::Text(_));
                if is_text { f.write_str(text) } else { write_quoted(f, text) }
            }
        }
    }
}

#[cfg(test)]
mod tests;
