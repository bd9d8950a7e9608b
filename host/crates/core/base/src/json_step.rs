//! One step into JSON text: a field of an object or an entry of a list, as it is written, found
//! without making a tree of the rest.
//!
//! It must never know what a value is for.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Why a step leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonStepError {
    /// The value is neither an object nor a list of which an entry is asked for.
    NoContainer,
    /// It has no such field or entry.
    NothingThere,
}

/// Returns the field of an object, or the entry of a list, counted from 0. Of several fields of one
/// name the last counts. `json` was checked.
///
/// # Errors
/// If there is none.
pub fn json_step<'a>(json: &'a str, step: &str) -> Result<&'a str, JsonStepError> {
    let mut reader = serde_json::Deserializer::from_str(json);
    if json.trim_start().starts_with('[') {
        let at = step.parse().map_err(|_| JsonStepError::NoContainer)?;
        let entry = reader.deserialize_seq(ListEntry(at)).map_err(|_| JsonStepError::NoContainer)?;
        return entry.map(RawValue::get).ok_or(JsonStepError::NothingThere);
    }
    // What was checked can only fail by being something else than an object.
    let picked = reader.deserialize_map(FieldPick(step)).map_err(|_| JsonStepError::NoContainer)?;
    picked.map(RawValue::get).ok_or(JsonStepError::NothingThere)
}

/// Takes one field of an object and skips the others.
struct FieldPick<'a>(&'a str);

impl<'de> Visitor<'de> for FieldPick<'_> {
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

/// Takes one entry of a list and skips the others.
struct ListEntry(usize);

impl<'de> Visitor<'de> for ListEntry {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        for _ in 0..self.0 {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(None);
            }
        }
        let entry = list.next_element()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(entry)
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
    fn a_step_leads_to_a_field_or_an_entry_as_it_is_written() {
        let json = r#" {"a": 1.0e+02, "b": [10, {"c": "x"}], "\u0061": 2, "é": null} "#;
        for (step, value) in [("a", "2"), ("b", r#"[10, {"c": "x"}]"#), ("é", "null")] {
            assert_eq!(json_step(json, step), Ok(value), "{step}");
        }
        assert_eq!(json_step(" [1, {}, 3]", "1"), Ok("{}"));
    }

    #[test]
    fn a_step_to_nothing_says_whether_there_is_an_object_or_a_list() {
        for (json, step) in [("{}", "a"), (r#"{"A": 1}"#, "a"), ("[1]", "1"), ("[]", "0")] {
            assert_eq!(json_step(json, step), Err(JsonStepError::NothingThere), "{json}");
        }
        for (json, step) in [("7", "a"), ("null", "a"), (r#""a""#, "a"), (r#"["a"]"#, "a"), ("true", "0")] {
            assert_eq!(json_step(json, step), Err(JsonStepError::NoContainer), "{json}");
        }
    }
}
