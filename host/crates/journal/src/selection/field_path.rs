//! Fields as expressions and lists name them: names with dots between them, as they stand in a
//! record's JSON, and how names and texts are written so that they are read as the same again.
//!
//! It must never know which fields there are.

use super::KEYWORDS;
use std::fmt::{self, Write as _};

/// A field of a record, which may stand in another one: `error.code`. A number is a place in a
/// list, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    /// One name at least.
    names: Vec<String>,
}

/// Some fields, separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldList(pub(super) Vec<FieldPath>);

impl FieldPath {
    /// The field at the end of these names.
    #[must_use]
    pub fn of<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self { names: names.into_iter().map(Into::into).collect() }
    }

    /// Returns its names, the outermost first.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.names.iter().enumerate() {
            if at > 0 {
                f.write_char('.')?;
            }
            if is_bare(name) && !name.contains('.') { f.write_str(name) } else { write_quoted(f, name) }?;
        }
        Ok(())
    }
}

impl FieldList {
    /// Returns the fields, in their order.
    #[must_use]
    pub fn paths(&self) -> &[FieldPath] {
        &self.0
    }
}

/// Returns whether a character may stand in a name or a value without quotes. In names a dot
/// separates.
pub(super) fn is_bare_char(letter: char) -> bool {
    letter.is_alphanumeric() || "_-./:@+".contains(letter)
}

/// Returns whether a text needs no quotes.
pub(super) fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_bare_char) && !KEYWORDS.contains(&text)
}

/// Writes a text in quotes: in those that it does not have itself, if it lacks one kind.
pub(super) fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let quote = if text.contains('"') && !text.contains('\'') { '\'' } else { '"' };
    f.write_char(quote)?;
    for letter in text.chars() {
        match letter {
            '\n' => f.write_str("\\n"),
            '\r' => f.write_str("\\r"),
            '\t' => f.write_str("\\t"),
            '\\' => f.write_str("\\\\"),
            letter if letter == quote => write!(f, "\\{letter}"),
            letter => f.write_char(letter),
        }?;
    }
    f.write_char(quote)
}
