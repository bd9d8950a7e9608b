//! Schemas that ask for more than there is: each ends in a second or two, on a stack of the usual
//! size, and says what it asked for.

use super::{SchemaSubject, TaskSchema};
use polymer_host_base::json::MAX_DEPTH;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// Definitions, each made of the name of the next, and the last.
fn chain(length: usize, link: impl Fn(Value) -> Value, last: Value) -> Value {
    let mut defs = Map::new();
    for at in 0..length {
        let next = json!({"$ref": format!("#/$defs/{}", at + 1)});
        defs.insert(at.to_string(), link(next));
    }
    defs.insert(length.to_string(), last);
    json!({"$ref": "#/$defs/0", "$defs": defs})
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

/// Checks that a check ends soon; returns its message if it was given up.
fn given_up(schema: &Value, value: &str) -> Option<String> {
    let schema = TaskSchema::new(&schema.to_string()).unwrap_or_else(|why| panic!("{why:?}"));
    let began = Instant::now();
    let (schema, value) = (&schema, value);
    // A worker's main thread has four times as much.
    let checked = std::thread::scope(|scope| {
        let check = move || schema.check(SchemaSubject::Input, value.as_bytes(), Duration::from_secs(600));
        std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, check).unwrap().join().unwrap()
    });
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    let (_, error) = checked.err()?;
    (error.code == "schema_limit").then_some(error.message)
}

const STEPS: &str = "steps";
const LEVELS: &str = "levels";

/// Schemas, values, and what they ask too much of.
#[track_caller]
fn all_given_up(cases: Vec<(Value, String, &str)>) {
    for (schema, value, what) in cases {
        let shown: String = schema.to_string().chars().take(200).collect();
        let said = given_up(&schema, &value).unwrap_or_else(|| panic!("it was not given up: {shown}"));
        assert!(
            said.contains(what) && said.contains("--no-validate") && said.contains("input"),
            "{said}: {shown}"
        );
    }
}

#[test]
fn chains_that_branch_are_given_up() {
    let twice = |keyword: &'static str| move |next: Value| json!({keyword: [next, next]});
    let integer = || json!({"type": "integer"});
    let text = || "\"x\"".to_owned();
    let object = || "{\"a\":1}".to_owned();
    let names = chain(30, twice("allOf"), json!({"minLength": 1}));
    all_given_up(vec![
        (chain(39, twice("allOf"), integer()), "1".to_owned(), STEPS),
        (chain(39, twice("anyOf"), integer()), text(), STEPS),
        (chain(39, twice("oneOf"), integer()), text(), STEPS),
        (chain(60, |next| json!({"not": {"anyOf": [next, next]}}), integer()), text(), STEPS),
        (chain(60, |next| json!({"if": next, "then": next, "else": next}), integer()), "1".to_owned(), STEPS),
        (
            chain(
                60,
                |next| json!({"dependentSchemas": {"a": next}, "allOf": [next]}),
                json!({"type": "object"}),
            ),
            object(),
            STEPS,
        ),
        (
            chain(
                39,
                |next| json!({"anyOf": [next, next], "unevaluatedProperties": true}),
                json!({"type": "object"}),
            ),
            object(),
            STEPS,
        ),
        (json!({"propertyNames": {"$ref": "#/$defs/0"}, "$defs": names["$defs"]}), object(), STEPS),
    ]);
}

#[test]
fn what_grows_with_the_levels_of_a_value_is_given_up() {
    let deep = || nested(MAX_DEPTH - 1);
    let again = || json!({"items": {"$ref": "#/$defs/0"}});
    let below = || json!({"items": {"$ref": "#/$defs/t"}});
    let recursive = |inner: Value| json!({"$defs": {"t": inner}, "$ref": "#/$defs/t"});
    let contains = |least: u32| json!({"contains": {"$ref": "#/$defs/t"}, "minContains": least});
    let dynamic = || json!({"items": {"$dynamicRef": "#t"}});
    all_given_up(vec![
        (chain(900, |next| next, again()), deep(), LEVELS),
        (chain(900, |next| json!({"allOf": [next]}), again()), deep(), LEVELS),
        (recursive(json!({"allOf": [below(), below()]})), deep(), STEPS),
        (recursive(json!({"oneOf": [below(), below()]})), deep(), STEPS),
        (
            recursive(json!({"not": {"allOf": [{"not": below()}, {"not": below()}]}, "anyOf": [below()]})),
            deep(),
            STEPS,
        ),
        (recursive(json!({"allOf": [contains(0), below()]})), deep(), STEPS),
        (json!({"$id": "http://a/b", "$dynamicAnchor": "t", "allOf": [dynamic(), dynamic()]}), deep(), STEPS),
    ]);
}

#[test]
fn assertions_that_look_at_much_are_given_up() {
    let numbers = |count: usize| serde_json::to_string(&vec![1; count]).unwrap();
    let many: Vec<u32> = (10..40_000).collect();
    let last = serde_json::to_string(&vec![39_999; 200_000]).unwrap();
    let patterns: Map<_, _> = (0..900).map(|at| (format!("x{at}"), json!(true))).collect();
    let names = (0..20_000).map(|at| format!("\"{at}\":1")).collect::<Vec<_>>().join(",");
    all_given_up(vec![
        (json!({"items": {"enum": many}}), last, STEPS),
        (
            json!({"items": {"pattern": "^(a?){1000}a{1000}$"}}),
            format!("[\"{}\"]", "a".repeat(1 << 20)),
            STEPS,
        ),
        (
            json!({"items": {"uniqueItems": true, "enum": vec![json!([1]); 1000]}}),
            format!("[{}]", numbers(500_000)),
            STEPS,
        ),
        (json!({ "patternProperties": patterns }), format!("{{{names}}}"), STEPS),
    ]);
}

#[test]
fn what_is_large_and_plain_is_checked() {
    let rows = json!({"type": "array", "items": {"type": "object", "required": ["n"], "additionalProperties": false,
        "properties": {"n": {"type": "integer", "minimum": 0}, "s": {"type": "string", "maxLength": 100, "pattern": "^[a-z]+$"}}}});
    let value = format!("[{}]", vec![r#"{"n":1,"s":"abcdefgh"}"#; 20_000].join(","));
    assert_eq!(given_up(&rows, &value), None);
    let words = json!({"items": {"enum": (0..1000).map(|at| format!("word{at}")).collect::<Vec<_>>()}});
    let value = format!("[{}]", vec!["\"word7\""; 20_000].join(","));
    assert_eq!(given_up(&words, &value), None);
    // Numbers, which all are wrong: only the first of them is told.
    let value = format!("[{}]", vec!["1"; 500_000].join(","));
    assert_eq!(given_up(&json!({"items": {"type": "string"}}), &value), None);
    // A tree of alternatives that are told apart by a word.
    let kinds: Vec<Value> = (0..20)
        .map(|at| json!({"properties": {"kind": {"const": at}, "a": {"$ref": "#"}, "b": {"$ref": "#"}}, "required": ["kind"]}))
        .collect();
    let mut tree = json!({"kind": 0});
    for _ in 0..7 {
        tree = json!({"kind": 19, "a": tree, "b": tree});
    }
    assert_eq!(given_up(&json!({"oneOf": kinds}), &tree.to_string()), None);
    // A schema of schemas, and long text.
    let meta = json!({"$ref": "https://json-schema.org/draft/2020-12/schema"});
    assert_eq!(given_up(&meta, &rows.to_string()), None);
    assert_eq!(given_up(&json!({"pattern": "^(a+)+$"}), &format!("\"{}b\"", "a".repeat(1 << 20))), None);
}

#[test]
fn patterns_have_an_end_before_anything_is_made_of_them() {
    for pattern in ["((a{1000}){1000}){1000}", "(\\p{L}{100}){100}"] {
        for schema in [json!({ "pattern": pattern }), json!({"patternProperties": {pattern: true}})] {
            let why = TaskSchema::new(&schema.to_string()).unwrap_err();
            assert!(why.limit && why.why.contains("patterns are too large"), "{why:?}");
        }
    }
    let few: Vec<Value> = (0..30).map(|_| json!({"pattern": "^\\w+@[\\w.]+\\.\\p{L}{2,8}$"})).collect();
    assert!(TaskSchema::new(&json!({"anyOf": few}).to_string()).is_ok());
}
