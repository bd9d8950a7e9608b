//! Fields of a record as they stand in its line. None becomes a tree, so that numbers stay as they
//! were written and a large output costs no more than its text.
//!
//! It must never know which fields a record has, or what they mean.

use polymer_host_base::json_step::json_step;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The fields of one record, each as it is written.
#[derive(Debug, Default)]
pub struct RecordView<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> RecordView<'a> {
    /// Looks at a line without its newline. What is no object has no fields.
    #[must_use]
    pub fn read(record: &'a str) -> Self {
        serde_json::from_str(record).unwrap_or_default()
    }

    /// Returns the JSON that stands at the end of these steps, as it is written. A number is a step
    /// into a list, from 0.
    #[must_use]
    pub fn find<S: AsRef<str>>(&self, steps: &[S]) -> Option<&'a str> {
        let (first, rest) = steps.split_first()?;
        let (_, top) = self.0.iter().rfind(|(name, _)| **name == *first.as_ref())?;
        rest.iter().try_fold(top.get(), |json, step| json_step(json, step.as_ref()).ok())
    }

    /// All fields with what stands in them, in their order.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, json)| (&**name, json.get()))
    }

    /// Returns the text at the end of these steps, if it is one.
    #[must_use]
    pub fn text(&self, steps: &[&str]) -> Option<Cow<'a, str>> {
        string_of(self.find(steps)?)
    }

    /// Returns the whole number at the end of these steps, if it is one.
    #[must_use]
    pub fn whole_number(&self, steps: &[&str]) -> Option<u64> {
        self.find(steps)?.parse().ok()
    }

    /// Returns the number at the end of these steps, if it is one.
    #[must_use]
    pub fn number(&self, steps: &[&str]) -> Option<f64> {
        self.find(steps)?.parse::<serde_json::Number>().ok()?.as_f64()
    }
}

impl<'de> Deserialize<'de> for RecordView<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordFieldsVisitor)
    }
}

struct RecordFieldsVisitor;

impl<'de> Visitor<'de> for RecordFieldsVisitor {
    type Value = RecordView<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((BorrowedText(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(RecordView(fields))
    }
}

/// Returns the text of a JSON string; nothing if it is another value, or has half of a surrogate
/// pair, which is no text.
#[must_use]
pub fn string_of(json: &str) -> Option<Cow<'_, str>> {
    if !json.starts_with('"') {
        return None;
    }
    serde_json::from_str(json).ok().map(|BorrowedText(text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"v":1,"id":"a\tb","seq":7,"output":{"n":12345678901234567890123,"list":[{"x":1.0}]},"stats":{"wall_ms":0.184,"fuel":null},"half":"\ud800"}"#;

    #[test]
    fn fields_are_found_as_they_are_written() {
        let view = RecordView::read(RECORD);
        for (steps, found) in [
            (&["v"][..], Some("1")),
            (&["id"], Some(r#""a\tb""#)),
            (&["output", "n"], Some("12345678901234567890123")),
            (&["output", "list", "0", "x"], Some("1.0")),
            (&["stats", "fuel"], Some("null")),
            (&["stats", "none"], None),
            (&["id", "x"], None),
            (&["none"], None),
            (&[], None),
        ] {
            assert_eq!(view.find(steps), found, "{steps:?}");
        }
    }

    #[test]
    fn values_are_read_as_what_they_are() {
        let view = RecordView::read(RECORD);
        assert_eq!(view.text(&["id"]).as_deref(), Some("a\tb"));
        assert_eq!((view.text(&["seq"]), view.text(&["half"])), (None, None));
        assert_eq!((view.whole_number(&["seq"]), view.whole_number(&["stats", "wall_ms"])), (Some(7), None));
        assert_eq!((view.number(&["stats", "wall_ms"]), view.number(&["seq"])), (Some(0.184), Some(7.0)));
        assert_eq!((view.number(&["id"]), view.number(&["stats", "fuel"])), (None, None));
        assert_eq!(string_of(r#""plain""#), Some(Cow::Borrowed("plain")));
        assert_eq!((string_of("7"), string_of("\"\\ud800\"")), (None, None));
    }

    #[test]
    fn of_several_fields_of_one_name_the_last_counts_and_what_is_no_object_has_none() {
        assert_eq!(RecordView::read(r#"{"a":1,"\u0061":2}"#).find(&["a"]), Some("2"));
        for text in ["", "7", "[1]", "{\"a\":1", "nonsense"] {
            assert_eq!(RecordView::read(text).find(&["a"]), None, "{text}");
        }
    }
}
