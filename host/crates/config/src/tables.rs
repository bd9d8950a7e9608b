//! A TOML file as tables of texts with the lines they stand in, for whoever knows what its keys
//! mean.
//!
//! It must never know a key.

use super::error::ConfigError;
use super::file::{document, found, line, typed};
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// A table: its keys, in no order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextTable {
    /// Entries of the table.
    pub entries: Vec<TextEntry>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEntry {
    /// The key.
    pub key: String,
    /// Line of the key, from 1.
    pub line: usize,
    /// The value.
    pub value: TextValue,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextValue {
    /// A text, or a number in decimal.
    Text(String),
    /// A table.
    Table(TextTable),
    /// Something else, of this kind.
    Other(&'static str),
}

impl TextValue {
    /// Kind of the value, in words.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text or a number",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

impl TextTable {
    /// Reads the text of the file that is called `path`.
    ///
    /// # Errors
    /// If it is no TOML, or of a version that is not known.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        Ok(table(text, document(path, text)?.get_ref()))
    }
}

fn table(text: &str, entries: &DeTable<'_>) -> TextTable {
    let mut read = TextTable::default();
    for (key, value) in entries {
        let value = match value.get_ref() {
            DeValue::Table(inner) => TextValue::Table(table(text, inner)),
            other => match typed(other) {
                Some(typed) => TextValue::Text(typed.to_string_lossy().into_owned()),
                None => TextValue::Other(found(other)),
            },
        };
        let line = line(text, key.span().start);
        read.entries.push(TextEntry { key: key.get_ref().to_string(), line, value });
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_line_and_its_value() {
        let text = "[b]\nnumber = 0x10\ninner = { word = \"w\" }\n\n[a.\"c d\"]\nlist = [1]\n";
        let read = TextTable::parse(Path::new("f.toml"), text).unwrap();
        let places = |table: &TextTable| -> Vec<(String, usize)> {
            table.entries.iter().map(|entry| (entry.key.clone(), entry.line)).collect()
        };
        let mut top = places(&read);
        top.sort();
        assert_eq!(top, [("a".to_owned(), 5), ("b".to_owned(), 1)]);
        let inner = |table: &TextTable, key: &str| {
            let entry = table.entries.iter().find(|entry| entry.key == key).unwrap();
            entry.value.clone()
        };
        let TextValue::Table(b) = inner(&read, "b") else { panic!() };
        assert_eq!(inner(&b, "number"), TextValue::Text("16".to_owned()));
        let TextValue::Table(word) = inner(&b, "inner") else { panic!() };
        assert_eq!(inner(&word, "word"), TextValue::Text("w".to_owned()));
        let TextValue::Table(a) = inner(&read, "a") else { panic!() };
        let TextValue::Table(c) = inner(&a, "c d") else { panic!() };
        assert_eq!(inner(&c, "list").kind(), "a list");
        let error = TextTable::parse(Path::new("f.toml"), "a = 1\nb = \n").unwrap_err();
        assert!(error.to_string().starts_with("f.toml, line 2: "), "{error}");
    }
}
