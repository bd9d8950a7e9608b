//! What a task is called, read from JSON without making a tree of it.
//!
//! It must never know where the JSON came from.

use crate::task::LONGEST_ID;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Why a line has no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No object, so no field.
    #[error("the line is no JSON object, so it has no field `{0}` to be called by")]
    NoObject(String),
    /// No such field.
    #[error("the line has no field `{0}` to be called by")]
    Missing(String),
    /// Neither a string nor an integer.
    #[error("an id is a string or an integer")]
    WrongType,
    /// Too long.
    #[error("an id has at most {LONGEST_ID} bytes, this one has {0}")]
    TooLong(usize),
}

/// The id that stands in the top-level field `name` of an object. Of several such fields the last counts. `json` was checked.
///
/// # Errors
/// If there is none, or it is neither a string nor an integer.
pub fn in_field(json: &str, name: &str) -> Result<String, IdError> {
    let picked = serde_json::Deserializer::from_str(json).deserialize_map(Pick(name));
    // What was checked can only fail by being something else than an object.
    let value = picked.map_err(|_| IdError::NoObject(name.to_owned()))?;
    from_value(value.ok_or_else(|| IdError::Missing(name.to_owned()))?.get())
}

/// The id that a JSON value is: a string, or an integer as it was written.
///
/// # Errors
/// If it is neither.
pub fn from_value(json: &str) -> Result<String, IdError> {
    let digits = json.strip_prefix('-').unwrap_or(json);
    let id = if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        json.to_owned()
    } else {
        serde_json::from_str(json).map_err(|_| IdError::WrongType)?
    };
    if id.len() > LONGEST_ID { Err(IdError::TooLong(id.len())) } else { Ok(id) }
}

/// Takes one field of an object and skips the others.
struct Pick<'a>(&'a str);

impl<'de> Visitor<'de> for Pick<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut picked = None;
        while let Some(is_it) = map.next_key_seed(IsKey(self.0))? {
            if is_it {
                picked = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(picked)
    }
}

/// Compares a key without keeping it.
struct IsKey<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for IsKey<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsKey<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_integers_name_a_task() {
        assert_eq!(in_field(r#"{"a": {"id": 1}, "id": "x\n\u00e9"}"#, "id").unwrap(), "x\né");
        assert_eq!(
            in_field(r#"{"id": -12345678901234567890123}"#, "id").unwrap(),
            "-12345678901234567890123"
        );
        assert_eq!(in_field(r#"{"id": 1, "\u0069d": 2}"#, "id").unwrap(), "2");
        assert_eq!(in_field(r#"{"k\"": ""}"#, "k\"").unwrap(), "");
    }

    #[test]
    fn nothing_else_does() {
        let name = || "id".to_owned();
        assert_eq!(in_field(r#"{"ID": 1}"#, "id"), Err(IdError::Missing(name())));
        assert_eq!(in_field("{}", "id"), Err(IdError::Missing(name())));
        assert_eq!(in_field(r#"["id"]"#, "id"), Err(IdError::NoObject(name())));
        assert_eq!(in_field("7", "id"), Err(IdError::NoObject(name())));
        for value in ["1.0", "1e3", "null", "true", "[1]", r#"{"a":1}"#, r#""\ud800""#] {
            assert_eq!(in_field(&format!(r#"{{"id": {value} }}"#), "id"), Err(IdError::WrongType), "{value}");
        }
    }

    #[test]
    fn an_id_is_bounded() {
        let long = |n| format!(r#"{{"id":"{}"}}"#, "x".repeat(n));
        assert!(in_field(&long(LONGEST_ID), "id").is_ok());
        assert_eq!(in_field(&long(LONGEST_ID + 1), "id"), Err(IdError::TooLong(LONGEST_ID + 1)));
    }
}
