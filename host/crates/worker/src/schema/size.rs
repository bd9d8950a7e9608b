//! Size limits of a schema, before anything is built from it: the result of a small text can be
//! many times as large. Pure.

use super::pattern;
use polymer_host_base::json::MAX_DEPTH;
use serde_json::{Map, Value};

/// Objects and booleans in a schema.
pub(super) const PARTS: usize = 2000;
/// Parts that all patterns of a schema may have together, repetitions written out.
const PATTERNS: u64 = 300_000;
/// Bytes of the places of all parts, written out. Each part is known by its own.
const PLACES: usize = 8 << 20;
/// Bytes of the names of all resources, each written out with what it stands in.
const NAMES: usize = 8 << 20;

/// Counted quantities.
#[derive(Debug, Default)]
struct SchemaSizes {
    parts: usize,
    patterns: u64,
    places: usize,
    ids: usize,
    id_bytes: usize,
}

/// That a schema is no larger than there is room for.
pub(super) fn check(schema: &Value) -> Result<(), String> {
    SchemaSizes::default().add(schema, 0, 0)
}

impl SchemaSizes {
    /// Counts a value at a place of so many bytes, and what is in it.
    fn add(&mut self, value: &Value, depth: usize, place: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!("it nests deeper than {MAX_DEPTH} levels"));
        }
        match value {
            Value::Object(fields) => {
                self.part(place)?;
                self.patterns(fields)?;
                self.ids(fields)?;
                for (name, value) in fields {
                    self.add(value, depth + 1, place.saturating_add(name.len() + 1))?;
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.add(item, depth + 1, place.saturating_add(5))?;
                }
            }
            Value::Bool(_) => self.part(place)?,
            Value::Null | Value::Number(_) | Value::String(_) => {}
        }
        Ok(())
    }

    fn part(&mut self, place: usize) -> Result<(), String> {
        self.parts += 1;
        self.places = self.places.saturating_add(place);
        if self.parts > PARTS {
            return Err(format!("it has more than {PARTS} parts"));
        }
        if self.places > PLACES {
            return Err(format!("the paths of its parts have more than {PLACES} bytes in all"));
        }
        Ok(())
    }

    fn patterns(&mut self, fields: &Map<String, Value>) -> Result<(), String> {
        let named = fields.get("patternProperties").and_then(Value::as_object);
        let names = named.into_iter().flat_map(Map::keys).map(String::as_str);
        for text in names.chain(fields.get("pattern").and_then(Value::as_str)) {
            self.patterns = self.patterns.saturating_add(pattern::size(text).parts);
            if self.patterns > PATTERNS {
                return Err(format!(
                    "its patterns are too large: written out they have more than {PATTERNS} parts"
                ));
            }
        }
        Ok(())
    }

    fn ids(&mut self, fields: &Map<String, Value>) -> Result<(), String> {
        for id in ["$id", "id"].iter().filter_map(|name| fields.get(*name)?.as_str()) {
            self.ids += 1;
            self.id_bytes = self.id_bytes.saturating_add(id.len());
            if self.ids.saturating_mul(self.id_bytes) > NAMES {
                return Err(format!("its names ($id) may take more than {NAMES} bytes, written out"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_grows_when_it_is_written_out_has_an_end() {
        let long = "x".repeat(200_000);
        let ids: Vec<Value> = (0..100).map(|at| json!({"$id": at.to_string()})).collect();
        for (schema, words) in [
            (
                json!({"properties": {&long: {"allOf": vec![json!({"type": "integer"}); 1000]}}}),
                "the paths of its parts",
            ),
            (json!({"$id": format!("http://a/{long}/"), "allOf": ids}), "$id"),
            (json!({"allOf": vec![json!({}); PARTS]}), "parts"),
            (json!({"pattern": "(a{1000}){1000}"}), "patterns"),
        ] {
            let why = check(&schema).unwrap_err();
            assert!(why.contains(words), "{why}");
        }
        let ids: Vec<Value> =
            (0..200).map(|at| json!({"$id": format!("https://example.com/schemas/{at}.json")})).collect();
        assert_eq!(check(&json!({"$id": "https://example.com/schemas/", "$defs": ids})), Ok(()));
    }
}
