//! JSON Schemas that a task declares for its inputs and outputs.
//!
//! They are a guest's words, so they are read and used where guests are: in the worker. They are made once a module and used under an attempt's
//! limits; a check that takes for ever is cut off by the supervisor's clock as any attempt is. A schema cannot name another file or host.
//! Regular expressions take a time that grows with the text only. Checks nest, for each level of a value as deep as references of the schema
//! lead: one that is made to overflow the stack so takes its worker down, and is charged for that like any task that does.

use crate::task::json::MAX_DEPTH;
use crate::task::{Fault, Verdict};
use boon::{Compiler, SchemaIndex, Schemas, UrlLoader, ValidationError};
use serde_json::Value;
use std::error::Error;
use std::fmt;

/// Bytes of a schema.
const LONGEST: usize = 256 << 10;
/// Objects and booleans in a schema.
const PARTS: usize = 2000;
/// Characters of a value that a message shows.
const SHOWN: usize = 60;
/// What a schema is called among its own references.
const NAME: &str = "task:/schema";

/// A schema that is ready for use.
pub(crate) struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}

/// Whose value does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Input,
    Output,
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// Why it cannot be used, in a few words.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("it has {} bytes, a schema has at most {LONGEST}", text.len()));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        if parts(&value, 0)? > PARTS {
            return Err(format!("it has more than {PARTS} parts"));
        }
        let mut compiler = Compiler::new();
        compiler.use_loader(Box::new(Nowhere));
        let mut schemas = Schemas::new();
        let in_words = |error: boon::CompileError| format!("{error:#}").replace('\n', " ");
        compiler.add_resource(NAME, value).map_err(in_words)?;
        let index = compiler.compile(NAME, &mut schemas).map_err(in_words)?;
        Ok(Self { schemas, index })
    }

    /// Whether a value, as JSON, is what the schema says.
    ///
    /// # Errors
    /// With the first place where it is not.
    pub(crate) fn check(&self, of: Of, text: &[u8]) -> Result<(), (Verdict, Fault)> {
        let refused = |message: String| {
            let (verdict, what) = match of {
                Of::Input => (Verdict::BadInput, "input"),
                Of::Output => (Verdict::BadOutput, "output"),
            };
            (
                verdict,
                Fault::new("schema", format!("the {what} is not as the task's schema has it: {message}")),
            )
        };
        let value: Value = serde_json::from_slice(text).map_err(|error| refused(error.to_string()))?;
        self.schemas.validate(&value, self.index).map_err(|error| refused(told(&error, &value)))
    }
}

/// The first thing that is wrong: where, what, and what stands there.
fn told(error: &ValidationError<'_, '_>, value: &Value) -> String {
    let mut first = error;
    while let Some(cause) = first.causes.first() {
        first = cause;
    }
    let place = first.instance_location.to_string();
    let there = value.pointer(&place).map(|value| {
        let text = value.to_string();
        let cut = text.chars().nth(SHOWN).is_some();
        let shown: String = text.chars().take(SHOWN).collect();
        if cut { format!("{shown}…") } else { shown }
    });
    let place = if place.is_empty() { "the whole value".to_owned() } else { format!("at {place}") };
    match there {
        Some(there) => format!("{place}: {}; there is {there}", first.kind),
        None => format!("{place}: {}", first.kind),
    }
}

/// How many objects and booleans there are, which is what a schema is made of.
fn parts(value: &Value, depth: usize) -> Result<usize, String> {
    if depth > MAX_DEPTH {
        return Err(format!("it nests deeper than {MAX_DEPTH} levels"));
    }
    let (own, below): (usize, Vec<&Value>) = match value {
        Value::Object(fields) => (1, fields.values().collect()),
        Value::Array(items) => (0, items.iter().collect()),
        Value::Bool(_) => (1, Vec::new()),
        Value::Null | Value::Number(_) | Value::String(_) => (0, Vec::new()),
    };
    below.into_iter().try_fold(own, |sum, value| Ok(sum.saturating_add(parts(value, depth + 1)?)))
}

/// Nothing is fetched for a guest.
struct Nowhere;

impl UrlLoader for Nowhere {
    fn load(&self, url: &str) -> Result<Value, Box<dyn Error>> {
        Err(format!("it refers to `{url}`, and a schema cannot refer to another file or host").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn refused(schema: &Value, words: &str) {
        let why = Schema::new(&schema.to_string()).unwrap_err();
        assert!(why.contains(words), "{why}");
    }

    fn check(schema: &Value, value: &str) -> Result<(), String> {
        let schema = Schema::new(&schema.to_string()).unwrap();
        schema.check(Of::Input, value.as_bytes()).map_err(|(verdict, fault)| {
            assert_eq!((verdict, fault.code.as_str()), (Verdict::BadInput, "schema"));
            fault.message
        })
    }

    #[test]
    fn the_first_place_that_does_not_fit_is_named() {
        let schema = json!({"type": "object", "required": ["rows"], "properties": {
            "rows": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}}});
        assert_eq!(check(&schema, r#"{"rows":[{"n":1},{"n":2.0},{}]}"#), Ok(()));
        let why = check(&schema, r#"{"rows":[{"n":1},{"n":"two"}]}"#).unwrap_err();
        assert!(
            why.contains("at /rows/1/n: ") && why.contains("integer") && why.ends_with("; there is \"two\""),
            "{why}"
        );
        let why = check(&schema, "{}").unwrap_err();
        assert!(why.contains("the whole value: ") && why.contains("rows"), "{why}");
        let long = format!("{{\"rows\":\"{}\"}}", "x".repeat(1000));
        assert!(check(&schema, &long).unwrap_err().len() < 300);
        assert!(check(&schema, "{").is_err());
    }

    #[test]
    fn an_output_is_blamed_as_one() {
        let schema = Schema::new(r#"{"type":"integer"}"#).unwrap();
        let (verdict, fault) = schema.check(Of::Output, b"1.5").unwrap_err();
        assert_eq!((verdict, fault.code.as_str()), (Verdict::BadOutput, "schema"));
    }

    #[test]
    fn a_schema_that_cannot_be_used_says_why() {
        refused(&json!({"type": "text"}), "");
        refused(&json!({"$ref": "https://example.com/s.json"}), "cannot refer to another file or host");
        refused(&json!({"$ref": "file:///etc/passwd"}), "cannot refer to another file or host");
        refused(&json!({"$schema": "https://example.com/own"}), "");
        refused(&json!({"pattern": "("}), "");
        refused(&json!({"enum": ["x".repeat(LONGEST)]}), "at most");
        refused(&json!({"allOf": vec![json!({}); PARTS]}), "parts");
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(Schema::new(&deep).is_err());
        assert!(Schema::new("{").is_err());
    }

    #[test]
    fn what_is_known_of_schemas_needs_no_fetching() {
        let schema = json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "string"});
        assert_eq!(check(&schema, "\"x\""), Ok(()));
        let tree =
            json!({"$ref": "#/$defs/t", "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}}}});
        assert_eq!(check(&tree, "[[],[[]]]"), Ok(()));
        assert!(check(&tree, "[[],[1]]").unwrap_err().contains("at /1/0"));
    }

    #[test]
    fn references_in_a_circle_end() {
        let circle =
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}});
        assert!(check(&circle, "1").is_err());
    }

    #[test]
    fn some_references_for_each_level_of_a_deep_value_fit_the_stack() {
        const CHAIN: usize = 8;
        let mut defs = serde_json::Map::new();
        for at in 0..CHAIN {
            let next = if at + 1 == CHAIN {
                json!({"items": {"$ref": "#/$defs/0"}})
            } else {
                json!({"$ref": format!("#/$defs/{}", at + 1)})
            };
            defs.insert(at.to_string(), next);
        }
        let chain = json!({"$ref": "#/$defs/0", "$defs": defs});
        // One level less than a value may have: the parser of values counts otherwise.
        let levels = MAX_DEPTH - 1;
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        // A worker's main thread has as much.
        let thread = std::thread::Builder::new().stack_size(8 << 20);
        thread.spawn(move || assert_eq!(check(&chain, &deep), Ok(()))).unwrap().join().unwrap();
    }

    #[test]
    fn a_pattern_takes_a_time_that_grows_with_the_text() {
        let schema = json!({"pattern": "^(a+)+$"});
        assert!(check(&schema, &format!("\"{}b\"", "a".repeat(10_000))).is_err());
        let unique = json!({"uniqueItems": true});
        let many: Vec<u32> = (0..100_000).collect();
        assert_eq!(check(&unique, &serde_json::to_string(&many).unwrap()), Ok(()));
    }
}
