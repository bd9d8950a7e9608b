//! A field of a JSON value as a flag names it, and what stands in it, found without making a tree
//! of the rest.
//!
//! It must never know what the value is for.

use polymer_host_base::json_step::{JsonStepError, json_step};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::str::FromStr;

/// Characters of a value or a name that messages repeat.
const SHOWN: usize = 60;
/// Fields that messages list where the right one is missing.
const LISTED: usize = 8;

/// A field, which may stand in another one: names with dots between them, or a JSON pointer. A
/// number counts entries of a list from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As it was written.
    name: String,
    steps: Vec<String>,
}

/// A text that names no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a name, names with dots between them, or a JSON pointer (/a/b), where names may have dots")]
pub struct NoField;

/// Why a value has no such field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingField {
    /// It is neither an object nor a list of which an entry is asked for.
    NoObject,
    /// These are there where it would stand, the first of them.
    There(Vec<String>),
}

impl FromStr for Field {
    type Err = NoField;

    fn from_str(text: &str) -> Result<Self, NoField> {
        let steps: Vec<String> = match text.strip_prefix('/') {
            Some(pointer) => {
                pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
            }
            None => text.split('.').map(str::to_owned).collect(),
        };
        if !text.starts_with('/') && steps.iter().any(String::is_empty) {
            return Err(NoField);
        }
        Ok(Self { name: text.to_owned(), steps })
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for MissingField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::There(names) if !names.is_empty() => {
                let names: Vec<String> = names.iter().map(|name| format!("`{}`", shown(name))).collect();
                write!(f, "; there is {}", names.join(", "))
            }
            Self::There(_) | Self::NoObject => Ok(()),
        }
    }
}

impl Field {
    /// The field of this name, on top.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), steps: vec![name.to_owned()] }
    }

    /// Returns the name of a field that stands on top.
    pub(super) fn plain_name(&self) -> Option<&str> {
        match self.steps.as_slice() {
            [name] => Some(name),
            _ => None,
        }
    }

    /// Returns the value of this field, as it was written. Of several fields of one name the last
    /// counts. `json` was checked.
    ///
    /// # Errors
    /// If it has no such field.
    pub fn find<'a>(&self, json: &'a str) -> Result<&'a str, MissingField> {
        let mut value = json;
        for (depth, step) in self.steps.iter().enumerate() {
            value = match stepped(value, step) {
                Err(MissingField::NoObject) if depth > 0 => return Err(MissingField::There(Vec::new())),
                other => other?,
            };
        }
        Ok(value)
    }
}

/// A value or a name as far as messages repeat it.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn stepped<'a>(json: &'a str, step: &str) -> Result<&'a str, MissingField> {
    json_step(json, step).map_err(|error| match error {
        JsonStepError::NoContainer => MissingField::NoObject,
        // A list has no names.
        JsonStepError::NothingThere => MissingField::There(names(json)),
    })
}

/// The first names of an object's fields.
fn names(json: &str) -> Vec<String> {
    let names = serde_json::Deserializer::from_str(json).deserialize_map(FieldNames);
    names.unwrap_or_default()
}

/// Takes the first names of an object's fields and skips all else.
struct FieldNames;

impl<'de> Visitor<'de> for FieldNames {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<IgnoredAny>()?;
            if names.len() < LISTED {
                names.push(name);
            }
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(json: &'a str, name: &str) -> Result<&'a str, MissingField> {
        name.parse::<Field>().unwrap().find(json)
    }

    fn there(names: &[&str]) -> MissingField {
        MissingField::There(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_field_is_a_name_names_with_dots_or_a_pointer() {
        let json = r#" {"a": 1, "b": {"a": [10, {"c": "x"}], "": 2}, "a.b": 3, "m/n": {"~": 4}, "é": null} "#;
        for (name, value) in [
            ("a", "1"),
            ("b.a", r#"[10, {"c": "x"}]"#),
            ("b.a.0", "10"),
            ("b.a.1.c", r#""x""#),
            ("/a", "1"),
            ("/b/a/1/c", r#""x""#),
            ("/b/", "2"),
            ("/a.b", "3"),
            ("/m~1n/~0", "4"),
            ("é", "null"),
        ] {
            assert_eq!(find(json, name), Ok(value), "{name}");
        }
        assert_eq!(find(r#"{"a": 1, "\u0061": 2}"#, "a"), Ok("2"), "of several the last");
        assert_eq!(find("[1, 2]", "1"), Ok("2"));
        for text in ["", ".", "a.", ".a", "a..b"] {
            assert_eq!(text.parse::<Field>(), Err(NoField), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_told_with_what_is_there() {
        assert_eq!(find(r#"{"A": 1, "b": 2}"#, "a"), Err(there(&["A", "b"])));
        assert_eq!(find(r#"{"a": {"c": 2}}"#, "a.b"), Err(there(&["c"])));
        for json in [r#"{"a": 7}"#, r#"{"a": [1]}"#, r#"{"a": {}}"#] {
            assert_eq!(find(json, "a.b"), Err(there(&[])), "{json}");
        }
        assert_eq!(find("[1]", "1"), Err(there(&[])));
        for json in ["7", "null", r#""a""#, r#"["a"]"#] {
            assert_eq!(find(json, "a"), Err(MissingField::NoObject), "{json}");
        }
        let many: Vec<String> = (0..100).map(|n| format!(r#""f{n}": 0"#)).collect();
        let long = there(&["x", "y"]);
        assert_eq!(long.to_string(), "; there is `x`, `y`");
        let Err(MissingField::There(names)) = find(&format!("{{{}}}", many.join(",")), "a") else { panic!() };
        assert_eq!(names.len(), LISTED);
    }

    #[test]
    fn what_is_repeated_is_short() {
        assert_eq!(shown("äö"), "äö");
        assert_eq!(shown(&"ä".repeat(SHOWN + 1)), format!("{}…", "ä".repeat(SHOWN)));
    }
}
