//! The walk, held against the library's own on schemas and values made by chance: what one takes
//! the other takes.

use super::{NAME, NoRemoteLoader, SchemaSubject, TaskSchema};
use boon::{Compiler, Schemas};
use serde_json::{Value, json};
use std::time::Duration;

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 5 } else { 9 }) {
            0 => json!(null),
            1 => json!(self.below(2) == 0),
            2 | 3 => json!(self.below(4)),
            4 => json!(["", "a", "ab", "b"][usize::try_from(self.below(4)).unwrap()]),
            5 | 6 => Value::Array((0..self.below(4)).map(|_| self.value(depth - 1)).collect()),
            _ => {
                let names = ["a", "b", "ab"].into_iter().filter(|_| self.below(2) == 0).collect::<Vec<_>>();
                Value::Object(
                    names.into_iter().map(|name| (name.to_owned(), self.value(depth - 1))).collect(),
                )
            }
        }
    }

    /// A schema that refers to definitions after `at` for the same value, and to any for parts of
    /// it.
    fn schema(&mut self, at: u64, defs: u64, depth: u64) -> Value {
        if depth == 0 {
            return self.small(at, defs);
        }
        let mut schema = self.small(at, defs);
        let Some(fields) = schema.as_object_mut() else { return schema };
        for _ in 0..=self.below(3) {
            let below = |chance: &mut Self| match chance.below(3) {
                0 => json!({"$ref": format!("#/definitions/{}", chance.below(defs))}),
                _ => chance.schema(at, defs, depth - 1),
            };
            let (name, value) = match self.below(18) {
                0 => ("allOf", json!([self.schema(at, defs, depth - 1), self.schema(at, defs, depth - 1)])),
                1 => ("anyOf", json!([self.schema(at, defs, depth - 1), self.schema(at, defs, depth - 1)])),
                2 => ("oneOf", json!([self.schema(at, defs, depth - 1), self.schema(at, defs, depth - 1)])),
                3 => ("not", self.schema(at, defs, depth - 1)),
                4 => ("if", self.schema(at, defs, depth - 1)),
                5 => ("then", self.schema(at, defs, depth - 1)),
                6 => ("else", self.schema(at, defs, depth - 1)),
                7 => ("properties", json!({"a": below(self), "b": below(self)})),
                8 => ("patternProperties", json!({"^a": below(self)})),
                9 => ("additionalProperties", below(self)),
                10 => ("propertyNames", json!({"maxLength": self.below(3)})),
                11 => ("items", if self.below(2) == 0 { below(self) } else { json!(self.below(2) == 0) }),
                12 => ("prefixItems", json!([below(self), below(self)])),
                13 => ("contains", below(self)),
                14 => ("dependentSchemas", json!({"a": self.schema(at, defs, depth - 1)})),
                15 => ("dependencies", json!({"a": self.schema(at, defs, depth - 1), "b": ["a"]})),
                16 => ("unevaluatedProperties", below(self)),
                _ => ("unevaluatedItems", below(self)),
            };
            fields.insert(name.to_owned(), value);
        }
        if fields.contains_key("contains") && self.below(2) == 0 {
            fields.insert("minContains".to_owned(), json!(self.below(3)));
            fields.insert("maxContains".to_owned(), json!(self.below(3)));
        }
        schema
    }

    fn small(&mut self, at: u64, defs: u64) -> Value {
        match self.below(11) {
            0 => json!({"type": "integer"}),
            1 => json!({"type": ["object", "array"]}),
            2 => json!({"enum": [1, "a", [1]]}),
            3 => json!({"const": self.value(1)}),
            4 => json!({"required": ["a"]}),
            5 => json!({"minItems": 1, "maxProperties": 1}),
            6 => json!({"uniqueItems": true, "pattern": "^a"}),
            7 if at + 1 < defs => {
                json!({"$ref": format!("#/definitions/{}", at + 1 + self.below(defs - at - 1))})
            }
            8 => json!(self.below(4) > 0),
            _ => json!({"minimum": 1}),
        }
    }

    fn document(&mut self) -> Value {
        let drafts = [
            "http://json-schema.org/draft-04/schema#",
            "http://json-schema.org/draft-07/schema#",
            "https://json-schema.org/draft/2019-09/schema",
            "https://json-schema.org/draft/2020-12/schema",
        ];
        let defs = 3;
        let definitions: serde_json::Map<_, _> =
            (0..defs).map(|at| (at.to_string(), self.schema(at, defs, 2))).collect();
        let draft = drafts[usize::try_from(self.below(4)).unwrap()];
        json!({"$schema": draft, "definitions": definitions, "allOf": [{"$ref": "#/definitions/0"}]})
    }
}

/// Returns the library's check of values, if it takes the schema.
fn library(schema: &Value) -> Option<impl Fn(&Value) -> bool> {
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(NoRemoteLoader));
    let mut schemas = Schemas::new();
    compiler.add_resource(NAME, schema.clone()).ok()?;
    let index = compiler.compile(NAME, &mut schemas).ok()?;
    Some(move |value: &Value| schemas.validate(value, index).is_ok())
}

#[track_caller]
fn same(schema: &Value, values: &[Value]) -> bool {
    let Some(library) = library(schema) else {
        assert!(TaskSchema::new(&schema.to_string()).is_err(), "{schema}");
        return false;
    };
    let own = TaskSchema::new(&schema.to_string()).unwrap_or_else(|why| panic!("{why:?}: {schema}"));
    for value in values {
        let checked = own.check(SchemaSubject::Input, value.to_string().as_bytes(), Duration::from_secs(60));
        let expected = library(value);
        assert_eq!(checked.is_ok(), expected, "{schema}\nof {value}: {checked:?}");
    }
    true
}

#[test]
fn what_the_library_takes_is_taken_and_nothing_else() {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut used = 0;
    for _ in 0..1500 {
        let schema = chance.document();
        let values: Vec<Value> = (0..12).map(|_| chance.value(3)).collect();
        used += u32::from(same(&schema, &values));
    }
    assert!(used > 500, "{used} schemas were of use");
}

#[test]
fn references_by_every_name_lead_where_the_librarys_do() {
    let values: Vec<Value> = [
        "1",
        "\"x\"",
        "[]",
        "[1]",
        "[\"x\"]",
        "{}",
        "{\"a\":1}",
        "{\"a\":\"x\"}",
        "{\"data\":1,\"children\":[{\"data\":2}]}",
        "{\"children\":[{\"daat\":2}]}",
        "[[],[1]]",
        "{\"b\":{\"b\":1}}",
        "null",
    ]
    .iter()
    .map(|text| serde_json::from_str(text).unwrap())
    .collect();
    let draft = "https://json-schema.org/draft/2020-12/schema";
    let schemas = [
        json!({"$ref": "#x", "$defs": {"x": {"$anchor": "x", "type": "integer"}}}),
        json!({"$id": "http://a.b/c/d.json", "$ref": "e.json", "$defs": {"e": {"$id": "e.json", "type": "string"}}}),
        json!({"$id": "http://a.b/c/d.json", "$ref": "http://a.b/c/e.json#/$defs/f",
            "$defs": {"e": {"$id": "e.json", "$defs": {"f": {"type": "array", "items": {"$ref": "#/$defs/g"}}, "g": {"type": "integer"}}}}}),
        json!({"$ref": "#/%24defs/a~1b%20c", "$defs": {"a/b c": {"type": "integer"}}}),
        json!({"$id": "x", "$ref": "x#/$defs/a", "$defs": {"a": {"type": "integer"}}}),
        json!({"properties": {"a": {"$ref": "#/elsewhere/it"}}, "elsewhere": {"it": {"type": "integer"}}}),
        // The tree of the specification: a strict one that extends an open one.
        json!({"$schema": draft, "$id": "http://a.b/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false,
            "$defs": {"t": {"$id": "tree", "$dynamicAnchor": "node", "type": "object",
                "properties": {"data": true, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}}}}}),
        json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "http://a.b/strict", "$recursiveAnchor": true,
            "$ref": "tree", "unevaluatedProperties": false,
            "$defs": {"t": {"$id": "tree", "$recursiveAnchor": true, "type": "object",
                "properties": {"data": true, "children": {"type": "array", "items": {"$recursiveRef": "#"}}}}}}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#x", "definitions": {"x": {"$id": "#x", "type": "integer"}}}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#", "$ref": "#x", "definitions": {"x": {"id": "#x", "type": "integer"}}}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "format": "date", "properties": {"a": {"$ref": "#/definitions/x", "type": "string"}},
            "definitions": {"x": {"type": "integer"}}}),
        json!({"$ref": "https://json-schema.org/draft/2020-12/schema"}),
        json!({"type": "array", "items": {"$ref": "#"}}),
        json!({"properties": {"b": {"$ref": "#"}}, "additionalProperties": false}),
        json!({"unevaluatedProperties": false, "anyOf": [{"properties": {"a": true}}, {"required": ["b"], "properties": {"b": true}}]}),
    ];
    for schema in schemas {
        assert!(same(&schema, &values), "the library refuses {schema}");
    }
}
